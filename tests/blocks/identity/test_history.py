"""The history of an identity as its person and auditors read it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from govstack.blocks.identity.history import service
from govstack.blocks.identity.history.model import Info, Kind, Status
from govstack.kernel import audit, clock
from tests.builders.identity import Identity, identity
from tests.databases import Databases

HEADERS = {"locale": "en-US", "time-zone-offset": "-330"}
DAY = datetime(2026, 5, 4, 20, 0, tzinfo=UTC)


@pytest.fixture
async def block(databases: Databases) -> Identity:
    return await identity(databases)


async def recorded(block: Identity, **changes: object) -> str:
    """Put something on Amina's record and return its number."""
    told = {
        "person_id": block.amina.id,
        "kind": Kind.AUTHENTICATION,
        "summary": "A credential was suspended",
        **changes,
    }
    return await service.record(block.bench.context, **told)  # type: ignore[arg-type]


async def read(block: Identity, code: str = "eng", subject: str = "amina", **query: str) -> dict[str, object]:
    """Read the history and return the answer."""
    answer = await block.person(subject).get(f"/service-history/{code}", params=query, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.requirement("IDN-52", "IDN-D2")
async def test_a_person_reads_an_event_in_their_language(block: Identity) -> None:
    number = await recorded(block, info=Info(authentication_mode="OTP"))

    answer = (await block.person().get(f"/events/{number}", params={"language": "fra"})).json()

    told = answer["response"]
    assert (len(number), number[0] != "0", answer["errors"]) == (16, True, [])
    assert (told["eventId"], told["eventStatus"], told["eventType"]) == (number, "success", "AUTHENTICATION_REQUEST")
    assert told["summary"] == "Un justificatif a été suspendu"
    assert told["info"]["authenticationMode"] == "OTP"
    assert len(told["info"]) == 15


@pytest.mark.requirement("IDN-47", "IDN-D3")
async def test_an_event_is_shown_to_its_person_alone(block: Identity) -> None:
    number = await recorded(block)

    other = await block.person("boris").get(f"/events/{number}?language=eng")
    nobody = await block.bench.client().get(f"/events/{number}?language=eng")
    application = await block.bench.application("demo/GOV/1/x").get(f"/events/{number}?language=eng")

    assert (other.status_code, other.json()["errors"][0]["errorCode"]) == (200, "invalid_event_id")
    assert other.json()["response"] == {}
    assert (nobody.status_code, application.status_code) == (401, 403)
    assert nobody.json()["errors"][0]["errorCode"] == "unauthenticated"


@pytest.mark.requirement("IDN-52")
async def test_the_history_is_shown_in_pages_in_the_order_asked_for(block: Identity) -> None:
    numbers = [await recorded(block) for _ in range(5)]

    first = (await read(block, pageFetch="2"))["response"]
    last = (await read(block, pageFetch="2", pageStart="2", sortType="DESC"))["response"]

    assert isinstance(first, dict)
    assert isinstance(last, dict)
    assert [one["eventId"] for one in first["data"]] == numbers[:2]
    assert [one["eventId"] for one in last["data"]] == numbers[:1]
    assert (first["pageNo"], first["pageSize"], first["totalItems"], first["totalPages"]) == (0, 2, 5, 3)


@pytest.mark.requirement("IDN-52")
async def test_the_history_is_narrowed_by_kind_state_and_number(block: Identity) -> None:
    shared = await recorded(block, kind=Kind.DATA_SHARE, status=Status.IN_PROGRESS)
    failed = await recorded(block, status=Status.FAILED)
    await recorded(block)

    async def found(**query: str) -> list[str]:
        return [one["eventId"] for one in (await read(block, **query))["response"]["data"]]  # type: ignore[index]

    assert await found(serviceType="DATA_SHARE_REQUEST") == [shared]
    assert await found(statusFilter="FAILED, IN_PROGRESS") == [shared, failed]
    assert await found(searchText=failed[3:12]) == [failed]
    assert await found(searchText="%") == []
    assert len(await found(statusFilter="ALL", serviceType="ALL")) == 3


@pytest.mark.requirement("IDN-52")
async def test_days_begin_and_moments_are_written_on_the_clock_of_the_reader(block: Identity) -> None:
    with clock.fixed(DAY):
        await recorded(block)
        late = (await read(block, fromDate="2026-05-05", toDate="2026-05-05"))["response"]
        early = (await read(block, fromDate="2026-05-04", toDate="2026-05-04"))["response"]

    assert isinstance(late, dict)
    assert isinstance(early, dict)
    # 20:00 in UTC is half past one on the next day in India.
    assert (late["totalItems"], early["totalItems"]) == (1, 0)
    assert "1:30" in late["data"][0]["timeStamp"]


@pytest.mark.requirement("IDN-D3")
@pytest.mark.parametrize(
    "wrong",
    [
        {"fromDate": "yesterday"}, {"toDate": "2026-13-01"}, {"fromDate": "0001-01-01", "toDate": "9999-12-31"},
        {"pageFetch": "0"}, {"pageStart": "-1"}, {"pageFetch": "1000"}, {"searchText": "1" * 31}, {"sortType": "UP"},
        {"serviceType": "SHOPPING"}, {"statusFilter": "DONE"}, {"code": "english"}, {"code": "e1g"},
    ],
)  # fmt: skip
async def test_a_filter_that_makes_no_sense_is_refused(block: Identity, wrong: dict[str, str]) -> None:
    answer = await read(block, **wrong)

    assert (answer["response"], answer["errors"][0]["errorCode"]) == ({}, "invalid_request")  # type: ignore[index]


@pytest.mark.parametrize("offset", ["noon", "99999", "--3", "1.5"])
async def test_an_offset_that_is_none_is_refused(block: Identity, offset: str) -> None:
    answer = await block.person().get("/service-history/eng", headers={"time-zone-offset": offset})

    assert answer.json()["errors"][0]["errorCode"] == "invalid_request"


@pytest.mark.requirement("IDN-52")
async def test_an_auditor_reads_for_a_purpose_and_that_is_on_record(block: Identity) -> None:
    await recorded(block)
    body = {"subject": "amina", "purpose": "Complaint 12"}

    refused = await block.person().post("/api/v1/history", json=body)
    seen = (await block.officer("identity:audit").post("/api/v1/history", json=body)).json()

    async with block.bench.context.database.reading() as tx:
        entries = await audit.entries(tx, action="identity.history.examined")
    assert refused.status_code == 403
    assert seen["response"]["totalItems"] == 1
    assert [(entry.actor, entry.subject) for entry in entries] == [("officer-1", f"person/{block.amina.id}")]


@pytest.mark.requirement("IDN-50", "IDN-54")
async def test_the_details_of_an_event_are_sealed_at_rest(block: Identity) -> None:
    await recorded(block, info=Info(delivery_address="Rue 12, Abidjan"))

    assert "Abidjan" not in await block.stored("identity_event")
