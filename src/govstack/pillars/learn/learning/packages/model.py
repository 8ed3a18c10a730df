"""Packages, and what content tells of a learner: a log of values that can be played again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.pillars.learn.learning.unpacking.model import Item, Kind

PACKAGE_BYTES_MAX = 400 << 20
PAGE_BYTES_MAX = 60 << 20
READ_AT_ONCE_BYTES_MAX = 4 << 20
VALUES_MAX = 20_000
VALUES_AT_ONCE_MAX = 200
ELEMENT_CHARACTERS_MAX = 300
VALUE_CHARACTERS_MAX = 65_536
SECONDS_OF_A_DAY = 86_400
_SPAN_12 = re.compile(r"(\d{2,4}):(\d\d):(\d\d)(\.\d+)?")
_SPAN_2004 = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.IGNORECASE
)
_DAYS = (365, 30, 1)


class State(StrEnum):
    """Where a package stands."""

    RECEIVING = "receiving"
    READING = "reading"
    READY = "ready"
    FAILED = "failed"


class Status(StrEnum):
    """How far a learner has come in a part of a package."""

    STARTED = "started"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"

    @property
    def done(self) -> bool:
        """Tell whether the part counts as done."""
        return self in {Status.COMPLETED, Status.PASSED}


class Package(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A package as it is kept."""

    id: str
    name: str
    kind: str
    state: State
    title: str
    items: tuple[Item, ...]
    byte_count: int
    file_count: int
    files_done: int
    digest: str
    fault: str
    offered: bool
    created_at: str

    def item(self, item_id: str) -> Item | None:
        """Return a part that is launched."""
        return next((one for one in self.items if one.id == item_id), None)


class Attempt(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """How far a learner has come in a part of a package."""

    id: str
    package_id: str
    item_id: str
    learner_id: str
    status: Status
    score: float | None
    started_at: str
    changed_at: str


class Value(msgspec.Struct, frozen=True):
    """One value that content set: in which session, in which order."""

    session: str
    place: int
    element: str
    value: str


class Ticket(msgspec.Struct, frozen=True):
    """What lets a browser open the files of a package, and its content tell values; sealed into the address."""

    package_id: str
    item_id: str
    attempt_id: str
    session: str
    until: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What the values of all sessions amount to."""

    values: Mapping[str, str]
    status: Status
    score: float | None
    seconds: float
    resumes: bool


def replayed(kind: Kind, values: Iterable[Value], *, mastery: float | None) -> Standing:
    """Return what a log of values amounts to, played again from its beginning.

    What was suspended is never lost: location and suspended data stay until the content writes others. The time of a
    session is the last that the content told of it, and sessions add up.
    """
    state: dict[str, str] = {}
    spans: dict[str, float] = {}
    for one in values:
        if one.element in {"cmi.core.session_time", "cmi.session_time"}:
            spans[one.session] = seconds_of(one.value)
        state[one.element] = one.value
    status, score = _outcome(kind, state, mastery)
    resumes = any(
        state.get(name) for name in ("cmi.suspend_data", "cmi.location", "cmi.core.lesson_location")
    ) or "suspend" in {state.get("cmi.exit", ""), state.get("cmi.core.exit", "")}
    return Standing(state, status, score, sum(spans.values()), resumes)


def _outcome(kind: Kind, state: Mapping[str, str], mastery: float | None) -> tuple[Status, float | None]:
    """Return status and score from 0 to 100; a mastery score decides over what the content says."""
    if kind is Kind.SCORM_12:
        score = _number(state.get("cmi.core.score.raw", ""))
        told = state.get("cmi.core.lesson_status", "")
        status = {"passed": Status.PASSED, "completed": Status.COMPLETED, "failed": Status.FAILED}.get(
            told, Status.STARTED
        )
        if mastery is not None and score is not None and status is not Status.STARTED:
            status = Status.PASSED if score >= mastery else Status.FAILED
        return status, score
    scaled = _number(state.get("cmi.score.scaled", ""))
    success, completion = state.get("cmi.success_status", ""), state.get("cmi.completion_status", "")
    if mastery is not None and scaled is not None:
        success = "passed" if scaled >= mastery else "failed"
    raw = _number(state.get("cmi.score.raw", ""))
    score = scaled * 100 if scaled is not None else raw
    if success in {"passed", "failed"}:
        return (Status.PASSED if success == "passed" else Status.FAILED), score
    return (Status.COMPLETED if completion == "completed" else Status.STARTED), score


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text) else None


def seconds_of(text: str) -> float:
    """Return a span as SCORM 1.2 (HHHH:MM:SS.SS) or 2004 (ISO 8601) writes it, in seconds; 0 for anything else."""
    old = _SPAN_12.fullmatch(text)
    if old:
        return int(old[1]) * 3_600 + int(old[2]) * 60 + int(old[3]) + float(old[4] or 0)
    new = _SPAN_2004.fullmatch(text)
    if not new:
        return 0.0
    days = sum(int(new[at + 1] or 0) * length for at, length in enumerate(_DAYS))
    return days * SECONDS_OF_A_DAY + int(new[4] or 0) * 3_600 + int(new[5] or 0) * 60 + float(new[6] or 0)


def span(kind: Kind, seconds: float) -> str:
    """Return seconds as the standard of a package writes them."""
    hours, rest = divmod(int(seconds), 3_600)
    minutes, left = divmod(rest, 60)
    return f"{hours:04}:{minutes:02}:{left:02}" if kind is Kind.SCORM_12 else f"PT{hours}H{minutes}M{left}S"


def given(kind: Kind, item: Item, standing: Standing, *, learner_id: str, name: str) -> dict[str, str]:
    """Return all that content may read when it is opened: what it set before, and what the platform tells it."""
    core = "cmi.core." if kind is Kind.SCORM_12 else "cmi."
    told = dict(standing.values)
    told[f"{core}total_time"] = span(kind, standing.seconds)
    told[f"{core}entry"] = "resume" if standing.resumes else "" if standing.values else "ab-initio"
    told[f"{core}credit"] = "credit"
    told["cmi.launch_data"] = item.launch_data
    told.setdefault("cmi.suspend_data", "")
    if kind is Kind.SCORM_12:
        told |= {"cmi.core.student_id": learner_id, "cmi.core.student_name": name, "cmi.core.lesson_mode": "normal"}
        told.setdefault("cmi.core.lesson_status", "not attempted")
        told.setdefault("cmi.core.lesson_location", "")
        told.setdefault("cmi.core.score.raw", "")
        if item.mastery is not None:
            told["cmi.student_data.mastery_score"] = f"{item.mastery:g}"
        return told
    told |= {"cmi.learner_id": learner_id, "cmi.learner_name": name, "cmi.mode": "normal", "cmi._version": "1.0"}
    told.setdefault("cmi.completion_status", "unknown")
    told.setdefault("cmi.success_status", "unknown")
    told.setdefault("cmi.location", "")
    if item.mastery is not None:
        told["cmi.scaled_passing_score"] = f"{item.mastery:g}"
    return told


def asked_range(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte of a Range header with one range, None to send all; ValueError for none that fits."""
    found = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    if first > last or first >= size:
        raise ValueError(header)
    return first, last
