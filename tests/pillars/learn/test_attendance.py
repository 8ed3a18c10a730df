"""The code in the room, paper lists, results, completion and certificates."""

from __future__ import annotations

import html
import io
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest

from govstack.kernel import audit, clock
from govstack.pillars.learn.response.attendance import service
from govstack.pillars.learn.response.attendance.errors import (
    CodeExpired,
    NoSeat,
    NoSuchPart,
    NotADay,
    NotHeld,
    OwnAttendance,
)
from govstack.pillars.learn.response.attendance.model import (
    FIELDS_A_PAGE_MAX,
    Mark,
    Result,
    outcome,
    people_a_page,
    said_present,
)
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.enrolment import service as enrolment_service
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.offerings.model import Certificate, CoursePart, Offering, Rule, Session
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.trainers.errors import CertifiedAlready
from govstack.pillars.learn.response.trainers.model import CertificationGiven
from tests.builders.courses import course, held, session, signed_in, staff
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases

ATTENDED = frozenset({"ilt", "vc"})
BLEND = (
    CoursePart(title="Read", delivery="e-learning"),
    CoursePart(title="Meet", delivery="ilt"),
    CoursePart(title="Test", delivery="e-learning", tested=True),
)


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


async def started(pillar: Learn, people: int = 2, **more: Any) -> tuple[Session, list[str]]:
    """Enter a session of three days with people who have a seat; return it and their enrolments."""
    await course(pillar.context, **{"track": "citizens", **more})
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    kept = await session(pillar.context, seats=people, starts=begin, ends=begin + timedelta(days=2))
    found = [
        (await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")).id
        for person in await staff(pillar.context, people)
    ]
    return kept, found


def offering(**more: Any) -> Offering:
    """Return a blended course."""
    given = {"titles": {"en": "B"}, "types": ("metp-2",), "track": "citizens", "delivery": "blended", "parts": BLEND}
    return Offering(id="b", languages=("en",), **{**given, **more})


def reached(one: Offering, days: int, *results: Result) -> tuple[bool, bool]:
    """Return whether somebody completed a course of two days, and gets its certificate."""
    meeting = held()
    found = outcome(
        one, meeting, marks=dict.fromkeys(meeting.held_on[:days], Mark.PRESENT), results=results, attended=ATTENDED
    )
    return found.completed, found.certified


@pytest.mark.requirement("F8.1")
def test_parts_complete_a_course_by_its_one_rule() -> None:
    read, test = Result(part=1), Result(part=3, percent=90)

    assert reached(offering(completion=Rule.ALL), 2, read, test) == (True, True)
    assert reached(offering(completion=Rule.ALL), 2, read) == (False, False)
    assert reached(offering(completion=Rule.COUNT, completion_count=2), 0, read, test) == (True, False)
    optional = (BLEND[0], BLEND[1], CoursePart(title="Test", delivery="e-learning", tested=True, required=False))
    assert reached(offering(parts=optional), 2, read)[0] is True
    assert reached(offering(parts=optional), 2)[0] is False


@pytest.mark.requirement("F8.2")
def test_a_certificate_takes_both_attendance_and_test() -> None:
    rule = Certificate(attendance_percent=80, assessment_percent=60)
    one, read = offering(certificate=rule, completion=Rule.COUNT, completion_count=1), Result(part=1)

    assert reached(one, 2, read, Result(part=3, percent=60)) == (True, True)
    assert reached(one, 2, read, Result(part=3, percent=59)) == (True, False)
    assert reached(one, 1, read, Result(part=3, percent=60)) == (True, False)
    assert reached(one, 2, read) == (True, False)


@pytest.mark.requirement("F8.2")
async def test_people_check_in_with_the_code_of_the_day_that_soon_expires(pillar: Learn) -> None:
    kept, ids = await started(pillar)
    today = clock.now().date()
    code = await service.code(pillar.context, by=OFFICER, session_id="s-1", day=today)
    (one, two) = await staff(pillar.context, 2)

    await service.check_in(pillar.context, by=signed_in(one), text=code)
    await service.check_in(pillar.context, by=signed_in(one), text=code)
    with clock.fixed(clock.now() + timedelta(minutes=11)), pytest.raises(CodeExpired):
        await service.check_in(pillar.context, by=signed_in(two), text=code)
    for wrong in (code[:-4] + "AAAA", "nonsense", ""):
        with pytest.raises(CodeExpired):
            await service.check_in(pillar.context, by=signed_in(two), text=wrong)
    async with pillar.person("stranger") as client:
        stranger = await client.post(f"{API}/me/attendance", json={"code": code})
    with pytest.raises(NotADay):
        await service.code(pillar.context, by=OFFICER, session_id="s-1", day=today - timedelta(days=1))
    found = await service.outcomes(
        pillar.context, await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")
    )

    assert [found[one].days for one in ids] == [[kept.starts.date()], []]
    assert stranger.json()["code"] == "no-seat"


@pytest.mark.requirement("F8.2")
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_paper_list_is_taken_in_row_by_row_and_twice_changes_nothing(pillar: Learn, kind: str) -> None:
    kept, ids = await started(pillar)
    first, second = (kept.starts.date() + timedelta(days=n) for n in range(2))
    rows = [
        ["Number", "Day", "Present"],
        ["N-p-01", first.isoformat(), "yes"],
        ["N-p-01", second.isoformat(), "no"],
        ["N-p-02", second.isoformat(), "x"],
        ["N-unknown", first.isoformat(), "yes"],
        ["N-p-02", "2001-01-01", "yes"],
        ["N-p-02", first.isoformat(), "perhaps"],
    ]
    async with pillar.officer("learn:plan", "learn:teach") as client:
        sent = {"content": file(rows, kind), "headers": {"content-type": TYPES[kind]}}
        told = await client.post(f"{API}/sessions/s-1/attendance-list", **sent)
        again = await client.post(f"{API}/sessions/s-1/attendance-list", **sent)
        lost = await client.post(
            f"{API}/sessions/s-1/attendance-list", content=b"who,when\nA,B\n", headers={"content-type": "text/csv"}
        )
        outcomes = (await client.get(f"{API}/sessions/s-1/outcomes")).json()["outcomes"]

    assert (told.json()["noted"], [one["row"] for one in told.json()["faults"]]) == (2, [5, 6, 7])
    assert (again.json()["noted"], again.json()["known"]) == (0, 3)
    assert (lost.status_code, lost.json()["code"]) == (400, "columns-missing")
    assert {one["enrolmentId"]: one["outcome"]["days"] for one in outcomes} == {
        ids[0]: [first.isoformat()], ids[1]: [second.isoformat()]
    }  # fmt: skip


async def test_sessions_of_more_people_than_are_read_at_once_end_for_all(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolment_service, "READ_AT_ONCE", 1)
    kept, ids = await started(pillar)
    days = [(kept.starts.date() + timedelta(days=n)).isoformat() for n in range(2)]
    rows = [["Number", "Day", "Present"], *([number, day, "yes"] for number in ("N-p-01", "N-p-02") for day in days)]

    async with pillar.officer("learn:plan", "learn:teach") as client:
        sent = {"content": file(rows, "csv"), "headers": {"content-type": TYPES["csv"]}}
        told = await client.post(f"{API}/sessions/s-1/attendance-list", **sent)
        outcomes = (await client.get(f"{API}/sessions/s-1/outcomes")).json()["outcomes"]
        listed = (await client.get(f"{API}/sessions/s-1/enrolment-list?format=json")).json()

    assert (told.json()["noted"], told.json()["faults"]) == (4, [])
    assert {one["enrolmentId"] for one in outcomes if one["outcome"]["days"] == days} == set(ids)
    assert len(listed) == len(ids)


async def test_a_list_that_is_too_long_is_refused_and_none_of_it_is_noted(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, _ids = await started(pillar)
    monkeypatch.setattr(service, "ROWS_MAX", 1)
    rows = [["Number", "Day", "Present"], *([f"N-p-0{n}", kept.starts.date().isoformat(), "yes"] for n in (1, 2))]
    async with pillar.officer("learn:plan", "learn:teach") as client:
        told = await client.post(
            f"{API}/sessions/s-1/attendance-list", content=file(rows, "csv"), headers={"content-type": TYPES["csv"]}
        )
        outcomes = (await client.get(f"{API}/sessions/s-1/outcomes")).json()["outcomes"]

    assert (told.status_code, told.json()["code"]) == (400, "too-many-rows")
    assert [one["outcome"]["days"] for one in outcomes] == [[], []]


TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def file(rows: list[list[str]], kind: str) -> bytes:
    """Return rows as a file."""
    if kind == "csv":
        return "\r\n".join(",".join(row) for row in rows).encode()
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


@pytest.mark.requirement("F8.2")
async def test_nobody_is_said_to_have_missed_a_session_that_has_not_begun(pillar: Learn) -> None:
    kept, _ids = await started(pillar)
    async with pillar.browser("learn:plan") as client:
        begun = await page(client, "/teach/s-1")
    with clock.fixed(kept.starts - timedelta(days=1)):
        async with pillar.browser("learn:plan") as client:
            before = await page(client, "/teach/s-1")

    assert ("0%" in begun, "0%" in before) == (True, False)


@pytest.mark.requirement("F8.2")
async def test_a_session_that_has_not_begun_cannot_be_ended(pillar: Learn) -> None:
    kept, _ids = await started(pillar)
    with clock.fixed(kept.starts - timedelta(days=1)):
        async with pillar.browser("learn:plan") as client, pillar.officer() as officer:
            shown = [await page(client, path) for path in ("/teach/s-1", "/desk/sessions/s-1")]
            answer = await officer.post(f"{API}/sessions/s-1/close")
    found = await enrolment.everybody(pillar.context, by=OFFICER, session_id="s-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "session-not-begun")
    assert ["/close" in one for one in shown] == [False, False]
    assert {str(one.enrolment.state) for one in found} == {"confirmed"}


@pytest.mark.requirement("F8.2")
async def test_ending_a_session_certifies_by_the_rule_once_and_again_after_a_correction(pillar: Learn) -> None:
    parts = (CoursePart(title="Meet", delivery="ilt"), CoursePart(title="Test", delivery="e-learning", tested=True))
    kept, ids = await started(pillar, delivery="blended", parts=parts)
    for enrolment_id in ids:
        for day in kept.held_on:
            await service.note(pillar.context, by=OFFICER, enrolment_id=enrolment_id, day=day)
    await service.put_result(pillar.context, by=OFFICER, enrolment_id=ids[0], result=Result(part=2, percent=70))
    await service.put_result(pillar.context, by=OFFICER, enrolment_id=ids[1], result=Result(part=2, percent=30))

    first = await service.close(pillar.context, by=OFFICER, session_id="s-1")
    again = await service.close(pillar.context, by=OFFICER, session_id="s-1")
    await service.put_result(pillar.context, by=OFFICER, enrolment_id=ids[1], result=Result(part=2, percent=80))
    corrected = await service.close(pillar.context, by=OFFICER, session_id="s-1")
    async with pillar.context.database.reading() as tx:
        entries = [one.action for one in await audit.entries(tx, limit=100)]
    async with pillar.browser(subject="subject-p-01") as client:
        shown = await page(client, f"/my/learning/{ids[0]}/certificate")
        other = await client.get(f"/my/learning/{ids[1]}/certificate")

    assert (first, again) == ({"completed": 2, "certificates": 1}, {"completed": 2, "certificates": 0})
    assert corrected == {"completed": 2, "certificates": 1}
    assert entries.count("learn.course.certified") == 2
    assert "Person p-01 has completed Law." in shown
    assert other.status_code == 404


async def test_a_result_fits_a_part_and_attendance_a_seat(pillar: Learn) -> None:
    _kept, ids = await started(pillar, 1)
    await enrolment.cancel(pillar.context, by=OFFICER, enrolment_id=ids[0])

    with pytest.raises(NoSuchPart):
        await service.put_result(pillar.context, by=OFFICER, enrolment_id=ids[0], result=Result(part=2))
    with pytest.raises(NoSuchPart):
        await service.put_result(pillar.context, by=OFFICER, enrolment_id=ids[0], result=Result(part=1, percent=9))
    with pytest.raises(NoSeat):
        await service.note(pillar.context, by=OFFICER, enrolment_id=ids[0], day=date(2026, 1, 1))


@pytest.mark.requirement("F8.2")
async def test_nobody_notes_their_own_attendance_or_results(pillar: Learn) -> None:
    kept, (own, other) = await started(pillar)
    day = kept.starts.date().isoformat()
    rows = [["Number", "Day", "Present"], ["N-p-01", day, "yes"], ["N-p-02", day, "yes"]]
    for scope in ("learn:teach", "learn:plan"):
        await trainer(pillar, "p-01")
        async with pillar.bench.person("subject-p-01", scope, attributes={"person_id": "N-p-01"}) as client:
            refused = [
                await client.get(f"{API}/sessions/s-1/days/{day}/code"),
                await client.put(f"{API}/enrolments/{own}/attendance", json={"day": day, "present": True}),
                await client.put(f"{API}/enrolments/{other}/attendance", json={"day": day, "present": True}),
                await client.put(f"{API}/enrolments/{own}/results", json={"part": 1}),
                await client.post(
                    f"{API}/sessions/s-1/attendance-list", content=file(rows, "csv"),
                    headers={"content-type": "text/csv"},
                ),
                await client.post(f"{API}/sessions/s-1/close"),
            ]  # fmt: skip
            outcomes = (await client.get(f"{API}/sessions/s-1/outcomes")).json()["outcomes"]
        async with pillar.browser(scope, subject="subject-p-01", person_id="N-p-01") as browser:
            pages = [await browser.get(f"/teach/s-1/{one}") for one in ("code", "list")]

        assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(403, "own-attendance")] * 6
        assert [answer.status_code for answer in pages] == [403, 403]
        assert {one["enrolmentId"]: one["outcome"]["days"] for one in outcomes} == {own: [], other: []}


async def trainer(pillar: Learn, person_id: str) -> None:
    """Certify somebody for the course, and assign them to its session."""
    today = clock.now().date()
    given = CertificationGiven(
        learner_id=person_id, offering_id="law", authority="Academy", since=today - timedelta(days=9),
        until=today + timedelta(days=99),
    )  # fmt: skip
    with suppress(CertifiedAlready):
        await trainers.certify(pillar.context, by=OFFICER, given=given)
    await trainers.assign(pillar.context, by=OFFICER, session_id="s-1", person_id=person_id)


@pytest.mark.requirement("F8.2", "F8.3")
async def test_a_trainer_keeps_the_sessions_they_are_assigned_to_and_no_other(pillar: Learn) -> None:
    kept, (first, _second) = await started(pillar)
    for person_id in ("t-1", "t-2"):
        await civil_servant(pillar.context, person_id)
    await trainer(pillar, "t-1")
    day = kept.starts.date().isoformat()

    async def asked(person_id: str, *scopes: str) -> list[int]:
        async with pillar.bench.person(person_id, *scopes, attributes={"person_id": f"N-{person_id}"}) as client:
            answers = [
                await client.get(f"{API}/sessions/s-1/days/{day}/code"),
                await client.get(f"{API}/sessions/s-1/enrolments"),
                await client.get(f"{API}/sessions/s-1/enrolment-list"),
                await client.get(f"{API}/sessions/s-1/outcomes"),
                await client.put(f"{API}/enrolments/{first}/attendance", json={"day": day, "present": True}),
                await client.put(f"{API}/enrolments/{first}/results", json={"part": 1}),
                await client.post(
                    f"{API}/sessions/s-1/attendance-list", content=b"number,day,present\n",
                    headers={"content-type": "text/csv"},
                ),
                await client.post(f"{API}/sessions/s-1/close"),
            ]  # fmt: skip
        return [answer.status_code for answer in answers]

    assert await asked("t-2", "learn:teach") == [404] * 8
    assert await asked("t-1") == [404] * 8
    assert await asked("t-1", "learn:teach") == [200, 200, 200, 200, 204, 200, 200, 200]
    assert await asked("t-2", "learn:plan") == [200, 200, 200, 200, 204, 200, 200, 200]
    await trainers.release(pillar.context, by=OFFICER, session_id="s-1", person_id="t-1")
    assert await asked("t-1", "learn:teach") == [404] * 8


@pytest.mark.requirement("F8.2", "F8.3")
async def test_a_trainer_finds_their_sessions_on_pages(pillar: Learn) -> None:
    kept, _ids = await started(pillar)
    for person_id in ("t-1", "t-2"):
        await civil_servant(pillar.context, person_id)
    async with pillar.browser("learn:plan", subject="unit") as unit:
        await trainer(pillar, "t-2")
        await trainers.certify(
            pillar.context, by=OFFICER,
            given=CertificationGiven(
                learner_id="t-1", offering_id="law", authority="Academy", since=kept.starts.date(),
                until=kept.ends.date(),
            ),
        )  # fmt: skip
        shown = await page(unit, "/desk/sessions/s-1")
        named = await send(unit, shown, "/sessions/s-1/trainers", trainer="t-1")
        shown = await page(unit, "/desk/sessions/s-1")
        nobody = await send(unit, shown, "/trainers/release", released="p-01")
        gone = await send(unit, shown, "/trainers/release", released="t-2")
    async with pillar.browser("learn:teach", subject="t-1", person_id="N-t-1") as teacher:
        mine, people = await page(teacher, "/teach"), await page(teacher, "/teach/s-1")
        closed = await send(teacher, people, "/close")
        code, paper = await page(teacher, "/teach/s-1/code"), await page(teacher, "/teach/s-1/list")
    async with pillar.browser("learn:teach", subject="t-2", person_id="N-t-2") as other:
        none = await page(other, "/teach")
        lost = [await other.get(f"/teach/s-1{part}") for part in ("", "/code", "/list")]

    assert [one.status_code for one in (named, nobody, gone)] == [303, 400, 303]
    assert "/teach/s-1" in mine
    assert "Person p-01" in people
    assert closed.headers["location"].startswith("/teach/s-1")
    assert "<svg" in code
    assert "The list" in paper
    assert "/teach/s-1" not in none
    assert [one.status_code for one in lost] == [404] * 3


@pytest.mark.requirement("F8.2")
async def test_nobody_checks_in_with_a_code_that_they_showed_themselves(pillar: Learn) -> None:
    await started(pillar, 1)
    (own,) = await staff(pillar.context, 1)
    keeper = replace(signed_in(own), scopes=frozenset({"learn:plan"}))
    seat = (await enrolment.mine(pillar.context, by=keeper))[0].enrolment.id
    await enrolment.cancel(pillar.context, by=keeper, enrolment_id=seat)
    text = await service.code(pillar.context, by=keeper, session_id="s-1", day=clock.now().date())
    await enrolment.enrol(pillar.context, by=keeper, session_id="s-1")

    with pytest.raises(OwnAttendance):
        await service.check_in(pillar.context, by=keeper, text=text)


async def test_the_code_the_list_and_the_end_are_on_pages(pillar: Learn) -> None:
    kept, ids = await started(pillar, 1)
    today = kept.starts.date().isoformat()

    async with pillar.browser("learn:plan", "learn:teach", subject="unit") as unit:
        shown = await page(unit, "/teach/s-1/code")
        other = await page(unit, "/teach/s-1/code?day=2001-01-01")
        form = await page(unit, "/teach/s-1/list")
        none = await send(unit, form, "/list")
        files = {"file": ("list.csv", f"number,day,present\nN-p-01,{today},yes\n?,{today},yes\n".encode(), "text/csv")}
        taken = await send(unit, form, "/list", files=files)
        closed = await send(unit, await page(unit, "/desk/sessions/s-1"), "/close")
    code = await service.code(pillar.context, by=OFFICER, session_id="s-1", day=kept.starts.date())
    async with pillar.browser(subject="subject-p-01") as learner:
        asked = await page(learner, f"/check-in?code={code}")
        sent = await send(learner, asked, "/check-in")
        old = await learner.get("/check-in?code=old")
    async with pillar.person() as client:
        refused = await client.get(f"{API}/sessions/s-1/days/{today}/code")

    assert "<svg" in shown
    assert "not held on this day" in other
    assert "Choose a file" in none.text
    assert "Nobody with this number has a confirmed place." in taken.text
    assert (closed.status_code, sent.status_code, old.status_code, refused.status_code) == (303, 303, 403, 404)
    assert ids


@pytest.mark.requirement("F8.2")
async def test_a_trainer_marks_each_person_and_enters_results_on_one_page_and_corrects_them(pillar: Learn) -> None:
    kept, (one, two) = await started(pillar, parts=BLEND, delivery="blended")
    await civil_servant(pillar.context, "t-1")
    await trainer(pillar, "t-1")
    day = kept.starts.date()
    async with pillar.browser("learn:teach", subject="t-1", person_id="N-t-1") as teacher:
        assert "/teach/s-1/register" in await page(teacher, "/teach/s-1")
        asked = await page(teacher, f"/teach/s-1/register?day={day}")
        typed = {f"mark-{one}": "late", f"part-1-{one}": "yes", f"part-3-{one}": "80", f"part-3-{two}": "180"}
        wrong = await send(teacher, asked, "/register", **typed)
        before = await reached_in(pillar)
        typed |= {f"part-3-{two}": "٦٠", f"mark-{two}": "present"}
        saved = await send(teacher, html.unescape(wrong.text), "/register", **typed)
        first = await reached_in(pillar)
        shown = await page(teacher, saved.headers["location"])
        emptied = {f"mark-{one}": "absent", f"part-1-{one}": "", f"part-3-{one}": "", f"mark-{two}": "present"}
        await send(teacher, shown, "/register", **emptied | {f"part-3-{two}": "61"})
        second = await reached_in(pillar)

    assert wrong.status_code == 400
    assert f'id="part-3-{two}-error"' in wrong.text
    assert 'value="180"' in wrong.text
    assert [before[who].days for who in (one, two)] == [[], []]
    assert first[one].days == first[one].late == first[two].days == [day]
    assert (first[one].parts_done, first[one].assessment_percent, first[two].assessment_percent) == ([1, 3], 80, 60)
    assert (first[two].late, first[two].parts_done) == ([], [3])
    assert (second[one].days, second[one].parts_done, second[one].assessment_percent) == ([], [], 0)
    assert second[two].assessment_percent == 61


@pytest.mark.requirement("F8.2")
async def test_whoever_has_no_mark_is_noted_as_present_at_once_and_nobody_who_checked_in_is_lost(pillar: Learn) -> None:
    kept, ids = await started(pillar, 3)
    day = kept.starts.date()
    await service.note(pillar.context, by=OFFICER, enrolment_id=ids[0], day=day, mark=Mark.ABSENT)
    await service.note(pillar.context, by=OFFICER, enrolment_id=ids[1], day=day, mark=Mark.ABSENT)
    async with pillar.browser("learn:plan", subject="unit") as unit:
        asked = await page(unit, f"/teach/s-1/register?day={day}")
        code = await service.code(pillar.context, by=OFFICER, session_id="s-1", day=day)
        late_one = (await staff(pillar.context, 1))[0]
        await service.check_in(pillar.context, by=signed_in(late_one), text=code)
        marks = {f"mark-{ids[0]}": "absent", f"mark-{ids[1]}": "absent", "rest": "yes"}
        saved = await send(unit, asked, "/register", **marks)
        odd = await send(unit, await page(unit, "/teach/s-1/register"), "/register", **{f"mark-{ids[2]}": "perhaps"})
        other = await unit.get("/teach/s-1/register?day=2001-01-01")
    found = await reached_in(pillar)

    assert [len(found[who].days) for who in ids] == [1, 0, 1]
    assert (saved.status_code, odd.status_code, other.status_code) == (303, 400, 400)


@pytest.mark.requirement("F8.2")
async def test_a_code_scanned_late_leaves_the_mark_late_and_turns_absent_to_present(pillar: Learn) -> None:
    kept, (one, two) = await started(pillar)
    day = kept.starts.date()
    async with pillar.officer("learn:plan") as client:
        for who, sent in ((one, {"present": True, "late": True}), (two, {"present": False})):
            await client.put(f"{API}/enrolments/{who}/attendance", json={"day": day.isoformat(), **sent})
    code = await service.code(pillar.context, by=OFFICER, session_id="s-1", day=day)
    for person in await staff(pillar.context, 2):
        await service.check_in(pillar.context, by=signed_in(person), text=code)
    found = await reached_in(pillar)

    assert (found[one].days, found[one].late) == ([day], [day])
    assert (found[two].days, found[two].late) == ([day], [])


@pytest.mark.requirement("F8.2")
async def test_the_sheet_of_a_session_is_for_its_keepers_alone_and_for_nobody_in_it(pillar: Learn) -> None:
    _kept, (one, _two) = await started(pillar)
    await civil_servant(pillar.context, "t-2")
    asked = "/teach/s-1/register"
    async with pillar.browser("learn:teach", subject="t-2", person_id="N-t-2") as other:
        shown = await other.get(asked)
        token = await page(other, "/my/requests/new")
        sent = await send(other, token.replace('/my/requests/new"', f'{asked}"'), asked, **{f"mark-{one}": "present"})
    async with pillar.browser("learn:plan", subject="subject-p-01", person_id="N-p-01") as own:
        mine = await own.get(asked)

    assert (shown.status_code, sent.status_code, mine.status_code) == (404, 404, 403)
    assert (await reached_in(pillar))[one].days == []


def test_a_sheet_has_no_more_fields_than_a_form_may() -> None:
    assert people_a_page(0) == people_a_page(10) == 30
    assert all(people_a_page(parts) * (2 + 2 * parts) <= FIELDS_A_PAGE_MAX for parts in range(31))


async def reached_in(pillar: Learn) -> dict[str, Any]:
    """Return what people have reached in the session, by enrolment."""
    found = await enrolment.of_session(pillar.context, by=OFFICER, session_id="s-1")
    return await service.outcomes(pillar.context, found)


@pytest.mark.requirement("F8.2")
async def test_who_gave_the_place_back_while_the_session_is_ended_gets_no_certificate(
    pillar: Learn, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, ids = await started(pillar)
    for enrolment_id in ids:
        for day in kept.held_on:
            await service.note(pillar.context, by=OFFICER, enrolment_id=enrolment_id, day=day)
    listed = enrolment.everybody

    async def listed_and_left(*given: Any, **named: Any) -> Any:
        found = await listed(*given, **named)
        await enrolment.cancel(pillar.context, by=OFFICER, enrolment_id=ids[0])
        return found

    monkeypatch.setattr(enrolment, "everybody", listed_and_left)
    closed = await service.close(pillar.context, by=OFFICER, session_id="s-1")

    assert closed == {"completed": 1, "certificates": 1}


@pytest.mark.requirement("F8.2")
async def test_nobody_completed_or_missed_a_session_that_was_cancelled(pillar: Learn) -> None:
    kept, _ids = await started(pillar)
    await session(pillar.context, seats=2, starts=kept.starts, ends=kept.ends, cancelled=True)
    async with pillar.browser("learn:plan") as client, pillar.officer() as officer:
        shown = await page(client, "/teach/s-1")
        answer = await officer.post(f"{API}/sessions/s-1/close")
    with pytest.raises(NotHeld):
        await service.close(pillar.context, by=OFFICER, session_id="s-1")
    found = await enrolment.everybody(pillar.context, by=OFFICER, session_id="s-1")

    assert (answer.status_code, answer.json()["code"]) == (409, "session-not-held")
    assert "/close" not in shown
    assert {str(one.enrolment.state) for one in found} == {"confirmed"}


@pytest.mark.requirement("F8.2")
async def test_a_result_is_of_somebody_who_has_a_seat(pillar: Learn) -> None:
    _kept, ids = await started(pillar, 1)
    await enrolment.cancel(pillar.context, by=OFFICER, enrolment_id=ids[0])
    async with pillar.officer() as officer:
        answer = await officer.put(f"{API}/enrolments/{ids[0]}/results", json={"part": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "no-seat")


async def test_a_session_is_not_said_to_be_unattended_by_the_mark_of_who_gave_the_place_back(pillar: Learn) -> None:
    kept, ids = await started(pillar)
    day = kept.held_on[0]
    await service.note(pillar.context, by=OFFICER, enrolment_id=ids[0], day=day, mark=Mark.ABSENT)
    await enrolment.cancel(pillar.context, by=OFFICER, enrolment_id=ids[0])
    now = await offerings.session(pillar.context, session_id="s-1")
    some = await service.unattended(pillar.context, sessions=[now])
    await service.note(pillar.context, by=OFFICER, enrolment_id=ids[1], day=day, mark=Mark.ABSENT)
    all_of_them = await service.unattended(pillar.context, sessions=[now])

    assert (some, all_of_them) == (frozenset(), frozenset({"s-1"}))


@pytest.mark.requirement("F8.2", "F32.1")
@pytest.mark.parametrize(
    ("yes", "no"), [("Yes", "No"), ("Oui", "Non"), ("Sí", "No"), ("نعم", "لا"), ("Ndiyo", "Hapana")]
)
def test_a_paper_list_is_read_in_each_language_of_the_pages(yes: str, no: str) -> None:
    assert (said_present(yes), said_present(no)) == (True, False)
