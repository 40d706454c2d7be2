"""Find an expert: a request is put to members who may help until two agree to meet."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Annotated
from zoneinfo import ZoneInfo

from actions.cases import letters, states
from actions.cases.crowds import Crowds
from actions.cases.desk import Agreed, Desk, Inquiry
from actions.cases.introductions import Introductions, request_of
from actions.cases.letters import OPPONENTS
from actions.cases.matching import AT_ONCE
from actions.cases.offers import Again, Watch
from actions.cases.serving import Back, GoesOn, Limits, Serving
from actions.cases.watching import Watching
from actions.wishes import Wishes, silent
from commands.experts import _words as words
from commands.experts._steps import (
    AGAINST,
    Asking,
    Limiting,
    Offering,
    asking,
    limiting,
    offering,
)
from kit.authority import Act
from kit.codes import code, read_code
from kit.command import Call, Rest, Word
from kit.dialogue import Open
from kit.due import Due, NotInvited, WasInvited
from kit.feature import Feature
from kit.listing import Listing, ListKind
from kit.moments import Day
from kit.network import Network
from kit.ports import Post
from kit.steps import ahead, exact, pick
from kit.text import Bullets, Node, Paragraphs, Pill, Reply, Say, Series, When, _, n_
from kit.understanding import Understanding
from kit.words import read_number
from storage.people import People
from storage.tables.cases import OfferState

feature = Feature("experts", _("Experts"), place=40)


Number = Annotated[int | None, Word(_("number"), read=read_code, lists=(ListKind.REQUESTS,))]
Place = Annotated[int | None, Word(_("answer"), read=read_number)]


@feature.command(
    "volunteer", summary=_("answer questions as an expert"), act=Act.SERVE, private=True
)
async def volunteer(call: Call, people: People) -> Open[Offering]:
    """Ask for topics and languages, starting from what the profile says."""
    person = await people.get(call.person_id)
    return Open(offering, Offering(topics=(), languages=(person.language,)))


@feature.dialogue(offering, Act.SERVE)
async def volunteered(call: Call, draft: Offering, serving: Serving) -> Reply:
    """Register the expert, then put waiting requests to them."""
    await serving.volunteer(call.by, draft.topics, draft.languages, call.now)
    text = _(
        "Thank you. I ask you rarely: never more than {most} at a time and {weekly} in a week, "
        "and you may always decline. {away} pauses it, {limits} changes how often, and against "
        "whom never.",
        most=AT_ONCE,
        weekly=(await serving.entry(call.by)).weekly,
        away=Say("away"),
        limits=Say("limits"),
    )
    return Reply("experts.volunteered", text)


@feature.command(
    "limits",
    summary=_("how often I may ask you, and against whom never"),
    act=Act.SERVE,
    private=True,
)
async def limits(call: Call, serving: Serving) -> Open[Limiting]:
    """Ask on which terms an expert helps, starting from what they said before."""
    row = await serving.entry(call.by)
    never = tuple(each for each in AGAINST if each in (row.never or ()))
    return Open(limiting, Limiting(row.weekly, never, row.apart, row.urgent))


@feature.dialogue(limiting, Act.SERVE)
async def limited(call: Call, draft: Limiting, serving: Serving) -> Reply:
    """Keep the terms, and say what they are."""
    wanted = Limits(draft.weekly, draft.never, draft.people, draft.urgent)
    await serving.limit(call.by, wanted, call.now)
    never = Series([OPPONENTS[each] for each in draft.never]) if draft.never else _("nobody")
    lines: list[Node] = [
        n_(
            "I put at most {n} request a week to you.",
            "I put at most {n} requests a week to you.",
            draft.weekly,
        ),
        _("Never against: {opponents}", opponents=never),
        _("In quiet hours, if it is urgent: yes")
        if draft.urgent
        else _("In quiet hours, if it is urgent: no"),
    ]
    if draft.people:
        users = Series([Pill(user) for user in draft.people])
        text = _(
            "Never together with: {users}. To take somebody back, say {limits} and name all others "
            "anew.",
            users=users,
            limits=Say("limits"),
        )
        lines.append(text)
    return Reply("experts.limits", Bullets(lines))


@feature.command("away", summary=_("pause being asked"), act=Act.SERVE, private=True)
async def away(call: Call, serving: Serving, wished: Wishes) -> Reply:
    """Ask nothing of this expert until they say they are back; who is none wants silence."""
    if not await serving.serves(call.by):
        await wished.mute(call.by, call.now, muted=True)
        return silent()
    await serving.serve(call.by, call.now, away=True)
    text = _("I will not ask you until you say {available}.", available=Say("available"))
    return Reply("experts.away", text)


@feature.command(
    "away until", summary=_("pause being asked for some time"), act=Act.SERVE, private=True
)
async def away_until(
    call: Call,
    serving: Serving,
    wished: Wishes,
    people: People,
    understanding: Understanding,
    said: Annotated[str, Rest(_("when"))],
) -> Reply:
    """Ask nothing of this expert until a moment, or the beginning of a day.

    Who is no expert wants silence until then.
    """
    zone = (await people.get(call.person_id)).zone or "UTC"
    reading = ahead(understanding.moment(said, call.language, call.now, zone))
    until = _begin(reading) if isinstance(reading, Day) else exact(reading).at
    if not await serving.serves(call.by):
        await wished.mute_until(call.by, until, call.now)
        return silent(until, zone)
    await serving.pause(call.by, until, call.now)
    text = _(
        "I will not ask you until {when}, or until you say {available}.",
        when=When(until, zone),
        available=Say("available"),
    )
    return Reply("experts.away", text)


def _begin(day: Day) -> datetime:
    return datetime.combine(day.day, time(), ZoneInfo(day.zone)).astimezone(UTC)


@feature.command("available", summary=_("be asked again"), act=Act.SERVE, private=True)
async def available(call: Call, serving: Serving) -> Reply:
    """Count this expert in again."""
    await serving.serve(call.by, call.now, away=False)
    return Reply("experts.available", _("Welcome back. I may ask you again."))


@feature.command("ask", summary=_("ask for help from an expert"), act=Act.ASK, private=True)
async def ask(call: Call, desk: Desk) -> Open[Asking]:
    """Begin a request."""
    await desk.may_ask(call.by, call.now)
    return Open(asking, Asking())


@feature.dialogue(asking, Act.ASK)
async def asked(call: Call, draft: Asking, desk: Desk, post: Post) -> Reply:
    """Keep the request and put it to the first expert."""
    inquiry = Inquiry(draft.topic, draft.languages, draft.question, draft.urgent, draft.opponent)
    request = await desk.ask(call.by, inquiry, call.now)
    text = _(
        "Your request has number {number}. I ask a few experts at a time, without your name. "
        "I tell you as soon as somebody can help.",
        number=code(request.id),
    )
    body = Paragraphs([text, *letters.usual(await desk.offers.usual_days(call.now))])
    await post.direct(call, Reply("experts.asked", body, ids=(code(request.id),)))
    await desk.begin(request, call.now)
    return Reply(
        "experts.next", _("See where it stands with {requests}.", requests=Say("requests"))
    )


@feature.command("requests", summary=_("your requests"), act=Act.ASK, private=True)
async def requests(call: Call, desk: Desk, network: Network) -> Reply:
    """List what the caller asked, and what they were asked to take; none that is over."""
    rows = await desk.mine(call.by)
    if not rows:
        text = _("You have no open request. Say {ask} to make one.", ask=Say("ask"))
        return Reply("experts.requests", text)
    lines = [
        _(
            "{number}. {topic}, {when}: {state}",
            number=code(row.id),
            topic=letters.topic(network, row),
            when=When(row.created_at),
            state=words.STATES[row.state] if offer is None else words.held(row, offer),
        )
        for row, offer in rows
    ]
    ids = [code(row.id) for row, _offer in rows]
    return Reply("experts.requests", Bullets(lines), ids, listing=Listing(ListKind.REQUESTS, ids))


@feature.command(
    "accept",
    summary=_("say yes to request number …"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
)
async def accept(call: Call, desk: Desk, said: Number = None) -> Reply:
    """An expert takes a request on, or its asker agrees to be introduced."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_agree)
    match await desk.accept(call.by, number, call.now):
        case Agreed.TAKEN_ON:
            kind, text = "taken", _("Thank you. I ask the member whether to introduce you.")
        case Agreed.INTRODUCED:
            kind = "introduced"
            text = _(
                "I invite both of you to a private room: accept the invitation. "
                "If one of you cannot be invited, I tell you."
            )
        case Agreed.EXPERT_HAD_LEFT:
            kind, text = "left", _("That expert has left. I ask somebody else.")
    return Reply(f"experts.{kind}", text, ids=(code(number),))


@feature.command(
    "decline",
    summary=_("say no to request number …"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
)
async def decline(call: Call, desk: Desk, said: Number = None) -> Reply:
    """An expert passes; the next one is asked."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_decline)
    await desk.decline(call.by, number, call.now)
    return Reply("experts.declined", _("That is fine. I ask somebody else."))


@feature.command(
    "conflict",
    summary=_("say that you must not take request number … on"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
)
async def conflict(call: Call, desk: Desk, said: Number = None) -> Reply:
    """An expert has a conflict of interests; others are asked, and nobody is told why."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_decline)
    await desk.decline(call.by, number, call.now, OfferState.CONFLICT)
    text = _("Thank you for saying so. I ask somebody else, and tell nobody why.")
    return Reply("experts.conflict", text, ids=(code(number),))


@feature.command(
    "not again",
    summary=_("never be put together with that person again"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
)
async def not_again(call: Call, desk: Desk, said: Number = None) -> Reply:
    """Keep two people apart from now on, unseen by the other one."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_avoid)
    await desk.avoid(call.by, number, call.now)
    text = _(
        "I will never put the two of you together again over a request. They do not learn of it."
    )
    return Reply("experts.not_again", text, ids=(code(number),))


@feature.command(
    "withdraw",
    summary=_("take your request back"),
    act=Act.TAKE_BACK_REQUEST,
    private=True,
    weighty=True,
)
async def withdraw(call: Call, desk: Desk, said: Number = None) -> Reply:
    """The asker takes a request back; an expert who was asked is told."""
    number = await desk.meant(call.by, Act.TAKE_BACK_REQUEST, said, states.may_withdraw)
    await desk.withdraw(call.by, number, call.now)
    return Reply("experts.withdrawn", _("Request {number} is taken back.", number=code(number)))


@feature.command(
    "done", summary=_("close a request"), act=Act.TAKE_PART, private=True, weighty=True
)
async def done(call: Call, desk: Desk, said: Number = None) -> Reply:
    """Either of the two closes what they were introduced for."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_finish)
    return letters.closed(await desk.finish(call.by, number, call.now))


@feature.command("why", summary=_("why you were asked"), act=Act.TAKE_PART, private=True)
async def why(
    call: Call, desk: Desk, network: Network, crowds: Crowds, people: People, said: Number = None
) -> Reply:
    """Explain an offer to the expert, but for what would tell them where a single member is."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.was_put)
    request, offer = await desk.offered(call.by, number)
    region = await crowds.region_of(await people.get(request.asker_id), call.now)
    return words.reasons(offer, network, request, told=region is not None)


@feature.command(
    "outcome", summary=_("say what came of request number …"), act=Act.TAKE_PART, private=True
)
async def outcome(
    call: Call, desk: Desk, network: Network, said: Number = None, place: Place = None
) -> Reply:
    """Keep what came of an introduction, or ask for it."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_finish)
    if place is None:
        return letters.follow_up(network, await desk.introduced(call.by, number))
    await desk.say_outcome(call.by, number, pick(place, list(letters.OUTCOMES)))
    text = _(
        "Thank you, that shows what the network is good for. {done} closes the request.",
        done=Say("done", code(number)),
    )
    return Reply("experts.outcome", text, ids=(code(number),))


@feature.due(Watch)
async def watch(due: Due[Watch], watching: Watching) -> None:
    """Nobody did the next thing for a request in time."""
    await watching.overdue(due.what.request, due.now)


@feature.due(Back)
async def back(due: Due[Back], serving: Serving) -> None:
    """An expert's time away is over."""
    await serving.back(due.what.person, due.now)


@feature.due(GoesOn)
async def goes_on(due: Due[GoesOn], serving: Serving) -> None:
    """A year has passed, or four weeks without an answer."""
    await serving.ask_on(due.what.person, due.what.stage, due.now)


@feature.due(Again)
async def again(due: Due[Again], watching: Watching) -> None:
    """A request waits: perhaps somebody is free by now."""
    await watching.look_again(due.what.request, due.now)


@feature.due(WasInvited)
async def was_invited(due: Due[WasInvited], introductions: Introductions) -> None:
    """Give the expert the question once both are invited."""
    await introductions.invited(request_of(due.what.matter), due.what.person)


@feature.due(NotInvited)
async def not_invited(due: Due[NotInvited], introductions: Introductions) -> None:
    """One of those who were to be introduced cannot be invited."""
    await introductions.not_invited(request_of(due.what.matter), due.what.person, due.now)
