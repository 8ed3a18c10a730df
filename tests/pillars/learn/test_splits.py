"""What people say of themselves, and reports that are split by it: asked first, sealed, and without few people."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.kernel import clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.model import Act
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.learning.analytics import service as analytics
from govstack.pillars.learn.manifest import FORGETTING, KEEPING, MANIFEST
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.people.model import Gender
from govstack.pillars.learn.response.attendance import service as attendance
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.retention import service as retention
from govstack.pillars.learn.splits import service
from govstack.pillars.learn.splits.model import UNSTATED, Dimension, Split, nested, side_by_side, split
from tests.builders.campaigns import answered, campaign, response
from tests.builders.courses import course, session, signed_in
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.builders.running import bench
from tests.databases import Databases
from tests.pillars.learn.test_communities import FACILITATOR, community
from tests.pillars.learn.test_gatherings import planned

ASKED = {"LEARN_SPLITS": "age, disability, area"}
HOST = Actor("person", "training-officer", "Training officer", scopes=frozenset(FACILITATOR))
WITH, WITHOUT = {Dimension.DISABILITY: "with"}, {Dimension.DISABILITY: "without"}


async def people_of(pillar: Learn, having: int, lacking: int, silent: int = 0) -> list[Any]:
    """Enter people with a disability, without one, and those who rather say nothing."""
    found = []
    for number in range(having + lacking + silent):
        person = await civil_servant(pillar.context, f"p-{number:02}", gender=Gender.FEMALE)
        if number < having + lacking:
            told = {person.id: WITH if number < having else WITHOUT}
            await service.tell(pillar.context, by=OFFICER, said=told)
        found.append(person)
    return found


async def trained(pillar: Learn, people: list[Any], *, absent: list[Any] | None = None) -> None:
    """Let people complete a course, but for those who have a place and do not come."""
    await course(pillar.context, track="citizens")
    begin = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    await session(pillar.context, seats=40, starts=begin, ends=begin + timedelta(hours=9))
    for person in people:
        one = await enrolment.enrol(pillar.context, by=signed_in(person), session_id="s-1")
        if person not in (absent or []):
            await attendance.note(pillar.context, by=OFFICER, enrolment_id=one.id, day=begin.date())
    await attendance.close(pillar.context, by=OFFICER, session_id="s-1")


async def kept(pillar: Learn) -> list[Any]:
    async with pillar.context.database.reading() as tx:
        return list(await tx.fetch("SELECT person_id, dimension, value_sealed FROM self_description"))


def shares(one: Split | dict[str, Any]) -> dict[str, int | None]:
    if isinstance(one, Split):
        return {part.value: part.people for part in one.shares}
    return {part["value"]: part["people"] for part in one["shares"]}


def by(found: list[dict[str, Any]], name: str) -> dict[str, int | None]:
    return shares(next(one for one in found if one["by"] == name))


@pytest.mark.requirement("F32.3")
def test_a_number_that_tells_of_few_is_hidden_with_another_one_and_so_is_one_that_holds_for_all() -> None:
    few = split(Dimension.DISABILITY, ["with"] * 2 + ["without"] * 20, 5)
    all_ = split(Dimension.DISABILITY, ["with"] * 9, 5)
    none = split(Dimension.DISABILITY, [UNSTATED] * 9, 5)
    many = split(Dimension.DISABILITY, ["with"] * 8 + ["without"] * 21, 5)

    assert shares(few) == {"with": None, "without": None}
    assert shares(all_) == {"with": None}
    assert shares(none) == {UNSTATED: 5}
    assert shares(many) == {"with": 5, "without": 20}
    assert shares(split(Dimension.GENDER, ["female"] * 8 + ["male"] * 21, 5)) == {"female": 8, "male": 21}


@pytest.mark.requirement("F32.3")
def test_what_is_hidden_in_one_group_is_hidden_in_another_one_too() -> None:
    groups = {"a": Counter(female=2, male=9), "b": Counter(female=8, male=12), "c": Counter(female=30, male=40)}

    told = {name: shares(one) for name, one in side_by_side(Dimension.GENDER, groups, 5).items()}

    assert told == {
        "a": {"female": None, "male": None}, "b": {"female": None, "male": None}, "c": {"female": 30, "male": 40}
    }  # fmt: skip


COUNTS = st.dictionaries(st.sampled_from("abcd"), st.integers(1, 12), max_size=4)


@pytest.mark.requirement("F32.3")
@given(st.dictionaries(st.sampled_from("vwxyz"), COUNTS, max_size=5))
def test_no_hidden_number_can_be_worked_out_from_a_total(tables: dict[str, dict[str, int]]) -> None:
    groups = {name: Counter(counts) for name, counts in tables.items()}

    told = {name: shares(one) for name, one in side_by_side(Dimension.GENDER, groups, 5).items()}

    lines = [[(told[name][value], groups[name][value]) for value in groups[name]] for name in groups]
    lines += [
        [(told[name][value], groups[name][value]) for name in groups if value in groups[name]] for value in "abcd"
    ]
    for line in lines:
        gone = [count for shown, count in line if shown is None]
        assert all(shown is None or shown >= 5 for shown, _count in line)
        assert not gone or len(gone) == len(line) or (len(gone) > 1 and sum(gone) >= 5)


NESTED = st.dictionaries(
    st.sampled_from("abcd"),
    st.integers(0, 14).flatmap(lambda seats: st.tuples(st.just(seats), st.integers(0, seats))),
    min_size=1,
)


def narrowed(shown: dict[tuple[str, str], int | None], totals: dict[str, int], step: int) -> dict[tuple[str, str], Any]:
    """Return between which numbers each cell must lie, for whoever knows what is shown, the totals, and how it adds up.

    Cells are named by a value and by `all`, `some` or `others`, the last of which nobody shows.
    """
    values = sorted({value for value, _what in shown})
    low = {(value, what): 0 for value in values for what in totals}
    high = {(value, what): totals[what] for value in values for what in totals}
    for cell, number in shown.items():
        if number is not None:
            low[cell], high[cell] = number, min(high[cell], number + step - 1)
    for _round in range(60):
        for value in values:
            all_, some, others = ((value, what) for what in ("all", "some", "others"))
            for one, two in ((some, others), (others, some)):
                low[all_], high[all_] = max(low[all_], low[one] + low[two]), min(high[all_], high[one] + high[two])
                low[one], high[one] = max(low[one], low[all_] - high[two]), min(high[one], high[all_] - low[two])
        for what, total in totals.items():
            for value in values:
                rest = [(one, what) for one in values if one != value]
                low[value, what] = max(low[value, what], total - sum(high[one] for one in rest))
                high[value, what] = min(high[value, what], total - sum(low[one] for one in rest))
    return {cell: (low[cell], high[cell]) for cell in low}


@pytest.mark.requirement("F32.3")
@pytest.mark.parametrize(("by", "step"), [(Dimension.GENDER, 1), (Dimension.DISABILITY, 5)])
@given(tables=st.dictionaries(st.sampled_from("vwxyz"), NESTED, min_size=1, max_size=4))
def test_seats_completions_and_their_totals_together_tell_of_no_few_people(
    by: Dimension, step: int, tables: dict[str, dict[str, tuple[int, int]]]
) -> None:
    groups = {
        name: (
            Counter({one: all_ for one, (all_, _) in cells.items()}),
            Counter({one: n for one, (_, n) in cells.items()}),
        )
        for name, cells in tables.items()
    }

    told = nested(by, groups, "abcd", 5)

    for name, (all_, some) in groups.items():
        real = {"all": all_, "some": some, "others": all_ - some}
        shown = {
            (part.value, what): part.people
            for what, one in zip(("all", "some"), told[name], strict=True)
            for part in one.shares
        }
        found = narrowed(shown, {what: counts.total() for what, counts in real.items()}, step)
        for (value, what), (low, high) in found.items():
            count = real[what][value]
            assert low <= count <= high
            assert not 0 < count < 5 or low < high, (name, value, what)
            assert shown.get((value, what), count) is not None or not count or low < high, (name, value, what)


@pytest.mark.requirement("F32.3")
def test_what_is_hidden_of_all_is_hidden_of_some_and_so_is_a_difference_of_few() -> None:
    found = {
        "few": (Counter(a=3, b=20, c=30), Counter(a=1, b=12, c=25)), "left": (Counter(a=10, b=20), Counter(a=8, b=10)),
        "alone": (Counter(a=4), Counter(a=4)), "whole": (Counter(a=10, b=20), Counter(a=10, b=9)),
    }  # fmt: skip

    told = {name: nested(Dimension.GENDER, {name: both}, "abc", 5)[name] for name, both in found.items()}

    seen = {name: tuple(shares(one) for one in both) for name, both in told.items()}
    assert seen["few"] == ({"a": None, "b": None, "c": 30}, {"a": None, "b": None, "c": 25})
    assert seen["left"] == ({"a": None, "b": None, "c": None}, {"a": None, "b": None, "c": None})
    assert seen["alone"] == ({"a": None, "b": None, "c": None}, {"a": None, "b": None, "c": None})
    assert seen["whole"] == ({"a": 10, "b": 20}, {"a": 10, "b": 9})


@pytest.mark.requirement("F32.3")
async def test_ages_stand_from_the_youngest_on_and_what_nobody_said_last(databases: Databases) -> None:
    pillar = await learn(databases, **ASKED, LEARN_FIGURES_OPEN="yes")
    bands = [one.code for one in (await service.terms(pillar.context))[Dimension.AGE]]
    ids = []
    for place, band in enumerate([*reversed(bands), ""]):
        for number in range(5 + place):
            person = await civil_servant(pillar.context, f"p-{place}-{number}")
            ids.append(person.id)
            if band:
                await service.tell(pillar.context, by=OFFICER, said={person.id: {Dimension.AGE: band}})

    (ages,) = [one for one in await service.split(pillar.context, person_ids=ids) if one.by is Dimension.AGE]

    assert bands.index("under-25") == 0
    assert [one.value for one in ages.shares] == [*bands, UNSTATED]


@pytest.mark.requirement("F32.3")
async def test_nobody_is_asked_and_nothing_is_kept_unless_a_country_says_so(databases: Databases) -> None:
    pillar = await learn(databases)
    people = await people_of(pillar, 6, 6)
    await trained(pillar, people)

    async with pillar.browser() as client:
        shown = await page(client, "/my/self-description")
    async with pillar.person() as client:
        told = (await client.get(f"{API}/my/self-description")).json()
        refused = await client.put(f"{API}/my/self-description", json={"age": "25-34"})
    async with pillar.officer() as client:
        groups = {one["group"] for one in (await client.get(f"{API}/dashboard")).json()["figures"]}
    figures = await analytics.refresh(pillar.context)
    async with pillar.browser("learn:plan") as client:
        board, report = await page(client, "/dashboard"), await page(client, "/desk/types")

    assert "Your country asks nothing of this kind" in shown
    assert "<select" not in shown
    assert told == {"asked": [], "said": {"age": "", "disability": "", "area": ""}}
    assert (refused.status_code, set(refused.json()["fields"])) == (400, {"age"})
    assert await kept(pillar) == []
    assert not groups & {"age", "disability", "area"}
    assert {one.value for one in figures.splits} == {"gender", "organisation", "place", "activity"}
    assert ("disability" in board, "By disability" in report, "By gender" in report) == (False, False, True)


@pytest.mark.requirement("F32.3")
async def test_people_say_of_themselves_what_is_asked_and_take_it_back(databases: Databases) -> None:
    pillar = await learn(databases, LEARN_SPLITS="age,area")

    async with pillar.browser() as client:
        form = await page(client, "/my/self-description")
        wrong = await send(client, form, "/my/self-description", age="ancient", area="")
        sent = await send(client, form, "/my/self-description", age="25-34", area="rural")
        after = await page(client, "/my/self-description")
    rows = await kept(pillar)
    async with pillar.person() as client:
        told = (await client.get(f"{API}/my/self-description")).json()
        unasked = await client.put(f"{API}/my/self-description", json={"disability": "with"})
    async with pillar.person("somebody") as client:
        others = (await client.get(f"{API}/my/self-description")).json()
    async with pillar.nobody() as client:
        nobody = await client.get(f"{API}/my/self-description")
    async with pillar.browser() as client:
        await send(client, after, "/my/self-description", age="", area="")

    assert "You need not answer any of this." in form
    assert "to see whether training reaches everybody" in form
    assert 'name="disability"' not in form
    assert (wrong.status_code, sent.status_code, unasked.status_code, nobody.status_code) == (400, 303, 400, 401)
    assert 'value="25-34" selected' in after
    assert told["said"] == {"age": "25-34", "disability": "", "area": "rural"}
    assert others["said"] == {"age": "", "disability": "", "area": ""}
    assert sorted(row["dimension"] for row in rows) == ["age", "area"]
    assert not any(b"rural" in row["value_sealed"] or b"25-34" in row["value_sealed"] for row in rows)
    assert await kept(pillar) == []


@pytest.mark.requirement("F32.3", "F31.2")
async def test_what_was_said_goes_with_the_person_with_time_and_when_the_country_asks_no_longer(
    databases: Databases,
) -> None:
    pillar = await learn(databases, **ASKED)
    await people_of(pillar, 3, 0)
    await service.tell(pillar.context, by=OFFICER, said={"p-00": {Dimension.AGE: "25-34", Dimension.AREA: "rural"}})

    async with pillar.context.database.transaction() as tx:
        for forget in FORGETTING:
            await forget(tx, "p-01")
    erased = {row["person_id"] for row in await kept(pillar)}
    assert MANIFEST.start is not None
    await MANIFEST.start(bench(MANIFEST, pillar.context.database, LEARN_SPLITS="age").context)
    asked_less = {(row["person_id"], row["dimension"]) for row in await kept(pillar)}
    with clock.fixed(clock.now() + timedelta(days=1_096)):
        gone = await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING)

    assert erased == {"p-00", "p-02"}
    assert asked_less == {("p-00", "age")}
    assert gone["LEARN_SELF_DESCRIPTION_DAYS"] == 1
    assert await kept(pillar) == []


@pytest.mark.requirement("F32.3", "F34.1", "F31.3")
async def test_people_trained_and_reach_are_split_by_what_people_say(databases: Databases) -> None:
    pillar = await learn(databases, **ASKED)
    people = await people_of(pillar, 6, 12, 7)
    await trained(pillar, people[:20])

    async with pillar.officer() as client:
        figures = (await client.get(f"{API}/dashboard")).json()["figures"]
    reached = await analytics.refresh(pillar.context)
    async with pillar.browser("learn:plan") as client:
        board, shown = await page(client, "/dashboard"), await page(client, "/figures/learning")
        listed = (await client.get("/figures/indicators/file?format=json")).json()["indicators"]
        file = (await client.get("/figures/learning/file?format=csv")).text

    told = {one["name"]: one["value"] for one in figures if one["group"] == "disability"}
    cells = {
        cell.value: cell.people for split_, found in reached.splits.items() if split_ == "disability" for cell in found
    }
    assert told == {"with": None, "without": 10, UNSTATED: None}
    assert cells == {"with": None, "without": 12, UNSTATED: None}
    assert "People trained by disability" in board
    assert "Cells of fewer than 5 people are hidden" in board
    assert not re.search(r"<a[^>]*>Hidden</a>", board)
    assert "Without a disability" in board
    assert "By disability" in shown
    assert ("reach", "disability") in {(one["measure"], one["by"]) for one in listed}
    assert "disability,without,12" in file


@pytest.mark.requirement("F32.3", "F9.3")
async def test_seats_and_completions_are_split_by_type_of_training(databases: Databases) -> None:
    pillar = await learn(databases, **ASKED)
    await trained(pillar, await people_of(pillar, 7, 12, 6))

    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/desk/types")
        file = (await client.get("/desk/types/groups?format=csv")).text.lstrip("\ufeff")
        same = (await client.get("/desk/types/groups?format=json")).json()
    async with pillar.browser() as client:
        refused = await client.get("/desk/types/groups?format=csv")

    rows = [row for row in csv.DictReader(io.StringIO(file)) if row["type"] == "metp-2"]
    found = {(row["by"], row["value"]): (row["taken"], row["completions"]) for row in rows}
    assert found["gender", "female"] == ("25", "25")
    assert found["disability", "with"] == ("5", "5")
    assert found["disability", "without"] == ("10", "10")
    assert {one["by"] for one in same} == {"gender", "age", "disability", "area"}
    assert all(words in shown for words in ("By gender", "By disability", "By kind of place", "With a disability"))
    assert refused.status_code == 404 or refused.status_code == 403


@pytest.mark.requirement("F32.3", "F9.3")
@pytest.mark.parametrize(
    ("women", "men"), [((10, 8), (20, 12)), ((6, 4), (20, 20)), ((3, 1), (9, 9)), ((4, 4), (0, 0))]
)
async def test_totals_seats_and_completions_of_a_report_do_not_tell_what_it_hides(
    databases: Databases, women: tuple[int, int], men: tuple[int, int]
) -> None:
    pillar = await learn(databases)
    found = []
    for gender, (seats, done) in ((Gender.FEMALE, women), (Gender.MALE, men)):
        people = [await civil_servant(pillar.context, f"{gender}-{one:02}", gender=gender) for one in range(seats)]
        found += [(person, number < done) for number, person in enumerate(people)]
    await trained(pillar, [person for person, _done in found], absent=[one for one, done in found if not done])

    async with pillar.browser("learn:plan") as client:
        totals = {one["type"]: one for one in (await client.get("/desk/types?format=json")).json()}["metp-2"]
        groups = (await client.get("/desk/types/groups?format=json")).json()

    rows = [one for one in groups if one["type"] == "metp-2"]
    shown = {
        (row["value"], what): row[name] for row in rows for what, name in (("all", "taken"), ("some", "completions"))
    }
    known = {"all": totals["taken"], "some": totals["completions"], "others": totals["taken"] - totals["completions"]}
    guesses = narrowed(shown, known, 1)
    assert (known["all"], known["some"]) == (women[0] + men[0], women[1] + men[1])
    assert {row["taken"] for row in rows} == {None}
    assert all(low < high for (value, what), (low, high) in guesses.items() if known[what])


@pytest.mark.requirement("F32.3", "F1.3")
async def test_who_answered_a_campaign_is_split_and_few_are_hidden_also_among_those_who_were_asked(
    databases: Databases,
) -> None:
    pillar = await learn(databases, **ASKED)
    people = await people_of(pillar, 6, 13, 3)
    await campaign(pillar.context)
    await answered(pillar.context, *[response(one.id) for one in people[:21]])
    await campaigns.close(pillar.context, by=OFFICER, campaign_id="spring")

    async with pillar.officer("learn:plan") as client:
        told = (await client.get(f"{API}/campaigns/spring/findings")).json()
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/campaigns/spring/findings/disability")
        file = (await client.get("/campaigns/spring/findings/file?format=csv")).text

    reach = {one["cell"]: (one["asked"], one["answered"]) for one in told["reach"]["disability"]}
    assert reach == {"with": (None, None), "without": (13, 13), UNSTATED: (None, None)}
    assert {one["cell"]: one["sections"][0]["counts"] is None for one in told["cells"]["disability"]} == {
        "with": True, "without": False, UNSTATED: True
    }  # fmt: skip
    assert "Without a disability" in shown
    assert "response rate by disability,with,,,,,hidden,hidden" in file


@pytest.mark.requirement("F32.3", "F20.5")
async def test_members_and_those_who_came_to_events_of_a_community_are_split(databases: Databases) -> None:
    pillar = await learn(databases, **ASKED)
    await community(pillar)
    for number, person in enumerate(await people_of(pillar, 6, 12)):
        await communities.join(pillar.context, by=signed_in(person), community_id="open-data")
        async with pillar.context.database.transaction() as tx:
            if number < 8:
                await communities.note(
                    tx, community_id="open-data", person_id=person.id, act=Act.ATTENDED, reference="event"
                )

    async with pillar.officer(*FACILITATOR) as client:
        told = (await client.get(f"{API}/communities/open-data/health")).json()["groups"]
    async with pillar.browser(*FACILITATOR, subject="training-officer") as client:
        shown = await page(client, "/communities/open-data/health")

    assert by(told["members"], "disability") == {"with": 5, "without": 10}
    assert by(told["attended"], "disability") == {"with": None, "without": None}
    assert by(told["attended"], "gender") == {"female": 8}
    assert "By disability" in shown


@pytest.mark.requirement("F32.3", "F18.1")
async def test_an_event_is_split_once_it_is_closed(databases: Databases) -> None:
    pillar = await learn(databases, **ASKED)
    await community(pillar)
    await planned(pillar)
    for person in await people_of(pillar, 6, 12):
        await gatherings.attend(pillar.context, by=HOST, gathering_id="demo", people_ids=[person.id], came=True)

    where = f"{API}/gatherings/demo/people"
    async with pillar.officer(*FACILITATOR) as client:
        before = (await client.get(where)).json()["groups"]
        await client.post(f"{API}/gatherings/demo/closing", json={"summary": "We met.", "noKnowledge": "Nothing new."})
        after = (await client.get(where)).json()["groups"]
    async with pillar.browser(*FACILITATOR, subject="training-officer") as client:
        shown = await page(client, "/gatherings/demo/attendance")
        file = (await client.get("/gatherings/demo/groups?format=json")).json()
    async with pillar.browser(subject="guest") as client:
        refused = await client.get("/gatherings/demo/groups")

    assert before == []
    assert by(after, "disability") == {"with": 5, "without": 10}
    assert by(after, "gender") == {"female": 18}
    assert "By disability" in shown
    assert {"by": "disability", "value": "without", "people": 10} in file
    assert refused.status_code == 403


@pytest.mark.requirement("F32.3", "F18.1")
async def test_what_somebody_needs_at_an_event_is_sealed_for_those_who_lead_it_and_goes(databases: Databases) -> None:
    pillar = await learn(databases)
    await community(pillar)
    await planned(pillar)
    await civil_servant(pillar.context, "p-1", number="N-1", name="Amina Kone")

    async with pillar.browser(subject="amina", person_id="N-1") as client:
        form = await page(client, "/gatherings/demo/attendance")
        long = await send(client, form, "/attendance", comes="yes", needs="x" * 501)
        sent = await send(client, form, "/attendance", comes="yes", needs="Sign language")
        mine = await page(client, "/gatherings/demo/attendance")
    async with pillar.context.database.reading() as tx:
        rows = await tx.fetch("SELECT needs_sealed FROM gathering_attendant")
    async with pillar.browser(*FACILITATOR, subject="training-officer") as client:
        led = await page(client, "/gatherings/demo/attendance")
        noted = await send(client, led, "/needs", arranged="p-1")
        after = await page(client, "/gatherings/demo/attendance")
    async with pillar.officer(*FACILITATOR) as client:
        nothing = await client.put(f"{API}/gatherings/demo/people/p-9/needs-met", json={"met": True})
    async with pillar.person("guest") as client:
        refused = await client.put(f"{API}/gatherings/demo/people/p-1/needs-met", json={"met": True})
        own = await client.put(f"{API}/gatherings/demo/attendance/needs", json={"needs": "Child care"})
    async with pillar.context.database.transaction() as tx:
        for forget in FORGETTING:
            await forget(tx, "p-1")
    with clock.fixed(clock.now() + timedelta(days=93)):
        gone = await retention.let_go(pillar.context, by=SYSTEM, keepings=KEEPING)
    async with pillar.context.database.reading() as tx:
        left = [row["needs_sealed"] for row in await tx.fetch("SELECT needs_sealed FROM gathering_attendant")]

    assert "Write at most 500 characters." in long.text
    assert (sent.status_code, noted.status_code, own.status_code) == (303, 303, 200)
    assert "Sign language" in mine
    assert "What you need is not arranged yet." in mine
    assert b"Sign" not in rows[0]["needs_sealed"]
    assert "Amina Kone: Sign language" in led
    assert "Sign language (arranged)" in after
    assert (nothing.status_code, nothing.json()["code"]) == (404, "gathering-needs-nothing")
    assert refused.status_code == 403
    assert gone["LEARN_EVENT_NEEDS_DAYS"] == 1
    assert left == [None, None]
