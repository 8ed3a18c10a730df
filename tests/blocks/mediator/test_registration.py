"""Members and applications: they apply, are verified, and leave; every act and every refused act is on record."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from govstack.kernel import audit
from tests.builders.mediator import connected, granted, offered, trail
from tests.builders.running import Bench

APPLICATION = {
    "memberClass": "GOV",
    "memberCode": "7001",
    "name": "Ministry of Home Affairs",
    "contact": {"name": "Amal Bustani", "email": "amal@mail.example"},
    "agreement": "Treaty 12 of 2025",
}
MEMBER = "/api/v1/members/GOV/7001"
REGISTER = f"{MEMBER}/applications/register"


async def applied(running: Bench) -> httpx.Response:
    """Apply for membership as a person without any scope."""
    async with running.person("amal") as client:
        return await client.post("/api/v1/members", json=APPLICATION)


async def decided(running: Bench, path: str, *, reason: str = "") -> httpx.Response:
    """Decide as the ecosystem's administrator."""
    async with running.person("mila", "mediator:register") as client:
        return await client.post(path, **({"json": {"reason": reason}} if reason else {}))


@pytest.mark.requirement("I6")
async def test_an_organisation_applies_and_is_accepted(running: Bench) -> None:
    answer = await applied(running)
    accepted = await decided(running, f"{MEMBER}/accept")

    assert (answer.status_code, answer.json()["state"]) == (201, "applied")
    assert (accepted.status_code, accepted.json()["state"], accepted.json()["decidedBy"]) == (200, "accepted", "mila")


@pytest.mark.requirement("I6")
async def test_applying_twice_is_applying_once_and_nobody_else_can_take_the_code(running: Bench) -> None:
    first, again = await applied(running), await applied(running)

    async with running.person("eve") as client:
        taken = await client.post("/api/v1/members", json=APPLICATION)

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert taken.status_code == 409
    assert [entry.action for entry in await trail(running.context) if entry.outcome == "ok"] == [
        "mediator.member.apply"
    ]


@pytest.mark.requirement("I6")
async def test_many_applications_at_once_are_one(running: Bench) -> None:
    answers = await asyncio.gather(*(applied(running) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {201}
    assert len(await trail(running.context)) == 1


@pytest.mark.requirement("I6")
async def test_who_was_rejected_reads_why_and_applies_again(running: Bench) -> None:
    await applied(running)
    unexplained = await decided(running, f"{MEMBER}/reject", reason=" ")
    await decided(running, f"{MEMBER}/reject", reason="The contact does not answer.")
    async with running.person("amal") as client:
        read = (await client.get(MEMBER)).json()

    again = await applied(running)

    assert unexplained.status_code == 400
    assert (read["state"], read["reason"]) == ("rejected", "The contact does not answer.")
    assert again.json()["state"] == "applied"


@pytest.mark.requirement("I6")
async def test_an_application_for_membership_is_nobody_elses_business(running: Bench) -> None:
    await applied(running)

    async with running.client() as nobody, running.person("mila", "mediator:read") as administrator:
        hidden = await nobody.get(MEMBER)
        listed = [(await client.get("/api/v1/members")).json()["members"] for client in (nobody, administrator)]

    assert hidden.status_code == 404
    assert [len(found) for found in listed] == [0, 1]


async def test_contacts_are_shown_to_administrators_only(running: Bench) -> None:
    await applied(running)
    await decided(running, f"{MEMBER}/accept")

    async with running.client() as nobody, running.person("x", roles=("mediator:member:GOV/7001",)) as own:
        answers = [(await client.get(MEMBER)).json() for client in (nobody, own)]

    assert ["contact" in answer for answer in answers] == [False, True]


@pytest.mark.requirement("I3")
async def test_a_removed_member_takes_everything_with_it(running: Bench) -> None:
    await offered(running.context, "GOV/7001/register/people")
    await granted(running.context, "GOV/7001/register/people", "GOV/7003/desk")

    async with running.person("mila", "mediator:administer") as client:
        first, again = await client.delete(MEMBER), await client.delete(MEMBER)
        rights = (await client.get("/api/v1/rights/allow")).json()
        left = (await client.get(f"{MEMBER}/applications")).json()["applications"]

    assert [first.json()["state"], again.json()["state"]] == ["removed", "removed"]
    assert rights == {"allowList": []}
    assert [one["state"] for one in left] == ["removed"]


@pytest.mark.requirement("I7")
async def test_an_application_joins_in_the_same_two_steps(running: Bench) -> None:
    await applied(running)
    await decided(running, f"{MEMBER}/accept")
    async with running.person("amal", roles=("mediator:member:GOV/7001",)) as own:
        asked = await own.post(f"{MEMBER}/applications", json={"applicationCode": "register", "connection": "http"})
        own_way = await own.post(f"{REGISTER}/accept")
    before = await shown(running)

    accepted = await decided(running, f"{REGISTER}/accept")

    assert (asked.status_code, asked.json()["state"], asked.json()["connection"]) == (201, "applied", "http")
    assert own_way.status_code == 403
    assert accepted.json()["state"] == "accepted"
    assert (before, await shown(running)) == ([], ["register"])


async def shown(running: Bench) -> list[str]:
    """Return the codes of the applications that listClients shows."""
    async with running.client() as client:
        listed = (await client.get("/listClients")).json()["member"]
    return [one["id"]["applicationCode"] for one in listed if one["id"]["objectType"] == "APPLICATION"]


@pytest.mark.requirement("I7")
async def test_an_application_needs_a_connected_member(running: Bench) -> None:
    await applied(running)

    async with running.person("mila", "mediator:register") as client:
        answer = await client.post(f"{MEMBER}/applications", json={"applicationCode": "register"})

    assert answer.status_code == 409


@pytest.mark.requirement("I3")
async def test_a_suspended_application_rests_and_comes_back_with_its_rights(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")

    suspended = await decided(running, f"{REGISTER}/suspend", reason="Its certificate has leaked.")
    hidden = await shown(running)
    reinstated = await decided(running, f"{REGISTER}/reinstate")

    assert [suspended.json()["state"], reinstated.json()["state"]] == ["suspended", "accepted"]
    assert (hidden, await shown(running)) == ([], ["register"])


@pytest.mark.parametrize(("path", "reason"), [("reject", "no"), ("reinstate", ""), ("accept", "")])
async def test_a_decision_must_fit_the_state(on_sqlite: Bench, path: str, reason: str) -> None:
    await connected(on_sqlite.context, "GOV/7001/register")
    await decided(on_sqlite, f"{MEMBER}/suspend", reason="under review")

    answer = await decided(on_sqlite, f"{MEMBER}/{path}", reason=reason)

    assert answer.status_code == (200 if path == "reinstate" else 409)


@pytest.mark.requirement("I31")
async def test_every_act_and_every_refused_act_is_on_record(running: Bench) -> None:
    await applied(running)
    async with running.person("eve") as eve:
        await eve.post(f"{MEMBER}/accept")
    await decided(running, f"{MEMBER}/accept")

    entries = [(entry.actor, entry.action, entry.subject, entry.outcome) for entry in await trail(running.context)]

    assert entries == [
        ("mila", "mediator.member.accept", "GOV/7001", "ok"),
        ("eve", "mediator.member.accept", "GOV/7001", "refused"),
        ("amal", "mediator.member.apply", "GOV/7001", "ok"),
    ]


@pytest.mark.requirement("I31")
async def test_the_record_cannot_be_changed_unnoticed(running: Bench) -> None:
    await applied(running)

    async with running.context.database.transaction() as tx:
        await tx.execute("UPDATE audit_entry SET actor = 'nobody'")

    async with running.context.database.reading() as tx:
        assert await audit.first_broken(tx) == 1


async def test_nobody_acts_without_signing_in(on_sqlite: Bench) -> None:
    async with on_sqlite.client() as nobody:
        answers = [
            await nobody.post("/api/v1/members", json=APPLICATION),
            await nobody.post(f"{MEMBER}/accept"),
            await nobody.patch(MEMBER, json={"name": "x"}),
            await nobody.delete(REGISTER),
            await nobody.put(f"{REGISTER}/certificates/{'ab' * 32}"),
        ]

    assert [answer.status_code for answer in answers] == [401] * 5
    assert await trail(on_sqlite.context) == []


@pytest.mark.requirement("I2")
async def test_a_members_administrator_reaches_its_own_member_only(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")
    await connected(running.context, "GOV/7003/desk")

    async with running.person("amal", roles=("mediator:member:GOV/7001",)) as client:
        own = await client.patch(MEMBER, json={"name": "Home Affairs"})
        other = await client.patch("/api/v1/members/GOV/7003", json={"name": "Ours too"})

    assert (own.json()["name"], other.status_code) == ("Home Affairs", 403)


async def test_a_certificate_proves_one_application_only(running: Bench) -> None:
    await connected(running.context, "GOV/7001/register")
    await connected(running.context, "GOV/7003/desk")
    print_ = "AB:" * 31 + "AB"

    async with running.person("mila", "mediator:register") as client:
        first = await client.put(f"{REGISTER}/certificates/{print_}")
        again = await client.put(f"{REGISTER}/certificates/{'ab' * 32}")
        other = await client.put(f"/api/v1/members/GOV/7003/applications/desk/certificates/{print_}")
        odd = await client.put(f"{REGISTER}/certificates/abc")

    assert first.json()["certificates"] == again.json()["certificates"] == ["ab" * 32]
    assert (other.status_code, odd.status_code) == (409, 400)


async def test_members_are_listed_page_by_page(running: Bench) -> None:
    for number in range(5):
        await connected(running.context, f"GOV/700{number}/app")

    pages, token = [], ""
    async with running.client() as client:
        while True:
            answer = (await client.get("/api/v1/members", params={"pageSize": "2", "nextPageToken": token})).json()
            pages.append([one["memberCode"] for one in answer["members"]])
            token = answer.get("nextPageToken", "")
            if not token:
                break

    assert pages == [["7000", "7001"], ["7002", "7003"], ["7004"]]


@pytest.mark.parametrize(
    "change",
    [
        {"memberClass": "1GOV"},
        {"memberClass": "GOV/X"},
        {"memberCode": "../etc"},
        {"memberCode": ""},
        {"memberCode": 7001},
        {"memberCode": "7001\n"},
        {"name": ""},
        {"name": "a" * 201},
        {"name": "two\nlines"},
        {"name": None},
        {"contact": "amal"},
        {"contact": {"name": "Amal"}},
    ],
)
async def test_an_application_that_is_not_well_formed_is_refused(on_sqlite: Bench, change: dict[str, object]) -> None:
    async with on_sqlite.person("amal") as client:
        answer = await client.post("/api/v1/members", json={**APPLICATION, **change})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b'{"name": "\\u0000"}', 400),
        (
            b'{"memberClass": "GOV", "memberCode": "7001", "name": "\\ud800", "contact": {"name": "a", "email": "b"}}',
            400,
        ),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b" " * 10_000_000, 413),
    ],
)
async def test_a_body_that_is_no_application_is_refused(on_sqlite: Bench, body: bytes, status: int) -> None:
    async with on_sqlite.person("amal") as client:
        answer = await client.post("/api/v1/members", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/members/GOV/%00",
        "/api/v1/members/GOV/..%2f..",
        "/api/v1/members/%22/%27",
        "/api/v1/members/GOV/" + "a" * 500,
    ],
)
async def test_an_odd_address_leads_nowhere(running: Bench, path: str) -> None:
    async with running.person("mila", "mediator:*") as client:
        answers = [
            await client.get(path),
            await client.delete(path),
            await client.get(f"{path}/applications/x"),
            await client.delete(f"{path}/applications/x/services/%00"),
            await client.post("/api/v1/access-requests/%00/approve"),
            await client.get("/api/v1/access-requests/%00"),
            await client.get("/api/v1/config/changes/%00"),
        ]

    # What holds a NUL is malformed; the rest is only unknown.
    assert [answer.status_code for answer in answers] == [400 if "%00" in path else 404] * 3 + [400] * 4
