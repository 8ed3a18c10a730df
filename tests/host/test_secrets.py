"""The credentials of a process come from one place: its secret, or what the operator gives instead."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from govstack.host import compose, secrets
from govstack.kernel.settings import Settings, SettingsError, load

MASTER = "a-master-secret-of-this-test-0123456789"
APPLICATIONS = ("GOV/7001/population", "GOV/7003/officerdesk", "pages/registries", "operator")


def settings(**given: str) -> Settings:
    """Return the settings of a process in which only the given ones are set."""
    return load({}).changed(INSTANCE="demo", **given)


@pytest.mark.requirement("X079", "X056")
def test_every_credential_follows_from_the_one_secret_and_none_is_like_another() -> None:
    of, again, other = (secrets.credentials(settings(), secret) for secret in (MASTER, MASTER, "o" + MASTER))

    made = {application: of(application).client_secret for application in APPLICATIONS}

    assert made == {application: again(application).client_secret for application in APPLICATIONS}
    assert len({*made.values(), *(other(application).client_secret for application in APPLICATIONS)}) == 8
    assert MASTER not in "".join(made.values())


@pytest.mark.requirement("X079")
def test_what_the_operator_gives_counts_instead() -> None:
    given = {"demo/GOV/7001/population": "given-by-the-operator"}

    of = secrets.credentials(settings(CREDENTIALS=json.dumps(given)), MASTER)

    assert of("GOV/7001/population").client_secret == "given-by-the-operator"
    assert of("GOV/7003/officerdesk").client_secret != "given-by-the-operator"


@pytest.mark.requirement("X079", "X034")
def test_a_sandbox_makes_its_secret_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    here = settings(DATA_DIR=str(tmp_path / "new"))

    first, second = secrets.master_secret(here), secrets.master_secret(here)

    file = tmp_path / "new" / secrets.MASTER_FILE
    assert first == second == file.read_text("utf-8")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_production_makes_no_secret_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GOVSTACK_SECRET"):
        secrets.master_secret(settings(PROFILE="production", DATA_DIR=str(tmp_path)))

    assert list(tmp_path.iterdir()) == []


def test_the_operator_may_administer_every_package_and_pages_only_come_back_to_themselves() -> None:
    manifests = compose.packages()
    of = secrets.credentials(settings(), MASTER)

    clients = json.loads(secrets.bootstrap_clients(manifests, of, lambda name: f"http://here.test/{name}"))

    assert set(clients["operator"]["scopes"].split()) == {scope for one in manifests for scope in one.scopes}
    assert clients["pages/sandbox"]["redirect_uris"] == ["http://here.test/sandbox/session/callback"]
    assert "scopes" not in clients["pages/sandbox"]
