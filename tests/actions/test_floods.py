"""What counts as a flood, and what never does: beside a plain count of all that was said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.moderation.floods import MINUTE, MOST_KEYS, Flood, FloodGauge, Window
from kit.inbound import Displayed, Event, Joined, Left, Reaction
from kit.network import FloodLimits
from tests.harness import NOON

AMAL, ADVERT = "@amal:test", "Certificates for the bar, cheap and quick"
LIMITS = FloodLimits(messages=3, everywhere=10, copies=2, joins=2, link_hours=1)
SECOND = timedelta(seconds=1)


def counted(
    limits: FloodLimits, *events: tuple[str, str, Event], every: timedelta = SECOND
) -> list[tuple[int, str]]:
    """Count events of a room and a person; returns the place of each that is too much."""
    gauge = FloodGauge(limits, "space", b"key")
    return [
        (place, flooded.sort)
        for place, (room, who, event) in enumerate(events)
        for flooded in gauge.count(room, who, f"${place}", event, NOON + place * every)
    ]


@given(
    most=st.integers(1, 6),
    said=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 90)), max_size=60),
)
def test_it_is_told_when_and_only_when_there_are_too_many_at_a_time(most, said):
    window = Window(most, MINUTE)
    kept: dict[str, list[int]] = {"a": [], "b": []}
    moment = 0
    for place, (key, later) in enumerate(said):
        moment += later
        kept[key] = [*(then for then in kept[key] if moment - then < 60), moment]
        too_many = len(kept[key]) > most
        assert window.exceeds(key, place, NOON + moment * SECOND) is too_many
        if too_many:
            kept[key] = []


@given(st.lists(st.integers(0, 3), max_size=40))
def test_what_is_told_twice_counts_once(said):
    window = Window(4, MINUTE)
    assert not any(window.exceeds("key", each, NOON) for each in said)


def test_so_many_senders_are_remembered_and_no_more():
    window = Window(1, MINUTE)
    window.exceeds("first", 1, NOON)
    for number in range(MOST_KEYS):
        window.exceeds(number, 1, NOON)
    assert (window.exceeds("first", 2, NOON), window.exceeds(MOST_KEYS - 1, 2, NOON)) == (
        False,
        True,
    )


def said(text: str) -> Displayed:
    return Displayed((text,))


WORDS = ["bail", "appeal", "prison", "custody", "interpreter", "witness", "verdict", "fee", "law"]
OTHERS = [said(f"Who has experience with {word}, and would share it?") for word in WORDS]
LOOKALIKES = ("Certificates", "Certificаtes", "Сertificates", "Cert1ficates")
TRICKS = [
    [said(f"{ADVERT} {n}") for n in range(3)],
    [said(f"{n} times {ADVERT}{n * 11}") for n in range(3)],
    [said(ADVERT.replace("Certificates", word)) for word in LOOKALIKES],
    [said(ADVERT.replace("the", "t" + "\u200d" * n + "he")) for n in range(3)],
    [Displayed((f"{'i' * n}.png",), (), ("mxc://cheap.org/one",)) for n in range(3)],
    [Displayed((ADVERT, f"Pictures of my holidays, part {'i' * n}")) for n in range(3)],
]


LINKS = [
    "See www.example.org",
    "see cheap.org/offer now",
    "come to evil.example",
    "HTTPS：//CHEAP.ORG",
    "ftp://cheap.org",
    "(cheap.co.uk)",
    "write to t.me or telegram.me/cheap",
    "all is on t.me/cheap",
    "q.co/3",
    "download cheap.zip",
    "read cheap.md/now",
    "наш сайт: дешево.рф",
    "büro.example",
    "cheap。org",
    "10.1.2.3/offer and 10.1.2.3:80",
    "http:cheap.org",
    "look:cheap.org/x",
]
NO_LINKS = [
    "See art. 14.3 of the covenant, e.g. in EE.UU. or at 9.30 p.m.",
    "I sent report.pdf and list.docx",
    "@li:example.org or li@example.org",
    "ask https://matrix.to/#/@li:example.org or https://matrix.to/#/%40li%3Aexample.org",
    "Thank you.I will",
    "You find it in 1.2.3.4 of the guide.",
    "Спасибо.Завтра приду",
    "好的。谢谢。art。",
    "at 5 p.m./6 p.m. in the U.S./U.K.",
]


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([("hall", AMAL, each) for each in OTHERS[:3]], []),
        ([("hall", AMAL, each) for each in OTHERS[:4]], [(3, Flood.MESSAGES)]),
        ([("hall", AMAL, Displayed())] * 4, [(3, Flood.MESSAGES)]),
        ([("hall", f"@{n}:test", each) for n, each in enumerate(OTHERS)], []),
        ([(f"room{n}", AMAL, each) for n, each in enumerate(OTHERS)], []),
        ([("hall", AMAL, Reaction("1", "$a"))] * 9, []),
        ([("hall", AMAL, Left())] * 9, []),
        ([(f"room{n}", AMAL, said(ADVERT)) for n in range(2)], []),
        ([(f"room{n}", AMAL, said(ADVERT)) for n in range(3)], [(2, Flood.COPIES)]),
        (
            [(f"room{n}", AMAL, said(ADVERT.upper() + "!" * n)) for n in range(3)],
            [(2, Flood.COPIES)],
        ),
        ([(f"room{n}", f"@{n}:test", said(ADVERT)) for n in range(9)], []),
        ([(f"room{n}", AMAL, said("Hello everybody")) for n in range(9)], []),
        (
            [(f"room{n}", AMAL, said(f"cheap.org {n}")) for n in range(3)],
            [(0, Flood.LINK), (1, Flood.LINK), (2, Flood.COPIES), (2, Flood.LINK)],
        ),
        ([("space", f"@{n}:test", Joined()) for n in range(2)], []),
        ([("space", f"@{n}:test", Joined()) for n in range(3)], [(2, Flood.JOINS)]),
        ([("space", AMAL, Joined())] * 9, []),
        ([("hall", f"@{n}:test", Joined()) for n in range(9)], []),
        ([("hall", AMAL, said("See https://example.org"))], [(0, Flood.LINK)]),
        *[([("hall", AMAL, said(link))], [(0, Flood.LINK)]) for link in LINKS],
        *[([("hall", AMAL, said(none))], []) for none in NO_LINKS],
        ([("hall", AMAL, Displayed(("our offer",), ("//cheap.org",)))], [(0, Flood.LINK)]),
        ([("hall", AMAL, Displayed(("Li",), ("https://matrix.to/#/@li:test",)))], []),
        (
            [("hall", AMAL, Displayed(("us",), ("https://matrix.to/#/#us:test",)))],
            [(0, Flood.LINK)],
        ),
        *[
            ([(f"room{n}", AMAL, each) for n, each in enumerate(trick[:3])], [(2, Flood.COPIES)])
            for trick in TRICKS
        ],
        (
            [(f"room{n % 7}", AMAL, said(f"number {n}")) for n in range(11)],
            [(10, Flood.EVERYWHERE)],
        ),
        ([("hall", AMAL, said("See 67/187, @li:test, or ask me"))], []),
    ],
)
def test_what_is_too_much(events, told):
    assert counted(LIMITS, *events) == told


def test_each_can_be_switched_off():
    everything = [
        *[("hall", AMAL, said(f"{ADVERT} https://example.org {n}")) for n in range(99)],
        *[(f"room{n}", AMAL, said(ADVERT)) for n in range(99)],
        *[("space", f"@{n}:test", Joined()) for n in range(99)],
    ]
    assert counted(FloodLimits(messages=0, everywhere=0, copies=0, joins=0), *everything) == []
    assert {sort for _place, sort in counted(LIMITS, *everything)} == set(Flood)


def test_what_people_usually_do_is_far_below_the_usual_limits():
    usual = FloodLimits()
    lively = [("hall", AMAL, said(f"And another thought, number {n}")) for n in range(40)]
    assert counted(usual, *lively, every=timedelta(seconds=8)) == []
    course = [("space", f"@{n}:test", Joined()) for n in range(50)]
    assert counted(usual, *course) == []
    crossed = [(f"room{n}", AMAL, said(ADVERT)) for n in range(3)]
    assert counted(usual, *crossed) == []
    assert counted(usual, ("hall", AMAL, said("See https://example.org"))) == []
