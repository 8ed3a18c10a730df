"""Use cases of giving consent: agree, sign, change and withdraw it, and be forgotten (C9 to C12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.asking import service as asking
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.model import SchemaName
from govstack.blocks.consent.evidence.service import Part
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.errors import NotIdentified, NotYours
from govstack.blocks.consent.reading import service as reading
from govstack.blocks.consent.reading.model import Read
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.errors import NoRecord, NotChangeable, NotRemovable
from govstack.blocks.consent.records.model import RecordData, State
from govstack.blocks.consent.records.service import Narrowed, Row, Shown
from govstack.blocks.consent.signing import service as signing
from govstack.blocks.consent.writing import service as writing
from govstack.kernel import audit, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

ENFORCED = "CONSENT_ENFORCED"
EVERYTHING = Part(0, 1_000)
RECORDS_FORGOTTEN_MAX = 1_000


class Act(StrEnum):
    """What a person did, or somebody with them."""

    AGREED = "agreed"
    REFUSED = "refused"
    WITHDREW = "withdrew"
    SIGNED = "signed"
    OTHER_SIGNED = "other signed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said at one moment to one version of an agreement, and what kind of act that was."""

    at: str
    act: Act
    version: str


@dataclass(frozen=True, slots=True)
class _Asked:
    agreement_id: str
    stated: str
    revision_id: str
    language: str
    opt_in: bool


def is_enforced(context: Context, agreement_id: str) -> bool:
    """Tell whether registers ask about an agreement at each reading, as the operator says: its pages tell people so."""
    return agreement_id in context.settings.text(ENFORCED).split()


async def agree(
    context: Context, *, by: Actor, agreement_id: str, stated: str = "", revision_id: str = "", language: str = ""
) -> Shown:
    """Record that a person agrees to the present version of an agreement; one who agreed already has their record.

    To ask for the record is to agree: the published operation takes no answer. `language` is the one in which they were
    shown it. Raises NotActive, OutdatedRevision, Unknown, BadRequest and what `individuals.concerned` raises.
    """
    asked = _Asked(agreement_id, stated, revision_id, language, opt_in=True)
    return await evidence.repeated(context, lambda tx: _record(context, tx, by, asked))


async def refuse(
    context: Context, *, by: Actor, agreement_id: str, stated: str = "", revision_id: str = "", language: str = ""
) -> Shown:
    """Record that a person does not agree to the present version of an agreement; raises what `agree` raises."""
    asked = _Asked(agreement_id, stated, revision_id, language, opt_in=False)
    return await evidence.repeated(context, lambda tx: _record(context, tx, by, asked))


async def change(
    context: Context, *, by: Actor, record_id: str, opt_in: bool | None, same: dict[str, str], stated: str = ""
) -> Shown:
    """Change the answer of a record, withdrawing for instance; a signature over the earlier answer falls away.

    `same` holds what was sent of the rest, which cannot be changed. Raises NotChangeable, NotActive, OutdatedRevision,
    Unknown and NotYours.
    """

    async def act(tx: Transaction) -> Shown:
        row = await writing.own(context, tx, by, record_id, stated)
        stored = {"dataAgreement": row.agreement_id, "dataAgreementRevision": row.agreement_revision_id}
        stored["individual"] = row.individual_id or ""
        wrong = {name: "cannot be changed" for name, value in same.items() if stored.get(name, value) != value}
        if wrong:
            raise NotChangeable(fields=wrong)
        if opt_in and not row.opt_in:
            await agreements.open_for_consent(context, tx, row.agreement_id, row.agreement_revision_id)
        return await writing.answer(context, tx, by, row, opt_in=opt_in)

    return await evidence.repeated(context, act)


async def current(context: Context, *, by: Actor, agreement_id: str, stated: str = "") -> Shown:
    """Return the record of a person for an agreement that holds now; raises NoRecord and NotYours."""
    found = await listed(context, by=by, stated=stated, agreement_id=agreement_id, part=Part(0, 1))
    if not found:
        raise NoRecord
    return found[0]


async def listed(
    context: Context, *, by: Actor, part: Part, stated: str = "", agreement_id: str = "", every: bool = False
) -> list[Shown]:
    """Return records of a person, the newest first: those that hold now, or all; who reads is on record."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by, stated=stated)
        found = await records.of_individuals(
            context, tx, individual_ids=own, part=part, narrowed=Narrowed(agreement_id), current=not every
        )
    if by.kind != "person":
        await reading.note(context, by=by, operation="record.read", individual_ids=own)
    return found


async def answers(context: Context, *, by: Actor, agreement_id: str) -> list[Answer]:
    """Return what a person answered to an agreement and its earlier versions, the newest answer first."""
    async with context.database.reading() as tx:
        own = await individuals.concerned(context, tx, by=by)
        found = await records.of_individuals(
            context, tx, individual_ids=own, part=EVERYTHING, narrowed=Narrowed(agreement_id), current=False
        )
        said = []
        for one in found:
            before: RecordData | None = None
            for revision in await evidence.chain(context, tx, SchemaName.RECORD, one.revision.object_id):
                data = records.of(evidence.readable(revision))
                said.append(Answer(revision.at, _act(before, data), one.agreement.version))
                before = data
    return sorted(said, key=lambda answer: answer.at, reverse=True)


async def readers(context: Context, *, by: Actor, limit: int, offset: int) -> list[Read]:
    """Return who was shown a person's consent, the newest reading first; nobody, for somebody who is not known."""
    async with context.database.reading() as tx:
        try:
            own = await individuals.concerned(context, tx, by=by)
        except (NotIdentified, NotYours):
            own = ()
    return await reading.about(context, individual_ids=own, limit=limit, offset=offset)


async def forget(context: Context, *, by: Actor, stated: str = "", record_id: str = "") -> int:
    """Forget what a person agreed to where the agreement allows it, or one record that was never signed.

    Texts and signatures go, hashes stay, so that the chains can still be checked. What counts is the version that a
    person answered, as it told them. Returns how many were forgotten; raises NotRemovable, Unknown and NotYours.
    """

    async def act(tx: Transaction) -> int:
        if record_id:
            rows = [await writing.own(context, tx, by, record_id, stated)]
            if await signing.of_record(context, tx, record_id):
                raise NotRemovable
        else:
            own = await individuals.concerned(context, tx, by=by, stated=stated)
            found = await records.rows_of(tx, own, records.EVERYTHING, current=False, limit=RECORDS_FORGOTTEN_MAX)
            answered = await agreements.at_revisions(context, tx, [row.agreement_revision_id for row in found])
            rows = [row for row in found if answered[row.agreement_revision_id][0].forgettable]
        for row in rows:
            await _forget(context, tx, by, row)
        return len(rows)

    return await evidence.repeated(context, act)


async def _forget(context: Context, tx: Transaction, by: Actor, row: Row) -> None:
    newest = await evidence.by_id(context, tx, row.revision_id)
    last = await evidence.forget(context, tx, by=by, schema_name=SchemaName.RECORD, object_id=row.id, newest=newest)
    await signing.forget(tx, record_id=row.id)
    await records.forget_row(tx, row.id, last.id)
    await asking.forget(tx, agreement_id=row.agreement_id, individual_id=row.individual_id or "", record_id=row.id)
    subject = f"consent-record/{row.id}"
    detail = {"consentRecordId": row.id, "dataAgreementId": row.agreement_id, "revisionId": last.id}
    await audit.record(
        tx, by=individuals.unnamed(context, by), action="consent.record.forgotten", subject=subject, detail=detail
    )
    await events.publish(tx, type=writing.CHANGED, subject=subject, data={**detail, "act": "forgotten"})


def _act(before: RecordData | None, data: RecordData) -> Act:
    """Return what somebody did, by what a record said before and says now."""
    if not data.opt_in:
        return Act.WITHDREW if before is not None and before.opt_in else Act.REFUSED
    if data.state is State.UNSIGNED:
        return Act.AGREED
    return Act.SIGNED if not data.signers or data.signers[-1] == data.individual else Act.OTHER_SIGNED


async def _record(context: Context, tx: Transaction, by: Actor, asked: _Asked) -> Shown:
    """Return the record of an answer to the present version of an agreement, new or with that answer."""
    terms = await agreements.open_for_consent(context, tx, asked.agreement_id, asked.revision_id)
    language = agreements.shown_in(terms.agreement, asked.language)
    individual_id = await individuals.concerned_or_new(context, tx, by=by, stated=asked.stated)
    row = await records.row_of_pair(tx, agreement_revision_id=terms.revision.id, individuals=(individual_id,))
    if row is not None:
        return await writing.answer(context, tx, by, row, opt_in=asked.opt_in, language=language)
    data = writing.new_data(terms, individual_id, record_id=ids.new_id(), opt_in=asked.opt_in, language=language)
    revision = await evidence.append(
        context, tx, by=by, schema_name=SchemaName.RECORD, object_id=data.id, data=msgspec.to_builtins(data),
        individual_id=individual_id,
    )  # fmt: skip
    row = writing.row_of(data, revision)
    await records.enter(tx, row)
    await writing.tell(context, tx, by, "agreed" if asked.opt_in else "refused", data=data, revision=revision)
    return (await records.shown(context, tx, [row]))[0]
