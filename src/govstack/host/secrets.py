"""The master secret and the credentials of applications: given by the operator, or made once for a sandbox."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec

from govstack.host.signin import LOGOUT_PATH
from govstack.kernel import ids
from govstack.kernel.crypto import Keyring
from govstack.kernel.manifest import Manifest
from govstack.kernel.mediation import Credentials
from govstack.kernel.settings import Settings, SettingsError

MASTER_FILE = "secret"
OPERATOR = "operator"
CREDENTIAL_KEYS = "credentials"


def master_secret(settings: Settings) -> str:
    """Return the master secret; outside production one is made on first use and kept in the data folder."""
    given = settings.text("SECRET")
    if given:
        return given
    if settings.profile == "production":
        raise SettingsError("The production profile needs GOVSTACK_SECRET or GOVSTACK_SECRET_FILE.")
    path = settings.data_dir / MASTER_FILE
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            return _make(path)
        except OSError as error:
            raise SettingsError(
                f"GOVSTACK_DATA_DIR names a folder that cannot be made or written ({error.strerror})."
            ) from error
    except OSError as error:
        raise SettingsError(f"The master secret in GOVSTACK_DATA_DIR cannot be read ({error.strerror}).") from error


def _make(path: Path) -> str:
    """Keep a new secret; it appears whole under its name, for another process may look for it at the same time."""
    made = ids.new_secret(48)
    unfinished = path.with_name(f"{path.name}.{ids.new_id()}")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(made)
    try:
        os.link(unfinished, path)
    except FileExistsError:  # another process of this instance was first
        return path.read_text(encoding="utf-8").strip()
    finally:
        unfinished.unlink()
    return made


def credentials(settings: Settings, secret: str) -> Callable[[str], Credentials]:
    """Return how an application of this process proves itself: from the given file, else derived from the secret."""
    given: dict[str, str] = {}
    text = settings.text("CREDENTIALS")
    if text:
        given = msgspec.json.decode(text, type=dict[str, str])
    keys = Keyring(secret, package=CREDENTIAL_KEYS)
    instance = settings.text("INSTANCE")

    def of(application: str) -> Credentials:
        client_id = application if application.startswith(("pages/", OPERATOR)) else f"{instance}/{application}"
        return Credentials(client_id, given.get(client_id) or keys.secret_text(client_id))

    return of


def bootstrap_clients(
    manifests: Iterable[Manifest], secret_of: Callable[[str], Credentials], public_url: Callable[[str], str]
) -> str:
    """Return the clients that the built-in issuer must know before anybody can sign in: pages, and the operator."""
    clients: dict[str, dict[str, Any]] = {}
    scopes: set[str] = set()
    for manifest in manifests:
        scopes.update(manifest.scopes)
        proof = secret_of(f"pages/{manifest.name}")
        clients[proof.client_id] = {
            "secret": proof.client_secret,
            "redirect_uris": [f"{public_url(manifest.name)}/session/callback"],
            "backchannel_logout_uri": f"{public_url(manifest.name)}{LOGOUT_PATH}",
            "name": manifest.title,
        }
    proof = secret_of(OPERATOR)
    clients[proof.client_id] = {"secret": proof.client_secret, "scopes": " ".join(sorted(scopes))}
    return msgspec.json.encode(clients).decode()
