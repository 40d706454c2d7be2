"""Ask, be asked, meet: what people say to a request on its way."""

from __future__ import annotations

from typing import Annotated

from actions.cases import letters, outcomes, states
from actions.cases.crowds import Crowds
from actions.cases.desk import Agreed, Desk, Inquiry
from actions.cases.introductions import Introductions, request_of
from actions.cases.offers import Again, Watch
from actions.cases.reopening import Reopening
from actions.cases.watching import Watching
from commands.experts import _words as words
from commands.experts._asking import Asking, asking
from commands.experts._feature import feature
from commands.experts._told import topics_in
from kit.authority import Act
from kit.codes import code, read_code
from kit.command import Call, Word
from kit.dialogue import Open
from kit.due import Due, NotInvited, WasInvited
from kit.listing import Listing, ListKind
from kit.network import Network
from kit.ports import Post
from kit.question import About
from kit.steps import pick
from kit.text import Bullets, Paragraphs, Reply, Say, _, n_
from kit.times import When
from kit.trait import Purpose, Trait
from kit.understanding import Understanding
from kit.words import read_number
from storage.people import People
from storage.tables.cases import OfferState

Number = Annotated[int | None, Word(_("number"), read=read_code, lists=(ListKind.REQUESTS,))]
Place = Annotated[int | None, Word(_("answer"), read=read_number)]


@feature.command(
    "ask",
    summary=_("ask for help from an expert"),
    act=Act.ASK,
    private=True,
    opposite="say kept",
    purpose=Purpose.ASK,
)
async def ask(
    call: Call, desk: Desk, network: Network, understanding: Understanding
) -> Open[Asking]:
    """Begin a request, on the topic that the sentence names."""
    await desk.may_ask(call.by, call.now)
    topics = topics_in(call.said, About(network, understanding, call.language, call.now))
    topic = topics[0] if len(topics) == 1 else ""
    return Open(asking, Asking(proposed=topic, topic=topic))


@feature.dialogue(asking, Act.ASK)
async def asked(call: Call, draft: Asking, desk: Desk, reopening: Reopening, post: Post) -> Reply:
    """Keep the request and put it to the first experts, or put one to them once more."""
    inquiry = Inquiry(
        draft.topic,
        draft.languages,
        draft.question,
        draft.urgent,
        draft.opponent,
        draft.interpreted,
    )
    if draft.again is not None:
        request = await reopening.reopen(call.by, draft.again, inquiry, call.now)
        text = _(
            "Request {number} is open again. Who took it on before is asked first, if they can.",
            number=code(request.id),
        )
        return Reply("experts.reopened", text, ids=(code(request.id),))
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


@feature.command("reopen", summary=_("ask once more what has ended"), act=Act.ASK, private=True)
async def reopen(call: Call, reopening: Reopening, said: Number = None) -> Open[Asking]:
    """Ask for the question anew, which was deleted when the request ended."""
    request = await reopening.ended(call.by, said, call.now)
    known = Asking(
        proposed=request.topic,
        topic=request.topic,
        languages=tuple(request.languages),
        urgent=request.urgent,
        opponent=request.opponent,
        interpreted=request.interpreted,
        again=request.id,
    )
    return Open(asking, known)


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
    summary=_("say yes to a request"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
    opposite="decline",
    traits=(Trait.TAKES_ON,),
)
async def accept(call: Call, desk: Desk, said: Number = None) -> Reply:
    """An expert takes a request on, somebody interprets, or its asker agrees to meet them."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_agree)
    match await desk.accept(call.by, number, call.now):
        case Agreed.TAKEN_ON:
            kind, text = "taken", _("Thank you. I ask the member whether to introduce you.")
        case Agreed.AWAITS_INTERPRETER:
            kind = "taken"
            text = _(
                "Thank you. I look for somebody who interprets between you, then I ask the member "
                "whether to introduce you."
            )
        case Agreed.INTERPRETS:
            kind = "taken"
            text = _("Thank you. I ask the expert, then the member, whether to introduce you.")
        case Agreed.NOBODY_INTERPRETS:
            kind, text = "passed_on", _("That is fine. I ask somebody else.")
        case Agreed.INTRODUCED:
            kind = "introduced"
            text = _(
                "I invite you all to a private room: accept the invitation. "
                "If one of you cannot be invited, I tell you."
            )
        case Agreed.EXPERT_HAD_LEFT:
            return letters.stepped_back(number)
        case Agreed.INTERPRETER_HAD_LEFT:
            return letters.interpreter_stepped_back(number)
    return Reply(f"experts.{kind}", text, ids=(code(number),))


@feature.command(
    "decline",
    summary=_("say no to a request"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
    traits=(Trait.TURNS_DOWN,),
)
async def decline(call: Call, desk: Desk, said: Number = None) -> Reply:
    """Who was asked passes; the next one is asked."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_decline)
    await desk.decline(call.by, number, call.now)
    return Reply("experts.declined", _("That is fine. I ask somebody else."))


@feature.command(
    "conflict",
    summary=_("say that you must not take a request on"),
    act=Act.TAKE_PART,
    private=True,
    weighty=True,
)
async def conflict(call: Call, desk: Desk, said: Number = None) -> Reply:
    """Who was asked has a conflict of interests; others are asked, and nobody is told why."""
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
    """Keep people apart from now on, unseen by the others."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_avoid)
    many = await desk.avoid(call.by, number, call.now)
    text = n_(
        "I will never put the two of you together again over a request. They do not learn of it.",
        "I will never put you together again with any of the {n} over a request. They do not learn "
        "of it.",
        many,
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
    """The asker takes a request back; who was asked is told."""
    number = await desk.meant(call.by, Act.TAKE_BACK_REQUEST, said, states.may_withdraw)
    await desk.withdraw(call.by, number, call.now)
    return Reply("experts.withdrawn", _("Request {number} is taken back.", number=code(number)))


@feature.command(
    "done", summary=_("close a request"), act=Act.TAKE_PART, private=True, weighty=True
)
async def done(call: Call, desk: Desk, said: Number = None) -> Reply:
    """One of them closes what they were introduced for."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_finish)
    return await desk.finish(call.by, number, call.now)


@feature.command("why", summary=_("why you were asked"), act=Act.TAKE_PART, private=True)
async def why(
    call: Call, desk: Desk, network: Network, crowds: Crowds, people: People, said: Number = None
) -> Reply:
    """Explain an offer to who was asked, but for what would tell them where a single member is."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.was_put)
    request, offer = await desk.offered(call.by, number)
    region = await crowds.region_of(await people.get(request.asker_id), call.now)
    return words.reasons(offer, network, request, told=region is not None)


@feature.command(
    "outcome", summary=_("say what came of a request"), act=Act.TAKE_PART, private=True
)
async def outcome(
    call: Call, desk: Desk, network: Network, said: Number = None, place: Place = None
) -> Reply:
    """Keep what came of an introduction, or ask for it."""
    number = await desk.meant(call.by, Act.TAKE_PART, said, states.may_finish)
    if place is None:
        return outcomes.follow_up(network, await desk.introduced(call.by, number))
    await desk.say_outcome(call.by, number, pick(place, list(outcomes.OUTCOMES)))
    text = _(
        "Thank you, that shows what the network is good for. {done} closes the request.",
        done=Say("done", code(number)),
    )
    return Reply("experts.outcome", text, ids=(code(number),))


@feature.due(Watch)
async def watch(due: Due[Watch], watching: Watching) -> None:
    """Nobody did the next thing for a request in time."""
    await watching.overdue(due.what.request, due.now)


@feature.due(Again)
async def again(due: Due[Again], watching: Watching) -> None:
    """A request waits: perhaps somebody is free by now."""
    await watching.look_again(due.what.request, due.now)


@feature.due(WasInvited)
async def was_invited(due: Due[WasInvited], introductions: Introductions) -> None:
    """Give the expert the question once all are invited."""
    await introductions.invited(request_of(due.what.matter), due.what.person)


@feature.due(NotInvited)
async def not_invited(due: Due[NotInvited], introductions: Introductions) -> None:
    """One of those who were to be introduced cannot be invited."""
    await introductions.not_invited(request_of(due.what.matter), due.what.person, due.now)
