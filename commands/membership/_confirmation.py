"""When a member is asked whether their answers are still right."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.dues import Dues

YEAR = timedelta(days=365)
PATIENCE = timedelta(days=14)


async def plan_confirmation(dues: Dues, person_id: int, at: datetime, stage: int = 0) -> None:
    """Plan the yearly question (stage 0), its only reminder (1), or the end of patience (2)."""
    key = f"confirm:{person_id}:{at.date()}:{stage}"
    await dues.plan("confirm", key, at, {"person": person_id, "stage": stage}, person_id)
