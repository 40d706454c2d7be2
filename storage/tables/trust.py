"""What lets people know the hub again. A backup keeps it, unlike the keys of one device."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, sealed
from storage.privacy import FOR_GOOD, Privacy


class IdentityRow(Base):
    """The seeds of the keys with which the hub's account vouches for its devices."""

    __tablename__ = "identity"
    privacy = Privacy(
        why="so that people know the hub again on another device; the keys are its own",
        ends=(FOR_GOOD,),
    )
    user_id: Mapped[str] = mapped_column(primary_key=True)
    master_key: Mapped[str]
    seeds: Mapped[dict[str, str]] = sealed("identity.seeds", why="its private keys")
