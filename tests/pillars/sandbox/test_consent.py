"""Consent holds where data is read: mediator, consent block, registers and desk as the country runs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govstack.blocks.consent.agreements import service as agreements
from govstack.blocks.consent.agreements.service import Draft
from govstack.blocks.consent.giving import service as giving
from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.usage import service as usage
from govstack.host.run import Process
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unavailable
from govstack.kernel.mediation import Reply
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.desk import presenters, service
from govstack.pillars.sandbox.desk.errors import NoConsent
from govstack.pillars.sandbox.desk.model import Examined
from tests.pillars.sandbox.conftest import composed, context_of, seed

SERVICE, AGREEMENT = "usct", "cash-transfer"
OFFICER = Actor("person", "enrollment-officer", "Selamawit Ketema", scopes=frozenset({"sandbox:enrol"}))
AUDITOR = Actor("person", "auditor", "Ashok Pathak", scopes=frozenset({"registries:audit"}))
REGISTER = "GOV/7002/income/income"

pytestmark = pytest.mark.requirement("DRS-6", "DRS-8", "C11")
on_the_blocks = pytest.mark.asyncio(loop_scope="module")


def person(key: str) -> Actor:
    """Return somebody whom journeys know by name, signed in."""
    return Actor("person", key, key, attributes={"person_id": person_id(key)})


def person_id(key: str) -> str:
    return next(persona.id for persona in countries.load().personas if persona.key == key)


async def incomes_of(sandbox: Context, key: str) -> Reply:
    """Ask the income register for somebody, as the desk does: through the mediator."""
    return await sandbox.mediation.call(
        "GET", REGISTER, "/income/1.0", application="GOV/7003/officerdesk", user=OFFICER.id,
        query={"query.personalIdCode": person_id(key)},
    )  # fmt: skip


async def agree(process: Process, key: str) -> Mapping[str, Any]:
    """Let somebody agree; returns the record and the revision that say so."""
    shown = await giving.agree(context_of(process, "consent"), by=person(key), agreement_id=AGREEMENT)
    return {"record": shown.data.id, "revision": shown.revision.id}


async def withdraw(process: Process, key: str) -> None:
    context = context_of(process, "consent")
    shown = await giving.current(context, by=person(key), agreement_id=AGREEMENT)
    await giving.change(context, by=person(key), record_id=shown.data.id, opt_in=False, same={})


async def cited(process: Process, key: str) -> list[str]:
    """Return the consents that the log of reads cites for somebody, newest first."""
    page = await usage.who_read_my_data(context_of(process, "registries"), by=AUDITOR, person_identifier=person_id(key))
    return [one.reason.consent_reference for one in page.entries]


async def examined(sandbox: Context, key: str) -> Examined:
    case = await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id(key))
    return await service.examine(sandbox, by=OFFICER, case_id=case.id)


@pytest.mark.requirement("USCT-3")
@on_the_blocks
async def test_who_agrees_is_read_and_the_log_cites_it_and_who_withdraws_is_read_no_more(
    demonstration: Process, sandbox: Context
) -> None:
    before = await incomes_of(sandbox, "olivia-ramirez")
    given = await agree(demonstration, "olivia-ramirez")
    agreed = await incomes_of(sandbox, "olivia-ramirez")
    references = await cited(demonstration, "olivia-ramirez")
    await withdraw(demonstration, "olivia-ramirez")
    withdrawn = await incomes_of(sandbox, "olivia-ramirez")

    assert (before.status, before.json()["code"]) == (403, "consent-missing")
    assert (agreed.status, len(agreed.json()["results"])) == (200, 1)
    assert references == [f"{given['record']}@{given['revision']}"]
    assert (withdrawn.status, withdrawn.json()["code"]) == (403, "consent-missing")
    assert await cited(demonstration, "olivia-ramirez") == references


@pytest.mark.requirement("USCT-3")
@on_the_blocks
async def test_the_desk_says_who_does_not_agree_and_decides_nothing(demonstration: Process, sandbox: Context) -> None:
    agreed = await examined(sandbox, "bob-smith")
    await withdraw(demonstration, "bob-smith")
    waiting = await service.examine(sandbox, by=OFFICER, case_id=agreed.case.id)
    shown = presenters.case_view(waiting, cases.load(SERVICE), countries.load(), "en", "2026-11-22")
    with pytest.raises(NoConsent):
        await service.enrol(sandbox, by=OFFICER, case_id=agreed.case.id, package_code="TPA")
    await agree(demonstration, "bob-smith")
    again = await service.examine(sandbox, by=OFFICER, case_id=agreed.case.id)

    assert agreed.decision is not None
    assert (waiting.decision, waiting.case.state) == (None, agreed.case.state)
    assert (shown.without_consent, shown.can_enrol, shown.decided) == (["Bob Smith"], False, False)
    assert again.decision == agreed.decision


@on_the_blocks
async def test_consent_of_one_member_of_the_household_is_not_that_of_another(
    demonstration: Process, sandbox: Context
) -> None:
    before = await examined(sandbox, "ava-patel")
    await withdraw(demonstration, "ava-patel")
    after = await service.examine(sandbox, by=OFFICER, case_id=before.case.id)

    others = [one["personalIdCode"] for one in before.records.household if one != before.person]
    read = {one["personalIdCode"] for one in after.records.incomes}
    assert [one["personalIdCode"] for one in after.records.without_consent] == [person_id("ava-patel")]
    assert read <= set(others)


@on_the_blocks
async def test_nothing_is_read_while_the_consent_block_is_away(
    demonstration: Process, sandbox: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(scope: object, receive: object, send: object) -> None:
        raise ConnectionResetError

    before = await incomes_of(sandbox, "john-doe")
    case = await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id("john-doe"))
    with monkeypatch.context() as patched:
        patched.setitem(demonstration.root._mounted, "consent", away)
        refused = await incomes_of(sandbox, "john-doe")
        with pytest.raises(Unavailable):
            await service.examine(sandbox, by=OFFICER, case_id=case.id)
    after = await incomes_of(sandbox, "john-doe")

    assert [one.status for one in (before, refused, after)] == [200, 503, 200]
    assert refused.json()["code"] == "consent-unknown"


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Process]:
    """A country that one test has for itself."""
    async with composed(tmp_path) as process:
        await seed(process)
        yield process


@pytest.mark.requirement("X013")
@pytest.mark.asyncio(loop_scope="function")
async def test_after_a_rotation_of_the_master_secret_the_country_goes_on(tmp_path: Path) -> None:
    first, second = (f"master-secret-number-{number}-of-these-tests-0123456789" for number in (1, 2))
    async with composed(tmp_path, SECRET=first) as process:
        await seed(process)
        given = await agree(process, "olivia-ramirez")
        before = await examined(context_of(process, "sandbox"), "liam-anderson")
    async with composed(tmp_path, SECRET=second, SECRET_PREVIOUS=first) as process:
        await seed(process)
        sandbox = context_of(process, "sandbox")
        again = await agree(process, "olivia-ramirez")
        after = await examined(sandbox, "liam-anderson")
        agreed = await incomes_of(sandbox, "olivia-ramirez")
        await withdraw(process, "olivia-ramirez")
        withdrawn = await incomes_of(sandbox, "olivia-ramirez")

    assert again == given
    assert (after.case.id, after.decision) == (before.case.id, before.decision)
    assert after.records.incomes == before.records.incomes
    assert (agreed.status, withdrawn.status) == (200, 403)


@pytest.mark.asyncio(loop_scope="function")
async def test_a_right_from_before_it_rested_on_consent_goes_when_a_newer_pack_is_seeded(own: Process) -> None:
    sandbox, registries = context_of(own, "sandbox"), context_of(own, "registries")
    administrator = Actor("person", "administrator", "Mila", scopes=frozenset({"registries:administer"}))
    (bound,) = [one for one in await access.grants(registries, by=administrator, code="income") if one.consent_purpose]
    await access.give(
        registries, by=administrator, code="income", grant=replace(bound, consent_purpose="", legal_basis="")
    )
    before = await incomes_of(sandbox, "olivia-ramirez")
    async with sandbox.database.transaction() as tx:
        await tx.execute("UPDATE seeding SET digest = 'of an older pack' WHERE part = 'registry income'")
    await seed(own)
    after = await incomes_of(sandbox, "olivia-ramirez")
    left = [
        one for one in await access.grants(registries, by=administrator, code="income") if one.subject == bound.subject
    ]

    assert (before.status, after.status) == (200, 403)
    assert left == [bound]


@pytest.mark.asyncio(loop_scope="function")
async def test_a_new_version_asks_everybody_again_unless_it_says_that_the_old_consent_counts(own: Process) -> None:
    consent, sandbox = context_of(own, "consent"), context_of(own, "sandbox")
    before = await incomes_of(sandbox, "john-smith")
    known = (await agreements.read(consent, agreement_id=AGREEMENT)).agreement
    assert known.controller is not None
    assert known.policy is not None
    common = {
        "purpose": known.purpose, "lawful_basis": known.lawful_basis, "controller_id": known.controller.id,
        "policy_id": known.policy.id, "active": True, "forgettable": True, "attributes": known.attributes,
    }  # fmt: skip
    by = Actor.system("test")
    await agreements.change(
        consent, by=by, agreement_id=AGREEMENT,
        draft=Draft(version="1.1", dpia=known.dpia, compatible_id=AGREEMENT, **common),
    )  # fmt: skip
    compatible = await incomes_of(sandbox, "john-smith")
    await agreements.change(
        consent, by=by, agreement_id=AGREEMENT, draft=Draft(version="2.0", dpia="Another risk", **common)
    )
    outdated = await incomes_of(sandbox, "john-smith")
    await agreements.terminate(consent, by=by, agreement_id=AGREEMENT)
    ended = await incomes_of(sandbox, "john-smith")

    assert [one.status for one in (before, compatible, outdated, ended)] == [200, 200, 403, 403]
