"""Sessions and forms belong to the browser that began them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from govstack.kernel import clock, sessions
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import Keyring
from govstack.kernel.db import Database
from govstack.kernel.sessions import SESSION_SECONDS, Sessions, parse_cookies
from govstack.kernel.settings import load
from tests.databases import Databases

KEYS = Keyring("a-secret-for-tests-0123456789-abcdef", package="sessions")
SESSIONS = Sessions(KEYS, secure=True)
OFFICER = Actor("person", "officer-1", "Amina Kone", frozenset({"officer"}), frozenset({"sample:read"}))


def test_a_signed_in_person_is_known_again() -> None:
    cookies = parse_cookies(SESSIONS.start(OFFICER).partition(";")[0])

    assert SESSIONS.actor(cookies)[0] == OFFICER


def test_the_cookie_is_for_this_site_and_not_for_scripts() -> None:
    cookie = SESSIONS.start(OFFICER)

    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Secure", "Path=/"))
    assert "Amina" not in cookie


def test_a_session_ends() -> None:
    begun = clock.now()
    with clock.fixed(begun):
        cookies = parse_cookies(SESSIONS.start(OFFICER).partition(";")[0])

    with clock.fixed(begun + timedelta(seconds=SESSION_SECONDS + 1)):
        assert SESSIONS.actor(cookies)[0] is None


def test_a_session_of_a_clock_that_was_ahead_does_not_last_longer_than_any_other() -> None:
    with clock.fixed(clock.now() + timedelta(days=1)):
        cookies = parse_cookies(SESSIONS.start(OFFICER).partition(";")[0])
        assert SESSIONS.actor(cookies)[0] == OFFICER

    assert SESSIONS.actor(cookies)[0] is None


def test_a_changed_or_foreign_cookie_is_nobody() -> None:
    other = Sessions(Keyring("another-secret-0123456789-abcdefgh", package="sessions"), secure=True)
    foreign = parse_cookies(other.start(OFFICER).partition(";")[0])

    assert SESSIONS.actor(foreign)[0] is None
    assert SESSIONS.actor({"govstack_session": "nonsense"})[0] is None


def test_a_form_token_fits_its_visitor_alone() -> None:
    token = SESSIONS.form_token("visit-1", ANONYMOUS)

    assert SESSIONS.form_token_fits(token, "visit-1", ANONYMOUS)
    assert not SESSIONS.form_token_fits(token, "visit-2", ANONYMOUS)
    assert not SESSIONS.form_token_fits(token, "visit-1", OFFICER)
    assert not SESSIONS.form_token_fits("", "", ANONYMOUS)


def opened(actor: Actor = OFFICER, *, provider_sid: str = "s-1", began: float = 1_000.0) -> Mapping[str, Any]:
    """Return what a session that begins says."""
    cookie = SESSIONS.start(actor, provider_sid=provider_sid, began=began)
    return SESSIONS.actor(parse_cookies(cookie.partition(";")[0]))[1]


def running(database: Database) -> Context:
    """Return a package in a process of its own."""
    return Context("sample", load({}), database, KEYS, None)  # type: ignore[arg-type]


@pytest.mark.requirement("IDN-51")
@pytest.mark.parametrize("name", [0, 1, 2])
async def test_a_session_that_was_ended_by_any_of_its_names_counts_nowhere_any_more(
    databases: Databases, name: int
) -> None:
    here, there = running(await databases.migrated()), running(databases.open())
    session, other = opened(), opened(Actor("person", "somebody-else"), provider_sid="s-2")

    await sessions.end(here, sessions.names_of(session)[name])

    assert await sessions.has_ended(here, session)
    assert await sessions.has_ended(there, session)
    assert not await sessions.has_ended(there, other)


@pytest.mark.requirement("IDN-51")
async def test_a_person_can_begin_another_session_after_all_were_ended(database: Database) -> None:
    context = running(database)
    for moment in (1_500, 1_200):
        await sessions.end(context, f"sub:{OFFICER.id}", began_by=moment)

    assert await sessions.has_ended(context, opened(began=1_500))
    assert not await sessions.has_ended(context, opened(began=1_501))


@pytest.mark.requirement("IDN-51")
async def test_another_process_hears_of_the_end_within_a_second(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = running(await databases.migrated()), running(databases.open())
    session = opened()
    moment = clock.monotonic()
    monkeypatch.setattr(clock, "monotonic", lambda: moment)
    assert not await sessions.has_ended(there, session)

    await sessions.end(here, sessions.names_of(session)[0])
    at_once = await sessions.has_ended(there, session)
    moment += sessions.LOOK_SECONDS

    assert not at_once
    assert await sessions.has_ended(there, session)


@pytest.mark.requirement("IDN-51")
async def test_what_ended_does_not_revive_when_the_clock_goes_ahead_and_comes_back(database: Database) -> None:
    context = running(database)
    session = opened()
    await sessions.end(context, "sid:s-1")

    with clock.fixed(clock.now() + timedelta(days=1)):
        await sessions.end(context, "sid:s-2")

    assert await sessions.has_ended(context, session)


@pytest.mark.requirement("IDN-51")
async def test_what_no_session_can_be_named_by_any_more_is_forgotten(database: Database) -> None:
    context = running(database)
    await sessions.end(context, "sid:s-1")
    with clock.fixed(clock.now() + sessions.ENDED_KEPT + timedelta(seconds=1)):
        await sessions.end(context, "sid:s-2")

    async with database.reading() as tx:
        assert [row["name"] for row in await tx.fetch("SELECT name FROM ended_session")] == ["sid:s-2"]
