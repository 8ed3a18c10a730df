"""Rights on pages: given question by question, shown in words, explained, taken back; groups and policies."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from govstack.blocks.registries.access import service as access
from govstack.blocks.registries.access.model import AllOf, AnyOf, Comparison, Effect, Grant, Group, Operator
from govstack.blocks.registries.criteria.presenters import condition_text
from govstack.blocks.registries.design.model import Registry, ServiceKind
from govstack.blocks.registries.frame.presenters import Words
from tests.builders.registries import ADMINISTRATOR, granted
from tests.builders.registry_pages import ADMINISTER, Visitor, desk, peopled, visitor
from tests.builders.running import Bench
from tests.databases import Databases
from tests.page_lint import lint

pytestmark = pytest.mark.requirement("DRS-6")
R = "/registry/people/rights"
GIVE = f"{R}/give"
WHO = {"who": "application", "name-application": "demo/GOV/7003/officerdesk"}
WHAT = {"effect": "allow", "services": ["data-read", "data-list"]}
FIELDS = {"scope": "some", "fields": ["/FirstName", "/Region"]}
RECORDS = {"records": "some", "field-0": "/Region", "operator-0": "eq", "value-0": "north", "join": "all"}
READS, EXPORTS = ({"effect": "allow", "services": one} for one in ("data-read", "data-export"))
WHY = {"legal_basis": "Act 4", "until-day": "31", "until-month": "12", "until-year": "2030"}


@pytest.fixture
async def running(sqlite_databases: Databases) -> AsyncIterator[Bench]:
    async with desk(sqlite_databases) as bench:
        yield bench


@pytest.fixture
async def people(running: Bench) -> Registry:
    return (await peopled(running.context))[0]


@pytest.fixture
def steward(running: Bench, people: Registry) -> Visitor:
    return visitor(running, "ada", ADMINISTER)


async def given(running: Bench) -> list[Grant]:
    """The rights that were given on the register of people, without its default."""
    found = await access.grants(running.context, by=ADMINISTRATOR, code="people")
    return [one for one in found if one.id != "default"]


def carried(page: str) -> dict[str, Any]:
    """Return the answers that a page of questions sends along."""
    found: dict[str, Any] = {}
    main = page.partition("</main>")[0]
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', main):
        if name != "csrf_token":
            found.setdefault(name, []).append(value)
    return found


async def answered(steward: Visitor, *answers: dict[str, Any]) -> Any:
    """Answer question after question, each on its own page."""
    await steward.open(GIVE)
    answer = None
    for one in answers:
        answer = await steward.send(GIVE, {**carried(steward.page), **one})
    return answer


async def test_a_right_is_given_question_by_question_and_checked(running: Bench, steward: Visitor) -> None:
    await answered(steward, WHO, WHAT, FIELDS, RECORDS, WHY)
    checked = steward.page

    answer = await steward.send(GIVE, {**carried(checked), "step": "send"})

    made = (await given(running))[-1]
    assert lint(checked) == []
    assert "System demo/GOV/7003/officerdesk" in checked
    assert "Region is “north”" in checked
    assert (answer.status_code, answer.headers["location"]) == (303, R)
    assert (made.subject, made.services, made.fields) == (
        "application:demo/GOV/7003/officerdesk",
        frozenset({ServiceKind.READ, ServiceKind.LIST}),
        frozenset({"/FirstName", "/Region"}),
    )
    assert made.condition == Comparison(("Region",), Operator.EQ, "north")
    assert (made.legal_basis, made.valid_until[:10]) == ("Act 4", "2030-12-31")


async def test_one_answer_is_changed_from_the_check_without_asking_the_others_again(
    running: Bench, steward: Visitor
) -> None:
    await answered(steward, WHO, WHAT, FIELDS, RECORDS, WHY)
    asked = await steward.send(GIVE, {**carried(steward.page), "step": "services"})
    again = carried(asked.text)

    checked = await steward.send(GIVE, {**again, "effect": "deny", "services": "data-delete"})
    await steward.send(GIVE, {**carried(checked.text), "step": "send"})

    made = (await given(running))[-1]
    assert "What may they do?" in asked.text
    assert "Check the right" in checked.text
    assert (made.effect, made.services, made.legal_basis) == (Effect.DENY, frozenset({ServiceKind.DELETE}), "Act 4")


@pytest.mark.parametrize(
    ("answers", "place"),
    [
        ([{}], "who"),
        ([{"who": "role", "name-role": "two words"}], "name-role"),
        ([{"who": "application", "name-application": "GOV/7003"}], "name-application"),
        ([WHO, {"effect": "allow"}], "services"),
        ([WHO, {"effect": "maybe", "services": "data-read"}], "effect"),
        ([WHO, WHAT, {"scope": "some"}], "fields"),
        ([WHO, WHAT, {"scope": "none"}], "scope"),
        ([WHO, WHAT, FIELDS, {"records": "some"}], "field-0"),
        ([WHO, WHAT, FIELDS, {**RECORDS, "field-0": "/Income", "value-0": "much"}], "value-0"),
        ([WHO, WHAT, FIELDS, RECORDS, {"until-day": "31", "until-month": "2", "until-year": "2030"}], "until"),
        ([WHO, READS, FIELDS, RECORDS, {"consent_purpose": "no / id"}], "consent_purpose"),
        ([WHO, EXPORTS, FIELDS, RECORDS, {"consent_purpose": "cash-transfer"}], "consent_purpose"),
    ],
)
async def test_an_answer_that_is_none_is_said_at_its_place(
    steward: Visitor, answers: list[dict[str, Any]], place: str
) -> None:
    answer = await answered(steward, *answers)

    assert (answer.status_code, f'href="#{place}"' in answer.text) == (400, True)
    assert lint(answer.text) == []


async def test_a_right_may_rest_on_a_data_agreement(running: Bench, steward: Visitor) -> None:
    checked = await answered(steward, WHO, READS, FIELDS, RECORDS, {"consent_purpose": "cash-transfer"})
    await steward.send(GIVE, {**carried(steward.page), "step": "send"})
    await steward.open(R)

    made = (await given(running))[-1]
    assert checked.status_code == 200
    assert (made.consent_purpose, lint(steward.page)) == ("cash-transfer", [])
    assert "Only while the person concerned agrees to the data agreement cash-transfer" in steward.page


async def test_a_right_for_everybody_is_called_open_data(steward: Visitor) -> None:
    await answered(steward, {"who": "anyone"}, WHAT, {"scope": "@not-personal"}, {"records": "all"}, {})

    assert "What it shows is open data." in steward.page


async def test_rights_are_shown_in_words(running: Bench, people: Registry, steward: Visitor) -> None:
    condition = AnyOf((Comparison(("Region",), Operator.EQ, "north"), Comparison(("Income",), Operator.LT, 100)))
    await granted(running.context, people, "role:clerk", ServiceKind.READ, fields=frozenset({"@not-personal"}))
    await granted(
        running.context,
        people,
        "signed-in",
        ServiceKind.UPDATE,
        condition=condition,
        purpose="Verify",
        own_records=True,
    )

    await steward.open(R)

    assert "People with the role clerk" in steward.page
    assert "all that are not personal" in steward.page
    assert "where Region is “north” or Income is less than 100" in steward.page
    assert "Only for the purpose Verify" in steward.page
    assert lint(steward.page) == []


async def test_a_right_is_taken_back_after_a_question(running: Bench, steward: Visitor) -> None:
    right = (await given(running))[0]
    await steward.open(f"{R}/{right.id}/revoke")
    asked = steward.page

    await steward.send(f"{R}/{right.id}/revoke")

    assert "System demo/GOV/7001/desk" in asked
    assert await given(running) == []


async def test_the_right_every_registry_starts_with_is_taken_and_given_back(running: Bench, steward: Visitor) -> None:
    reader = visitor(running, "somebody")
    await steward.open(f"{R}/default/revoke")
    await steward.send(f"{R}/default/revoke")
    refused = await reader.open("/registry/people/records")
    await steward.open(R)
    await steward.send(f"{R}/restore")

    shown = await reader.open("/registry/people/records")

    assert (refused.status_code, shown.status_code) == (403, 200)


async def test_what_a_system_would_see_is_explained_by_the_decision_itself(
    running: Bench, people: Registry, steward: Visitor
) -> None:
    await access.revoke(running.context, by=ADMINISTRATOR, code="people", grant_id="default")
    await granted(
        running.context, people, "application:demo/GOV/7003/*", ServiceKind.EXISTS, fields=frozenset({"/Region"}),
        condition=Comparison(("Region",), Operator.EQ, "north"), legal_basis="Act 4",
    )  # fmt: skip
    await steward.open(f"{R}/explain")

    await steward.send(f"{R}/explain", caller="application", name="demo/GOV/7003/officerdesk")

    row = re.search(r">Exists</th>.*?</tr>", steward.page, re.DOTALL)
    assert row
    assert all(text in row[0] for text in ("Yes", "Region", "Where Region is “north”", "Act 4"))
    assert lint(steward.page) == []


@pytest.mark.parametrize(
    ("form", "place"),
    [({}, "caller"), ({"caller": "application", "name": "x"}, "name"), ({"caller": "person"}, "name")],
)
async def test_nobody_in_particular_cannot_be_explained(steward: Visitor, form: dict[str, str], place: str) -> None:
    await steward.open(f"{R}/explain")

    answer = await steward.send(f"{R}/explain", form)

    assert (answer.status_code, f'href="#{place}"' in answer.text) == (400, True)


async def test_a_group_is_made_changed_and_deleted(running: Bench, steward: Visitor) -> None:
    await steward.open("/access/new-group")
    wrong = await steward.send("/access/new-group", code="reg istrars", name="", members="everybody")
    await steward.send("/access/new-group", code="registrars", name="Registrars", members="role:registrar")
    taken = await steward.send("/access/new-group", code="registrars", name="Others", members="")
    await steward.open("/access/groups/registrars")
    await steward.send("/access/groups/registrars", name="Registrars", members="role:registrar\nperson:amina")
    kept = await access.groups(running.context, by=ADMINISTRATOR)
    await steward.open("/access/groups/registrars/delete")
    await steward.send("/access/groups/registrars/delete")

    assert [place for place in ("code", "name", "members") if f'href="#{place}"' in wrong.text] == [
        "code", "name", "members",
    ]  # fmt: skip
    assert "Another group has this code" in taken.text
    assert [set(one.members) for one in kept] == [{"role:registrar", "person:amina"}]
    assert await access.groups(running.context, by=ADMINISTRATOR) == ()


async def test_the_page_of_a_group_keeps_its_names_in_other_languages_until_it_is_called_otherwise(
    running: Bench, steward: Visitor
) -> None:
    group = Group("registrars", "Registrars", ("role:registrar",), {"fr": "Officiers"})
    await access.put_group(running.context, by=ADMINISTRATOR, group=group)
    await steward.open("/access/groups/registrars")
    await steward.send("/access/groups/registrars", name="Registrars", members="role:registrar\nperson:amina")
    (kept,) = await access.groups(running.context, by=ADMINISTRATOR)
    await steward.open("/access/groups/registrars")
    await steward.send("/access/groups/registrars", name="Clerks", members="role:registrar")
    (renamed,) = await access.groups(running.context, by=ADMINISTRATOR)

    assert (kept.called("fr"), renamed.called("fr")) == ("Officiers", "Clerks")


async def test_the_rights_of_a_registry_become_a_policy_for_many(running: Bench, steward: Visitor) -> None:
    await steward.open("/access/new-policy")
    form = {"code": "desks", "title": "Desks", "source": "people", "automatic": "yes", "registries": "civil-*"}

    await steward.send("/access/new-policy", form)
    await steward.open("/access/policies/desks")
    shown = steward.page
    kept = await access.policies(running.context, by=ADMINISTRATOR)
    await steward.send("/access/policies/desks/delete")

    assert ("civil-*" in shown, "System demo/GOV/7001/desk" in shown, lint(shown)) == (True, True, [])
    assert [(one.code, one.automatic, one.registries) for one in kept] == [("desks", True, "civil-*")]
    assert await access.policies(running.context, by=ADMINISTRATOR) == ()


async def test_the_rights_of_a_template_are_given_to_a_registry(running: Bench, steward: Visitor) -> None:
    await steward.open("/access/new-policy")
    await steward.send("/access/new-policy", code="desks", title="Desks", source="people", automatic="no")
    right = (await given(running))[0]
    await access.revoke(running.context, by=ADMINISTRATOR, code="people", grant_id=right.id)
    await steward.open(R)

    await steward.send(f"{R}/template", policy="desks")

    assert [one.subject for one in await given(running)] == [right.subject]


def test_nested_conditions_read_with_brackets(people_registry: Registry) -> None:
    inner = AnyOf((Comparison(("Region",), Operator.IN, ("north", "south")), Comparison(("Income",), Operator.EXISTS)))
    condition = AllOf((Comparison(("ID",), Operator.EQ, attribute="person"), inner))

    said = condition_text(Words("en"), condition, people_registry)

    assert said == "ID is the person of who calls and (Region is one of “north”, “south” or Income has a value)"


@pytest.fixture
def people_registry() -> Registry:
    from tests.builders.registry_pages import people_fields

    return Registry(1, "people", "1.0", people_fields())


async def test_a_right_to_a_service_that_is_off_says_that_it_waits(running: Bench, steward: Visitor) -> None:
    await answered(steward, WHO)
    asked = steward.page
    await steward.send(GIVE, {**carried(asked), "effect": "allow", "services": "data-share"})
    for one in (FIELDS, {"records": "all"}, WHY):
        await steward.send(GIVE, {**carried(steward.page), **one})
    checked = steward.page
    await steward.send(GIVE, {**carried(checked), "step": "send"})

    listed = (await steward.open(R)).text

    assert "Switched off in this registry: the right waits until it is switched on" in asked
    assert all("A right to these services waits" in page for page in (checked, listed))
    assert all("/registry/people/services/1.0/data-share" in page for page in (checked, listed))
    assert [lint(page) for page in (asked, checked, listed)] == [[], [], []]
