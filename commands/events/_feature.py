from __future__ import annotations

from typing import Annotated

from kit.command import Rest, Word
from kit.feature import Feature
from kit.listing import ListKind
from kit.text import _
from kit.words import read_number, read_numbers

feature = Feature("events", _("Events"), place=50)
EVENT = Word(_("number"), read=read_number, lists=(ListKind.EVENTS,))
EventNumber = Annotated[int, EVENT]
MoreNumbers = Annotated[tuple[int, ...], Rest(_("number"), read=read_numbers)]
