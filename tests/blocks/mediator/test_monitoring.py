"""Monitoring: figures that add up, shown to those they concern, without anything that was said."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.evidence.model import Message, verify
from govstack.blocks.mediator.monitoring import gateways, service, tasks
from govstack.blocks.mediator.monitoring.model import (
    BOUNDS_MILLISECONDS,
    By,
    Figures,
    counted,
    figures_of,
    grouped,
    key_of,
)
from govstack.kernel import clock, ids
from govstack.kernel.jobs import Job
from tests.builders.exchange import (
    CLIENT,
    PATH,
    PROVIDER,
    STRANGER,
    Forwarding,
    forwarding,
    forwarding_on,
    forwarding_on_sqlite,
)
from tests.databases import Databases

__all__ = ["forwarding", "forwarding_on_sqlite"]

OWNER = ("person", "owner", "mediator:read")
JOB = Job("1", "x", {}, 1, "")
STATISTICS = "/api/v1/monitoring/statistics"


def message(*, milliseconds: float = 3, status: int = 200, verdict: str = "allowed", client: str = CLIENT) -> Message:
    """Return an answer as it is recorded."""
    return Message(
        message_id=ids.new_id(),
        direction="answer",
        correlation_id="c",
        client=client,
        provider=PROVIDER,
        service_code="people",
        method="GET",
        endpoint="/people",
        at=clock.timestamp(),
        verdict=verdict,  # type: ignore[arg-type]
        status=status,
        request_bytes=10,
        answer_bytes=100,
        duration_us=int(milliseconds * 1000),
    )


async def some_calls(found: Forwarding) -> None:
    """Make two calls that succeed, one that is refused and one that fails at the provider."""
    async with found.client() as client, found.client(STRANGER) as stranger:
        await client.post(f"{PATH}/people", content=b"12345", headers={"x-correlation-id": "one"})
        await client.get(f"{PATH}/people/4711", headers={"x-correlation-id": "two"})
        await stranger.get(f"{PATH}/people")
        found.provider.status = 500
        await client.get(f"{PATH}/people")
        found.provider.status = 200


def owner(found: Forwarding) -> Any:
    return found.bench.person("owner", "mediator:read")


# Figures.


def test_durations_are_estimated_inside_their_slot() -> None:
    figures = sum((figures_of(message(milliseconds=ms)) for ms in range(1, 101)), Figures())

    assert figures.answers == 100
    assert abs(figures.milliseconds_at(0.5) - 50) < 5
    assert abs(figures.milliseconds_at(0.95) - 95) < 6
    assert figures.milliseconds_at(1.0) == 100


@pytest.mark.parametrize("milliseconds", [0.2, 1, 1.5, 700, 10_000, 90_000])
def test_one_answer_has_its_own_duration_at_most(milliseconds: float) -> None:
    figures = figures_of(message(milliseconds=milliseconds))

    assert 0 < figures.milliseconds_at(0.5) <= milliseconds
    assert sum(figures.slots) == 1
    assert len(figures.slots) == len(BOUNDS_MILLISECONDS) + 1


def test_no_answers_take_no_time() -> None:
    assert Figures().milliseconds_at(0.99) == 0


def test_counting_in_parts_gives_what_counting_at_once_gives() -> None:
    messages = [message(milliseconds=number) for number in range(1, 20)]
    parts = [counted(messages[:7]), counted(messages[7:])]

    whole = counted(messages)

    assert {key: parts[0].get(key, Figures()) + parts[1].get(key, Figures()) for key in whole} == whole


@pytest.mark.requirement("I31")
@pytest.mark.parametrize(
    ("aspect", "name"),
    [
        (By.ORGANISATION, "demo/GOV/7002"),
        (By.APPLICATION, PROVIDER),
        (By.SERVICE, f"{PROVIDER}/people"),
        (By.ENDPOINT, f"{PROVIDER}/people GET /people"),
        (By.CONSUMER, CLIENT),
        (By.STATUS, "200"),
    ],
)
def test_figures_are_grouped_by_each_aspect(aspect: By, name: str) -> None:
    one = message()

    (group,) = grouped([(key_of(one), figures_of(one))], aspect)

    assert (group.name, group.total.answers, group.succeeded) == (name, 1, 1)


def test_refusals_and_failures_are_told_apart() -> None:
    found = [message(), message(status=403, verdict="refused"), message(status=503), message(status=404)]

    (group,) = grouped(((key_of(one), figures_of(one)) for one in found), By.SERVICE)

    assert (group.succeeded, group.refused, group.failed) == (2, 1, 1)


# Statistics and operations.


@pytest.mark.requirement("I31")
async def test_statistics_add_up_calls_by_status(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        answer = (await person.get(f"{STATISTICS}?by=status")).json()

    found = {
        one["name"]: (one["answers"], one["succeeded"], one["refused"], one["failed"]) for one in answer["statistics"]
    }
    assert answer["by"] == "status"
    assert found == {"200": (2, 2, 0, 0), "403": (1, 0, 1, 0), "500": (1, 0, 0, 1)}


@pytest.mark.requirement("I31", "I32")
@pytest.mark.parametrize("by", [aspect.value for aspect in By])
async def test_statistics_are_given_by_every_aspect(forwarding: Forwarding, by: str) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        found = (await person.get(f"{STATISTICS}?by={by}")).json()["statistics"]

    assert sum(one["answers"] for one in found) == 4
    assert sum(one["requestBytes"] for one in found) == 5
    assert all(0 < one["milliseconds"]["p50"] <= one["milliseconds"]["longest"] for one in found)


async def test_counting_again_changes_nothing(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    counts = [await service.count(forwarding.context) for _ in range(3)]
    await asyncio.gather(*(service.count(forwarding.context) for _ in range(3)))

    async with owner(forwarding) as person:
        found = (await person.get(f"{STATISTICS}?by=application")).json()["statistics"]
    assert counts == [4, 0, 0]
    assert [one["answers"] for one in found] == [4]


async def test_a_long_log_is_counted_in_stretches(
    forwarding_on_sqlite: Forwarding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ENTRIES_COUNTED_AT_ONCE_MAX", 3)
    await asyncio.gather(*(evidence.record(forwarding_on_sqlite.context, message()) for _ in range(20)))

    await tasks.count(forwarding_on_sqlite.context, JOB)

    async with owner(forwarding_on_sqlite) as person:
        found = (await person.get(STATISTICS)).json()["statistics"]
    assert [one["answers"] for one in found] == [20]


async def test_statistics_of_another_period_are_empty(forwarding: Forwarding) -> None:
    await some_calls(forwarding)
    tomorrow = clock.timestamp(clock.now() + timedelta(days=1))

    async with owner(forwarding) as person:
        found = (await person.get(STATISTICS, params={"from": tomorrow})).json()["statistics"]

    assert found == []


@pytest.mark.requirement("I32")
async def test_an_application_sees_only_its_own_figures_and_records(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with forwarding.client(STRANGER) as stranger:
        figures = (await stranger.get(STATISTICS)).json()["statistics"]
        records = (await stranger.get("/api/v1/monitoring/operations")).json()["operations"]
        exchanges = (await stranger.get("/api/v1/exchanges")).json()["exchanges"]
        messages = (await stranger.get("/api/v1/messages")).json()["messages"]
        others = await stranger.get("/api/v1/monitoring/operations", params={"application": CLIENT})

    assert [one["answers"] for one in figures] == [1]
    assert [one["client"] for one in (*records, *exchanges)] == [STRANGER, STRANGER]
    assert {one["client"] for one in messages} == {STRANGER}
    assert others.status_code == 403


@pytest.mark.requirement("I32")
async def test_a_provider_sees_who_called_it(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with forwarding.client(PROVIDER) as provider:
        records = (await provider.get("/api/v1/monitoring/operations")).json()["operations"]

    assert sorted(one["client"] for one in records) == sorted([CLIENT, CLIENT, CLIENT, STRANGER])


@pytest.mark.requirement("I32", "I2")
async def test_the_administrator_of_an_application_sees_what_concerns_it(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with forwarding.bench.person("maria", "mediator:application:GOV/7001/desk:read") as person:
        own = await person.get("/api/v1/monitoring/operations", params={"application": CLIENT})
        everything = await person.get("/api/v1/monitoring/operations")

    assert len(own.json()["operations"]) == 3
    assert everything.status_code == 403


@pytest.mark.requirement("I32", "X089")
async def test_operational_data_holds_who_what_when_and_how_large_but_nothing_said(forwarding: Forwarding) -> None:
    stated = {"Information-Mediator-User": "person-1", "Information-Mediator-Purpose": "Benefit"}
    async with forwarding.client(**stated) as client:
        await client.post(f"{PATH}/people/4711", content=b"Anna Example")
    async with owner(forwarding) as person:
        answer = await person.get("/api/v1/monitoring/operations")

    (record,) = answer.json()["operations"]
    assert (record["client"], record["service"]) == (CLIENT, f"{PROVIDER}/people")
    assert (record["method"], record["endpoint"], record["status"]) == ("POST", "/people/{id}", 200)
    assert (record["succeeded"], record["purpose"], record["userStated"]) == (True, "Benefit", True)
    assert (record["requestBytes"], record["milliseconds"] > 0) == (12, True)
    assert all(secret not in answer.text for secret in ("4711", "Anna", "person-1"))


@pytest.mark.parametrize(
    "path", ["/api/v1/exchanges", "/api/v1/messages", "/api/v1/messages/export", STATISTICS, "/api/v1/monitoring/load",
             "/api/v1/monitoring/environment", "/api/v1/monitoring/packages", "/api/v1/messages/x"],
)  # fmt: skip
async def test_nobody_unknown_sees_anything(forwarding_on_sqlite: Forwarding, path: str) -> None:
    async with forwarding_on_sqlite.bench.client() as client:
        answer = await client.get(path)

    assert answer.status_code in {401, 403}


# The live view.


async def test_exchanges_are_listed_as_they_were_answered_without_personal_data(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        answer = await person.get("/api/v1/exchanges")

    found = answer.json()["exchanges"]
    assert [(one["operation"], one["verdict"], one["status"]) for one in found] == [
        ("POST /people", "allowed", 200),
        ("GET /people/{id}", "allowed", 200),
        ("GET", "refused", 403),
        ("GET /people", "allowed", 500),
    ]
    assert found == sorted(found, key=lambda one: one["at"])
    assert set(found[0]) == {
        "messageId", "correlationId", "client", "service", "operation", "verdict", "reason", "status", "milliseconds",
        "at",
    }  # fmt: skip
    assert "4711" not in answer.text


@pytest.mark.requirement("X078")
@pytest.mark.parametrize("name", ["correlation_id", "correlationId"])
async def test_exchanges_are_found_by_correlation_id(forwarding: Forwarding, name: str) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        found = (await person.get("/api/v1/exchanges", params={name: "two"})).json()["exchanges"]

    assert [one["operation"] for one in found] == ["GET /people/{id}"]


async def test_exchanges_since_a_moment_are_those_answered_from_then_on(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        everything = (await person.get("/api/v1/exchanges")).json()["exchanges"]
        since = everything[2]["at"]
        found = (await person.get("/api/v1/exchanges", params={"since": since})).json()["exchanges"]
        latest = (await person.get("/api/v1/exchanges", params={"limit": 1})).json()["exchanges"]

    assert found == everything[2:]
    assert latest == everything[-1:]


@pytest.mark.parametrize("query", ["since=yesterday", "since=2026-01-01T00:00:00", "limit=0", "limit=1001", "limit=x"])
async def test_a_query_that_means_nothing_is_refused(forwarding_on_sqlite: Forwarding, query: str) -> None:
    async with owner(forwarding_on_sqlite) as person:
        assert (await person.get(f"/api/v1/exchanges?{query}")).status_code == 400


# The message log over HTTP.


@pytest.mark.requirement("I30")
async def test_a_message_is_read_with_the_outcome_of_checking_it(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        sent = await client.get(f"{PATH}/people")
        message_id = sent.headers["information-mediator-message-id"]
        found = (await client.get(f"/api/v1/messages/{message_id}")).json()

    assert found["messageId"] == message_id
    assert [one["entry"]["direction"] for one in found["entries"]] == ["request", "answer"]
    assert [one["verification"] for one in found["entries"]] == [{"ok": True}, {"ok": True}]


async def test_a_message_that_was_tampered_with_says_so(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        sent = await client.get(f"{PATH}/people")
        async with forwarding.context.database.transaction() as tx:
            await tx.execute("UPDATE message_entry SET status = 404 WHERE direction = 'answer'")
        message_id = sent.headers["information-mediator-message-id"]
        found = (await client.get(f"/api/v1/messages/{message_id}")).json()

    request, answer = (one["verification"] for one in found["entries"])
    assert answer["ok"] is False
    assert "changed" in answer["reason"]
    assert request["ok"] is True or "time stamp" in request["reason"]


async def test_messages_of_others_are_not_found(forwarding: Forwarding) -> None:
    async with forwarding.client() as client, forwarding.client(STRANGER) as stranger:
        sent = await client.get(f"{PATH}/people")
        message_id = sent.headers["information-mediator-message-id"]
        answers = [
            await stranger.get(f"/api/v1/messages/{message_id}"),
            await stranger.get(f"/api/v1/messages/{message_id}/answer/proof"),
            await client.get(f"/api/v1/messages/{message_id}/other/proof"),
            await client.get("/api/v1/messages/unknown"),
        ]

    assert [answer.status_code for answer in answers] == [404, 404, 404, 404]


async def test_messages_are_listed_page_by_page_newest_first(forwarding: Forwarding) -> None:
    await some_calls(forwarding)
    seen: list[str] = []
    token = ""
    async with owner(forwarding) as person:
        while True:
            page = (await person.get("/api/v1/messages", params={"pageSize": 3, "pageToken": token})).json()
            seen += [f"{one['messageId']}/{one['direction']}" for one in page["messages"]]
            token = page.get("nextPageToken", "")
            if not token:
                break

    assert len(seen) == len(set(seen)) == 8
    assert seen == sorted(seen, reverse=True)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"direction": "request"}, 4),
        ({"status": 403}, 1),
        ({"verdict": "refused"}, 1),
        ({"client": STRANGER}, 2),
        ({"provider": PROVIDER, "serviceCode": "people"}, 8),
        ({"correlationId": "one"}, 2),
        ({"application": STRANGER}, 2),
        ({"from": "2020-01-01T00:00:00Z", "to": "2021-01-01T00:00:00Z"}, 0),
        ({"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}, 8),
    ],
)
async def test_messages_are_found_by_what_is_asked(forwarding: Forwarding, query: dict[str, Any], count: int) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        found = (await person.get("/api/v1/messages", params=query)).json()["messages"]

    assert len(found) == count


@pytest.mark.requirement("I30", "CFR-data-8")
async def test_the_log_is_exported_over_http_and_checked_with_the_published_authority(forwarding: Forwarding) -> None:
    await some_calls(forwarding)
    async with owner(forwarding) as person, forwarding.bench.client() as anybody:
        export = await person.get("/api/v1/messages/export")
        published = (await anybody.get("/api/v1/messages/authorities")).json()["authorities"]

    found = verify(export.content.splitlines(), authorities=[one["fingerprint"] for one in published])
    assert (found.ok, found.entries) == (True, 8)
    assert export.headers["content-type"] == "application/jsonl"


# Load and environment.


@pytest.mark.requirement("IM-5.2", "X220")
async def test_the_load_tells_throughput_latency_queues_and_resources(forwarding: Forwarding) -> None:
    await some_calls(forwarding)

    async with owner(forwarding) as person:
        load = (await person.get("/api/v1/monitoring/load")).json()

    assert (load["exchangesUnderWay"], load["entriesWaiting"], load["jobsDead"]) == (0, 0, 0)
    assert load["jobsWaiting"] > 0  # the directory's events, which nobody relays here
    assert (load["recentAnswers"], load["exchangesUnderWayMax"]) == (4, 1)
    assert load["recentMilliseconds"]["p99"] > 0
    assert load["memoryBytes"] > 1_000_000


async def test_the_load_is_for_the_owner(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.client() as client:
        assert (await client.get("/api/v1/monitoring/load")).status_code == 403


@pytest.mark.requirement("I33")
async def test_the_environment_is_sampled_and_shown_to_the_owner_by_date(forwarding: Forwarding) -> None:
    await tasks.sample(forwarding.context, JOB)
    async with owner(forwarding) as person:
        now = await person.get("/api/v1/monitoring/environment")
        earlier = await person.get("/api/v1/monitoring/environment", params={"to": "2020-01-01T00:00:00Z"})

    (sample,) = now.json()["samples"]
    assert set(sample["sample"]) == {"system", "cpu", "memory", "disk", "network", "processes"}
    assert sample["node"] == gateways.node()
    assert sample["sample"]["memory"]["totalBytes"] > 0
    assert earlier.json()["samples"] == []


@pytest.mark.requirement("I33")
async def test_others_see_of_the_environment_what_the_owner_shares(sqlite_databases: Databases, tmp_path: Path) -> None:
    async with forwarding_on(sqlite_databases, tmp_path, MEDIATOR_ENVIRONMENT_SHARED="cpu, memory") as found:
        await service.sample(found.context)
        async with found.client() as client:
            seen = (await client.get("/api/v1/monitoring/environment")).json()["samples"]
            packages = await client.get("/api/v1/monitoring/packages")

    assert set(seen[0]["sample"]) == {"cpu", "memory"}
    assert packages.status_code == 403


@pytest.mark.requirement("I33")
async def test_an_owner_can_share_nothing(sqlite_databases: Databases, tmp_path: Path) -> None:
    async with (
        forwarding_on(sqlite_databases, tmp_path, MEDIATOR_ENVIRONMENT_SHARED="") as found,
        found.client() as client,
    ):
        assert (await client.get("/api/v1/monitoring/environment")).status_code == 403


@pytest.mark.requirement("I33")
async def test_installed_software_is_listed_by_date(forwarding: Forwarding) -> None:
    await tasks.see_packages(forwarding.context, JOB)
    await tasks.see_packages(forwarding.context, JOB)
    async with owner(forwarding) as person:
        now = (await person.get("/api/v1/monitoring/packages")).json()["packages"]
        earlier = (await person.get("/api/v1/monitoring/packages?to=2020-01-01T00:00:00Z")).json()["packages"]

    names = [one["name"] for one in now]
    assert "python:cryptography" in names
    assert len(names) == len(set(names))
    assert earlier == []


@pytest.mark.requirement("CFR-data-10")
async def test_old_samples_are_forgotten(forwarding: Forwarding) -> None:
    await service.sample(forwarding.context)
    with clock.fixed(clock.now() + timedelta(days=31)):
        await service.sample(forwarding.context)

    async with owner(forwarding) as person:
        assert len((await person.get("/api/v1/monitoring/environment")).json()["samples"]) == 1
