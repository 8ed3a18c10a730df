"""The index of a registry's text: a GIN index over trigrams on PostgreSQL, a table of FTS5 with triggers on SQLite."""

from __future__ import annotations

import msgspec

from govstack.blocks.registries.fields.model import record_table
from govstack.blocks.registries.narrowing.model import FILLED, TextIndex
from govstack.kernel.db import Database, Row, Transaction, identifiers, queries

SQL = queries(__file__)
PATTERN_TABLE = "record_pattern"
FTS_VERSION_MIN = (3, 34)  # brought the trigrams
# Each change of a record is a segment of its own at first; merging more of them at a time writes less in all.
SEGMENTS_MERGED = 16
# What PostgreSQL keeps aside before it sorts it in: every search goes through it, and one writer waits for the sorting.
PENDING_KIBIBYTES = 512


async def found(tx: Transaction, registry_id: int) -> TextIndex | None:
    """Return what is known of a registry's index."""
    row = await SQL.text_index(tx, registry_id=registry_id)
    return _index(row) if row else None


async def everyone(tx: Transaction) -> list[TextIndex]:
    """Return the indexes of all registries."""
    return [_index(row) for row in await SQL.text_indexes(tx)]


async def unfilled(tx: Transaction) -> list[int]:
    """Return the registries whose index lacks records."""
    return [int(row["registry_id"]) for row in await SQL.unfilled(tx, filled=FILLED)]


async def without(tx: Transaction) -> list[int]:
    """Return the published registries that nobody has thought of an index for."""
    return [int(row["registry_id"]) for row in await SQL.without_text_index(tx)]


async def forget_all(tx: Transaction) -> None:
    """Forget every index."""
    await SQL.forget_text_indexes(tx)


async def write(tx: Transaction, index: TextIndex) -> None:
    """Keep which fields an index holds, and how far it is filled."""
    await SQL.set_text_index(tx, registry_id=index.registry_id, paths=_paths(index), filled=index.filled)


async def write_filled(tx: Transaction, index: TextIndex, filled: int) -> None:
    """Keep how far an index is filled, unless another one has come in its place."""
    await SQL.set_filled(tx, registry_id=index.registry_id, paths=_paths(index), filled=filled)


async def is_empty(tx: Transaction, registry_id: int) -> bool:
    """Tell whether a registry's table has no rows."""
    text = SQL.some_record.texts[tx.dialect].replace(PATTERN_TABLE, record_table(registry_id))
    return not await tx.fetch(text)


async def has_trigrams(tx: Transaction) -> bool:
    """Tell whether this build of SQLite can make the index."""
    rows = await tx.fetch("SELECT name, sqlite_version() AS version FROM pragma_module_list() WHERE name = 'fts5'")
    return bool(rows) and tuple(int(part) for part in str(rows[0]["version"]).split(".")[:2]) >= FTS_VERSION_MIN


async def make_table(tx: Transaction, index: TextIndex) -> None:
    """Make SQLite's index and the triggers that keep it, unless they are there: who writes records need not know.

    It keeps no text of its own, only which records have a trigram. So what it forgets it must be told again.
    """
    name, table = index.name, record_table(index.registry_id)
    new, old = index.text("sqlite", "new.content"), index.text("sqlite", "old.content")
    filled = f"(SELECT filled FROM record_text WHERE registry_id = {index.registry_id:d})"
    enter = f"INSERT INTO {name} (rowid, text) VALUES (new.number, {new});"
    forget = f"INSERT INTO {name} ({name}, rowid, text) VALUES ('delete', old.number, {old});"
    await tx.execute(
        f"""
        CREATE VIRTUAL TABLE IF NOT EXISTS {name}
            USING fts5(text, content='', columnsize=0, detail=none, tokenize='trigram');
        INSERT INTO {name} ({name}, rank) VALUES ('automerge', {SEGMENTS_MERGED:d});
        CREATE TRIGGER IF NOT EXISTS {name}_new AFTER INSERT ON {table}
            WHEN new.number <= {filled} BEGIN {enter} END;
        CREATE TRIGGER IF NOT EXISTS {name}_old AFTER DELETE ON {table}
            WHEN old.number <= {filled} BEGIN {forget} END;
        CREATE TRIGGER IF NOT EXISTS {name}_both AFTER UPDATE OF content ON {table}
            WHEN old.number <= {filled} AND {old} <> {new} BEGIN {forget} {enter} END;
        """
    )


async def drop_table(tx: Transaction, index: TextIndex) -> None:
    """Drop SQLite's index with its triggers."""
    triggers = " ".join(f"DROP TRIGGER IF EXISTS {index.name}_{end};" for end in ("new", "old", "both"))
    await tx.execute(f"{triggers} DROP TABLE IF EXISTS {index.name};")


async def enter_next(tx: Transaction, index: TextIndex, *, most: int) -> int | None:
    """Enter the next records into SQLite's index; returns the number of the last, or None when there are none."""
    table = record_table(index.registry_id)
    text = SQL.last_of_next.texts[tx.dialect].replace(PATTERN_TABLE, table)
    rows = await tx.fetch(text, filled=index.filled, most=most)
    last = next(iter(rows[0].values()))
    if last is None:
        return None
    await tx.execute(
        f"INSERT INTO {index.name} (rowid, text) SELECT number, {index.text('sqlite')} FROM {table}"
        " WHERE number > :filled AND number <= :last",
        filled=index.filled,
        last=last,
    )
    return int(last)


async def make_index(tx: Transaction, index: TextIndex, schema: str) -> None:
    """Make PostgreSQL's index on a table that nobody else knows yet; `schema` holds the extension."""
    await tx.execute(_statement(index, schema))


async def drop_index(tx: Transaction, index: TextIndex) -> None:
    """Drop PostgreSQL's index, if it is there."""
    await tx.execute(f"DROP INDEX IF EXISTS {index.name}")


async def make_index_beside(owner: Database, index: TextIndex, schema: str) -> None:
    """Make PostgreSQL's index beside the traffic, as the owner, for whom no limit of time holds."""
    # Outside of any transaction: a single statement of a reader is, and CONCURRENTLY must be. What an attempt that
    # was cut short has left behind cannot be used, and goes first. At last PostgreSQL looks at which texts are common.
    async with owner.reading(one_statement=True) as tx:
        # It waits for everybody who began before, without holding up writers: a backup may take its time.
        await tx.execute("SET lock_timeout = 0")
        await tx.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index.name}")
        await tx.execute(_statement(index, schema, " CONCURRENTLY"))
        await tx.execute(f"ANALYZE {record_table(index.registry_id)}")


def _statement(index: TextIndex, schema: str, manner: str = "") -> str:
    return (
        f"CREATE INDEX{manner} {index.name} ON {record_table(index.registry_id)}"
        f" USING gin (({index.text('postgres')}) {identifiers([schema])}.gin_trgm_ops)"
        f" WITH (gin_pending_list_limit = {PENDING_KIBIBYTES:d})"
    )


async def is_few(tx: Transaction, index: TextIndex, match: str, *, most: int) -> bool:
    """Tell whether SQLite's index leaves at most so many records."""
    rows = await tx.fetch(
        f"SELECT COUNT(*) AS found FROM (SELECT 1 AS one FROM {index.name} WHERE {index.name} MATCH :match"
        f" LIMIT {most + 1:d}) AS counted",
        match=match,
    )
    return int(rows[0]["found"]) <= most


def _index(row: Row) -> TextIndex:
    paths = msgspec.json.decode(row["paths"], type=tuple[tuple[str, ...], ...])
    return TextIndex(int(row["registry_id"]), paths, int(row["filled"]))


def _paths(index: TextIndex) -> str:
    return msgspec.json.encode(index.paths).decode()
