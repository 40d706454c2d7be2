"""A draft comes back from its row as it was, also where an earlier hub put it there."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service.wiring import discover
from bot.talk.drafts import Drafts
from commands.curation._steps import Practice, Suggestion, Translating
from commands.desk import Closing
from commands.experts._asking import Asking
from commands.experts._offering import Limiting, Offering
from commands.experts.staying_away import Absence
from commands.experts.stopping import Leaving
from commands.hosting._repeating import Repeating
from commands.hosting._steps import CallingOff, EventChange
from commands.hosting._when import Announcing, Moving, Timing
from commands.membership._steps import Registration
from commands.membership.privacy import Farewell
from commands.membership.profile import ProfileChange
from commands.membership.showing import Showing
from commands.membership.trust import Given
from commands.membership.withdrawal import Decision
from commands.referrals import Named
from commands.rooms._steps import Wanted
from commands.staff.announcing import NewsDraft
from commands.staff.roles import Lowering
from kit.moments import Day, Moment
from kit.network import Opponent
from storage.tables.events import Details
from tests.harness import NOON

DIALOGUES = {talk.dialogue.name: talk.dialogue for f in discover() for talk in f.talks}
KNOWN = Details("Talk", timedelta(minutes=90), "Room M2", capacity=30)
DRAFTS = Drafts(DIALOGUES.values())

names = st.dictionaries(st.text(), st.text())
nested = {
    "titles": names,
    "summaries": names,
    "similar": st.dictionaries(st.text(), names),
    "answers": st.builds(Registration, country=st.none() | st.text(), topics=...),
}


@given(st.data())
@pytest.mark.parametrize("name", DIALOGUES)
def test_a_draft_comes_back_as_it_was(name, data):
    shape = DIALOGUES[name].draft
    draft = data.draw(st.builds(shape, **{f.name: nested.get(f.name, ...) for f in fields(shape)}))
    stored = json.loads(json.dumps(DRAFTS.dump(name, draft)))
    assert DRAFTS.load(name, stored) == draft


# As hubs of version 0.1.0 wrote them; a row of this shape may stand in any database.
STORED = {
    "onboarding": (
        (
            '{"language": "pt", "agreed": true, "country": "BR", "zone": null,'
            ' "several_zones": true, "category": "public_defender", "topics": ["prisons", "youth"]}'
        ),
        Registration("pt", True, "BR", None, True, "public_defender", ("prisons", "youth")),
    ),
    "profile": (
        (
            '{"name": "topics", "answers": {"language": "", "agreed": false, "country": null,'
            ' "zone": null, "several_zones": false, "category": "", "topics": ["prisons"]}}'
        ),
        ProfileChange("topics", Registration(topics=("prisons",))),
    ),
    "forget": ('{"sure": false}', Farewell()),
    "renewal": ('{"yes": true}', Decision(True)),
    "withdrawal": ('{"yes": false}', Decision()),
    "directory": ('{"fields": ["name"]}', Showing(("name",))),
    "referral": (
        (
            '{"country": "GH", "body": "Legal Aid Commission", "reach": "0302 123456",'
            ' "source": "https://aid.example/contact", "sure": false}'
        ),
        Named("GH", "Legal Aid Commission", "0302 123456", "https://aid.example/contact"),
    ),
    "suggest": (
        (
            '{"url": "https://a.test", "title": "", "listed": false, "similar": {"x": {"en": "X"}},'
            ' "same": "", "kind": "", "languages": ["en"], "topics": [], "why": ""}'
        ),
        Suggestion("https://a.test", similar={"x": {"en": "X"}}, languages=("en",)),
    ),
    "suggestion": ('{"url": null, "title": "A title"}', Suggestion(title="A title")),
    "practice": (
        (
            '{"title": "t", "did": "d", "changed": "c", "how": "h", "topics": ["prisons"],'
            ' "credit": "", "safe": true}'
        ),
        Practice("t", "d", "c", "h", ("prisons",), "", True),
    ),
    "translation": (
        (
            '{"resource_id": "unpg-2012", "language": "fr", "titles": {"en": "T"}, "summaries": {},'
            ' "title": "", "summary": ""}'
        ),
        Translating("unpg-2012", "fr", {"en": "T"}),
    ),
    "volunteer": (
        '{"topics": ["prisons"], "languages": ["en", "fr"]}',
        Offering(("prisons",), ("en", "fr")),
    ),
    "lowering": (
        (
            '{"user": "@a:example.org", "before": "moderator", "role": "member", "checked": 2,'
            ' "sure": false}'
        ),
        Lowering("@a:example.org", "moderator", "member", 2),
    ),
    "word": (
        '{"user": "@a:example.org", "between": ["ar", "fr"], "interprets": false}',
        Given("@a:example.org", ("ar", "fr")),
    ),
    "desk": ('{"number": 7, "sure": false}', Closing(7)),
    "announce": (
        (
            '{"rooms": 2, "members": 30, "languages": ["en", "fr"],'
            ' "texts": ["The office moves.", "Le bureau déménage."], "sure": false}'
        ),
        NewsDraft(2, 30, ("en", "fr"), ("The office moves.", "Le bureau déménage.")),
    ),
    "event_add": (
        (
            '{"told": 3, "details": {"title": "Talk", "length": null, "place": "", "link": "",'
            ' "about": "", "capacity": null}, "sure": false, "when": {"own": "UTC",'
            ' "named": false,'
            ' "days": [{"day": "2027-03-01", "zone": "UTC", "named": false, "rest": "Talk"},'
            ' {"at": "2027-03-01T12:00:00Z", "zone": "UTC", "named": true, "rest": ""}],'
            ' "day": "2027-03-01", "moments": [{"at": "2027-03-01T12:00:00Z",'
            ' "zone": "Europe/Vienna", "named": false, "rest": ""}],'
            ' "at": "2027-03-01T12:00:00Z"}, "asked": true}'
        ),
        Announcing(
            3,
            Details("Talk"),
            when=Timing(
                "UTC",
                days=(Day(NOON.date(), "UTC", rest="Talk"), Moment(NOON, "UTC", named=True)),
                day=NOON.date(),
                moments=(Moment(NOON, "Europe/Vienna"),),
                at=NOON,
            ),
        ),
    ),
    "event_move": (
        (
            '{"told": 3, "details": {"title": "Talk", "length": "PT1H30M", "place": "Room M2",'
            ' "link": "", "about": "", "capacity": 30}, "sure": false, "when": {"own": "UTC",'
            ' "named": false, "days": [], "day": null, "moments": [], "at": null}, "asked": true,'
            ' "number": 1, "was": "2027-03-01T12:00:00Z"}'
        ),
        Moving(3, KNOWN, number=1, was=NOON),
    ),
    "event_edit": (
        (
            '{"told": 3, "details": {"title": "Talk", "length": "PT1H30M", "place": "Room M2",'
            ' "link": "", "about": "", "capacity": 30}, "sure": false, "number": 1,'
            ' "asked": true}'
        ),
        EventChange(3, KNOWN, number=1),
    ),
    "event_cancel": (
        (
            '{"told": 3, "details": {"title": "Talk", "length": "PT1H30M", "place": "Room M2",'
            ' "link": "", "about": "", "capacity": 30}, "sure": false, "number": 1,'
            ' "begins": "2027-03-01T12:00:00Z", "zone": "UTC", "follow": true, "whole": false}'
        ),
        CallingOff(3, KNOWN, number=1, begins=NOON),
    ),
    "event_repeat": (
        (
            '{"told": 0, "details": {"title": "Talk", "length": "PT1H30M", "place": "Room M2",'
            ' "link": "", "about": "", "capacity": 30}, "sure": false, "number": 1,'
            ' "begins": "2027-03-01T12:00:00Z", "zone": "UTC",'
            ' "rules": ["FREQ=WEEKLY", "FREQ=YEARLY"], "rule": ""}'
        ),
        Repeating(
            0, KNOWN, number=1, begins=NOON, zone="UTC", rules=("FREQ=WEEKLY", "FREQ=YEARLY")
        ),
    ),
    "room": (
        (
            '{"asked": true, "slug": "", "name": "Bail reform", "topic": "", "access": "members",'
            ' "weeks": 4, "sure": false}'
        ),
        Wanted(asked=True, name="Bail reform", weeks=4),
    ),
    "room_edit": (
        (
            '{"asked": false, "slug": "welcome", "name": "", "topic": "What is new",'
            ' "access": "open", "weeks": 0, "sure": false}'
        ),
        Wanted(slug="welcome", topic="What is new", access="open"),
    ),
    "absence": (
        '{"begin": "2027-04-01T00:00:00+00:00", "until": "", "zone": "UTC", "sure": false}',
        Absence("2027-04-01T00:00:00+00:00", "", "UTC", sure=False),
    ),
    "leaving": (
        '{"offered": 2, "taken": 1, "met": 1, "sure": false}',
        Leaving(2, 1, 1, sure=False),
    ),
    "limits": (
        '{"weekly": 2, "never": ["police"], "people": ["@ana:test"], "urgent": true}',
        Limiting(2, (Opponent.POLICE,), ("@ana:test",), urgent=True),
    ),
    "ask": (
        (
            '{"question": "How?", "proposed": "", "topic": "prisons", "languages": ["en"],'
            ' "urgent": true, "opponent": "police", "safe": false}'
        ),
        Asking("How?", "", "prisons", ("en",), urgent=True, opponent=Opponent.POLICE),
    ),
}


@pytest.mark.parametrize("name", STORED)
def test_what_an_earlier_hub_stored_is_read(name):
    stored, draft = STORED[name]
    assert DRAFTS.load(name, json.loads(stored)) == draft


def test_each_dialogue_that_was_ever_landed_has_its_stored_draft():
    assert {*DIALOGUES} - {*STORED} == set()


@pytest.mark.parametrize(
    "stored", [{"topics": 5}, {"agreed": "perhaps"}, {"country": ["BR"]}, [], None]
)
def test_what_has_another_shape_is_no_draft(stored):
    assert DRAFTS.load("onboarding", stored) is None
