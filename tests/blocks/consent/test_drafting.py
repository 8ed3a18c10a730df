"""Organisations write policies and agreements on pages: drafts, next versions, what they change, and conflicts."""

from __future__ import annotations

import re

import httpx
import pytest

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.drafting import presenters
from govstack.blocks.consent.frame.presenters import Words
from govstack.blocks.consent.records import store
from govstack.blocks.consent.records.service import COUNTED_MAX
from govstack.kernel import audit
from tests.blocks.consent.test_pages import LANGUAGES, browser, page, send
from tests.builders.consent import AGREEMENT, Consent, consent
from tests.databases import Databases
from tests.page_lint import lint

QUESTIONS = {
    "language": {"language": "en"},
    "purpose": {"purpose": "Check who can get a school meal"},
    "description": {"description": "The school asks the income register.\nNobody else sees it."},
    "controller": {"name": "Ministry of Education", "url": "https://schools.example/"},
    "basis": {"basis": "consent"},
    "policy": {},
    "retention": {"days": "30"},
    "assessment": {"dpia": "Low risk, November 2026"},
    "forgettable": {"forgettable": "yes"},
    "signatures": {"signatures": "2"},
    "version": {"version": "1.0"},
}


@pytest.fixture
async def block(databases: Databases) -> Consent:
    return await consent(databases)


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, "Nobody agrees to this agreement at present."),
        (1, "1 person agrees at present."),
        (COUNTED_MAX, "10,000 people agree at present."),
        (COUNTED_MAX + 1, "More than 10,000 people agree at present."),
    ],
)
async def test_how_many_agree_is_said_as_far_as_it_is_counted(block: Consent, number: int, told: str) -> None:
    known = await agreements.read(block.bench.context, agreement_id=block.agreement_id)

    assert presenters.agreeing(Words("en"), known.agreement, number).startswith(told)


async def test_nobody_is_counted_beyond_the_limit(block: Consent) -> None:
    for number in ("a-1", "b-2", "c-3"):
        await block.agreed(number)

    async with block.bench.context.database.reading() as tx:
        counted = [await store.agreeing(tx, block.agreement_id, limit=limit) for limit in (2, 3, 4)]

    assert counted == [2, 3, 3]


def official(block: Consent) -> httpx.AsyncClient:
    """Return the browser of somebody who writes agreements."""
    return browser(block, "", "consent:configure")


async def started(client: httpx.AsyncClient, shown: str = "") -> str:
    """Start a draft from a page; returns its address."""
    answer = await send(client, shown or await page(client, "/agreements"), "/drafts")
    return "/".join(place(answer).split("/")[:3])


def place(answer: httpx.Response) -> str:
    """Return the address within the package to which an answer leads."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/consent").partition("?")[0]


async def kind(client: httpx.AsyncClient, draft: str, name: str) -> None:
    """Add a kind of data to a draft."""
    fields = {"act": "add", "name": name, "sensitivity": "personal", "category": ""}
    assert place(await send(client, await page(client, f"{draft}/attributes"), f"{draft}/attributes", **fields))


async def answered(block: Consent, client: httpx.AsyncClient) -> str:
    """Answer all questions of a new agreement, one after the other as the pages lead; returns the draft's address."""
    draft = await started(client)
    here = f"{draft}/language"
    while here != draft:
        step = here.rpartition("/")[2]
        if step == "attributes":
            await kind(client, draft, "Income of the last year")
            await kind(client, draft, "Children at school")
        fields = {"policy": block.policy["id"]} if step == "policy" else QUESTIONS.get(step, {})
        here = place(await send(client, await page(client, here), here, **fields))
    return draft


@pytest.mark.requirement("C1", "C8")
async def test_an_agreement_is_written_question_by_question_and_published(block: Consent) -> None:
    async with official(block) as client:
        draft = await answered(block, client)
        checked = await page(client, draft)
        agreement = place(await send(client, checked, f"{draft}/publish"))
        listed = await page(client, "/agreements")
    made = (await block.organisation().get(f"/config/data-agreement/{agreement.rpartition('/')[2]}/"))["dataAgreement"]
    async with block.bench.context.database.reading() as tx:
        acts = {one.action for one in await audit.entries(tx, limit=100)}

    assert "Check who can get a school meal" in checked
    assert made["purpose"] == "Check who can get a school meal"
    assert [one["name"] for one in made["attributes"]] == ["Income of the last year", "Children at school"]
    assert (made["active"], made["forgettable"], made["signaturesRequired"]) == (True, True, 2)
    assert made["dataRetentionPeriodDays"] == 30
    assert made["policy"]["id"] == block.policy["id"]
    assert made["controller"]["name"] == "Ministry of Education"
    assert "Still being written" not in listed
    assert {"consent.draft.started", "consent.draft.changed", "consent.draft.published"} <= acts


@pytest.mark.requirement("C1")
@pytest.mark.parametrize(
    ("step", "fields", "told"),
    [
        ("language", {}, "Choose the language in which you write"),
        ("purpose", {"purpose": " "}, "Enter what the data is used for"),
        ("purpose", {"purpose": "x" * 2_001}, "Use at most 2000 characters"),
        ("controller", {"name": "Ministry", "url": "schools"}, "Enter an address that starts with https://"),
        ("basis", {"basis": "whim"}, "Choose why the law allows it"),
        ("attributes", {"act": "add", "name": ""}, "Enter the name of the data"),
        ("attributes", {}, "Name at least one kind of data"),
        ("policy", {"policy": "none"}, "Choose a data policy"),
        ("retention", {"days": "-1"}, "Enter a whole number from 1 to 36500"),
        ("assessment", {}, "Enter what the assessment found"),
        ("forgettable", {}, "Choose yes or no"),
        ("signatures", {"signatures": "11"}, "Enter a whole number from 0 to 10"),
        ("version", {"version": ""}, "Enter a version, such as 1.0"),
    ],
)
async def test_an_answer_that_is_none_is_asked_for_again(
    block: Consent, step: str, fields: dict[str, str], told: str
) -> None:
    async with official(block) as client:
        here = f"{await started(client)}/{step}"
        answer = await client.post(here, data={**await token(client, here), **fields})

    assert (answer.status_code, lint(answer.text)) == (400, [])
    assert told in answer.text


async def token(client: httpx.AsyncClient, here: str) -> dict[str, str]:
    """Return what a form of a page carries."""
    return dict(
        re.findall(r'<input type="hidden" name="(csrf_token|form_mark)" value="([^"]*)"', await page(client, here))
    )


@pytest.mark.requirement("C1")
async def test_a_draft_that_lacks_answers_is_not_published(block: Consent) -> None:
    async with official(block) as client:
        draft = await started(client)
        refused = await send(client, await page(client, draft), f"{draft}/publish")
        listed = await page(client, "/agreements")

    assert (refused.status_code, lint(refused.text)) == (400, [])
    assert "What is missing" in refused.text
    assert f"{draft}/purpose" in refused.text
    assert "Without a purpose yet" in listed


async def test_a_draft_names_its_language_also_where_pages_do_not_know_it(block: Consent) -> None:
    asked = {**AGREEMENT, "language": "rw"}
    await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})

    async with official(block) as client:
        shown = await page(client, await started(client, await page(client, f"/agreements/{block.agreement_id}")))

    assert re.search(r"<dd[^>]*>\s*rw\s*</dd>", shown)


@pytest.mark.requirement("C3")
async def test_a_next_version_shows_what_it_changes_for_those_who_agreed(block: Consent) -> None:
    await block.agreed()
    here = f"/agreements/{block.agreement_id}"

    async with official(block) as client:
        draft = await started(client, await page(client, here))
        again = await started(client, await page(client, here))
        await send(client, await page(client, f"{draft}/language"), f"{draft}/language", language="en")
        await kind(client, draft, "Land and houses")
        await send(client, await page(client, f"{draft}/version"), f"{draft}/version", version="2.0")
        checked = await page(client, draft)
        published = await send(client, checked, f"{draft}/publish")
        twice = await send(client, checked, f"{draft}/publish", form_mark="another-mark")
    async with browser(block) as person:
        shown = await page(person, f"/agreement/{block.agreement_id}")
    made = (await block.organisation().get(f"/config/data-agreement/{block.agreement_id}/"))["dataAgreement"]

    assert draft == again
    assert "1 person agrees at present" in checked
    assert "Land and houses" in checked
    assert "Nothing besides" in checked
    assert place(published) == place(twice) == here
    assert made["version"] == "2.0"
    assert "What has changed since you agreed" in shown
    assert "Land and houses" in shown


@pytest.mark.requirement("C3")
async def test_a_draft_of_a_version_that_was_overtaken_is_a_conflict_that_says_what_to_do(block: Consent) -> None:
    here = f"/agreements/{block.agreement_id}"
    async with official(block) as client:
        draft = await started(client, await page(client, here))
        await send(client, await page(client, f"{draft}/version"), f"{draft}/version", version="2.0")
        checked = await page(client, draft)
        asked = {**AGREEMENT, "purpose": "Something else"}
        await block.organisation().put(f"/config/data-agreement/{block.agreement_id}/", {"dataAgreement": asked})
        refused = await send(client, checked, f"{draft}/publish")
        discarded = await send(client, refused.text, f"{draft}/discard")
        gone = await client.get(draft)
    made = (await block.organisation().get(f"/config/data-agreement/{block.agreement_id}/"))["dataAgreement"]

    assert (refused.status_code, lint(refused.text)) == (409, [])
    assert "was changed while you wrote" in refused.text
    assert made["purpose"] == "Something else"
    assert discarded.status_code == 303
    assert gone.status_code == 404


@pytest.mark.requirement("C1", "C3")
async def test_an_organisation_has_a_name_in_a_language_until_another_one_takes_its_place(block: Consent) -> None:
    async with official(block) as client:
        draft = await answered(block, client)
        here = f"{draft}/translations/fr"
        texts = {
            "purpose": "Voir qui peut recevoir un repas", "description": "L’école interroge le registre.",
            "attribute-1": "Revenu", "attribute-2": "Enfants", "controller": "Bureau des écoles",
        }  # fmt: skip
        await send(client, await page(client, here), here, **texts)
        kept = await page(client, here)
        asked = await page(client, f"{draft}/controller")
        await send(client, asked, f"{draft}/controller", name="Office of meals", url="https://meals.example/")
        other = await page(client, here)

    assert 'value="Bureau des écoles"' in kept
    assert "Bureau des écoles" not in other
    assert "Revenu" in other


@pytest.mark.requirement("C1", "C3")
async def test_an_agreement_is_translated_and_a_translation_that_became_partial_holds_it_back(block: Consent) -> None:
    async with official(block) as client:
        draft = await answered(block, client)
        here = f"{draft}/translations/fr"
        texts = {"purpose": "Voir qui peut recevoir un repas", "description": "L’école interroge le registre."}
        partial = await send(client, await page(client, here), here, **texts)
        names = {"attribute-1": "Revenu", "attribute-2": "Enfants"}
        whole = await send(client, await page(client, here), here, **texts, **names)
        await kind(client, draft, "Address")
        refused = await send(client, await page(client, draft), f"{draft}/publish")
        listed = await page(client, f"{draft}/attributes")
        removed = re.findall(r'name="place" value="(\d+)"', listed)
        form = re.findall(rf'<form[^>]*action="[^"]*{draft}/attributes/remove".*?</form>', listed, re.DOTALL)[2]
        await send(client, form, f"{draft}/attributes/remove")
        published = await send(client, await page(client, draft), f"{draft}/publish")
    made = place(published).rpartition("/")[2]
    agreement = (await block.organisation().get(f"/config/data-agreement/{made}/"))["dataAgreement"]

    assert partial.status_code == 400
    assert "Translate this text" in partial.text
    assert whole.status_code == 303
    assert refused.status_code == 400
    assert "Not wholly translated: French" in refused.text
    assert removed == ["0", "1", "2"]
    assert agreement["translations"]["fr"]["attributes"] == ["Revenu", "Enfants"]


@pytest.mark.requirement("C1")
async def test_data_is_not_kept_longer_than_the_policy_allows(block: Consent) -> None:
    asked = {"name": "Strict", "version": "1", "url": "https://example.org/strict", "dataRetentionPeriodDays": 10}
    policy = (await block.organisation().post("/config/policy/", {"policy": asked}))["policy"]
    body = {**AGREEMENT, "policy": policy["id"], "dataRetentionPeriodDays": 11}

    by_operation = await block.organisation().send("POST", "/config/data-agreement/", {"dataAgreement": body})
    async with official(block) as client:
        draft = await started(client)
        await send(client, await page(client, f"{draft}/policy"), f"{draft}/policy", policy=policy["id"])
        by_page = await send(client, await page(client, f"{draft}/retention"), f"{draft}/retention", days="11")

    assert by_operation.status_code == 400
    assert "The policy allows at most 10 days" in by_page.text


@pytest.mark.requirement("C1", "C8")
async def test_a_policy_is_written_changed_and_taken_out_of_use_on_pages(block: Consent) -> None:
    fields = {"name": "Policy of schools", "version": "1.0", "url": "https://schools.example/policy/1", "days": "100"}
    async with official(block) as client:
        wrong = await send(client, await page(client, "/policies/new"), "/policies/new", name="Policy of schools")
        checked = await send(client, await page(client, "/policies/new"), "/policies/new", **fields)
        here = place(await send(client, checked.text, "/policies/new", step="send"))
        form = await page(client, f"{here}/change")
        compared = await send(client, form, f"{here}/change", **{**fields, "version": "2.0", "days": "50"})
        changed = await send(client, compared.text, f"{here}/change", step="send")
        late = await send(client, form, f"{here}/change", **{**fields, "version": "3.0"}, step="send")
        deleted = await send(client, await page(client, here), f"{here}/delete")
        listed = await page(client, "/policies")
        used = f"/policies/{block.policy['id']}"
        refused = await send(client, await page(client, used), f"{used}/delete")

    assert wrong.status_code == 400
    assert "Enter a version, such as 1.0" in wrong.text
    assert "100 days" in compared.text
    assert "50 days" in compared.text
    assert place(changed) == here
    assert late.status_code == 409
    assert "changed this policy while you wrote" in late.text
    assert deleted.status_code == 303
    assert "Policy of schools" not in listed
    assert (refused.status_code, lint(refused.text)) == (409, [])
    assert "An active agreement stands under this policy" in refused.text


async def test_only_who_configures_sees_drafts_and_policies(block: Consent) -> None:
    async with official(block) as client:
        draft = await started(client)
        for odd in (f"{draft}/nothing", f"{draft}/translations/de", "/drafts/none", "/policies/none"):
            await page(client, odd, 404)
    async with browser(block) as person:
        for path in (draft, f"{draft}/purpose", "/policies", "/policies/new"):
            await page(person, path, 403)
        started_by_person = await person.post("/drafts", data=await token(person, "/"))

    assert started_by_person.status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_pages_of_organisations_are_good_in_every_language(block: Consent, language: str) -> None:
    here = f"/policies/{block.policy['id']}"
    async with official(block) as client:
        draft = await answered(block, client)
        steps = [
            f"{draft}/{step}" for step in (*QUESTIONS, "attributes", "translations/es" if language != "es" else "")
        ]
        for path in (draft, *steps, "/agreements", "/policies", "/policies/new", here, f"{here}/change"):
            await page(client, f"{path.rstrip('/')}?lang={language}")
