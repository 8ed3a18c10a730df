"""Sessions and forms belong to the browser that began them."""

from __future__ import annotations

from datetime import timedelta

from govstack.kernel import clock
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.crypto import Keyring
from govstack.kernel.sessions import SESSION_SECONDS, Sessions, parse_cookies

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
