"""Signatures in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.consent.frame.presenters import Words
from govstack.blocks.consent.records.model import RecordData
from govstack.kernel.i18n import _


def signatures(words: Words, data: RecordData) -> Mapping[str, object]:
    """Return how many have signed a record of how many, and whether its own person has."""
    made, needed = len(data.signatures), data.signatures_required
    return {
        "stand": words(_("{made} of {needed} signatures were made."), made=made, needed=needed),
        "signed": data.individual in data.signers,
    }
