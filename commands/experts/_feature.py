"""What the feature is called."""

from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("experts", _("Experts"), place=40)
