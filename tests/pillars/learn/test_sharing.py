"""Sharing how far one is with a manager, kept by a consent block as its agreement says (F31.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from govstack.kernel.actor import Actor
from govstack.pillars.learn.learning.analytics import service
from tests.builders.consent import AGREEMENT, Consent, consent
from tests.builders.learning import API, Learn, civil_servant, learn, ministry, page, send
from tests.builders.running import TestIssuer
from tests.databases import Databases
from tests.pillars.learn.test_analytics import team

MEDIATOR = "http://mediator.test"
PLACE, CALLER = "GOV/7000/consent/consent", "GOV/7000/learning"
RECORDS = "/service/individual/record"
AMINA = Actor("person", "amina", "Amina", attributes={"person_id": "N-p-0"})
PURPOSE = "Show your manager how far you are"


@dataclass
class Mediator:
    """Carries calls to the real consent block under its own seal, as the mediator does; `broken` answers instead."""

    block: Consent
    seal: TestIssuer = field(default_factory=TestIssuer)
    broken: int = 0
    paths: list[str] = field(default_factory=list)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Carry one call, or show the keys of the seal."""
        if PLACE not in scope["path"]:
            await self.seal(scope, receive, send)
            return
        path = scope["path"].partition(PLACE)[2]
        self.paths.append(f"{scope['method']} {path}?{scope['query_string'].decode()}")
        if self.broken:
            await send({"type": "http.response.start", "status": self.broken, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        token = self.seal.token(f"demo/{CALLER}", iss=MEDIATOR)
        headers = [one for one in scope["headers"] if one[0] != b"authorization"]
        carried = {**scope, "path": f"/api{path}", "raw_path": b"", "headers": [
            *headers, (b"authorization", f"Bearer {token}".encode())
        ]}  # fmt: skip
        await self.block.bench.running.application(carried, receive, send)


@dataclass
class Country:
    """The pillar beside a consent block, with an agreement that keeps data for a year."""

    pillar: Learn
    block: Consent
    mediator: Mediator
    agreement: str

    async def team(self) -> dict[str, Any]:
        """Return what the manager sees."""
        async with self.pillar.person("chief", person_id="N-boss") as client:
            return dict((await client.get(f"{API}/my-team/learning")).json())

    async def record(self) -> dict[str, Any]:
        """Return what a learner reads of their own record."""
        async with self.pillar.person("amina", person_id="N-p-0") as client:
            return dict((await client.get(f"{API}/my-record")).json())

    async def share(self, shared: bool, **more: Any) -> int:
        """Let a learner say it; return the status."""
        async with self.pillar.person("amina", person_id="N-p-0") as client:
            return (await client.put(f"{API}/my-record/sharing", json={"shared": shared, **more})).status_code

    async def revised(self, **changed: Any) -> None:
        """Write the next version of the agreement."""
        body = {**AGREEMENT, "policy": self.block.policy["id"], "purpose": PURPOSE, **changed}
        await self.block.organisation().put(f"/config/data-agreement/{self.agreement}/", {"dataAgreement": body})


@pytest.fixture
async def country(databases: Databases) -> Country:
    given = json.dumps({f"demo/{CALLER}": "consent:record consent:verify"})
    block = await consent(databases, CONSENT_APPLICATIONS=given, MEDIATOR_URL=MEDIATOR)
    asked = {
        **AGREEMENT, "policy": block.policy["id"], "purpose": PURPOSE, "dataRetentionPeriodDays": 365, "language": "en",
        "translations": {"fr": {"purpose": "Montrer votre avancement"}},
    }  # fmt: skip
    answer = await block.organisation().post("/config/data-agreement/", {"dataAgreement": asked})
    agreement = str(answer["dataAgreement"]["id"])
    pillar = await learn(
        databases, LEARN_CONSENT_SERVICE=PLACE, LEARN_CONSENT_APPLICATION=CALLER, LEARN_CONSENT_AGREEMENT=agreement,
        MEDIATOR_URL=MEDIATOR,
    )  # fmt: skip
    mediator = Mediator(block)
    for bench in (pillar.bench, block.bench):
        bench.network.serve_locally(MEDIATOR, mediator)
    await ministry(pillar.context, "finance")
    await ministry(pillar.context, "tax", parent_id="finance")
    await civil_servant(pillar.context, "boss", number="N-boss")
    await team(pillar, 2)
    return Country(pillar, block, mediator, agreement)


@pytest.mark.requirement("F31.2")
async def test_what_a_learner_agrees_to_is_written_down_at_the_consent_block(country: Country) -> None:
    before = await country.team()
    async with country.pillar.browser(subject="amina", person_id="N-p-0") as browser:
        french = await page(browser, "/my-record?lang=fr")
        shown = await page(browser, "/my-record?lang=en")
        answer = await send(browser, shown, "/my-record/sharing")
        after = await page(browser, "/my-record")
    seen = await country.team()
    kept = await country.block.person("N-p-0").get(f"{RECORDS}/data-agreement/{country.agreement}/")

    assert before["sharing"] == []
    assert all(text in shown for text in (PURPOSE, "365 days", "Ministry of Social Affairs", "example.org/policy/1"))
    assert "Montrer votre avancement" in french
    assert answer.status_code == 303
    assert "Do not show it any more" in after
    assert [one["learnerId"] for one in seen["sharing"]] == ["p-0"]
    assert kept["consentRecord"]["optIn"] is True
    assert not any("N-p-0" in path for path in country.mediator.paths)


@pytest.mark.requirement("F31.2")
async def test_who_withdraws_at_either_place_is_not_shown_any_more(country: Country) -> None:
    said = await country.share(True)
    person = country.block.person("N-p-0")
    kept = (await person.get(f"{RECORDS}/data-agreement/{country.agreement}/"))["consentRecord"]
    await person.put(f"{RECORDS}/consent-record/{kept['id']}/", {"consentRecord": {"optIn": False}})
    there = (await country.team(), await country.record())
    again = await country.share(True)
    shared = await country.team()
    taken_back = [await country.share(False), await country.share(False)]
    here = (await country.team(), await person.get(f"{RECORDS}/data-agreement/{country.agreement}/"))

    assert (said, again, taken_back) == (204, 204, [204, 204])
    assert (there[0]["sharing"], there[1]["shared"]) == ([], False)
    assert len(shared["sharing"]) == 1
    assert (here[0]["sharing"], here[1]["consentRecord"]["optIn"]) == ([], False)


@pytest.mark.requirement("F31.2")
async def test_nobody_is_shown_while_the_consent_block_does_not_answer(country: Country) -> None:
    await country.share(True)
    country.mediator.broken = 503

    seen, record = await country.team(), await country.record()
    refused = [await country.share(True), await country.share(False)]
    async with country.pillar.browser(subject="chief", person_id="N-boss") as browser:
        told = await page(browser, "/my-team/learning")
    async with country.pillar.browser(subject="amina", person_id="N-p-0") as browser:
        own = await page(browser, "/my-record")
    country.mediator.broken = 0

    assert (seen["people"], seen["sharing"], seen["sharingKnown"]) == (2, [], False)
    assert (record["shared"], record["sharingKept"]) == (False, "unknown")
    assert refused == [503, 503]
    assert "so nobody is shown" in told
    assert "cannot be read now" in own
    assert len((await country.team())["sharing"]) == 1


@pytest.mark.requirement("F31.2")
async def test_consent_to_something_else_to_an_earlier_version_or_of_a_closed_agreement_is_none(
    country: Country,
) -> None:
    await country.block.person("N-p-1").send("POST", f"{RECORDS}/data-agreement/{country.block.agreement_id}/")
    other = await country.team()
    read = (await country.record())["agreement"]["revision"]
    first = await country.share(True, revision=read)
    before = await country.team()
    await country.revised(version="2.0")
    earlier = await country.team()
    outdated = await country.share(True, revision=read)
    await country.share(True)
    anew = await country.team()
    await country.revised(version="2.0", active=False)
    closed = (await country.team(), await country.share(True))

    assert other["sharing"] == []
    assert first == 204
    assert len(before["sharing"]) == 1
    assert earlier["sharing"] == []
    assert outdated == 409
    assert len(anew["sharing"]) == 1
    assert (closed[0]["sharing"], closed[1]) == ([], 409)


@pytest.mark.requirement("F31.2")
async def test_what_was_kept_here_does_not_count_beside_a_consent_block(country: Country) -> None:
    context = country.pillar.context
    async with context.database.transaction() as tx:
        await tx.execute("INSERT INTO learning_sharing (learner_id, since) VALUES ('p-0', '2026-01-01T00:00:00Z')")

    seen = await country.team()
    await service.share(context, by=AMINA, shared=False)
    async with context.database.reading() as tx:
        left = await tx.fetch("SELECT learner_id FROM learning_sharing")

    assert seen["sharing"] == []
    assert left == []


@pytest.mark.requirement("F31.2")
async def test_who_has_no_number_and_an_unfinished_setting_are_told(country: Country, databases: Databases) -> None:
    async with country.pillar.person("stranger") as client:
        answer = await client.put(f"{API}/my-record/sharing", json={"shared": True})
    unfinished = await learn(databases, LEARN_CONSENT_SERVICE=PLACE)
    async with unfinished.person("amina") as client:
        record = (await client.get(f"{API}/my-record")).json()

    assert (answer.status_code, answer.json()["code"]) == (409, "not-numbered")
    assert (record["shared"], record["sharingKept"]) == (False, "unknown")
