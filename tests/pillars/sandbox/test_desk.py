"""The officers' desk, what the person concerned sees of it, and the messages it caused: on the blocks themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from govstack.kernel import i18n, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Forbidden
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.cases.model import CaseRecords, Verification
from govstack.pillars.sandbox.citizens import model as readings
from govstack.pillars.sandbox.citizens import presenters as citizens_page
from govstack.pillars.sandbox.citizens import service as citizens
from govstack.pillars.sandbox.citizens.model import Reading
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.decisions.model import Decision
from govstack.pillars.sandbox.desk import model, service
from govstack.pillars.sandbox.desk.errors import NoSuchCase, NoSuchPerson, NotEligible, WrongState
from govstack.pillars.sandbox.desk.model import Case, Examined
from govstack.pillars.sandbox.front import service as front
from govstack.pillars.sandbox.live import presenters as diagrams
from govstack.pillars.sandbox.live import service as live
from govstack.pillars.sandbox.live.model import Message

SERVICE = "usct"
DESK = "GOV/7003/officerdesk"
OFFICER = Actor("person", "enrollment-officer", "Selamawit Ketema", scopes=frozenset({"sandbox:enrol"}))
ELSEWHERE = Actor("person", "another-officer", "Somebody", scopes=frozenset({"sandbox:enrol"}))
VERIFIED, MISMATCH = Verification("VERIFIED", ()), Verification("MISMATCH", ())

on_the_blocks = pytest.mark.asyncio(loop_scope="module")


def person_id(key: str) -> str:
    """Return the id of somebody whom journeys know by name."""
    return next(persona.id for persona in countries.load().personas if persona.key == key)


def citizen(key: str) -> Actor:
    """Return such a person, signed in."""
    return Actor("person", key, key, attributes={"person_id": person_id(key)})


async def examined(sandbox: Context, key: str) -> Examined:
    """Open the case of a person and look at it."""
    case = await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id(key))
    return await service.examine(sandbox, by=OFFICER, case_id=case.id)


@pytest.fixture
def correlation_id() -> Iterator[str]:
    """The id of one page view, as the kernel sets it for each request."""
    mark = log.CORRELATION.set(ids.new_id())
    yield log.CORRELATION.get()
    log.CORRELATION.reset(mark)


# Where a case may go


def a_case(state: str = "REGISTERED", cleared_by: str = "") -> Case:
    return Case("c-1", SERVICE, "p-1", state, cleared_by, "", "officer", "", "", 0)


def decided(outcome: str, *packages: str) -> Decision:
    return Decision(outcome, packages, ())  # type: ignore[arg-type]


@pytest.mark.requirement("USCT-4", "USCT-5")
@pytest.mark.parametrize(
    ("case", "verification", "decision", "state"),
    [
        (a_case(), VERIFIED, None, "VERIFIED"),
        (a_case(), VERIFIED, decided("ELIGIBLE", "TPA"), "ELIGIBLE"),
        (a_case(), VERIFIED, decided("NOT_ELIGIBLE"), "NOT_ELIGIBLE"),
        (a_case(), MISMATCH, None, "MISMATCH"),
        (a_case("MISMATCH"), MISMATCH, None, "MISMATCH"),
        (a_case("MISMATCH", "officer"), MISMATCH, decided("ELIGIBLE", "TPA"), "ELIGIBLE"),
        (a_case("NOT_ELIGIBLE"), VERIFIED, decided("ELIGIBLE", "TPA"), "ELIGIBLE"),
        (a_case("ENROLLED"), MISMATCH, None, "ENROLLED"),
        (a_case("EXITED"), VERIFIED, decided("ELIGIBLE", "TPA"), "EXITED"),
    ],
)
def test_a_case_stands_where_its_records_and_the_rules_put_it(
    case: Case, verification: Verification, decision: Decision | None, state: str
) -> None:
    assert model.state_after(cases.load(SERVICE), case, verification, decision) == state


def test_a_state_follows_only_from_those_that_the_service_names() -> None:
    usct = cases.load(SERVICE)

    allowed = [(before, after) for before in usct.states["candidate"] for after in usct.states["candidate"]]

    assert not model.may_move(usct, "REGISTERED", "ENROLLED")
    assert {pair for pair in allowed if model.may_move(usct, *pair)} == {
        *((one.before, one.after) for one in usct.transitions),
        *((state, state) for state in usct.states["candidate"]),
    }


@pytest.mark.requirement("USCT-6")
@pytest.mark.parametrize(
    ("case", "decision", "refusal"),
    [
        (a_case("REGISTERED"), None, WrongState),
        (a_case("MISMATCH"), decided("ELIGIBLE", "TPA"), WrongState),
        (a_case("NOT_ELIGIBLE"), decided("NOT_ELIGIBLE"), WrongState),
        (a_case("ELIGIBLE"), decided("ELIGIBLE", "SP"), NotEligible),
        (a_case("ELIGIBLE"), None, NotEligible),
    ],
)
def test_nothing_is_enrolled_that_the_rules_do_not_grant_now(
    case: Case, decision: Decision | None, refusal: type[Exception]
) -> None:
    looked_at = Examined(case, CaseRecords({}, (), ()), VERIFIED, decision, ())

    with pytest.raises(refusal):
        model.check_enrolment(looked_at, "TPA")


# Find and open


@on_the_blocks
@pytest.mark.requirement("USCT-5")
@pytest.mark.parametrize(
    "wanted",
    [
        {"lastNameLatin": "Mitchell"},
        {"lastName": "Mitchell", "dateOfBirth": "1977-04-28"},
        {"personalIdCode": "9b237f8a-4dc2-4438-af0d-5f01c469b308"},
        {"personalIdCode": " 9b237f8a-4dc2-4438-af0d-5f01c469b308 ", "lastName": "not looked at beside an id"},
    ],
)
async def test_a_candidate_is_found_by_name_or_id(sandbox: Context, wanted: dict[str, str]) -> None:
    found = await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted=wanted)

    assert "Benjamin" in {record["firstName"] for record in found}


@on_the_blocks
@pytest.mark.requirement("USCT-5")
async def test_a_search_reads_no_more_than_tells_people_apart(sandbox: Context) -> None:
    (found,) = await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"lastNameLatin": "Campbell"})

    assert not {"phone", "email", "annualIncome", "motherId", "fatherId"} & found.keys()


@on_the_blocks
async def test_nobody_is_no_error(sandbox: Context) -> None:
    by_name = await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"lastName": "Nobodyhere"})
    by_id = await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"personalIdCode": "00000000000"})

    assert (by_name, by_id) == ([], [])


@on_the_blocks
async def test_a_search_for_nothing_is_refused(sandbox: Context) -> None:
    with pytest.raises(BadRequest):
        await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"lastName": " "})


@on_the_blocks
async def test_a_person_has_one_case_in_a_service(sandbox: Context) -> None:
    first = await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id("john-doe"))
    second = await service.open_case(sandbox, by=ELSEWHERE, service_id=SERVICE, person_id=person_id("john-doe"))

    assert (second.id, second.opened_by) == (first.id, OFFICER.id)


@on_the_blocks
async def test_a_case_needs_a_person_that_the_register_knows(sandbox: Context) -> None:
    with pytest.raises(NoSuchPerson):
        await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id="00000000000")


@on_the_blocks
async def test_an_unknown_case_is_said_to_be_none(sandbox: Context) -> None:
    with pytest.raises(NoSuchCase):
        await service.examine(sandbox, by=OFFICER, case_id="guessed")


@on_the_blocks
async def test_an_officer_sees_the_cases_that_they_opened(sandbox: Context) -> None:
    newcomer = Actor("person", ids.new_id(), "Newcomer")
    await service.open_case(sandbox, by=newcomer, service_id=SERVICE, person_id=person_id("petra-larsen"))

    (mine,) = await service.my_cases(sandbox, by=newcomer, service_id=SERVICE)

    assert mine.person_id == person_id("petra-larsen")


@on_the_blocks
async def test_the_desk_keeps_no_id_of_a_person_in_the_clear(sandbox: Context) -> None:
    await service.open_case(sandbox, by=OFFICER, service_id=SERVICE, person_id=person_id("olivia-ramirez"))

    async with sandbox.database.reading() as tx:
        kept = str(await tx.fetch("SELECT * FROM desk_case"))

    assert person_id("olivia-ramirez") not in kept


# Verify and decide


@on_the_blocks
@pytest.mark.requirement("USCT-4", "USCT-5")
@pytest.mark.parametrize("key", ["liam-anderson", "isabella-turner", "bob-smith"])
async def test_the_registers_agree_and_the_rules_grant_the_published_packages(sandbox: Context, key: str) -> None:
    found = await examined(sandbox, key)

    published = next(persona.packages for persona in countries.load().personas if persona.key == key)
    assert found.verification.state == "VERIFIED"
    assert found.decision is not None
    assert set(found.decision.packages) == set(published)
    assert found.case.state == ("ELIGIBLE" if published else "NOT_ELIGIBLE")


@on_the_blocks
@pytest.mark.requirement("USCT-4")
@pytest.mark.parametrize("key", ["hugo-pereira", "bruno-keita"])
async def test_records_that_disagree_stop_the_case_before_anything_is_decided(sandbox: Context, key: str) -> None:
    found = await examined(sandbox, key)

    assert (found.case.state, found.decision) == ("MISMATCH", None)


@on_the_blocks
@pytest.mark.requirement("USCT-4")
async def test_a_mismatch_goes_on_once_an_officer_saw_a_proof_of_identity(sandbox: Context) -> None:
    before = await examined(sandbox, "camila-ortega")
    doubt = {"by": OFFICER, "case_id": before.case.id, "note": "asked for a proof"}

    await service.clear_mismatch(sandbox, same_person=False, **doubt)  # type: ignore[arg-type]
    still = await service.examine(sandbox, by=OFFICER, case_id=before.case.id)
    await service.clear_mismatch(sandbox, same_person=True, **doubt)  # type: ignore[arg-type]
    after = await service.examine(sandbox, by=OFFICER, case_id=before.case.id)

    assert [one.case.state for one in (before, still, after)] == ["MISMATCH", "MISMATCH", "ELIGIBLE"]


@on_the_blocks
async def test_only_a_mismatch_is_cleared_up(sandbox: Context) -> None:
    found = await examined(sandbox, "john-doe")

    with pytest.raises(WrongState):
        await service.clear_mismatch(sandbox, by=OFFICER, case_id=found.case.id, same_person=True, note="")


@on_the_blocks
async def test_a_note_has_a_limit(sandbox: Context) -> None:
    found = await examined(sandbox, "hugo-pereira-again")
    note = "x" * (model.NOTE_CHARACTERS_MAX + 1)

    with pytest.raises(BadRequest):
        await service.clear_mismatch(sandbox, by=OFFICER, case_id=found.case.id, same_person=True, note=note)


# Enrol


@on_the_blocks
@pytest.mark.requirement("USCT-6")
async def test_enrolling_twice_is_the_same_success(sandbox: Context) -> None:
    case = (await examined(sandbox, "ava-patel")).case

    first = await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="TPA")
    second = await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="TPA")

    held = [(one.package_code, one.person_id) for one in second.enrolments]
    stands = [(one.case.state, one.case.package_code, one.case.revision) for one in (first, second)]
    assert stands == [("ENROLLED", "TPA", case.revision + 1)] * 2
    assert held == [("TPA", person_id("ava-patel"))]


@on_the_blocks
@pytest.mark.requirement("USCT-6")
async def test_an_enrolment_whose_answer_was_lost_is_found_in_the_register(sandbox: Context) -> None:
    case = (await examined(sandbox, "sophia-campbell")).case
    await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="SP")
    async with sandbox.database.transaction() as tx:
        await tx.execute("UPDATE desk_case SET state = 'ELIGIBLE', package_code = '' WHERE id = :id", id=case.id)

    again = await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="SP")

    assert (again.case.state, len(again.enrolments)) == ("ENROLLED", 1)


@on_the_blocks
@pytest.mark.requirement("USCT-6")
async def test_a_package_that_the_rules_do_not_grant_is_refused_and_nothing_is_written(sandbox: Context) -> None:
    case = (await examined(sandbox, "john-smith")).case

    with pytest.raises(NotEligible):
        await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="UBI")

    after = await service.examine(sandbox, by=OFFICER, case_id=case.id)
    assert (after.case.state, after.enrolments) == ("ELIGIBLE", [])


@on_the_blocks
@pytest.mark.requirement("USCT-6")
async def test_a_case_with_records_that_disagree_is_not_enrolled(sandbox: Context) -> None:
    case = (await examined(sandbox, "hugo-pereira")).case

    with pytest.raises(WrongState):
        await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="TPA")


# What the person concerned sees


@on_the_blocks
@pytest.mark.requirement("USCT-READ", "DRS-35")
async def test_a_person_sees_who_read_their_data_where_and_what_for(sandbox: Context) -> None:
    await examined(sandbox, "william-roberts")

    found, silent = await citizens.who_read_my_data(sandbox, by=citizen("william-roberts"))

    assert silent == []
    assert {(one.register, one.reader, one.institution) for one in found} >= {
        ("population", OFFICER.id, "SOLENARA/GOV/7003"),
        ("income", OFFICER.id, "SOLENARA/GOV/7003"),
    }
    shown = citizens_page.rows(found, countries.load(), "en")
    assert {row[4] for row in shown} >= {
        "Find and verify candidates for social support", "Verify the income of a household",
    }  # fmt: skip


DIRECT = Reading("population", "registry-officer", "", "", "2026-11-22T07:46:52Z", "AB")
SYSTEM = "SOLENARA/GOV/7003/officerdesk"


@pytest.mark.requirement("USCT-READ")
@pytest.mark.parametrize(
    ("reading", "who", "office", "reason"),
    [
        (
            DIRECT, "أمل بستاني (Amal Bustani)",
            "Ministry of Social Affairs · Registry officer · the register's own pages", "No purpose was stated",
        ),
        (replace(DIRECT, reader="x"), "AB", "Office not stated · the register's own pages", "No purpose was stated"),
        (
            replace(DIRECT, reader=SYSTEM, initials="", institution="SOLENARA/GOV/7003", application=SYSTEM),
            "A system",
            "Ministry of Social Affairs · Officers' desk", "Find and verify candidates for social support",
        ),
    ],
    ids=["on the pages of a register", "by somebody unknown", "by a system"],
)  # fmt: skip
def test_a_reading_says_who_in_which_office_and_plainly_what_was_not_stated(
    reading: Reading, who: str, office: str, reason: str
) -> None:
    country = countries.load()

    row = citizens_page.rows([reading], country, "en", citizens.roles(country))[0]

    assert row[1:3] + row[4:5] == (who, office, reason)


@on_the_blocks
@pytest.mark.requirement("USCT-READ")
async def test_a_person_does_not_see_who_read_the_data_of_others(sandbox: Context) -> None:
    await service.find(sandbox, by=ELSEWHERE, service_id=SERVICE, wanted={"personalIdCode": person_id("bob-smith")})

    found, _ = await citizens.who_read_my_data(sandbox, by=citizen("benjamin-mitchell"))

    assert ELSEWHERE.id not in {one.reader for one in found}


@on_the_blocks
async def test_who_is_not_a_person_of_the_country_has_no_data_to_see(sandbox: Context) -> None:
    with pytest.raises(Forbidden):
        await citizens.who_read_my_data(sandbox, by=OFFICER)


def a_reading(at: str, register: str = "population") -> Reading:
    return Reading(register, "officer", "SOLENARA/GOV/7003", f"SOLENARA/{DESK}", at)


def test_the_newest_reading_comes_first_and_a_page_holds_so_many() -> None:
    many = [a_reading(f"2026-11-21T10:{minute:02}:00Z") for minute in range(60)] * 4

    shown = readings.newest_first(many)

    assert shown[0].at == "2026-11-21T10:59:00Z"
    assert len(shown) == readings.READINGS_SHOWN_MAX


def test_one_look_at_a_person_is_one_line() -> None:
    moments = ["2026-11-21T10:05:09Z", "2026-11-21T10:05:01Z", "2026-11-21T09:59:59Z"]
    found = [*(a_reading(at) for at in moments), a_reading(moments[0], "income")]

    lines = [(visit.last.register, visit.last.at, visit.times) for visit in readings.visits(found)]

    assert lines == [("population", moments[0], 2), ("population", moments[2], 1), ("income", moments[0], 1)]


def test_the_portal_is_the_application_that_may_ask_the_read_logs() -> None:
    assert readings.portal(countries.load()) == "GOV/7000/portal"


# The messages behind it


@on_the_blocks
@pytest.mark.requirement("G12")
@pytest.mark.usefixtures("socket_disabled")
async def test_no_step_of_the_journey_opens_a_connection(sandbox: Context) -> None:
    case = (await examined(sandbox, "benjamin-mitchell")).case
    await service.enrol(sandbox, by=OFFICER, case_id=case.id, package_code="TPA")

    found, silent = await citizens.who_read_my_data(sandbox, by=citizen("benjamin-mitchell"))

    assert found
    assert silent == []


@on_the_blocks
@pytest.mark.requirement("G3", "X078")
async def test_a_page_shows_the_calls_that_it_caused_and_no_others(sandbox: Context, correlation_id: str) -> None:
    wanted = {"personalIdCode": person_id("isabella-turner")}
    await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted=wanted)

    found = await live.behind_page(sandbox, application=DESK, correlation_id=correlation_id)

    assert found is not None
    assert [(one.client, one.provider, one.status) for one in found] == [
        (f"SOLENARA/{DESK}", "SOLENARA/GOV/7001/population", 200)
    ]
    assert person_id("isabella-turner") not in str(found)


@on_the_blocks
@pytest.mark.requirement("G3")
async def test_the_live_view_ends_with_what_happened_last(sandbox: Context, correlation_id: str) -> None:
    await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"lastNameLatin": "Keita"})
    mine = await live.behind_page(sandbox, application=DESK, correlation_id=correlation_id)

    lately = await live.lately(sandbox, application=DESK)

    assert mine is not None
    assert lately[-1].id == mine[-1].id
    assert [one.at for one in lately] == sorted(one.at for one in lately)


@on_the_blocks
@pytest.mark.requirement("G3", "X060", "X088")
async def test_a_ministry_without_rights_is_refused_and_that_is_on_record(
    sandbox: Context, correlation_id: str
) -> None:
    attempt = await front.try_without_rights(sandbox)
    recorded = await live.behind_page(sandbox, application=attempt.caller, correlation_id=correlation_id)

    assert (attempt.caller, attempt.status) == ("GOV/7009/campaigns", 403)
    assert recorded is not None
    assert [(one.verdict == "accepted", one.status) for one in recorded] == [(False, 403)]


@on_the_blocks
@pytest.mark.parametrize("language", i18n.LANGUAGES)
async def test_a_diagram_names_applications_in_the_language_of_the_reader(
    sandbox: Context, correlation_id: str, language: str
) -> None:
    await service.find(sandbox, by=OFFICER, service_id=SERVICE, wanted={"lastNameLatin": "Larsen"})
    found = await live.behind_page(sandbox, application=DESK, correlation_id=correlation_id)
    country = countries.load()

    drawn = diagrams.diagram(found or [], country, language)

    assert labels(drawn.participants) == [
        country.member("social-affairs").applications[0].name[language],
        country.member("home-affairs").applications[0].name[language],
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Holds nothing about it"), ("fr", "N’a rien à ce sujet"), ("es", "No tiene nada al respecto"),
        ("ar", "لا يوجد لديه شيء عن ذلك"),
    ],
)  # fmt: skip
def test_a_diagram_says_in_words_of_the_reader_that_a_register_holds_nothing(language: str, said: str) -> None:
    register = Message(
        "1", "demo/GOV/7003/officerdesk", "demo/GOV/7001/population", "demo/GOV/7001/population/population", "read",
        "accepted", 404, 12.0, "2026-11-22T10:00:00.000000Z",
    )  # fmt: skip
    other = replace(register, id="2", service="demo/GOV/7000/consent/consent", provider="demo/GOV/7000/consent")
    there, refused = replace(register, id="3", status=200), replace(register, id="4", verdict="no-right")

    drawn = diagrams.diagram([register, other, there, refused], countries.load(), language)

    assert [one.outcome for one in drawn.messages] == [said, "", "", ""]
    assert [one.status for one in drawn.messages] == [404, 404, 200, 404]


def labels(participants: Sequence[object]) -> list[str]:
    return [str(getattr(one, "label", "")) for one in participants]
