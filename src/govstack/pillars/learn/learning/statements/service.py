"""Use cases of statements: store, find, void by another statement, and the credentials of launched courses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from itertools import chain
from typing import Any

import msgspec
from msgspec import Raw

from govstack.kernel import audit, clock, crypto, events, ids, wire
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest
from govstack.pillars.learn.learning.attachments import service as attachments
from govstack.pillars.learn.learning.attachments.model import Part, check, fitting
from govstack.pillars.learn.learning.callers import service as callers
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.order import model as order
from govstack.pillars.learn.learning.order import service as orders
from govstack.pillars.learn.learning.order.model import Told
from govstack.pillars.learn.learning.statements import model, store
from govstack.pillars.learn.learning.statements.model import Facts, Given, Kept, Listed, Wanted
from govstack.pillars.learn.learning.xapi.errors import NotAStatement, NotYours, OtherContent, UnknownStatement
from govstack.pillars.learn.learning.xapi.model import Account, Attachment, Party
from govstack.pillars.learn.people import service as people

STORED = "learn.statement.stored"
AGENT_PRINTS = "statement-agent"
SEAL = "statement"
REGISTRATIONS_TOLD_MAX = 100
DEFINITIONS_REMEMBERED_MAX = 10_000
REMOVED_AT_ONCE = 1_000


def learner(context: Context, learner_id: str) -> Party:
    """Return a person as statements name them: by an account here, never by an address."""
    account = Account(home_page=context.public_url, name=learner_id)
    return Party(objectType="Agent", account=account)


def prints(context: Context, key: str) -> tuple[str, ...]:
    """Return the fingerprints under which an identifier may have been kept."""
    return tuple(context.keys.fingerprints(AGENT_PRINTS, key))


async def keep(
    context: Context, *, by: Caller, body: bytes, parts: Mapping[str, Part] | None = None, statement_id: str = ""
) -> list[str]:
    """Store the statements of a body, all or none, and return their ids; what is stored already stays as it is.

    `parts` are the files that came with them, by hash. With `statement_id` the body is one statement that is stored
    under this id. Raises NotAStatement, OtherContent, NotYours and TooLarge.
    """
    given, files = model.read_many(body), parts or {}
    if statement_id and (len(given) != 1 or given[0].id not in {"", statement_id}):
        raise NotAStatement("Under an id, send one statement that has this id or none.")
    attachments.check(context, files)
    check([one for told in given for one in told.attachments], files)
    for told in given:
        model.check_signatures(told, files)
    async with context.database.transaction() as tx:
        return await keep_given(context, tx, by=by, given=given, parts=files, statement_id=statement_id)


async def through(context: Context) -> str:
    """Return the moment until which every statement that was stored can be read.

    Who stores holds the head of the positions until the commit, so nothing before it is still to come.
    """
    async with context.database.reading(one_statement=True) as tx:
        return model.stored_at(await store.head(tx))


async def keep_given(
    context: Context, tx: Transaction, *, by: Caller, given: Sequence[Given], parts: Mapping[str, Part] | None = None,
    statement_id: str = "",
) -> list[str]:  # fmt: skip
    """Store statements that were read, in the transaction of whoever makes them."""
    if not given:
        return []
    told = [statement_id or one.id or ids.new_id() for one in given]
    authority = Party(
        objectType="Agent", account=Account(home_page=context.public_url, name=by.actor.application or by.actor.id)
    )
    found = [model.facts(one, authority.key) for one in given]
    for one, facts in zip(given, found, strict=True):
        _refuse_beyond(context, by, one, facts)
    if by.actor.kind != "system":
        await _refuse_erased(context, tx, found)
    digests = [context.keys.fingerprint(SEAL, model.compared(one.raw).decode()) for one in given]
    first = await store.advance(tx, least=model.position_of(clock.now()), count=len(given))
    # Nobody can have spoken before of an id that was made just now.
    named = [one for one, sent in zip(told, given, strict=True) if statement_id or sent.id]
    known = await store.by_ids(tx, named) if named else {}
    voided = await store.voiding(tx, named) if named else frozenset()
    rows: list[tuple[Kept, Facts]] = []
    files: dict[int, list[Attachment]] = {}
    words: list[Told] = []
    for place, (one, id_, facts, digest) in enumerate(zip(given, told, found, digests, strict=True), first):
        if id_ in known:
            _refuse_other(context, known[id_], one, digest)
            continue
        stored = model.stored_at(place)
        happened = one.happened_at or stored
        body = model.completed_body(one, id_, stored=stored, happened_at=happened, authority=authority)
        gone = id_ in voided and facts.voids is None
        files[place] = one.attachments
        if by.grant is not None:
            words.append(order.told(one.statement, one.about, id_))
        rows.append(
            (Kept(place, id_, digest, happened, facts.voids, gone, context.keys.seal(SEAL, body, bound_to=id_)), facts)
        )
    if by.grant is not None:
        await orders.take(tx, grant=by.grant, told=words)
    if rows:
        await _add(context, tx, by=by, rows=rows, named=named)
        await _learn_definitions(context, tx, given)
    if parts:
        await attachments.keep(context, tx, told=files, parts=parts)
    return told


async def _add(
    context: Context, tx: Transaction, *, by: Caller, rows: list[tuple[Kept, Facts]], named: Sequence[str]
) -> None:
    keys = {key for _, facts in rows for key in (*facts.agents, facts.actor)}
    await store.add(tx, rows, {key: context.keys.fingerprint(AGENT_PRINTS, key) for key in keys})
    pairs = [(kept.position, facts.refers_to) for kept, facts in rows if facts.refers_to]
    if named:
        pairs += [pair for pair in await store.referring(tx, named) if pair not in pairs]
    if pairs:
        targets = await store.positions(tx, {target for _, target in pairs})
        voids = [(kept.position, facts.voids) for kept, facts in rows if facts.voids]
        if any(targets.get(one, (0, False))[1] for _, one in voids):
            raise NotAStatement("A statement that voids another cannot be voided itself.")
        await store.void(tx, voids)
        for position, target in sorted(pairs):
            if target in targets:
                await store.borrow(tx, position=position, target=targets[target][0])
    subject = f"statement/{rows[0][0].id}" if len(rows) == 1 else "statement/several"
    await audit.record(tx, by=by.actor, action=STORED, subject=subject, detail={"statements": len(rows)})
    registrations = sorted({facts.registration for _, facts in rows if facts.registration})
    for start in range(0, len(registrations), REGISTRATIONS_TOLD_MAX):
        part = registrations[start : start + REGISTRATIONS_TOLD_MAX]
        await events.publish(tx, type=STORED, subject="", data={"registrations": part})


def _refuse_beyond(context: Context, by: Caller, given: Given, facts: Facts) -> None:
    """Refuse what a launched course may not say: only a learner's own statements of its registration, none voided."""
    if by.grant is None:
        return
    own = learner(context, by.grant.learner_id).key
    if given.statement.actor.key != own or facts.registration != by.grant.registration or facts.voids:
        raise NotYours


async def _refuse_erased(context: Context, tx: Transaction, found: Sequence[Facts]) -> None:
    """Refuse what is said of somebody who was erased here: it would bring back what they had taken away."""
    ours = learner(context, "").key
    keys = {key for facts in found for key in (*facts.agents, facts.actor)}
    named = {key.removeprefix(ours) for key in keys if key.startswith(ours)}
    if await people.erased(tx, named):
        raise NotAStatement("A statement is about somebody who was erased here.")


def _refuse_other(context: Context, kept: Kept, given: Given, digest: str) -> None:
    # A digest of before the last rotation of the secret is compared under the secrets of that time, and one of before
    # contexts were put into lists as it was sent.
    others = {digest}
    if digest != kept.digest:
        for raw in {given.raw, given.sent}:
            others.update(context.keys.fingerprints(SEAL, model.compared(raw).decode()))
    if kept.digest not in others or given.happened_at not in {"", kept.happened_at}:
        raise OtherContent


async def _learn_definitions(context: Context, tx: Transaction, given: Iterable[Given]) -> None:
    """Keep what statements tell of activities; what this process has seen before costs nothing."""
    seen: dict[tuple[str, str], None] = context.memory.setdefault("learn.definitions", {})
    told: dict[str, list[dict[str, Any]]] = {}
    fresh: dict[tuple[str, str], None] = {}
    for activity, definition in chain.from_iterable(map(model.definitions, given)):
        mark = (activity, crypto.digest(msgspec.json.encode(definition)))
        if mark not in seen and mark not in fresh:
            fresh[mark] = None
            told.setdefault(activity, []).append(msgspec.to_builtins(definition))
    if not told:
        return
    known = await store.definitions(tx, sorted(told))
    wholes = {
        activity: reduce(model.merged, parts, msgspec.json.decode(known.get(activity, "{}")))
        for activity, parts in told.items()
    }
    texts = {activity: msgspec.json.encode(whole).decode() for activity, whole in wholes.items()}
    changed = {activity: text for activity, text in texts.items() if known.get(activity) != text}
    if changed:
        await store.put_definitions(tx, changed, changed_at=clock.timestamp())

    def remember() -> None:
        if len(seen) + len(fresh) > DEFINITIONS_REMEMBERED_MAX:
            seen.clear()
        seen.update(fresh)

    tx.after_commit(remember)


async def one(
    context: Context, *, by: Caller, statement_id: str, voided: bool = False, with_files: bool = False
) -> Listed:
    """Return a statement as it is kept; one that was voided is found as such alone. Raises UnknownStatement."""
    async with context.database.reading() as tx:
        kept = (await store.by_ids(tx, [statement_id.lower()])).get(statement_id.lower())
        if kept is None or kept.voided != voided:
            raise UnknownStatement
        body = opened(context, kept)
        if by.grant is not None and model.facts(model.read_many(body)[0], "").registration != by.grant.registration:
            raise UnknownStatement
        held = await attachments.held(tx, [kept.position]) if with_files else []
        return Listed([body], files=await attachments.parts(context, tx, held))


async def listed(context: Context, *, by: Caller, wanted: Wanted) -> Listed:
    """Return statements in the order of storing; a launched course sees those of its own registration alone."""
    if by.grant is not None:
        if wanted.registration not in {"", by.grant.registration}:
            raise NotYours
        wanted = replace(wanted, registration=by.grant.registration)
    async with context.database.reading() as tx:
        found = await store.found(tx, replace(wanted, limit=wanted.limit + 1))
        places, held = found[: wanted.limit], []
        if wanted.with_files:
            held = await attachments.held(tx, places)
            places = places[: fitting(places, held)]
        kept = await store.bodies(tx, places)
        order = {place: number for number, place in enumerate(places)}
        shown = sorted((one for one in held if one.position in order), key=lambda one: order[one.position])
        files = await attachments.parts(context, tx, shown)
    return Listed(
        [opened(context, kept[one]) for one in places], places[-1] if len(found) > len(places) else None, files
    )


async def since(context: Context, tx: Transaction, *, registration: str, after: int) -> list[tuple[int, bytes]]:
    """Return the next statements of a registration after a position, each with its own, the oldest first."""
    wanted = Wanted(registration=registration, after=after, ascending=True)
    places = await store.found(tx, wanted)
    kept = await store.bodies(tx, places)
    return [(place, opened(context, kept[place])) for place in places]


def opened(context: Context, kept: Kept) -> bytes:
    """Return the text of a statement."""
    return context.keys.open(SEAL, kept.body, bound_to=kept.id)


async def definition(context: Context, *, activity: str) -> Mapping[str, Any]:
    """Return an activity with all that statements told of it."""
    known = (await definitions(context, activities=[activity])).get(activity)
    return {"objectType": "Activity", "id": activity, **({"definition": known} if known else {})}


async def definitions(context: Context, *, activities: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return what statements told of activities."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.definitions(tx, sorted(set(activities)))
    return {one: msgspec.json.decode(text) for one, text in found.items()}


async def forget(context: Context, *, by: Actor, learner_id: str) -> int:
    """Remove what is said of somebody who was erased, and end their launches; return how many statements went."""
    agents = prints(context, learner(context, learner_id).key)
    removed = 0
    while True:
        async with context.database.transaction() as tx:
            places = await store.about(tx, agents=agents, limit=REMOVED_AT_ONCE)
            await callers.end_grants_of(tx, learner_id=learner_id)
            removed += await _removed(tx, by, places, why="erased")
        if len(places) < REMOVED_AT_ONCE:
            return removed


async def expire(context: Context, *, by: Actor, before: datetime) -> int:
    """Remove statements that were stored before a moment; return how many went."""
    edge = model.position_of(before)
    removed = 0
    while True:
        async with context.database.transaction() as tx:
            places = await store.before(tx, position=edge, limit=REMOVED_AT_ONCE)
            removed += await _removed(tx, by, places, why="retention")
        if len(places) < REMOVED_AT_ONCE:
            return removed


async def _removed(tx: Transaction, by: Actor, places: Sequence[int], *, why: str) -> int:
    if not places:
        return 0
    files = await attachments.held(tx, places)
    count = await store.remove(tx, places)
    await attachments.let_go(tx, files)
    detail = {"statements": count, "why": why}
    await audit.record(tx, by=by, action="learn.statement.removed", subject="statement/several", detail=detail)
    return count


def party(text: str) -> Party:
    """Return the agent or group that a query names as JSON; raises NotAStatement."""
    try:
        found = msgspec.json.decode(text, type=Party)
        wire.read_json(text.encode(), Raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotAStatement(f"The agent: {model.reason(error)}.") from error
    except BadRequest as error:
        raise NotAStatement("The agent names one thing twice, or holds a NUL character.") from error
    if not found.key:
        raise NotAStatement("The agent or group needs an identifier.")
    return found
