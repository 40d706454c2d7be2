from __future__ import annotations

from bot.kit.feature import Feature
from bot.kit.text import _

feature = Feature("curation", _("Keeping the library good"), place=35)
