"""SQL of searches, built from validated parts: fields become expressions, values parameters, rights conditions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from govstack.blocks.registries.access.model import ALWAYS, NEVER, Comparison, Condition, Decision, Operator, sql
from govstack.blocks.registries.contents.model import PRINT
from govstack.blocks.registries.design.model import FieldType, Path, Registry, ServiceKind, expression
from govstack.blocks.registries.narrowing.model import Narrowing, escaped
from govstack.blocks.registries.reading.model import (
    Holds,
    Missing,
    Order,
    SameJson,
    SameSecret,
    Search,
    Term,
    Text,
)
from govstack.kernel.db import Dialect, Row, Transaction

COLUMNS = "uuid, number, content, version, created_at, modified_at, revision, archived_at"
Prints = Callable[[Path, object], Sequence[str]]


@dataclass(slots=True)
class Statement:
    """The condition of a search as SQL, with its parameters, against one registry's table of records.

    `source` is that table, or an index in front of it that hands out records; `number` names the records' numbers then.
    """

    registry: Registry
    dialect: Dialect
    where: str
    parameters: dict[str, object] = field(default_factory=dict)
    person: str = "NULL"
    reference: str = "NULL"
    values: tuple[str, ...] = ()
    source: str = ""
    number: str = "number"

    def __post_init__(self) -> None:
        self.source = self.source or self.registry.record_table

    @property
    def columns(self) -> str:
        """Return what is selected: the record, whom it is about, and the number people know it by."""
        return f"{COLUMNS}, {self.person} AS person, {self.reference} AS reference"


def statement(
    registry: Registry,
    dialect: Dialect,
    search: Search,
    *,
    decision: Decision,
    kind: ServiceKind,
    prints: Prints,
    looked_at: Sequence[Path] = (),
    narrowing: Narrowing | None = None,
) -> Statement:
    """Return the statement of a search: the caller's right, the state of the record, and every term.

    `looked_at` are fields for a pattern: each has a value only in the records where the caller may see it.
    `narrowing` says where to look; what is found there must fulfil every condition all the same.
    """
    values = None if looked_at else _equalities(search)
    if values is None or not decision.sees_all(kind):
        return _statement(registry, dialect, search, decision, kind, prints, looked_at, narrowing)
    # Reading by some fields is the common case: its text is the same each time, only the values differ.
    name = (dialect, registry.id, registry.version, search.archived, bool(search.uuid), tuple(values))
    known = _KNOWN.get(name)
    if known is None or known.registry is not registry:
        known = _statement(registry, dialect, search, decision, kind, prints, (), None)
        if len(_KNOWN) >= KNOWN_MAX:
            _KNOWN.clear()
        _KNOWN[name] = known
    parameters = {f"p{number}_0": value for number, value in enumerate(values.values(), start=1)}
    if search.uuid:
        parameters["uuid"] = search.uuid
    return Statement(registry, dialect, known.where, parameters, known.person, known.reference)


KNOWN_MAX = 1_000
_KNOWN: dict[tuple[object, ...], Statement] = {}


def _equalities(search: Search) -> dict[Path, object] | None:
    """Return the values of a search that only asks whether fields are equal, or None when it asks for more."""
    if search.after or search.uuids:
        return None
    values: dict[Path, object] = {}
    for term in search.terms:
        condition = term.condition if isinstance(term, Holds) else None
        if not isinstance(condition, Comparison) or condition.operator is not Operator.EQ:
            return None
        values[condition.path] = condition.value
    return values if len(values) == len(search.terms) else None


def _statement(  # noqa: PLR0917 (what `statement` was given)
    registry: Registry,
    dialect: Dialect,
    search: Search,
    decision: Decision,
    kind: ServiceKind,
    prints: Prints,
    looked_at: Sequence[Path],
    narrowing: Narrowing | None,
) -> Statement:
    building = _Building(registry, dialect, decision, kind, search.used)
    number = narrowing.number if narrowing is not None else "number"
    parts = ["deleted_at IS NULL", f"archived_at IS {'NOT NULL' if search.archived else 'NULL'}"]
    parts += [building.allowed(())]
    parts += _narrowed(building, search, prints, narrowing)
    if search.after:
        parts.append(f"{number} > :after")
        building.parameters["after"] = search.after
    if search.uuid:
        parts.append("uuid = :uuid")
        building.parameters["uuid"] = search.uuid
    if search.uuids:
        parts.append("uuid = ANY(:uuids)")
        building.parameters["uuids"] = list(search.uuids)
    where = " AND ".join(part for part in parts if part != _TRUE)
    values = tuple(building.visible_value(path) for path in looked_at)
    made = Statement(registry, dialect, where, building.parameters, values=values, number=number)
    if narrowing is not None:
        made.source = narrowing.source
    if registry.person_path is not None:
        made.person = registry.expression(registry.person_path, dialect)
    key = registry.key_field
    if key is not None and not (key.personal or key.person_identifier or key.secret):
        made.reference = registry.expression((key.name,), dialect)
    return made


def _narrowed(building: _Building, search: Search, prints: Prints, narrowing: Narrowing | None) -> list[str]:
    """Return the terms of a search, with the condition of an index."""
    parts: list[str] = []
    if narrowing is not None:
        building.parameters.update(narrowing.parameters)
        parts += [narrowing.where] if narrowing.where else []
    for term in search.terms:
        part = building.term(term, prints)
        if narrowing is not None and narrowing.where and isinstance(term, Text):
            # It asks for the text that the index was asked for. As plain conditions they would count as two that hold
            # by chance together, and PostgreSQL would take a common text for a rare one; a CASE it does not estimate.
            part = f"(CASE WHEN {part} THEN TRUE ELSE FALSE END)"
        parts.append(part)
    return parts


_TRUE = "1 = 1"


class _Building:
    """Collects the parameters of one statement while its parts are made."""

    def __init__(
        self, registry: Registry, dialect: Dialect, decision: Decision, kind: ServiceKind, used: Sequence[Path]
    ) -> None:
        self.parameters: dict[str, object] = {}
        self._registry, self._dialect = registry, dialect
        self._decision, self._kind, self._used = decision, kind, tuple(used)
        self._count = 0

    def allowed(self, further: tuple[Path, ...]) -> str:
        """Return the right to look at the search's fields, and at a further one, as a condition."""
        return self.condition(self._decision.record_condition(self._kind, (*self._used, *further)))

    def visible_value(self, path: Path) -> str:
        """Return the SQL of a text value that is NULL where the caller may not see it."""
        allowed = self.allowed((path,))
        place = expression(path, FieldType.TEXT, self._dialect)
        return place if allowed == _TRUE else f"(CASE WHEN {allowed} THEN {place} END)"

    def condition(self, condition: Condition) -> str:
        if condition == ALWAYS:
            return _TRUE
        self._count += 1
        text, parameters = sql(condition, self._decision.kinds, self._dialect, prefix=f"p{self._count}_")
        self.parameters.update(parameters)
        return text

    def term(self, term: Term, prints: Prints) -> str:
        if isinstance(term, Holds):
            return self.condition(term.condition)
        if isinstance(term, Missing):
            return _absent(term.path, self._dialect)
        if isinstance(term, SameJson):
            return _same_json(term.path, self._dialect, self.value(term.text))
        if isinstance(term, SameSecret):
            place = expression((*term.path, PRINT), FieldType.TEXT, self._dialect)
            return f"{place} = ANY({self.value(list(prints(term.path, term.value)))})"
        return self._text(term) if isinstance(term, Text) else "1 = 0"

    def value(self, value: object) -> str:
        self._count += 1
        name = f"v{self._count}"
        self.parameters[name] = value
        return f":{name}"

    def _text(self, term: Text) -> str:
        if term.exact:
            names = [self.value(text) for text in term.spellings]
        else:
            names = [self.value(f"%{escaped(text)}%") for text in term.spellings]
        found = []
        for path in term.paths:
            right = self._decision.record_condition(self._kind, (*self._used, path))
            if right == NEVER:
                continue
            place = expression(path, FieldType.TEXT, self._dialect)
            same = " OR ".join(
                f"{place} = {name}" if term.exact else f"lower({place}) LIKE {name} ESCAPE '\\'" for name in names
            )
            allowed = self.condition(right)
            found.append(f"({same})" if allowed == _TRUE else f"(({same}) AND {allowed})")
        if not found:
            for name in names:
                del self.parameters[name[1:]]
            return "1 = 0"
        return f"({' OR '.join(found)})"


def _place(path: Path) -> str:
    """Return a JSON path of SQLite as a literal; names were checked when they were published."""
    return "'$" + "".join(f'."{name}"' for name in path).replace("'", "''") + "'"


def _literals(path: Path) -> str:
    return " -> ".join(["content", *("'" + name.replace("'", "''") + "'" for name in path)])


def _absent(path: Path, dialect: Dialect) -> str:
    return f"json_type(content, {_place(path)}) IS NULL" if dialect == "sqlite" else f"({_literals(path)}) IS NULL"


def _same_json(path: Path, dialect: Dialect, name: str) -> str:
    if dialect == "sqlite":
        return f"(content -> {_place(path)}) = {name}"
    return f"({_literals(path)}) = CAST({name} AS JSONB)"


def order_by(made: Statement, search: Search) -> str:
    """Return the ORDER BY of a search; the order of creation settles ties."""
    keys = [_order_key(made.registry, made.dialect, one) for one in search.order]
    return ", ".join([*keys, f"{made.number} DESC" if search.newest_first else made.number])


def _order_key(registry: Registry, dialect: Dialect, one: Order) -> str:
    place = registry.expression(one.path, dialect)
    # These are PostgreSQL's own defaults, so an index serves both directions there.
    return f"{place} DESC NULLS FIRST" if one.descending else f"{place} ASC NULLS LAST"


async def rows(tx: Transaction, made: Statement, *, order: str, limit: int, offset: int = 0) -> list[Row]:
    """Return the records of a statement, in order."""
    # SQLite plans a statement anew for each value of a LIMIT that is bound, so the number stands in the text.
    text = f"SELECT {made.columns} FROM {made.source} WHERE {made.where} ORDER BY {order} LIMIT {limit:d}"
    if offset:
        return await tx.fetch(f"{text} OFFSET :offset", **made.parameters, offset=offset)
    return await tx.fetch(text, **made.parameters)


async def some(tx: Transaction, made: Statement, *, limit: int) -> list[Row]:
    """Return some records of a statement, in no order: what an index finds at once needs no sorting."""
    return await tx.fetch(
        f"SELECT {made.columns} FROM {made.source} WHERE {made.where} LIMIT {limit:d}", **made.parameters
    )


async def oldest(tx: Transaction, made: Statement) -> list[Row]:
    """Return the oldest record of a statement; only when there are several, they are put in order."""
    found = await some(tx, made, limit=2)
    return found if len(found) < 2 else await rows(tx, made, order=made.number, limit=1)


async def count(tx: Transaction, made: Statement, *, most: int) -> int:
    """Return how many records a statement finds, counting no further than `most`."""
    found = await tx.fetch(
        f"SELECT COUNT(*) AS found FROM (SELECT 1 AS one FROM {made.source} WHERE {made.where} LIMIT :most) AS counted",
        **made.parameters,
        most=most,
    )
    return int(found[0]["found"])


async def values(tx: Transaction, made: Statement, *, order: str, limit: int) -> list[Row]:
    """Return the numbers of records with the values that a pattern looks at, in order."""
    shown = "".join(f", {place} AS value_{number}" for number, place in enumerate(made.values))
    return await tx.fetch(
        f"SELECT number{shown} FROM {made.source} WHERE {made.where} ORDER BY {order} LIMIT :limit",
        **made.parameters,
        limit=limit,
    )


async def numbered(tx: Transaction, made: Statement, numbers: Sequence[int]) -> list[Row]:
    """Return records by their numbers, in no order."""
    return await tx.fetch(
        f"SELECT {made.columns} FROM {made.source} WHERE {made.where} AND {made.number} = ANY(:numbers)",
        **made.parameters,
        numbers=list(numbers),
    )


async def by_uuid(tx: Transaction, registry: Registry, uuid: str) -> dict[str, Any] | None:
    """Return a record by its uuid, deleted or archived ones too."""
    found = await tx.fetch(f"SELECT {COLUMNS}, deleted_at FROM {registry.record_table} WHERE uuid = :uuid", uuid=uuid)
    return found[0] if found else None


async def of_uuids(tx: Transaction, registry: Registry, uuids: Sequence[str]) -> list[Row]:
    """Return records by their uuids in no order, deleted or archived ones too."""
    return await tx.fetch(
        f"SELECT {COLUMNS}, deleted_at FROM {registry.record_table} WHERE uuid = ANY(:uuids)", uuids=list(uuids)
    )


async def by_key(tx: Transaction, registry: Registry, key: object, *, limit: int) -> list[Row]:
    """Return the records in use whose primary key has a value, oldest first."""
    one = registry.key_field
    if one is None:
        return []
    place = registry.expression((one.name,), tx.dialect)
    return await tx.fetch(
        f"SELECT {COLUMNS}, deleted_at FROM {registry.record_table}"
        f" WHERE {place} = :key AND deleted_at IS NULL AND archived_at IS NULL ORDER BY number LIMIT :limit",
        key=key,
        limit=limit,
    )
