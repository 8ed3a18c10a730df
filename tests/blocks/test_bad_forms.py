"""Whatever is sent to any form of a block's pages: a page that says what is wrong, nothing told, nothing stored."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_from_bytes

import pytest

from govstack.blocks.identity.manifest import MANIFEST as IDENTITY
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.importing import service as importing
from govstack.blocks.registries.sharing import service as sharing
from govstack.blocks.registries.sharing.model import Scope, Wish
from govstack.host.compose import SESSION_KEYS
from govstack.kernel import crypto, sessions
from govstack.kernel.actor import Actor
from govstack.kernel.forms import MARK
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Operation
from govstack.kernel.sheets import Format
from govstack.kernel.wire import FORM_FIELDS_MAX
from govstack.pillars.sandbox.manifest import MANIFEST as SANDBOX
from tests.blocks.test_bad_input import Make, Walk, operations_of
from tests.builders.hostile import (
    REGISTRIES_SCOPES,
    World,
    consent_world,
    mediator_world,
    messaging_world,
    registries_world,
    session,
)
from tests.builders.running import SECRET, bench
from tests.databases import Databases

VISIT = "visit-of-a-test"
FORM = (b"content-type", b"application/x-www-form-urlencoded")
BOUNDARY = "x-boundary-x"
MULTIPART = (b"content-type", f"multipart/form-data; boundary={BOUNDARY}".encode())
BYTES = 70 << 20
FORMS = re.compile(r"<form[^>]*method=\"post\"[^>]*>.*?</form>", re.DOTALL)
# What a field is filled with, and whether it must be refused whatever the field.
VALUES = {
    "nothing": b"",
    "blanks": b"   ",
    "very long": b"a" * 60_000,
    "a word": b"nonsense",
    "brackets": b"<script>{{7*7}}</script>",
    "SQL": b"' OR 1=1; DROP TABLE record;--",
    "below zero": b"-1",
    "a huge number": b"9" * 40,
    "not a number": b"NaN",
    "infinite": b"1e400",
    "other digits": "\u0661\u00b2".encode(),
    "a list": b"[1,{}]",
    "deep": b"[" * 2_000,
    "line ends": b"a\r\nSet-Cookie: x=1",
    "up": b"../../etc/passwd",
    "face": "\U0001f600\u202e".encode(),
}  # fmt: skip
REFUSED_VALUES = {"NUL": b"a\x00b", "not UTF-8": b"\xff\xfe", "half a surrogate": b"\xed\xa0\x80"}


@asynccontextmanager
async def registries_with_more(databases: Databases, folder: Path) -> AsyncIterator[World]:
    """Digital Registries as others attack it, with a file on its way in and a link."""
    async with registries_world(databases, folder) as world:
        context, by = world.bench.context, Actor("person", "administrator", scopes=frozenset(REGISTRIES_SCOPES.split()))
        people = await design.published(context, code="people", version="latest")

        async def content() -> AsyncIterator[bytes]:
            yield b"ID;FirstName\nEE7;Zo\n"

        brought = await importing.start(context, by=by, registry=people, kind=Format.CSV, content=content())
        made = await sharing.make(context, by=by, registry=people, wish=Wish("Names", Scope(("/FirstName",))))
        more = {"importId": brought.id, "share": made.share.id, "token": made.token, "number": "1", "place": "new"}
        world.values = {**world.values, **more, "act": "archive", "grant": "default"}
        yield world


@asynccontextmanager
async def mediator_with_more(databases: Databases, folder: Path) -> AsyncIterator[World]:
    """An information mediator as others attack it, with addresses that lead somewhere."""
    async with mediator_world(databases, folder) as world:
        client = {"clientClass": "GOV", "clientMember": "7001", "clientCode": "registry", "client": "registry"}
        world.values = {**world.values, **client, "number": "1", "decision": "remove", "state": "GRANTED"}
        yield world


@asynccontextmanager
async def identity_world(databases: Databases, folder: Path) -> AsyncIterator[World]:
    """The provider of a sandbox; published scopes have no prefix of a package."""
    yield await _alone(IDENTITY, databases, folder, "identity:*", "add_oidc_client", "update_oidc_client")


@asynccontextmanager
async def sandbox_world(databases: Databases, folder: Path) -> AsyncIterator[World]:
    """The sandbox alone, with nothing behind it."""
    yield await _alone(SANDBOX, databases, folder, "sandbox:*")


async def _alone(manifest: Manifest, databases: Databases, folder: Path, *scopes: str) -> World:
    database = await databases.migrated(manifest.name, manifest.root / "migrations")
    running = bench(manifest, database, DATA_DIR=str(folder), PROFILE="sandbox")
    return World(running, (), session(running, *scopes), {"service_id": "usct"}, {})


WORLDS = [
    pytest.param(registries_with_more, id="registries"), pytest.param(mediator_with_more, id="mediator"),
    pytest.param(messaging_world, id="messaging"),
    pytest.param(identity_world, id="identity"), pytest.param(sandbox_world, id="sandbox"),
    pytest.param(consent_world, id="consent"),
]  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """A form as a page shows it: where it is sent, and what its fields hold."""

    operation: Operation
    target: str
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        """Return the names of the fields that people fill in, and of those that come along for them."""
        return list(dict.fromkeys(name for name, _value in self.fields))

    def filled(self, token: str, **changed: bytes) -> bytes:
        """Return the form as a browser sends it, with fields filled in otherwise."""
        pairs = [(name, value.encode()) for name, value in self.fields if name not in changed]
        pairs += [("csrf_token", token.encode()), *changed.items()]
        return "&".join(
            f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}" for name, value in pairs
        ).encode()


class Clerk(Walk):
    """Sends forms as somebody who is signed in and has been here before."""

    def __init__(self, world: World) -> None:
        known = dict(world.session).get(b"cookie", b"")
        world.session = ((b"cookie", known + f"; {sessions.VISIT_COOKIE}={VISIT}".encode()),)
        super().__init__(world)
        self._sessions = sessions.Sessions(crypto.Keyring(SECRET, package=SESSION_KEYS), secure=False)
        actor, _facts = self._sessions.actor(sessions.parse_cookies(dict(world.session)[b"cookie"].decode()))
        self.token = self._sessions.form_token(VISIT, actor or Actor("anonymous", "anonymous"))
        self.foreign = self._sessions.form_token(VISIT, Actor("person", "somebody-else"))

    async def sheets(self) -> list[Sheet]:
        """Return every form: with the fields of the page that shows it, or with none where no page does."""
        shown: dict[str, tuple[tuple[str, str], ...]] = {}
        for operation, prefix in operations_of(self.world, "page"):
            reply = await self.world.send("GET", self.world.address(operation, prefix), self.world.session)
            for form in FORMS.findall(reply.content.decode(errors="replace")):
                action = html.unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
                shown.setdefault(action.partition("?")[0], tuple(fields_of(form)))
        found = []
        for operation, prefix in operations_of(self.world, "form"):
            target = self.world.address(operation, prefix)
            found.append(Sheet(operation, target, shown.get(target, ())))
        return found


def fields_of(form: str) -> Iterator[tuple[str, str]]:
    """Yield the names and values that a form holds as it is shown."""
    for tag, inside in re.findall(r"(<(?:input|textarea|select)\b[^>]*>)([^<]*)", form):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and name[1] not in {"csrf_token", MARK}:
            yield html.unescape(name[1]), html.unescape(value[1] if value else inside.strip())
    for name, value in re.findall(r'<button[^>]* name="([^"]*)" value="([^"]*)"', form)[:1]:
        yield html.unescape(name), html.unescape(value)


def part(name: str, value: bytes, *, file: str = "", kind: str = "") -> bytes:
    """Return one part of a multipart body."""
    head = f'Content-Disposition: form-data; name="{name}"' + (f'; filename="{file}"' if file else "")
    head += f"\r\nContent-Type: {kind}" if kind else ""
    return f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()
LINE = f"--{BOUNDARY}\r\n".encode()


def urlencoded(one: Sheet, token: str) -> dict[str, bytes]:
    """Return bodies of fields that no form may be sent as; each carries the right token, but for the first."""
    good = one.filled(token)
    return {
        "empty": b"",
        "NUL": one.filled(token, what=REFUSED_VALUES["NUL"]),
        "not UTF-8": one.filled(token, what=REFUSED_VALUES["not UTF-8"]),
        "half a surrogate": one.filled(token, what=REFUSED_VALUES["half a surrogate"]),
        "NUL in a name": good + b"&a%00b=1",
        "a name that is not UTF-8": good + b"&%ff=1",
        "raw bytes": good + b"&what=\xff\xfe",
        "raw NUL": good + b"&what=\x00",
        "UTF-16": good.decode().encode("utf-16"),
        "too many": good + b"&a=1" * FORM_FIELDS_MAX,
        "token broken off": good[: -len(token) // 2],
        "token twice": good + b"&csrf_token=x",
        "words": b"nonsense",
        "signs": b"&&&===%%%",
        "JSON": b'{"csrf_token": 1}',
    }


def multipart(one: Sheet, token: str) -> dict[str, bytes]:
    """Return multipart bodies that no form may be sent as."""
    proof = part("csrf_token", token.encode())
    return {
        "empty": b"",
        "words": b"nonsense",
        "no end": part("a", b"1"),
        "another boundary": (proof + END).replace(BOUNDARY.encode(), b"y-boundary-y"),
        "cut in a head": proof + LINE + b"Content-Dispo",
        "no name": proof + LINE + b"Content-Disposition: form-data\r\n\r\n1\r\n" + END,
        "no disposition": proof + LINE + b"\r\n1\r\n" + END,
        "no such head": proof + LINE + b"\x00\xff: \xff\r\n\r\n1\r\n" + END,
        "a name that is not UTF-8": proof
        + LINE
        + b'Content-Disposition: form-data; name="\xff\xfe"\r\n\r\n1\r\n'
        + END,
        "NUL in a name": proof + part("a\x00b", b"1") + END,
        "NUL": proof + part("a", b"\x00") + END,
        "not UTF-8": proof + part("a", b"\xff\xfe") + END,
        "UTF-16": proof + part("_charset_", b"utf-16") + part("a", b"\xd8\x00\xd8") + END,
        "too many": proof + part("a", b"1") * (FORM_FIELDS_MAX + 1) + END,
        "too many files": proof + part("file", b"1", file="a") * 30 + END,
        "a long head": proof + LINE + b"X: " + b"a" * 100_000 + b"\r\n\r\n1\r\n" + END,
        "many heads": proof + LINE + b"X: a\r\n" * 5_000 + b"\r\n1\r\n" + END,
    }


@pytest.mark.requirement("X017", "X055", "X214")
@pytest.mark.parametrize("make", WORLDS)
async def test_a_form_that_is_not_what_it_should_be_is_refused_and_nothing_is_stored(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        clerk, before = Clerk(world), await world.contents()
        for one in await clerk.sheets():
            for what, body in urlencoded(one, clerk.token).items():
                await clerk.send(one.operation, one.target, what, FORM, body=body)
            for what, body in multipart(one, clerk.token).items():
                await clerk.send(one.operation, one.target, f"multipart, {what}", MULTIPART, body=body)
            for media in (
                b"multipart/form-data",
                b"multipart/form-data; boundary=",
                b"multipart/form-data; boundary=\xff",
            ):
                await clerk.send(one.operation, one.target, f"{media!r}", (b"content-type", media), body=END)
            for media in (b"application/json", b"text/plain", b"nonsense", b"", b"application/xml; charset=utf-16"):
                header = (b"content-type", media)
                await clerk.send(one.operation, one.target, f"{media!r}", header, body=one.filled(clerk.token))
            for token in ("", "x", clerk.foreign, "0" * 64, "²"):
                await clerk.send(one.operation, one.target, f"token {token}", FORM, body=one.filled(token))
            endless = [b"a=" + b"a" * 99_998] * (BYTES // 100_000 + 1)
            large = await clerk.send(one.operation, one.target, "large", FORM, chunks=endless)
            assert large.status == 413, one.operation

        assert clerk.sent > 80
        assert not clerk.wrong, "\n".join(clerk.wrong)
        assert await clerk.stored(before) == {}


def odd(one: Sheet, token: str, name: str) -> list[tuple[str, tuple[bytes, bytes], bytes]]:
    """Return a form in which one field comes in another way than the page sends it."""
    twice = one.filled(token) + f"&{quote(name)}=1&{quote(name)}=%zz&{quote(name)}[]=1".encode()
    missing = Sheet(one.operation, one.target, tuple(pair for pair in one.fields if pair[0] != name)).filled(token)
    file = part("csrf_token", token.encode()) + part(name, b"\x00\xff", file="..%5ca.csv", kind="text/html") + END
    return [("twice", FORM, twice), ("missing", FORM, missing), ("a file", MULTIPART, file)]


@pytest.mark.requirement("X017", "X055")
@pytest.mark.parametrize("make", WORLDS)
async def test_no_value_of_a_field_breaks_a_form(make: Make, sqlite_databases: Databases, tmp_path: Path) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        clerk, turn = Clerk(world), 0
        for one in await clerk.sheets():
            names = one.names or ["step"]
            bare = Sheet(one.operation, one.target, ()).filled(clerk.token)
            await clerk.send(one.operation, one.target, "nothing but its token", FORM, body=bare, refused=False)
            # Whole forms and single fields take turns with the values, so that the walk stays short.
            for what, value in [*VALUES.items()][turn % 2 :: 2]:
                body = one.filled(clerk.token, **dict.fromkeys(names, value))
                await clerk.send(one.operation, one.target, f"all: {what}", FORM, body=body, refused=False)
            for name in names:
                turn += 1
                what, value = [*VALUES.items()][turn % len(VALUES)]
                body = one.filled(clerk.token, **{name: value})
                await clerk.send(one.operation, one.target, f"{name}: {what}", FORM, body=body, refused=False)
                what, media, body = odd(one, clerk.token, name)[turn % 3]
                await clerk.send(one.operation, one.target, f"{name}: {what}", media, body=body, refused=False)

        assert clerk.sent > 15
        assert not clerk.wrong, "\n".join(clerk.wrong)
