"""Factors: codes, what one knows, apps and passkeys, each with its limits, and nobody locked out for ever."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pyotp
import pytest

from govstack.blocks.identity.authenticators import service as authenticators
from govstack.blocks.identity.authenticators.errors import UnknownAuthenticator, WrongCode
from govstack.blocks.identity.codes.errors import CodesTooMany, NoChannel
from govstack.blocks.identity.factors import service
from govstack.blocks.identity.factors.errors import LastStrong, NotFresh
from govstack.blocks.identity.factors.model import Challenge, FactorKind, Proof
from govstack.blocks.identity.knowledge import model as knowledge_model
from govstack.blocks.identity.knowledge import service as knowledge
from govstack.blocks.identity.knowledge.errors import WeakSecret
from govstack.blocks.identity.lockouts import model as lockouts
from govstack.blocks.identity.lockouts.model import Tries
from govstack.blocks.identity.lockouts.service import unlock
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.passkeys import service as passkeys
from govstack.blocks.identity.passkeys.errors import PasskeyRefused, TooManyPasskeys
from govstack.blocks.identity.passkeys.model import PASSKEYS_MAX, Question
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.errors import Ended
from govstack.blocks.identity.people.model import Attribute, Person
from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.errors import Forbidden
from tests.builders.authenticator import ES384, PRESENT, Device, with_challenge
from tests.builders.running import Bench, bench
from tests.databases import Databases

PIN, PASSWORD = "829305", "seven red umbrellas"
PURPOSE = "sign-in/1"


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone, in the sandbox."""
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


@pytest.fixture
async def amina(running: Bench) -> Person:
    """Somebody without any factor of their own."""
    return await people.register(
        running.context, by=SYSTEM, attributes=(Attribute("name", "Amina Kone"),), subject="amina"
    )


async def prove(running: Bench, person: Person, kind: str, value: str, purpose: str = PURPOSE) -> Proof | None:
    found = await service.prove(running.context, person_id=person.id, challenge=Challenge(kind, value), purpose=purpose)
    return found[1] if found else None


def herself(person: Person) -> Actor:
    return Actor("person", person.subject)


async def add_app(running: Bench, person: Person) -> pyotp.TOTP:
    begun = await authenticators.begin(running.context, person=person, name="Phone", issuer="Identity")
    app = pyotp.TOTP(begun.secret)
    await authenticators.confirm(
        running.context, by=herself(person), person_id=person.id, authenticator_id=begun.id,
        code=app.at(clock.now() - timedelta(seconds=30)),
    )  # fmt: skip
    return app


async def add_passkey(running: Bench, person: Person, device: Device) -> None:
    asked = await passkeys.begin_registration(running.context, person=person)
    await passkeys.finish_registration(
        running.context, by=herself(person), person_id=person.id, asked_id=asked.id,
        answer=device.create(asked.options), name="Laptop",
    )  # fmt: skip


async def sign(running: Bench, device: Device, purpose: str = PURPOSE) -> tuple[Person, Proof] | None:
    asked = await service.begin_passkey(running.context, purpose=purpose)
    return await service.prove_by_passkey(
        running.context, purpose=purpose, asked_id=asked.id, answer=device.get(asked.options)
    )


@pytest.mark.requirement("IDN-05")
async def test_a_one_time_code_proves_once_and_for_its_purpose_alone(running: Bench, amina: Person) -> None:
    sent = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)

    elsewhere = await prove(running, amina, "OTP", sent.shown, "sign-in/2")
    first = await prove(running, amina, "OTP", f" {sent.shown[:3]} {sent.shown[3:]}")
    second = await prove(running, amina, "OTP", sent.shown)

    assert len(sent.shown) == 6
    assert elsewhere is None
    assert first is not None
    assert first.methods == ("otp",)
    assert second is None


@pytest.mark.requirement("IDN-05")
async def test_a_one_time_code_ends_after_three_minutes(running: Bench, amina: Person) -> None:
    sent = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)

    with clock.fixed(clock.now() + timedelta(minutes=3, seconds=1)):
        late = await prove(running, amina, "OTP", sent.shown)

    assert late is None


async def test_after_five_wrong_tries_the_right_code_is_worth_nothing(running: Bench, amina: Person) -> None:
    sent = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)
    wrong = f"{(int(sent.shown) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert await prove(running, amina, "OTP", wrong) is None

    assert await prove(running, amina, "OTP", sent.shown) is None


async def test_a_new_code_takes_the_place_of_the_one_before(running: Bench, amina: Person) -> None:
    first = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)
    second = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)

    if first.shown != second.shown:
        assert await prove(running, amina, "OTP", first.shown) is None
    assert await prove(running, amina, "OTP", second.shown) is not None


async def test_nobody_is_flooded_with_codes(running: Bench, amina: Person) -> None:
    for number in range(5):
        await service.send_code(running.context, person_id=amina.id, purpose=f"sign-in/{number}")

    with pytest.raises(CodesTooMany):
        await service.send_code(running.context, person_id=amina.id, purpose="sign-in/6")

    with clock.fixed(clock.now() + timedelta(minutes=16)):
        await service.send_code(running.context, person_id=amina.id, purpose="sign-in/7")


async def test_outside_the_sandbox_a_code_needs_an_address(databases: Databases) -> None:
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, PROFILE="production")
    nobody = await people.register(running.context, by=SYSTEM, attributes=())

    with pytest.raises(NoChannel):
        await service.send_code(running.context, person_id=nobody.id, purpose=PURPOSE)

    assert await service.offered(running.context, person_id=nobody.id) == ()


@pytest.mark.requirement("IDN-04", "X064")
@pytest.mark.parametrize(("secret", "method"), [(PIN, "pin"), (PASSWORD, "pwd")])
async def test_what_somebody_knows_proves_them(running: Bench, amina: Person, secret: str, method: str) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    await knowledge.set_password(running.context, by=herself(amina), person=amina, password=PASSWORD)

    right = await prove(running, amina, "PIN", secret)
    wrong = await prove(running, amina, "PIN", secret + "1")

    assert right is not None
    assert right.methods == (method,)
    assert wrong is None


async def test_a_pin_can_be_typed_in_the_digits_of_another_script(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)

    typed = PIN.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert await prove(running, amina, "PIN", typed) is not None


@pytest.mark.requirement("IDN-50")
async def test_secrets_stand_sealed_and_hashed(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    app = await add_app(running, amina)

    async with running.context.database.reading() as tx:
        kept = str(await tx.fetch("SELECT * FROM known_secret")) + str(await tx.fetch("SELECT * FROM authenticator"))

    assert amina.id in kept
    assert PIN not in kept
    assert app.secret not in kept
    assert "cost" not in kept


@pytest.mark.requirement("X064")
@pytest.mark.parametrize(
    "pin", ["12345", "123456", "987654", "890123", "111111", "121212", "123123", "112112", "abcdef", ""]
)
def test_a_pin_that_anybody_would_try_first_is_refused(pin: str) -> None:
    with pytest.raises(WeakSecret):
        knowledge_model.check_pin(pin)


@pytest.mark.requirement("X064")
@pytest.mark.parametrize(
    "password", ["short", "Password123!", "1234567890123", "aaaaaaaaaaaa", "qwertyuiop1", "AminaKone2026", "x" * 201]
)
def test_a_password_that_anybody_would_try_first_is_refused(password: str) -> None:
    with pytest.raises(WeakSecret):
        knowledge_model.check_password(password, names=("Amina", "Kone"))


def test_a_password_that_is_too_long_is_said_to_be() -> None:
    with pytest.raises(WeakSecret, match="at most 200"):
        knowledge_model.check_password("many words " * 40)


def test_a_secret_is_hashed_with_its_own_salt_and_its_parameters_beside_it() -> None:
    one, other = knowledge_model.slow_hash(PIN), knowledge_model.slow_hash(PIN)

    assert one.hash != other.hash
    assert (one.cost, one.block_size) == (2**15, 8)
    assert knowledge_model.fits(PIN, one)
    assert not knowledge_model.fits("829306", one)


@pytest.mark.requirement("IDN-51", "X064")
async def test_too_many_tries_pause_and_the_pause_ends_by_itself(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    for _ in range(6):
        assert await prove(running, amina, "PIN", "000000") is None

    during = await prove(running, amina, "PIN", PIN)
    offer = next(one for one in await service.offered(running.context, person_id=amina.id) if one.kind == "pin")
    with clock.fixed(clock.now() + timedelta(minutes=1, seconds=1)):
        after = await prove(running, amina, "PIN", PIN)

    assert during is None
    assert offer.locked_until
    assert after is not None


@pytest.mark.requirement("IDN-51")
def test_the_pause_grows_up_to_an_hour_and_never_beyond() -> None:
    now, tries, pauses = clock.now(), None, []
    for _ in range(8):
        admitted = True
        while admitted:
            tries, admitted = lockouts.counted(tries, now)
        assert tries is not None
        pauses.append((clock.parse(tries.locked_until) - now).total_seconds() / 60)
        now = clock.parse(tries.locked_until)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_old_tries_are_forgotten() -> None:
    now = clock.now()
    yesterday = clock.timestamp(now - timedelta(hours=25))
    a_while_ago = clock.timestamp(now - timedelta(minutes=16))

    assert lockouts.counted(Tries(5, yesterday, 6, ""), now)[0].locks == 0
    assert lockouts.counted(Tries(5, a_while_ago, 2, ""), now) == (Tries(1, clock.timestamp(now), 2, ""), True)


@pytest.mark.requirement("IDN-51")
async def test_an_administrator_ends_a_pause(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    for _ in range(6):
        await prove(running, amina, "PIN", "000000")

    async with running.context.database.transaction() as tx:
        await unlock(tx, by=SYSTEM, person_id=amina.id)

    assert await prove(running, amina, "PIN", PIN) is not None


async def test_a_pause_of_what_is_known_leaves_codes_and_passkeys_alone(running: Bench, amina: Person) -> None:
    device = Device()
    await add_passkey(running, amina, device)
    for _ in range(6):
        await prove(running, amina, "PIN", "000000")

    sent = await service.send_code(running.context, person_id=amina.id, purpose=PURPOSE)

    assert await prove(running, amina, "OTP", sent.shown) is not None
    assert await sign(running, device) is not None


@pytest.mark.requirement("IDN-04", "X064")
async def test_the_code_of_an_app_is_taken_once(running: Bench, amina: Person) -> None:
    app = await add_app(running, amina)
    code = app.at(clock.now())

    first, second = await prove(running, amina, "OTP", code), await prove(running, amina, "OTP", code)

    assert first is not None
    assert first.methods == ("otp",)
    assert second is None


async def test_an_app_counts_only_after_its_first_code(running: Bench, amina: Person) -> None:
    begun = await authenticators.begin(running.context, person=amina, name="Phone", issuer="Identity")
    app = pyotp.TOTP(begun.secret)

    before = await prove(running, amina, "OTP", app.at(clock.now()))
    with pytest.raises(WrongCode):
        await authenticators.confirm(
            running.context, by=herself(amina), person_id=amina.id, authenticator_id=begun.id,
            code=app.at(clock.now() + timedelta(hours=1)),
        )  # fmt: skip

    assert before is None
    assert begun.address.startswith("otpauth://totp/Identity:Amina%20Kone?")


async def test_the_code_of_an_app_from_another_time_is_worth_nothing(running: Bench, amina: Person) -> None:
    app = await add_app(running, amina)

    for minutes in (-5, 2):
        assert await prove(running, amina, "OTP", app.at(clock.now() + timedelta(minutes=minutes))) is None


@pytest.mark.requirement("IDN-04")
async def test_a_passkey_proves_who_somebody_is_without_their_saying_so(running: Bench, amina: Person) -> None:
    device = Device()
    await add_passkey(running, amina, device)

    proven = await sign(running, device)

    assert proven is not None
    assert proven[0].id == amina.id
    assert "mfa" in proven[1].methods


@pytest.mark.requirement("IDN-51")
async def test_what_a_device_signed_is_worth_nothing_the_second_time(running: Bench, amina: Person) -> None:
    device = Device()
    await add_passkey(running, amina, device)
    asked = await service.begin_passkey(running.context, purpose=PURPOSE)
    answer = device.get(asked.options)
    another = await service.begin_passkey(running.context, purpose=PURPOSE)
    challenge = json.loads(another.options)["challenge"]

    results = [
        await service.prove_by_passkey(running.context, purpose=PURPOSE, asked_id=one, answer=given)
        for one, given in (
            (asked.id, answer), (asked.id, answer), (another.id, answer),
            ((await service.begin_passkey(running.context, purpose=PURPOSE)).id, with_challenge(answer, challenge)),
        )
    ]  # fmt: skip

    assert [one is not None for one in results] == [True, False, False, False]


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://govstack.evil"}, {"origin": "https://govstack.test"}, {"domain": "evil.test"},
        {"flags": PRESENT}, {"count": -1}, {"key": Device().key}, {"credential": b"of somebody else"},
    ],
    ids=["origin", "scheme", "domain", "not verified", "count", "key", "credential"],
)  # fmt: skip
async def test_a_device_that_signs_anything_else_proves_nobody(
    running: Bench, amina: Person, wrong: dict[str, object]
) -> None:
    device = Device(count=5)
    await add_passkey(running, amina, device)
    assert await sign(running, device) is not None

    for name, value in wrong.items():
        setattr(device, name, value)
    device.count = max(device.count, 0) if "count" in wrong else device.count

    assert await sign(running, device) is None


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize(
    "device",
    [Device(origin="http://evil.test"), Device(domain="evil.test"), Device(algorithm=ES384), Device(flags=PRESENT)],
    ids=["origin", "domain", "algorithm", "not verified"],
)
async def test_a_passkey_made_elsewhere_or_too_weak_is_not_kept(running: Bench, amina: Person, device: Device) -> None:
    with pytest.raises(PasskeyRefused):
        await add_passkey(running, amina, device)

    assert await passkeys.passkeys(running.context, person_id=amina.id) == []


async def test_the_country_says_what_sign_in_is_called_on_devices(databases: Databases) -> None:
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, IDENTITY_SITE="Republic of Testland")
    person = await people.register(running.context, by=SYSTEM, attributes=())

    asked = await passkeys.begin_registration(running.context, person=person)

    assert json.loads(asked.options)["rp"]["name"] == "Republic of Testland"


async def test_the_answer_to_one_person_adds_no_passkey_to_another(running: Bench, amina: Person) -> None:
    other = await people.register(running.context, by=SYSTEM, attributes=())
    asked = await passkeys.begin_registration(running.context, person=amina)

    with pytest.raises(PasskeyRefused):
        await passkeys.finish_registration(
            running.context, by=herself(other), person_id=other.id, asked_id=asked.id,
            answer=Device().create(asked.options), name="",
        )  # fmt: skip


async def test_a_passkey_is_asked_for_one_purpose(running: Bench, amina: Person) -> None:
    device = Device()
    await add_passkey(running, amina, device)
    asked = await service.begin_passkey(running.context, purpose="change")

    proven = await service.prove_by_passkey(
        running.context, purpose=PURPOSE, asked_id=asked.id, answer=device.get(asked.options)
    )

    assert proven is None


@pytest.mark.parametrize("answer", ["", "{}", "[]", '{"id": 1}', "x" * 30_000, '{"id": "\\u0000"}'])
async def test_an_answer_that_is_none_proves_nobody(running: Bench, amina: Person, answer: str) -> None:
    asked = await service.begin_passkey(running.context, purpose=PURPOSE)

    assert await service.prove_by_passkey(running.context, purpose=PURPOSE, asked_id=asked.id, answer=answer) is None


async def test_who_is_blocked_proves_nothing(running: Bench, amina: Person) -> None:
    device = Device()
    await add_passkey(running, amina, device)
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    await people.block(running.context, by=SYSTEM, person_id=amina.id, reason="stolen")

    assert await prove(running, amina, "PIN", PIN) is None
    assert await sign(running, device) is None
    assert await service.offered(running.context, person_id=amina.id) == ()


@pytest.mark.requirement("IDN-04")
async def test_what_somebody_has_is_offered_strongest_first(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    await add_app(running, amina)
    await add_passkey(running, amina, Device())

    offers = await service.offered(running.context, person_id=amina.id)

    assert [one.kind.value for one in offers] == ["passkey", "totp", "otp", "pin"]


async def test_the_last_strong_factor_stays(running: Bench, amina: Person) -> None:
    await add_app(running, amina)
    await add_passkey(running, amina, Device())
    key, app = (await service.offered(running.context, person_id=amina.id))[:2]

    await service.remove(running.context, by=herself(amina), person_id=amina.id, kind=app.kind, factor_id=app.id)
    with pytest.raises(LastStrong):
        await service.remove(running.context, by=herself(amina), person_id=amina.id, kind=key.kind, factor_id=key.id)

    left = [one.kind for one in await service.offered(running.context, person_id=amina.id)]
    assert left == [FactorKind.PASSKEY, FactorKind.OTP]


@pytest.mark.requirement("IDN-04", "IDN-51")
async def test_the_last_two_strong_factors_cannot_be_removed_at_once(running: Bench, amina: Person) -> None:
    for _ in range(4):
        await add_app(running, amina)
    strong = [one for one in await service.offered(running.context, person_id=amina.id) if one.kind == FactorKind.TOTP]

    await asyncio.gather(
        *(
            service.remove(running.context, by=herself(amina), person_id=amina.id, kind=one.kind, factor_id=one.id)
            for one in strong
        ),
        return_exceptions=True,
    )

    left = [one.kind for one in await service.offered(running.context, person_id=amina.id)]
    assert left.count(FactorKind.TOTP) == 1


async def reset(running: Bench, person: Person, *, by: Actor, reason: str = "") -> None:
    async with running.context.database.transaction() as tx:
        await service.reset(running.context, tx, by=by, person_id=person.id, reason=reason)


async def test_nothing_is_taken_away_of_an_identity_that_has_ended(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    await people.deactivate(running.context, by=SYSTEM, person_id=amina.id, reason="death")

    with pytest.raises(Ended):
        await reset(running, amina, by=SYSTEM)

    assert await knowledge.known(running.context, person_id=amina.id)


async def test_nobody_has_more_passkeys_than_the_list_shows(running: Bench, amina: Person) -> None:
    for _ in range(PASSKEYS_MAX - 1):
        await add_passkey(running, amina, Device())
    begun = [await passkeys.begin_registration(running.context, person=amina) for _ in range(2)]

    async def answer(asked: Question) -> None:
        await passkeys.finish_registration(
            running.context, by=herself(amina), person_id=amina.id, asked_id=asked.id,
            answer=Device().create(asked.options), name="Laptop",
        )  # fmt: skip

    await answer(begun[0])
    with pytest.raises(TooManyPasskeys):
        await answer(begun[1])


async def test_an_administrator_takes_all_factors_away_and_nobody_else_does(running: Bench, amina: Person) -> None:
    await knowledge.set_pin(running.context, by=herself(amina), person=amina, pin=PIN)
    await add_passkey(running, amina, Device())
    administrator = Actor("person", "boss", "Boss", scopes=frozenset({"identity:administer"}))

    begun = await authenticators.begin(running.context, person=amina, name="Phone", issuer="Identity")
    await service.note_fresh(running.context, person_id=amina.id, session="s-1")

    with pytest.raises(Forbidden):
        await reset(running, amina, by=herself(amina))
    assert await knowledge.known(running.context, person_id=amina.id)
    await reset(running, amina, by=administrator, reason="lost the telephone")

    assert not await service.is_fresh(running.context, person_id=amina.id, session="s-1")
    with pytest.raises(UnknownAuthenticator):
        await authenticators.confirm(
            running.context, by=herself(amina), person_id=amina.id, authenticator_id=begun.id,
            code=pyotp.TOTP(begun.secret).at(clock.now()),
        )  # fmt: skip
    assert [one.kind for one in await service.offered(running.context, person_id=amina.id)] == [FactorKind.OTP]
    newest = (await people.history(running.context, person_id=amina.id))[0]
    assert (newest.kind, newest.content.reason) == ("factors-reset", "lost the telephone")


async def test_a_fresh_proof_holds_for_its_session_and_some_minutes(running: Bench, amina: Person) -> None:
    await service.note_fresh(running.context, person_id=amina.id, session="s-1")

    await service.require_fresh(running.context, person_id=amina.id, session="s-1")
    for session in ("s-2", ""):
        with pytest.raises(NotFresh):
            await service.require_fresh(running.context, person_id=amina.id, session=session)
    with clock.fixed(clock.now() + timedelta(minutes=11)), pytest.raises(NotFresh):
        await service.require_fresh(running.context, person_id=amina.id, session="s-1")


@pytest.mark.requirement("IDN-N4")
async def test_published_proofs_exist_in_the_conformance_profile_alone(databases: Databases, running: Bench) -> None:
    person = await people.register(running.context, by=SYSTEM, attributes=())
    published = Challenge("PIN", "password")
    conformance = bench(MANIFEST, running.context.database, PROFILE="conformance")

    with pytest.raises(Forbidden):
        await service.keep_published(running.context, person_id=person.id, challenge=published, method="pwd")
    await service.keep_published(conformance.context, person_id=person.id, challenge=published, method="pwd")

    assert await prove(running, person, "PIN", "password") is None
    proof = await prove(conformance, person, "PIN", "password")
    assert proof is not None
    assert await prove(conformance, person, "OTP", "password") is None


@pytest.mark.parametrize("kind", ["WLA", "BIO", "", "passkey"])
async def test_a_kind_of_challenge_that_is_not_known_here_proves_nothing(
    running: Bench, amina: Person, kind: str
) -> None:
    assert await prove(running, amina, kind, PIN) is None
