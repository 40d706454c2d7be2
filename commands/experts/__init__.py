"""Find an expert: a request is put to one member after another until two agree to meet."""

from __future__ import annotations

from typing import Annotated

from actions.authority import Part, authorise
from commands.experts import _words as words
from commands.experts._desk import WEEKLY, Desk
from commands.experts._steps import OPEN_LIMIT, Asking, Offering, asking, offering
from kit.authority import Act
from kit.command import Call, Open, Word
from kit.errors import Conflict, NotFound
from kit.feature import Due, Feature
from kit.notices import Notice
from kit.text import Bullets, Reply, Say, When, _
from kit.words import read_number
from storage.experts import Experts
from storage.tables.cases import ExpertRow, RequestRow

feature = Feature("experts", _("Experts"), place=40)


Number = Annotated[int, Word(_("number"), read=read_number)]


@feature.command(
    "volunteer", summary=_("answer questions as an expert"), act=Act.SERVE, private=True
)
async def volunteer(call: Call, desk: Desk) -> Open:
    """Ask for topics and languages, starting from what the profile says."""
    person = await desk.people.get(call.person_id)
    return Open("volunteer", Offering(topics=(), languages=(person.language,)))


@feature.dialogue(offering, Act.SERVE)
async def volunteered(call: Call, draft: Offering, desk: Desk) -> Reply:
    """Register the expert, then put waiting requests to them."""
    row = ExpertRow(
        person_id=call.person_id,
        topics=list(draft.topics),
        languages=list(draft.languages),
        open_limit=OPEN_LIMIT,
        away_until=None,
        since=call.now,
    )
    await desk.experts.put(row)
    for request in await desk.requests.unmatched():
        await desk.offer_next(request, call.now)
    text = _(
        "Thank you. I ask you rarely: never more than {most} at a time and {weekly} in a week, "
        "and you may always decline. {away} pauses it.",
        most=OPEN_LIMIT,
        weekly=WEEKLY,
        away=Say("away"),
    )
    return Reply("experts.volunteered", text)


async def _entry(call: Call, experts: Experts) -> ExpertRow:
    if (row := await experts.get(call.person_id)) is None:
        raise Conflict(_("You are not an expert yet. Say {volunteer}.", volunteer=Say("volunteer")))
    return row


@feature.command("away", summary=_("pause being asked"), act=Act.SERVE, private=True)
async def away(call: Call, experts: Experts) -> Reply:
    """Ask nothing of this expert until they say they are back."""
    row = await _entry(call, experts)
    row.away_until = call.now.replace(year=call.now.year + 10, day=1)
    text = _("I will not ask you until you say {available}.", available=Say("available"))
    return Reply("experts.away", text)


@feature.command("available", summary=_("be asked again"), act=Act.SERVE, private=True)
async def available(call: Call, experts: Experts) -> Reply:
    """Count this expert in again."""
    (await _entry(call, experts)).away_until = None
    return Reply("experts.available", _("Welcome back. I may ask you again."))


@feature.command("ask", summary=_("ask for help from an expert"), act=Act.ASK, private=True)
async def ask(call: Call) -> Open:
    """Begin a request."""
    return Open("ask", Asking(languages=(call.language,)))


@feature.dialogue(asking, Act.ASK)
async def asked(call: Call, draft: Asking, desk: Desk) -> Reply:
    """Keep the request and put it to the first expert."""
    request = await desk.requests.add(
        RequestRow(
            asker_id=call.person_id,
            topic=draft.topic,
            languages=list(draft.languages),
            question=draft.question,
            state="open",
            created_at=call.now,
        )
    )
    text = _(
        "Your request has number {number}. I ask one expert after another, without your name. "
        "I tell you as soon as somebody can help.",
        number=request.id,
    )
    await desk.post.direct(call.person_id, Reply("experts.asked", text, ids=(str(request.id),)))
    await desk.offer_next(request, call.now)
    return Reply(
        "experts.next", _("See where it stands with {requests}.", requests=Say("requests"))
    )


STATES = {
    "open": _("waiting"),
    "offered": _("an expert is asked"),
    "accepted": _("an expert can help: your turn"),
    "introduced": _("you were introduced"),
    "unmatched": _("nobody is free yet"),
}


@feature.command("requests", summary=_("your requests"), act=Act.ASK, private=True)
async def requests(call: Call, desk: Desk) -> Reply:
    """List the caller's own requests that are not over."""
    rows = await desk.requests.of(call.person_id)
    if not rows:
        text = _("You have no open request. Say {ask} to make one.", ask=Say("ask"))
        return Reply("experts.requests", text)
    lines = [
        _(
            "{number}. {topic}, {when}: {state}",
            number=row.id,
            topic=words.topic(desk.network, row),
            when=When(row.created_at),
            state=STATES[row.state],
        )
        for row in rows
    ]
    return Reply("experts.requests", Bullets(lines), ids=[str(row.id) for row in rows])


async def _mine(
    call: Call, desk: Desk, request_id: int, *states: str, act: Act = Act.TAKE_PART
) -> RequestRow:
    """Return a request the caller asked or is asked about; to others it does not exist."""
    request = await desk.requests.get(request_id)
    offer = await desk.requests.offer_to(request_id, call.person_id)
    authorise(call.by, act, Part(request_id, request, offer))
    assert request is not None
    is_asker = request.asker_id == call.person_id
    stands = offer is None or offer.state in {"offered", "accepted"}
    if request.state not in states or not (is_asker or stands):
        raise Conflict(_("Request {number} no longer waits for that.", number=request_id))
    return request


@feature.command(
    "accept", summary=_("say yes to request number …"), act=Act.TAKE_PART, private=True
)
async def accept(call: Call, desk: Desk, request_id: Number) -> Reply:
    """An expert takes a request on, or its asker agrees to be introduced."""
    request = await _mine(call, desk, request_id, "offered", "accepted")
    if request.asker_id == call.person_id:
        if request.state != "accepted":
            raise Conflict(_("No expert has accepted request {number} yet.", number=request_id))
        if request.expert_id is None:
            await desk.offer_next(request, call.now)
            text = _("That expert has left. I ask somebody else.")
            return Reply("experts.left", text, ids=(str(request_id),))
        await desk.introduce(request)
        text = _("I have invited both of you to a private room. Accept the invitation.")
        return Reply("experts.introduced", text, ids=(str(request_id),))
    if request.state != "offered":
        raise Conflict(_("Request {number} no longer waits for that.", number=request_id))
    offer = await desk.requests.offer_to(request_id, call.person_id)
    assert offer is not None
    offer.state, request.state, request.expert_id = "accepted", "accepted", call.person_id
    await desk.dues.cancel(f"offer:{request_id}:")
    expert = await desk.people.get(call.person_id)
    reply = words.accepted(desk.network, request, expert)
    await desk.post.notify(request.asker_id, Notice.REQUESTS, reply)
    text = _("Thank you. I ask the member whether to introduce you.")
    return Reply("experts.taken", text, ids=(str(request_id),))


@feature.command(
    "decline", summary=_("say no to request number …"), act=Act.TAKE_PART, private=True
)
async def decline(call: Call, desk: Desk, request_id: Number) -> Reply:
    """An expert passes; the next one is asked."""
    request = await _mine(call, desk, request_id, "offered", "accepted")
    offer = await desk.requests.offer_to(request_id, call.person_id)
    if offer is None:
        raise Conflict(_("Say {withdraw} instead.", withdraw=Say("withdraw", str(request_id))))
    offer.state, request.expert_id = "declined", None
    await desk.dues.cancel(f"offer:{request_id}:")
    await desk.offer_next(request, call.now)
    return Reply("experts.declined", _("That is fine. I ask somebody else."))


@feature.command(
    "withdraw", summary=_("take your request back"), act=Act.TAKE_BACK_REQUEST, private=True
)
async def withdraw(call: Call, desk: Desk, request_id: Number) -> Reply:
    """The asker takes a request back; an expert who was asked is told."""
    request = await _mine(call, desk, request_id, *STATES, act=Act.TAKE_BACK_REQUEST)
    for expert_id in await desk.requests.standing(request_id):
        await desk.post.notify(expert_id, Notice.REQUESTS, words.withdrawn(request))
    await desk.requests.settle(request_id, now_state="withdrawn")
    await desk.dues.cancel(f"offer:{request_id}:")
    request.state, request.question = "withdrawn", ""
    return Reply("experts.withdrawn", _("Request {number} is taken back.", number=request_id))


@feature.command("done", summary=_("close a request"), act=Act.TAKE_PART, private=True)
async def done(call: Call, desk: Desk, request_id: Number) -> Reply:
    """Either of the two closes what they were introduced for."""
    request = await _mine(call, desk, request_id, "introduced")
    await desk.requests.settle(request_id, now_state="done")
    request.state, request.question = "done", ""
    text = _("Request {number} is closed. Thank you both.", number=request_id)
    other = request.expert_id if request.asker_id == call.person_id else request.asker_id
    if other is not None:
        reply = Reply("experts.done", text, ids=(str(request_id),))
        await desk.post.notify(other, Notice.REQUESTS, reply)
    return Reply("experts.done", text, ids=(str(request_id),))


@feature.command("why", summary=_("why you were asked"), act=Act.TAKE_PART, private=True)
async def why(call: Call, desk: Desk, request_id: Number) -> Reply:
    """Explain an offer to the expert."""
    offer = await desk.requests.offer_to(request_id, call.person_id)
    request = await desk.requests.get(request_id)
    if offer is None or request is None:
        raise NotFound(_("I know of no request {number} of yours.", number=request_id))
    return words.reasons(offer, desk.network, request)


@feature.due("experts.deadline")
async def deadline(due: Due, desk: Desk) -> None:
    """An expert did not answer in time: ask the next."""
    request = await desk.requests.get(due.payload["request"])
    if request is None or request.state != "offered":
        return
    offer = await desk.requests.offer_to(request.id, due.payload["expert"])
    if offer is not None and offer.state == "offered":  # otherwise the expert is erased
        offer.state = "expired"
        text = _("Request {number} has gone to somebody else.", number=request.id)
        reply = Reply("experts.expired", text, ids=(str(request.id),))
        await desk.post.notify(offer.expert_id, Notice.REQUESTS, reply)
    await desk.offer_next(request, due.now)
