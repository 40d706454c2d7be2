"""What the hub says of itself, as a feature."""

from kit.feature import Feature
from kit.text import _

feature = Feature("about", _("About this hub"), place=95)
