"""Agreements in several languages: read in one's own, and on record in which one they were shown."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from govstack.blocks.consent.frame.presenters import Words, length
from tests.blocks.consent.test_pages import browser, page, send
from tests.builders.consent import AGREEMENT, RECORD, Caller, Consent, consent
from tests.databases import Databases

FRENCH = {
    "purpose": "Vérifier le revenu du ménage",
    "description": "Le ministère demande votre revenu au registre des impôts.",
    "attributes": ["Revenu de l’année dernière"],
}
WRITTEN = {
    **AGREEMENT,
    "description": "The ministry asks the income register for your income.",
    "language": "en",
    "attributes": [{"name": "Income of the last year"}],
    "translations": {"fr": FRENCH},
}


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


async def written(block: Consent, **changed: Any) -> dict[str, Any]:
    """Give the agreement texts in two languages; returns its new revision."""
    here = f"/config/data-agreement/{block.agreement_id}/"
    answer = await block.organisation().put(here, {"dataAgreement": {**WRITTEN, **changed}})
    return dict(answer)


@pytest.mark.requirement("C1", "C5")
async def test_the_snapshot_of_an_agreement_holds_all_its_languages(block: Consent) -> None:
    made = await written(block)

    kept = msgspec.json.decode(made["revision"]["serializedSnapshot"])["objectData"]

    assert made["dataAgreement"]["translations"] == {"fr": FRENCH}
    assert (kept["language"], kept["purpose"]) == ("en", AGREEMENT["purpose"])
    assert kept["translations"]["fr"] == FRENCH


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"language": None}, "need language"),
        ({"translations": {"en": FRENCH}}, "have en twice"),
        ({"translations": {"fr": {**FRENCH, "attributes": []}}}, "name as many attributes in fr"),
        ({"translations": {"French": FRENCH}}, ""),
    ],
)
async def test_translations_that_do_not_fit_the_agreement_are_refused(
    block: Consent, changed: dict[str, Any], told: str
) -> None:
    here = f"/config/data-agreement/{block.agreement_id}/"

    answer = await block.organisation().send("PUT", here, {"dataAgreement": {**WRITTEN, **changed}})

    assert answer.status_code == 400
    assert told in answer.text


@pytest.mark.requirement("C9", "C10")
async def test_a_record_says_in_which_language_the_agreement_was_shown(block: Consent) -> None:
    await written(block)
    here = f"{RECORD}/data-agreement/{block.agreement_id}/"

    strange = await block.person().send("POST", f"{here}?language=es")
    given = await block.person().post(f"{here}?language=fr")

    kept = msgspec.json.decode(given["revision"]["serializedSnapshot"])["objectData"]
    assert strange.status_code == 400
    assert given["consentRecord"]["shownLanguage"] == kept["shownLanguage"] == "fr"


@pytest.mark.requirement("C9")
async def test_a_person_reads_and_answers_an_agreement_in_their_language(block: Consent) -> None:
    await written(block)
    here = f"/agreement/{block.agreement_id}"

    async with browser(block) as client:
        listed = await page(client, "/?lang=fr")
        shown = await page(client, f"{here}?lang=fr")
        agreed = await send(client, shown, f"{here}/agree")
        spanish = await page(client, f"{here}?lang=es")
    record = (await block.person().get(f"{RECORD}/data-agreement/{block.agreement_id}/"))["consentRecord"]

    assert agreed.status_code == 303
    assert FRENCH["purpose"] in listed
    assert "Le ministère demande votre revenu" in shown
    assert "Revenu de l’année dernière" in shown
    assert AGREEMENT["purpose"] not in shown
    assert record["shownLanguage"] == "fr"
    assert '<h1 class="govuk-heading-l gs-heading" lang="en"' in spanish
    assert "inglés" in spanish


@pytest.mark.requirement("C9")
async def test_the_organisation_is_called_as_the_reader_calls_it_where_the_agreement_says_how(block: Consent) -> None:
    translations = {"fr": {**FRENCH, "controller": "Ministère des Affaires sociales"}}
    await written(block, translations=translations)
    asked = {"dataAgreementId": block.agreement_id, "externalId": "1985-01"}
    desk = Caller(block.bench.application("demo/GOV/7003/desk", "consent:ask"))
    await desk.post("/service/consent-request/", {"consentRequest": asked})
    here = f"/agreement/{block.agreement_id}"

    async with browser(block) as client:
        french = [await page(client, f"{one}?lang=fr") for one in ("/", here)]
        english = [await page(client, f"{one}?lang=en") for one in ("/", here)]

    name = AGREEMENT["controller"]["name"]
    assert ["Ministère des Affaires sociales" in one for one in french] == [True, True]
    assert "Ministère des Affaires sociales (demo/GOV/7003/desk)" in french[0]
    assert [(name in one, "Ministère des Affaires" in one) for one in english] == [(True, False)] * 2


async def test_an_agreement_without_languages_has_the_published_shape(block: Consent) -> None:
    read = (await block.organisation().get(f"/config/data-agreement/{block.agreement_id}/"))["dataAgreement"]

    assert {"translations", "language", "description", "signaturesRequired"}.isdisjoint(read)


@pytest.mark.parametrize(
    ("language", "days", "said"),
    [
        ("en", 700, "700 days"), ("en", 3_650, "3,650 days (about 10 years)"),
        ("fr", 3_650, "3\u202f650 jours (environ 10 ans)"), ("es", 3_650, "3.650 días (unos 10 años)"),
        ("ar", 730, "730 يومًا (سنتان تقريبًا)"),
    ],
)  # fmt: skip
def test_a_long_time_is_told_in_years_too(language: str, days: int, said: str) -> None:
    assert length(Words(language), days) == said
