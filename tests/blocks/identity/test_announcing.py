"""Subscribers learn that identities changed: once, without personal data, and details only for whom they are meant."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from govstack.blocks.identity.announcing import service
from govstack.blocks.identity.announcing.model import Happening
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from tests.builders.running import Bench, bench
from tests.databases import Databases

SUBSCRIBER, OTHER = "demo/GOV/7002/health", "demo/GOV/7004/tax"


@dataclass(slots=True)
class Instance:
    """A running block and the requests for delivery that it has made."""

    bench: Bench

    async def notices(self) -> list[dict[str, Any]]:
        async with self.bench.context.database.reading() as tx:
            rows = await tx.fetch("SELECT payload FROM job WHERE kind = 'identity.partner-notice' ORDER BY id")
        return [row["payload"] if isinstance(row["payload"], dict) else json.loads(row["payload"]) for row in rows]


@pytest.fixture
async def instance(databases: Databases) -> Instance:
    running = bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))
    administrator = running.application("operator", "identity:administer")
    for partner_id, application in (("health", SUBSCRIBER), ("tax", OTHER)):
        body = {"id": partner_id, "name": partner_id, "application": application, "roles": ["subscriber"]}
        assert (await administrator.put("/api/v1/partners", json=body)).status_code == 200
    wanted = {"partnerId": "health", "types": ["changed", "disabled"]}
    assert (await administrator.put("/api/v1/subscriptions", json=wanted)).status_code == 200
    return Instance(running)


async def amina(instance: Instance) -> str:
    attributes = (Attribute("name", "Amina Kone"), Attribute("email", "amina@people.example"))
    made = await people.register(instance.bench.context, by=SYSTEM, attributes=attributes, subject="amina")
    changed = (Attribute("name", "Amina Diallo"),)
    await people.change(instance.bench.context, by=SYSTEM, person_id=made.id, attributes=changed, evidence=())
    return made.id


async def told(instance: Instance, happening: Happening = Happening.CHANGED, *, event_id: str = "e-1") -> None:
    later = "2099-01-01T00:00:00.000000Z"
    await service.tell(instance.bench.context, event_id=event_id, subject="amina", happening=happening, at=later)


@pytest.mark.requirement("IDN-44", "IDN-45")
async def test_a_subscriber_is_told_once_of_what_it_subscribed_to(instance: Instance) -> None:
    await amina(instance)

    for _ in range(2):
        await told(instance)
    await told(instance, Happening.CREATED, event_id="e-2")

    notices = await instance.notices()
    assert [notice["partner"] for notice in notices] == ["health"]
    assert "Amina" not in str(notices)
    assert "amina" not in str(notices)


@pytest.mark.requirement("IDN-46", "IDN-54")
async def test_details_name_what_changed_and_not_what_it_says_now(instance: Instance) -> None:
    await amina(instance)
    await told(instance)
    announcement = (await instance.notices())[0]["data"]["announcement"]

    answer = await instance.bench.application(SUBSCRIBER).get(f"/api/v1/announcements/{announcement}")

    found = answer.json()
    assert (found["type"], found["status"], found["changed"]) == ("changed", "active", ["name"])
    assert found["subject"] != "amina"
    assert "Diallo" not in answer.text


@pytest.mark.requirement("IDN-46")
async def test_details_name_what_changed_then_however_much_has_changed_since(instance: Instance) -> None:
    context, person_id = instance.bench.context, await amina(instance)
    await service.tell(
        context, event_id="e-1", subject="amina", happening=Happening.CHANGED, at=clock.timestamp()
    )  # fmt: skip
    for number in range(12):
        later = (Attribute("nickname", f"Mina {number}"),)
        await people.change(context, by=SYSTEM, person_id=person_id, attributes=later, evidence=())
    announcement = (await instance.notices())[0]["data"]["announcement"]

    answer = await instance.bench.application(SUBSCRIBER).get(f"/api/v1/announcements/{announcement}")

    assert answer.json()["changed"] == ["name"]


@pytest.mark.requirement("IDN-46", "IDN-47")
async def test_nobody_else_reads_what_was_announced(instance: Instance) -> None:
    await amina(instance)
    await told(instance)
    announcement = (await instance.notices())[0]["data"]["announcement"]
    path = f"/api/v1/announcements/{announcement}"

    other = await instance.bench.application(OTHER).get(path)
    nobody = await instance.bench.client().get(path)
    unknown = await instance.bench.application(SUBSCRIBER).get("/api/v1/announcements/unknown")

    assert [other.status_code, nobody.status_code, unknown.status_code] == [404, 404, 404]


@pytest.mark.requirement("IDN-44", "IDN-47")
async def test_only_subscribers_are_subscribed_and_only_by_administrators(instance: Instance) -> None:
    administrator = instance.bench.application("operator", "identity:administer")
    wanted = {"partnerId": "nobody", "types": ["changed"]}

    unknown = await administrator.put("/api/v1/subscriptions", json=wanted)
    other = await instance.bench.application(OTHER).put("/api/v1/subscriptions", json=wanted)
    ended = await administrator.put("/api/v1/subscriptions", json={"partnerId": "health", "types": []})
    await amina(instance)
    await told(instance)

    assert (unknown.status_code, other.status_code, ended.status_code) == (404, 403, 200)
    assert await instance.notices() == []


@pytest.mark.requirement("IDN-45")
def test_every_event_about_people_is_followed() -> None:
    assert {people.CREATED, people.CHANGED, people.DISABLED} <= set(MANIFEST.subscriptions)
