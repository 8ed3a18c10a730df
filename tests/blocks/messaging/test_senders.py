"""Administering senders by API: what pages do, repeatable, for administrators alone, and a share of calls a key."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import SenderClosed
from govstack.blocks.messaging.senders.model import KEYS_MAX
from govstack.kernel import audit
from tests.builders import messaging
from tests.builders.messaging import BUILDER, messaging_on, registered, rows, sent, single, wish
from tests.builders.running import Bench
from tests.databases import Databases

OPERATOR = "demo/GOV/7000/sandbox"
CLINIC: dict[str, Any] = {
    "organisationName": "Valley Clinic", "email": "clinic@health.example.org", "perSecond": 5,
    "callbackHosts": ["clinic.example.org", "*.health.example.org"],
}  # fmt: skip


async def acts(running: Bench) -> list[str]:
    """Return what was put on record, oldest first."""
    async with running.context.database.reading() as tx:
        return [entry.action for entry in reversed(await audit.entries(tx))]


@pytest.mark.requirement("MSG-07", "MSG-29", "MSG-54")
async def test_another_system_registers_a_sender_gives_it_a_key_and_it_sends(running: Bench) -> None:
    async with running.application(OPERATOR, "messaging:administer") as client:
        made = await client.put("/v1/senders/valley-clinic", json=CLINIC)
        key = await client.put("/v1/senders/valley-clinic/keys/first", json=None)
        shown = await client.get("/v1/senders/valley-clinic")

    assert (made.status_code, key.status_code) == (201, 201)
    assert made.json()["callbackHosts"] == CLINIC["callbackHosts"]
    assert await sent(running, key.json()["key"], single())
    assert [one["id"] for one in shown.json()["keys"]] == ["first"]
    assert key.json()["key"] not in shown.text
    assert await acts(running) == ["messaging.sender.registered", "messaging.key.made"]


@pytest.mark.requirement("MSG-07", "MSG-23")
async def test_the_same_call_again_changes_nothing_and_shows_no_key(running: Bench) -> None:
    async with running.application(OPERATOR, "messaging:administer") as client:
        first = await client.put("/v1/senders/clinic", json=CLINIC | {"application": OPERATOR})
        again = await client.put("/v1/senders/clinic", json=CLINIC | {"application": OPERATOR})
        changed = await client.put("/v1/senders/clinic", json=CLINIC | {"perSecond": 7})
        keys = [await client.put("/v1/senders/clinic/keys/k") for _ in range(2)]
        gone = [await client.delete("/v1/senders/clinic/keys/k") for _ in range(2)]
        closed = [await client.delete("/v1/senders/clinic") for _ in range(2)]

    assert [first.status_code, again.status_code, changed.status_code] == [201, 200, 200]
    assert (first.json(), changed.json()["perSecond"]) == (again.json(), 7)
    assert [("key" in one.json(), one.status_code) for one in keys] == [(True, 201), (False, 200)]
    assert [one.status_code for one in (*gone, *closed)] == [204] * 4
    assert await acts(running) == [
        "messaging.sender.registered", "messaging.sender.changed", "messaging.key.made", "messaging.key.revoked",
        "messaging.sender.closed",
    ]  # fmt: skip


@pytest.mark.requirement("MSG-39", "MSG-41")
@pytest.mark.parametrize(
    ("path", "changed", "status", "field"),
    [
        ("clinic", {"callbackHosts": ["https://x"]}, 400, "callbackHosts"),
        ("clinic", {"organisationName": "a\r\nBcc: x@y.example"}, 400, "organisationName"),
        ("clinic", {"perSecond": 0}, 400, "perSecond"),
        ("clinic", {"unknown": 1}, 400, "unknown"),
        ("a%20b", {}, 400, "senderId"),
        ("x" * 65, {}, 400, "senderId"),
        ("taken", {"application": OPERATOR}, 409, "application"),
    ],
)
async def test_what_is_wrong_with_a_sender_is_named(
    on_sqlite: Bench, path: str, changed: dict[str, Any], status: int, field: str
) -> None:
    await registered(on_sqlite.context, application=OPERATOR)

    async with on_sqlite.application(OPERATOR, "messaging:administer") as client:
        answer = await client.put(f"/v1/senders/{path}", json=CLINIC | changed)

    assert (answer.status_code, field in answer.json().get("fields", {})) == (status, True), answer.text
    assert len(await rows(on_sqlite.context, "SELECT id FROM sender")) == 1


@pytest.mark.requirement("MSG-07")
async def test_keys_have_ids_of_their_own_and_an_end(on_sqlite: Bench) -> None:
    await registered(on_sqlite.context)
    async with on_sqlite.application(OPERATOR, "messaging:administer") as client:
        for name in ("one", "two"):
            await client.put(f"/v1/senders/{name}", json=CLINIC)
        made = [await client.put(f"/v1/senders/one/keys/{number}") for number in range(KEYS_MAX + 1)]
        foreign = await client.put("/v1/senders/two/keys/0")
        await client.delete("/v1/senders/one/keys/0")
        revoked = await client.put("/v1/senders/one/keys/0")
        nobody = await client.put("/v1/senders/three/keys/0")

    assert [one.status_code for one in made] == [201] * KEYS_MAX + [400]
    assert [one.status_code for one in (foreign, revoked, nobody)] == [409, 409, 404]


@pytest.mark.requirement("MSG-49", "MSG-54")
async def test_only_administrators_administer_and_readers_read(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    path = f"/v1/senders/{made.sender.id}"

    async def statuses(*scopes: str) -> list[int]:
        async with on_sqlite.application(OPERATOR, *scopes) as client:
            read = [await client.get("/v1/senders"), await client.get(path)]
            written = [
                await client.put(path, json=CLINIC), await client.put(f"{path}/keys/k"),
                await client.delete(f"{path}/keys/k"), await client.delete(path),
            ]  # fmt: skip
            return [one.status_code for one in (*read, *written)]

    assert await statuses() == [403] * 6
    assert await statuses("messaging:read") == [200, 200, 403, 403, 403, 403]
    async with messaging.client(on_sqlite, made.key) as client:
        assert [(await client.get("/v1/senders")).status_code, (await client.delete(path)).status_code] == [401, 401]


@pytest.mark.requirement("MSG-07")
async def test_a_sender_that_is_closed_while_it_is_changed_stays_closed(running: Bench) -> None:
    made = await registered(running.context)

    async with running.context.database.transaction() as tx:
        await tx.execute("UPDATE sender SET state = :closed", closed="closed")
        work = senders.change(running.context, by=BUILDER, sender_id=made.sender.id, wish=wish(per_second=7))
        changing = asyncio.create_task(work)
        # Time to come as far as it can while the other has not ended: what decides is what is there afterwards.
        await asyncio.sleep(0.3)

    with pytest.raises(SenderClosed):
        await changing
    assert [row["state"] for row in await rows(running.context, "SELECT state FROM sender")] == ["closed"]


@pytest.mark.requirement("MSG-14")
async def test_no_more_keys_are_remembered_than_fit(on_sqlite: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(senders, "PROVEN_MAX", 2)
    made = [await registered(on_sqlite.context, email=f"a{number}@b.example") for number in range(3)]

    for one in made:
        await sent(on_sqlite, one.key, single())

    assert [bool(senders.caller(on_sqlite.context, one.key)) for one in made] == [False, True, True]


@pytest.mark.requirement("MSG-12", "MSG-14", "MSG-50", "MSG-52")
async def test_a_key_that_was_proven_has_a_share_of_calls_of_its_own(sqlite_databases: Databases) -> None:
    async with messaging_on(sqlite_databases, RATE_PER_SECOND="2") as running:
        one, other = await registered(running.context), await registered(running.context, email="b@c.example")

        async def statuses(key: str, times: int) -> list[int]:
            async with messaging.client(running, key) as client:
                path = "/v1/status/email?status=delivered"
                return [(await client.get(path, headers={"requestUid": "x"})).status_code for _ in range(times)]

        firsts = [*await statuses(one.key, 1), *await statuses(other.key, 1)]
        busy, calm = await statuses(one.key, 8), await statuses(other.key, 2)
        unknown = [code for number in range(8) for code in await statuses(f"guessed-{number}", 1)]

    assert firsts == [404, 404]
    assert (busy.count(429) > 0, calm) == (True, [404, 404])
    assert unknown.count(429) > 0, "those who guess keys share what their address has"


@pytest.mark.requirement("MSG-08")
async def test_a_revoked_key_counts_for_its_address_again_and_no_key_is_kept(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    await sent(on_sqlite, made.key, single())
    known = senders.caller(on_sqlite.context, made.key)
    key_id = (await rows(on_sqlite.context, "SELECT id FROM sender_key"))[0]["id"]

    await senders.revoke_key(on_sqlite.context, by=BUILDER, sender_id=made.sender.id, key_id=key_id)
    async with messaging.client(on_sqlite, made.key) as client:
        assert (await client.post("/v1/send/email/single", json=single())).status_code == 401

    assert (known.startswith("key/"), made.key in known) == (True, False)
    assert senders.caller(on_sqlite.context, made.key) == ""
