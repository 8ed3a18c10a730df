"""Cards in PDF, the HTML they are made of, and the code by which anybody checks one."""

from __future__ import annotations

import base64
import re
import zlib

import httpx
import pytest

from govstack.blocks.identity.cards import model, service
from govstack.blocks.identity.cards.errors import UnsafeHtml
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Attribute
from govstack.kernel import i18n
from govstack.kernel.actor import SYSTEM, Actor
from tests.builders.identity import Identity, asked, identity
from tests.databases import Databases
from tests.page_lint import lint

MOMENT = "2026-11-22T10:00:00.000Z"
PNG = base64.b64encode(
    b"\x89PNG\r\n\x1a\n"
    + b"".join(
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in (
            (b"IHDR", b"\x00\x00\x00\x02\x00\x00\x00\x02\x08\x02\x00\x00\x00"),
            (b"IDAT", zlib.compress(b"\x00" + b"\x10\x20\x30" * 2 + b"\x00" + b"\x10\x20\x30" * 2)),
            (b"IEND", b""),
        )
    )
).decode()
PICTURE = f"data:image/png;base64,{PNG}"


@pytest.fixture
async def block(sqlite_databases: Databases) -> Identity:
    return await identity(sqlite_databases)


async def personalised(block: Identity, html: str, subject: str = "amina") -> httpx.Response:
    body = {"id": "card", "version": "1.0", "requesttime": MOMENT, "request": {"html": html}}
    return await block.person(subject).post("/download/personalized-card", json=body)


async def check_path(block: Identity, subject: str = "amina") -> str:
    """Return the path in the code of a person's new digital card."""
    one = await asked(block.person(subject))
    actor = Actor("person", subject)
    _, url = await service.printed(block.bench.context, by=actor, credential_id=str(one["id"]))
    return url.removeprefix(block.bench.context.public_url)


@pytest.mark.requirement("IDN-29", "IDN-42")
async def test_a_person_gets_their_own_html_as_pdf_and_an_event(block: Identity) -> None:
    answer = await personalised(block, f"<h1>أمينة كوني</h1><p>Born <b>1985</b></p><img src='{PICTURE}' alt='me'>")

    event = await block.person().get(f"/events/{answer.headers['eventid']}", params={"language": "eng"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    assert re.fullmatch(r"[1-9]\d{15}", answer.headers["eventid"])
    assert event.json()["response"]["summary"] == "A card was made as PDF"


@pytest.mark.parametrize(
    "html",
    [
        "", "   ", "<p>open", "</p>", "<script>alert(1)</script>", "<p onclick='x'>a</p>", "<a href='http://x'>a</a>",
        "<img src='http://x/y.png'>", "<img src='/etc/passwd'>", "<img src='file:///etc/passwd'>", "<img alt='none'>",
        "<img src='data:image/svg+xml;base64,AAAA'>", "<link rel='stylesheet' href='x'>", "<style>p{}</style>",
        "<iframe src='x'></iframe>", "<?php x ?>", "<form></form>", "<p align='evil'>a</p>", "<p background='x'>a</p>",
        "<td height=9999><div height=9999>a </div></td>b",
        "<b>" * 41 + "x" + "</b>" * 41, "<p>" + "x" * 20_001 + "</p>", "<br>" * 1_001,
    ],
)  # fmt: skip
async def test_html_that_could_reach_outside_or_take_too_long_is_refused(block: Identity, html: str) -> None:
    answer = await personalised(block, html)

    assert (answer.status_code, type(answer.json())) == (400, str)


@pytest.mark.requirement("IDN-47")
async def test_only_a_person_makes_a_card(block: Identity) -> None:
    body = {"request": {"html": "<p>a</p>"}}

    answers = [
        await client.post("/download/personalized-card", json=body)
        for client in (block.bench.client(), block.bench.application("demo/GOV/1/x"), block.person("nobody"))
    ]

    assert [one.status_code for one in answers] == [401, 403, 403]
    assert answers[0].json()["errors"][0]["errorCode"] == "unauthenticated"


@pytest.mark.requirement("IDN-30", "IDN-31", "IDN-42")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_card_says_its_title_and_language_and_has_bookmarks(block: Identity, language: str) -> None:
    changed = (Attribute("picture", PICTURE),)
    await people.change(block.bench.context, by=SYSTEM, person_id=block.amina.id, attributes=changed, evidence=())
    one = await asked(block.person(), language=language)

    answer = await block.person().get(f"/api/v1/credentials/{one['id']}/card")

    assert answer.status_code == 200
    assert f"/Lang ({language})".encode() in answer.content
    assert b"/Outlines" in answer.content
    assert b"/Alt" in answer.content
    assert b"/DisplayDocTitle true" in answer.content


@pytest.mark.requirement("IDN-32")
async def test_a_card_is_drawn_without_a_picture_that_is_damaged(block: Identity) -> None:
    damaged = f"data:image/png;base64,{base64.b64encode(base64.b64decode(PNG)[:60]).decode()}"
    changed = (Attribute("picture", damaged),)
    await people.change(block.bench.context, by=SYSTEM, person_id=block.amina.id, attributes=changed, evidence=())
    one = await asked(block.person())

    answer = await block.person().get(f"/api/v1/credentials/{one['id']}/card")

    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")


@pytest.mark.requirement("IDN-32", "IDN-47")
async def test_a_physical_card_is_printed_by_officials_and_later_had_by_its_person(block: Identity) -> None:
    one = await asked(block.person(), "national-id")
    here = f"/api/v1/credentials/{one['id']}/card"

    too_early = await block.person().get(here)
    printed = await block.officer().get(here)
    stranger = await block.person("boris").get(here)

    assert [answer.status_code for answer in (too_early, printed, stranger)] == [409, 200, 404]


@pytest.mark.requirement("IDN-38", "IDN-54")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_anybody_checks_a_card_by_its_code_and_sees_the_least(block: Identity, language: str) -> None:
    path = await check_path(block)

    answer = await block.bench.client(**{"accept-language": language}).get(path)

    assert (answer.status_code, lint(answer.text)) == (200, [])
    assert "Kone" not in answer.text
    assert "1985" not in answer.text


@pytest.mark.requirement("IDN-36", "IDN-37", "IDN-38")
async def test_a_card_that_is_suspended_or_revoked_is_said_to_be_not_valid(block: Identity) -> None:
    path, (one,) = await check_path(block), (await block.person().get("/api/v1/credentials")).json()["credentials"]
    said = []

    for state in ("suspended", "revoked"):
        await block.person().post(f"/api/v1/credentials/{one['id']}/steps", json={"state": state})
        shown = await block.bench.client().get(path)
        said.append(("This card is not valid" in shown.text, state.capitalize() in shown.text))

    assert said == [(True, True), (True, True)]


@pytest.mark.requirement("IDN-38")
@pytest.mark.parametrize(
    "change", [lambda code: code[:-4] + "AAAA", lambda _: "AAAA", lambda _: "%C3%A9", lambda _: "x" * 500]
)
async def test_a_code_that_was_not_made_here_is_not_believed(block: Identity, change: object) -> None:
    path = await check_path(block)
    code = path.rpartition("/")[2]

    answer = await block.bench.client().get(f"/check/{change(code)}")  # type: ignore[operator]

    assert answer.status_code == 404
    assert "This card is not one of ours" in answer.text


@pytest.mark.requirement("IDN-54")
async def test_the_address_in_the_code_holds_no_personal_data(block: Identity) -> None:
    path = await check_path(block)
    (one,) = (await block.person().get("/api/v1/credentials")).json()["credentials"]

    assert one["number"] not in path
    assert "amina" not in path


async def test_the_keys_that_credentials_are_checked_with_are_published(block: Identity) -> None:
    found = (await block.bench.client().get("/.well-known/jwt-vc-issuer")).json()

    assert found["issuer"] == block.bench.context.public_url
    assert found["jwks"]["keys"] == block.bench.context.keys.public_keys("credentials")


def test_a_picture_is_measured_before_it_is_unfolded() -> None:
    huge = base64.b64decode(PNG)
    huge = huge[:16] + (60_000).to_bytes(4, "big") * 2 + huge[24:]
    jpeg = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08") + b"\x01\x2c\x01\x90\x01\x01\x11\x00"

    assert model.picture(f"data:image/png;base64,{base64.b64encode(huge).decode()}") == b""
    assert model.picture(PICTURE) != b""
    assert model.pixels(jpeg) == (400, 300)
    assert model.pixels(b"GIF89a") == (0, 0)


def test_blocks_that_run_from_right_to_left_are_known() -> None:
    blocks = model.safe_html("<p>Nom أمينة</p><h1>أمينة Nom</h1><p>Nom</p>").blocks

    assert [(one.right_to_left, one.begins_right) for one in blocks] == [(True, False), (True, True), (False, False)]


def test_what_is_written_anew_holds_no_markup_of_the_sender() -> None:
    made = model.safe_html("<div class='x'><p style='x:url(y)' id='z'>a &lt;b&gt; c</p></div>")

    assert [one.html for one in made.blocks] == ["<p>a &lt;b&gt; c</p>"]
    with pytest.raises(UnsafeHtml):
        model.safe_html("<![CDATA[x]]>")
