"""Rows of statements; bodies are sealed and people are fingerprints before they get here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from govstack.kernel.db import Query, Transaction, queries
from govstack.pillars.learn.learning.statements.model import Facts, Kept, Wanted

SQL = queries(__file__)
COPIED_FROM = 20
_ROW = ("position", "id", "digest", "happened_at", "refers_to", "voids", "voided", "voided_position", "body")
_FACT = ("position", "source", "verb", "activity", "registration", "actor", "completed")
_AGENT = ("agent", "position", "source", "related")
_ACTIVITY = ("activity", "position", "source")


async def advance(tx: Transaction, *, least: int, count: int) -> int:
    """Take so many positions and return the first."""
    return int(await SQL.advance(tx, least=least, count=count)) - count + 1


async def head(tx: Transaction) -> int:
    """Return the last position that was taken and committed."""
    return int(await SQL.head(tx))


async def by_ids(tx: Transaction, ids: Sequence[str]) -> dict[str, Kept]:
    """Return statements by id."""
    rows = await SQL.by_ids(tx, ids=list(ids))
    return {one.id: one for one in msgspec.convert(rows, list[Kept], strict=False)}


async def add(tx: Transaction, rows: Sequence[tuple[Kept, Facts]], prints: Mapping[str, str]) -> None:
    """Add statements with what they are found by; `prints` gives the fingerprint of every identifier."""
    parts: tuple[tuple[str, Query, tuple[str, ...], list[tuple[object, ...]]], ...] = (
        ("statement", SQL.add_statement, _ROW, [_row(one, facts) for one, facts in rows]),
        ("statement_fact", SQL.add_fact, _FACT, [_fact(one, facts, prints) for one, facts in rows]),
        (
            "statement_agent", SQL.add_agent, _AGENT,
            [
                (prints[key], one.position, one.position, int(related))
                for one, facts in rows
                for key, related in facts.agents.items()
            ],
        ),
        (
            "statement_activity", SQL.add_activity, _ACTIVITY,
            [(activity, one.position, one.position) for one, facts in rows for activity in facts.activities],
        ),
    )  # fmt: skip
    for table, query, columns, values in parts:
        # COPY asks for the columns first, which costs more than it saves for a few rows.
        if len(rows) > COPIED_FROM:
            await tx.copy(table, columns, values)
        elif values:
            await query(tx, [dict(zip(columns, one, strict=True)) for one in values])


def _row(one: Kept, facts: Facts) -> tuple[object, ...]:
    voided, where = int(one.voided), one.position if one.voided else None
    return (one.position, one.id, one.digest, one.happened_at, facts.refers_to, one.voids, voided, where, one.body)


def _fact(one: Kept, facts: Facts, prints: Mapping[str, str]) -> tuple[object, ...]:
    where = (one.position, one.position, facts.verb, facts.activity, facts.registration)
    return (*where, prints[facts.actor], int(facts.completed))


async def positions(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[int, bool]]:
    """Return position, and whether it voids another, of statements by id."""
    rows = await SQL.positions(tx, ids=list(ids))
    return {row["id"]: (int(row["position"]), row["voids"] is not None) for row in rows}


async def referring(tx: Transaction, ids: Sequence[str]) -> list[tuple[int, str]]:
    """Return the statements that speak about some others, as position and the id that they speak about."""
    return [(int(row["position"]), row["refers_to"]) for row in await SQL.referring(tx, ids=list(ids))]


async def voiding(tx: Transaction, ids: Sequence[str]) -> frozenset[str]:
    """Return which of some ids were voided before they came."""
    return frozenset(row["voids"] for row in await SQL.voiding(tx, ids=list(ids)))


async def void(tx: Transaction, pairs: Sequence[tuple[int, str]]) -> None:
    """Mark statements as voided, except those that void others: each by the position of what voids it, and its id."""
    if pairs:
        await SQL.void(tx, [{"position": position, "id": one} for position, one in pairs])


async def borrow(tx: Transaction, *, position: int, target: int) -> None:
    """Let a statement be found by what another is found by."""
    await SQL.borrow_facts(tx, position=position, target=target)
    await SQL.borrow_agents(tx, position=position, target=target)
    await SQL.borrow_activities(tx, position=position, target=target)


async def found(tx: Transaction, wanted: Wanted) -> list[int]:
    """Return the positions of statements that are not voided, in their order."""
    tables, conditions, values = _narrowed(wanted)
    order = "ASC" if wanted.ascending else "DESC"
    # Several sources of one statement may fit: DISTINCT with the order of the same column reads the index once.
    rows = await tx.fetch(
        f"SELECT DISTINCT f.position AS position FROM {tables} JOIN statement s ON s.position = f.position"
        f" WHERE s.voided = 0 {conditions} ORDER BY f.position {order} LIMIT :limit",
        limit=wanted.limit, **values,
    )  # fmt: skip
    return [int(row["position"]) for row in rows]


def _narrowed(wanted: Wanted) -> tuple[str, str, dict[str, object]]:
    """Return tables, conditions and values of a search; only words of ours become part of the statement."""
    values: dict[str, object] = {}
    conditions: list[str] = []
    joined: list[str] = []
    factual = bool(wanted.verb or wanted.registration)
    factual = factual or bool(wanted.activity and not wanted.related_activities)
    if wanted.agents:
        joined.append("statement_agent")
        # One value with `=` keeps the order of the index, which a list loses.
        conditions.append(" AND {a}.agent = :agents" if len(wanted.agents) == 1 else " AND {a}.agent = ANY(:agents)")
        values["agents"] = wanted.agents[0] if len(wanted.agents) == 1 else list(wanted.agents)
        if not wanted.related_agents:
            conditions.append(" AND {a}.related = 0")
    if wanted.activity and wanted.related_activities:
        joined.append("statement_activity")
        conditions.append(" AND {t}.activity = :activity")
        values["activity"] = wanted.activity
    if factual or not joined:
        joined.append("statement_fact")
    for name in ("verb", "registration", *(() if wanted.related_activities else ("activity",))):
        if getattr(wanted, name):
            conditions.append(f" AND {{f}}.{name} = :{name}")
            values[name] = getattr(wanted, name)
    # The first table carries the order; the others join it by position and source.
    names = {"statement_agent": "a", "statement_activity": "t", "statement_fact": "f"}
    aliases = {names[table]: "f" if number == 0 else f"j{number}" for number, table in enumerate(joined)}
    tables = f"{joined[0]} f" + "".join(
        f" JOIN {table} j{number} ON j{number}.position = f.position AND j{number}.source = f.source"
        for number, table in enumerate(joined[1:], 1)
    )
    if joined == ["statement_fact"] and not factual:
        conditions.append(" AND f.source = f.position")
    if wanted.after is not None:
        conditions.append(" AND f.position > :after")
        values["after"] = wanted.after
    if wanted.before is not None:
        conditions.append(" AND f.position < :before")
        values["before"] = wanted.before
    return tables, "".join(conditions).format(**aliases), values


async def bodies(tx: Transaction, places: Sequence[int]) -> dict[int, Kept]:
    """Return statements by position."""
    rows = await SQL.bodies(tx, positions=list(places))
    return {one.position: one for one in msgspec.convert(rows, list[Kept], strict=False)}


async def definitions(tx: Transaction, ids: Sequence[str]) -> dict[str, str]:
    """Return what is known of activities, as JSON by id."""
    return {row["id"]: row["definition"] for row in await SQL.definitions(tx, ids=list(ids))}


async def put_definitions(tx: Transaction, texts: Mapping[str, str], *, changed_at: str) -> None:
    """Keep what is known of activities."""
    await SQL.put_definition(
        tx, [{"id": one, "definition": text, "changed_at": changed_at} for one, text in sorted(texts.items())]
    )


async def about(tx: Transaction, *, agents: Sequence[str], limit: int) -> list[int]:
    """Return positions of statements in which somebody occurs."""
    return [int(row["position"]) for row in await SQL.by_agent(tx, agents=list(agents), limit=limit)]


async def before(tx: Transaction, *, position: int, limit: int) -> list[int]:
    """Return the oldest positions before one."""
    return [int(row["position"]) for row in await SQL.before(tx, before=position, limit=limit)]


async def remove(tx: Transaction, places: Sequence[int]) -> int:
    """Remove statements with all that they are found by; return how many there were."""
    await SQL.remove_borrowed_facts(tx, positions=list(places))
    return int(await SQL.remove(tx, positions=list(places)))


async def count(tx: Transaction) -> int:
    """Return how many statements hold."""
    return int(await SQL.count(tx))
