"""How the hub is spoken to, and what of all that happens is its business."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import assert_never

from actions.authority import Stewards
from kit.inbound import (
    DeviceUnsigned,
    Displayed,
    Event,
    GoesBy,
    IdentityReplaced,
    IdentitySetUp,
    InNeed,
    Invited,
    Joined,
    KeyMissing,
    Knocked,
    KnockOver,
    Left,
    MembersChanged,
    Reaction,
    Readmitted,
    Removed,
    Said,
    TextMessage,
    Upgraded,
    VerificationStep,
    Wordless,
)
from kit.words import clean


@dataclass(frozen=True, slots=True)
class Manners:
    """The hub's names, the prefix that calls it in a room, and who has every power."""

    user_id: str
    prefix: str
    stewards: Stewards
    display_name: str = ""

    def concern(self, event: Event, *, direct: bool, root: bool = False) -> bool:
        """Tell whether the hub has anything to do with an event of a room.

        *direct* is a chat with the hub itself, *root* the Space whose members it greets. All else
        is talk of other people, and theirs alone.
        """
        match event:
            case (
                Invited()
                | Knocked()
                | KnockOver()
                | Upgraded()
                | MembersChanged()
                | DeviceUnsigned()
                | IdentityReplaced()
                | IdentitySetUp()
                | InNeed()
            ):
                return True
            case TextMessage() | Reaction() | Wordless():
                return direct or self.words(event)[1]
            case Displayed() | GoesBy():
                return False
            case KeyMissing():
                return direct
            case VerificationStep(in_chat=in_chat):
                return direct or not in_chat
            case Joined() | Left() | Removed() | Readmitted():
                return direct or root
            case _:
                assert_never(event)

    def words(self, said: Said) -> tuple[str, bool]:
        """Return what was said without prefix or mention, and whether there was one."""
        if isinstance(said, Wordless):
            return "", False
        if isinstance(said, Reaction):
            return said.sign, False
        text = clean(said.body)
        if text.startswith(self.prefix):
            return text[len(self.prefix) :].strip(), True
        if said.mentioned:
            return self._unnamed(text), True
        return text, False

    def _unnamed(self, text: str) -> str:
        """Return *text* without the hub's name at its beginning or its end."""
        name = self.user_id[1:].partition(":")[0]
        own = filter(None, (self.user_id, f"@{name}", name, self.display_name))
        names = "|".join(map(re.escape, own))
        first = rf"(?:{names})(?!\w|[.:-]\w)[\s:,،，：]*"
        last = rf"(?:^|[\s,،，：])(?:{names})[\s.!?]*"
        return re.sub(rf"^{first}|{last}$", "", text, count=1).strip(" ,،，：\n")
