from __future__ import annotations

from bot.kit.feature import Feature
from bot.kit.text import _

feature = Feature("moderation", _("Looking after the network"), place=80)
