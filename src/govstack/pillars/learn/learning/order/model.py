"""The words of cmi5, and the rules of what a unit says in a session."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from msgspec import UNSET, UnsetType

from govstack.pillars.learn.learning.order.errors import OutOfOrder
from govstack.pillars.learn.learning.xapi.model import Activity, Object, Score, Statement

BASE = "https://w3id.org/xapi/cmi5/context"
CATEGORY = f"{BASE}/categories/cmi5"
SESSION = f"{BASE}/extensions/sessionid"
_ADL = "http://adlnet.gov/expapi/verbs"
_OWN = "https://w3id.org/xapi/adl/verbs"
VERBS = {
    "launched": f"{_ADL}/launched",
    "initialized": f"{_ADL}/initialized",
    "completed": f"{_ADL}/completed",
    "passed": f"{_ADL}/passed",
    "failed": f"{_ADL}/failed",
    "terminated": f"{_ADL}/terminated",
    "abandoned": f"{_OWN}/abandoned",
    "waived": f"{_OWN}/waived",
    "satisfied": f"{_OWN}/satisfied",
}
NAMES = {iri: name for name, iri in VERBS.items()}
OF_THE_PLATFORM = frozenset({"launched", "abandoned", "waived", "satisfied"})
VERDICTS = frozenset({"completed", "passed", "failed"})
ONCE = frozenset({"completed", "passed"})
NORMAL = "Normal"


@dataclass(frozen=True, slots=True)
class Session:
    """One opening of a unit, as far as it decides what may be said in it."""

    id: str
    registration_id: str
    unit_id: str
    mode: str
    mastery_score: float | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a unit says. `verb` is a word of cmi5, "" for a statement that does not claim to be one of its own."""

    statement_id: str
    verb: str
    session_id: str
    activity: str
    holds: bool | None
    scaled: float | None


def told(statement: Statement, about: Object, statement_id: str) -> Told:
    """Return what a statement says by cmi5; only one in its category is one of its own (section 7.1.2)."""
    context, result = statement.context, statement.result
    listed: set[str] = set()
    session: object = ""
    if not isinstance(context, UnsetType):
        session = (context.extensions or {}).get(SESSION, "")
        if not isinstance(context.contextActivities, UnsetType):
            found = context.contextActivities.category
            listed = {one.id for one in ([found] if isinstance(found, Activity) else found or ())}
    verb = NAMES.get(statement.verb.id, "") if CATEGORY in listed else ""
    flags = UNSET if isinstance(result, UnsetType) else result.completion if verb == "completed" else result.success
    score = Score() if isinstance(result, UnsetType) or isinstance(result.score, UnsetType) else result.score
    return Told(
        statement_id, verb, str(session), about.id if isinstance(about, Activity) else "",
        None if isinstance(flags, UnsetType) else flags,
        None if isinstance(score.scaled, UnsetType) else score.scaled,
    )  # fmt: skip


def check(one: Told, session: Session, *, activity: str, said: Collection[str], before: Collection[str]) -> None:
    """Refuse what conflicts with what was said in this session, or `before` in others of the registration.

    Raises OutOfOrder (cmi5 section 9.3: which statements there are, how often, and in which order).
    """
    for reason in _conflicts(one, session, activity, said, before):
        raise OutOfOrder(reason)


def _conflicts(
    one: Told, session: Session, activity: str, said: Collection[str], before: Collection[str]
) -> Iterator[str]:
    if "terminated" in said:
        yield "The session has ended: nothing comes after terminated."
    if one.verb != "initialized" and "initialized" not in said:
        yield "A session begins with initialized: nothing comes before it."
    if not one.verb:
        return
    if one.verb in OF_THE_PLATFORM:
        yield f"The platform alone says {one.verb}."
    if one.session_id != session.id:
        yield "A statement of cmi5 names the session that was launched."
    if one.activity != activity:
        yield "A statement of cmi5 is about the unit that was launched."
    yield from _repeated(one, said, before)
    if one.verb in VERDICTS:
        yield from _verdicts(one, session)


def _repeated(one: Told, said: Collection[str], before: Collection[str]) -> Iterator[str]:
    if one.verb in said:
        yield f"A session says {one.verb} once."
    if one.verb in ONCE and one.verb in before:
        yield f"A registration says {one.verb} once, and an earlier session has said it."
    if one.verb == "failed" and "passed" in said:
        yield "In a session, failed does not follow passed."


def _verdicts(one: Told, session: Session) -> Iterator[str]:
    if session.mode != NORMAL:
        yield f"Whoever only looks at a unit reaches nothing in it: {one.verb} is not said in this launch."
    if one.holds is not None and one.holds is not (one.verb != "failed"):
        yield f"The result says the contrary of {one.verb}."
    asked = session.mastery_score
    if asked is None or one.scaled is None or one.verb == "completed":
        return
    if (one.scaled >= asked) is not (one.verb == "passed"):
        yield f"The score does not fit {one.verb}: {asked:g} is asked for."
