"""Badges: what they stand for, awarding, earning by rule, what becomes of them, and what others check."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from govstack.kernel import clock, events
from govstack.kernel.actor import Actor
from govstack.kernel.jobs import Job
from govstack.pillars.learn.learning.badges import service, store
from govstack.pillars.learn.learning.badges.model import Content, Purpose, State
from govstack.pillars.learn.manifest import MANIFEST
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.errors import UnknownPerson
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn
from tests.databases import Databases

TEACHER = ("learn:teach",)
AWARDER = Actor("person", "trainer", "Trainer", scopes=frozenset(TEACHER))
SEEN = Content(evidence="Seen")


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def kind(pillar: Learn, achievement_id: str = "open-data", **more: Any) -> None:
    """Enter what a badge stands for."""
    given = {
        "names": {"en": "Open data", "fr": "Données ouvertes"},
        "descriptions": {"en": "Publishes data of a ministry"},
        "criteria": {"en": "Has published three data sets"},
        "framework": "e-CF",
        "competencyCode": "D.10",
        "competencyName": "Information and knowledge management",
        "level": 3,
        "validMonths": 24,
        **more,
    }
    async with pillar.officer() as client:
        answer = await client.put(f"{API}/achievements/{achievement_id}", json=given)
    assert answer.status_code == 200, answer.text


async def awarded(pillar: Learn, learner: str = "p-1", **more: Any) -> dict[str, Any]:
    """Award a badge by hand."""
    given = {"achievementId": "open-data", "personId": learner, "evidence": "Three data sets on the portal", **more}
    async with pillar.officer(*TEACHER) as client:
        answer = await client.post(f"{API}/badges", json=given)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def holder(pillar: Learn, learner: str = "p-1", subject: str = "amina") -> httpx.AsyncClient:
    """Return the client of a person who holds badges."""
    return pillar.person(subject, person_id=f"N-{learner}")


async def credential(pillar: Learn, badge_id: str) -> str:
    """Return the signed credential of a badge as its holder downloads it."""
    async with await holder(pillar) as client:
        answer = await client.get(f"{API}/badges/{badge_id}/credential")
    assert answer.status_code == 200, answer.text
    return answer.text


def claims(token: str) -> dict[str, Any]:
    """Return what a token says, unchecked."""
    part = token.split(".")[1]
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return told


async def become(pillar: Learn, badge_id: str, state: str, reason: str = "Found to be wrong") -> httpx.Response:
    """Change what a badge is worth."""
    async with pillar.officer() as client:
        return await client.put(f"{API}/badges/{badge_id}/state", json={"state": state, "reason": reason})


@pytest.mark.requirement("F30.1")
async def test_a_credential_names_competency_level_evidence_validity_and_both_lists(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context, "p-1")

    badge = await awarded(pillar)
    told = claims(await credential(pillar, badge["id"]))

    aligned = told["credentialSubject"]["achievement"]["alignment"][0]
    assert (aligned["targetFramework"], aligned["targetCode"], aligned["targetDescription"]) == (
        "e-CF",
        "D.10",
        "Level 3",
    )
    assert told["evidence"][0]["narrative"] == "Three data sets on the portal"
    assert int(told["validUntil"][:4]) - int(told["validFrom"][:4]) == 2
    assert [one["statusPurpose"] for one in told["credentialStatus"]] == ["revocation", "suspension"]
    assert {one["type"] for one in told["credentialStatus"]} == {"BitstringStatusListEntry"}


@pytest.mark.requirement("F30.1")
async def test_the_level_stands_in_the_credential_as_a_rubric_that_machines_read(pillar: Learn) -> None:
    from openbadgeslib.ob3.contexts import document_loader

    await kind(pillar, framework="digcomp-3.0", competencyCode="1.1", level=2)
    await civil_servant(pillar.context, "p-1")

    told = claims(await credential(pillar, (await awarded(pillar, scorePercent=80))["id"]))

    subject = told["credentialSubject"]
    score, level = subject["achievement"]["resultDescription"]
    rungs = {one["id"]: one for one in level["rubricCriterionLevel"]}
    assert (score["resultType"], level["resultType"]) == ("Percent", "RubricCriterionLevel")
    assert (len(rungs), rungs[level["requiredLevel"]]["name"]) == (4, "Intermediate")
    assert level["alignment"][0]["targetCode"] == "1.1"
    assert {"achievedLevel": level["requiredLevel"], "resultDescription": level["id"], "type": ["Result"]} == subject[
        "result"
    ][1]
    # Every word is one that the contexts of the standard know: a processor would drop another one unseen.
    contexts = json.dumps([document_loader()(url, {})["document"] for url in told["@context"]])
    used = {name for one in (level, *rungs.values(), subject["result"][1]) for name in one}
    assert [name for name in used if f'"{name}"' not in contexts] == []


@pytest.mark.requirement("F30.1")
async def test_a_framework_that_is_not_held_here_is_named_and_its_level_is_the_only_one_told(pillar: Learn) -> None:
    await kind(pillar, framework="Ministry frame", competencyCode="M-7", level=9)
    await civil_servant(pillar.context, "p-1")

    told = claims(await credential(pillar, (await awarded(pillar))["id"]))

    (level,) = told["credentialSubject"]["achievement"]["resultDescription"]
    assert [one["name"] for one in level["rubricCriterionLevel"]] == ["Level 9"]


@pytest.mark.requirement("F30.4")
async def test_a_credential_names_nobody_but_by_a_hash_that_needs_the_holders_proof(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context, "p-1", contact="amina@example.org")
    badge = await awarded(pillar)

    token = await credential(pillar, badge["id"])
    async with await holder(pillar) as client:
        proof = (await client.get(f"{API}/badges/{badge['id']}")).json()["proof"]

    told = json.dumps(claims(token))
    identifier = claims(token)["credentialSubject"]["identifier"][0]
    assert not [one for one in ("amina@example.org", "Person p-1", "N-p-1", proof) if one in told]
    assert identifier["identityHash"] == "sha256$" + hashlib.sha256(f"N-p-1{proof}".encode()).hexdigest()


@pytest.mark.requirement("F30.1")
async def test_revoking_and_suspending_stand_in_the_published_lists_at_once(pillar: Learn) -> None:
    from openbadgeslib.ob3.status import decode_encoded_list, set_indices

    await kind(pillar)
    for number in (1, 2):
        await civil_servant(pillar.context, f"p-{number}")
    badges = [await awarded(pillar, f"p-{number}") for number in (1, 2)]
    before = await service.status_list(pillar.context, purpose=Purpose.REVOCATION, number=0)

    await become(pillar, badges[0]["id"], "revoked")
    await become(pillar, badges[1]["id"], "suspended")

    places = {one.badge.id: one.badge.list_index for one in await service.register(pillar.context)}
    async with pillar.nobody() as client:
        lists = [(await client.get(f"{API}/status-lists/0/{purpose}")).text for purpose in ("revocation", "suspension")]
    found = [set_indices(decode_encoded_list(claims(one)["credentialSubject"]["encodedList"])) for one in lists]
    assert found == [{places[badges[0]["id"]]}, {places[badges[1]["id"]]}]
    assert set_indices(decode_encoded_list(claims(before)["credentialSubject"]["encodedList"])) == set()


async def test_a_suspended_badge_is_restored_and_a_revoked_one_is_not(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)

    answers = [
        (await become(pillar, badge["id"], state)).status_code for state in ("suspended", "issued", "revoked", "issued")
    ]

    assert answers == [200, 200, 200, 409]


async def test_every_change_says_why_and_who(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)

    silent = await become(pillar, badge["id"], "revoked", reason=" ")
    await become(pillar, badge["id"], "revoked", reason="Copied work")
    async with pillar.officer() as client:
        history = (await client.get(f"{API}/badges/{badge['id']}/history")).json()["changes"]

    assert silent.json()["code"] == "badge-reason-missing"
    assert [(one["state"], one["reason"], one["actor"]) for one in history] == [
        ("draft", "", "training-officer"),
        ("issued", "", "training-officer"),
        ("revoked", "Copied work", "training-officer"),
    ]


async def test_a_badge_that_is_held_is_not_awarded_again(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    await awarded(pillar)

    async with pillar.officer(*TEACHER) as client:
        given = {"achievementId": "open-data", "personId": "p-1", "evidence": "Again"}
        answer = await client.post(f"{API}/badges", json=given)

    assert (answer.status_code, answer.json()["code"]) == (409, "badge-held")


@pytest.mark.parametrize(
    ("change", "scopes", "code"),
    [
        ({"evidence": ""}, TEACHER, "badge-without-evidence"),
        ({}, ("learn:plan",), "badge-not-yours-to-award"),
        ({"personId": "p-9"}, TEACHER, "unknown-person"),
        ({"achievementId": "none"}, TEACHER, "unknown-achievement"),
    ],
)
async def test_awarding_needs_evidence_the_right_role_and_somebody(
    pillar: Learn, change: dict[str, str], scopes: tuple[str, ...], code: str
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)

    async with pillar.officer(*scopes) as client:
        given = {"achievementId": "open-data", "personId": "p-1", "evidence": "Seen", **change}
        answer = await client.post(f"{API}/badges", json=given)

    assert answer.json()["code"] == code


async def test_nobody_awards_a_badge_to_themselves(pillar: Learn) -> None:
    await kind(pillar)
    async with pillar.officer(*TEACHER) as client:
        me = (await client.get(f"{API}/me")).json()["id"]
        given = {"achievementId": "open-data", "personId": me, "evidence": "I am good"}
        answer = await client.post(f"{API}/badges", json=given)

    assert (answer.status_code, answer.json()["code"]) == (403, "own-badge")


async def test_a_rule_awards_once_what_was_reached_and_nothing_below(pillar: Learn) -> None:
    await kind(pillar, "course", awarding="rule", scorePercent=60, attendancePercent=80)
    await civil_servant(pillar.context)
    given = {"personId": "p-1", "reference": "course/7", "scorePercent": 75}

    async with pillar.officer(*TEACHER) as client:
        answers = [
            (await client.post(f"{API}/achievements/course/results", json={**given, **more})).json()
            for more in ({}, {"attendancePercent": 79}, {"attendancePercent": 80}, {"attendancePercent": 100})
        ]

    assert [one["reached"] for one in answers] == [False, False, True, True]
    assert answers[2]["badge"]["id"] == answers[3]["badge"]["id"]


async def test_a_badge_of_a_rule_is_not_awarded_by_hand_and_the_other_way_round(pillar: Learn) -> None:
    await kind(pillar)
    await kind(pillar, "course", awarding="rule", scorePercent=60)
    await civil_servant(pillar.context)

    async with pillar.officer(*TEACHER) as client:
        hand = await client.post(
            f"{API}/badges", json={"achievementId": "course", "personId": "p-1", "evidence": "Seen"}
        )
        rule = await client.post(
            f"{API}/achievements/open-data/results", json={"personId": "p-1", "reference": "x", "scorePercent": 99}
        )

    assert [hand.json()["code"], rule.json()["code"]] == ["badge-not-awardable"] * 2


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"awarding": "rule"}, "badge-without-rule"),
        ({"framework": ""}, "level-without-competency"),
        ({"competencyCode": "D.99"}, "badge-competency-unknown"),
        ({"competencyCode": "D"}, "badge-competency-unknown"),
        ({"framework": "digcomp", "competencyCode": "9.9", "level": 0}, "badge-competency-unknown"),
        ({"level": 6}, "badge-level-unknown"),
    ],
)
@pytest.mark.requirement("F30.1")
async def test_what_a_badge_stands_for_says_what_it_needs(pillar: Learn, more: dict[str, str], code: str) -> None:
    given = {
        "names": {"en": "A"}, "descriptions": {"en": "B"}, "criteria": {"en": "C"}, "framework": "e-CF",
        "competencyCode": "D.10", "level": 3, **more,
    }  # fmt: skip
    async with pillar.officer() as client:
        answer = await client.put(f"{API}/achievements/a", json=given)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_a_badge_ends_by_itself_and_that_is_written_down(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)

    with clock.fixed(clock.now() + timedelta(days=800)):
        async with pillar.officer() as client:
            shown = (await client.get(f"{API}/badges/{badge['id']}")).json()["state"]
        ended = await service.expire(pillar.context)
        again = await service.expire(pillar.context)
    changes = await service.history(pillar.context, badge_id=badge["id"])

    assert (shown, ended, again) == ("expired", 1, 0)
    assert (changes[-1].state, changes[-1].actor) == ("expired", "system")


async def test_a_badge_is_its_persons_alone(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)

    async with pillar.person("somebody") as client:
        answers = [
            (await client.get(f"{API}/badges/{badge['id']}")).status_code,
            (await client.get(f"{API}/badges/{badge['id']}/credential")).status_code,
            (await client.put(f"{API}/badges/{badge['id']}/public", json={"public": True})).status_code,
            (await client.get(f"{API}/badges")).status_code,
        ]

    assert answers == [404, 404, 404, 403]


async def test_events_name_ids_competency_and_level_alone(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    await become(pillar, badge["id"], "revoked")

    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job ORDER BY id")
    told = [json.loads(row["payload"]) for row in rows]

    found = [(one["type"], one["data"]) for one in told if one.get("type", "").startswith("learn.badge")]
    data = {
        "badgeId": badge["id"], "personId": "p-1", "achievementId": "open-data", "framework": "e-CF",
        "competencyCode": "D.10", "level": 3,
    }  # fmt: skip
    assert found == [("learn.badge.issued", data), ("learn.badge.revoked", data)]


async def test_the_badges_of_an_erased_person_name_nobody_and_are_revoked(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)

    await people.erase(pillar.context, by=OFFICER, person_id="p-1")
    for _ in range(2):
        async with pillar.context.database.transaction() as tx:
            await service.forget(tx, "p-1")

    kept = (await service.register(pillar.context))[0].badge
    changes = await service.history(pillar.context, badge_id=badge["id"])
    assert (kept.state, kept.token, kept.content.name, kept.content.evidence) == ("revoked", "", "", "")
    assert [one.state for one in changes].count(State.REVOKED) == 1


async def test_erasing_a_person_reaches_their_badges_by_the_event_as_it_is_delivered(pillar: Learn) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    await awarded(pillar)
    database = pillar.context.database
    await people.erase(pillar.context, by=OFFICER, person_id="p-1")

    bus = events.InProcessBus()
    await bus.subscribe(database, MANIFEST.subscriptions)
    for told in await payloads(pillar, events.OUTBOX):
        await bus.send(events.Event(**told))
    (told,) = await payloads(pillar, events.subscription(people.ERASED))
    await MANIFEST.subscriptions[people.ERASED](pillar.context, Job("1", "", told, 1, clock.timestamp()))

    kept = (await service.register(pillar.context))[0].badge
    assert (kept.state, kept.token, kept.content.name) == (State.REVOKED, "", "")


async def payloads(pillar: Learn, kind: str) -> list[dict[str, Any]]:
    """Return what jobs of a kind carry."""
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT payload FROM job WHERE kind = :kind ORDER BY number", kind=kind)
    return [json.loads(row["payload"]) for row in rows]


async def erased(pillar: Learn, learner: str = "p-1") -> None:
    """Erase somebody, and let badges forget them."""
    await people.erase(pillar.context, by=OFFICER, person_id=learner)
    async with pillar.context.database.transaction() as tx:
        await service.forget(tx, learner)


def overtaken(
    monkeypatch: pytest.MonkeyPatch, room: Any, name: str, meanwhile: Callable[[], Awaitable[object]]
) -> None:
    """Let something happen once after a use case has read with a function, before it goes on."""
    read = getattr(room, name)

    async def slow(*given: Any, **more: Any) -> Any:
        found = await read(*given, **more)
        monkeypatch.setattr(room, name, read)
        await meanwhile()
        return found

    monkeypatch.setattr(room, name, slow)


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.requirement("F30.4")
async def test_no_badge_is_made_of_somebody_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, draft: bool
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    overtaken(monkeypatch, people, "person", lambda: erased(pillar))

    with pytest.raises(UnknownPerson):
        await service.award(
            pillar.context, by=AWARDER, achievement_id="open-data", person_id="p-1", content=SEEN, draft=draft
        )
    assert await service.register(pillar.context) == []


@pytest.mark.requirement("F30.4")
async def test_no_rule_awards_to_somebody_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kind(pillar, "course", awarding="rule", scorePercent=60)
    await civil_servant(pillar.context)
    overtaken(monkeypatch, people, "person", lambda: erased(pillar))

    with pytest.raises(UnknownPerson):
        await service.earned(
            pillar.context, by=AWARDER, achievement_id="course", person_id="p-1", reference="course/7",
            content=Content(score_percent=90),
        )  # fmt: skip
    assert await service.register(pillar.context) == []


@pytest.mark.requirement("F30.4")
async def test_a_draft_is_not_issued_to_somebody_who_is_erased_in_that_moment(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar, draft=True)

    async def gone() -> None:
        await people.erase(pillar.context, by=OFFICER, person_id="p-1")

    overtaken(monkeypatch, people, "person", gone)
    answer = await become(pillar, badge["id"], "issued")

    kept = (await service.register(pillar.context))[0].badge
    assert (answer.status_code, kept.state, kept.token) == (409, State.DRAFT, "")


@pytest.mark.requirement("F30.4")
async def test_a_badge_that_is_suspended_while_it_is_forgotten_is_forgotten(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    change = store.change
    begun: list[asyncio.Future[httpx.Response]] = []

    async def slow(*given: Any, **more: Any) -> Any:
        if not begun:
            begun.append(asyncio.ensure_future(become(pillar, badge["id"], "suspended")))
            await asyncio.wait(begun, timeout=0.3)
        return await change(*given, **more)

    monkeypatch.setattr(store, "change", slow)
    async with pillar.context.database.transaction() as tx:
        await service.forget(tx, "p-1")
    await asyncio.gather(*begun)

    kept = (await service.register(pillar.context))[0].badge
    assert (kept.state, kept.token, kept.content.name) == (State.REVOKED, "", "")


@pytest.mark.parametrize("states", [("suspended",), ("suspended", "issued")])
@pytest.mark.requirement("F30.4")
async def test_a_badge_that_its_holder_takes_off_from_the_public_stays_off(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch, states: tuple[str, ...]
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    async with await holder(pillar) as client:
        await client.put(f"{API}/badges/{badge['id']}/public", json={"public": True})
        for state in states[:-1]:
            await become(pillar, badge["id"], state)
        overtaken(
            monkeypatch, people, "person",
            lambda: client.put(f"{API}/badges/{badge['id']}/public", json={"public": False}),
        )  # fmt: skip
        await become(pillar, badge["id"], states[-1])
        shown = (await client.get(f"{API}/badges/{badge['id']}")).json()

    assert (shown["state"], shown["public"]) == (states[-1], False)


@pytest.mark.requirement("F30.4")
async def test_a_badge_that_ends_is_not_made_public_again(pillar: Learn, monkeypatch: pytest.MonkeyPatch) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    async with await holder(pillar) as client:
        await client.put(f"{API}/badges/{badge['id']}/public", json={"public": True})
        overtaken(
            monkeypatch, store, "lapsed",
            lambda: client.put(f"{API}/badges/{badge['id']}/public", json={"public": False}),
        )  # fmt: skip
        with clock.fixed(clock.now() + timedelta(days=800)):
            await service.expire(pillar.context)
        shown = (await client.get(f"{API}/badges/{badge['id']}")).json()

    assert (shown["state"], shown["public"]) == ("expired", False)


@pytest.mark.requirement("F30.4")
async def test_a_badge_that_is_revoked_in_that_moment_is_not_made_public(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kind(pillar)
    await civil_servant(pillar.context)
    badge = await awarded(pillar)
    overtaken(monkeypatch, service, "my_badge", lambda: become(pillar, badge["id"], "revoked"))

    async with await holder(pillar) as client:
        answer = await client.put(f"{API}/badges/{badge['id']}/public", json={"public": True})

    kept = (await service.register(pillar.context))[0].badge
    assert (answer.status_code, kept.state, kept.published_at) == (409, State.REVOKED, None)


@pytest.mark.requirement("F30.4")
async def test_every_badge_of_an_erased_person_is_forgotten_however_many(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BADGES_OF_PERSON_MAX", 2)
    monkeypatch.setattr(service, "FORGOTTEN_AT_ONCE_MAX", 2, raising=False)
    await civil_servant(pillar.context)
    for number in range(5):
        await kind(pillar, f"kind-{number}")
        await awarded(pillar, achievementId=f"kind-{number}")
    await erased(pillar)

    assert {one.badge.content.name for one in await service.register(pillar.context)} == {""}


async def test_badges_are_shown_however_many_kinds_there_are(pillar: Learn) -> None:
    await civil_servant(pillar.context)
    for achievement in ("a-first", "z-last"):
        await kind(pillar, achievement)
        await awarded(pillar, achievementId=achievement)
    async with pillar.context.database.transaction() as tx:
        await tx.execute(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 2000)"
            " INSERT INTO achievement (id, names, descriptions, criteria, kind, framework, competency_code,"
            " competency_name, competency_url, level, valid_months, awarding, score_percent, attendance_percent,"
            " awarder, colour, active, created_at) SELECT 'k-' || n, names, descriptions, criteria, kind, framework,"
            " competency_code, competency_name, competency_url, level, valid_months, awarding, score_percent,"
            " attendance_percent, awarder, colour, active, created_at FROM achievement, number WHERE id = 'a-first'"
        )

    async with await holder(pillar) as client:
        answer = await client.get(f"{API}/me/badges")

    assert (answer.status_code, len(answer.json()["badges"])) == (200, 2)
