"""What askers and experts are told, one function for each letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kit.codes import code
from kit.listing import offered
from kit.network import Network, Opponent, Region
from kit.subject import OfRequest
from kit.text import Label, Message, Name, Node, Paragraphs, Reply, Say, Series, _, n_
from kit.times import When
from storage.tables.cases import ExpertRow, OfferKind, RequestRow
from storage.tables.people import PersonRow


def topic(network: Network, request: RequestRow) -> Node:
    """Name the topic of a request."""
    return Label(network.rooms[request.topic].names)


def languages(request: RequestRow) -> Node:
    """Name the languages of a request."""
    return Series([Name("language", code) for code in request.languages])


OPPONENTS: Mapping[Opponent, Message] = {
    Opponent.NOBODY: _("nobody: it is a general question"),
    Opponent.PROSECUTION: _("the prosecution"),
    Opponent.POLICE: _("the police, a prison or the security forces"),
    Opponent.AUTHORITY: _("another authority"),
    Opponent.COMPANY: _("a company or an employer"),
    Opponent.PERSON: _("a private person"),
}


def _matter(request: RequestRow) -> list[Node]:
    """Say what an expert has to know of a request beforehand, as far as it was told."""
    told: list[Node] = [_("It is urgent.")] if request.urgent else []
    if request.opponent:
        told.append(_("On the other side: {opponent}", opponent=OPPONENTS[request.opponent]))
    return told


def _from(region: Region | None) -> Node:
    return Label(region.names) if region else _("a region that I do not name")


def own_answer(network: Network, person: PersonRow) -> Node:
    """Show what somebody says that they do: who meets whom is known before anybody agrees."""
    category = network.categories.get(person.category or "")
    answer = Label(category.names) if category else _("not given")
    return _("How they describe themselves: {category}", category=answer)


def offer(
    network: Network,
    request: RequestRow,
    asker: PersonRow,
    region: Region | None,
    until: datetime,
    kind: OfferKind,
    *,
    again: bool = False,
) -> Reply:
    """Ask an expert: topic, region, languages and what the asker does, not who asks nor what.

    It is said if it is *again* what they took on before, or needs somebody who interprets.
    """
    number = code(request.id)
    facts = _(
        "A member from {region} asks for help with {topic}. Languages: {languages}.",
        region=_from(region),
        topic=topic(network, request),
        languages=languages(request),
    )
    ways = _ways(number)
    known: list[Node] = [_("You took this request on before: it is asked anew.")] if again else []
    if kind is OfferKind.INTERPRETED:
        text = _(
            "You share no language with the member. If you accept, I ask somebody who interprets, "
            "and you meet as three."
        )
        known.append(text)
        ways = _ways_of_three(number)
    told = [facts, *known, *_matter(request), own_answer(network, asker), ways, _soon(until)]
    body = Paragraphs(told)
    subject = OfRequest(request.id)
    listing = offered("accept", "decline", number)
    return Reply(
        "experts.offer", body, (number,), about=(asker.id,), subject=subject, listing=listing
    )


def _ways(number: str) -> Node:
    return _(
        "Say {accept}, {decline} or {conflict}; no reason is needed. {why} tells why I ask you. "
        "Nobody learns who you are before both of you agree.",
        accept=Say("accept", number),
        decline=Say("decline", number),
        conflict=Say("conflict", number),
        why=Say("why", number),
    )


def _ways_of_three(number: str) -> Node:
    return _(
        "Say {accept}, {decline} or {conflict}; no reason is needed. {why} tells why I ask you. "
        "Nobody learns who you are before all three of you agree.",
        accept=Say("accept", number),
        decline=Say("decline", number),
        conflict=Say("conflict", number),
        why=Say("why", number),
    )


def _soon(until: datetime) -> Node:
    return _("I hope for your answer by {when}; after that I ask others.", when=When(until))


def interpreting(
    network: Network, request: RequestRow, expert_id: int, spoken: Sequence[str], until: datetime
) -> Reply:
    """Ask somebody to interpret between an asker and an expert: as little is told of either."""
    number = code(request.id)
    facts = _(
        "A member and an expert share no language and need somebody who interprets. "
        "Topic: {topic}. The member speaks {languages}, the expert {others}.",
        topic=topic(network, request),
        languages=languages(request),
        others=Series([Name("language", each) for each in spoken]),
    )
    told = [facts, *_matter(request), _ways_of_three(number), _soon(until)]
    body = Paragraphs(told)
    about, subject = (request.asker_id, expert_id), OfRequest(request.id)
    listing = offered("accept", "decline", number)
    return Reply(
        "experts.interpreting", body, (number,), about=about, subject=subject, listing=listing
    )


def no_interpreter(request: RequestRow) -> Reply:
    """Tell an expert that nobody interprets, so that others are asked."""
    text = _(
        "I found nobody who interprets for request {number}, so I ask other experts. "
        "Thank you for being ready to help.",
        number=code(request.id),
    )
    return Reply("experts.no_interpreter", text, ids=(code(request.id),))


def interpreter_stepped_back(number: int) -> Reply:
    """Tell the asker that who was to interpret does not after all, whatever the cause."""
    text = _(
        "Whoever was to interpret for request {number} cannot do so after all. I ask others, and "
        "tell you.",
        number=code(number),
    )
    return Reply("experts.interpreter_stepped_back", text, ids=(code(number),))


@dataclass(frozen=True, slots=True)
class InterpreterCard:
    """Who is ready to interpret, and what may be told of them beforehand."""

    person: PersonRow
    entry: ExpertRow
    region: Region | None


def accepted(
    network: Network,
    request: RequestRow,
    expert: PersonRow,
    region: Region | None,
    interpreter: InterpreterCard | None = None,
) -> Reply:
    """Tell the asker that somebody can help, perhaps with who interprets, and ask to meet them."""
    number = code(request.id)
    facts = _(
        "An expert from {region} can help you with {topic}.",
        region=_from(region),
        topic=topic(network, request),
    )
    told: list[Node] = [facts, own_answer(network, expert)]
    ways = _(
        "If you agree, I introduce you in a new private room: each sees the other's Matrix ID, "
        "and the expert reads your question. Say {accept} or {withdraw}.",
        accept=Say("accept", number),
        withdraw=Say("withdraw", number),
    )
    if interpreter is not None:
        told.append(_("You share no language with the expert."))
        told.extend(_interpreter(network, interpreter))
        ways = _(
            "If you agree, I introduce you three in a new private room: each sees the others' "
            "Matrix IDs, and both of them read your question. Say {accept}, {decline} to let "
            "somebody else interpret, or {withdraw}.",
            accept=Say("accept", number),
            decline=Say("decline", number),
            withdraw=Say("withdraw", number),
        )
    about = (expert.id, *([interpreter.person.id] if interpreter is not None else ()))
    listing = offered("accept", "withdraw", number)
    body = Paragraphs([*told, ways])
    return Reply("experts.accepted", body, (number,), about=about, listing=listing)


def _interpreter(network: Network, who: InterpreterCard) -> list[Node]:
    between = Series([Name("language", each) for each in who.entry.interprets or ()])
    facts = _(
        "A member from {region} is ready to interpret. Languages: {languages}",
        region=_from(who.region),
        languages=between,
    )
    told: list[Node] = [facts, own_answer(network, who.person)]
    told.append(_("A moderator of the network gave their word for them."))
    if who.entry.trained:
        told.append(_("They say that they are trained to interpret; nobody checked that."))
    return told


def interpreter_found(network: Network, request: RequestRow, who: InterpreterCard) -> Reply:
    """Ask the expert whether they want to meet who is ready to interpret, as the asker reads it."""
    number = code(request.id)
    ways = _(
        "This is about request {number}: who interprets reads all that you three write. Say "
        "{accept} if you agree, then I ask the member; or {decline} to let somebody else "
        "interpret.",
        number=number,
        accept=Say("accept", number),
        decline=Say("decline", number),
    )
    body, about = Paragraphs([*_interpreter(network, who), ways]), (who.person.id,)
    listing = offered("accept", "decline", number)
    subject = OfRequest(request.id)
    return Reply(
        "experts.interpreter_found", body, (number,), about=about, subject=subject, listing=listing
    )


def unmatched(network: Network, request: RequestRow, usual_days: int | None) -> Reply:
    """Be honest with the asker when nobody is left to ask."""
    text = _(
        "Nobody who can help with {topic} is free now. I keep your question and ask the next "
        "expert who comes; {withdraw} takes it back.",
        topic=topic(network, request),
        withdraw=Say("withdraw", code(request.id)),
    )
    body = Paragraphs([text, *usual(usual_days)])
    return Reply("experts.unmatched", body, ids=(code(request.id),))


def usual(days: int | None) -> list[Node]:
    """Say how long one waits for an expert as a rule, where that is known."""
    if days is None:
        return []
    return [
        n_(
            "Of the requests of the last months, half were taken on within {n} day.",
            "Of the requests of the last months, half were taken on within {n} days.",
            days,
        )
    ]


def still_waiting(request: RequestRow, usual_days: int | None) -> Reply:
    """Be honest with the asker as long as nobody is found, and say what they can do."""
    text = _(
        "Nobody has taken on request {number} yet. Those who look after the network know of it, "
        "and I go on asking.",
        number=code(request.id),
    )
    ways = _(
        "Until then {find} looks in the library, and the room of the topic may know more. "
        "{withdraw} takes the request back.",
        find=Say("find"),
        withdraw=Say("withdraw", code(request.id)),
    )
    body = Paragraphs([text, *usual(usual_days), ways])
    return Reply("experts.still_waiting", body, ids=(code(request.id),))


def gave_up(request: RequestRow) -> Reply:
    """Tell the asker that nobody was found and the request is over."""
    text = _(
        "I found nobody for request {number} in two months, so I stop asking and have deleted your "
        "question. {ask} makes another request, perhaps with another topic or language.",
        number=code(request.id),
        ask=Say("ask"),
    )
    return Reply("experts.gave_up", text, ids=(code(request.id),))


def closed_by_desk(request: RequestRow) -> Reply:
    """Tell the asker that those at the desk ended the request."""
    text = _(
        "Those who look after the network found nobody for request {number} and closed it; your "
        "question is deleted. {ask} makes another request, perhaps with another topic or language.",
        number=code(request.id),
        ask=Say("ask"),
    )
    return Reply("experts.closed_by_desk", text, ids=(code(request.id),))


def your_turn(request: RequestRow) -> Reply:
    """Remind the asker that an expert waits for their word."""
    number = code(request.id)
    text = _(
        "An expert has accepted request {number} and waits for you. Say {accept} to be introduced, "
        "or {withdraw}. Without an answer I take the request back in a week.",
        number=number,
        accept=Say("accept", number),
        withdraw=Say("withdraw", number),
    )
    listing = offered("accept", "withdraw", number)
    return Reply("experts.your_turn", text, (number,), listing=listing)


def lapsed(request: RequestRow) -> Reply:
    """Tell the asker that their request is over because they did not answer."""
    text = _(
        "You did not say whether to be introduced, so request {number} is over and the expert is "
        "free again. {ask} makes another one.",
        number=code(request.id),
        ask=Say("ask"),
    )
    return Reply("experts.lapsed", text, ids=(code(request.id),))


def untaken(
    network: Network, request: RequestRow, asker: PersonRow, region: Region | None
) -> Reply:
    """Tell the desk what nobody takes, so that somebody is found: not who asks, nor what."""
    text = _(
        "Nobody can take a request now. Topic: {topic}. Region: {region}. Languages: {languages}.",
        topic=topic(network, request),
        region=_from(region),
        languages=languages(request),
    )
    ways = _(
        "Do you know a member who can help? They say {volunteer} to me, and I put it to them. "
        "{health} shows moderators all that nobody takes.",
        volunteer=Say("volunteer"),
        health=Say("health"),
    )
    return Reply("experts.untaken", Paragraphs([text, ways]), about=(asker.id,))


def stepped_back(number: int) -> Reply:
    """Tell the asker that the expert who had accepted does not help after all, whatever the cause.

    Who is shut out, leaves or changes sides would be told of by any other sentence.
    """
    text = _(
        "The expert who accepted request {number} stepped back. I ask the next one.",
        number=code(number),
    )
    return Reply("experts.stepped_back", text, ids=(code(number),))


def withdrawn(request: RequestRow) -> Reply:
    """Tell an expert that an offer no longer stands."""
    text = _(
        "Request {number} was taken back. There is nothing left to do.", number=code(request.id)
    )
    return Reply("experts.withdrawn", text, ids=(code(request.id),))


def expired(request: RequestRow) -> Reply:
    """Tell an expert that they need not answer any more."""
    text = _("Request {number} has gone to somebody else.", number=code(request.id))
    return Reply("experts.expired", text, ids=(code(request.id),))
