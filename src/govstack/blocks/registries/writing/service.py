"""One transaction's changes to the records of a registry, and what they pull along in registries that link to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from govstack.blocks.registries.admission import service as admission
from govstack.blocks.registries.admission.errors import FieldHidden
from govstack.blocks.registries.admission.service import Sight
from govstack.blocks.registries.changes import service as changes
from govstack.blocks.registries.changes.model import Chain, Change, ChangeKind, differences, new_record_id
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.contents.model import is_sealed, merged, text_of
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry
from govstack.blocks.registries.design.model import (
    DeleteRule,
    Field,
    Link,
    LinkKind,
    Path,
    Registry,
    ServiceKind,
    pointer,
    reachable,
    value_at,
)
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.triggers.model import Numbering, wants_index
from govstack.blocks.registries.writing import store
from govstack.blocks.registries.writing.errors import Duplicate, RecordLinked, RecordOutOfReach, RevisionStale
from govstack.blocks.registries.writing.model import (
    CASCADE_DEPTH_MAX,
    CASCADED_MAX,
    LINKED_REGISTRIES_MAX,
    Ending,
    Incoming,
    Written,
    expected_revision,
    in_order,
    incoming_links,
    linked_field,
    new_content,
    traits,
    triggered,
    version_of,
    written_paths,
)
from govstack.kernel import clock, crypto, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row, Transaction

DELETING = ServiceKind.DELETE
DANGLING = "names a record that does not exist"
_ENDINGS = {
    Ending.DELETE: (ChangeKind.DELETED, "deleted_at"),
    Ending.ARCHIVE: (ChangeKind.ARCHIVED, "archived_at"),
    Ending.RESTORE: (ChangeKind.RESTORED, "archived_at"),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a change needs to know before its transaction begins: rights, keys, and the registries linked with it."""

    sight: Sight
    targets: Mapping[int, Registry] = field(default_factory=dict)
    incoming: Mapping[int, tuple[Incoming, ...]] = field(default_factory=dict)
    cascades: Mapping[int, Sight] = field(default_factory=dict)
    numbers_as_text: bool = False


async def prepared(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    kind: ServiceKind,
    key: str = "",
    numbers_as_text: bool = False,
) -> Prepared:
    """Return what a change needs, since no other connection may be asked while its transaction is open."""
    sight = await admission.admitted(context, by=by, registry=registry, kind=kind, key=key)
    targets: dict[int, Registry] = {}
    for link in _strict_links(registry):
        try:
            targets[link.registry_id] = await design.by_id(context, registry_id=link.registry_id)
        except UnknownRegistry:
            continue
    if kind is not ServiceKind.DELETE:
        return Prepared(sight, targets, numbers_as_text=numbers_as_text)
    incoming, cascades = await _cascades(context, by, registry)
    return Prepared(sight, targets, incoming, cascades)


def _strict_links(registry: Registry) -> list[Link]:
    return [link for _, one in traits(registry).linking for link in one.links if link.kind is LinkKind.STRICT]


async def _cascades(
    context: Context, by: Actor, registry: Registry
) -> tuple[dict[int, tuple[Incoming, ...]], dict[int, Sight]]:
    """Return the links into a registry and into those its deletions reach, with the caller's rights over these."""
    others = await design.everything(context)
    incoming: dict[int, tuple[Incoming, ...]] = {}
    sights: dict[int, Sight] = {}
    waiting = [registry]
    while waiting and len(incoming) < LINKED_REGISTRIES_MAX:
        reached = waiting.pop()
        if reached.id in incoming:
            continue
        incoming[reached.id] = incoming_links(reached, others)
        for one in incoming[reached.id]:
            if one.link.on_delete is DeleteRule.CASCADE and one.source.id not in sights and one.source.works(DELETING):
                sight = await admission.permitted(context, by=by, registry=one.source, kind=DELETING)
                if sight is not None:
                    sights[one.source.id] = sight
                    waiting.append(one.source)
    return incoming, sights


@dataclass(slots=True)
class Ledger:
    """What a transaction adds to one registry: entries of its chain, and new records that are stored together."""

    tx: Transaction
    registry: Registry
    chain: Chain
    rows: list[Row] = field(default_factory=list)

    @property
    def mark(self) -> tuple[int, int]:
        """Return what tells whether anything was added since."""
        return self.chain.position, len(self.rows)

    async def flush(self) -> None:
        """Store the records that wait, before anybody looks for them."""
        if self.rows:
            rows, self.rows = self.rows, []
            await store.insert(self.tx, self.registry, rows)

    async def close(self) -> None:
        """Store everything; call it once, when all is done."""
        await self.flush()
        await changes.close(self.tx, self.chain)


async def lock(tx: Transaction, registry: Registry) -> Ledger:
    """Return the ledger of a registry; no other transaction writes to the registry until this one ends."""
    return Ledger(tx, registry, await changes.locked(tx, registry.id))


async def begin(tx: Transaction, made: Prepared) -> Act:
    """Take the registry's lock and return the act that changes its records; close it when all is done."""
    return Act(tx, made, made.sight, await lock(tx, made.sight.registry))


class Act:
    """Changes of one registry's records in one transaction; nothing is told before that is durable.

    `seen` are records whose content the answer will show, to be logged as read; `attempted` are contents that were to
    be stored, for saying what the database refused.
    """

    def __init__(self, tx: Transaction, made: Prepared, sight: Sight, ledger: Ledger) -> None:
        self._tx, self._made, self._sight = tx, made, sight
        self._registry = sight.registry
        self._checker = traits(sight.registry).checker
        self._moment = clock.now()
        self._others: dict[int, Act] = {}
        self._ended: set[str] = set()
        self.ledger = ledger
        self.seen: list[Row] = []
        self.attempted: list[Mapping[str, Any]] = []
        self.attempted_on = ""

    async def matching(self, search: Search, *, limit: int) -> list[Row]:
        """Return records in use that the caller may reach with this service and that a search finds, oldest first."""
        await self.ledger.flush()
        return await reading.rows_in(self._tx, self._sight, search, limit=limit)

    async def addressed(self, address: str, *, archived: bool, live: bool) -> list[Row]:
        """Return the record with a uuid, else with the primary key, that the caller may reach, or nothing."""
        states = [state for state, wanted in ((False, live), (True, archived)) if wanted]
        key = reading.key_term(self._registry, address)
        terms = (key,) if key is not None and self._sight.decision.may_see(self._sight.kind, key.paths[0]) else None
        for search in (Search(uuid=address), *([Search(terms)] if terms else [])):
            for state in states:
                rows = await self.matching(replace(search, archived=state), limit=1)
                if rows:
                    return rows
        return []

    async def insert(self, given: Mapping[str, object], *, uuid: str = "") -> Written:
        """Create a record from a caller's content; raises InvalidContent, FieldHidden, RecordOutOfReach.

        Only published seeds name a uuid.
        """
        values, ignored = self._checker.accepted(given, numbers_as_text=self._made.numbers_as_text)
        content = await self.filled(new_content(self._registry, values))
        self._refuse(content, content, values)
        await self._check_links(content, {})
        uuid, number = uuid or new_record_id(), self.ledger.chain.take_numbers()
        sealed = in_order(self._registry, self._sealed(uuid, content))
        text, moment = text_of(sealed), clock.timestamp(self._moment)
        entry = self.ledger.chain.add(
            by=self._sight.by,
            kind=ChangeKind.CREATED,
            number=number,
            version=self._registry.version,
            record=uuid,
            after=crypto.canonical(sealed).decode(),
        )
        self.attempted.append(content)
        row = {
            "uuid": uuid, "number": number, "content": text, "version": self._registry.version, "created_at": moment,
            "modified_at": moment, "revision": 1, "change_hash": entry.hash,
        }  # fmt: skip
        self.ledger.rows.append(row)
        await self._tell(entry)
        return self._written(row, sealed, created=True, ignored=ignored, values=values)

    async def change(self, row: Row, given: Mapping[str, object], *, if_match: str = "") -> Written:
        """Put given values over a record; what is equal already changes nothing. Raises RevisionStale and as insert."""
        refuse_stale(row, if_match)
        values, ignored = self._checker.accepted(given, numbers_as_text=self._made.numbers_as_text)
        stored = msgspec.json.decode(row["content"])
        self._checker.drop_settled(values, stored)
        content = await self.filled(merged(self._registry.fields, stored, values))
        self._refuse(content, stored, values)
        await self._check_links(content, stored)
        sealed = in_order(self._registry, self._sealed(row["uuid"], self._unchanged_secrets(content, stored)))
        before, after = differences(stored, sealed)
        if before == after == "{}":
            return self._written(row, stored, created=False, ignored=ignored, values=values)
        entry = self.ledger.chain.add(
            by=self._sight.by,
            kind=ChangeKind.UPDATED,
            number=row["number"],
            version=self._registry.version,
            record=row["uuid"],
            revision=row["revision"] + 1,
            before=before,
            after=after,
        )
        self.attempted, self.attempted_on = [content], row["uuid"]
        changed = {
            "uuid": row["uuid"], "content": text_of(sealed), "modified_at": clock.timestamp(self._moment),
            "version": version_of(self._registry, sealed, row["version"]), "revision": entry.revision,
            "change_hash": entry.hash,
        }  # fmt: skip
        await store.update(self._tx, self._registry, changed)
        await self._tell(entry)
        return self._written({**row, **changed}, sealed, created=False, ignored=ignored, values=values)

    async def end(self, row: Row, ending: Ending, *, if_match: str = "", depth: int = 0) -> None:
        """Delete, archive or restore a record; what others link to follows the rule of their link."""
        refuse_stale(row, if_match)
        if row["uuid"] in self._ended:
            return
        self._ended.add(row["uuid"])
        kind, column = _ENDINGS[ending]
        entry = self.ledger.chain.add(
            by=self._sight.by,
            kind=kind,
            number=row["number"],
            version=self._registry.version,
            record=row["uuid"],
            revision=row["revision"] + 1,
            counts=row["archived_at"] is None or ending is Ending.RESTORE,
        )
        moment = clock.timestamp(self._moment)
        marked = {
            "uuid": row["uuid"], "moment": None if ending is Ending.RESTORE else moment, "modified_at": moment,
            "revision": entry.revision, "change_hash": entry.hash,
        }  # fmt: skip
        await store.mark(self._tx, self._registry, column, marked)
        await self._tell(entry)
        if ending is Ending.DELETE:
            await self._follow_links(row, depth)

    async def dangling(self, contents: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, str]]:
        """Return which of many contents have links that lead nowhere, by their place, asking once for each link."""
        found: dict[int, dict[str, str]] = {}
        for path, one in traits(self._registry).linking:
            for link in one.links:
                if link.kind is not LinkKind.STRICT:
                    continue
                values = {value_at(content, path) for content in contents} - {None}
                there = await self._leading(link, values)
                for place, content in enumerate(contents):
                    if value_at(content, path) in values - there:
                        found.setdefault(place, {})[pointer(path)] = DANGLING
        return found

    def refuse_unwritable(self, content: Mapping[str, Any]) -> None:
        """Raise FieldHidden or RecordOutOfReach when the caller may not write a new record like this."""
        self._refuse(content, content, content)

    async def close(self) -> None:
        """Store what this registry and those it pulled along were given; call it once, when all is done."""
        await self.ledger.close()
        for other in self._others.values():
            await other.close()

    async def filled(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return content after triggers and numbering, checked against the schema."""
        registry = self._registry
        if traits(registry).has_triggers:
            numbering = Numbering(registry.code, 0, self._moment, registry.number_format)
            if wants_index(registry.fields, content, numbering):
                index = await design.next_index(self._tx, registry)
                numbering = Numbering(registry.code, index, self._moment, registry.number_format)
            content = triggered(registry, content, numbering)
        self._checker.check(content)
        return content

    def _refuse(self, content: Mapping[str, Any], before: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        decision, kind = self._sight.decision, self._sight.kind
        if decision.sees_all(kind):
            return
        paths = written_paths(self._registry.fields, values)
        hidden = decision.unwritable(kind, before, paths) or decision.unwritable(kind, content, paths)
        if not decision.reaches(kind, content):
            raise RecordOutOfReach
        if hidden:
            raise FieldHidden(f"You do not have the right to write {', '.join(sorted(map(pointer, hidden)))}.")

    def _sealed(self, uuid: str, content: Mapping[str, Any]) -> dict[str, Any]:
        return self._sight.vault.seal(uuid, content) if self._sight.vault is not None else dict(content)

    def _unchanged_secrets(self, content: Mapping[str, Any], stored: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return content with secrets that are the same again as they are sealed, so that repeats change nothing."""
        return self._sight.vault.same_kept(content, stored) if self._sight.vault is not None else content

    async def _check_links(self, content: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
        faults: dict[str, str] = {}
        for path, one in traits(self._registry).linking:
            value = value_at(content, path)
            if value is None or is_sealed(value) or value == value_at(stored, path):
                continue
            for link in one.links:
                if link.kind is LinkKind.STRICT and not await self._leads_somewhere(link, value):
                    faults[pointer(path)] = DANGLING
        if faults:
            raise InvalidContent(faults)

    def _target(self, link: Link) -> tuple[Registry, Path] | None:
        target = self._registry if link.registry_id == self._registry.id else self._made.targets.get(link.registry_id)
        path = linked_field(target, link) if target is not None else None
        return None if target is None or path is None else (target, path)

    async def _leads_somewhere(self, link: Link, value: object) -> bool:
        target = self._target(link)
        await self.ledger.flush()
        return target is not None and bool(await store.having(self._tx, *target, value, limit=1, shared=True))

    async def _leading(self, link: Link, values: set[Any]) -> set[Any]:
        target = self._target(link)
        return await store.existing(self._tx, *target, values) if target is not None and values else set()

    async def _follow_links(self, row: Row, depth: int) -> None:
        content = msgspec.json.decode(row["content"])
        for one in self._made.incoming.get(self._registry.id, ()):
            path = linked_field(self._registry, one.link)
            value = (row["uuid"] if path == () else value_at(content, path)) if path is not None else None
            if value is None or one.link.on_delete is DeleteRule.ORPHAN:
                continue
            pointing = await store.having(self._tx, one.source, one.path, value, limit=CASCADED_MAX + 1)
            if pointing:
                await self._cascade(one, pointing, depth)

    async def _cascade(self, one: Incoming, pointing: Sequence[Row], depth: int) -> None:
        sight = self._made.cascades.get(one.source.id)
        allowed = one.link.on_delete is DeleteRule.CASCADE and sight is not None and depth < CASCADE_DEPTH_MAX
        if not allowed or sight is None or len(pointing) > CASCADED_MAX:
            raise RecordLinked(f"Records of {one.source.code} link to this one. Change or delete those first.")
        act = self if one.source.id == self._registry.id else self._others.get(one.source.id)
        if act is None:
            ledger = await lock(self._tx, one.source)
            act = self._others[one.source.id] = Act(self._tx, self._made, sight, ledger)
        for row in pointing:
            if not sight.decision.reaches(DELETING, msgspec.json.decode(row["content"])):
                raise RecordLinked(f"Records of {one.source.code} that you may not delete link to this one.")
            await act.end(row, Ending.DELETE, depth=depth + 1)

    def _written(
        self,
        row: Mapping[str, Any],
        sealed: Mapping[str, Any],
        *,
        created: bool,
        ignored: Sequence[str],
        values: Mapping[str, Any],
    ) -> Written:
        """Return the outcome: what the caller may read of the record, else what it wrote itself."""
        decision, kind = self._sight.decision, self._sight.kind
        shown = decision.shown(ServiceKind.READ, sealed) if decision.may(ServiceKind.READ) else None
        if shown is None:
            written = {*values, *([key.name] if (key := self._registry.key_field) else [])}
            visible = decision.shown(kind, sealed) or {}
            shown = {name: value for name, value in visible.items() if name in written}
        return Written(
            uuid=row["uuid"],
            revision=row["revision"],
            content=self._sight.cleared(row["uuid"], shown),
            created=created,
            created_at=row["created_at"],
            modified_at=row["modified_at"],
            ignored=tuple(ignored),
        )

    async def _tell(self, entry: Change) -> None:
        """Publish what happened, without any content: subscribers read the record within their own rights."""
        await events.publish(
            self._tx,
            type=f"registries.record.{entry.kind.value}",
            subject=f"{self._registry.code}/{entry.record}",
            data={
                "registry": self._registry.code,
                "registryId": self._registry.id,
                "version": self._registry.version,
                "record": entry.record,
                "revision": entry.revision,
                "changeHash": entry.hash,
            },
        )


async def copy(tx: Transaction, registry: Registry, rows: Iterable[Sequence[object]]) -> int:
    """Add many records in one go: uuid, number, content, version, both times, revision and hash of the change."""
    return await store.load(tx, registry, rows)


def keys(registry: Registry) -> list[tuple[Path, Field]]:
    """Return the fields whose values no two records may share."""
    return [(path, one) for path, one in reachable(registry.fields) if one.key and one.comparable]


async def taken(tx: Transaction, registry: Registry, path: Path, values: set[Any]) -> set[Any]:
    """Return which of some values of a key records in use have; the registry's lock is held."""
    return await store.existing(tx, registry, path, values) if values else set()


async def refresh_statistics(tx: Transaction, registry: Registry) -> None:
    """Let the database look at what was loaded, so that it finds it by the best way from the first search on."""
    await store.refresh_statistics(tx, registry)


def refuse_stale(row: Mapping[str, Any], if_match: str) -> None:
    """Raise RevisionStale when the caller expects another record or revision than the one there is."""
    expected = expected_revision(if_match)
    if expected is not None and expected != (row["uuid"], row["revision"]):
        raise RevisionStale


async def duplicate(
    context: Context, registry: Registry, contents: Sequence[Mapping[str, Any]], *, apart_from: str = ""
) -> Duplicate:
    """Return the refusal that names the fields whose values another record has, after the database refused them.

    The other record is one that was there, or another one among those that were to be stored together.
    """
    keys: list[tuple[Path, ...]] = [(path,) for path, one in reachable(registry.fields) if one.key]
    keys += [tuple(_path(registry, name) for name in names) for names in registry.uniques]
    found: dict[str, str] = {}
    async with context.database.reading() as tx:
        for paths in keys:
            seen: set[tuple[object, ...]] = set()
            for content in contents:
                values = {path: value_at(content, path) for path in paths}
                key = tuple(values.values())
                if None in key:
                    continue
                if key in seen or await store.shares_values(tx, registry, values, apart_from):
                    found["+".join(pointer(path) for path in paths)] = "is taken by another record"
                    break
                seen.add(key)
    return Duplicate("; ".join(f"{name} {fault}" for name, fault in found.items()), fields=found)


def _path(registry: Registry, name: str) -> Path:
    return next((path for path in registry.by_path if pointer(path) == name or path == (name,)), (name,))
