"""An expert stops being one: what waits goes to others, and what goes on is said before the yes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from storage.tables.cases import ExpertRow
from tests.commands.test_interpreting import interprets, speaks_swahili
from tests.harness import Said, Talk, kinds, once, scene

ASKER, SECOND, EXPERT, OTHER = "@asker:test", "@second:test", "@expert:test", "@other:test"
QUESTION = "How do others prepare for disciplinary hearings in prison?"
ASKED = ("ask", QUESTION, "no", "skip", "yes")
ENDS = [
    "I put no more requests to you, and erase what you told me to ask you for and when.",
    (
        "What stays: which requests were put to you, for a year after each was made, and whom you "
        "do not want to meet again. You stay a member."
    ),
]


@once
async def volunteers(talk: Talk, who: str) -> None:
    await talk.member(who)
    await talk.says(who, "volunteer", "prisons", "skip")


@scene
async def busy(talk: Talk) -> None:
    """One request waits for the expert, and one led to an introduction."""
    await talk.room("space:expert-desk", "!desk:test")
    await volunteers(talk, EXPERT)
    await talk.says(EXPERT, "limits 5")
    for who in (ASKER, SECOND):
        await talk.member(who)
        await talk.says(who, *ASKED)
    await talk.says(EXPERT, "accept 1")
    await talk.says(ASKER, "accept 1")


async def experts(talk: Talk) -> int:
    async with talk.storage.read() as session:
        return (await session.scalars(select(func.count()).select_from(ExpertRow))).one()


def lines(shown: Said) -> list[str]:
    listed = (line.removeprefix("• ") for line in shown.body.splitlines() if line.startswith("•"))
    return [*listed]


async def test_who_stops_reads_first_what_becomes_of_each_request(busy: Talk):
    (shown,) = await busy.says(EXPERT, "volunteer stop")
    met = '1 request over which you met goes on in its private room; "done" closes it.'
    waits = "1 request that waits for your answer goes to others."
    assert lines(shown) == [ENDS[0], waits, met, ENDS[1]]
    await busy.says(EXPERT, "cancel", "accept 2")
    (shown,) = await busy.says(EXPERT, "volunteer stop")
    taken = "1 request that you agreed to help with goes to others; who waits for you is told."
    assert lines(shown) == [ENDS[0], taken, met, ENDS[1]]
    assert await experts(busy) == 1


async def test_what_waits_goes_to_others_and_what_was_begun_goes_on(busy: Talk):
    await volunteers(busy, OTHER)
    await busy.says(EXPERT, "accept 2")
    heard = await busy.says(EXPERT, "volunteer stop", "yes")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.stepped_back", "direct:3"),
        ("experts.offer", "direct:4"),
        ("experts.stopped", "direct:1"),
    ]
    assert await experts(busy) == 1
    assert kinds(await busy.says(EXPERT, "volunteer stop")) == ["experts.none"]
    assert kinds(await busy.says(EXPERT, "done 1"))[-1] == "experts.done"


async def test_a_no_changes_nothing(busy: Talk):
    assert kinds(await busy.says(EXPERT, "volunteer stop", "no")) == ["experts.stays"]
    assert await experts(busy) == 1


async def test_who_interprets_stops_and_another_is_sought(talk: Talk):
    await talk.member(ASKER)
    await speaks_swahili(talk)
    await interprets(talk)
    await talk.says(ASKER, "ask", QUESTION, "no", "skip", "yes")
    await talk.says(EXPERT, "accept 1")
    await talk.says("@both:test", "accept 1")
    heard = await talk.says("@both:test", "stop volunteering", "yes")
    assert kinds(heard) == [
        "experts.interpreter_stepped_back",
        "experts.no_interpreter",
        "experts.unmatched",
        "experts.stopped",
    ]


async def test_beginning_anew_gives_no_more_changes_of_whom_somebody_names(talk: Talk):
    await volunteers(talk, EXPERT)
    for name in ("@one:test", "@two:test", "@three:test"):
        await talk.says(EXPERT, "limits", "skip", name, "no")
    await talk.says(EXPERT, "volunteer stop", "yes")
    await talk.says(EXPERT, "volunteer", "prisons", "skip")
    heard = await talk.says(EXPERT, "limits", "skip", "@four:test", "no")
    assert kinds(heard)[0] == "error.conflict"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "I am done being an expert here, take me off"),
        ("1", "remove me as an expert"),
        ("1", "I don't want to be an expert any more"),
        ("2", "ya no quiero ser experta, bórrenme de esa lista"),
        ("3", "je ne veux plus être sollicitée comme experte, retirez-moi de la liste"),
        ("3", "volontaire non"),
        ("4", "quero sair da lista de especialistas"),
        ("5", "я больше не хочу быть экспертом"),
        ("6", "我不想再当专家了"),
        ("7", "لا أريد أن أكون خبيرة بعد الآن"),
    ],
)
async def test_it_is_understood_in_words_of_ones_own(talk: Talk, language: str, said: str):
    await talk.member(EXPERT, language=language, country="Kenya")
    await talk.says(EXPERT, "volunteer", "10", "skip")
    heard = await talk.says(EXPERT, said)
    if kinds(heard) == ["wish.offer"]:
        heard = await talk.says(EXPERT, "1")
    assert kinds(heard) == ["leaving.ask.sure"]
