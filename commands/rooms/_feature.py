"""What the feature is called."""

from __future__ import annotations

from kit.feature import Feature
from kit.text import _

feature = Feature("rooms", _("Rooms"), place=20)
