"""What pages show of learning paths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.response.offerings.model import Offering
from govstack.pillars.learn.response.paths.model import WEEKDAYS, Every, Path, Placed, Slot, Standing, Step

STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.DONE: (_("Done"), "good"), Standing.OPEN: (_("Can be taken now"), "new"),
    Standing.LATER: (_("Comes later"), "wait"),
}  # fmt: skip
PERSONAS: Mapping[str, str] = {
    "policy-makers": _("Policy makers"), "management": _("Management"), "it": _("IT specialists"),
    "service-designers": _("Service designers"), "end-users": _("End users"), "trainers": _("Trainers"),
}  # fmt: skip
# The phases of the path that comes along; a country writes its own in its own words.
PHASES: Mapping[str, str] = {"initiation": _("Beginning"), "co-design": _("Designing together"), "scale": _("Growing")}
DATES_SHOWN = 4
DAY_NAMES: Mapping[str, str] = dict(
    zip(
        WEEKDAYS,
        (
            _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")
        ),
        strict=True,
    )
)  # fmt: skip
RHYTHMS: Mapping[Every, str] = {
    Every.WEEK: _("Every week"), Every.MONTH: _("Every month"), Every.QUARTER: _("Every quarter"),
    Every.YEAR: _("Every year"),
}  # fmt: skip
WEEKS: Mapping[str, str] = {
    "1": _("The first of the month"), "2": _("The second of the month"), "3": _("The third of the month"),
    "4": _("The fourth of the month"), "-1": _("The last of the month"),
}  # fmt: skip


def rows(paths: Iterable[Path], posts: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of paths; a post that nobody described has its id."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/paths/{one.id}"}, {"number": len(one.steps)},
            words.listed(posts.get(role, role) for role in one.roles), one.source,
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
                words(PHASES.get(one.step.phase, one.step.phase)) if one.step.phase else "",
                words.listed(words(PERSONAS.get(each, each)) for each in one.step.personas), link,
                words.set_apart(one.step.artefacts),
                {"status": words(label), "state": state},
            )
        )  # fmt: skip
    return found


def slots(path: Path, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of slots with their next days."""
    today = clock.today()
    return [
        (
            in_language(one.titles, words.language), one.place,
            words.set_apart(i18n.format_date(words.language, day) for day in one.next_days(today, DATES_SHOWN)),
        )
        for one in path.slots
    ]  # fmt: skip


def labelled(labels: Mapping[str, str] | Mapping[Every, str], words: Words) -> list[tuple[str, str]]:
    """Return choices with their words."""
    return [(str(code), words(label)) for code, label in labels.items()]


def given(path: Path | None, language: str) -> dict[str, str]:
    """Return what a path is, as its form has it."""
    if path is None:
        return {}
    return {
        "title": in_language(path.titles, language),
        "words": in_language(path.words, language) if path.words else "",
        "roles": "\n".join(path.roles),
        "source": path.source,
    }


def step_given(path: Path, step: Step | None, language: str) -> dict[str, str]:
    """Return a step as its form has it; a new one comes last."""
    if step is None:
        return {"place": str(len(path.steps) + 1)}
    return {
        "title": in_language(step.titles, language), "stage": step.stage, "phase": step.phase,
        "artefacts": "\n".join(step.artefacts), "place": str(path.steps.index(step) + 1),
    }  # fmt: skip


def slot_given(slot: Slot | None, language: str) -> dict[str, str]:
    """Return days that are kept again and again, as their form has them."""
    if slot is None:
        return {"every": str(Every.QUARTER), "weekday": "MO", "week": "1", "month": "1", "days": "5"}
    return {
        "title": in_language(slot.titles, language), "every": str(slot.every), "weekday": slot.weekday,
        "week": str(slot.week), "month": str(slot.month), "days": str(slot.days), "place": slot.place,
    }  # fmt: skip


def courses(found: Iterable[Offering], language: str) -> list[tuple[str, str]]:
    """Return the courses that a step may lead to, by title."""
    named = [(one.id, in_language(one.titles, language)) for one in found]
    return sorted(named, key=lambda one: (one[1].casefold(), one[0]))


def written_steps(path: Path, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of steps for those who write the path, each with what it comes after."""
    names = {step.id: in_language(step.titles, words.language) for step in path.steps}
    return [
        (
            {"number": number},
            {"text": marked(step.titles, words.language), "href": f"/paths/{path.id}/steps/{step.id}"},
            words.listed(names[each] for each in step.after if each in names), {"number": len(step.offerings)},
        )
        for number, step in enumerate(path.steps, start=1)
    ]  # fmt: skip


def written_slots(path: Path, words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of slots for those who write the path."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/paths/{path.id}/slots/{one.id}"},
            words(RHYTHMS[one.every]), words(DAY_NAMES[one.weekday]), {"number": one.days},
        )
        for one in path.slots
    ]  # fmt: skip
