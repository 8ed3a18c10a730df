"""QTI 3.0 packages: what goes out comes back, and what cannot be held is told and kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from govstack.pillars.learn.needs.items import service as items
from govstack.pillars.learn.needs.items.model import Item, Kind, Scoring
from govstack.pillars.learn.needs.qti import model, schemas, service
from govstack.pillars.learn.needs.qti.errors import BadPackage
from govstack.pillars.learn.needs.qti.model import Unsupported
from tests.builders.learning import API, Learn, learn, page, send
from tests.builders.testing import bank, item
from tests.databases import Databases
from tests.pillars.learn.test_items import items as any_items

ZIP = {"content-type": "application/zip"}
Q = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
HEAD = '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="{id}" title="T"{more}>'
MANIFEST = '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="theirs"><resources/></manifest>'
# An item as another system writes it: words around the gap, no language, no mapping.
GAP = (
    HEAD
    + """
<qti-response-declaration identifier="R1" cardinality="single" base-type="string"><qti-correct-response>
<qti-value>Tallinn</qti-value></qti-correct-response></qti-response-declaration>
<qti-item-body><p>The capital of <strong>Estonia</strong></p><p>is <qti-text-entry-interaction
response-identifier="R1"/> in the north.</p></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
</qti-assessment-item>"""
)
CHOICE = (
    HEAD
    + """
<qti-response-declaration identifier="R" cardinality="multiple" base-type="identifier"><qti-correct-response>
<qti-value>a</qti-value><qti-value>c</qti-value></qti-correct-response><qti-mapping default-value="0">
<qti-map-entry map-key="a" mapped-value="2"/><qti-map-entry map-key="c" mapped-value="1"/></qti-mapping>
</qti-response-declaration><qti-item-body><div><p>Which are
building  blocks?</p></div><qti-choice-interaction response-identifier="R" max-choices="2">
<qti-prompt>Choose two.</qti-prompt><qti-simple-choice identifier="a">Consent</qti-simple-choice>
<qti-simple-choice identifier="b"><p>Weather</p></qti-simple-choice><qti-simple-choice identifier="c">Payments
</qti-simple-choice></qti-choice-interaction></qti-item-body>
<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
</qti-assessment-item>"""
)
SLIDER = (
    HEAD
    + """<qti-response-declaration identifier="R" cardinality="single" base-type="integer"/>
<qti-item-body><qti-slider-interaction response-identifier="R" lower-bound="0" upper-bound="9"/></qti-item-body>
</qti-assessment-item>"""
)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def package(files: Mapping[str, str | bytes], *, manifest: str | None = MANIFEST) -> bytes:
    """Return a zip file of a package."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        if manifest is not None:
            archive.writestr("imsmanifest.xml", manifest)
    return target.getvalue()


def read_back(content: bytes) -> list[Item]:
    """Return the items of a package of ours."""
    found = schemas.unpacked(content)
    groups: dict[str, list[tuple[service.Source, model.Piece]]] = {}
    for source in found.sources:
        groups.setdefault(source.beside["id"], []).append((source, model.read(model.parsed(source.content))))
    return [
        model.joined([piece for _, piece in group], group[0][0].beside, item_id) for item_id, group in groups.items()
    ]


@pytest.mark.requirement("F6.4")
@given(st.lists(any_items(), max_size=3, unique_by=lambda one: one.id))
def test_items_come_back_from_a_package_as_they_went(given_items: list[Item]) -> None:
    found = {one.id: one for one in read_back(schemas.packed(given_items))}

    for one in given_items:
        # A package does not say what is ready here, and no pair or text has an order.
        ordered = one.right if one.kind is Kind.ORDER else tuple(sorted(one.right))
        back = found[one.id]
        assert (tuple(back.right) if one.kind is Kind.ORDER else tuple(sorted(back.right))) == ordered
        assert {**_plain(back), "right": 0, "state": 0} == {**_plain(one), "right": 0, "state": 0}


def _plain(one: Item) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__struct_fields__}


@pytest.mark.requirement("F6.4")
@pytest.mark.parametrize(
    ("kind", "element", "cardinality", "base"),
    [
        (Kind.CHOICE, "qti-choice-interaction", "single", "identifier"),
        (Kind.MULTIPLE, "qti-choice-interaction", "multiple", "identifier"),
        (Kind.TEXT, "qti-text-entry-interaction", "single", "string"),
        (Kind.MATCH, "qti-match-interaction", "multiple", "directedPair"),
        (Kind.ORDER, "qti-order-interaction", "ordered", "identifier"),
    ],
)
def test_each_kind_is_written_as_the_interaction_of_the_standard(
    kind: Kind, element: str, cardinality: str, base: str
) -> None:
    root = fromstring(model.written(item(kind=kind), "fr"))
    declared = root.find(f"{Q}qti-response-declaration")

    assert root.tag == f"{Q}qti-assessment-item"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "fr"
    assert [one.tag for one in root.iter() if one.tag.endswith("-interaction")] == [f"{Q}{element}"]
    assert declared is not None
    assert (declared.get("cardinality"), declared.get("base-type")) == (cardinality, base)
    assert "Question i-1 ?" in "".join(root.itertext())


@pytest.mark.requirement("F6.4")
async def test_the_bank_goes_out_and_comes_in_again_without_a_change(pillar: Learn) -> None:
    await bank(pillar.context, *(item(str(kind), kind) for kind in Kind))
    before = await items.listed(pillar.context)

    async with pillar.officer("learn:teach") as client:
        out = await client.get(f"{API}/qti")
        again = await client.post(f"{API}/qti", content=out.content, headers=ZIP)
    async with pillar.person() as client:
        refused = [await client.get(f"{API}/qti"), await client.post(f"{API}/qti", content=out.content, headers=ZIP)]

    assert (again.json()["same"], again.json()["kept"], again.json()["new"]) == (10, 0, 0)
    assert await items.listed(pillar.context) == before
    assert [one.status_code for one in refused] == [403, 403]


@pytest.mark.requirement("F6.4")
async def test_items_of_another_system_come_in_as_drafts_and_others_are_told_and_kept(pillar: Learn) -> None:
    files = {
        "gap.xml": GAP.format(id="gap 1", more=""), "choice.xml": CHOICE.format(id="c", more=' xml:lang="en-GB"'),
        "slider.xml": SLIDER.format(id="slide", more=""), "test.xml": "<qti-assessment-test/>", "broken.xml": "<a",
        "picture.xml": CHOICE.format(id="p", more="").replace("<div>", "<div><img src='x.png' alt=''/>"),
        "entity.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "readme.txt": "x",
    }  # fmt: skip

    async with pillar.officer("learn:teach") as client:
        answers = [
            await client.post(f"{API}/qti?competency=A.1&bloom=application", content=package(files), headers=ZIP)
            for _ in range(2)
        ]
        kept = (await client.get(f"{API}/qti/kept")).json()["kept"]
        slider = next(one for one in kept if one["identifier"] == "slide")
        raw = await client.get(f"{API}/qti/kept/{slider['id']}")
        none = await client.get(f"{API}/qti/kept/nothing")
    found = {one.id.rpartition("-")[0]: one for one in await items.listed(pillar.context)}

    assert {line["file"]: line["outcome"] for line in answers[0].json()["lines"]} == {
        "broken.xml": "kept", "choice.xml": "new", "entity.xml": "kept", "gap.xml": "new", "picture.xml": "kept",
        "slider.xml": "kept", "test.xml": "kept",
    }  # fmt: skip
    assert (answers[1].json()["same"], answers[1].json()["new"], len(kept)) == (2, 0, 5)
    assert "qti-slider-interaction" in slider["reason"]
    assert raw.text == files["slider.xml"]
    assert none.status_code == 404
    assert found["gap-1"].prompts == {"en": "The capital of Estonia\nis ____ in the north."}
    assert (found["gap-1"].right, found["gap-1"].case_matters) == (("Tallinn",), True)
    assert found["c"].prompts == {"en": "Which are building blocks?\nChoose two."}
    assert [option.texts["en"] for option in found["c"].options] == ["Consent", "Weather", "Payments"]
    assert (found["c"].kind, found["c"].scoring, found["c"].state) == (Kind.MULTIPLE, Scoring.PART, "draft")
    assert "differently" in answers[0].json()["lines"][1]["notes"][0]


async def test_an_item_without_a_competency_is_kept_until_somebody_names_one(pillar: Learn) -> None:
    content = GAP.format(id="gap", more="").encode()

    async with pillar.officer("learn:teach") as client:
        first = await client.post(f"{API}/qti", content=content, headers=ZIP)
        second = await client.post(f"{API}/qti?competency=A.1&language=fr", content=content, headers=ZIP)
    found = await items.listed(pillar.context)

    assert (first.json()["kept"], second.json()["new"]) == (1, 1)
    assert list(found[0].prompts) == ["fr"]


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/x.xml", "a/../../x.xml", "C:\\x.xml", "a\\..\\b.xml", "./x.xml"])
def test_a_package_with_names_that_lead_out_is_refused(name: str) -> None:
    with pytest.raises(BadPackage, match="leads out"):
        schemas.unpacked(package({name: "<a/>"}))


def test_a_package_that_unpacks_into_too_much_is_refused() -> None:
    with pytest.raises(BadPackage, match="more than may be read"):
        schemas.unpacked(package({"big.xml": b" " * (schemas.FILE_BYTES_MAX + 1)}))
    with pytest.raises(BadPackage, match="more than may be read"):
        schemas.unpacked(package({"tight.xml": b" " * (schemas.FILE_BYTES_MAX // 2)}))
    with pytest.raises(BadPackage, match="more than may be read"):
        schemas.unpacked(package({f"{number}.xml": "" for number in range(schemas.FILES_MAX + 1)}))


def test_a_package_that_lies_about_its_size_is_stopped_all_the_same() -> None:
    whole = bytearray(package({"big.xml": bytes(range(256)) * 8_000}))
    size = (256 * 8_000).to_bytes(4, "little")

    lying = whole.replace(size, (10).to_bytes(4, "little"))

    assert lying != whole
    with pytest.raises(BadPackage):
        schemas.unpacked(bytes(lying))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04 broken"])
def test_what_is_no_package_is_refused(content: bytes) -> None:
    with pytest.raises(BadPackage):
        schemas.unpacked(content)


def test_a_package_needs_a_manifest_that_can_be_read() -> None:
    with pytest.raises(BadPackage, match="no imsmanifest"):
        schemas.unpacked(package({"a.xml": "<a/>"}, manifest=None))
    with pytest.raises(BadPackage, match="cannot be read"):
        schemas.unpacked(package({}, manifest="<!DOCTYPE a><a/>"))


def test_a_file_that_the_manifest_names_and_that_is_not_there_is_told() -> None:
    manifest = MANIFEST.replace("<resources/>", '<resources><resource href="gone.xml"/></resources>')

    assert schemas.unpacked(package({}, manifest=manifest)).missing == ("gone.xml",)


def test_languages_of_an_item_that_differ_in_more_than_words_do_not_belong_together() -> None:
    pieces = [
        model.read(model.parsed(model.written(one, language)))
        for one, language in ((item(), "en"), (item(kind=Kind.ORDER), "fr"))
    ]

    with pytest.raises(Unsupported, match="differs"):
        model.joined(pieces, {"competency": "A.1"}, "i")


@pytest.mark.parametrize("points", ["²", "9" * 5_000])
def test_points_that_are_no_number_are_refused(points: str) -> None:
    piece = model.read(model.parsed(model.written(item(), "en")))

    with pytest.raises(Unsupported):
        model.joined([piece], {"competency": "A.1", "points": points}, "i")


def test_a_package_that_is_broken_inside_is_refused() -> None:
    whole = bytearray(package({"a.xml": "<p/>" * 500}))
    begins = whole.index(b"a.xml") + len(b"a.xml")
    whole[begins] |= 0b110  # a kind of block that deflate does not have

    with pytest.raises(BadPackage):
        schemas.unpacked(bytes(whole))


async def test_an_item_nested_too_deeply_is_kept(pillar: Learn) -> None:
    deep = GAP.format(id="deep", more="").replace("<p>The", "<div>" * 20_000 + "<p>The").replace(
        "Estonia</strong></p>", "Estonia</strong></p>" + "</div>" * 20_000
    )  # fmt: skip

    async with pillar.officer("learn:teach") as client:
        answer = await client.post(f"{API}/qti?competency=A.1", content=deep.encode(), headers=ZIP)

    assert (answer.status_code, answer.json()["kept"]) == (200, 1)


TEXT = GAP.replace("</qti-correct-response>", "</qti-correct-response>{mapping}")
MAPPING = '<qti-mapping default-value="0"><qti-map-entry map-key="Reval" mapped-value="{worth}"/></qti-mapping>'


@pytest.mark.requirement("F6.4")
@pytest.mark.parametrize("points", ["-1", "NaN", "nan", "inf", "Infinity", "1e9", "1.5", "0", "99999", "", "\u00b2"])
async def test_points_that_cannot_be_leave_an_item_of_ours_out_of_the_bank(pillar: Learn, points: str) -> None:
    await bank(pillar.context, item("counted"))
    async with pillar.officer("learn:teach") as client:
        out = (await client.get(f"{API}/qti")).content
        changed = counting(out, points)
        answer = await client.post(f"{API}/qti?competency=A.1", content=changed, headers=ZIP)
    async with pillar.browser("learn:teach", subject="author") as browser:
        form = await page(browser, "/items-qti")
        shown = await send(browser, form, "/items-qti", files={"file": ("bank.zip", changed, "application/zip")})
    kept = await items.listed(pillar.context)

    assert (answer.status_code, answer.json()["kept"], answer.json()["new"]) == (200, 2, 0)
    assert shown.status_code == 200
    assert [one.points for one in kept] == [1]


def counting(content: bytes, points: str) -> bytes:
    """Return a package of ours whose manifest counts other points."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = files.pop("imsmanifest.xml").decode()
    assert 'points="1"' in manifest
    return package(files, manifest=manifest.replace('points="1"', f'points="{points}"'))


@pytest.mark.requirement("F6.4")
@pytest.mark.parametrize("worth", ["NaN", "inf", "-inf", "1e999", "much"])
async def test_a_text_that_counts_no_number_of_points_is_kept_and_not_asked(pillar: Learn, worth: str) -> None:
    content = TEXT.format(id="gap", more="", mapping=MAPPING.format(worth=worth)).encode()
    async with pillar.officer("learn:teach") as client:
        answer = await client.post(f"{API}/qti?competency=A.1", content=content, headers=ZIP)

    assert (answer.status_code, answer.json()["kept"], answer.json()["new"]) == (200, 1, 0)
    assert await items.listed(pillar.context) == []


def broken() -> dict[str, bytes]:
    """Return files that call themselves packages and are none, each broken in its own way."""
    whole = package({"a.xml": "<p/>" * 500})
    begins = whole.index(b"a.xml") + len(b"a.xml")
    central = whole.index(b"PK\x01\x02")

    def changed(place: int, value: int) -> bytes:
        other = bytearray(whole)
        other[place] = value
        return bytes(other)

    return {
        "empty": b"", "nonsense": b"nonsense", "head": b"PK\x03\x04 broken", "cut": whole[: len(whole) // 2],
        "inside": changed(begins, whole[begins] | 0b110), "sum": changed(central + 16, whole[central + 16] ^ 0xFF),
        "method": changed(central + 10, 99), "locked": changed(central + 8, whole[central + 8] | 1),
        "bzip": changed(central + 10, 12), "lzma": changed(central + 10, 14),
        "manifest": package({}, manifest="<manifest"), "words": package({}, manifest="\x00\x01"),
        "entities": package({}, manifest='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "deep": package({}, manifest="<a>" * 50_000 + "</a>" * 50_000), "none": package({}, manifest=None),
        "letters": package({"a.xml": b'<?xml version="1.0" encoding="none-such"?><a/>'}, manifest=None),
    }  # fmt: skip


@pytest.mark.requirement("F6.4")
@pytest.mark.parametrize("way", sorted(broken()))
async def test_a_broken_package_is_refused_in_words_and_never_a_fault_of_ours(pillar: Learn, way: str) -> None:
    content = broken()[way]
    async with pillar.officer("learn:teach") as client:
        answer = await client.post(f"{API}/qti?competency=A.1", content=content, headers=ZIP)
    async with pillar.browser("learn:teach", subject="author") as browser:
        form = await page(browser, "/items-qti")
        shown = await send(browser, form, "/items-qti", files={"file": ("bank.zip", content, "application/zip")})

    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["detail"]
    assert shown.status_code < 500
    assert await items.listed(pillar.context) == []
