"""Services of enrolment: registered with a public key, trusted once approved, and never again once revoked."""

from __future__ import annotations

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.stations import service, store
from govstack.blocks.identity.stations.errors import StationInvalid
from govstack.blocks.identity.stations.model import State, Wish, algorithms, checked
from govstack.kernel import audit
from govstack.kernel.db import Contention
from tests.builders.enrolment import ADMINISTRATOR, Machine
from tests.builders.running import Bench, bench
from tests.databases import Databases


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone."""
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


def body(machine: Machine, **changes: Any) -> dict[str, Any]:
    wish = machine.wish
    return {"centre": wish.centre, "machine": wish.machine, "name": wish.name, "publicKey": wish.key, **changes}


@pytest.mark.requirement("IDN-18")
async def test_a_service_waits_until_it_is_approved_and_each_step_is_on_record(running: Bench) -> None:
    async with running.person("ada", "identity:administer") as ada:
        made = (await ada.post("/enrollment-services", json=body(Machine()))).json()
        approved = await ada.post(f"/enrollment-services/{made['id']}/approve")

    assert (made["state"], made["refId"], approved.json()["state"]) == ("pending", "10001_10002", "approved")
    async with running.context.database.reading() as tx:
        acts = [entry.action for entry in await audit.entries(tx)]
    assert acts[:2] == ["identity.enrolment-service.approved", "identity.enrolment-service.registered"]


@pytest.mark.requirement("IDN-18", "IDN-47")
async def test_only_administrators_register_services(running: Bench) -> None:
    async with running.person("olga", "identity:enrol") as olga, running.client() as nobody:
        assert (await olga.post("/enrollment-services", json=body(Machine()))).status_code == 403
        assert (await nobody.get("/enrollment-services")).status_code == 401


@pytest.mark.requirement("IDN-18")
async def test_the_same_registration_twice_is_one_and_another_key_is_refused(running: Bench) -> None:
    machine = Machine()
    async with running.person("ada", "identity:administer") as ada:
        first = await ada.post("/enrollment-services", json=body(machine))
        again = await ada.post("/enrollment-services", json=body(machine))
        other = await ada.post("/enrollment-services", json=body(Machine()))

    assert first.json()["id"] == again.json()["id"]
    assert (other.status_code, other.json()["code"]) == (409, "enrolment-service-taken")


@pytest.mark.requirement("IDN-18")
async def test_a_revoked_service_stays_revoked_and_its_machine_can_have_a_new_one(running: Bench) -> None:
    async with running.person("ada", "identity:administer") as ada:
        made = (await ada.post("/enrollment-services", json=body(Machine()))).json()
        revoked = await ada.post(f"/enrollment-services/{made['id']}/revoke")
        back = await ada.post(f"/enrollment-services/{made['id']}/approve")
        anew = await ada.post("/enrollment-services", json=body(Machine()))
        listed = (await ada.get("/enrollment-services")).json()["enrolmentServices"]

    assert (revoked.json()["state"], back.status_code, anew.status_code) == ("revoked", 409, 201)
    assert {one["state"] for one in listed} == {"revoked", "pending"}


@pytest.mark.requirement("IDN-18", "IDN-51")
async def test_an_approval_does_not_undo_a_revocation_of_the_same_moment(
    running: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await service.register(running.context, by=ADMINISTRATOR, wish=Machine().wish)
    await service.revoke(running.context, by=ADMINISTRATOR, station_id=made.id)
    find = store.by_id

    async def as_it_was(*_args: Any) -> Any:
        monkeypatch.setattr(store, "by_id", find)
        return made

    monkeypatch.setattr(store, "by_id", as_it_was)
    with pytest.raises(Contention):
        await service.approve(running.context, by=ADMINISTRATOR, station_id=made.id)

    assert (await service.station(running.context, station_id=made.id)).state is State.REVOKED


@pytest.mark.requirement("IDN-18")
@pytest.mark.parametrize(
    ("key", "known"),
    [
        (ECKey.generate_key("P-256").as_dict(private=False), ("ES256",)),
        (ECKey.generate_key("P-384").as_dict(private=False), ("ES384",)),
        (RSAKey.generate_key(2048).as_dict(private=False), ("RS256", "PS256")),
        (OKPKey.generate_key("Ed25519").as_dict(private=False), ("Ed25519", "EdDSA")),
        (OctKey.generate_key(256).as_dict(), ()),
        (ECKey.generate_key("secp256k1").as_dict(private=False), ()),
        ({"kty": "RSA", "n": "AQAB", "e": "AQAB"}, ()),
        ({"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, ()),
        ({}, ()),
    ],
)
def test_a_key_is_taken_that_signs_safely_and_no_other(key: dict[str, str], known: tuple[str, ...]) -> None:
    assert algorithms({name: value for name, value in key.items() if isinstance(value, str)}) == known


@pytest.mark.requirement("IDN-18")
def test_the_private_half_of_a_key_is_not_kept() -> None:
    sent = ECKey.generate_key("P-256").as_dict(private=True)

    assert set(checked(Wish("1", "2", "Centre", dict(sent)))) == {"kty", "crv", "x", "y"}


@pytest.mark.requirement("IDN-18")
def test_a_service_that_makes_no_sense_is_refused_with_each_fault() -> None:
    with pytest.raises(StationInvalid) as refused:
        checked(Wish("a_b", "", " ", {}, officers=("",), application="desk"))

    assert set(refused.value.fields) == {"centre", "machine", "name", "officers", "application", "key"}
