"""What the pages of archives show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.messaging.archives.model import Archive, MonthCount, Soundness
from govstack.blocks.messaging.intake.model import Status
from govstack.blocks.messaging.oversight.presenters import STATUSES
from govstack.blocks.messaging.senders.presenters import Words
from govstack.kernel import i18n
from govstack.kernel.i18n import _

Cells = Sequence[object]
SOUNDNESS: Mapping[Soundness, tuple[str, str]] = {
    Soundness.SOUND: (_("Unchanged, and signed by this instance"), "good"),
    Soundness.CHANGED: (_("Not the file that was written"), "bad"),
    Soundness.MISSING: (_("The file is not in its folder"), "bad"),
}
ENDS = (Status.DELIVERED, Status.BOUNCED, Status.NOT_SENT)


def rows(words: Words, found: Sequence[Archive]) -> list[Cells]:
    """Return archives as rows."""
    return [
        (
            {"text": one.id, "href": f"/archives/{one.id}"},
            {"moment": one.first_received_at},
            {"moment": one.last_received_at},
            words.number(one.requests),
            words.number(one.messages),
            words(_("Brought back")) if one.restored_at else words(_("In its file")),
        )
        for one in found
    ]


def month_labels(words: Words) -> list[object]:
    """Return the heads of the columns of `month_rows`."""
    ends: list[object] = [{"label": words(STATUSES[end]), "numeric": True} for end in ENDS]
    return [words(_("Month")), *ends]


def month_rows(words: Words, found: Sequence[MonthCount]) -> list[Cells]:
    """Return how archived messages ended, a row a month, the newest first."""
    counts = {(one.month, one.status): one.messages for one in found}
    months = sorted({one.month for one in found}, reverse=True)
    return [
        (
            i18n.format_month(words.language, f"{month}-01"),
            *(words.number(counts.get((month, str(end)), 0)) for end in ENDS),
        )
        for month in months
    ]


def facts(words: Words, found: Archive) -> list[tuple[str, object]]:
    """Return what is known of an archive."""
    return [
        (words(_("Requests")), words.number(found.requests)),
        (words(_("Messages")), words.number(found.messages)),
        (words(_("Accepted from")), i18n.format_datetime(words.language, found.first_received_at)),
        (words(_("Accepted until")), i18n.format_datetime(words.language, found.last_received_at)),
        (words(_("Written")), i18n.format_datetime(words.language, found.made_at)),
        (words(_("File")), found.file_name),
        (words(_("Size in bytes")), words.number(found.file_bytes)),
        (words(_("Digest (SHA-256)")), found.digest),
    ]


def soundness(words: Words, found: Soundness) -> dict[str, str]:
    """Return what a look at the file finds."""
    label, kind = SOUNDNESS[found]
    return {"status": words(label), "state": kind}
