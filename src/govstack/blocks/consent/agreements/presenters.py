"""What an agreement says, in plain words and in the language of the page; and what changes between two versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, Difference, LawfulBasis, Wording, worded
from govstack.blocks.consent.frame.presenters import Cell, Words, length
from govstack.kernel.i18n import NAMES, _
from govstack.web.sentences import set_apart

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
    "sw": _("Swahili"),
}
FIELDS: Mapping[str, str] = {
    "attributes": _("Which data"),
    "purpose": _("What the data is used for"),
    "description": _("What happens with it"),
    "controller": _("Who answers for your data"),
    "basis": _("Why this is allowed"),
    "retention": _("How long it is kept"),
    "policy": _("Data policy"),
    "storage": _("Where it is kept"),
    "dpia": _("How the risk was assessed"),
    "forgettable": _("Answers can be removed"),
    "signatures": _("How many people must sign"),
}


def terms(words: Words, agreement: DataAgreement) -> list[tuple[str, str]]:
    """Return what an agreement says, as rows of a summary."""
    policy = agreement.policy
    said = worded(agreement, words.language)
    shown = [
        (words(_("Who answers for your data")), said.controller),
        (words(_("Which data")), listed(words, said.attributes, said.language)),
        (words(_("Why this is allowed")), words(BASES[agreement.lawful_basis])),
        (words(_("How long it is kept")), _kept(words, agreement)),
        (words(_("Where it is kept")), policy.storage_location or "" if policy else ""),
        (words(_("How the risk was assessed")), agreement.dpia),
        (words(_("How many people must sign")), signers(words, agreement.signatures_required or 0)),
        (words(_("Version")), agreement.version),
    ]
    return [(label, value) for label, value in shown if value]


def foreign(words: Words, said: Wording) -> str:
    """Return what to say of an agreement that is not written in the language of the page; nothing where it is."""
    if said.language in {"", words.language}:
        return ""
    text = _("This agreement is not translated. You read it in the language it was written in: {name}.")
    return words(text, name=language_name(words, said.language))


def language_name(words: Words, code: str) -> str:
    """Return what a language is called in the one of the page, or as its speakers call it; else its code."""
    return words(LANGUAGE_NAMES[code]) if code in LANGUAGE_NAMES else NAMES.get(code, code)


def listed(words: Words, names: Sequence[str], language: str) -> str:
    """Return names as one text; those of another language with its own signs between, so that none is torn apart."""
    return set_apart(language or words.language, names)


def signers(words: Words, number: int) -> str:
    """Return how many people must sign; nothing where nobody must."""
    return words.count("{count} person", "{count} people", number) if number else ""


def difference_rows(words: Words, found: Sequence[Difference]) -> list[Sequence[Cell]]:
    """Return what changes between two versions, as rows of a table: what, before, after."""
    return [
        (words(FIELDS[one.field]), _side(words, one, one.before, one.after), _side(words, one, one.after, one.before))
        for one in found
    ]


def _side(words: Words, one: Difference, texts: Sequence[str], others: Sequence[str]) -> str:
    if one.field == "attributes":
        # Of a long list only what the other version lacks tells anything.
        own = [text for text in texts if text not in others]
        return words.set_apart(own) or words(_("Nothing besides"))
    text = texts[0] if texts else ""
    if one.field == "basis":
        return words(BASES[LawfulBasis(text)])
    if one.field == "retention":
        return length(words, int(text)) if text else words(_("Not said"))
    if one.field == "forgettable":
        return words(_("Yes")) if text == "yes" else words(_("No"))
    if one.field == "signatures":
        return signers(words, int(text)) or words(_("Nobody"))
    return text or words(_("Nothing"))


def _kept(words: Words, agreement: DataAgreement) -> str:
    return "" if agreement.days_kept is None else length(words, agreement.days_kept)
