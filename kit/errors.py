"""What can go wrong, as types.

UserError            the sender can mend it; the sentence is shown to them, nothing is kept
  BadArgument        a word could not be read
    Incomplete       something is missing, and the next message may say it
  NotAllowed         the sender lacks the role
  NotFound           the thing named does not exist
  Conflict           the request contradicts what is stored
  NotUnderstood      neither a command nor an answer
  Confidential       it may give a person of a case away
HubError             the process cannot go on; the exit code tells an operator why
  BadConfiguration   78: a setting or credential is wrong
  BadFile            65: a file of the operator cannot be read
  StorageFailed      74: the database refused; going on would lose something
  AlreadyRunning     75: another process holds this device
"""

from __future__ import annotations

from typing import ClassVar

from kit.listing import Listing
from kit.text import Message, Node, Paragraphs, Reply


class UserError(Exception):
    """An expected failure, carrying the sentence the sender should read."""

    code: ClassVar[str] = "refused"
    listing: Listing | None = None

    def __init__(self, message: Message, *below: Node) -> None:
        """Keep *message*, which says what to do next, and what stands *below* it: a list."""
        super().__init__(message.msgid)
        self.message: Node = Paragraphs([message, *below]) if below else message


def refusal(error: UserError) -> Reply:
    """Say what an expected failure tells its sender."""
    return Reply(f"error.{error.code}", error.message, listing=error.listing)


class BadArgument(UserError):
    """A word could not be read."""

    code = "argument"


class Incomplete(BadArgument):
    """Something is missing: the message asks for it, and the next one may say it."""


class NotAllowed(UserError):
    """The sender lacks the role."""

    code = "not_allowed"


class NotFound(UserError):
    """The thing named does not exist, or the sender may not know of it."""

    code = "not_found"


class Conflict(UserError):
    """The request contradicts what is stored."""

    code = "conflict"


class NotUnderstood(UserError):
    """The message is neither a command nor an answer."""

    code = "not_understood"


class Confidential(UserError):
    """The message may give a person of a case away; nothing of it may be kept or repeated."""

    code = "confidential"


class HubError(Exception):
    """The process cannot go on. The message is for the operator."""

    exit_code: ClassVar[int] = 70


class BadConfiguration(HubError):
    """A setting or a credential is wrong (EX_CONFIG of sysexits.h)."""

    exit_code = 78


class BadFile(HubError):
    """A file that was to be read is not what it should be (EX_DATAERR)."""

    exit_code = 65


class StorageFailed(HubError):
    """The database refused (EX_IOERR): stop before anything is dropped."""

    exit_code = 74


class AlreadyRunning(HubError):
    """Another process holds this device (EX_TEMPFAIL)."""

    exit_code = 75
