"""A request goes to who fits best, the same as if everybody were looked at, and to all in turn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.cases.matching import (
    AT_ONCE,
    HOURS,
    TOPIC,
    WEEKLY,
    Asked,
    Candidate,
    Wish,
    fits,
    score,
    withheld,
)
from actions.cases.pool import Pool
from actions.cases.roster import Ranked, Roster
from kit.network import Opponent, Side
from storage.experts import Experts
from tests.harness import NOON, Talk, index, network

DAY = timedelta(days=1)
asks = st.lists(
    st.builds(
        Asked,
        st.integers(0, 59).map(lambda days: NOON - days * DAY - timedelta(hours=1)),
        st.sampled_from([True, False, None]),
    ),
    max_size=5,
).map(lambda each: tuple(sorted(each, key=lambda ask: ask.at)))
candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 40),
        topics=st.frozensets(st.sampled_from("abc"), min_size=1),
        languages=st.frozensets(st.sampled_from(["en", "fr", "ar"]), min_size=1),
        country=st.sampled_from([None, "EG", "FR"]),
        region=st.sampled_from([None, "mena"]),
        zone=st.sampled_from([None, "Africa/Cairo", "Pacific/Auckland"]),
        side=st.sampled_from([None, Side.DEFENCE, Side.ADVERSE]),
        open_now=st.integers(0, 3),
        asks=asks,
        weekly=st.integers(1, 5),
        never=st.frozensets(st.sampled_from([Opponent.POLICE, Opponent.COMPANY])),
        quiet=st.sampled_from([None, (21, 7), (9, 17), (0, 0)]),
    ).map(lambda each: replace(each, region="mena" if each.country == "EG" else None)),
    max_size=30,
    unique_by=lambda each: each.person_id,
)
wishes = st.builds(
    Wish,
    st.sampled_from([{"a": TOPIC}, {"a": TOPIC, "b": TOPIC / 2}]),
    st.sampled_from([["en"], ["ar", "fr"]]),
    country=st.sampled_from([None, "EG", "FR"]),
    sides=st.sampled_from([[None], [Side.DEFENCE], [None, Side.DEFENCE]]),
    opponent=st.sampled_from([None, Opponent.POLICE, Opponent.NOBODY]),
    but=st.frozensets(st.integers(1, 40), max_size=5),
    draw=st.floats(0, 0.99),
).map(lambda wish: replace(wish, region="mena" if wish.country == "EG" else None))


def filled(experts: Iterable[Candidate]) -> Roster:
    roster = Roster()
    for each in experts:
        roster.put(each)
    return roster


def exhaustively(wish: Wish, experts: Iterable[Candidate]) -> list[int]:
    """Rank by looking at everybody."""
    ranked = [Ranked(each, score(wish, each, NOON)) for each in experts if fits(wish, each, NOON)]
    return [
        each.candidate.person_id for each in sorted(ranked, key=lambda r: r.total, reverse=True)
    ]


@given(candidates, wishes, st.integers(1, 6), st.randoms())
def test_few_are_looked_at_and_the_outcome_is_that_of_all(experts, wish, most, random):
    roster = filled(random.sample(experts, len(experts)))
    found = [each.candidate.person_id for each in roster.rank(wish, NOON, most)]
    assert found == exhaustively(wish, experts)[:most]


@given(candidates, candidates, wishes)
def test_what_changes_of_experts_changes_who_is_asked(before, after, wish):
    roster = filled(before)
    for each in before:
        if each.person_id % 2:
            roster.drop(each.person_id)
    for each in after:
        roster.put(each)
    known = {each.person_id: each for each in before if not each.person_id % 2}
    known |= {each.person_id: each for each in after}
    found = [each.candidate.person_id for each in roster.rank(wish, NOON, 100)]
    assert found == exhaustively(wish, known.values())


BUSY = Asked(NOON - DAY, True)
ONE = Candidate(1, frozenset("a"), frozenset({"en"}), side=Side.NEUTRAL)
WISH = Wish({"a": TOPIC}, ["en"], sides=[Side.DEFENCE], opponent=Opponent.POLICE)


@pytest.mark.parametrize(
    "changed",
    [
        {"topics": frozenset("b")},
        {"languages": frozenset({"fr"})},
        {"open_now": AT_ONCE},
        {"asks": (BUSY,) * WEEKLY},
        {"asks": (BUSY,), "weekly": 1},
        {"side": Side.ADVERSE},
        {"side": None},
        {"person_id": 7},
    ],
)
def test_each_rule_keeps_an_expert_from_being_asked(changed):
    wish = replace(WISH, but={7})
    assert [fits(wish, each, NOON) for each in (ONE, replace(ONE, **changed))] == [True, False]


@pytest.mark.parametrize(
    ("changed", "by"),
    [
        ({"opponent": Opponent.POLICE}, {"never": frozenset({Opponent.POLICE})}),
        ({"meets": {"@asker:test"}}, {"apart": frozenset({"@asker:test"})}),
        ({"apart": {1}}, {}),
    ],
)
def test_what_an_expert_said_in_private_withholds_a_request_and_rules_nobody_out(changed, by):
    wish, expert = replace(WISH, **changed), replace(ONE, **by)
    assert [fits(wish, each, NOON) for each in (ONE, expert)] == [True, True]
    assert [withheld(each, expert) for each in (replace(WISH, opponent=None), wish)] == [
        False,
        True,
    ]


@given(candidates, wishes)
def test_more_to_do_never_makes_somebody_come_sooner(experts, wish):
    order = exhaustively(wish, experts)
    for person_id in order[:3]:
        busier = [
            replace(each, open_now=each.open_now + 1) if each.person_id == person_id else each
            for each in experts
        ]
        again = exhaustively(wish, busier)
        if person_id in again:
            assert again.index(person_id) >= order.index(person_id)


def test_the_day_of_an_expert_is_what_their_quiet_hours_leave():
    night = replace(ONE, zone="UTC", quiet=(21, 7))
    day = replace(ONE, zone="UTC", quiet=(9, 17))
    always = replace(ONE, zone="UTC", quiet=(0, 0))
    noon = [score(WISH, each, NOON)["awake"] for each in (night, day, always)]
    assert noon == [HOURS, HOURS * 3 / 8, HOURS]  # eight hours ahead, until 20:00


def test_requests_spread_over_equals():
    experts = {n: replace(ONE, person_id=n) for n in range(1, 21)}
    roster, now, times = filled(experts.values()), NOON, Counter[int]()
    for number in range(400):
        now += timedelta(hours=12)
        wish = replace(WISH, draw=Random(number).random())
        (first,) = roster.rank(wish, now, 1)
        chosen = first.candidate
        times[chosen.person_id] += 1
        kept = [ask for ask in chosen.asks if ask.at > now - timedelta(days=60)]
        roster.put(replace(chosen, asks=(*kept, Asked(now, True))))
    assert (len(times), max(times.values()) <= 1.5 * min(times.values())) == (20, True)


def test_few_experts_of_a_topic_make_it_count_more():
    experts = [replace(ONE, person_id=n, topics=frozenset("a")) for n in range(1, 30)]
    worth = filled([*experts, replace(ONE, person_id=99, topics=frozenset("b"))]).worth(
        {"a": False, "b": False, "c": True}
    )
    assert worth["b"] == TOPIC
    assert worth["a"] < TOPIC
    assert worth["c"] == TOPIC / 2


ASKER = "@asker:test"
QUESTION = "Which standards require counsel at disciplinary hearings?"


async def registered(talk: Talk, many: int) -> None:
    for n in range(many):
        who = f"@expert{n}:test"
        await talk.member(who)
        await talk.says(who, "volunteer", "10", "skip")


async def test_what_a_transaction_left_behind_that_was_taken_back_is_corrected(talk: Talk):
    await registered(talk, 2)
    roster, wish = Roster(), replace(WISH, topics={"prisons": TOPIC})
    async with talk.storage.read() as session:
        pool = Pool(Experts(session), network(), index(), roster)
        before = await pool.best(wish, NOON, 5)
        first, second = (each.candidate for each in before)
        roster.put(replace(first, topics=frozenset({"prisons"}), country="FR"))
        roster.put(replace(second, person_id=99))
        found = await pool.best(wish, NOON, 5)
    assert [each.candidate for each in found] == [each.candidate for each in before]


@pytest.mark.slow
async def test_who_knows_a_related_topic_is_asked_where_nobody_knows_that_one(talk: Talk):
    await talk.member(ASKER)
    for who, topic in (("@near:test", "prisons"), ("@far:test", "death-penalty")):
        await talk.member(who)
        await talk.says(who, "volunteer", topic, "skip")
    heard = await talk.says(ASKER, "ask", QUESTION, "pretrial-detention", "no", "skip", "yes")
    assert [(said.kind, said.room) for said in heard] == [
        ("experts.asked", "direct:1"),
        ("experts.offer", "direct:2"),
        ("experts.next", "direct:1"),
    ]
    (why,) = await talk.says("@near:test", "why")
    assert why.body.splitlines()[0] == (
        "• You offered to help with something close to Pretrial detention and alternatives. (+1.5)"
    )
    heard = await talk.says("@near:test", "decline")
    assert [said.kind for said in heard] == ["experts.unmatched", "experts.declined"]
