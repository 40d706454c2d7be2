"""Noticing what gives away a person of a case, before anything is kept or passed on."""

from bot.understanding.guard.guard import Guard
from bot.understanding.guard.lexicon import Lexicon, load_lexicon

__all__ = ["Guard", "Lexicon", "load_lexicon"]
