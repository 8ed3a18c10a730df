"""Links between registries: a strict one leads somewhere, and deleting follows the rule of the link (DRS-2)."""

from __future__ import annotations

import pytest

from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design.model import DeleteRule, Link, LinkKind, Registry, ServiceKind
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.writing.errors import RecordLinked
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from tests.builders.records import content_of, plain, stocked
from tests.builders.registries import ANALYST, bare_context, closed, field, granted, published
from tests.databases import Databases


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


async def families(
    context: Context, rule: DeleteRule = DeleteRule.RESTRICT, kind: LinkKind = LinkKind.STRICT
) -> tuple[Registry, Registry]:
    """Mothers, and children who link to them by the mother's number."""
    mothers = await stocked(
        context, {"No": "M1"}, {"No": "M2"}, given=plain("mothers", further=[field("No", unique=True, length_max=20)])
    )
    number = next(one.number for one in mothers.fields if one.name == "No")
    link = Link(mothers.id, number, kind, rule)
    children = await published(context, plain("children", further=[field("Mother", links=(link,), length_max=20)]))
    return mothers, children


@pytest.mark.requirement("DRS-2")
async def test_a_strict_link_must_lead_to_a_record_in_use(context: Context) -> None:
    mothers, children = await families(context)
    await records.create(context, by=ANALYST, registry=children, content={"Code": "C1", "Mother": "M1"})
    await records.delete(context, by=ANALYST, registry=mothers, address=await _uuid(context, mothers, "M2"))

    for mother in ("M9", "M2"):
        with pytest.raises(InvalidContent) as refused:
            await records.create(context, by=ANALYST, registry=children, content={"Mother": mother})
        assert refused.value.fields == {"/Mother": "names a record that does not exist"}


@pytest.mark.requirement("DRS-2")
async def test_a_soft_link_may_lead_nowhere(context: Context) -> None:
    _, children = await families(context, kind=LinkKind.SOFT)

    made = await records.create(context, by=ANALYST, registry=children, content={"Mother": "M9"})

    assert made.created


@pytest.mark.requirement("DRS-2")
async def test_what_others_link_to_is_not_deleted(context: Context) -> None:
    mothers, children = await families(context)
    await records.create(context, by=ANALYST, registry=children, content={"Mother": "M1"})

    with pytest.raises(RecordLinked):
        await records.delete(context, by=ANALYST, registry=mothers, address=await _uuid(context, mothers, "M1"))

    assert len(await content_of(context, mothers)) == 2


@pytest.mark.requirement("DRS-2")
async def test_deleting_cascades_where_the_link_says_so_and_each_change_is_chained(context: Context) -> None:
    mothers, children = await families(context, DeleteRule.CASCADE)
    for mother in ("M1", "M1", "M2"):
        await records.create(context, by=ANALYST, registry=children, content={"Mother": mother})

    await records.delete(context, by=ANALYST, registry=mothers, address=await _uuid(context, mothers, "M1"))

    assert [one["Mother"] for one in await content_of(context, children)] == ["M2"]
    for registry in (mothers, children):
        assert (await records.verify(context, by=ANALYST, registry=registry)).sound


@pytest.mark.requirement("DRS-2", "DRS-6")
async def test_a_cascade_needs_the_right_in_the_other_registry(context: Context) -> None:
    mothers, children = await families(context, DeleteRule.CASCADE)
    await records.create(context, by=ANALYST, registry=children, content={"Mother": "M1"})
    await granted(context, mothers, "role:midwife", ServiceKind.DELETE)
    await closed(context, children)
    midwife = Actor("person", "midwife", roles=frozenset({"midwife"}))

    with pytest.raises(RecordLinked):
        await records.delete(context, by=midwife, registry=mothers, address=await _uuid(context, mothers, "M1"))

    assert (len(await content_of(context, mothers)), len(await content_of(context, children))) == (2, 1)


@pytest.mark.requirement("DRS-2")
async def test_deleting_leaves_orphans_where_the_link_says_so(context: Context) -> None:
    mothers, children = await families(context, DeleteRule.ORPHAN)
    await records.create(context, by=ANALYST, registry=children, content={"Mother": "M1"})

    await records.delete(context, by=ANALYST, registry=mothers, address=await _uuid(context, mothers, "M1"))

    assert [one["Mother"] for one in await content_of(context, children)] == ["M1"]


@pytest.mark.requirement("DRS-2")
async def test_records_that_link_to_each_other_are_deleted_together(context: Context) -> None:
    first = await published(context, plain("people", further=[field("No", unique=True, length_max=20)]))
    number = next(one.number for one in first.fields if one.name == "No")
    link = Link(first.id, number, LinkKind.STRICT, DeleteRule.CASCADE)
    people = await published(
        context, plain("people", further=[field("No", unique=True, length_max=20), field("Spouse", links=(link,))])
    )
    await records.create(context, by=ANALYST, registry=people, content={"No": "1"})
    await records.create(context, by=ANALYST, registry=people, content={"No": "2", "Spouse": "1"})
    await records.update(context, by=ANALYST, registry=people, query={"No": "1"}, content={"Spouse": "2"})

    await records.delete(context, by=ANALYST, registry=people, address=await _uuid(context, people, "1"))

    assert await content_of(context, people) == []


@pytest.mark.requirement("DRS-2", "DRS-24")
async def test_loaded_links_are_checked_for_a_whole_batch(context: Context) -> None:
    _, children = await families(context)
    refused: list[int] = []

    stored = await loading.load(
        context, by=ANALYST, registry=children, rows=[{"Mother": "M1"}, {"Mother": "M9"}, {"Code": "free"}],
        refused=lambda row, _: refused.append(row.place),
    )  # fmt: skip

    assert (stored, refused) == (2, [2])


async def _uuid(context: Context, registry: Registry, number: str) -> str:
    from govstack.blocks.registries.reading import service as reading
    from govstack.blocks.registries.reading.model import query_terms

    row, _ = await reading.read(context, by=ANALYST, registry=registry, terms=query_terms(registry, {"No": number}))
    return str(row["uuid"])
