"""Remote learning (EDU-1) from registration to archiving, step by step, with what blocks asked of each other."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from govstack.kernel import clock
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings.model import Price
from tests.builders import courses
from tests.builders.emulated import Biller, Emulator, Payments, Registration, Scheduler, Workflow
from tests.builders.exchange import served
from tests.builders.learning import API, OFFICER, civil_servant, page, send
from tests.builders.remote_learning import (
    BILLS,
    CONSENTS,
    ENROLMENT,
    EXISTS,
    INSTANCE,
    MAIL,
    SERVICES,
    Country,
    country,
)
from tests.builders.written_courses import PAGES, begun, ready

BOOK = Path(__file__).parents[2] / "build" / "remote-learning.html"
LEARNER, EDUCATOR, DESK = "amina", "ben", "desk"
NAMES = {LEARNER: "Amina Kone", EDUCATOR: "Ben Adu", DESK: "Dora Mensah"}
MAILBOX = "amina@people.example.org"
SIGNED_IN = "learning > identity: POST /oauth/token = 200"
FORM = "learning > registration: POST /services/{serviceId}/applications = 200"
AGREED = "learning > consent: POST /service/individual/record/data-agreement/{dataAgreementId}/ = 200"
CHECKED = f"learning > consent: GET {CONSENTS} = 200"
STARTED = "learning > workflow: POST /processes/{processId}/start = 201"
TOLD = f"learning > messaging: POST {MAIL} = 200"
REQUESTOR = {"requestor_id": "learning", "request_token": "token-of-the-platform"}
EARNED_SECONDS_MAX = 15.0


@pytest.fixture
async def edu(tmp_path: Path) -> AsyncIterator[Country]:
    """The country, with a course that has a price and an educator and a learner whom nobody has let in yet."""
    async with country(tmp_path) as made:
        context = made.context("learn")
        await courses.course(context, titles={"en": "Law"}, price=Price(amount="25", currency="EUR"))
        await courses.session(context)
        await civil_servant(context, "p-1", number="N-1", name=NAMES[LEARNER], contact=MAILBOX)
        await civil_servant(context, "p-2", number="N-2", name=NAMES[EDUCATOR])
        await made.person(LEARNER, NAMES[LEARNER], "N-1")
        await made.person(EDUCATOR, NAMES[EDUCATOR], "N-2")
        await made.person(DESK, NAMES[DESK], "N-9", "learn:plan learn:teach learn:administer")
        yield made


def asking(**details: Any) -> str:
    """Return the query of an operation of the scheduler, which takes all its input there."""
    return urlencode({**REQUESTOR, "qry": json.dumps(details)})


async def mail(edu: Country, title: str, text: str) -> None:
    """Write to the learner."""
    content = {"encoding": "UTF-8", "title": title, "content": text}
    await edu.ask("POST", "messaging", MAIL, {"recipientInfo": {"email": MAILBOX}, "emailContent": content})


async def start(edu: Country, process: str, **values: str) -> str:
    """Start a process; returns its instance."""
    given = [{"code": code, "value": value} for code, value in values.items()]
    body = {"processStartedBy": "learning", "InstanceValues": given}
    return str((await edu.ask("POST", "workflow", f"/processes/{process}/start", body, expect=201))["id"])


async def registered(edu: Country) -> list[str]:
    """Let learner and educator register, and the learner agree and sign in; returns their files."""
    files = [
        await edu.ask(
            "POST", "registration", f"/services/{ENROLMENT}/applications",
            {"applicantId": account, "formData": {"data": {"role": {"value": role}}, "eFormId": "account"}},
        )
        for account, role in (("account-1", "learner"), ("account-2", "educator"))
    ]  # fmt: skip
    agreed = f"/service/individual/record/data-agreement/{edu.agreement}/"
    await edu.ask("POST", "consent", agreed, user="N-1")
    async with edu.signed_in(LEARNER) as learner:
        await page(learner, "/learn/my/learning")
    await edu.step("1 Registration", FORM, FORM, AGREED, SIGNED_IN)
    return [str(one["fileId"]) for one in files]


async def verified(edu: Country, files: list[str]) -> None:
    """Let the administrator check people and approve them; the educator gets the rights of one."""
    for number, known in (("N-2", True), ("N-7", False)):
        found = await edu.ask("POST", "staff", EXISTS, {"query": {"content": {"Number": number}}})
        assert found["answer"]["status"] is known
    whose = {"X-ConsentBB-ExternalId": "N-1"}
    records = await edu.ask("GET", "consent", CONSENTS, query={"dataAgreementId": edu.agreement}, headers=whose)
    assert len(records["consentRecords"]) == 1
    for file_id in files:
        (task,) = await edu.ask("GET", "registration", "/tasks", query={"fileId": file_id})
        done = await edu.ask("POST", "registration", f"/tasks/{task['taskId']}/complete", {"data": {}})
        assert done["status"]["code"] == "APPROVED"
    await edu.person(EDUCATOR, NAMES[EDUCATOR], "N-2", "learn:teach")
    async with edu.signed_in(EDUCATOR) as educator:
        await page(educator, "/learn/workshop")
    task, completed = "GET /tasks", "POST /tasks/{taskId}/complete"
    await edu.step(
        "2 Data verification and validation",
        *[f"learning > staff: POST {EXISTS} = 200"] * 2,
        CHECKED,
        *[f"learning > registration: {one} = 200" for one in (task, completed) * 2],
        SIGNED_IN,
    )


async def paid(edu: Country) -> None:
    """Let the learner ask for a place and pay for it, and the training unit give it once it is paid."""
    async with edu.signed_in(LEARNER) as learner:
        await send(learner, await page(learner, "/learn/sessions/s-1/enrol"), "/enrol")
    (place,) = await enrolment.of_session(edu.context("learn"), by=OFFICER, session_id="s-1")
    bill, where = "BILL-1", f"{edu.address}/mediator/r1/{INSTANCE}/{BILLS}/rtpUpdate"
    body = {
        "requestId": "REQ-1", "rtpId": 1, "billID": bill, "requestType": "01",
        "alias": {"aliasType": "00", "aliasId": "account-1"}, "billDetails": {"billerName": "Learning", "amount": 25},
    }  # fmt: skip
    headers = {
        "X-CorrelationID": "REQ-1", "X-Platform-TenantId": "learning", "X-billerId": "learning",
        "X-Callback-URL": where,
    }  # fmt: skip
    asked = await edu.ask("POST", "payments", "/rtpRequest", body, headers=headers)
    before = set(edu.bills.paid)
    assert await edu.payments.pay(1) == 200
    assert (asked["responseCode"], before, edu.bills.paid) == ("00", set(), {bill})
    async with edu.signed_in(DESK) as desk:
        shown = await page(desk, "/learn/desk/sessions/s-1")
        await send(desk, shown, "/decide", chosen=place.enrolment.id, answer="accept")
    await edu.step(
        "3 Payment", SIGNED_IN, "learning > payments: POST /rtpRequest = 200",
        "payments > learning: POST /rtpUpdate = 200", SIGNED_IN, TOLD,
    )  # fmt: skip


async def taught(edu: Country) -> tuple[str, str]:
    """Let educators write a course, plan a live class, and release both; returns course and class."""
    tools = [await edu.machine(f"GOV/9000/{name}", "learn:teach learn:plan") for name in ("author", "reviewer")]
    async with tools[0] as author, tools[1] as reviewer:
        course_id = await begun(author, pages=[PAGES[0], PAGES[2]])
        await ready(author, course_id)
        names = {"en": "Writes minutes"}
        rule = {"names": names, "descriptions": names, "criteria": names, "awarding": "rule", "scorePercent": 50}
        assert (await author.put(f"{API}/achievements/minutes", json=rule)).is_success
        assert (await author.put(f"{API}/courses/{course_id}/badges/minutes")).is_success
        await author.post(f"{API}/courses/{course_id}/submit")
        await start(edu, "course-release", course=course_id)
        answer = await reviewer.post(f"{API}/courses/{course_id}/review", json={"approved": True, "words": "Good"})
        assert answer.json()["state"] == "published", answer.text
    begins = clock.now() + timedelta(days=1)
    slot = {"from": begins.isoformat(), "to": (begins + timedelta(hours=1)).isoformat()}
    event = {"name": "Live class", "category": "class", "host_entity_id": "learning", "slots": [slot]}
    told = str(await edu.ask("POST", "scheduler", f"/event/new?{asking(details=event)}"))
    class_id = told.partition(":")[2]
    alert = {
        "event_id": class_id, "target_category": "subscriber", "message_id": "1", "alert_datetime": slot["from"],
    }  # fmt: skip
    await edu.ask("POST", "scheduler", f"/alert_schedule/new?{asking(alert_schedule_details=alert)}")
    await edu.step(
        "4 Educator functions", STARTED, "learning > scheduler: POST /event/new = 200",
        "learning > scheduler: POST /alert_schedule/new = 200",
    )  # fmt: skip
    return course_id, class_id


async def studied(edu: Country, course_id: str, class_id: str) -> str:
    """Let the learner join the class, read, hand work in, and have it judged; returns the instance of the review."""
    await mail(edu, "Your course is open", "Writing minutes can be read now.")
    part = {"event_ids": [class_id], "participant_type": "subscriber", "participant_id": "account-1"}
    await edu.ask("POST", "scheduler", f"/appointment/new?{asking(appointment_details=part)}")
    async with edu.signed_in(LEARNER) as learner:
        here = f"/learn/courses/{course_id}"
        begin = await send(learner, await page(learner, here), f"/courses/{course_id}")
        read = await send(learner, await page(learner, begin.headers["location"]), "/pages/one")
        await send(learner, await page(learner, read.headers["location"]), "/pages/three", words="We met on Monday.")
    instance = await start(edu, "review-of-work", course=course_id)
    async with edu.signed_in(EDUCATOR) as educator:
        waiting = await page(educator, f"/learn/workshop/{course_id}/assignments")
        (form,) = re.findall(r'action="([^"]+/assignments/[^"]+)"', waiting)
        await send(educator, waiting, form, act="accept", remark="Clear")
    seen = {
        "logger_role": "subscriber", "logger_id": "account-1", "log_category": "attendance",
        "datetime": clock.timestamp(), "log_data": f"event_id:{class_id},status:attended",
    }  # fmt: skip
    await edu.ask("POST", "scheduler", f"/log/new?{asking(log_details=seen)}")
    await edu.step(
        "5 Student functions", TOLD, "learning > scheduler: POST /appointment/new = 200", SIGNED_IN, STARTED, SIGNED_IN,
        "learning > scheduler: POST /log/new = 200",
    )  # fmt: skip
    return instance


async def proven(edu: Country, class_id: str) -> None:
    """Let the badge come by itself, the learner take it along, and an employer check it without an account."""
    async with edu.signed_in(LEARNER) as learner, asyncio.timeout(EARNED_SECONDS_MAX):
        while not (found := re.findall(r'href="[^"]*(/badges/[\w-]+)"', await page(learner, "/learn/badges"))):
            await asyncio.sleep(0.1)
        badge = await learner.get(f"/learn{found[0]}/file")
    async with httpx.AsyncClient(base_url=edu.address, trust_env=False) as employer:
        checked = await employer.post(f"/learn{API}/verify", json={"credential": badge.text})
    assert (checked.json()["verdict"], checked.json()["title"]) == ("valid", "Writes minutes")
    await mail(edu, "Your badge", "You have earned: Writes minutes.")
    alert = {
        "event_id": class_id, "target_category": "subscriber", "message_id": "2", "alert_datetime": clock.timestamp(),
    }  # fmt: skip
    await edu.ask("POST", "scheduler", f"/alert_schedule/new?{asking(alert_schedule_details=alert)}")
    await edu.step(
        "6 Provide evidence of learning", SIGNED_IN, TOLD, "learning > scheduler: POST /alert_schedule/new = 200"
    )


async def watched(edu: Country, course_id: str) -> None:
    """Let the administrator see how it goes: who agreed, what runs, who was there, and the figures of the course."""
    await edu.ask(
        "GET", "consent", CONSENTS, query={"dataAgreementId": edu.agreement}, headers={"X-ConsentBB-ExternalId": "N-1"}
    )
    running = await edu.ask("GET", "workflow", "/instances/", query={"processId": "review-of-work"})
    logs = await edu.ask(
        "GET", "scheduler",
        f"/log/list_details?{asking(log_filter={'log_category': 'attendance'}, log_details_required={})}",
    )  # fmt: skip
    async with edu.signed_in(DESK) as desk:
        await page(desk, "/learn/figures/learning")
    async with await edu.machine("GOV/9000/author", "learn:teach learn:plan") as author:
        figures = (await author.get(f"{API}/courses/{course_id}/figures")).json()
    assert [len(running), len(logs[0])] == [1, 1]
    assert figures == {"begun": 1, "completed": 1, "waiting": 0}
    await edu.step(
        "7 Ongoing monitoring and evaluation", CHECKED, "learning > workflow: GET /instances/ = 200",
        "learning > scheduler: GET /log/list_details = 200", SIGNED_IN,
    )  # fmt: skip


async def archived(edu: Country, course_id: str, class_id: str, instance: str) -> None:
    """Remind the learner, take away what tells who they are, and keep the figures."""
    await mail(edu, "Your account ends", "Take your badges along by the end of the month.")
    await start(edu, "archiving", course=course_id)
    await edu.ask("POST", "workflow", f"/instances/{instance}/stop", expect=201)
    await edu.ask("DELETE", "scheduler", f"/event?{urlencode({**REQUESTOR, 'event_id': class_id})}")
    async with edu.signed_in(DESK) as desk:
        await page(desk, "/learn/my/learning")
    async with await edu.machine("GOV/9000/records", "learn:plan learn:administer learn:teach") as records:
        gone = await records.delete(f"{API}/people/p-1")
        kept = (await records.get(f"{API}/people/p-1")).text
        figures = (await records.get(f"{API}/courses/{course_id}/figures")).json()
    assert gone.is_success
    assert NAMES[LEARNER] not in kept
    assert figures["completed"] == 1
    await edu.step(
        "7 Archiving and sunsetting", TOLD, STARTED, "learning > workflow: POST /instances/{instanceId}/stop = 201",
        "learning > scheduler: DELETE /event = 200", SIGNED_IN,
    )  # fmt: skip


@pytest.mark.requirement("F35.1")
async def test_every_step_of_remote_learning_is_walked_and_the_calls_between_blocks_are_on_record(edu: Country) -> None:
    files = await registered(edu)
    await verified(edu, files)
    await paid(edu)
    course_id, class_id = await taught(edu)
    instance = await studied(edu, course_id, class_id)
    await proven(edu, class_id)
    await watched(edu, course_id)
    await archived(edu, course_id, class_id, instance)

    book = edu.drawn()
    BOOK.parent.mkdir(exist_ok=True)
    BOOK.write_text(book, encoding="utf-8")
    assert [title.split()[0] for title, _ in edu.steps] == ["1", "2", "3", "4", "5", "6", "7", "7"]
    assert [title for title, _ in edu.steps if title not in book] == []
    assert [one for one in (*NAMES.values(), MAILBOX, "N-1", "N-2", "We met") if one in book] == []


@pytest.mark.requirement("F35.1")
async def test_a_block_is_put_in_the_place_of_another_by_its_address_alone(edu: Country) -> None:
    other = Workflow("course-release")
    before = await edu.ask("GET", "workflow", "/processes")

    async with served(other) as url:
        await edu.offer(SERVICES["workflow"], other.document(), url)
        after = await edu.ask("GET", "workflow", "/processes")
        await start(edu, "course-release")

    assert (len(before), len(after)) == (3, 1)
    assert other.answered == ["getProcessList", "start"]


@pytest.mark.requirement("F35.1")
async def test_what_nobody_allowed_is_refused_and_the_refusal_is_on_record(edu: Country) -> None:
    refused = await edu.reply("POST", "payments", "/rtpRequest", {"requestId": "longer than twelve"})
    unknown = await edu.reply("DELETE", "staff", EXISTS)

    assert refused.status == 400
    assert unknown.status in {403, 404, 405}
    latest = clock.monotonic() + 5
    while len(found := await edu.asked()) < 2 and clock.monotonic() < latest:
        await asyncio.sleep(0.05)
    assert [(one.target, one.status) for one in found] == [("payments", 400), ("staff", unknown.status)]


FAULTS: list[tuple[Emulator, str, str, Any]] = [
    (Registration(ENROLMENT), "POST", f"/services/{ENROLMENT}/applications", {"applicationName": "Nobody's"}),
    (Payments(lambda: asyncio.sleep(0, "")), "POST", "/rtpRequest", {}),
    (Biller(), "POST", "/rtpUpdate", {"requestId": "1", "rtpId": 1, "billId": "1", "rtpStatus": "paid"}),
    (Workflow("one"), "POST", "/processes/one/start", {"startedBy": "somebody"}),
    (Scheduler(), "POST", f"/event/new?{asking(details={'name': 'Without a slot'})}", None),
    (Scheduler(), "DELETE", "/event?event_id=1", None),
]


@pytest.mark.parametrize(("emulator", "method", "path", "body"), FAULTS)
async def test_an_emulator_refuses_what_its_published_operation_does_not_take(
    emulator: Emulator, method: str, path: str, body: Any
) -> None:
    transport = httpx.ASGITransport(app=emulator)  # type: ignore[arg-type]
    headers = {"Information-Mediator-Client": "demo/GOV/9000/learning"}
    async with httpx.AsyncClient(transport=transport, base_url="http://block.test", headers=headers) as client:
        wrong = await client.request(method, path, json=body)
        nowhere = await client.request("PATCH", path)

    assert (wrong.status_code, nowhere.status_code, emulator.answered) == (400, 404, [])
