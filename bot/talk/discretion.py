"""What may give a person of a case away is neither kept, passed on nor repeated."""

from __future__ import annotations

from dataclasses import replace

from bot.talk.hearing import Heard
from kit.authority import Act
from kit.confidential import Detail
from kit.errors import Confidential
from kit.inbound import TextMessage
from kit.table import CommandTable
from kit.text import Reply, Say, Series, _
from kit.times import When
from kit.trait import Purpose
from kit.understanding import Understanding
from kit.words import LONGEST, quote

MOST_TIMES = 3  # that it is taken away: who says it twice means it once


class Discretion:
    """Looks at what was said; only its author can say that it is harmless after all."""

    def __init__(self, table: CommandTable, understanding: Understanding) -> None:
        """Prepare to look."""
        self._table = table
        self._understanding = understanding

    def heed(self, heard: Heard) -> Heard:
        """Take the author's word that what follows it is harmless.

        What is too long to be read stays as it is.
        """
        text = heard.text
        for _time in range(MOST_TIMES if len(text) <= LONGEST else 0):
            match = self._table.match(text)
            if match is None or match[0].purpose is not Purpose.HARMLESS or not match[1]:
                break
            text = match[1]
        return heard if text == heard.text else replace(heard, text=text, harmless=True)

    def refused(self, heard: Heard, *, names: bool = True) -> Confidential | None:
        """Say why nothing may be done with what was said, if so; *names* may be no reason."""
        if heard.harmless or not isinstance(heard.said, TextMessage):
            return None
        found = self._understanding.details(heard.text)
        details = [each for each in found if names or each is not Detail.NAME]
        return _refusal(*details) if details else None

    def check(self, heard: Heard, *, names: bool = True) -> None:
        """Raise Confidential if nothing may be done with what was said, as ``refused`` tells."""
        if (refusal := self.refused(heard, names=names)) is not None:
            raise refusal

    def is_report(self, heard: Heard) -> bool:
        """Tell whether the moderators are told of something: others in a room must not read it."""
        match = self._table.meant(heard.text[:LONGEST])
        return match is not None and match[0].act is Act.REPORT

    def stale(self, heard: Heard) -> Reply:
        """Repeat what waited for so long that its author may no longer want it."""
        text = _(
            "You asked me this while I was away: {said} ({when}). "
            "If you still want it, please say it again.",
            said=self.quote(heard),
            when=When(heard.sent_at),
        )
        return Reply("error.stale", text)

    def quote(self, heard: Heard) -> str:
        """Repeat a little of what was said, or nothing."""
        return "…" if self.refused(heard) else quote(heard.text)


def _refusal(*details: Detail) -> Confidential:
    return Confidential(
        _(
            "This may give away somebody in a case. I see: {details}. "
            "So I kept nothing of it and told nobody.",
            details=Series([detail.words for detail in details]),
        ),
        _(
            "Please delete your message, because your homeserver still has it. "
            "Then write it again without that."
        ),
        _(
            "If it points to nobody, or to something public such as an office, "
            "say so in front: {harmless}",
            harmless=Say("it is harmless", "…"),
        ),
    )
