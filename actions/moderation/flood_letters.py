"""What moderators read of floods and lockdowns, and whoever has just come and posts links."""

from __future__ import annotations

from kit.authority import Actor
from kit.listing import Listing, ListKind
from kit.text import Message, Paragraphs, Pill, Reply, Say, _, n_
from kit.times import When
from storage.tables.moderation import LockdownRow, MeasureRow
from storage.tables.people import PersonRow


def held(measure: MeasureRow, user_id: str) -> Reply:
    """Tell a moderator that a link was deleted."""
    number = str(measure.id)
    text = _(
        "Measure {number}: I deleted a message of {user}, who has just come, because it has a "
        "link. {undo} lets links of theirs stay from now on.",
        number=number,
        user=Pill(user_id),
        undo=Say("undo", number),
    )
    more = _("If they post more links within the hour, I delete them and do not tell you again.")
    listing = Listing.card(ListKind.MEASURES, number)
    about = [measure.person_id] if measure.person_id is not None else []
    body = Paragraphs([text, more])
    return Reply("measure.held", body, (number,), about=about, listing=listing)


def link_held(hours: int) -> Reply:
    """Tell who has just come why their message is gone."""
    text = n_(
        "I deleted your message in a room, because it has a link: for the first hour nobody "
        "posts links there. Say it without the link, or ask a moderator.",
        "I deleted your message in a room, because it has a link: for the first {n} hours nobody "
        "posts links there. Say it without the link, or ask a moderator.",
        hours,
    )
    return Reply("measure.link_held", text)


def copied(user_id: str, person: PersonRow | None) -> Reply:
    """Tell a moderator that somebody says the same in many rooms, known to the hub or not."""
    text = _(
        "{user} wrote the same text in many rooms. I did nothing about it. {mute} or {redact} "
        "does.",
        user=Pill(user_id),
        mute=Say("mute", f"{user_id} …"),
        redact=Say("redact", user_id),
    )
    return Reply("measure.copied", text, about=[person.id] if person is not None else [])


def named_alike(user_id: str, like: str | None, about: list[int], *, last: bool) -> Reply:
    """Tell a moderator whose name looks like that of somebody else, or like the hub's own.

    The *last* of an hour says so.
    """
    what = (
        _(
            "The name of {user} looks like that of {other}. They may be called alike by chance, or "
            "pass for them.",
            user=Pill(user_id),
            other=Pill(like),
        )
        if like
        else _(
            "The name of {user} looks like mine. Nobody but me speaks for the hub.",
            user=Pill(user_id),
        )
    )
    advice = _(
        "I did nothing about it and do not tell you of these two again. {warn} asks for another "
        "name, {remove} takes them out; both show you first what they would do.",
        warn=Say("warn", f"{user_id} …"),
        remove=Say("remove", f"{user_id} …"),
    )
    rest = _("There may be more names like that one. I tell you of those in an hour.")
    parts = [what, advice, rest] if last else [what, advice]
    return Reply("measure.named_alike", Paragraphs(parts), about=about)


def crowded(why: Message) -> Reply:
    """Tell a moderator that very many people join, and *why* nothing is done about it."""
    text = _("Very many people join the Space at once.")
    return Reply("lockdown.seen", Paragraphs([text, why]))


def braked(lockdown: LockdownRow) -> Reply:
    """Tell a moderator that very many people join, and that they knock from now on."""
    text = _(
        "Very many people join the Space at once. Until {when} who wants to join has to knock, "
        "and you let them in with your client. {off} ends that.",
        when=When(lockdown.until),
        off=Say("lockdown off"),
    )
    return Reply("lockdown.braked", text, (str(lockdown.id),))


def locked(by: Actor, lockdown: LockdownRow) -> Reply:
    """Tell a moderator that another lets newcomers knock."""
    text = _(
        "{user} decided: until {when} who wants to join the Space has to knock. {off} ends that.",
        user=Pill(by.user_id),
        when=When(lockdown.until),
        off=Say("lockdown off"),
    )
    return Reply("lockdown.locked_by", text, (str(lockdown.id),), about=[by.id])
