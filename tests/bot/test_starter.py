"""A file that a network starts from is refused with its name and the entry that is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from structlog.testing import capture_logs

from bot.almanac import with_days
from bot.starter import load_library, starter
from bot.starter.network import dump_rooms, load_network
from kit.errors import BadConfiguration
from kit.network import Access

SPACE, WORDS, EVENTS = starter("space.yaml"), starter("vocabulary.yaml"), starter("events.yaml")
LIBRARY = starter("library.yaml")


@cache
def parsed(source: Path) -> str:
    return json.dumps(yaml.load(source.read_text("utf-8"), yaml.CSafeLoader))


def changed(source: Path, directory: Path, change) -> Path:
    """Write *source* with a change, as JSON: which is YAML, and quicker to write."""
    data = json.loads(parsed(source))
    change(data)
    path = directory / source.name
    path.write_text(json.dumps(data), "utf-8")
    return path


def rename(data, slug: str, new: str) -> None:
    """Call a room otherwise."""
    for room in data["rooms"]:
        for name in ("slug", "parent"):
            if room[name] == slug:
                room[name] = new


def test_a_gate_that_is_not_declared_is_the_room_called_like_its_level(tmp_path):
    path = changed(SPACE, tmp_path, lambda d: d.update(gates={"members": "start"}))
    gates = load_network(path, WORDS).gates
    assert gates == {
        Access.OPEN: "ilan",
        Access.MEMBERS: "start",
        Access.PRACTITIONERS: "practitioners",
        Access.STAFF: "staff",
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.pop("languages"), "languages: is required"),
        (lambda d: d.update(version=2), "version: Input should be 1"),
        (lambda d: d.update(colour="red"), "colour: no such key, see starter/space.yaml"),
        (
            lambda d: d["rooms"][3]["names"].pop("en"),
            "rooms.3.names: needs a name under 'en'",
        ),
        (
            lambda d: d["rooms"][3].update(access="friends"),
            (
                "rooms.3.access: Input should be 'open', 'members', 'practitioners', 'staff' "
                "or 'invite'"
            ),
        ),
        (
            lambda d: d["rooms"][3].update(slug="Not A Slug"),
            "rooms.3.slug: String should match pattern '^[a-z0-9-]+$'",
        ),
        (
            lambda d: d["regions"][0]["countries"].append("Kenya"),
            "regions.0.countries.{}: String should match pattern '^[A-Z]{2}$'",
        ),
        (
            lambda d: d["regions"].append(d["regions"][0]),
            "regions.10.slug: declared more than once: {region}",
        ),
        (
            lambda d: d["rooms"].append(d["rooms"][3]),
            "rooms.61.slug: declared more than once: {slug}",
        ),
        (
            lambda d: d["rooms"][-1].update(parent=None),
            "rooms.60.parent: does not hang below the one root: {leaf}",
        ),
        (
            lambda d: d["rooms"][-1].update(parent=d["rooms"][-1]["slug"]),
            "rooms.60.parent: does not hang below the one root: {leaf}",
        ),
        (
            lambda d: d.update(texts={"farewell": {"en": "Bye"}}),
            "texts.farewell: no such text; there are welcome, introduction",
        ),
        (
            lambda d: d.update(texts={"welcome": {"en": "Hello {name}"}}),
            "texts.welcome.en: no such hole: name; there is {network}",
        ),
        (
            lambda d: d.update(texts={"welcome": {"en": "Hello {"}}),
            "texts.welcome.en: Single '{' encountered in format string",
        ),
        (
            lambda d: d.update(texts={"welcome": {"tlh": "nuqneH"}}),
            "texts.welcome.tlh: no language of this network",
        ),
        (
            lambda d: d.update(texts={"introduction": {"en": "One.\n\nTwo."}}),
            "texts.introduction.en: must be one paragraph",
        ),
        (
            lambda d: d["rooms"][3].update(parent="nowhere"),
            "rooms.3.parent: no such room: nowhere",
        ),
        (lambda d: d["gates"].update(members="nowhere"), "gates.members: no such room: nowhere"),
        (
            lambda d: d["helplines"][1].update(regions=["mars"]),
            "helplines.1.regions: no such region: mars",
        ),
        (
            lambda d: d["subject_rooms"].update(x="nowhere"),
            "subject_rooms.x: no such room: nowhere",
        ),
        (
            lambda d: d["languages"].append("sw"),
            ("languages.7: I speak no sw: add locales/sw, or name it under content_languages"),
        ),
    ],
)
def test_a_wrong_network_is_named(tmp_path, change, message):
    path = changed(SPACE, tmp_path, change)
    declared = json.loads(parsed(SPACE))
    slug, leaf = (declared["rooms"][place]["slug"] for place in (3, -1))
    region = declared["regions"][0]["slug"]
    last = "{}" if "{}" not in message else str(_countries())
    with pytest.raises(BadConfiguration) as refused:
        load_network(path, WORDS)
    expected = message.replace("{}", last)
    for hole, value in {
        "{slug}": slug,
        "{leaf}": leaf,
        "{region}": region,
    }.items():
        expected = expected.replace(hole, value)
    assert str(refused.value) == f"{path}:1: {expected}"


def _countries() -> int:
    return len(json.loads(parsed(SPACE))["regions"][0]["countries"])


ADVICE = [
    (
        lambda d: d["gates"].pop("staff") and rename(d, "staff", "crew"),
        "gates: no staff: who has that access has to be invited to each room",
    ),
    (
        lambda d: rename(d, "events", "calendar"),
        "rooms: no room has the slug events, so events are told in no room",
    ),
    (
        lambda d: rename(d, "welcome", "hall"),
        "rooms: no room has the slug welcome, so who takes no direct chat is greeted nowhere",
    ),
    (
        lambda d: rename(d, "announcements", "news"),
        "rooms: no room has the slug announcements, so newcomers are offered no news",
    ),
    (
        lambda d: rename(d, "lobby-fr", "salon"),
        (
            "rooms.{place}.slug: offered to nobody: "
            "call it lobby- and the code of a language of the hub"
        ),
    ),
    (
        lambda d: rename(d, "region-europe", "europe"),
        "rooms.{place}.slug: offered to nobody: call it region- and the slug of a region",
    ),
]


@pytest.mark.parametrize(("change", "advice"), ADVICE)
def test_what_a_network_goes_without_is_said_and_it_comes_up(tmp_path, change, advice):
    path = changed(SPACE, tmp_path, change)
    with capture_logs() as logs:
        before, after = ([*load_network(each, WORDS).rooms] for each in (SPACE, path))
    pairs = enumerate(zip(before, after, strict=True))
    place = next(place for place, (old, new) in pairs if old != new)
    said = f"{path}:1: {advice.replace('{place}', str(place))}"
    assert logs == [{"event": "file.advice", "advice": said, "log_level": "warning"}]


def test_without_a_gate_there_is_nothing_to_be_invited_to_or_to_be_taken_out_of(tmp_path):
    path = changed(SPACE, tmp_path, ADVICE[0][0])
    network = load_network(path, WORDS)
    assert network.gate(Access.STAFF) is None
    assert {room.access for room in network.behind(Access.STAFF)} == {Access.STAFF}
    assert network.gate(Access.MEMBERS) is network.rooms["members"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["rooms"].update(nowhere=["x"]), "rooms.nowhere: no such room: nowhere"),
        (
            lambda d: d["categories"].update(nobody=["x"]),
            "categories.nobody: no such category: nobody",
        ),
        (lambda d: d.update(version="one"), "version: Input should be 1"),
    ],
)
def test_a_wrong_vocabulary_is_named(tmp_path, change, message):
    path = changed(WORDS, tmp_path, change)
    with pytest.raises(BadConfiguration) as refused:
        load_network(SPACE, path)
    assert str(refused.value) == f"{path}:1: {message}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d["days"][1].update(slug=d["days"][0]["slug"]),
            "days.1.slug: declared more than once: endangered-lawyer",
        ),
        (
            lambda d: d["days"][0].pop("day"),
            "days.0.slug: needs month and day, or a reason why it is disabled",
        ),
        (
            lambda d: d["days"][0].update(month=2, day=29),
            "days.0.day: there is no such day each year",
        ),
        (
            lambda d: d["past"][0].update(begins="2004-02-30"),
            "past.0.begins: there is no such day",
        ),
    ],
)
def test_a_wrong_day_of_observance_is_named(tmp_path, change, message):
    path = changed(EVENTS, tmp_path, change)
    with pytest.raises(BadConfiguration) as refused:
        with_days(load_network(SPACE, WORDS), path)
    assert str(refused.value).partition(": ")[2] == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d["resources"][0].pop("title"), "resources.0.title: is required"),
        (
            lambda d: d["resources"][2].update(year="long ago"),
            (
                "resources.2.year: Input should be a valid integer, "
                "unable to parse string as an integer"
            ),
        ),
        (
            lambda d: d["resources"][1].update(stars=5),
            "resources.1.stars: no such key, see starter/library.yaml",
        ),
    ],
)
def test_a_wrong_library_is_named(tmp_path, change, message):
    path = changed(LIBRARY, tmp_path, change)
    with pytest.raises(BadConfiguration) as refused:
        load_library(path)
    assert str(refused.value) == f"{path}:1: {message}"


def test_rooms_that_are_written_down_are_read_back_as_they_are(tmp_path):
    wanted = [
        replace(room, words=())
        for slug, room in load_network(SPACE, WORDS).rooms.items()
        if slug in {"funding", "torture-prevention", "lobby-ar", "announcements"}
    ]
    written = yaml.safe_load(dump_rooms(wanted))

    def put(data):
        slugs = [room["slug"] for room in written]
        data["rooms"] = [room for room in data["rooms"] if room["slug"] not in slugs] + written

    read = load_network(changed(SPACE, tmp_path, put), WORDS).rooms
    assert [replace(read[room.slug], words=()) for room in wanted] == wanted
