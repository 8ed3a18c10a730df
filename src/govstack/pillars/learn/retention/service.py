"""Use cases of retention: tell how long what is personal is kept, and let go of what is older."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.retention.model import DAYS_MAX, Kept

LetGo = Callable[[Context, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Something personal that is kept for a time: what it is in words for people, and the setting with its days.

    `let_go` removes, or cuts from their people, what ended before a moment, and returns how much that was; it can be
    repeated. Zero days keep until the person is erased.
    """

    what: str
    setting: Setting
    let_go: LetGo


def days_setting(name: str, days: int, what: str) -> Setting:
    """Return the setting that says how long something is kept; the default is ours."""
    line = f"For how many days {what}; 0 until the person is erased; {days} is our default"
    return Setting(name, str(days), line, whole(0, DAYS_MAX))


def kept(context: Context, keepings: Sequence[Keeping]) -> list[Kept]:
    """Return what is kept of people, and how long this country keeps it."""
    return [Kept(one.what, context.settings.number(one.setting.name) or None) for one in keepings]


async def let_go(context: Context, *, by: Actor, keepings: Sequence[Keeping]) -> dict[str, int]:
    """Let go of what is older than the country keeps it; return how much that was, by setting.

    Repeatable. What fails in a room is raised as an ExceptionGroup once all others have let go.
    """
    gone: dict[str, int] = {}
    faults: list[Exception] = []
    for one in keepings:
        days = context.settings.number(one.setting.name)
        try:
            count = await one.let_go(context, clock.now() - timedelta(days=days)) if days else 0
        except Exception as fault:  # noqa: BLE001 (what one room cannot let go of keeps no other one from it)
            faults.append(fault)
            continue
        if count:
            gone[one.setting.name] = count
            async with context.database.transaction() as tx:
                detail = {"days": days, "count": count}
                await audit.record(
                    tx, by=by, action="learn.retention.let-go", subject=f"setting/{one.setting.name}", detail=detail
                )
    if faults:
        raise ExceptionGroup("Not everything was let go of.", faults)
    return gone
