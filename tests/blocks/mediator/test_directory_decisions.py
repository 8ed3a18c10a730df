"""The two decisions of the directory: who may call what, and who administers what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govstack.blocks.mediator.directory.model import (
    WHOLE_SERVICE,
    Endpoint,
    EndpointKey,
    Power,
    Reason,
    Target,
    is_client,
    may,
    plain_path,
    templates,
    verdict,
)
from govstack.kernel.actor import ANONYMOUS, SYSTEM, Actor

DESK = "demo/GOV/7003/desk"
ENDPOINTS = (
    Endpoint("GET", "/people"),
    Endpoint("GET", "/people/{id}"),
    Endpoint("DELETE", "/people/{id}"),
    Endpoint("GET", "/people/count", enabled=False),
    Endpoint("GET", "/people/{id}.pdf"),
    Endpoint("GET", "/"),
)


def target(*keys: EndpointKey, enabled: bool = True, client: str = DESK) -> Target:
    """Return a service on which one client has rights."""
    return Target(
        service_id="1",
        service="demo/GOV/7001/register/people",
        application="demo/GOV/7001/register",
        version="1",
        service_url="http://provider.test",
        connection="https",
        enabled=enabled,
        timeout_seconds=30,
        request_bytes_max=1,
        answer_bytes_max=1,
        payload_kept=False,
        templates=templates(ENDPOINTS),
        rights={client: frozenset(keys)} if keys else {},
    )


@pytest.mark.requirement("I10")
def test_a_call_without_a_right_is_refused() -> None:
    assert verdict(target(), client=DESK, method="GET", path="/people").reason is Reason.NO_RIGHT


@pytest.mark.requirement("I10")
def test_a_right_to_the_whole_service_covers_every_described_endpoint() -> None:
    found = verdict(target(WHOLE_SERVICE), client=DESK, method="GET", path="/people/12")

    assert (found.allowed, found.reason, found.endpoint) == (True, Reason.ALLOWED, "/people/{id}")


def test_a_right_of_another_application_of_the_same_member_does_not_count() -> None:
    assert not verdict(target(WHOLE_SERVICE), client="demo/GOV/7003/other", method="GET", path="/people").allowed


def test_a_right_to_one_endpoint_ends_at_that_endpoint() -> None:
    held = target(("GET", "/people/{id}"))

    allowed = [
        verdict(held, client=DESK, method=m, path=p).allowed
        for m, p in (("GET", "/people/1"), ("DELETE", "/people/1"), ("GET", "/people"))
    ]

    assert allowed == [True, False, False]


@pytest.mark.requirement("I8")
def test_a_disabled_endpoint_is_absent_even_where_a_wider_path_would_fit() -> None:
    found = verdict(target(WHOLE_SERVICE), client=DESK, method="GET", path="/people/count")

    assert found.reason is Reason.ENDPOINT_DISABLED


def test_a_disabled_service_is_absent() -> None:
    found = verdict(target(WHOLE_SERVICE, enabled=False), client=DESK, method="GET", path="/people")

    assert found.reason is Reason.DISABLED


def test_what_the_document_does_not_describe_is_absent() -> None:
    found = [
        verdict(target(WHOLE_SERVICE), client=DESK, method=m, path=p).reason
        for m, p in (("GET", "/admin"), ("PUT", "/people"), ("GET", "/people/"), ("GET", "/people/1/2"))
    ]

    assert found == [Reason.UNKNOWN_ENDPOINT] * 4


def test_the_path_with_more_fixed_text_decides() -> None:
    assert (
        verdict(target(WHOLE_SERVICE), client=DESK, method="GET", path="/people/1.pdf").endpoint == "/people/{id}.pdf"
    )


def test_a_missing_path_means_the_root_and_head_means_get() -> None:
    assert verdict(target(WHOLE_SERVICE), client=DESK, method="HEAD", path="").endpoint == "/"


def test_an_encoded_letter_is_the_letter() -> None:
    assert verdict(target(("GET", "/people")), client=DESK, method="GET", path="/peopl%65").allowed


@pytest.mark.parametrize(
    "path",
    [
        "/people/../admin", "/people/%2e%2e/admin", "/people/.", "/people/..;x/admin", "/people/a%2Fb", "/people/a%5cb",
        "/people/%00", "/people/%0d%0a", "/people/%ff", "people", "/people/\\admin",
    ],
)  # fmt: skip
def test_a_path_that_others_could_read_differently_is_refused(path: str) -> None:
    assert verdict(target(WHOLE_SERVICE), client=DESK, method="GET", path=path).reason is Reason.BAD_PATH


@given(st.text(max_size=40))
def test_no_text_makes_a_path_that_climbs(text: str) -> None:
    plain = plain_path("/" + text)

    assert plain is None or not {"..", "."} & set(plain.split("/"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "demo",
        "demo/GOV/1",
        "demo/GOV/1/",
        "demo/GOV//x",
        "demo/GOV/1/x/y",
        "demo/GOV/1/..",
        "de mo/GOV/1/x",
        "X-GovStack-Client",
    ],
)
def test_a_client_has_four_parts(text: str) -> None:
    assert not is_client(text)


def person(*names: str, roles: tuple[str, ...] = ()) -> Actor:
    """Return a person with scopes and roles."""
    return Actor("person", "mila", scopes=frozenset(names), roles=frozenset(roles))


@pytest.mark.requirement("I1", "I2")
@pytest.mark.parametrize(
    ("held", "power", "member", "application", "expected"),
    [
        ("mediator:administer", Power.REGISTER, "", "", True),
        ("mediator:*", Power.GRANT, "", "GOV/1/x", True),
        ("mediator:rights", Power.GRANT, "", "GOV/1/x", True),
        ("mediator:rights", Power.OFFER, "", "GOV/1/x", False),
        ("mediator:member:GOV/1", Power.OFFER, "", "GOV/1/x", True),
        ("mediator:member:GOV/1", Power.OFFER, "GOV/1", "", True),
        ("mediator:member:GOV/1", Power.OFFER, "", "GOV/2/x", False),
        ("mediator:member:GOV/1", Power.REGISTER, "", "", False),
        ("mediator:member:GOV/1:rights", Power.GRANT, "", "GOV/1/x", True),
        ("mediator:member:GOV/1:rights", Power.OFFER, "", "GOV/1/x", False),
        ("mediator:application:GOV/1/x", Power.OFFER, "", "GOV/1/x", True),
        ("mediator:application:GOV/1/x", Power.REGISTER, "GOV/1", "", False),
        ("mediator:application:GOV/1/x:services", Power.OFFER, "", "GOV/1/x", True),
        ("mediator:application:GOV/1/x:services", Power.GRANT, "", "GOV/1/x", False),
        ("registries:*", Power.READ, "GOV/1", "", False),
    ],
)
def test_administrators_have_a_kind_and_a_level(
    held: str, power: Power, member: str, application: str, expected: bool
) -> None:
    assert may(person(held), power, member=member, application=application) is expected


@pytest.mark.requirement("I5")
def test_the_identity_provider_may_give_administration_as_roles_too() -> None:
    assert may(person(roles=("mediator:member:GOV/1",)), Power.OFFER, application="GOV/1/x")


def test_nobody_administers_by_default_but_the_platform_itself() -> None:
    assert [may(actor, Power.READ, member="GOV/1") for actor in (ANONYMOUS, person(), SYSTEM)] == [False, False, True]
