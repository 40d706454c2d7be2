"""What somebody wishes of the hub's own messages: fewer, none, or those that do not come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.understanding.answers import PostingWords
from bot.understanding.distress import spelt_out
from bot.understanding.writing import Writing
from kit.understanding import Posting
from language.cues import Cues, Span

_MOST = 14  # words; who says more tells of something else
_ANY_ENDING = "*"
_NAMED = {Posting.NO_DIGEST: "digest", Posting.NO_REMINDERS: "reminders"}


class PostingReader:
    """Words of all languages together."""

    def __init__(self, writing: Writing, words: PostingWords) -> None:
        self._writing = writing
        kinds = {
            "messages": words.messages,
            "digest": words.digest,
            "reminders": words.reminders,
            "unwanted": (*words.unwanted, *words.stop),
            "kept": words.kept,
            "fewer": words.fewer,
            "outright": words.outright,
            "stop": words.stop,
            "all": words.all,
            "not all": words.not_all,
            "missed": words.missed,
        }
        cues = {kind: spelt_out(rows, self._cue) for kind, rows in kinds.items()}
        self._cues = Cues(cues)

    def read(self, said: str) -> Posting | None:
        """Read which is wished for, where *said* is about the messages of the hub."""
        pieces = self._writing.pieces(said)
        heard = " ".join(pieces)
        found = self._cues.find(heard)
        if len(pieces) > _MOST:
            return None
        if "missed" in found:
            return Posting.MISSED
        named = "messages" in found
        every = "all" in found and "not all" not in found
        if ("outright" in found or (named and "fewer" in found)) and not every:
            return Posting.FEWER
        stopped = _stopped(found)
        if stopped is Posting.NO_REMINDERS and self._names_more(heard, found):
            return Posting.NO_REMINDER
        if stopped:
            return stopped
        return Posting.NONE if named and "stop" in found else None

    def _names_more(self, heard: str, found: Mapping[str, Sequence[Span]]) -> bool:
        """Tell whether anything is named beside the messages and what is to become of them."""
        known = [span for spans in found.values() for span in spans]
        rest = "".join(
            " " if any(begin <= place < end for begin, end in known) else sign
            for place, sign in enumerate(heard)
        )
        return any(len(term) > 1 for term in self._writing.terms(rest, ""))

    def _cue(self, phrase: str) -> str:
        return self._writing.plain(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")


def _stopped(found: Mapping[str, Sequence[Span]]) -> Posting | None:
    """Tell which of the messages with a name of their own are to stop: the one named next."""
    if "unwanted" not in found or "kept" in found:
        return None
    said = min(found["unwanted"])
    named = [
        (span < said, span, posting)
        for posting, kind in _NAMED.items()
        for span in found.get(kind, ())
    ]
    return min(named)[2] if named else None
