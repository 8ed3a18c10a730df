"""The configuration through its pages: download, a look at every step, the work and its progress."""

from __future__ import annotations

import msgspec
import pytest

from tests.builders.mediator import work
from tests.builders.mediator_pages import apply, pages, register_document, visitor
from tests.builders.running import Bench

__all__ = ["pages"]

WRITER = ("mediator:read-configuration", "mediator:write-configuration")
EVERYTHING = (*WRITER, "mediator:create-configuration")
ADDED = msgspec.json.encode(
    {
        "domain": "gov.example",
        "instance": "demo",
        "members": [
            {
                "name": "Ministry of Water",
                "class": "GOV",
                "code": "7010",
                "applications": [
                    {
                        "id": "wells",
                        "services": [
                            {
                                "id": "wells",
                                "serviceUrl": "http://provider.test/wells",
                                "spec": register_document("Wells"),
                                "rights": [],
                            }
                        ],
                    }
                ],
            }
        ],
    }
).decode()
NEW = "/configuration/new"


@pytest.mark.requirement("I4")
async def test_a_document_shows_its_steps_and_is_carried_out(pages: Bench) -> None:
    async with visitor(pages, *WRITER) as writer:
        await writer.read(NEW)
        check = await writer.send(NEW, {"mode": "update", "document": ADDED})
        begun = await writer.send(NEW, {"mode": "update", "document": ADDED, "step": "send"})
        await work(pages.context)
        done = await writer.read(str(writer.answer.url.path))
        again = await writer.send(NEW, {"mode": "update", "document": ADDED})

    assert all(text in check for text in ("Enter a member", "GOV/7010/wells/wells", "Register a service"))
    assert ("The work has begun." in begun, "hx-get" in begun) == (True, True)
    assert "3 of 3" in done
    assert "Enter a member" not in again


async def test_what_is_downloaded_can_be_sent_back(pages: Bench) -> None:
    async with visitor(pages, *EVERYTHING) as writer:
        document = await writer.client.get("/configuration/document")
        await writer.read(NEW)
        check = await writer.send(NEW, {"mode": "replace", "document": document.text})

    assert "attachment" in document.headers["content-disposition"]
    assert ("This takes things out." in check, "Enter a member" in check) == (False, False)


async def test_a_document_that_changes_nothing_says_so(pages: Bench) -> None:
    known = '{"domain": "", "instance": "demo", "members": [{"name": "Savannah Bank", "class": "COM", "code": "9104"}]}'

    async with visitor(pages, *WRITER) as writer:
        await writer.read(NEW)
        check = await writer.send(NEW, {"mode": "update", "document": known})

    assert "There is nothing to do." in check


async def test_a_replacement_warns_of_what_it_takes_out(pages: Bench) -> None:
    async with visitor(pages, *EVERYTHING) as writer:
        await writer.read(NEW)
        check = await writer.send(NEW, {"mode": "replace", "document": ADDED})

    assert "This takes things out." in check
    assert "Remove a member" in check


async def test_who_may_only_add_cannot_replace(pages: Bench) -> None:
    async with visitor(pages, *WRITER) as writer:
        form = await writer.read(NEW)
        await writer.send(NEW, {"mode": "replace", "document": ADDED})

    assert "Replace everything" not in form
    assert writer.answer.status_code == 403


@pytest.mark.parametrize(
    "document", ["", "{", "- a", '{"domain": "x"}', ADDED.replace('"demo"', '"elsewhere"'), "a: &x 1\nb: *x"]
)
async def test_a_document_that_cannot_be_used_is_said_beside_its_field(pages: Bench, document: str) -> None:
    async with visitor(pages, *WRITER) as writer:
        await writer.read(NEW)
        form = await writer.send(NEW, {"mode": "update", "document": document})

    assert writer.answer.status_code == 400
    assert '<a href="#document">' in form


async def test_a_change_that_was_overtaken_is_asked_for_again(pages: Bench) -> None:
    async with visitor(pages, *WRITER) as writer:
        await writer.read(NEW)
        check = await writer.send(NEW, {"mode": "update", "document": ADDED})
        revision = check.partition('name="revision" value="')[2].partition('"')[0]
        await apply(pages.context, "7011", "Ministry of Sport")
        values = {"mode": "update", "document": ADDED, "revision": revision, "step": "send"}
        form = await writer.send(NEW, values)

    assert writer.answer.status_code == 400
    assert "The configuration has changed since you read it." in form


async def test_a_configuration_is_read_with_its_own_scope(pages: Bench) -> None:
    async with visitor(pages, "mediator:read-configuration") as reader:
        page = await reader.read("/configuration")
        await reader.read(NEW, status=403)

    assert "Carry out a document" not in page
