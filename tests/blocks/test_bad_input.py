"""Whatever arrives at any operation of a block: a refusal in the block's own shape, nothing told, nothing stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from govstack.kernel.routing import Operation
from tests.builders.hostile import JSON, Reply, World, consent_world, mediator_world, messaging_world, registries_world
from tests.databases import Databases

Make = Callable[..., AbstractAsyncContextManager[World]]
BLOCKS = [
    pytest.param(registries_world, id="registries"), pytest.param(mediator_world, id="mediator"),
    pytest.param(messaging_world, id="messaging"), pytest.param(consent_world, id="consent"),
]  # fmt: skip
# The logs of what was tried and read, which refusals enter, too.
LOGS = {
    "audit_entry", "audit_head", "message_certificate", "message_chain", "message_entry", "message_seal",
    "personal_data_access", "personal_data_read", "personal_read",
}  # fmt: skip
NEVER_SHOWN = re.compile(
    rb"Traceback|File \"|\.py\b|sqlite|asyncpg|apsw|msgspec|psycopg|SELECT |INSERT |site-packages|syntax error"
)
MEGABYTES_10 = 10_000_000
DEEP = 10_000

MALFORMED = {
    "cut": b'{"a":',
    "cut list": b"[1,",
    "no colon": b'{"a" 1}',
    "words": b"nonsense",
    "two values": b"{} {}",
    "byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "comment": b"{/* a */}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "not a number": b'{"a": NaN}',
    "infinity": b'{"a": -Infinity}',
    "half a surrogate": b'{"a": "\\ud800"}',
    "a name twice": b'{"a": 1, "a": 2}',
    "a name twice, written otherwise": b'{"a": 1, "\\u0061": 1}',
    "a name twice, deeper": b'{"a": [{"b": {"c": 1, "d": 2, "c": 1}}]}',
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "a key that is not UTF-8": b'{"\xff": 1}',
    "NUL": b'{"a": "\x00"}',
    "escaped NUL": b'{"a": "\\u0000"}',
    "NUL in a key": b'{"a\\u0000": 1}',
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep and cut": b"[" * 1_000_000,
    "empty": b"",
    "number": b"5",
    "huge number": b"1" + b"0" * 5_000,
    "truth": b"true",
    "nothing": b"null",
    "text": b'"text"',
    "list in a list": b"[[]]",
    "list of numbers": b"[5]",
}  # fmt: skip
PARTS = {
    "NUL": "%00",
    "NUL inside": "a%00b",
    "not UTF-8": "%ff%fe",
    "overlong UTF-8": "%c0%ae",
    "up": "..",
    "up, encoded": "%2e%2e",
    "up, up": "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "up, Windows": "..%5c..%5cwin.ini",
    "very long": "a" * 6_000,
    "line end": "a%0d%0aSet-Cookie:%20x=1",
    "SQL": "x'%20OR%201=1;%20DROP%20TABLE%20record;--",
    "template": "%7B%7B7*7%7D%7D",
    "bomb": "(a%2B)%2B%24",
    "blank": "%20",
    "huge number": "9" * 40,
    "32 bits": "2147483647",
    "more than 32 bits": "9999999999",
    "below zero": "-1",
    "not a number": "NaN",
    "infinite": "1e400",
    "other digits": "%D9%A1%C2%B2",
    "face": "%F0%9F%98%80",
    "half a surrogate": "%ed%a0%80",
    "percent": "%",
    "percent, not hexadecimal": "%zz",
}  # fmt: skip
PAGE_PARTS = ("NUL", "not UTF-8", "up, up", "SQL", "template", "huge number", "32 bits", "more than 32 bits")
REFUSED_PARTS = ("NUL", "NUL inside", "not UTF-8", "overlong UTF-8", "half a surrogate")
HEADERS = {
    "NUL": b"\x00",
    "not ASCII": b"\xff\xfe\xe9",
    "line end": b"a\r\nX-Forged: 1",
    "brackets": b"{{7*7}}<script>",
    "SQL": b"' OR 1=1; --",
    "huge number": b"9" * 40,
    "other digits": "²".encode("latin-1"),
    "many slashes": b"/" * 3_000,
    "blank": b"",
    "commas": b"," * 3_000,
}  # fmt: skip
PAGE_HEADERS = [(what, HEADERS[what]) for what in ("NUL", "not ASCII", "brackets")]
COMMON_HEADERS = (
    "authorization", "content-type", "accept", "accept-language", "cookie", "if-match", "idempotency-key",
    "x-correlation-id", "traceparent", "information-mediator-client", "x-govstack-client", "range",
)  # fmt: skip
# Names that a query's shape leaves open.
EXTRA_QUERIES = {
    "list": ("query.FirstName", "query.Income[from]", "query.BirthDate[to]", "query.FirstName[starts]"),
    "recordsPage": ("query.FirstName", "query.Income[from]", "lang"),
}  # fmt: skip


def operations_of(world: World, *kinds: str) -> Iterator[tuple[Operation, str]]:
    """Yield the operations of a block that are of some kinds, each with its prefix."""
    manifest = world.bench.running.manifest
    for operation in manifest.api.operations:
        if operation.kind in kinds:
            yield operation, manifest.api_prefix
    conformance = world.bench.context.settings.profile == "conformance"
    further = [manifest.pages, manifest.dialect if conformance else None]
    for routes in further:
        for operation in routes.operations if routes else ():
            if operation.kind in kinds:
                yield operation, ""


def parts_for(operation: Operation) -> list[tuple[str, str]]:
    """Return what is sent as a part of an address; pages take turns less, for they rest on the same services."""
    return [(what, part) for what, part in PARTS.items() if operation.kind != "page" or what in PAGE_PARTS]


def objection(operation: Operation, reply: Reply, *, refused: bool) -> str:
    """Return what is wrong with an answer to bad input; nothing when it is as it should be."""
    if reply.status >= 500:
        return f"{reply.status} {reply.content[:200]!r}"
    if refused and reply.status < 400:
        return f"{reply.status}: taken"
    if reply.status < 400:
        return ""
    if NEVER_SHOWN.search(reply.content):
        return f"tells too much: {reply.content[:300]!r}"
    if operation.kind in {"page", "form"}:
        return "" if reply.media_type == "text/html" else f"{reply.media_type} instead of a page"
    if reply.media_type != "application/json":
        return f"{reply.status}: {reply.media_type!r} instead of JSON"
    value = reply.json()
    if isinstance(value, str):
        return "" if operation.error_body is not None and value else f"a text: {value!r}"
    shaped = isinstance(value, dict) and isinstance(value.get("detail"), str) and value["detail"]
    return "" if shaped else f"not the block's shape: {value!r}"


class Walk:
    """Sends bad input to one operation after the other, and remembers what went wrong."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sent = 0
        self.wrong: list[str] = []

    async def send(
        self,
        operation: Operation,
        target: str,
        what: str,
        *headers: tuple[bytes, bytes],
        refused: bool = True,
        **rest: Any,
    ) -> Reply:
        """Send one request as the administrator and look at the answer."""
        method = "POST" if operation.method == "*" else operation.method
        changed = {name for name, _ in headers}
        known = (
            (*self.world.session, (b"accept", b"text/html"))
            if operation.kind in {"page", "form"}
            else self.world.administrator
        )
        caller = [pair for pair in known if pair[0] not in changed]
        reply = await self.world.send(method, target, [*caller, *headers], **rest)
        self.sent += 1
        problem = objection(operation, reply, refused=refused)
        if problem:
            self.wrong.append(f"{method} {operation.path} ({what}): {problem}")
        return reply

    async def stored(self, before: dict[str, int]) -> dict[str, int]:
        """Return the tables that have other rows than before, but for the logs."""
        after = await self.world.contents()
        return {name: after[name] - before[name] for name in after if name not in LOGS and after[name] != before[name]}


def with_body(world: World) -> list[tuple[Operation, str]]:
    """Return the operations that read a body of JSON."""
    return [(one, prefix) for one, prefix in operations_of(world, "api") if one.body is not None]


@pytest.mark.requirement("X017", "X055", "X214", "CFR-architecture-18")
@pytest.mark.parametrize("make", BLOCKS)
async def test_a_body_that_is_not_what_it_should_be_is_refused_and_nothing_is_stored(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        walk, before = Walk(world), await world.contents()
        for operation, prefix in with_body(world):
            target = world.address(operation, prefix)
            for what, body in MALFORMED.items():
                await walk.send(operation, target, what, JSON, body=body)
                await walk.send(operation, target, f"{what}, in chunks", JSON, chunks=[body[:1], body[1:]])

        assert walk.sent > (1_500 if world.large else 100)
        assert not walk.wrong, "\n".join(walk.wrong)
        assert await walk.stored(before) == {}


@pytest.mark.requirement("X017", "X214")
@pytest.mark.parametrize("make", BLOCKS)
async def test_a_body_that_is_too_large_or_of_another_kind_is_refused_unread(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    piece = b'"' + b"a" * 99_999
    many = [piece] * (MEGABYTES_10 // len(piece) + 1)
    async with make(sqlite_databases, tmp_path) as world:
        walk, before = Walk(world), await world.contents()
        for operation, prefix in with_body(world):
            target = world.address(operation, prefix)
            large = await walk.send(operation, target, "large", JSON, body=b"".join(many))
            endless = await walk.send(operation, target, "large, in chunks", JSON, chunks=many)
            assert (large.status, endless.status) == (413, 413), operation
            for length in (b"abc", b"-1", b"9" * 30, b"1e3", b"0x10", b"+1", "\u00b2".encode("latin-1")):
                await walk.send(
                    operation, target, f"length {length!r}", JSON, (b"content-length", length), chunks=[b"{}"]
                )
            for media in ("application/xml", "text/plain", "image/png", "nonsense", "application/json; charset=utf-16"):
                await walk.send(operation, target, media, (b"content-type", media.encode()), body=b"{}")

        assert not walk.wrong, "\n".join(walk.wrong)
        assert await walk.stored(before) == {}


# Making a key is naming it in an address, without a body: any name that a key can have makes one.
MADE_BY_AN_ADDRESS = frozenset({"sender_key"})


@pytest.mark.requirement("X017", "X055", "SD-5")
@pytest.mark.parametrize("make", BLOCKS)
async def test_no_part_of_an_address_breaks_an_operation(
    make: Make, postgres_databases: Databases, tmp_path: Path
) -> None:
    async with make(postgres_databases, tmp_path) as world:
        walk, before = Walk(world), await world.contents()
        for operation, prefix in operations_of(world, "api", "raw", "page"):
            for name in re.findall(r"\{(\w+)\*?\}", operation.path):
                for what, part in parts_for(operation):
                    target = world.address(operation, prefix, **{name: part})
                    await walk.send(operation, target, f"{name}: {what}", refused=what in REFUSED_PARTS)

        assert walk.sent > (1_000 if world.large else 50)
        assert not walk.wrong, "\n".join(walk.wrong)
        assert set(await walk.stored(before)) <= MADE_BY_AN_ADDRESS


@pytest.mark.requirement("SD-5")
@pytest.mark.parametrize("make", BLOCKS)
async def test_an_address_that_is_not_quite_an_operations_is_not_it(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        walk = Walk(world)
        for operation, prefix in operations_of(world, "api"):
            target = world.address(operation, prefix)
            await walk.send(operation, f"/{target}", "two slashes", body=b"{}")
            await walk.send(operation, f"{target}/", "a slash behind", body=b"{}", refused="/r1/" not in target)
            await walk.send(operation, f"/..{target}", "up", body=b"{}")
            await walk.send(operation, f"/%2e%2e{target}", "up, encoded", body=b"{}")
            await walk.send(operation, target + "/x" * 3_000, "very deep", body=b"{}", refused="/r1/" not in target)

        assert not walk.wrong, "\n".join(walk.wrong)


@pytest.mark.requirement("X017", "SD-3")
@pytest.mark.parametrize("make", BLOCKS)
async def test_no_query_breaks_an_operation(make: Make, postgres_databases: Databases, tmp_path: Path) -> None:
    async with make(postgres_databases, tmp_path) as world:
        walk, before = Walk(world), await world.contents()
        for operation, prefix in operations_of(world, "api", "page"):
            if operation.method != "GET":
                continue
            target = world.address(operation, prefix)
            for what, query in (
                ("too long", "a=" + "x" * 20_000),
                ("too many", "&".join(f"a{n}=1" for n in range(300))),
                ("NUL", "a=%00"),
                ("not UTF-8", "a=%ff"),
                ("NUL in a name", "%00=a"),
            ):
                await walk.send(operation, f"{target}?{query}", what)
            names = [field.encode_name for field in msgspec.structs.fields(operation.query)]
            for name in [*names, *EXTRA_QUERIES.get(operation.operation_id, ())]:
                for what, part in parts_for(operation):
                    refused = what in REFUSED_PARTS
                    await walk.send(operation, f"{target}?{name}={part}", f"{name}: {what}", refused=refused)

        assert walk.sent > (1_000 if world.large else 50)
        assert not walk.wrong, "\n".join(walk.wrong)
        assert await walk.stored(before) == {}


@pytest.mark.requirement("X017", "X078", "X214")
@pytest.mark.parametrize("make", BLOCKS)
async def test_no_header_breaks_an_operation_or_comes_back(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        walk = Walk(world)
        for operation, prefix in operations_of(world, "api", "page"):
            if operation.method != "GET":
                continue
            target = world.address(operation, prefix)
            names = {*COMMON_HEADERS, *(name.lower() for name in operation.headers)}
            for name in sorted(names):
                for what, value in HEADERS.items() if operation.kind == "api" else PAGE_HEADERS:
                    reply = await walk.send(operation, target, f"{name}: {what}", (name.encode(), value), refused=False)
                    assert not any(b"\r" in text or b"\n" in text or b"<script" in text for _, text in reply.headers)
            long = await walk.send(operation, target, "long header", (b"x-long", b"a" * 40_000))
            assert long.status == 431, operation

        assert not walk.wrong, "\n".join(walk.wrong)
