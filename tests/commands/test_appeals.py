"""Who is warned, muted or shut out reads why and until when, and says in words that it is wrong."""

from __future__ import annotations

import pytest

from tests.harness import Talk, kinds, scene
from tests.measuring import MOD, OTHER, SPAMMER, done, lines, moderated

ASKED = (
    "Shall I put what you have just written to the stewards of the network, about measure 1? "
    "Answer yes or no."
)
NEXT = (
    "If that is wrong, say why in your next message. I pass it on to the stewards of the network "
    "once you have agreed."
)
UNTIL = "Tuesday, March 2, 2027, 15:00 Nairobi"
TOLD = [
    "The moderators of International Legal Aid Network muted you: you can read, not write.",
    "• Reason: adverts",
    f"• Until: {UNTIL}",
]

HOW = (
    '"undo 1" takes it back. "appeal decline 1" lets it stand, and I tell them, with your reason '
    'if you add one. "measures 1" shows it.'
)


@scene
async def hub(talk: Talk) -> None:
    await moderated(talk)


async def muted(hub: Talk) -> None:
    await done(hub, f"mute {SPAMMER} adverts")


async def test_who_asks_why_reads_what_was_told_and_says_in_the_next_message_what_is_wrong(
    hub: Talk,
):
    await muted(hub)
    (told,) = await hub.says(SPAMMER, "why am I muted??")
    assert lines(told) == [*TOLD, NEXT]
    (ask,) = await hub.says(SPAMMER, "it was only one message")
    assert lines(ask) == [ASKED]
    heard = await hub.says(SPAMMER, "yes")
    assert kinds(heard[1:]) == ["measure.appeal", "measure.appeal", "measure.heard"]
    assert lines(heard[1]) == [
        "About measure 1, muting @spammer:test in 2 rooms, they say:",
        "it was only one message",
        HOW,
        "Shall I take it back? Answer yes or no: with a no it stands, and I tell them.",
    ]
    (again,) = await hub.says(SPAMMER, "why am I muted?")  # it is heard once
    assert lines(again) == [
        *TOLD,
        "• Appeal to the stewards: Monday, March 1, 2027, 15:01 Nairobi",
    ]


async def test_what_is_said_against_it_is_passed_on_after_a_yes_and_not_after_a_no(hub: Talk):
    await muted(hub)
    said = "please unmute me, my cousin had my phone"
    (ask,) = await hub.says(SPAMMER, said)
    assert lines(ask) == [*TOLD, ASKED]
    assert kinds(await hub.says(SPAMMER, "no")) == ["say.kept"]
    await hub.says(SPAMMER, said)
    heard = await hub.says(SPAMMER, "yes")
    assert kinds(heard[1:]) == ["measure.appeal", "measure.appeal", "measure.heard"]
    assert said in lines(heard[1])


@pytest.mark.parametrize(
    "said", ["why was I silenced?", "appeal", "what have I done wrong?", "until when am I muted?"]
)
async def test_a_question_is_no_appeal(hub: Talk, said: str):
    await muted(hub)
    (told,) = await hub.says(SPAMMER, said)
    assert lines(told) == [*TOLD, NEXT]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("2", "¿por qué me silenciaron?"),
        ("3", "pourquoi est-ce que je suis muette ?"),
        ("4", "por que eu fui silenciada?"),
        ("5", "لماذا تم إسكاتي؟"),
        ("6", "почему меня лишили голоса?"),
        ("7", "为什么我被禁言"),
    ],
)
async def test_it_is_asked_in_the_language_of_who_is_muted(hub: Talk, language: str, said: str):
    await hub.member("@lea:test", language=language)
    await done(hub, "mute @lea:test adverts", whom="@lea:test")
    (told,) = await hub.says("@lea:test", said)
    assert (told.kind, told.ids) == ("measure.of_you", ["1"])


async def test_of_several_all_are_told_the_hardest_first(hub: Talk):
    await done(hub, f"warn {SPAMMER} loud")
    await muted(hub)
    (told,) = await hub.says(SPAMMER, "why was I warned?")
    assert [line for line in lines(told) if "Reason" in line] == [
        "• Reason: adverts",
        "• Reason: loud",
    ]


async def test_who_is_taken_out_can_ask_and_who_bears_nothing_reads_that(hub: Talk):
    (none,) = await hub.says(OTHER, "why can't I write in the rooms any more?")
    assert none.body == (
        'I know of no measure about you. If you cannot write in a room, "report …" asks the '
        "moderators why."
    )
    await done(hub, f"ban {SPAMMER} 2 days adverts")
    heard = await hub.says(SPAMMER, "why was I banned?")
    assert [said.ids for said in heard if said.kind == "measure.of_you"] == [["1"]]


async def test_moderators_see_that_somebody_appealed_and_not_what_they_said(hub: Talk):
    await muted(hub)
    await hub.says(SPAMMER, "appeal zzcanary")
    (card,) = await hub.says(MOD, "measures 1")
    assert "• Appeal to the stewards: Monday, March 1, 2027, 15:01 Nairobi" in lines(card)
    assert "zzcanary" not in card.body


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "it was a joke, please give me my voice back, thanks"),
        ("2", "me equivoqué de sala, gracias por devolverme la voz"),
        ("3", "je me suis trompé de salon, merci de me rendre la parole"),
        ("4", "foi engano, obrigado por rever isso"),
        ("5", "كان ذلك مزاحا، شكرا لإعادة النظر"),
        ("6", "это была шутка, спасибо, верните мне голос"),
        ("7", "那只是开玩笑,谢谢,请恢复我的发言"),
    ],
)
async def test_what_was_asked_for_is_passed_on_though_it_thanks(
    hub: Talk, language: str, said: str
):
    await hub.member("@lea:test", language=language)
    await done(hub, "mute @lea:test adverts", whom="@lea:test")
    await hub.says("@lea:test", "appeal")
    (ask,) = await hub.says("@lea:test", said)
    assert (ask.kind, ask.ids) == ("measure.of_you", ["1"])
    heard = await hub.says("@lea:test", "yes")
    assert kinds(heard[1:]) == ["measure.appeal", "measure.appeal", "measure.heard"]
    assert said in lines(heard[1])


async def test_thanks_alone_are_no_appeal(hub: Talk):
    await muted(hub)
    await hub.says(SPAMMER, "appeal")
    assert kinds(await hub.says(SPAMMER, "thank you")) == ["say.thanks"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("1", "I appeal: my cousin had my phone"),
        ("2", "Apelo: fue mi primo"),
        ("3", "Je conteste : c'était mon cousin"),
        ("4", "Recorro: foi meu primo"),
        ("5", "أعترض: كان ابن عمي"),
        ("6", "Обжалую: это был брат"),
        ("7", "我要申诉：是我表弟发的"),
    ],
)
async def test_who_says_that_they_appeal_does(hub: Talk, language: str, said: str):
    await hub.member("@lea:test", language=language)
    await done(hub, "mute @lea:test adverts", whom="@lea:test")
    heard = await hub.says("@lea:test", said)
    assert "measure.heard" in kinds(heard)
