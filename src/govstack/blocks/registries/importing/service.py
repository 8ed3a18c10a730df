"""Use cases of imports: receive a file, read it, show what it would become, load it, and tell what was refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence

import msgspec

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.cells.model import Reader, matched
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Field, Registry, ServiceKind
from govstack.blocks.registries.importing import store
from govstack.blocks.registries.importing.errors import (
    FileTooLarge,
    ImportNotReady,
    TooManyImports,
    TooManyRows,
    UnknownImport,
)
from govstack.blocks.registries.importing.model import (
    CHECKED_ROWS_MAX,
    FAULTS_SHOWN_MAX,
    KEPT,
    OPEN_IMPORTS_MAX,
    PART_CHARACTERS,
    PART_ROWS,
    PREVIEW_ROWS,
    READ_AT_ONCE_BYTES_MAX,
    REFUSALS_AT_ONCE,
    WHOLE_ROWS_MAX,
    Import,
    Mode,
    Preview,
    Refusal,
    Sample,
    Staged,
    State,
    fitting,
)
from govstack.blocks.registries.loading import service as loading
from govstack.kernel import audit, clock, ids, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest, Unauthenticated
from govstack.kernel.sheets import (
    FILE_BYTES_MAX,
    PIECE_BYTES,
    ROWS_MAX,
    FileUnreadable,
    Format,
    Pieces,
    Table,
    opened,
)

PURPOSE = "import"
READ = "registries.read-import"
LOAD = "registries.load-import"
FETCH_SECONDS_MAX = 30
_STAGED = msgspec.json.Decoder(list[Staged])
TOO_MANY = f"The file has more than {ROWS_MAX} rows. Send it in several files."


class Overtaken(Exception):
    """The import was cancelled, or another process goes on with it: this run must stop and keep nothing."""


async def start(
    context: Context, *, by: Actor, registry: Registry, kind: Format, content: AsyncIterable[bytes]
) -> Import:
    """Receive a file for a registry and return its import; a small file is read at once.

    Raises RightMissing, TooManyImports, FileTooLarge, and BadRequest for an empty file.
    """
    await _admitted(context, by, registry)
    import_id = ids.new_id()
    async with context.database.transaction() as tx:
        theirs = await store.of_actor(tx, by.id, registry.id)
        if sum(one.state.is_open for one in theirs) >= OPEN_IMPORTS_MAX:
            raise TooManyImports
        row = {
            "id": import_id, "registry_id": registry.id, "code": registry.code, "version": registry.version,
            "actor": by.id, "caller": _sealed(context, import_id, by.to_bytes()), "format": kind.value,
        }  # fmt: skip
        await store.add(tx, row)
    try:
        size = await _receive(context, import_id, content)
    except BaseException:
        await _forget(context, import_id)
        raise
    async with context.database.transaction() as tx:
        await store.received(tx, import_id, size)
        await audit.record(
            tx, by=by, action="registries.import-received", subject=f"{registry.code}/{registry.version}",
            detail={"import": import_id, "format": kind.value, "bytes": size},
        )  # fmt: skip
        if size > READ_AT_ONCE_BYTES_MAX:
            await jobs.enqueue(tx, READ, {"id": import_id}, key=import_id)
    if size <= READ_AT_ONCE_BYTES_MAX:
        await read(context, import_id=import_id)
    return await _found(context, by, registry, import_id)


async def _receive(context: Context, import_id: str, content: AsyncIterable[bytes]) -> int:
    """Store a file in pieces of one size as it comes in, and return its size in bytes."""
    held, size, number = bytearray(), 0, 0
    async for part in content:
        held += part
        size += len(part)
        if size > FILE_BYTES_MAX:
            raise FileTooLarge
        while len(held) >= PIECE_BYTES:
            await _keep_piece(context, import_id, number, bytes(held[:PIECE_BYTES]))
            del held[:PIECE_BYTES]
            number += 1
    if not size:
        raise BadRequest("The file is empty.")
    if held:
        await _keep_piece(context, import_id, number, bytes(held))
    return size


async def _keep_piece(context: Context, import_id: str, number: int, content: bytes) -> None:
    sealed = _sealed(context, f"{import_id}/{number}", content)
    async with context.database.transaction() as tx:
        await store.add_piece(tx, import_id, number, sealed)


async def read(context: Context, *, import_id: str) -> None:
    """Read a received file into rows and match its columns; what is wrong with the file as a whole ends the import."""
    run = ids.new_id()
    async with context.database.transaction() as tx:
        found = await store.by_id(tx, import_id)
        if found is None or not await store.take_over(tx, import_id, state=State.READING, run=run):
            return
        await store.drop_staged(tx, import_id, parts_only=True)
    one = found[0]
    try:
        columns = await _staged(context, one, run)
        registry = await design.published(context, code=one.code, version=one.version)
        fields = await writable(context, by=_actor(context, *found), registry=registry)
        async with context.database.transaction() as tx:
            matching = matched(list(fields.values()), columns)
            if not await store.make_ready(tx, import_id, run=run, columns=columns, matching=matching):
                raise Overtaken
            await store.drop_staged(tx, import_id, pieces_only=True)
    except Overtaken:
        return
    except FileUnreadable as problem:
        await fail(context, import_id=import_id, fault=problem.detail)


async def _staged(context: Context, one: Import, run: str) -> list[str]:
    """Store the rows of a file in parts and return the names of its columns."""
    loop = asyncio.get_running_loop()

    def fetch(number: int) -> bytes:
        return asyncio.run_coroutine_threadsafe(_piece(context, one.id, number), loop).result(FETCH_SECONDS_MAX)

    # Files are read in a thread, which fetches piece after piece from here: no file is ever whole in memory.
    table: Table = await asyncio.to_thread(opened, one.format, Pieces(one.byte_count, fetch))
    place = 0
    while lines := await asyncio.to_thread(table.take, PART_ROWS, PART_CHARACTERS):
        first, place = place + 1, place + len(lines)
        if place > ROWS_MAX:
            raise FileUnreadable(TOO_MANY)
        plain = msgspec.json.encode([Staged(line.number, tuple(line.cells), line.fault) for line in lines])
        sealed = _sealed(context, f"{one.id}/rows/{first}", plain)
        async with context.database.transaction() as tx:
            if not await store.read_on(tx, one.id, run=run, row_count=place):
                raise Overtaken
            await store.add_part(tx, one.id, first=first, last=place, content=sealed)
    if not place:
        raise FileUnreadable("The file holds no rows.")
    return list(table.columns)


async def _piece(context: Context, import_id: str, number: int) -> bytes:
    async with context.database.reading(one_statement=True) as tx:
        sealed = await store.piece(tx, import_id, number)
    if sealed is None:
        raise FileUnreadable("The file is gone: the import was cancelled.")
    return context.keys.open(PURPOSE, sealed, bound_to=f"{import_id}/{number}")


async def writable(context: Context, *, by: Actor, registry: Registry) -> dict[str, Field]:
    """Return the fields that somebody may fill by an import; numbers that the registry gives itself are not in it."""
    sight = await admission.permitted(context, by=by, registry=registry, kind=ServiceKind.BULK)
    if sight is None:
        return {}
    seen = {path[0] for path in registry.by_path if sight.decision.may_see(ServiceKind.BULK, path)}
    return {one.name: one for one in registry.fields if one.name in seen and not (one.read_only and one.triggers)}


async def found(context: Context, *, by: Actor, registry: Registry, import_id: str) -> Import:
    """Return somebody's own import; raises UnknownImport, RightMissing."""
    await _admitted(context, by, registry)
    return await _found(context, by, registry, import_id)


async def listed(context: Context, *, by: Actor, registry: Registry) -> list[Import]:
    """Return somebody's imports into a registry, newest first."""
    await _admitted(context, by, registry)
    async with context.database.reading(one_statement=True) as tx:
        return await store.of_actor(tx, by.id, registry.id)


async def preview(context: Context, *, by: Actor, registry: Registry, import_id: str) -> Preview:
    """Return the first rows as they would be stored, and what is wrong with the first thousand."""
    one = await found(context, by=by, registry=registry, import_id=import_id)
    if one.state is not State.READY:
        return Preview()
    fields = await writable(context, by=by, registry=registry)
    checked: list[Sample] = []
    reader = reader_of(fields, one)
    async for _place, line in lines_behind(context, one, 0):
        checked.append(sample(registry, reader, line))
        if len(checked) >= CHECKED_ROWS_MAX:
            break
    faulty = [row for row in checked if row.faults]
    return Preview(tuple(checked[:PREVIEW_ROWS]), tuple(faulty[:FAULTS_SHOWN_MAX]), len(checked), len(faulty))


def sample(registry: Registry, reader: Reader, line: Staged) -> Sample:
    """Return a row as it would be stored, with what is wrong with it."""
    if line.fault:
        return Sample(line.number, {}, {"": line.fault}, line.cells)
    content, faults = reader.read(line.cells)
    try:
        content = loading.as_stored(registry, content)
    except InvalidContent as problem:
        faults = {**problem.fields, **faults}
    return Sample(line.number, content, faults, line.cells)


def reader_of(fields: Mapping[str, Field], one: Import) -> Reader:
    """Return what reads the rows of an import into the fields."""
    return Reader(fields, one.matching, typed=one.typed)


async def lines_behind(context: Context, one: Import, place: int) -> AsyncIterator[tuple[int, Staged]]:
    """Yield the rows behind a place, each with its place; one part of them is in memory."""
    async for first, lines in parts_behind(context, one, place, at_once=1):
        for at, line in enumerate(lines, start=first):
            yield at, line


async def parts_behind(
    context: Context, one: Import, place: int, *, at_once: int
) -> AsyncIterator[tuple[int, list[Staged]]]:
    """Yield the rows behind a place, so many of their parts at once, with the place of the first row."""
    while True:
        async with context.database.reading(one_statement=True) as tx:
            parts = await store.parts_behind(tx, one.id, place, limit=at_once)
        if not parts:
            return
        lines: list[Staged] = []
        for first, sealed in parts:
            plain = context.keys.open(PURPOSE, sealed, bound_to=f"{one.id}/rows/{first}")
            lines += _STAGED.decode(plain)[max(0, place + 1 - first) :]
            await asyncio.sleep(0)
        yield place + 1, lines
        place += len(lines)


async def match(context: Context, *, by: Actor, registry: Registry, import_id: str, matching: Sequence[str]) -> Import:
    """Match columns to other fields, in the order of the columns, nothing to leave one out; raises BadMatching."""
    one = await found(context, by=by, registry=registry, import_id=import_id)
    fields = await writable(context, by=by, registry=registry)
    wanted = fitting(matching, columns=one.column_names, fields=list(fields))
    async with context.database.transaction() as tx:
        if not await store.match(tx, one.id, wanted):
            raise ImportNotReady
    return await _found(context, by, registry, import_id)


async def confirm(context: Context, *, by: Actor, registry: Registry, import_id: str, mode: Mode) -> Import:
    """Let an import begin; saying it again changes nothing. Raises ImportNotReady, BadMatching, TooManyRows."""
    one = await found(context, by=by, registry=registry, import_id=import_id)
    if one.state in {State.LOADING, State.DONE} and one.mode == mode:
        return one
    fitting(one.matching, columns=one.column_names, fields=list(await writable(context, by=by, registry=registry)))
    if mode is Mode.ALL and one.row_count > WHOLE_ROWS_MAX:
        raise TooManyRows
    async with context.database.transaction() as tx:
        if not await store.confirm(tx, one.id, mode):
            raise ImportNotReady
        await jobs.enqueue(tx, LOAD, {"id": one.id}, key=one.id, lane=f"import/{registry.id}")
        await audit.record(
            tx, by=by, action="registries.import", subject=f"{registry.code}/{registry.version}",
            detail={"import": one.id, "mode": mode.value, "rows": one.row_count},
        )  # fmt: skip
    return await _found(context, by, registry, import_id)


async def cancel(context: Context, *, by: Actor, registry: Registry, import_id: str) -> None:
    """End an import; rows that were taken stay taken. One that is over stays as it is."""
    one = await found(context, by=by, registry=registry, import_id=import_id)
    async with context.database.transaction() as tx:
        if await store.cancel(tx, one.id):
            await store.drop_staged(tx, one.id)


async def refusals(
    context: Context, *, by: Actor, registry: Registry, import_id: str
) -> AsyncIterator[tuple[Refusal, ...]]:
    """Yield the refused rows of an import, some at a time, in the order of the file."""
    one = await found(context, by=by, registry=registry, import_id=import_id)
    after = 0
    while True:
        async with context.database.reading(one_statement=True) as tx:
            rows = await store.refusals(tx, one.id, after=after, limit=REFUSALS_AT_ONCE)
        if not rows:
            return
        yield tuple(
            msgspec.json.decode(context.keys.open(PURPOSE, sealed, bound_to=f"{one.id}/refused/{place}"), type=Refusal)
            for place, sealed in rows
        )
        after = rows[-1][0]


async def keep_refusals(tx: Transaction, context: Context, import_id: str, refused: Mapping[int, Refusal]) -> None:
    """Write refused rows, sealed, in a transaction."""
    sealed = {
        place: _sealed(context, f"{import_id}/refused/{place}", msgspec.json.encode(one))
        for place, one in refused.items()
    }
    await store.keep_refusals(tx, import_id, sealed)


async def still_fitting(context: Context, *, by: Actor, registry: Registry, one: Import) -> dict[str, Field]:
    """Return the fields that the columns fill, after a look at whether that is still allowed.

    Raises RightMissing, BadMatching.
    """
    await _admitted(context, by, registry)
    fields = await writable(context, by=by, registry=registry)
    fitting(one.matching, columns=one.column_names, fields=list(fields))
    return fields


async def claimed(context: Context, *, import_id: str, run: str) -> tuple[Import, Actor] | None:
    """Take over a confirmed import for a run and return it with the actor who started it; None when it is over."""
    async with context.database.transaction() as tx:
        # First the taking over, then the look: what an earlier run still settles would be missed the other way round.
        if not await store.take_over(tx, import_id, state=State.LOADING, run=run):
            return None
        known = await store.by_id(tx, import_id)
    return (known[0], _actor(context, *known)) if known else None


async def settle(tx: Transaction, one: Import, *, run: str, reached: int, count: int, refused: int) -> None:
    """Note how far a load came, in the transaction that stores it; raises Overtaken, which undoes that transaction."""
    if not await store.settle(tx, one.id, run=run, reached=reached, count=count, refused=refused):
        raise Overtaken


async def finish(tx: Transaction, one: Import, *, run: str, state: State, refused: int, fault: str = "") -> None:
    """End the load of an import and remove what was sent; raises Overtaken."""
    if not await store.finish(tx, one.id, run, State.LOADING, state, fault, refused):
        raise Overtaken
    await store.drop_staged(tx, one.id)


async def fail(context: Context, *, import_id: str, fault: str) -> None:
    """End an import that cannot go on, and say why."""
    async with context.database.transaction() as tx:
        if await store.fail(tx, import_id, fault):
            await store.drop_staged(tx, import_id)


async def sweep(context: Context) -> None:
    """Remove imports after a day, with all that was sent."""
    async with context.database.reading(one_statement=True) as tx:
        old = await store.old(tx, clock.timestamp(clock.now() - KEPT))
    for import_id in old:
        await _forget(context, import_id)


async def _forget(context: Context, import_id: str) -> None:
    async with context.database.transaction() as tx:
        await store.drop(tx, import_id)


async def _admitted(context: Context, by: Actor, registry: Registry) -> None:
    if not by.signed_in:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    # The steps of an import are no uses of the service; the load that stores its records is one.
    await admission.admitted(context, by=by, registry=registry, kind=ServiceKind.BULK, counted=False)


async def _found(context: Context, by: Actor, registry: Registry, import_id: str) -> Import:
    async with context.database.reading(one_statement=True) as tx:
        known = await store.by_id(tx, import_id)
    if known is None or (known[0].actor, known[0].registry_id) != (by.id, registry.id):
        raise UnknownImport
    return known[0]


def _sealed(context: Context, bound_to: str, plain: bytes) -> bytes:
    return context.keys.seal(PURPOSE, plain, bound_to=bound_to)


def _actor(context: Context, one: Import, sealed: bytes) -> Actor:
    return Actor.from_bytes(context.keys.open(PURPOSE, sealed, bound_to=one.id))
