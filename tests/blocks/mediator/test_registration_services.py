"""Services: registered with an OpenAPI document, switched endpoint by endpoint, at addresses that are allowed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from govstack.blocks.mediator.services.errors import AddressRefused, DocumentInvalid
from govstack.blocks.mediator.services.model import AddressRules, checked_address, read_document
from tests.builders.mediator import DOCUMENT, SERVICE_URL, connected, granted, offered, trail
from tests.builders.running import Bench

SERVICES = "/api/v1/members/GOV/7001/applications/register/services"
PEOPLE = f"{SERVICES}/people"
OWN = ("mediator:application:GOV/7001/register",)
MINIMAL: dict[str, Any] = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"get": {}}}}


async def put(running: Bench, **body: object) -> httpx.Response:
    """Register the service as an administrator of its application."""
    sent = {"serviceUrl": SERVICE_URL, "spec": DOCUMENT, **body}
    async with running.person("amal", roles=OWN) as client:
        return await client.put(PEOPLE, json={name: value for name, value in sent.items() if value is not None})


async def endpoints(running: Bench) -> dict[str, bool]:
    """Return the service's endpoints and whether they answer."""
    async with running.person("amal", roles=OWN) as client:
        listed = (await client.get(PEOPLE)).json()["endpoints"]
    return {f"{one['method']} {one['path']}": one["enabled"] for one in listed}


@pytest.mark.requirement("I8")
async def test_a_service_is_registered_with_its_document(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")

    answer = await put(running, timeoutSeconds=7)

    body = answer.json()
    assert answer.status_code == 201
    assert (body["title"], body["description"], body["serviceVersion"]) == (
        "Register of people",
        "Who lives here.",
        "1.2",
    )
    assert (body["serviceUrl"], body["timeoutSeconds"], body["payloadKept"]) == (SERVICE_URL, 7, False)
    assert set(await endpoints(running)) == {"GET /people", "POST /people", "GET /people/{id}", "GET /people/count"}


@pytest.mark.requirement("I8")
async def test_registering_the_same_again_changes_nothing(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")
    first = await put(running)
    entries = len(await trail(running.context))

    again = await put(running)

    assert (again.status_code, again.json()) == (200, first.json())
    assert len(await trail(running.context)) == entries


@pytest.mark.requirement("I8")
async def test_a_document_may_be_sent_as_an_object(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")

    await put(running, spec=MINIMAL)

    assert await endpoints(running) == {"GET /a": True}


@pytest.mark.requirement("I8")
async def test_an_endpoint_is_switched_off_and_stays_off_with_the_next_document(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")
    await put(running)
    async with running.person("amal", roles=OWN) as client:
        switch = {"endpoints": [{"method": "GET", "path": "/people/{id}", "enabled": False}]}
        switched = await client.patch(f"{PEOPLE}/endpoints", json=switch)
        unknown = await client.patch(
            f"{PEOPLE}/endpoints", json={"endpoints": [{"method": "GET", "path": "/x", "enabled": True}]}
        )

    await put(running, spec=DOCUMENT.replace("Who lives here.", "Who lives where."))

    assert (switched.status_code, unknown.status_code) == (200, 404)
    assert (await endpoints(running))["GET /people/{id}"] is False


async def test_a_right_ends_with_its_endpoint_and_does_not_come_back(running: Bench) -> None:
    await offered(running.context, "GOV/7001/register/people")
    await granted(running.context, "GOV/7001/register/people", "GOV/7003/desk", ("GET", "/people/count"))

    await put(running, spec=DOCUMENT.replace("/people/count", "/people/number"))
    await put(running, spec=DOCUMENT)

    async with running.person("amal", roles=OWN) as client:
        query = {"memberClass": "GOV", "memberCode": "7001", "applicationId": "register"}
        assert (await client.get("/api/v1/rights/allow", params=query)).json() == {"allowList": []}


async def test_properties_change_one_by_one(running: Bench) -> None:
    await offered(running.context, "GOV/7001/register/people", timeout_seconds=9)

    async with running.person("amal", roles=OWN) as client:
        changed = (await client.patch(PEOPLE, json={"enabled": False, "payloadKept": True})).json()
        moved = await client.patch(PEOPLE, json={"serviceUrl": "http://elsewhere.test/"})

    assert (changed["enabled"], changed["payloadKept"], changed["timeoutSeconds"]) == (False, True, 9)
    assert moved.status_code == 400


async def test_a_service_that_is_switched_off_is_seen_by_its_administrators_only(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, "GOV/7001/register/people", enabled=False)

    async with on_sqlite.client() as nobody, on_sqlite.person("amal", roles=OWN) as own:
        listed = [(await client.get(SERVICES)).json()["services"] for client in (nobody, own)]
        single = await nobody.get(PEOPLE)

    assert ([len(found) for found in listed], single.status_code) == ([0, 1], 404)


async def test_inner_addresses_are_not_public(on_sqlite: Bench) -> None:
    await offered(on_sqlite.context, "GOV/7001/register/people")

    async with on_sqlite.client() as nobody:
        assert "serviceUrl" not in (await nobody.get(PEOPLE)).json()


@pytest.mark.requirement("IM-5.1.1")
async def test_removing_a_service_twice_is_a_success(running: Bench) -> None:
    await offered(running.context, "GOV/7001/register/people")

    async with running.person("amal", roles=OWN) as client:
        statuses = [(await client.delete(PEOPLE)).status_code for _ in range(2)]
        gone = await client.get(PEOPLE)

    assert (statuses, gone.status_code) == ([204, 204], 404)


@pytest.mark.requirement("I2")
async def test_others_cannot_register_services_of_an_application(on_sqlite: Bench) -> None:
    await connected(on_sqlite.context, "GOV/7001/register")

    async with on_sqlite.person("eve", roles=("mediator:member:GOV/7003",)) as client:
        answer = await client.put(PEOPLE, json={"serviceUrl": SERVICE_URL, "spec": DOCUMENT})

    assert answer.status_code == 403
    assert (await trail(on_sqlite.context))[0].outcome == "refused"


@pytest.mark.parametrize("code", ["listMethods", "getOpenAPI", "api", "pub", "pull", "_x", "%2e%2e"])
async def test_a_code_that_means_something_else_is_refused(on_sqlite: Bench, code: str) -> None:
    await connected(on_sqlite.context, "GOV/7001/register")

    async with on_sqlite.person("amal", roles=OWN) as client:
        answer = await client.put(f"{SERVICES}/{code}", json={"serviceUrl": SERVICE_URL, "spec": DOCUMENT})

    assert answer.status_code == 400


class SpecHost:
    """A web server with an OpenAPI document on it, counting who asks."""

    def __init__(self, body: bytes = DOCUMENT.encode(), status: int = 200) -> None:
        self.asked: list[str] = []
        self._body, self._status = body, status

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        headers = [(b"location", b"http://169.254.169.254/"), (b"content-length", str(len(self._body)).encode())]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


@pytest.mark.requirement("I8")
async def test_a_document_is_fetched_from_an_allowed_host(on_sqlite: Bench) -> None:
    host = SpecHost()
    on_sqlite.network.serve_locally("http://localhost:81", host)
    await connected(on_sqlite.context, "GOV/7001/register")

    answer = await put(on_sqlite, spec=None, specUrl="http://localhost:81/openapi.yaml?raw=1")

    assert (answer.status_code, host.asked) == (201, ["/openapi.yaml"])


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest", "http://elsewhere.test/x", "file:///etc/passwd", "http://user:pw@localhost/x"],
)
async def test_a_document_is_never_fetched_from_elsewhere(on_sqlite: Bench, url: str) -> None:
    await connected(on_sqlite.context, "GOV/7001/register")

    assert (await put(on_sqlite, spec=None, specUrl=url)).json()["code"] == AddressRefused.code


@pytest.mark.parametrize(
    "host", [SpecHost(status=302), SpecHost(status=404), SpecHost(b""), SpecHost(b"x" * 1_100_000), SpecHost(b"\xff")]
)
async def test_what_is_no_document_is_not_registered(on_sqlite: Bench, host: SpecHost) -> None:
    on_sqlite.network.serve_locally("http://localhost:81", host)
    await connected(on_sqlite.context, "GOV/7001/register")

    assert (await put(on_sqlite, spec=None, specUrl="http://localhost:81/")).status_code == 400
    assert len(host.asked) == 1


@pytest.mark.requirement("I8")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "just words",
        "{",
        "openapi: 2.0",
        "swagger: '2.0'\ninfo: {title: a, version: b}\npaths: {}",
        "openapi: 3.2.0\ninfo: {title: a, version: b}\npaths: {}",
        "openapi: 3.0.3\ninfo: {title: a}\npaths: {}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: []",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {a: {get: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {/../a: {get: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {'/a?x': {get: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {'/{a': {get: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {'/{a}/{a}': {get: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {'/{a}': {get: {}}, '/{b}': {put: {}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {/a: {get: nothing}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {/a: {get: {operationId: x}, put: {operationId: x}}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {/a: {$ref: 'http://elsewhere.test/paths.yaml'}}",
        "openapi: 3.0.3\ninfo: {title: a, version: b}\npaths: {/a: {$ref: '#/components/none'}}",
        "a: &a [x, x]\nb: &b [*a, *a]\nopenapi: 3.0.3",
        "[" * 50_000,
        '{"a":' * 50_000,
        "- " * 50_000,
        "openapi: 3.0.3\nx: " + "a" * 1_000_001,
        "openapi: 3.0.3\ninfo: !!python/object:os.system {}",
        "openapi: 3.0.3\n\x00",
    ],
)
def test_a_document_that_cannot_be_used_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        read_document(text)

    assert refused.value.detail


def test_a_document_with_too_many_endpoints_is_refused() -> None:
    paths = "".join(f"  /p{number}: {{get: {{}}}}\n" for number in range(1_001))

    with pytest.raises(DocumentInvalid):
        read_document(f"openapi: 3.0.3\ninfo: {{title: a, version: b}}\npaths:\n{paths}")


def test_a_path_may_refer_to_one_in_the_same_document() -> None:
    text = """{"openapi": "3.1.0", "info": {"title": "a", "version": "b"},
    "paths": {"/a": {"$ref": "#/components/pathItems/x"}},
    "components": {"pathItems": {"x": {"get": {"operationId": "one"}}}}}"""

    assert [(one.method, one.operation_id) for one in read_document(text).endpoints] == [("GET", "one")]


RULES = AddressRules(
    allowed=("provider.test", "*.gov.test", "10.0.0.0/8", "one.test:8443", "169.254.0.0/16", "localhost", "127.0.0.1"),
    own=("http://127.0.0.1:8000/mediator",),
)


@pytest.mark.requirement("I10")
@pytest.mark.parametrize(
    "url",
    [
        "http://provider.test", "https://provider.test/a/b", "https://x.y.gov.test:8443/", "http://10.1.2.3:80/a",
        "https://one.test:8443", "http://localhost:8000/registries", "http://127.0.0.1:8000/mediators", "HTTP://PROVIDER.TEST/",
    ],
)  # fmt: skip
def test_an_allowed_address_may_be_called(url: str) -> None:
    assert checked_address(url, RULES) == url.rstrip("/")


@pytest.mark.requirement("I10")
@pytest.mark.parametrize(
    "url",
    [
        "", "provider.test", "//provider.test", "ftp://provider.test", "file:///etc/passwd", "http://", "http://:80",
        "http://elsewhere.test", "http://gov.test.evil.test", "http://evilgov.test", "http://one.test",
        "http://user@provider.test", "http://user:pw@provider.test", "http://provider.test@evil.test",
        "http://provider.test\\@evil.test", "http://provider.test/a?b=c", "http://provider.test/#a", "http://provider.test?",
        "http://provider.test/../a", "http://provider.test/%2e%2e/a", "http://provider.test//a", "http://provider.test/a%2fb",
        "http://provider.test:0", "http://provider.test:99999", "http://provider.test:x", "http://pro vider.test",
        "http://provider.test/\n", "http://prövider.test", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/", "http://0.0.0.0/", "http://2852039166/", "http://0xa9fea9fe/", "http://10.1/",
        "http://metadata.google.internal/", "http://[fd00:ec2::254]/", "http://224.0.0.1/", "http://[::1", "http://-x.test",
        "http://127.0.0.1:8000/mediator", "http://127.0.0.1:8000/mediator/r1", "http://localhost:8000/mediator",
        "http://127.0.0.1:8000/%6dediator", "http://LOCALHOST.:8000/mediator/", "http://" + "a" * 3_000,
    ],
)  # fmt: skip
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked_address(url, RULES)


def test_where_transport_must_be_protected_plain_http_is_refused() -> None:
    with pytest.raises(AddressRefused):
        checked_address("http://provider.test", AddressRules(allowed=("*",), own=(), tls_only=True))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"serviceUrl": 5}', 400),
        (b'{"serviceUrl": "http://provider.test"}', 400),
        (b'{"serviceUrl": "http://provider.test", "timeoutSeconds": 0}', 400),
        (b'{"serviceUrl": "http://provider.test", "timeoutSeconds": 301}', 400),
        (b'{"serviceUrl": "http://provider.test", "spec": ["a"]}', 400),
        (b'{"spec":' + b"[" * 100_000, 400),
        (b" " * 10_000_000, 413),
    ],
)
async def test_a_body_that_registers_nothing_is_refused(on_sqlite: Bench, body: bytes, status: int) -> None:
    await connected(on_sqlite.context, "GOV/7001/register")

    async with on_sqlite.person("amal", roles=OWN) as client:
        answer = await client.put(PEOPLE, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status
