"""PostgreSQL behind `kernel.db`: a schema and a role per package, a few dedicated connections."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, TypeVar

import asyncpg

from govstack.kernel import db
from govstack.kernel.errors import Unavailable

STATEMENT_SECONDS_MAX = 300
LOCK_SECONDS_MAX = 30
IDLE_IN_TRANSACTION_SECONDS_MAX = 60
# The server keeps to the limits above; these are for one that has fallen silent without closing the connection.
ANSWER_SECONDS_MAX = STATEMENT_SECONDS_MAX + 10.0
SILENCE_SECONDS_MAX = 30
ABSENCE_SECONDS_MAX = 2

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
_T = TypeVar("_T")
_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
_ENTER_ROLE = (
    "SELECT set_config('role', rolname, false) FROM pg_roles"
    " WHERE rolname = $1 AND pg_has_role(session_user, oid, 'MEMBER')"
)
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_PLAN_EACH = "; SET LOCAL plan_cache_mode = force_custom_plan"
_KEEPALIVE = {
    "TCP_KEEPIDLE": SILENCE_SECONDS_MAX // 3,
    "TCP_KEEPINTVL": SILENCE_SECONDS_MAX // 6,
    "TCP_KEEPCNT": 4,
    "TCP_USER_TIMEOUT": SILENCE_SECONDS_MAX * 1_000,
}
_KEY = re.compile(r"Key \((.+?)\)=")
_VIOLATIONS: dict[type[asyncpg.PostgresError], type[db.Violation]] = {
    asyncpg.UniqueViolationError: db.UniqueViolation,
    asyncpg.ForeignKeyViolationError: db.ForeignKeyViolation,
    asyncpg.IntegrityConstraintViolationError: db.CheckViolation,
    asyncpg.DataError: db.CheckViolation,  # out of range, or text the server cannot hold
}
_CONTENTION = (
    asyncpg.TransactionRollbackError,  # serialisation failures and deadlocks
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,  # a migration of another process came between
)
_TROUBLES = (
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,  # disk, memory or connections used up
    asyncpg.OperatorInterventionError,  # shutting down, starting up, or the statement took too long
    asyncpg.PostgresSystemError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    OSError,
    TimeoutError,
)


class PostgresTransaction(db.Transaction):
    """Statements on one PostgreSQL connection, prepared once per connection."""

    dialect = "postgres"

    def __init__(self, database: db.Database, connection: Connection) -> None:
        super().__init__(database)
        self._connection = connection

    async def rows(self, statement: db.Statement, parameters: db.Row) -> list[db.Row]:
        """Return every row."""
        records = await self.ask(self._ready().fetch(statement.sql, *_arguments(statement, parameters)))
        return [dict(record) for record in records]

    async def row(self, statement: db.Statement, parameters: db.Row) -> db.Row | None:
        """Return the first row, or None."""
        record = await self.ask(self._ready().fetchrow(statement.sql, *_arguments(statement, parameters)))
        return None if record is None else dict(record)

    async def value(self, statement: db.Statement, parameters: db.Row) -> Any:
        """Return the first column of the first row, or None."""
        return await self.ask(self._ready().fetchval(statement.sql, *_arguments(statement, parameters)))

    async def change(self, statement: db.Statement, parameters: db.Row) -> int:
        """Return how many rows were changed."""
        tag = await self.ask(self._ready().execute(statement.sql, *_arguments(statement, parameters)))
        count = tag.rpartition(" ")[2]
        return int(count) if count.isdigit() else 0

    async def change_many(self, statement: db.Statement, batch: Sequence[db.Row]) -> int:
        """Run once for each dict of a batch; return how many rows were changed."""
        await self.ask(self._ready().executemany(statement.sql, [_arguments(statement, row) for row in batch]))
        return len(batch)

    async def copy(self, table: str, columns: Sequence[str], rows: db.Rows) -> int:
        """Load many rows, streamed in bounded memory; return their number."""
        db.identifiers([table, *columns])
        tag = await self.ask(self._ready().copy_records_to_table(table, records=rows, columns=list(columns)))
        return int(tag.rpartition(" ")[2])

    def _ready(self) -> Connection:
        if self.failure is not None:
            self.refuse_failed()
        return self._connection

    async def ask(self, answer: Awaitable[_T]) -> _T:
        """Wait for the server; its refusals come out as the kernel's."""
        try:
            return await answer
        except _ERRORS as error:
            refusal = _refusal(error, lost=self._connection.is_closed())
            if not isinstance(refusal, TypeError):  # a value that never reached the server spoils nothing there
                self.failure = error
            raise refusal from error


class PostgresDatabase(db.Database):
    """A schema of its own, entered with a role that has rights in no other, when migrations could create one."""

    dialect = "postgres"

    def __init__(
        self, url: str, package: str, pool_size: int, schema_prefix: str = "", *, as_owner: bool = False
    ) -> None:
        super().__init__(package)
        self.schema = db.identifiers([schema_prefix + package])
        self.role = db.identifiers([f"govstack_{self.schema}"])
        self.url = url
        self._schema_prefix = schema_prefix
        self._as_owner = as_owner
        self._pool_size = pool_size
        self._slots = asyncio.Semaphore(pool_size)
        # The last one used is taken first: its statements are prepared and its backend is warm.
        self._idle: list[Connection] = []
        # Who holds which connection, and whether besides another one.
        self._lent: dict[Connection, tuple[asyncio.Task[object] | None, bool]] = {}
        self._commits: set[asyncio.Task[None]] = set()
        self._closed = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[db.Transaction]:
        """Read and write; durable when the block has exited, undone when it raises."""
        task = self._enter()
        try:
            async with self._block(await self._acquire()) as tx:
                yield tx
        finally:
            self._writing.discard(task)

    @asynccontextmanager
    async def reading(self, *, one_statement: bool = False, apart: bool = False) -> AsyncIterator[db.Transaction]:
        """Read one committed state; every statement runs apart, in the server.

        What may look at every row is planned for its values each time: a plan for any does not know how rare these are.
        """
        connection = await self._acquire()
        tx = PostgresTransaction(self, connection)
        if one_statement and not apart:
            try:
                yield tx
            finally:
                tx.end()
                self._release(connection)
            return
        try:
            await tx.ask(connection.execute(_BEGIN_READING + _PLAN_EACH if apart else _BEGIN_READING))
            yield tx
        finally:
            tx.end()
            await self._undo(connection)

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[db.Database]:
        """Lend the database with the right to change the schema."""
        owner = PostgresDatabase(self.url, self.package, 1, self._schema_prefix, as_owner=True)
        try:
            yield owner
        finally:
            await owner.close()
            # The role or the tables may be new; connections made from here on find them.
            while self._idle:
                await self._idle.pop().close(timeout=db.CLOSE_SECONDS_MAX)

    async def close(self) -> None:
        """Finish what is being committed and close every connection."""
        self._closed = True
        if self._commits:
            await asyncio.wait(self._commits, timeout=db.CLOSE_SECONDS_MAX)
        while self._idle:
            await self._idle.pop().close(timeout=db.CLOSE_SECONDS_MAX)

    @asynccontextmanager
    async def _block(self, connection: Connection) -> AsyncIterator[db.Transaction]:
        tx = PostgresTransaction(self, connection)
        try:
            await tx.ask(connection.execute("BEGIN"))
            yield tx
            tx.refuse_failed()
        except BaseException:
            tx.end()
            await self._undo(connection)
            raise
        tx.end()
        # A task of its own, and shielded: a commit that was sent is seen through, whoever stops waiting for it.
        commit = asyncio.get_running_loop().create_task(self._commit(connection, tx))
        self._commits.add(commit)
        commit.add_done_callback(self._commits.discard)
        await asyncio.shield(commit)

    async def _commit(self, connection: Connection, tx: PostgresTransaction) -> None:
        try:
            # A transaction that failed unnoticed is answered with ROLLBACK, not with an error.
            if await tx.ask(connection.execute("COMMIT")) != "COMMIT":
                raise db.BrokenStatement("A statement of this transaction failed, so nothing was stored.")
        finally:
            self._release(connection)
        db.call_all(tx.calls)

    async def _undo(self, connection: Connection) -> None:
        try:
            await connection.execute("ROLLBACK", timeout=db.CLOSE_SECONDS_MAX)
        except _ERRORS:
            connection.terminate()
        except BaseException:
            connection.terminate()
            raise
        finally:
            self._release(connection)

    async def _acquire(self) -> Connection:
        # A task that reads inside its own transaction must not wait for a place that only it can free.
        task = asyncio.current_task()
        nested = any(holder is task for holder, _ in self._lent.values())
        if not nested:
            await self._take_slot()
        try:
            connection = self._pop_idle() or await self._connect()
        except BaseException:
            if not nested:
                self._slots.release()
            raise
        self._lent[connection] = (task, nested)
        return connection

    async def _take_slot(self) -> None:
        try:
            async with asyncio.timeout(db.WAIT_SECONDS_MAX if self._slots.locked() else None):
                await self._slots.acquire()
        except TimeoutError as error:
            raise Unavailable from error

    def _pop_idle(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    def _release(self, connection: Connection) -> None:
        _, nested = self._lent.pop(connection)
        if not nested:
            self._slots.release()
        if self._closed or len(self._idle) >= self._pool_size:
            connection.terminate()
        elif not connection.is_closed():
            self._idle.append(connection)

    async def _connect(self) -> Connection:
        try:
            connection: Connection = await asyncpg.connect(
                self.url,
                timeout=db.WAIT_SECONDS_MAX,
                command_timeout=None if self._as_owner else ANSWER_SECONDS_MAX,
                statement_cache_size=db.STATEMENTS_CACHED_MAX,
                max_cached_statement_lifetime=0,
                server_settings={
                    "search_path": self.schema,
                    "application_name": f"govstack {self.schema}",
                    "timezone": "UTC",
                    "lock_timeout": f"{LOCK_SECONDS_MAX}s",
                    "statement_timeout": f"{0 if self._as_owner else STATEMENT_SECONDS_MAX}s",
                    "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS_MAX}s",
                    # A statement that nobody waits for any more would run on to its limit.
                    "client_connection_check_interval": f"{ABSENCE_SECONDS_MAX}s",
                },
            )
        except _ERRORS as error:
            raise _refusal(error) from error
        _watch(connection)
        try:
            # sum() of whole numbers is NUMERIC on PostgreSQL alone; read it as SQLite gives it.
            await connection.set_type_codec("numeric", schema="pg_catalog", encoder=str, decoder=_number)
            if not self._as_owner:
                await connection.execute(_ENTER_ROLE, self.role)
        except BaseException as error:
            lost = connection.is_closed()
            connection.terminate()
            if isinstance(error, _ERRORS):
                raise _refusal(error, lost=lost) from error
            raise
        return connection


def _watch(connection: Connection) -> None:
    """Let the system break a connection whose other end has lost its power, also while we only wait for an answer."""
    wire: socket.socket | None = connection._transport.get_extra_info(  # type: ignore[attr-defined]  # noqa: SLF001
        "socket"  # asyncpg offers no other way to it
    )
    if wire is None or wire.family == socket.AF_UNIX:
        return
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEPALIVE.items():
        if hasattr(socket, name):  # each system has its own
            wire.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _arguments(statement: db.Statement, parameters: db.Row) -> list[object]:
    if len(parameters) != len(statement.names):
        statement.refuse_mismatch(parameters)
    try:
        return [parameters[name] for name in statement.names]
    except KeyError:
        statement.refuse_mismatch(parameters)
        raise


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _refusal(error: Exception, *, lost: bool = False) -> Exception:
    if lost or isinstance(error, _TROUBLES):
        return Unavailable()
    if isinstance(error, _CONTENTION):
        return db.Contention()
    if isinstance(error, asyncpg.DataError) and error.severity is None:  # the driver's: it was never sent
        return TypeError(str(error))
    if isinstance(error, asyncpg.PostgresError):
        for kind, refusal in _VIOLATIONS.items():
            if isinstance(error, kind):
                return refusal(_hint(error))
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return RuntimeError(db.READ_ONLY)
    return db.BrokenStatement(str(error))


def _hint(error: asyncpg.PostgresError) -> str:
    # The server's detail holds the values too, which are nobody else's business; only the names are taken.
    key = _KEY.search(error.detail or "") if isinstance(error, asyncpg.UniqueViolationError) else None
    if key is not None:
        return ", ".join(f"{error.table_name}.{column}" for column in key[1].split(", "))
    if isinstance(error, asyncpg.NotNullViolationError):
        return f"{error.table_name}.{error.column_name}"
    return error.constraint_name or ""
