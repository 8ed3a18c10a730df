"""The country pack in the words of the blocks, and the blocks filled with it: once, whole, and again without effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from govstack.host.run import Process
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unauthenticated
from govstack.kernel.manifest import Seeded
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import Text
from govstack.pillars.sandbox.desk import service as desk
from govstack.pillars.sandbox.seeding import model, service
from tests.pillars.sandbox.conftest import PEOPLE, composed, context_of, seed

COUNTRY = countries.load()
OFFICER = Actor("person", "enrollment-officer", "Selamawit Ketema", scopes=frozenset({"sandbox:enrol"}))
DESK = "GOV/7003/officerdesk"
URLS = {block: f"http://{block}.test" for block in ("consent", "messaging", "registries")}

on_the_blocks = pytest.mark.asyncio(loop_scope="module")


def work() -> dict[str, Text]:
    """Return what each role does, in words, as the services of the country say."""
    return {actor.code: actor.name for service_id in COUNTRY.services for actor in cases.load(service_id).actors}


# The pack in the words of the blocks


def test_what_would_be_seeded_has_a_fingerprint() -> None:
    one, same = model.fingerprint(COUNTRY, PEOPLE), model.fingerprint(countries.load(), PEOPLE)

    assert one == same
    assert model.fingerprint(COUNTRY, PEOPLE + 1) != one
    assert model.fingerprint(replace(COUNTRY, as_of="2020-01-01"), PEOPLE) != one


def test_rows_come_in_groups_of_a_size() -> None:
    rows = ({"number": number} for number in range(7))

    assert [len(batch) for batch in model.batches(rows, 3)] == [3, 3, 1]


def test_no_rows_are_no_group() -> None:
    assert list(model.batches(iter(()))) == []


def test_every_member_application_and_right_of_the_pack_is_in_the_configuration() -> None:
    document = model.configuration(COUNTRY, "X", URLS, "en")

    told = {
        (member["class"], member["code"], application["id"], offered["id"], right["application"])
        for member in document["members"]
        for application in member["applications"]
        for offered in application["services"]
        for right in offered["rights"]
    }
    assert told == {
        (member.member_class, member.code, application.code, offered.code, right.application)
        for member in COUNTRY.members
        for application in member.applications
        for offered in application.services
        for right in offered.rights
    }
    assert {member["code"] for member in document["members"]} == {member.code for member in COUNTRY.members}


def test_loading_many_rows_is_among_the_operations_of_who_may_create() -> None:
    document = model.configuration(COUNTRY, "X", URLS, "en")

    operations = [
        right["operations"]
        for member in document["members"]
        for application in member["applications"]
        for offered in application["services"]
        for right in offered["rights"]
        if "create" in right["operations"]
    ]
    assert operations
    assert all("createEntries" in named for named in operations)


@pytest.mark.parametrize("registry", COUNTRY.registries, ids=lambda registry: registry.code)
def test_a_right_names_only_operations_that_its_service_describes(registry: Any) -> None:
    described = {
        operation["operationId"]
        for methods in model.specification(registry, "en")["paths"].values()
        for operation in methods.values()
    }

    asked = {
        operation
        for member in COUNTRY.members
        for application in member.applications
        for offered in application.services
        for right in offered.rights
        if offered.registry == registry.code
        for operation in right.operations
    }
    assert asked <= described


def test_a_field_keeps_its_marks_and_limits_in_the_notation_of_the_registries() -> None:
    registry = COUNTRY.registry("population")

    properties = model.definition(COUNTRY, registry, "en")["schema"]["properties"]

    assert set(properties) == {field.name for field in registry.fields}
    for field in registry.fields:
        told: Mapping[str, Any] = properties[field.name]
        marks = (field.secret, field.personal, field.identifier, field.unique)
        assert marks == tuple(told.get(name, False) for name in ("secret", "personal", "personIdentifier", "unique"))
        assert told["labels"] == field.label
        assert told.get("maxLength") == field.max_length


def test_a_caller_is_granted_the_fields_its_service_needs_and_no_others() -> None:
    registry = COUNTRY.registry("population")
    fields = {DESK: frozenset({"personalIdCode", "firstName"})}

    granted = {one["subject"]: one.get("fields") for one in model.grants(COUNTRY, registry, "X", fields)}

    assert granted[f"application:X/{DESK}"] == ["firstName", "personalIdCode"]
    assert granted["application:X/GOV/7000/sandbox"] is None


def test_an_outsider_is_granted_nothing() -> None:
    outsider = next(member for member in COUNTRY.members if member.outsider)

    granted = [one["subject"] for registry in COUNTRY.registries for one in model.grants(COUNTRY, registry, "X", {})]

    assert granted
    assert not [subject for subject in granted if f"/{outsider.code}/" in subject]


@pytest.mark.requirement("G10")
def test_officials_and_people_can_be_chosen_to_sign_in_as() -> None:
    logins = model.logins(COUNTRY, service.roles(), work())

    assert [login.position for login in logins] == sorted(login.position for login in logins)
    assert {login.id for login in logins} == {
        *(official.login for official in COUNTRY.officials),
        *(persona.key for persona in COUNTRY.personas),
    }
    assert all(login.attributes.get("person_id") for login in logins if not login.roles)


@pytest.mark.requirement("G9")
def test_what_an_official_does_is_said_in_every_language() -> None:
    logins = {login.id: login.attributes for login in model.logins(COUNTRY, service.roles(), work())}

    assert logins["enrollment-officer"]["work"] == "Enrolment officer · Ministry of Social Affairs"
    assert logins["enrollment-officer"]["work_fr"] == "Agent d'inscription · Ministère des Affaires sociales"
    for official in COUNTRY.officials:
        told = [logins[official.login]["work" if code == "en" else f"work_{code}"] for code in COUNTRY.languages]
        assert len(set(told)) == len(COUNTRY.languages)


@pytest.mark.requirement("G10")
def test_one_official_enrols_people_and_another_tells_them_apart() -> None:
    rights = {official.login: set(service.roles()[official.role]) for official in COUNTRY.officials}

    assert "identity:enrol" in rights["enrollment-officer"]
    assert "identity:adjudicate" not in rights["enrollment-officer"]
    assert {"identity:enrol", "identity:adjudicate"} <= rights["registry-officer"]


@pytest.mark.requirement("G10")
def test_administrators_can_give_the_roles_of_officials_in_every_language() -> None:
    given = msgspec.json.decode(service.roles_of_officials(COUNTRY)["IDENTITY_ROLES"])

    assert {official.role for official in COUNTRY.officials} <= given.keys()
    assert "citizen" not in given
    assert all(set(role["title"]) == set(COUNTRY.languages) for role in given.values())
    assert {login.scopes for login in model.logins(COUNTRY, service.roles(), work()) if login.roles} == {""}


def test_each_role_of_an_official_has_scopes() -> None:
    assert {official.role for official in COUNTRY.officials} <= service.roles().keys()


# The blocks, filled


async def people_found(sandbox: Context) -> list[object]:
    """Return the personas whom the population register knows."""
    found = []
    for persona in COUNTRY.personas:
        wanted = {"personalIdCode": persona.id}
        found += await desk.find(sandbox, by=OFFICER, service_id="usct", wanted=wanted)
    return [record["personalIdCode"] for record in found]


async def records_of(process: Process) -> dict[str, int]:
    """Return how many records each register that was loaded holds, as the register itself says."""
    sandbox, counted = context_of(process, "sandbox"), {}
    for registry in COUNTRY.registries:
        if registry.rows == "none":
            continue
        member = COUNTRY.member(registry.member)
        reply = await sandbox.mediation.call(
            "GET",
            f"{member.member_class}/{member.code}/{registry.application}/{registry.service}",
            f"/{registry.code}/{registry.version}",
            application="GOV/7000/sandbox",
            query={"page": "1", "pageSize": "1"},
        )
        counted[registry.code] = int(reply.expect(200).json()["count"])
    return counted


async def parts_done(sandbox: Context) -> list[tuple[str, str]]:
    """Return the parts of seeding, and when each was done."""
    async with sandbox.database.reading() as tx:
        rows = await tx.fetch("SELECT part, finished_at FROM seeding ORDER BY part")
    return [(str(row["part"]), str(row["finished_at"])) for row in rows]


@on_the_blocks
async def test_everybody_whom_journeys_know_is_in_the_register(sandbox: Context) -> None:
    assert await people_found(sandbox) == [persona.id for persona in COUNTRY.personas]


@on_the_blocks
@pytest.mark.requirement("CFR-deployment-7")
async def test_seeding_again_does_nothing(demonstration: Process, sandbox: Context) -> None:
    parts, records = await parts_done(sandbox), await records_of(demonstration)

    found = await service.seed(sandbox)

    assert found == Seeded((), {"people": PEOPLE})
    assert (await parts_done(sandbox), await records_of(demonstration)) == (parts, records)
    assert records["population"] == PEOPLE


@on_the_blocks
@pytest.mark.requirement("CFR-deployment-7")
async def test_a_sandbox_keeps_the_number_of_people_it_began_with(demonstration: Process, sandbox: Context) -> None:
    asked_for_more = replace(sandbox, settings=sandbox.settings.changed(PEOPLE=str(PEOPLE * 2)))

    await service.seed(asked_for_more)

    assert (await records_of(demonstration))["population"] == PEOPLE


@on_the_blocks
async def test_seeding_tells_how_far_it_is(demonstration: Process, sandbox: Context) -> None:
    told: list[tuple[int, int, str]] = []
    sandbox.memory[service.PROGRESS] = lambda done, total, what: told.append((done, total, what))

    await seed(demonstration)

    sandbox.memory.pop(service.PROGRESS)
    assert told[-1] == (len(told) - 1, len(told) - 1, "done")
    assert [done for done, _, _ in told] == list(range(len(told)))


async def test_a_part_that_a_kill_interrupted_is_done_again_without_doubles(tmp_path: Path) -> None:
    async with composed(tmp_path) as process:
        await seed(process)
        sandbox, records = context_of(process, "sandbox"), await records_of(process)
        async with sandbox.database.transaction() as tx:
            await tx.execute("DELETE FROM seeding WHERE part LIKE 'r%'")

        await seed(process)

        assert await records_of(process) == records
        assert [part for part, _ in await parts_done(sandbox) if part.startswith("rows ")]


@on_the_blocks
@pytest.mark.requirement("X012")
async def test_every_application_of_the_country_can_prove_itself_and_no_other(sandbox: Context) -> None:
    for _, application in model.addresses(COUNTRY):
        assert await sandbox.mediation.token(application)

    with pytest.raises(Unauthenticated):
        await sandbox.mediation.token("GOV/7003/somethingelse")


@on_the_blocks
async def test_an_application_that_only_loads_cannot_read_one_person(sandbox: Context) -> None:
    reply = await sandbox.mediation.call(
        "POST",
        "GOV/7001/population/population",
        "/population/1.0/read",
        application="GOV/7000/sandbox",
        body={"query": {"content": {"personalIdCode": COUNTRY.personas[0].id}}},
    )

    assert reply.status == 403


@pytest.mark.requirement("DRS-8")
def test_every_office_and_system_of_the_country_is_named_to_the_registries() -> None:
    groups = dict(model.groups(COUNTRY, "X"))

    members = [group["members"] for group in groups.values()]
    systems = [f"application:X/{address}" for _name, address in model.addresses(COUNTRY)]
    assert all(len(one) == 1 for one in members)
    assert {one[0] for one in members if not one[0].endswith("/*")} == set(systems)
    assert groups["office-gov-7003"] == {
        "name": "Ministry of Social Affairs", "members": ["application:X/GOV/7003/*"],
        "names": {
            "en": "Ministry of Social Affairs", "fr": "Ministère des Affaires sociales",
            "es": "Ministerio de Asuntos Sociales", "ar": "وزارة الشؤون الاجتماعية", "sw": "Wizara ya Ustawi wa Jamii",
        },
    }  # fmt: skip
    assert len(groups) == len(COUNTRY.members) + len(systems)


# Messaging through the mediator

MESSAGING = "GOV/7000/messages/messaging"
LETTER = {
    "recipientInfo": {"email": "ada@people.example"},
    "emailContent": {"encoding": "UTF-8", "title": "Your case", "content": "It was decided."},
}


@pytest.mark.requirement("MSG-66")
def test_messaging_is_offered_with_the_operations_that_rights_name() -> None:
    offered = [
        service
        for member in COUNTRY.members
        for application in member.applications
        for service in application.services
        if service.block == "messaging"
    ]
    described = {
        operation["operationId"]
        for service in offered
        for methods in model.block_specification(service, "en")["paths"].values()
        for operation in methods.values()
    }
    rights = [right for service in offered for right in service.rights]

    assert rights
    assert {operation for right in rights for operation in right.operations} <= described
    assert len(model.senders(COUNTRY, "X")) == len({(right.member, right.application) for right in rights})


@on_the_blocks
@pytest.mark.requirement("MSG-66", "MSG-54", "MSG-68")
@pytest.mark.parametrize("application", ["GOV/7000/sandbox", DESK])
async def test_an_application_with_the_right_sends_through_the_mediator_in_the_name_of_its_office(
    sandbox: Context, application: str
) -> None:
    call = sandbox.mediation.call

    sent = await call("POST", MESSAGING, "/send/email/single", application=application, body=LETTER)
    uid = sent.expect(200).json()["requestUid"]
    status = await call(
        "GET", MESSAGING, "/status/email", application=application, query={"status": "delivered,processing"},
        headers={"requestUid": uid},
    )  # fmt: skip

    assert sum(status.expect(200).json().values()) == 1


@on_the_blocks
@pytest.mark.requirement("MSG-66", "MSG-43")
async def test_a_wording_and_a_schedule_go_through_the_mediator_too(sandbox: Context) -> None:
    call = partial(sandbox.mediation.call, application="GOV/7000/sandbox")
    wording = {"fallback": "en", "fields": {"name": "text"}, "texts": {"en": {"title": "For {name}", "content": "Hi."}}}
    person = {"recipientInfo": {"email": "ada@people.example"}, "language": "fr", "values": {"name": "Ada"}}
    when = {"at": f"{clock.now().year + 1}-06-01T09:00", "zone": "Africa/Kigali"}

    written = await call("PUT", MESSAGING, "/wordings/greeting", body=wording)
    sent = await call("POST", MESSAGING, "/wordings/greeting/send", body=person)
    made = await call("POST", MESSAGING, "/schedules", body={"message": LETTER, "schedule": when})
    one = f"/schedules/{made.expect(201).json()['scheduleUid']}"
    foreign = await sandbox.mediation.call("GET", MESSAGING, one, application=DESK)
    gone = await call("DELETE", MESSAGING, one)

    assert (written.status, sent.expect(200).json()["language"]) == (201, "en")
    assert (foreign.status, gone.status) == (404, 204)


@on_the_blocks
@pytest.mark.requirement("MSG-07", "MSG-54")
async def test_an_application_without_the_right_sends_nothing_and_none_sends_in_anothers_name(sandbox: Context) -> None:
    call = sandbox.mediation.call

    outsider = await call("POST", MESSAGING, "/send/email/single", application="GOV/7009/campaigns", body=LETTER)
    posing = await call(
        "POST", MESSAGING, "/send/email/single", application=DESK,
        body=LETTER | {"senderInfo": {"organisationName": "Ministry of Tourism"}},
    )  # fmt: skip

    assert (outsider.status, posing.status) == (403, 403)
