"""Recognising what somebody wishes for in words of their own."""

from bot.understanding.wishes.files import FIND, NOTHING, WishFile, load_wishes
from bot.understanding.wishes.learning import learn_apart
from bot.understanding.wishes.lesson import Lesson
from bot.understanding.wishes.recogniser import Guess, Recogniser

__all__ = [
    "FIND",
    "NOTHING",
    "Guess",
    "Lesson",
    "Recogniser",
    "WishFile",
    "learn_apart",
    "load_wishes",
]
