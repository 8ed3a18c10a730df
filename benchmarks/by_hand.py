"""The limit the registries are held against: their statements behind a bare ASGI application, and nothing else.

It knows no rights, no schema, no chain, no events and no errors. What it reads of people it logs durably before it
answers, as the block does; what it creates it stores durably and does not check.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import apsw
import asyncpg
import msgspec
from benchmarks.people import PEOPLE, POOL_SIZE
from tests.shelf import POSTGRES_URL

from govstack.kernel import clock, ids

EXPRESSION = {
    "sqlite": """CAST(content ->> '$."{name}"' AS TEXT)""",
    "postgres": """((content ->> '{name}') COLLATE "C")""",
}


class ByHand:
    """The same statements on the same tables, on SQLite or PostgreSQL."""

    def __init__(self, dialect: str, folder: str, schema: str, tables: Mapping[str, str]) -> None:
        self._sqlite = dialect == "sqlite"
        self._folder, self._schema, self._tables = folder, schema, tables
        self._expression = EXPRESSION[dialect]
        self._pool: asyncio.Queue[asyncpg.Connection[asyncpg.Record]] = asyncio.Queue()

    async def open(self) -> None:
        """Connect: one writer and one reader on SQLite, as many connections as the block has on PostgreSQL."""
        if self._sqlite:
            path = str(Path(self._folder) / "registries.sqlite3")
            self._reader, self._writer = apsw.Connection(path), apsw.Connection(path)
            self._writer.execute("PRAGMA synchronous = FULL")
            return
        for _ in range(POOL_SIZE):
            connection = await asyncpg.connect(POSTGRES_URL, server_settings={"search_path": self._schema})
            self._pool.put_nowait(connection)

    async def close(self) -> None:
        """Close every connection."""
        if self._sqlite:
            self._reader.close()
            self._writer.close()
        while not self._pool.empty():
            await self._pool.get_nowait().close()

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        code, place = scope["path"].split("/")[2], scope["path"].rpartition("/")[2]
        answer = await self._answer(code, place, scope["query_string"].decode(), body)
        head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": answer})

    async def _answer(self, code: str, place: str, query: str, body: bytes) -> bytes:
        if place == "create":
            return await self._create(code, body)
        if place in {"read", "exists"}:
            wanted = msgspec.json.decode(body)["query"]["content"]["ID"]
            rows = await self._found(code, "ID", wanted, "LIMIT 2")
        else:
            rows = await self._found(
                code, "LastName", query.partition("=")[2].partition("&")[0], "ORDER BY number LIMIT 21"
            )
        if code == PEOPLE:
            await self._log(rows)
        if place == "exists":
            return b'{"answer":{"status":true,"message":"Object found from database"}}'
        if place == "read":
            return b'{"content":' + rows[0][1].encode() + b"}"
        return b'{"count":%d,"results":[' % len(rows) + ",".join(row[1] for row in rows).encode() + b"]}"

    async def _found(self, code: str, name: str, value: str, end: str) -> list[tuple[Any, ...]]:
        sql = (
            "SELECT uuid, content, number, version, created_at, modified_at, revision, archived_at"
            f" FROM {self._tables[code]} WHERE deleted_at IS NULL AND archived_at IS NULL"
            f" AND {self._expression.format(name=name)} = {self._marks(1)} {end}"
        )
        if self._sqlite:
            return list(self._reader.execute(sql, (value,)))
        connection = await self._pool.get()
        try:
            return [tuple(row) for row in await connection.fetch(sql, value)]
        finally:
            self._pool.put_nowait(connection)

    async def _log(self, rows: list[tuple[Any, ...]]) -> None:
        access = ids.new_id()
        above = (access, 1, "data-read", "[]", clock.timestamp(), *("x",) * 6, "", "", "", "", "c", b"x")
        await self._write(
            [
                (f"INSERT INTO personal_data_access VALUES ({self._marks(17)})", [above]),
                (
                    f"INSERT INTO personal_data_read VALUES ({self._marks(5)})",
                    [(access, row[0], ids.new_id(), "f", "r") for row in rows],
                ),
            ]
        )

    async def _create(self, code: str, body: bytes) -> bytes:
        content = msgspec.json.encode(msgspec.json.decode(body)["write"]["content"]).decode()
        moment = clock.timestamp()
        row = (ids.new_id(), time.monotonic_ns(), content, "1.0", moment, moment, None, None, 1, "h")
        await self._write([(f"INSERT INTO {self._tables[code]} VALUES ({self._marks(10)})", [row])])
        return b'{"content":' + content.encode() + b"}"

    async def _write(self, statements: list[tuple[str, list[tuple[object, ...]]]]) -> None:
        """Run statements in one durable transaction."""
        if self._sqlite:
            with self._writer:
                for sql, rows in statements:
                    self._writer.executemany(sql, rows)
            return
        connection = await self._pool.get()
        try:
            async with connection.transaction():
                for sql, rows in statements:
                    await connection.executemany(sql, rows)
        finally:
            self._pool.put_nowait(connection)

    def _marks(self, count: int) -> str:
        return ", ".join(f"?{n}" if self._sqlite else f"${n}" for n in range(1, count + 1))
