"""The rules of statements that the record store holds them to (xAPI 1.0.3, part two)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from govstack.kernel import ids
from govstack.pillars.learn.learning.xapi.model import VOIDED, moment
from tests.builders.learning import Learn, learn
from tests.databases import Databases
from tests.pillars.learn.test_statements import COMPLETED, REGISTRATION, XAPI, agent, found, statement, stored, system

ACTIVITY = "https://courses.example/course-1"
MBOX = {"mbox": "mailto:a@b.org"}
WITHIN = {"objectType": "SubStatement", "actor": MBOX, "verb": {"id": COMPLETED}, "object": {"id": ACTIVITY}}
FILE = {
    "usageType": "https://a.example/usage", "display": {"en": "x"}, "contentType": "text/plain", "length": 1,
    "sha2": "a" * 64, "fileUrl": "https://a.example/f",
}  # fmt: skip
START = '{"actor":{"mbox":"mailto:a@b.org"},"verb":{"id":"x:y"},"object":{"id":"x:y"}'
pytestmark = pytest.mark.requirement("F31.1")


def defined(**more: Any) -> dict[str, Any]:
    """Return what is told of an activity."""
    return {"object": {"id": ACTIVITY, "definition": more}}


BROKEN: dict[str, dict[str, Any]] = {
    "a verb without an id": {"verb": {"display": {"en": "x"}}},
    "a key in another case": {"Result": {}},
    "an object type in another case": {"object": {"objectType": "activity", "id": ACTIVITY}},
    "an interaction type in another case": defined(interactionType="Choice"),
    "a null in a list": {"context": {"contextActivities": {"parent": [None]}}},
    "a null in a definition": defined(name=None),
    "an id that is no UUID": {"id": "1"},
    "a hash of an address that is none": {"actor": {"mbox_sha1sum": "a" * 39}},
    "an account with more": {"actor": {"account": {"homePage": "https://a.example", "name": "a", "x": 1}}},
    "an account whose page is no IRL": {"actor": {"account": {"homePage": "a", "name": "a"}}},
    "a group within a group": {
        "actor": {"objectType": "Group", "member": [{"objectType": "Group", "member": [MBOX]}]}
    },
    "an agent as an object without its type": {"object": MBOX},
    "a reference without an id": {"object": {"objectType": "StatementRef"}},
    "a statement within with an id": {"object": {**WITHIN, "id": REGISTRATION}},
    "a statement within with a version": {"object": {**WITHIN, "version": "1.0.0"}},
    "a statement within with an authority": {"object": {**WITHIN, "authority": MBOX}},
    "a statement within that was stored": {"object": {**WITHIN, "stored": "2026-01-01T00:00:00Z"}},
    "a platform within, about an agent": {
        "object": {**WITHIN, "object": {"objectType": "Agent", **MBOX}, "context": {"platform": "x"}}
    },
    "a revision about a statement": {
        "object": {"objectType": "StatementRef", "id": REGISTRATION}, "context": {"revision": "1"}
    },
    "a page of more that is no IRL": defined(moreInfo="more"),
    "a type that is no IRI": defined(type="course"),
    "an interaction without its type": defined(correctResponsesPattern=["a"]),
    "choices with one id twice": defined(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
    "steps of a choice": defined(interactionType="choice", steps=[{"id": "a"}]),
    "a scale of numbers": defined(interactionType="numeric", scale=[{"id": "a"}]),
    "a source of a sequence": defined(interactionType="sequencing", source=[{"id": "a"}]),
    "a choice with more": defined(interactionType="choice", choices=[{"id": "a", "x": 1}]),
    "a pattern that is no list": defined(interactionType="choice", correctResponsesPattern="a"),
    "a score as words": {"result": {"score": {"scaled": "1"}}},
    "a score below minus one": {"result": {"score": {"scaled": -1.01}}},
    "a score with more": {"result": {"score": {"percent": 1}}},
    "a least that is the most": {"result": {"score": {"min": 1, "max": 1}}},
    "a raw score below the least": {"result": {"score": {"raw": -1, "min": 0}}},
    "completion as a number": {"result": {"completion": 1}},
    "a response that is a number": {"result": {"response": 1}},
    "weeks and days": {"result": {"duration": "P1W1D"}},
    "a fraction that is not the last": {"result": {"duration": "PT1.5H1M"}},
    "a duration of nothing": {"result": {"duration": "PT"}},
    "activities of another relation": {"context": {"contextActivities": {"child": [{"id": ACTIVITY}]}}},
    "related activities that are agents": {
        "context": {"contextActivities": {"parent": [{"objectType": "Agent", **MBOX}]}}
    },
    "a language of no shape": {"context": {"language": "in English"}},
    "a context that refers to an activity": {"context": {"statement": {"id": ACTIVITY}}},
    "an instructor without an identifier": {"context": {"instructor": {"name": "a"}}},
    "an authority of three": {
        "authority": {"objectType": "Group", "member": [MBOX, {"mbox": "mailto:c@d.org"}, {"mbox": "mailto:e@f.org"}]}
    },
    "an authority of one": {"authority": {"objectType": "Group", "member": [MBOX]}},
    "a moment of storing that is none": {"stored": "today"},
    "a moment without its zone but minus zero": {"timestamp": "2026-01-01T10:00-00:00"},
    "a version before": {"version": "0.95"},
    "an attachment without a use": {"attachments": [{k: v for k, v in FILE.items() if k != "usageType"}]},
    "an attachment without a name": {"attachments": [{k: v for k, v in FILE.items() if k != "display"}]},
    "an attachment without a type": {"attachments": [{k: v for k, v in FILE.items() if k != "contentType"}]},
    "an attachment of another type": {"attachments": [{**FILE, "contentType": "text/plain\r\nX: 1"}]},
    "an attachment without a length": {"attachments": [{k: v for k, v in FILE.items() if k != "length"}]},
    "an attachment of a broken length": {"attachments": [{**FILE, "length": 1.5}]},
    "an attachment without a hash": {"attachments": [{k: v for k, v in FILE.items() if k != "sha2"}]},
    "an attachment by SHA-1": {"attachments": [{**FILE, "sha2": "a" * 40}]},
    "an attachment whose place is no IRL": {"attachments": [{**FILE, "fileUrl": "f"}]},
    "an attachment that is nowhere": {"attachments": [{k: v for k, v in FILE.items() if k != "fileUrl"}]},
    "an attachment within that is nowhere": {
        "object": {**WITHIN, "attachments": [{k: v for k, v in FILE.items() if k != "fileUrl"}]}
    },
    "an extension by a word": {"context": {"extensions": {"word": 1}}},
    "extensions that are a list": {"context": {"extensions": []}},
}  # fmt: skip


@pytest.fixture
async def pillar(sqlite_databases: Databases) -> Learn:
    return await learn(sqlite_databases)


async def test_what_breaks_a_rule_is_refused_alone_and_with_all_that_came_with_it(pillar: Learn) -> None:
    async with system(pillar) as client:
        for what, changed in BROKEN.items():
            alone = await client.post(f"{XAPI}/statements", json=statement(**changed))
            put = await client.put(
                f"{XAPI}/statements", params={"statementId": REGISTRATION}, json=statement(**changed)
            )  # fmt: skip
            among = await client.post(f"{XAPI}/statements", json=[statement("b"), statement(**changed), statement("c")])

            assert [one.status_code for one in (alone, put, among)] == [400] * 3, what
        assert await found(client) == []


WHOLE: dict[str, dict[str, Any]] = {
    "nulls in extensions": {"result": {"extensions": {"x:y": None}}, **defined(extensions={"x:y": {"a": None}})},
    "an id in capitals": {"id": "0190AAAA-AAAA-7AAA-8AAA-BBBBBBBBBBBB"},
    "a known group without members": {"actor": {"objectType": "Group", **MBOX}},
    "empty parts": {"result": {}, "context": {}, "attachments": []},
    "an object that is a group": {"object": {"objectType": "Group", "member": [MBOX]}},
    "a reference to what is not here": {"object": {"objectType": "StatementRef", "id": REGISTRATION}},
    "voiding what is not here": {"verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": REGISTRATION}},
    "parts of every interaction": defined(
        interactionType="matching", source=[{"id": "a"}], target=[{"id": "a", "description": {"en": "A"}}]
    ),
    "fractions of seconds in nine digits": {"timestamp": "2026-01-01T10:00:00.123456789+02:00"},
    "a moment without a zone": {"timestamp": "2026-01-01T10:00:00"},
    "a moment to come": {"timestamp": "2999-01-01T00:00:00Z"},
    "a duration in weeks": {"result": {"duration": "P1.5W"}},
    "a duration of hundredths": {"result": {"duration": "P3Y6M4DT12H30M5.005S"}},
    "bounds of a score": {"result": {"score": {"scaled": -1, "raw": 0, "min": 0, "max": 1}}},
    "an authority of two": {"authority": {"objectType": "Group", "member": [MBOX, {"mbox": "mailto:c@d.org"}]}},
    "another version": {"version": "1.0.9"},
    "languages": {"context": {"language": "zh-Hant-TW"}, "verb": {"id": COMPLETED, "display": {"x-klingon": "x"}}},
    "an attachment elsewhere": {"attachments": [{**FILE, "sha2": "A" * 96}]},
    "an IRI of other letters": {"object": {"id": "https://courses.example/é/例"}},
}  # fmt: skip


async def test_what_the_rules_allow_is_taken_and_given_back_as_it_was(pillar: Learn) -> None:
    async with system(pillar) as client:
        for what, changed in WHOLE.items():
            sent = statement(**changed)
            (id_,) = await stored(client, sent)
            kept = (await client.get(f"{XAPI}/statements", params={"statementId": id_})).json()

            told = {name: value for name, value in sent.items() if name not in {"authority", "id"}}
            assert {name: kept[name] for name in told} == told, what
            assert kept["authority"]["account"]["name"] == "demo/GOV/9001/atingi"


@pytest.mark.parametrize(
    "text",
    [
        START + ',"actor":{"mbox":"mailto:c@d.org"}}',
        START + ',"result":{"extensions":{"x:y":{"a":1,"a":2}}}}',
        START,
        "{'actor': 1}",
        "",
        "[1]",
        '"text"',
        "null",
    ],
)  # fmt: skip
async def test_a_body_is_strict_json(pillar: Learn, text: str) -> None:
    async with system(pillar) as client:
        answer = await client.post(
            f"{XAPI}/statements", content=text.encode(), headers={"content-type": "application/json"}
        )  # fmt: skip

    assert answer.status_code == 400, answer.text


async def test_a_body_in_another_encoding_or_of_another_type_is_refused(pillar: Learn) -> None:
    body = json.dumps(statement()).encode()
    async with system(pillar) as client:
        answers = [
            await client.post(f"{XAPI}/statements", content=content, headers={"content-type": media})
            for content, media in (
                (body.replace(b"course-1", b"cours\xe9"), "application/json"),
                (body, "text/plain"), (body, "multipart/form-data; boundary=x"), (body, "application/xml"),
            )
        ]  # fmt: skip
        taken = await client.post(
            f"{XAPI}/statements", content=body, headers={"content-type": "application/json; charset=UTF-8"}
        )  # fmt: skip

    assert [answer.status_code for answer in answers] == [400] * 4
    assert taken.status_code == 200


async def test_two_statements_of_a_list_have_two_ids(pillar: Learn) -> None:
    id_ = ids.new_id()
    async with system(pillar) as client:
        answer = await client.post(f"{XAPI}/statements", json=[statement(id=id_), statement("b", id=id_.upper())])

        assert (answer.status_code, await found(client)) == (400, [])


async def test_activities_of_a_context_are_given_back_in_lists(pillar: Learn) -> None:
    one = {"id": "https://a.example/programme"}
    id_ = ids.new_id()
    sent = statement(id=id_, context={"contextActivities": {"parent": one, "other": [one]}})
    within = statement(object={**WITHIN, "context": {"contextActivities": {"grouping": one}}})
    listed = {**sent, "context": {"contextActivities": {"parent": [one], "other": [one]}}}

    async with system(pillar) as client:
        _same, second = await stored(client, sent, within)
        kept = [
            (await client.get(f"{XAPI}/statements", params={"statementId": each})).json() for each in (id_, second)
        ]  # fmt: skip
        again = [await client.post(f"{XAPI}/statements", json=each) for each in (sent, listed)]

    assert kept[0]["context"]["contextActivities"] == {"parent": [one], "other": [one]}
    assert kept[1]["object"]["context"]["contextActivities"] == {"grouping": [one]}
    assert [answer.status_code for answer in again] == [200, 200]


async def test_a_canonical_statement_has_one_language_in_every_part_of_an_interaction(pillar: Learn) -> None:
    choices = [{"id": "a", "description": {"en": "yes", "fr": "oui"}}]
    sent = statement(**defined(name={"en": "Quiz", "fr": "Test"}, interactionType="choice", choices=choices))
    async with system(pillar) as client:
        (id_,) = await stored(client, sent)
        shown = await client.get(
            f"{XAPI}/statements", params={"statementId": id_, "format": "canonical"}, headers={"accept-language": "fr"}
        )  # fmt: skip
        brief = await client.get(f"{XAPI}/statements", params={"statementId": id_, "format": "ids"})

    definition = shown.json()["object"]["definition"]
    assert (definition["name"], definition["choices"][0]["description"]) == ({"fr": "Test"}, {"fr": "oui"})
    assert shown.json()["verb"]["display"] == {"fr": "a terminé"}
    assert brief.json()["object"] == {"id": ACTIVITY}


async def test_an_anonymous_group_is_told_by_the_ids_of_its_members(pillar: Learn) -> None:
    group = {"objectType": "Group", "name": "Team", "member": [{"name": "A", **MBOX}]}
    async with system(pillar) as client:
        (id_,) = await stored(client, statement(actor=group))
        brief = await client.get(f"{XAPI}/statements", params={"statementId": id_, "format": "ids"})

    assert brief.json()["actor"] == {"objectType": "Group", "member": [MBOX]}


async def test_what_is_asked_of_an_agent_and_an_activity_that_nobody_spoke_of_is_answered(pillar: Learn) -> None:
    async with system(pillar) as client:
        person = (await client.get(f"{XAPI}/agents", params={"agent": agent("nobody")})).json()
        activity = (await client.get(f"{XAPI}/activities", params={"activityId": "https://a.example/new"})).json()

    assert person == {"objectType": "Person", "mbox": ["mailto:nobody@example.org"]}
    assert activity == {"objectType": "Activity", "id": "https://a.example/new"}


@pytest.mark.parametrize("text", ["2026-01-01T10:00:00-00:00", "2026-01-01T10:00-00", "2026-01-01T10:00:00.5-0000"])
def test_an_offset_of_minus_zero_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="-00:00"):
        moment(text)


def test_the_page_about_the_rules_names_tests_that_are_there() -> None:
    folder = Path(__file__).parent
    told = (folder.parents[2] / "docs/explanation/xapi.md").read_text(encoding="utf-8")
    there = {
        name
        for path in folder.glob("test_*.py")
        for name in re.findall(r"def (test_\w+)\(", path.read_text(encoding="utf-8"))
    }

    named = set(re.findall(r"`(test_\w+)`", told))

    assert len(named) > 40
    assert named <= there
