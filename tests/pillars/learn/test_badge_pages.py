"""Pages of badges: what they stand for, awarding, one's own, the register, and certificates from elsewhere."""

from __future__ import annotations

import re
from typing import Any

import pytest

from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.badges import service as badges
from tests.builders.learning import Learn, civil_servant, learn, page, send
from tests.databases import Databases
from tests.pillars.learn.test_badges import awarded, kind

STANDS_FOR: dict[str, Any] = {
    "name": "Open data", "description": "Publishes data", "criteria": "Three data sets", "kind": "competency",
    "framework": "e-CF", "code": "D.10", "competency": "Information management", "link": "", "level": "3",
    "months": "24", "awarding": "hand", "score": "", "attendance": "", "awarder": "teach", "active": "yes",
}  # fmt: skip
CERTIFICATE: dict[str, Any] = {
    "scheme": "TOGAF", "title": "TOGAF 10", "issuer": "The Open Group", "number": "T-1", "link": "",
    "issued-day": "1", "issued-month": "3", "issued-year": "2025",
    "expires-day": "", "expires-month": "", "expires-year": "",
}  # fmt: skip


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def test_the_training_unit_enters_a_badge_and_translates_it(pillar: Learn) -> None:
    async with pillar.browser("learn:plan") as browser:
        entered = await send(browser, await page(browser, "/achievements/new"), "/achievements/new", **STANDS_FOR)
        french = await page(browser, "/achievements/open-data?lang=fr")
        changed = {**STANDS_FOR, "name": "Données ouvertes", "level": "4"}
        translated = await send(browser, french, "/achievements/open-data", **changed)
        shown = await page(browser, "/achievements?lang=en")

    one = await achievements.read(pillar.context, achievement_id="open-data")
    assert (entered.status_code, translated.status_code) == (303, 303)
    assert one.names == {"en": "Open data", "fr": "Données ouvertes"}
    assert one.level == 4
    assert "Open data" in shown
    assert "e-cf" in french


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter a text."),
        ({"level": "21"}, "Enter a whole number that is not too large."),
        ({"awarding": "rule"}, "A badge that a rule awards needs"),
        ({"code": ""}, "A level needs the competency"),
        ({"code": "Z.9"}, "has no competency of this code"),
        ({"level": "7"}, "has no such level on its scale"),
        ({"link": "javascript:alert(1)"}, "does not begin with https://"),
    ],
)
async def test_a_badge_that_says_too_little_is_asked_for_again(
    pillar: Learn, change: dict[str, str], words: str
) -> None:
    async with pillar.browser("learn:plan") as browser:
        answer = await send(
            browser, await page(browser, "/achievements/new"), "/achievements/new", **{**STANDS_FOR, **change}
        )

    assert (answer.status_code, words in answer.text) == (400, True)


async def test_a_trainer_looks_at_an_award_before_it_is_made(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context, "p-1", name="Amina Diallo")
    given: dict[str, Any] = {
        "achievement": "open-data",
        "number": "N-p-1",
        "evidence": "Three data sets",
        "evidence_url": "",
    }
    async with pillar.browser("learn:teach", subject="trainer") as browser:
        check = await send(browser, await page(browser, "/award"), "/award", **given)
        before = await badges.register(pillar.context)
        made = await send(browser, check.text, "/award", step="send")
    async with pillar.browser(person_id="N-p-1") as holder:
        shown = await page(holder, "/badges")

    assert "Amina Diallo" in check.text
    assert (before, made.status_code) == ([], 303)
    assert "Open data" in shown


async def test_an_award_without_evidence_or_to_nobody_is_asked_for_again(pillar: Learn) -> None:
    await kind(pillar)
    async with pillar.browser("learn:teach") as browser:
        answer = await send(
            browser, await page(browser, "/award"), "/award", achievement="open-data", number="N-9", evidence=""
        )

    assert answer.status_code == 400
    assert "Nobody has these numbers: N-9" in answer.text
    assert "Say what shows that this person has earned the badge" in answer.text


async def test_a_trainer_awards_a_badge_to_a_whole_group_and_whoever_has_it_keeps_it(pillar: Learn) -> None:
    await kind(pillar)
    for number in range(3):
        await civil_servant(pillar.context, f"p-{number}")
    await awarded(pillar, "p-0")
    given: dict[str, Any] = {"achievement": "open-data", "number": "N-p-0\nN-p-1\n\nN-p-2\nN-p-1", "evidence": "Seen"}
    async with pillar.browser("learn:teach", subject="trainer") as browser:
        check = await send(browser, await page(browser, "/award"), "/award", **given)
        made = await send(browser, check.text, "/award", step="send")
        after = (await browser.get(made.headers["location"])).text

    held = [one.badge.person_id for one in await badges.register(pillar.context)]
    assert sorted(held) == ["p-0", "p-1", "p-2"]
    assert "2 badges were awarded. 1 person had it already." in after


async def test_more_people_than_can_be_awarded_at_once_are_refused(pillar: Learn) -> None:
    await kind(pillar)
    numbers = "\n".join(f"N-{number}" for number in range(101))
    async with pillar.browser("learn:teach") as browser:
        answer = await send(
            browser, await page(browser, "/award"), "/award", achievement="open-data", number=numbers, evidence="Seen"
        )

    assert "Enter the numbers of 1 to 100 people, one a line." in answer.text


async def test_whoever_awards_nothing_is_told_so(pillar: Learn) -> None:
    async with pillar.browser() as browser:
        shown = await page(browser, "/award")

    assert "There is no badge that you may award." in shown


async def test_an_administrator_revokes_with_a_reason_that_the_holder_reads(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    path = f"/badge-register/{badge['id']}"
    async with pillar.browser("learn:administer", subject="administrator") as browser:
        listed = await page(browser, "/badge-register?state=issued")
        silent = await send(browser, await page(browser, path), path, state="revoked", reason="")
        done = await send(browser, silent.text, path, state="revoked", reason="Copied work")
        other = await page(browser, "/badge-register?state=suspended")
    async with pillar.browser(person_id="N-p-1") as holder:
        shown = await page(holder, f"/badges/{badge['id']}")
        certificate = await holder.get(f"/badges/{badge['id']}/certificate")

    assert "Person p-1" in listed
    assert "Person p-1" not in other
    assert (silent.status_code, done.status_code, certificate.status_code) == (400, 303, 409)
    assert "Copied work" in shown


async def test_the_pages_of_administrators_are_theirs(pillar: Learn) -> None:
    async with pillar.browser() as browser:
        answers = [(await browser.get(path)).status_code for path in ("/badge-register", "/achievements/new")]

    assert answers == [403, 403]


@pytest.mark.requirement("F30.3")
async def test_a_person_records_a_certificate_and_an_expert_marks_it_verified(pillar: Learn) -> None:
    async with pillar.browser() as browser:
        asked = await page(browser, "/certificates/new")
        copy = {"copy": ("c.pdf", b"%PDF-1.4 a copy", "application/pdf")}
        recorded = await send(browser, asked, "/certificates/new", files=copy, **CERTIFICATE)
        mine = await page(browser, "/certificates")
        path = re.search(r"/certificates/[0-9a-f-]{36}", mine)
        assert path is not None
        async with pillar.browser("learn:advise", subject="expert") as expert:
            waiting = await page(expert, "/certificates/waiting")
            shown = await page(expert, path[0])
            unsaid = await send(expert, shown, path[0], found="verified", reason="")
            saved = await send(expert, shown, path[0], found="verified", reason="Looked up")
        after = await page(browser, path[0])
        removed = await send(browser, after, f"{path[0]}/remove")
        gone = await page(browser, "/certificates")

    assert (recorded.status_code, unsaid.status_code, saved.status_code, removed.status_code) == (303, 400, 303, 303)
    assert "Self-declared" in mine
    assert "TOGAF 10" in waiting
    assert "Verified" in after
    assert "TOGAF 10" not in gone


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "Enter a text."),
        ({"number": ""}, "Give the number of the certificate, a link to it, or a copy of it."),
        ({"issued-year": "2999"}, "A certificate is issued today or before"),
        ({"issued-day": "", "issued-month": "", "issued-year": ""}, "A certificate is issued today or before"),
        ({"link": "ftp://x"}, "does not begin with https://"),
    ],
)
async def test_a_certificate_that_lacks_something_is_asked_for_again(
    pillar: Learn, change: dict[str, str], words: str
) -> None:
    async with pillar.browser() as browser:
        asked = await page(browser, "/certificates/new")
        answer = await send(browser, asked, "/certificates/new", **{**CERTIFICATE, **change})

    assert (answer.status_code, words in answer.text) == (400, True)


async def test_everything_can_be_taken_along_from_a_page(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    await awarded(pillar)
    async with pillar.browser(person_id="N-p-1") as browser:
        shown = await page(browser, "/record")
        signed = await browser.get("/record/signed")

    assert "Signed record (CLR 2.0)" in shown
    assert signed.text.count(".") == 2


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
async def test_pages_of_badges_are_good_in_each_language(pillar: Learn, language: str) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    async with pillar.browser("learn:administer", "learn:plan", "learn:teach", person_id="N-p-1") as browser:
        for path in (
            "/badges", f"/badges/{badge['id']}", "/achievements", "/achievements/new", "/award", "/badge-register",
            f"/badge-register/{badge['id']}", "/certificates", "/certificates/new", "/certificates/waiting", "/record",
            "/verify",
        ):  # fmt: skip
            assert f'lang="{language}"' in await page(browser, f"{path}?lang={language}"), path


async def test_a_reason_that_is_too_long_is_told_and_not_cut(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    path = f"/badge-register/{(await awarded(pillar))['id']}"
    async with pillar.browser("learn:administer", subject="officer") as browser:
        shown = await page(browser, path)
        long = await send(browser, shown, path, state="suspended", reason="x" * 301)
        whole = await send(browser, shown, path, state="suspended", reason="x" * 300)
        after = await page(browser, path)

    assert (long.status_code, "The text is too long." in long.text, "x" * 301 in long.text) == (400, True, True)
    assert (whole.status_code, "x" * 300 in after) == (303, True)
