"""Making sense of free answers in seven languages, or admitting that we do not."""

from bot.understanding.answers import Answers, load_answers
from bot.understanding.reader import AnswerReader

__all__ = ["AnswerReader", "Answers", "load_answers"]
