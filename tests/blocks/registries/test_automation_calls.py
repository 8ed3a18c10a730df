"""Automations that call: services through the mediator, addresses outside, signed, tried again, bounded (DRS-19)."""

from __future__ import annotations

import base64
import hmac
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.errors import BadAutomation
from govstack.blocks.registries.automations.model import Repeat, State, Target, TargetKind
from govstack.blocks.registries.handling import service as handling
from govstack.blocks.registries.performing import service as performing
from govstack.blocks.registries.records import service as records
from govstack.host import compose
from govstack.kernel import clock
from tests.builders.automations import (
    EVERY_HOUR,
    ON_CHANGE,
    OWNER,
    Receiver,
    definition,
    put,
    receiver,
    results,
    rules,
    start,
    states,
    work,
)
from tests.builders.exchange import CLIENT, SERVICE, Forwarding, forwarding_on
from tests.builders.records import PREFIX, content_of, plain, stocked
from tests.builders.registries import ANALYST, field, published, running
from tests.builders.running import ORIGIN, Bench
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-19")
MOMENT = datetime(2027, 3, 1, 12, 0, 30, tzinfo=UTC)
FURTHER = (field("Status"),)


@pytest.fixture
async def outside() -> AsyncIterator[Receiver]:
    async with receiver() as made:
        yield made


@pytest.fixture
async def bench(databases: Databases) -> AsyncIterator[Bench]:
    made = await running(
        databases, AUTOMATION_HOSTS="localhost, 127.0.0.1", AUTOMATION_PRIVATE_ADDRESSES="yes",
        AUTOMATION_APPLICATIONS=CLIENT.partition("/")[2],
    )  # fmt: skip
    yield made
    await made.network.close()


def to(outside: Receiver, path: str = "/hook") -> Target:
    """The receiver as the target."""
    return Target(TargetKind.WEBHOOK, address=f"http://localhost:{outside.port}{path}")


async def test_a_record_is_sent_signed_with_a_time_and_a_key_for_repeats(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "A", "Name": "x"}, given=plain())
    saved = await put(bench.context, source, definition(EVERY_HOUR, to(outside)))
    await start(bench.context, source)
    await work(bench.context)

    headers, body = outside.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(saved.signing_key.encode(), signed, "sha256")).decode()
    assert (len(outside.got), headers[":path"], headers[":method"]) == (1, "/hook", "POST")
    assert msgspec.json.decode(body) == {"Code": "A", "Name": "x"}
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["idempotency-key"] == headers["webhook-id"] == (await results(bench.context, source))[0].id
    assert headers["host"] == f"localhost:{outside.port}"
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    async with bench.context.database.reading() as tx:
        kept = await tx.fetch("SELECT * FROM automation")
    assert saved.signing_key.encode() not in bytes(kept[0]["signing_key"])


async def test_what_is_answered_is_put_into_the_record_and_starts_nothing_again(
    bench: Bench, outside: Receiver
) -> None:
    source = await published(bench.context, plain(further=FURTHER))
    outside.answer = {"result": {"state": "accepted"}}
    answers = rules({"from": "/result/state", "to": "Status", "convert": ["upper"]})
    await put(bench.context, source, definition(ON_CHANGE, to(outside), answers=answers))
    await records.create(bench.context, by=ANALYST, registry=source, content={"Code": "A"})
    await work(bench.context)

    assert await content_of(bench.context, source) == [{"Code": "A", "Status": "ACCEPTED"}]
    assert (len(outside.got), await states(bench.context, source)) == (1, ["done", "skipped"])


async def test_what_fails_for_now_is_tried_again_later_and_given_up_at_last(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    outside.status, seen = 503, []
    with clock.fixed(MOMENT):
        await put(bench.context, source, definition(EVERY_HOUR, to(outside), attempts_max=3))
        await start(bench.context, source)
    for minutes in (0, 0, 1, 2, 3, 4, 5, 6):
        with clock.fixed(MOMENT + timedelta(minutes=minutes)):
            await work(bench.context)
            seen.append((len(outside.got), (await results(bench.context, source))[0].state))

    assert seen[:3] == [(1, State.WAITING), (1, State.WAITING), (2, State.WAITING)]
    assert seen[-1] == (3, State.DEAD)
    assert (await results(bench.context, source))[0].reason == "The service answered with status 503."
    assert len({headers["idempotency-key"] for headers, _ in outside.got}) == 1


async def test_a_refusal_is_not_tried_again(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    outside.status = 422
    await put(bench.context, source, definition(EVERY_HOUR, to(outside)))
    await start(bench.context, source)
    await work(bench.context)

    assert (len(outside.got), await states(bench.context, source)) == (1, ["failed"])


async def test_redirects_are_not_followed(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    outside.status = 302
    await put(bench.context, source, definition(EVERY_HOUR, to(outside)))
    await start(bench.context, source)
    await work(bench.context)

    assert (len(outside.got), await states(bench.context, source)) == (1, ["failed"])


async def test_calls_stay_within_their_number_a_minute(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, *({"Code": f"R{n}"} for n in range(5)), given=plain())
    with clock.fixed(MOMENT):
        await put(bench.context, source, definition(EVERY_HOUR, to(outside), calls_max=2))
        await start(bench.context, source)
        await work(bench.context)
        first = len(outside.got)
    with clock.fixed(MOMENT + timedelta(minutes=1)):
        await work(bench.context)
        second = len(outside.got)
    with clock.fixed(MOMENT + timedelta(minutes=2)):
        await work(bench.context)

    assert (first, second, len(outside.got)) == (2, 4, 5)
    assert len({body for _, body in outside.got}) == 5


async def test_a_call_whose_process_ended_is_repeated_under_the_same_key(
    bench: Bench, outside: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    one = (await put(bench.context, source, definition(EVERY_HOUR, to(outside)))).automation

    class Killed(BaseException):
        pass

    async def killed(*_: Any) -> State:
        raise Killed

    with clock.fixed(MOMENT):
        await start(bench.context, source)
        monkeypatch.setattr(handling, "_take_in", killed)
        with pytest.raises(Killed):
            await performing.run(bench.context, automation_id=one.id)
        monkeypatch.undo()
        await work(bench.context)
        meanwhile = len(outside.got)
    with clock.fixed(MOMENT + timedelta(minutes=3)):
        await work(bench.context)

    assert (meanwhile, len(outside.got)) == (1, 2)
    assert len({headers["idempotency-key"] for headers, _ in outside.got}) == 1
    assert await states(bench.context, source) == ["done"]


async def test_a_host_that_leads_into_a_private_network_is_not_called(databases: Databases, outside: Receiver) -> None:
    bench = await running(databases, AUTOMATION_HOSTS="localhost", AUTOMATION_PRIVATE_ADDRESSES="yes")
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    await put(bench.context, source, definition(EVERY_HOUR, to(outside)))
    https = replace(to(outside), address=f"https://localhost:{outside.port}/hook")
    await put(bench.context, source, definition(EVERY_HOUR, https))
    strict = replace(bench.context, settings=bench.context.settings.changed(AUTOMATION_PRIVATE_ADDRESSES="no"))
    await automations.start(strict, by=OWNER, code=source.code, name="pass-on")
    await work(strict)

    assert (outside.got, await states(strict, source)) == ([], ["failed"])
    assert (await results(strict, source))[0].reason == "The address leads into a private network."


async def test_a_host_taken_off_the_list_is_called_no_more(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    await put(bench.context, source, definition(EVERY_HOUR, to(outside)))
    closed = replace(bench.context, settings=bench.context.settings.changed(AUTOMATION_HOSTS=""))
    await start(closed, source)
    await work(closed)

    assert (outside.got, await states(closed, source)) == ([], ["failed"])


async def test_the_machine_that_was_checked_is_the_one_that_is_called(
    bench: Bench, outside: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name leads elsewhere when it is asked for again: nobody asks again."""
    import asyncio

    asked: list[str] = []
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    target = Target(TargetKind.WEBHOOK, address=f"http://hooks.example.org:{outside.port}/hook")
    allowed = replace(bench.context, settings=bench.context.settings.changed(AUTOMATION_HOSTS="hooks.example.org"))
    await put(allowed, source, definition(EVERY_HOUR, target))
    await start(allowed, source)
    with monkeypatch.context() as patched:
        patched.setattr(type(loop), "getaddrinfo", lambda _self, host, port, **rest: resolve(host, port, **rest))
        await work(allowed)

    assert asked[0] == "hooks.example.org"
    assert asked.count("hooks.example.org") == 1
    assert outside.got[0][0]["host"] == f"hooks.example.org:{outside.port}"


async def test_nothing_is_called_unless_operators_allow_it(databases: Databases, outside: Receiver) -> None:
    bench = await running(databases)
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    service = Target(TargetKind.SERVICE, application=CLIENT.partition("/")[2], service=SERVICE)
    for target, part in ((to(outside), "address"), (service, "application")):
        with pytest.raises(BadAutomation) as refused:
            await put(bench.context, source, definition(EVERY_HOUR, target))
        assert part in refused.value.fields


@pytest.fixture
async def mediated(databases: Databases, bench: Bench, tmp_path: Path) -> AsyncIterator[Forwarding]:
    """The registries beside a mediator that forwards to a provider."""
    async with forwarding_on(databases, tmp_path) as made:
        root = compose.Root({"mediator": made.bench.running.application}, made.bench.running.application)
        bench.network.serve_locally(f"{ORIGIN}/mediator", root)
        yield made


async def test_a_service_of_another_member_is_called_through_the_mediator(bench: Bench, mediated: Forwarding) -> None:
    source = await stocked(bench.context, {"Code": "A", "Name": "x"}, given=plain(further=FURTHER))
    mediated.provider.answer = b'{"id": 17, "state": "new"}'
    target = Target(
        TargetKind.SERVICE, application=CLIENT.partition("/")[2], service=SERVICE, method="POST", path="/people"
    )
    answers = rules({"from": ["id", "state"], "to": "Status", "convert": [{"as": "join", "text": "/"}]})
    await put(bench.context, source, definition(EVERY_HOUR, target, answers=answers))
    await start(bench.context, source)
    await work(bench.context)

    one = (await results(bench.context, source))[0]
    assert (one.state, one.reason) == (State.DONE, "")
    assert await content_of(bench.context, source) == [{"Code": "A", "Name": "x", "Status": "17/new"}]
    assert mediated.provider.last["method"] == "POST"
    assert msgspec.json.decode(mediated.provider.last["body"]) == {"Code": "A", "Name": "x"}
    assert mediated.provider.header("idempotency-key") == [one.id]
    assert len(await mediated.entries()) > 0


async def test_a_service_without_a_right_is_refused_and_says_so(bench: Bench, mediated: Forwarding) -> None:
    source = await stocked(bench.context, {"Code": "A"}, given=plain())
    own = replace(bench.context, settings=bench.context.settings.changed(AUTOMATION_APPLICATIONS="COM/9/shop"))
    target = Target(TargetKind.SERVICE, application="COM/9/shop", service=SERVICE, path="/people")
    await put(own, source, definition(EVERY_HOUR, target))
    await start(own, source)
    await work(own)

    assert mediated.provider.requests == []
    assert await states(own, source) == ["failed"]


REQUEST: dict[str, Any] = {
    "name": "Pass on", "trigger": {"kind": "webhook"}, "mapping": [{"from": ["Code"], "to": ["Code"]}],
    "condition": {"any": [{"field": "Code", "value": "A"}, {"field": "Code", "value": "B"}]}, "repeat": "always",
}  # fmt: skip


async def test_everything_is_done_over_http_too(bench: Bench) -> None:
    source = await stocked(bench.context, {"Code": "A"}, {"Code": "C"}, given=plain())
    target = await published(bench.context, plain())
    base = f"{PREFIX}/registries/{source.code}/automations"
    asked = {**REQUEST, "target": {"kind": "registry", "registry": target.code, "operation": "create"}}
    scopes = ("registries:administer", "registries:analyse")
    async with bench.person("olga", *scopes, name="Olga Owner") as client, bench.client() as nobody:
        made = (await client.put(f"{base}/pass-on", json=asked)).json()
        again = (await client.put(f"{base}/pass-on", json=asked)).json()
        address = made["address"].replace(f"{ORIGIN}/registries", ORIGIN)
        refused = await nobody.post(address, json={}, headers={"automation-secret": "wrong"})
        taken = await nobody.post(address, json={}, headers={"automation-secret": made["secret"]})
        await work(bench.context)
        found = (await client.get(f"{base}/pass-on/results?state=done")).json()["results"]
        tried = await client.post(f"{base}/pass-on/try", json={"record": found[0]["record"]})
        paused = await client.put(f"{base}/pass-on/state", json={"enabled": False})
        closed = await nobody.post(address, json={}, headers={"automation-secret": made["secret"]})
        stopped = await client.post(f"{base}/pass-on/run")
        listed = (await client.get(base)).json()["automations"]
        gone = await client.delete(f"{base}/pass-on")
        missing = await client.get(f"{base}/pass-on")

    assert (len(made["secret"]), "secret" in again, "secret" in listed[0]) == (43, False, False)
    assert (refused.status_code, taken.status_code, closed.status_code, stopped.status_code) == (401, 202, 409, 409)
    assert tried.json() == {"state": "done", "effect": "creates", "values": {"Code": "A"}}
    assert [one["Code"] for one in await content_of(bench.context, target)] == ["A"]
    assert (paused.json()["enabled"], listed[0]["counts"], listed[0]["condition"]) == (
        False, {"done": 1}, made["condition"],
    )  # fmt: skip
    assert (gone.status_code, missing.status_code) == (204, 404)


async def test_bad_requests_are_answered_with_a_plain_refusal(bench: Bench) -> None:
    source = await published(bench.context, plain())
    base = f"{PREFIX}/registries/{source.code}/automations/pass-on"
    good = {**REQUEST, "target": {"kind": "registry", "registry": source.code, "operation": "create"}}
    wrong: list[dict[str, Any]] = [
        {**good, "trigger": {"kind": "magic"}},
        {**good, "mapping": [{"from": "Code", "to": "Code", "convert": ["exec"]}]},
        {**good, "condition": {"field": "Code", "operator": "like", "value": "x"}},
        {**good, "condition": {"field": "Code", "attribute": "id"}},
        {**good, "recordsPerRun": 10**9},
        {**good, "mapping": []},
        {**good, "target": {"kind": "webhook", "address": "http://169.254.169.254/latest"}},
    ]
    async with bench.person("olga", "registries:administer", "registries:analyse") as client:
        answers = [await client.put(base, json=one) for one in wrong]
        results_of_none = await client.get(f"{base}/results")
    async with bench.person("sam") as stranger:
        refused = await stranger.put(base, json=good)

    assert {one.status_code for one in answers} == {400}
    assert (results_of_none.status_code, refused.status_code) == (404, 403)


async def test_results_name_records_and_no_values(bench: Bench, outside: Receiver) -> None:
    source = await stocked(bench.context, {"Code": "very-private"}, given=plain())
    outside.answer = ["very-private"]
    answers = rules({"from": "x", "to": "Name"})
    given = definition(EVERY_HOUR, to(outside), answers=answers, repeat=Repeat.ALWAYS)
    await put(bench.context, source, given)
    await start(bench.context, source)
    await work(bench.context)

    one = (await results(bench.context, source))[0]
    assert (one.state, one.reason) == (State.FAILED, "The answer is no JSON object.")
    assert "very-private" not in repr(one)
