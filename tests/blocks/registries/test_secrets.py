"""Secret fields: encrypted where they are stored, found by equality, shown by right or key; blinded ones masked."""

from __future__ import annotations

import pytest

from govstack.blocks.registries.admission.errors import FieldHidden
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.contents.model import MASKED, masked
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import FieldType, Registry, ServiceKind
from govstack.blocks.registries.lifecycle import service as lifecycle
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import BadSearch
from govstack.blocks.registries.reading.model import Match, Order, Search, ordering, query_terms, text_term
from govstack.blocks.registries.records import service as records
from govstack.kernel import crypto
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from tests.builders.records import analyst, content_of, desk, path, plain, stocked
from tests.builders.registries import ADMINISTRATOR, ANALYST, bare_context, field, published
from tests.databases import Databases

CALLER = Actor("person", "caller")
SECRETS = (
    field("Pin", secret=True), field("Card", FieldType.JSON, secret=True),
    field("Child", FieldType.GROUP, fields=(field("Pin", secret=True), field("Name"))),
)  # fmt: skip
CONTENT = {"Code": "A", "Pin": "hush-1", "Card": {"no": "hush-2"}, "Child": {"Pin": "hush-3", "Name": "Usha"}}
KEY = "a key that the analyst set"


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


@pytest.fixture
async def registry(context: Context) -> Registry:
    return await stocked(context, CONTENT, {"Code": "B", "Pin": "hush-1"}, given=plain("vault", further=SECRETS))


async def seen(context: Context, registry: Registry, *, by: Actor = CALLER, key: str = "") -> list[dict[str, object]]:
    """What a caller sees."""
    found = await reading.search(context, by=by, registry=registry, search=Search(), key=key)
    return [record.content for record in found.records]


@pytest.mark.requirement("DRS-15", "X014")
async def test_secrets_stand_nowhere_in_clear(context: Context, registry: Registry) -> None:
    await records.update(context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Pin": "hush-4"})

    async with context.database.reading() as tx:
        rows = [
            *await tx.fetch(f"SELECT * FROM {registry.record_table}"), *await tx.fetch("SELECT * FROM registry_change"),
            *await tx.fetch("SELECT payload FROM job"), *await tx.fetch("SELECT * FROM audit_entry"),
        ]  # fmt: skip
    assert "Usha" in str(rows)
    assert "hush" not in str(rows)


@pytest.mark.requirement("DRS-15", "DRS-18")
async def test_analysts_see_secrets_and_callers_without_the_key_do_not(context: Context, registry: Registry) -> None:
    assert (await seen(context, registry, by=ANALYST))[0] == CONTENT
    assert (await seen(context, registry))[0] == {"Code": "A", "Child": {"Name": "Usha"}}


@pytest.mark.requirement("DRS-18")
async def test_callers_who_present_the_key_see_secrets(context: Context, registry: Registry) -> None:
    await lifecycle.set_key(context, by=ADMINISTRATOR, code="vault", key=KEY)

    assert (await seen(context, registry, key=KEY))[0] == CONTENT
    assert "Pin" not in (await seen(context, registry, key="another key"))[0]


@pytest.mark.requirement("DRS-18")
async def test_what_an_older_key_encrypted_stays_readable_and_findable(context: Context, registry: Registry) -> None:
    await lifecycle.set_key(context, by=ADMINISTRATOR, code="vault", key=KEY)
    await records.create(context, by=ANALYST, registry=registry, content={"Code": "C", "Pin": "hush-1"})

    found = await reading.search(
        context, by=ANALYST, registry=registry, search=Search(query_terms(registry, {"Pin": "hush-1"}))
    )

    assert [record.content["Code"] for record in found.records] == ["A", "B", "C"]


@pytest.mark.requirement("DRS-15")
async def test_a_secret_is_found_by_its_whole_value_alone(context: Context, registry: Registry) -> None:
    for query, there in (
        ({"Pin": "hush-1"}, True), ({"Pin": "hush"}, False), ({"Child": {"Pin": "hush-3"}}, True),
        ({"Card": {"no": "hush-2"}}, True),
    ):  # fmt: skip
        assert await reading.exists(
            context, by=ANALYST, registry=registry, terms=query_terms(registry, query)
        ) is there  # fmt: skip


@pytest.mark.requirement("DRS-15", "DRS-6")
async def test_callers_without_the_key_cannot_ask_about_secrets(context: Context, registry: Registry) -> None:
    with pytest.raises(FieldHidden):
        await reading.exists(context, by=CALLER, registry=registry, terms=query_terms(registry, {"Pin": "hush-1"}))
    with pytest.raises(FieldHidden):
        await reading.search(
            context, by=CALLER, registry=registry, search=Search(query_terms(registry, {"Child": {"Pin": "hush-3"}}))
        )


@pytest.mark.requirement("DRS-15", "DRS-23")
async def test_secrets_are_neither_searched_nor_ordered_by(context: Context, registry: Registry) -> None:
    assert ("Pin",) not in registry.searched_fields
    with pytest.raises(BadSearch):
        ordering(registry, "Pin", field_name="")
    found = await reading.search(
        context, by=ANALYST, registry=registry,
        search=Search(text_term(registry, "hush", field_name="", match=Match.CONTAINS)),
    )  # fmt: skip
    assert found.records == ()


@pytest.mark.requirement("DRS-15", "SD-1")
async def test_writing_the_same_secret_again_changes_nothing(context: Context, registry: Registry) -> None:
    made = await records.update(
        context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Pin": "hush-1", "Card": {"no": "hush-2"}}
    )

    assert made is not None
    assert made.revision == 1


@pytest.mark.requirement("DRS-15")
async def test_nobody_plants_what_looks_encrypted(context: Context, registry: Registry) -> None:
    for content in ({"Pin": {"$sealed": "x"}}, {"Card": {"$sealed": "x", "print": "y"}}):
        with pytest.raises(InvalidContent):
            await records.create(context, by=ANALYST, registry=registry, content=content)


@pytest.mark.requirement("DRS-15")
async def test_a_secret_moved_to_another_record_does_not_open(context: Context, registry: Registry) -> None:
    async with context.database.transaction() as tx:
        rows = await tx.fetch(f"SELECT content FROM {registry.record_table} WHERE number = 1")
        await tx.execute(
            f"UPDATE {registry.record_table} SET content = :content WHERE number = 2", content=rows[0]["content"]
        )

    with pytest.raises(crypto.SealBroken):
        await seen(context, registry, by=ANALYST)


@pytest.mark.requirement("DRS-15", "DRS-24")
async def test_loaded_secrets_are_encrypted_and_the_log_stays_sound(context: Context) -> None:
    registry = await published(context, plain("loaded", further=SECRETS))
    await loading.load(context, by=ANALYST, registry=registry, rows=[CONTENT] * 3)
    await records.update(context, by=ANALYST, registry=registry, query={"Code": "A"}, content={"Pin": "hush-9"})

    assert [one["Pin"] for one in await content_of(context, registry)] == ["hush-9", "hush-1", "hush-1"]
    assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-18")
async def test_the_key_comes_in_a_header(sqlite_databases: Databases) -> None:
    running = await desk(sqlite_databases)
    registry = await stocked(running.context, CONTENT, given=plain("vault", further=SECRETS))
    await lifecycle.set_key(running.context, by=ADMINISTRATOR, code="vault", key=KEY)
    body = {"query": {"content": {"Code": "A"}}}
    async with running.person("caller") as client:
        without = (await client.post(path(registry, "/read"), json=body)).json()["content"]
        keyed = (await client.post(path(registry, "/read"), json=body, headers={"registry-key": KEY})).json()["content"]
    async with analyst(running) as client:
        history = (await client.get(path(registry), params={"details": "true"})).json()["results"][0]

    assert ("Pin" in without, keyed["Pin"], history["content"]["Pin"]) == (False, "hush-1", "hush-1")


@pytest.mark.requirement("DRS-5", "DRS-17")
async def test_blinded_values_are_masked_for_all_but_analysts(context: Context) -> None:
    further = (field("Phone", blinded=True, mask="****###"), field("Note", blinded=True))
    registry = await stocked(context, {"Code": "A", "Phone": "5551234", "Note": "x"}, given=plain(further=further))

    assert await seen(context, registry) == [{"Code": "A", "Phone": "****234", "Note": MASKED}]
    assert (await seen(context, registry, by=ANALYST))[0]["Phone"] == "5551234"


@pytest.mark.requirement("DRS-6", "DRS-17")
async def test_blinded_values_cannot_be_guessed_by_asking(context: Context) -> None:
    registry = await stocked(context, {"Code": "A", "Note": "x"}, given=plain(further=[field("Note", blinded=True)]))

    with pytest.raises(FieldHidden):
        await reading.exists(context, by=CALLER, registry=registry, terms=query_terms(registry, {"Note": "x"}))
    with pytest.raises(FieldHidden):
        await reading.search(context, by=CALLER, registry=registry, search=Search(order=(Order(("Note",)),)))
    found = await reading.search(
        context, by=CALLER, registry=registry, search=Search(text_term(registry, "x", field_name="", match=None))
    )
    assert found.count == 0


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        ("***##", "12345", "***45"), ("***##", "1", "1"), ("##", "12345", "***45"), ("", "12", MASKED),
        ("*", "12", "**"), ("##", 12, None), ("#", ["ab", 1], ["*b"]),
    ],
)  # fmt: skip
def test_a_mask_shows_the_end_of_a_value(mask: str, value: object, shown: object) -> None:
    assert masked(field("x", mask=mask), value) == shown


@pytest.mark.requirement("DRS-5", "DRS-9", "DRS-31")
async def test_a_custom_service_shows_its_fields_masked_and_its_records_alone(sqlite_databases: Databases) -> None:
    from govstack.blocks.registries.access.model import Comparison, Operator
    from govstack.blocks.registries.design.model import Service
    from govstack.blocks.registries.offering import service as offering

    running = await desk(sqlite_databases)
    context = running.context
    registry = await stocked(
        context, {"Code": "A", "Name": "Ada Lovelace"}, {"Code": "B", "Name": "Bo"}, given=plain("open")
    )
    for name, kind in (("names", ServiceKind.LIST), ("one", ServiceKind.READ), ("any", ServiceKind.EXISTS)):
        await offering.put_custom(
            context, by=ADMINISTRATOR, code="open", version=registry.version,
            service=Service(0, name, kind, custom=True, fields=("Name", "Code"), masks={"Name": "****####"},
                            condition=Comparison(("Code",), Operator.EQ, "A")),
        )  # fmt: skip
    assert (await design.published(context, code="open", version=registry.version)).custom_service("names")
    async with running.person("caller") as client:
        listed = await client.get(path(registry, "/services/names"))
        read = await client.get(path(registry, "/services/one"), params={"query.Code": "A"})
        there = await client.get(path(registry, "/services/any"), params={"query.Code": "B"})
        masked_field = await client.get(path(registry, "/services/names"), params={"query.Name": "Ada Lovelace"})
        unknown = await client.get(path(registry, "/services/none"))

    assert listed.json() == {"count": 1, "results": [{"Name": "********lace", "Code": "A"}]}
    assert read.json() == {"content": {"Name": "********lace", "Code": "A"}}
    assert there.json()["answer"]["status"] is False
    assert (masked_field.status_code, unknown.status_code) == (403, 404)
