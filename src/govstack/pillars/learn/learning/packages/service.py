"""Use cases of packages: receive, unpack, serve apart, keep what content tells, and play it back."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterable, AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from zipfile import ZipFile, ZipInfo

import msgspec

from govstack.kernel import audit, clock, crypto, events, ids, jobs
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest
from govstack.kernel.rules import WEB
from govstack.kernel.settings import Setting
from govstack.kernel.sheets import PIECE_BYTES, Pieces
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.learning.packages import store
from govstack.pillars.learn.learning.packages.errors import (
    PackageNotReady,
    PackageTooLarge,
    TicketOver,
    TooManyValues,
    UnknownPackage,
)
from govstack.pillars.learn.learning.packages.model import (
    ELEMENT_CHARACTERS_MAX,
    PACKAGE_BYTES_MAX,
    READ_AT_ONCE_BYTES_MAX,
    VALUE_CHARACTERS_MAX,
    VALUES_AT_ONCE_MAX,
    VALUES_MAX,
    Attempt,
    Package,
    Standing,
    State,
    Status,
    Ticket,
    Value,
    given,
    replayed,
)
from govstack.pillars.learn.learning.players import service as players
from govstack.pillars.learn.learning.players.model import page
from govstack.pillars.learn.learning.unpacking.errors import UnsafePackage
from govstack.pillars.learn.learning.unpacking.model import (
    MANIFEST_BYTES_MAX,
    MANIFEST_TOO_LARGE,
    PART_BYTES,
    Found,
    Item,
    Kind,
    Member,
    alone,
    looked_into,
    opened,
    parts_of,
    single_file,
)
from govstack.pillars.learn.people import service as people

UNPACK = "learn.unpack-package"
CONTENT_URL = "LEARN_CONTENT_URL"
SETTINGS = (
    Setting(
        CONTENT_URL,
        "",
        "Address of this pillar by another host name, from which packages are served; empty means in a sandbox",
        WEB,
    ),
)
DONE = "learn.package.done"
PURPOSE = "package-value"
TICKET = "package-ticket"
TICKET_LASTS = timedelta(hours=12)
FETCH_SECONDS_MAX = 30
SCRIPT_PATH = "_govstack/api.js"


@dataclass(frozen=True, slots=True)
class Opened:
    """A part that a learner opened: what it is, and the ticket of its address."""

    package: Package
    item: Item
    attempt: Attempt
    ticket: str


async def receive(context: Context, *, by: Actor, name: str, content: AsyncIterable[bytes]) -> Package:
    """Receive a package; a small one is unpacked at once, another as durable work. Raises PackageTooLarge."""
    package_id = ids.new_id()
    async with context.database.transaction() as tx:
        await store.add(tx, package_id, name=name[:200], made_by=by.id, created_at=clock.timestamp())
    try:
        size, digest = await _kept(context, package_id, content)
    except BaseException:
        async with context.database.transaction() as tx:
            await store.drop(tx, package_id)
        raise
    async with context.database.transaction() as tx:
        await store.received(tx, package_id, byte_count=size, digest=digest)
        await audit.record(
            tx, by=by, action="learn.package.received", subject=f"package/{package_id}", detail={"bytes": size}
        )
        if size > READ_AT_ONCE_BYTES_MAX:
            await jobs.enqueue(tx, UNPACK, {"package": package_id}, key=package_id)
    if size <= READ_AT_ONCE_BYTES_MAX:
        await unpack(context, package_id=package_id)
    return await _found(context, package_id)


async def _kept(context: Context, package_id: str, content: AsyncIterable[bytes]) -> tuple[int, str]:
    held, size, number, digest = bytearray(), 0, 0, hashlib.sha256()
    async for part in content:
        held += part
        size += len(part)
        digest.update(part)
        if size > PACKAGE_BYTES_MAX:
            raise PackageTooLarge
        while len(held) >= PIECE_BYTES:
            await _keep_piece(context, package_id, number, bytes(held[:PIECE_BYTES]))
            del held[:PIECE_BYTES]
            number += 1
    if not size:
        raise BadRequest("The file is empty.")
    if held:
        await _keep_piece(context, package_id, number, bytes(held))
    return size, digest.hexdigest()


async def _keep_piece(context: Context, package_id: str, number: int, content: bytes) -> None:
    async with context.database.transaction() as tx:
        await store.add_piece(tx, package_id, number, content)


async def unpack(context: Context, *, package_id: str) -> None:
    """Unpack what was received; run again, it begins anew. What is wrong with a package is kept with it."""
    run = ids.new_id()
    async with context.database.transaction() as tx:
        one = await store.by_id(tx, package_id)
        if one is None or not await store.take_over(tx, package_id, run):
            return
    try:
        whole = await _unpacked(context, one, run)
    except BadRequest as problem:
        await _finish(context, package_id, run, State.FAILED, problem.detail)
        return
    if whole:
        await _finish(context, package_id, run, State.READY, "")


async def _finish(context: Context, package_id: str, run: str, state: State, fault: str) -> None:
    async with context.database.transaction() as tx:
        if await store.finish(tx, package_id, run, state=state, fault=fault):
            action = f"learn.package.{state.value}"
            await audit.record(tx, by=SYSTEM, action=action, subject=f"package/{package_id}")


async def _unpacked(context: Context, one: Package, run: str) -> bool:
    """Unpack file after file; false when another run took the work over."""
    loop = asyncio.get_running_loop()

    def fetch(number: int) -> bytes:
        return asyncio.run_coroutine_threadsafe(_piece(context, one.id, number), loop).result(FETCH_SECONDS_MAX)

    head = await _piece(context, one.id, 0)
    kind = single_file(head, name=one.name)
    if kind is not None:
        return await _single(
            context, one, run, await asyncio.to_thread(alone, kind, head, name=one.name, size=one.byte_count)
        )
    # Archives are read in a thread, which fetches piece after piece from here: none is ever whole in memory.
    stream = io.BufferedReader(Pieces(one.byte_count, fetch))
    archive, files = await asyncio.to_thread(opened, stream)
    found = await asyncio.to_thread(looked_into, archive, files, name=one.name)
    async with context.database.transaction() as tx:
        if not await store.known(tx, one.id, run, found):
            return False
    for done, member in enumerate(found.members, start=1):
        if not await _file(context, one.id, run, archive, files[member.path], member, done):
            return False
    return True


async def _file(  # noqa: PLR0917
    context: Context, package_id: str, run: str, archive: ZipFile, entry: ZipInfo, member: Member, done: int
) -> bool:
    parts, number, size = parts_of(archive, entry), 0, 0
    while part := await asyncio.to_thread(_next, parts):
        async with context.database.transaction() as tx:
            await store.put_part(tx, package_id, member.path, number, part)
        number, size = number + 1, size + len(part)
    async with context.database.transaction() as tx:
        await store.put_file(tx, package_id, member, size)
        return await store.advance(tx, package_id, run, done)


def _next(parts: Iterator[bytes]) -> bytes:
    return next(parts, b"")


async def _single(context: Context, one: Package, run: str, found: Found) -> bool:
    (member,) = found.members
    async with context.database.transaction() as tx:
        if not await store.known(tx, one.id, run, found):
            return False
    for number in range(-(-one.byte_count // PIECE_BYTES)):
        content = await _piece(context, one.id, number)
        async with context.database.transaction() as tx:
            await store.put_part(tx, one.id, member.path, number, content)
    async with context.database.transaction() as tx:
        await store.put_file(tx, one.id, member, one.byte_count)
        return await store.advance(tx, one.id, run, 1)


async def _piece(context: Context, package_id: str, number: int) -> bytes:
    async with context.database.reading(one_statement=True) as tx:
        return await store.piece(tx, package_id, number) or b""


async def _found(context: Context, package_id: str) -> Package:
    async with context.database.reading(one_statement=True) as tx:
        one = await store.by_id(tx, package_id)
    if one is None:
        raise UnknownPackage
    return one


async def read(context: Context, *, by: Actor, package_id: str) -> Package:
    """Return a package; one that no course offers is for those who teach. Raises UnknownPackage."""
    one = await _found(context, package_id)
    if not one.offered and not _teaches(by):
        raise UnknownPackage
    return one


async def listed(context: Context, *, before: str = "", limit: int = 50) -> list[Package]:
    """Return packages, the newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(tx, before=before, limit=limit)


async def offer(context: Context, *, by: Actor, package_id: str) -> Package:
    """Let learners open a package, as a course does that is published. Raises UnknownPackage, PackageNotReady."""
    one = await _found(context, package_id)
    if one.state is not State.READY:
        raise PackageNotReady
    async with context.database.transaction() as tx:
        if await store.offer(tx, package_id):
            await audit.record(tx, by=by, action="learn.package.offered", subject=f"package/{package_id}")
    return one


async def original(context: Context, *, by: Actor, package_id: str) -> Package:
    """Return a package whose file may be handed out whole; raises UnknownPackage, PackageNotReady."""
    one = await read(context, by=by, package_id=package_id)
    if one.state in {State.RECEIVING, State.FAILED}:
        raise PackageNotReady
    return one


async def original_bytes(context: Context, one: Package, first: int, last: int) -> AsyncIterator[bytes]:
    """Yield a stretch of the file that was sent."""
    for number in range(first // PIECE_BYTES, last // PIECE_BYTES + 1):
        yield _cut(await _piece(context, one.id, number), number * PIECE_BYTES, first, last)


def _cut(content: bytes, begins: int, first: int, last: int) -> bytes:
    return content[max(0, first - begins) : last + 1 - begins]


async def open_item(context: Context, *, by: Actor, package_id: str, item_id: str) -> Opened:
    """Open a part for whoever signed in; what they did there before is kept. Raises UnknownPackage, PackageNotReady."""
    one = await read(context, by=by, package_id=package_id)
    item = one.item(item_id)
    if one.state is not State.READY:
        raise PackageNotReady
    if item is None or not players.plays(context, one.kind):
        raise UnknownPackage
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        await people.hold(tx, me.id)
        attempt = await store.open_attempt(
            tx, attempt_id=ids.new_id(), package_id=one.id, item_id=item.id, learner_id=me.id, at=clock.timestamp()
        )
    until = clock.timestamp(clock.now() + TICKET_LASTS)
    ticket = Ticket(one.id, item.id, attempt.id, ids.new_id(), until)
    sealed = context.keys.seal(TICKET, msgspec.json.encode(ticket))
    return Opened(one, item, attempt, crypto.to_base64url(sealed))


async def open_for(
    context: Context, tx: Transaction, *, package_id: str, item_id: str, path: str, learner_id: str, until: str
) -> str:
    """Return the address at which a learner opens a part that another room launches; that room looked who may.

    Raises UnknownPackage and PackageNotReady.
    """
    one = await store.by_id(tx, package_id)
    if one is None or one.item(item_id) is None:
        raise UnknownPackage
    if one.state is not State.READY:
        raise PackageNotReady
    attempt = await store.open_attempt(
        tx, attempt_id=ids.new_id(), package_id=one.id, item_id=item_id, learner_id=learner_id, at=clock.timestamp()
    )
    ticket = Ticket(one.id, item_id, attempt.id, ids.new_id(), until)
    sealed = crypto.to_base64url(context.keys.seal(TICKET, msgspec.json.encode(ticket)))
    return f"{content_origin(context)}/content/{sealed}/{path}"


def content_origin(context: Context) -> str:
    """Return the address of this pillar from which packages are served."""
    return context.settings.text(CONTENT_URL).rstrip("/") or context.public_url


async def done_elsewhere(tx: Transaction, *, package_id: str, item_id: str, learner_id: str) -> None:
    """Note that a learner is done with a part, as the room says that launched it."""
    attempt = await store.open_attempt(
        tx, attempt_id=ids.new_id(), package_id=package_id, item_id=item_id, learner_id=learner_id, at=clock.timestamp()
    )
    await _stand(tx, attempt.id, Standing({}, Status.COMPLETED, attempt.score, 0, resumes=False))


async def _tell_done(tx: Transaction, attempt: Attempt) -> None:
    data = {"packageId": attempt.package_id, "itemId": attempt.item_id, "learnerId": attempt.learner_id}
    await events.publish(tx, type=DONE, subject=f"package/{attempt.package_id}", data=data)


def ticket_of(context: Context, text: str) -> Ticket:
    """Return what a ticket says; raises TicketOver for one that has ended or was changed."""
    try:
        found = msgspec.json.decode(context.keys.open(TICKET, crypto.from_base64url(text)), type=Ticket)
    except (crypto.SealBroken, ValueError, msgspec.MsgspecError) as error:
        raise TicketOver from error
    if found.until < clock.timestamp():
        raise TicketOver
    return found


async def manifest(context: Context, one: Package, path: str) -> bytes:
    """Return the file that says what a package holds; raises UnknownPackage, and UnsafePackage for one too large."""
    async with context.database.reading() as tx:
        found = await store.file(tx, one.id, path)
        if found is None:
            raise UnknownPackage
        if found[1] > MANIFEST_BYTES_MAX:
            raise UnsafePackage(MANIFEST_TOO_LARGE)
        numbers = range(-(-found[1] // PART_BYTES))
        return b"".join([await store.part(tx, one.id, path, number) for number in numbers])


async def file(context: Context, ticket: Ticket, path: str) -> tuple[str, int]:
    """Return type and size of a file of the package that a ticket opens; raises UnknownPackage."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.file(tx, ticket.package_id, path)
    if found is None:
        raise UnknownPackage
    return found


async def player(context: Context, ticket: Ticket) -> bytes:
    """Return the page in which an H5P package is played; raises UnknownPackage."""
    one = await _found(context, ticket.package_id)
    if one.kind != Kind.H5P or not players.plays(context, one.kind):
        raise UnknownPackage
    return page(title=one.title or one.name, api=SCRIPT_PATH).encode()


async def file_bytes(context: Context, ticket: Ticket, path: str, first: int, last: int) -> AsyncIterator[bytes]:
    """Yield a stretch of a file."""
    for number in range(first // PART_BYTES, last // PART_BYTES + 1):
        async with context.database.reading(one_statement=True) as tx:
            part = await store.part(tx, ticket.package_id, path, number)
        yield _cut(part, number * PART_BYTES, first, last)


async def script(context: Context, ticket: Ticket, *, target: str) -> str:
    """Return the API that content finds, with all that it set before; raises UnknownPackage."""
    one = await _found(context, ticket.package_id)
    item, kind = one.item(ticket.item_id), Kind(one.kind)
    async with context.database.reading() as tx:
        attempt = await store.attempt(tx, ticket.attempt_id)
    if item is None or attempt is None:
        raise UnknownPackage
    standing = await _standing(context, kind, item, attempt.id)
    person = await people.person(context, person_id=attempt.learner_id)
    values = given(kind, item, standing, learner_id=attempt.learner_id, name=person.name)
    return players.api_script(values, old=kind is Kind.SCORM_12, target=target, characters_max=VALUE_CHARACTERS_MAX)


async def tell(context: Context, ticket: Ticket, *, values: list[tuple[int, str, str]]) -> Attempt:
    """Keep values that content set, in its order; those that came before change nothing.

    Raises TooManyValues, BadRequest, UnknownPackage, and UnknownPerson for whoever was erased meanwhile.
    """
    if len(values) > VALUES_AT_ONCE_MAX * 10:
        raise TooManyValues
    for place, element, value in values:
        if place < 0 or len(element) > ELEMENT_CHARACTERS_MAX or len(value) > VALUE_CHARACTERS_MAX:
            raise BadRequest("A value or its name is too long.")
    one = await _found(context, ticket.package_id)
    item = one.item(ticket.item_id)
    if item is None:
        raise UnknownPackage
    sealed = [(place, element, _sealed(context, ticket, place, value)) for place, element, value in values]
    async with context.database.transaction() as tx:
        attempt = await store.attempt(tx, ticket.attempt_id)
        if attempt is None:
            raise UnknownPackage
        await people.hold(tx, attempt.learner_id)
        if await store.count_values(tx, attempt.id) + len(sealed) > VALUES_MAX:
            raise TooManyValues
        await store.put_values(tx, attempt.id, ticket.session, sealed, stored_at=clock.timestamp())
        played = [value for value, _at in await _log(context, tx, attempt.id)]
        return await _stand(tx, attempt.id, replayed(Kind(one.kind), played, mastery=item.mastery))


def _sealed(context: Context, ticket: Ticket, place: int, value: str) -> bytes:
    return context.keys.seal(PURPOSE, value.encode(), bound_to=f"{ticket.attempt_id}/{ticket.session}/{place}")


async def _stand(tx: Transaction, attempt_id: str, standing: Standing) -> Attempt:
    """Keep how an attempt stands; what is done stays done, whatever the content says later."""
    before = await store.hold_attempt(tx, attempt_id)
    if before is None:
        raise UnknownPackage
    if before.status.done and not standing.status.done:
        return before
    await store.stand(tx, attempt_id, status=standing.status.value, score=standing.score, at=clock.timestamp())
    if standing.status.done and not before.status.done:
        await _tell_done(tx, before)
    return await store.attempt(tx, attempt_id) or before


async def _standing(context: Context, kind: Kind, item: Item, attempt_id: str) -> Standing:
    values = [value for value, _at in await log(context, attempt_id=attempt_id)]
    return replayed(kind, values, mastery=item.mastery)


async def log(context: Context, *, attempt_id: str) -> list[tuple[Value, str]]:
    """Return every value that content set, with the moment it was kept, in the order in which they are played."""
    async with context.database.reading(one_statement=True) as tx:
        return await _log(context, tx, attempt_id)


async def _log(context: Context, tx: Transaction, attempt_id: str) -> list[tuple[Value, str]]:
    rows = await store.values(tx, attempt_id)
    return [
        (
            Value(
                session, place, element,
                context.keys.open(PURPOSE, sealed, bound_to=f"{attempt_id}/{session}/{place}").decode(),
            ),
            stored_at,
        )
        for session, place, element, sealed, stored_at in rows
    ]  # fmt: skip


async def mark_done(context: Context, *, by: Actor, package_id: str, item_id: str) -> None:
    """Take a learner's word that they went through a part which does not say so itself, such as a PDF."""
    opened_now = await open_item(context, by=by, package_id=package_id, item_id=item_id)
    if not Kind(opened_now.package.kind).tracked:
        ticket = ticket_of(context, opened_now.ticket)
        await tell(context, ticket, values=[(0, "cmi.completion_status", "completed")])


async def attempts(context: Context, *, package_id: str, learner_id: str) -> list[Attempt]:
    """Return how far a learner has come in the parts of a package."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.attempts(tx, package_id=package_id, learner_id=learner_id)


async def is_done(context: Context, *, package_id: str, learner_id: str) -> bool:
    """Tell whether a learner has done every part of a package."""
    one = await _found(context, package_id)
    done = {
        one.item_id for one in await attempts(context, package_id=package_id, learner_id=learner_id) if one.status.done
    }
    return bool(one.items) and {item.id for item in one.items} <= done


async def forget(tx: Transaction, person_id: str) -> None:
    """Take away what content stored of a person who was erased."""
    await store.forget(tx, person_id)


def _teaches(by: Actor) -> bool:
    return by.may(TEACH) or by.may(PLAN)
