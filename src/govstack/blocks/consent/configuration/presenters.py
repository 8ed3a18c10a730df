"""Agreements as an organisation sees them in a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import worded
from govstack.blocks.consent.agreements.service import Known
from govstack.blocks.consent.frame.presenters import Cell, Words, length
from govstack.blocks.consent.policies.model import Policy
from govstack.kernel.i18n import _


def rows(words: Words, found: Sequence[Known]) -> list[Sequence[Cell]]:
    """Return agreements as rows of a table."""
    return [
        (
            {"text": worded(one.agreement, words.language).purpose, "href": f"/agreements/{one.agreement.id}"},
            worded(one.agreement, words.language).controller or "–",
            one.agreement.version,
            state(words, one),
            {"moment": one.revision.at},
        )
        for one in found
    ]


def state(words: Words, one: Known) -> Mapping[str, object]:
    """Return where an agreement stands, as a cell."""
    if one.terminated:
        return {"status": words(_("Terminated")), "state": "off"}
    if one.agreement.active:
        return {"status": words(_("In force")), "state": "good"}
    return {"status": words(_("Not in force yet")), "state": "wait"}


def policy_rows(words: Words, found: Sequence[Policy]) -> list[Sequence[Cell]]:
    """Return policies as rows of a table."""
    return [
        ({"text": one.name, "href": f"/policies/{one.id}"}, one.version, _days(words, one), one.storage_location or "–")
        for one in found
    ]


def policy(words: Words, one: Policy) -> list[tuple[str, str]]:
    """Return what a policy says, as rows of a summary."""
    return [
        (words(_("Name")), one.name),
        (words(_("Version")), one.version),
        (words(_("Address")), one.url),
        (words(_("How long data is kept")), _days(words, one)),
        (words(_("Where data is stored")), one.storage_location or ""),
        (words(_("Where data may be used")), one.geographic_restriction or ""),
        (words(_("Under which law")), one.jurisdiction or ""),
        (words(_("Sector")), one.industry_sector or ""),
    ]


def policy_changes(words: Words, before: Policy, after: Policy) -> list[Sequence[Cell]]:
    """Return what two versions of a policy say differently, as rows of a table."""
    pairs = zip(policy(words, before), policy(words, after), strict=True)
    return [(label, old or "–", new or "–") for (label, old), (_label, new) in pairs if old != new]


def web(address: str) -> str:
    """Return an address that a page may link to, or nothing."""
    return address if address.startswith(("https://", "http://")) else ""


def _days(words: Words, one: Policy) -> str:
    days = one.data_retention_period_days
    return "" if days is None else length(words, days)
