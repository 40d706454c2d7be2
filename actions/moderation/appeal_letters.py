"""What stewards read of appeals, and those who appealed."""

from __future__ import annotations

from kit.authority import Actor
from kit.listing import offered
from kit.text import Message, Node, Paragraphs, Pill, Reply, Say, Verbatim, _
from kit.times import When
from storage.tables.moderation import MeasureRow


def appealed(measure: MeasureRow, what: Message, words: str) -> Reply:
    """Tell a steward that somebody finds a measure wrong, and what they can decide."""
    heading = _("About measure {number}, {what}, they say:", number=measure.id, what=what)
    number = str(measure.id)
    how = _(
        "{undo} takes it back. {decline} lets it stand, and I tell them, with your reason if you "
        "add one. {measures} shows it.",
        undo=Say("undo", number),
        decline=Say("appeal decline", number),
        measures=Say("measures", number),
    )
    ask = _("Shall I take it back? Answer yes or no: with a no it stands, and I tell them.")
    body = Paragraphs([heading, Verbatim(words), how, ask])
    about = [measure.person_id] if measure.person_id is not None else []
    listing = offered("undo", "appeal decline", number)
    return Reply("measure.appeal", body, (number,), about=about, listing=listing)


def appeal_of(measure: MeasureRow) -> list[Node]:
    """Say when somebody appealed against a measure, and when that was declined."""
    heard, declined = measure.appealed_at, measure.appeal_declined_at
    said: list[Node] = [_("Appeal to the stewards: {when}", when=When(heard))] if heard else []
    stands = [_("Appeal declined: {when}", when=When(declined))] if declined else []
    return [*said, *stands]


def declined(measure: MeasureRow, decision: Message, words: str) -> Reply:
    """Tell somebody that what they appealed against stands, until when, and why."""
    heading = _("The stewards of the network read your appeal. What was decided stands:")
    until = [_("Until: {when}", when=When(measure.until))] if measure.until else []
    why: list[Node] = [_("They say:"), Verbatim(words)] if words else []
    body = Paragraphs([heading, decision, *until, *why])
    return Reply("measure.appeal_declined", body, (str(measure.id),))


def declined_by(by: Actor, measure: MeasureRow, words: str) -> Reply:
    """Tell a steward that another declined an appeal."""
    text = _(
        "{user} declined the appeal against measure {number}: it stands.",
        user=Pill(by.user_id),
        number=measure.id,
    )
    why = [Verbatim(words)] if words else []
    return Reply(
        "measure.appeal_declined_by", Paragraphs([text, *why]), (str(measure.id),), about=[by.id]
    )


def granted(measure: MeasureRow) -> list[Node]:
    """Say that a measure is taken back after an appeal against it, if it is."""
    if measure.appealed_at is None or measure.undone_by_id is None:
        return []
    return [_("Your appeal was heard: what was decided is taken back.")]
