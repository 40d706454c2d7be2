from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.engine import Storage
from storage.items import Items
from storage.retention import sweep
from storage.tables.library import UnmetRow
from tests.harness import STEWARD, Talk, kinds, scene

READER, LECTORA = "@reader:test", "@lectora:test"
RULES = {"Rule", "Règle"}


@scene
async def reader(talk: Talk) -> None:
    await talk.member(READER)


@pytest.mark.both_databases
async def test_find_more_show(reader: Talk):
    found = (await reader.says(READER, "find legal aid"))[0]
    assert (found.kind, len(found.ids)) == ("find.results", 5)
    more = (await reader.says(READER, "more"))[0]
    assert (more.kind, len(more.ids), set(more.ids) & set(found.ids)) == ("find.results", 5, set())
    card = (await reader.says(READER, "show 7"))[0]
    assert (card.kind, card.ids) == ("find.card", [more.ids[1]])
    by_id = (await reader.says(READER, "show unpg-2012"))[0]
    assert by_id.ids == ["unpg-2012"]


async def test_long_titles_are_cut_in_a_list_and_whole_on_their_card(reader: Talk):
    found = (await reader.says(READER, "find tbilisi declaration"))[0]
    card = (await reader.says(READER, "show 1"))[0]
    whole = card.body.splitlines()[0]
    cut, _rest = found.body.splitlines()[2].removeprefix("1. ").split("…", 1)
    assert (len(cut) < 110 < len(whole), whole.startswith(cut)) == (True, True)


@pytest.mark.parametrize(
    ("said", "language", "shown"),
    [
        ("find women prison standards", "1", ["Rule 1", "Rule 6.1"]),
        ("find femmes détenues", "3", ["Règle 5"]),
    ],
)
async def test_a_page_shows_the_provisions_for_which_a_message_has_room(
    talk: Talk, said: str, language: str, shown: list[str]
):
    await talk.member(READER, language=language)
    [found] = await talk.says(READER, said)  # which also checks that the whole fits
    lines = [line.partition(":")[0].strip() for line in found.body.splitlines()]
    assert [line for line in lines if line.partition(" ")[0] in RULES] == shown


@pytest.mark.slow
async def test_what_changes_in_the_library_is_found_at_once(storage: Storage):
    talk = Talk(storage, live=True)
    await talk.member(READER)
    assert kinds(await talk.says(READER, "find zugzwang")) == ["error.not_found"]
    async with storage.write() as session:
        (row,) = await Items(session).several(["udhr-1948"])
        row.titles = {"en": "Zugzwang"}
    assert (await talk.says(READER, "find zugzwang"))[0].ids == ["udhr-1948"]


@pytest.mark.parametrize(
    ("who", "said", "expected"),
    [
        (
            READER,
            "cite unpg-2012",
            (
                "UN General Assembly, United Nations Principles and Guidelines on Access to "
                "Legal Aid in Criminal Justice Systems, A/RES/67/187 (2012), "
                "https://undocs.org/en/A/RES/67/187"
            ),
        ),
        (
            LECTORA,
            "citar unpg-2012",
            (
                "UN General Assembly, Principios y directrices de las Naciones Unidas sobre el "
                "acceso a la asistencia jurídica en los sistemas de justicia penal, "
                "A/RES/67/187 (2012), https://undocs.org/es/A/RES/67/187"
            ),
        ),
    ],
)
async def test_a_reference_is_ready_to_copy_in_the_language_of_the_reader(
    talk, who, said, expected
):
    await talk.member(READER)
    await talk.member(LECTORA, language="2", country="Uruguay")
    heard = await talk.says(who, said)
    assert (heard[0].kind, heard[0].body.splitlines()[0]) == ("find.citation", f'"{expected}"')
    assert [line.partition("undocs.org/")[2] for line in heard[0].body.splitlines()[2:]] == [
        f"{code}/A/RES/67/187" for code in ("ar", "zh", "en", "fr", "ru", "es")
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("find", "error.argument"),
        ("find pancake recipe", "error.not_found"),
        ("more", "error.conflict"),
        ("show 3", "error.not_found"),
        ("show nothing-like-it", "error.not_found"),
        ("show", "error.argument"),
        ("going 99", "error.not_found"),
        ("going soon", "error.argument"),
        ("event x y", "error.argument"),
        ("join the moon base", "error.not_found"),
        ("join death penalty", "error.not_allowed"),
        ("language klingon", "error.argument"),
        ("timezone nowhere at all", "error.argument"),
        ("role someone organiser", "error.not_allowed"),
        ("back", "error.conflict"),
        ("finde mandela", "error.not_understood"),
    ],
)
async def test_what_cannot_be_done_is_explained(reader: Talk, said, kind):
    heard = await reader.says(READER, said)
    assert kinds(heard) == [kind]
    assert heard[0].body


async def test_an_unknown_word_gets_the_nearest_commands(reader: Talk):
    heard = await reader.says(READER, "fnd mandela")
    assert heard[0].body == 'I did not understand fnd mandela. Did you mean "find mandela"?'
    assert kinds(await reader.says(READER, "yes")) == ["find.results"]


async def test_help_shows_only_what_the_reader_may_do_on_one_screen(reader: Talk):
    heard = (await reader.says(READER, "help"))[0]
    lines = [line for line in heard.body.splitlines() if line]
    assert [line.partition(":")[0] for line in lines[:-3]] == [
        "1. You and the hub",
        "2. Rooms",
        "3. Library",
        "4. Keeping the library good",
        "5. Experts",
        "6. Events",
        "7. What I write to you about",
        "8. Requests and reports",
        "9. Against abuse",
        "10. Getting around",
    ]
    group = (await reader.says(READER, "help 6"))[0]
    assert group.body.splitlines() == [
        "Events",
        "",
        '• "events [kind, day, month or words of the title…]": what is coming, in your time',
        '• "event <number>": one event in detail',
        '• "my events [day…]": what you are going to',
        '• "going <number> [number…]": come, and be reminded',
        '• "maybe <number> [number…]": say that you may come, and be reminded',
        '• "who is going <number>": who is coming to an event',
        '• "remind [number] [how long before, as 2d, 3h, or when…]": choose when I remind you',
        '• "remind of this <when…>": be reminded of the message you answer',
        '• "not going <number> [number…]": say that you will not come',
        '• "my calendar [number]": your events in a calendar program',
        '• "my calendar new": another address for your calendar',
        '• "my calendar off": nobody reads your calendar any more',
        '• "event when [how long, for whom…]": hours that suit most',
        '• "programme [number] [day or words…]": what a conference has when',
        '• "on now": what is on now, and what is next',
    ]


async def test_help_explains_one_command_in_the_words_of_the_language(reader: Talk):
    heard = (await reader.says(READER, "help find"))[0]
    assert heard.body == (
        '"find <words, a symbol or a question…>": '
        "search the library; also: since 2010, in Arabic, only UN"
    )


async def test_the_words_of_every_language_work_for_everybody(reader: Talk):
    for word in ("chercher", "buscar", "ابحث", "найти", "查找"):
        assert kinds(await reader.says(READER, f"{word} Mandela")) == ["find.results"]
    assert kinds(await reader.says(READER, "查找曼德拉规则")) == ["find.results"]


@pytest.mark.parametrize(
    "said",
    [
        "ｆｉｎｄ ６７/１８７",
        "FIND 67/187",
        "\u200efind\u200f 67/187",
        "!find 67/187",
        " find   67/187 ",
    ],
)
async def test_keyboards_and_copied_marks_do_not_break_a_command(reader: Talk, said):
    assert [(s.kind, s.ids[:1]) for s in await reader.says(READER, said)] == [
        ("find.results", ["unpg-2012"])
    ]


async def test_in_a_room_the_hub_answers_only_when_spoken_to(reader: Talk):
    await reader.room("space:welcome", "!welcome:test")
    in_room = {"room_id": "!welcome:test"}
    assert await reader.says(READER, "find mandela", **in_room) == []
    assert await reader.says(READER, "!weather Nairobi", **in_room) == []
    found = await reader.says(READER, "!find 67/187", **in_room)
    assert [(s.kind, s.room) for s in found] == [("find.results", "space:welcome")]
    private = await reader.says(READER, "!profile", **in_room)
    assert [(s.kind, s.room) for s in private] == [
        ("profile.show", "direct:1"),
        ("room.direct", "space:welcome"),
    ]


@pytest.mark.both_databases
async def test_rooms_are_offered_and_joined_by_number(reader: Talk):
    await reader.room("space:announcements", "!news:test")
    listed = (await reader.says(READER, "rooms"))[0]
    assert listed.ids[:3] == ["announcements", "lobby-en", "region-africa-east-southern"]
    joined = (await reader.says(READER, "join 1"))[0]
    assert joined.body == (
        "Follow this link and join: Announcements: https://matrix.to/#/!news:test?via=test"
    )


async def test_the_language_changes_everything_after(reader: Talk):
    heard = (await reader.says(READER, "language français"))[0]
    assert heard.content["org.ilan.hub"]["locale"] == "fr"
    assert (await reader.says(READER, "rooms"))[0].content["org.ilan.hub"]["locale"] == "fr"


async def test_an_answer_is_a_notice_that_mentions_nobody_by_accident(reader: Talk):
    heard = (await reader.says(READER, "find <b>@room</b>"))[0]
    content = heard.content
    assert (content["msgtype"], content["m.mentions"]) == ("m.notice", {})
    assert "<b>@room" not in content["formatted_body"]


async def test_a_name_of_several_things_offers_them_by_words_and_by_number(reader: Talk):
    heard = (await reader.says(READER, "find ILAC"))[0]
    assert (heard.kind, heard.ids, heard.body.splitlines()) == (
        "find.meanings",
        ["conference", "legal-assistance-consortium"],
        [
            "ILAC can mean different things:",
            "",
            '1. "find international conference on legal aid"',
            '2. "find International Legal Assistance Consortium"',
            "",
            'Say "find 1" to choose the first.',
        ],
    )
    first = (await reader.says(READER, "find 1"))[0]
    assert (first.kind, first.ids[0]) == ("find.results", "ilac-roadmap-2020")
    by_words = (await reader.says(READER, "find international conference on legal aid"))[0]
    assert by_words.ids == first.ids


async def test_what_is_outside_is_named_and_leads_back(reader: Talk):
    await reader.says(READER, "idioma español", "buscar asistencia judicial")
    heard = (await reader.says(READER, "buscar 2"))[0]
    assert (heard.kind, heard.ids, heard.body.splitlines()) == (
        "error.not_found",
        ["legal-aid", "mutual-assistance-network"],
        [
            (
                "Entiendo esto como: asistencia judicial entre Estados. La biblioteca no tiene "
                "nada sobre eso: trata de la asistencia jurídica a las personas."
            ),
            "",
            "Lo que puede hacer:",
            "",
            '1. "buscar asistencia jurídica"',
            '2. "buscar asistencia entre defensorías"',
            "",
            "Para elegir, responda con un número.",
        ],
    )
    assert (await reader.says(READER, "1"))[0].kind == "find.results"


async def test_nothing_found_offers_what_comes_near(reader: Talk):
    heard = (await reader.says(READER, "find drug offences at my parrot's birthday picnic"))[0]
    offered = heard.body.partition("What you can do:")[2]
    choice = (
        '\n\n1. "find criminal law"\n'
        "2. Tell me as soon as there is something on this\n\nAnswer with a number to choose.\n\n"
    )
    desk = 'If you know a text that belongs here, offer it: "suggest …".'
    offers = ["criminal-law"]
    assert (heard.kind, heard.ids, offered) == ("error.not_found", offers, choice + desk)
    assert (await reader.says(READER, "find 1"))[0].kind == "find.results"


async def test_a_number_without_a_choice_is_looked_for_as_it_is(reader: Talk):
    assert (await reader.says(READER, "find 77"))[0].kind == "error.not_found"


@pytest.mark.both_databases
async def test_curators_see_what_was_not_found_and_nobody_in_it(reader: Talk):
    await reader.says(READER, "find zugzwang treaty", "find ZUGZWANG  treaty", "find pancakes")
    await reader.says(READER, "find zugzwang @someone:example.org 20794609")
    await reader.says(READER, "find mutual legal assistance")
    await reader.member(STEWARD)
    heard = (await reader.says(STEWARD, "unmet"))[0]
    assert (heard.kind, heard.body.splitlines()) == (
        "find.unmet",
        [
            "Looked for and not found in the last 90 days:",
            "",
            "• zugzwang treaty (English): 2 times, last Monday, March 1, 2027, 15:00 Nairobi",
            "• pancakes (English): 1 time, last Monday, March 1, 2027, 15:00 Nairobi",
            "• zugzwang (English): 1 time, last Monday, March 1, 2027, 15:00 Nairobi",
        ],
    )
    assert (await reader.says(READER, "unmet"))[0].kind == "error.not_allowed"


async def test_what_was_not_found_is_forgotten_after_three_months(reader: Talk):
    await reader.says(READER, "find pancakes")

    async def kept(after: timedelta) -> list[str]:
        async with reader.storage.write() as session:
            await sweep(session, reader.now + after)
            return list(await session.scalars(select(UnmetRow.words)))

    assert await kept(timedelta(days=89)) == ["pancakes"]
    assert await kept(timedelta(days=91)) == []


async def test_with_nothing_wanting_the_list_says_so(reader: Talk):
    await reader.member(STEWARD, language="3")
    heard = (await reader.says(STEWARD, "recherches sans réponse"))[0]
    assert heard.body == "Ces derniers temps, tout le monde a trouvé quelque chose."


async def test_a_room_found_by_itself_is_described_in_the_language_of_the_reader(reader: Talk):
    (card,) = await reader.says(READER, "language français", "rooms vitrine")
    assert card.body.split("\n\n")[:3] == [
        "1 salon :",
        "1. Vitrine des pratiques",
        "Une fiche par pratique : contexte, ce qui a été fait, résultat, contact.",
    ]


async def test_a_provision_is_told_in_short_with_the_way_to_its_text(reader: Talk):
    heard = (await reader.says(READER, "find Mandela rule 61"))[0]
    assert (heard.kind, heard.ids) == ("find.results", ["nelson-mandela-rules-2015"])
    lines = heard.body.splitlines()
    assert lines[3:] == [
        (
            "Rule 61: Prisoners meet and write to a legal adviser of their choice without delay "
            "or censorship, in confidence, seen but not heard."
        ),
        "",
        "This is a short version in our own words. What counts is the text itself.",
        "",
        "Read it here: https://digitallibrary.un.org/record/816764",
        "",
        'Say "show 1" for details.',
    ]
    card = (await reader.says(READER, "show 1"))[0]
    assert card.body.splitlines()[-1].startswith(
        "Provisions I know by number: Rule 1, Rule 2, Rule 7, Rule 11, Rule 12,"
    )


async def test_a_provision_that_is_not_known_is_said_to_be_none(reader: Talk):
    heard = (await reader.says(READER, "rule 4 of the Bangkok Rules"))[0]
    said = "I have no short version of this: Rule 4. Look for it in the text itself."
    assert (heard.body.splitlines()[0], heard.ids[0]) == (said, "bangkok-rules-2010")


async def test_a_provision_is_told_in_the_language_of_the_reader(talk: Talk):
    await talk.member(LECTORA, language="2", country="Uruguay")
    heard = (await talk.says(LECTORA, "art 14(3)(d)"))[0]
    assert heard.ids == ["iccpr-1966"]
    assert heard.body.splitlines()[3] == (
        "Artículo 14(3)(d): El acusado está presente, se defiende solo o con abogado, y lo tiene "
        "gratis si la justicia lo exige y le faltan medios."
    )
