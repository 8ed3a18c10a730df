"""Officers and administrators act on people by API, within their rights, and what they do is on record."""

from __future__ import annotations

import httpx
import pytest

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.kernel import audit
from govstack.kernel.actor import SYSTEM
from tests.builders.running import Bench, bench
from tests.databases import Databases

HERE = "/api/v1/identities"
PAPER = [{"category": "marriage certificate", "reference": "7/2026", "document": "UERG"}]
EVERY_CALL = [
    ("GET", "", None, "identity:administer"),
    ("POST", "/find", {"identifier": "x", "ground": "request"}, "identity:enrol"),
    ("GET", "/amina", None, "identity:enrol"),
    ("PATCH", "/amina", {"attributes": [{"name": "name", "value": "X"}], "evidence": PAPER}, "identity:enrol"),
    ("POST", "/amina/block", {"reason": "stolen"}, "identity:administer"),
    ("POST", "/amina/unblock", {"reason": "found"}, "identity:administer"),
    ("POST", "/amina/deactivate", {"reason": "death"}, "identity:administer"),
    ("GET", "/amina/changes", None, "identity:administer"),
    ("GET", "/amina/identifiers", None, "identity:enrol"),
    ("POST", "/amina/vids", {}, "identity:enrol"),
    ("DELETE", "/amina/vids/1", None, "identity:enrol"),
    ("POST", "/amina/aliases", {"kind": "email", "value": "a@b.org"}, "identity:enrol"),
    ("DELETE", "/amina/aliases/1", None, "identity:enrol"),
]


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone, with one person."""
    made = bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))
    attributes = (Attribute("name", "Amina Kone", "eng"), Attribute("birthdate", "1990-04-17"))
    await people.register(made.context, by=SYSTEM, attributes=attributes, subject="amina")
    return made


async def amina(running: Bench) -> Person:
    found = await people.by_subject(running.context, subject="amina")
    assert found is not None
    return found


def officer(running: Bench) -> httpx.AsyncClient:
    return running.person("officer-9", "identity:enrol", name="Olga Officer")


def administrator(running: Bench) -> httpx.AsyncClient:
    return running.person("boss", "identity:administer", name="Bola Boss")


@pytest.mark.requirement("IDN-47")
@pytest.mark.parametrize(("method", "path", "body", "scope"), EVERY_CALL, ids=lambda one: str(one)[:30])
async def test_nobody_acts_on_people_without_the_right(
    sqlite_databases: Databases, method: str, path: str, body: object, scope: str
) -> None:
    running = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    other = "identity:enrol" if scope == "identity:administer" else "identity:read"

    answers = [
        await client.request(method, HERE + path, json=body)
        for client in (running.client(), running.person("amina"), running.person("x", other))
    ]

    assert [one.status_code for one in answers] == [401, 403, 403]


@pytest.mark.requirement("IDN-08", "IDN-54")
async def test_an_officer_looks_somebody_up_and_reads_what_is_known(running: Bench) -> None:
    person = await amina(running)
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")

    found = await officer(running).post(f"{HERE}/find", json={"identifier": vid.value, "ground": "request"})
    read = await officer(running).get(f"{HERE}/{found.json()['subject']}")

    assert found.json() == {
        "subject": "amina", "status": "active", "registeredAt": person.registered_at,
        "modifiedAt": found.json()["modifiedAt"], "version": 2,
    }  # fmt: skip
    assert read.json()["attributes"][0] == {"name": "name", "value": "Amina Kone", "language": "eng"}
    assert person.id not in read.text


@pytest.mark.requirement("IDN-47")
async def test_an_officer_does_not_find_who_is_blocked(running: Bench) -> None:
    person = await amina(running)
    vid = await people.new_vid(running.context, by=SYSTEM, person_id=person.id, kind="perpetual")
    await people.block(running.context, by=SYSTEM, person_id=person.id, reason="stolen")

    answer = await officer(running).post(f"{HERE}/find", json={"identifier": vid.value, "ground": "request"})

    assert answer.status_code == 404


@pytest.mark.requirement("IDN-52")
async def test_who_looked_and_on_which_ground_is_on_record(running: Bench) -> None:
    person = await amina(running)
    await officer(running).post(f"{HERE}/find", json={"identifier": "nobody", "ground": "misuse"})
    await officer(running).get(f"{HERE}/amina")

    async with running.context.database.reading() as tx:
        reading, looking = (await audit.entries(tx, actor="officer-9"))[:2]

    assert (looking.action, looking.outcome, looking.detail) == (
        "identity.person.looked-up", "failed", '{"ground":"misuse"}',
    )  # fmt: skip
    assert (reading.action, reading.subject) == ("identity.person.read", f"person/{person.id}")


async def test_looking_up_wants_a_ground(running: Bench) -> None:
    answer = await officer(running).post(f"{HERE}/find", json={"identifier": "x"})

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-28", "IDN-52")
async def test_a_change_on_evidence_stands_in_the_history(running: Bench) -> None:
    body = {
        "attributes": [{"name": "name", "value": "Amina Diallo", "language": "eng"}],
        "evidence": PAPER,
        "version": 1,
    }

    changed = await officer(running).patch(f"{HERE}/amina", json=body)
    stale = await officer(running).patch(
        f"{HERE}/amina", json={**body, "attributes": [{"name": "email", "value": "a@b.c"}]}
    )
    history = (await administrator(running).get(f"{HERE}/amina/changes?pageSize=1")).json()
    rest = (
        await administrator(running).get(f"{HERE}/amina/changes", params={"pageToken": history["nextPageToken"]})
    ).json()

    assert changed.json()["attributes"][0]["value"] == "Amina Diallo"
    assert (stale.status_code, stale.json()["code"]) == (409, "person-changed")
    assert len(history["changes"]) == 1
    newest = history["changes"][0]
    assert (newest["kind"], newest["by"], newest["before"][0]["value"]) == ("changed", "Olga Officer", "Amina Kone")
    assert newest["evidence"] == [{"category": "marriage certificate", "reference": "7/2026"}]
    assert [one["kind"] for one in rest["changes"]] == ["registered"]
    assert rest["nextPageToken"] == ""


@pytest.mark.parametrize("wrong", [{"position": 10**30}, {"attributes": {str(n): "x" for n in range(60)}}])
async def test_who_is_entered_has_bounds(running: Bench, wrong: dict[str, object]) -> None:
    body = {"id": "x", "name": "X", **wrong}

    answer = await administrator(running).put("/api/v1/people", json=body)

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-28")
async def test_a_change_without_evidence_is_refused(running: Bench) -> None:
    body = {"attributes": [{"name": "name", "value": "Amina Diallo"}], "evidence": []}

    answer = await officer(running).patch(f"{HERE}/amina", json=body)

    assert answer.status_code == 400


@pytest.mark.requirement("IDN-24", "IDN-25", "IDN-26", "IDN-27")
async def test_identifiers_are_made_listed_by_their_ends_and_ended(running: Bench) -> None:
    client = officer(running)
    vid = (await client.post(f"{HERE}/amina/vids", json={"kind": "temporary"})).json()
    alias = (await client.post(f"{HERE}/amina/aliases", json={"kind": "passport", "value": "AB1234567"})).json()

    listed = (await client.get(f"{HERE}/amina/identifiers")).json()["identifiers"]
    ended = [
        (await client.delete(f"{HERE}/amina/{kind}/{one['id']}")).json()["status"]
        for kind, one in (("vids", vid), ("aliases", alias))
    ]

    assert len(vid["value"]) == 16
    assert [one["value"] for one in listed] == [f"•••{vid['value'][-4:]}", "•••4567"]
    assert ended == ["revoked", "revoked"]
    assert await people.find(running.context, identifier=vid["value"]) is None
    assert await people.find(running.context, identifier="AB1234567") is None
    assert (await client.delete(f"{HERE}/amina/vids/{alias['id']}")).status_code == 404


@pytest.mark.requirement("IDN-03")
async def test_an_administrator_blocks_unblocks_and_ends(running: Bench) -> None:
    client = administrator(running)

    states = [
        (await client.post(f"{HERE}/amina/{act}", json={"reason": "because"})).json()["status"]
        for act in ("block", "unblock", "deactivate")
    ]
    after = await client.post(f"{HERE}/amina/unblock", json={"reason": "because"})

    assert states == ["blocked", "active", "deactivated"]
    assert (after.status_code, after.json()["code"]) == (409, "person-deactivated")


@pytest.mark.requirement("IDN-54")
async def test_the_list_shows_how_identities_stand_and_nothing_that_is_known(running: Bench) -> None:
    for number in range(3):
        await people.register(
            running.context, by=SYSTEM, attributes=(Attribute("name", "Boris Petrov"),), subject=f"s-{number}"
        )

    first = (await administrator(running).get(f"{HERE}?pageSize=3")).json()
    second = (await administrator(running).get(HERE, params={"pageToken": first["nextPageToken"]})).json()

    assert [one["subject"] for one in first["people"] + second["people"]] == ["amina", "s-0", "s-1", "s-2"]
    assert second["nextPageToken"] == ""
    assert "Boris" not in str(first)


@pytest.mark.parametrize("path", ["/nobody", "/nobody/identifiers"])
async def test_somebody_who_is_not_there_is_not_found(running: Bench, path: str) -> None:
    assert (await officer(running).get(HERE + path)).status_code == 404
