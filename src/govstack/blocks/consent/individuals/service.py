"""Use cases of people: enter, read and change them; and who may act for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import msgspec

from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import store
from govstack.blocks.consent.individuals.errors import NobodyNamed, NotIdentified, NotYours, Taken
from govstack.blocks.consent.individuals.model import Individual, identifier_of
from govstack.blocks.consent.reading import service as reading
from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import canonical
from govstack.kernel.db import Contention, Transaction, UniqueViolation
from govstack.kernel.errors import BadRequest, Forbidden, Unauthenticated

CONFIGURE = "consent:configure"
RECORD = "consent:record"
APPLICATIONS = "CONSENT_APPLICATIONS"
PERSON_TYPE = "CONSENT_PERSON_ID_TYPE"
SELF_SERVICE_PROVIDER = "sign-in"
PURPOSE = "consent/individual"


def may(context: Context, by: Actor, scope: str) -> bool:
    """Tell whether somebody holds a scope: by their token, or as an application that calls through the mediator."""
    if by.may(scope):
        return True
    if by.kind != "application" or not by.application:
        return False
    text = context.settings.text(APPLICATIONS)
    given = msgspec.json.decode(text, type=dict[str, str]) if text else {}
    return scope in given.get(by.application, "").split()


def require(context: Context, by: Actor, scope: str) -> None:
    """Refuse a caller without a scope; raises Unauthenticated and Forbidden."""
    if not by.signed_in:
        raise Unauthenticated
    if not may(context, by, scope):
        raise Forbidden


def unnamed(context: Context, by: Actor) -> Actor:
    """Return who acts as logs may name them: staff by name, people by a keyed hash, so that they can be forgotten."""
    if by.kind != "person" or by.may(CONFIGURE):
        return by
    return replace(by, id=f"person/{context.keys.fingerprint(PURPOSE, by.id)}", name="", attributes={})


async def create(
    context: Context, *, by: Actor, individual: Individual, individual_id: str = "", revision_id: str = ""
) -> Individual:
    """Enter a person; the id is ours to give. Raises Taken for an identifier that is known."""
    entered = msgspec.structs.replace(individual, id=individual_id or ids.new_id())
    try:
        async with context.database.transaction() as tx:
            await enter(context, tx, by=by, individual=entered, revision_id=revision_id)
    except UniqueViolation as error:
        raise Taken from error
    return entered


async def enter(context: Context, tx: Transaction, *, by: Actor, individual: Individual, revision_id: str = "") -> None:
    """Enter a person in the transaction of another act; raises UniqueViolation, and Taken as `create` does."""
    references = _references(context, individual)
    await _refuse_taken(tx, references)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.INDIVIDUAL, object_id=individual.id,
        data=msgspec.to_builtins(individual), revision_id=revision_id,
    )  # fmt: skip
    await store.add(
        tx, individual_id=individual.id, revision_id=revision.id, reference=_newest(references),
        person=_newest(person_prints(context, individual.external_id, individual.external_id_type)),
        created_at=clock.timestamp(),
    )  # fmt: skip
    await audit.record(
        tx, by=unnamed(context, by), action="consent.individual.created", subject=f"individual/{individual.id}"
    )


async def read(context: Context, *, by: Actor, individual_id: str) -> Individual:
    """Return a person; who reads is on record. Raises Unknown."""
    async with context.database.transaction() as tx:
        found = (await _of(context, tx, await store.by_ids(tx, (individual_id,)))).get(individual_id)
        if found is None:
            raise Unknown
        await reading.note_in(tx, by=by, operation="individual.read", individual_ids=(individual_id,))
    return found


async def listed(context: Context, *, by: Actor, part: Part) -> list[Individual]:
    """Return people, the oldest first; who reads is on record."""
    async with context.database.transaction() as tx:
        rows = await store.listed(tx, limit=part.limit, offset=part.offset)
        found = await _of(context, tx, rows)
        await reading.note_in(tx, by=by, operation="individual.list", individual_ids=found)
    return list(found.values())


async def change(context: Context, *, by: Actor, individual_id: str, individual: Individual) -> Individual:
    """Change what is known of a person; raises Unknown and Taken."""
    changed = msgspec.structs.replace(individual, id=individual_id)

    async def act(tx: Transaction) -> None:
        rows = await store.by_ids(tx, (individual_id,))
        if not rows:
            raise Unknown
        previous = await evidence.by_id(context, tx, rows[0].revision_id)
        if of(previous) != changed:
            await _revise(context, tx, by, rows[0], previous=previous, changed=changed)

    try:
        await evidence.repeated(context, act)
    except UniqueViolation as error:
        raise Taken from error
    return changed


async def concerned(context: Context, tx: Transaction, *, by: Actor, stated: str = "") -> tuple[str, ...]:
    """Return the individuals that a call is about: one's own, or the one that an application acts for.

    Raises Unauthenticated, NotIdentified, NotYours, NobodyNamed and Unknown. A person who is not entered has none.
    """
    if by.kind == "person":
        own = tuple(row.id for row in await store.of_person(tx, _own_prints(context, by)))
        if stated and stated not in own:
            raise NotYours
        return (stated,) if stated else own
    if not by.signed_in:
        raise Unauthenticated
    if not may(context, by, RECORD):
        raise NotYours
    if stated:
        if not await store.by_ids(tx, (stated,)):
            raise Unknown
        return (stated,)
    if not identifier_of(by):
        raise NobodyNamed
    return tuple(row.id for row in await store.of_person(tx, _own_prints(context, by)))


async def concerned_or_new(context: Context, tx: Transaction, *, by: Actor, stated: str = "") -> str:
    """Return the individual who is about to agree; one who signed in for the first time is entered."""
    found = await concerned(context, tx, by=by, stated=stated)
    return found[0] if found else await _entered(context, tx, by, identifier_of(by))


async def named_or_new(
    context: Context, tx: Transaction, *, by: Actor, individual_id: str = "", external_id: str = ""
) -> str:
    """Return the individual whom somebody names, by this block's id or by the identifier they sign in with.

    One whose identifier is not known yet is entered. Raises Unknown, and BadRequest for nobody or for two.
    """
    if bool(individual_id) == bool(external_id):
        raise BadRequest("Name the person by individualId or by externalId.", fields={"externalId": "or individualId"})
    if individual_id:
        if not await store.by_ids(tx, (individual_id,)):
            raise Unknown
        return individual_id
    found = await found_by(context, tx, external_id)
    return found[0] if found else await _entered(context, tx, by, external_id)


async def found_by(context: Context, tx: Transaction, external_id: str) -> tuple[str, ...]:
    """Return the individuals with an identifier of the kind that people sign in with."""
    wanted = person_prints(context, external_id, context.settings.text(PERSON_TYPE))
    return tuple(row.id for row in await store.of_person(tx, wanted))


async def same_person(tx: Transaction, individual_id: str) -> tuple[str, ...]:
    """Return all individuals who are the same natural person as one of them, in the transaction of another act."""
    return tuple(await store.same_person(tx, individual_id))


async def revisions_of(tx: Transaction, individual_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the ids of the newest revisions of people, in the transaction of another act."""
    return {row.id: row.revision_id for row in await store.by_ids(tx, list(dict.fromkeys(individual_ids)))}


async def switch_notices(context: Context, *, by: Actor, stated: str = "", wanted: bool) -> None:
    """Let a person switch notices about changes of their agreements on or off (C13)."""

    async def act(tx: Transaction) -> None:
        individual_id = await concerned_or_new(context, tx, by=by, stated=stated)
        own = {individual_id, *(await concerned(context, tx, by=by, stated=stated))}
        await store.switch_notices(tx, sorted(own), wanted=wanted)
        subject, detail = f"individual/{individual_id}", {"wanted": wanted}
        await audit.record(
            tx, by=unnamed(context, by), action="consent.notices.switched", subject=subject, detail=detail
        )

    await evidence.repeated(context, act)


async def own_notices(context: Context, *, by: Actor) -> bool:
    """Tell whether whoever calls wants notices; a person who is not entered would get them. Raises NotIdentified."""
    async with context.database.reading() as tx:
        own = await concerned(context, tx, by=by)
        return not own or bool(await wants_notices(context, tx, own))


async def wants_notices(context: Context, tx: Transaction, individual_ids: Sequence[str]) -> frozenset[str]:
    """Return those of some people who want notices."""
    return frozenset(row.id for row in await store.by_ids(tx, list(individual_ids)) if row.notices)


def of(revision: Revision) -> Individual:
    """Return the person that a revision holds."""
    return msgspec.convert(revision.data, Individual)


def person_prints(context: Context, external_id: str | None, kind: str | None) -> list[str]:
    """Return what the rows of a natural person are found by: keyed hashes of identifier and kind, the newest first.

    There is one for each master secret that may have been in force when a row was written.
    """
    if not external_id:
        return []
    return context.keys.fingerprints(PURPOSE, canonical([external_id, kind or ""]).decode())


def _own_prints(context: Context, by: Actor) -> list[str]:
    wanted = person_prints(context, identifier_of(by), context.settings.text(PERSON_TYPE))
    if not wanted:
        raise NotIdentified
    return wanted


def _references(context: Context, individual: Individual) -> list[str]:
    if not individual.external_id:
        return []
    parts = [individual.external_id, individual.external_id_type or "", individual.identity_provider_id or ""]
    return context.keys.fingerprints(PURPOSE, canonical(parts).decode())


def _newest(prints: Sequence[str]) -> str | None:
    return prints[0] if prints else None


async def _refuse_taken(tx: Transaction, references: Sequence[str], *, but: str = "") -> None:
    """Refuse a person who stands there under an earlier secret; the newest hash is unique in the table itself."""
    if any(row.id != but for row in await store.of_references(tx, references)):
        raise Taken


async def _of(context: Context, tx: Transaction, rows: Sequence[store.Row]) -> dict[str, Individual]:
    found = await evidence.by_ids(context, tx, [row.revision_id for row in rows])
    return {row.id: of(found[row.revision_id]) for row in rows}


async def _entered(context: Context, tx: Transaction, by: Actor, external_id: str) -> str:
    individual = Individual(
        id=ids.new_id(),
        external_id=external_id,
        external_id_type=context.settings.text(PERSON_TYPE),
        identity_provider_id=SELF_SERVICE_PROVIDER,
    )
    try:
        await enter(context, tx, by=by, individual=individual)
    except Taken as error:
        # The same person was entered by another way since they were looked for: whoever tries again finds them.
        raise Contention from error
    return individual.id


async def _revise(
    context: Context, tx: Transaction, by: Actor, row: store.Row, *, previous: Revision, changed: Individual
) -> None:
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.INDIVIDUAL, object_id=row.id,
        data=msgspec.to_builtins(changed), previous=previous,
    )  # fmt: skip
    references = _references(context, changed)
    await _refuse_taken(tx, references, but=row.id)
    person = _newest(person_prints(context, changed.external_id, changed.external_id_type))
    if not await store.revise(tx, row, revision_id=revision.id, reference=_newest(references), person=person):
        raise Contention
    await audit.record(tx, by=unnamed(context, by), action="consent.individual.changed", subject=f"individual/{row.id}")
