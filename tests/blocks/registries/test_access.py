"""Rights on registries: who may do what, on which records, seeing which fields."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from govstack.blocks.registries.access import service
from govstack.blocks.registries.access.errors import BadGrant, NotYourData, UnknownPolicy
from govstack.blocks.registries.access.model import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Comparison,
    Decision,
    Effect,
    Grant,
    Group,
    Operator,
    Policy,
    decide,
)
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Classification, FieldType, Registry, ServiceKind, fits
from govstack.kernel import audit, clock
from govstack.kernel.actor import ANONYMOUS, SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Forbidden
from tests.builders.registries import (
    ADMINISTRATOR,
    ANALYST,
    CLERK,
    DESK,
    bare_context,
    closed,
    definition,
    field,
    granted,
    people_fields,
    published,
)
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-6")
LIST, READ, UPDATE = ServiceKind.LIST, ServiceKind.READ, ServiceKind.UPDATE
NORTH = Comparison(("Region",), Operator.EQ, "north")
PERSON = Actor("person", "EE1", "Pia Person")
PEOPLE = Registry(1, "people", "1.0", people_fields(), default_grant=False)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


def grant(subject: str, *services: ServiceKind, **rest: Any) -> Grant:
    """A right to all services unless some are named."""
    return Grant("g", subject, frozenset(services or ServiceKind), **rest)


def decided(
    actor: Actor, *grants: Grant, registry: Registry = PEOPLE, groups: frozenset[str] = frozenset()
) -> Decision:
    """What an actor may do in the register of people."""
    return decide(grants, actor, registry, groups)


@pytest.mark.parametrize("actor", [ANONYMOUS, CLERK, DESK, PERSON])
def test_nothing_is_allowed_by_default(actor: Actor) -> None:
    may = decided(actor)

    assert (may.services, may.views, may.record_condition(LIST), may.shown(READ, {"ID": "1"})) == (
        frozenset(), (), NEVER, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "actor", "means"),
    [
        ("anyone", ANONYMOUS, True),
        ("signed-in", ANONYMOUS, False),
        ("signed-in", CLERK, True),
        ("role:clerk", CLERK, True),
        ("role:clerk", DESK, False),
        ("scope:registries:administer", ADMINISTRATOR, True),
        ("application:demo/GOV/7001/desk", DESK, True),
        ("application:demo/GOV/*/desk", DESK, True),
        ("application:demo/GOV/7001/d*", DESK, True),
        ("application:demo/*/desk", DESK, False),
        ("application:*", DESK, False),
        ("application:*/*/*/*", CLERK, False),
        ("person:EE1", PERSON, True),
        ("person:EE1", replace(DESK, id="EE1"), False),
        ("person:self", DESK, False),
        ("group:health", CLERK, False),
        ("", CLERK, False),
        ("role:", CLERK, False),
        ("everybody", CLERK, False),
    ],
)
def test_a_subject_pattern_means_whom_it_says(pattern: str, actor: Actor, means: bool) -> None:
    assert fits(pattern, actor) is means


def test_every_new_registry_is_readable_by_whoever_is_signed_in() -> None:
    registry = replace(PEOPLE, default_grant=True)

    assert decided(CLERK, registry=registry).may(READ)
    assert not decided(CLERK, registry=registry).may(UPDATE)
    assert not decided(ANONYMOUS, registry=registry).may(READ)


def test_fields_are_given_per_service() -> None:
    may = decided(CLERK, grant("role:clerk", LIST, fields=frozenset({"ID"})), grant("role:clerk", READ))

    assert may.visible_fields(LIST) == {("ID",)}
    assert may.visible_fields(READ) is None
    assert not may.may_see(LIST, ("Income",))


def test_a_record_shows_only_what_the_grants_that_reach_it_show() -> None:
    may = decided(CLERK, grant("role:clerk", condition=NORTH), grant("signed-in", fields=frozenset({"ID"})))

    assert may.shown(READ, {"ID": "1", "Region": "north"}) == {"ID": "1", "Region": "north"}
    assert may.shown(READ, {"ID": "1", "Region": "south"}) == {"ID": "1"}


def test_a_search_reaches_only_records_whose_searched_fields_are_visible() -> None:
    may = decided(CLERK, grant("role:clerk", condition=NORTH), grant("signed-in", fields=frozenset({"ID"})))

    assert may.record_condition(LIST) == ALWAYS
    assert may.record_condition(LIST, [("ID",)]) == ALWAYS
    assert may.record_condition(LIST, [("Income",)]) == NORTH
    assert may.record_sql(LIST, "sqlite", [("Income",)])[1] == {"a0": "north"}


def test_writing_a_hidden_field_is_noticed() -> None:
    may = decided(CLERK, grant("role:clerk", UPDATE, fields=frozenset({"Region"})))

    assert may.unwritable(UPDATE, {}, [("Region",), ("Income",)]) == {("Income",)}


def test_marks_stand_for_personal_fields_and_the_others() -> None:
    may = decided(CLERK, grant("role:clerk", fields=frozenset({"@not-personal"})))

    assert may.visible_fields(READ) == {("Income",), ("Region",), ("Note",)}


def test_a_field_inside_a_group_is_given_alone() -> None:
    child = field("Child", FieldType.GROUP, fields=(field("ID"), field("Name")))
    rows = field("Rows", FieldType.LIST, fields=(field("A"), field("B")))
    registry = Registry(2, "groups", "1.0", (child, rows), default_grant=False)
    may = decided(CLERK, grant("signed-in", fields=frozenset({"/Child/ID", "/Rows/B"})), registry=registry)

    shown = may.shown(READ, {"Child": {"ID": "1", "Name": "x"}, "Rows": [{"A": 1, "B": 2}, {"A": 3}], "Else": 1})

    assert shown == {"Child": {"ID": "1"}, "Rows": [{"B": 2}, {}]}


def test_people_read_their_own_records_and_no_others() -> None:
    may = decided(PERSON, grant("person:self", READ))

    assert may.reaches(READ, {"ID": "EE1"})
    assert not may.reaches(READ, {"ID": "EE2"})
    assert not may.reaches(READ, {})


def test_the_identifier_of_a_person_may_differ_from_their_account() -> None:
    person = Actor("person", "account-7", attributes={"person_identifier": "EE1"})

    assert decided(person, grant("person:self", READ)).record_condition(READ) == Comparison(("ID",), Operator.EQ, "EE1")


def test_an_application_that_claims_to_act_for_a_person_is_no_person() -> None:
    assert not decided(replace(DESK, on_behalf_of="EE1"), grant("person:self", READ)).services


def test_delegated_access_reaches_the_person_an_application_acts_for() -> None:
    right = grant("application:demo/GOV/7001/desk", READ, own_records=True)

    may = decided(replace(DESK, on_behalf_of="EE1"), right)

    assert (may.reaches(READ, {"ID": "EE1"}), may.reaches(READ, {"ID": "EE2"})) == (True, False)
    assert not decided(DESK, right).services


@pytest.mark.parametrize("subject", ["signed-in", "anyone", "scope:x"])
def test_a_right_for_everybody_lets_no_application_claim_a_person(subject: str) -> None:
    claiming = replace(DESK, on_behalf_of="EE1", scopes=frozenset({"x"}))
    named = Comparison(("ID",), Operator.EQ, attribute="person")

    assert not decided(claiming, grant(subject, own_records=True), grant(subject, condition=named)).services


def test_own_records_without_a_person_field_are_none() -> None:
    registry = Registry(3, "things", "1.0", (field("A"),), default_grant=False)

    assert not decided(PERSON, grant("person:self"), registry=registry).services


def test_a_condition_compares_with_attributes_of_the_caller() -> None:
    right = grant("signed-in", condition=Comparison(("Region",), Operator.EQ, attribute="region"))
    northern = replace(CLERK, attributes={"region": "north"})

    assert decided(northern, right).record_condition(LIST) == NORTH
    assert not decided(CLERK, right).services


def test_a_right_that_needs_a_purpose_needs_it_stated() -> None:
    right = grant("signed-in", purpose="eligibility", legal_basis="Act 12")

    assert not decided(CLERK, right).services
    may = decided(replace(CLERK, attributes={"purpose": "eligibility"}), right)
    assert [view.legal_basis for view in may.views] == ["Act 12"]


def test_a_right_holds_between_its_days() -> None:
    right = grant("signed-in", valid_from="2026-03-01T00:00:00.000000Z", valid_until="2026-04-01T00:00:00.000000Z")

    for month, holds in ((2, False), (3, True), (4, False)):
        with clock.fixed(datetime(2026, month, 15, tzinfo=UTC)):
            assert bool(decided(CLERK, right).services) is holds


def test_a_denial_takes_services_and_fields_away_whoever_gave_them() -> None:
    may = decided(
        CLERK,
        grant("signed-in"),
        grant("role:clerk", UPDATE, effect=Effect.DENY),
        grant("signed-in", effect=Effect.DENY, fields=frozenset({"Income"})),
    )

    assert not may.may(UPDATE)
    assert may.shown(READ, {"ID": "1", "Income": 5}) == {"ID": "1"}
    assert may.record_condition(LIST, [("Income",)]) == NEVER


def test_groups_are_granted_rights_together() -> None:
    right = grant("group:health", READ)

    assert decided(CLERK, right, groups=frozenset({"health"})).may(READ)
    assert not decided(CLERK, right).may(READ)


def test_analysts_see_records_and_administrators_only_the_schema() -> None:
    assert decided(ANALYST).sees_all(READ)
    assert decided(SYSTEM).sees_all(READ)
    assert decided(ADMINISTRATOR).services == {ServiceKind.SCHEMA}


async def test_a_right_that_is_given_holds_and_is_taken_back(context: Context) -> None:
    registry = await published(context, default_grant=False)
    given = await granted(context, registry, "role:clerk", READ, fields=frozenset({"ID"}), condition=NORTH)

    may = await service.decision(context, by=CLERK, registry=registry)
    await service.revoke(context, by=ADMINISTRATOR, code=registry.code, grant_id=given.id)
    after = await service.decision(context, by=CLERK, registry=registry)

    assert (may.visible_fields(READ), may.record_condition(READ)) == ({("ID",)}, NORTH)
    assert not after.services


async def test_a_grant_survives_storage_whole(context: Context) -> None:
    registry = await published(context)
    condition = AnyOf(
        (NORTH, AllOf((Comparison(("Income",), Operator.IN, (1, 2.5)), Comparison(("ID",), Operator.EXISTS))))
    )

    given = await granted(
        context, registry, "application:demo/GOV/*/desk", READ, condition=condition, own_records=True, purpose="p",
        legal_basis="l", consent_purpose="c d", effect=Effect.DENY, valid_until="2999-01-01T00:00:00.000000Z",
        fields=frozenset({"ID", "@personal"}),
    )  # fmt: skip

    assert given in await service.grants(context, by=ADMINISTRATOR, code=registry.code)


async def test_giving_the_same_right_twice_gives_one(context: Context) -> None:
    registry = await published(context)

    first, second = [await granted(context, registry, "role:clerk", READ) for _ in range(2)]

    assert first == second


async def test_the_default_right_can_be_removed_and_given_back(context: Context) -> None:
    registry = await published(context)
    await closed(context, registry)
    shut = await design.latest(context, code=registry.code)
    await service.restore_default(context, by=ADMINISTRATOR, code=registry.code)
    opened = await design.latest(context, code=registry.code)

    assert not (await service.decision(context, by=CLERK, registry=shut)).services
    assert (await service.decision(context, by=CLERK, registry=opened)).may(READ)


async def test_confidential_registries_start_closed(context: Context) -> None:
    registry = await published(context, classification=Classification.CONFIDENTIAL)

    assert not (await service.decision(context, by=CLERK, registry=registry)).services


async def test_only_administrators_and_stewards_give_rights(context: Context) -> None:
    registry = await published(context, stewards=("person:steward",))

    for stranger in (CLERK, ANALYST, DESK):
        with pytest.raises(Forbidden):
            await granted(context, registry, "anyone", by=stranger)
    await granted(context, registry, "role:clerk", READ, by=Actor("person", "steward"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"subject": "everybody"}, {"subject": "role:a b"}, {"subject": "application:demo"}, {"services": frozenset()},
        {"fields": frozenset({"Nothing"})}, {"fields": frozenset()},
        {"condition": Comparison(("Nothing",), Operator.EQ, 1)}, {"condition": Comparison(("Note",), Operator.EQ, "x")},
        {"valid_from": "2026-01-01", "valid_until": "2025-01-01"}, {"purpose": "x" * 501},
    ],
)  # fmt: skip
async def test_a_right_that_cannot_mean_what_it_says_is_refused(
    sqlite_databases: Databases, wrong: dict[str, Any]
) -> None:
    context = await bare_context(sqlite_databases)
    registry = await published(context)

    with pytest.raises(BadGrant):
        await service.give(
            context, by=ADMINISTRATOR, code=registry.code, grant=replace(grant("role:clerk", READ), **wrong)
        )


async def test_a_policy_holds_for_every_registry_it_means_and_for_no_other(context: Context) -> None:
    health = await published(context, domain="health", default_grant=False)
    other = await published(context, domain="land", default_grant=False)
    await service.put_policy(
        context, by=ADMINISTRATOR,
        policy=Policy("health-clerks", "Clerks read health", (grant("role:clerk", READ),), True, domain="health"),
    )  # fmt: skip

    assert (await service.decision(context, by=CLERK, registry=health)).may(READ)
    assert not (await service.decision(context, by=CLERK, registry=other)).services
    assert [one.policy for one in await service.grants(context, by=ADMINISTRATOR, code=health.code)] == [
        "health-clerks"
    ]


async def test_a_template_is_copied_and_outlives_its_deletion(context: Context) -> None:
    registry = await published(context, default_grant=False)
    template = Policy("open-data", "Open data", (grant("anyone", LIST, fields=frozenset({"@not-personal"})),))
    await service.put_policy(context, by=ADMINISTRATOR, policy=template)
    assert not (await service.decision(context, by=ANONYMOUS, registry=registry)).services

    await service.apply_template(context, by=ADMINISTRATOR, code=registry.code, policy_code="open-data")
    await service.delete_policy(context, by=ADMINISTRATOR, code="open-data")

    may = await service.decision(context, by=ANONYMOUS, registry=registry)
    assert may.visible_fields(LIST) == {("Income",), ("Region",), ("Note",)}
    with pytest.raises(UnknownPolicy):
        await service.apply_template(context, by=ADMINISTRATOR, code=registry.code, policy_code="open-data")


async def test_members_of_a_group_have_its_rights(context: Context) -> None:
    registry = await published(context, default_grant=False)
    await service.put_group(context, by=ADMINISTRATOR, group=Group("desk", "The desk", ("person:clerk", "role:chief")))
    await granted(context, registry, "group:desk", READ)

    before = await service.decision(context, by=CLERK, registry=registry)
    await service.put_group(context, by=ADMINISTRATOR, group=Group("desk", "The desk", ("role:chief",)))
    after = await service.decision(context, by=CLERK, registry=registry)

    assert (before.may(READ), after.may(READ)) == (True, False)


@pytest.mark.parametrize("member", ["anyone", "signed-in", "group:other", "person:self\n", "x"])
async def test_a_group_holds_people_roles_and_applications_only(sqlite_databases: Databases, member: str) -> None:
    context = await bare_context(sqlite_databases)
    with pytest.raises(BadRequest):
        await service.put_group(context, by=ADMINISTRATOR, group=Group("g", "G", (member,)))


@pytest.mark.parametrize(
    "names", [{"FR": "G"}, {"fr": ""}, {"fr": "x" * 5_000}, {f"a{n:c}": "G" for n in range(97, 118)}]
)
async def test_other_names_of_a_group_stand_under_codes_of_languages(
    sqlite_databases: Databases, names: dict[str, str]
) -> None:
    context = await bare_context(sqlite_databases)
    with pytest.raises(BadRequest):
        await service.put_group(context, by=ADMINISTRATOR, group=Group("g", "G", (), names))


async def test_a_person_delegates_reading_of_their_own_records(context: Context) -> None:
    registry = await published(context, default_grant=False)
    await granted(context, registry, "person:self", READ, fields=frozenset({"ID", "FirstName"}))
    until = "2999-01-01T00:00:00.000000Z"

    given = await service.delegate(
        context, by=PERSON, code=registry.code, grant=grant("person:clerk", READ, valid_until=until)
    )
    may = await service.decision(context, by=CLERK, registry=registry)
    await service.end_delegation(context, by=PERSON, code=registry.code, grant_id=given.id)
    after = await service.decision(context, by=CLERK, registry=registry)

    assert may.shown(READ, {"ID": "EE1", "FirstName": "Pia", "Income": 5}) == {"ID": "EE1", "FirstName": "Pia"}
    assert may.shown(READ, {"ID": "EE2"}) is None
    assert not after.reaches(READ, {"ID": "EE1"})


async def test_nobody_delegates_more_than_they_have(context: Context) -> None:
    registry = await published(context, default_grant=False)
    await granted(context, registry, "person:self", READ)
    until = "2999-01-01T00:00:00.000000Z"

    for by, services in ((PERSON, (UPDATE,)), (PERSON, (LIST,)), (DESK, (READ,)), (CLERK, (UPDATE, READ))):
        with pytest.raises(NotYourData):
            await service.delegate(
                context, by=by, code=registry.code, grant=grant("person:x", *services, valid_until=until)
            )
    for wrong in (
        grant("person:EE1", READ, valid_until=until),
        grant("anyone", READ, valid_until=until),
        grant("person:x", READ),
    ):
        with pytest.raises(BadGrant):
            await service.delegate(context, by=PERSON, code=registry.code, grant=wrong)


async def test_somebody_elses_delegation_stays(context: Context) -> None:
    registry = await published(context)
    given = await service.delegate(
        context, by=PERSON, code=registry.code,
        grant=grant("person:clerk", READ, valid_until="2999-01-01T00:00:00.000000Z"),
    )  # fmt: skip

    await service.end_delegation(context, by=CLERK, code=registry.code, grant_id=given.id)

    assert await service.delegations(context, by=PERSON, code=registry.code) == (given,)


@pytest.mark.requirement("DRS-7")
async def test_every_act_on_rights_enters_the_audit_trail(context: Context) -> None:
    registry = await published(context)
    given = await granted(context, registry, "role:clerk", READ)
    await service.revoke(context, by=ADMINISTRATOR, code=registry.code, grant_id=given.id)
    await service.revoke(context, by=ADMINISTRATOR, code=registry.code, grant_id=given.id)
    await closed(context, registry)
    await service.put_group(context, by=ADMINISTRATOR, group=Group("g", "G"))
    await service.delete_group(context, by=ADMINISTRATOR, code="g")
    await service.put_policy(context, by=ADMINISTRATOR, policy=Policy("p", "P", (grant("anyone", READ),)))
    await service.delete_policy(context, by=ADMINISTRATOR, code="p")

    async with context.database.reading() as tx:
        acts = [entry.action for entry in await audit.entries(tx)]
    assert acts[::-1][2:] == [
        "registries.grant.given", "registries.grant.revoked", "registries.registry.default-grant-removed",
        "registries.group.changed", "registries.group.deleted", "registries.policy.changed",
        "registries.policy.deleted",
    ]  # fmt: skip


async def test_a_right_can_be_given_before_a_registry_is_published(context: Context) -> None:
    await design.upsert_definition(context, by=ADMINISTRATOR, definition=definition("early"))

    await service.give(context, by=ADMINISTRATOR, code="early", grant=grant("role:clerk", READ))

    assert len(await service.grants(context, by=ADMINISTRATOR, code="early")) == 2
