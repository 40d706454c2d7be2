"""Who may do what: every act for every role, and what else some of them take."""

from __future__ import annotations

import pytest

from actions.authority import DecidedMeasure, Part, authorise, may
from kit.authority import Act, Actor, Role
from kit.errors import NotAllowed, NotFound, UserError
from kit.network import Access, RoomKind, RoomPlan
from storage.tables.cases import OfferRow, RequestRow
from storage.tables.moderation import MeasureRow, MeasureState, ReportRow

ME, OTHER = 1, 2
NO_WORD = (
    "not_allowed: Only moderators and people in the practitioners' rooms can vouch for somebody."
)
REQUEST = RequestRow(id=7, asker_id=ME)
OFFER = OfferRow(request_id=7, expert_id=OTHER)


def actor(role: Role, **more: object) -> Actor:
    return Actor(ME, role, **{"member": True, "practitioner": True, **more})


def refused(by: Actor, act: Act, on: object = None) -> str | None:
    try:
        authorise(by, act, on)
    except UserError as error:
        return f"{error.code}: {error.message.msgid}"
    return None


def allowed(role: Role) -> set[Act]:
    return {act for act in Act if refused(actor(role), act) is None}


@pytest.mark.parametrize("role", Role)
def test_without_an_object_the_least_role_decides(role):
    assert allowed(role) == {act for act in Act if role.may(act.least)}


def rooms() -> dict[Access, RoomPlan]:
    return {a: RoomPlan(a.value, RoomKind.THEME, None, {"en": "Room"}, {}, a) for a in Access}


@pytest.mark.parametrize(
    ("by", "open_"),
    [
        (actor(Role.ANYONE, member=False, practitioner=False), "open"),
        (actor(Role.MEMBER, practitioner=False), "open members"),
        (actor(Role.MEMBER), "open members practitioners"),
        (actor(Role.CURATOR, practitioner=False), "open members staff"),
        (actor(Role.STEWARD, member=False, practitioner=False), "open staff"),
    ],
)
def test_a_room_is_open_to_whom_its_gate_lets_in(by, open_):
    found = [a for a, plan in rooms().items() if refused(by, Act.ENTER, plan) is None]
    assert " ".join(found) == open_


@pytest.mark.parametrize(
    ("by", "word"),
    [
        (actor(Role.MEMBER), None),
        (actor(Role.MODERATOR, practitioner=False), None),
        (actor(Role.CURATOR, practitioner=False), NO_WORD),
    ],
)
def test_a_word_is_given_by_practitioners_and_moderators(by, word):
    assert refused(by, Act.VOUCH) == word


@pytest.mark.parametrize("concerned", Role)
def test_only_stewards_decide_who_is_a_moderator(concerned):
    text = "not_allowed: Only stewards decide who is a moderator."
    high = concerned in {Role.MODERATOR, Role.STEWARD}
    assert refused(actor(Role.STEWARD), Act.GIVE_ROLE, concerned) is None
    assert refused(actor(Role.MODERATOR), Act.GIVE_ROLE, concerned) == (text if high else None)


@pytest.mark.parametrize(
    ("who", "part", "goes_on", "takes_back"),
    [
        (ME, Part(7, REQUEST), True, True),
        (OTHER, Part(7, REQUEST, OFFER), True, False),
        (OTHER, Part(7, REQUEST), False, False),
        (OTHER, Part(7, None), False, False),
    ],
)
def test_a_request_is_known_to_who_asked_and_to_whom_it_was_put(who, part, goes_on, takes_back):
    by = Actor(who, Role.MEMBER)
    unknown = "not_found: I know of no request {number} of yours."
    assert refused(by, Act.TAKE_PART, part) == (None if goes_on else unknown)
    assert refused(by, Act.TAKE_BACK_REQUEST, part) == (None if takes_back else unknown)


MINE = MeasureRow(id=3, by_id=ME, person_id=OTHER, state=MeasureState.SHOWN)
OURS = MeasureRow(id=3, by_id=OTHER, person_id=4, state=MeasureState.DONE)
ABOUT_ME = MeasureRow(id=3, by_id=OTHER, person_id=ME, state=MeasureState.DONE)
NO_MEASURE = "not_found: I know of no measure {number} of yours."
STEWARDS_ONLY = "not_allowed: A steward decided that: only stewards take it back."


@pytest.mark.parametrize(
    ("by", "decider", "measure", "answer"),
    [
        (actor(Role.MODERATOR), Role.MODERATOR, MINE, None),
        (Actor(OTHER, Role.STEWARD), Role.MODERATOR, MINE, NO_MEASURE),
        (actor(Role.MODERATOR), Role.MODERATOR, OURS, None),
        (actor(Role.MODERATOR), None, OURS, None),
        (actor(Role.MODERATOR), Role.STEWARD, OURS, STEWARDS_ONLY),
        (actor(Role.STEWARD), Role.STEWARD, OURS, None),
        (
            actor(Role.STEWARD),
            Role.MODERATOR,
            ABOUT_ME,
            "not_allowed: Nobody acts on themselves: ask another moderator.",
        ),
    ],
)
def test_a_measure_is_taken_back_by_moderators_and_a_stewards_by_stewards(
    by, decider, measure, answer
):
    decision = DecidedMeasure(measure, Actor(OTHER, decider) if decider else None)
    assert refused(by, Act.UNDO, decision) == answer


def test_who_began_a_measure_goes_on_with_it_and_nobody_else():
    assert refused(actor(Role.MODERATOR), Act.MODERATE, MINE) is None
    assert refused(Actor(OTHER, Role.STEWARD), Act.MODERATE, MINE) == NO_MEASURE


ACCUSED = "@me:test"


@pytest.mark.parametrize(
    ("report", "moderator", "steward"),
    [
        (ReportRow(id=5, about="@other:test", event_id=None, text="mess"), True, True),
        (ReportRow(id=5, about="@other:test", event_id=None, text="Me and @other"), False, False),
        (ReportRow(id=5, about="", event_id=None, text=""), False, True),  # it names nobody
        (ReportRow(id=5, about="", event_id="$1", text=""), False, True),  # nor who wrote it
        (ReportRow(id=5, about=ACCUSED, event_id="$1", text=""), False, False),
    ],
)
def test_nobody_reads_a_report_about_themselves(report, moderator, steward):
    answers = {False: "not_found: I know of no report {number}.", True: None}
    for role, reads in ((Role.MODERATOR, moderator), (Role.STEWARD, steward)):
        by = actor(role, user_id=ACCUSED)
        assert refused(by, Act.HANDLE_REPORTS, report) == answers[reads]
        assert may(by, Act.HANDLE_REPORTS, report) == reads


OBJECTS = [
    None,
    Part(7, None),
    Part(7, REQUEST, OFFER),
    *rooms().values(),
    *Role,
    MINE,
    DecidedMeasure(OURS, None),
]


@pytest.mark.parametrize("role", Role)
def test_who_lacks_the_role_cannot_tell_what_there_is(role):
    for act in {*Act} - allowed(role):
        assert len({refused(actor(role), act, on) for on in OBJECTS}) == 1
        with pytest.raises(NotAllowed):
            authorise(actor(role), act, Part(7, REQUEST))


def test_refusals_are_what_their_sender_reads():
    with pytest.raises(NotFound) as unknown:
        authorise(Actor(OTHER, Role.MEMBER), Act.TAKE_PART, Part(7, REQUEST))
    assert unknown.value.message.holes == {"number": "7"}
