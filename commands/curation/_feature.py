from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("curation", _("Keeping the library good"), place=35)
