"""A person's consent in plain words: to what, why, until when, who sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, worded
from govstack.blocks.consent.asking.presenters import asker, until
from govstack.blocks.consent.asking.service import Shown as Asked
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.blocks.consent.giving.service import Act, Answer
from govstack.blocks.consent.reading.model import Read
from govstack.blocks.consent.records.service import Shown
from govstack.kernel.i18n import _

ACTS: Mapping[Act, str] = {
    Act.AGREED: _("You agreed"),
    Act.REFUSED: _("You said no"),
    Act.WITHDREW: _("You withdrew"),
    Act.SIGNED: _("You signed"),
    Act.OTHER_SIGNED: _("Somebody else signed with you"),
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
    if shown.data.waits:
        return {"status": words(_("Waits for signatures")), "state": "wait"}
    if shown.data.opt_in:
        return {"status": words(_("You agree")), "state": "good"}
    return {"status": words(_("You do not agree")), "state": "off"}


def asking(words: Words, found: Sequence[Asked], agreement_id: str) -> Mapping[str, str] | None:
    """Return who asks a person for their answer to one agreement, why, and until when; nothing where nobody does."""
    for one in found:
        if one.agreement.id == agreement_id and not one.request.signs:
            return {"asker": asker(words, one), "reason": one.request.said.reason, "until": until(words, one.request)}
    return None


def asked(words: Words, found: Sequence[Asked]) -> list[Sequence[Cell]]:
    """Return what a person is asked, as rows of a table."""
    return [
        (
            {
                "text": worded(one.agreement, words.language).purpose,
                "href": f"/sign/{one.request.id}" if one.request.signs else f"/agreement/{one.agreement.id}",
            },
            asker(words, one),
            words(_("Your signature beside somebody else’s")) if one.request.signs else words(_("Your consent")),
            until(words, one.request),
        )
        for one in found
    ]


def forgetting(words: Words, found: Sequence[Shown]) -> tuple[list[str], list[str]]:
    """Return to what somebody's answers are that can be removed, and those that stay: by the version they answered."""
    sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
    for one in found:
        sides[0 if one.agreement.forgettable else 1][worded(one.agreement, words.language).purpose] = None
    return list(sides[0]), list(sides[1])


def rows(words: Words, found: Sequence[Shown]) -> list[Sequence[Cell]]:
    """Return what was answered, as rows of a table."""
    return [_row(words, one.agreement, one) for one in found]


def open_rows(words: Words, unanswered: Sequence[DataAgreement]) -> list[Sequence[Cell]]:
    """Return agreements that a person has not answered, as rows of a table."""
    return [
        (
            {"text": worded(one, words.language).purpose, "href": f"/agreement/{one.id}"},
            worded(one, words.language).controller or "–",
        )
        for one in unanswered
    ]


def history(words: Words, found: Sequence[Answer]) -> list[tuple[str, str, str]]:
    """Return a person's answers to one agreement as a timeline, newest first."""
    version = _("Version {version} of the agreement")
    return [(words(ACTS[one.act]), one.at, words(version, version=one.version)) for one in found]


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


def _row(words: Words, agreement: DataAgreement, shown: Shown) -> Sequence[Cell]:
    said = worded(agreement, words.language)
    return (
        {"text": said.purpose, "href": f"/agreement/{agreement.id}"},
        said.controller or "–",
        answer(words, shown),
        {"moment": shown.revision.at},
    )
