"""Find an expert: a request is put to members who may help until two agree to meet."""

from __future__ import annotations

from commands.experts import requests, serving, staying_away, stopping
from commands.experts._feature import feature

__all__ = ["feature", "requests", "serving", "staying_away", "stopping"]
