"""A path through offerings that closes gaps: the same input gives the same path, and each step says why.

For each gap, the most important first, the cheapest chain of offerings is searched that leads from the level somebody
has to the level they need. Hours are the cost; what was chosen for an earlier gap costs nothing again.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

OTHERS_MAX = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """A competency to raise: the level somebody has (None when nobody rated it) and needs, and how much it matters."""

    competency_id: str
    existing: int | None
    desired: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Course:
    """An offering as choosing needs it: what it raises, in which languages and forms, how long, and after what."""

    id: str
    raises: tuple[tuple[str, int, int], ...]
    hours: float = 0
    languages: frozenset[str] = frozenset()
    form: str = ""
    accessibility: frozenset[str] = frozenset()
    offline: bool = False
    before: tuple[str, ...] = ()

    @property
    def competencies(self) -> tuple[str, ...]:
        """Return what it raises, each once."""
        return tuple(dict.fromkeys(raised[0] for raised in self.raises))


@dataclass(frozen=True, slots=True)
class Limits:
    """What has to be so: nothing where a field is empty."""

    languages: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    accessibility: frozenset[str] = frozenset()
    offline: bool = False
    hours: float | None = None


class Why(StrEnum):
    """Why an offering was not chosen."""

    LANGUAGE = "language"
    FORM = "form"
    ACCESSIBILITY = "accessibility"
    OFFLINE = "offline"
    BEFORE = "before"
    LEVEL = "level"
    LONGER = "longer"
    TIME = "time"
    TAKEN = "taken"


class Left(StrEnum):
    """Why a gap stays: no offering raises it, none that fits the limits, only what was taken, or there is no time."""

    NOTHING = "nothing"
    LIMITS = "limits"
    TAKEN = "taken"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Reason:
    """What a step raises for somebody, from which level to which."""

    competency_id: str
    from_level: int
    to_level: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """A step: which offering, what it raises, and which step needs it when it raises nothing by itself."""

    course_id: str
    reasons: tuple[Reason, ...]
    hours: float
    needed_by: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """An offering for a gap that was not chosen."""

    course_id: str
    competency_id: str
    why: Why


@dataclass(frozen=True, slots=True)
class Open:
    """A gap that stays."""

    competency_id: str
    existing: int | None
    desired: int
    why: Left


@dataclass(frozen=True, slots=True)
class Advice:
    """What is recommended, in the order in which to take it; which gaps stay; and what was not chosen."""

    steps: tuple[Chosen, ...]
    open: tuple[Open, ...]
    others: tuple[Other, ...]
    hours: float


@dataclass(slots=True)
class Offer:
    """Everything there is to choose from, sorted once for many people."""

    courses: Mapping[str, Course]
    raising: Mapping[str, tuple[Course, ...]]
    _fits: dict[Limits, tuple[dict[str, Why | None], dict[str, Why | None]]] = field(default_factory=dict)

    @classmethod
    def of(cls, courses: Iterable[Course]) -> Offer:
        """Sort offerings by the competencies they raise."""
        by_id = {one.id: one for one in sorted(courses, key=lambda one: one.id)}
        raising: dict[str, list[Course]] = {}
        for one in by_id.values():
            for competency_id in dict.fromkeys(raised[0] for raised in one.raises):
                raising.setdefault(competency_id, []).append(one)
        return cls(by_id, {name: tuple(found) for name, found in raising.items()})

    def refused(self, limits: Limits, completed: frozenset[str]) -> Mapping[str, Why | None]:
        """Return for each offering why somebody cannot take it under limits, None where they can.

        What they completed opens what comes after it, also where nobody can take it any more.
        """
        if limits not in self._fits:
            own = {one.id: _own_fault(one, limits) for one in self.courses.values()}
            nobody = frozenset[str]()
            fits = {
                one: own[one] or (None if self._reachable(one, own, nobody) else Why.BEFORE) for one in self.courses
            }
            self._fits[limits] = own, fits
        own, fits = self._fits[limits]
        opened: dict[str, Why | None] = {
            one: None for one, why in fits.items()
            if completed and why is Why.BEFORE and self._reachable(one, own, completed)
        }  # fmt: skip
        return {**fits, **opened} if opened else fits

    def _reachable(self, course_id: str, own: Mapping[str, Why | None], completed: frozenset[str]) -> bool:
        """Tell whether all that comes before an offering was completed, or is there, can be taken, and is no ring."""
        seen: set[str] = set()

        def fine(one: str, above: tuple[str, ...]) -> bool:
            if one in completed:
                return True
            if one in above or one not in self.courses or own[one] is not None:
                return False
            if one in seen:
                return True
            seen.add(one)
            return all(fine(before, (*above, one)) for before in self.courses[one].before)

        return all(fine(before, (course_id,)) for before in self.courses[course_id].before)

    def with_before(self, course_id: str, have: Iterable[str]) -> list[str]:
        """Return an offering after all that has to be taken before it and was not."""
        taken, found = set(have), list[str]()

        def add(one: str) -> None:
            if one in taken:
                return
            taken.add(one)
            for before in self.courses[one].before:
                add(before)
            found.append(one)

        add(course_id)
        return found


def _own_fault(course: Course, limits: Limits) -> Why | None:
    if limits.languages and not limits.languages & course.languages:
        return Why.LANGUAGE
    if limits.forms and course.form not in limits.forms:
        return Why.FORM
    if not limits.accessibility <= course.accessibility:
        return Why.ACCESSIBILITY
    return Why.OFFLINE if limits.offline and not course.offline else None


def advise(
    wishes: Sequence[Wish], offer: Offer, *, limits: Limits | None = None, completed: Iterable[str] = ()
) -> Advice:
    """Return what closes gaps; every gap is either closed by the steps or named among those that stay."""
    plan = _Plan(offer, limits or Limits(), frozenset(completed), {w.competency_id: w.existing or 0 for w in wishes})
    wanted = [wish for wish in wishes if wish.existing is None or wish.existing < wish.desired]
    left: list[Open] = []
    for wish in sorted(wanted, key=lambda one: (-one.weight, one.competency_id)):
        why = plan.close(wish)
        if why is not None:
            left.append(Open(wish.competency_id, wish.existing, wish.desired, why))
    steps = plan.steps()
    # A step that came later for another gap may have closed one that stayed at first.
    left = [one for one in left if plan.levels.get(one.competency_id, 0) < one.desired]
    return Advice(steps, tuple(left), plan.others(wanted, left), plan.hours)


class _Plan:
    """A path that is being made for one person."""

    def __init__(self, offer: Offer, limits: Limits, completed: frozenset[str], existing: Mapping[str, int]) -> None:
        self._offer, self._limits, self._completed, self._existing = offer, limits, completed, existing
        self._refused = offer.refused(limits, completed)
        self._after: dict[str, set[str]] = {}  # each chosen offering, and those that must come before it
        self._order: list[str] = []
        self._reasons: dict[str, tuple[Reason, ...]] = {}
        self.levels = dict(existing)
        self.hours = 0.0

    def close(self, wish: Wish) -> Left | None:
        """Choose what closes a gap; return why it stays where nothing does."""
        start = self.levels[wish.competency_id]
        if start >= wish.desired:
            return None
        # What is chosen already costs nothing again, unless it would have to come both before and after another one.
        tries = (frozenset(self._after), frozenset()) if self._after else (frozenset(),)
        for free in tries:
            chain = self._chain(wish, start, free)
            if chain is None:
                continue
            after = self._with(chain)
            order = _in_order(after)
            if len(order) < len(after):
                continue
            hours = sum(self._offer.courses[one].hours for one in after)
            if self._limits.hours is not None and hours > self._limits.hours:
                return Left.TIME
            self._after, self._order, self.hours = after, order, hours
            self._walk()
            return None
        return self._left(wish, start)

    def _left(self, wish: Wish, start: int) -> Left:
        useful = [one for one in self._offer.raising.get(wish.competency_id, ()) if _useful(one, wish, start)]
        if not useful:
            return Left.NOTHING
        return Left.LIMITS if self._chain(wish, start, frozenset(), again=True) is None else Left.TAKEN

    def _with(self, chain: Sequence[str]) -> dict[str, set[str]]:
        """Return what is chosen with a chain, and with all that has to be taken before each."""
        after = {one: set(before) for one, before in self._after.items()}
        for place, course_id in enumerate(chain):
            for one in self._offer.with_before(course_id, self._completed):
                before = set(self._offer.courses[one].before) - self._completed
                after.setdefault(one, set()).update(before)
            if place:
                after[course_id].add(chain[place - 1])
        return after

    def _walk(self) -> None:
        """Take all that is chosen in its order, and note what each raises."""
        self.levels, self._reasons = dict(self._existing), {}
        for one in self._order:
            reasons: list[Reason] = []
            for name in self._offer.courses[one].competencies:
                level = self.levels.get(name)
                if level is not None:
                    to = _reached(self._offer.courses[one], name, level)
                    if to > level:
                        reasons.append(Reason(name, level, to))
                        self.levels[name] = to
            self._reasons[one] = tuple(reasons)

    def steps(self) -> tuple[Chosen, ...]:
        """Return what is chosen, in the order in which to take it."""
        order = self._order
        needed = {before: one for one in reversed(order) for before in self._offer.courses[one].before}
        return tuple(
            Chosen(one, self._reasons[one], self._offer.courses[one].hours, needed.get(one, "")) for one in order
        )

    def _chain(self, wish: Wish, start: int, free: frozenset[str], *, again: bool = False) -> list[str] | None:
        """Return the offerings that lead from a level to the one needed in the fewest hours, None where none do."""
        waiting: list[tuple[float, int, tuple[str, ...], int]] = [(0.0, 0, (), start)]
        best: dict[int, float] = {}
        have = self._completed | free
        while waiting:
            cost, _, taken, level = heapq.heappop(waiting)
            if level >= wish.desired:
                return list(taken)
            if best.get(level, float("inf")) <= cost:
                continue
            best[level] = cost
            for course in self._offer.raising.get(wish.competency_id, ()):
                if self._refused[course.id] is not None or course.id in taken:
                    continue
                if course.id in self._completed and not again:
                    continue
                to = _reached(course, wish.competency_id, level)
                if to > level:
                    more = 0.0 if course.id in have else course.hours
                    if course.before and course.id not in have:
                        more = sum(self._offer.courses[one].hours for one in self._offer.with_before(course.id, have))
                    heapq.heappush(waiting, (cost + more, len(taken) + 1, (*taken, course.id), to))
        return None

    def others(self, wanted: Sequence[Wish], left: Sequence[Open]) -> tuple[Other, ...]:
        """Return what else raises the same competencies, and why it was not chosen."""
        late = {one.competency_id for one in left if one.why is Left.TIME}
        found: list[Other] = []
        for wish in wanted:
            others = [one for one in self._offer.raising.get(wish.competency_id, ()) if one.id not in self._after]
            found += [Other(one.id, wish.competency_id, self._why_not(one, wish, late)) for one in others[:OTHERS_MAX]]
        return tuple(found)

    def _why_not(self, course: Course, wish: Wish, late: set[str]) -> Why:
        if course.id in self._completed:
            return Why.TAKEN
        refused = self._refused[course.id]
        if refused is not None:
            return refused
        if not _useful(course, wish, wish.existing or 0):
            return Why.LEVEL
        return Why.TIME if wish.competency_id in late else Why.LONGER


def _useful(course: Course, wish: Wish, start: int) -> bool:
    return any(name == wish.competency_id and to > start for name, _, to in course.raises)


def _reached(course: Course, competency_id: str, level: int) -> int:
    """Return the level that an offering leads to from a level, 0 where it begins higher."""
    best = 0
    for name, since, to in course.raises:
        if name == competency_id and since <= level and to > best:
            best = to
    return best


def _in_order(after: Mapping[str, set[str]]) -> list[str]:
    """Return offerings so that each comes after those it must, else as they were chosen; a ring is left out."""
    waiting, placed = list(after), list[str]()
    done: set[str] = set()
    while waiting:
        ready = next((place for place, one in enumerate(waiting) if after[one] <= done), None)
        if ready is None:
            break
        done.add(waiting[ready])
        placed.append(waiting.pop(ready))
    return placed
