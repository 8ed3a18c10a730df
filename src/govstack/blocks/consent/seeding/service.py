"""Puts the published records in place for test clients, and an agreement to try in the sandbox."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.model import Attribute, Controller, LawfulBasis, Translations
from govstack.blocks.consent.agreements.service import Draft
from govstack.blocks.consent.evidence import service as evidence
from govstack.blocks.consent.evidence.errors import Unknown
from govstack.blocks.consent.evidence.model import Revision, SchemaName, published_hash
from govstack.blocks.consent.individuals import service as individuals
from govstack.blocks.consent.individuals.model import Individual
from govstack.blocks.consent.policies import service as policies
from govstack.blocks.consent.policies.model import Policy
from govstack.blocks.consent.records import service as records
from govstack.blocks.consent.records.model import RecordData, signed
from govstack.blocks.consent.seeding import store
from govstack.blocks.consent.signing import service as signing
from govstack.blocks.consent.signing.model import PGP, Signature, payload_of
from govstack.blocks.consent.signing.service import Kept
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.kernel.manifest import Seeded

SEEDS = Path(__file__).parents[1] / "seeds"
SEEDER = Actor.system("seed")
PUBLISHED_AT = datetime(2023, 4, 2, 12, 0, tzinfo=UTC)


async def reset(context: Context) -> None:
    """Restore exactly the published records; refuses to run outside the conformance profile."""
    if context.settings.profile != "conformance":
        raise RuntimeError("Only the conformance profile resets consent: everything in it would be lost.")
    content = _read("conformance.yaml")
    async with context.database.transaction() as tx:
        await store.remove_everything(tx)
    context.memory.pop(agreements.OF_REVISION, None)
    with clock.fixed(PUBLISHED_AT):
        person = msgspec.convert({**content["individual"], "id": "1"}, Individual)
        await individuals.create(context, by=SEEDER, individual=person, individual_id="1", revision_id="individual-1")
        controller = msgspec.convert(content["controller"], Controller)
        await agreements.enter_controller(context, controller=controller)
        policy = msgspec.convert({**content["policy"], "id": "1"}, Policy)
        await policies.create(context, by=SEEDER, policy=policy, policy_id="1", revision_id="1")
        draft = _draft(content["agreement"], controller_id=controller.id, policy_id="1", active=False)
        await agreements.create(context, by=SEEDER, draft=draft, agreement_id="1", revision_id="2")
        draft = _draft(content["agreement"], controller_id=controller.id, policy_id="1", active=True)
        known = await agreements.change(context, by=SEEDER, agreement_id="1", draft=draft, revision_id="3")
        async with context.database.transaction() as tx:
            await _record(context, tx, known.revision)


async def fill_sandbox(context: Context) -> Seeded:
    """Bring the demo country's agreements, each with its policy, where they are missing."""
    missing = [one for one in _read("sandbox.yaml")["agreements"] if not await _is_there(context, one["id"])]
    for one in missing:
        try:
            await policies.read(context, policy_id=one["policy_id"])
        except Unknown:
            policy = msgspec.convert({**one["policy"], "id": ""}, Policy)
            await policies.create(context, by=SEEDER, policy=policy, policy_id=one["policy_id"])
        draft = _draft(
            one["agreement"], controller_name=one["controller"]["name"], controller_url=one["controller"]["url"],
            policy_id=one["policy_id"], active=True, forgettable=True,
        )  # fmt: skip
        await agreements.create(context, by=SEEDER, draft=draft, agreement_id=one["id"])
    return Seeded(("consent",) if missing else (), {})


async def _is_there(context: Context, agreement_id: str) -> bool:
    try:
        await agreements.read(context, agreement_id=agreement_id)
    except Unknown:
        return False
    return True


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = read_yaml((SEEDS / name).read_text(encoding="utf-8"))
    return content


def _draft(told: dict[str, Any], **more: Any) -> Draft:
    return Draft(
        version=told["version"],
        purpose=told["purpose"],
        lawful_basis=LawfulBasis.CONSENT,
        dpia=told["dpia"],
        data_use=told.get("dataUse"),
        attributes=tuple(
            Attribute(id=str(number), **one) for number, one in enumerate(told.get("attributes", ()), start=1)
        ),
        description=told.get("description", ""),
        language=told.get("language"),
        translations=msgspec.convert(told.get("translations", {}), Translations),
        **more,
    )


async def _record(context: Context, tx: Transaction, terms: Revision) -> None:
    """Enter the published record, which somebody signed with a key of theirs."""
    data = RecordData(
        id="1", data_agreement="1", data_agreement_revision=terms.id,
        data_agreement_revision_hash=terms.serialized_hash, individual="1", opt_in=None,
    )  # fmt: skip
    first = await _append(context, tx, data, revision_id="4")
    kept = await _signature(context, tx, first, "1")
    data = signed(data, record_id="1", signature_id="1", digest=kept.digest, signer="1")
    second = await _append(context, tx, data, previous=first, revision_id="5", signature=kept.signature.signature)
    await records.enter(
        tx,
        records.Row(
            id="1", revision_id=second.id, agreement_id="1", agreement_revision_id=terms.id, individual_id="1",
            opt_in=None, state=data.state.value, signature_id="1", forgotten=False, created_at=clock.timestamp(),
        ),
    )  # fmt: skip
    await _signature(context, tx, second, "2")


async def _append(
    context: Context,
    tx: Transaction,
    data: RecordData,
    *,
    revision_id: str,
    previous: Revision | None = None,
    signature: str = "",
) -> Revision:
    return await evidence.append(
        context, tx, by=SEEDER, schema_name=SchemaName.RECORD, object_id="1", data=msgspec.to_builtins(data),
        previous=previous, individual_id="1", revision_id=revision_id, predecessor_signature=signature,
    )  # fmt: skip


async def _signature(context: Context, tx: Transaction, revision: Revision, signature_id: str) -> Kept:
    text = revision.snapshot or ""
    made = Signature(
        id=signature_id, payload="", signature="published without one", verification_method=PGP,
        verification_payload=text, verification_payload_hash=published_hash(text), verification_signed_by="1",
        verification_signed_as="individual", timestamp=clock.timestamp(), object_type="revision",
        object_reference=revision.id,
    )  # fmt: skip
    made = msgspec.structs.replace(made, payload=payload_of(made))
    return await signing.keep(
        context, tx, signature=made, verified=False, record_id="1", revision_id=revision.id, signature_id=signature_id
    )
