"""Automations: records that fit are taken one by one, mapped, and written elsewhere, each once (DRS-19)."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from govstack.blocks.registries.automations import service as automations
from govstack.blocks.registries.automations.errors import (
    AutomationPaused,
    BadAutomation,
    UnknownAutomation,
    WrongSecret,
)
from govstack.blocks.registries.automations.model import (
    Repeat,
    Rules,
    State,
    Target,
    TargetKind,
    Trigger,
    TriggerKind,
    address_fault,
    following,
)
from govstack.blocks.registries.conditions.model import AllOf, AnyOf
from govstack.blocks.registries.conditions.model import read as condition_of
from govstack.blocks.registries.design.model import FieldType, ServiceKind
from govstack.blocks.registries.handling import service as handling
from govstack.blocks.registries.loading import service as loading
from govstack.blocks.registries.performing import service as performing
from govstack.blocks.registries.records import service as records
from govstack.blocks.registries.usage import service as usage
from govstack.kernel import audit, clock, destinations
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden
from tests.builders.automations import (
    BY_HOOK,
    EVERY_HOUR,
    ON_CHANGE,
    OWNER,
    definition,
    into,
    put,
    results,
    start,
    states,
    where,
    work,
)
from tests.builders.records import content_of, plain, stocked
from tests.builders.registries import ANALYST, CLERK, bare_context, closed, field, granted, published
from tests.databases import Databases

pytestmark = pytest.mark.requirement("DRS-19")
MOMENT = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
async def context(databases: Databases) -> Context:
    return await bare_context(databases)


def names(found: list[dict[str, Any]]) -> list[Any]:
    return [one.get("Code") for one in found]


async def test_records_that_fit_are_taken_into_another_registry_when_the_time_comes(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "y"}, given=plain())
    target = await published(context, plain())
    with clock.fixed(MOMENT):
        await put(context, source, definition(EVERY_HOUR, into(target), condition=where(Name="x")))
        await work(context)
        before = await content_of(context, target)
    with clock.fixed(MOMENT + timedelta(minutes=61)):
        await work(context)

    one = await automations.one(context, by=OWNER, code=source.code, name="pass-on")
    assert (before, await content_of(context, target)) == ([], [{"Code": "A", "Name": "x"}])
    assert (one.last_run_at or "", one.next_run_at) > (clock.timestamp(MOMENT), "")
    assert one.next_run_at == clock.timestamp(MOMENT + timedelta(hours=2))


async def test_a_tree_of_conditions_decides_which_records_are_taken(context: Context) -> None:
    source = await stocked(
        context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "y"}, {"Code": "C", "Name": "z"}, given=plain()
    )
    target = await published(context, plain())
    tree = condition_of(
        {"any": [
            {"all": [{"field": "Name", "value": "x"}, {"field": "Code", "value": "A"}]},
            {"field": "Name", "value": "z"},
        ]}
    )  # fmt: skip
    await put(context, source, definition(EVERY_HOUR, into(target), condition=tree))
    await start(context, source)
    await work(context)

    assert isinstance(tree, AnyOf)
    assert isinstance(tree.parts[0], AllOf)
    assert names(await content_of(context, target)) == ["A", "C"]


@pytest.mark.parametrize(
    ("repeat", "made"), [(Repeat.ONCE, ["A"]), (Repeat.CHANGED, ["A", "A"]), (Repeat.ALWAYS, ["A", "A", "A"])]
)
async def test_a_record_is_taken_once_or_after_each_change_or_each_time(
    context: Context, repeat: Repeat, made: list[str]
) -> None:
    source, target = await stocked(context, {"Code": "A"}, given=plain()), await published(context, plain())
    await put(context, source, definition(EVERY_HOUR, into(target, "create"), repeat=repeat))
    for name in ("", "", "changed"):
        if name:
            await records.update(context, by=ANALYST, registry=source, query={"Code": "A"}, content={"Name": name})
        await start(context, source)
        await work(context)

    assert names(await content_of(context, target)) == made


async def test_created_changed_and_loaded_records_are_followed_and_none_is_lost(context: Context) -> None:
    source, target = await stocked(context, {"Code": "old"}, given=plain()), await published(context, plain())
    await put(context, source, definition(ON_CHANGE, into(target, "create"), records_max=3))
    await records.create(context, by=ANALYST, registry=source, content={"Code": "A"})
    await loading.load(
        context, by=ANALYST, registry=source, rows=({"Code": f"L{number:02}"} for number in range(8)), batch=5
    )
    await records.update(context, by=ANALYST, registry=source, query={"Code": "A"}, content={"Name": "new"})
    await work(context)

    assert names(await content_of(context, target)) == ["A", *(f"L{number:02}" for number in range(8)), "A"]


async def test_only_new_records_are_followed_where_the_analyst_says_so(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    await put(context, source, definition(replace(ON_CHANGE, changed=False), into(target, "create")))
    await records.create(context, by=ANALYST, registry=source, content={"Code": "A"})
    await records.update(context, by=ANALYST, registry=source, query={"Code": "A"}, content={"Name": "new"})
    await work(context)

    assert len(await content_of(context, target)) == 1


async def test_what_changes_while_it_is_paused_is_caught_up_with(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    await put(context, source, definition(ON_CHANGE, into(target)))
    await automations.set_enabled(context, by=OWNER, code=source.code, name="pass-on", enabled=False)
    await records.create(context, by=ANALYST, registry=source, content={"Code": "A"})
    await work(context)
    paused = await content_of(context, target)
    with pytest.raises(AutomationPaused):
        await start(context, source)
    await automations.set_enabled(context, by=OWNER, code=source.code, name="pass-on", enabled=True)
    await work(context)

    assert (paused, names(await content_of(context, target))) == ([], ["A"])


async def test_each_record_is_written_once_whatever_ends_in_between(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = await stocked(context, *({"Code": f"R{n}"} for n in range(4)), given=plain())
    target = await published(context, plain())
    await put(context, source, definition(EVERY_HOUR, into(target, "create")))
    await start(context, source)
    one = await automations.one(context, by=OWNER, code=source.code, name="pass-on")
    whole, count = handling._settle, 0

    async def killed(*given: Any) -> State:
        nonlocal count
        count += 1
        if count == 2:
            raise asyncio.CancelledError
        return await whole(*given)

    monkeypatch.setattr(handling, "_settle", killed)
    with pytest.raises(asyncio.CancelledError):
        await performing.run(context, automation_id=one.id)
    half = len(await content_of(context, target))
    monkeypatch.undo()
    await asyncio.gather(*(performing.run(context, automation_id=one.id) for _ in range(3)))

    assert half == 1
    assert sorted(names(await content_of(context, target))) == ["R0", "R1", "R2", "R3"]
    assert await states(context, source) == ["done"] * 4


async def test_its_own_changes_do_not_start_an_automation_again(context: Context) -> None:
    source = await published(context, plain())
    mapping = ({"from": "Code", "to": "Code"}, {"from": "Name", "to": "Name", "convert": [{"as": "join", "text": ""}]})
    more = {"from": "Name", "to": "Name", "convert": [{"as": "constant", "text": "seen"}]}
    await put(context, source, definition(ON_CHANGE, into(source), mapping[0], more))
    await records.create(context, by=ANALYST, registry=source, content={"Code": "A", "Name": "new"})
    await work(context)

    found = await results(context, source)
    assert (await content_of(context, source))[0]["Name"] == "seen"
    assert [one.state for one in found] == [State.DONE, State.SKIPPED]
    assert found[1].reason == "This automation made the change itself."


async def test_a_circle_of_automations_ends(context: Context) -> None:
    one, other = await published(context, plain()), await published(context, plain())
    await put(context, one, definition(ON_CHANGE, into(other, "create")))
    await put(context, other, definition(ON_CHANGE, into(one, "create")))
    await records.create(context, by=ANALYST, registry=one, content={"Code": "A"})
    await work(context)

    assert (len(await content_of(context, one)), len(await content_of(context, other))) == (2, 1)


async def test_a_long_chain_of_automations_ends(context: Context) -> None:
    line = [await published(context, plain()) for _ in range(8)]
    for one, following_one in itertools.pairwise(line):
        await put(context, one, definition(ON_CHANGE, into(following_one, "create")))
    await records.create(context, by=ANALYST, registry=line[0], content={"Code": "A"})
    await work(context)

    reached = [len(await content_of(context, one)) for one in line]
    assert reached == [1, 1, 1, 1, 1, 1, 0, 0]
    assert [one.reason for one in await results(context, line[5])] == ["A chain of automations became too long."]


async def test_it_works_under_the_rights_of_its_owner_and_no_others(context: Context) -> None:
    source, target = await stocked(context, {"Code": "A"}, given=plain()), await published(context, plain())
    steward = Actor("person", "sam", "Sam", scopes=frozenset({"registries:administer"}))
    with pytest.raises(BadAutomation) as refused:
        await put(context, source, definition(EVERY_HOUR, into(target, "create")), by=steward)
    grant = await granted(context, target, "person:sam", ServiceKind.CREATE)
    await put(context, source, definition(EVERY_HOUR, into(target, "create")), by=steward)
    from govstack.blocks.registries.access import service as access

    await access.revoke(context, by=steward, code=target.code, grant_id=grant.id)
    access.forget(context)
    context.memory.clear()
    await start(context, source)
    await work(context)

    one = await automations.one(context, by=OWNER, code=source.code, name="pass-on")
    assert refused.value.fields == {"registry": "needs a right that you do not have"}
    assert await content_of(context, target) == []
    assert not one.enabled
    assert "right" in one.paused_because


async def test_records_that_the_owner_may_not_see_are_not_taken(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "y"}, given=plain())
    target = await published(context, plain())
    await closed(context, source)
    steward = Actor("person", "sam", "Sam", scopes=frozenset({"registries:administer"}))
    await granted(context, source, "person:sam", ServiceKind.LIST, condition=where(Name="x"))
    await granted(context, target, "person:sam", ServiceKind.CREATE)
    await put(context, source, definition(EVERY_HOUR, into(target, "create")), by=steward)
    await start(context, source)
    await work(context)

    assert names(await content_of(context, target)) == ["A"]


async def test_what_does_not_fit_the_target_fails_with_a_reason_and_the_rest_goes_on(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "long"}, {"Code": "B", "Name": "ok"}, given=plain())
    target = await published(context, plain(further=[field("Short", length_max=2)]))
    mapping = ({"from": "Code", "to": "Code"}, {"from": "Name", "to": "Short"})
    await put(context, source, definition(EVERY_HOUR, into(target), *mapping))
    await start(context, source)
    await work(context)

    found = await results(context, source)
    assert [one.state for one in found] == [State.FAILED, State.DONE]
    assert found[0].reason == "Short must have at most 2 characters."
    assert "long" not in found[0].reason


async def test_what_failed_is_tried_again_when_somebody_asks(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "long"}, given=plain())
    target = await published(context, plain(further=[field("Short", length_max=2)]))
    mapping = ({"from": "Code", "to": "Code"}, {"from": "Name", "to": "Short"})
    await put(context, source, definition(EVERY_HOUR, into(target), *mapping))
    await start(context, source)
    await work(context)
    await records.update(context, by=ANALYST, registry=source, query={"Code": "A"}, content={"Name": "ok"})
    failed = (await results(context, source))[0]
    await automations.again(context, by=OWNER, code=source.code, name="pass-on", result=failed.id)
    await work(context)

    assert await states(context, source) == ["done"]
    with pytest.raises(UnknownAutomation):
        await automations.again(context, by=OWNER, code=source.code, name="pass-on", result=failed.id)


async def test_an_update_leaves_alone_what_it_does_not_find(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "x"}, {"Code": "B", "Name": "y"}, given=plain())
    target = await stocked(context, {"Code": "B", "Name": "old"}, given=plain())
    await put(context, source, definition(EVERY_HOUR, into(target, "update", "Code")))
    await start(context, source)
    await work(context)

    assert await states(context, source) == ["skipped", "done"]
    assert await content_of(context, target) == [{"Code": "B", "Name": "y"}]


async def test_a_record_that_no_longer_fits_when_its_turn_comes_is_left_alone(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    await put(context, source, definition(ON_CHANGE, into(target), condition=where(Name="x")))
    await records.create(context, by=ANALYST, registry=source, content={"Code": "A", "Name": "x"})
    await records.update(context, by=ANALYST, registry=source, query={"Code": "A"}, content={"Name": "y"})
    await work(context)

    assert await content_of(context, target) == []
    assert await states(context, source) == ["skipped", "skipped"]


async def test_the_address_of_an_automation_opens_with_its_secret_alone(context: Context) -> None:
    source = await stocked(context, {"Code": "A"}, {"Code": "B"}, given=plain())
    target = await published(context, plain())
    saved = await put(context, source, definition(BY_HOOK, into(target, "create"), repeat=Repeat.ALWAYS))
    uuid = (await records.create(context, by=ANALYST, registry=source, content={"Code": "C"})).uuid
    one = saved.automation.id
    for wrong in ("", "guess", saved.secret + "x"):
        with pytest.raises(WrongSecret):
            await performing.called(context, automation_id=one, secret=wrong, records=[], key="")
    with pytest.raises(WrongSecret):
        await performing.called(context, automation_id="none", secret=saved.secret, records=[], key="")
    for _ in range(2):
        await performing.called(context, automation_id=one, secret=saved.secret, records=[uuid], key="first")
        await work(context)
    named = names(await content_of(context, target))
    await performing.called(context, automation_id=one, secret=saved.secret, records=[], key="")
    await work(context)

    assert (named, names(await content_of(context, target))) == (["C"], ["C", "A", "B", "C"])
    async with context.database.reading() as tx:
        kept = (await tx.fetch("SELECT secret_digest, definition FROM automation"))[0]
    assert saved.secret not in str(kept)


async def test_a_call_while_records_are_taken_is_served_afterwards(context: Context) -> None:
    source = await stocked(context, *({"Code": f"R{n}"} for n in range(5)), given=plain())
    target = await published(context, plain())
    given = definition(BY_HOOK, into(target, "create"), repeat=Repeat.ALWAYS, records_max=2)
    saved = await put(context, source, given)
    one = saved.automation.id
    await performing.called(context, automation_id=one, secret=saved.secret, records=[], key="a")
    await performing.run(context, automation_id=one)
    await performing.called(context, automation_id=one, secret=saved.secret, records=[], key="b")
    await work(context)

    assert sorted(names(await content_of(context, target))) == sorted(2 * [f"R{n}" for n in range(5)])


async def test_a_new_secret_ends_the_old_one(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    saved = await put(context, source, definition(BY_HOOK, into(target)))
    again = await put(context, source, definition(BY_HOOK, into(target)))
    renewed = await automations.renew_secret(context, by=OWNER, code=source.code, name="pass-on")

    assert (bool(saved.secret), again.secret, renewed.secret != saved.secret) == (True, "", True)
    with pytest.raises(WrongSecret):
        await performing.called(context, automation_id=saved.automation.id, secret=saved.secret, records=[], key="")


async def test_a_rehearsal_tells_what_would_happen_and_does_nothing(context: Context) -> None:
    source = await stocked(context, {"Code": "A", "Name": "x"}, given=plain())
    target = await published(context, plain())
    uuid = (await records.create(context, by=ANALYST, registry=source, content={"Code": "B", "Name": "y"})).uuid
    await put(context, source, definition(EVERY_HOUR, into(target), condition=where(Name="y")))

    told = await handling.rehearse(context, by=OWNER, code=source.code, name="pass-on", record=uuid)

    assert (told.ending.state, told.ending.effect, dict(told.values)) == (
        State.DONE, "creates", {"Code": "B", "Name": "y"},
    )  # fmt: skip
    assert await content_of(context, target) == []
    assert await results(context, source) == []


async def test_that_an_automation_read_personal_data_is_told_to_the_person(context: Context) -> None:
    source = await stocked(context, {"ID": "48201937655", "FirstName": "Ada"}, code="persons")
    target = await published(context, plain())
    mapping = ({"from": "ID", "to": "Code"}, {"from": "FirstName", "to": "Name"})
    await put(context, source, definition(EVERY_HOUR, into(target), *mapping))
    await start(context, source)
    await work(context)

    page = await usage.who_read_my_data(context, by=ANALYST, person_identifier="48201937655")
    assert [(one.reader.id, one.reason.purpose) for one in page.entries] == [("olga", "Automation pass-on")]


async def test_changes_in_the_log_name_owner_and_automation(context: Context) -> None:
    from govstack.blocks.registries.reading import service as reading
    from govstack.blocks.registries.reading.model import Search

    source, target = await stocked(context, {"Code": "A"}, given=plain()), await published(context, plain())
    await put(context, source, definition(EVERY_HOUR, into(target)))
    await start(context, source)
    await work(context)

    found = await reading.search(context, by=ANALYST, registry=target, search=Search())
    made = await reading.history(context, by=ANALYST, registry=target, uuid=found.records[0].uuid)
    assert (made[0].actor, made[0].actor_name) == ("olga", "Olga Owner (pass-on)")


async def test_every_act_on_an_automation_is_audited(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    await put(context, source, definition(BY_HOOK, into(target)))
    await start(context, source)
    await automations.set_enabled(context, by=OWNER, code=source.code, name="pass-on", enabled=False)
    await automations.confirm(context, by=OWNER, code=source.code, name="pass-on")
    await automations.renew_secret(context, by=OWNER, code=source.code, name="pass-on")
    await automations.delete(context, by=OWNER, code=source.code, name="pass-on")
    await automations.delete(context, by=OWNER, code=source.code, name="pass-on")

    async with context.database.reading() as tx:
        found = await audit.entries(tx, subject=f"{source.code}/pass-on", limit=50)
    acts = [one.action.removeprefix("registries.automation.") for one in reversed(found)]
    assert acts == ["saved", "started", "switched-off", "switched-on", "confirmed", "secret-renewed", "deleted"]


async def test_an_automation_that_nobody_confirmed_for_a_year_stops(context: Context) -> None:
    source, target = await stocked(context, {"Code": "A"}, given=plain()), await published(context, plain())
    with clock.fixed(MOMENT):
        await put(context, source, definition(EVERY_HOUR, into(target)))
    with clock.fixed(MOMENT + timedelta(days=366)):
        await work(context)
        stopped = await automations.one(context, by=OWNER, code=source.code, name="pass-on")
        await automations.confirm(context, by=OWNER, code=source.code, name="pass-on")
        await start(context, source)
        await work(context)

    assert (stopped.enabled, "a year" in stopped.paused_because) == (False, True)
    assert names(await content_of(context, target)) == ["A"]


async def test_whoever_does_not_manage_the_registry_defines_nothing(context: Context) -> None:
    source, target = await published(context, plain()), await published(context, plain())
    for by in (ANALYST, CLERK):
        with pytest.raises(Forbidden):
            await put(context, source, definition(EVERY_HOUR, into(target)), by=by)
    with pytest.raises(Forbidden):
        await automations.listed(context, by=CLERK, code=source.code)


async def test_what_does_not_fit_together_is_refused_by_name(context: Context) -> None:
    source = await published(context, plain(further=[field("Age", FieldType.INTEGER)]))
    target = await published(context, plain())
    good = definition(EVERY_HOUR, into(target))
    wrong = {
        "minutes": replace(good, trigger=Trigger(TriggerKind.TIMER, minutes=0)),
        "at": replace(good, trigger=Trigger(TriggerKind.DAILY, at="25:00")),
        "zone": replace(good, trigger=Trigger(TriggerKind.DAILY, at="06:30", zone="Africa/../Nairobi")),
        "name": replace(good, name=" "),
        "condition": replace(good, condition=where(Age="old")),
        "mapping": definition(EVERY_HOUR, into(target), {"from": "None", "to": "Code"}),
        "match": replace(good, target=into(target, "update", "Region")),
        "registry": replace(good, target=Target(TargetKind.REGISTRY, "nowhere")),
        "records": replace(good, records_max=0),
        "calls": replace(good, calls_max=10**9),
        "attempts": replace(good, attempts_max=0),
        "application": replace(good, target=Target(TargetKind.SERVICE, application="GOV/7001/x", service="A/B/C/D")),
        "address": replace(good, target=Target(TargetKind.WEBHOOK, address="https://example.org/x")),
    }
    for part, one in wrong.items():
        with pytest.raises(BadAutomation) as refused:
            await put(context, source, one)
        assert part in refused.value.fields


@pytest.mark.parametrize(
    ("trigger", "now", "then"),
    [
        (Trigger(TriggerKind.TIMER, minutes=15), "2027-03-01T12:00:00Z", "2027-03-01T12:15:00Z"),
        (Trigger(TriggerKind.DAILY, at="06:30"), "2027-03-01T12:00:00Z", "2027-03-02T06:30:00Z"),
        (Trigger(TriggerKind.DAILY, at="16:30", zone="Africa/Nairobi"), "2027-03-01T12:00:00Z", "2027-03-01T13:30:00Z"),
        # Clocks in Tallinn leave out 03:30 on 28 March 2027, and show 03:30 twice on 31 October.
        (Trigger(TriggerKind.DAILY, at="03:30", zone="Europe/Tallinn"), "2027-03-27T12:00:00Z", "2027-03-28T01:30:00Z"),
        (Trigger(TriggerKind.DAILY, at="03:30", zone="Europe/Tallinn"), "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z"),
    ],
)
def test_the_clock_starts_it_next_at(trigger: Trigger, now: str, then: str) -> None:
    moment = clock.parse(now)

    assert following(trigger, moment, moment) == clock.parse(then)


def test_what_was_missed_is_made_up_for_once() -> None:
    trigger, due = Trigger(TriggerKind.TIMER, minutes=15), MOMENT

    assert following(trigger, due, due + timedelta(hours=5, minutes=1)) == due + timedelta(hours=5, minutes=15)


ALLOWED = Rules(destinations.Rules(("hooks.example.org", "*.partner.example", "127.0.0.1", "10.0.0.8")))


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://hooks.example.org/x", True),
        ("https://a.partner.example/x", True),
        ("https://partner.example/x", False),
        ("https://evil.example/x", False),
        ("https://hooks.example.org.evil.example/x", False),
        ("https://hooks.example.org@evil.example/x", False),
        ("http://hooks.example.org/x", False),
        ("https://hooks.example.org/x?person=1", False),
        ("https://127.0.0.1/x", False),
        ("https://10.0.0.8/x", False),
        ("ftp://hooks.example.org/x", False),
        ("https://hooks.example.org\\@evil.example/", False),
    ],
)
def test_only_allowed_hosts_on_the_public_network_are_called(address: str, good: bool) -> None:
    assert (address_fault(address, ALLOWED) == "") is good
