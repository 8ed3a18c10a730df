"""Secrets and certificates are renewed while people work: what was made before is still understood."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govstack.blocks.consent.manifest import MANIFEST as CONSENT
from govstack.blocks.identity.codes import service as codes
from govstack.blocks.identity.manifest import MANIFEST as IDENTITY
from govstack.blocks.identity.people import service as people
from govstack.blocks.messaging.manifest import MANIFEST as MESSAGING
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import query_terms
from govstack.blocks.registries.usage import service as usage
from govstack.host.server import Certificate
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import Keyring, SealBroken, verify
from govstack.kernel.sessions import Sessions
from govstack.kernel.settings import load
from govstack.pillars.sandbox.desk import store as cases
from govstack.pillars.sandbox.manifest import MANIFEST as SANDBOX
from tests.blocks.identity.test_people import AMINA, OFFICER, PAPER
from tests.builders.consent import RECORD, Consent, consent
from tests.builders.messaging import registered as registered_sender
from tests.builders.messaging import rows, sent, single
from tests.builders.records import stocked
from tests.builders.registries import ANALYST, bare_context, people_fields
from tests.builders.running import SECRET, bench
from tests.databases import Databases
from tests.kernel.test_server import certificate

FIRST, SECOND, THIRD = (f"master-secret-number-{n}-of-these-tests-0123456789" for n in (1, 2, 3))


@pytest.mark.requirement("X013", "CFR-security-10")
def test_after_two_rotations_what_was_sealed_and_signed_at_first_is_still_understood() -> None:
    first = Keyring(FIRST, package="sample")
    third = Keyring(THIRD, package="sample", previous=f"{SECOND}\n{FIRST}\n")
    key = first.signing_key("tokens")
    published = {jwk["kid"]: jwk for jwk in third.public_keys("tokens")}

    assert third.open("notes", first.seal("notes", b"from the beginning")) == b"from the beginning"
    assert verify(published[key.kid], key.sign(b"said"), b"said")
    assert third.signing_key("tokens").kid != key.kid


@pytest.mark.requirement("X013", "CFR-security-10")
def test_what_is_made_after_a_rotation_is_closed_to_the_secret_before() -> None:
    rotated = Keyring(SECOND, package="sample", previous=FIRST)

    with pytest.raises(SealBroken):
        Keyring(FIRST, package="sample").open("notes", rotated.seal("notes", b"new"))


def rotated(context: Context) -> Context:
    """Return a context as the process after a rotation has it: on the same database, with the earlier secret beside."""
    return replace(context, keys=Keyring(SECOND, package=context.package, previous=SECRET), memory={})


async def consent_after_rotation(block: Consent) -> Consent:
    """Run the consent block anew, after a rotation, on the same database."""
    running = bench(CONSENT, block.bench.context.database, secret=SECOND, previous=SECRET)
    return Consent(running, block.policy, block.agreement, block.revision)


@pytest.mark.requirement("X013", "C9", "C11")
async def test_after_a_rotation_a_person_finds_and_withdraws_what_they_agreed_to_before(databases: Databases) -> None:
    before = await consent(databases)
    record = await before.agreed()
    after = await consent_after_rotation(before)

    own = await after.person().get(f"{RECORD}/consent-record/")
    again = await after.agreed()
    await after.person().put(f"{RECORD}/consent-record/{record['id']}/", {"consentRecord": {"optIn": False}})
    shown = await after.verifier().get(
        "/service/verification/consent-records/", **{"X-ConsentBB-ExternalId": "1985-01"}
    )

    assert [one["id"] for one in own["consentRecords"]] == [record["id"]]
    assert (again["id"], again["individual"]) == (record["id"], record["individual"])
    assert [(one["id"], one["optIn"]) for one in shown["consentRecords"]] == [(record["id"], False)]


@pytest.mark.requirement("X013")
async def test_after_a_rotation_nobody_is_entered_a_second_time(databases: Databases) -> None:
    before = await consent(databases)
    mary = {"externalId": "m-1", "externalIdType": "national", "identityProviderId": "registry"}
    entered = await before.organisation().post("/config/individual/", {"individual": mary})
    after = await consent_after_rotation(before)
    john = await after.organisation().post("/service/individual/", {"individual": {**mary, "externalId": "j-2"}})

    second = await after.organisation().send("POST", "/config/individual/", {"individual": mary})
    becoming = await after.organisation().send(
        "PUT", f"/service/individual/{john['individual']['id']}/", {"individual": mary}
    )
    same = await after.organisation().send(
        "PUT", f"/service/individual/{entered['individual']['id']}/", {"individual": {**mary, "externalId": "m-3"}}
    )

    assert (second.status_code, second.json()["code"]) == (400, "individual-exists")
    assert (becoming.status_code, becoming.json()["code"]) == (400, "individual-exists")
    assert same.status_code == 200


@pytest.mark.requirement("X013", "DRS-8")
async def test_after_a_rotation_people_still_see_who_read_their_data_before(databases: Databases) -> None:
    before = await bare_context(databases)
    after = rotated(before)
    people = await stocked(before, {"ID": "EE1"}, fields=people_fields(), code="people")
    for context in (before, after):
        await reading.read(context, by=ANALYST, registry=people, terms=query_terms(people, {"ID": "EE1"}))

    everywhere = await usage.who_read_my_data(after, by=Actor.system("test"), person_identifier="EE1")
    before_alone = await usage.who_read_my_data(before, by=Actor.system("test"), person_identifier="EE1")

    assert (len(everywhere.entries), len(before_alone.entries)) == (2, 1)


@pytest.mark.requirement("X013")
async def test_after_a_rotation_the_same_message_is_taken_in_once(databases: Databases) -> None:
    database = await databases.migrated("messaging", MESSAGING.root / "migrations")
    before = bench(MESSAGING, database)
    after = bench(MESSAGING, database, secret=SECOND, previous=SECRET)
    sender = await registered_sender(before.context)

    first = await sent(before, sender.key, single())
    second = await sent(after, sender.key, single())

    assert first == second
    assert len(await rows(after.context, "SELECT id FROM message")) == 1


@pytest.mark.requirement("X013")
async def test_after_a_rotation_a_case_is_still_the_one_of_its_person(databases: Databases) -> None:
    database = await databases.migrated("sandbox", SANDBOX.root / "migrations")
    before = bench(SANDBOX, database).context
    opened = []
    for number, context in enumerate((before, rotated(before))):
        async with database.transaction() as tx:
            opened.append(
                await cases.open_case(
                    tx, context, case_id=f"case-{number}", service_id="usct", person_id="p-1", opened_by="officer"
                )
            )

    assert opened[0] == opened[1]


@pytest.mark.requirement("X013")
async def test_a_one_time_code_sent_before_a_rotation_is_taken_after_it_and_once(databases: Databases) -> None:
    before = bench(IDENTITY, await databases.migrated("identity", IDENTITY.root / "migrations")).context
    person = await people.register(before, by=OFFICER, attributes=AMINA, evidence=PAPER)
    told = await codes.send(before, person=person, purpose="sign-in")

    taken = []
    for _ in range(2):
        after = rotated(before)
        async with after.database.transaction() as tx:
            taken.append(await codes.check(after, tx, person_id=person.id, purpose="sign-in", code=told.shown))

    assert taken == [told.channel, None]


@pytest.mark.requirement("X013")
def test_a_form_shown_before_a_rotation_is_taken_after_it() -> None:
    visitor = Actor("person", "amina", "Amina Kone")
    before = Sessions(Keyring(FIRST, package="sessions"), secure=False)
    after = Sessions(Keyring(SECOND, package="sessions", previous=FIRST), secure=False)
    stranger = Sessions(Keyring(THIRD, package="sessions"), secure=False)
    token = before.form_token("visit-1", visitor)

    assert after.form_token_fits(token, "visit-1", visitor)
    assert not after.form_token_fits(token, "visit-2", visitor)
    assert not stranger.form_token_fits(token, "visit-1", visitor)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Return the files of a certificate and its key."""
    pem, key = certificate(tmp_path, "first")
    return pem.rename(tmp_path / "tls.crt"), key.rename(tmp_path / "tls.key")


@pytest.fixture
def held(pair: tuple[Path, Path]) -> Certificate:
    """Return the certificate as a process holds it."""
    return Certificate(load({}).changed(TLS_CERTIFICATE=str(pair[0]), TLS_KEY=str(pair[1])))


@pytest.fixture
def shown(held: Certificate) -> Callable[[], bytes]:
    """Return what a client is shown that connects now."""

    def show() -> bytes:
        ours, theirs = socket.socketpair()
        server = threading.Thread(target=lambda: held.context.wrap_socket(ours, server_side=True).close())
        server.start()
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        with client.wrap_socket(theirs) as connection:
            found = connection.getpeercert(binary_form=True)
        server.join()
        return found or b""

    return show


def renew(pair: tuple[Path, Path], folder: Path, *, broken: bool = False) -> None:
    """Put another certificate in place, as a renewal does."""
    pem, key = certificate(folder, "second")
    pair[0].write_bytes(pem.read_bytes())
    pair[1].write_bytes(b"half a key" if broken else key.read_bytes())
    later = pair[0].stat().st_mtime + 10
    os.utime(pair[0], (later, later))


@pytest.mark.requirement("X013", "CFR-security-10")
def test_a_renewed_certificate_is_taken_up_while_the_process_serves(
    held: Certificate, shown: Callable[[], bytes], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before, unchanged = shown(), held.refresh()
    renew(pair, tmp_path)
    changed, after = held.refresh(), shown()

    assert (unchanged, changed) == (False, True)
    assert after == ssl.PEM_cert_to_DER_cert(pair[0].read_text("utf-8"))
    assert after != before


def test_a_renewal_that_cannot_be_used_leaves_the_certificate_before_in_place(
    held: Certificate, shown: Callable[[], bytes], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before = shown()
    renew(pair, tmp_path, broken=True)

    assert not held.refresh()
    assert shown() == before
