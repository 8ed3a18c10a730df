"""Use cases of auditors: see every object and its history, and check that nothing was altered (C15 to C18)."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import DataAgreement
from govstack.blocks.consent.auditing.model import Verdict
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.model import Finding, Revision, SchemaName
from govstack.blocks.consent.evidence.service import Part, Search
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.reading import service as reading
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.service import Shown
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

AUDIT = "consent:audit"


async def list_records(context: Context, *, by: Actor, part: Part) -> list[Shown]:
    """Return all records of everybody; who reads is on record. Raises Forbidden."""
    individuals.require(context, by, AUDIT)
    async with context.database.reading() as tx:
        found = await records.listed(context, tx, part=part)
    await _note(context, by, found)
    return found


async def read_record(context: Context, *, by: Actor, record_id: str) -> Shown:
    """Return a record; who reads is on record. Raises Forbidden and Unknown."""
    individuals.require(context, by, AUDIT)
    async with context.database.reading() as tx:
        found = await records.read(context, tx, record_id)
    await _note(context, by, [found])
    return found


async def list_agreements(context: Context, *, by: Actor, part: Part) -> list[DataAgreement]:
    """Return all agreements, the terminated ones too; raises Forbidden."""
    individuals.require(context, by, AUDIT)
    return await agreements.listed(context, part=part, terminated_too=True)


async def read_agreement(context: Context, *, by: Actor, agreement_id: str) -> DataAgreement:
    """Return an agreement; raises Forbidden and Unknown."""
    individuals.require(context, by, AUDIT)
    return (await agreements.read(context, agreement_id=agreement_id)).agreement


async def revisions(context: Context, *, by: Actor, wanted: Search, part: Part) -> list[Revision]:
    """Return revisions of all objects, narrowed and sorted (C18); who reads of whom is on record. Raises Forbidden."""
    individuals.require(context, by, AUDIT)
    async with context.database.reading() as tx:
        found = await evidence.search(context, tx, wanted=wanted, part=part)
    await reading.note(context, by=by, operation="revision.list", individual_ids=_people(found))
    return found


async def check(context: Context, *, by: Actor, schema_name: str, object_id: str) -> Verdict:
    """Walk the chain of an object and say what was altered first, if anything; the check is on record.

    Of a record, its row, its signatures and the version of its agreement are checked too. Raises Forbidden, Unknown.
    """
    individuals.require(context, by, AUDIT)
    async with context.database.reading() as tx:
        chain = await evidence.chain(context, tx, schema_name, object_id)
        if not chain:
            raise Unknown
        finding: Finding | None
        if schema_name == SchemaName.RECORD:
            finding = await records.check(context, tx, object_id)
        else:
            finding = evidence.check(context, chain)
    verdict = Verdict(schema_name, object_id, len(chain), finding)
    async with context.database.transaction() as tx:
        await audit.record(
            tx, by=by, action="consent.evidence.checked", subject=f"{schema_name}/{object_id}",
            outcome="ok" if verdict.sound else "failed", detail={"revisions": verdict.revisions},
        )  # fmt: skip
    return verdict


def _people(found: Sequence[Revision]) -> list[str]:
    people = []
    for one in found:
        if one.snapshot is None:
            continue
        if one.schema_name == SchemaName.INDIVIDUAL:
            people.append(one.object_id)
        elif one.schema_name == SchemaName.RECORD:
            people.append(str(one.data.get("individual", "")))
    return people


async def _note(context: Context, by: Actor, found: Sequence[Shown]) -> None:
    await reading.note(context, by=by, operation="record.audit", individual_ids=[one.individual.id for one in found])
