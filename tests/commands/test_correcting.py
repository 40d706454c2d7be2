"""What is shown before a yes can be corrected in words, and is shown again."""

import pytest

from tests.harness import STEWARD, Talk, kinds, scene, understanding

MEMBER = "@member:test"
SHOWN = "event add 2027-03-05 14:00 UTC Call on custody"


@scene
async def preview(talk: Talk):
    await talk.member(STEWARD, country="Senegal")
    await talk.says(STEWARD, SHOWN)


@pytest.mark.parametrize(
    ("said", "title", "when"),
    [
        ("no, at 16:00", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("change the time to 4pm", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("Saturday instead", "Call on custody", "Saturday, March 6, 2027, 14:00 UTC"),
        (
            "no, 6 March at 9:30 Nairobi",
            "Call on custody",
            "Saturday, March 6, 2027, 09:30 Nairobi",
        ),
        (
            "the title should be: Bail, a primer",
            "Bail, a primer",
            "Friday, March 5, 2027, 14:00 UTC",
        ),
        ("rename it Bail basics", "Bail basics", "Friday, March 5, 2027, 14:00 UTC"),
        (
            "Non, le titre est plutôt « Garde à vue »",
            "Garde à vue",
            "Friday, March 5, 2027, 14:00 UTC",
        ),
        ("16h plutôt", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("cambia la hora: 16:00", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("mude a hora para 16h", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("нет, лучше в 16:00", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("لا، الساعة 4 مساء", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
        ("时间改为下午4点", "Call on custody", "Friday, March 5, 2027, 16:00 UTC"),
    ],
)
async def test_an_event_is_shown_again_as_it_was_corrected(preview: Talk, said, title, when):
    (heard,) = await preview.says(STEWARD, said)
    assert (heard.kind, heard.body.splitlines()[2:4]) == (
        "event_add.ask.sure",
        [f"• {title}", f"• {when}"],
    )
    assert kinds(await preview.says(STEWARD, "yes"))[-1] == "events.added"


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ("the title is", "Please say in the same line what it is to be."),
        (
            "rename it www.evil.example",
            "A title holds no links or addresses. Write a link on a line of its own, or behind",
        ),
        ("the time is soon", "I could not read when that is."),
        ("maybe", "Please answer just yes or no."),
    ],
)
async def test_what_corrects_nothing_changes_nothing(preview: Talk, said: str, complaint: str):
    (heard,) = await preview.says(STEWARD, said)
    assert heard.body.startswith(complaint)
    (heard,) = await preview.says(STEWARD, "start")
    assert heard.body.splitlines()[2:4] == [
        "• Call on custody",
        "• Friday, March 5, 2027, 14:00 UTC",
    ]


@pytest.mark.parametrize("said", ["no", "no, thanks", "no, that is wrong", "not today"])
async def test_a_no_stays_a_no(preview: Talk, said: str):
    assert kinds(await preview.says(STEWARD, said)) == ["events.kept"]


async def test_what_a_new_date_leaves_open_is_asked_first(preview: Talk):
    (heard,) = await preview.says(STEWARD, "no, next Friday at 4")
    assert heard.kind == "event_add.ask.day"
    (heard,) = await preview.says(STEWARD, "4")
    assert (heard.kind, heard.body.splitlines()[3]) == (
        "event_add.ask.sure",
        "• Friday, March 12, 2027, 16:00 UTC",
    )


async def test_a_question_to_an_expert_is_corrected_where_it_is_shown(talk: Talk):
    await talk.member(MEMBER)
    await talk.says(MEMBER, "ask", "How do others reach people in custody?", "no", "skip")
    (heard,) = await talk.says(MEMBER, "the question is: How do others pay for duty lawyers?")
    assert (heard.kind, heard.body.splitlines()[4]) == (
        "ask.ask.safe",
        "How do others pay for duty lawyers?",
    )
    assert kinds(await talk.says(MEMBER, "the question is about John Smith, case 12/2026"))[0] == (
        "error.confidential"
    )


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("how long does it take?", ("", "how long does it take?")),
        ("Question about that", ("", "Question about that")),
        ("titre : Garde à vue", ("title", "Garde à vue")),
        ("标题改成值班律师", ("title", "值班律师")),
        ("название: Задержание", ("title", "Задержание")),
        ("العنوان هو التوقيف", ("title", "التوقيف")),
        ("o título é Custódia", ("title", "Custódia")),
    ],
)
def test_a_part_counts_as_named_where_a_change_is_wanted(said: str, read: tuple[str, str]):
    assert understanding().correction(said) == read
