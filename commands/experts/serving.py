"""Be an expert: on which topics, how often, and when not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from actions.cases.letters import OPPONENTS
from actions.cases.matching import AT_ONCE
from actions.cases.serving import GoesOn, Interpreting, Limits, Serving
from actions.cases.vouching import InterpretersWait, Vouching
from commands.experts._feature import feature
from commands.experts._offering import (
    AGAINST,
    MOST_TOPICS,
    MOST_WEEKLY,
    Limiting,
    Offering,
    limiting,
    offering,
)
from commands.experts._told import is_to_interpret, topics_in
from kit.authority import Act
from kit.command import Call, Word
from kit.dialogue import Open
from kit.due import Due
from kit.network import Network
from kit.question import About
from kit.text import Bullets, Label, Name, Node, Paragraphs, Pill, Reply, Say, Series, _, n_
from kit.understanding import Understanding
from kit.words import read_number
from storage.people import People


@feature.command(
    "volunteer",
    summary=_("answer questions as an expert, or interpret"),
    act=Act.SERVE,
    private=True,
    opposite="volunteer stop",
)
async def volunteer(
    call: Call, people: People, network: Network, understanding: Understanding
) -> Open[Offering]:
    """Ask for topics and languages, but for what the sentence says; the profile has a language."""
    languages = ((await people.get(call.person_id)).language,)
    if is_to_interpret(call.said, understanding, call.language):
        return Open(offering, Offering(languages=languages, interprets=True), at="between")
    topics = topics_in(call.said, About(network, understanding, call.language, call.now))
    at = "languages" if topics else ""
    return Open(offering, Offering(topics=topics[:MOST_TOPICS], languages=languages), at=at)


@feature.dialogue(offering, Act.SERVE)
async def volunteered(call: Call, draft: Offering, serving: Serving, network: Network) -> Reply:
    """Register the expert, or who interprets, then put waiting requests to them."""
    interprets = Interpreting(draft.between, draft.trained) if draft.interprets else None
    await serving.volunteer(call.by, draft.topics, draft.languages, call.now, interprets)
    chosen: list[Node] = []
    if draft.topics:
        chosen.append(_chosen(draft.topics, draft.languages, network))
    if draft.interprets:
        between = Series([Name("language", each) for each in draft.between])
        chosen.append(_("I ask you to interpret between {languages}.", languages=between))
        if await serving.vouching.needs_word(call.person_id):
            text = _(
                "Who interprets reads everything, so I ask you only after a moderator gave their "
                "word for you: they read that you wait, and I tell you when they did."
            )
            chosen.append(text)
    text = _(
        "Thank you. I ask you rarely: never more than {most} at a time and {weekly} in a week, "
        "and you may always decline. {away} pauses it, {limits} changes how often, and against "
        "whom never.",
        most=AT_ONCE,
        weekly=(await serving.entry(call.by)).weekly,
        away=Say("away"),
        limits=Say("limits"),
    )
    return Reply("experts.volunteered", Paragraphs([*chosen, text]))


def _chosen(topics: Sequence[str], languages: Sequence[str], network: Network) -> Node:
    return _(
        "I ask you about {topics}, in {languages}.",
        topics=Series([Label(network.rooms[topic].names) for topic in topics]),
        languages=Series([Name("language", each) for each in languages]),
    )


def _read_weekly(said: str) -> int:
    """Read how many requests a week an expert may be asked; raises ValueError."""
    weekly = read_number(said)
    if not 1 <= weekly <= MOST_WEEKLY:
        raise ValueError(said)
    return weekly


@feature.command(
    "limits",
    summary=_("how often I may ask you, and against whom never"),
    act=Act.SERVE,
    private=True,
)
async def limits(
    call: Call,
    serving: Serving,
    weekly: Annotated[int | None, Word(_("requests a week"), read=_read_weekly)] = None,
) -> Open[Limiting] | Reply:
    """Ask on which terms an expert helps, or change only how often they are asked."""
    row = await serving.entry(call.by)
    never = tuple(each for each in AGAINST if each in (row.never or ()))
    draft = Limiting(weekly or row.weekly, never, row.apart, row.urgent)
    return await _keep(call, draft, serving) if weekly else Open(limiting, draft)


@feature.dialogue(limiting, Act.SERVE)
async def limited(call: Call, draft: Limiting, serving: Serving) -> Reply:
    """Keep the terms, and say what they are."""
    return await _keep(call, draft, serving)


async def _keep(call: Call, draft: Limiting, serving: Serving) -> Reply:
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


@feature.answer("speak another", summary=_("a language more that you speak"))
async def speak_another(
    call: Call, serving: Serving, network: Network, understanding: Understanding
) -> Reply:
    """Ask an expert in one language more; nobody's language of the chat changes."""
    if not (call.role.may(Act.SERVE.least) and await serving.serves(call.by)):
        text = _(
            "I only keep in which language I write to you: {language}. {change} changes it. As an "
            "expert you say in which languages you help: {volunteer}.",
            language=Name("language", call.language),
            change=Say("language"),
            volunteer=Say("volunteer"),
        )
        return Reply("experts.one_language", text)
    row = await serving.entry(call.by)
    if (code := understanding.language(call.said, call.language)) is not None:
        await serving.speak(call.by, code, call.now)
    change = _("{volunteer} changes the topics and the languages.", volunteer=Say("volunteer"))
    chosen = _chosen(row.topics, row.languages, network)
    return Reply("experts.languages", Paragraphs([chosen, change]))


@feature.due(InterpretersWait)
async def interpreters_wait(due: Due[InterpretersWait], vouching: Vouching) -> None:
    """Somebody offered to interpret for whom no moderator gave their word."""
    await vouching.tell(due.due_at, due.now)


@feature.due(GoesOn)
async def goes_on(due: Due[GoesOn], serving: Serving) -> None:
    """A year has passed, or four weeks without an answer."""
    await serving.ask_on(due.what.person, due.what.stage, due.now)
