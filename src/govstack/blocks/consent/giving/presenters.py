"""A person's consent in plain words: to what, why, until when, who sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.consent.agreements.model import DataAgreement, worded
from govstack.blocks.consent.asking.service import Shown as Asked
from govstack.blocks.consent.frame.presenters import Cell, Words
from govstack.blocks.consent.giving.service import Answer
from govstack.blocks.consent.reading.model import Read
from govstack.blocks.consent.records.service import Shown
from govstack.kernel.i18n import _

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


def asked(words: Words, found: Sequence[Asked]) -> list[Sequence[Cell]]:
    """Return what a person is asked, as rows of a table."""
    return [
        (
            {
                "text": worded(one.agreement, words.language).purpose,
                "href": f"/sign/{one.request.id}" if one.request.signs else f"/agreement/{one.agreement.id}",
            },
            one.request.said.asker,
            words(_("Your signature beside somebody else’s")) if one.request.signs else words(_("Your consent")),
            {"moment": one.request.expires_at},
        )
        for one in found
    ]


def rows(words: Words, found: Sequence[Shown], unanswered: Sequence[DataAgreement]) -> list[Sequence[Cell]]:
    """Return what waits for an answer and what was answered, as rows of a table."""
    waiting = [_row(words, one, None) for one in unanswered]
    return waiting + [_row(words, one.agreement, one) for one in found]


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
