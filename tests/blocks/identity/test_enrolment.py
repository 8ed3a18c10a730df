"""Enrolment: signed packets come in any order, are read and changed, and lead to one person, once."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.identity.committing import service as committing
from govstack.blocks.identity.deduplication import service as deduplication
from govstack.blocks.identity.deduplication.errors import SeveralSame
from govstack.blocks.identity.deduplication.model import Candidate, Decision, check_decision
from govstack.blocks.identity.enrolment import service
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.packets.model import Content, Part, Text, merged
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Evidence, IdentifierKind
from govstack.blocks.identity.stations import service as stations
from govstack.kernel import audit, clock
from tests.builders.enrolment import (
    ADMINISTRATOR,
    APPLICATION,
    OFFICER,
    PDF,
    Machine,
    approved,
    encrypted,
    envelope_of,
    segment,
    work,
)
from tests.builders.running import Bench, bench
from tests.databases import Databases

REFERENCE = "100011000100012023"
PAPER = (Evidence("birth certificate", "12/1990"),)
JSON = {"content-type": "application/json"}


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone."""
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


@pytest.fixture
async def machine(running: Bench) -> Machine:
    """A machine whose packets are taken in."""
    made = Machine()
    await approved(running, made)
    return made


def sender(running: Bench, *scopes: str) -> httpx.AsyncClient:
    return running.application(APPLICATION, "identity:enrol", *scopes)


def another(running: Bench) -> httpx.AsyncClient:
    """Return the application of those who decide who is who; nobody decides about their own."""
    return running.application("demo/GOV/7004/adjudication", "identity:enrol", "identity:adjudicate")


async def send(running: Bench, body: bytes) -> httpx.Response:
    async with sender(running) as client:
        return await client.put("/enrollment", content=body, headers=JSON)


async def read(running: Bench, reference: str = REFERENCE) -> dict[str, Any]:
    async with sender(running) as client:
        found = await client.get(f"/enrollment/{reference}")
    assert found.status_code == 200, found.text
    return dict(found.json())


async def registered(running: Bench) -> list[Mapping[str, str]]:
    """Return the claims of everybody who is registered."""
    found = await people.people(running.context, limit=50)
    return [{f"{one.name}#{one.language}".rstrip("#"): one.value for one in person.attributes} for person in found]


def errors(answer: httpx.Response) -> list[str]:
    return [one["errorCode"] for one in answer.json()["errors"]]


@pytest.mark.requirement("IDN-14", "IDN-15", "IDN-18")
async def test_an_enrolment_in_one_piece_leads_to_somebody_registered(running: Bench, machine: Machine) -> None:
    answer = await send(running, machine.envelope(machine.packet(finalise=True)))
    await work(running)

    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "version", "responsetime", "metaData", "response", "errors"}
    assert answer.json()["errors"] == []
    assert answer.json()["response"][0].keys() == {
        "id", "packetName", "source", "process", "refId", "schemaVersion", "signature", "encryptedHash",
        "providerName", "providerVersion", "creationDate",
    }  # fmt: skip
    assert await registered(running) == [
        {
            "name#eng": "Amina Kone", "name#ara": "أمينة كوني", "birthdate": "1990-04-17", "gender": "female",
            "address#eng": '{"locality":"Kenitra"}', "address": '{"postal_code":"14022"}',
            "email": "amina@example.org",
        }
    ]  # fmt: skip
    assert (await read(running))["state"] == "committed"


@pytest.mark.requirement("IDN-24")
async def test_the_number_that_was_given_can_be_handed_over_and_works(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet(finalise=True)))
    await work(running)

    async with sender(running) as client:
        vid = (await client.get(f"/enrollment/{REFERENCE}/outcome")).json()["vid"]
    found = await people.find(running.context, identifier=vid)
    async with running.context.database.reading() as tx:
        (entry,) = await audit.entries(tx, action="identity.enrolment.number-read")
    assert found is not None
    assert (found.kind, found.person.display_name) == (IdentifierKind.VID, "Amina Kone")
    assert vid not in str(entry)


@pytest.mark.requirement("IDN-16", "IDN-17")
async def test_packets_of_several_steps_change_only_what_they_name(running: Bench, machine: Machine) -> None:
    first = await send(running, machine.envelope(machine.packet()))
    second = await send(running, machine.envelope(machine.packet(fields={"city": "Rabat", "phone": "+212600000001"})))
    found = await read(running)

    assert (first.status_code, second.status_code) == (201, 200)
    said = {(one["name"], one["language"]): one["value"] for one in found["attributes"]}
    assert said["name", "eng"] == "Amina Kone"
    assert said["phone_number", ""] == "+212600000001"
    assert said["address", ""] == '{"locality":"Rabat","postal_code":"14022"}'
    assert (found["state"], found["missing"]) == ("open", [])


@pytest.mark.requirement("IDN-17")
async def test_what_is_called_by_another_name_later_takes_the_place_of_the_first(
    running: Bench, machine: Machine
) -> None:
    lines = {"addressLine1": "12 rue A", "addressLine2": "Box 3"}
    await send(running, machine.envelope(machine.packet(fields={"fullName": "Amina Kone", "dob": "1990", **lines})))
    before = await read(running)
    fields = {"name": "Amina Diallo", "birthdate": "1991", "addressLine2": "Box 4"}
    await send(running, machine.envelope(machine.packet(fields=fields)))
    after = await read(running)

    told = [{one["name"]: one["value"] for one in found["attributes"]} for found in (before, after)]
    assert told[0] == {
        "name": "Amina Kone", "birthdate": "1990", "address": '{"street_address":"12 rue A, Box 3"}'
    }  # fmt: skip
    assert told[1] == {
        "name": "Amina Diallo", "birthdate": "1991", "address": '{"street_address":"12 rue A, Box 4"}'
    }  # fmt: skip


@pytest.mark.requirement("IDN-16", "IDN-20")
@given(st.permutations(range(4)))
def test_the_order_in_which_packets_arrive_does_not_matter(order: list[int]) -> None:
    made = [
        Part(str(number), f"2026-11-2{number}", Content(fields={"name": (Text(f"Name {number}"),), f"f{number}": ()}))
        for number in range(4)
    ]

    assert merged(made[number] for number in order) == merged(made)
    assert merged(made).fields["name"] == (Text("Name 3"),)


@pytest.mark.requirement("IDN-20")
async def test_a_packet_that_says_how_many_there_are_waits_for_the_others(running: Bench, machine: Machine) -> None:
    last = machine.envelope(machine.packet(finalise=True, parts=2), creationDate=ago(days=1))
    first = machine.envelope(machine.packet(fields={"phone": "+212600000001"}), creationDate=ago(days=2))
    assert (await send(running, last)).status_code == 201
    await work(running)
    assert (await read(running))["state"] == "open"

    await send(running, first)
    await work(running)

    assert (await read(running))["state"] == "committed"


@pytest.mark.requirement("IDN-20", "IDN-22")
async def test_an_offline_packet_sent_twice_counts_once_even_after_the_commit(running: Bench, machine: Machine) -> None:
    body = machine.envelope(machine.packet(offlineMode=True, finalise=True), creationDate=ago(days=9))
    first = await send(running, body)
    await work(running)
    again = await send(running, body)
    await work(running)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["response"] == again.json()["response"]
    assert len(await registered(running)) == 1
    async with sender(running) as client:
        traced = (await client.get(f"/enrollment/{REFERENCE}/packets")).json()["packets"]
    assert len(traced) == 1


@pytest.mark.requirement("IDN-22")
async def test_the_identifiers_of_requests_stay_after_the_commit(running: Bench, machine: Machine) -> None:
    packet = machine.packet(
        finalise=True, metaInfo={"operationsData": '[{"label":"officerId","value":"globaladmin"}]'},
        audits=[{"eventId": "RPR_405", "hostIp": "192.168.1.100"}],
    )  # fmt: skip
    async with sender(running) as client:
        body = machine.envelope(packet)
        await client.put("/enrollment", content=body, headers={**JSON, "x-correlation-id": "request-77"})
        await work(running)
        traced = (await client.get(f"/enrollment/{REFERENCE}/packets")).json()["packets"][0]

    assert (traced["correlationId"], traced["officerId"], traced["sender"]) == (
        "request-77",
        "globaladmin",
        APPLICATION,
    )
    assert (await read(running))["attributes"] == []


@pytest.mark.requirement("IDN-18")
async def test_a_packet_that_was_changed_is_refused_and_nothing_is_stored(running: Bench, machine: Machine) -> None:
    raw = msgspec.json.encode(machine.packet())
    signature = machine.signed(raw, REFERENCE)
    answer = await send(running, envelope_of(raw.replace(b"Kenitra", b"Kinshas"), signature))

    assert (answer.status_code, errors(answer), answer.json()["response"]) == (403, ["invalid_signature"], [])
    assert await rows(running, "enrolment") == 0


@pytest.mark.requirement("IDN-18")
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "another"}, "invalid_signature"),
        ({"centre": "99999"}, "service_not_approved"),
        ({"signed": {"id": "another"}}, "invalid_signature"),
        ({"signed": {"refId": "10001_\x00"}}, "invalid_signature"),
        ({"signed": {"creationDate": "2031-01-01T00:00:00Z"}}, "invalid_signature"),
        ({"signed": {"creationDate": "2020-01-01T00:00:00Z"}}, "invalid_signature"),
        ({"signed": {"creationDate": "yesterday"}}, "invalid_signature"),
        ({"algorithm": "HS256"}, "invalid_signature"),
        ({"algorithm": "none"}, "invalid_signature"),
    ],
)
async def test_a_packet_that_is_not_proven_is_refused(
    running: Bench, machine: Machine, change: Mapping[str, Any], code: str
) -> None:
    other = Machine(centre=change.get("centre", machine.centre), key=Machine().key if "key" in change else machine.key)
    body = other.envelope(other.packet(), **change.get("signed", {}))
    if "algorithm" in change:
        raw = msgspec.json.encode(machine.packet())
        head = base64.urlsafe_b64encode(msgspec.json.encode({"alg": change["algorithm"]})).rstrip(b"=").decode()
        _head, payload, signed = machine.signed(raw, REFERENCE).split(".")
        body = envelope_of(raw, f"{head}.{payload}.{signed if change['algorithm'] != 'none' else ''}")

    answer = await send(running, body)

    assert (answer.status_code, errors(answer)) == (403, [code])
    assert await rows(running, "enrolment") == 0


@pytest.mark.requirement("IDN-18")
async def test_nothing_is_taken_from_a_service_that_waits_or_was_revoked(running: Bench) -> None:
    machine = Machine()
    waiting = await stations.register(running.context, by=ADMINISTRATOR, wish=machine.wish)
    before = await send(running, machine.envelope(machine.packet()))
    await stations.revoke(running.context, by=ADMINISTRATOR, station_id=waiting.id)
    after = await send(running, machine.envelope(machine.packet(), creationDate=ago(days=2)))

    assert [errors(before), errors(after)] == [["service_not_approved"], ["service_not_approved"]]


@pytest.mark.requirement("IDN-18")
@pytest.mark.parametrize(("officer", "status"), [("globaladmin", 201), ("stranger", 403), (None, 403)])
async def test_a_service_that_names_its_officers_sends_packets_of_no_others(
    running: Bench, officer: str | None, status: int
) -> None:
    machine = Machine()
    wish = replace(machine.wish, officers=("globaladmin",))
    made = await stations.register(running.context, by=ADMINISTRATOR, wish=wish)
    await stations.approve(running.context, by=ADMINISTRATOR, station_id=made.id)
    told = {"operationsData": [{"label": "officerId", "value": officer}]}

    answer = await send(running, machine.envelope(machine.packet(metaInfo=told)))

    assert answer.status_code == status


@pytest.mark.requirement("IDN-18")
async def test_a_service_that_names_its_application_sends_through_no_other(running: Bench) -> None:
    machine = Machine()
    made = await stations.register(
        running.context, by=ADMINISTRATOR, wish=replace(machine.wish, application="demo/GOV/7010/another")
    )
    await stations.approve(running.context, by=ADMINISTRATOR, station_id=made.id)

    answer = await send(running, machine.envelope(machine.packet()))

    assert (answer.status_code, errors(answer)) == (403, ["service_not_approved"])


@pytest.mark.requirement("IDN-16")
async def test_an_enrolment_is_for_one_process_and_has_so_many_packets(
    running: Bench, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PACKETS_MAX", 1)
    await send(running, machine.envelope(machine.packet()))
    other = await send(running, machine.envelope(machine.packet(process="LOST", fields={"city": "Fez"})))
    more = await send(running, machine.envelope(machine.packet(fields={"city": "Fez"})))

    assert (other.status_code, errors(other)) == (409, ["process-differs"])
    assert (more.status_code, errors(more)) == (409, ["too-many-packets"])


@pytest.mark.requirement("IDN-14", "IDN-19")
@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({"audits": [{"eventId": "RPR"}]}, b"RPR", b"R\xffR"),
        ({"source": "RPR"}, b"RPR", b"R\\u0000R"),
        ({"metaInfo": {"operationsData": '[{"label":"officerId","value":"RPR"}]'}}, b"RPR", b"R\\\\u0000R"),
    ],
)
async def test_a_packet_with_letters_that_nothing_can_keep_is_refused_also_encrypted(
    running: Bench, machine: Machine, changes: Mapping[str, Any], before: bytes, after: bytes
) -> None:
    async with running.client() as client:
        key = (await client.get("/enrollment/keys")).json()["keys"][0]
    plain = msgspec.json.encode(machine.packet(**changes)).replace(before, after)
    raw = msgspec.json.encode(encrypted(plain, key))

    answer = await send(running, envelope_of(raw, machine.signed(raw, REFERENCE)))

    assert (answer.status_code, errors(answer)) == (400, ["invalid_packet"])


@pytest.mark.requirement("IDN-18")
async def test_an_id_of_another_centre_is_refused(running: Bench, machine: Machine) -> None:
    other = Machine(centre="20002")
    await approved(running, other)
    await send(running, machine.envelope(machine.packet()))

    answer = await send(running, other.envelope(other.packet(fields={"fullName": "Somebody Else"})))

    assert (answer.status_code, errors(answer)) == (403, ["enrolment-of-another"])


@pytest.mark.requirement("IDN-19")
async def test_a_packet_is_taken_in_that_is_encrypted_to_the_published_key(running: Bench, machine: Machine) -> None:
    async with running.client() as client:
        key = (await client.get("/enrollment/keys")).json()["keys"][0]
    answer = await send(running, machine.envelope(machine.packet(finalise=True), key=key))
    await work(running)

    assert (key["use"], answer.status_code) == ("enc", 201)
    assert (await registered(running))[0]["name#eng"] == "Amina Kone"


@pytest.mark.requirement("IDN-19")
async def test_a_packet_is_refused_that_is_encrypted_to_another_key_compressed_or_cut_off(
    running: Bench, machine: Machine
) -> None:
    async with running.client() as client:
        key = (await client.get("/enrollment/keys")).json()["keys"][0]
    foreign = {**Machine().key.as_dict(private=False), "kid": key["kid"], "use": "enc"}
    bomb = encrypted(b" " * 5_000_000, key, zip="DEF")
    small = encrypted(msgspec.json.encode(machine.packet()), key, zip="DEF")
    for text in (encrypted(b"{}", foreign), bomb, small, encrypted(b"{}", key)[:-9], "a.b.c.d.e", "plain"):
        raw = msgspec.json.encode(text)
        answer = await send(running, envelope_of(raw, machine.signed(raw, REFERENCE)))

        assert (answer.status_code, errors(answer)) == (400, ["decryption_failed"])


@pytest.mark.requirement("IDN-14")
@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"process": "DEMO"}, 400, "invalid_packet"),
        ({"fields": {"bloodType": "A"}}, 400, "unknown-field"),
        ({"fields": {"dateOfBirth": "31 December"}}, 400, "attribute-wrong"),
        ({"fields": {"fullName": [{"language": "eng", "value": "x" * 2_001}]}}, 413, "packet_too_large"),
        ({"fields": {f"f{number}": "x" for number in range(201)}}, 413, "packet_too_large"),
        ({"biometrics": {"segment": [segment()] * 21, "segments": [segment()] * 21}}, 413, "packet_too_large"),
        ({"documents": {"POI": {"document": "no base64!"}}}, 400, "invalid_packet"),
        ({"documents": {"POI": {"document": base64.b64encode(b"MZ program").decode()}}}, 400, "invalid_packet"),
        ({"documents": {"POI": {"reference": "documents/7"}}}, 400, "invalid_packet"),
        ({"biometrics": {"segment": [{"bdb": ["AA=="]}]}}, 400, "invalid_packet"),
        ({"biometrics": {"segment": [segment("VOICE")]}}, 400, "invalid_packet"),
        ({"biometrics": {"segments": [segment(score=101)]}}, 400, "invalid_packet"),
        ({"fields": {}, "finalise": True}, 400, "enrolment-incomplete"),
        ({"process": "UPDATE", "fields": {"UIN": "1234567890"}}, 404, "unknown-individual"),
        ({"id": "a b"}, 400, "invalid_packet"),
        ({"metaInfo": {"metaData": '[{"label":"centerId","value":"999"}]'}}, 403, "invalid_signature"),
        ({"metaInfo": {"metaData": [{"label": "x"}] * 51}}, 413, "packet_too_large"),
    ],
)
async def test_a_packet_with_something_wrong_is_refused_in_the_published_envelope(
    running: Bench, machine: Machine, changes: Mapping[str, Any], status: int, code: str
) -> None:
    answer = await send(running, machine.envelope(machine.packet(**changes)))

    assert (answer.status_code, errors(answer)) == (status, [code]), answer.text
    assert await rows(running, "enrolment") == 0


@pytest.mark.requirement("IDN-14")
async def test_a_body_that_is_nested_too_deeply_too_large_or_cut_off_is_refused(
    running: Bench, machine: Machine
) -> None:
    deep = machine.envelope(machine.packet()).replace(b'"Kenitra"', b"[" * 50_000 + b"]" * 50_000)
    whole = machine.envelope(machine.packet())
    for body, status in ((deep, 400), (whole[:-20], 400), (b" " * 16_000_001, 413), (b"", 400)):
        answer = await send(running, body)
        assert answer.status_code == status, answer.text
        assert len(answer.json()["errors"]) == 1


@pytest.mark.requirement("IDN-14", "IDN-47")
async def test_enrolling_needs_its_right(running: Bench, machine: Machine) -> None:
    body = machine.envelope(machine.packet())
    async with running.client() as nobody, running.application(APPLICATION, "identity:read") as reader:
        unknown = await nobody.put("/enrollment", content=body, headers=JSON)
        known = await reader.put("/enrollment", content=body, headers=JSON)

    assert [(unknown.status_code, errors(unknown)), (known.status_code, errors(known))] == [
        (401, ["unauthenticated"]), (403, ["forbidden"]),
    ]  # fmt: skip


@pytest.mark.requirement("IDN-16", "IDN-50")
async def test_documents_and_biometric_records_are_kept_sealed_and_told_by_hash(
    running: Bench, machine: Machine
) -> None:
    packet = machine.packet(
        documents={
            "POI": {"document": base64.b64encode(PDF).decode(), "type": "passport", "refNumber": "P-1"},
            "POA": {"reference": "documents/7", "hash": "ab" * 32},
        },
        biometrics={
            "segment": [segment("FINGER", "Left", "LittleFinger")],
            "segments": [segment("FACE", content=b"face record")],
        },
    )  # fmt: skip
    answer = await send(running, machine.envelope(packet))
    found = await read(running)

    assert [one["packetName"] for one in answer.json()["response"]] == ["id", "evidence", "optional"]
    assert [(one["kind"], one["name"], one["quality"]) for one in found["pieces"]] == [
        ("document", "POI", None), ("document", "POA", None),
        ("biometric", "FINGER Left LittleFinger", 80), ("biometric", "FACE", 80),
    ]  # fmt: skip
    assert all(len(one["hash"]) == 64 for one in found["pieces"])
    async with running.context.database.reading() as tx:
        kept = [
            *await tx.fetch("SELECT content FROM enrolment_piece"),
            *await tx.fetch("SELECT * FROM enrolment_packet"),
        ]
    text = b"|".join(bytes(row["content"]) for row in kept if row["content"])
    assert not any(word in text for word in (b"birth certificate", b"Amina", b"bdbInfo", b"passport"))


@pytest.mark.requirement("IDN-17")
async def test_enrolments_are_found_by_state_and_by_name_until_they_are_committed(
    running: Bench, machine: Machine
) -> None:
    await send(running, machine.envelope(machine.packet()))
    await send(running, machine.envelope(machine.packet("other-1", fields={"fullName": "Boris Petrov"})))
    async with sender(running) as client:
        named = (await client.post("/enrollment/search", json={"name": "كوني أمينة"})).json()["enrolments"]
        every = (await client.post("/enrollment/search", json={"state": "open", "refId": machine.ref_id})).json()
        none = (await client.post("/enrollment/search", json={"state": "held"})).json()["enrolments"]

    await send(running, machine.envelope(machine.packet(fields={"gender": "F"}, finalise=True)))
    await work(running)
    async with sender(running) as client:
        over = (await client.post("/enrollment/search", json={"name": "Amina Kone"})).json()["enrolments"]

    assert [one["id"] for one in named] == [REFERENCE]
    assert over == []
    assert (len(every["enrolments"]), none) == (2, [])


@pytest.mark.requirement("IDN-17", "IDN-54")
async def test_a_search_for_a_person_is_on_record_without_the_person(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with sender(running) as client:
        await client.post("/enrollment/search", json={"state": "open"})
        await client.post("/enrollment/search", json={"name": "Amina Kone"})

    async with running.context.database.reading() as tx:
        found = await audit.entries(tx, action="identity.enrolment.searched")
    assert len(found) == 1
    assert "Amina" not in str(found)


@pytest.mark.requirement("IDN-17")
@pytest.mark.parametrize(
    ("since", "count"), [("2026-01-01T02:00:00+02:00", 1), ("2999-01-01T00:00:00Z", 0), ("yesterday", None)]
)
async def test_enrolments_are_found_from_a_moment_on(
    running: Bench, machine: Machine, since: str, count: int | None
) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with sender(running) as client:
        answer = await client.post("/enrollment/search", json={"since": since})

    assert answer.status_code == (400 if count is None else 200)
    assert count is None or len(answer.json()["enrolments"]) == count


@pytest.mark.requirement("IDN-17", "IDN-47")
async def test_nobody_sees_the_enrolments_of_another_application(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with running.application("demo/GOV/1/other", "identity:enrol") as other:
        found = await other.get(f"/enrollment/{REFERENCE}")
        listed = await other.post("/enrollment/search", json={})

    assert (found.status_code, listed.json()["enrolments"]) == (404, [])


@pytest.mark.requirement("IDN-17")
async def test_a_committed_enrolment_takes_no_change_and_is_committed_once(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with sender(running) as client:
        asked = await client.post(f"/enrollment/{REFERENCE}/commit")
        again = await client.post(f"/enrollment/{REFERENCE}/commit")
        await work(running)
        late = await client.post(f"/enrollment/{REFERENCE}/commit")
    changed = await send(running, machine.envelope(machine.packet(fields={"city": "Rabat"})))

    assert [asked.status_code, again.status_code, late.json()["state"]] == [202, 202, "committed"]
    assert (changed.status_code, errors(changed)) == (409, ["enrolment-closed"])
    assert len(await registered(running)) == 1


@pytest.mark.requirement("IDN-15", "IDN-51")
async def test_a_commit_that_was_cut_off_goes_on_and_registers_once(
    running: Bench, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send(running, machine.envelope(machine.packet(finalise=True)))
    enter = people.enter

    async def cut_off(*args: Any, **kwargs: Any) -> None:
        await enter(*args, **kwargs)
        raise ConnectionError("the process was killed")

    async def cut_off_at_once(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("the process was killed")

    with monkeypatch.context() as patched:
        patched.setattr(people, "enter", cut_off)
        with pytest.raises(ConnectionError):
            await committing.carry_out(running.context, enrolment_id=REFERENCE)
    assert await registered(running) == []

    await committing.carry_out(running.context, enrolment_id=REFERENCE)
    with monkeypatch.context() as patched:
        patched.setattr(service, "keep_outcome", cut_off_at_once)
        with pytest.raises(ConnectionError):
            await committing.issue(running.context, enrolment_id=REFERENCE)
    await work(running)
    await committing.carry_out(running.context, enrolment_id=REFERENCE)
    await committing.issue(running.context, enrolment_id=REFERENCE)

    person = (await people.people(running.context, limit=5))[0]
    assert len(await registered(running)) == 1
    assert len(await people.identifiers(running.context, person_id=person.id)) == 1


@pytest.mark.requirement("IDN-17")
async def test_an_enrolment_nobody_goes_on_with_is_given_up_and_forgotten(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet(documents={"POI": {"document": b64(PDF)}})))
    with clock.fixed(clock.now() + timedelta(days=29)):
        assert await service.abandon(running.context) == 0
    with clock.fixed(clock.now() + timedelta(days=31)):
        assert await service.abandon(running.context) == 1

    found = await read(running)
    assert (found["state"], found["problem"], found["attributes"], found["pieces"]) == (
        "abandoned",
        "untouched",
        [],
        [],
    )
    again = await send(running, machine.envelope(machine.packet()))
    assert errors(again) == ["enrolment-closed"]


@pytest.mark.requirement("IDN-17")
async def test_an_enrolment_can_be_withdrawn_before_it_is_committed(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with sender(running) as client:
        gone = await client.post(f"/enrollment/{REFERENCE}/withdraw")
        commit = await client.post(f"/enrollment/{REFERENCE}/commit")

    assert (gone.json()["state"], commit.status_code) == ("abandoned", 409)


@pytest.mark.requirement("IDN-28")
async def test_an_update_changes_attributes_on_the_evidence_of_a_document(running: Bench, machine: Machine) -> None:
    vid = await known(running)
    fields = {"VID": vid, "city": "Rabat", "email": ""}
    without = await send(running, machine.envelope(machine.packet(process="UPDATE", fields=fields, finalise=True)))
    packet = machine.packet(
        "update-1", process="UPDATE", fields=fields, finalise=True, documents={"deed": {"document": b64(PDF)}}
    )
    await send(running, machine.envelope(packet))
    await work(running)

    assert errors(without) == ["enrolment-incomplete"]
    assert await registered(running) == [
        {"name": "Boris Petrov", "birthdate": "1980-01-02", "address": '{"country":"Morocco","locality":"Rabat"}'}
    ]
    person = (await people.people(running.context, limit=5))[0]
    change = (await people.history(running.context, person_id=person.id))[0]
    assert change.content.evidence[0].reference.startswith("enrolment/update-1/deed sha256:")


@pytest.mark.requirement("IDN-28", "IDN-51")
async def test_an_update_that_was_cut_off_changed_nothing_and_is_made_once(
    running: Bench, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    vid = await known(running)
    packet = machine.packet(
        process="UPDATE",
        fields={"VID": vid, "city": "Rabat"},
        finalise=True,
        documents={"deed": {"document": b64(PDF)}},
    )
    await send(running, machine.envelope(packet))

    async def cut_off(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("the process was killed")

    with monkeypatch.context() as patched:
        patched.setattr(service, "end", cut_off)
        with pytest.raises(ConnectionError):
            await committing.carry_out(running.context, enrolment_id=REFERENCE)
    before = (await registered(running))[0]["address"]
    await work(running)

    assert before == '{"country":"Morocco","locality":"Fez"}'
    assert (await registered(running))[0]["address"] == '{"country":"Morocco","locality":"Rabat"}'


@pytest.mark.requirement("IDN-14")
async def test_somebody_who_lost_their_number_gets_a_new_one_after_a_decision(running: Bench, machine: Machine) -> None:
    old = await known(running)
    packet = machine.packet(process="LOST", fields={"fullName": "Petrov Boris", "dob": "1980-01-02"}, finalise=True)
    await send(running, machine.envelope(packet))
    await work(running)
    assert (await read(running))["state"] == "held"
    async with another(running) as client:
        candidate = (await client.get(f"/enrollment/{REFERENCE}/candidates")).json()["candidates"][0]
        await client.post(f"/enrollment/{REFERENCE}/candidates/{candidate['id']}", json=decision("same"))
        await work(running)
        vid = (await client.get(f"/enrollment/{REFERENCE}/outcome")).json()["vid"]

    assert await people.find(running.context, identifier=old) is None
    found = await people.find(running.context, identifier=vid)
    assert found is not None
    assert found.person.display_name == "Boris Petrov"


@pytest.mark.requirement("IDN-14")
async def test_an_identity_that_has_ended_gets_no_new_number(running: Bench, machine: Machine) -> None:
    old = await known(running)
    found = await people.find(running.context, identifier=old)
    assert found is not None
    packet = machine.packet(process="LOST", fields={"fullName": "Boris Petrov", "dob": "1980-01-02"}, finalise=True)
    await send(running, machine.envelope(packet))
    await work(running)
    await people.deactivate(running.context, by=ADMINISTRATOR, person_id=found.person.id, reason="death")
    async with another(running) as client:
        candidate = (await client.get(f"/enrollment/{REFERENCE}/candidates")).json()["candidates"][0]
        await client.post(f"/enrollment/{REFERENCE}/candidates/{candidate['id']}", json=decision("same"))
    await work(running)

    ended = await read(running)
    assert (ended["state"], ended["problem"]) == ("refused", "person-deactivated")


@pytest.mark.requirement("IDN-16", "IDN-51")
async def test_packets_that_come_at_the_same_moment_all_count_and_each_once(running: Bench, machine: Machine) -> None:
    one = machine.envelope(machine.packet())
    others = [machine.envelope(machine.packet(fields={"city": f"Town {number}"})) for number in range(3)]

    answers = await asyncio.gather(*(send(running, body) for body in (one, one, *others)))

    assert {answer.status_code for answer in answers} <= {200, 201}
    async with sender(running) as client:
        traced = (await client.get(f"/enrollment/{REFERENCE}/packets")).json()["packets"]
    assert len(traced) == 4


@pytest.mark.requirement("IDN-15", "IDN-51")
@pytest.mark.parametrize(
    ("said", "state", "count"), [("different", "committed", 2), ("same", "refused", 1), ("look", "held", 1)]
)
async def test_nobody_is_registered_beside_somebody_alike_without_a_decision(
    running: Bench, machine: Machine, said: str, state: str, count: int
) -> None:
    await known(running)
    packet = machine.packet(fields={"fullName": "Борис Петров", "dateOfBirth": "1980/01/02"}, finalise=True)
    await send(running, machine.envelope(packet))
    await work(running)
    held = await read(running)
    async with another(running) as client:
        candidates = (await client.get(f"/enrollment/{REFERENCE}/candidates")).json()["candidates"]
        path = f"/enrollment/{REFERENCE}/candidates/{candidates[0]['id']}"
        silent = await client.post(path, json=decision(said, " "))
        async with sender(running, "identity:adjudicate") as oneself:
            own = await oneself.post(path, json=decision(said))
        decided = await client.post(path, json=decision(said))
        await work(running)

    assert (held["state"], held["problem"], len(candidates)) == ("held", "duplicate", 1)
    assert (silent.status_code, own.status_code, decided.status_code) == (400, 403, 200)
    assert ((await read(running))["state"], len(await registered(running))) == (state, count)
    async with running.context.database.reading() as tx:
        acts = [entry.action for entry in await audit.entries(tx)]
    assert "identity.enrolment.decided" in acts


@pytest.mark.requirement("IDN-15", "IDN-51")
async def test_a_decision_is_about_what_the_enrolment_said_then(running: Bench, machine: Machine) -> None:
    for name in ("Boris Petrov", "Petrov Boris"):
        said = (Attribute("name", name), Attribute("birthdate", "1980-01-02"))
        await people.register(running.context, by=OFFICER, attributes=said, evidence=PAPER)
    fields = {"fullName": "Borys Petrov", "dob": "1980-01-03"}
    await send(running, machine.envelope(machine.packet(fields=fields, finalise=True)))
    await work(running)
    async with another(running) as client:
        here = f"/enrollment/{REFERENCE}/candidates"
        first, _second = (await client.get(here)).json()["candidates"]
        await client.post(f"{here}/{first['id']}", json=decision("different"))
        fields = {"fullName": "Boris Petrov", "dob": "1980-01-02"}
        await send(running, machine.envelope(machine.packet(fields=fields)))
        await work(running)
        after = (await client.get(here)).json()["candidates"]

    assert {one["decision"] for one in after} == {"undecided"}
    assert len(await registered(running)) == 2


@pytest.mark.requirement("IDN-15", "IDN-51")
async def test_whoever_is_alike_beyond_the_first_ten_is_told_apart_too(
    running: Bench, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deduplication, "CANDIDATES_MAX", 1)
    for _ in range(2):
        said = (Attribute("name", "Amina Kone"), Attribute("birthdate", "1990-04-17"))
        await people.register(running.context, by=OFFICER, attributes=said, evidence=PAPER)
    await send(running, machine.envelope(machine.packet(finalise=True)))
    states, here = [], f"/enrollment/{REFERENCE}/candidates"
    async with another(running) as client:
        for _ in range(2):
            await work(running)
            states.append((await read(running))["state"])
            waiting = [one for one in (await client.get(here)).json()["candidates"] if one["decision"] == "undecided"]
            assert len(waiting) == 1
            await client.post(f"{here}/{waiting[0]['id']}", json=decision("different"))
    await work(running)

    assert (states, (await read(running))["state"]) == (["held", "held"], "committed")


@pytest.mark.requirement("IDN-15")
def test_a_person_is_the_same_as_one_candidate_at_most() -> None:
    found = [Candidate("1", "a", 90, Decision.SAME), Candidate("2", "b", 80)]

    check_decision(found, candidate_id="1", decision=Decision.SAME, reason="Seen.")
    check_decision(found, candidate_id="2", decision=Decision.DIFFERENT, reason="Seen.")
    with pytest.raises(SeveralSame):
        check_decision(found, candidate_id="2", decision=Decision.SAME, reason="Seen.")


@pytest.mark.requirement("IDN-47")
async def test_only_whoever_may_decide_sees_candidates(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet()))
    async with sender(running) as client:
        assert (await client.get(f"/enrollment/{REFERENCE}/candidates")).status_code == 403


@pytest.mark.requirement("IDN-15")
async def test_two_enrolments_of_one_person_at_once_leave_one_to_be_decided(running: Bench, machine: Machine) -> None:
    for reference in ("first-1", "second-1"):
        await send(running, machine.envelope(machine.packet(reference, finalise=True)))
    await work(running)

    states = sorted([(await read(running, one))["state"] for one in ("first-1", "second-1")])
    assert (states, len(await registered(running))) == (["committed", "held"], 1)


@pytest.mark.requirement("IDN-54")
async def test_no_personal_data_stands_in_audit_and_events(running: Bench, machine: Machine) -> None:
    await send(running, machine.envelope(machine.packet(finalise=True)))
    await work(running)

    async with running.context.database.reading() as tx:
        written = f"{await audit.entries(tx)} {await tx.fetch('SELECT payload FROM job')}"
    assert not any(word in written for word in ("Amina", "1990-04-17", "Kenitra", "example.org"))


async def known(running: Bench) -> str:
    """Register somebody; returns a virtual identifier of theirs."""
    said = (
        Attribute("name", "Boris Petrov"), Attribute("birthdate", "1980-01-02"), Attribute("email", "b@example.org"),
        Attribute("address", '{"country":"Morocco","locality":"Fez"}'),
    )  # fmt: skip
    person = await people.register(running.context, by=OFFICER, attributes=said, evidence=PAPER)
    return (await people.new_vid(running.context, by=OFFICER, person_id=person.id, kind="perpetual")).value


async def rows(running: Bench, table: str) -> int:
    async with running.context.database.reading() as tx:
        return int((await tx.fetch(f"SELECT COUNT(*) AS n FROM {table}"))[0]["n"])


def decision(said: str, reason: str = "Compared the photographs.") -> dict[str, str]:
    return {"decision": said, "reason": reason}


def ago(*, days: int) -> str:
    return clock.timestamp(clock.now() - timedelta(days=days))


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
