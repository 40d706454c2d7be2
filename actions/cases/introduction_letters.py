"""What those are told who are introduced to each other, one function for each letter."""

from __future__ import annotations

from actions.cases.letters import topic
from kit.codes import code
from kit.network import Network
from kit.subject import OfRequest
from kit.text import Node, Paragraphs, Pill, Reply, Say, Verbatim, _
from storage.tables.cases import RequestRow
from storage.tables.people import PersonRow


def introduction(
    network: Network,
    request: RequestRow,
    asker: PersonRow,
    expert: PersonRow,
    interpreter: PersonRow | None = None,
) -> Reply:
    """Open the private room of those who meet."""
    text = _(
        "{asker}, {expert}: you wanted to talk about {topic}. This room is encrypted, and of what "
        "you say here I keep nothing. When you are done, say {done} to me in our direct chat: I "
        "take back what I wrote here, and leave the room to you.",
        asker=Pill(asker.user_id),
        expert=Pill(expert.user_id),
        topic=topic(network, request),
        done=Say("done", code(request.id)),
    )
    told: list[Node] = [text]
    if interpreter is not None:
        told.append(_("{interpreter} interprets for you.", interpreter=Pill(interpreter.user_id)))
    return Reply("experts.introduction", Paragraphs(told), ids=(code(request.id),))


def question(request: RequestRow, *, interpret: bool) -> Reply:
    """Give the question to the expert, or to who is to *interpret* it, after all agreed."""
    text = _("This is the question you agreed to look at:")
    if interpret:
        text = _("This is the question, for you to interpret to the expert:")
    body = Paragraphs([text, Verbatim(request.question)])
    about, subject = (request.asker_id,), OfRequest(request.id)
    return Reply("experts.question", body, (code(request.id),), about=about, subject=subject)


def asker_refuses(request: RequestRow) -> Reply:
    """Tell the asker that they could not be invited, and how it goes on."""
    text = _(
        "I could not invite you to the private room: your account or its server refuses "
        "invitations from me. Allow them in your settings, then say {accept}.",
        accept=Say("accept", code(request.id)),
    )
    return Reply("experts.asker_refuses", text, ids=(code(request.id),))


def asker_gives_up(request: RequestRow) -> Reply:
    """Tell the asker that their request is over, because they could not be invited again."""
    text = _(
        "I could not invite you to the private room again, so request {number} is over, and the "
        "expert knows. Allow invitations from me in your settings, then ask anew with {ask}.",
        number=code(request.id),
        ask=Say("ask"),
    )
    return Reply("experts.asker_gives_up", text, ids=(code(request.id),))


def asker_missing(request: RequestRow) -> Reply:
    """Tell the expert that the asker could not be invited."""
    text = _(
        "The member of request {number} cannot be invited yet, so there is no private room. "
        "I invite you again when they are ready.",
        number=code(request.id),
    )
    return Reply("experts.asker_missing", text, ids=(code(request.id),))


def expert_refuses(request: RequestRow) -> Reply:
    """Tell the expert that they could not be invited, and that somebody else is asked."""
    text = _(
        "I could not invite you to the private room for request {number}: your account or its "
        "server refuses invitations from me. I ask somebody else. To be introduced next time, "
        "allow them in your settings.",
        number=code(request.id),
    )
    return Reply("experts.expert_refuses", text, ids=(code(request.id),))


def expert_missing(request: RequestRow) -> Reply:
    """Tell the asker that the expert could not be invited."""
    text = _(
        "The expert who accepted request {number} cannot be invited to a room with you. "
        "I ask somebody else.",
        number=code(request.id),
    )
    return Reply("experts.expert_missing", text, ids=(code(request.id),))


def interprets_no_more(request: RequestRow) -> Reply:
    """Tell who interpreted that they no longer do."""
    text = _(
        "No moderator's word counts for you any more, so you no longer interpret for request "
        "{number}, and I take you out of its private room.",
        number=code(request.id),
    )
    return Reply("experts.interprets_no_more", text, ids=(code(request.id),))


def interpreter_taken_out(request: RequestRow) -> Reply:
    """Tell those who met somebody who interpreted that this person does not any more.

    Whatever the cause, as in ``letters.stepped_back``.
    """
    text = _(
        "Whoever interpreted for request {number} no longer does: I take them out of your private "
        "room. What was written there until now they could read. If you still need somebody who "
        "interprets, say {done}, then {ask}.",
        number=code(request.id),
        done=Say("done", code(request.id)),
        ask=Say("ask"),
    )
    return Reply("experts.interpreter_taken_out", text, ids=(code(request.id),))


def taken_out(request: RequestRow, *, asked: bool) -> Reply:
    """Tell one of those who met that another one is gone, whatever the cause.

    Who *asked* may do so once more.
    """
    number = code(request.id)
    text = _(
        "One of those you met over request {number} takes part no longer, so it is over. I take "
        "them out of your private room, then leave it to you. What was written there until now "
        "they could read.",
        number=number,
    )
    told: list[Node] = [text]
    if asked:
        again = _("If you still need an expert, say {reopen}.", reopen=Say("reopen", number))
        told.append(again)
    return Reply("experts.taken_out", Paragraphs(told), ids=(number,))
