"""What published clients of the data operations send, need, and repeat (conformance profile)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from govstack.blocks.registries.manifest import MANIFEST
from govstack.blocks.registries.records import service as records
from tests.builders.records import CALLER, desk
from tests.builders.running import Bench
from tests.databases import Databases

R = "/data/registryname/111"
FIELDS = ("ID", "FirstName", "LastName", "BirthCertificateID")
CREATED = [
    ("2999", "Anna", "Stock", "RR-1234567999"),
    ("3000", "Zofia", "Don", "RR-5465679229"),
    ("3001", "Elsa", "Smith", "RR-1234537999"),
    ("3002", "Nick", "Evans", "RR-7898797999"),
    ("3003", "Thomas", "Johnson", "RR-8534567781"),
]
UPDATES = [
    (("EE3784545277266", "Philip", "Red", "RR-30045370099"), ("EE383838348834", "Elsa", "West", "RR-1234007889")),
    (("EE34462734834865", "Alex", "Green", "RR-441124937"), ("EE34462734834865", "Jack", "Black", "RR-1234567880")),
    (("EE61287673487865", "Alise", "Black", "RR-49075937"), ("EE61287673487865", "John", "Redwood", "RR-1234567888")),
    (("EE6534523487865", "Zyra", "Blue", "RR-24523937"), ("EE6534523487865", "Bob", "Rack", "RR-1234567887")),
]


async def seeded(databases: Databases) -> Bench:
    """The block as published clients meet it."""
    running = await desk(databases, PROFILE="conformance")
    assert MANIFEST.conformance_seed is not None
    await MANIFEST.conformance_seed(running.context)
    return running


@pytest.fixture
async def running(sqlite_databases: Databases) -> Bench:
    return await seeded(sqlite_databases)


@pytest.fixture
async def client(running: Bench) -> AsyncIterator[httpx.AsyncClient]:
    async with running.client(**CALLER) as client:
        yield client


def record(values: tuple[str, ...]) -> dict[str, str]:
    """A record in the order of the published fields."""
    return dict(zip(FIELDS, values, strict=True))


@pytest.mark.requirement("DR-D4", "DR-D7")
async def test_listing_the_empty_registry_finds_nothing_and_is_no_error(client: httpx.AsyncClient) -> None:
    answer = await client.get("/data/registryempty/111")

    assert (answer.status_code, answer.json()) == (200, {"count": 0, "results": []})


@pytest.mark.requirement("DR-D2", "DR-D3", "DR-D7", "SD-20")
async def test_a_list_without_parameters_counts_what_it_returns(client: httpx.AsyncClient) -> None:
    body = (await client.get(R)).json()

    assert body["count"] == len(body["results"]) == 25
    assert set(body) == {"count", "results"}
    assert set(body["results"][0]) == set(FIELDS)


@pytest.mark.requirement("DR-D5", "SD-1", "SD-6")
async def test_created_rows_come_back_and_may_be_sent_again(client: httpx.AsyncClient) -> None:
    for values in CREATED * 2:
        answer = await client.post(f"{R}/create", json={"write": {"content": record(values)}})

        assert (answer.status_code, answer.json()) == (200, {"content": record(values)})


@pytest.mark.requirement("DR-D5", "SD-16")
async def test_an_id_that_is_sent_as_a_number_is_kept_as_text(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{R}/create", json={"write": {"content": {"ID": 2999, "FirstName": "Anna"}}})

    assert answer.json() == {"content": {"ID": "2999", "FirstName": "Anna"}}


@pytest.mark.requirement("SD-2")
async def test_a_first_request_without_body_is_refused_and_stores_nothing(client: httpx.AsyncClient) -> None:
    places = (
        ("POST", "create"), ("POST", "exists"), ("PUT", "update"), ("PUT", "update-entries"),
        ("POST", "update-or-create"), ("POST", "read"), ("POST", "create-entries"),
    )  # fmt: skip

    statuses = {place: (await client.request(method, f"{R}/{place}")).status_code for method, place in places}

    assert statuses == dict.fromkeys(statuses, 400)
    assert (await client.get(R)).json()["count"] == 25


@pytest.mark.requirement("DR-D6", "SD-16")
async def test_exists_finds_a_record_by_all_of_its_fields(client: httpx.AsyncClient) -> None:
    asked = record(("EE123627348834", "John", "Bon", "RR-3334537999"))
    for body in (asked, {"query": {"content": asked}}):
        answer = (await client.post(f"{R}/exists", json=body)).json()["answer"]

        assert answer["status"] is True
        assert isinstance(answer["message"], str)


@pytest.mark.requirement("DR-D6")
async def test_exists_joins_its_fields_by_and(client: httpx.AsyncClient) -> None:
    for name in ("Mike", "Thomas", "Brook", "Alice"):
        asked = record(("EE456627348844", name, "Helmut", "RR-1234567889"))
        answer = await client.post(f"{R}/exists", json=asked)

        assert (answer.status_code, answer.json()["answer"]["status"]) == (200, False)


@pytest.mark.requirement("DR-D8", "DR-D9")
async def test_a_filtered_search_matches_the_whole_value(client: httpx.AsyncClient) -> None:
    for name, order, found in (
        ("John", "ascending", 7), ("Alice", "descending", 1), ("Jack", "ascending", 1), ("Bob", "descending", 1)
    ):  # fmt: skip
        answer = await client.get(R, params={"search": name, "filter": "FirstName", "ordering": order})

        assert [one["FirstName"] for one in answer.json()["results"]] == [name] * found


@pytest.mark.requirement("DR-D9")
async def test_a_single_word_orders_by_the_filtered_field_and_else_by_creation(client: httpx.AsyncClient) -> None:
    newest = (await client.get(R, params={"ordering": "descending"})).json()["results"]
    oldest = (await client.get(R, params={"ordering": "ascending"})).json()["results"]
    filtered = (await client.get(R, params={"filter": "FirstName", "ordering": "descending"})).json()["results"]

    assert newest == oldest[::-1]
    assert [one["FirstName"] for one in filtered] == sorted((one["FirstName"] for one in oldest), reverse=True)


@pytest.mark.requirement("SD-3")
async def test_a_doubled_query_string_means_the_same(client: httpx.AsyncClient) -> None:
    once = "search=John&filter=FirstName&ordering=ascending"
    several = await client.get(f"{R}?{once}?{once}")
    single = await client.get(f"{R}?ordering=descending?ordering=descending")

    assert len(several.json()["results"]) == 7
    assert single.status_code == 200


@pytest.mark.requirement("DR-D10")
async def test_read_finds_by_one_field(client: httpx.AsyncClient) -> None:
    for name, value in (
        ("ID", "EE378129127223"), ("FirstName", "Eva"), ("LastName", "Smith"),
        ("BirthCertificateID", "EE6546273487865"), ("FirstName", "John Helmut"),
    ):  # fmt: skip
        answer = await client.post(f"{R}/read", json={"query": {"content": {name: value}}})

        assert (answer.status_code, answer.json()["content"][name]) == (200, value)


@pytest.mark.requirement("DR-D10")
async def test_read_finds_by_all_fields(client: httpx.AsyncClient) -> None:
    wanted = record(("EE378129127223", "Billy", "Johnson", "RR-1112223331"))
    answer = await client.post(f"{R}/read", json={"query": {"content": wanted}})

    assert answer.json() == {"content": wanted}


@pytest.mark.requirement("DR-D10", "SD-19")
async def test_read_answers_nothing_found_in_the_published_words(client: httpx.AsyncClient) -> None:
    answers = [await client.post(f"{R}/read", json={"query": {"content": {"FirstName": "NotExist"}}}) for _ in "ab"]

    assert [(one.status_code, one.json()) for one in answers] == [(404, {"detail": "no record found"})] * 2


@pytest.mark.requirement("DR-D11", "SD-18")
async def test_a_value_is_a_bare_json_string(client: httpx.AsyncClient) -> None:
    for place in ("read-value", "readValue"):
        answer = await client.get(f"{R}/80bcb084-fa17-11ed-be56-0242ac120002/{place}/FirstName.json")

        assert (answer.status_code, answer.text) == (200, '"John"')
        assert answer.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.requirement("DR-D12", "SD-1")
async def test_an_update_succeeds_and_so_does_its_repeat_that_matches_nothing(client: httpx.AsyncClient) -> None:
    for old, new in UPDATES:
        body = {"query": {"content": record(old)}, "write": {"content": record(new)}}
        answers = [await client.put(f"{R}/update", json=body) for _ in "ab"]

        assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 2
        assert (await client.post(f"{R}/exists", json=record(new))).json()["answer"]["status"] is True


@pytest.mark.requirement("DR-D13", "SD-1")
async def test_updating_entries_succeeds_and_so_does_its_repeat(client: httpx.AsyncClient) -> None:
    for place, old, new in (
        ("update-entries", "Alina", "Jack"), ("updateEntries", "Casandra", "Tamara"),
        ("update-entries", "Olga", "Alice"),
    ):  # fmt: skip
        body = {"query": {"content": {"FirstName": old}}, "write": {"content": {"FirstName": new}}}
        answers = [await client.put(f"{R}/{place}", json=body) for _ in "ab"]

        assert [one.status_code for one in answers] == [200, 200]
        assert (await client.post(f"{R}/exists", json={"FirstName": old})).json()["answer"]["status"] is False


@pytest.mark.requirement("DR-D13")
async def test_updating_entries_without_a_match_succeeds(client: httpx.AsyncClient) -> None:
    body = {
        "query": {"content": record(("EE1112223331", "Nobody", "Johnson", "RR-1112223331"))},
        "write": {"content": record(("EE1112223331", "Bob", "Son", "RR-1112223331"))},
    }

    assert (await client.put(f"{R}/update-entries", json=body)).status_code == 200


@pytest.mark.requirement("DR-D14", "SD-1")
async def test_update_or_create_answers_what_was_written(client: httpx.AsyncClient) -> None:
    first = record(("EE123456789012", "John", "Smith", "RR-1234567890"))
    then = record(("EE123456789012", "Jack", "Sparrow", "RR-1234567890"))
    for place in ("update-or-create", "updateOrCreate"):
        for old, new in ((first, first), (first, first), (first, then), (first, then)):
            body = {"query": {"content": old}, "write": {"content": new}}
            answer = await client.post(f"{R}/{place}", json=body)

            assert (answer.status_code, answer.json()) == (200, {"content": new})


@pytest.mark.requirement("DR-D15", "SD-5", "SD-19")
async def test_deleting_a_placeholder_that_was_never_filled_in_is_no_error(client: httpx.AsyncClient) -> None:
    answers = [await client.delete(f"{R}/%7Bid%7D/delete") for _ in "ab"]

    assert [(one.status_code, one.content) for one in answers] == [(204, b"")] * 2
    assert "content-type" not in answers[0].headers
    assert (await client.get(R)).json()["count"] == 25


@pytest.mark.requirement("DR-D1", "DR-D16", "DR-D17", "SD-21")
async def test_the_usage_report_lists_the_published_reads(client: httpx.AsyncClient) -> None:
    published = {
        "id": "1234567",
        "readerId": "EE37819285773",
        "readerInitials": "JD",
        "readerInstitutionId": "EE70049837",
        "readerInstitutionName": "East Hospital",
        "readerApplicationName": "East Hospital healthcare back office",
        "searchDateTime": "2017-07-21T17:32:28.000000Z",
        "refrences": [{"ReferenceId": "MCTS31"}],
    }
    for place in ("/data/MyPersonalDataUsage/1.0", "/data/myPersonalDataUsage"):
        for person in ("EE378129277266", "EE378129127223", "EE334569121212", "EE390029120500"):
            answer = await client.get(place, params={"userID": person, "DatabaseID": "MCTS"})

            assert (answer.status_code, answer.json()) == (200, [published])


@pytest.mark.requirement("DR-D16", "SD-3")
async def test_the_usage_report_understands_a_doubled_query(client: httpx.AsyncClient) -> None:
    once = "userID=EE378129277266&DatabaseID=MCTS"

    assert (await client.get(f"/data/MyPersonalDataUsage/1.0?{once}?{once}")).status_code == 200


@pytest.mark.requirement("DR-D16", "SD-19")
async def test_the_usage_report_refuses_what_is_no_identifier(client: httpx.AsyncClient) -> None:
    for asked in (
        {"userID": "...", "DatabaseID": "MCTS"}, {"userID": "EE378129277266", "DatabaseID": "..."},
        {"userID": "EE378129277266"}, {},
    ):  # fmt: skip
        assert (await client.get("/data/MyPersonalDataUsage/1.0", params=asked)).status_code == 400


@pytest.mark.requirement("SD-7", "SD-13")
async def test_several_records_are_created_under_each_published_address(client: httpx.AsyncClient) -> None:
    entries = [{"content": {"ID": "MCTS31", "Child": {"ID": "ID2"}}, "createdAt": "", "modifiedAt": "", "uuid": ""}]
    form = {"data": {"write": httpx.Response(200, json=entries).text}}
    requests = [
        (place, body)
        for place in ("/data/mcts/createEntries", "/data/mcts/1.4/create-entries")
        for body in ({"json": {"write": entries}}, form)
    ]
    for number, (place, body) in enumerate(requests, start=1):
        answer = await client.post(place, **body)

        assert answer.status_code == 201, answer.text
        (received,) = answer.json()["receive"]
        assert set(received) == {"content", "createdAt", "modifiedAt", "uuid"}
        assert received["content"] == {"ID": f"MCTS{number}", "Child": {"ID": "ID2"}}


@pytest.mark.requirement(
    "DR-D5", "DR-D6", "DR-D8", "DR-D10", "DR-D11", "DR-D12", "DR-D13", "DR-D14", "DR-D15", "DR-D16"
)
async def test_published_clients_find_the_same_on_postgresql(postgres_databases: Databases) -> None:
    running = await seeded(postgres_databases)
    async with running.client(**CALLER) as client:
        await test_a_list_without_parameters_counts_what_it_returns(client)
        await test_created_rows_come_back_and_may_be_sent_again(client)
        await test_exists_finds_a_record_by_all_of_its_fields(client)
        await test_exists_joins_its_fields_by_and(client)
        await test_a_filtered_search_matches_the_whole_value(client)
        await test_a_single_word_orders_by_the_filtered_field_and_else_by_creation(client)
        await test_read_finds_by_all_fields(client)
        await test_a_value_is_a_bare_json_string(client)
        await test_an_update_succeeds_and_so_does_its_repeat_that_matches_nothing(client)
        await test_updating_entries_succeeds_and_so_does_its_repeat(client)
        await test_update_or_create_answers_what_was_written(client)
        await test_several_records_are_created_under_each_published_address(client)
        await records.conformance_rows(running.context)
        await test_the_usage_report_lists_the_published_reads(client)
        await test_deleting_a_placeholder_that_was_never_filled_in_is_no_error(client)


@pytest.mark.requirement("SD-6", "DR-D4")
async def test_resetting_the_rows_restores_exactly_the_published_ones(
    running: Bench, client: httpx.AsyncClient
) -> None:
    before = (await client.get(R, params={"details": "true"})).json()["results"]
    await client.delete(f"{R}/{before[0]['uuid']}/delete")
    await client.post(f"{R}/create", json={"write": {"content": {"ID": "9"}}})

    await records.conformance_rows(running.context)

    after = (await client.get(R, params={"details": "true"})).json()["results"]
    shown = [[{key: one[key] for key in ("uuid", "content", "revision")} for one in part] for part in (before, after)]
    assert shown[0] == shown[1]


@pytest.mark.requirement("SD-19")
async def test_an_unknown_registry_is_not_found(client: httpx.AsyncClient) -> None:
    answers = [
        await client.post(f"/data/{name}/create", json={"write": {"content": {}}})
        for name in ("nowhere/111", "registryname/999")
    ]

    assert [one.status_code for one in answers] == [404, 404]


@pytest.mark.requirement("SD-12")
async def test_a_malformed_caller_header_is_refused(running: Bench) -> None:
    for header in ("eGovStack/GOV/90000009/", "eGovStack", "a/b/c/d/e", "a//c/d"):
        async with running.client(**{"information-mediator-client": header}) as client:
            assert (await client.get(R)).status_code == 400


@pytest.mark.requirement("SD-17")
async def test_extra_properties_are_never_an_error(client: httpx.AsyncClient) -> None:
    body = {"write": {"content": {"ID": "1", "Colour": "red"}, "more": 1}, "extra": {}}
    answer = await client.post(f"{R}/create", json=body)

    assert (answer.status_code, answer.json()) == (200, {"content": {"ID": "1"}})
    assert answer.headers["ignored-fields"] == "Colour"
