"""What moderators read of reports, and those who made them."""

from __future__ import annotations

from collections.abc import Mapping

from kit.authority import Actor
from kit.codes import code
from kit.listing import Listing, ListKind
from kit.text import Message, Name, Node, Paragraphs, Pill, Reply, Say, Verbatim, _, n_
from storage.tables.moderation import ReportRow


def reported(report: ReportRow) -> Reply:
    """Tell a moderator that something was reported."""
    number = code(report.id)
    text = _(
        "Report {number} came in. {reports} shows it.",
        number=code(report.id),
        reports=Say("reports", number),
    )
    listing = Listing.card(ListKind.REPORTS, number)
    return Reply("report.new", text, (number,), about=[report.reporter_id], listing=listing)


def report_unanswered(report: ReportRow) -> Reply:
    """Tell a steward that no moderator took a report up."""
    number = code(report.id)
    text = _(
        "No moderator took report {number} up for a day. {reports} shows it.",
        number=code(report.id),
        reports=Say("reports", number),
    )
    return Reply("report.unanswered", text, (number,), about=[report.reporter_id])


def reports_wait(number: int) -> Reply:
    """Tell a moderator in one letter of all that nobody took up."""
    text = n_(
        "{n} report waits that nobody has taken up. {reports} shows it.",
        "{n} reports wait that nobody has taken up. {reports} shows them.",
        number,
        reports=Say("reports"),
    )
    return Reply("report.news", text)


def claim_over(report: ReportRow) -> Reply:
    """Tell who took a report up that it waits for everybody again."""
    number = code(report.id)
    text = _(
        "You took report {number} up two days ago and have not closed it, so it waits for all "
        "moderators again. {close} closes it, {claim} takes it up once more.",
        number=number,
        close=Say("report close", f"{number} …"),
        claim=Say("report claim", number),
    )
    return Reply("report.claim_over", text, (number,), about=[report.reporter_id])


def not_closed(report: ReportRow) -> Reply:
    """Tell a steward that who took a report up did not close it."""
    number = code(report.id)
    text = _(
        "A moderator took report {number} up and did not close it within two days, so it waits "
        "again. {reports} shows it.",
        number=number,
        reports=Say("reports", number),
    )
    return Reply("report.not_closed", text, (number,), about=[report.reporter_id])


# What mostly comes of a report, to be chosen by number: each reads it in their own language.
READY: Mapping[str, Message] = {
    "1": _("They acted on it."),
    "2": _("They spoke with those whom it is about."),
    "3": _("They found nothing that breaks the rules."),
    "4": _("They had dealt with it already."),
}


def outcome_of(outcome: str) -> Node:
    """Say what came of a report, as it was written or chosen."""
    return READY.get(outcome) or Verbatim(outcome)


def report_closed(report: ReportRow, outcome: str, language: str | None) -> Reply:
    """Tell who reported something what came of it; *language* is that of it, if not theirs."""
    number = code(report.id)
    heading = _("The moderators looked into your report {number}. They say:", number=number)
    if language is not None and outcome not in READY:
        heading = _(
            "The moderators looked into your report {number}. They say, in {language}:",
            number=number,
            language=Name("languages", language),
        )
    return Reply("report.closed", Paragraphs([heading, outcome_of(outcome)]), (number,))


def report_closed_by(by: Actor, report: ReportRow, outcome: str) -> Reply:
    """Tell who had taken a report up that somebody else closed it."""
    text = _(
        "{user} closed report {number}, which you had taken up.",
        user=Pill(by.user_id),
        number=code(report.id),
    )
    body = Paragraphs([text, outcome_of(outcome)])
    return Reply("report.closed_by_other", body, (code(report.id),), about=[by.id])
