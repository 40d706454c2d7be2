"""All tables. A column that points at a person cascades or empties."""

from storage.tables import cases, events, library, people, queues, rooms, talk

__all__ = ["cases", "events", "library", "people", "queues", "rooms", "talk"]
