"""Every request passes the same limits, identity, access and error writer."""

from __future__ import annotations

import json

import pytest

from govstack.kernel.errors import TooMany
from govstack.kernel.http import Rate
from govstack.kernel.routing import Call, Routes, Table, public
from tests.builders.running import Bench, bench
from tests.builders.sample import BODY_BYTES_MAX, SAMPLE, WITH_OWN_ERRORS
from tests.databases import Databases

JSON_TYPE = "application/json; charset=utf-8"
NOTES = "/api/v1/notes"


@pytest.fixture
async def sample(sqlite_databases: Databases) -> Bench:
    return bench(SAMPLE, await sqlite_databases.migrated())


@pytest.mark.requirement("X247", "SD-18", "X019", "X035", "X038")
@pytest.mark.parametrize("path", [NOTES, "/nothing", "/api/v1/broken", "/api/v1/notes/7", "/healthcheck"])
async def test_every_json_answer_names_its_charset_errors_too(sample: Bench, path: str) -> None:
    answer = await sample.client().get(path)

    assert answer.headers["content-type"] == JSON_TYPE
    json.loads(answer.content)


@pytest.mark.requirement("SD-18")
async def test_204_has_neither_body_nor_type(sample: Bench) -> None:
    answer = await sample.client().delete(f"{NOTES}/7")

    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


@pytest.mark.requirement("X016")
async def test_an_unforeseen_failure_leaks_nothing(sample: Bench) -> None:
    answer = await sample.client().get("/api/v1/broken")

    assert answer.status_code == 500
    assert not any(word in answer.text for word in ("SELECT", "passwd", "Amina", "RuntimeError", "Traceback"))
    assert answer.json()["correlationId"] == answer.headers["x-correlation-id"]


@pytest.mark.requirement("X250")
async def test_a_block_may_use_an_unusual_status(sample: Bench) -> None:
    assert (await sample.client().get("/api/v1/odd")).status_code == 456


@pytest.mark.requirement("X250")
async def test_a_block_may_have_its_own_error_body(sqlite_databases: Databases) -> None:
    running = bench(WITH_OWN_ERRORS, await sqlite_databases.migrated())

    answer = await running.client().get("/nothing")

    assert answer.json() == {"detail": "There is nothing here. Check the address."}


@pytest.mark.requirement("X012", "X063", "X065", "X212", "X215")
async def test_no_token_is_401_the_wrong_scope_403_the_right_one_passes(sample: Bench) -> None:
    body = {"text": "hello"}

    nobody = await sample.client().post(NOTES, json=body)
    other = await sample.application("demo/GOV/1/a", "sample:read").post(NOTES, json=body)
    holder = await sample.application("demo/GOV/1/a", "sample:write").post(NOTES, json=body)

    assert [nobody.status_code, other.status_code, holder.status_code] == [401, 403, 200]


@pytest.mark.requirement("X012")
async def test_an_expired_token_is_refused(sample: Bench) -> None:
    token = sample.issuer.token("demo/GOV/1/a", seconds=-60, scope="sample:write")

    answer = await sample.client(token).post(NOTES, json={"text": "hello"})

    assert answer.status_code == 401


@pytest.mark.requirement("X012")
@pytest.mark.parametrize("claims", [{"aud": "another-service"}, {"iss": "http://elsewhere.test"}])
async def test_a_token_for_or_from_elsewhere_is_refused(sample: Bench, claims: dict[str, str]) -> None:
    token = sample.issuer.token("demo/GOV/1/a", scope="sample:write", **claims)

    answer = await sample.client(token).post(NOTES, json={"text": "hello"})

    assert answer.status_code == 401


@pytest.mark.requirement("X012")
async def test_a_token_without_a_signature_or_with_a_changed_one_is_refused(sample: Bench) -> None:
    head, claims, _ = sample.issuer.token("demo/GOV/1/a", scope="sample:write").split(".")
    unsigned = f"eyJhbGciOiJub25lIn0.{claims}."

    answers = [
        await sample.client(token).post(NOTES, json={"text": "hello"})
        for token in (unsigned, f"{head}.{claims}.AAAA", "not-a-token", "a.b.c", "x" * 9_000)
    ]

    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.requirement("X055")
async def test_a_typed_client_header_proves_nobody(sample: Bench) -> None:
    client = sample.client(**{"information-mediator-client": "demo/GOV/1/a", "information-mediator-user": "officer"})

    answer = await client.get("/api/v1/decided")

    assert answer.status_code == 403


async def test_what_a_caller_states_beside_its_own_token_is_not_believed(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a")

    answer = await client.get("/api/v1/decided", headers={"information-mediator-user": "officer"})

    assert answer.json() == {"actor": "demo/GOV/1/a", "application": "demo/GOV/1/a", "for": ""}


@pytest.mark.requirement("SD-2")
@pytest.mark.parametrize("headers", [{}, {"content-length": "0"}])
async def test_a_post_without_a_body_is_400(sample: Bench, headers: dict[str, str]) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(NOTES, headers=headers)

    assert answer.status_code == 400


@pytest.mark.requirement("SD-19", "CFR-data-5")
@pytest.mark.parametrize(
    ("body", "named"),
    [(b'{"text": 5}', "text"), (b'{"stars": 1}', "text"), (b'{"text": "a", "stars": "many"}', "stars")],
)
async def test_a_failed_validation_is_400_and_names_the_field(sample: Bench, body: bytes, named: str) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(NOTES, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400
    assert named in answer.json()["fields"]


@pytest.mark.requirement("X214", "X017", "X031", "X036")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"text": "caf\xe9"}',
        b'{"text": "a\\u0000b"}',
        b"[" * 100_000 if BODY_BYTES_MAX > 100_000 else b"[" * 9_000,
        b'{"text": "' + b"[" * 5_000,
        b"\xff\xfe{",
        b'{"text": "a"} trailing',
    ],
)
async def test_bad_json_is_400_never_500(sample: Bench, body: bytes) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(NOTES, content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 400


@pytest.mark.requirement("X017")
async def test_text_that_only_looks_like_a_nul_is_kept(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    looks = await client.post(NOTES, json={"text": "C:\\u0000"})
    means = await client.post(NOTES, content=b'{"text": "\\\\\\u0000"}', headers={"content-type": "application/json"})

    assert (looks.status_code, looks.json()["text"], means.status_code) == (200, "C:\\u0000", 400)


@pytest.mark.requirement("X017")
async def test_another_charset_is_refused(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(
        NOTES, content='{"text": "a"}'.encode("latin-1"), headers={"content-type": "application/json; charset=latin-1"}
    )

    assert answer.status_code == 400


@pytest.mark.requirement("X017", "SD-14")
@pytest.mark.parametrize("content_type", ["application/json", "application/json; charset=utf-8"])
async def test_text_in_any_script_comes_back_as_it_was(sample: Bench, content_type: str) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")
    text = "أمينة 阿米娜 Амина አሚና 😀"

    answer = await client.post(
        NOTES, content=json.dumps({"text": text}).encode(), headers={"content-type": content_type}
    )

    assert answer.json() == {"text": text}


@pytest.mark.requirement("SD-17", "CFR-architecture-18")
async def test_unknown_properties_are_ignored(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(NOTES, json={"text": "a", "colour": "green"})

    assert answer.status_code == 200


@pytest.mark.requirement("X214")
async def test_a_body_over_the_limit_is_413_whether_it_says_so_or_not(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")
    big = json.dumps({"text": "x" * BODY_BYTES_MAX}).encode()

    async def chunks() -> object:
        yield big[:6_000]
        yield big[6_000:]

    said = await client.post(NOTES, content=big, headers={"content-type": "application/json"})
    unsaid = await client.post(NOTES, content=chunks(), headers={"content-type": "application/json"})  # type: ignore[arg-type]

    assert (said.status_code, unsaid.status_code) == (413, 413)


@pytest.mark.requirement("X214")
async def test_headers_over_the_limit_are_431(sample: Bench) -> None:
    answer = await sample.client().get(f"{NOTES}/7", headers={"x-long": "x" * 40_000})

    assert answer.status_code == 431


@pytest.mark.requirement("X214")
@pytest.mark.parametrize(
    "body",
    [b'{"text": "a", "text": "b"}', b'{"text": "a", "more": [{"b": 1, "\\u0062": 2}]}'],
    ids=["named", "skipped"],
)
async def test_a_name_that_stands_twice_in_an_object_is_refused(sample: Bench, body: bytes) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    twice = await client.post(NOTES, content=body, headers={"content-type": "application/json"})
    once = await client.post(NOTES, content=b'{"text": "text", "more": [{"b": 1}, {"b": 1.5}]}')

    assert (twice.status_code, "Send each name once." in twice.json()["detail"]) == (400, True)
    assert (once.status_code, once.json()) == (200, {"text": "text"})


async def test_a_content_type_nobody_reads_is_415(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a", "sample:write")

    answer = await client.post(NOTES, content=b"<note/>", headers={"content-type": "application/xml"})

    assert answer.status_code == 415


@pytest.mark.requirement("SD-3")
async def test_the_last_of_repeated_values_counts_and_doubled_queries_do_no_harm(sample: Bench) -> None:
    client = sample.application("demo/GOV/1/a")

    repeated = await client.get(f"{NOTES}?word=a&word=b")
    doubled = await client.get(f"{NOTES}?word=a?word=a")

    assert repeated.json()["word"] == "b"
    assert doubled.status_code == 200


@pytest.mark.parametrize("query", ["pageSize=many", "word=%ff", "word=%00"])
async def test_a_query_value_that_does_not_fit_is_400(sample: Bench, query: str) -> None:
    answer = await sample.application("demo/GOV/1/a").get(f"{NOTES}?{query}")

    assert answer.status_code == 400


@pytest.mark.requirement("SD-5", "SD-22")
@pytest.mark.parametrize(
    ("segment", "value"),
    [
        ("%7Bid%7D", "{id}"),
        ("%22a%22", '"a"'),
        ("123!%40%23", "123!@#"),
        ("invoice:1:abc", "invoice:1:abc"),
        ("a%2Fb", "a/b"),
        ("%2e%2e", ".."),
    ],
)
async def test_each_part_of_an_address_is_decoded_once(sample: Bench, segment: str, value: str) -> None:
    answer = await sample.client().get(f"{NOTES}/{segment}")

    assert answer.json() == {"id": value}


@pytest.mark.requirement("SD-5")
async def test_an_address_that_is_not_utf_8_is_400(sample: Bench) -> None:
    assert (await sample.client().get(f"{NOTES}/%ff")).status_code == 400


async def test_a_field_before_its_extension_may_hold_dots(sample: Bench) -> None:
    answer = await sample.client().get(f"{NOTES}/7/parts/First%20name.v2.json")

    assert answer.json() == {"name": "First name.v2", "ext": "json"}


@pytest.mark.requirement("SD-10")
async def test_fixed_segments_win_over_fields(sample: Bench) -> None:
    assert (await sample.client().get(f"{NOTES}/mine")).json() == {"id": "fixed segments win"}


@pytest.mark.requirement("SD-10")
def test_addresses_that_end_alike_are_told_apart() -> None:
    routes = Routes()
    for path in ("/a/{id}/read", "/b/{id}/read", "/{family}/{id}/{act}", "/a/{rest*}"):
        routes.get(path, access=public(), operation_id=path, summary="x")(_answer_nothing)
    table = Table(routes.operations)

    wanted = {"/b/1/read": "/b/{id}/read", "/a/1/read": "/a/{id}/read", "/c/1/read": "/{family}/{id}/{act}"}
    wanted |= {"/a/1/write": "/{family}/{id}/{act}", "/a/1/2/read": "/a/{rest*}", "/read": ""}
    for path, expected in wanted.items():
        operation, _, _ = table.find("GET", path)
        assert (operation.operation_id if operation else "") == expected


async def _answer_nothing(_: Call) -> None:
    """Answer nothing."""


async def test_a_method_an_address_does_not_answer_is_405_and_says_which_it_does(sample: Bench) -> None:
    answer = await sample.client().patch(f"{NOTES}/7")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD"


async def test_head_answers_like_get_without_a_body(sample: Bench) -> None:
    answer = await sample.client().head(f"{NOTES}/7")

    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 0


@pytest.mark.requirement("X078")
@pytest.mark.parametrize(
    ("header", "value", "kept"),
    [
        ("x-correlation-id", "trace-1.a_b", "trace-1.a_b"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
    ],
)
async def test_the_callers_correlation_id_is_kept(sample: Bench, header: str, value: str, kept: str) -> None:
    answer = await sample.client().get(f"{NOTES}/7", headers={header: value})

    assert answer.headers["x-correlation-id"] == kept


@pytest.mark.requirement("X078")
async def test_a_correlation_id_that_could_forge_a_log_line_is_replaced(sample: Bench) -> None:
    answer = await sample.client().get(f"{NOTES}/7", headers={"x-correlation-id": 'a" "event": "forged'})

    assert "forged" not in answer.headers["x-correlation-id"]


@pytest.mark.requirement("X219")
def test_a_caller_over_its_share_is_told_so_and_others_are_not() -> None:
    rate = Rate(per_second=5)
    for _ in range(10):
        rate.take("greedy")

    with pytest.raises(TooMany):
        rate.take("greedy")
    rate.take("modest")


@pytest.mark.requirement("X219", "CFR-security-9")
async def test_too_many_requests_are_429_with_the_time_to_wait(sqlite_databases: Databases) -> None:
    running = bench(SAMPLE, await sqlite_databases.migrated(), RATE_PER_SECOND="2")
    client = running.client()

    answers = [await client.get(f"{NOTES}/7") for _ in range(8)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


@pytest.mark.requirement("X252")
@pytest.mark.parametrize("path", ["/healthcheck", "/health/ready", "/health/live"])
async def test_health_answers(sample: Bench, path: str) -> None:
    answer = await sample.client().get(path)

    assert (answer.status_code, set(answer.json().values())) == (200, {"ok"})


@pytest.mark.requirement("X220")
async def test_calls_are_counted_by_operation_and_status(sample: Bench) -> None:
    client = sample.client()
    await client.get(f"{NOTES}/7")

    figures = (await client.get("/metrics")).text

    assert 'govstack_requests_total{operation="read_note",package="sample",status="200"}' in figures


@pytest.mark.requirement("X220")
async def test_a_caller_who_is_gone_before_the_answer_is_counted_apart(sample: Bench) -> None:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: object) -> None:
        raise ConnectionResetError

    scope = {"type": "http", "method": "GET", "path": f"{NOTES}/7", "query_string": b"", "headers": []}
    with pytest.raises(ConnectionResetError):
        await sample.running.application(scope, receive, send)

    figures = (await sample.client().get("/metrics")).text
    assert 'govstack_requests_total{operation="read_note",package="sample",status="499"}' in figures


@pytest.mark.requirement("X008", "X020")
async def test_answers_say_how_they_may_be_cached(sample: Bench) -> None:
    answer = await sample.client().get(f"{NOTES}/7")

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.requirement("X022", "X218", "X248", "SD-7", "SD-11", "X251", "CFR-architecture-3")
async def test_the_conformance_profile_serves_the_api_at_the_root_with_aliases_and_without_credentials(
    sqlite_databases: Databases,
) -> None:
    database = await sqlite_databases.migrated()
    strict, lenient = bench(SAMPLE, database), bench(SAMPLE, database, PROFILE="conformance")

    rooted = await lenient.client().post("/notes", json={"text": "a"})
    versioned = await lenient.client().post(NOTES, json={"text": "a"})
    alias = await lenient.client().get("/old-notes")

    assert [rooted.status_code, versioned.status_code, alias.status_code] == [200, 200, 200]
    assert (await strict.client().get("/old-notes")).status_code == 404
    assert (await strict.client().post("/notes", json={"text": "a"})).status_code == 404
