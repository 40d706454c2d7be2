from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("staff", _("Looking after the network"), place=80)
