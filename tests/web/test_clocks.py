"""What people type as day and time is meant on the clocks of their country."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from govstack.web import clocks
from tests.clocks import living_in


@pytest.mark.parametrize(
    ("wall", "meant"),
    [
        ("2026-03-29T02:30", None),
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-07-01T12:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("0001-01-01T00:00", None),
    ],
)
def test_a_time_that_clocks_skip_is_none_and_of_one_they_show_twice_the_first(
    wall: str, meant: datetime | None
) -> None:
    with living_in("Europe/Paris"):
        assert clocks.meant(datetime.fromisoformat(wall)) == meant
        if meant is not None:
            assert clocks.shown(meant) == datetime.fromisoformat(wall)
