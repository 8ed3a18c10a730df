"""People read names where codes are kept, and refusals repeat a bounded part of what was sent."""

from __future__ import annotations

import re

import pytest

from govstack.pillars.learn.frame.presenters import REPEATED_MAX, Words, repeated
from govstack.pillars.learn.needs.frameworks.model import Competency, Kind
from govstack.pillars.learn.needs.frameworks.presenters import called
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.response.centres import service as centres
from govstack.pillars.learn.response.centres.model import Centre
from tests.builders.campaigns import campaign
from tests.builders.learning import OFFICER, Learn, civil_servant, learn, page
from tests.databases import Databases

CELL = re.compile(r"<[^>]+>")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def words_of(shown: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(CELL.sub(" ", shown).split())


@pytest.mark.requirement("F8.2")
async def test_posts_are_told_by_their_names_and_joined_as_the_language_does(pillar: Learn) -> None:
    for name, title in (("auditor", "Auditor of accounts"), ("teacher", "Teacher of law")):
        profile = Profile(id=name, names={"en": title, "fr": f"{title} (fr)"})
        await profiles.put(pillar.context, by=OFFICER, profile=profile)
    await civil_servant(pillar.context, "p-1", roles=("auditor", "teacher", "nobody-described"))

    async with pillar.browser("learn:plan") as browser:
        english, french = [words_of(await page(browser, f"/people?lang={one}")) for one in ("en", "fr")]

    assert "Auditor of accounts, nobody-described and Teacher of law" in english
    assert "Auditor of accounts (fr), nobody-described et Teacher of law (fr)" in french


async def test_a_campaign_names_its_instrument(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    made = await campaign(pillar.context)

    async with pillar.browser("learn:plan") as browser:
        shown = words_of(await page(browser, f"/campaigns/{made.id}"))

    assert f"Instrument {made.frozen.titles['en']} Version" in shown


@pytest.mark.requirement("F19.2")
async def test_a_centre_names_its_country_in_the_language_of_the_reader(pillar: Learn) -> None:
    await centres.put(
        pillar.context, by=OFFICER, centre=Centre(id="c", titles={"en": "Coast"}, institution="Academy", country="KE")
    )

    async with pillar.browser("learn:plan") as browser:
        listed = words_of(await page(browser, "/desk/centres?lang=es"))
        one = words_of(await page(browser, "/desk/centres/c?lang=ar"))

    assert "Kenia" in listed
    assert "كينيا" in one


@pytest.mark.parametrize(
    ("code", "told"),
    [("strategy", "Strategy setting"), ("open-source", "Strategy setting"), ("E.7", "E.7 Strategy setting")],
)
def test_a_code_that_is_a_word_does_not_stand_before_the_title(code: str, told: str) -> None:
    one = Competency(id="x:y", code=code, kind=Kind.SKILL, titles={"en": "Strategy setting"})

    assert called(one, "en") == told


def test_a_refusal_repeats_a_bounded_part_of_what_was_sent() -> None:
    words = Words("en")

    assert repeated(["N-1", "N-2"], words) == "N-1 and N-2"
    assert repeated(["9" * 5_000] * 90, words).count("9") == 40 * REPEATED_MAX
    assert repeated(["9"] * 90, words).endswith(" …")


async def test_a_form_that_points_at_records_says_where_to_add_one_while_there_are_none(pillar: Learn) -> None:
    async with pillar.browser("learn:plan", "learn:teach") as browser:
        shown = await page(browser, "/responsibilities/new")

    assert "There is nothing to choose from yet: Stakeholders." in words_of(shown)
    assert "/stakeholders/new" in shown
