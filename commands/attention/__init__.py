"""What people read of the hub: kinds of notices, quiet hours, the digest, and what is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from actions.recognition import Recognition, ToldOfIdentity
from actions.wishes import LEFT, Silence, Wishes, heard_again, silent
from kit.authority import Act
from kit.command import Call, Rest, Word
from kit.due import Due
from kit.errors import BadArgument
from kit.feature import Feature
from kit.listing import Listing, ListKind
from kit.notices import Notice
from kit.ports import Post, Verifier
from kit.steps import pick
from kit.text import Node, Numbered, Paragraphs, Reply, Say, Series, _, n_
from kit.trait import Purpose, Slot, Trait
from kit.understanding import Understanding
from kit.words import read_number, read_user
from storage.tables.queues import SENT_DAYS

feature = Feature("attention", _("What I write to you about"), place=60)

KINDS = {
    Notice.REMINDERS: _("reminders of events you are going to"),
    Notice.REQUESTS: _("questions for experts, yours and those put to you"),
    Notice.EVENTS: _("new events, in the digest"),
    Notice.LIBRARY: _("news of the library, in the digest"),
    Notice.TIPS: _("hints, such as a question left open"),
    Notice.CONTRIBUTIONS: _("what becomes of your contributions to the library"),
    Notice.DUTIES: _("your work for the network, such as the list of a curator"),
    Notice.AWAITED: _("alerts: what you looked for and the library now has"),
    Notice.NEWS: _("announcements of the network, in the digest"),
}
_EXAMPLE = Say("quiet", "21-7")
LATELY = timedelta(hours=1)


def _read_kind(said: str) -> int:
    """Read the number of a kind, or its name in the tables; raises ValueError."""
    return [*KINDS].index(Notice(said)) + 1 if said in {*Notice} else read_number(said)


Number = Annotated[int | None, Word(_("number"), read=_read_kind, lists=(ListKind.NOTICES,))]


@feature.command(
    "notify",
    summary=_("what I write to you about"),
    act=Act.SET_WISHES,
    private=True,
    opens=ListKind.NOTICES,
    purpose=Purpose.NOTIFY,
)
async def notify(
    call: Call,
    wished: Wishes,
    number: Number = None,
) -> Reply:
    """Show every kind with its number, whether it is on, and the other wishes; or one kind."""
    if number is None:
        return await _all(call, wished)
    kind = _kind(number)
    on = kind not in (await wished.of(call.by)).switched_off
    way = Say("notify off" if on else "notify on", str(number))
    change = _("Change it with {changes}.", changes=way)
    return Reply("attention.wish", Paragraphs([_state(KINDS[kind], on=on), change]), (kind,))


async def _all(call: Call, wished: Wishes) -> Reply:
    wishes = await wished.of(call.by)
    kinds = [_state(name, on=kind not in wishes.switched_off) for kind, name in KINDS.items()]
    facts: list[Node] = []
    if wishes.muted:
        facts.append(silent(await wished.silent_until(call.by)).body)
    if not wishes.digest:
        facts.append(_("News waits until you say {digest}.", digest=Say("digest")))
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        facts.append(_hours(wishes.quiet_from, wishes.quiet_until))
    examples = [("notify off", "2"), ("quiet", "21-7"), ("digest off", ""), ("mute all", "")]
    ways = Series([Say(*example) for example in examples])
    change = _("Change it with {changes}.", changes=ways)
    listing = Listing(ListKind.NOTICES, [str(place) for place in range(1, len(kinds) + 1)])
    body = Paragraphs([Numbered(kinds), *facts, change])
    return Reply("attention.wishes", body, listing=listing)


def _state(name: Node, *, on: bool) -> Node:
    return _("{kind}: on", kind=name) if on else _("{kind}: off", kind=name)


def _kind(number: int) -> Notice:
    return pick(number, list(KINDS))


@feature.command(
    "notify on",
    summary=_("write to me about this again"),
    act=Act.SET_WISHES,
    private=True,
    opposite="notify off",
)
async def switch_on(
    call: Call,
    wished: Wishes,
    number: Number = None,
) -> Reply:
    """Switch a kind on, or show what there is to choose from."""
    return await _switch(call, wished, number, on=True)


@feature.command(
    "notify off",
    summary=_("no longer get messages about this"),
    act=Act.SET_WISHES,
    private=True,
    purpose=Purpose.NOT_NOTIFY,
)
async def switch_off(
    call: Call,
    wished: Wishes,
    number: Number = None,
) -> Reply:
    """Switch a kind off, or show what there is to choose from."""
    return await _switch(call, wished, number, on=False)


async def _switch(call: Call, wished: Wishes, number: int | None, *, on: bool) -> Reply:
    if number is None:
        return await _all(call, wished)
    kind = _kind(number)
    await wished.switch(call.by, kind, call.now, on=on)
    state = _state(KINDS[kind], on=on)
    return Reply("attention.switched", state if on else Paragraphs([state, LEFT]), ids=(kind,))


@feature.command("digest", summary=_("the news that waits for you"), private=True)
async def digest(call: Call, post: Post) -> Reply:
    """Say what would be in the digest now."""
    waiting = await post.gathered(call.person_id)
    return waiting or Reply("attention.nothing", _("You have no news at the moment."))


@feature.command(
    "digest on",
    summary=_("news once a week"),
    act=Act.SET_WISHES,
    private=True,
    opposite="digest off",
    purpose=Purpose.GATHER,
)
async def digest_on(call: Call, wished: Wishes) -> Reply:
    """Send the digest from now on."""
    return await _digest(call, wished, on=True)


@feature.command(
    "digest off",
    summary=_("news only when you ask"),
    act=Act.SET_WISHES,
    private=True,
    purpose=Purpose.NOT_GATHER,
)
async def digest_off(call: Call, wished: Wishes) -> Reply:
    """Send no digest: what would be in it waits for the command."""
    return await _digest(call, wished, on=False)


async def _digest(call: Call, wished: Wishes, *, on: bool) -> Reply:
    await wished.gather(call.by, call.now, digest=on)
    if on:
        text = _("You get the news in one message, on Monday mornings.")
        return Reply("attention.digest_on", text)
    text = _("News waits until you say {digest}.", digest=Say("digest"))
    return Reply("attention.digest_off", Paragraphs([text, LEFT]))


@feature.command(
    "quiet",
    summary=_("hours in which I keep silent"),
    act=Act.SET_WISHES,
    private=True,
    traits=(Trait.STOPS,),
)
async def quiet(
    call: Call,
    wished: Wishes,
    understanding: Understanding,
    said: Annotated[str, Rest(_("whole hours, such as 21-7"), slot=Slot.HOURS)],
) -> Reply:
    """Set the quiet hours, on the person's own clock."""
    hours = understanding.hours(said, call.language)
    if hours is None:
        raise BadArgument(_("Please name two full hours, for example {quiet}.", quiet=_EXAMPLE))
    await wished.keep_quiet(call.by, *hours, call.now)
    return Reply("attention.quiet", _hours(*hours))


def _hours(begin: int, end: int) -> Node:
    if begin == end:
        return _("I may write at any hour.")
    return _("Between {begin}:00 and {end}:00 on your clock I only answer.", begin=begin, end=end)


@feature.command(
    "mute all",
    summary=_("nothing but answers"),
    act=Act.SET_WISHES,
    private=True,
    purpose=Purpose.MUTE,
    traits=(Trait.STOPS, Trait.OF_ONESELF),
)
async def mute(call: Call, wished: Wishes) -> Reply:
    """Hold everything until they say otherwise."""
    await wished.mute(call.by, call.now, muted=True)
    return silent()


@feature.due(Silence)
async def silence_over(due: Due[Silence], wished: Wishes) -> None:
    """Write again to who wanted silence until now."""
    await wished.end_silence(due.what.person, due.now)


@feature.command(
    "unmute",
    summary=_("write to me again"),
    act=Act.SET_WISHES,
    private=True,
    opposite="mute all",
    purpose=Purpose.UNMUTE,
    traits=(Trait.OF_ONESELF,),
)
async def unmute(call: Call, wished: Wishes) -> Reply:
    """Let go what was held and is still of use."""
    await wished.mute(call.by, call.now, muted=False)
    return heard_again()


@feature.command("hide", summary=_("delete what I wrote here in the last hour"), private=True)
async def hide(call: Call, post: Post) -> Reply:
    """Redact what was said in the person's chat lately."""
    more = _("To delete all that I wrote here, say {hide}.", hide=Say("hide all"))
    return await _hide(call, post, call.now - LATELY, more)


@feature.command("hide all", summary=_("delete all that I wrote here"), private=True, weighty=True)
async def hide_all(call: Call, post: Post) -> Reply:
    """Redact all that was said in the person's chat and is remembered."""
    more = n_(
        "I remember for {n} day what I wrote. Delete what is older in your client.",
        "I remember for {n} days what I wrote. Delete what is older in your client.",
        SENT_DAYS,
    )
    return await _hide(call, post, None, more)


@feature.command("verify", summary=_("make sure that it is me you write to"), private=True)
async def verify(
    call: Call,
    verifier: Verifier,
    recognition: Recognition,
    user: Annotated[str, Word(_("Matrix ID"), read=read_user)] = "",
    numbers: Annotated[str, Rest(_("numbers"))] = "",
) -> Reply:
    """Ask the person's client to verify the hub, or let a new identity of *user* count."""
    if user:
        return await recognition.recognise(call.by, user, numbers, call.now, vouched=call.vouched)
    await verifier.ask(call.person_id)
    text = _(
        "I have asked your client to verify me: accept that there, and choose to compare emoji. "
        "If it asks nothing, begin from my profile in your client."
    )
    return Reply("verification.asked", text)


@feature.due(ToldOfIdentity)
async def shown_since(due: Due[ToldOfIdentity], recognition: Recognition) -> None:
    """Tell of an identity that was shown meanwhile."""
    await recognition.look_again(due.what.person, due.what.numbers, due.now)


async def _hide(call: Call, post: Post, since: datetime | None, more: Node) -> Reply:
    count = await post.hide(call.person_id, since)
    done = n_("I delete {n} message of mine.", "I delete {n} messages of mine.", count)
    own = _("What you wrote yourself stays: delete it in your client.")
    return Reply("attention.hidden", Paragraphs([done, more, own]))
