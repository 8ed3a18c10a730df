"""What a statement is found by, what the store adds to it, and who may speak about whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET, Raw, UnsetType

from govstack.kernel import clock, crypto
from govstack.kernel.documents import misfit
from govstack.pillars.learn.learning.attachments.model import SIGNATURE, Part, signed
from govstack.pillars.learn.learning.xapi.errors import NotAStatement
from govstack.pillars.learn.learning.xapi.model import (
    VOIDED,
    Activity,
    Attachment,
    Clause,
    Definition,
    Object,
    Party,
    Reference,
    Statement,
    SubStatement,
    moment,
    read_object,
    read_statement,
)

STATEMENTS_MAX = 1_000
PAGE_STATEMENTS_MAX = 500
VERSION_UNSTATED = "1.0.0"
COMPLETING_VERBS = frozenset(
    {"http://adlnet.gov/expapi/verbs/completed", "http://adlnet.gov/expapi/verbs/passed"}
)  # fmt: skip
_ADDED = ("stored", "authority")
_NOT_COMPARED = ("id", "stored", "authority", "version", "timestamp", "attachments")
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_MANY = msgspec.json.Decoder(list[Raw])
_OWN_MESSAGES = ("Expected", "Object ", "Invalid")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a statement is found by. `agents` tells of each whether the statement is about them only in a wide sense."""

    verb: str
    activity: str | None
    registration: str | None
    refers_to: str | None
    voids: str | None
    actor: str
    completed: bool
    agents: Mapping[str, bool]
    activities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Given:
    """A statement as it was received, and as it was understood. `raw` names activities of contexts in lists alone."""

    sent: bytes
    raw: bytes
    statement: Statement
    about: Object

    @property
    def attachments(self) -> list[Attachment]:
        """Return what is attached to the statement, and to one within it."""
        within = self.about.attachments if isinstance(self.about, SubStatement) else UNSET
        return [*(self.statement.attachments or ()), *(within or ())]

    @property
    def id(self) -> str:
        """Return the id that the sender gave, in small letters, or ""."""
        return "" if isinstance(self.statement.id, UnsetType) else self.statement.id.lower()

    @property
    def happened_at(self) -> str:
        """Return when it happened, as the sender says, or ""."""
        told = self.statement.timestamp
        return "" if isinstance(told, UnsetType) else clock.timestamp(moment(told))


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement as a row holds it."""

    position: int
    id: str
    digest: str
    happened_at: str
    voids: str | None
    voided: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which statements. `agents` are fingerprints; `after` and `until` bound positions, both open."""

    agents: tuple[str, ...] = ()
    related_agents: bool = False
    verb: str = ""
    activity: str = ""
    related_activities: bool = False
    registration: str = ""
    after: int | None = None
    before: int | None = None
    ascending: bool = False
    limit: int = PAGE_STATEMENTS_MAX
    with_files: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """Statements as they are kept, the place after which there are more (None at the end), and their files."""

    bodies: list[bytes]
    last: int | None = None
    files: list[Part] = field(default_factory=list)


def read_many(body: bytes) -> list[Given]:
    """Return the statements of a body, one or a list; raises NotAStatement that says what is wrong with which."""
    try:
        several = body.lstrip()[:1] == b"["
        parts = [bytes(one) for one in _MANY.decode(body)] if several else [body.strip()]
    except msgspec.DecodeError as error:
        raise NotAStatement("The body is not valid JSON in UTF-8.") from error
    if len(parts) > STATEMENTS_MAX:
        raise NotAStatement(f"Send {STATEMENTS_MAX} statements at once at most.")
    found = [_read(part, f"Statement {number}" if several else "The statement") for number, part in enumerate(parts, 1)]
    told = [one.id for one in found if one.id]
    if len(set(told)) != len(told):
        raise NotAStatement("Two statements of the list have the same id.")
    return found


def _read(raw: bytes, which: str) -> Given:
    try:
        statement, about = read_statement(raw)
    except (ValueError, RecursionError) as error:
        raise NotAStatement(f"{which}: {reason(error)}.") from error
    return Given(raw, in_lists(raw) if _is_loose(statement) or _is_loose(about) else raw, statement, about)


def _is_loose(clause: Object | Statement) -> bool:
    """Tell whether a context names an activity outside a list, which the store puts right (xAPI part two, 2.4.6.2)."""
    context = clause.context if isinstance(clause, Clause) else UNSET
    related = UNSET if isinstance(context, UnsetType) else context.contextActivities
    return not isinstance(related, UnsetType) and any(
        isinstance(one, Activity) for one in (related.parent, related.grouping, related.category, related.other)
    )


def in_lists(raw: bytes | Raw) -> bytes:
    """Return a statement whose contexts name activities in lists alone; all else stays as it was written."""
    members = _MEMBERS.decode(raw)
    if "context" in members:
        context = _MEMBERS.decode(members["context"])
        if "contextActivities" in context:
            related = _MEMBERS.decode(context["contextActivities"])
            listed = {name: bytes(one).strip() for name, one in related.items()}
            lists = {name: Raw(one if one.startswith(b"[") else b"[" + one + b"]") for name, one in listed.items()}
            members["context"] = Raw(msgspec.json.encode({**context, "contextActivities": lists}))
    if "actor" in (within := _fields(members["object"])) and "verb" in within:
        members["object"] = Raw(in_lists(members["object"]))
    return msgspec.json.encode(members)


def _fields(raw: Raw) -> frozenset[str]:
    return frozenset(_MEMBERS.decode(raw))


def reason(error: Exception) -> str:
    """Return what breaks the grammar, without any value that was sent."""
    if not isinstance(error, msgspec.ValidationError):
        return "it is not valid JSON in UTF-8" if isinstance(error, msgspec.DecodeError) else str(error)
    text, _mark, place = str(error).partition(" - at `")
    if text.startswith(_OWN_MESSAGES):
        return " ".join(misfit(error, "it"))
    return f"{place.removesuffix('`').removeprefix('$.')}: {text}" if place else text


def facts(given: Given, authority: str) -> Facts:
    """Return what a statement is found by; `authority` is the identifier of whoever vouches for it."""
    statement, about = given.statement, given.about
    agents: dict[str, bool] = {authority: True}
    activities: set[str] = set()
    _gather(statement, about, agents, activities, related=False)
    if isinstance(about, SubStatement):
        _gather(about, read_object(about.object), agents, activities, related=True)
    refers_to = about.id.lower() if isinstance(about, Reference) else None
    result, context = statement.result, statement.context
    registration = None if isinstance(context, UnsetType) else context.registration
    completed = not isinstance(result, UnsetType) and result.completion is True
    return Facts(
        verb=statement.verb.id,
        activity=about.id if isinstance(about, Activity) else None,
        registration=registration.lower() if isinstance(registration, str) else None,
        refers_to=refers_to,
        voids=refers_to if statement.verb.id == VOIDED else None,
        actor=statement.actor.key or next(statement.actor.keys),
        completed=completed or statement.verb.id in COMPLETING_VERBS,
        agents=agents,
        activities=frozenset(activities),
    )


def _gather(clause: Clause, about: Object, agents: dict[str, bool], activities: set[str], *, related: bool) -> None:
    for party in (clause.actor, about):
        if isinstance(party, Party):
            for key in party.keys:
                agents[key] = agents.get(key, True) and related
    if isinstance(about, Activity):
        activities.add(about.id)
    context = clause.context
    if isinstance(context, UnsetType):
        return
    for aside in (context.instructor, context.team):
        if isinstance(aside, Party):
            for key in aside.keys:
                agents.setdefault(key, True)
    if not isinstance(context.contextActivities, UnsetType):
        activities.update(one.id for one in context.contextActivities)


def definitions(given: Given) -> Iterator[tuple[str, Definition]]:
    """Return what a statement tells of activities."""
    found: list[Object] = [given.about]
    context = given.statement.context
    if not isinstance(context, UnsetType) and not isinstance(context.contextActivities, UnsetType):
        found += list(context.contextActivities)
    for one in found:
        if isinstance(one, Activity) and not isinstance(one.definition, UnsetType):
            yield one.id, one.definition


def merged(known: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of an activity with what was told now: languages add up, the rest is replaced."""
    texts = {
        name: {**known.get(name, {}), **told[name]} for name in ("name", "description") if name in told
    }  # fmt: skip
    return {**known, **told, **texts}


def completed_body(given: Given, statement_id: str, *, stored: str, happened_at: str, authority: Party) -> bytes:
    """Return a statement with what the store adds. All that was received stays as it was written, byte by byte; a
    `stored` or `authority` that somebody sent gives way to the store's own."""
    told = given.statement
    added: dict[str, object] = {} if given.id else {"id": statement_id}
    added["stored"] = stored
    if isinstance(told.timestamp, UnsetType):
        added["timestamp"] = happened_at
    if isinstance(told.version, UnsetType):
        added["version"] = VERSION_UNSTATED
    added["authority"] = authority
    if isinstance(told.stored, UnsetType) and isinstance(told.authority, UnsetType):
        return given.raw.rstrip()[:-1] + b"," + msgspec.json.encode(added)[1:]
    members = {name: value for name, value in _MEMBERS.decode(given.raw).items() if name not in _ADDED}
    return msgspec.json.encode({**members, **added})


def compared(raw: bytes) -> bytes:
    """Return what two statements with one id must agree in; the standard lets stores differ in the rest."""
    whole = msgspec.json.decode(raw)
    for name in _NOT_COMPARED:
        whole.pop(name, None)
    whole["verb"].pop("display", None)
    whole["object"].pop("definition", None)
    return crypto.canonical(whole)


def check_signatures(given: Given, parts: Mapping[str, Part]) -> None:
    """Refuse a signature that was not made for this statement (part two, section 2.6); raises NotAStatement."""
    for told in given.statement.attachments or ():
        if told.usageType != SIGNATURE:
            continue
        meant = _read(signed(told, parts), "What is signed")
        same = compared(meant.raw) == compared(given.raw)
        agrees = all(not one or not other or one == other for one, other in (
            (meant.id, given.id), (meant.happened_at, given.happened_at)
        ))  # fmt: skip
        if not (same and agrees):
            raise NotAStatement("The signature was made for another statement.")


# No place is larger than what a row can hold.
POSITION_MAX = 2**63 - 1


def position_of(at: datetime) -> int:
    """Return the position of a moment: microseconds since 1970."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def stored_at(position: int) -> str:
    """Return the moment of a position."""
    seconds, micros = divmod(position, 1_000_000)
    return clock.timestamp(datetime.fromtimestamp(seconds, tz=UTC) + timedelta(microseconds=micros))
