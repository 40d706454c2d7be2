"""Experts, and the requests that are put to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from sqlalchemy import ForeignKey, false
from sqlalchemy.orm import Mapped, mapped_column

from kit.network import Opponent
from kit.text import _
from storage.base import NEVER_AGAIN, Base, BigKey, key, person, sealed
from storage.privacy import After, Privacy, With
from storage.types import Closed


class RequestState(StrEnum):
    """How far a request has come; ``actions.cases.states`` says what follows what."""

    OPEN = "open"
    OFFERED = "offered"
    AWAITS_INTERPRETER = "awaits_interpreter"  # an expert took it on who shares no language
    AWAITS_EXPERT = "awaits_expert"  # who is to say whether they want to meet who interprets
    ACCEPTED = "accepted"
    INTRODUCED = "introduced"
    UNMATCHED = "unmatched"
    WITHDRAWN = "withdrawn"
    DONE = "done"
    CLOSED = "closed"  # without an introduction, by the hub or the desk

    @property
    def over(self) -> bool:
        """Whether nothing follows."""
        return self in {RequestState.WITHDRAWN, RequestState.DONE, RequestState.CLOSED}

    @property
    def waits(self) -> bool:
        """Whether nobody was introduced to the asker yet."""
        return not self.over and self is not RequestState.INTRODUCED


class CaseOutcome(StrEnum):
    """What came of a request: what each of the two says, or how it ended without them."""

    HELPED = "helped"
    PARTLY = "partly"
    NOT_HELPED = "not_helped"
    NEVER_MET = "never_met"
    UNMET = "unmet"  # nobody was found
    LAPSED = "lapsed"  # its asker did not say whether to meet


class OfferState(StrEnum):
    """What came of a request put to one expert."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFLICT = "conflict"  # of interests: the expert must not take it on
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    DONE = "done"

    @property
    def stands(self) -> bool:
        """Whether it is still up to the expert."""
        return self in {OfferState.OFFERED, OfferState.ACCEPTED}

    @property
    def met(self) -> bool:
        """Whether the expert took it on, and may have met who asked."""
        return self in {OfferState.ACCEPTED, OfferState.DONE}


class OfferKind(StrEnum):
    """As what somebody is asked."""

    EXPERT = "expert"
    INTERPRETED = "interpreted"  # as an expert who shares no language with the asker
    INTERPRETER = "interpreter"


OPEN = tuple(state for state in RequestState if not state.over)
STANDING = tuple(state for state in OfferState if state.stands)
MET = tuple(state for state in OfferState if state.met)
WEEKLY = 3  # requests that an expert is asked to take in a week, unless they say otherwise
KNOWS = "to ask you what you know"


class ExpertRow(Base):
    """A member who answers requests, or interprets for others.

    Who is ``away`` is not asked until they say otherwise.
    """

    __tablename__ = "expert"
    privacy = Privacy(
        why="to ask you in turn",
        ends=(With("person_id"),),
        said=lambda n: _("Entries as an expert: {n}, to ask you what you know", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    topics: Mapped[list[str]] = sealed("expert.topics", why=KNOWS)
    languages: Mapped[list[str]] = sealed("expert.languages", why=KNOWS)
    away: Mapped[bool] = mapped_column(default=False)
    weekly: Mapped[int] = mapped_column(default=WEEKLY)
    # May be written to in their quiet hours, if a request is urgent.
    urgent: Mapped[bool] = mapped_column(default=False)
    never: Mapped[list[str] | None] = sealed(
        "expert.never",
        why="so that you are not asked against or by those you are bound to",
        kept="as long as you are an expert, Matrix IDs until they ask to be forgotten",
    )
    # Whom they named may be changed a few times a week: by trying one after the other they would
    # learn who asks.
    named_since: Mapped[datetime | None]
    named_times: Mapped[int] = mapped_column(default=0, server_default="0")
    # Between any two of these they interpret for others; who does only that has no topics.
    interprets: Mapped[list[str] | None] = sealed(
        "expert.interprets", why="to ask you to interpret"
    )
    trained: Mapped[bool] = mapped_column(
        default=False, server_default=false(), info={"why": "to say how well you interpret"}
    )
    since: Mapped[datetime]
    # When something last changed that matching has to know: of them, or of what they were asked.
    changed_at: Mapped[datetime] = mapped_column(index=True)

    @property
    def apart(self) -> tuple[str, ...]:
        """Return the Matrix IDs they named of those never to be put together with them."""
        return tuple(each for each in self.never or () if each.startswith("@"))


class RequestRow(Base):
    """A question for an expert. Who asked stays hidden until both sides agree."""

    __tablename__ = "request"
    privacy = Privacy(
        why="to find help, and for yearly figures",
        ends=(After(365, "created_at", "once it is over", besides=OPEN),),
        said=lambda n: _("Requests you have a part in: {n}, to find help", n=n),
    )
    __table_args__ = NEVER_AGAIN
    id: Mapped[int] = key()
    asker_id: Mapped[int] = person("CASCADE")
    expert_id: Mapped[int | None] = person("SET NULL")
    topic: Mapped[str]
    languages: Mapped[list[str]]
    question: Mapped[str] = sealed(
        "request.question", of=("asker_id",), why="what you asked", kept="until it is over"
    )
    state: Mapped[RequestState] = mapped_column(Closed(RequestState), index=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    # Its asker wants experts at once with whom they share no language, as well.
    interpreted: Mapped[bool] = mapped_column(default=False, server_default=false())
    opponent: Mapped[Opponent | None] = mapped_column(
        Closed(Opponent), info={"why": "so that nobody is asked who must not help"}
    )
    # Its asker could not be invited into the private room.
    asker_missed: Mapped[bool] = mapped_column(default=False)
    # Who was asked before that and did not answer may be asked once more.
    widened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    since: Mapped[datetime] = mapped_column(
        default=lambda row: row.get_current_parameters()["created_at"],
        info={"why": "how long it is where it is"},
    )
    reopened_at: Mapped[datetime | None] = mapped_column(
        info={"why": "how often you ask in a week"}
    )
    taken_at: Mapped[datetime | None] = mapped_column(
        info={"why": "how long one usually waits for an expert"}
    )
    outcome: Mapped[CaseOutcome | None] = mapped_column(
        Closed(CaseOutcome), info={"why": "whether it helped, by its asker"}
    )


class OfferRow(Base):
    """A request put to one expert or interpreter, and why to this one."""

    __tablename__ = "offer"
    privacy = Privacy(
        why="so that nobody is asked twice",
        ends=(With("request_id", "as long as its request"),),
        said=lambda n: _("Requests put to you: {n}, so that I ask you once", n=n),
    )
    request_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("request.id", ondelete="CASCADE"), primary_key=True
    )
    expert_id: Mapped[int] = person("CASCADE", primary_key=True)
    kind: Mapped[OfferKind] = mapped_column(
        Closed(OfferKind), default=OfferKind.EXPERT, server_default=OfferKind.EXPERT.value
    )
    state: Mapped[OfferState] = mapped_column(Closed(OfferState))
    offered_at: Mapped[datetime]
    score: Mapped[dict[str, Any]] = sealed("offer.score", why="why you were asked")
    outcome: Mapped[CaseOutcome | None] = mapped_column(
        Closed(CaseOutcome), info={"why": "whether it helped, by the expert"}
    )


class WithheldRow(Base):
    """An offer that nobody gets, where a limit of an expert keeps them from being asked.

    It goes the way of one that is not answered, so that nobody learns of the limit; it stands for
    whatever offer was made to the same expert before.
    """

    __tablename__ = "withheld"
    privacy = Privacy(
        why="so that nobody learns whom an expert is never put together with",
        ends=(With("request_id", "as long as its request"), With("expert_id")),
    )
    request_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("request.id", ondelete="CASCADE"), primary_key=True
    )
    expert_id: Mapped[int] = person("CASCADE", primary_key=True, unseen=True)
    kind: Mapped[OfferKind] = mapped_column(
        Closed(OfferKind), default=OfferKind.EXPERT, server_default=OfferKind.EXPERT.value
    )
    state: Mapped[OfferState] = mapped_column(Closed(OfferState))
    offered_at: Mapped[datetime]


AnyOffer: TypeAlias = OfferRow | WithheldRow


class AvoidanceRow(Base):
    """Somebody does not want to be put together with another one, who does not learn it."""

    __tablename__ = "avoidance"
    privacy = Privacy(
        why="so that two people are not put together again",
        ends=(With("person_id"), With("other_id", "`forget me` of the other")),
        said=lambda n: _("People whom you do not want to meet again: {n}, to spare you that", n=n),
    )
    person_id: Mapped[int] = person("CASCADE", primary_key=True)
    other_id: Mapped[int] = person("CASCADE", primary_key=True, unseen=True)
    since: Mapped[datetime]


class CaseOwnerRow(Base):
    """The moderator who looks after a request."""

    __tablename__ = "case_owner"
    privacy = Privacy(
        why="so that one moderator looks after a request that gets no expert",
        ends=(With("request_id", "as long as its request"), With("person_id")),
        said=lambda n: _("Requests that you look after: {n}, so that one person does", n=n),
    )
    request_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("request.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = person("CASCADE")
