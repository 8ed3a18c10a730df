"""A clock that jumps: nothing stays locked, nothing that was used or ended counts again, and signing in goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from govstack.blocks.identity.codes import service as codes
from govstack.blocks.identity.codes.model import Channel
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.lockouts import service as lockouts
from govstack.blocks.identity.lockouts.model import TRIES_MAX, Family
from govstack.blocks.identity.people.model import Person
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM
from govstack.kernel.context import Context
from tests.builders.enrolment import Machine, approved
from tests.builders.sign_in import Provider, back, code_of, hidden, provider
from tests.databases import Databases

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PURPOSE = "sign-in/1"


@pytest.fixture
async def issuer(databases: Databases) -> Provider:
    return await provider(databases)


@pytest.fixture
async def national(databases: Databases) -> Provider:
    """A provider that keeps sessions."""
    return await provider(databases, PROFILE="conformance")


def started_again(issuer: Provider) -> None:
    """Let the process remember nothing."""
    issuer.bench.context.memory.clear()


async def kid_of(issuer: Provider) -> str:
    """Return the id of the key that signs now, after signing with it."""
    started_again(issuer)
    client = issuer.client()
    token = (await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))).json()["id_token"]
    assert (await issuer.claims(client, token))["sub"] == "officer-1"
    return (await keys.signing_key(issuer.bench.context))[0]


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_signing_in_goes_on_when_the_clock_goes_back_before_the_first_key(issuer: Provider) -> None:
    kid = await kid_of(issuer)

    with clock.fixed(clock.now() - HOUR):
        assert await kid_of(issuer) == kid


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_a_key_that_was_put_away_signs_no_more_when_the_clock_goes_back(issuer: Provider) -> None:
    await kid_of(issuer)
    kid = await keys.rotate(issuer.bench.context, by=SYSTEM)
    await keys.prepare(issuer.bench.context)

    with clock.fixed(clock.now() - HOUR):
        assert await kid_of(issuer) == kid


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_a_key_that_was_put_away_while_the_clock_was_back_does_not_sign_again(issuer: Provider) -> None:
    known = await kid_of(issuer)
    with clock.fixed(clock.now() - HOUR):
        started_again(issuer)
        kid = await keys.rotate(issuer.bench.context, by=SYSTEM)
        at_once = await kid_of(issuer)

    with clock.fixed(clock.now() + HOUR):
        later = await kid_of(issuer)

    assert known != kid
    assert (at_once, later) == (kid, kid)


@pytest.mark.requirement("ISS-13", "IDN-51")
async def test_signing_in_goes_on_after_the_clock_was_far_ahead(issuer: Provider) -> None:
    await kid_of(issuer)
    with clock.fixed(clock.now() + timedelta(days=400)):
        started_again(issuer)
        await keys.prepare(issuer.bench.context)

    assert await kid_of(issuer)


@pytest.mark.requirement("ISS-5", "IDN-51")
@pytest.mark.parametrize("jump", [-HOUR, DAY])
async def test_a_used_code_stays_used_wherever_the_clock_goes(issuer: Provider, jump: timedelta) -> None:
    client = issuer.client()
    code = code_of(await issuer.sign_in(client, issuer.own()))
    assert (await issuer.own_token(client, code)).status_code == 200

    with clock.fixed(clock.now() + jump):
        assert (await issuer.own_token(client, code)).json()["error"] == "invalid_grant"


@pytest.mark.requirement("ISS-5", "IDN-51")
async def test_a_code_of_a_clock_that_was_ahead_does_not_last_for_a_day(issuer: Provider) -> None:
    client = issuer.client()
    with clock.fixed(clock.now() + DAY):
        code = code_of(await issuer.sign_in(client, issuer.own()))

    assert (await issuer.own_token(client, code)).json()["error"] == "invalid_grant"
    assert (await issuer.own_token(client, code_of(await issuer.sign_in(client, issuer.own())))).status_code == 200


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_code_that_had_ended_does_not_begin_again(issuer: Provider) -> None:
    client = issuer.client()
    made = clock.now()
    with clock.fixed(made):
        code = code_of(await issuer.sign_in(client, issuer.own()))
    with clock.fixed(made + timedelta(minutes=2)):
        late = await issuer.own_token(client, code)

    with clock.fixed(made - HOUR):
        again = await issuer.own_token(client, code)

    assert [answer.json()["error"] for answer in (late, again)] == ["invalid_grant", "invalid_grant"]


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_sign_in_under_way_goes_on_when_the_clock_goes_back(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.own())

    with clock.fixed(clock.now() - HOUR):
        done = await issuer.prove(client, who)
        assert (await issuer.own_token(client, code_of(done))).status_code == 200


@pytest.mark.requirement("IDN-51", "IDN-N5")
async def test_a_sign_in_is_over_when_the_clock_goes_ahead_and_can_be_begun_again(issuer: Provider) -> None:
    client = issuer.client()
    who = await issuer.begin(client, issuer.own())

    with clock.fixed(clock.now() + DAY):
        over = await client.post("/sign-in/person", data={**hidden(who.text), "person": issuer.person.subject})
        again = await issuer.sign_in(client, issuer.own())

    assert over.status_code == 400
    assert "code" in back(again)


@pytest.mark.requirement("IDN-51", "ISS-12")
async def test_an_assertion_counts_once_also_after_the_clock_was_ahead(issuer: Provider) -> None:
    assertion = issuer.assertion()
    client = issuer.client()
    await issuer.token(client, client_assertion=assertion, code="nothing")
    with clock.fixed(clock.now() + DAY):
        await issuer.token(client, code="nothing")

    again = await issuer.token(client, client_assertion=assertion, code="nothing")

    assert again.json()["error"] == "invalid_assertion"


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize("asked", [{}, {"max_age": "600"}])
async def test_a_session_of_a_clock_that_was_ahead_answers_for_nobody(
    national: Provider, asked: dict[str, str]
) -> None:
    client = national.client()
    with clock.fixed(clock.now() + DAY):
        await national.signed_in(client)
        ahead = await client.get("/authorize", params=national.own(prompt="none", **asked))

    there = await client.get("/authorize", params=national.own(prompt="none", **asked))

    assert "code" in back(ahead)
    assert back(there)["error"] == "login_required"


async def taken(context: Context, person: Person, code: str) -> Channel | None:
    async with context.database.transaction() as tx:
        return await codes.check(context, tx, person_id=person.id, purpose=PURPOSE, code=code)


async def admitted(context: Context, person: Person) -> bool:
    async with context.database.transaction() as tx:
        return await lockouts.admit(context, tx, person_id=person.id, family=Family.CODE)


@pytest.mark.requirement("IDN-51")
async def test_a_one_time_code_of_a_clock_that_was_ahead_does_not_last_for_a_day(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    with clock.fixed(clock.now() + DAY):
        sent = await codes.send(context, person=person, purpose=PURPOSE)

    assert await taken(context, person, sent.shown) is None


@pytest.mark.requirement("IDN-51")
async def test_codes_that_were_sent_while_the_clock_was_ahead_hold_up_no_others(databases: Databases) -> None:
    issuer = await provider(databases, IDENTITY_CODES_MAX="2")
    context, person = issuer.bench.context, issuer.person
    with clock.fixed(clock.now() + DAY):
        for _ in range(2):
            await codes.send(context, person=person, purpose=PURPOSE)

    sent = await codes.send(context, person=person, purpose=PURPOSE)

    assert await taken(context, person, sent.shown)


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize("jump", [DAY, timedelta(days=400)])
async def test_a_pause_of_a_clock_that_was_ahead_ends_with_it(issuer: Provider, jump: timedelta) -> None:
    context, person = issuer.bench.context, issuer.person
    with clock.fixed(clock.now() + jump):
        for _ in range(TRIES_MAX + 1):
            await admitted(context, person)
        paused = await lockouts.locked(context, person_id=person.id)

    assert set(paused) == {Family.CODE}
    assert await lockouts.locked(context, person_id=person.id) == {}
    assert await admitted(context, person)


@pytest.mark.requirement("IDN-51")
async def test_a_pause_does_not_end_because_the_clock_goes_back_a_little(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    for _ in range(TRIES_MAX + 1):
        await admitted(context, person)

    with clock.fixed(clock.now() - timedelta(minutes=10)):
        assert not await admitted(context, person)


@pytest.mark.requirement("IDN-51")
async def test_who_proved_themselves_to_a_clock_that_was_ahead_has_to_again(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    with clock.fixed(clock.now() + DAY):
        await factors.note_fresh(context, person_id=person.id, session="s-1")
        ahead = await factors.is_fresh(context, person_id=person.id, session="s-1")

    assert ahead
    assert not await factors.is_fresh(context, person_id=person.id, session="s-1")


@pytest.mark.requirement("IDN-51")
async def test_a_used_one_time_code_stays_used_when_the_clock_goes_back(issuer: Provider) -> None:
    context, person = issuer.bench.context, issuer.person
    sent = await codes.send(context, person=person, purpose=PURPOSE)
    challenge = Challenge("OTP", sent.shown)
    assert await factors.prove(context, person_id=person.id, challenge=challenge, purpose=PURPOSE)

    with clock.fixed(clock.now() - timedelta(minutes=2)):
        assert await factors.prove(context, person_id=person.id, challenge=challenge, purpose=PURPOSE) is None


@pytest.mark.requirement("IDN-15", "IDN-51")
async def test_a_packet_that_a_clock_behind_refused_is_taken_when_it_is_right(issuer: Provider) -> None:
    machine = Machine()
    await approved(issuer.bench, machine)
    packet = machine.envelope(machine.packet())
    headers = {"content-type": "application/json"}
    sender = await issuer.administrator("identity:enrol")
    with clock.fixed(clock.now() - HOUR):
        early = await (await issuer.administrator("identity:enrol")).put("/enrollment", content=packet, headers=headers)

    taken = await sender.put("/enrollment", content=packet, headers=headers)

    assert (early.status_code >= 400 or bool(early.json()["errors"]), taken.status_code) == (True, 201)
