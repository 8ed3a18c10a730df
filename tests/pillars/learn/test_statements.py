"""The record store: statements as xAPI 1.0.3 wants them kept, found and voided."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from pydantic import ValidationError
from ralph.models.xapi.base.statements import BaseXapiStatement

from govstack.kernel import clock, ids
from govstack.kernel.actor import SYSTEM
from govstack.pillars.learn.learning.callers import service as callers
from govstack.pillars.learn.learning.callers.model import Grant
from govstack.pillars.learn.learning.statements import service
from govstack.pillars.learn.learning.xapi.model import VOIDED, read_statement
from tests.builders.learning import API, Learn, learn
from tests.databases import Databases

XAPI = f"{API}/xapi"
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
ATTEMPTED = "http://adlnet.gov/expapi/verbs/attempted"
REGISTRATION = "0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa"


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


def system(pillar: Learn) -> httpx.AsyncClient:
    """Return a learning system that may store and read."""
    client = pillar.bench.application("demo/GOV/9001/atingi", "learn:statements")
    client.headers["x-experience-api-version"] = "1.0.3"
    return client


def statement(name: str = "amina", activity: str = "course-1", **changed: Any) -> dict[str, Any]:
    """Return a statement about somebody and an activity."""
    return {
        "actor": {"objectType": "Agent", "mbox": f"mailto:{name}@example.org"},
        "verb": {"id": COMPLETED, "display": {"en": "completed", "fr": "a terminé"}},
        "object": {"id": f"https://courses.example/{activity}", "definition": {"name": {"en": activity}}},
        **changed,
    }


async def stored(client: httpx.AsyncClient, *statements: dict[str, Any]) -> list[str]:
    """Store statements and return their ids."""
    answer = await client.post(f"{XAPI}/statements", json=list(statements))
    assert answer.status_code == 200, answer.text
    kept: list[str] = answer.json()
    return kept


async def found(client: httpx.AsyncClient, **query: str) -> list[str]:
    """Return the ids of the statements that fit a query."""
    answer = await client.get(f"{XAPI}/statements", params=query)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["statements"]]


def agent(name: str) -> str:
    """Return an agent as a query names it."""
    return json.dumps({"mbox": f"mailto:{name}@example.org"})


@pytest.mark.requirement("F31.1")
async def test_a_statement_is_kept_byte_for_byte_and_the_store_adds_its_own(pillar: Learn) -> None:
    id_ = ids.new_id()
    sent = (
        f'{{ "id" : "{id_}",\n "actor":{{"mbox":"mailto:a@example.org"}}, "verb":{{"id":"{ATTEMPTED}"}},'
        '"object":{"id":"https://courses.example/é"}, "result":{"score":{"scaled":0.50},"extensions":{"x:y":null}} }'
    ).encode()

    async with system(pillar) as client:
        put = await client.put(
            f"{XAPI}/statements", params={"statementId": id_}, content=sent,
            headers={"content-type": "application/json"},
        )  # fmt: skip
        got = await client.get(f"{XAPI}/statements", params={"statementId": id_})

    assert put.status_code == 204, put.text
    assert got.content.startswith(sent.rstrip()[:-1])
    added = got.json()
    assert added["timestamp"] == added["stored"]
    assert added["version"] == "1.0.0"
    assert added["authority"]["account"]["name"] == "demo/GOV/9001/atingi"
    assert got.headers["x-experience-api-version"] == "1.0.3"


async def test_an_authority_and_a_stored_that_somebody_sent_give_way_to_those_of_the_store(pillar: Learn) -> None:
    sent = statement(stored="2001-01-01T00:00:00Z", authority={"mbox": "mailto:boss@example.org"})

    async with system(pillar) as client:
        (id_,) = await stored(client, sent)
        kept = (await client.get(f"{XAPI}/statements", params={"statementId": id_})).json()

    assert kept["stored"] > "2020"
    assert "account" in kept["authority"]
    assert kept["object"] == sent["object"]


@pytest.mark.requirement("F31.1")
async def test_the_same_again_changes_nothing_and_other_content_under_an_id_is_refused(pillar: Learn) -> None:
    id_ = ids.new_id()
    first = statement(id=id_, timestamp="2026-01-01T10:00:00Z")
    same = {**dict(reversed(first.items())), "timestamp": "2026-01-01T11:00:00+01:00"}
    other = statement("brahim", id=id_)

    async with system(pillar) as client:
        answers = [
            await client.put(f"{XAPI}/statements", params={"statementId": id_}, json=one)
            for one in (first, same, other, {**first, "timestamp": "2026-01-01T10:00:01Z"})
        ]
        batch = await client.post(f"{XAPI}/statements", json=[statement("carla"), other])
        everything = await found(client)

    assert [answer.status_code for answer in answers] == [204, 204, 409, 409]
    assert (batch.status_code, batch.json()["code"]) == (409, "statement-exists")
    assert everything == [id_]


@pytest.mark.requirement("F31.1")
async def test_a_voided_statement_is_found_as_such_alone_and_the_voiding_one_in_its_place(pillar: Learn) -> None:
    async with system(pillar) as client:
        (id_,) = await stored(client, statement())
        void = statement("boss", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": id_})
        (voiding,) = await stored(client, void)
        normal = await client.get(f"{XAPI}/statements", params={"statementId": id_})
        as_voided = await client.get(f"{XAPI}/statements", params={"voidedStatementId": id_})
        listed = await found(client, agent=agent("amina"))
        undo = statement("boss", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": voiding})
        undone = await client.post(f"{XAPI}/statements", json=undo)

    assert (normal.status_code, as_voided.status_code) == (404, 200)
    assert listed == [voiding]
    assert undone.status_code == 400


async def test_a_voiding_statement_that_comes_first_voids_what_comes_later(pillar: Learn) -> None:
    id_ = ids.new_id()
    void = statement("boss", verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": id_})

    async with system(pillar) as client:
        (voiding,) = await stored(client, void)
        await stored(client, statement(id=id_))
        listed = await found(client, agent=agent("amina"), verb=COMPLETED)

    assert listed == [voiding]


async def test_statements_are_found_by_every_filter_and_by_all_at_once(pillar: Learn) -> None:
    group = {"objectType": "Group", "name": "Team", "member": [{"mbox": "mailto:amina@example.org"}]}
    context = {
        "registration": REGISTRATION, "instructor": {"mbox": "mailto:teacher@example.org"},
        "contextActivities": {"parent": {"id": "https://courses.example/programme"}},
    }  # fmt: skip
    async with system(pillar) as client:
        one, two, three, four = await stored(
            client,
            statement("amina", context=context),
            statement("brahim", verb={"id": ATTEMPTED}),
            statement("x", activity="course-2", actor=group),
            statement("boss", object={"objectType": "Agent", "mbox": "mailto:amina@example.org"}),
        )
        assert await found(client, agent=agent("amina")) == [four, three, one]
        assert await found(client, agent=agent("amina"), ascending="true") == [one, three, four]
        assert await found(client, agent=agent("amina"), limit="1") == [four]
        assert await found(client, verb=ATTEMPTED) == [two]
        assert await found(client, activity="https://courses.example/course-1") == [two, one]
        assert await found(client, activity="https://courses.example/programme") == []
        assert await found(client, activity="https://courses.example/programme", related_activities="true") == [one]
        assert await found(client, agent=agent("teacher")) == []
        assert await found(client, agent=agent("teacher"), related_agents="true") == [one]
        assert await found(client, registration=REGISTRATION.upper()) == [one]
        assert await found(
            client, agent=agent("amina"), verb=COMPLETED, activity="https://courses.example/course-1",
            registration=REGISTRATION,
        ) == [one]  # fmt: skip
        assert await found(client, agent=agent("brahim"), verb=COMPLETED) == []


async def test_a_statement_about_a_statement_is_found_by_what_that_one_is_found_by(pillar: Learn) -> None:
    async with system(pillar) as client:
        (target,) = await stored(client, statement("amina"))
        comment = statement("teacher", verb={"id": ATTEMPTED}, object={"objectType": "StatementRef", "id": target})
        (about,) = await stored(client, comment)

        assert await found(client, agent=agent("amina"), verb=COMPLETED) == [about, target]
        assert await found(client, agent=agent("teacher"), verb=COMPLETED) == []


async def test_since_and_until_bound_the_moment_of_storing(pillar: Learn) -> None:
    async with system(pillar) as client:
        with clock.fixed(clock.now() + timedelta(seconds=5)):
            one, two = await stored(client, statement("amina"), statement("brahim"))
        three = await _later(client)
        moments = {
            id_: (await client.get(f"{XAPI}/statements", params={"statementId": id_})).json()["stored"]
            for id_ in (one, three)
        }

        assert await found(client, since=moments[one]) == [three, two]
        assert await found(client, until=moments[one]) == [one]
        assert await found(client, since=moments[three]) == []


async def _later(client: httpx.AsyncClient) -> str:
    with clock.fixed(clock.now() + timedelta(seconds=9)):
        return (await stored(client, statement("carla")))[0]


async def test_more_leads_through_every_statement_once(pillar: Learn) -> None:
    async with system(pillar) as client:
        kept = await stored(client, *(statement(f"p{number}") for number in range(7)))
        for ascending in ("true", "false"):
            seen: list[str] = []
            answer = await client.get(
                f"{XAPI}/statements", params={"limit": "3", "ascending": ascending, "verb": COMPLETED}
            )
            while True:
                seen += [one["id"] for one in answer.json()["statements"]]
                if not answer.json()["more"]:
                    break
                answer = await client.get(answer.json()["more"])
                assert answer.status_code == 200, answer.text

            assert seen == (kept if ascending == "true" else kept[::-1])


async def test_formats_show_ids_alone_or_one_language(pillar: Learn) -> None:
    async with system(pillar) as client:
        await stored(client, statement("amina"))
        await stored(client, statement(object={
            "id": "https://courses.example/course-1", "definition": {"name": {"fr": "Cours 1"}},
        }))  # fmt: skip
        short = (await client.get(f"{XAPI}/statements", params={"format": "ids", "ascending": "true"})).json()
        canonical = (
            await client.get(
                f"{XAPI}/statements", params={"format": "canonical", "ascending": "true"},
                headers={"accept-language": "fr-FR, en;q=0.5"},
            )
        ).json()  # fmt: skip
        activity = (
            await client.get(f"{XAPI}/activities", params={"activityId": "https://courses.example/course-1"})
        ).json()

    assert short["statements"][0]["verb"] == {"id": COMPLETED}
    assert short["statements"][0]["object"] == {"id": "https://courses.example/course-1"}
    assert canonical["statements"][0]["verb"]["display"] == {"fr": "a terminé"}
    assert canonical["statements"][0]["object"]["definition"]["name"] == {"fr": "Cours 1"}
    assert activity["definition"]["name"] == {"en": "course-1", "fr": "Cours 1"}


async def test_whoever_asks_for_attachments_gets_parts(pillar: Learn) -> None:
    async with system(pillar) as client:
        (id_,) = await stored(client, statement())
        answer = await client.get(f"{XAPI}/statements", params={"attachments": "true", "statementId": id_})

    boundary = answer.headers["content-type"].partition("boundary=")[2].strip('"')
    head, _, body = answer.text.split(f"--{boundary}")[1].strip().partition("\r\n\r\n")
    assert head == "Content-Type: application/json"
    assert json.loads(body)["id"] == id_


@pytest.mark.parametrize(
    ("method", "parameters", "headers", "status"),
    [
        ("GET", {"verbs": COMPLETED}, {}, 400),
        ("GET", {"statementId": REGISTRATION, "verb": COMPLETED}, {}, 400),
        ("GET", {"since": "yesterday"}, {}, 400),
        ("GET", {"agent": '{"name": "Amina"}'}, {}, 400),
        ("GET", {"verb": "completed"}, {}, 400),
        ("GET", {"limit": "-1"}, {}, 400),
        ("GET", {"statementId": REGISTRATION}, {}, 404),
        ("GET", {}, {"x-experience-api-version": ""}, 400),
        ("GET", {}, {"x-experience-api-version": "2.0.0"}, 400),
        ("PUT", {}, {}, 400),
        ("PUT", {"statementId": "0190aaaa-aaaa-7aaa-8aaa-bbbbbbbbbbbb"}, {}, 400),
    ],
)
async def test_what_does_not_fit_the_resource_is_refused(
    sqlite_databases: Databases, method: str, parameters: dict[str, str], headers: dict[str, str], status: int
) -> None:
    pillar = await learn(sqlite_databases)
    body = statement(id=REGISTRATION) if method == "PUT" else None

    async with system(pillar) as client:
        answer = await client.request(method, f"{XAPI}/statements", params=parameters, headers=headers, json=body)

    assert answer.status_code == status, answer.text


BROKEN: dict[str, dict[str, Any]] = {
    "no actor": {"actor": None},
    "an unknown name": {"subject": "x"},
    "two identifiers": {"actor": {"mbox": "mailto:a@b.org", "openid": "https://a.example"}},
    "no identifier": {"actor": {"name": "A"}},
    "an address that is none": {"actor": {"mbox": "a@b.org"}},
    "an agent with members": {"actor": {"mbox": "mailto:a@b.org", "member": []}},
    "an empty group": {"actor": {"objectType": "Group"}},
    "an account without a page": {"actor": {"account": {"name": "a"}}},
    "a verb that is no IRI": {"verb": {"id": "completed"}},
    "a language that is none": {"verb": {"id": COMPLETED, "display": {"not a tag": "x"}}},
    "an object of another kind": {"object": {"objectType": "Thing", "id": "https://a.example"}},
    "a score beyond one": {"result": {"score": {"scaled": 1.1}}},
    "a raw score beyond its bounds": {"result": {"score": {"raw": 11, "min": 0, "max": 10}}},
    "a duration that is none": {"result": {"duration": "90 minutes"}},
    "success as a word": {"result": {"success": "true"}},
    "a registration that is none": {"context": {"registration": "one"}},
    "a moment that is none": {"timestamp": "2026-13-01T00:00:00Z"},
    "an offset of minus zero": {"timestamp": "2026-01-01T00:00:00-00:00"},
    "another version": {"version": "2.0.0"},
    "an extension that is no IRI": {"result": {"extensions": {"x": 1}}},
    "a null": {"result": {"success": None}},
    "a voiding of an activity": {"verb": {"id": VOIDED}},
    "a team that is an agent": {"context": {"team": {"mbox": "mailto:a@b.org"}}},
    "a platform about an agent": {
        "object": {"objectType": "Agent", "mbox": "mailto:a@b.org"}, "context": {"platform": "x"},
    },
    "choices in a likert": {
        "object": {"id": "https://a.example", "definition": {"interactionType": "likert", "choices": [{"id": "a"}]}},
    },
    "a statement within one within one": {
        "object": {
            "objectType": "SubStatement", "actor": {"mbox": "mailto:a@b.org"}, "verb": {"id": COMPLETED},
            "object": {
                "objectType": "SubStatement", "actor": {"mbox": "mailto:a@b.org"}, "verb": {"id": COMPLETED},
                "object": {"id": "https://a.example"},
            },
        },
    },
}  # fmt: skip
# What the other implementation lets pass although the specification does not.
LENIENT = frozenset(
    {
        "a language that is none", "a raw score beyond its bounds", "an offset of minus zero", "another version",
        "a voiding of an activity", "a platform about an agent", "choices in a likert", "an empty group",
        "a team that is an agent", "a duration that is none", "a verb that is no IRI", "success as a word",
        "an extension that is no IRI", "an agent with members",
    }
)  # fmt: skip


@pytest.mark.requirement("F31.1")
@pytest.mark.parametrize("what", BROKEN)
def test_a_statement_that_breaks_the_grammar_is_refused_here_as_elsewhere(what: str) -> None:
    broken = statement(id=ids.new_id(), **BROKEN[what])

    with pytest.raises((ValueError, msgspec.ValidationError)):
        read_statement(json.dumps(broken).encode())
    if what not in LENIENT:
        with pytest.raises(ValidationError):
            BaseXapiStatement.model_validate(broken)


WHOLE: dict[str, dict[str, Any]] = {
    "nothing more than needed": {},
    "an account": {"actor": {"account": {"homePage": "https://a.example", "name": "p-1"}}},
    "a hash": {"actor": {"mbox_sha1sum": "a" * 40}},
    "a group": {"actor": {"objectType": "Group", "member": [{"mbox": "mailto:a@b.org"}]}},
    "a result": {
        "result": {
            "score": {"scaled": -0.5, "raw": 5, "min": 0, "max": 10}, "success": True, "completion": False,
            "response": "a", "duration": "PT1H30.5M",
        },
    },
    "a context": {
        "context": {
            "registration": REGISTRATION, "language": "fr-CA", "platform": "x", "revision": "1",
            "contextActivities": {"parent": [{"id": "https://a.example"}]}, "extensions": {"https://a.example/x": [1]},
        },
    },
    "a choice": {
        "object": {
            "id": "https://a.example",
            "definition": {
                "interactionType": "choice", "correctResponsesPattern": ["a"], "choices": [{"id": "a"}, {"id": "b"}],
            },
        },
    },
    "a statement within": {
        "object": {
            "objectType": "SubStatement", "actor": {"mbox": "mailto:a@b.org"}, "verb": {"id": COMPLETED},
            "object": {"id": "https://a.example"},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize("what", WHOLE)
def test_a_statement_within_the_grammar_is_taken_here_as_elsewhere(what: str) -> None:
    whole = statement(id=ids.new_id(), **WHOLE[what])

    read, _about = read_statement(json.dumps(whole).encode())

    assert read.id == str(BaseXapiStatement.model_validate(whole).id) == whole["id"]


async def test_nobody_without_the_right_stores_or_reads(pillar: Learn) -> None:
    version = {"x-experience-api-version": "1.0.3"}
    async with pillar.nobody() as nobody, pillar.person() as person:
        answers = [
            await nobody.get(f"{XAPI}/statements", headers=version),
            await nobody.post(f"{XAPI}/statements", headers=version, json=statement()),
            await nobody.get(f"{XAPI}/statements", headers={**version, "authorization": "Basic bm9ib2R5"}),
            await person.get(f"{XAPI}/statements", headers=version),
        ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 403]


async def granted(pillar: Learn, learner_id: str = "p-1", **changed: str) -> httpx.AsyncClient:
    """Return a launched course of a learner."""
    ends = clock.timestamp(clock.now() + timedelta(hours=1))
    grant = Grant(
        learner_id=learner_id, activity="https://courses.example/course-1", registration=REGISTRATION,
        session_id="s-1", expires_at=changed.get("expires_at", ends),
    )  # fmt: skip
    async with pillar.context.database.transaction() as tx:
        secret = await callers.grant(tx, granted=grant)
    client = pillar.nobody()
    client.headers.update({"x-experience-api-version": "1.0.3", "authorization": f"Basic {secret}"})
    return client


async def test_a_launched_course_speaks_of_its_own_learner_alone(pillar: Learn) -> None:
    own = {"account": {"homePage": pillar.context.public_url, "name": "p-1"}}
    other = {"account": {"homePage": pillar.context.public_url, "name": "p-2"}}
    within = {"registration": REGISTRATION}
    async with system(pillar) as client:
        (strange,) = await stored(client, statement("amina"))
    async with await granted(pillar) as course:
        (kept,) = await stored(course, statement(actor=own, context=within))
        refused = [
            await course.post(f"{XAPI}/statements", json=one)
            for one in (
                statement(actor=other, context=within),
                statement(actor=own),
                statement(
                    actor=own, context=within, verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": kept}
                ),
            )
        ]
        seen = await found(course)
        hidden = await course.get(f"{XAPI}/statements", params={"statementId": strange})
    async with await granted(pillar, expires_at="2026-01-01T00:00:00.000000Z") as late:
        ended = await late.get(f"{XAPI}/statements")

    assert [answer.status_code for answer in refused] == [403, 403, 403]
    assert (seen, hidden.status_code, ended.status_code) == ([kept], 404, 401)


async def test_whoever_is_erased_is_in_no_statement(pillar: Learn) -> None:
    own = {"account": {"homePage": pillar.context.public_url, "name": "p-1"}}
    async with system(pillar) as client:
        _gone, left = await stored(client, statement(actor=own), statement("brahim"))

        removed = await service.forget(pillar.context, by=SYSTEM, learner_id="p-1")

        assert removed == 1
        assert await found(client) == [left]
        assert await found(client, activity="https://courses.example/course-1") == [left]


async def test_a_browser_may_ask_whether_a_course_from_elsewhere_may_call(sqlite_databases: Databases) -> None:
    pillar = await learn(sqlite_databases)

    async with pillar.nobody() as client:
        answer = await client.options(f"{XAPI}/statements")
        about = await client.get(f"{XAPI}/about")

    assert answer.status_code == 204
    assert "Authorization" in answer.headers["access-control-allow-headers"]
    assert "1.0.3" in about.json()["version"]


async def test_a_statement_that_is_sent_twice_at_once_is_stored_once(pillar: Learn) -> None:
    sent = statement(id=ids.new_id())
    other = statement("brahim", id=sent["id"])

    async with system(pillar) as client:
        answers = await asyncio.gather(
            *(client.post(f"{XAPI}/statements", json=one) for one in (sent, sent, other, sent, other))
        )
        everything = await found(client)

    assert everything == [sent["id"]]
    assert sorted(answer.status_code for answer in answers) in ([200, 200, 200, 409, 409], [200, 200, 409, 409, 409])


async def test_whoever_reads_on_misses_no_statement_that_others_store_meanwhile(pillar: Learn) -> None:
    async with system(pillar) as client:
        kept: list[str] = []

        async def store_some(name: str) -> None:
            for number in range(5):
                kept.extend(await stored(client, statement(f"{name}{number}")))

        read: list[str] = []

        async def read_on() -> None:
            since = "2000-01-01T00:00:00Z"
            while len(read) < 20:
                answer = await client.get(f"{XAPI}/statements", params={"since": since, "ascending": "true"})
                new = answer.json()["statements"]
                read.extend(one["id"] for one in new)
                since = new[-1]["stored"] if new else since
                await asyncio.sleep(0.005)

        async with asyncio.timeout(20):
            await asyncio.gather(read_on(), *(store_some(name) for name in ("a", "b", "c", "d")))

    assert len(read) == len(set(read)) == 20
    assert set(read) == set(kept)
