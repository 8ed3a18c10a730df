"""Where signing in leads back to."""

from __future__ import annotations

import pytest

from govstack.host.signin import _own_path


@pytest.mark.requirement("X059")
@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("/registries/", "/registries/"),
        ("/registries/a%2Fb?q=1&at=%C3%A9#x", "/registries/a%2Fb?q=1&at=%C3%A9#x"),
        ("/registries/é 日", "/registries/%C3%A9%20%E6%97%A5"),
        ("", ""),
        ("registries", ""),
        ("https://evil.example/", ""),
        ("//evil.example/", ""),
        ("/\\evil.example/", "/%5Cevil.example/"),
        ("/\t/evil.example/", "/%09/evil.example/"),
        ("\t//evil.example/", ""),
        ("/\r\nset-cookie: a=b", "/%0D%0Aset-cookie:%20a=b"),
    ],
)
def test_signing_in_leads_back_to_this_site_alone(asked: str, leads: str) -> None:
    assert _own_path(asked) == leads
