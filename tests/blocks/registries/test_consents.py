"""Rights that rest on consent: asked for at each reading, cited in the log, and gone at once after a withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.blocks.registries.access.errors import BadGrant
from govstack.blocks.registries.admission.errors import RightMissing
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.model import Search
from govstack.blocks.registries.usage import service as usage
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from tests.builders.consents import AGREEMENT, SETTINGS, ConsentPeer, connected
from tests.builders.records import PREFIX, desk, path, stocked
from tests.builders.registries import field, granted, people_fields
from tests.builders.running import Bench
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-6", "DRS-8")

DESK = "demo/GOV/7003/officerdesk"
AUDITOR = Actor("person", "auditor", "Otto Auditor", scopes=frozenset({"registries:audit"}))
KINDS = (ServiceKind.LIST, ServiceKind.READ, ServiceKind.READ_VALUE, ServiceKind.EXISTS)
PEOPLE = (
    {"ID": "EE1", "FirstName": "Ada", "LastName": "Byron", "Region": "North"},
    {"ID": "EE2", "FirstName": "Bo", "LastName": "Byron", "Region": "North"},
    {"ID": "EE3", "FirstName": "Cy", "LastName": "Coe", "Region": "South"},
)


@pytest.fixture
async def bench(databases: Databases) -> Bench:
    return await desk(databases, **SETTINGS)


@pytest.fixture
def peer(bench: Bench) -> ConsentPeer:
    return connected(bench)


@pytest.fixture
async def people(bench: Bench) -> Registry:
    """A register of which the desk may see people who agreed."""
    made = await stocked(bench.context, *PEOPLE, fields=people_fields(), code="people", default_grant=False)
    await granted(bench.context, made, f"application:{DESK}", *KINDS, consent_purpose=AGREEMENT, legal_basis="Consent")
    return made


class Officer:
    """The desk as it calls the register."""

    def __init__(self, bench: Bench, registry: Registry) -> None:
        self._client, self._registry = bench.application(DESK), registry

    async def read(self, **content: Any) -> httpx.Response:
        return await self._client.post(path(self._registry, "/read"), json={"query": {"content": content}})

    async def exists(self, **content: Any) -> httpx.Response:
        return await self._client.post(path(self._registry, "/exists"), json={"query": {"content": content}})

    async def list(self, **query: str) -> httpx.Response:
        return await self._client.get(path(self._registry), params=query)

    async def value(self, uuid: str, field_name: str) -> httpx.Response:
        return await self._client.get(path(self._registry, f"/{uuid}/readValue/{field_name}.json"))


@pytest.fixture
def officer(bench: Bench, people: Registry) -> Officer:
    return Officer(bench, people)


async def cited(bench: Bench, person: str = "EE1") -> list[str]:
    """Return the consents that the log of a person's reads cites, newest first."""
    found = await usage.who_read_my_data(bench.context, by=AUDITOR, person_identifier=person)
    return [one.reason.consent_reference for one in found.entries]


def names(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [one["FirstName"] for one in answer.json()["results"]]


async def test_a_reading_is_refused_until_the_person_agrees_and_then_cites_the_consent(
    bench: Bench, peer: ConsentPeer, officer: Officer
) -> None:
    before = await officer.read(ID="EE1")
    peer.answer("EE1")
    after = await officer.read(ID="EE1")

    assert (before.status_code, before.json()["code"]) == (403, "consent-missing")
    assert (after.status_code, after.json()["content"]["FirstName"]) == (200, "Ada")
    assert await cited(bench) == ["record-1@record-1-1"]


async def test_a_withdrawal_holds_for_the_very_next_reading(bench: Bench, peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")
    agreed = await officer.read(ID="EE1")
    peer.answer("EE1", opt_in=False)
    withdrawn = await officer.read(ID="EE1")
    peer.answer("EE1")
    again = await officer.read(ID="EE1")

    assert [one.status_code for one in (agreed, withdrawn, again)] == [200, 403, 200]
    assert await cited(bench) == ["record-1@record-1-3", "record-1@record-1-1"]


async def test_a_list_that_tells_the_newest_revision_spares_a_question_for_each_record(
    bench: Bench, peer: ConsentPeer, officer: Officer
) -> None:
    peer.tells = True
    peer.answer("EE1")
    agreed = await officer.read(ID="EE1")
    peer.answer("EE1", opt_in=False)
    withdrawn = await officer.read(ID="EE1")

    assert (agreed.status_code, withdrawn.status_code) == (200, 403)
    assert await cited(bench) == ["record-1@record-1-1"]
    assert not [path for path, _query in peer.requests if "/consent-record/" in path]


async def test_the_consent_of_somebody_else_does_not_help(peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE2")

    assert (await officer.read(ID="EE1")).status_code == 403
    assert (await officer.read(ID="EE2")).status_code == 200


async def test_a_refusal_tells_nothing_about_the_data(peer: ConsentPeer, officer: Officer) -> None:
    asked = (("EE1", "Ada"), ("EE1", "x"), ("EE9", "x"))
    refused = [await officer.read(ID=person, FirstName=name) for person, name in asked]
    hidden = await officer.read(FirstName="Ada")
    unknown = await officer.read(FirstName="Nobody")

    assert len({(one.status_code, one.json()["detail"]) for one in refused}) == 1
    assert (hidden.status_code, hidden.content) == (unknown.status_code, unknown.content)
    assert hidden.status_code == 404


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
async def test_nothing_is_shown_when_the_consent_block_does_not_answer(
    bench: Bench, peer: ConsentPeer, officer: Officer, status: int
) -> None:
    peer.answer("EE1")
    peer.broken = status

    answers = [await officer.read(ID="EE1"), await officer.list(), await officer.exists(ID="EE1")]

    assert {(one.status_code, one.json()["code"]) for one in answers} == {(503, "consent-unknown")}
    assert await cited(bench) == []


async def test_nothing_is_shown_when_there_is_no_consent_block(databases: Databases) -> None:
    bench = await desk(databases)
    made = await stocked(bench.context, *PEOPLE, fields=people_fields(), code="people", default_grant=False)
    await granted(bench.context, made, f"application:{DESK}", *KINDS, consent_purpose=AGREEMENT)

    assert (await Officer(bench, made).read(ID="EE1")).status_code == 503


async def test_a_list_counts_and_shows_only_people_who_agree(bench: Bench, peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")
    peer.answer("EE3")
    peer.answer("EE2", opt_in=False)

    everybody = await officer.list()
    family = await officer.list(**{"query.LastName": "Byron"})
    second = await officer.list(page="2", pageSize="1")
    refused = await officer.list(**{"query.ID": "EE2"})

    assert (names(everybody), everybody.json()["count"]) == (["Ada", "Cy"], 2)
    assert (names(family), family.json()["count"]) == (["Ada"], 1)
    assert (names(second), second.json()["count"]) == (["Cy"], 2)
    assert (refused.status_code, refused.json()["code"]) == (403, "consent-missing")
    assert await cited(bench, "EE1") == ["record-1@record-1-1"] * 2
    assert await cited(bench, "EE3") == ["record-2@record-2-1"] * 2
    assert await cited(bench, "EE2") == []


async def test_a_list_of_more_people_than_may_be_asked_for_is_refused(
    bench: Bench, peer: ConsentPeer, people: Registry, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.answer("EE3")
    monkeypatch.setattr(reading, "RECORDS_MAX", 2)

    many, few = await officer.list(), await officer.list(**{"query.LastName": "Coe"})

    assert (many.status_code, many.json()["code"]) == (422, "consent-too-many")
    assert names(few) == ["Cy"]


async def test_asking_whether_somebody_exists_rests_on_consent_too(peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")

    named, other = await officer.exists(ID="EE1"), await officer.exists(ID="EE2")
    found, hidden = await officer.exists(FirstName="Ada"), await officer.exists(FirstName="Bo")

    assert (named.json()["answer"]["status"], other.status_code) == (True, 403)
    assert (found.json()["answer"]["status"], hidden.json()["answer"]["status"]) == (True, False)


async def test_a_single_value_rests_on_consent_too(
    bench: Bench, peer: ConsentPeer, people: Registry, officer: Officer
) -> None:
    async with bench.context.database.reading() as tx:
        rows = await tx.fetch(f"SELECT uuid FROM {people.record_table} ORDER BY number LIMIT 1")
    uuid = str(rows[0]["uuid"])

    before = await officer.value(uuid, "FirstName")
    peer.answer("EE1")
    after = await officer.value(uuid, "FirstName")

    assert (before.status_code, after.status_code) == (404, 200)
    assert await cited(bench) == ["record-1@record-1-1"]


async def test_consent_to_an_earlier_version_counts_only_where_the_present_one_says_so(
    peer: ConsentPeer, officer: Officer
) -> None:
    peer.answer("EE1")
    peer.agreement(version="2.0", dpia="other")
    outdated = await officer.read(ID="EE1")
    peer.agreement(version="2.1", compatibleWithVersion={"id": AGREEMENT, "version": "1.0"})
    compatible = await officer.read(ID="EE1")

    assert (outdated.status_code, compatible.status_code) == (403, 200)


async def test_an_agreement_that_ended_lets_nobody_read(peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")
    peer.agreements[AGREEMENT]["said"]["active"] = False

    assert (await officer.read(ID="EE1")).status_code == 403


async def test_an_agreement_that_nobody_wrote_lets_nobody_read(peer: ConsentPeer, officer: Officer) -> None:
    peer.agreements.clear()

    assert (await officer.read(ID="EE1")).status_code == 403


@pytest.mark.parametrize("answered", [{"opt_in": None}, {"state": "pending more signatures"}])
async def test_an_answer_that_is_not_a_yes_is_no_consent(
    peer: ConsentPeer, officer: Officer, answered: dict[str, Any]
) -> None:
    peer.answer("EE1", **answered)

    assert (await officer.read(ID="EE1")).status_code == 403


async def test_consent_is_over_when_the_policy_lets_data_be_kept_no_longer(peer: ConsentPeer, officer: Officer) -> None:
    peer.agreement(version="1.1", policy={"id": "p", "dataRetentionPeriodDays": 30})
    given = clock.now() - timedelta(days=30)
    with clock.fixed(given + timedelta(minutes=1)):
        peer.answer("EE1")
    still = await officer.read(ID="EE1")
    with clock.fixed(given):
        peer.answer("EE1")
    over = await officer.read(ID="EE1")

    assert (still.status_code, over.status_code) == (200, 403)


async def test_consent_is_over_when_the_agreement_itself_lets_data_be_kept_no_longer(
    peer: ConsentPeer, officer: Officer
) -> None:
    peer.agreement(version="1.1", policy={"id": "p", "dataRetentionPeriodDays": 365}, dataRetentionPeriodDays=30)
    given = clock.now() - timedelta(days=30)
    with clock.fixed(given + timedelta(minutes=1)):
        peer.answer("EE1")
    still = await officer.read(ID="EE1")
    with clock.fixed(given):
        peer.answer("EE1")
    over = await officer.read(ID="EE1")

    assert (still.status_code, over.status_code) == (200, 403)


@pytest.mark.parametrize("moment", ["soon", "2026-11-22T12:00:00"])
async def test_an_answer_whose_moment_cannot_be_read_lets_nobody_read(
    peer: ConsentPeer, officer: Officer, moment: str
) -> None:
    peer.agreement(version="1.1", policy={"id": "p", "dataRetentionPeriodDays": 30})
    peer.answer("EE1")
    peer.records[0]["at"] = moment

    answer = await officer.read(ID="EE1")

    assert (answer.status_code, answer.json()["code"]) == (503, "consent-unknown")


async def test_what_a_person_said_last_counts_when_they_are_known_twice(peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")
    with clock.fixed(clock.now() + timedelta(seconds=5)):
        peer.answer("EE2", opt_in=False)
    peer.records[1]["person"] = "EE1"

    assert (await officer.read(ID="EE1")).status_code == 403


async def test_two_agreements_are_both_needed(bench: Bench, peer: ConsentPeer) -> None:
    made = await stocked(bench.context, *PEOPLE, fields=people_fields(), code="strict", default_grant=False)
    await granted(bench.context, made, f"application:{DESK}", *KINDS, consent_purpose=f"{AGREEMENT} research")
    officer = Officer(bench, made)
    peer.agreement("research")
    peer.answer("EE1")
    one = await officer.read(ID="EE1")
    peer.answer("EE1", agreement_id="research")
    both = await officer.read(ID="EE1")

    assert (one.status_code, both.status_code) == (403, 200)
    assert await cited(bench) == ["record-1@record-1-1 record-2@record-2-1"]


async def test_rights_on_other_grounds_ask_nobody(bench: Bench, peer: ConsentPeer, people: Registry) -> None:
    await granted(bench.context, people, "application:demo/GOV/7002/tax", *KINDS, legal_basis="Tax Act")
    tax = bench.application("demo/GOV/7002/tax")

    answer = await tax.post(path(people, "/read"), json={"query": {"content": {"ID": "EE1"}}})

    assert (answer.status_code, peer.requests) == (200, [])
    assert await cited(bench) == [""]


async def test_consent_adds_fields_to_what_a_right_on_another_ground_shows(
    bench: Bench, peer: ConsentPeer, people: Registry, officer: Officer
) -> None:
    await granted(bench.context, people, f"application:{DESK}", *KINDS, fields=frozenset({"ID"}), legal_basis="Aid Act")
    peer.answer("EE2")

    without, agreed = await officer.read(ID="EE1"), await officer.read(ID="EE2")
    guessed = await officer.exists(FirstName="Ada")

    assert without.json()["content"] == {"ID": "EE1"}
    assert agreed.json()["content"]["FirstName"] == "Bo"
    assert guessed.json()["answer"]["status"] is False
    assert await cited(bench, "EE1") == [""]


async def test_no_address_and_no_log_of_the_peer_names_the_person(peer: ConsentPeer, officer: Officer) -> None:
    peer.answer("EE1")
    await officer.read(ID="EE1")

    assert peer.requests
    assert not [one for one in peer.requests if "EE1" in "".join(one)]


async def test_services_that_do_not_ask_are_not_opened_by_consent(
    bench: Bench, peer: ConsentPeer, people: Registry
) -> None:
    peer.answer("EE1")
    by = Actor("application", DESK, DESK, application=DESK)

    with pytest.raises(RightMissing):
        await reading.search(bench.context, by=by, registry=people, search=Search())
    with pytest.raises(RightMissing):
        await reading.read_record(bench.context, by=by, registry=people, uuid="EE1")


async def test_a_service_of_ones_own_asks_for_consent_whatever_the_right_rests_on(
    bench: Bench, peer: ConsentPeer, people: Registry
) -> None:
    """A service is marked through the API, and its mark goes with the definition into another registry."""
    await granted(bench.context, people, "application:demo/GOV/7002/tax", *KINDS, legal_basis="Tax Act")
    steward = bench.person("administrator", "registries:administer")
    here = f"{PREFIX}/registries/people/versions/1.0/services/agreed-list"
    marked = await steward.put(here, json={"kind": "data-list", "consentPurpose": AGREEMENT})
    wrong = await steward.put(here, json={"kind": "data-list", "consentPurpose": "no / id"})
    exported = await steward.get(f"{PREFIX}/registries/people/versions/1.0/export")
    tax = bench.application("demo/GOV/7002/tax")
    before = await tax.get(path(people, "/services/agreed-list"))
    peer.answer("EE2")
    after = await tax.get(path(people, "/services/agreed-list"))
    every = await tax.get(path(people))

    assert (marked.status_code, marked.json()["consentPurpose"]) == (200, AGREEMENT)
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["consentPurpose"])
    assert f'"consentPurpose":"{AGREEMENT}"' in exported.text.replace(": ", ":")
    assert (names(before), names(after), names(every)) == ([], ["Bo"], ["Ada", "Bo", "Cy"])


@pytest.mark.parametrize(
    ("services", "purpose"),
    [((ServiceKind.READ, ServiceKind.EXPORT), AGREEMENT), ((ServiceKind.STATISTICS,), AGREEMENT), (KINDS, "no / id")],
)
async def test_a_right_that_could_not_ask_is_not_given(
    bench: Bench, people: Registry, services: tuple[ServiceKind, ...], purpose: str
) -> None:
    with pytest.raises(BadGrant) as refused:
        await granted(bench.context, people, "role:clerk", *services, consent_purpose=purpose)

    assert list(refused.value.fields) == ["consentPurpose"]


async def test_consent_needs_a_field_that_says_whose_data_it_is(bench: Bench) -> None:
    made = await stocked(bench.context, fields=(field("Name"),), code="things")

    with pytest.raises(BadGrant):
        await granted(bench.context, made, "role:clerk", ServiceKind.READ, consent_purpose=AGREEMENT)
