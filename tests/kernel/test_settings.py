"""Settings are declared, typed, and refuse an unsafe start."""

from __future__ import annotations

from pathlib import Path

import pytest

from govstack.kernel.settings import SettingsError, check_production, load

STRONG = "k7Qz-1vB9-xW3m-Lp5R-aT8u-Yc2N-dE6h"
SAFE = {"SECRET": STRONG, "TLS_CERTIFICATE": "server.pem", "TLS_KEY": "server.key"}


@pytest.mark.requirement("X013", "X034", "X056")
def test_a_secret_can_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{STRONG}\n", encoding="utf-8")

    assert load({"GOVSTACK_SECRET_FILE": str(file)}).text("SECRET") == STRONG


def test_a_file_that_is_no_text_is_refused_by_name(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match="GOVSTACK_SECRET_FILE names a file that cannot be read as text"):
        load({"GOVSTACK_SECRET_FILE": str(file)})


def test_a_variable_nobody_declared_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match="GOVSTACK_PORTT"):
        load({"GOVSTACK_PORTT": "8000"})


def test_an_unknown_profile_is_refused() -> None:
    with pytest.raises(SettingsError, match="profile|PROFILE"):
        load({"GOVSTACK_PROFILE": "demo"})


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError, match=r"GOVSTACK_PORT must .* GOVSTACK_LOG_LEVEL must "):
        load({"GOVSTACK_PORT": "eighty", "GOVSTACK_LOG_LEVEL": "NOISY"})


def test_the_command_line_comes_before_the_environment_and_keeps_to_the_same_rules() -> None:
    environment = {"GOVSTACK_PORT": "8001"}

    assert load(environment, given={"PORT": "8002"}).number("PORT") == 8002
    with pytest.raises(SettingsError, match="GOVSTACK_PORT"):
        load(environment, given={"PORT": "0"})


def test_a_key_without_its_certificate_would_serve_plain_http_unseen(tmp_path: Path) -> None:
    key = tmp_path / "server.key"
    key.write_text("-----BEGIN PRIVATE KEY-----", encoding="utf-8")

    with pytest.raises(SettingsError, match="TLS_CERTIFICATE and GOVSTACK_TLS_KEY belong together"):
        load({"GOVSTACK_TLS_KEY": str(key)})


@pytest.mark.requirement("X034", "X014")
@pytest.mark.parametrize("secret", ["", "short", "a" * 40, "please-change-this-secret-0123456789"])
def test_production_refuses_a_weak_or_sample_secret(secret: str) -> None:
    settings = load({}).changed(**{**SAFE, "SECRET": secret})

    with pytest.raises(SettingsError, match="SECRET"):
        check_production(settings)


@pytest.mark.requirement("X011", "X072", "MSG-11")
@pytest.mark.parametrize("missing", ["TLS_CERTIFICATE", "TLS_KEY"])
def test_production_refuses_plain_http(missing: str) -> None:
    settings = load({}).changed(**{**SAFE, missing: ""})

    with pytest.raises(SettingsError, match="TLS"):
        check_production(settings)


def test_production_starts_with_a_strong_secret_and_tls() -> None:
    check_production(load({}).changed(**SAFE))


def test_a_package_may_have_a_database_of_its_own() -> None:
    settings = load(
        {"GOVSTACK_DATABASE_URL": "postgresql://all", "GOVSTACK_SAMPLE_DATABASE_URL": "postgresql://own"},
        packages=["sample", "other"],
    )

    assert settings.database_url("sample") == "postgresql://own"
    assert settings.database_url("other") == "postgresql://all"


def test_a_time_zone_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="GOVSTACK_TIME_ZONE must be a time zone, such as Africa/Nairobi"):
        load({"GOVSTACK_TIME_ZONE": "Atlantis/Poseidonis"})

    assert load({"GOVSTACK_TIME_ZONE": "Africa/Nairobi"}).text("TIME_ZONE") == "Africa/Nairobi"
