"""What tests of identity share."""

from __future__ import annotations

import pytest

from govstack.blocks.identity.factors import model


@pytest.fixture(autouse=True)
def refusals_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold no refusal back, but for the tests that look at that."""
    monkeypatch.setattr(model, "REFUSED_SECONDS_MIN", 0.0)
