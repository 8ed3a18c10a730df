"""Changes of records: what an entry of the chain covers, and how contents follow from entries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import Any

import msgspec

from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.log import CORRELATION

BATCH_ROWS_MAX = 5_000


class ChangeKind(StrEnum):
    """What happened to a record, or to a batch of them (loaded)."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    ARCHIVED = "archived"
    RESTORED = "restored"
    LOADED = "loaded"


ENDINGS = frozenset({ChangeKind.DELETED, ChangeKind.ARCHIVED})


@dataclass(frozen=True, slots=True)
class Change:
    """One entry: who did what to which record, when, and how it hangs on the entry before.

    `before` and `after` are JSON texts of the top-level fields that changed; a new record has all of them in `after`.
    A batch names its records by their numbers, first to last, and covers them by a digest.
    """

    registry_id: int
    position: int
    kind: ChangeKind
    record: str
    first_number: int
    last_number: int
    version: str
    revision: int
    before: str
    after: str
    digest: str
    at: str
    actor: str
    actor_name: str
    on_behalf_of: str
    application: str
    correlation_id: str
    previous_hash: str
    hash: str = ""

    def computed_hash(self) -> str:
        """Return the hash that covers everything in the entry and the hash before it."""
        return _hash_of(_covered(self))

    def row(self) -> dict[str, object]:
        """Return the entry as its table has it."""
        return dict(zip(COLUMNS, (*_covered(self), self.hash), strict=True))


COLUMNS = tuple(one.name for one in fields(Change))
_covered = attrgetter(*COLUMNS[:-1])


def _hash_of(covered: tuple[object, ...]) -> str:
    # Names and values in their order: the text that is hashed says itself what it is.
    return crypto.digest(crypto.canonical([COLUMNS[:-1], covered]))


@dataclass(slots=True)
class Chain:
    """The end of a registry's chain while its lock is held; `pending` is what the transaction adds."""

    registry_id: int
    position: int
    hash: str
    numbered: int
    live: int
    pending: list[Change] = field(default_factory=list)

    def take_numbers(self, count: int = 1) -> int:
        """Return the first of consecutive record numbers, in order of creation."""
        first = self.numbered + 1
        self.numbered += count
        return first

    def add(
        self,
        *,
        by: Actor,
        kind: ChangeKind,
        number: int,
        version: str,
        record: str = "",
        last_number: int = 0,
        revision: int = 1,
        before: str = "{}",
        after: str = "{}",
        digest: str = "",
        counts: bool = True,
    ) -> Change:
        """Append an entry and return it with its hash; `counts` says that the number of records in use changes."""
        entry = Change(
            registry_id=self.registry_id,
            position=self.position + 1,
            kind=kind,
            record=record,
            first_number=number,
            last_number=last_number or number,
            version=version,
            revision=revision,
            before=before,
            after=after,
            digest=digest,
            at=clock.timestamp(),
            actor=by.id,
            actor_name=by.name,
            on_behalf_of=by.on_behalf_of,
            application=by.application,
            correlation_id=CORRELATION.get(),
            previous_hash=self.hash,
        )
        # The entry is complete only with its own hash; copying it for that would cost more than making it.
        object.__setattr__(entry, "hash", entry.computed_hash())
        self.position, self.hash = entry.position, entry.hash
        if counts and kind in {ChangeKind.CREATED, ChangeKind.RESTORED, ChangeKind.LOADED}:
            self.live += entry.last_number - entry.first_number + 1
        elif counts and kind in ENDINGS:
            self.live -= 1
        self.pending.append(entry)
        return entry


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification read, and what it found: no findings mean that nothing was inserted, removed or changed."""

    entries: int
    records: int
    findings: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Tell whether everything fits."""
        return not self.findings


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    """Return the JSON texts of the top-level fields that differ, as they were and as they are."""
    before = {name: value for name, value in old.items() if name not in new or not _same(new[name], value)}
    after = {name: value for name, value in new.items() if name not in old or not _same(old[name], value)}
    return crypto.canonical(before).decode(), crypto.canonical(after).decode()


def _same(one: object, other: object) -> bool:
    # In Python True equals 1; in a record they differ, inside lists too.
    return one == other and crypto.canonical(one) == crypto.canonical(other)


def applied(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return content as it is after a change."""
    before, after = msgspec.json.decode(change.before), msgspec.json.decode(change.after)
    return {**{name: value for name, value in content.items() if name not in before}, **after}


def undone(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Return content as it was before a change."""
    before, after = msgspec.json.decode(change.before), msgspec.json.decode(change.after)
    return {**{name: value for name, value in content.items() if name not in after}, **before}


class RowsDigest:
    """The digest of a batch: over each record's id, number and content, in the order of numbers."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, uuid: str, number: int, canonical: bytes) -> None:
        """Take in one record as it was when it was loaded, its content as canonical JSON."""
        self._hash.update(b"%b %d %b\n" % (uuid.encode(), number, canonical))

    def text(self) -> str:
        """Return the digest as hexadecimal."""
        return self._hash.hexdigest()


def digest_of(rows: Iterable[tuple[str, bytes]], first: int) -> str:
    """Return the digest of a whole batch: ids and contents as canonical JSON, numbered from the first on."""
    digest = RowsDigest()
    for number, (uuid, canonical) in enumerate(rows, start=first):
        digest.add(uuid, number, canonical)
    return digest.text()


def new_record_id() -> str:
    """Return the id of a new record."""
    return ids.new_id()


def new_record_ids(count: int) -> list[str]:
    """Return the ids of so many new records, in the order of their numbers."""
    return ids.new_ids(count)
