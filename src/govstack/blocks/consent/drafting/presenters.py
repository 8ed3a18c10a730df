"""Drafts in plain words: their questions, their answers, and what a next version changes for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, LawfulBasis
from govstack.blocks.consent.agreements.presenters import language_name, listed
from govstack.blocks.consent.drafting.model import Content, Draft, Step, missing, untranslated
from govstack.blocks.consent.frame.presenters import Cell, Words, length
from govstack.blocks.consent.policies.model import Policy
from govstack.blocks.consent.records.service import COUNTED_MAX
from govstack.kernel.i18n import LANGUAGES, _

QUESTIONS: Mapping[Step, str] = {
    Step.LANGUAGE: _("In which language do you write?"),
    Step.PURPOSE: _("What is the data used for?"),
    Step.DESCRIPTION: _("What happens with the data, in plain words?"),
    Step.CONTROLLER: _("Which organisation answers for the data?"),
    Step.BASIS: _("Why does the law allow it?"),
    Step.ATTRIBUTES: _("Which data do you need?"),
    Step.POLICY: _("Under which data policy?"),
    Step.RETENTION: _("For how long is the data kept?"),
    Step.DPIA: _("What did the assessment of the risk find?"),
    Step.FORGETTABLE: _("May people have their answer removed?"),
    Step.SIGNATURES: _("How many people must sign?"),
    Step.VERSION: _("What is this version called?"),
}
SHORT: Mapping[Step, str] = {
    Step.LANGUAGE: _("Language"),
    Step.PURPOSE: _("Purpose"),
    Step.DESCRIPTION: _("In plain words"),
    Step.CONTROLLER: _("Who answers for the data"),
    Step.BASIS: _("Why the law allows it"),
    Step.ATTRIBUTES: _("Data"),
    Step.POLICY: _("Data policy"),
    Step.RETENTION: _("Kept for"),
    Step.DPIA: _("Assessment of the risk"),
    Step.FORGETTABLE: _("Answers can be removed"),
    Step.SIGNATURES: _("Signatures needed"),
    Step.VERSION: _("Version"),
}
BASES: Mapping[LawfulBasis, tuple[str, str]] = {
    LawfulBasis.CONSENT: (_("Consent"), _("People are free to say no, and nothing bad follows from it")),
    LawfulBasis.LEGAL_OBLIGATION: (_("A law demands it"), _("Your organisation must do this, whatever people answer")),
    LawfulBasis.CONTRACT: (_("A contract needs it"), _("The person has a contract that cannot be kept without it")),
    LawfulBasis.VITAL_INTEREST: (_("It protects a life"), _("Somebody would be in danger without it")),
    LawfulBasis.PUBLIC_TASK: (_("A public task needs it"), _("A law gives your organisation this task")),
    LawfulBasis.LEGITIMATE_INTEREST: (
        _("A legitimate interest"),
        _("Your organisation has a good reason that does not harm people"),
    ),
}
SENSITIVITIES: Mapping[str, tuple[str, str]] = {
    "personal": (_("Personal"), _("It tells who somebody is, or something about them")),
    "sensitive": (_("Sensitive"), _("Such as health, income, religion, or data about children")),
    "not personal": (_("Not personal"), _("It tells nothing about a person")),
}


def languages(words: Words) -> list[tuple[str, str]]:
    """Return the languages of the platform, to choose from."""
    return [(code, language_name(words, code)) for code in LANGUAGES]


def bases(words: Words) -> list[tuple[str, str, str]]:
    """Return the grounds of law, to choose from."""
    return [(basis.value, words(label), words(hint)) for basis, (label, hint) in BASES.items()]


def sensitivities(words: Words) -> list[tuple[str, str, str]]:
    """Return how much protection data needs, to choose from."""
    return [(code, words(label), words(hint)) for code, (label, hint) in SENSITIVITIES.items()]


def policies(words: Words, found: Sequence[Policy]) -> list[tuple[str, str, str]]:
    """Return policies, to choose from."""
    return [(one.id, f"{one.name} {one.version}", kept(words, one.data_retention_period_days)) for one in found]


def kept(words: Words, days: int | None) -> str:
    """Return how long data is kept."""
    if days is None:
        return words(_("It does not say for how long data is kept"))
    return words(_("Data is kept for {length}"), length=length(words, days))


def kinds(words: Words, content: Content) -> list[Mapping[str, object]]:
    """Return the kinds of data of a draft, each with its place."""
    return [
        {
            "place": place,
            "name": one.name,
            "about": words(_(", ")).join(text for text in (_sensitivity(words, one.sensitivity), one.category) if text),
        }
        for place, one in enumerate(content.attributes)
    ]


def answers(words: Words, draft: Draft, found: Sequence[Policy]) -> list[tuple[str, str, str, str]]:
    """Return the answers of a draft as rows of a summary, each with the address where it is changed."""
    content, here = draft.content, f"/drafts/{draft.id}"
    policy = next((one for one in found if one.id == content.policy_id), None)
    days = content.retention_days
    said = {
        Step.LANGUAGE: language_name(words, content.language),
        Step.PURPOSE: content.purpose,
        Step.DESCRIPTION: content.description,
        Step.CONTROLLER: content.controller_name,
        Step.BASIS: words(BASES[content.basis][0]) if content.basis else "",
        Step.ATTRIBUTES: listed(words, [one.name for one in content.attributes], content.language),
        Step.POLICY: f"{policy.name} {policy.version}" if policy else "",
        Step.RETENTION: words.count("{count} day", "{count} days", days) if days else words(_("As the policy says")),
        Step.DPIA: content.dpia,
        Step.FORGETTABLE: words(_("Yes")) if content.forgettable else words(_("No")),
        Step.SIGNATURES: signatures(words, content.signatures_required),
        Step.VERSION: content.version,
    }
    return [(words(SHORT[step]), said[step], f"{here}/{step}", words(QUESTIONS[step])) for step in Step]


def signatures(words: Words, number: int | None) -> str:
    """Return how many must sign."""
    if not number:
        return words(_("None: to agree is enough"))
    return words.count("{count} person", "{count} people", number)


def translations(words: Words, draft: Draft) -> list[tuple[str, str, str, str]]:
    """Return into which languages a draft is translated, as rows of a summary."""
    content, halves = draft.content, set(untranslated(draft.content))
    rows = []
    for code in LANGUAGES:
        if code == content.language:
            continue
        if code in halves:
            state = words(_("Translated in part. It cannot be published like this"))
        else:
            state = words(_("Translated")) if code in content.translations else words(_("Not translated"))
        name = language_name(words, code)
        rows.append((name, state, f"/drafts/{draft.id}/translations/{code}", name))
    return rows


def gaps(words: Words, draft: Draft) -> list[tuple[str, str]]:
    """Return what a draft still lacks, each with the address where it is answered."""
    here = f"/drafts/{draft.id}"
    questions = [(words(QUESTIONS[step]), f"{here}/{step}") for step in missing(draft.content)]
    languages = [
        (
            words(_("Not wholly translated: {language}"), language=language_name(words, code)),
            f"{here}/translations/{code}",
        )
        for code in untranslated(draft.content)
    ]
    return questions + languages


def draft_rows(words: Words, found: Sequence[Draft]) -> list[Sequence[Cell]]:
    """Return drafts as rows of a table."""
    return [
        (
            {"text": one.content.purpose or words(_("Without a purpose yet")), "href": f"/drafts/{one.id}"},
            words(_("Next version")) if one.agreement_id else words(_("New agreement")),
            {"moment": one.changed_at},
        )
        for one in found
    ]


def agreeing(words: Words, before: DataAgreement, number: int) -> str:
    """Return what a next version means for those who agreed to an earlier one."""
    if not number:
        return words(_("Nobody agrees to this agreement at present."))
    if number > COUNTED_MAX:
        people = words.count(
            "More than {count} person agrees at present.", "More than {count} people agree at present.", COUNTED_MAX
        )
    else:
        people = words.count("{count} person agrees at present.", "{count} people agree at present.", number)
    holds = words(
        _("That holds for version {version} or an earlier one until they answer the new version."),
        version=before.version,
    )
    return f"{people} {holds}"


def _sensitivity(words: Words, code: str) -> str:
    return words(SENSITIVITIES[code][0]) if code in SENSITIVITIES else code
