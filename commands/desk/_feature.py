from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("desk", _("Requests and reports"), place=75)
