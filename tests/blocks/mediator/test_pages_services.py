"""Services through their pages: a document is read and shown before it counts; endpoints are switched one by one."""

from __future__ import annotations

import pytest

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Service
from tests.builders.mediator_pages import ADMINISTRATOR, pages, register_document, visitor
from tests.builders.running import Bench

__all__ = ["pages"]

SERVICES = "/members/GOV/7001/applications/population/services"
PEOPLE = f"{SERVICES}/people"
OWN = ("mediator:application:GOV/7001/population:services",)
BIRTHS = {
    "code": "births",
    "service_url": "http://provider.test/births",
    "document": register_document("Births"),
}
LIMITS = {
    "enabled": "yes",
    "service_url": "http://provider.test/v2",
    "version": "2.0",
    "timeout_seconds": "12",
    "request_megabytes": "1,5",
    "answer_megabytes": "2",
    "payload_kept": "yes",
}


async def found(running: Bench, code: str = "people") -> Service:
    """Return a service of the population register."""
    async with running.context.database.reading() as tx:
        return await directory.service(
            running.context, tx, member_class="GOV", member_code="7001", application_code="population", code=code
        )


@pytest.mark.requirement("I4", "I8")
async def test_a_pasted_document_is_shown_as_it_was_read_and_then_registered(pages: Bench) -> None:
    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{SERVICES}/new")
        preview = await own.send(f"{SERVICES}/new", BIRTHS)
        done = await own.send(f"{SERVICES}/new", {**BIRTHS, "step": "send"})

    assert "Check what was read" in preview
    assert ("/records/{id}" in preview, "Find records" in preview) == (True, True)
    assert "The service is registered." in done
    assert len((await found(pages, "births")).endpoints) == 4


@pytest.mark.requirement("I8")
async def test_an_uploaded_document_is_read_too(pages: Bench) -> None:
    upload = {"file": ("births.yaml", register_document("Births of the year").encode(), "application/yaml")}

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{SERVICES}/new")
        preview = await own.send(f"{SERVICES}/new", {**BIRTHS, "document": ""}, files=upload)

    assert "Births of the year" in preview


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "a b"),
        ("code", "people"),
        ("service_url", ""),
        ("service_url", "http://elsewhere.example/v1"),
        ("document", ""),
        ("document", "openapi: 2.0"),
        ("document", "{"),
    ],
)
async def test_what_cannot_be_registered_is_said_beside_its_field(pages: Bench, field: str, value: str) -> None:
    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{SERVICES}/new")
        form = await own.send(f"{SERVICES}/new", {**BIRTHS, field: value})

    assert own.answer.status_code == 400
    assert f'<a href="#{field}">' in form


@pytest.mark.requirement("I4", "I8")
async def test_endpoints_are_switched_after_a_look_at_what_changes(pages: Bench) -> None:
    answering = {"answering": ["GET /records", "GET /records/{id}"]}

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{PEOPLE}/endpoints")
        check = await own.send(f"{PEOPLE}/endpoints", answering)
        before = [endpoint.enabled for endpoint in (await found(pages)).endpoints]
        done = await own.send(f"{PEOPLE}/endpoints", {**answering, "step": "send"})

    assert ("POST /records" in check, all(before)) == (True, True)
    assert "The endpoints were switched." in done
    off = [endpoint.key for endpoint in (await found(pages)).endpoints if not endpoint.enabled]
    assert off == [("POST", "/records"), ("DELETE", "/records/{id}")]


async def test_address_and_limits_are_changed(pages: Bench) -> None:
    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{PEOPLE}/change")
        await own.send(f"{PEOPLE}/change", LIMITS)
        await own.send(f"{PEOPLE}/change", {**LIMITS, "step": "send"})

    service = await found(pages)
    assert (service.service_url, service.version, service.timeout_seconds) == ("http://provider.test/v2", "2.0", 12)
    assert (service.request_bytes_max, service.answer_bytes_max, service.payload_kept) == (1_500_000, 2_000_000, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("timeout_seconds", "0"), ("request_megabytes", "much"), ("answer_megabytes", "5000"), ("service_url", "ftp://x")],
)
async def test_a_wrong_limit_is_said_beside_its_field(pages: Bench, field: str, value: str) -> None:
    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{PEOPLE}/change")
        form = await own.send(f"{PEOPLE}/change", {**LIMITS, field: value})

    assert own.answer.status_code == 400
    assert f'<a href="#{field}">' in form


async def test_a_new_document_shows_which_endpoints_come_and_go(pages: Bench) -> None:
    document = register_document("Population").replace("    delete:", "    patch:")

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{PEOPLE}/document")
        check = await own.send(f"{PEOPLE}/document", {"document": document})
        await own.send(f"{PEOPLE}/document", {"document": document, "step": "send"})

    assert ("New" in check, "Goes, with its rights" in check) == (True, True)
    assert ("PATCH", "/records/{id}") in {endpoint.key for endpoint in (await found(pages)).endpoints}


async def test_a_service_is_removed_after_a_warning(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        question = await administrator.read(f"{PEOPLE}/remove")
        done = await administrator.send(f"{PEOPLE}/remove")

    assert "This cannot be undone." in question
    assert "The service was removed." in done


async def test_who_only_reads_cannot_change_a_service(pages: Bench) -> None:
    async with visitor(pages, "mediator:read") as auditor:
        page = await auditor.read(PEOPLE)
        for act in ("endpoints", "change", "document", "remove"):
            await auditor.read(f"{PEOPLE}/{act}", status=403)

    assert "Switch endpoints" not in page


@pytest.mark.requirement("I9", "I12")
async def test_a_developer_reads_how_a_service_is_called(pages: Bench) -> None:
    async with visitor(pages, person="") as nobody:
        listed = await nobody.read("/directory/services?q=population")
        page = await nobody.read("/directory/GOV/7001/population/people")
        document = await nobody.client.get("/directory/GOV/7001/population/people/document")

    assert "GOV/7001/population/people" in listed
    assert "/mediator/r1/demo/GOV/7001/population/people" in page
    assert all(text in page for text in ("Whole last name", "dateOfBirth", "string (date)", "valid | closed"))
    assert "http://provider.test" not in page
    assert (document.headers["content-type"], "openapi: 3.0.3" in document.text) == ("text/yaml; charset=utf-8", True)


@pytest.mark.requirement("I12")
async def test_what_is_switched_off_is_not_in_the_directory(pages: Bench) -> None:
    async with visitor(pages, roles=OWN, person="own") as own, visitor(pages, person="") as nobody:
        await own.read(f"{PEOPLE}/change")
        await own.send(f"{PEOPLE}/change", {**LIMITS, "enabled": "no", "step": "send"})
        await nobody.read("/directory/GOV/7001/population/people", status=404)
        listed = await nobody.read("/directory/services")
        parcels = await nobody.read("/directory/GOV/7004/parcels/parcels")

    assert "GOV/7001/population/people" not in listed
    assert "Take a record out" not in parcels
