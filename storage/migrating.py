"""Alembic between our migrations and an open connection; imported where something is to migrate."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection) -> Config:
    """Point Alembic at our migrations and an open connection."""
    config = Config()
    config.set_main_option("script_location", str(files("storage").joinpath("migrations")))
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection) -> None:
    """Apply what is missing."""
    command.upgrade(configuration(connection), "head")
