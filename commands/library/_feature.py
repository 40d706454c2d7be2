from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("library", _("Library"), place=30)
