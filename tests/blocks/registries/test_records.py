"""Creating, changing and deleting records, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design.errors import UnknownService
from govstack.blocks.registries.design.model import FieldType, ServiceKind, ServiceState
from govstack.blocks.registries.fields.model import Trigger, TriggerAction, TriggerCondition
from govstack.blocks.registries.offering import service as offering
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import EmptyQuery, NoRecord
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.records import service
from govstack.blocks.registries.records.errors import RequestKeyReused, TooManyRecords
from govstack.blocks.registries.records.model import Manner, Repeat
from govstack.blocks.registries.writing.errors import Duplicate, RevisionStale
from govstack.kernel.context import Context
from govstack.kernel.log import CORRELATION
from tests.builders.records import content_of, plain, stocked
from tests.builders.registries import ADMINISTRATOR, ANALYST, bare_context, closed, field, granted, published
from tests.databases import Databases


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def events_of(context: Context) -> list[dict[str, Any]]:
    """The events that wait in the outbox, oldest first."""
    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = 'event' ORDER BY number")
    return [msgspec.json.decode(row["payload"]) for row in rows]


@pytest.mark.requirement("DRS-33")
async def test_a_created_record_is_found_with_what_was_written(context: Context) -> None:
    registry = await published(context, plain())
    made = await service.create(context, by=ANALYST, registry=registry, content={"Code": "A1", "Name": "Ada"})

    found = await reading.read_record(context, by=ANALYST, registry=registry, uuid=made.uuid)

    assert (found.content, found.revision, made.created) == ({"Code": "A1", "Name": "Ada"}, 1, True)


@pytest.mark.requirement("DRS-5", "SD-17")
async def test_names_that_no_field_carries_are_reported_and_not_stored(context: Context) -> None:
    registry = await published(context, plain())
    made = await service.create(context, by=ANALYST, registry=registry, content={"Code": "A1", "Colour": "red"})

    assert (made.content, made.ignored) == ({"Code": "A1"}, ("Colour",))


@pytest.mark.requirement("DRS-3", "DRS-17")
@pytest.mark.parametrize(
    ("kind", "rules", "value", "word"),
    [
        (FieldType.TEXT, {}, 5, "text"),
        (FieldType.TEXT, {}, ["a"], "text"),
        (FieldType.TEXT, {"length_max": 3}, "abcd", "at most 3"),
        (FieldType.TEXT, {"length_min": 3}, "ab", "at least 3"),
        (FieldType.TEXT, {"pattern": "[A-Z]{2}[0-9]+"}, "A1", "form"),
        (FieldType.TEXT, {"choices": ("yes", "no")}, "maybe", "one of yes, no"),
        (FieldType.INTEGER, {}, 1.5, "whole number"),
        (FieldType.INTEGER, {}, True, "whole number"),
        (FieldType.INTEGER, {}, 2**63, "too large"),
        (FieldType.NUMBER, {}, "7", "number"),
        (FieldType.NUMBER, {"minimum": 0}, -1, "at least 0"),
        (FieldType.NUMBER, {"maximum": 10}, 10.5, "at most 10"),
        (FieldType.NUMBER, {}, 1e300, "too large"),
        (FieldType.BOOLEAN, {}, 1, "true or false"),
        (FieldType.DATE, {}, "21.11.2026", "date"),
        (FieldType.DATE, {}, "2026-02-30", "date"),
        (FieldType.TIME, {}, "noon", "time"),
        (FieldType.DATETIME, {}, "2026-11-21T21:30:00", "time zone"),
        (FieldType.CATALOGUE, {"catalogue": {"EE": "Estonia"}}, "XX", "one of EE"),
        (FieldType.FILE, {}, {"url": "javascript:x", "originalName": "a", "type": "application/pdf"}, "address"),
        (FieldType.FILE, {}, {"url": "https://a/b", "originalName": "a", "type": "text/html"}, "types"),
        (FieldType.FILE, {}, "a.pdf", "file"),
        (FieldType.GEOPOINT, {}, {"type": "Point", "coordinates": [200, 0]}, "coordinates"),
        (FieldType.GEOSHAPE, {}, {"type": "Blob", "coordinates": [[0, 0]]}, "GeoJSON"),
        (FieldType.TEXT, {"multiple": True}, "one", "list"),
        (FieldType.TEXT, {"multiple": True, "choices": ("a", "b")}, ["a", "c"], "one of a, b"),
        (FieldType.TEXT, {"required": True}, None, "required"),
        (FieldType.TEXT, {"required": True}, "", "required"),
    ],
)
async def test_a_value_that_does_not_fit_is_refused_with_its_field(
    sqlite_databases: Databases, kind: FieldType, rules: dict[str, Any], value: object, word: str
) -> None:
    context = await bare_context(sqlite_databases)
    registry = await published(context, fields=[field("Value", kind, **rules), field("Other")])

    with pytest.raises(InvalidContent) as refused:
        await service.create(context, by=ANALYST, registry=registry, content={"Value": value, "Other": "fine"})

    assert word in refused.value.fields["Value"]
    assert refused.value.status == 400


@pytest.mark.requirement("DRS-3")
async def test_every_type_of_field_keeps_its_values(context: Context) -> None:
    content = {
        "Text": "Ünïcode ☃ \"quoted\"", "Number": 2.5, "Integer": 9_007_199_254_740_993, "Boolean": False,
        "Date": "2026-11-21", "Time": "21:30", "Moment": "2026-11-21T21:30:00Z",
        "File": {"originalName": "a.pdf", "type": "application/pdf", "url": "https://files.example/a.pdf"},
        "Block": {"a": [1, {"b": None}], "c": 1.5}, "Rows": [{"Name": "one"}, {"Name": "two"}], "Kind": "EE",
        "Place": {"coordinates": [24.7, 59.4], "type": "Point"},
        "Shape": {"coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]], "type": "Polygon"},
        "Tags": ["x", "y"], "Child": {"Name": "Usha"},
    }  # fmt: skip
    fields = [
        field("Text"), field("Number", FieldType.NUMBER), field("Integer", FieldType.INTEGER),
        field("Boolean", FieldType.BOOLEAN), field("Date", FieldType.DATE), field("Time", FieldType.TIME),
        field("Moment", FieldType.DATETIME), field("File", FieldType.FILE), field("Block", FieldType.JSON),
        field("Rows", FieldType.LIST, fields=(field("Name"),)),
        field("Kind", FieldType.CATALOGUE, catalogue={"EE": "Estonia"}), field("Place", FieldType.GEOPOINT),
        field("Shape", FieldType.GEOSHAPE), field("Tags", multiple=True),
        field("Child", FieldType.GROUP, fields=(field("Name"),)),
    ]  # fmt: skip
    registry = await stocked(context, content, fields=fields)

    assert await content_of(context, registry) == [content]


@pytest.mark.requirement("DRS-17")
async def test_an_update_merges_and_null_takes_a_value_away(context: Context) -> None:
    group = field("Child", FieldType.GROUP, fields=(field("First"), field("Last")))
    registry = await stocked(
        context, {"Code": "A", "Name": "Ada", "Child": {"First": "U", "Last": "B"}}, given=plain(further=[group])
    )

    await service.update(
        context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Name": None, "Child": {"Last": "C"}}
    )

    assert await content_of(context, registry) == [{"Code": "A", "Child": {"First": "U", "Last": "C"}}]


@pytest.mark.requirement("DRS-33", "DR-D12")
async def test_an_update_changes_the_oldest_match_alone(context: Context) -> None:
    registry = await stocked(
        context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "x"}, {"Code": "C", "Name": "x"}, given=plain()
    )

    await service.update(context, by=ANALYST, registry=registry, query={"Name": "x"}, content={"Name": "y"})

    assert [one["Name"] for one in await content_of(context, registry)] == ["y", "x", "x"]


@pytest.mark.requirement("DRS-33", "DR-D13")
async def test_updating_entries_changes_every_match_and_counts_them(context: Context) -> None:
    registry = await stocked(
        context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "z"}, {"Code": "C", "Name": "x"}, given=plain()
    )

    count = await service.update_entries(
        context, by=ANALYST, registry=registry, query={"Name": "x"}, content={"Name": "y"}
    )

    assert (count, [one["Name"] for one in await content_of(context, registry)]) == (2, ["y", "z", "y"])


@pytest.mark.requirement("DRS-33")
@pytest.mark.parametrize("query", [None, {}])
async def test_an_update_without_a_query_is_refused(context: Context, query: dict[str, object] | None) -> None:
    registry = await stocked(context, {"Code": "A"}, given=plain())

    with pytest.raises(EmptyQuery):
        await service.update(context, by=ANALYST, registry=registry, query=query, content={"Name": "y"})
    with pytest.raises(EmptyQuery):
        await service.update_entries(context, by=ANALYST, registry=registry, query=query, content={"Name": "y"})


@pytest.mark.requirement("DRS-33", "DR-D14")
async def test_update_or_create_without_a_query_creates(context: Context) -> None:
    registry = await stocked(context, {"Code": "A"}, given=plain())

    made = await service.update_or_create(context, by=ANALYST, registry=registry, query=None, content={"Code": "A"})

    assert (made.created, len(await content_of(context, registry))) == (True, 2)


@pytest.mark.requirement("DRS-33", "SD-6")
async def test_many_at_once_who_update_or_create_the_same_create_it_once(context: Context) -> None:
    registry = await published(context, plain())
    asked = {"query": {"Code": "A"}, "content": {"Code": "A", "Name": "x"}}

    made = await asyncio.gather(
        *(service.update_or_create(context, by=ANALYST, registry=registry, **asked) for _ in range(12))  # type: ignore[arg-type]
    )

    assert [one.created for one in made].count(True) == 1
    assert len(await content_of(context, registry)) == 1


@pytest.mark.requirement("DRS-33", "SD-6")
async def test_many_at_once_get_each_their_own_outcome(context: Context) -> None:
    further = [field("Key", unique=True, length_max=20), field("Age", FieldType.INTEGER)]
    registry = await published(context, plain(further=further))

    async def one(number: int) -> str:
        content = {"Key": f"K{number // 2}", "Age": "old" if number % 5 == 0 else number}
        try:
            made = await service.create(context, by=ANALYST, registry=registry, content=content)
        except (InvalidContent, Duplicate) as refused:
            return type(refused).__name__
        return str(made.content["Age"])

    outcomes = await asyncio.gather(*(one(number) for number in range(20)))

    assert [outcomes[number] for number in (0, 5, 10, 15)] == ["InvalidContent"] * 4
    assert outcomes.count("Duplicate") == 6
    assert sorted(outcome for outcome in outcomes if outcome.isdigit()) == sorted(
        str(one["Age"]) for one in await content_of(context, registry)
    )
    assert (await service.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-17")
async def test_values_repeated_within_one_request_are_named(context: Context) -> None:
    registry = await published(context, plain(further=[field("Key", unique=True, length_max=20)]))

    with pytest.raises(Duplicate) as refused:
        await service.create_entries(context, by=ANALYST, registry=registry, entries=[{"Key": "K"}, {"Key": "K"}])

    assert list(refused.value.fields) == ["/Key"]


@pytest.mark.requirement("DRS-7")
async def test_each_change_keeps_the_correlation_id_of_its_own_request(context: Context) -> None:
    registry = await published(context, plain())

    async def one(number: int) -> None:
        mark = CORRELATION.set(f"request-{number}")
        await service.create(context, by=ANALYST, registry=registry, content={"Code": str(number)})
        CORRELATION.reset(mark)

    await asyncio.gather(*(one(number) for number in range(10)))

    async with context.database.reading() as tx:
        rows = await tx.fetch("SELECT after, correlation_id FROM registry_change")
    assert {msgspec.json.decode(row["after"])["Code"]: row["correlation_id"] for row in rows} == {
        str(number): f"request-{number}" for number in range(10)
    }


@pytest.mark.requirement("SD-1")
async def test_a_change_that_changes_nothing_leaves_no_trace(context: Context) -> None:
    registry = await stocked(context, {"Code": "A", "Name": "x"}, given=plain())

    made = await service.update(
        context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Name": "x", "Code": "A"}
    )
    history = await reading.history(context, by=ANALYST, registry=registry, uuid=made.uuid if made else "")

    assert (made.revision if made else 0, len(history)) == (1, 1)


@pytest.mark.requirement("SD-1")
async def test_a_request_sent_again_with_its_key_gets_the_first_answer_and_changes_nothing(context: Context) -> None:
    registry = await published(context, plain())
    manner = Manner(Repeat("key 1", "digest"))

    first, again = [
        await service.create(context, by=ANALYST, registry=registry, content={"Code": "A"}, manner=manner)
        for _ in range(2)
    ]

    assert first == again
    assert len(await content_of(context, registry)) == 1


@pytest.mark.requirement("SD-1", "SD-6")
async def test_the_same_request_arriving_many_times_at_once_is_done_once(context: Context) -> None:
    registry = await published(context, plain())
    manner = Manner(Repeat("key 1", "digest"))

    made = await asyncio.gather(
        *(
            service.create(context, by=ANALYST, registry=registry, content={"Code": "A"}, manner=manner)
            for _ in range(8)
        )
    )

    assert len({one.uuid for one in made}) == len(await content_of(context, registry)) == 1


@pytest.mark.requirement("SD-1")
async def test_a_request_key_does_not_serve_two_requests(context: Context) -> None:
    registry = await published(context, plain())
    await service.create(
        context, by=ANALYST, registry=registry, content={"Code": "A"}, manner=Manner(Repeat("key 1", "one"))
    )

    with pytest.raises(RequestKeyReused):
        await service.create(
            context, by=ANALYST, registry=registry, content={"Code": "B"}, manner=Manner(Repeat("key 1", "other"))
        )


@pytest.mark.requirement("SD-1")
async def test_a_refused_request_may_be_sent_again_with_its_key(context: Context) -> None:
    registry = await published(context, plain(further=[field("Must", required=True)]))
    manner = Manner(Repeat("key 1", "digest"))
    with pytest.raises(InvalidContent):
        await service.create(context, by=ANALYST, registry=registry, content={"Code": "A"}, manner=manner)

    made = await service.create(context, by=ANALYST, registry=registry, content={"Must": "x"}, manner=manner)

    assert made.created


@pytest.mark.requirement("DRS-17")
async def test_a_unique_value_is_refused_twice_and_free_again_after_deletion(context: Context) -> None:
    given = plain(further=[field("Key", unique=True, length_max=20)])
    registry = await stocked(context, {"Key": "K1", "Name": "first"}, given=given)
    with pytest.raises(Duplicate) as refused:
        await service.create(context, by=ANALYST, registry=registry, content={"Key": "K1"})
    (record,) = (await reading.search(context, by=ANALYST, registry=registry, search=Search())).records

    await service.delete(context, by=ANALYST, registry=registry, address=record.uuid)
    made = await service.create(context, by=ANALYST, registry=registry, content={"Key": "K1"})

    assert refused.value.fields == {"/Key": "is taken by another record"}
    assert (refused.value.status, made.created) == (409, True)


@pytest.mark.requirement("DRS-17")
async def test_fields_can_be_unique_together(context: Context) -> None:
    given = plain(uniques=(("Code", "Name"),))
    registry = await stocked(context, {"Code": "A", "Name": "x"}, {"Code": "A", "Name": "y"}, given=given)

    with pytest.raises(Duplicate) as refused:
        await service.update(context, by=ANALYST, registry=registry, query={"Name": "y"}, content={"Name": "x"})

    assert list(refused.value.fields) == ["/Code+/Name"]


@pytest.mark.requirement("DRS-17")
async def test_a_read_only_value_stays_as_it_was_created(context: Context) -> None:
    given = plain(further=[field("Fixed", read_only=True), field("Once", immutable=True)])
    registry = await stocked(context, {"Code": "A", "Fixed": "1", "Once": "1"}, given=given)

    await service.update(context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Fixed": "2"})
    with pytest.raises(InvalidContent) as refused:
        await service.update(context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Once": "2"})

    assert (await content_of(context, registry))[0]["Fixed"] == "1"
    assert "cannot be changed" in refused.value.fields["Once"]


@pytest.mark.requirement("DRS-17")
async def test_triggers_number_and_form_values(context: Context) -> None:
    number = Trigger((TriggerCondition("==", ""),), (TriggerAction("set-value", "{code}{indexNoByCode}"),))
    shout = Trigger((), (TriggerAction("upper-case"),))
    given = plain(
        "REG",
        further=[field("No", primary_key=True, read_only=True, length_max=40, triggers=(number,)),
                 field("Loud", triggers=(shout,))],
    )  # fmt: skip
    registry = await published(context, given)

    made = await service.create_entries(
        context, by=ANALYST, registry=registry, entries=[{"Loud": "abc", "No": "MINE"}, {"Loud": "def"}]
    )
    await service.update(context, by=ANALYST, registry=registry, query={"No": "REG1"}, content={"Loud": "xyz"})

    assert [one.content["No"] for one in made] == ["REG1", "REG2"]
    assert [one["Loud"] for one in await content_of(context, registry)] == ["XYZ", "DEF"]


@pytest.mark.requirement("DRS-17")
async def test_defaults_fill_what_is_left_out(context: Context) -> None:
    registry = await stocked(context, {"Code": "A"}, given=plain(further=[field("Status", default="new")]))

    assert await content_of(context, registry) == [{"Code": "A", "Status": "new"}]


@pytest.mark.requirement("DRS-33", "DRS-X-7", "DR-D15", "CFR-data-7")
async def test_deleting_keeps_the_row_and_may_be_repeated(context: Context) -> None:
    registry = await stocked(context, {"Code": "A"}, given=plain())
    (record,) = (await reading.search(context, by=ANALYST, registry=registry, search=Search())).records

    deleted = [await service.delete(context, by=ANALYST, registry=registry, address=record.uuid) for _ in range(2)]

    async with context.database.reading() as tx:
        rows = await tx.fetch(f"SELECT content, deleted_at FROM {registry.record_table}")
    assert deleted == [True, False]
    assert await content_of(context, registry) == []
    assert msgspec.json.decode(rows[0]["content"]) == {"Code": "A"}
    assert rows[0]["deleted_at"]
    last = (await reading.history(context, by=ANALYST, registry=registry, uuid=record.uuid))[-1]
    assert (last.kind.value, last.actor) == ("deleted", ANALYST.id)


@pytest.mark.requirement("DRS-33")
async def test_a_record_is_deleted_by_its_primary_key(context: Context) -> None:
    given = plain(further=[field("Key", primary_key=True, length_max=20)])
    registry = await stocked(context, {"Key": "K1"}, {"Key": "K2"}, given=given)

    assert await service.delete(context, by=ANALYST, registry=registry, address="K1")
    assert await content_of(context, registry) == [{"Key": "K2"}]


@pytest.mark.requirement("DRS-5")
async def test_an_archived_record_is_out_of_use_until_it_is_restored(context: Context) -> None:
    registry = await stocked(context, {"Code": "A"}, {"Code": "B"}, given=plain())
    record = (await reading.search(context, by=ANALYST, registry=registry, search=Search())).records[0]

    await service.archive(context, by=ANALYST, registry=registry, address=record.uuid)
    kept = await reading.search(context, by=ANALYST, registry=registry, search=Search(archived=True))
    in_use = await content_of(context, registry)
    with pytest.raises(NoRecord):
        await reading.read_record(context, by=ANALYST, registry=registry, uuid=record.uuid)
    await service.archive(context, by=ANALYST, registry=registry, address=record.uuid, restore=True)

    assert (in_use, [one.content for one in kept.records]) == ([{"Code": "B"}], [{"Code": "A"}])
    assert await content_of(context, registry) == [{"Code": "A"}, {"Code": "B"}]
    assert (await service.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-33")
async def test_a_stale_revision_is_refused(context: Context) -> None:
    registry = await stocked(context, {"Code": "A"}, given=plain())
    record = (await reading.search(context, by=ANALYST, registry=registry, search=Search())).records[0]
    change = {"query": {"Code": "A"}, "content": {"Name": "x"}, "manner": Manner(if_match=record.etag)}
    await service.update(context, by=ANALYST, registry=registry, **change)  # type: ignore[arg-type]

    with pytest.raises(RevisionStale):
        await service.update(
            context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Name": "y"},
            manner=Manner(if_match=record.etag),
        )  # fmt: skip
    with pytest.raises(RevisionStale):
        await service.delete(
            context, by=ANALYST, registry=registry, address=record.uuid, manner=Manner(if_match=record.etag)
        )


@pytest.mark.requirement("DRS-4")
async def test_a_record_is_read_and_written_under_versions_before_and_after_its_own(context: Context) -> None:
    old = await stocked(context, {"Code": "A", "Name": "old"}, given=plain("growing"))
    new = await published(context, plain("growing", further=[field("Colour", default="grey")]))
    await service.create(context, by=ANALYST, registry=new, content={"Code": "B", "Colour": "red"})

    seen_new, seen_old = await content_of(context, new), await content_of(context, old)
    await service.update(context, by=ANALYST, registry=old, query={"Code": "B"}, content={"Name": "changed"})

    assert seen_new == [{"Code": "A", "Name": "old", "Colour": "grey"}, {"Code": "B", "Colour": "red"}]
    assert seen_old == [{"Code": "A", "Name": "old"}, {"Code": "B"}]
    assert (await content_of(context, new))[1] == {"Code": "B", "Name": "changed", "Colour": "red"}
    assert (await content_of(context, old))[1] == {"Code": "B", "Name": "changed"}


@pytest.mark.requirement("DRS-5", "DRS-31")
async def test_a_service_that_is_switched_off_answers_nobody(context: Context) -> None:
    registry = await published(context, plain())
    await offering.set_state(
        context, by=ADMINISTRATOR, code=registry.code, version=registry.version, name=ServiceKind.CREATE.value,
        state=ServiceState.DISABLED,
    )  # fmt: skip
    from govstack.blocks.registries.design import service as design

    changed = await design.published(context, code=registry.code, version=registry.version)

    with pytest.raises(UnknownService):
        await service.create(context, by=ANALYST, registry=changed, content={"Code": "A"})


@pytest.mark.requirement("DRS-5", "X050")
async def test_each_change_is_told_without_its_content(context: Context) -> None:
    registry = await published(context, plain())
    made = await service.create(context, by=ANALYST, registry=registry, content={"Code": "A", "Name": "hush"})
    await service.update(context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Name": "hush too"})
    await service.delete(context, by=ANALYST, registry=registry, address=made.uuid)

    told = [one for one in await events_of(context) if one["type"].startswith("registries.record.")]

    assert [one["type"] for one in told] == [f"registries.record.{word}" for word in ("created", "updated", "deleted")]
    assert {one["subject"] for one in told} == {f"{registry.code}/{made.uuid}"}
    assert "hush" not in str(told)


@pytest.mark.requirement("DRS-33")
async def test_too_many_records_at_once_are_refused(sqlite_databases: Databases) -> None:
    context = await bare_context(sqlite_databases)
    registry = await published(context, plain())

    with pytest.raises(TooManyRecords):
        await service.create_entries(context, by=ANALYST, registry=registry, entries=[{}] * 1_001)


@pytest.mark.requirement("DRS-33")
async def test_several_records_are_created_all_or_none(context: Context) -> None:
    registry = await published(context, plain(further=[field("Must", required=True)]))

    with pytest.raises(InvalidContent):
        await service.create_entries(context, by=ANALYST, registry=registry, entries=[{"Must": "x"}, {"Code": "B"}])

    assert await content_of(context, registry) == []


@pytest.mark.requirement("DRS-7", "DRS-33")
async def test_deleting_what_is_not_there_is_audited_without_naming_it(context: Context) -> None:
    from govstack.kernel import audit

    registry = await published(context, plain())
    await service.delete(context, by=ANALYST, registry=registry, address="EE123456789")

    async with context.database.reading() as tx:
        (entry,) = await audit.entries(tx, action="registries.record.delete")
    assert (entry.outcome, entry.subject, "EE123456789" in entry.detail) == ("failed", registry.code, False)


@pytest.mark.requirement("DRS-6")
async def test_only_who_has_the_right_may_write(context: Context) -> None:
    registry = await published(context, plain())
    await closed(context, registry)
    reader = ANALYST.__class__("person", "reader", roles=frozenset({"reader"}))
    await granted(context, registry, "role:reader", ServiceKind.LIST, ServiceKind.CREATE, fields=frozenset({"Code"}))

    made = await service.create(context, by=reader, registry=registry, content={"Code": "A"})
    with pytest.raises(FieldHidden):
        await service.create(context, by=reader, registry=registry, content={"Code": "A", "Name": "x"})
    with pytest.raises(RightMissing):
        await service.update(context, by=reader, registry=registry, query={"Code": "A"}, content={"Code": "B"})

    assert made.content == {"Code": "A"}
