"""Histories and proofs in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.auditing.model import Verdict
from govstack.blocks.consent.evidence.model import Fault, Revision
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.kernel.i18n import _

HASH_CHARACTERS_SHOWN = 12
KINDS: Mapping[str, str] = {
    "Policy": _("Policy"),
    "DataAgreement": _("Agreement"),
    "ConsentRecord": _("Record of consent"),
    "Individual": _("Person"),
}
FAULTS: Mapping[Fault, str] = {
    Fault.UNREADABLE: _("Its stored text was changed or taken away, and does not open."),
    Fault.TEXT: _("Its text is not the one that its hash was made of."),
    Fault.SIGNATURE: _("The signature of this block does not fit it."),
    Fault.ORDER: _("It does not follow the version before it."),
    Fault.SUCCESSOR: _("The version after it is missing or another one."),
    Fault.CONTENT: _("What is stored beside it says something else."),
}


def rows(words: Words, found: Sequence[Revision]) -> list[Sequence[Cell]]:
    """Return versions of all things as rows of a table."""
    return [
        (
            {"moment": one.at},
            words(KINDS[one.schema_name]),
            {"text": one.object_id, "href": f"/history/{one.schema_name}/{one.object_id}"},
            {"number": one.number},
            {"code": one.serialized_hash[:HASH_CHARACTERS_SHOWN]},
        )
        for one in found
    ]


def versions(words: Words, chain: Sequence[Revision]) -> list[Sequence[Cell]]:
    """Return the versions of one thing as rows of a table, newest first."""
    return [
        (
            {"number": one.number},
            {"moment": one.at},
            _state(words, one),
            {"code": one.serialized_hash},
            {"code": one.predecessor_hash[:HASH_CHARACTERS_SHOWN]} if one.predecessor_hash else "–",
        )
        for one in reversed(chain)
    ]


def verdict(words: Words, found: Verdict) -> Mapping[str, str]:
    """Return what a check found: a sentence, and one more where something was altered."""
    if found.finding is None:
        return {
            "sound": "yes",
            "text": words(_("Nothing was altered: every version is as it was written.")),
            "more": "",
        }
    text = words(_("Version {number} was altered."), number=found.finding.number)
    return {"sound": "", "text": text, "more": words(FAULTS[found.finding.fault])}


def _state(words: Words, one: Revision) -> Cell:
    if one.damaged:
        return {"status": words(_("Does not open")), "state": "bad"}
    if one.snapshot is None:
        return {"status": words(_("Forgotten")), "state": "off"}
    return {"status": words(_("Whole")), "state": "good"}
