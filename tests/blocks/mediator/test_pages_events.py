"""Rooms, event types, subscriptions, events and dead letters through their pages."""

from __future__ import annotations

import re

import pytest

from govstack.blocks.mediator.rights import service as rights
from tests.builders.mediator import BUILDER
from tests.builders.mediator_pages import (
    ADMINISTRATOR,
    DESK,
    PORTAL,
    ROOM,
    SCHEMA,
    SHOP,
    TYPE,
    Visitor,
    announced,
    pages,
    visitor,
)
from tests.builders.running import Bench

__all__ = ["pages"]

CHANNEL = f"/events/rooms/{ROOM}"
OWN = ("mediator:application:GOV/7001/population",)
DEATH = {"name": "newDeath", "schema": SCHEMA}
PATIENCE = {
    "mode": "PUSH",
    "fifo": "yes",
    "ttl_seconds": "60",
    "service_code": "events",
    "path": "/births",
    "retry_attempts": "3",
    "retry_first_seconds": "0.5",
    "retry_factor": "",
    "retry_longest_seconds": "",
}


def rows(page: str) -> int:
    """Count the rows of the last table of a page."""
    return page.rpartition("<tbody")[2].count("<tr") if "<tbody" in page else 0


async def subscription_of(person: Visitor, application: str) -> str:
    """Return the address of an application's subscription in the room."""
    listed = await person.read(f"{CHANNEL}/subscriptions")
    row = next(part for part in listed.split("<tr") if application in part and "/subscriptions/" in part)
    return f"{CHANNEL}/subscriptions/" + row.partition("/subscriptions/")[2].partition('"')[0]


@pytest.mark.requirement("I13")
async def test_a_room_is_opened_for_ones_own_application(pages: Bench) -> None:
    values = {"application": ROOM, "title": "Civil registry", "description": "Births"}

    async with visitor(pages, roles=OWN) as own:
        form = await own.read("/events/rooms/new")
        again = await own.send("/events/rooms/new", {**values, "application": ""})
        await own.send("/events/rooms/new", values)
        done = await own.send("/events/rooms/new", {**values, "step": "send"})
        listed = await own.read("/events")

    assert ("Population register" in form, "Income register" in form) == (True, False)
    assert '<a href="#application">' in again
    assert "The room is open." in done
    assert "Civil registry" in listed


@pytest.mark.requirement("I14", "I16")
async def test_an_event_type_is_defined_viewed_and_removed(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{CHANNEL}/types/new")
        check = await own.send(f"{CHANNEL}/types/new", DEATH)
        done = await own.send(f"{CHANNEL}/types/new", {**DEATH, "step": "send"})
        listed = await own.read(CHANNEL)
        await own.read(f"{CHANNEL}/types/newDeath/remove")
        gone = await own.send(f"{CHANNEL}/types/newDeath/remove")

    assert "Check the event type" in check
    assert ("The event type is defined." in done, "&#34;number&#34;" in done) == (True, True)
    assert rows(listed) == 2
    assert "The event type was removed." in gone


@pytest.mark.requirement("I16")
@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "1x"), ("name", TYPE), ("schema", ""), ("schema", "{"), ("schema", '{"type": "nothing"}')],
)
async def test_what_is_wrong_with_an_event_type_is_said_beside_its_field(pages: Bench, field: str, value: str) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{CHANNEL}/types/new")
        form = await own.send(f"{CHANNEL}/types/new", {**DEATH, field: value, "step": "send"})

    assert own.answer.status_code == 400
    assert f'<a href="#{field}">' in form


@pytest.mark.requirement("I22", "I23")
async def test_active_subscriptions_are_listed_changed_and_ended(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        listed = await own.read(f"{CHANNEL}/subscriptions")
        pulled = await own.read(f"{CHANNEL}/subscriptions?mode=PULL")
        path = await subscription_of(own, DESK)
        await own.read(f"{path}/change")
        await own.send(f"{path}/change", PATIENCE)
        changed = await own.send(f"{path}/change", {**PATIENCE, "step": "send"})
        await own.read(f"{path}/end")
        left = await own.send(f"{path}/end")

    assert [rows(page) for page in (listed, pulled, left)] == [3, 1, 2]
    assert all(text in changed for text in ("In order", "60 seconds", "/births", "As this instance is set up"))


@pytest.mark.requirement("I22", "I27")
async def test_a_subscription_says_what_stands_in_the_way_of_its_events(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        path = await subscription_of(own, DESK)
        well = await own.read(path)
        await own.read(f"{path}/change")
        elsewhere = await own.send(f"{path}/change", {**PATIENCE, "path": "/a/b/c", "step": "send"})
        await own.read(f"{path}/change")
        nowhere = await own.send(f"{path}/change", {**PATIENCE, "service_code": "nothing", "step": "send"})
        await own.read(f"{path}/change")
        pulled = await own.send(f"{path}/change", {**PATIENCE, "mode": "PULL", "step": "send"})
        await rights.deny(pages.context, by=BUILDER, wishes=[rights.Wish(f"{DESK}/events", ROOM)])
        await own.read(f"{path}/change")
        forbidden = await own.send(f"{path}/change", {**PATIENCE, "step": "send"})
        french = await own.read(f"{path}?lang=fr")

    warned = ["Events cannot be pushed" in page for page in (well, elsewhere, nowhere, pulled, forbidden)]
    assert warned == [False, True, True, False, True]
    assert ("takes no POST" in elsewhere, "offers no such service" in nowhere) == (True, True)
    assert "has no right to the subscriber" in forbidden
    assert "La salle n’a pas de droit" in french


@pytest.mark.requirement("I22")
@pytest.mark.parametrize(
    ("field", "value"),
    [("mode", ""), ("ttl_seconds", "0"), ("path", "births"), ("path", "/a/../b"), ("retry_attempts", "many")],
)
async def test_what_is_wrong_with_a_subscription_is_said_beside_its_field(pages: Bench, field: str, value: str) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        path = await subscription_of(own, DESK)
        form = await own.send(f"{path}/change", {**PATIENCE, field: value, "step": "send"})

    assert own.answer.status_code == 400
    assert f'<a href="#{field}">' in form


@pytest.mark.requirement("I29")
async def test_an_event_says_how_many_of_its_subscribers_it_has_reached(pages: Bench) -> None:
    event = await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        listed = await own.read("/events/log")
        page = await own.read(f"/events/log/{event}")
        narrowed = await own.read("/events/log?state=delivered")

    assert "delivered to 1 of 3" in listed
    assert all(word in page for word in ("Given up", "Waiting", "Delivered"))
    assert "child-17" not in page
    assert rows(narrowed) == 0


async def test_an_event_is_found_by_its_id(pages: Bench) -> None:
    event = await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        answer = await own.client.get(f"/events/log?id={event.upper()}")

    assert (answer.status_code, answer.headers["location"]) == (303, f"/events/log/{event}")


async def test_the_delivery_of_an_event_is_stopped(pages: Bench) -> None:
    event = await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"/events/log/{event}/stop")
        done = await own.send(f"/events/log/{event}/stop")

    assert "Stopped" in done


@pytest.mark.requirement("I21", "I27")
async def test_a_dead_letter_shows_its_attempts_and_is_put_back_or_dropped(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        listed = await own.read("/events/dead")
        path = re.findall(r'href="(?:/mediator)?(/events/deliveries/\d+)"', listed)[0]
        page = await own.read(path)
        spanish = await own.read(f"{path}?lang=es")
        await own.read(f"{path}?lang=en")
        waits = await own.send(f"{path}/requeue")
        await own.read(f"{path}/drop")
        refused = await own.send(f"{path}/drop")

    assert "The subscriber answered 503." in page
    assert "El suscriptor respondió 503." in spanish
    assert "/messages/" in page
    assert "The event waits in its queue again." in waits
    assert own.answer.status_code == 409
    assert "There is a problem" in refused


@pytest.mark.requirement("I21")
async def test_all_dead_letters_of_a_room_are_put_back_at_once_and_one_is_dropped(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        listed = await own.read("/events/dead")
        path = re.findall(r'href="(?:/mediator)?(/events/deliveries/\d+)"', listed)[0]
        await own.read(path)
        dropped = await own.send(f"{path}/drop")
        none = await own.send("/events/dead/requeue", {"room": ROOM})

    assert "The event was dropped." in dropped
    assert "0 events were put back." in none


async def test_queues_say_how_much_waits(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, roles=OWN) as own:
        page = await own.read(f"{CHANNEL}/queues")

    assert rows(page) == 3
    assert "Citizens&#39; portal" in page


async def test_applications_are_let_in_and_put_out(pages: Bench) -> None:
    await announced(pages)
    right = {"client": "GOV/7004/parcels", "act": "publish", "event_type": TYPE}

    async with visitor(pages, roles=OWN) as own:
        await own.read(f"{CHANNEL}/rights/new")
        wrong = await own.send(f"{CHANNEL}/rights/new", {**right, "act": ""})
        await own.send(f"{CHANNEL}/rights/new", right)
        given = await own.send(f"{CHANNEL}/rights/new", {**right, "step": "send"})
        await own.read(f"{CHANNEL}/rights/remove/{PORTAL}/subscribe")
        taken = {"client": PORTAL, "act": "subscribe", "event_type": ""}
        left = await own.send(f"{CHANNEL}/rights/remove", taken)
        subscribed = await own.read(f"{CHANNEL}/subscriptions")

    assert '<a href="#act">' in wrong
    assert ("Land register" in given, PORTAL in left) == (True, False)
    assert PORTAL not in subscribed


async def test_a_room_is_closed_after_a_warning(pages: Bench) -> None:
    await announced(pages)

    async with visitor(pages, *ADMINISTRATOR) as administrator:
        question = await administrator.read(f"{CHANNEL}/close")
        done = await administrator.send(f"{CHANNEL}/close")
        await administrator.read(CHANNEL, status=404)

    assert "what waits in its queues is dropped" in question
    assert "No application distributes events yet." in done


async def test_who_does_not_manage_a_room_sees_its_types_alone(pages: Bench) -> None:
    event = await announced(pages)

    async with visitor(pages, roles=(f"mediator:application:{SHOP}",)) as other:
        page = await other.read(CHANNEL)
        for path in ("/subscriptions", "/queues", "/rights", "/types/new", "/close"):
            await other.read(f"{CHANNEL}{path}", status=403)
        await other.read(f"/events/log/{event}", status=404)
        await other.read("/events/log", status=403)

    assert (TYPE in page, "Queues" in page) == (True, False)
