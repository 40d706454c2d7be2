"""What people wish about being written to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from actions.authority import authorise
from actions.cases.offers import Offers
from kit.authority import Act, Actor
from kit.due import ForPerson
from kit.errors import BadArgument
from kit.notices import Notice, Wake
from kit.text import Reply, Say, _
from kit.times import When
from storage.attention import Attention
from storage.dues import Dues
from storage.tables.talk import AttentionRow


@dataclass(frozen=True, slots=True)
class Silence(ForPerson):
    """Somebody wanted nothing but answers until now."""

    kind: ClassVar[str] = "attention.silence"


@dataclass(frozen=True, slots=True)
class Wishes:
    """One's own wishes. Each change looks at once whether something held may go out."""

    attention: Attention
    dues: Dues
    offers: Offers

    async def of(self, by: Actor) -> AttentionRow:
        """Return what somebody wishes."""
        authorise(by, Act.SET_WISHES)
        return await self.attention.wishes(by.id)

    async def switch(self, by: Actor, kind: Notice, now: datetime, *, on: bool) -> None:
        """Write of one kind of thing, or no longer."""
        wishes = await self.of(by)
        off = {*wishes.switched_off} - {kind} if on else {*wishes.switched_off, kind}
        wishes.switched_off = sorted(off)
        await self._keep(wishes, now)

    async def gather(self, by: Actor, now: datetime, *, digest: bool) -> None:
        """Send news once a week, or let them wait until they are asked for."""
        wishes = await self.of(by)
        wishes.digest = digest
        await self._keep(wishes, now)

    async def keep_quiet(self, by: Actor, begin: int, end: int, now: datetime) -> None:
        """Hold back between two full hours on their own clock; the same hour twice is none."""
        wishes = await self.of(by)
        wishes.quiet_from, wishes.quiet_until = begin, end
        await self._keep(wishes, now)

    async def mute(self, by: Actor, now: datetime, *, muted: bool) -> None:
        """Hold everything back, or let go what is still of use."""
        wishes = await self.of(by)
        await self.dues.drop(Silence, by.id)
        wishes.muted = muted
        await self._keep(wishes, now)

    async def mute_until(self, by: Actor, until: datetime, now: datetime) -> None:
        """Hold everything back for some time, then let go what is still of use.

        Raises:
            BadArgument: that is in the past.
        """
        authorise(by, Act.SET_WISHES)
        if until <= now:
            raise BadArgument(
                _("That is in the past: {when}. Please choose another time.", when=When(until))
            )
        await self.mute(by, now, muted=True)
        await self.dues.plan(Silence(by.id), at=until)

    async def end_silence(self, person_id: int, now: datetime) -> None:
        """Let go what was held for somebody whose silence is over and is still of use."""
        wishes = await self.attention.wishes(person_id)
        if wishes.muted:
            wishes.muted = False
            await self._keep(wishes, now)

    async def silent_until(self, by: Actor) -> datetime | None:
        """Return when the silence of somebody ends by itself."""
        authorise(by, Act.SET_WISHES)
        planned = await self.dues.planned(Silence, by.id)
        return planned[0][1] if planned else None

    async def _keep(self, wishes: AttentionRow, now: datetime) -> None:
        await self.attention.put(wishes)
        await self.dues.plan(Wake(wishes.person_id), at=now)
        await self.offers.experts.touch([wishes.person_id], now)
        if not wishes.muted and Notice.REQUESTS not in wishes.switched_off:
            await self.offers.somebody_is_free(now)


def heard_again() -> Reply:
    """Tell somebody that their silence is over."""
    text = _("I will write to you again, and tell you what is still useful.")
    return Reply("attention.unmuted", text)


LEFT = _("All else stays as it was: {notify} shows it.", notify=Say("notify"))


def silent(until: datetime | None = None, zone: str | None = None) -> Reply:
    """Tell somebody that they only get answers, and until when."""
    if until is None:
        text = _(
            "Until you say {unmute}, I only answer, and write what your access to rooms depends "
            "on.",
            unmute=Say("unmute"),
        )
    else:
        text = _(
            "Until {when}, or until you say {unmute}, I only answer, and write what your access to "
            "rooms depends on.",
            when=When(until, zone),
            unmute=Say("unmute"),
        )
    return Reply("attention.muted", text)
