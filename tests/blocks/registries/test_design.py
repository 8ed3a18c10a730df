"""Definitions: drafts, numbered versions, their services, keys and tables."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from govstack.blocks.registries.design import service
from govstack.blocks.registries.design.errors import (
    BadDefinition,
    BreakingChanges,
    DataContradicts,
    ReservedCode,
    StillLinked,
    UnknownRegistry,
)
from govstack.blocks.registries.design.model import (
    Classification,
    DeleteRule,
    FieldType,
    Lifecycle,
    Link,
    LinkKind,
    Registry,
    ServiceKind,
    ServiceState,
    Storage,
)
from govstack.blocks.registries.lifecycle import service as lifecycle
from govstack.blocks.registries.offering import service as offering
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import UniqueViolation
from govstack.kernel.errors import BadRequest, Forbidden
from tests.builders.registries import ADMINISTRATOR, CLERK, bare_context, definition, field, published
from tests.databases import Databases


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def insert(context: Context, registry: Registry, *contents: str, first: int = 1) -> None:
    """Put rows into a registry's table as the records room would."""
    async with context.database.transaction() as tx:
        for number, content in enumerate(contents, start=first):
            await tx.execute(
                f"INSERT INTO {registry.record_table} (uuid, number, content, version, created_at, modified_at,"
                " revision, change_hash) VALUES (:uuid, :number, :content, '1.0', '', '', 1, '')",
                uuid=f"u{number}",
                number=number,
                content=content,
            )


@pytest.mark.requirement("DRS-1", "DRS-28")
async def test_a_new_registry_keeps_what_its_definition_says(context: Context) -> None:
    await service.upsert_definition(
        context,
        by=ADMINISTRATOR,
        definition=definition(
            "cr", name="Civil register", domain="population", institution="Ministry", retention_days=3650,
            classification=Classification.RESTRICTED, storage=Storage.COLUMN, default_index="ID",
        ),
    )  # fmt: skip

    (draft,) = await service.definition(context, by=ADMINISTRATOR, key="CR")

    assert (draft.name, draft.domain, draft.institution, draft.retention_days, draft.storage, draft.lifecycle) == (
        "Civil register", "population", "Ministry", 3650, Storage.COLUMN, Lifecycle.DRAFT,
    )  # fmt: skip


@pytest.mark.requirement("DRS-1")
async def test_codes_that_differ_by_case_alone_name_one_registry(context: Context) -> None:
    first = await service.upsert_definition(context, by=ADMINISTRATOR, definition=definition("mcr"))
    again = await service.upsert_definition(context, by=ADMINISTRATOR, definition=definition("MCR"))

    assert again.id == first.id


@pytest.mark.requirement("DR-D1")
async def test_the_name_of_the_usage_report_is_refused(context: Context) -> None:
    with pytest.raises(ReservedCode):
        await service.upsert_definition(context, by=ADMINISTRATOR, definition=definition("MyPersonalDataUsage"))


@pytest.mark.requirement("DRS-29")
async def test_one_instance_holds_several_databases(context: Context) -> None:
    one, other = await published(context), await published(context)

    assert one.record_table != other.record_table


@pytest.mark.requirement("DRS-4", "DRS-30")
async def test_the_first_version_is_numbered_and_offers_every_service(context: Context) -> None:
    registry = await published(context)

    assert registry.version == "1.0"
    # Links to records are made only where an analyst has switched that on.
    assert registry.services == dict.fromkeys(ServiceKind, ServiceState.VISIBLE) | {
        ServiceKind.SHARE: ServiceState.DISABLED
    }


@pytest.mark.requirement("DRS-4")
async def test_a_compatible_change_raises_the_second_number_and_the_old_version_stays(context: Context) -> None:
    old = await published(context, code="growing", fields=[field("A")])
    new = await published(context, code="growing", fields=[field("A"), field("B")])

    assert new.version == "1.1"
    assert (await service.published(context, code="growing", version="1.0")).field_names == old.field_names


@pytest.mark.requirement("DRS-4")
async def test_a_breaking_change_is_refused_with_its_warnings_until_it_is_accepted(context: Context) -> None:
    await published(context, code="breaking", fields=[field("A"), field("B")])
    await service.upsert_definition(context, by=ADMINISTRATOR, definition=definition("breaking", [field("A")]))

    with pytest.raises(BreakingChanges) as refused:
        await service.publish(context, by=ADMINISTRATOR, code="breaking")
    made, changes = await service.publish(context, by=ADMINISTRATOR, code="breaking", accept_breaking=True)

    assert refused.value.extra["changes"][0]["kind"] == "field-removed"  # type: ignore[index]
    assert (made.version, [change.breaking for change in changes]) == ("2.0", [True])


@pytest.mark.requirement("DRS-4")
async def test_a_field_keeps_its_number_through_all_versions(context: Context) -> None:
    first = await published(context, code="stable", fields=[field("A"), field("B")])
    await published(context, code="stable", fields=[field("C"), field("A")])
    third = await published(context, code="stable", fields=[field("B"), field("C"), field("A")])

    numbers = {one.name: one.number for one in third.fields}
    assert (numbers["A"], numbers["B"]) == (first.fields[0].number, first.fields[1].number)
    assert numbers["C"] not in {numbers["A"], numbers["B"]}


async def test_a_draft_that_equals_what_is_published_is_no_draft(context: Context) -> None:
    wanted = definition("same", [field("A")])
    await published(context, wanted)

    await service.upsert_definition(context, by=ADMINISTRATOR, definition=wanted)

    assert [part.version for part in await service.definition(context, by=ADMINISTRATOR, key="same")] == ["1.0"]


async def test_definitions_sent_at_the_same_time_make_one_registry(context: Context) -> None:
    wanted = definition("rushed", [field("A")], catalogue="Shelf", group="G")

    made = await asyncio.gather(
        *(service.upsert_definition(context, by=ADMINISTRATOR, definition=wanted) for _ in range(4))
    )
    out = await asyncio.gather(*(service.publish(context, by=ADMINISTRATOR, code="rushed") for _ in range(4)))

    assert len({draft.id for draft in made}) == 1
    assert {registry.version for registry, _ in out} == {"1.0"}


async def test_publishing_twice_makes_one_version(context: Context) -> None:
    registry = await published(context)

    again, changes = await service.publish(context, by=ADMINISTRATOR, code=registry.code)

    assert (again.version, changes) == (registry.version, ())


async def test_a_version_may_be_numbered_by_hand_but_only_upwards(context: Context) -> None:
    registry = await published(context, code="numbered", version="111", fields=[field("A")])
    await service.upsert_definition(context, by=ADMINISTRATOR, definition=definition("numbered", [field("B")]))

    with pytest.raises(BadRequest):
        await service.publish(context, by=ADMINISTRATOR, code="numbered", version="2", accept_breaking=True)
    assert registry.version == "111"


@pytest.mark.requirement("DRS-4")
async def test_deleting_a_version_removes_its_services_and_its_number_for_good(context: Context) -> None:
    await published(context, code="shrinking", fields=[field("A")])
    await published(context, code="shrinking", fields=[field("A"), field("B")])

    await lifecycle.delete_version(context, by=ADMINISTRATOR, code="shrinking", version="1.1")
    await lifecycle.delete_version(context, by=ADMINISTRATOR, code="shrinking", version="1.1")

    with pytest.raises(UnknownRegistry):
        await service.published(context, code="shrinking", version="1.1")
    assert (await published(context, code="shrinking", fields=[field("A"), field("C")])).version == "1.2"


@pytest.mark.requirement("DRS-1")
async def test_an_archived_registry_is_read_but_not_written(context: Context) -> None:
    registry = await published(context)

    archived = await lifecycle.archive(context, by=ADMINISTRATOR, code=registry.code)
    restored = await lifecycle.archive(context, by=ADMINISTRATOR, code=registry.code, restore=True)

    assert (archived.works(ServiceKind.READ), archived.works(ServiceKind.CREATE)) == (True, False)
    assert restored.works(ServiceKind.CREATE)


@pytest.mark.requirement("DRS-X-7")
async def test_a_deleted_registry_keeps_its_records_and_frees_its_code(context: Context) -> None:
    registry = await published(context, code="gone", fields=[field("A")])
    await insert(context, registry, '{"A": "x"}')

    await lifecycle.delete_database(context, by=ADMINISTRATOR, key=registry.id)
    successor = await published(context, code="gone", fields=[field("A")])

    async with context.database.reading() as tx:
        assert len(await tx.fetch(f"SELECT uuid FROM {registry.record_table}")) == 1
    assert successor.id != registry.id


@pytest.mark.requirement("DRS-6")
async def test_only_administrators_and_stewards_define_and_publish(context: Context) -> None:
    steward = Actor("person", "steward", roles=frozenset({"health-analyst"}))
    await published(context, code="health", stewards=("role:health-analyst",))

    with pytest.raises(Forbidden):
        await service.upsert_definition(context, by=CLERK, definition=definition("health"))
    with pytest.raises(Forbidden):
        await service.publish(context, by=CLERK, code="health")
    with pytest.raises(Forbidden):
        await lifecycle.delete_database(context, by=CLERK, key="health")
    await service.upsert_definition(context, by=steward, definition=definition("health", [field("A")]))
    with pytest.raises(Forbidden):
        await service.upsert_definition(context, by=steward, definition=definition("other"))


@pytest.mark.requirement("DRS-7")
async def test_every_act_on_a_schema_enters_the_audit_trail(context: Context) -> None:
    registry = await published(context, code="told", fields=[field("A")])
    await published(context, code="told", fields=[field("A"), field("B")])
    await lifecycle.archive(context, by=ADMINISTRATOR, code=registry.code)
    await lifecycle.delete_database(context, by=ADMINISTRATOR, key=registry.id)

    async with context.database.reading() as tx:
        entries = await audit.entries(tx, subject="registry:told")
        assert await audit.first_broken(tx) is None
    assert [entry.action.rpartition(".")[2] for entry in reversed(entries)] == [
        "created", "published", "changed", "published", "archived", "deleted",
    ]  # fmt: skip
    assert "B is new." in entries[2].detail


@pytest.mark.requirement("DRS-17")
async def test_a_unique_field_is_guarded_by_the_database(context: Context) -> None:
    registry = await published(context, fields=[field("Größe in cm.'x", unique=True)])
    await insert(context, registry, '{"Größe in cm.\'x": "1"}')

    with pytest.raises(UniqueViolation):
        await insert(context, registry, '{"Größe in cm.\'x": "1"}', first=2)


async def test_a_deleted_record_does_not_block_a_new_one_with_the_same_key(context: Context) -> None:
    registry = await published(context, fields=[field("A", unique=True)])
    await insert(context, registry, '{"A": "1"}')
    async with context.database.transaction() as tx:
        await tx.execute(f"UPDATE {registry.record_table} SET deleted_at = :now", now="2026-01-01")

    await insert(context, registry, '{"A": "1"}', first=2)


async def test_fields_that_are_unique_together_are_guarded_together(context: Context) -> None:
    registry = await published(context, fields=[field("A"), field("B", FieldType.NUMBER)], uniques=(("A", "B"),))
    await insert(context, registry, '{"A": "1", "B": 1}', '{"A": "1", "B": 2}', '{"A": "1"}', '{"A": "1"}')

    with pytest.raises(UniqueViolation):
        await insert(context, registry, '{"A": "1", "B": 1.0}', first=9)


async def test_a_rule_that_stored_records_break_is_refused_with_their_number(context: Context) -> None:
    registry = await published(context, code="data", fields=[field("A")])
    await insert(context, registry, '{"A": "1"}', '{"A": "1"}', '{"A": "2"}')
    wanted = definition("data", [field("A", unique=True)])
    await service.upsert_definition(context, by=ADMINISTRATOR, definition=wanted)

    with pytest.raises(DataContradicts) as refused:
        await service.publish(context, by=ADMINISTRATOR, code="data", accept_breaking=True)

    assert refused.value.fields == {"/A": "2 records share a value that must be unique."}
    assert (await service.latest(context, code="data")).version == "1.0"


async def test_text_too_long_for_an_index_is_refused_with_the_number_of_records(context: Context) -> None:
    registry = await published(context, code="long", fields=[field("A")])
    await insert(context, registry, '{"A": "%s"}' % ("x" * 5_000))
    await service.upsert_definition(
        context, by=ADMINISTRATOR, definition=definition("long", [field("A", indexed=True)])
    )

    with pytest.raises(DataContradicts, match="1 records"):
        await service.publish(context, by=ADMINISTRATOR, code="long", accept_breaking=True)


async def test_a_rule_that_is_dropped_is_no_longer_guarded(context: Context) -> None:
    await published(context, code="loosened", fields=[field("A", unique=True)])
    registry = await published(context, code="loosened", fields=[field("A", indexed=True)])

    await insert(context, registry, '{"A": "1"}', '{"A": "1"}')


@pytest.mark.requirement("DRS-2")
async def test_links_name_a_database_and_a_field_that_exist(context: Context) -> None:
    target = await published(context, fields=[field("Key", unique=True), field("Free")])
    strict = Link(target.id, target.fields[0].number, LinkKind.STRICT, DeleteRule.CASCADE)

    linked = await published(context, code="linked", fields=[field("To", links=(strict,))])

    assert linked.fields[0].links == (strict,)
    for wrong in (Link(target.id, 99), Link(987654, 1), Link(target.id, target.fields[1].number)):
        await service.upsert_definition(
            context, by=ADMINISTRATOR, definition=definition("badlink", [field("To", links=(wrong,))])
        )
        with pytest.raises(BadDefinition):
            await service.publish(context, by=ADMINISTRATOR, code="badlink")


@pytest.mark.requirement("DRS-2")
async def test_soft_links_and_edges_point_at_records_or_at_fields_that_repeat(context: Context) -> None:
    target = await published(context, fields=[field("Free")])
    links = (
        Link(target.id, 0, LinkKind.SOFT, DeleteRule.ORPHAN),
        Link(target.id, target.fields[0].number, LinkKind.EDGE, DeleteRule.ORPHAN),
    )

    linked = await published(context, fields=[field("To", links=links)])

    assert linked.fields[0].links == links


@pytest.mark.requirement("DRS-2")
async def test_a_registry_that_others_link_to_strictly_is_not_deleted(context: Context) -> None:
    target = await published(context, fields=[field("Key", unique=True)])
    await published(context, fields=[field("To", links=(Link(target.id, target.fields[0].number),))])

    with pytest.raises(StillLinked):
        await lifecycle.delete_database(context, by=ADMINISTRATOR, key=target.id)


@pytest.mark.requirement("DRS-5", "DRS-31")
async def test_services_keep_their_state_when_they_are_made_anew(context: Context) -> None:
    await published(context, code="served", fields=[field("A")])
    await offering.set_state(
        context, by=ADMINISTRATOR, code="served", version="1.0", name="data-delete", state=ServiceState.DISABLED
    )

    again = await published(context, code="served", fields=[field("A"), field("B")])

    assert not again.works(ServiceKind.DELETE)
    assert again.works(ServiceKind.CREATE)


@pytest.mark.requirement("DRS-5")
async def test_a_hidden_service_works_and_a_deleted_one_does_not(context: Context) -> None:
    registry = await published(context)
    for name, state in (("data-list", ServiceState.HIDDEN), ("data-read", ServiceState.DELETED)):
        await offering.set_state(context, by=ADMINISTRATOR, code=registry.code, version="1.0", name=name, state=state)

    now = await service.latest(context, code=registry.code)

    assert (now.works(ServiceKind.LIST), now.works(ServiceKind.READ)) == (True, False)


@pytest.mark.requirement("DRS-5", "DRS-31")
async def test_a_copied_service_is_narrowed_and_travels_to_the_next_version(context: Context) -> None:
    await published(context, code="copied", fields=[field("A"), field("B")])
    copy = await offering.copy(
        context, by=ADMINISTRATOR, code="copied", version="1.0", name="data-list", copy_name="public-list"
    )
    narrowed = replace(copy, fields=("A",), masks={"A": "**"})
    await offering.put_custom(context, by=ADMINISTRATOR, code="copied", version="1.0", service=narrowed)

    await published(context, code="copied", fields=[field("A"), field("B"), field("C")])
    custom = (await service.latest(context, code="copied")).custom_service("public-list")

    assert custom is not None
    assert (custom.kind, custom.fields, custom.masks) == (ServiceKind.LIST, ("A",), {"A": "**"})


@pytest.mark.requirement("DRS-5")
async def test_a_custom_service_only_reads(context: Context) -> None:
    registry = await published(context)
    delete = next(one for one in registry.service_list if one.kind is ServiceKind.DELETE)

    with pytest.raises(BadRequest, match="custom services only read"):
        await offering.put_custom(
            context, by=ADMINISTRATOR, code=registry.code, version="1.0",
            service=replace(delete, name="sweep", custom=True),
        )  # fmt: skip


@pytest.mark.requirement("DRS-12")
async def test_uses_of_services_are_counted(context: Context) -> None:
    registry = await published(context)
    service.count_use(context, registry, ServiceKind.LIST, 2)
    service.count_use(context, registry, ServiceKind.LIST)

    await offering.write_uses(context)

    parts = await service.definition(context, by=ADMINISTRATOR, key=registry.code)
    counts = {one.name: one.used_count for one in parts[0].service_list}
    assert (counts["data-list"], counts["data-read"]) == (3, 0)


@pytest.mark.requirement("DRS-18")
async def test_the_key_set_by_the_analyst_is_sealed_and_told_from_others(context: Context) -> None:
    registry = await published(context)
    key = "correct horse battery staple"

    await lifecycle.set_key(context, by=ADMINISTRATOR, code=registry.code, key=key)

    assert await service.key_fits(context, registry, key)
    assert not await service.key_fits(context, registry, key + "!")
    async with context.database.reading() as tx:
        stored = await tx.fetch("SELECT sealed FROM registry_key")
        entries = await audit.entries(tx)
    assert all(key.encode() not in bytes(row["sealed"]) for row in stored)
    assert all(key not in entry.detail for entry in entries)


@pytest.mark.requirement("DRS-18")
async def test_a_new_key_leaves_the_old_one_able_to_open(context: Context) -> None:
    registry = await published(context)
    old = await service.secret_key(context, registry)

    await lifecycle.set_key(context, by=ADMINISTRATOR, code=registry.code, key="correct horse battery staple")

    new, *before = await service.secret_keys(context, registry)
    assert (len(new), new != old, before) == (32, True, [old])


@pytest.mark.requirement("DRS-18")
async def test_a_weak_key_is_refused(context: Context) -> None:
    registry = await published(context)

    for weak in ("short", "a" * 40):
        with pytest.raises(BadRequest):
            await lifecycle.set_key(context, by=ADMINISTRATOR, code=registry.code, key=weak)


async def test_index_numbers_are_taken_in_consecutive_ranges(context: Context) -> None:
    registry = await published(context)

    async with context.database.transaction() as tx:
        first = await service.next_index(tx, registry, 10)
        second = await service.next_index(tx, registry)

    assert (first, second) == (1, 11)


async def test_a_definition_published_by_another_process_is_seen_after_it_is_forgotten(context: Context) -> None:
    await published(context, code="cached", fields=[field("A")])
    await service.latest(context, code="cached")
    other = Context("registries", context.settings, context.database, context.keys, context.mediation)
    await published(other, code="cached", fields=[field("A"), field("B")])

    service.forget(context)

    assert (await service.latest(context, code="cached")).version == "1.1"


async def test_an_unknown_registry_or_version_is_not_found(context: Context) -> None:
    registry = await published(context)

    for code, version in ((registry.code, "9.9"), ("nowhere", "1.0"), ("nowhere", "latest")):
        with pytest.raises(UnknownRegistry):
            await service.published(context, code=code, version=version)
    with pytest.raises(UnknownRegistry):
        await service.by_id(context, registry_id=2**62)


async def test_an_acronym_stands_for_a_registry_or_for_a_catalogue(context: Context) -> None:
    one = await published(context, code="aa", catalogue="Shelf", group="G")
    other = await published(context, code="bb", catalogue="Shelf", group="G")

    assert await service.ids_of_acronym(context, acronym="AA") == [one.id]
    assert await service.ids_of_acronym(context, acronym="aa") == [one.id, other.id]
