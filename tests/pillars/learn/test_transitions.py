"""Change programmes: models as data, tools that yield figures, barriers, resistance, and the pulse of groups."""

from __future__ import annotations

import io

import openpyxl
import pytest

from govstack.kernel.i18n import LANGUAGES
from govstack.pillars.learn.change.transitions.model import ADKAR, PULSE, balance, held_up_at, position, verdict
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer, Response
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Given, Rater
from tests.builders.campaigns import answered, campaign, response, today
from tests.builders.learning import API, OFFICER, Learn, civil_servant, learn, page, send
from tests.databases import Databases

CHANGE = {"name": "Payments in a day", "model": "adkar", "stage": "adkar-2", "about": "Payments by the new platform"}
# How many stages the source gives each model.
STAGES = {"lewin": 3, "prepare": 3, "kotter": 8, "adkar": 5, "bridges": 3, "govstack": 6}
SCORES = {"awareness": 5, "desire": 4, "knowledge": 4, "ability": 4, "reinforcement": 4}


@pytest.fixture
async def pillar(databases: Databases) -> Learn:
    made = await learn(databases)
    async with made.officer() as client:
        answer = await client.put(f"{API}/change-programmes/payments", json={"content": CHANGE})
        assert answer.status_code == 200, answer.text
    return made


async def terms(pillar: Learn, vocabulary: str) -> list[str]:
    async with pillar.nobody() as client:
        return [one["code"] for one in (await client.get(f"{API}/vocabularies/{vocabulary}")).json()["terms"]]


@pytest.mark.requirement("F28.1")
async def test_a_programme_follows_one_of_six_models_and_its_stages_only(pillar: Learn) -> None:
    models, stages = await terms(pillar, "change-model"), await terms(pillar, "change-stage")
    async with pillar.officer() as client:
        mixed = await client.post(f"{API}/change-programmes", json={"content": {**CHANGE, "stage": "lewin-1"}})
        own = await client.put(f"{API}/vocabularies/change-model/ours", json={"labels": {"en": "Ours"}})
        await client.put(f"{API}/vocabularies/change-stage/ours-1", json={"labels": {"en": "Talk"}})
        used = await client.post(
            f"{API}/change-programmes", json={"content": {**CHANGE, "model": "ours", "stage": "ours-1"}}
        )

    assert {model: sum(stage.startswith(f"{model}-") for stage in stages) for model in models} == STAGES
    assert (mixed.status_code, list(mixed.json()["fields"])) == (400, ["stage"])
    assert [own.status_code, used.status_code] == [200, 201]


@pytest.mark.requirement("F28.1")
@pytest.mark.parametrize(
    ("vocabulary", "count"), [("leadership-type", 11), ("motivation-kind", 4), ("change-recipient", 3)]
)
async def test_lists_of_leadership_motivation_and_recipients_come_in_five_languages(
    pillar: Learn, vocabulary: str, count: int
) -> None:
    async with pillar.nobody() as client:
        found = (await client.get(f"{API}/vocabularies/{vocabulary}")).json()["terms"]

    assert len(found) == count
    assert {frozenset(one["labels"]) for one in found} == {frozenset(LANGUAGES)}


@pytest.mark.requirement("F28.1")
async def test_a_change_says_whom_it_concerns_how_it_is_led_and_what_moves_a_group(pillar: Learn) -> None:
    change = {**CHANGE, "recipients": ["teams"], "leadership": ["coaching", "visionary"]}
    stance = {"change": "payments", "group": "Clerks", "synergy": 2, "antagonism": 1, "motivation": "intrinsic"}
    async with pillar.officer() as client:
        kept = await client.put(f"{API}/change-programmes/payments", json={"content": change})
        unknown = await client.put(f"{API}/change-programmes/bad", json={"content": {**change, "leadership": ["loud"]}})
        await client.put(f"{API}/stances/clerks", json={"content": stance})
    async with pillar.browser("learn:plan") as client:
        shown = await page(client, "/change-programmes/payments")
        group = await page(client, "/stances")

    assert kept.json()["content"]["leadership"] == ["coaching", "visionary"]
    assert (unknown.status_code, list(unknown.json()["fields"])) == (400, ["leadership"])
    assert "Coaching and Visionary" in shown or "Visionary and Coaching" in shown
    assert "Intrinsic: they like to do it" in group


@pytest.mark.requirement("F28.2")
def test_a_field_of_forces_has_a_net_balance() -> None:
    forces = [
        {"direction": "driver", "strength": 5}, {"direction": "driver", "strength": 2},
        {"direction": "restrainer", "strength": 4},
    ]  # fmt: skip

    assert balance(forces) == (7, 4)


@pytest.mark.requirement("F28.2")
@pytest.mark.parametrize(
    ("factors", "resistance", "carries", "smallest"),
    [
        ((3, 2, 2), 11, True, ("vision", "firstSteps")),
        ((3, 2, 2), 12, False, ("vision", "firstSteps")),
        ((1, 5, 5), 24, True, ("dissatisfaction",)),
    ],
)
def test_the_change_equation_carries_above_resistance_and_names_the_smallest_factor(
    factors: tuple[int, int, int], resistance: int, carries: bool, smallest: tuple[str, ...]
) -> None:
    names = dict(zip(("dissatisfaction", "vision", "firstSteps"), factors, strict=True))

    said = verdict({"group": "Clerks", "resistance": resistance, **names})

    assert (said.carries, said.smallest) == (carries, smallest)


@pytest.mark.requirement("F28.2")
async def test_every_square_of_the_grid_has_one_of_the_nine_positions(pillar: Learn) -> None:
    named = {position(synergy, antagonism) for synergy in range(1, 5) for antagonism in range(1, 5)}

    assert named == set(await terms(pillar, "sociodynamic-position"))
    assert (position(4, 1), position(1, 1), position(4, 3), position(1, 4)) == (
        "engaged", "passive", "torn", "irreducible"
    )  # fmt: skip


@pytest.mark.requirement("F28.2")
async def test_consequences_of_the_second_order_follow_from_the_first(pillar: Learn) -> None:
    first = {"change": "payments", "consequence": "Fewer visits", "order": 1}
    async with pillar.officer() as client:
        made = await client.put(f"{API}/consequences/visits", json={"content": first})
        loose = await client.post(f"{API}/consequences", json={"content": {**first, "order": 2}})
        tied = await client.post(f"{API}/consequences", json={"content": {**first, "order": 2, "follows": "visits"}})

    assert [made.status_code, tied.status_code] == [200, 201]
    assert (loose.status_code, list(loose.json()["fields"])) == (400, ["follows"])


@pytest.mark.requirement("F28.2")
async def test_the_figures_of_the_sources_are_there_as_data(pillar: Learn) -> None:
    counts = {
        name: len(await terms(pillar, name))
        for name in ("leavitt-corner", "burke-litwin-factor", "mourning-phase", "barrier-class", "change-category")
    }

    assert counts == {
        "leavitt-corner": 4, "burke-litwin-factor": 12, "mourning-phase": 5, "barrier-class": 8, "change-category": 3
    }  # fmt: skip


@pytest.mark.requirement("F28.3")
async def test_a_hard_barrier_has_a_number(pillar: Learn) -> None:
    barrier = {"change": "payments", "barrier": "Too few people", "class": "human-resources", "factor": "hard"}
    async with pillar.officer() as client:
        bare = await client.post(f"{API}/barriers", json={"content": barrier})
        counted = await client.post(f"{API}/barriers", json={"content": {**barrier, "number": 0, "unit": "posts"}})
        soft = await client.post(f"{API}/barriers", json={"content": {**barrier, "factor": "soft"}})
        strange = await client.post(
            f"{API}/barriers", json={"content": {**barrier, "factor": "soft", "class": "other"}}
        )
        classes = await terms(pillar, "barrier-class")
        each = [
            (await client.post(f"{API}/barriers", json={"content": {**barrier, "factor": "soft", "class": one}}))
            for one in classes
        ]

    assert (len(classes), {one.status_code for one in each}) == (8, {201})
    assert (strange.status_code, list(strange.json()["fields"])) == (400, ["class"])
    assert (bare.status_code, list(bare.json()["fields"])) == (400, ["number"])
    assert [counted.status_code, soft.status_code] == [201, 201]


@pytest.mark.requirement("F28.4")
@pytest.mark.parametrize(
    ("scores", "low", "held"),
    [
        ({}, 3, ""), ({"ability": 3}, 3, "ability"), ({"desire": 3, "ability": 1}, 3, "desire"),
        ({"desire": 3, "ability": 1}, 2, "ability"), ({}, 4, "desire"),
    ],
)  # fmt: skip
def test_a_group_is_held_up_at_the_first_low_score(scores: dict[str, int], low: int, held: str) -> None:
    assert held_up_at({**SCORES, **scores}, low) == held


@pytest.mark.requirement("F28.4")
@pytest.mark.parametrize(("score", "held"), [("3", "Desire"), ("2", "nowhere")])
async def test_a_country_sets_which_score_counts_as_low(sqlite_databases: Databases, score: str, held: str) -> None:
    pillar = await learn(sqlite_databases, LEARN_HELD_UP_SCORE=score)
    pulse = {"change": "payments", "group": "Clerks", "on": "2026-05-01", **SCORES, "desire": 3}
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        await client.put(f"{API}/change-programmes/payments", json={"content": CHANGE})
        made = await client.post(f"{API}/pulses", json={"content": pulse})
        shown = await page(browser, "/change-programmes/payments/workspace")

    assert made.status_code == 201, made.text
    assert f"the first score of {score} or less" in shown
    row = shown.partition(">Clerks<")[2].partition("</tr>")[0]
    assert f">{held}<" in row


@pytest.mark.requirement("F28.4")
async def test_a_pulse_outside_the_scale_is_refused_and_the_trend_is_drawn(pillar: Learn) -> None:
    pulse = {"change": "payments", "group": "Clerks", "on": "2026-05-01", **SCORES}
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        wrong = await client.post(f"{API}/pulses", json={"content": {**pulse, "desire": 6}})
        for day, desire in (("2026-05-01", 2), ("2026-08-01", 4)):
            await client.post(f"{API}/pulses", json={"content": {**pulse, "on": day, "desire": desire}})
        shown = await page(browser, "/change-programmes/payments/workspace")

    assert wrong.status_code == 400
    assert "1 August 2026" in shown
    assert "2026-08-01" not in shown
    assert "<svg" in shown
    assert PULSE.by_name["awareness"].most == 5


@pytest.mark.requirement("F28.5")
async def test_resistance_has_source_cause_role_action_owner_and_result(pillar: Learn) -> None:
    entry = {
        "change": "payments", "who": "Cash office", "source": "rewarded", "cause": "job", "role": "coach",
        "action": "Talk about new posts", "owner": "Amina", "result": "Two moved to the call centre",
    }  # fmt: skip
    counts = [len(await terms(pillar, name)) for name in ("resistance-source", "resistance-cause", "manager-role")]
    async with pillar.officer() as client:
        made = await client.post(f"{API}/resistances", json={"content": entry})
        for name in ("source", "cause", "role", "action", "owner"):
            without = {key: value for key, value in entry.items() if key != name}
            refused = await client.post(f"{API}/resistances", json={"content": without})
            assert (refused.status_code, list(refused.json()["fields"])) == (400, [name])

    assert made.json()["content"] == entry
    assert counts == [5, 5, 5]


async def test_the_workspace_shows_what_every_tool_says(pillar: Learn) -> None:
    records = {
        "forces": {"force": "Complaints", "direction": "driver", "strength": 4},
        "change-equations": {"group": "Clerks", "dissatisfaction": 3, "vision": 2, "firstSteps": 1, "resistance": 9},
        "stances": {"group": "Cash office", "synergy": 4, "antagonism": 3},
    }
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        for path, content in records.items():
            made = await client.post(f"{API}/{path}", json={"content": {"change": "payments", **content}})
            assert made.status_code == 201, made.text
        shown = await page(browser, "/change-programmes/payments/workspace")

    assert "Drivers 4, restrainers 0: net +4" in shown
    assert "does not carry" in shown
    assert "Torn" in shown


@pytest.mark.requirement("F28.2")
@pytest.mark.requirement("F28.4")
async def test_what_the_tools_say_is_read_by_programs_of_the_training_unit(pillar: Learn) -> None:
    pulse = {"group": "Clerks", **SCORES}
    records = [
        ("forces", {"force": "Complaints", "direction": "driver", "strength": 5}),
        ("forces", {"force": "Old forms", "direction": "restrainer", "strength": 3}),
        ("change-equations", {"group": "Clerks", "dissatisfaction": 3, "vision": 2, "firstSteps": 2, "resistance": 9}),
        ("stances", {"group": "Cash office", "synergy": 4, "antagonism": 3}),
        ("pulses", {**pulse, "on": "2026-08-01", "desire": 4, "ability": 3}),
        ("pulses", {**pulse, "on": "2026-05-01", "desire": 2}),
    ]
    async with pillar.officer() as client, pillar.person() as person:
        for path, content in records:
            made = await client.post(f"{API}/{path}", json={"content": {"change": "payments", **content}})
            assert made.status_code == 201, made.text
        answer = await client.get(f"{API}/change-programmes/payments/reading")
        unknown = await client.get(f"{API}/change-programmes/nothing/reading")
        refused = await person.get(f"{API}/change-programmes/payments/reading")

    said = answer.json()
    assert said["forces"] == {"drivers": 5, "restrainers": 3, "net": 2}
    assert said["equations"] == [
        {"group": "Clerks", "product": 12, "resistance": 9, "carries": True, "smallest": ["vision", "firstSteps"]}
    ]
    assert said["stances"] == [{"group": "Cash office", "synergy": 4, "antagonism": 3, "position": "torn"}]
    assert (said["heldUpScore"], said["stage"]) == (3, "adkar-2")
    clerks = said["pulses"][0]
    assert (clerks["group"], clerks["heldUpAt"]) == ("Clerks", "ability")
    assert [(one["on"], one["lowest"], one["heldUpAt"]) for one in clerks["trend"]] == [
        ("2026-05-01", 2, "desire"), ("2026-08-01", 3, "ability"),
    ]  # fmt: skip
    assert (unknown.status_code, refused.status_code) == (404, 403)


@pytest.mark.requirement("F28.2")
async def test_what_the_tools_say_is_taken_out_as_a_table(pillar: Learn) -> None:
    records = [
        ("forces", {"force": "Complaints", "direction": "driver", "strength": 5}),
        ("change-equations", {"group": "Clerks", "dissatisfaction": 3, "vision": 2, "firstSteps": 2, "resistance": 9}),
        ("pulses", {"group": "Clerks", **SCORES, "on": "2026-08-01", "desire": 2}),
    ]
    path = f"{API}/change-programmes/payments/reading/export"
    async with pillar.officer() as client, pillar.person() as person:
        for kind, content in records:
            made = await client.post(f"{API}/{kind}", json={"content": {"change": "payments", **content}})
            assert made.status_code == 201, made.text
        table = (await client.get(path)).text
        told = (await client.get(f"{path}?format=json")).json()
        book = openpyxl.load_workbook(io.BytesIO((await client.get(f"{path}?format=xlsx")).content)).worksheets[0]
        others = [
            (await person.get(path)).status_code,
            (await client.get(path.replace("payments", "nothing"))).status_code,
            (await client.get(f"{path}?format=pdf")).status_code,
        ]
    async with pillar.browser("learn:plan") as browser:
        shown = await page(browser, "/change-programmes/payments/workspace")
        file = await browser.get("/change-programmes/payments/workspace-file?format=csv")
        missing = await browser.get("/change-programmes/nothing/workspace-file")

    assert "forces,,,drivers,5" in table
    assert "equation,Clerks,,carries,true" in table
    assert "pulse,Clerks,2026-08-01,heldUpAt,desire" in table
    assert {"tool": "forces", "group": "", "on": "", "measure": "net", "value": 5} in told
    assert [cell.value for cell in next(book.iter_rows())] == ["tool", "group", "on", "measure", "value"]
    assert others == [403, 404, 400]
    assert "workspace-file?format=xlsx" in shown
    assert (file.text, missing.status_code) == (table, 404)


@pytest.mark.requirement("F28.2")
async def test_the_workspace_shows_what_every_tool_holds_and_what_is_not_looked_at_yet(pillar: Learn) -> None:
    written = {
        "consequences/c1": {"consequence": "Fewer counters", "order": 1},
        "consequences/c2": {"consequence": "Longer ways", "order": 2, "follows": "c1"},
        "impacts/i1": {"corner": "tasks", "impact": "No more paper"},
        "diagnoses/d1": {"factor": "culture", "finding": "Letters, not talks"},
        "mournings/m1": {"group": "Auditors", "phase": "shock", "on": "2026-01-01"},
        "barriers/b1": {
            "barrier": "Licences", "class": "budgetary", "factor": "hard", "number": 12000, "unit": "USD",
        },
        "resistances/r1": {
            "who": "Clerks", "source": (await terms(pillar, "resistance-source"))[0],
            "cause": (await terms(pillar, "resistance-cause"))[0], "role": (await terms(pillar, "manager-role"))[0],
            "action": "Ask them", "owner": "Head",
        },
    }  # fmt: skip
    phases = await terms(pillar, "mourning-phase")
    written["mournings/m1"]["phase"], later = phases[0], phases[1]
    async with pillar.officer() as client, pillar.browser("learn:plan") as browser:
        for path, content in written.items():
            answer = await client.put(f"{API}/{path}", json={"content": {"change": "payments", **content}})
            assert answer.status_code == 200, answer.text
        again = {"change": "payments", "group": "Auditors", "phase": later, "on": "2026-02-01"}
        await client.put(f"{API}/mournings/m2", json={"content": again})
        shown = await page(browser, "/change-programmes/payments/workspace")
        read = (await client.get(f"{API}/change-programmes/payments/reading")).json()
        file = (await browser.get("/change-programmes/payments/workspace-file?format=json")).json()

    for text in ("Fewer counters", "Longer ways", "No more paper", "Letters, not talks", "12,000 USD", "Ask them"):
        assert text in shown
    # Three corners and eleven factors of which nothing was said.
    assert shown.count("Nothing yet") == 3 + 11
    assert read["consequences"] == [{"consequence": "Fewer counters", "follows": ["Longer ways"]}]
    assert read["impacts"] == [{"word": "tasks", "text": "No more paper"}]
    assert read["phases"] == [{"group": "Auditors", "phase": later, "on": "2026-02-01"}]
    assert {"wheel", "impact", "diagnosis", "mourning", "barrier"} <= {one["tool"] for one in file}


@pytest.mark.requirement("F28.2")
async def test_a_wheel_has_two_orders_of_one_change_and_no_circle(pillar: Learn) -> None:
    async with pillar.officer() as client:
        await client.put(f"{API}/change-programmes/other", json={"content": CHANGE})

        async def put(consequence_id: str, change: str, order: int, follows: str = "") -> int:
            content = {"change": change, "consequence": consequence_id, "order": order}
            content |= {"follows": follows} if follows else {}
            return (await client.put(f"{API}/consequences/{consequence_id}", json={"content": content})).status_code

        good = [await put("one", "payments", 1), await put("two", "payments", 2, "one")]
        bad = [
            await put("three", "payments", 2, "two"), await put("four", "other", 2, "one"),
            await put("one", "payments", 2, "one"), await put("five", "payments", 1, "one"),
        ]  # fmt: skip

    assert (good, bad) == ([200, 200], [400] * 4)


async def asked(pillar: Learn, *said: tuple[str, ...], closed: bool = True) -> None:
    """Ask as many people as there are answers for the pulse of a change; each answers the five questions in order."""
    for number in range(len(said)):
        await civil_servant(pillar.context, f"p-{number}")
    given = Given(
        titles={"en": "Clerks in spring"}, instrument_id="adkar-pulse", opens_on=today(-7), closes_on=today(21)
    )
    await campaigns.plan(pillar.context, by=OFFICER, campaign_id="spring", given=given)
    await campaigns.start(pillar.context, by=OFFICER, campaign_id="spring")
    await answered(
        pillar.context,
        *(
            response(f"p-{number}", answers=tuple(
                Answer(item=item, choice=choice) for item, choice in zip(ADKAR, choices, strict=True)
            ))
            for number, choices in enumerate(said)
        ),
    )  # fmt: skip
    if closed:
        await campaigns.close(pillar.context, by=OFFICER, campaign_id="spring")


@pytest.mark.requirement("F28.4")
async def test_the_people_of_a_group_tell_their_pulse_themselves(pillar: Learn) -> None:
    await asked(
        pillar, ("5", "5", "2", "4", "4"), ("5", "4", "2", "4", "4"), ("4", "4", "5", "4", "4"),
        ("4", "4", "5", "4", "4"), ("1", "4", "2", "not-applicable", "4"), ("5", "4", "5", "4", "4"),
    )  # fmt: skip
    here = "/change-programmes/payments/workspace"
    async with pillar.browser("learn:plan") as browser, pillar.officer() as client:
        shown = await page(browser, here)
        empty = await send(browser, shown, "/pulses", campaign="", group=" ")
        taken = await send(browser, await page(browser, here), "/pulses", campaign="spring", group="Clerks")
        given = {"campaignId": "spring", "group": "Clerks"}
        again = await client.post(f"{API}/change-programmes/payments/pulses", json=given)
        pulses = (await client.get(f"{API}/pulses")).json()["records"]
        after = await page(browser, here)
    async with pillar.person() as stranger:
        refused = await stranger.post(f"{API}/change-programmes/payments/pulses", json=given)

    assert "Clerks in spring" in shown
    assert all(text in empty.text for text in ("Choose one.", "Say which group it is."))
    assert (taken.status_code, again.json()["id"], refused.status_code) == (303, pulses[0]["id"], 403)
    assert [one["content"] for one in pulses] == [{
        "change": "payments", "group": "Clerks", "on": today(), "awareness": 4, "desire": 4, "knowledge": 2,
        "ability": 4, "reinforcement": 4, "answers": 6,
    }]  # fmt: skip
    assert "Knowledge, 1 to 5" in after


@pytest.mark.requirement("F28.4", "F31.2")
async def test_the_pulse_of_few_people_or_of_an_open_campaign_is_not_told(pillar: Learn) -> None:
    await asked(pillar, *[("5", "5", "5", "5", "5")] * 4, closed=False)
    given, path = {"campaignId": "spring", "group": "Clerks"}, f"{API}/change-programmes/payments/pulses"
    async with pillar.officer() as client:
        early = await client.post(path, json=given)
        await campaigns.close(pillar.context, by=OFFICER, campaign_id="spring")
        few = await client.post(path, json=given)
        unknown = await client.post(path, json={**given, "campaignId": "none"})
        await campaign(pillar.context, "other")
        other = await client.post(path, json={**given, "campaignId": "other"})

    assert [(one.status_code, one.json()["code"]) for one in (early, few, unknown, other)] == [
        (409, "campaign-not-closed"), (409, "too-few-answered"), (404, "unknown-campaign"), (422, "no-pulse")
    ]  # fmt: skip


async def asked_for_pulse(pillar: Learn, *raters: Rater) -> None:
    """Start a campaign that asks six people for the pulse."""
    for number in range(1, 7):
        await civil_servant(pillar.context, f"p-{number}")
    given = Given(
        titles={"en": "Pulse"}, instrument_id="adkar-pulse", opens_on=today(-3), closes_on=today(3), raters=raters
    )
    await campaigns.plan(pillar.context, by=OFFICER, campaign_id="pulse", given=given)
    await campaigns.start(pillar.context, by=OFFICER, campaign_id="pulse")


async def says(pillar: Learn, number: int, choice: str, *items: str, rater: Rater = Rater.SELF) -> None:
    """Answer the pulse."""
    one = Response(
        id=f"response-{rater}-{number}", about=f"p-{number}", rater=rater,
        answers=tuple(Answer(item=item, choice=choice) for item in items),
    )  # fmt: skip
    (taken,) = await answers.add(pillar.context, by=OFFICER, campaign_id="pulse", responses=[one])
    assert taken.taking == "added", taken


@pytest.mark.requirement("F28.4")
async def test_a_pulse_tells_nothing_of_the_one_who_answered_a_question_alone(pillar: Learn) -> None:
    await asked_for_pulse(pillar, Rater.SELF)
    await says(pillar, 1, "2", *ADKAR)
    for number in range(2, 7):
        await says(pillar, number, "5", "awareness")
    await campaigns.close(pillar.context, by=OFFICER, campaign_id="pulse")
    async with pillar.officer() as client:
        taken = await client.post(
            f"{API}/change-programmes/payments/pulses", json={"campaignId": "pulse", "group": "Clerks"}
        )

    assert taken.json()["code"] == "no-pulse"


@pytest.mark.requirement("F28.4")
async def test_the_pulse_of_a_group_is_what_its_people_said_not_their_managers(pillar: Learn) -> None:
    await asked_for_pulse(pillar, Rater.MANAGER, Rater.SELF)
    for number in range(1, 7):
        await says(pillar, number, "1", *ADKAR)
        await says(pillar, number, "5", *ADKAR, rater=Rater.MANAGER)
    await campaigns.close(pillar.context, by=OFFICER, campaign_id="pulse")
    async with pillar.officer() as client:
        await client.post(f"{API}/change-programmes/payments/pulses", json={"campaignId": "pulse", "group": "Clerks"})
        (taken,) = (await client.get(f"{API}/pulses")).json()["records"]

    assert {taken["content"][name] for name in ADKAR} == {1}
