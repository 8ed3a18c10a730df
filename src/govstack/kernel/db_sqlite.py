"""SQLite behind `kernel.db`: one writer that shares its commits, readers on the loop thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn

import apsw
import msgspec

from govstack.kernel import clock, db
from govstack.kernel.errors import Unavailable

COPY_BATCH_ROWS = 1_000
# Rows of one statement: what a trigger enters into a text index is written out with each.
COPY_STATEMENT_ROWS = 250
GROUP_TRANSACTIONS_MAX = 50
READERS_KEPT_MAX = 8
BUSY_POLL_SECONDS = 0.002
PAGE_CACHE_KIBIBYTES = 16_384
WAL_BYTES_KEPT_MAX = 64 * 1024 * 1024

_VIOLATIONS = {
    apsw.SQLITE_CONSTRAINT_UNIQUE: db.UniqueViolation,
    apsw.SQLITE_CONSTRAINT_PRIMARYKEY: db.UniqueViolation,
    apsw.SQLITE_CONSTRAINT_ROWID: db.UniqueViolation,
    apsw.SQLITE_CONSTRAINT_FOREIGNKEY: db.ForeignKeyViolation,
}
_TROUBLES = (apsw.FullError, apsw.IOError, apsw.CantOpenError, apsw.NoMemError, apsw.CorruptError, apsw.NotADBError)


class SqliteTransaction(db.Transaction):
    """Statements on one SQLite connection.

    They run on the loop thread, where a read by key takes microseconds; `apart`, those of a reader run in another.
    """

    dialect = "sqlite"

    def __init__(self, database: db.Database, connection: apsw.Connection, *, apart: bool = False) -> None:
        super().__init__(database)
        self._connection = connection
        self._apart = apart

    async def rows(self, statement: db.Statement, parameters: db.Row) -> list[db.Row]:
        """Return every row."""
        return await self._run_apart(statement, parameters) if self._apart else self._run(statement, parameters)

    async def row(self, statement: db.Statement, parameters: db.Row) -> db.Row | None:
        """Return the first row, or None."""
        found = await self._run_apart(statement, parameters, 1) if self._apart else self._run(statement, parameters, 1)
        return found[0] if found else None

    async def value(self, statement: db.Statement, parameters: db.Row) -> Any:
        """Return the first column of the first row, or None."""
        found = await self._run_apart(statement, parameters, 1) if self._apart else self._run(statement, parameters, 1)
        return next(iter(found[0].values())) if found else None

    async def change(self, statement: db.Statement, parameters: db.Row) -> int:
        """Return how many rows were changed."""
        self._run(statement, parameters, 0)
        return self._connection.changes()

    async def change_many(self, statement: db.Statement, batch: Sequence[db.Row]) -> int:
        """Run once for each dict of a batch; return how many rows were changed."""
        return sum([await self.change(statement, parameters) for parameters in batch])

    async def copy(self, table: str, columns: Sequence[str], rows: db.Rows) -> int:
        """Load many rows, streamed in bounded memory; return their number."""
        insert, places = _insertion(table, tuple(columns))
        if isinstance(rows, Sequence) and len(rows) <= COPY_BATCH_ROWS:
            return self._insert(insert, places, rows)
        count = 0
        async for batch in _batches(rows):
            count += self._insert(insert, places, batch)
            await asyncio.sleep(0)  # let others read between batches
        return count

    def _insert(self, insert: str, places: str, rows: Sequence[Sequence[object]]) -> int:
        self.refuse_failed()
        try:
            for start in range(0, len(rows), COPY_STATEMENT_ROWS):
                part = rows[start : start + COPY_STATEMENT_ROWS]
                values = list(chain.from_iterable(part))
                self._connection.execute(insert + ", ".join([places] * len(part)), values)
        except apsw.Error as error:
            self._refuse(error)
        return len(rows)

    async def _run_apart(
        self, statement: db.Statement, parameters: db.Row, rows_max: int | None = None
    ) -> list[db.Row]:
        """Run beside the loop; who stops waiting stops the statement, and leaves only when it has stopped."""
        running = asyncio.get_running_loop().run_in_executor(None, self._run, statement, parameters, rows_max)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._connection.interrupt()
            while not running.done():  # asked again to leave, it still does not leave the connection to the thread
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running])
            running.exception()  # seen: nobody waits for it any more
            raise

    def _run(self, statement: db.Statement, parameters: db.Row, rows_max: int | None = None) -> list[db.Row]:
        if self.failure is not None:
            self.refuse_failed()
        if len(parameters) != len(statement.names):
            statement.refuse_mismatch(parameters)
        for name, value in parameters.items():
            if type(value) is list:
                parameters[name] = msgspec.json.encode(value).decode()
        try:
            cursor = self._connection.execute(statement.sql, parameters)
            if rows_max == 0:
                for _ in cursor:  # to the end, for a script may go on behind a row
                    pass
                return []
            names = [column[0] for column in cursor.get_description()]
            return [dict(zip(names, row, strict=True)) for row in islice(cursor, rows_max)]
        except apsw.ExecutionCompleteError:  # it gives no rows
            return []
        except KeyError:
            statement.refuse_mismatch(parameters)
            raise
        except apsw.Error as error:
            self._refuse(error)

    def _refuse(self, error: apsw.Error) -> NoReturn:
        self.failure = error
        raise _refusal(error) from error


class _Group:
    """Transactions that share one COMMIT, and those who wait for what it failed with, or None."""

    def __init__(self) -> None:
        self.size = 0
        self.calls: list[Callable[[], None]] = []
        self._waiting: list[asyncio.Future[Exception | None]] = []

    def ended(self) -> asyncio.Future[Exception | None]:
        """Return what to wait for; each has its own, so that who stops waiting stops nobody else."""
        self._waiting.append(asyncio.get_running_loop().create_future())
        return self._waiting[-1]

    def end(self, failure: Exception | None) -> None:
        """Tell those who wait."""
        for one in self._waiting:
            if not one.done():
                one.set_result(failure)


class SqliteDatabase(db.Database):
    """One file: a single writer whose commits are shared, and readers that see what was committed.

    A commit that survives a power cut waits for the disk, and that takes longer than a hundred statements. So each
    transaction is a SAVEPOINT inside one BEGIN IMMEDIATE; a commit queues behind the transactions that wait already,
    then makes them all durable at once in another thread. Nobody is told "done" before that.
    """

    dialect = "sqlite"

    def __init__(self, path: Path, package: str, synchronous: str) -> None:
        super().__init__(package)
        if synchronous not in {"FULL", "NORMAL", "OFF"}:
            raise ValueError("SQLite's synchronous setting is FULL, NORMAL or OFF.")
        self.path = path
        self._synchronous = synchronous
        self._writer: apsw.Connection | None = None
        self._readers: list[apsw.Connection] = []
        self._lock = asyncio.Lock()
        self._group: _Group | None = None
        self._commits: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"commit-{package}")

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[db.Transaction]:
        """Read and write; durable when the block has exited, undone when it raises."""
        task = self._enter()
        try:
            writer, group = await self._begin()
            tx = SqliteTransaction(self, writer)
            try:
                if group.size:  # the first needs none: with nobody before it, all there is can be undone
                    writer.execute("SAVEPOINT member")
                yield tx
                tx.refuse_failed()
                if writer.status(apsw.SQLITE_DBSTATUS_DEFERRED_FKS)[0]:
                    # A deferred key is checked by COMMIT, where it would take the whole group down with it.
                    raise db.ForeignKeyViolation("deferred")
                if group.size:
                    writer.execute("RELEASE member")
                ended = self._join(group, tx)
            except BaseException as error:
                self._undo(writer, group, error)
                if isinstance(error, apsw.Error):
                    raise _refusal(error) from error
                raise
            finally:
                tx.end()
                self._lock.release()
        finally:
            self._writing.discard(task)
        if (failure := await ended) is not None:
            raise Unavailable from failure

    @asynccontextmanager
    async def reading(self, *, one_statement: bool = False, apart: bool = False) -> AsyncIterator[db.Transaction]:
        """Read one committed state."""
        reader = self._readers.pop() if self._readers else self._open_reader()
        tx = SqliteTransaction(self, reader, apart=apart)
        try:
            if not one_statement:
                reader.execute("BEGIN")
            yield tx
        finally:
            tx.end()
            if reader.in_transaction:
                reader.execute("ROLLBACK")
            if len(self._readers) < READERS_KEPT_MAX:
                self._readers.append(reader)
            else:
                reader.close()

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[db.Database]:
        """Lend the database with the right to change the schema."""
        yield self

    async def close(self) -> None:
        """Finish what is being committed and close every connection."""
        async with self._lock:
            pending = list(self._commits)
        if pending:
            await asyncio.wait(pending, timeout=db.CLOSE_SECONDS_MAX)
        self._thread.shutdown(wait=True)
        for connection in (*self._readers, *([self._writer] if self._writer else [])):
            connection.close()
        self._readers, self._writer = [], None

    async def _begin(self) -> tuple[apsw.Connection, _Group]:
        """Take the lock, which the caller gives back, and a place in a group."""
        while True:
            await self._lock.acquire()
            try:
                writer = self._writer or self._open_writer()
                if self._group is None:
                    await _begin_immediate(writer)
                    self._group = _Group()
                if self._group.size < GROUP_TRANSACTIONS_MAX:
                    return writer, self._group
            except BaseException:
                self._lock.release()
                raise
            full = self._group.ended()
            self._lock.release()
            await full

    def _join(self, group: _Group, tx: db.Transaction) -> asyncio.Future[Exception | None]:
        group.size += 1
        group.calls += tx.calls
        if group.size == 1:
            task = asyncio.get_running_loop().create_task(self._commit(group))
            self._commits.add(task)
            task.add_done_callback(self._commits.discard)
        return group.ended()

    def _undo(self, writer: apsw.Connection, group: _Group, error: BaseException) -> None:
        """Take back one transaction; when the database gave up all of them (a full disk), tell the whole group."""
        if group.size and writer.in_transaction:
            with suppress(apsw.Error):
                writer.execute("ROLLBACK TO member; RELEASE member")
                return
        _give_up(writer)
        self._group = None
        group.end(error if isinstance(error, Exception) else Unavailable())

    async def _commit(self, group: _Group) -> None:
        async with self._lock:
            if self._group is not group or self._writer is None:
                return
            self._group = None
            loop = asyncio.get_running_loop()
            ended: asyncio.Future[Exception | None] = loop.create_future()
            try:
                self._thread.submit(_commit_apart, self._writer, loop, ended)
            except RuntimeError as error:  # the database was closed meanwhile
                ended.set_result(error)
            if (failure := await ended) is not None:
                _give_up(self._writer)
            group.end(failure)
            if failure is None:
                db.call_all(group.calls)

    def _open_writer(self) -> apsw.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable from error
        writer = self._open(
            apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE,
            # What is deleted is overwritten where it lay, so that an erased key is not found in the file.
            f"PRAGMA journal_mode = WAL; PRAGMA secure_delete = FAST; PRAGMA synchronous = {self._synchronous};"
            f"PRAGMA journal_size_limit = {WAL_BYTES_KEPT_MAX};",
        )
        writer.set_busy_timeout(0)  # from here on, waiting for another process is done without blocking the loop
        self._writer = writer
        return writer

    def _open_reader(self) -> apsw.Connection:
        if self._writer is None:
            self._open_writer()  # a reader cannot create the file
        return self._open(apsw.SQLITE_OPEN_READONLY)

    def _open(self, flags: int, settings: str = "") -> apsw.Connection:
        try:
            connection = apsw.Connection(str(self.path), flags=flags)
            connection.set_busy_timeout(int(db.WAIT_SECONDS_MAX * 1000))
            # "text" in double quotes must mean a name, as on PostgreSQL, not quietly a string.
            connection.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
            connection.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
            connection.limit(apsw.SQLITE_LIMIT_ATTACHED, 0)  # the files of other packages stay out of reach
            # Read to the end: what stands behind a statement that gives a row is not run before that row is taken.
            connection.execute(
                f"PRAGMA foreign_keys = ON; PRAGMA cache_size = -{PAGE_CACHE_KIBIBYTES};{settings}"
            ).fetchall()
        except apsw.Error as error:
            raise _refusal(error) from error
        return connection


async def _begin_immediate(writer: apsw.Connection) -> None:
    """Start writing; while another process writes, ask again without holding up the loop."""
    latest = clock.monotonic() + db.WAIT_SECONDS_MAX
    while True:
        try:
            writer.execute("BEGIN IMMEDIATE")
        except apsw.BusyError as error:
            if clock.monotonic() > latest:
                raise Unavailable from error
            await asyncio.sleep(BUSY_POLL_SECONDS)
        except apsw.Error as error:
            raise _refusal(error) from error
        else:
            return


def _commit_apart(
    writer: apsw.Connection, loop: asyncio.AbstractEventLoop, ended: asyncio.Future[Exception | None]
) -> None:
    """Commit in another thread, and tell the loop what it failed with: whatever it was, nobody must wait for ever."""
    failure: Exception | None = None
    try:
        writer.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - see above
        failure = error
    with suppress(RuntimeError):  # nobody waits any more: the loop was closed
        loop.call_soon_threadsafe(_settle, ended, failure)


def _settle(ended: asyncio.Future[Exception | None], failure: Exception | None) -> None:
    if not ended.done():
        ended.set_result(failure)


def _give_up(writer: apsw.Connection) -> None:
    with suppress(apsw.Error):
        if writer.in_transaction:
            writer.execute("ROLLBACK")


@lru_cache(maxsize=db.STATEMENTS_CACHED_MAX)
def _insertion(table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """Return the beginning of a statement that inserts rows, and the places of one row's values."""
    insert = f"INSERT INTO {db.identifiers([table])} ({db.identifiers(columns)}) VALUES "
    return insert, f"({', '.join('?' * len(columns))})"


async def _batches(rows: db.Rows) -> AsyncIterator[list[Sequence[object]]]:
    if isinstance(rows, AsyncIterable):
        batch: list[Sequence[object]] = []
        async for row in rows:
            batch.append(row)
            if len(batch) == COPY_BATCH_ROWS:
                yield batch
                batch = []
        if batch:
            yield batch
        return
    iterator = iter(rows)
    while batch := list(islice(iterator, COPY_BATCH_ROWS)):
        yield batch


def _refusal(error: apsw.Error) -> Exception:
    message = str(error)
    if isinstance(error, apsw.ConstraintError):
        kind = _VIOLATIONS.get(vars(error)["extendedresult"], db.CheckViolation)
        return kind(message.partition("failed: ")[2].removeprefix("index ").strip("'") or message)
    if isinstance(error, apsw.ReadOnlyError):
        return RuntimeError(db.READ_ONLY)
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return db.Contention()
    return Unavailable() if isinstance(error, _TROUBLES) else db.BrokenStatement(message)
