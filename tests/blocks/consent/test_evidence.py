"""Evidence: chains that show tampering, whichever byte is changed, and stay sound when texts are forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.consent.evidence.model import (
    FORGOTTEN,
    Fault,
    Revision,
    first_fault,
    made,
    snapshot_of,
)
from govstack.blocks.consent.evidence.store import ORDERS, SQL
from govstack.blocks.consent.giving import service as giving
from govstack.blocks.consent.writing import service as writing
from govstack.kernel import audit, crypto
from govstack.kernel.actor import Actor
from tests.blocks.consent.test_giving import sign
from tests.builders.consent import AGREEMENT, POLICY, RECORD, Consent, consent
from tests.databases import Databases

KEYS = crypto.Keyring("a-secret-that-only-tests-know-0123456789", package="consent")
OTHER_KEYS = crypto.Keyring("another-secret-that-only-tests-know-0123", package="consent")
# A busy machine is slow at making examples; that says nothing of what they test.
TEXTS = st.lists(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3), min_size=1, max_size=6)
IMMUTABLE = [one.name for one in fields(Revision) if one.name not in {"damaged", "successor_id"}]


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


def chain(contents: list[dict[str, Any]], *, keys: crypto.Keyring = KEYS) -> list[Revision]:
    """Return the revisions of one object."""
    found: list[Revision] = []
    for number, data in enumerate(contents, start=1):
        text = snapshot_of(schema_name="ConsentRecord", object_id="1", data=data, at="2026-01-01T00:00:00Z")
        found.append(
            made(
                revision_id=f"r{number}", schema_name="ConsentRecord", object_id="1", snapshot=text,
                at="2026-01-01T00:00:00Z", without_object_id=False, previous=found[-1] if found else None,
                predecessor_signature="", key=keys.signing_key("test"),
            )
        )  # fmt: skip
        if number > 1:
            found[-2] = replace(found[-2], successor_id=f"r{number}")
    return found


def forgotten(revisions: list[Revision]) -> list[Revision]:
    """Return a chain whose texts were taken away, with the revision that says so."""
    return [*(replace(one, snapshot=None) for one in revisions[:-1]), revisions[-1]]


@pytest.mark.requirement("C5", "C15")
@given(contents=TEXTS)
def test_a_chain_is_sound_as_it_was_written_and_when_it_was_forgotten(contents: list[dict[str, str]]) -> None:
    whole = chain(contents)
    emptied = forgotten(chain([*contents, {FORGOTTEN: True}]))

    assert first_fault(whole, KEYS.public_keys("test")) is None
    assert first_fault(emptied, KEYS.public_keys("test")) is None


@pytest.mark.requirement("C15")
@given(contents=TEXTS, data=st.data())
def test_any_field_of_any_revision_that_is_changed_is_found_at_its_place(
    contents: list[dict[str, str]], data: st.DataObject
) -> None:
    revisions = chain(contents)
    place = data.draw(st.integers(0, len(revisions) - 1))
    name = data.draw(st.sampled_from(IMMUTABLE))
    value = getattr(revisions[place], name)
    changed: Any = value + 1 if isinstance(value, int) and not isinstance(value, bool) else f"{value}x"
    if isinstance(value, bool):
        changed = not value
    revisions[place] = replace(revisions[place], **{name: changed})

    finding = first_fault(revisions, KEYS.public_keys("test"))

    assert finding is not None
    # The id of a revision is also what the one before it names as its successor.
    assert finding.number in {revisions[place].number, place, place + 1}


@pytest.mark.requirement("C15")
@given(contents=TEXTS, data=st.data())
def test_a_revision_that_is_missing_is_found(contents: list[dict[str, str]], data: st.DataObject) -> None:
    revisions = chain([*contents, {"last": "one"}])
    del revisions[data.draw(st.integers(0, len(revisions) - 1))]

    assert first_fault(revisions, KEYS.public_keys("test")) is not None


@given(contents=TEXTS, data=st.data())
def test_a_text_cannot_be_missing_from_a_chain_that_was_not_forgotten(
    contents: list[dict[str, str]], data: st.DataObject
) -> None:
    revisions = chain(contents)
    place = data.draw(st.integers(0, len(revisions) - 1))
    revisions[place] = replace(revisions[place], snapshot=None)

    finding = first_fault(revisions, KEYS.public_keys("test"))

    assert finding is not None
    assert finding.fault is Fault.UNREADABLE


def test_a_chain_that_somebody_else_signed_is_found() -> None:
    finding = first_fault(chain([{"a": "b"}], keys=OTHER_KEYS), KEYS.public_keys("test"))

    assert finding is not None
    assert finding.fault is Fault.SIGNATURE


def test_a_chain_stays_sound_after_the_master_secret_was_rotated() -> None:
    before = "a-secret-that-only-tests-know-0123456789"
    rotated = crypto.Keyring("a-new-secret-that-only-tests-know-012345", package="consent", previous=before)

    assert first_fault(chain([{"a": "b"}, {"c": "d"}]), rotated.public_keys("test")) is None


@pytest.mark.requirement("C15")
@pytest.mark.parametrize("text", ["", "x", "[]", "{}", '{"objectData": 5}', "[" * 100_000])
def test_a_newest_text_that_says_nothing_is_found_and_never_an_error(text: str) -> None:
    revisions = chain([{"a": "b"}, {"c": "d"}])
    revisions[-1] = replace(revisions[-1], snapshot=text)

    finding = first_fault(revisions, KEYS.public_keys("test"))

    assert finding is not None
    assert (finding.number, finding.fault) == (2, Fault.TEXT)


async def tampered(block: Consent, table: str, column: str, where: str) -> None:
    """Change one byte of a column, or turn a truth value round, as somebody with the database could."""
    async with block.bench.context.database.transaction() as tx:
        (row,) = await tx.fetch(f"SELECT {column} AS value FROM {table} WHERE {where}")
        value = row["value"]
        changed: object
        if isinstance(value, bytes):
            changed = value[:-1] + bytes([value[-1] ^ 1])
        elif column in {"opt_in", "signed_without_object_id", "forgotten"}:
            changed = not value
        elif isinstance(value, int):
            changed = value + 10
        elif column == "schema_name":
            changed = "Policy"
        elif column == "state":
            changed = "pending more signatures"
        else:
            changed = ("y" if str(value or "").startswith("x") else "x") + str(value or "")[1:]
        await tx.execute(f"UPDATE {table} SET {column} = :changed WHERE {where}", changed=changed)


async def verdict(block: Consent, record_id: str) -> dict[str, Any]:
    """Return what an auditor hears of a record."""
    answer = await block.auditor().send("GET", f"/audit/check/?schemaName=ConsentRecord&objectId={record_id}")
    return {"status": answer.status_code, **answer.json()}


REVISION_COLUMNS = (
    "snapshot", "serialized_hash", "strong_hash", "at", "signed_without_object_id", "predecessor_hash",
    "predecessor_signature", "kid", "signature", "successor_id", "number", "object_id", "schema_name",
)  # fmt: skip
TABLES = ("revision", "individual", "consent_record", "signature", "personal_read", "job", "audit_entry")
ROW_COLUMNS = ("opt_in", "state")


@pytest.mark.requirement("C5", "C15", "C16")
@pytest.mark.parametrize("column", REVISION_COLUMNS)
async def test_one_byte_changed_in_a_stored_revision_is_found(block: Consent, column: str) -> None:
    record = await block.agreed()
    await sign(block, block.person(), record["id"])
    sound = await verdict(block, record["id"])
    await tampered(block, "revision", column, f"object_id = '{record['id']}' AND number = 1")

    found = await verdict(block, record["id"])

    assert (sound["sound"], sound["revisions"]) == (True, 2)
    assert found["sound"] is False
    async with block.bench.context.database.reading() as tx:
        (last, *_) = await audit.entries(tx, action="consent.evidence.checked")
    assert last.outcome == "failed"


@pytest.mark.requirement("C15")
@pytest.mark.parametrize("column", ROW_COLUMNS)
async def test_a_row_that_says_something_else_is_found_and_never_shown(block: Consent, column: str) -> None:
    record = await block.agreed()
    await sign(block, block.person(), record["id"])
    await tampered(block, "consent_record", column, f"id = '{record['id']}'")

    found = await verdict(block, record["id"])
    shown = await block.verifier().send("GET", f"/service/verification/consent-record/{record['id']}/")

    assert (found["sound"], found["fault"]) == (False, "content")
    assert (shown.status_code, shown.json()["code"]) == (500, "evidence-damaged")


@pytest.mark.requirement("C15")
async def test_a_signature_that_was_changed_is_found_and_never_shown(block: Consent) -> None:
    record = await block.agreed()
    await sign(block, block.person(), record["id"])
    await tampered(block, "signature", "content", f"record_id = '{record['id']}'")

    found = await verdict(block, record["id"])
    shown = await block.verifier().send("GET", f"/service/verification/consent-record/{record['id']}/")

    assert (found["sound"], found["fault"]) == (False, "content")
    assert shown.status_code == 500


@pytest.mark.requirement("C16", "C17")
async def test_an_auditor_reads_and_checks_an_agreement_that_was_agreed_to(block: Consent) -> None:
    record, auditor = await block.agreed(), block.auditor()
    here = f"/audit/check/?schemaName=DataAgreement&objectId={block.agreement_id}"

    read = await auditor.get(f"/audit/data-agreement/{block.agreement_id}/")
    sound = await auditor.get(here)
    await tampered(block, "revision", "strong_hash", f"object_id = '{block.agreement_id}'")
    broken = await auditor.get(here)

    assert read["dataAgreement"] == record["dataAgreement"]
    assert sound == {"sound": True, "revisions": 1}
    assert broken == {
        "sound": False, "revisions": 1, "firstBrokenRevision": block.revision["id"], "firstBrokenNumber": 1,
        "fault": "text",
    }  # fmt: skip


@pytest.mark.requirement("C18")
async def test_the_history_of_everything_is_narrowed_and_sorted(block: Consent) -> None:
    organisation, auditor = block.organisation(), block.auditor()
    await organisation.put(f"/config/policy/{block.policy['id']}/", {"policy": {**POLICY, "version": "2.0"}})
    await block.agreed()

    async def history(query: str) -> list[tuple[str, str]]:
        found = await auditor.get(f"/audit/revisions/?{query}")
        return [(one["schemaName"], one["timestamp"]) for one in found["revisions"]]

    everything, newest = await history("sort=timestamp"), await history("")
    by_object = await history("sort=object")
    policies = await history("schemaName=Policy")
    since = await history(f"since={everything[2][1]}&sort=timestamp")
    page = await history("sort=timestamp&offset=1&limit=2")

    assert [name for name, _ in everything] == ["Policy", "DataAgreement", "Policy", "Individual", "ConsentRecord"]
    assert newest == everything[::-1]
    assert [name for name, _ in by_object] == ["ConsentRecord", "DataAgreement", "Individual", "Policy", "Policy"]
    assert len(policies) == 2
    assert since == everything[2:]
    assert page == everything[1:3]


@pytest.mark.requirement("C18")
@pytest.mark.parametrize("narrowed", ["objectId={id}", "objectId={id}&schemaName=Policy", "schemaName=Policy"])
async def test_the_history_of_one_object_or_kind_is_sorted_every_way(block: Consent, narrowed: str) -> None:
    await block.organisation().put(f"/config/policy/{block.policy['id']}/", {"policy": {**POLICY, "version": "2.0"}})
    here = f"/audit/revisions/?{narrowed.format(id=block.policy['id'])}"

    found = {sort: (await block.auditor().get(f"{here}&sort={sort}"))["revisions"] for sort in ORDERS}
    second = (await block.auditor().get(f"{here}&sort=timestamp&offset=1&limit=1"))["revisions"]
    other = await block.auditor().get(f"/audit/revisions/?objectId={block.policy['id']}&schemaName=DataAgreement")

    first_last = [one["id"] for one in found["timestamp"]]
    assert [one["objectId"] for one in found["timestamp"]] == [block.policy["id"]] * 2
    assert found["object"] == found["timestamp"]
    assert [one["id"] for one in found["-timestamp"]] == [one["id"] for one in found["-object"]] == first_last[::-1]
    assert second == found["timestamp"][1:]
    assert other["revisions"] == []


@pytest.mark.parametrize("query", ["schemaName=Webhook", "sort=size", "since=yesterday", "limit=0", "offset=-1"])
async def test_a_history_that_makes_no_sense_is_refused(block: Consent, query: str) -> None:
    assert (await block.auditor().send("GET", f"/audit/revisions/?{query}")).status_code == 400


@pytest.mark.requirement("CN-5.1.1")
async def test_nothing_personal_stands_readable_in_the_database(block: Consent) -> None:
    number = "NATIONAL-1985-0123456789"
    record = await block.agreed(number)
    await sign(block, block.person(number), record["id"])

    async with block.bench.context.database.reading() as tx:
        rows = [
            str(row).encode("unicode_escape")
            for table in (
                "revision",
                "individual",
                "consent_record",
                "signature",
                "personal_read",
                "job",
                "audit_entry",
            )
            for row in await tx.fetch(f"SELECT * FROM {table}")
        ]

    assert rows
    assert not [row for row in rows if number.encode() in row or b"Amina" in row]


async def test_two_administrators_at_once_leave_one_sound_chain(block: Consent) -> None:
    organisation, here = block.organisation(), f"/config/data-agreement/{block.agreement_id}/"

    answers = await asyncio.gather(
        *(
            organisation.send("PUT", here, {"dataAgreement": {**AGREEMENT, "purpose": f"Purpose {number}"}})
            for number in range(5)
        )
    )
    checked = await block.auditor().get(f"/audit/check/?schemaName=DataAgreement&objectId={block.agreement_id}")

    good = [one for one in answers if one.status_code == 200]
    assert good
    assert {one.status_code for one in answers} <= {200, 503}
    assert checked == {"sound": True, "revisions": 1 + len(good)}


async def test_an_act_that_ends_halfway_leaves_nothing(block: Consent, monkeypatch: pytest.MonkeyPatch) -> None:
    person = block.person()
    made_ = await person.post(f"{RECORD}/consent-record/draft/?dataAgreementId={block.agreement_id}")

    async def killed(*_: object, **__: object) -> None:
        raise RuntimeError("the power is gone")

    monkeypatch.setattr(writing, "tell", killed)
    answer = await person.send("POST", f"{RECORD}/data-agreement/{block.agreement_id}/")
    monkeypatch.undo()

    async with block.bench.context.database.reading() as tx:
        left = await SQL.of_kind(tx, schema_name="ConsentRecord", since="", until="9999", limit=10, offset=0)
    assert answer.status_code == 500
    assert left == []
    assert made_["consentRecord"]["id"] == ""


async def test_acts_of_the_platform_are_named_in_revisions(block: Consent) -> None:
    shown = await giving.agree(
        block.bench.context, by=Actor("person", "amina", attributes={"person_id": "1"}),
        agreement_id=block.agreement_id,
    )  # fmt: skip

    assert shown.revision.content["authorizedByOther"] is None
    assert shown.revision.content["authorizedByIndividual"] == shown.data.individual
