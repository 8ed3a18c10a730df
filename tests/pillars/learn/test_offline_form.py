"""The form without connection in a browser: opened from a device, kept when the page goes, sent twice, there once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from govstack.pillars.learn.needs.campaigns.model import Rater
from tests.browser import NARROW, axe, chromium, tab
from tests.builders.campaigns import campaign
from tests.builders.learning import API, civil_servant, learn
from tests.databases import Databases


def filled(form: Path, target: Path) -> list[str]:
    """Fill two responses in at a device without a network, close the page between, and save their file twice."""
    told: list[str] = []
    with chromium() as browser, tab(browser, size=NARROW) as page:
        page.context.set_offline(True)
        page.goto(form.as_uri())
        told += axe(page)
        page.get_by_role("button", name="Keep this response").click()
        told.append(page.inner_text("#told"))
        page.get_by_label("Number of the person").fill("N-1")
        page.locator("input[name='plan'][value='basic']").check()
        page.reload()
        # What was begun is there again after the page was lost.
        expect(page.get_by_label("Number of the person")).to_have_value("N-1")
        expect(page.locator("input[name='plan'][value='basic']")).to_be_checked()
        page.get_by_role("button", name="Keep this response").click()
        page.get_by_label("Number of the person").fill("N-2")
        page.locator("input[name='talk'][value='high']").check()
        page.get_by_label("Notes").fill('She said: "<b>well</b>"')
        page.get_by_role("button", name="Keep this response").click()
        told.append(page.inner_text("#told"))
        for number in (1, 2):
            with page.expect_download() as saved:
                page.get_by_role("button", name="Make the file to send").click()
            saved.value.save_as(target / f"{number}.json")
    return told


@pytest.mark.browser
@pytest.mark.requirement("F1.5")
async def test_answers_from_a_device_without_connection_come_in_once(
    sqlite_databases: Databases, tmp_path: Path
) -> None:
    pillar = await learn(sqlite_databases)
    for number in (1, 2):
        await civil_servant(pillar.context, f"p-{number}", number=f"N-{number}")
    await campaign(pillar.context, raters=(Rater.SELF,))
    async with pillar.browser("learn:plan") as client:
        form = await client.get("/campaigns/spring/forms/offline")
    (tmp_path / "form.html").write_text(form.text, "utf-8")

    told = await asyncio.to_thread(filled, tmp_path / "form.html", tmp_path)
    answers: list[dict[str, Any]] = []
    async with pillar.officer() as client:
        for number in (1, 2):
            content = (tmp_path / f"{number}.json").read_bytes()
            sent = await client.post(
                f"{API}/campaigns/spring/uploads", content=content, headers={"content-type": "application/json"}
            )
            answers.append(sent.json())
    async with pillar.context.database.reading() as tx:
        kept = await tx.fetch("SELECT id FROM response")

    assert told == [
        "Answer at least one question, and say whom it is about.", "Kept on this device. Responses in all: 2"
    ]  # fmt: skip
    assert [(one["state"], one["added"], one["known"], one["refused"]) for one in answers] == [
        ("done", 2, 0, 0), ("done", 0, 2, 0)
    ]  # fmt: skip
    assert len(kept) == 2
