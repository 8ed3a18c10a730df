"""Access to services: who may pass, what passes, and what is on record before anything does."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.exchange import service as exchange
from govstack.kernel import crypto
from govstack.kernel.auth import Issuer, TokenVerifier
from govstack.kernel.errors import Unavailable
from govstack.kernel.outgoing import Outgoing, Patience
from govstack.kernel.upstream import Upstream
from tests.builders import mediator
from tests.builders.exchange import (
    CLIENT,
    ORIGIN,
    PATH,
    PROVIDER,
    SERVICE,
    STRANGER,
    Forwarding,
    forwarding,
    forwarding_on_sqlite,
    offer,
)

__all__ = ["forwarding", "forwarding_on_sqlite"]


async def said(found: Forwarding) -> list[tuple[str, str, str, int]]:
    """Return direction, verdict, reason and status of each entry in the log."""
    return [(m.direction, m.verdict, m.reason, m.status) for m in (entry.message for entry in await found.entries())]


async def raw(found: Forwarding, target: str) -> tuple[int, bytes]:
    """Ask with a path exactly as given, which ordinary clients would tidy up first."""
    token = found.bench.issuer.token(CLIENT, application=CLIENT)
    caller = Upstream(lambda _: found.bench.running.application)
    asked = Outgoing("GET", "http://any.test", target.encode(), [(b"authorization", f"Bearer {token}".encode())])
    reply = await caller.send(asked, Patience())
    return reply.status, b"".join([chunk async for chunk in reply])


# What is carried.


@pytest.mark.requirement("I10", "X046", "IM-5.1.3")
async def test_a_call_reaches_the_provider_and_its_answer_comes_back(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        answer = await client.put(f"{PATH}/people?since=2020&x=%20", content=b"hello", headers={"x-own": "kept"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    received = answer.json()
    assert (received["method"], received["path"], received["query"]) == ("PUT", "/v1/people", "since=2020&x=%20")
    assert (received["size"], received["body"]) == (5, "hello")
    assert forwarding.provider.header("x-own") == ["kept"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_every_method_of_an_endpoint_is_carried(forwarding_on_sqlite: Forwarding, method: str) -> None:
    async with forwarding_on_sqlite.client() as client:
        await client.request(method, f"{PATH}/people")

    assert forwarding_on_sqlite.provider.last["method"] == method


async def test_head_is_answered_with_the_length_and_no_body(forwarding_on_sqlite: Forwarding) -> None:
    forwarding_on_sqlite.provider.headers = [(b"content-length", b"4711")]
    async with forwarding_on_sqlite.client() as client:
        answer = await client.head(f"{PATH}/people")

    assert (answer.status_code, answer.headers["content-length"], answer.content) == (200, "4711", b"")


@pytest.mark.parametrize("status", [201, 204, 304, 404, 409, 418, 452, 500, 599])
async def test_the_providers_status_is_passed_unchanged(forwarding_on_sqlite: Forwarding, status: int) -> None:
    forwarding_on_sqlite.provider.status = status
    forwarding_on_sqlite.provider.answer = b"" if status in {204, 304} else b'{"own": "words"}'
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == status
    assert answer.content == forwarding_on_sqlite.provider.answer


async def test_a_small_answer_in_parts_passes_whole_with_its_length(forwarding_on_sqlite: Forwarding) -> None:
    async def in_parts(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"one, ", "more_body": True})
        await send({"type": "http.response.body", "body": b"two"})

    forwarding_on_sqlite.provider.behave = in_parts
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert (answer.content, answer.headers.get_list("content-length")) == (b"one, two", ["8"])
    assert "content-type" not in answer.headers  # the provider named none


async def test_the_service_itself_can_be_called_without_a_path(forwarding_on_sqlite: Forwarding) -> None:
    root = (
        'openapi: 3.0.3\ninfo: {title: Root, version: "1"}\npaths: {/: {get: {responses: {"200": {description: x}}}}}'
    )
    await mediator.offered(forwarding_on_sqlite.context, SERVICE, service_url=ORIGIN, document=root)
    async with forwarding_on_sqlite.client() as client:
        answers = [await client.get(PATH), await client.get(f"{PATH}/"), await client.get(f"{PATH}?a=b")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [asked["path"] for asked in forwarding_on_sqlite.provider.requests] == ["/", "/", "/"]
    assert forwarding_on_sqlite.provider.last["query"] == "a=b"


@pytest.mark.requirement("X078", "CFR-architecture-13")
async def test_one_correlation_id_goes_end_to_end(forwarding: Forwarding) -> None:
    async with forwarding.client(**{"X-Correlation-ID": "trace-1"}) as client:
        answer = await client.get(f"{PATH}/people")

    assert forwarding.provider.header("x-correlation-id") == ["trace-1"]
    assert answer.headers["x-correlation-id"] == "trace-1"
    assert {entry.message.correlation_id for entry in await forwarding.entries()} == {"trace-1"}


# Who may pass.


@pytest.mark.requirement("X060", "X080")
async def test_nobody_proven_is_refused_whatever_they_type(forwarding: Forwarding) -> None:
    async with forwarding.bench.client(
        **{"X-GovStack-Client": CLIENT, "Information-Mediator-Client": CLIENT}
    ) as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 401
    assert forwarding.provider.requests == []


@pytest.mark.requirement("X058")
async def test_a_persons_token_does_not_pass(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.bench.person("anna", "mediator:*", roles=("admin",)) as person:
        answer = await person.get(f"{PATH}/people")

    assert answer.status_code == 403
    assert forwarding_on_sqlite.provider.requests == []


@pytest.mark.parametrize("name", ["X-GovStack-Client", "Information-Mediator-Client"])
async def test_a_client_header_that_disagrees_with_the_proof_is_refused(
    forwarding_on_sqlite: Forwarding, name: str
) -> None:
    async with forwarding_on_sqlite.client(STRANGER, **{name: CLIENT}) as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 403
    assert forwarding_on_sqlite.provider.requests == []


async def test_a_client_header_that_agrees_is_fine(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.client(**{"X-GovStack-Client": CLIENT}) as client:
        assert (await client.get(f"{PATH}/people")).status_code == 200


@pytest.mark.requirement("I10", "X060", "I30")
async def test_an_application_without_the_right_is_refused_and_that_is_on_record(forwarding: Forwarding) -> None:
    async with forwarding.client(STRANGER) as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 403
    assert forwarding.provider.requests == []
    assert await said(forwarding) == [("request", "received", "", 0), ("answer", "refused", "no-right", 403)]
    assert answer.headers["information-mediator-message-id"] == (await forwarding.entries())[0].message.message_id


async def test_an_endpoint_that_is_not_described_is_absent(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        answer = await client.get(f"{PATH}/secret")

    assert answer.status_code == 404
    assert forwarding.provider.requests == []
    assert (await said(forwarding))[1] == ("answer", "refused", "unknown-endpoint", 404)


@pytest.mark.parametrize(
    "path",
    [
        "/r1/demo/GOV/7002/register/unknown/people",
        "/r1/demo/GOV/7002/unknown/people/people",
        "/r1/other/GOV/7002/register/people/people",
        "/r1/demo/GOV/%22/register/people/people",
        "/r1/demo/GOV/7002/register/..%2Fpeople/people",
    ],
)
async def test_an_unknown_service_is_not_found(forwarding_on_sqlite: Forwarding, path: str) -> None:
    async with forwarding_on_sqlite.client() as client:
        assert (await client.get(path)).status_code == 404

    assert forwarding_on_sqlite.provider.requests == []


@pytest.mark.requirement("I8")
async def test_a_service_that_is_switched_off_is_not_found(forwarding: Forwarding) -> None:
    await offer(forwarding, enabled=False)
    async with forwarding.client() as client:
        assert (await client.get(f"{PATH}/people")).status_code == 404

    assert forwarding.provider.requests == []


# What providers are told.


@pytest.mark.requirement("X058", "X061", "X057")
async def test_the_callers_own_proof_and_identity_headers_do_not_reach_the_provider(forwarding: Forwarding) -> None:
    spoofed = {
        "Cookie": "session=1",
        "X-Forwarded-For": "10.0.0.1",
        "Forwarded": "for=10.0.0.1",
        "X-Real-IP": "10.0.0.1",
        "Information-Mediator-Message-Id": "mine",
        "Information-Mediator-Anything": "x",
        "Information-Mediator-Address": "https://elsewhere.example",
        "Information_Mediator_Client": STRANGER,
        "X_Forwarded_User": "root",
        "X-GovStack-Other": "x",
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/secret",
        "Connection": "close, X-Private",
        "X-Private": "for one hop",
        "TE": "trailers",
        "Proxy-Authorization": "Basic eA==",
        "Upgrade": "websocket",
    }
    async with forwarding.client(**spoofed) as client:
        token = client.headers["authorization"]
        answer = await client.get(f"{PATH}/people")

    sent = dict(forwarding.provider.last["headers"])
    assert answer.status_code == 200
    assert sent["information-mediator-client"] == CLIENT
    assert sent["authorization"] != token
    kept = {
        "host", "accept", "accept-encoding", "user-agent", "information-mediator-client", "information-mediator-hops",
        "information-mediator-message-id", "information-mediator-address", "x-correlation-id", "via", "authorization",
    }  # fmt: skip
    assert set(sent) == kept
    assert sent["information-mediator-address"] == f"{forwarding.context.public_url}{PATH}/people"
    assert sent["information-mediator-message-id"] != "mine"


@pytest.mark.requirement("X060", "X012", "X028")
async def test_the_provider_can_check_who_calls(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        await client.get(f"{PATH}/people")
    url = forwarding.context.public_url
    issuer = Issuer(url, f"{url}/.well-known/jwks.json", is_mediator=True)
    verifier = TokenVerifier((issuer,), audiences=(ORIGIN,), fetch=forwarding.bench.network.fetch_json)

    actor = await verifier.actor(forwarding.provider.header("authorization")[0].removeprefix("Bearer "))

    assert (actor.kind, actor.application, actor.roles, actor.scopes) == (
        "application",
        CLIENT,
        frozenset(),
        frozenset(),
    )


async def test_the_token_is_good_for_one_provider_and_one_client_and_used_again(
    forwarding_on_sqlite: Forwarding,
) -> None:
    async with forwarding_on_sqlite.client() as client:
        await client.get(f"{PATH}/people")
        await client.get(f"{PATH}/people")
    first, second = (dict(asked["headers"])["authorization"] for asked in forwarding_on_sqlite.provider.requests)
    claims = crypto.from_base64url(first.split(".")[1])

    assert first == second
    assert b'"aud":"http://provider.test/v1"' in claims


@pytest.mark.requirement("X061")
async def test_the_mediator_publishes_its_keys_as_an_issuer(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.bench.client() as client:
        metadata = (await client.get("/.well-known/openid-configuration")).json()
        keys = (await client.get("/.well-known/jwks.json")).json()["keys"]

    assert metadata["issuer"] == forwarding_on_sqlite.context.public_url
    assert metadata["jwks_uri"] == f"{metadata['issuer']}/.well-known/jwks.json"
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "y", "kid", "use", "alg"}]


async def test_what_the_application_states_is_passed_on_and_recorded_as_its_statement(forwarding: Forwarding) -> None:
    stated = {"Information-Mediator-User": "person-4711", "Information-Mediator-Purpose": "Child benefit"}
    async with forwarding.client(**stated) as client:
        await client.get(f"{PATH}/people")

    message = (await forwarding.entries())[0].message
    assert forwarding.provider.header("information-mediator-user") == ["person-4711"]
    assert forwarding.provider.header("information-mediator-purpose") == ["Child benefit"]
    assert (message.purpose, len(message.user_statement)) == ("Child benefit", 64)
    assert "4711" not in message.user_statement
    assert message.user_statement != crypto.digest(b"person-4711")


@pytest.mark.parametrize("statement", ["x" * 201, "caf\xe9", "a\tb"])
async def test_a_statement_that_could_not_be_recorded_is_refused(
    forwarding_on_sqlite: Forwarding, statement: str
) -> None:
    async with forwarding_on_sqlite.client() as client:
        headers = [(b"information-mediator-user", statement.encode("latin-1"))]
        answer = await client.get(f"{PATH}/people", headers=headers)

    assert answer.status_code == 400
    assert forwarding_on_sqlite.provider.requests == []


# What callers are told.


async def test_headers_that_a_provider_must_not_set_for_the_mediator_are_removed(
    forwarding_on_sqlite: Forwarding,
) -> None:
    stopped = {
        "set-cookie": "session=1",
        "connection": "close, x-private",
        "x-private": "1",
        "keep-alive": "timeout=5",
        "proxy-authenticate": "Basic",
        "information-mediator-message-id": "other",
        "information-mediator-client": "other",
        "x-govstack-client": "other",
        "information_mediator_user": "x",
        "x-accel-redirect": "/etc/passwd",
        "strict-transport-security": "max-age=0",
        "access-control-allow-origin": "*",
        "clear-site-data": '"*"',
        "server": "secret/1.0",
    }
    passed = {
        "etag": '"1"',
        "x-own": "kept",
        "cache-control": "private",
        "retry-after": "7",
        "www-authenticate": "Bearer",
    }
    forwarding_on_sqlite.provider.headers = [(k.encode(), v.encode()) for k, v in {**stopped, **passed}.items()]
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert {name: answer.headers.get(name) for name in passed} == passed
    kept = set(answer.headers) - set(passed)
    assert kept == {
        "content-type", "content-length", "x-correlation-id", "x-content-type-options",
        "information-mediator-message-id",
    }  # fmt: skip
    assert answer.headers["information-mediator-message-id"] != "other"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/v1/people/7?x=1#y", f"{PATH}/people/7?x=1#y"),
        ("people/7", f"{PATH}/people/7"),
        ("?page=2", f"{PATH}/people?page=2"),
        ("http://provider.test/v1/people/7", f"{PATH}/people/7"),
        ("http://provider.test/v1", PATH),
        ("http://provider.test/v10/people", None),
        ("http://provider.test/other", None),
        ("/v1/../other", None),
        ("https://provider.test/v1/people", None),
        ("http://evil.test/v1/people", None),
        ("//evil.test/v1/people", None),
        ("http://provider.test@evil.test/v1/", None),
        ("javascript:alert(1)", None),
        ("http://[", None),
    ],
)
async def test_a_redirect_is_never_followed_and_leads_nowhere_but_into_the_service(
    forwarding_on_sqlite: Forwarding, location: str, expected: str | None
) -> None:
    provider = forwarding_on_sqlite.provider
    provider.status, provider.headers = 302, [(b"location", location.encode())]
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert (answer.status_code, answer.headers.get("location")) == (302, expected)
    assert len(provider.requests) == 1


# Paths that mean two things.


@pytest.mark.requirement("SD-5")
@pytest.mark.parametrize(
    "rest",
    [
        "/people/../secret",
        "/people/%2e%2e/secret",
        "/people/%2E./secret",
        "/people/..;/secret",
        "/./people",
        "//evil.test/people",
        "/people//7",
        "/people%2F7",
        "/people/%5c..%5csecret",
        "/people\\7",
        "/people/%00",
        "/people/%0d%0aHost:%20evil",
        "/people/%ff",
    ],
)
async def test_a_path_that_two_systems_could_read_differently_is_refused(
    forwarding_on_sqlite: Forwarding, rest: str
) -> None:
    status, _ = await raw(forwarding_on_sqlite, f"{PATH}{rest}")

    assert status == 400
    assert forwarding_on_sqlite.provider.requests == []
    assert await forwarding_on_sqlite.entries() == []


async def test_an_encoded_path_arrives_as_it_was_sent(forwarding_on_sqlite: Forwarding) -> None:
    status, _ = await raw(forwarding_on_sqlite, f"{PATH}/people/a%20b%3Fc%23d%25?q=%2F..%2F&q=+")

    assert status == 200
    assert forwarding_on_sqlite.provider.last["path"] == "/v1/people/a%20b%3Fc%23d%25"
    assert forwarding_on_sqlite.provider.last["query"] == "q=%2F..%2F&q=+"


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "get"])
async def test_methods_that_show_or_bend_the_way_are_refused(forwarding_on_sqlite: Forwarding, method: str) -> None:
    async with forwarding_on_sqlite.client() as client:
        request = client.build_request("GET", f"{PATH}/people")
        request.method = method
        answer = await client.send(request)

    assert answer.status_code == 405
    assert forwarding_on_sqlite.provider.requests == []


# Loops.


async def test_a_service_that_leads_back_to_the_mediator_is_found_out(forwarding_on_sqlite: Forwarding) -> None:
    running = forwarding_on_sqlite.bench.running.application
    forwarding_on_sqlite.bench.network.serve_locally("http://alias.gov.test", running)
    await offer(forwarding_on_sqlite, service_url=f"http://alias.gov.test{PATH}")
    async with forwarding_on_sqlite.client() as client:
        answer = await asyncio.wait_for(client.get(f"{PATH}/people"), 5)

    assert answer.status_code in {401, 508}
    assert len(await forwarding_on_sqlite.entries()) == 2


async def test_a_request_that_has_been_here_before_is_a_loop(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.client(**{"Information-Mediator-Hops": "other, demo"}) as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 508
    assert forwarding_on_sqlite.provider.requests == []


async def test_a_request_through_too_many_mediators_is_stopped(forwarding_on_sqlite: Forwarding) -> None:
    async with forwarding_on_sqlite.client(**{"Information-Mediator-Hops": "a, b, c, d"}) as client:
        assert (await client.get(f"{PATH}/people")).status_code == 508


# Providers in trouble.


async def test_a_provider_that_is_not_there_is_unavailable_and_that_is_on_record(forwarding: Forwarding) -> None:
    await offer(forwarding, service_url="http://127.0.0.1:9/v1")
    async with forwarding.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 503
    assert (await said(forwarding))[1] == ("answer", "allowed", "unavailable", 503)


@pytest.mark.requirement("X249")
async def test_a_provider_that_is_slow_is_given_up_in_time(forwarding_on_sqlite: Forwarding) -> None:
    async def dawdle(*_: Any) -> None:
        await asyncio.sleep(60)

    await offer(forwarding_on_sqlite, timeout_seconds=1)
    forwarding_on_sqlite.provider.behave = dawdle
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 504
    assert (await said(forwarding_on_sqlite))[1] == ("answer", "allowed", "gateway-timeout", 504)


async def test_a_small_answer_that_breaks_off_is_a_bad_gateway(forwarding_on_sqlite: Forwarding) -> None:
    async def fail(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"part", "more_body": True})
        raise RuntimeError

    forwarding_on_sqlite.provider.behave = fail
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 502
    assert (await said(forwarding_on_sqlite))[1] == ("answer", "allowed", "bad-gateway", 502)


# Sizes.


@pytest.mark.requirement("X214")
async def test_a_body_over_the_limit_of_the_service_is_refused_before_it_is_read(
    forwarding_on_sqlite: Forwarding,
) -> None:
    await offer(forwarding_on_sqlite, request_bytes_max=10_000_000)
    async with forwarding_on_sqlite.client() as client:
        answer = await client.post(f"{PATH}/people", content=b"x" * 10_000_001)

    assert answer.status_code == 413
    assert forwarding_on_sqlite.provider.requests == []


async def test_a_body_up_to_the_limit_is_carried_whole(forwarding_on_sqlite: Forwarding) -> None:
    await offer(forwarding_on_sqlite, request_bytes_max=10_000_000)
    async with forwarding_on_sqlite.client() as client:
        answer = await client.post(f"{PATH}/people", content=b"x" * 10_000_000)

    assert (answer.status_code, answer.json()["size"]) == (200, 10_000_000)
    assert (await forwarding_on_sqlite.entries())[0].message.request_digest == crypto.digest(b"x" * 10_000_000)


async def test_an_answer_over_the_limit_of_the_service_is_not_passed_on(forwarding_on_sqlite: Forwarding) -> None:
    await offer(forwarding_on_sqlite, answer_bytes_max=1_000)
    forwarding_on_sqlite.provider.answer = b"x" * 1_001
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 502
    assert (await said(forwarding_on_sqlite))[1] == ("answer", "allowed", "answer-too-large", 502)


@pytest.mark.requirement("IM-5.2")
async def test_more_exchanges_than_the_limit_are_refused(forwarding_on_sqlite: Forwarding) -> None:
    exchange.desk(forwarding_on_sqlite.context).exchanges_max = 0
    async with forwarding_on_sqlite.client() as client:
        answer = await client.get(f"{PATH}/people")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


# Nothing goes either way before it is on record.


@pytest.mark.requirement("I30")
async def test_a_request_that_cannot_be_recorded_is_not_delivered(forwarding: Forwarding) -> None:
    log = evidence.message_log(forwarding.context)
    async with forwarding.client() as client:
        async with _full_disk(log):
            answer = await client.get(f"{PATH}/people")
        after = await client.get(f"{PATH}/people")

    assert answer.status_code == 503
    assert after.status_code == 200
    assert len(forwarding.provider.requests) == 1
    assert [entry.number for entry in await forwarding.entries()] == [1, 2]


@pytest.mark.requirement("I30")
async def test_an_answer_that_cannot_be_recorded_is_withheld(forwarding: Forwarding) -> None:
    log = evidence.message_log(forwarding.context)
    disk = _full_disk(log)

    async def answer_and_break(scope: Any, receive: Any, send: Any) -> None:
        await disk.__aenter__()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"precious"})

    forwarding.provider.behave = answer_and_break
    async with forwarding.client() as client:
        answer = await client.get(f"{PATH}/people")
    await disk.__aexit__(None, None, None)

    assert answer.status_code == 503
    assert "withheld" in answer.json()["detail"]
    assert b"precious" not in answer.content


class _full_disk:  # noqa: N801 - reads as a phrase
    """While it lasts, the log's database refuses to write, as it does when its disk is full."""

    def __init__(self, log: evidence.MessageLog) -> None:
        self._context = log._context
        self._database = log._context.database

    async def __aenter__(self) -> None:
        object.__setattr__(self._context, "database", _Full())

    async def __aexit__(self, *_: object) -> None:
        object.__setattr__(self._context, "database", self._database)


class _Full:
    def transaction(self) -> Any:
        raise Unavailable

    def reading(self, **_: Any) -> Any:
        raise Unavailable


async def test_the_provider_is_named_on_both_sides_of_the_record(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        await client.post(f"{PATH}/people/7?secret=1", content=b"{}")

    request, answer = (entry.message for entry in await forwarding.entries())
    assert (request.client, request.provider, request.service_code) == (CLIENT, PROVIDER, "people")
    assert (request.speaker, answer.speaker) == ("GOV/7001", "GOV/7002")
    assert (answer.endpoint, answer.method, answer.status) == ("/people/{id}", "POST", 200)
    assert (request.request_digest, request.request_bytes) == (crypto.digest(b"{}"), 2)
    assert answer.answer_bytes > 0
    assert answer.duration_us >= answer.provider_us > 0
    assert "secret" not in str(request) + str(answer)


async def test_the_digest_of_the_target_can_be_shown_to_fit_by_who_holds_the_message(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        await client.get(f"{PATH}/people/7?x=1")

    message = (await forwarding.entries())[0].message
    assert message.target_digest == crypto.digest(f"{message.message_id}\nGET\n/people/7?x=1".encode())


@pytest.mark.requirement("CFR-security-14")
async def test_payloads_are_kept_only_where_the_service_asks_and_for_the_two_parties(forwarding: Forwarding) -> None:
    await offer(forwarding, payload_kept=True)
    forwarding.provider.answer = b"the answer"
    async with forwarding.client() as client, forwarding.client(PROVIDER) as provider:
        sent = await client.post(f"{PATH}/people", content=b"the question")
        address = f"/api/v1/messages/{sent.headers['information-mediator-message-id']}"
        asked = await client.get(f"{address}/request/payload")
        answered = await provider.get(f"{address}/answer/payload")
        async with forwarding.client(STRANGER) as stranger:
            strange = await stranger.get(f"{address}/answer/payload")
        async with forwarding.bench.person("owner", "mediator:read") as owner:
            owned = await owner.get(f"{address}/answer/payload")

    assert (asked.content, answered.content) == (b"the question", b"the answer")
    assert (strange.status_code, owned.status_code) == (404, 403)


async def test_a_payload_is_not_kept_otherwise(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        sent = await client.post(f"{PATH}/people", content=b"the question")
        message_id = sent.headers["information-mediator-message-id"]
        answer = await client.get(f"/api/v1/messages/{message_id}/request/payload")

    assert answer.status_code == 404


@pytest.mark.requirement("SD-6")
async def test_many_calls_at_once_keep_the_log_in_order(forwarding: Forwarding) -> None:
    async with forwarding.client() as client:
        answers = await asyncio.gather(*(client.get(f"{PATH}/people/{number}") for number in range(40)))

    entries = await forwarding.entries()
    assert {answer.status_code for answer in answers} == {200}
    assert [entry.number for entry in entries] == list(range(1, 81))
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


async def test_a_client_certificate_proves_an_application_too(forwarding_on_sqlite: Forwarding) -> None:
    fingerprint = "ab" * 32
    context = forwarding_on_sqlite.context
    named = {"member_class": "GOV", "member_code": "7001", "code": "desk"}
    await applications.add_certificate(context, by=mediator.BUILDER, **named, fingerprint=fingerprint)
    tls = {"extensions": {"tls": {"client_fingerprint": fingerprint}}}
    app = forwarding_on_sqlite.bench.running.application

    async def with_certificate(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, **tls}, receive, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=with_certificate), base_url="http://x") as client:
        answer = await client.get(f"{PATH}/people")

    assert answer.status_code == 200
    assert forwarding_on_sqlite.provider.header("information-mediator-client") == [CLIENT]
