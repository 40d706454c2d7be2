"""What somebody wishes of the hub's own messages: fewer, none, or those that do not come."""

from __future__ import annotations

from bot.understanding.answers import PostingWords
from bot.understanding.distress import spelt_out
from bot.understanding.writing import Writing
from kit.understanding import Posting
from language.cues import Cues

_MOST = 14  # words; who says more tells of something else
_ANY_ENDING = "*"


class PostingReader:
    """Words of all languages together."""

    def __init__(self, writing: Writing, words: PostingWords) -> None:
        self._writing = writing
        kinds = {
            "messages": words.messages,
            "fewer": words.fewer,
            "outright": words.outright,
            "stop": words.stop,
            "all": words.all,
            "not all": words.not_all,
            "missed": words.missed,
        }
        cues = {kind: map(self._cue, spelt_out(rows)) for kind, rows in kinds.items()}
        self._cues = Cues(cues)

    def read(self, said: str) -> Posting | None:
        """Read which is wished for, where *said* is about the messages of the hub."""
        pieces = self._writing.pieces(said)
        found = self._cues.find(" ".join(pieces))
        if len(pieces) > _MOST:
            return None
        if "missed" in found:
            return Posting.MISSED
        named = "messages" in found
        every = "all" in found and "not all" not in found
        if ("outright" in found or (named and "fewer" in found)) and not every:
            return Posting.FEWER
        return Posting.NONE if named and "stop" in found else None

    def _cue(self, phrase: str) -> str:
        return self._writing.plain(phrase) + (_ANY_ENDING if phrase.endswith(_ANY_ENDING) else "")
