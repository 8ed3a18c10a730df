"""A person's consent in plain words: to what, why, until when, who sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, LawfulBasis, Wording, worded
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.blocks.consent.giving.service import Answer
from govstack.blocks.consent.reading.model import Read
from govstack.blocks.consent.records.service import Shown
from govstack.kernel.i18n import _

BASES: Mapping[LawfulBasis, str] = {
    LawfulBasis.CONSENT: _("Your consent"),
    LawfulBasis.LEGAL_OBLIGATION: _("A law demands it"),
    LawfulBasis.CONTRACT: _("A contract with you needs it"),
    LawfulBasis.VITAL_INTEREST: _("It protects a life"),
    LawfulBasis.PUBLIC_TASK: _("A public task needs it"),
    LawfulBasis.LEGITIMATE_INTEREST: _("The organisation has an interest that the law accepts"),
}
LANGUAGE_NAMES: Mapping[str, str] = {
    "en": _("English"),
    "fr": _("French"),
    "es": _("Spanish"),
    "ar": _("Arabic"),
}
OPERATIONS: Mapping[str, str] = {
    "record.verify": _("Asked whether you agree"),
    "record.read": _("Acted for you"),
    "record.audit": _("Checked as an auditor"),
    "revision.list": _("Looked at the history as an auditor"),
    "individual.read": _("Read who you are"),
    "individual.list": _("Saw you in a list"),
}


def answer(words: Words, shown: Shown | None) -> Mapping[str, object]:
    """Return what a person answered, as a cell."""
    if shown is None or shown.data.opt_in is None:
        return {"status": words(_("Not answered")), "state": "wait"}
    if shown.data.opt_in:
        return {"status": words(_("You agree")), "state": "good"}
    return {"status": words(_("You do not agree")), "state": "off"}


def rows(words: Words, found: Sequence[Shown], unanswered: Sequence[DataAgreement]) -> list[Sequence[Cell]]:
    """Return what waits for an answer and what was answered, as rows of a table."""
    waiting = [_row(words, one, None) for one in unanswered]
    return waiting + [_row(words, one.agreement, one) for one in found]


def terms(words: Words, agreement: DataAgreement) -> list[tuple[str, str]]:
    """Return what an agreement says, as rows of a summary."""
    policy, controller = agreement.policy, agreement.controller
    said = worded(agreement, words.language)
    shown = [
        (words(_("Who answers for your data")), controller.name if controller else ""),
        (words(_("Which data")), words(_("; ")).join(said.attributes)),
        (words(_("On which ground")), words(BASES[agreement.lawful_basis])),
        (words(_("How long it is kept")), _kept(words, agreement)),
        (words(_("Where it is kept")), policy.storage_location or "" if policy else ""),
        (words(_("How the risk was assessed")), agreement.dpia),
        (words(_("Version")), agreement.version),
    ]
    return [(label, value) for label, value in shown if value]


def foreign(words: Words, said: Wording) -> str:
    """Return what to say of an agreement that is not written in the language of the page; nothing where it is."""
    if said.language in {"", words.language}:
        return ""
    name = words(LANGUAGE_NAMES[said.language]) if said.language in LANGUAGE_NAMES else said.language
    return words(
        _("This agreement is not translated. You read it in the language it was written in: {name}."), name=name
    )


def history(words: Words, found: Sequence[Answer]) -> list[tuple[str, str, str]]:
    """Return a person's answers to one agreement as a timeline, newest first."""
    items = []
    for one in found:
        if one.signed:
            said = words(_("You signed"))
        else:
            said = words(_("You agreed")) if one.opt_in else words(_("You withdrew or declined"))
        items.append((said, one.at, words(_("Version {version} of the agreement"), version=one.version)))
    return items


def readers(words: Words, found: Sequence[Read]) -> list[Sequence[Cell]]:
    """Return who was shown a person's consent, as rows of a table."""
    return [
        (
            {"moment": one.at},
            one.reader_name or one.application or one.reader_id,
            words(OPERATIONS.get(one.operation, _("Read it"))),
            one.purpose or words(_("Not stated")),
        )
        for one in found
    ]


def _row(words: Words, agreement: DataAgreement, shown: Shown | None) -> Sequence[Cell]:
    controller = agreement.controller
    return (
        {"text": worded(agreement, words.language).purpose, "href": f"/agreement/{agreement.id}"},
        controller.name if controller else "–",
        answer(words, shown),
        {"moment": shown.revision.at} if shown else "–",
    )


def _kept(words: Words, agreement: DataAgreement) -> str:
    days = agreement.policy.data_retention_period_days if agreement.policy else None
    return "" if days is None else words.count("{count} day", "{count} days", days)
