"""A report is taken up, closed and its message deleted, in words and from its card."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kit.due import Authored
from storage.dues import Dues
from tests.harness import Talk, kinds, scene
from tests.measuring import MOD, SPAMMER, lines, moderated, surveyed

AMAL, ROOM = "@amal:test", "!welcome:test"


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)
    await talk.member(AMAL, language="3")
    await talk.heard()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "I'll deal with that one"),
        ("2", "de eso me ocupo yo"),
        ("3", "je m'occupe de ce signalement"),
        ("4", "deixem comigo"),
        ("5", "أنا أتكفل به"),
        ("6", "я этим займусь"),
        ("7", "这个由我负责"),
    ],
)
async def test_who_has_just_read_of_a_report_takes_it_in_words(hub: Talk, language: str, said: str):
    await hub.says(MOD, f"language {language}")
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    (offer,) = await hub.says(MOD, said)
    assert (offer.kind, offer.ids) == ("wish.offer", ["report claim"])
    assert kinds(await hub.says(MOD, "👍")) == ["report.claimed"]


@pytest.mark.parametrize(
    ("language", "said", "outcome"),
    [
        ("1", "close report 1: both were spoken to", "both were spoken to"),
        ("2", "cierren la denuncia 1: la persona fue vetada", "la persona fue vetada"),
        ("3", "ferme le signalement 1 : il a été exclu", "il a été exclu"),
        ("6", "закройте жалобу 1: рекламу убрали", "рекламу убрали"),
        ("7", "关闭举报1：已删除广告", "已删除广告"),
    ],
)
async def test_what_came_of_it_is_told_and_kept_as_it_was_said(
    hub: Talk, language: str, said: str, outcome: str
):
    await hub.says(MOD, f"language {language}")
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    heard = await hub.says(MOD, said)
    if heard[0].kind == "wish.offer":
        assert heard[0].ids == ["report close"]
        heard = await hub.says(MOD, "👍")
    assert lines(heard[0])[-1] == outcome
    await hub.says(MOD, "language 1")
    (card,) = await hub.says(MOD, "reports 1")
    assert lines(card)[-1] == f"• What came of it: {outcome}"


async def test_the_message_is_deleted_from_the_card_of_its_report(hub: Talk):
    await hub.event("message", AMAL, ROOM, {"body": "!report it", "replies": "$spam"})
    async with hub.storage.write() as session:
        await Dues(session).plan(Authored(1, SPAMMER), at=hub.now)
    await hub.passes(timedelta(0))
    heard = await hub.says(MOD, "redact 1")
    assert kinds(heard) == ["examine", "measure.looking"]
    (preview,) = await surveyed(hub, 1)
    assert lines(preview)[0] == "Measure 1: deleting 6 messages of @spammer:test."


async def test_a_report_of_no_message_leaves_nothing_to_delete(hub: Talk):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    (said,) = await hub.says(MOD, "redact 1")
    assert said.body == "Report 1 is about no message of a room."


async def test_what_a_member_says_of_somebody_is_offered_as_a_report_with_all_they_said(hub: Talk):
    said = f"adverts again at the entrance, please help, it is {SPAMMER}"
    (offer,) = await hub.says(AMAL, said)
    assert (offer.kind, offer.ids) == ("wish.offer", ["report"])
    await hub.says(AMAL, "oui")
    (card,) = await hub.says(MOD, "reports 1")
    assert lines(card)[1] == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", f"be careful, {SPAMMER} is an impostor and poses as staff"),
        ("es", f"ojo, {SPAMMER} finge ser de la moderación"),
        ("fr", f"méfiez-vous, {SPAMMER} se fait passer pour une experte"),
        ("pt", f"{SPAMMER} anda se passando pela moderação"),
        ("ar", f"احذروا، {SPAMMER} ينتحل صفة خبير"),
        ("ru", f"{SPAMMER} пишет всем и выдаёт себя за модератора"),
        ("zh", f"大家小心，{SPAMMER} 假冒协管员"),
    ],
)
async def test_who_tells_of_an_impostor_is_offered_to_report_them(
    hub: Talk, language: str, said: str
):
    await hub.says(AMAL, f"language {language}")
    (offer,) = await hub.says(AMAL, said)
    assert (offer.kind, offer.ids) == ("wish.offer", ["report"])
    await hub.says(AMAL, "👍")
    (card,) = await hub.says(MOD, "reports 1")
    assert f"• About {SPAMMER}" in lines(card)


@pytest.mark.parametrize(
    ("language", "said", "likely"),
    [
        ("en", f"{SPAMMER} keeps sending rubbish to all of us", []),
        ("fr", f"{SPAMMER} inonde les salons de réclames, il faut agir", []),
        ("pt", f"{SPAMMER} está mandando propaganda em todas as salas", ["warn"]),
    ],
)
async def test_a_moderator_who_tells_of_somebody_is_offered_what_they_can_do(
    hub: Talk, language: str, said: str, likely: list[str]
):
    await hub.says(MOD, f"language {language}")
    (offer,) = await hub.says(MOD, said)
    assert (offer.kind, offer.ids) == (
        "wish.offer",
        [*likely, "mute", "remove", "redact", "report"],
    )
    # What they are told is asked for: it is not what was said here.
    assert kinds(await hub.says(MOD, str(len(likely) + 1))) == ["error.argument"]
    assert kinds(await hub.says(MOD, "adverts")) == ["examine", "measure.looking"]
    (preview,) = await surveyed(hub, 1)
    assert preview.kind == "measure.preview"


async def test_a_moderator_who_names_nobody_tells_the_others(hub: Talk):
    (offer,) = await hub.says(MOD, "somebody sends threats to people in the lobby")
    assert (offer.kind, offer.ids) == ("wish.offer", ["report"])


@pytest.mark.parametrize("chosen", [["3"], ["report close 1 3"]])
async def test_what_mostly_comes_of_a_report_is_chosen_and_read_in_ones_own_language(
    hub: Talk, chosen: list[str]
):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    (claimed,) = await hub.says(MOD, "report claim 1")
    assert lines(claimed)[-1] == "4. They had dealt with it already."
    told, _settled = await hub.says(MOD, *chosen)
    assert lines(told) == [
        "La modération a examiné votre signalement numéro 1. Elle dit :",
        "Elle n'a rien trouvé qui enfreigne les règles.",
    ]
    (card,) = await hub.says(MOD, "reports 1")
    assert lines(card)[-1] == ("• What came of it: They found nothing that breaks the rules.")


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        ("Nous avons parlé aux deux personnes", "Elle dit :"),
        ("Hemos hablado con las dos personas", "Elle dit, en espagnol :"),
    ],
)
async def test_it_is_said_in_which_language_an_outcome_is_that_its_reader_does_not_speak(
    hub: Talk, outcome: str, heading: str
):
    await hub.says(AMAL, f"report {SPAMMER} adverts")
    told, _settled = await hub.says(MOD, f"report close 1 {outcome}")
    assert lines(told)[0].endswith(heading)
