from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("membership", _("You and the hub"), place=10)
