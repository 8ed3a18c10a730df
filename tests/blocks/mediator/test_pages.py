"""Pages as a whole: each is good HTML in four languages, shows what fits the person, and is refused to strangers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path

import pytest

from govstack.blocks.mediator.directory import presenters
from govstack.blocks.mediator.manifest import MANIFEST
from govstack.blocks.mediator.monitoring import service as monitoring
from govstack.kernel import i18n
from govstack.kernel.errors import Problem
from tests.builders.mediator_pages import (
    ADMINISTRATOR,
    ROOM,
    TYPE,
    announced,
    asked,
    mediator_with_pages,
    pages,
    traffic,
    visitor,
)
from tests.builders.running import Bench
from tests.databases import Databases

__all__ = ["pages"]

PUBLIC = (
    "/",
    "/directory",
    "/directory/applications",
    "/directory/services?q=popul",
    "/directory/GOV/7001",
    "/directory/GOV/7001/population",
    "/directory/GOV/7001/population/people",
)
MEMBER = "/members/GOV/7001"
APPLICATION = f"{MEMBER}/applications/population"
SERVICE = f"{APPLICATION}/services/people"
CHANNEL = f"/events/rooms/{ROOM}"
SIGNED_IN = ("/members", "/members/apply", "/evidence", "/events")
EVERYTHING = ("mediator:*",)
ADMINISTRATIVE = (
    f"{MEMBER}",
    f"{MEMBER}/change",
    f"{MEMBER}/decide/suspend",
    f"{MEMBER}/decide/remove",
    "/members/GOV/7009/decide/accept",
    "/applications",
    f"{MEMBER}/applications/new",
    APPLICATION,
    f"{APPLICATION}/change",
    f"{APPLICATION}/decide/suspend",
    f"{APPLICATION}/certificates/new",
    f"{APPLICATION}/certificates/{'ab' * 32}/remove",
    "/services",
    f"{APPLICATION}/services/new",
    SERVICE,
    f"{SERVICE}/change",
    f"{SERVICE}/endpoints",
    f"{SERVICE}/document",
    f"{SERVICE}/remove",
    f"{SERVICE}/rights",
    f"{SERVICE}/rights/new",
    "/rights",
    "/rights?open=GOV/7001/population/people",
    "/rights/GOV/7001/population/people/GOV/7003/officerdesk",
    "/requests",
    "/live",
    "/live?verdict=refused&status=403",
    "/statistics?by=consumer",
    "/environment",
    "/environment/software",
    "/events/log",
    "/events/dead",
    f"{CHANNEL}/types/new",
    f"{CHANNEL}/types/{TYPE}/remove",
    f"{CHANNEL}/close",
    f"{CHANNEL}/rights",
    f"{CHANNEL}/rights/new",
    f"{CHANNEL}/rights/remove/GOV/7000/portal/subscribe",
    f"{CHANNEL}/subscriptions",
    f"{CHANNEL}/queues",
    "/audit",
    "/audit/1",
    "/audit/check",
    "/configuration",
    "/configuration/new",
)


@pytest.fixture
async def full(sqlite_databases: Databases, tmp_path: Path) -> AsyncIterator[tuple[Bench, tuple[str, ...]]]:
    """A mediator with everything in it, and the pages of what has an id."""
    async with mediator_with_pages(sqlite_databases, tmp_path) as running:
        message, event = (await traffic(running))[0], await announced(running)
        await monitoring.sample(running.context)
        await monitoring.see_packages(running.context)
        request = await asked(running.context)
        async with visitor(running, *EVERYTHING) as administrator:
            listed = await administrator.read(f"{CHANNEL}/subscriptions")
        subscription = listed.partition(f"{CHANNEL}/subscriptions/")[2].partition('"')[0]
        yield (
            running,
            (
                f"/messages/{message}",
                "/conversations/visit-1",
                f"/requests/{request}",
                f"/requests/{request}/decide/rejected",
                f"/events/log/{event}",
                f"/events/log/{event}/stop",
                "/events/deliveries/1",
                "/events/deliveries/1/drop",
                f"{CHANNEL}/subscriptions/{subscription}",
                f"{CHANNEL}/subscriptions/{subscription}/change",
                f"{CHANNEL}/subscriptions/{subscription}/end",
            ),
        )


@pytest.mark.requirement("I3", "I4", "I31", "I32", "I33")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_every_page_is_a_good_page_in_every_language(full: tuple[Bench, tuple[str, ...]], language: str) -> None:
    running, own = full

    async with visitor(running, *EVERYTHING) as administrator:
        await administrator.read(f"/?lang={language}")
        shown = [await administrator.read(path) for path in (*PUBLIC, *SIGNED_IN, *ADMINISTRATIVE, *own)]

    assert all(f'<html class="govuk-template" lang="{language}"' in page for page in shown)


@pytest.mark.requirement("I12")
@pytest.mark.parametrize("path", PUBLIC)
async def test_the_directory_is_open_to_everybody(pages: Bench, path: str) -> None:
    async with visitor(pages, person="") as nobody:
        await nobody.read(path)


@pytest.mark.requirement("I1")
async def test_nobody_sees_an_administrative_page(full: tuple[Bench, tuple[str, ...]]) -> None:
    running, own = full

    async with visitor(running, person="") as nobody, visitor(running, person="stranger") as stranger:
        sent = [(await nobody.client.get(path)).status_code for path in (*SIGNED_IN, *ADMINISTRATIVE, *own)]
        refused = [(path, (await stranger.client.get(path)).status_code) for path in (*ADMINISTRATIVE, *own)]

    # A member's and an application's page lead strangers to the public directory; what is not theirs is not there.
    assert set(sent) <= {303, 404}
    assert [one for one in refused if one[1] not in {303, 401, 403, 404}] == []


async def test_a_refusal_is_a_good_page(pages: Bench) -> None:
    async with visitor(pages, person="stranger") as stranger:
        page = await stranger.read("/rights", status=403)

    assert "You may not see this page" in page


@pytest.mark.parametrize("kind", ["form"])
async def test_a_form_without_its_token_changes_nothing(pages: Bench, kind: str) -> None:
    assert MANIFEST.pages is not None
    paths = [one.path for one in MANIFEST.pages.operations if one.kind == kind]
    fill = {
        "memberClass": "GOV", "memberCode": "7001", "applicationCode": "population", "serviceCode": "people",
        "decision": "suspend", "fingerprint": "ab", "clientClass": "GOV", "clientMember": "7003",
        "clientApplication": "officerdesk", "requestId": "1", "state": "approved", "eventType": TYPE, "eventId": "1",
        "number": "1", "subscriptionId": "1",
    }  # fmt: skip

    async with visitor(pages, *ADMINISTRATOR) as administrator:
        await administrator.read("/")
        answers = [(await administrator.client.post(path.format(**fill), data={"csrf_token": "x"})) for path in paths]

    assert len(paths) > 25
    assert {answer.status_code for answer in answers} == {403}


@pytest.mark.requirement("I2")
async def test_the_navigation_shows_what_somebody_can_use(pages: Bench) -> None:
    async with (
        visitor(pages, person="") as nobody,
        visitor(pages, *ADMINISTRATOR) as administrator,
        visitor(pages, roles=("mediator:application:GOV/7001/population:rights",)) as own,
    ):
        shown = [page.partition('id="navigation"')[2].partition("</ul>")[0] for page in (
            await nobody.read("/"), await administrator.read("/"), await own.read("/")
        )]  # fmt: skip

    assert [text.count("<li") for text in shown] == [2, 10, 7]


@pytest.mark.requirement("I2")
async def test_an_administrator_of_one_member_sees_that_member_alone(full: tuple[Bench, tuple[str, ...]]) -> None:
    running, _ = full
    own = ("mediator:member:GOV/7001",)

    async with visitor(running, roles=own, person="selam") as administrator:
        members, services = await administrator.read("/members"), await administrator.read("/services")
        rights, live = await administrator.read("/rights"), await administrator.read("/live")
        trail = await administrator.read("/audit")
        await administrator.read("/audit/check", status=403)
        await administrator.read("/members/GOV/7002/change", status=403)

    assert ("GOV/7001" in members, "GOV/7002" in members) == (True, False)
    assert ("Population" in services, "Parcels" in services) == (True, False)
    assert ("Population" in rights, "Parcels" in rights) == (True, False)
    assert ("Population register" in live, "Income register" in live) == (True, False)
    assert "GOV/7004/parcels" not in trail


async def test_the_first_page_names_what_waits_for_a_decision(full: tuple[Bench, tuple[str, ...]]) -> None:
    running, _ = full

    async with visitor(running, *EVERYTHING) as administrator, visitor(running, person="") as nobody:
        page, public = await administrator.read("/"), await nobody.read("/")

    assert "1 organisation wants to join" in page
    assert "Dead letters" in page
    assert ("wants to join" in public, "Dead letters" in public) == (False, False)


def test_every_refusal_that_people_read_is_translated() -> None:
    # These are answered to programs alone, or said beside a form's field in the form's own words.
    for_programs = {
        "UnknownAddress", "MalformedAddress", "ClientNotNamed", "ClientNotProven", "ClientDiffers", "ReasonMissing",
        "MalformedFingerprint", "DocumentMissing", "DocumentNotFetched", "NotRecorded", "NothingKept", "NameRefused",
        "PayloadInvalid", "CallerNotProven", "CallerNotApplication", "CallerNotConnected", "NotAllowed",
        "SubscriptionExists", "SubscriptionInvalid", "EventIdTaken", "EventTooLarge", "EventMalformed",
        "MomentMalformed", "NothingToPull", "PullNotPossible", "NotConfigured",
    }  # fmt: skip
    rooms = [path.parent.name for path in MANIFEST.root.glob("*/errors.py") if path.parent.name != "exchange"]
    titles = {
        refusal.title
        for room in rooms
        for name, refusal in vars(import_module(f"govstack.blocks.mediator.{room}.errors")).items()
        if isinstance(refusal, type) and issubclass(refusal, Problem) and "title" in vars(refusal)
        if refusal.__module__.startswith("govstack.blocks.mediator") and name not in for_programs
    }

    assert titles - set(presenters.REFUSALS) == set()
