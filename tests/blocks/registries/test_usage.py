"""The log of reads of personal data: on every path, before the answer, open to the person concerned (DRS-8, 35, 37)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.frame.presenters import Words
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search, query_terms
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.usage import presenters
from govstack.blocks.registries.usage import service as usage
from govstack.blocks.registries.usage.errors import InvalidIdentifier, NoReads, NotYours
from govstack.blocks.registries.usage.model import Reason, Usage, initials, is_identifier, reader_of
from govstack.kernel import audit, clock
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unavailable
from tests.builders.records import analyst, desk, path, plain, stocked
from tests.builders.registries import ANALYST, bare_context, field, granted, people_fields
from tests.databases import Databases

AUDITOR = Actor("person", "auditor", "Otto Auditor", scopes=frozenset({"registries:audit"}))
ADA = Actor("person", "EE1", "Ada Lovelace")
OFFICER = Actor(
    "application", "demo/GOV/7001/desk", "Desk", roles=frozenset({"clerk"}),
    scopes=frozenset({"registries:analyse"}), application="demo/GOV/7001/desk",
    attributes={"purpose": "benefit 12", "user_name": "Jane van Doe"}, on_behalf_of="officer-7",
)  # fmt: skip
PEOPLE = ({"ID": "EE1", "FirstName": "Ada"}, {"ID": "EE2", "FirstName": "Bo"}, {"ID": "EE1", "FirstName": "Ada again"})


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def people(context: Context) -> Registry:
    return await stocked(context, *PEOPLE, fields=people_fields(), code="people")


async def reads(context: Context, person: str = "EE1") -> list[Usage]:
    """The reads of a person's data, newest first."""
    return list((await usage.who_read_my_data(context, by=AUDITOR, person_identifier=person)).entries)


@pytest.mark.requirement("DRS-8", "DRS-13", "DRS-14")
async def test_a_read_is_logged_with_reader_grounds_and_fields(context: Context, people: Registry) -> None:
    reason = Reason("benefit 12", "Benefits Act, section 4", "consent-9")

    with clock.fixed(clock.parse("2026-11-21T12:00:00Z")):
        await reading.read(
            context, by=OFFICER, registry=people, terms=query_terms(people, {"ID": "EE2"}), reason=reason
        )
    (entry,) = await reads(context, "EE2")

    assert entry.reader.id == "officer-7"
    assert (entry.reader.name, entry.reader.initials) == ("Jane van Doe", "JVD")
    assert (entry.reader.institution_name, entry.reader.application) == ("demo/GOV/7001", "demo/GOV/7001/desk")
    assert (entry.reason, entry.at) == (reason, "2026-11-21T12:00:00.000000Z")
    assert entry.fields == ("/ID", "/FirstName", "/LastName", "/BirthDate")
    assert (entry.operation, entry.registry_id) == ("data-read", people.id)


async def _list(context: Context, people: Registry) -> None:
    await reading.search(context, by=ANALYST, registry=people, search=Search())


async def _exists(context: Context, people: Registry) -> None:
    await reading.exists(context, by=ANALYST, registry=people, terms=query_terms(people, {"ID": "EE1"}))


async def _read(context: Context, people: Registry) -> None:
    await reading.read(context, by=ANALYST, registry=people, terms=query_terms(people, {"FirstName": "Ada"}))


async def _first(context: Context, people: Registry) -> str:
    async with context.database.reading() as tx:
        rows = await tx.fetch(f"SELECT uuid FROM {people.record_table} ORDER BY number LIMIT 1")
    return str(rows[0]["uuid"])


async def _read_record(context: Context, people: Registry) -> None:
    await reading.read_record(context, by=ANALYST, registry=people, uuid=await _first(context, people))


async def _read_value(context: Context, people: Registry) -> None:
    await reading.read_value(
        context, by=ANALYST, registry=people, uuid=await _first(context, people), path=("FirstName",)
    )


async def _stream(context: Context, people: Registry) -> None:
    async for _ in reading.stream(context, by=ANALYST, registry=people, search=Search()):
        pass


async def _history(context: Context, people: Registry) -> None:
    await reading.history(context, by=ANALYST, registry=people, uuid=await _first(context, people))


async def _upsert(context: Context, people: Registry) -> None:
    await records.update_or_create(
        context, by=ANALYST, registry=people, query={"ID": "EE1"}, content={"Region": "North"}
    )


@pytest.mark.requirement("DRS-8")
async def test_every_path_that_shows_data_is_logged(context: Context, people: Registry) -> None:
    logged = []
    for act in (_list, _exists, _read, _read_record, _read_value, _stream, _history, _upsert):
        await act(context, people)
        logged.append(len(await reads(context)))

    assert logged == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.requirement("DRS-8")
async def test_a_list_logs_each_person_once_with_all_their_records(context: Context, people: Registry) -> None:
    await _list(context, people)

    (ada,), (bo,) = await reads(context, "EE1"), await reads(context, "EE2")

    assert (len(ada.records), len(bo.records)) == (2, 1)
    assert ada.id != bo.id


@pytest.mark.requirement("DRS-8")
async def test_nothing_found_and_nothing_personal_log_nothing(context: Context, people: Registry) -> None:
    things = await stocked(context, {"Code": "A"}, given=plain())
    await reading.exists(context, by=ANALYST, registry=people, terms=query_terms(people, {"ID": "EE9"}))
    await reading.search(context, by=ANALYST, registry=things, search=Search())

    async with context.database.reading() as tx:
        assert await tx.fetch("SELECT id FROM personal_data_access") == []


@pytest.mark.requirement("DRS-8")
async def test_a_value_read_names_just_that_field(context: Context, people: Registry) -> None:
    await _read_value(context, people)

    assert [one.fields for one in await reads(context)] == [("/FirstName",)]


@pytest.mark.requirement("DRS-8", "X014")
async def test_the_log_keeps_no_identifier_in_clear(context: Context, people: Registry) -> None:
    await _list(context, people)

    async with context.database.reading() as tx:
        rows = [
            *await tx.fetch("SELECT * FROM personal_data_read"), *await tx.fetch("SELECT * FROM personal_data_access"),
        ]  # fmt: skip
    assert rows
    assert "EE1" not in str(rows)


@pytest.mark.requirement("DRS-8", "DRS-21")
async def test_an_auditor_sees_who_read_a_record_and_whom_it_was_about(context: Context, people: Registry) -> None:
    await _list(context, people)
    uuid = await _first(context, people)

    page = await usage.reads_of_record(context, by=AUDITOR, record=uuid)

    assert [(one.person, one.reader.id) for one in page.entries] == [("EE1", "analyst")]
    with pytest.raises(NotYours):
        await usage.reads_of_record(context, by=ADA, record=uuid)


@pytest.mark.requirement("DRS-8")
async def test_what_cannot_be_logged_is_not_shown(context: Context, people: Registry) -> None:
    async with context.database.owner() as owner, owner.transaction() as tx:
        await tx.execute("DROP TABLE personal_data_read")

    with pytest.raises(Unavailable):
        await _read(context, people)


@pytest.mark.requirement("DRS-8")
async def test_many_reads_at_once_are_all_logged(context: Context, people: Registry) -> None:
    await asyncio.gather(*(_read(context, people) for _ in range(40)))

    assert len(await reads(context)) == 40


@pytest.mark.requirement("DRS-37")
async def test_people_see_who_read_their_own_data_and_nobody_elses(context: Context, people: Registry) -> None:
    await _list(context, people)

    own = await usage.who_read_my_data(context, by=ADA)

    assert [one.reader.name for one in own.entries] == ["Ann Analyst"]
    with pytest.raises(NotYours):
        await usage.who_read_my_data(context, by=ADA, person_identifier="EE2")
    with pytest.raises(InvalidIdentifier):
        await usage.who_read_my_data(context, by=ANONYMOUS)


@pytest.mark.requirement("DRS-37")
async def test_an_application_sees_the_log_of_the_person_it_acts_for(context: Context, people: Registry) -> None:
    await _list(context, people)
    portal = Actor("application", "demo/GOV/1/portal", application="demo/GOV/1/portal", on_behalf_of="EE1")

    assert len((await usage.who_read_my_data(context, by=portal)).entries) == 1


@pytest.mark.requirement("DRS-8", "DRS-12")
async def test_reading_the_log_is_logged_and_so_is_a_refusal(context: Context, people: Registry) -> None:
    await usage.who_read_my_data(context, by=ADA)
    with pytest.raises(NotYours):
        await usage.who_read_my_data(context, by=ADA, person_identifier="EE2")

    async with context.database.reading() as tx:
        refused, read = await audit.entries(tx, action="registries.usage.read")
    assert (refused.outcome, read.outcome, read.actor) == ("refused", "ok", "EE1")
    assert "EE" not in refused.subject + read.subject


@pytest.mark.requirement("DRS-37")
async def test_the_log_is_read_page_by_page_and_from_a_moment_on(context: Context, people: Registry) -> None:
    for hour in range(5):
        with clock.fixed(clock.parse(f"2026-11-21T0{hour}:00:00Z")):
            await _read(context, people)

    first = await usage.who_read_my_data(context, by=ADA, size=2)
    second = await usage.who_read_my_data(context, by=ADA, size=2, after=first.next_cursor)
    since = await usage.who_read_my_data(context, by=ADA, since=clock.parse("2026-11-21T03:00:00Z"))

    assert [one.at[11:13] for one in (*first.entries, *second.entries)] == ["04", "03", "02", "01"]
    assert [one.at[11:13] for one in since.entries] == ["04", "03"]


@pytest.mark.requirement("DRS-35")
async def test_the_report_answers_for_a_database_by_its_acronym(context: Context, people: Registry) -> None:
    await _read(context, people)

    assert len(await usage.report(context, by=AUDITOR, user_id="EE1", database_id="PEOPLE")) == 1
    with pytest.raises(NoReads):
        await usage.report(context, by=AUDITOR, user_id="EE1", database_id="other")
    with pytest.raises(NoReads):
        await usage.report(context, by=AUDITOR, user_id="EE3", database_id="people")
    with pytest.raises(NotYours):
        await usage.report(context, by=ADA, user_id="EE2", database_id="people")


@pytest.mark.requirement("DRS-8", "DRS-6")
async def test_the_legal_basis_of_the_right_is_logged_when_the_caller_states_none(
    context: Context, people: Registry
) -> None:
    await granted(context, people, "role:clerk", ServiceKind.LIST, legal_basis="Register Act, section 2")
    people = await design.published(context, code="people", version=people.version)
    clerk = Actor("person", "clerk", "Cleo", roles=frozenset({"clerk"}))

    await reading.search(context, by=clerk, registry=people, search=Search())

    assert "Register Act, section 2" in (await reads(context))[0].reason.legal_basis


@pytest.mark.requirement("DRS-35", "DRS-37")
async def test_the_reports_are_answered_over_http(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    people = await stocked(running.context, *PEOPLE, fields=people_fields(), code="people")
    headers = {"information-mediator-purpose": "benefit 12", "legal-basis": "Act", "consent-reference": "c-9"}
    async with analyst(running) as client:
        await client.post(path(people, "/read"), json={"query": {"content": {"ID": "EE2"}}}, headers=headers)
    async with running.person("EE2") as client:
        mine = (await client.get(path(people).rpartition("/data/")[0] + "/my-data-usage")).json()["reads"]
        report = await client.get(
            path(people).rpartition("/data/")[0] + "/data/mypersonalDataUsage",
            params={"userId": "EE2", "databaseId": "people"},
        )
        other = await client.get(
            path(people).rpartition("/data/")[0] + "/data/mypersonalDataUsage",
            params={"userId": "EE1", "databaseId": "people"},
        )

    assert [(one["purpose"], one["legalBasis"], one["consentReference"]) for one in mine] == [
        ("benefit 12", "Act", "c-9")
    ]
    assert set(report.json()[0]) == {"id", "readerId", "readerInitials", "searchDateTime", "refrences"}
    assert other.status_code == 403


@pytest.mark.requirement("DRS-13", "DRS-14")
async def test_the_log_shows_the_official_whom_a_system_states(context: Context, people: Registry) -> None:
    nameless = replace(OFFICER, name="", attributes={"purpose": "benefit 12"})
    for by in (nameless, replace(nameless, on_behalf_of="")):
        await reading.read(context, by=by, registry=people, terms=query_terms(people, {"ID": "EE2"}))

    shown = [presenters.who(Words("en"), entry) for entry in await reads(context, "EE2")]

    assert shown == ["A system", "officer-7, as the system states"]


def test_initials_are_the_first_letters_of_a_name() -> None:
    assert [initials(name) for name in ("Jane van Doe", "", "Ülo", "1 2", "Мила Садовник (Mila S)")] == [
        "JVD", "", "Ü", "", "МС",
    ]  # fmt: skip


def test_an_identifier_begins_and_ends_with_a_letter_or_digit() -> None:
    assert [is_identifier(text) for text in ("EE1", "...", "", "a b", " a", "x" * 129, "名前")] == [
        True, False, False, True, False, False, True,
    ]  # fmt: skip


def test_a_reader_is_never_taken_from_what_could_be_typed() -> None:
    caller = Actor("anonymous", "anonymous", attributes={"application": "a/b/c/d"})

    assert reader_of(caller).application == ""


@pytest.mark.requirement("DRS-14")
async def test_the_identifier_may_stand_inside_a_group(context: Context) -> None:
    child = field("ID", person_identifier=True, length_max=40)
    from govstack.blocks.registries.design.model import FieldType

    registry = await stocked(
        context, {"Child": {"ID": "EE7"}}, fields=[field("Child", FieldType.GROUP, fields=(child,))]
    )
    await reading.search(context, by=ANALYST, registry=registry, search=Search())

    assert len(await reads(context, "EE7")) == 1
