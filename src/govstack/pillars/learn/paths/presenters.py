"""What pages show of learning paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.offerings.model import Offering
from govstack.pillars.learn.paths.model import Path, Placed, Standing

STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.DONE: (_("Done"), "good"), Standing.OPEN: (_("Can be taken now"), "new"),
    Standing.LATER: (_("Comes later"), "wait"),
}  # fmt: skip
PERSONAS: Mapping[str, str] = {
    "policy-makers": _("Policy makers"), "management": _("Management"), "it": _("IT specialists"),
    "service-designers": _("Service designers"), "end-users": _("End users"), "trainers": _("Trainers"),
}  # fmt: skip
DATES_SHOWN = 4


def rows(paths: Iterable[Path], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of paths."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/paths/{one.id}"}, {"number": len(one.steps)},
            ", ".join(one.roles), one.source,
        )
        for one in paths
    ]  # fmt: skip


def steps(placed: Iterable[Placed], known: Mapping[str, Offering], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of the steps of a path."""
    found: list[tuple[Cell, ...]] = []
    for one in placed:
        label, state = STANDINGS[one.standing]
        course = next((known[each] for each in one.step.offerings if each in known), None)
        others = len(one.step.offerings) - 1
        link: Cell = ""
        if course is not None:
            text = in_language(course.titles, words.language)
            if others > 0:
                text = words.count("{name}, or {count} other", "{name}, or {count} others", others).replace(
                    "{name}", text
                )
            link = {"text": text, "href": f"/catalogue/{course.id}"}
        found.append(
            (
                in_language(one.step.titles, words.language), one.step.stage,
                ", ".join(words(PERSONAS.get(each, each)) for each in one.step.personas), link,
                {"status": words(label), "state": state},
            )
        )  # fmt: skip
    return found


def slots(path: Path, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of slots with their next days."""
    today = clock.now().date()
    return [
        (
            in_language(one.titles, words.language), one.place,
            "; ".join(i18n.format_date(words.language, day) for day in one.next_days(today, DATES_SHOWN)),
        )
        for one in path.slots
    ]  # fmt: skip
