"""What moderators read of reports, and those who made them."""

from __future__ import annotations

from kit.authority import Actor
from kit.codes import code
from kit.listing import Listing, ListKind
from kit.text import Paragraphs, Pill, Reply, Say, Verbatim, _
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


def report_closed(report: ReportRow, outcome: str) -> Reply:
    """Tell who reported something what came of it."""
    heading = _(
        "The moderators looked into your report {number}. They say:", number=code(report.id)
    )
    return Reply("report.closed", Paragraphs([heading, Verbatim(outcome)]), (code(report.id),))


def report_closed_by(by: Actor, report: ReportRow, outcome: str) -> Reply:
    """Tell who had taken a report up that somebody else closed it."""
    text = _(
        "{user} closed report {number}, which you had taken up.",
        user=Pill(by.user_id),
        number=code(report.id),
    )
    body = Paragraphs([text, Verbatim(outcome)])
    return Reply("report.closed_by_other", body, (code(report.id),), about=[by.id])
