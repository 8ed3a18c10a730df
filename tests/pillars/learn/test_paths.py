"""Paths of steps, slots that come again, and what is recommended for gaps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from govstack.pillars.learn.response.offerings.model import CoursePart, Raise
from govstack.pillars.learn.response.paths import service
from govstack.pillars.learn.response.paths.errors import BadPath
from govstack.pillars.learn.response.paths.model import Every, Path, Slot, Standing, Step, placed
from govstack.pillars.learn.response.recommending import service as recommending
from govstack.pillars.learn.response.recommending.model import Advice, Course, Left, Limits, Offer, Why, Wish, advise
from tests.builders import skills
from tests.builders.courses import course
from tests.builders.learning import API, OFFICER, PAGES, Learn, civil_servant, learn, page, send
from tests.databases import Databases

EN, FR = frozenset({"en"}), frozenset({"fr"})
QUARTERS = Slot(
    id="q", titles={"en": "Learning week"}, every=Every.QUARTER, weekday="MO", week=2, month=1, days=5,
    since=date(2026, 1, 1),
)  # fmt: skip


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    return await learn(databases)


@pytest.mark.requirement("F11.4")
async def test_the_eleven_modules_are_there_with_personas_and_stages(pillar: Learn) -> None:
    async with pillar.nobody() as client:
        told = (await client.get(f"{API}/paths/stages-of-implementation")).json()
        shown = await page(client, "/paths/stages-of-implementation")
        listed = await page(client, "/paths")
        french = await page(client, "/paths/stages-of-implementation?lang=fr")

    steps = [one["step"] for one in told["steps"]]
    assert [step["stage"] for step in steps] == [str(number) for number in range(1, 12)]
    assert [step["id"] for step in steps if "trainers" in step["personas"]] == ["module-10", "module-11"]
    assert {step["phase"] for step in steps} == {"initiation", "co-design", "scale"}
    assert "Service designers" in shown
    assert "Designing together" in shown
    assert "Conception commune" in french
    assert ">co-design<" not in shown + french
    assert "Eleven stages of implementation" in listed


@pytest.mark.requirement("F10.2")
async def test_civil_servants_see_the_paths_of_their_posts_and_where_they_stand(pillar: Learn) -> None:
    await civil_servant(pillar.context, "p-1", number="N-1", roles=("project-manager",))
    await course(pillar.context, "law")
    for path_id, role in (("managers", "project-manager"), ("lawyers", "legal-policy-officer")):
        body = {
            "titles": {"en": path_id.title()}, "roles": [role],
            "steps": [
                {"id": "a", "titles": {"en": "First"}, "offerings": ["law"]},
                {"id": "b", "titles": {"en": "Next"}, "after": ["a"]},
            ],
        }  # fmt: skip
        async with pillar.officer() as client:
            assert (await client.put(f"{API}/paths/{path_id}", json=body)).status_code == 200

    async with pillar.browser(subject="amina", person_id="N-1") as client:
        listed = await page(client, "/paths")
        shown = await page(client, "/paths/managers")

    assert "Managers" in listed
    assert "Lawyers" not in listed
    assert shown.index("Can be taken now") < shown.index("Comes later")


def test_a_step_is_done_by_any_of_its_courses_and_opens_the_next() -> None:
    steps = (
        Step(id="b", titles={"en": "B"}, after=("a",), offerings=("z",)),
        Step(id="a", titles={"en": "A"}, offerings=("x", "y")),
        Step(id="c", titles={"en": "C"}, after=("b",)),
    )

    found = placed(Path(id="p", titles={"en": "P"}, steps=steps), ["y"])

    assert [(one.step.id, one.standing) for one in found] == [
        ("a", Standing.DONE), ("b", Standing.OPEN), ("c", Standing.LATER)
    ]  # fmt: skip


async def test_a_path_that_leads_in_a_ring_or_nowhere_is_refused(pillar: Learn) -> None:
    one, two = Step(id="a", titles={"en": "A"}, after=("b",)), Step(id="b", titles={"en": "B"}, after=("a",))

    for steps in ((one, two), (one,), (Step(id="a", titles={"en": "A"}, offerings=("nothing",)),)):
        with pytest.raises(BadPath):
            await service.put(pillar.context, by=OFFICER, path=Path(id="p", titles={"en": "P"}, steps=steps))


@pytest.mark.requirement("F11.5")
async def test_a_fixed_week_of_each_quarter_is_published_as_icalendar(pillar: Learn) -> None:
    body = {
        "titles": {"en": "P"}, "steps": [{"id": "a", "titles": {"en": "A"}}],
        "slots": [
            {
                "id": "q", "titles": {"en": "Learning week"}, "every": "quarter", "weekday": "MO", "week": 2,
                "month": 1, "days": 5, "since": "2026-01-01",
            }
        ],
    }  # fmt: skip
    async with pillar.officer() as client:
        put = await client.put(f"{API}/paths/p", json=body)
    async with pillar.nobody() as client:
        answer = await client.get("/paths/p/calendar")
        shown = await page(client, "/paths/p")

    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert put.status_code == 200
    assert sorted(event["rrule"].to_ical().split(b";")) == [b"BYDAY=2MO", b"BYMONTH=1,4,7,10", b"FREQ=YEARLY"]
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 1, 12), date(2026, 1, 17))
    assert "Days that are kept for learning" in shown


@pytest.mark.requirement("F11.5")
def test_slots_fall_on_the_days_that_their_rule_says() -> None:
    monthly = Slot(id="m", titles={"en": "M"}, every=Every.MONTH, weekday="FR", week=-1, since=date(2026, 1, 1))
    weekly = Slot(id="w", titles={"en": "W"}, every=Every.WEEK, weekday="WE", since=date(2026, 1, 1))

    assert QUARTERS.next_days(date(2026, 1, 1), 5) == [
        date(2026, 1, 12), date(2026, 4, 13), date(2026, 7, 13), date(2026, 10, 12), date(2027, 1, 11)
    ]  # fmt: skip
    assert monthly.next_days(date(2026, 2, 1), 2) == [date(2026, 2, 27), date(2026, 3, 27)]
    assert weekly.next_days(date(2026, 1, 1), 2) == [date(2026, 1, 7), date(2026, 1, 14)]
    assert monthly.rule == {"freq": "monthly", "byday": "-1FR"}


def ids(advice: Advice) -> list[str]:
    """Return what is recommended, in its order."""
    return [one.course_id for one in advice.steps]


OFFERED = Offer.of(
    [
        Course("basics", (("E.7", 0, 2),), 6, EN | FR, "e-learning", offline=True),
        Course("change", (("E.7", 2, 3),), 4, EN, "ilt"),
        Course("change-fr", (("E.7", 2, 3),), 5, FR, "ilt", accessibility=frozenset({"sign-language"})),
        Course("masters", (("E.7", 2, 4), ("A.1", 0, 1)), 40, EN, "ilt", before=("change",)),
        Course("orphan", (("B.1", 0, 3),), 2, EN, "ilt", before=("missing",)),
    ]
)


@pytest.mark.requirement("F11.1")
def test_every_gap_is_closed_or_named() -> None:
    wishes = [Wish("E.7", 0, 3, 2), Wish("A.1", 0, 1), Wish("C.9", 1, 2), Wish("B.1", None, 2), Wish("D.1", 3, 2)]

    found = advise(wishes, OFFERED)

    assert ids(found) == ["basics", "change", "masters"]
    assert [(one.competency_id, one.why) for one in found.open] == [("B.1", Left.LIMITS), ("C.9", Left.NOTHING)]
    assert ids(advise(list(reversed(wishes)), OFFERED)) == ids(found)


@pytest.mark.requirement("F11.2")
def test_every_step_says_why_and_what_was_not_chosen_is_named_with_its_reason() -> None:
    found = advise([Wish("E.7", 2, 3)], OFFERED, limits=Limits(languages=EN))

    (step,) = found.steps
    (reason,) = step.reasons
    assert (step.course_id, step.hours) == ("change", 4)
    assert (reason.competency_id, reason.from_level, reason.to_level) == ("E.7", 2, 3)
    assert {(one.course_id, one.why) for one in found.others} == {
        ("basics", Why.LEVEL), ("change-fr", Why.LANGUAGE), ("masters", Why.LONGER)
    }  # fmt: skip


@pytest.mark.requirement("F11.3")
@pytest.mark.parametrize(
    ("limits", "wanted", "left"),
    [
        (Limits(languages=FR), ["change-fr"], []),
        (Limits(forms=frozenset({"e-learning"})), [], [Left.LIMITS]),
        (Limits(accessibility=frozenset({"sign-language"})), ["change-fr"], []),
        (Limits(offline=True), [], [Left.LIMITS]),
        (Limits(hours=3.5), [], [Left.TIME]),
        (Limits(hours=4), ["change"], []),
    ],
)
def test_limits_are_kept_to(limits: Limits, wanted: list[str], left: list[Left]) -> None:
    found = advise([Wish("E.7", 2, 3)], OFFERED, limits=limits)

    assert (ids(found), [one.why for one in found.open]) == (wanted, left)


@pytest.mark.requirement("F11.3")
def test_what_comes_before_is_taken_before_and_not_twice() -> None:
    first = advise([Wish("A.1", 0, 1)], OFFERED)
    later = advise([Wish("A.1", 0, 1)], OFFERED, completed=["change"])

    assert ids(first) == ["change", "masters"]
    assert first.steps[0].needed_by == "masters"
    assert ids(later) == ["masters"]


@pytest.mark.requirement("F11.3")
def test_what_was_completed_opens_what_comes_after_it_though_it_is_offered_no_more_or_does_not_fit() -> None:
    gone = advise([Wish("B.1", None, 2)], OFFERED, completed=["missing"])
    other = Offer.of(
        [Course("first", (), 1, FR, "ilt"), Course("second", (("B.1", 0, 3),), 2, EN, "ilt", before=("first",))]
    )
    unlike = advise([Wish("B.1", 0, 2)], other, limits=Limits(languages=EN), completed=["first"])
    nobody = advise([Wish("B.1", 0, 2)], other, limits=Limits(languages=EN))

    assert (ids(gone), ids(unlike), ids(nobody)) == (["orphan"], ["second"], [])


def test_a_course_that_was_taken_in_vain_is_not_recommended_again() -> None:
    found = advise([Wish("E.7", 0, 2)], OFFERED, completed=["basics"])

    assert [one.why for one in found.open] == [Left.TAKEN]
    assert ("basics", Why.TAKEN) in {(one.course_id, one.why) for one in found.others}


def test_one_course_for_two_gaps_is_taken_once_and_after_what_makes_it_useful() -> None:
    offer = Offer.of(
        [
            Course("both", (("A", 0, 1), ("B", 1, 2)), 10),
            Course("lift", (("B", 0, 1),), 1),
            Course("b", (("B", 1, 2),), 9),
        ]
    )

    found = advise([Wish("A", 0, 1, 2), Wish("B", 0, 2, 1)], offer)

    assert (ids(found), found.hours, found.open) == (["lift", "both"], 11, ())


LEVELS = st.integers(0, 4)
COURSES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from("ABC"), LEVELS, LEVELS), min_size=1, max_size=2),
        st.integers(1, 9), st.lists(st.integers(0, 7), max_size=1),
    ),
    max_size=8,
)  # fmt: skip
WISHES = st.lists(st.tuples(st.sampled_from("ABC"), LEVELS, LEVELS), max_size=3, unique_by=lambda wish: wish[0])


@pytest.mark.requirement("F11.1")
@settings(max_examples=300)
@given(made=COURSES, wished=WISHES, hours=st.none() | st.integers(0, 30))
def test_the_steps_do_what_they_say_whatever_is_offered(
    made: list[tuple[list[tuple[str, int, int]], int, list[int]]], wished: list[tuple[str, int, int]], hours: int | None
) -> None:
    courses = [
        Course(f"c{n}", tuple(raises), length, before=tuple(f"c{one}" for one in before))
        for n, (raises, length, before) in enumerate(made)
    ]
    wishes = [Wish(*one) for one in wished]

    found = advise(wishes, Offer.of(courses), limits=Limits(hours=hours))
    again = advise(wishes, Offer.of(reversed(courses)), limits=Limits(hours=hours))

    by_id = {one.id: one for one in courses}
    levels, taken = {wish.competency_id: wish.existing or 0 for wish in wishes}, list[str]()
    for step in found.steps:
        assert set(by_id[step.course_id].before) <= set(taken)
        assert step.course_id not in taken
        taken.append(step.course_id)
        for name, since, to in by_id[step.course_id].raises:
            if name in levels and since <= levels[name]:
                levels[name] = max(levels[name], to)
    named = {one.competency_id for one in found.open}
    assert found == again
    assert all(levels[wish.competency_id] >= wish.desired or wish.competency_id in named for wish in wishes)
    assert hours is None or sum(step.hours for step in found.steps) <= hours
    # A gap said to have nothing can indeed be closed by no course that leads to its level.
    for one in found.open:
        if one.why is Left.NOTHING:
            assert all(
                to <= levels[one.competency_id]
                for each in courses
                for name, _, to in each.raises
                if name == one.competency_id
            )


async def test_a_recommendation_is_asked_for_and_keeps_to_what_is_offered(pillar: Learn) -> None:
    await course(pillar.context, "change", raises=(Raise(competency_id="E.7", from_level=2, to_level=3),))
    await course(pillar.context, "draft", state="draft", raises=(Raise(competency_id="E.7", from_level=2, to_level=3),))
    body = {"gaps": [{"competencyId": "E.7", "existing": 2, "desired": 3}], "languages": ["en"]}

    async with pillar.person() as client:
        told = (await client.post(f"{API}/recommendations", json=body)).json()
    async with pillar.nobody() as client:
        refused = await client.post(f"{API}/recommendations", json=body)

    assert [(one["offeringId"], one["languages"], one["hours"]) for one in told["steps"]] == [("change", ["en"], 4.0)]
    assert (told["open"], told["others"], refused.status_code) == ([], [], 401)


def test_a_slot_looks_no_further_than_it_must() -> None:
    late = Slot(id="y", titles={"en": "Y"}, every=Every.YEAR, weekday="MO", week=1, month=3, since=date(2026, 4, 1))

    assert late.next_days(date(2026, 1, 1) + timedelta(days=1), 1) == [date(2027, 3, 1)]


@pytest.mark.requirement("F11.2")
async def test_a_learner_sees_what_closes_their_gaps_and_why(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("change"), skills.competency("law"), skills.competency("cook"))
    await skills.profile(pillar.context, change=3, law=2, cook=2)
    await civil_servant(pillar.context, "p-1", number="N-1", roles=("clerk",))
    await skills.rate(pillar.context, "p-1", "change", 2)
    await skills.rate(pillar.context, "p-1", "cook", 1)
    for course_id, hours, language in (("fast", 4, "fr"), ("slow", 9, "en")):
        await course(
            pillar.context, course_id, languages=(language,),
            parts=(CoursePart(title="All", delivery="ilt", hours=hours),),
            raises=(Raise(competency_id="change", from_level=2, to_level=3),),
        )  # fmt: skip
    await course(pillar.context, "unrated", raises=(Raise(competency_id="law", from_level=0, to_level=2),))

    async with pillar.browser(subject="amina", person_id="N-1") as client:
        shown = await page(client, "/my/advice")
        english = await page(client, "/my/advice?language=en&hours=9")

    assert "raises Change from 2 to 3; Français; 4 h" in shown
    assert "raises Law from 0 to 2; English; 4 h" in shown
    assert "No course raises it to this level" in shown
    assert "Takes longer" in shown
    assert "raises Change from 2 to 3; English; 9 h" in english
    assert "Not in this language" in english
    assert "Not enough time" in english


@pytest.mark.requirement("F11.3")
async def test_a_learner_says_on_the_page_what_has_to_be_accessible(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("change"))
    await skills.profile(pillar.context, change=3)
    await civil_servant(pillar.context, "p-1", number="N-1", roles=("clerk",))
    await skills.rate(pillar.context, "p-1", "change", 2)
    raised = (Raise(competency_id="change", from_level=2, to_level=3),)
    await course(pillar.context, "short", raises=raised, titles={"en": "Short"}, parts=(part(2),))
    await course(
        pillar.context,
        "signed",
        raises=raised,
        titles={"en": "Signed"},
        parts=(part(9),),
        accessibility=("sign-language",),
    )

    async with pillar.browser(subject="amina", person_id="N-1") as client:
        shown = await page(client, "/my/advice")
        signed = await page(client, "/my/advice?accessibility=sign-language")
        wrong = await client.get(f"{PAGES}/my/advice?hours=many")

    assert "sign language" in shown
    first = [text.partition("What was not chosen")[0] for text in (shown, signed)]
    assert ["Short</a>" in text for text in first] == [True, False]
    assert "Signed</a>" in first[1]
    assert (wrong.status_code, "Enter a number of hours." in wrong.text) == (400, True)


def part(hours: int) -> CoursePart:
    """Return the only part of a course."""
    return CoursePart(title="All", delivery="ilt", hours=hours)


async def test_many_people_are_advised_as_one_by_one(pillar: Learn) -> None:
    await skills.enter(pillar.context, skills.competency("change"))
    await skills.profile(pillar.context, change=3)
    await course(pillar.context, "go", raises=(Raise(competency_id="change", from_level=1, to_level=3),))
    for number in range(3):
        await civil_servant(pillar.context, f"p-{number}", roles=("clerk",))
        await skills.rate(pillar.context, f"p-{number}", "change", number + 1)

    found = await recommending.for_many(pillar.context, person_ids=["p-0", "p-1", "p-2"], limits=Limits())

    assert {person_id: ids(one) for person_id, one in found.items()} == {"p-0": ["go"], "p-1": ["go"], "p-2": []}


@pytest.mark.requirement("F11.5")
async def test_a_path_with_prerequisites_alternatives_and_days_is_written_by_forms(pillar: Learn) -> None:
    await course(pillar.context, "law")
    await course(pillar.context, "contracts")
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/paths/new")
        wrong = await send(client, form, "/paths/new", title="", step="", roles="no-such-profile")
        made = await send(client, form, "/paths/new", title="Buyers", step="Law", roles="project-manager")
        first = made.headers["location"]
        here = first.split("/steps/")[0]
        step = await page(client, first)
        await send(client, step, first, title="Law", offerings=["law", "contracts"], place="1", personas="it")
        more = await page(client, f"{here}/steps/new")
        bad = await send(client, more, "/steps/new", title="", place="0")
        unknown = await send(client, more, "/steps/new", title="Next", place="2", offerings="nothing")
        await send(client, more, "/steps/new", title="Practice", place="1", after=first.rsplit("/", 1)[1])
        path = await service.path(pillar.context, path_id=here.rsplit("/", 1)[1])
        ring = await send(client, step, first, title="Law", place="2", after=path.steps[0].id)
        needed = await send(client, step, f"{first}/remove")
        days = await page(client, f"{here}/slots/new")
        since = {"since-day": "1", "since-month": "1", "since-year": "2026"}
        weekly = await send(
            client, days, "/slots/new", title="Week", every="quarter", weekday="MO", week="2", month="4", days="40"
        )  # fmt: skip
        await send(
            client, days, "/slots/new", title="Learning week", every="quarter", weekday="MO", week="2", month="1",
            days="5", **since,
        )  # fmt: skip
        written = await page(client, f"{here}/change")
        calendar = Calendar.from_ical((await client.get(f"{here}/calendar")).text)
    async with pillar.nobody() as client:
        shown = await page(client, here)
        refused = await client.get(f"{here}/change")

    for text in ("Enter a title of at most 200 characters.", "One of these profiles is not known."):
        assert text in wrong.text
    assert (wrong.status_code, bad.status_code, unknown.status_code, ring.status_code) == (400, 400, 400, 400)
    assert "One of these courses is not known." in unknown.text
    assert "lead in a ring" in ring.text
    assert "Other steps come after this one." in needed.text
    assert [one.titles["en"] for one in path.steps] == ["Practice", "Law"]
    assert (path.steps[1].offerings, path.steps[1].personas) == (("law", "contracts"), ("it",))
    assert path.roles == ("project-manager",)
    assert "Enter a whole number of days from 1 to 31." in weekly.text
    assert "1 to 3 within a quarter" in weekly.text
    assert "Learning week" in written
    assert calendar.walk("VEVENT")[0]["rrule"]["BYDAY"] == ["2MO"]
    assert "Law, or 1 other" in shown
    assert "Change the path" not in shown
    assert refused.status_code != 200


@pytest.mark.requirement("F11.4")
async def test_the_path_that_comes_along_is_changed_and_taken_out_of_use(pillar: Learn) -> None:
    here = "/paths/stages-of-implementation"
    async with pillar.browser("learn:plan") as client:
        form = await page(client, f"{here}/change")
        saved = await send(client, form, "/change", title="Our eleven steps", source="Own")
        shown = await page(client, here)
        step = await page(client, f"{here}/steps/module-1")
        moved = await send(
            client, step, "/steps/module-1", title="Awareness", place="2", phase="initiation",
            artefacts="Promotion kit\r\n\r\n Agreement template ",
        )  # fmt: skip
        path = await service.path(pillar.context, path_id="stages-of-implementation")
        await send(client, await page(client, f"{here}/change"), "/retire")
        gone = await client.get(here)

    assert (saved.status_code, moved.status_code, gone.status_code) == (303, 303, 404)
    assert "Our eleven steps" in shown
    assert [one.id for one in path.steps][:2] == ["module-2", "module-1"]
    assert (path.steps[1].phase, path.steps[1].artefacts) == ("initiation", ("Promotion kit", "Agreement template"))
    assert (path.titles["fr"], path.shipped) == ("Onze étapes de mise en œuvre", False)


async def test_days_that_are_kept_and_steps_are_changed_and_removed(pillar: Learn) -> None:
    steps = (Step(id="a", titles={"en": "First"}), Step(id="b", titles={"en": "Next"}))
    path = Path(id="own", titles={"en": "Own"}, steps=steps, slots=(QUARTERS,))
    await service.put(pillar.context, by=OFFICER, path=path)
    async with pillar.browser("learn:plan") as client:
        slot = await page(client, "/paths/own/slots/q")
        await send(
            client, slot, "/slots/q", title="Learning day", every="week", weekday="FR", week="1", month="1", days="1",
            **{"since-day": "1", "since-month": "1", "since-year": "2026"},
        )  # fmt: skip
        changed = (await service.path(pillar.context, path_id="own")).slots[0]
        await send(client, slot, "/slots/q/remove")
        await send(client, await page(client, "/paths/own/steps/a"), "/steps/a/remove")
        last = await send(client, await page(client, "/paths/own/steps/b"), "/steps/b/remove")
        missing = await client.get("/paths/own/steps/nothing")
        left = await service.path(pillar.context, path_id="own")

    assert (changed.id, changed.weekday, changed.every) == ("q", "FR", Every.WEEK)
    assert ([one.id for one in left.steps], left.slots) == (["b"], ())
    assert "A path has at least one step." in last.text
    assert missing.status_code == 404


@pytest.mark.requirement("F11.4")
async def test_artefacts_and_the_phase_of_a_step_are_written_by_its_form(pillar: Learn) -> None:
    steps = (Step(id="a", titles={"en": "First"}, phase="planning", artefacts=("Map of stakeholders", "Budget")),)
    await service.put(pillar.context, by=OFFICER, path=Path(id="own", titles={"en": "Own"}, steps=steps))
    async with pillar.browser("learn:plan") as client:
        form = await page(client, "/paths/own/steps/a")
        many = "\n".join(f"Artefact {number}" for number in range(31))
        wrong = await send(
            client, form, "/steps/a", title="First", place="1", phase="x" * 201, artefacts=many
        )  # fmt: skip
        saved = await send(
            client, form, "/steps/a", title="First", place="1", phase="design", artefacts="Map\nPlan\nMap"
        )  # fmt: skip
        shown = await page(client, "/paths/own")
    async with pillar.browser("learn:teach") as client:
        refused = await client.get("/paths/own/steps/a")
    step = (await service.path(pillar.context, path_id="own")).steps[0]

    assert "Map of stakeholders\nBudget" in form
    assert 'value="planning"' in form
    assert (wrong.status_code, saved.status_code, refused.status_code) == (400, 303, 403)
    assert "Name at most 30 artefacts, one a line" in wrong.text
    assert "Write at most 200 characters." in wrong.text
    assert "Artefact 30" in wrong.text
    assert (step.phase, step.artefacts) == ("design", ("Map", "Plan"))
    assert "Map; Plan" in shown
    assert "design" in shown
