"""One door to the databases: SQLite through apsw and PostgreSQL through asyncpg, with one meaning for both.

What every store may count on:

- A statement is one text for both databases, with `:name` parameters. Where dialects part, a twin
  `-- name: claim__postgres^` stands beside `-- name: claim^` in queries.sql and is taken on PostgreSQL.
- Parameters are None, bool, int, float, str and bytes. Moments are text (`clock.timestamp`), JSON is text
  (`data ->> 'key'` reads it on both). A list goes into `= ANY(:ids)`, which is rewritten for SQLite. PostgreSQL infers
  a parameter's type from its first use; write `CAST(:x AS BIGINT)` where that says too little.
- Rows are dicts that `msgspec.convert(rows, list[Model], strict=False)` reads alike from both.
- A statement that fails dooms its transaction, as PostgreSQL has it; `tx.savepoint()` confines a failure one expects.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias, cast

import structlog
from aiosql.query_loader import QueryLoader
from aiosql.types import SQLOperationType

from govstack.kernel.errors import Unavailable
from govstack.kernel.log import place

Dialect: TypeAlias = Literal["sqlite", "postgres"]
Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = Iterable[Sequence[object]] | AsyncIterable[Sequence[object]]

POOL_SIZE = 4
STATEMENTS_CACHED_MAX = 1_000
WAIT_SECONDS_MAX = 10.0
CLOSE_SECONDS_MAX = 5.0
READ_ONLY = "This block only reads; write inside database.transaction()."

_log = structlog.get_logger(__name__)
_PACKAGE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ANY = re.compile(r"=\s*ANY\s*\(\s*(:\w+)\s*\)", re.IGNORECASE)
_TOKEN = re.compile(r"""'(?:''|[^'])*'|"(?:""|[^"])*"|--[^\n]*|/\*.*?\*/|::\s*\w+|:(?P<name>[a-zA-Z_]\w*)""", re.DOTALL)


class Violation(Exception):
    """A write that would break a rule of the schema; `hint` says `table.column`, or the name of the constraint."""

    def __init__(self, hint: str) -> None:
        super().__init__(hint)
        self.hint = hint


class UniqueViolation(Violation):
    """The value exists already."""


class ForeignKeyViolation(Violation):
    """The row points at one that does not exist, or others still point at the row."""


class CheckViolation(Violation):
    """The value is missing or outside what its column allows."""


class BrokenStatement(Exception):
    """A statement the database does not understand or may not run: a fault of the program, never of the caller."""


class Contention(Unavailable):
    """Transactions stood in each other's way (a deadlock, a lock not granted): run the whole of yours again."""


def is_retryable(error: BaseException) -> bool:
    """Tell whether a transaction may well succeed when it is simply run again."""
    return isinstance(error, Contention)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as a driver takes it, and the parameters it names, in the order PostgreSQL counts them."""

    sql: str
    names: tuple[str, ...]

    def refuse_mismatch(self, parameters: Row) -> None:
        """Raise when a parameter is missing or has no place in the statement."""
        if len(parameters) != len(self.names) or not parameters.keys() >= set(self.names):
            raise TypeError(f"The statement takes ({', '.join(self.names)}), not ({', '.join(parameters)}).")


@lru_cache(maxsize=STATEMENTS_CACHED_MAX)
def statement(text: str, dialect: Dialect) -> Statement:
    """Return a statement for a dialect: `$1` for `:name` on PostgreSQL, json_each for `= ANY(:list)` on SQLite."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match["name"]
        if name is None:
            return match[0]
        place = numbers.setdefault(name, len(numbers) + 1)
        return f"${place}" if dialect == "postgres" else match[0]

    if dialect == "sqlite":
        text = _ANY.sub(r"IN (SELECT value FROM json_each(\1))", text)
    return Statement(_TOKEN.sub(number, text), tuple(numbers))


class Transaction(ABC):
    """Statements that take effect together; the methods that take a Statement serve the queries of `queries()`."""

    dialect: ClassVar[Dialect]

    def __init__(self, database: Database) -> None:
        self.database = database
        self.failure: Exception | None = None
        self.calls: list[Callable[[], None]] = []

    async def fetch(self, sql: str, /, **parameters: object) -> list[Row]:
        """Rows of a statement built at run time from validated parts; fixed statements live in queries.sql."""
        return await self.rows(statement(sql, self.dialect), parameters)

    async def execute(self, sql: str, /, **parameters: object) -> int:
        """Run a statement built at run time, or a script without parameters; returns the number of rows changed."""
        return await self.change(statement(sql, self.dialect) if parameters else Statement(sql, ()), parameters)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call something quick once the transaction is durable; never called when it is not."""
        self.calls.append(call)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo only the block when it raises, so that the transaction survives a violation one expects."""
        await self.execute("SAVEPOINT inside")
        try:
            yield
        except BaseException:
            self.failure = None
            await self.execute("ROLLBACK TO SAVEPOINT inside")
            await self.execute("RELEASE SAVEPOINT inside")
            raise
        await self.execute("RELEASE SAVEPOINT inside")

    def refuse_failed(self) -> None:
        """Raise when a statement failed before, since half of a transaction must not be kept."""
        if self.failure is not None:
            message = "This transaction cannot go on: one of its statements failed, or its block has ended."
            raise RuntimeError(message) from self.failure

    def end(self) -> None:
        """Take no more statements; somebody else may be using the connection from here on."""
        self.failure = self.failure or RuntimeError("The block has ended.")

    @abstractmethod
    async def rows(self, statement: Statement, parameters: Row) -> list[Row]:
        """Return every row."""

    @abstractmethod
    async def row(self, statement: Statement, parameters: Row) -> Row | None:
        """Return the first row, or None."""

    @abstractmethod
    async def value(self, statement: Statement, parameters: Row) -> Any:
        """Return the first column of the first row, or None."""

    @abstractmethod
    async def change(self, statement: Statement, parameters: Row) -> int:
        """Return how many rows were changed."""

    @abstractmethod
    async def change_many(self, statement: Statement, batch: Sequence[Row]) -> int:
        """Run once for each dict of a batch; return how many rows were changed."""

    @abstractmethod
    async def copy(self, table: str, columns: Sequence[str], rows: Rows) -> int:
        """Load many rows, streamed in bounded memory: COPY on PostgreSQL, batches on SQLite; return their number."""


class Query:
    """A named query: `await query(tx, name=value)`. `texts` keeps its SQL as written, per dialect."""

    __slots__ = ("_perform", "_statements", "name", "texts")
    _VERBS: ClassVar[Mapping[SQLOperationType, str]] = {
        SQLOperationType.SELECT: "rows",
        SQLOperationType.SELECT_ONE: "row",
        SQLOperationType.SELECT_VALUE: "value",
        SQLOperationType.INSERT_UPDATE_DELETE: "change",
        SQLOperationType.INSERT_UPDATE_DELETE_MANY: "change_many",
    }

    def __init__(self, name: str, operation: SQLOperationType, texts: Mapping[Dialect, str]) -> None:
        if operation not in self._VERBS:
            raise ValueError(f"Query {name}: write one of ^ $ ! *! after the name, or nothing for many rows.")
        self.name, self.texts = name, texts
        self._perform = self._VERBS[operation]
        self._statements = {dialect: statement(text, dialect) for dialect, text in texts.items()}

    def __call__(self, tx: Transaction, batch: Sequence[Row] | None = None, /, **parameters: object) -> Awaitable[Any]:
        """Run it in a transaction; only a `*!` query takes a batch of parameter dicts."""
        # The kind of answer hangs on the suffix in the SQL file, which the type checker cannot see: hence Any.
        return getattr(tx, self._perform)(self._statements[tx.dialect], parameters if batch is None else batch)  # type: ignore[no-any-return]


class Queries:
    """The queries of one file by name: `await SQL.member_by_code(tx, code=…)`; iterating gives them all.

    The file is read with the first of them: a start would wait for hundreds of files, and most processes need few.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: Mapping[str, Query] | None = None

    def __getattr__(self, name: str) -> Query:
        query = self._read().get(name)
        if query is None:
            raise AttributeError(f"There is no query named {name}.")
        # From here on it is found without this method.
        self.__dict__[name] = query
        return query

    def __iter__(self) -> Iterator[Query]:
        return iter(self._read().values())

    def _read(self) -> Mapping[str, Query]:
        if self._found is None:
            self._found = _read(self._path)
        return self._found


def queries(module_file: str, file_name: str = "queries.sql") -> Queries:
    """Return the named queries beside a module: `SQL = queries(__file__)`; raises OSError without such a file."""
    path = Path(module_file).with_name(file_name)
    path.stat()
    return Queries(path)


def _read(path: Path) -> Mapping[str, Query]:
    loader = QueryLoader(cast("Any", _Verbatim), None, attribute=None, mandatory_parameters=False)
    data, file_name = loader.load_query_data_from_file(path, encoding="utf-8"), path.name
    common = {datum.query_name: datum for datum in data}
    if len(common) != len(data):
        raise ValueError(f"{file_name} names a query twice.")
    twins = {name.removesuffix("__postgres"): common.pop(name) for name in list(common) if name.endswith("__postgres")}
    if unknown := twins.keys() - common.keys():
        raise ValueError(f"{file_name} has a PostgreSQL twin without a common query: {', '.join(sorted(unknown))}.")
    return {
        name: Query(name, datum.operation_type, {"sqlite": datum.sql, "postgres": twins.get(name, datum).sql})
        for name, datum in common.items()
    }


class _Verbatim:
    """The aiosql adapter: statements stay as written, since parameters are bound per dialect later."""

    @staticmethod
    def process_sql(_name: str, _operation: SQLOperationType, sql: str) -> str:
        return sql


class Database(ABC):
    """A package's own database; made by `databases.open_database`, connected on first use."""

    dialect: ClassVar[Dialect]

    def __init__(self, package: str) -> None:
        if not _PACKAGE.fullmatch(package):
            raise ValueError(f"{package!r} cannot name a database: use small letters, digits and underscores.")
        self.package = package
        self._writing: set[asyncio.Task[object] | None] = set()

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Read and write; durable when the block has exited, undone when it raises."""

    @abstractmethod
    def reading(self, *, one_statement: bool = False, apart: bool = False) -> AbstractAsyncContextManager[Transaction]:
        """Read one committed state. For a single statement, `one_statement` saves the round trips of a snapshot.

        `apart` is for statements that may look at every row: nobody else waits for them, wherever they run, and they
        are planned for the values they are given.
        """

    @abstractmethod
    def owner(self) -> AbstractAsyncContextManager[Database]:
        """Lend the database with the rights of the connecting user, who may change the schema; for migrations."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what is being committed and close every connection."""

    def _enter(self) -> asyncio.Task[object] | None:
        task = asyncio.current_task()
        if task in self._writing:
            raise RuntimeError("This task is in a transaction of this database already; pass that one on instead.")
        self._writing.add(task)
        return task


def call_all(calls: Iterable[Callable[[], None]]) -> None:
    """Call what waited for the commit; a failing listener is logged, for the data is committed all the same."""
    for call in calls:
        try:
            call()
        except Exception as error:  # noqa: BLE001 - see above
            _log.error("db.after_commit_failed", error=type(error).__name__, at=place(error))


def identifiers(names: Iterable[str]) -> str:
    """Return names of tables or columns as SQL, refusing anything that is not plainly a name."""
    names = list(names)
    for name in names:
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is not the name of a table or column.")
    return ", ".join(names)
