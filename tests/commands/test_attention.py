"""What nobody asked for: counted, held at night, gathered, switched off; never lost nor doubled."""

from datetime import datetime, timedelta
from random import Random

import pytest

from commands.attention import KINDS
from kit.notices import Notice
from kit.text import Reply, Verbatim
from tests.harness import STEWARD, Said, Talk, kinds, scene

READER, CURATOR, OTHER = "@reader:test", "@curator:test", "@other:test"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@scene
async def reader(talk: Talk) -> None:
    """Let somebody in Dakar, where it is noon on a Monday, become a member."""
    await talk.member(READER, country="Sénégal")


async def notify(
    talk: Talk, *texts: str, about: Notice = Notice.TIPS, until: datetime | None = None
) -> list[str]:
    async with talk.storage.write() as session:
        post = talk.post(session, talk.now)
        for text in texts:
            await post.notify(1, about, Reply(f"test.{text}", Verbatim(text)), until=until)
    return kinds(await talk.heard())


@pytest.mark.both_databases
async def test_what_is_one_too_many_this_week_comes_in_the_digest(reader: Talk):
    assert await notify(reader, "a", "b", "c", "d") == ["test.a", "test.b"]
    digest = await reader.passes(7 * DAY)
    assert [(s.kind, s.body) for s in digest] == [
        (
            "attention.digest",
            '2 things you may want to know:\n\n• c\n• d\n\n"notify" decides what I write about.',
        )
    ]
    assert await notify(reader, "e", "f") == ["test.e"]
    assert kinds(await reader.passes(7 * DAY)) == ["attention.digest"]
    assert kinds(await reader.passes(30 * DAY)) == []


async def test_a_digest_waits_until_the_week_has_room_for_it(reader: Talk):
    await reader.says(READER, "digest off")
    await reader.passes(6 * DAY)
    assert await notify(reader, "a", "b", "c", "d") == ["test.a", "test.b", "test.c"]
    await reader.says(READER, "digest on")
    await reader.passes(timedelta(0))
    assert kinds(await reader.passes(2 * DAY)) == []
    assert kinds(await reader.passes(5 * DAY)) == ["attention.digest"]


async def test_nobody_is_woken_and_the_order_stays(reader: Talk):
    await reader.passes(10 * HOUR)
    asked = Notice.REQUESTS
    assert await notify(reader, "a", about=asked) == []
    assert await notify(reader, "b") == []
    assert kinds(await reader.passes(8 * HOUR)) == []
    reader.now += HOUR  # the clock has not looked yet
    assert await notify(reader, "c", about=asked) == []
    assert kinds(await reader.passes(timedelta(0))) == ["test.a", "test.b", "test.c"]
    assert kinds(await reader.passes(DAY)) == []


async def test_what_would_come_too_late_in_the_morning_comes_at_once(reader: Talk):
    await reader.passes(12 * HOUR)
    soon, later = reader.now + 8 * HOUR, reader.now + 12 * HOUR
    assert await notify(reader, "a", about=Notice.REMINDERS, until=soon) == ["test.a"]
    assert await notify(reader, "b", about=Notice.REMINDERS, until=later) == []
    assert await notify(reader, "c", about=Notice.TIPS, until=soon) == []
    assert kinds(await reader.passes(7 * HOUR)) == ["test.b", "test.c"]


async def test_who_speaks_at_night_is_answered_and_told(reader: Talk):
    await reader.passes(12 * HOUR)
    heard = await reader.says(
        READER, "ask", "What does the standard say about it?", "1", "no", "skip", "yes"
    )
    assert kinds(heard) == ["experts.asked", "experts.unmatched", "experts.next"]


async def test_news_waits_for_the_command_when_the_digest_is_off(reader: Talk):
    await reader.says(READER, "digest off")
    assert await notify(reader, *"abcdefg", about=Notice.LIBRARY) == []
    assert kinds(await reader.passes(8 * DAY)) == []
    pages = [(await reader.says(READER, "digest"))[0] for _ in range(3)]
    assert [page.body.splitlines()[2:-2] for page in pages] == [
        ["• a", "• b", "• c", "• d", "• e", "", 'Say "digest" for the next ones.'],
        ["• f", "• g"],
        [],
    ]
    assert pages[2].kind == "attention.nothing"


async def test_long_news_makes_short_digests(reader: Talk):
    await notify(reader, *("x" * 400 for _ in range(3)), about=Notice.LIBRARY)
    digests = [await reader.passes(7 * DAY) for _ in range(4)]
    assert [kinds(digest) for digest in digests] == [["attention.digest"]] * 3 + [[]]


async def test_a_kind_that_is_switched_off_is_not_said(reader: Talk):
    heard = (await reader.says(READER, "notify off 5"))[0]
    assert heard.body.splitlines()[0] == "hints, such as a question left open: off"
    assert await notify(reader, "a") == []
    assert kinds(await reader.passes(8 * DAY)) == []
    await reader.says(READER, "notify on 5")
    assert await notify(reader, "b") == ["test.b"]
    assert kinds(await reader.says(READER, "notify off 10")) == ["error.argument"]


@pytest.mark.both_databases
async def test_muted_is_silent_and_afterwards_says_what_is_still_of_use(reader: Talk):
    assert kinds(await reader.says(READER, "mute all")) == ["attention.muted"]
    soon = reader.now + DAY
    assert await notify(reader, "a", about=Notice.REMINDERS, until=soon) == []
    assert await notify(reader, "b", about=Notice.REQUESTS) == []
    assert await notify(reader, "c", about=Notice.LIBRARY) == []
    assert kinds(await reader.passes(8 * DAY)) == []
    assert kinds(await reader.says(READER, "unmute")) == ["attention.unmuted"]
    assert kinds(await reader.passes(timedelta(0))) == ["test.b"]
    assert kinds(await reader.passes(7 * DAY)) == ["attention.digest"]


@pytest.mark.parametrize("said", ["notify on", "notify off"])
async def test_which_kind_is_chosen_from_the_list(reader: Talk, said: str):
    assert kinds(await reader.says(READER, said)) == ["attention.wishes"]
    assert kinds(await reader.says(READER, f"{said} 1")) == ["attention.switched"]


async def test_everybody_chooses_their_own_hours(reader: Talk):
    heard = await reader.says(READER, "quiet ١١:٠٠–24:00")
    assert [(s.kind, s.body) for s in heard] == [
        ("attention.quiet", "Between 11:00 and 0:00 on your clock I only answer.")
    ]
    assert await notify(reader, "a", about=Notice.REQUESTS) == []
    assert kinds(await reader.says(READER, "quiet 9-9")) == ["attention.quiet"]
    assert kinds(await reader.passes(timedelta(0))) == ["test.a"]
    for wrong in ("quiet 21", "quiet 25-7", "quiet 21:30-7", "quiet 21:15"):
        assert kinds(await reader.says(READER, wrong)) == ["error.argument"]


async def test_the_wishes_are_shown(reader: Talk):
    await reader.says(READER, "notify off 3", "quiet 22-8", "digest off", "mute all")
    heard = (await reader.says(READER, "notify"))[0]
    assert heard.body.splitlines() == [
        "1. reminders of events you are going to: on",
        "2. questions for experts, yours and those put to you: on",
        "3. new events, in the digest: off",
        "4. news of the library, in the digest: on",
        "5. hints, such as a question left open: on",
        "6. what becomes of your contributions to the library: on",
        "7. your work for the network, such as the list of a curator: on",
        "8. alerts: what you looked for and the library now has: on",
        "9. announcements of the network, in the digest: on",
        "",
        ('Until you say "unmute", I only answer, and write what your access to rooms depends on.'),
        "",
        'News waits until you say "digest".',
        "",
        "Between 22:00 and 8:00 on your clock I only answer.",
        "",
        'Change it with "notify off 2", "quiet 21-7", "digest off", and "mute all".',
    ]


def test_every_kind_can_be_switched_off_but_what_depends_on_access_or_measures():
    assert {*Notice} - {*KINDS} == {Notice.STANDING, Notice.MEASURES, Notice.DIGEST}


async def test_what_access_depends_on_is_said_whatever_they_wish_but_not_at_night(reader: Talk):
    await reader.says(READER, "mute all")
    assert await notify(reader, "a", about=Notice.TIPS) == []
    assert await notify(reader, "b", about=Notice.STANDING) == ["test.b"]
    reader.now += timedelta(hours=12)
    assert await notify(reader, "c", about=Notice.STANDING) == []
    assert kinds(await reader.passes(timedelta(hours=12))) == ["test.c"]
    assert kinds(await reader.says(READER, "unmute")) == ["attention.unmuted"]
    assert kinds(await reader.passes(timedelta(0))) == ["test.a"]


async def test_who_left_the_chat_is_asked_back_only_for_what_they_wanted(reader: Talk):
    await notify(reader, "a", about=Notice.LIBRARY)
    await reader.event("leave", READER, reader.chat(READER), {})
    assert await notify(reader, "b") == []
    assert kinds(await reader.passes(7 * DAY)) == []
    assert await notify(reader, "c", about=Notice.REMINDERS) == ["create", "test.c"]


@pytest.mark.slow
async def test_a_new_event_is_news_to_who_did_not_say_they_are_going(reader: Talk):
    await reader.member("@other:test", country="Sénégal")
    await reader.member(STEWARD)
    await reader.says(
        STEWARD, "event add in 720h Moot court", "yes", "event add in 744h Called off", "yes"
    )
    await reader.says("@other:test", "going 1")
    await reader.says(STEWARD, "event cancel 2", "yes")
    digests = await reader.passes(7 * DAY)
    assert [(s.room, s.ids) for s in digests] == [("direct:1", ["1"])]


@pytest.mark.slow
async def test_an_expert_is_asked_three_times_a_week_and_never_when_muted(reader: Talk):
    async def ask() -> list[str]:
        asked = ("ask", "What does the standard say about it?", "1", "no", "skip")
        await reader.says(STEWARD, *asked)
        return kinds(await reader.says(STEWARD, "yes"))

    await reader.member(STEWARD)
    await reader.says(READER, "volunteer", "1", "skip")
    asked, offer, alone = "experts.asked", "experts.offer", "experts.unmatched"
    await reader.says(READER, "mute all")
    assert await ask() == [asked, alone, "experts.next"]
    await reader.says(STEWARD, "withdraw 1")
    await reader.says(READER, "unmute")
    for number in (2, 3, 4):
        assert await ask() == [asked, offer, "experts.next"]
        await reader.says(READER, f"accept {number}")
        await reader.says(STEWARD, f"accept {number}")
        await reader.says(READER, f"done {number}")
    assert await ask() == [asked, alone, "experts.next"]
    await reader.says(STEWARD, "withdraw 5")
    await reader.passes(8 * DAY)
    assert await ask() == [asked, offer, "experts.next"]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_lost_or_doubled_and_each_kind_keeps_its_order(reader: Talk, seed):
    random = Random(seed)
    sent: dict[Notice, list[str]] = {kind: [] for kind in Notice}
    heard: list[str] = []
    for number in range(60):
        if random.random() < 0.7:
            about, text = random.choice(list(Notice)[:5]), f"no{number}"
            sent[about].append(text)
            heard += [
                kind.removeprefix("test.") for kind in await notify(reader, text, about=about)
            ]
        else:
            heard += texts(await reader.passes(random.randint(0, 30) * HOUR))
    heard += texts(await reader.passes((36 - reader.now.hour) * HOUR))  # to noon
    for _week in range(12):
        heard += texts(await reader.passes(7 * DAY))
    assert sorted(heard) == sorted(text for each in sent.values() for text in each)
    del sent[Notice.TIPS]  # one may be said at once while an older one waits for the digest
    for each in sent.values():
        assert [text for text in heard if text in each] == each


def texts(heard: list[Said]) -> list[str]:
    words = (word for said in heard for word in said.body.split())
    return [word for word in words if word[:2] == "no" and word[2:].isdigit()]


async def test_nobody_can_ring_everybody(reader: Talk):
    await reader.room("space:events", "!events:test")
    await reader.member(STEWARD)
    heard = await reader.says(STEWARD, "event add in 720h Hello @room and @ROOM", "yes")
    assert {"@room" in s.content["body"].lower() for s in heard} == {False}
    assert {"@room" in s.content["formatted_body"].lower() for s in heard} == {False}
    assert [s.content["m.mentions"] for s in heard] == [{}]  # it is refused as a title


GUIDE = "duty-lawyers-at-police"
SUGGESTION = (
    "suggest https://www.example.org/duty-lawyers/",
    "Duty lawyers at police stations: a field guide",
    *("2", "1, 2", "1", "Shows how to staff a rota around the clock."),
)


@pytest.fixture
async def curated(reader: Talk) -> Talk:
    """Let the reader (1) suggest something to a curator (2) in Nairobi."""
    await reader.member(CURATOR)
    await reader.opens(STEWARD)
    await reader.says(STEWARD, f"role {CURATOR} curator")
    await reader.says(READER, *SUGGESTION)
    return reader


async def test_a_curator_who_sleeps_or_wants_no_list_is_left_alone(curated: Talk):
    await curated.says(CURATOR, "quiet 3-12")  # the list is made at ten
    assert kinds(to(await curated.passes(timedelta(days=6, hours=20)), "direct:2")) == []
    assert kinds(to(await curated.passes(HOUR), "direct:2")) == ["curation.week"]
    await curated.says(CURATOR, "notify off 7")
    assert kinds(to(await curated.passes(7 * DAY), "direct:2")) == []


async def test_a_decision_at_night_waits_for_the_morning(curated: Talk):
    curated.now += 12 * HOUR
    heard = await curated.says(CURATOR, f"approve {GUIDE}")
    assert [(said.kind, said.room) for said in heard] == [("curation.listed", "direct:2")]
    assert kinds(to(await curated.passes(10 * HOUR), "direct:1")) == ["curation.listed"]


def to(heard: list[Said], room: str) -> list[Said]:
    return [said for said in heard if said.room == room]


async def test_what_is_held_at_night_goes_with_whom_it_tells_of(reader: Talk):
    """The control is the notice that tells of nobody."""
    await reader.member(OTHER)
    await reader.passes(10 * HOUR)
    async with reader.storage.write() as session:
        post = reader.post(session, reader.now)
        for name, about in (("of", [2]), ("else", [])):
            await post.notify(1, Notice.REQUESTS, Reply(f"test.{name}", Verbatim("x"), about=about))
    assert kinds(await reader.heard()) == []
    await reader.says(OTHER, "forget me", "yes")
    assert kinds(to(await reader.passes(DAY / 2), "direct:1")) == ["test.else"]
