"""What the pages of packages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.learning.packages.model import Attempt, Package, State, Status
from govstack.pillars.learn.learning.unpacking.model import Kind

STATES = {
    State.RECEIVING: (_("Being received"), "wait"),
    State.READING: (_("Being unpacked"), "wait"),
    State.READY: (_("Ready"), "good"),
    State.FAILED: (_("Not opened"), "bad"),
}
STATUS = {
    Status.STARTED: (_("Begun"), "wait"),
    Status.COMPLETED: (_("Completed"), "good"),
    Status.PASSED: (_("Passed"), "good"),
    Status.FAILED: (_("Not passed"), "bad"),
}
KINDS = {
    Kind.SCORM_12: "SCORM 1.2", Kind.SCORM_2004: "SCORM 2004", Kind.CMI5: "cmi5", Kind.XAPI: "xAPI", Kind.H5P: "H5P",
    Kind.CARTRIDGE: "Common Cartridge", Kind.PDF: "PDF", Kind.VIDEO: _("Video"),
}  # fmt: skip


def kind_name(words: Words, one: Package) -> str:
    """Return the name of a kind of package."""
    return words(KINDS[Kind(one.kind)]) if one.kind else ""


def state_of(words: Words, one: Package) -> Mapping[str, object]:
    """Return where a package stands, as a cell."""
    text, sign = STATES[one.state]
    return {"status": words(text), "state": sign}


def rows(words: Words, found: Iterable[Package]) -> list[tuple[Cell, ...]]:
    """Return a table of packages."""
    return [
        (
            {"text": one.title or one.name, "href": f"/packages/{one.id}"}, kind_name(words, one), state_of(words, one),
            {"moment": one.created_at},
        )
        for one in found
    ]  # fmt: skip


def items(words: Words, one: Package, attempts: Iterable[Attempt], *, plays: bool) -> list[tuple[Cell, ...]]:
    """Return a table of the parts of a package, with how far the reader has come in each."""
    by_item = {attempt.item_id: attempt for attempt in attempts}
    table: list[tuple[Cell, ...]] = []
    for place, item in enumerate(one.items):
        attempt = by_item.get(item.id)
        name: Cell = {"text": item.title, "href": f"/packages/{one.id}/play/{place}"} if plays else item.title
        text, sign = STATUS[attempt.status] if attempt else (_("Not begun"), "off")
        score: Cell = {"number": round(attempt.score, 1)} if attempt and attempt.score is not None else ""
        table.append((name, {"status": words(text), "state": sign}, score))
    return table
