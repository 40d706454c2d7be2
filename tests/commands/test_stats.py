"""Figures that tell how the network does, and of nobody in particular."""

import pytest

from kit.counts import largest
from tests.harness import STEWARD, Talk, kinds


@pytest.mark.slow
@pytest.mark.both_databases
async def test_the_figures_of_a_network(talk: Talk):
    for number in range(6):
        await talk.member(f"@kenya{number}:test")
    await talk.member("@brazil:test", country="Peru")
    for number in range(5):
        await talk.opens(f"@new{number}:test")
        await talk.says(f"@new{number}:test", "hello", "1")
    await talk.opens("@silent:test")
    await talk.member(STEWARD, country="Kenya")
    await talk.says(
        "@brazil:test", "ask", "What does the standard say about it?", "1", "no", "skip", "yes"
    )
    heard = (await talk.says(STEWARD, "stats"))[0]
    assert heard.body.splitlines() == [
        "• People I have met: 14",
        "• Wrote to me: 13",
        "• Became members: 8",
        "",
        "Questions where newcomers stopped: consent: 5.",
        "",
        "Members by region:",
        "",
        "• Others, or not given: 8",
        "",
        "Members by category:",
        "",
        "• Public defender / legal aid institution staff: 8",
        "• Others, or not given: 0",
        "",
        (
            "Requests for experts: 0 led to an introduction, fewer than 5 have no answer yet, "
            "0 were taken back."
        ),
    ]
    assert kinds(await talk.says("@brazil:test", "stats")) == ["error.not_allowed"]


@pytest.mark.parametrize(
    ("counts", "shown", "others"),
    [
        ({}, [], 0),
        ({"a": 4}, [], 4),
        ({"a": 5}, [("a", 5)], 0),
        ({"a": 9, "b": 5, "c": 4, "d": 4}, [("a", 9), ("b", 5)], 8),
        ({"a": 9, "b": 5, "c": 1}, [("a", 9)], 6),
        ({"a": 9, None: 2}, [], 11),
        (dict.fromkeys("abcdefg", 6), [(name, 6) for name in "abcde"], 12),
    ],
)
def test_no_small_group_can_be_worked_out(counts, shown, others):
    assert largest(counts) == (shown, others)
