"""People: entered once, found by any identifier that works, changed on evidence, and never shown by the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from govstack.blocks.identity.identifiers import model as identifiers
from govstack.blocks.identity.identifiers import service as numbers
from govstack.blocks.identity.identifiers.errors import AliasTaken, TooManyIdentifiers, UnknownIdentifier
from govstack.blocks.identity.manifest import MANIFEST
from govstack.blocks.identity.people import service
from govstack.blocks.identity.people.errors import (
    ChangedMeanwhile,
    Ended,
    UnknownPerson,
    WrongAttribute,
)
from govstack.blocks.identity.people.model import (
    Attribute,
    Evidence,
    IdentifierKind,
    Person,
    Status,
    check_attributes,
    is_birthdate,
)
from govstack.blocks.identity.people.store import SQL
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.crypto import Keyring
from govstack.kernel.errors import BadRequest
from tests.builders.running import SECRET, Bench, bench
from tests.databases import Databases

OFFICER = Actor("person", "officer-9", "Olga Officer", scopes=frozenset({"identity:enrol"}))
AMINA = (
    Attribute("name", "Amina Kone", "eng"),
    Attribute("name", "أمينة كوني", "ara"),
    Attribute("birthdate", "1990-04-17"),
    Attribute("gender", "female"),
    Attribute("phone_number", "+22501020304"),
)
PAPER = (Evidence("birth certificate", "12/1990"),)


@pytest.fixture
async def running(databases: Databases) -> Bench:
    """The block alone, with nobody in it."""
    return bench(MANIFEST, await databases.migrated("identity", MANIFEST.root / "migrations"))


@pytest.fixture
async def amina(running: Bench) -> Person:
    """Somebody who was entered."""
    return await service.register(running.context, by=OFFICER, attributes=AMINA, evidence=PAPER)


async def number_of(running: Bench, person_id: str) -> str:
    """Return the secret number as the block alone can read it."""
    async with running.context.database.reading() as tx:
        rows = await tx.fetch("SELECT id, content FROM identifier WHERE kind = 'uin' AND person_id = :id", id=person_id)
    return running.context.keys.open("identity/identifier", bytes(rows[0]["content"]), bound_to=rows[0]["id"]).decode()


async def everything_kept(running: Bench) -> str:
    async with running.context.database.reading() as tx:
        if tx.dialect == "sqlite":
            names = [row["name"] for row in await tx.fetch("SELECT name FROM sqlite_master WHERE type = 'table'")]
        else:
            names = [
                row["name"]
                for row in await tx.fetch(
                    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
                )
            ]
        assert "identity" in names
        return "".join([str(await tx.fetch(f"SELECT * FROM {name}")) for name in names])


@pytest.mark.requirement("IDN-23")
async def test_everybody_gets_a_number_of_their_own_with_a_check_digit(running: Bench) -> None:
    people = [await service.register(running.context, by=OFFICER, attributes=AMINA) for _ in range(20)]

    numbers = [await number_of(running, one.id) for one in people]

    assert len(set(numbers)) == 20
    assert all(identifiers.is_number(number, digits=10) for number in numbers)
    assert numbers != sorted(numbers)


@pytest.mark.requirement("IDN-23")
async def test_the_length_of_the_number_is_the_countrys_choice(databases: Databases) -> None:
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, IDENTITY_UIN_DIGITS="12")

    made = await service.register(running.context, by=OFFICER, attributes=AMINA)

    assert identifiers.is_number(await number_of(running, made.id), digits=12)


@pytest.mark.requirement("IDN-23")
@pytest.mark.parametrize("number", ["1234567890", "6502781293"])
def test_a_wrong_digit_in_a_number_is_noticed(number: str) -> None:
    whole = number + identifiers.check_digit(number)

    mistyped = [
        whole[:at] + str((int(whole[at]) + step) % 10) + whole[at + 1 :]
        for at in range(len(whole))
        for step in range(1, 10)
    ]

    assert identifiers.is_number(whole, digits=11)
    assert not any(identifiers.is_number(one, digits=11) for one in mistyped)


@pytest.mark.requirement("IDN-08", "IDN-24", "IDN-26")
async def test_a_person_is_found_by_number_virtual_identifier_and_alias(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")
    alias = await service.attach_alias(
        running.context, by=OFFICER, person_id=amina.id, kind="email", value="Amina@Example.org"
    )

    found = [
        await service.find(running.context, identifier=text)
        for text in (await number_of(running, amina.id), f"{vid.value[:8]} {vid.value[8:]}", "amina@example.ORG ")
    ]

    assert [one and (one.person.id, one.kind) for one in found] == [
        (amina.id, IdentifierKind.UIN), (amina.id, IdentifierKind.VID), (amina.id, IdentifierKind.ALIAS),
    ]  # fmt: skip
    assert found[2] is not None
    assert found[2].identifier_id == alias.id
    assert identifiers.is_number(vid.value, digits=16)


async def test_digits_of_another_script_are_the_same_number(running: Bench, amina: Person) -> None:
    number = await number_of(running, amina.id)

    found = await service.find(running.context, identifier=number.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")))

    assert found is not None


@pytest.mark.parametrize("identifier", ["", "0000000000", "nobody@example.org", "x" * 10_000, "\x00"])
async def test_an_unknown_identifier_leads_to_nobody(running: Bench, amina: Person, identifier: str) -> None:
    assert await service.find(running.context, identifier=identifier) is None


@pytest.mark.requirement("IDN-25", "IDN-27")
async def test_what_was_revoked_leads_nowhere_and_can_be_given_to_somebody_else(running: Bench, amina: Person) -> None:
    context = running.context
    vid = await service.new_vid(context, by=OFFICER, person_id=amina.id, kind="perpetual")
    alias = await service.attach_alias(context, by=OFFICER, person_id=amina.id, kind="passport", value="AB 123")
    other = await service.register(context, by=OFFICER, attributes=AMINA)

    await service.revoke_vid(context, by=OFFICER, person_id=amina.id, vid_id=vid.id)
    await service.detach_alias(context, by=OFFICER, person_id=amina.id, alias_id=alias.id)
    again = await service.revoke_vid(context, by=OFFICER, person_id=amina.id, vid_id=vid.id)

    assert again.status == "revoked"
    assert await service.find(context, identifier=vid.value) is None
    assert await service.find(context, identifier="AB123") is None
    await service.attach_alias(context, by=OFFICER, person_id=other.id, kind="passport", value="ab123")
    found = await service.find(context, identifier="AB123")
    assert found is not None
    assert found.person.id == other.id


@pytest.mark.requirement("IDN-26")
async def test_an_alias_leads_to_one_person_only(running: Bench, amina: Person) -> None:
    other = await service.register(running.context, by=OFFICER, attributes=AMINA)
    first = await service.attach_alias(running.context, by=OFFICER, person_id=amina.id, kind="email", value="a@b.org")

    repeated = await service.attach_alias(
        running.context, by=OFFICER, person_id=amina.id, kind="email", value="A@B.org"
    )

    assert repeated.id == first.id
    with pytest.raises(AliasTaken):
        await service.attach_alias(running.context, by=OFFICER, person_id=other.id, kind="email", value="a@b.org")


async def test_nobody_ends_the_identifier_of_somebody_else(running: Bench, amina: Person) -> None:
    other = await service.register(running.context, by=OFFICER, attributes=AMINA)
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")

    with pytest.raises(UnknownIdentifier):
        await service.revoke_vid(running.context, by=OFFICER, person_id=other.id, vid_id=vid.id)

    assert await service.find(running.context, identifier=vid.value) is not None


@pytest.mark.requirement("IDN-24")
async def test_a_virtual_identifier_for_one_use_is_used_up(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="one-time")
    found = await service.find(running.context, identifier=vid.value)
    assert found is not None
    assert found.one_time

    async with running.context.database.transaction() as tx:
        spent = [await service.spend(tx, identifier_id=found.identifier_id) for _ in range(2)]

    assert spent == [True, False]
    assert await service.find(running.context, identifier=vid.value) is None


@pytest.mark.requirement("IDN-24")
async def test_a_temporary_virtual_identifier_ends_by_itself(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="temporary")

    with clock.fixed(clock.now() + timedelta(days=29)):
        before = await service.find(running.context, identifier=vid.value)
    with clock.fixed(clock.now() + timedelta(days=31)):
        after = await service.find(running.context, identifier=vid.value)

    assert before is not None
    assert after is None


@pytest.mark.requirement("IDN-24")
async def test_an_identifier_says_how_it_stands_by_the_clock(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="temporary")
    later = clock.timestamp(clock.now() + timedelta(days=1))
    async with running.context.database.transaction() as tx:
        await numbers.block(tx, identifier_id=vid.id, until=later)

    states = []
    for days in (0, 2, 31):
        with clock.fixed(clock.now() + timedelta(days=days)):
            states += [one.status.value for one in await service.identifiers(running.context, person_id=amina.id)]

    assert states == ["blocked", "active", "expired"]


async def test_identifiers_that_work_are_listed_however_many_were_revoked(
    running: Bench, amina: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govstack.blocks.identity.identifiers.store.READ_MAX", 3)
    oldest = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")
    for _ in range(4):
        vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")
        await service.revoke_vid(running.context, by=OFFICER, person_id=amina.id, vid_id=vid.id)
    newest = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")

    listed = await service.identifiers(running.context, person_id=amina.id)

    assert [listed[0].id, listed[-1].id] == [oldest.id, newest.id]


async def test_a_person_has_a_bounded_number_of_virtual_identifiers(running: Bench, amina: Person) -> None:
    for _ in range(identifiers.IDENTIFIERS_MAX):
        await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="one-time")

    with pytest.raises(TooManyIdentifiers):
        await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="one-time")


@pytest.mark.requirement("IDN-28", "IDN-52")
async def test_a_change_keeps_what_stood_there_and_what_it_rests_on(running: Bench, amina: Person) -> None:
    paper = (Evidence("marriage certificate", "7/2026", "UERG"),)

    changed = await service.change(
        running.context, by=OFFICER, person_id=amina.id, evidence=paper,
        attributes=(Attribute("name", "Amina Diallo", "eng"), Attribute("phone_number", "")),
    )  # fmt: skip

    assert (changed.claim("name", "eng"), changed.claim("name", "ara")) == ("Amina Diallo", "أمينة كوني")
    assert changed.claim("phone_number") == ""
    newest, first = await service.history(running.context, person_id=amina.id)
    assert (newest.kind, first.kind) == ("changed", "registered")
    assert newest.content.by_name == "Olga Officer"
    assert newest.content.evidence == paper
    assert set(newest.content.before) == {AMINA[0], AMINA[4]}
    assert newest.content.after == (Attribute("name", "Amina Diallo", "eng"),)


async def test_a_change_that_changes_nothing_leaves_no_trace(running: Bench, amina: Person) -> None:
    same = await service.change(
        running.context, by=OFFICER, person_id=amina.id, attributes=AMINA[:1], evidence=PAPER, expected_version=1
    )

    assert same == amina
    assert len(await service.history(running.context, person_id=amina.id)) == 1


async def test_who_looked_at_an_older_version_changes_nothing(running: Bench, amina: Person) -> None:
    await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")

    with pytest.raises(ChangedMeanwhile):
        await service.change(
            running.context, by=OFFICER, person_id=amina.id, evidence=PAPER, expected_version=1,
            attributes=(Attribute("email", "a@b.org"),),
        )  # fmt: skip


@pytest.mark.parametrize(
    "attribute",
    [
        Attribute("shoe_size", "42"), Attribute("name", " "), Attribute("name", "x" * 2_001), Attribute("gender", "F"),
        Attribute("birthdate", "17.04.1990"), Attribute("birthdate", "1990-13-01"), Attribute("phone_number", "0102"),
        Attribute("phone_number", "+٢٢٥٠١٠٢"),
        Attribute("birthdate", "1990-02-31"), Attribute("birthdate", "1900-02-29"),
        Attribute("birthdate", "0000-02-30"), Attribute("birthdate", "١٩٩٠-٠٢-٠١"),
        Attribute("email", "nobody"), Attribute("address", "Main street"), Attribute("address", '{"planet": "x"}'),
        Attribute("name", "A", "not a code"), Attribute("locale", "!"),
    ],
)  # fmt: skip
async def test_an_attribute_that_is_none_is_refused(sqlite_databases: Databases, attribute: Attribute) -> None:
    running = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))

    with pytest.raises(WrongAttribute) as refusal:
        await service.register(running.context, by=OFFICER, attributes=(attribute,))

    assert attribute.name in refusal.value.fields


@pytest.mark.parametrize("born", ["1990-02-28", "2000-02-29", "1990", "0000", "0000-02-29"])
def test_a_date_of_birth_may_lack_its_day_or_its_year(born: str) -> None:
    check_attributes([Attribute("birthdate", born)])

    assert is_birthdate(born)


async def test_a_country_keeps_attributes_of_its_own(databases: Databases) -> None:
    database = await databases.migrated("identity", MANIFEST.root / "migrations")
    running = bench(MANIFEST, database, IDENTITY_ATTRIBUTES="clan, village")

    made = await service.register(running.context, by=OFFICER, attributes=(Attribute("village", "Bouna", "fra"),))

    assert made.claim("village") == "Bouna"


async def test_a_person_registered_again_under_their_subject_stays_the_same_person(running: Bench) -> None:
    first = await service.register(
        running.context, by=SYSTEM, attributes=AMINA, subject="officer-1", roles="cashier", facts={"institution": "7"}
    )

    same = await service.register(
        running.context, by=SYSTEM, attributes=AMINA, subject="officer-1", roles="cashier", facts={"institution": "7"}
    )
    other = await service.register(running.context, by=SYSTEM, attributes=AMINA, subject="officer-1", roles="clerk")

    assert same == first
    assert (other.id, other.roles, other.facts, other.version) == (first.id, "clerk", {}, 2)
    assert await service.by_subject(running.context, subject="officer-1") == other


@pytest.mark.requirement("IDN-03")
async def test_nobody_who_is_blocked_is_found_until_they_are_unblocked(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")

    blocked = await service.block(running.context, by=OFFICER, person_id=amina.id, reason="reported stolen")
    missing = await service.find(running.context, identifier=vid.value)
    await service.unblock(running.context, by=OFFICER, person_id=amina.id, reason="found")

    assert blocked.status == Status.BLOCKED
    assert missing is None
    assert await service.find(running.context, identifier=vid.value) is not None
    assert [one.kind for one in await service.history(running.context, person_id=amina.id)][:2] == [
        "unblocked", "blocked",
    ]  # fmt: skip


async def test_who_is_blocked_until_a_moment_is_found_after_it(running: Bench, amina: Person) -> None:
    now = clock.now()
    number = await number_of(running, amina.id)
    await service.block(
        running.context, by=OFFICER, person_id=amina.id, reason="", until=clock.timestamp(now + timedelta(hours=1))
    )

    missing = await service.find(running.context, identifier=number)
    with clock.fixed(now + timedelta(hours=2)):
        found = await service.find(running.context, identifier=number)

    assert missing is None
    assert found is not None
    assert found.person.status == Status.ACTIVE


async def test_a_block_until_yesterday_is_refused(running: Bench, amina: Person) -> None:
    for until in ("2001-01-01T00:00:00.000000Z", "tomorrow", "2999-01-01"):
        with pytest.raises(BadRequest):
            await service.block(running.context, by=OFFICER, person_id=amina.id, reason="", until=until)


@pytest.mark.requirement("IDN-03")
async def test_the_end_of_an_identity_is_final(running: Bench, amina: Person) -> None:
    number = await number_of(running, amina.id)

    await service.deactivate(running.context, by=OFFICER, person_id=amina.id, reason="death")
    again = await service.deactivate(running.context, by=OFFICER, person_id=amina.id, reason="death")

    assert again.status == Status.DEACTIVATED
    assert await service.find(running.context, identifier=number) is None
    with pytest.raises(Ended):
        await service.unblock(running.context, by=OFFICER, person_id=amina.id, reason="")
    with pytest.raises(Ended):
        await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")


async def test_nothing_is_changed_of_somebody_who_is_not_there(running: Bench) -> None:
    with pytest.raises(UnknownPerson):
        await service.block(running.context, by=OFFICER, person_id="nobody", reason="")


@pytest.mark.requirement("IDN-45")
async def test_creation_change_and_end_are_announced_without_attributes(running: Bench, amina: Person) -> None:
    await service.change(
        running.context, by=OFFICER, person_id=amina.id, attributes=(Attribute("email", "a@b.org"),), evidence=PAPER
    )
    await service.deactivate(running.context, by=OFFICER, person_id=amina.id, reason="death")

    async with running.context.database.reading() as tx:
        told = str(await tx.fetch("SELECT payload FROM job ORDER BY id"))

    positions = [told.index(name) for name in (service.CREATED, service.CHANGED, service.DISABLED)]
    assert positions == sorted(positions)
    assert amina.subject in told
    assert not any(word in told for word in ("Amina", "a@b.org", amina.id, "death"))


@pytest.mark.requirement("IDN-50", "IDN-54", "IDN-23")
async def test_the_database_shows_no_name_and_no_number(running: Bench, amina: Person) -> None:
    vid = await service.new_vid(running.context, by=OFFICER, person_id=amina.id, kind="perpetual")
    await service.attach_alias(running.context, by=OFFICER, person_id=amina.id, kind="email", value="kone@b.org")
    await service.block(running.context, by=OFFICER, person_id=amina.id, reason="stolen papers")
    number = await number_of(running, amina.id)

    kept = await everything_kept(running)

    assert amina.id in kept
    for secret in ("Amina", "Kone", "kone", "1990-04-17", "+22501020304", vid.value, number, "stolen", "12/1990"):
        assert secret not in kept


@pytest.mark.requirement("IDN-52")
async def test_every_act_is_on_record_with_who_did_it(running: Bench, amina: Person) -> None:
    herself = Actor("person", amina.subject, "Amina Kone")
    await service.new_vid(running.context, by=herself, person_id=amina.id, kind="perpetual")

    async with running.context.database.reading() as tx:
        made, registered = await audit.entries(tx, subject=f"person/{amina.id}")

    assert (registered.action, registered.actor_name) == ("identity.person.registered", "Olga Officer")
    assert (made.action, made.actor, made.actor_name) == ("identity.person.vid-made", amina.subject, "")


@pytest.mark.requirement("IDN-50")
async def test_after_a_rotation_of_the_secret_people_are_still_found(running: Bench, amina: Person) -> None:
    number = await number_of(running, amina.id)
    keys = Keyring("another-master-secret-of-these-tests-01", package="identity", previous=SECRET)
    later = replace(running.context, keys=keys)

    found = await service.find(later, identifier=number)
    alike = await service.resembling(later, attributes=AMINA, limit=5)

    assert found is not None
    assert found.person.claim("name") == "Amina Kone"
    assert [one.person_id for one in alike] == [amina.id]


@pytest.mark.requirement("IDN-08")
async def test_finding_somebody_looks_at_no_other_rows(sqlite_databases: Databases) -> None:
    running = bench(MANIFEST, await sqlite_databases.migrated("identity", MANIFEST.root / "migrations"))
    async with running.context.database.reading() as tx:
        plan = str(await tx.fetch(f"EXPLAIN QUERY PLAN {SQL.by_print.texts['sqlite']}", prints=["x"], now=""))

    assert "USING INDEX identifier_print" in plan
    assert "SCAN n" not in plan
