"""A process that is killed at any of its commits leaves a whole state: nothing is lost, and nothing is done twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.committing import service as committing
from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.model import State
from govstack.blocks.identity.deduplication.model import Decision
from govstack.blocks.identity.identifiers.model import IdentifierStatus
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import IdentifierKind
from govstack.blocks.identity.sessions import service as sessions
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.enrolment import Machine, approved
from tests.builders.enrolment import work as work_here
from tests.builders.exchange import served
from tests.builders.identity_process import PRODUCER, Mortal, mortal
from tests.builders.sign_in import (
    ATTRIBUTES,
    CALLBACK,
    OWN,
    SECRET,
    VERIFIER,
    Provider,
    back,
    code_of,
    hidden,
    provider,
)
from tests.databases import Databases

# A proof that is counted and one that is believed, and the form that is done.
COMMITS_OF_A_PROOF = 3
COMMITS_MAX = 40
# Later than the lease of a killed process, and than a form waits for the answer to itself.
LATER = timedelta(seconds=120)
ADJUDICATOR = Actor("person", "officer-2", "Otto", scopes=frozenset({"identity:enrol", "identity:adjudicate"}))


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    """A provider whose database outlives processes, as in production."""
    await databases.migrated("identity", MANIFEST.root / "migrations", synchronous="FULL")
    return await provider(databases, IDENTITY_CODES_MAX="1000")


@pytest.fixture
async def elsewhere(issuer: Provider, databases: Databases) -> AsyncIterator[Mortal]:
    """Processes beside this one that work on the same database and are killed."""
    async with mortal(databases) as made:
        yield made


async def rows(issuer: Provider, sql: str, **values: Any) -> list[dict[str, Any]]:
    async with issuer.bench.context.database.reading() as tx:
        return [{**row} for row in await tx.fetch(sql, **values)]


async def recognised(issuer: Provider, reference: str) -> None:
    """Say as an officer that the first candidate of an enrolment is its person."""
    context = issuer.bench.context
    found = await committing.compared(context, by=ADJUDICATOR, enrolment_id=reference)
    await committing.decide(
        context, by=ADJUDICATOR, enrolment_id=reference, candidate_id=found[0].candidate.id, decision=Decision.SAME,
        reason="known here",
    )  # fmt: skip


async def can_sign_in(issuer: Provider) -> None:
    """See that somebody signs in from the beginning to tokens that hold."""
    client = issuer.client()
    granted = await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))
    assert granted.status_code == 200
    assert (await issuer.claims(client, granted.json()["id_token"]))["sub"] == issuer.person.subject


@pytest.mark.slow
@pytest.mark.requirement("IDN-N5", "IDN-51", "ISS-5")
async def test_between_proof_and_code_nothing_stands_in_the_way_of_a_new_sign_in(
    issuer: Provider, elsewhere: Mortal
) -> None:
    for commit in range(1, COMMITS_MAX):
        client = issuer.client()
        who = await issuer.begin(client, issuer.own())
        asked = await client.post("/sign-in/person", data={**hidden(who.text), "person": issuer.person.subject})
        shown = asked.text.split('id="shown-code">')[1][:6]
        form = {**hidden(asked.text), "proof": shown}

        died = await elsewhere.dies(
            "post", commit=commit, path="/sign-in/proof", form=form, cookies=dict(client.cookies)
        )
        with clock.fixed(clock.now() + LATER):
            again = await issuer.follow(client, await client.post("/sign-in/proof", data=form))
            if again.status_code == 303 and "code" in back(again):
                assert (await issuer.own_token(client, code_of(again))).status_code == 200

        assert again.status_code < 500
        (made,) = await rows(
            issuer,
            "SELECT COUNT(*) AS codes FROM authorization_code WHERE transaction_id = :id",
            id=form["transaction"],
        )
        assert made["codes"] <= 1
        await can_sign_in(issuer)
        if not died:
            break
    assert commit >= COMMITS_OF_A_PROOF
    async with issuer.bench.context.database.reading() as tx:
        assert await audit.first_broken(tx) is None


@pytest.mark.slow
@pytest.mark.requirement("IDN-N5", "IDN-51", "ISS-5")
async def test_between_code_and_tokens_a_code_gives_tokens_once_or_never(issuer: Provider, elsewhere: Mortal) -> None:
    outcomes = []
    for commit in range(1, COMMITS_MAX):
        client = issuer.client()
        code = code_of(await issuer.sign_in(client, issuer.own()))
        form = {
            "grant_type": "authorization_code", "client_id": OWN, "client_secret": SECRET, "code": code,
            "redirect_uri": CALLBACK, "code_verifier": VERIFIER,
        }  # fmt: skip

        died = await elsewhere.dies("post", commit=commit, path="/oauth/token", form=form, cookies={})
        again = await issuer.own_token(client, code)

        outcomes.append((died, again.status_code))
        grants = await rows(issuer, "SELECT ended_at FROM token_grant ORDER BY id DESC LIMIT 1")
        # Whose answer was lost gets no second one, and what was given on the way is taken back.
        assert (again.status_code == 200) == (grants[0]["ended_at"] is None)
        if not died:
            break
    assert outcomes == [(True, 200), (False, 400)]
    given = await rows(issuer, "SELECT transaction_id FROM token_grant")
    assert len(given) == len({one["transaction_id"] for one in given}) == 2
    await can_sign_in(issuer)


@pytest.mark.slow
@pytest.mark.requirement("IDN-15", "IDN-24", "IDN-51")
async def test_an_enrolment_whose_commit_was_killed_registers_one_person_with_one_number(
    issuer: Provider, elsewhere: Mortal
) -> None:
    machine = Machine()
    await approved(issuer.bench, machine)
    sender = await issuer.administrator("identity:enrol")
    known = len(await people.people(issuer.bench.context, limit=100))
    for commit in range(1, COMMITS_MAX):
        reference = f"10001100010001{commit:04}"
        fields = {
            "fullName": f"{'abcdefghijklmnopqrstuvwxyz'[commit % 26] * 7} Kone",
            "dateOfBirth": f"19{40 + commit}/04/17",
        }
        packet = machine.packet(reference, fields=fields, finalise=True)
        headers = {"content-type": "application/json"}
        sent = await sender.put("/enrollment", content=machine.envelope(packet), headers=headers)
        assert sent.status_code == 201

        died = await elsewhere.dies("work", commit=commit)
        with clock.fixed(clock.now() + LATER):
            await work_here(issuer.bench)

        found = await rows(issuer, "SELECT state, person_id FROM enrolment WHERE id = :id", id=reference)
        assert [one["state"] for one in found] == ["committed"]
        numbers = await people.identifiers(issuer.bench.context, person_id=found[0]["person_id"])
        assert [one.kind for one in numbers] == [IdentifierKind.VID]
        assert len(await people.people(issuer.bench.context, limit=100)) == known + commit
        changes = await people.history(issuer.bench.context, person_id=found[0]["person_id"])
        assert sorted(change.kind for change in changes) == ["registered", "vid-made"]
        if not died:
            break
    assert commit > 5
    async with issuer.bench.context.database.reading() as tx:
        assert await audit.first_broken(tx) is None


@pytest.mark.slow
@pytest.mark.requirement("IDN-14", "IDN-51")
async def test_whoever_lost_their_number_gets_one_other_whatever_moment_the_process_is_killed_at(
    issuer: Provider, elsewhere: Mortal
) -> None:
    machine = Machine()
    await approved(issuer.bench, machine)
    sender = await issuer.administrator("identity:enrol")
    for commit in range(1, COMMITS_MAX):
        lost = await people.new_vid(issuer.bench.context, by=SYSTEM, person_id=issuer.person.id, kind="perpetual")
        before = len(await people.history(issuer.bench.context, person_id=issuer.person.id))
        reference = f"10001100010002{commit:04}"
        packet = machine.packet(
            reference, process="LOST", fields={"fullName": "Amina Kone", "dob": "1985-04-01"}, finalise=True
        )
        sent = await sender.put(
            "/enrollment", content=machine.envelope(packet), headers={"content-type": "application/json"}
        )
        assert sent.status_code == 201
        await work_here(issuer.bench)
        await recognised(issuer, reference)

        died = await elsewhere.dies("work", commit=commit)
        with clock.fixed(clock.now() + LATER):
            await work_here(issuer.bench)

        changes = await people.history(issuer.bench.context, person_id=issuer.person.id)
        assert [change.kind for change in changes[: len(changes) - before]].count("vid-made") == 1
        given = await committing.outcome(issuer.bench.context, by=ADJUDICATOR, enrolment_id=reference)
        working = [
            one.value
            for one in await people.identifiers(issuer.bench.context, person_id=issuer.person.id)
            if (one.kind, one.status) == (IdentifierKind.VID, IdentifierStatus.ACTIVE)
        ]
        assert given is not None
        assert working == [given.vid]
        assert lost.value not in working
        if not died:
            break
    assert commit > 5


@pytest.mark.slow
@pytest.mark.requirement("ISS-13", "IDN-51")
@pytest.mark.parametrize("work", ["rotate", "prepare"])
async def test_after_a_killed_change_of_keys_one_key_signs_and_what_was_signed_holds(
    issuer: Provider, elsewhere: Mortal, work: str
) -> None:
    for commit in range(1, COMMITS_MAX):
        before = await keys.signing_key(issuer.bench.context)
        client = issuer.client()
        old = (await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))).json()["id_token"]

        died = await elsewhere.dies(work, commit=commit)
        issuer.bench.context.memory.clear()
        after = await keys.signing_key(issuer.bench.context)

        signing = await rows(
            issuer,
            "SELECT kid FROM provider_key WHERE signs_from <= :now AND signs_until > :now",
            now=clock.timestamp(),
        )
        assert [one["kid"] for one in signing] == [after[0]]
        assert (after[0] == before[0]) == (died or work == "prepare")
        assert (await issuer.claims(client, old))["sub"] == issuer.person.subject
        await can_sign_in(issuer)
        if not died:
            break
    assert commit == 2


@pytest.mark.slow
@pytest.mark.requirement("IDN-30", "IDN-51")
async def test_a_card_whose_production_was_killed_is_produced_once(issuer: Provider, elsewhere: Mortal) -> None:
    deaths = []
    for commit in (1, 2):
        holder = await people.register(
            issuer.bench.context, by=SYSTEM, attributes=ATTRIBUTES, subject=f"holder-{commit}"
        )
        card = await credentials.request(
            issuer.bench.context, by=Actor("person", holder.subject), kind="national-id", delivery_address="Rue 12"
        )
        credential_id = card.credential.id

        deaths.append(await elsewhere.dies("produce", commit=commit, credential=credential_id))
        for _ in range(2):
            shown = await credentials.step(
                issuer.bench.context, by=PRODUCER, credential_id=credential_id, state=State.PRODUCED
            )

        assert shown.credential.state is State.PRODUCED
        steps = await rows(issuer, "SELECT state FROM credential_step WHERE credential_id = :id", id=credential_id)
        assert sorted(str(one["state"]) for one in steps) == ["produced", "requested"]
        async with issuer.bench.context.database.reading() as tx:
            entries = await audit.entries(tx, subject=credential_id)
        assert [one.action for one in entries].count("identity.credential.produced") == 1
    assert deaths == [True, False]


@pytest.mark.slow
@pytest.mark.requirement("IDN-03", "IDN-25", "IDN-51")
async def test_whoever_is_blocked_is_signed_out_though_the_process_died(issuer: Provider, elsewhere: Mortal) -> None:
    heard: list[str] = []

    async def ears(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            heard.append(parse_qs((await receive())["body"].decode())["logout_token"][0])
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})

    async with served(ears) as origin:
        await clients.register_own(
            issuer.bench.context, by=SYSTEM, client_id=OWN, secret=SECRET, redirect_uris=(CALLBACK,),
            backchannel_logout_uri=f"{origin}/out",
        )  # fmt: skip
        await can_sign_in(issuer)
        before_commit = await elsewhere.dies("block", commit=1, person=issuer.person.id)
        untouched = await rows(issuer, "SELECT client_id FROM session_client")
        after_commit = await elsewhere.dies("block", commit=2, person=issuer.person.id)
        # The first commit takes the job, the second one writes that it was done.
        while_telling = await elsewhere.dies("work", commit=2)
        with clock.fixed(clock.now() + LATER):
            await work_here(issuer.bench)
            await work_here(issuer.bench)

    assert (before_commit, after_commit, while_telling) == (True, False, True)
    assert [one["client_id"] for one in untouched] == [OWN]
    told = [await issuer.claims(issuer.client(), token) for token in heard]
    # Told again, under the same id: whether the client had heard, nobody could know.
    assert len(told) == 2
    assert len({one["jti"] for one in told}) == 1
    states = await rows(issuer, "SELECT state FROM job WHERE kind = :kind", kind=sessions.TELL)
    assert [one["state"] for one in states] == ["done"]
