from __future__ import annotations

from bot.kit.feature import Feature
from bot.kit.text import _

feature = Feature("membership", _("You and the hub"), place=10)
