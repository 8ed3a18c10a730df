"""YAML of somebody unknown becomes plain data or is refused; it never becomes code or a flood."""

from __future__ import annotations

import pytest

from govstack.kernel.documents import DEPTH_MAX, read_yaml
from govstack.kernel.errors import BadRequest


def test_plain_data_is_read() -> None:
    assert read_yaml("name: Zoë\ncounts: [1, 2]\n") == {"name": "Zoë", "counts": [1, 2]}
    assert read_yaml("[" * DEPTH_MAX + "]" * DEPTH_MAX)


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "[" * (DEPTH_MAX + 1) + "]" * (DEPTH_MAX + 1),
        "[" * 200_000,
        "!!python/object/apply:os.getcwd []",
        "a: [",
        "a: \x00",
        "a: 2026-99-99",
    ],
    ids=["alias", "deep", "deep-and-open", "code", "broken", "nul", "no-date"],
)
def test_what_is_not_plain_data_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_yaml(text)
