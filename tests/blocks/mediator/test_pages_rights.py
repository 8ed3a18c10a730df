"""Rights through their pages: the matrix, giving and taking, and the way from a request to its decision."""

from __future__ import annotations

import pytest

from tests.builders.mediator import offered
from tests.builders.mediator_pages import (
    ADMINISTRATOR,
    DESK,
    INCOME,
    PARCELS,
    PEOPLE,
    PORTAL,
    SHOP,
    asked,
    pages,
    register_document,
    visitor,
)
from tests.builders.running import Bench

__all__ = ["pages"]

SERVICE = "/members/GOV/7001/applications/population/services/people"
PROVIDER = ("mediator:application:GOV/7001/population",)
CONSUMER = ("mediator:member:GOV/7003",)
WISH = {"client": DESK, "extent": "some", "endpoint": ["GET /records"], "purpose": "Assess claims", "agreement": "A 1"}


async def held(running: Bench, service: str, client: str) -> list[str]:
    """Return what an application may use of a service, as the API answers it."""
    async with running.person("x", "mediator:administer") as reader:
        listed = (await reader.get("/api/v1/rights/allow")).json()["allowList"]
    return [
        " ".join(f"{one['method']} {one['path']}" for one in right.get("endpoints", [])) or "all"
        for entry in listed
        for right in entry["rights"]
        if f"{entry['memberClass']}/{entry['memberCode']}/{entry['applicationId']}/{entry['serviceId']}" == service
        and f"{right['memberClass']}/{right['memberCode']}/{right['applicationId']}" == client
    ]


def crossing(page: str, service: str, client: str) -> str:
    """Return the words of a crossing in the matrix."""
    return page.partition(f'href="/rights/{service}/{client}"')[2].partition("</a>")[0]


async def test_the_matrix_says_in_words_who_may_use_what(pages: Bench) -> None:
    async with visitor(pages, "mediator:read-rights", person="auditor") as auditor:
        page = await auditor.read("/rights")

    assert "2 of 4" in crossing(page, PEOPLE, DESK)
    assert "All" in crossing(page, PEOPLE, PORTAL)
    assert "–" in crossing(page, PARCELS, DESK)
    assert "–: No right: Officers&#39; desk uses Parcels" in page


async def test_a_service_opens_to_its_endpoints(pages: Bench) -> None:
    async with visitor(pages, *ADMINISTRATOR) as administrator:
        closed = await administrator.read("/rights")
        opened = await administrator.read(f"/rights?open={PEOPLE}")

    assert ("DELETE /records/{id}" in closed, "DELETE /records/{id}" in opened) == (False, True)
    assert ("Hide the endpoints" in closed, "Hide the endpoints" in opened) == (False, True)


async def test_the_matrix_is_narrowed_and_paged(pages: Bench) -> None:
    for number in range(20):
        await offered(pages.context, f"GOV/7001/population/s{number}", document=register_document(f"Service {number}"))

    async with visitor(pages, *ADMINISTRATOR) as administrator:
        first = await administrator.read("/rights")
        narrowed = await administrator.read("/rights?q=parcels&consumer=GOV/7003")

    assert "Showing 1 to 20 of 23" in first
    assert ("Parcels" in narrowed, "Population" in narrowed.partition("<tbody")[2]) == (True, False)
    assert ("Officers" in narrowed, "Loan office" in narrowed) == (True, False)


@pytest.mark.parametrize(
    ("client", "fields", "after"),
    [
        (SHOP, {"extent": "whole", "purpose": "Loans"}, ["all"]),
        (SHOP, {"extent": "some", "endpoint": ["GET /records"]}, ["GET /records"]),
        (DESK, {"extent": "some", "endpoint": ["GET /records", "POST /records"]}, ["GET /records POST /records"]),
        (DESK, {"extent": "whole"}, ["all"]),
        (DESK, {"extent": "none"}, []),
        (PORTAL, {"extent": "some", "endpoint": ["GET /records"]}, ["GET /records"]),
        (PORTAL, {"extent": "none"}, []),
    ],
)
async def test_a_right_is_given_widened_narrowed_and_taken(
    pages: Bench, client: str, fields: dict[str, object], after: list[str]
) -> None:
    path = f"/rights/{PEOPLE}/{client}"
    before = await held(pages, PEOPLE, client)

    async with visitor(pages, roles=PROVIDER) as provider:
        await provider.read(path)
        check = await provider.send(path, fields)
        between = await held(pages, PEOPLE, client)
        await provider.send(path, {**fields, "step": "send"})

    assert "Check what changes" in check
    assert between == before
    assert await held(pages, PEOPLE, client) == after


@pytest.mark.parametrize(
    ("fields", "field"), [({"extent": ""}, "extent"), ({"extent": "some"}, "endpoint"), ({"extent": "much"}, "extent")]
)
async def test_a_right_without_an_answer_is_asked_for_again(
    pages: Bench, fields: dict[str, object], field: str
) -> None:
    async with visitor(pages, roles=PROVIDER) as provider:
        await provider.read(f"/rights/{PEOPLE}/{SHOP}")
        form = await provider.send(f"/rights/{PEOPLE}/{SHOP}", fields)

    assert provider.answer.status_code == 400
    assert f'<a href="#{field}">' in form


async def test_the_consumer_reads_its_right_and_cannot_change_it(pages: Bench) -> None:
    async with visitor(pages, roles=CONSUMER) as consumer:
        page = await consumer.read(f"/rights/{PEOPLE}/{DESK}")
        await consumer.send(f"/rights/{PEOPLE}/{DESK}", {"extent": "whole", "step": "send"})
        await consumer.read(f"/rights/{PEOPLE}/{PORTAL}", status=403)

    assert "The provider of the service changes this right." in page
    assert await held(pages, PEOPLE, DESK) == ["GET /records GET /records/{id}"]


async def test_the_allow_list_of_a_service_names_every_application(pages: Bench) -> None:
    async with visitor(pages, roles=PROVIDER) as provider:
        page = await provider.read(f"{SERVICE}/rights")
        found = await provider.read(f"{SERVICE}/rights/new?q=loan")

    assert ("Citizens&#39; portal" in page, "2 endpoints" in page) == (True, True)
    assert f"/rights/{PEOPLE}/{SHOP}" in found


@pytest.mark.requirement("I9")
async def test_a_developer_asks_for_access_and_the_provider_approves(pages: Bench) -> None:
    path = f"/directory/{PARCELS}/ask"

    async with visitor(pages, roles=CONSUMER, person="amal") as consumer:
        form = await consumer.read(path)
        check = await consumer.send(path, WISH)
        sent = await consumer.send(path, {**WISH, "step": "send"})
        request = str(consumer.answer.url).rpartition("/")[2]
        await consumer.read(f"/requests/{request}/decide/approved", status=403)
    async with visitor(pages, roles=("mediator:member:GOV/7004",), person="lands") as provider:
        listed = await provider.read("/requests")
        await provider.read(f"/requests/{request}/decide/approved")
        done = await provider.send(f"/requests/{request}/decide/approved", {"step": "send"})

    assert ("Officers&#39; desk" in form, "Loan office" in form) == (True, False)
    assert "Assess claims" in check
    assert "The request was sent to the provider." in sent
    assert request in listed
    assert "The right was given." in done
    assert await held(pages, PARCELS, DESK) == ["GET /records"]


async def test_a_rejection_needs_a_reason_that_the_consumer_reads(pages: Bench) -> None:
    request = await asked(pages.context)
    path = f"/requests/{request}/decide/rejected"

    async with visitor(pages, *ADMINISTRATOR, person="mila") as administrator:
        await administrator.read(path)
        again = await administrator.send(path, {"reason": "", "step": "send"})
        await administrator.send(path, {"reason": "No legal ground."})
        await administrator.send(path, {"reason": "No legal ground.", "step": "send"})
    async with visitor(pages, roles=("mediator:member:COM/9104",), person="bank") as consumer:
        page = await consumer.read(f"/requests/{request}")

    assert '<a href="#reason">' in again
    assert "No legal ground." in page
    assert await held(pages, INCOME, SHOP) == []


async def test_a_consumer_withdraws_its_request(pages: Bench) -> None:
    request = await asked(pages.context)

    async with visitor(pages, roles=("mediator:member:COM/9104",)) as consumer:
        listed = await consumer.read("/requests?side=consumer")
        await consumer.read(f"/requests/{request}/decide/withdrawn")
        done = await consumer.send(f"/requests/{request}/decide/withdrawn", {"step": "send"})

    assert request in listed
    assert "Withdrawn" in done


@pytest.mark.parametrize(("field", "value"), [("client", ""), ("purpose", ""), ("extent", "")])
async def test_a_request_without_an_answer_is_asked_for_again(pages: Bench, field: str, value: str) -> None:
    async with visitor(pages, roles=CONSUMER) as consumer:
        await consumer.read(f"/directory/{PARCELS}/ask")
        form = await consumer.send(f"/directory/{PARCELS}/ask", {**WISH, field: value})

    assert consumer.answer.status_code == 400
    assert f'<a href="#{field}">' in form
