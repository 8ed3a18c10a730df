"""Traffic, messages, evidence, statistics, machines and the audit trail through their pages."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from govstack.blocks.mediator.evidence import model
from govstack.blocks.mediator.monitoring import service as monitoring
from govstack.kernel import clock
from tests.builders.mediator_pages import ADMINISTRATOR, DESK, INCOME, SHOP, pages, traffic, visitor
from tests.builders.running import Bench
from tests.page_lint import lint_part

__all__ = ["pages"]

AUDITOR = ("mediator:read", "mediator:audit")
BANK = ("mediator:member:COM/9104",)


async def forge(running: Bench, message_id: str) -> None:
    """Change an entry behind the mediator's back."""
    async with running.context.database.transaction() as tx:
        await tx.execute("UPDATE message_entry SET purpose = 'other' WHERE message_id = :id", id=message_id)


@pytest.mark.requirement("I32")
async def test_the_latest_exchanges_show_who_asked_whom_and_how_it_ended(pages: Bench) -> None:
    await traffic(pages)

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read("/live")
        part = await auditor.client.get("/live/part")

    rows = page.partition("<tbody")[2]
    assert [rows.count(word) for word in ("Answered", "Refused", "Loan office")] == [3, 1, 1]
    assert 'hx-get="/mediator/live/part"' in page or 'hx-get="/live/part"' in page
    assert lint_part(part.text) == []
    assert "<html" not in part.text


@pytest.mark.requirement("I32")
@pytest.mark.parametrize(
    ("query", "rows"),
    [
        (f"application=demo/{SHOP}", 1),
        (f"service={INCOME}", 2),
        ("verdict=refused", 1),
        ("status=200", 3),
        ("verdict=refused&status=200", 0),
    ],
)
async def test_traffic_is_narrowed_by_application_service_verdict_and_status(
    pages: Bench, query: str, rows: int
) -> None:
    await traffic(pages)

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read(f"/live?{query}")

    assert page.partition("<tbody")[2].count("<tr") == rows


async def test_older_exchanges_stand_on_further_pages(pages: Bench) -> None:
    for number in range(7):
        await traffic(pages, correlation_id=f"visit-{number}")

    async with visitor(pages, *AUDITOR) as auditor:
        first = await auditor.read("/live")
        older = await auditor.read(str(re.findall(r'href="(/[^"]*before=[^"]+)"', first)[0]).replace("&amp;", "&"))

    assert [page.partition("<tbody")[2].count("<tr") for page in (first, older)] == [25, 3]
    assert "Back to the latest" in older


@pytest.mark.requirement("I32")
async def test_a_member_sees_its_own_exchanges_alone(pages: Bench) -> None:
    messages = await traffic(pages)

    async with visitor(pages, roles=BANK) as own:
        page = await own.read("/live")
        other = await own.read(f"/live?application=demo/{DESK}")
        await own.read(f"/messages/{messages[-1]}")
        await own.read(f"/messages/{messages[0]}", status=404)
        await own.read("/conversations/visit-2", status=404)

    assert page.partition("<tbody")[2].count("<tr") == 1
    assert other.partition("<tbody")[2].count("<tr") == 1


async def test_a_conversation_is_drawn_in_the_order_of_its_messages(pages: Bench) -> None:
    messages = await traffic(pages, correlation_id="visit-7")

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read("/conversations/visit-7")

    assert [page.index(message) for message in messages] == sorted(page.index(message) for message in messages)
    assert "gs-sequence" in page


@pytest.mark.requirement("I30", "I32")
async def test_a_message_says_in_plain_words_that_it_is_as_it_was_written(pages: Bench) -> None:
    messages = await traffic(pages)

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read(f"/messages/{messages[0]}")
        refused = await auditor.read(f"/messages/{messages[-1]}")

    assert page.count("This entry is as it was written.") == 2
    assert "Officers&#39; desk asked Population register" in page
    assert ("Verify a candidate" in page, "BEGIN CERTIFICATE" in page, "Otieno" in page) == (True, True, False)
    assert "The application has no right to this endpoint." in refused


@pytest.mark.requirement("I30")
async def test_a_message_that_was_changed_says_so(pages: Bench) -> None:
    messages = await traffic(pages)
    await forge(pages, messages[0])

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read(f"/messages/{messages[0]}")

    assert "This entry is as it was written." not in page
    assert page.count("This entry is not as it was written") == 2


@pytest.mark.requirement("I30")
async def test_evidence_is_downloaded_and_holds_offline_and_on_the_page(pages: Bench) -> None:
    messages = await traffic(pages)

    async with visitor(pages, *AUDITOR) as auditor:
        file = await auditor.client.get(f"/messages/{messages[0]}/answer/evidence")
        await auditor.read("/evidence")
        checked = await auditor.send("/evidence", files={"file": ("evidence.jsonl", file.content)})
        forged = file.content.replace(b'"status":200', b'"status":404')
        refused = await auditor.send("/evidence", files={"file": ("evidence.jsonl", forged)})
        nothing = await auditor.send("/evidence")
        french = await auditor.send("/evidence?lang=fr", files={"file": ("evidence.jsonl", b"{}")})

    assert "Au début du fichier\u00a0: Une ligne n’est pas lisible." in french
    assert "attachment" in file.headers["content-disposition"]
    assert model.verify(file.content.splitlines()).ok
    assert "The file is as it was made." in checked
    assert "does not stand up to being checked" in refused
    assert '<a href="#file">' in nothing


@pytest.mark.requirement("I31")
@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("organisation", "GOV/7001"),
        ("application", "Population register"),
        ("service", "GOV/7002/income/income"),
        ("endpoint", "GET /records/{id}"),
        ("consumer", "Loan office"),
        ("status", "403"),
    ],
)
async def test_statistics_are_counted_by_six_aspects(pages: Bench, by: str, shown: str) -> None:
    await traffic(pages)

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read(f"/statistics?by={by}&period=hour")

    assert shown in page.rpartition("<tbody")[2]


@pytest.mark.requirement("I33")
async def test_machines_are_drawn_over_time(pages: Bench) -> None:
    now = clock.now()
    for minutes in (50, 30, 10):
        with clock.fixed(datetime.fromtimestamp(now.timestamp() - minutes * 60, tz=now.tzinfo)):
            await monitoring.sample(pages.context)
    await monitoring.see_packages(pages.context)

    async with visitor(pages, *AUDITOR) as auditor:
        page = await auditor.read("/environment?period=hour")
        software = await auditor.read("/environment/software?q=msgspec")

    assert all(title in page for title in ("Processor, memory and disk", "Network traffic", "Largest processes"))
    assert "polyline" in page
    assert software.partition("<tbody")[2].count("<tr") == 1


@pytest.mark.requirement("I33")
async def test_the_environment_is_the_owners(pages: Bench) -> None:
    async with visitor(pages, roles=BANK) as other:
        await other.read("/environment", status=403)


@pytest.mark.requirement("I31")
async def test_the_trail_is_narrowed_by_who_what_subject_and_outcome(pages: Bench) -> None:
    async with visitor(pages, "mediator:services", person="olga") as stranger:
        await stranger.read("/directory")
        await stranger.send("/members/GOV/7001/decide/suspend", {"reason": "x", "step": "send"})
    async with pages.person("eve") as eve:
        await eve.post("/api/v1/members/GOV/7001/accept")

    async with visitor(pages, *AUDITOR) as auditor:
        everything = await auditor.read("/audit")
        refused = await auditor.read("/audit?outcome=refused")
        by_name = await auditor.read("/audit?actor=BUSTANI")
        by_subject = await auditor.read("/audit?subject=gov/7004&area=mediator.service.")
        tomorrow = await auditor.read("/audit?from=2999-01-01")
        wrong = await auditor.read("/audit?from=yesterday", status=400)

    def count(page: str) -> int:
        return page.partition("<tbody")[2].count("<tr")

    assert count(everything) > 20
    assert ("eve" in refused, count(refused)) == (True, 1)
    assert [count(page) for page in (by_name, by_subject, tomorrow)] == [1, 1, 0]
    assert '<a href="#from">' in wrong


@pytest.mark.requirement("I31")
async def test_a_changed_trail_is_found_out(pages: Bench) -> None:
    async with visitor(pages, *AUDITOR) as auditor:
        sound = await auditor.read("/audit/check")
        async with pages.context.database.transaction() as tx:
            await tx.execute("UPDATE audit_entry SET actor = 'somebody else' WHERE number = 3")
        broken = await auditor.read("/audit/check")

    assert "entries are as they were written" in sound
    assert "Entry 3 was changed, removed or put in." in broken


async def test_an_entry_that_concerns_others_is_not_shown(pages: Bench) -> None:
    async with visitor(pages, roles=BANK) as own, visitor(pages, *ADMINISTRATOR) as administrator:
        await own.read("/audit/1", status=404)
        await own.read("/audit/x", status=404)
        page = await administrator.read("/audit/1")

    assert "GOV/7001" in page
