"""Rows of packages, their files, and what content stored."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from govstack.kernel.db import Row, Transaction, queries
from govstack.pillars.learn.learning.packages.model import VALUES_MAX, Attempt, Package, State
from govstack.pillars.learn.learning.unpacking.model import ITEMS_MAX, Found, Item, Member

SQL = queries(__file__)


async def add(tx: Transaction, package_id: str, *, name: str, made_by: str, created_at: str) -> None:
    """Add a package that is about to come in."""
    await SQL.add(tx, id=package_id, name=name, made_by=made_by, created_at=created_at)


async def add_piece(tx: Transaction, package_id: str, number: int, content: bytes) -> None:
    """Keep a piece of what was sent."""
    await SQL.add_piece(tx, package_id=package_id, number=number, content=content)


async def piece(tx: Transaction, package_id: str, number: int) -> bytes | None:
    """Return a piece of what was sent."""
    row = await SQL.piece(tx, package_id=package_id, number=number)
    return None if row is None else bytes(row["content"])


async def received(tx: Transaction, package_id: str, *, byte_count: int, digest: str) -> None:
    """Take that all has come in."""
    await SQL.received(tx, id=package_id, byte_count=byte_count, digest=digest)


async def take_over(tx: Transaction, package_id: str, run: str) -> bool:
    """Begin to unpack, or begin again; false when there is nothing to do."""
    if not await SQL.take_over(tx, id=package_id, run=run):
        return False
    await SQL.drop_parts(tx, package_id=package_id)
    await SQL.drop_files(tx, package_id=package_id)
    return True


async def known(tx: Transaction, package_id: str, run: str, found: Found) -> bool:
    """Keep what a package holds; false when another run took it over."""
    structure = msgspec.json.encode(found.items).decode()
    return bool(
        await SQL.known(
            tx, id=package_id, run=run, kind=found.kind.value, title=found.title, structure=structure,
            file_count=len(found.members),
        )
    )  # fmt: skip


async def advance(tx: Transaction, package_id: str, run: str, files_done: int) -> bool:
    """Keep how many files are unpacked; false when another run took it over."""
    return bool(await SQL.advance(tx, id=package_id, run=run, files_done=files_done))


async def finish(tx: Transaction, package_id: str, run: str, *, state: State, fault: str = "") -> bool:
    """End unpacking, one way or the other."""
    return bool(await SQL.finish(tx, id=package_id, run=run, state=state.value, fault=fault))


async def offer(tx: Transaction, package_id: str) -> bool:
    """Let learners open a package; false when they may already."""
    return bool(await SQL.offer(tx, id=package_id))


async def by_id(tx: Transaction, package_id: str) -> Package | None:
    """Return a package."""
    row = await SQL.by_id(tx, id=package_id)
    return None if row is None else _package(row)


async def listed(tx: Transaction, *, before: str, limit: int) -> list[Package]:
    """Return packages, the newest first."""
    return [_package(row) for row in await SQL.listed(tx, before=before, limit=limit)]


async def put_file(tx: Transaction, package_id: str, member: Member, size: int) -> None:
    """Keep that a file is unpacked."""
    await SQL.put_file(tx, package_id=package_id, path=member.path, media_type=member.media_type, byte_count=size)


async def put_part(tx: Transaction, package_id: str, path: str, number: int, content: bytes) -> None:
    """Keep a part of a file."""
    await SQL.put_part(tx, package_id=package_id, path=path, number=number, content=content)


async def file(tx: Transaction, package_id: str, path: str) -> tuple[str, int] | None:
    """Return type and size of a file."""
    row = await SQL.file(tx, package_id=package_id, path=path)
    return None if row is None else (row["media_type"], int(row["byte_count"]))


async def part(tx: Transaction, package_id: str, path: str, number: int) -> bytes:
    """Return a part of a file, nothing behind its end."""
    row = await SQL.part(tx, package_id=package_id, path=path, number=number)
    return b"" if row is None else bytes(row["content"])


async def drop(tx: Transaction, package_id: str) -> None:
    """Take away a package that never came in whole."""
    await SQL.drop_pieces(tx, package_id=package_id)
    await SQL.drop(tx, package_id=package_id)


async def open_attempt(
    tx: Transaction, *, attempt_id: str, package_id: str, item_id: str, learner_id: str, at: str
) -> Attempt:
    """Return a learner's attempt at a part, begun now when there is none."""
    await SQL.open_attempt(
        tx, id=attempt_id, package_id=package_id, item_id=item_id, learner_id=learner_id, started_at=at
    )
    row = await SQL.attempt(tx, package_id=package_id, item_id=item_id, learner_id=learner_id)
    assert row is not None
    return _attempt(row)


async def attempt(tx: Transaction, attempt_id: str) -> Attempt | None:
    """Return an attempt."""
    row = await SQL.attempt_by_id(tx, id=attempt_id)
    return None if row is None else _attempt(row)


async def hold_attempt(tx: Transaction, attempt_id: str) -> Attempt | None:
    """Return an attempt that nobody else changes until the end of the transaction."""
    await SQL.hold_attempt(tx, id=attempt_id)
    return await attempt(tx, attempt_id)


async def attempts(tx: Transaction, *, package_id: str, learner_id: str) -> list[Attempt]:
    """Return a learner's attempts at the parts of a package."""
    rows = await SQL.attempts(tx, package_id=package_id, learner_id=learner_id, limit=ITEMS_MAX)
    return [_attempt(row) for row in rows]


async def put_values(
    tx: Transaction, attempt_id: str, session: str, values: Sequence[tuple[int, str, bytes]], *, stored_at: str
) -> None:
    """Add values to the log: place, element and sealed value; those that are there stay."""
    rows = [
        {
            "attempt_id": attempt_id, "session": session, "place": place, "element": element, "sealed": sealed,
            "stored_at": stored_at,
        }
        for place, element, sealed in values
    ]  # fmt: skip
    if rows:
        await SQL.put_values(tx, rows)


async def values(tx: Transaction, attempt_id: str) -> list[tuple[str, int, str, bytes, str]]:
    """Return the log: session, place, element, sealed value and when it came, in order."""
    rows = await SQL.values(tx, attempt_id=attempt_id, limit=VALUES_MAX)
    return [(row["session"], int(row["place"]), row["element"], bytes(row["sealed"]), row["stored_at"]) for row in rows]


async def count_values(tx: Transaction, attempt_id: str) -> int:
    """Return how many values are in a log."""
    return int(await SQL.count_values(tx, attempt_id=attempt_id))


async def stand(tx: Transaction, attempt_id: str, *, status: str, score: float | None, at: str) -> None:
    """Keep what a log amounts to."""
    await SQL.stand(tx, id=attempt_id, status=status, score=score, changed_at=at)


async def forget(tx: Transaction, learner_id: str) -> None:
    """Take away what content stored of a person; that they came so far stays countable."""
    await SQL.forget_values(tx, learner_id=learner_id)


def _package(row: Row) -> Package:
    told = {name: value for name, value in row.items() if name not in {"structure", "state", "offered"}}
    return Package(
        **told, state=State(row["state"]), offered=bool(row["offered"]),
        items=msgspec.json.decode(row["structure"], type=tuple[Item, ...]),
    )  # fmt: skip


def _attempt(row: Row) -> Attempt:
    return msgspec.convert({_camel(name): value for name, value in row.items()}, Attempt, strict=False)


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(part.title() for part in others)
