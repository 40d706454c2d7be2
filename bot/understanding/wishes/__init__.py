"""Recognising what somebody wishes for in words of their own."""

from bot.understanding.wishes.files import FIND, NOTHING, WishFile, load_wishes
from bot.understanding.wishes.recogniser import Example, Guess, Recogniser

__all__ = ["FIND", "NOTHING", "Example", "Guess", "Recogniser", "WishFile", "load_wishes"]
