"""A package owns its tables: its SQL names no others, and SQL stands where SQL is looked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .tree import KERNEL, SOURCE, Package, modules, named, packages, syntax

SYSTEM_TABLES = frozenset({"sqlite_schema", "pg_indexes"})
FILLED_IN = "filled_in"
_NOISE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
_NO_TABLE = re.compile(
    r"\bDISTINCT\s+FROM\b"  # x IS DISTINCT FROM y
    r"|\b(?:FOR(?:\s+NO\s+KEY)?|DO|ON)\s+UPDATE\b"  # row locks, upserts, foreign keys
    r"|\b(?:EXTRACT|SUBSTRING|TRIM|OVERLAY)\s*\([^()]*\)",  # FROM inside a function
    re.IGNORECASE,
)
_TOKEN = re.compile(r'"?\w+"?|[(),;]')
_NAME = r'"?([A-Za-z_]\w*)"?'
_READS, _WRITES = frozenset({"FROM", "JOIN", "USING"}), frozenset({"INTO", "UPDATE", "REFERENCES"})
_CTE = re.compile(
    rf"(?:\bWITH(?:\s+RECURSIVE)?|,)\s*{_NAME}\s*(?:\([^()]*\))?\s+AS\s+(?:(?:NOT\s+)?MATERIALIZED\s+)?\(",
    re.IGNORECASE,
)
_ENDS = frozenset(
    {
        "WHERE", "SET", "ON", "ORDER", "GROUP", "LIMIT", "OFFSET", "HAVING", "RETURNING", "UNION", "EXCEPT",
        "INTERSECT", "SELECT", "VALUES", "FROM", "JOIN", "LEFT", "INNER", "CROSS", "FULL", "RIGHT", "NATURAL",
        "OUTER", "FOR", "USING", "WINDOW", "DO", "(", ")", ",", ";",
    }
)  # fmt: skip
_CREATED = re.compile(
    rf"\bCREATE\s+(?:(?:VIRTUAL|UNLOGGED|MATERIALIZED)\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}",
    re.IGNORECASE,
)
# All that a trigger may do is refuse to change what is append-only (MSG-01): that is a rule of the data, like a CHECK.
# What an archive holds may leave (MSG-02).
_GUARD = re.compile(
    r"CREATE TRIGGER \w+ BEFORE (?:UPDATE|DELETE) ON \w+\s+BEGIN\s+SELECT RAISE\(ABORT, 'append-only'\);\s+END;"
    r"|CREATE FUNCTION refuse_change\(\) RETURNS trigger LANGUAGE plpgsql AS \$\$\s+BEGIN"
    r"\s+RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation';\s+END;\s+\$\$;"
    r"|CREATE TRIGGER \w+ BEFORE UPDATE(?: OR DELETE)? ON \w+\s+FOR EACH ROW EXECUTE FUNCTION refuse_change\(\);"
    r"|DROP TRIGGER \w+(?: ON \w+)?;"
    r"|CREATE TRIGGER \w+ BEFORE DELETE ON \w+\s+WHEN NOT EXISTS"
    r" \(SELECT 1 FROM archive_release WHERE id = OLD\.\w+\)\s+BEGIN\s+SELECT RAISE\(ABORT, 'append-only'\);\s+END;"
    r"|CREATE FUNCTION refuse_unreleased\(\) RETURNS trigger LANGUAGE plpgsql AS \$\$\s+BEGIN"
    r"\s+IF EXISTS \(SELECT 1 FROM archive_release WHERE id = to_jsonb\(OLD\) ->> TG_ARGV\[0\]\) THEN\s+RETURN OLD;"
    r"\s+END IF;\s+RAISE EXCEPTION 'append-only' USING ERRCODE = 'check_violation';\s+END;\s+\$\$;"
    r"|CREATE TRIGGER \w+ BEFORE DELETE ON \w+\s+FOR EACH ROW EXECUTE FUNCTION refuse_unreleased\('\w+'\);"
)
_STATEMENT = re.compile(
    r"\s*(?:SELECT\s.+\sFROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|(?:CREATE|DROP|ALTER)\s+TABLE)\s",
    re.DOTALL,
)


def tables_named(sql: str) -> set[str]:
    """Return the tables that statements read or write; common table expressions and functions are none."""
    text = _NO_TABLE.sub(" ", _NOISE.sub("''", _GUARD.sub(" ", sql)))
    tokens = [*_TOKEN.findall(text), ";"]
    found: set[str] = set()
    for position, token in enumerate(tokens):
        if token.upper() in _WRITES:
            found.add(tokens[position + 1].strip('"').lower())
        elif token.upper() in _READS:
            found |= set(_sources(tokens, position + 1))
    return {name for name in found if FILLED_IN not in name and name != ";"} - {
        match[1].lower() for match in _CTE.finditer(text)
    }


def _sources(tokens: list[str], position: int) -> Iterator[str]:
    """Yield the tables of a list such as `a AS x, b, json_each(:c) AS d`, which starts at a position."""
    while position < len(tokens):
        while tokens[position].upper() in {"ONLY", "LATERAL"}:
            position += 1
        if tokens[position] == "(":  # a subquery: its own FROM is read on its own
            position = _closed(tokens, position)
        elif tokens[position + 1 : position + 2] == ["("]:  # a function
            position = _closed(tokens, position + 1)
        else:
            yield tokens[position].strip('"').lower()
            position += 1
        while position < len(tokens) and tokens[position].upper() not in _ENDS:  # its alias
            position += 1
        if position >= len(tokens) or tokens[position] != ",":
            return
        position += 1


def _closed(tokens: list[str], position: int) -> int:
    """Return the position behind the bracket that closes the one at a position."""
    depth = 0
    while position < len(tokens):
        depth += {"(": 1, ")": -1}.get(tokens[position], 0)
        position += 1
        if depth == 0:
            break
    return position


def tables_created(package: Package) -> set[str]:
    """Return the tables and views that a package's migrations create."""
    return {
        match[1].lower()
        for floor in package.floors
        for path in floor.glob("migrations/*.sql")
        for match in _CREATED.finditer(_NOISE.sub("''", path.read_text(encoding="utf-8")))
    }


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module with their lines; what is filled in at run time becomes a word of its own."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.JoinedStr):
            parts = (str(part.value) if isinstance(part, ast.Constant) else FILLED_IN for part in node.values)
            yield node.lineno, "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def statements(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the SQL statements written inside a module."""
    return ((line, text) for line, text in texts(path) if _STATEMENT.match(text))


@pytest.mark.parametrize(
    ("sql", "tables"),
    [
        ("SELECT a FROM member WHERE code = :code", {"member"}),
        ("SELECT a FROM member AS m JOIN application a ON a.member = m.id", {"member", "application"}),
        ("SELECT a FROM member, application WHERE 1 = 1", {"member", "application"}),
        ("INSERT INTO member (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2", {"member"}),
        ("UPDATE job SET state = 'from elsewhere' WHERE a IS DISTINCT FROM b", {"job"}),
        ("WITH due AS (SELECT id FROM job FOR UPDATE SKIP LOCKED) SELECT * FROM due", {"job"}),
        ("SELECT value FROM json_each(:ids)", set()),
        ("SELECT extract(epoch FROM at) FROM log -- FROM nowhere", {"log"}),
        ("DELETE FROM a USING b WHERE a.id = b.id", {"a", "b"}),
        ("CREATE TABLE child (parent TEXT REFERENCES parent (id) ON UPDATE CASCADE)", {"parent"}),
        ("SELECT r.id FROM record r, unnest(:ids) AS wanted ORDER BY a, b", {"record"}),
        ("SELECT 1 FROM a WHERE EXISTS (SELECT 1 FROM b) ORDER BY x, y", {"a", "b"}),
        ("INSERT INTO", set()),
        ("SELECT n FROM (SELECT n FROM a) AS inside, b x WHERE n IN (SELECT n FROM c)", {"a", "b", "c"}),
        ("SELECT n FROM a LEFT JOIN b USING (id) CROSS JOIN generate_series(1, 2)", {"a", "b"}),
    ],
)
def test_the_reader_finds_the_tables_of_a_statement(sql: str, tables: set[str]) -> None:
    assert tables_named(sql) == tables


@pytest.mark.requirement("X006", "X033", "CFR-architecture-10")
def test_a_package_names_only_tables_of_its_own_or_of_the_kernel() -> None:
    shared = tables_created(KERNEL) | SYSTEM_TABLES
    strangers = [
        f"{named(path)}: {table}"
        for package in packages()
        for path in sorted(package.folder.rglob("*.sql"))
        for table in sorted(tables_named(path.read_text(encoding="utf-8")) - tables_created(package) - shared)
    ]

    assert strangers == []


@pytest.mark.requirement("X006")
def test_statements_built_at_run_time_name_only_own_tables() -> None:
    shared = tables_created(KERNEL) | SYSTEM_TABLES
    strangers = [
        f"{named(path)}:{line}: {table}"
        for package in packages()
        for path in modules(package.folder)
        for line, text in statements(path)
        for table in sorted(tables_named(text) - tables_created(package) - shared)
    ]

    assert strangers == []


@pytest.mark.requirement("X084")
def test_sql_stands_in_stores_alone() -> None:
    misplaced = [
        f"{named(path)}:{line}"
        for package in packages()
        for path in modules(package.folder)
        if path.name != "store.py"
        for line, _ in statements(path)
    ]

    assert misplaced == []


def test_no_two_packages_create_a_table_of_the_kernel() -> None:
    taken = {package.name: sorted(tables_created(package) & tables_created(KERNEL)) for package in packages()}

    assert {name: tables for name, tables in taken.items() if tables} == {}


@pytest.mark.requirement("IM-5.1.2", "CFR-architecture-9")
def test_databases_keep_data_and_no_business_logic() -> None:
    folder = SOURCE
    made = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.sql")
        if re.search(
            r"\b(?:FUNCTION|TRIGGER|PROCEDURE|RULE)\b",
            _NOISE.sub(" ", _GUARD.sub(" ", path.read_text("utf-8"))),
            re.IGNORECASE,
        )
    }

    assert made == set()
