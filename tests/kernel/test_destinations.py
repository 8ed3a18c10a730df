"""Where the platform may send what operators let it send: one set of rules for all packages."""

from __future__ import annotations

import pytest

from govstack.kernel.destinations import Rules, fault_of, is_never_called, may_connect

HOSTS = (
    "hooks.test",
    "*.gov.test",
    "one.test:8443",
    "*.two.test:8443",
    "10.0.0.0/8",
    "169.254.0.0/16",
    "127.0.0.1",
    "[::1]:9",
)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.test",
        "https://HOOKS.test./a?b=c",
        "https://a.b.gov.test:9/x",
        "https://one.test:8443/",
        "https://a.two.test:8443",
        "https://10.1.2.3/",
        "https://127.0.0.1:5",
        "https://[::1]:9/x",
        "http://hooks.test",
    ],
)
def test_what_operators_list_may_be_called(address: str) -> None:
    assert fault_of(address, Rules(HOSTS, plain=True, reach="machine")) == ""


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("", "address"),
        ("hooks.test", "address"),
        ("ftp://hooks.test", "address"),
        ("https://", "address"),
        ("https://a@hooks.test", "address"),
        ("https://hooks.test\\@evil.test", "address"),
        ("https://hooks.test:0", "address"),
        ("https://hooks.test:99999", "address"),
        ("https://hooks.test/#a", "address"),
        ("https://hooks .test", "address"),
        ("https://[::1", "address"),
        ("https://hooks.test/" + "a" * 2_000, "address"),
        ("https://h\u00f6oks.test", "address"),
        ("http://hooks.test", "plain"),
        ("http://evil.test", "plain"),
        ("https://evil.test", "unlisted"),
        ("https://hooks.test.evil.test", "unlisted"),
        ("https://gov.test", "unlisted"),
        ("https://evilgov.test", "unlisted"),
        ("https://one.test", "unlisted"),
        ("https://a.two.test", "unlisted"),
        ("https://[::1]", "unlisted"),
        ("https://10.1", "unlisted"),
        ("https://10.1.2.3", "inside"),
        ("https://127.0.0.1", "inside"),
        ("https://169.254.169.254/latest", "inside"),
    ],
)
def test_anything_else_is_refused_with_its_reason(address: str, fault: str) -> None:
    assert fault_of(address, Rules(HOSTS)) == fault


def test_nobody_listed_means_nowhere() -> None:
    assert fault_of("https://hooks.test", Rules()) == "unlisted"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("10.0.0.1", False),
        ("127.0.0.1", False),
        ("169.254.1.1", True),
        ("fe80::1%eth0", True),
        ("::ffff:169.254.169.254", True),
        ("2002:a9fe:a9fe::1", True),
        ("64:ff9b::a9fe:a9fe", True),
        ("64:ff9b::5db8:d70e", False),
        ("100.100.100.200", True),
        ("example.org", False),
        ("1.2.3", True),
    ],
)
def test_some_places_are_never_called_whatever_the_settings_say(host: str, expected: bool) -> None:
    assert is_never_called(host) is expected


@pytest.mark.parametrize(
    ("number", "public", "private", "machine"),
    [
        ("93.184.215.14", True, True, True),
        ("10.1.2.3", False, True, True),
        ("fd00::1", False, True, True),
        ("::ffff:10.0.0.1", False, True, True),
        ("100.64.0.1", False, True, True),
        ("127.0.0.1", False, False, True),
        ("::1", False, False, True),
        ("::ffff:127.0.0.1", False, False, True),
        ("64:ff9b::10.1.2.3", False, True, True),
        ("64:ff9b::93.184.215.14", True, True, True),
        ("169.254.169.254", False, False, False),
        ("::ffff:169.254.169.254", False, False, False),
        ("0.0.0.0", False, False, False),
        ("224.0.0.1", False, False, False),
        ("168.63.129.16", False, False, False),
        ("example.org", False, False, False),
    ],
)
def test_how_far_inside_a_connection_may_lead(number: str, public: bool, private: bool, machine: bool) -> None:
    assert may_connect(number, Rules(reach="public")) is public
    assert may_connect(number, Rules(reach="private")) is private
    assert may_connect(number, Rules(reach="machine")) is machine
