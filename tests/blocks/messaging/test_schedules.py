"""Schedules: what is sent later or again comes when the clock on the wall says so, each time once, or is told of."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govstack.blocks.messaging.schedules import service
from govstack.blocks.messaging.schedules.model import Every, Plan
from govstack.blocks.messaging.senders import service as senders
from govstack.kernel import clock, i18n
from govstack.kernel.actor import SYSTEM
from govstack.kernel.sessions import VISIT_COOKIE
from tests.blocks.messaging.test_pages import ADMINISTRATOR, page, post
from tests.builders import messaging
from tests.builders.messaging import BUILDER, batch, counts, messaging_on, registered, rows, sent, single, work
from tests.builders.running import Bench
from tests.databases import Databases

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOMORROW = {"at": "2026-11-23T09:00", "zone": "Africa/Kigali"}  # 07:00 UTC
TOMORROW_AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
DAILY = {**TOMORROW, "every": "day", "times": 3}


async def scheduled(running: Bench, key: str, when: dict[str, Any], message: dict[str, Any] | None = None) -> str:
    """Schedule and return the id."""
    async with messaging.client(running, key) as client:
        answer = await client.post("/v1/schedules", json={"message": message or single(), "schedule": when})
        assert answer.status_code == 201, answer.text
        uid: str = answer.json()["scheduleUid"]
        return uid


async def shown(running: Bench, key: str, uid: str) -> dict[str, Any]:
    """Return a schedule as its sender sees it."""
    async with messaging.client(running, key) as client:
        found: dict[str, Any] = (await client.get(f"/v1/schedules/{uid}")).json()
        return found


async def work_at(running: Bench, moment: datetime) -> None:
    """Let the process work at a moment."""
    with clock.fixed(moment):
        await work(running.context)


# The clock on the wall


@pytest.mark.requirement("MSG-43")
@pytest.mark.parametrize(
    ("plan", "moments"),
    [
        (Plan(Every.ONCE, "2026-11-23T09:00", "Africa/Kigali"), ["2026-11-23T07:00"]),
        # Paris puts its clocks forward on 29 March 2026 at two, and back on 25 October at three.
        (Plan(Every.DAY, "2026-03-28T09:00", "Europe/Paris", times=2), ["2026-03-28T08:00", "2026-03-29T07:00"]),
        (Plan(Every.DAY, "2026-10-24T09:00", "Europe/Paris", times=2), ["2026-10-24T07:00", "2026-10-25T08:00"]),
        (Plan(Every.DAY, "2026-03-28T02:30", "Europe/Paris", times=3),
         ["2026-03-28T01:30", "2026-03-29T01:30", "2026-03-30T00:30"]),
        (Plan(Every.DAY, "2026-10-24T02:30", "Europe/Paris", times=3),
         ["2026-10-24T00:30", "2026-10-25T00:30", "2026-10-26T01:30"]),
        (Plan(Every.WEEK, "2026-12-28T09:00", "UTC", "2027-01-11"),
         ["2026-12-28T09:00", "2027-01-04T09:00", "2027-01-11T09:00"]),
        (Plan(Every.MONTH, "2026-12-31T09:00", "UTC", times=4),
         ["2026-12-31T09:00", "2027-01-31T09:00", "2027-02-28T09:00", "2027-03-31T09:00"]),
    ],
)  # fmt: skip
def test_a_time_of_day_stays_what_a_clock_on_the_wall_shows(plan: Plan, moments: list[str]) -> None:
    found = [plan.moment(turn) for turn in range(len(moments) + 1)]

    assert [moment.isoformat()[:16] for moment in found if moment] == moments
    assert found[-1] is None


# Sending


@pytest.mark.requirement("MSG-43")
async def test_a_message_is_sent_when_its_moment_has_come_and_not_before(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, TOMORROW, batch("ada@p.example", "bo@p.example"))

    await work_at(running, TOMORROW_AT - timedelta(seconds=1))
    before = await rows(running.context, "SELECT id FROM message")
    await work_at(running, TOMORROW_AT)
    found = await shown(running, made.key, uid)

    assert before == []
    assert [turn["outcome"] for turn in found["turns"]] == ["sent"]
    assert (found["schedule"]["state"], found["schedule"]["nextAt"]) == ("finished", None)
    assert await counts(running, made.key, found["turns"][0]["requestUid"]) == {"delivered": 2}


@pytest.mark.requirement("MSG-43", "MSG-38")
async def test_a_repetition_sends_each_time_once_and_then_ends(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, DAILY)

    for day in range(5):
        await work_at(running, TOMORROW_AT + timedelta(days=day))
        await work_at(running, TOMORROW_AT + timedelta(days=day, minutes=1))
    found = await shown(running, made.key, uid)

    assert [turn["dueAt"][:10] for turn in found["turns"]] == ["2026-11-25", "2026-11-24", "2026-11-23"]
    assert len({turn["requestUid"] for turn in found["turns"]}) == 3
    assert len(await rows(running.context, "SELECT id FROM message")) == 3


@pytest.mark.requirement("MSG-43", "MSG-38")
async def test_a_turn_is_no_duplicate_of_the_one_before_or_of_what_was_sent_at_once(running: Bench) -> None:
    made = await registered(running.context)
    # Twenty-three hours lie between nine o'clock and nine o'clock when Paris puts its clocks forward.
    turns = [datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)]
    with clock.fixed(NOON):
        when = {"at": "2027-03-27T09:00", "zone": "Europe/Paris", "every": "day", "times": 2}
        uid = await scheduled(running, made.key, when)
    with clock.fixed(turns[0] - timedelta(hours=1)):
        at_once = await sent(running, made.key, single())

    for moment in turns:
        await work_at(running, moment)
    found = await shown(running, made.key, uid)

    assert len({at_once, *(turn["requestUid"] for turn in found["turns"])}) == 3


@pytest.mark.requirement("MSG-43", "MSG-08", "MSG-61")
async def test_what_a_schedule_holds_is_sealed_and_gone_at_its_end(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        await scheduled(running, made.key, TOMORROW, single("zerafina@people.example.org"))
    kept = str(await rows(running.context, "SELECT * FROM schedule, schedule_secret, schedule_content"))
    jobs = str(await rows(running.context, "SELECT payload FROM job"))

    await work_at(running, TOMORROW_AT)

    assert "zerafina" not in kept + jobs
    for table in ("schedule_secret", "schedule_content"):
        assert await rows(running.context, f"SELECT id FROM {table}") == []


@pytest.mark.requirement("MSG-43")
async def test_after_days_without_a_process_the_last_moment_is_sent_once_and_the_others_are_told_of(
    running: Bench,
) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, {**DAILY, "times": 5})

    await work_at(running, TOMORROW_AT + timedelta(days=2, hours=3))
    found = await shown(running, made.key, uid)

    assert [turn["outcome"] for turn in found["turns"]] == ["sent", "missed", "missed"]
    assert found["schedule"]["nextAt"][:16] == "2026-11-26T07:00"
    assert len(await rows(running.context, "SELECT id FROM message")) == 1


@pytest.mark.requirement("MSG-43", "MSG-26")
async def test_what_is_more_than_a_day_late_is_not_sent(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, TOMORROW)

    await work_at(running, TOMORROW_AT + timedelta(hours=24, seconds=1))
    found = await shown(running, made.key, uid)

    assert ([turn["outcome"] for turn in found["turns"]], found["schedule"]["state"]) == (["missed"], "finished")
    assert await rows(running.context, "SELECT id FROM message") == []


@pytest.mark.requirement("MSG-43")
async def test_a_clock_that_steps_back_sends_nothing_twice(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        await scheduled(running, made.key, DAILY)
    await work_at(running, TOMORROW_AT)

    await work_at(running, NOON)
    await work_at(running, TOMORROW_AT)

    assert len(await rows(running.context, "SELECT id FROM message")) == 1
    await work_at(running, TOMORROW_AT + timedelta(days=1))
    assert len(await rows(running.context, "SELECT id FROM message")) == 2


@pytest.mark.requirement("MSG-43", "MSG-22")
async def test_a_turn_that_two_come_to_at_once_is_taken_once(running: Bench) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, DAILY)

    with clock.fixed(TOMORROW_AT):
        await asyncio.gather(
            *(service.take_turn(running.context, by=SYSTEM, schedule_id=uid, turn=0) for _ in range(5))
        )

    assert len(await rows(running.context, "SELECT id FROM message")) == 1
    jobs = await rows(running.context, "SELECT id FROM job WHERE kind = 'messaging.take-turn' AND state = 'waiting'")
    assert len(jobs) == 2, "that of the first turn, and one for the next"


@pytest.mark.requirement("MSG-43", "MSG-38")
async def test_the_same_schedule_twice_is_one_until_it_is_cancelled(running: Bench) -> None:
    made, other = await registered(running.context), await registered(running.context, email="b@c.example")
    with clock.fixed(NOON):
        first, again = [await scheduled(running, made.key, DAILY) for _ in range(2)]
        foreign = await scheduled(running, other.key, DAILY)
        async with messaging.client(running, made.key) as client:
            gone = [(await client.delete(f"/v1/schedules/{first}")).status_code for _ in range(2)]
        anew = await scheduled(running, made.key, DAILY)

    assert (first == again, gone, len({first, foreign, anew})) == (True, [204, 204], 3)
    await work_at(running, TOMORROW_AT)
    assert len(await rows(running.context, "SELECT id FROM message")) == 2


@pytest.mark.requirement("MSG-43", "MSG-49", "MSG-54")
async def test_a_sender_sees_and_cancels_its_own_schedules_alone(running: Bench) -> None:
    made, other = await registered(running.context), await registered(running.context, email="b@c.example")
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, DAILY)

    async with messaging.client(running, other.key) as client:
        foreign = [await client.get(f"/v1/schedules/{uid}"), await client.delete(f"/v1/schedules/{uid}")]
        listed = (await client.get("/v1/schedules")).json()
    async with messaging.client(running) as client:
        nobody = [await client.get("/v1/schedules"), await client.delete(f"/v1/schedules/{uid}")]

    assert [answer.status_code for answer in (*foreign, *nobody)] == [404, 404, 401, 401]
    assert (listed["schedules"], (await shown(running, made.key, uid))["schedule"]["state"]) == ([], "active")


@pytest.mark.requirement("MSG-43", "MSG-12")
async def test_a_turn_waits_while_its_senders_day_is_full(running: Bench) -> None:
    made = await registered(running.context, daily_quota=1)
    with clock.fixed(NOON):
        uid = await scheduled(running, made.key, TOMORROW)
    with clock.fixed(TOMORROW_AT):
        await sent(running, made.key, single("bo@p.example"))

    await work_at(running, TOMORROW_AT)
    waiting = (await shown(running, made.key, uid))["turns"]
    await work_at(running, TOMORROW_AT + timedelta(hours=18))

    assert (waiting, [turn["outcome"] for turn in (await shown(running, made.key, uid))["turns"]]) == ([], ["sent"])


@pytest.mark.requirement("MSG-43", "MSG-54")
async def test_a_turn_is_refused_when_its_sender_changed_and_ends_when_it_was_closed(running: Bench) -> None:
    changed, closed = await registered(running.context), await registered(running.context, email="b@c.example")
    with clock.fixed(NOON):
        named = single(senderInfo={"organisationName": "Valley Clinic"})
        one, other = await scheduled(running, changed.key, DAILY, named), await scheduled(running, closed.key, DAILY)
        wish = messaging.wish(organisation_name="Hill Clinic")
        await senders.change(running.context, by=BUILDER, sender_id=changed.sender.id, wish=wish)
        await senders.close(running.context, by=BUILDER, sender_id=closed.sender.id)

    await work_at(running, TOMORROW_AT)

    assert [turn["outcome"] for turn in (await shown(running, changed.key, one))["turns"]] == ["refused"]
    state = await rows(running.context, f"SELECT state FROM schedule WHERE id = '{other}'")
    assert (state, await rows(running.context, "SELECT id FROM message")) == ([{"state": "cancelled"}], [])


@pytest.mark.requirement("MSG-43", "MSG-08")
async def test_the_schedules_of_a_closed_sender_are_cancelled_before_their_next_turn(running: Bench) -> None:
    closed, other = await registered(running.context), await registered(running.context, email="b@c.example")
    with clock.fixed(NOON):
        gone, kept = await scheduled(running, closed.key, DAILY), await scheduled(running, other.key, DAILY)
    await senders.close(running.context, by=BUILDER, sender_id=closed.sender.id)

    await service.tidy(running.context, by=SYSTEM)

    states = {row["id"]: row["state"] for row in await rows(running.context, "SELECT id, state FROM schedule")}
    assert states == {gone: "cancelled", kept: "active"}
    assert await rows(running.context, "SELECT id FROM schedule_content") == [{"id": kept}]


@pytest.mark.requirement("MSG-39", "MSG-41", "MSG-28")
@pytest.mark.parametrize(
    ("when", "field"),
    [
        ({"zone": "Mars/Base"}, "zone"), ({"zone": "../../etc/passwd"}, "zone"), ({"at": "tomorrow"}, "at"),
        ({"at": "2026-11-22T13:00"}, "at"), ({"at": "2035-01-01T09:00"}, "at"), ({"at": "9999-12-31T23:59"}, "at"),
        ({"at": "0001-01-01T00:00"}, "at"), ({"every": "day"}, "until"), ({"every": "day", "times": 0}, "times"),
        ({"every": "day", "times": 10_000}, "times"), ({"every": "day", "until": "soon"}, "until"),
        ({"every": "day", "until": "2026-11-22"}, "until"), ({"every": "hour"}, "schedule.every"),
    ],
)  # fmt: skip
async def test_times_that_cannot_be_are_refused_with_their_field(
    on_sqlite: Bench, when: dict[str, Any], field: str
) -> None:
    made = await registered(on_sqlite.context)

    with clock.fixed(NOON):
        async with messaging.client(on_sqlite, made.key) as client:
            answer = await client.post("/v1/schedules", json={"message": single(), "schedule": {**TOMORROW, **when}})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field]), answer.text
    assert await rows(on_sqlite.context, "SELECT id FROM schedule") == []


@pytest.mark.requirement("MSG-39", "MSG-54")
@pytest.mark.parametrize(
    ("message", "status"),
    [
        ({"recipientInfo": {"email": "nobody"}}, 400), ({"emailContent": {"title": "a\r\nb", "content": "x"}}, 400),
        ({"senderInfo": {"name": "The Minister"}}, 403),
    ],
)  # fmt: skip
async def test_what_cannot_be_sent_is_refused_when_it_is_scheduled(
    on_sqlite: Bench, message: dict[str, Any], status: int
) -> None:
    made = await registered(on_sqlite.context)

    with clock.fixed(NOON):
        async with messaging.client(on_sqlite, made.key) as client:
            answer = await client.post("/v1/schedules", json={"message": single(**message), "schedule": TOMORROW})

    assert (answer.status_code, await rows(on_sqlite.context, "SELECT id FROM schedule")) == (status, [])


@pytest.mark.requirement("MSG-43")
@pytest.mark.parametrize(
    ("name", "message", "channel"), [("sms", messaging.text(), "sms"), ("inApp", messaging.notice(), "in-app")]
)
async def test_texts_and_messages_read_here_are_scheduled_too(
    running: Bench, name: str, message: dict[str, Any], channel: str
) -> None:
    made = await registered(running.context)
    with clock.fixed(NOON):
        async with messaging.client(running, made.key) as client:
            answer = await client.post("/v1/schedules", json={name: message, "schedule": TOMORROW})
            wrong = await client.post(
                "/v1/schedules", json={name: {**message, "recipientInfo": {}}, "schedule": TOMORROW}
            )

    await work_at(running, TOMORROW_AT)
    (turn,) = (await shown(running, made.key, answer.json()["scheduleUid"]))["turns"]

    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["recipient"])
    assert await counts(running, made.key, turn["requestUid"], by=channel) == {"delivered": 1}


@pytest.mark.requirement("MSG-39")
@pytest.mark.parametrize("messages", [{}, {"message": single(), "sms": messaging.text()}])
async def test_a_schedule_holds_one_message(on_sqlite: Bench, messages: dict[str, Any]) -> None:
    made = await registered(on_sqlite.context)

    with clock.fixed(NOON):
        async with messaging.client(on_sqlite, made.key) as client:
            answer = await client.post("/v1/schedules", json={**messages, "schedule": TOMORROW})

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["message"])


@pytest.mark.requirement("MSG-43", "MSG-24")
async def test_without_a_mail_server_a_turn_waits(sqlite_databases: Databases) -> None:
    async with messaging_on(sqlite_databases) as running:
        made = await registered(running.context)
        with clock.fixed(NOON):
            uid = await scheduled(running, made.key, TOMORROW)
        running.context.settings.values["PROFILE"] = "production"  # type: ignore[index]

        with clock.fixed(TOMORROW_AT):
            assert await service.take_turn(running.context, by=SYSTEM, schedule_id=uid, turn=0) is not None
        assert await rows(running.context, "SELECT turn FROM schedule_turn") == []


@pytest.mark.requirement("MSG-43", "MSG-45", "MSG-08")
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_administrators_look_at_schedules_and_cancel_them(on_sqlite: Bench, language: str) -> None:
    made = await registered(on_sqlite.context)
    with clock.fixed(NOON):
        uid = await scheduled(on_sqlite, made.key, DAILY, single("zerafina@people.example.org"))
        await scheduled(on_sqlite, made.key, {**DAILY, "every": "week", "until": "2026-12-24"})
    await work_at(on_sqlite, TOMORROW_AT)

    async with on_sqlite.browser("mila", *ADMINISTRATOR) as browser:
        browser.headers["cookie"] += f"; {VISIT_COOKIE}=visit"
        browser.headers["accept-language"] = language
        pages = [await page(browser, path) for path in ("/schedules", f"/schedules/{uid}", f"/schedules/{uid}/cancel")]
        cancelled = await post(browser, f"/schedules/{uid}/cancel")

    assert ("zerafina" in "".join(pages), cancelled.status_code) == (False, 303)
    assert [row["state"] for row in await rows(on_sqlite.context, "SELECT state FROM schedule ORDER BY number")] == [
        "cancelled", "active",
    ]  # fmt: skip


@pytest.mark.requirement("MSG-07", "MSG-49")
async def test_only_those_who_look_after_messaging_see_schedules(on_sqlite: Bench) -> None:
    made = await registered(on_sqlite.context)
    with clock.fixed(NOON):
        uid = await scheduled(on_sqlite, made.key, DAILY)
    paths = ("/schedules", f"/schedules/{uid}", f"/schedules/{uid}/cancel")

    async def statuses(*scopes: str) -> list[int]:
        async with on_sqlite.browser("somebody", *scopes) as client:
            return [(await client.get(path)).status_code for path in paths]

    assert await statuses() == [403, 403, 403]
    assert await statuses("messaging:read") == [200, 200, 403]
