from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("measures", _("Against abuse"), place=78)
