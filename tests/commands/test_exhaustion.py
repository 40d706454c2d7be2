"""What is said to somebody who can bear no more of their work."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds

MEMBER = "@member:test"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1", "I am so tired of this job, I cry in the car after court"),
        ("2", "ya no tengo fuerzas para seguir con este trabajo"),
        ("3", "ce boulot m'épuise, je n'en peux plus"),
        ("4", "estou no limite, não aguento mais"),
        ("5", "تعبت كثيرا ولم أعد أحتمل"),
        ("6", "я так вымотан, сил больше нет"),
        ("7", "我真的太累，扛不住了"),
    ],
)
async def test_who_can_bear_no_more_is_led_to_people(talk: Talk, number: str, said: str):
    await talk.member(MEMBER, language=number)
    heard = await talk.says(MEMBER, said)
    assert kinds(heard) == ["about.exhaustion"]
    assert "wellbeing" in heard[0].body


async def test_what_is_read_about_it_is_still_looked_up(talk: Talk):
    await talk.member(MEMBER)
    heard = await talk.says(MEMBER, "studies on vicarious trauma of defenders")
    assert [(each.kind, each.ids[0]) for each in heard] == [
        ("find.everywhere", "workload-study-2023")
    ]
