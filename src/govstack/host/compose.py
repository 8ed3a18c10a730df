"""Composes packages into running applications: each with its own database, keys, tasks and place under the root."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from govstack import blocks, pillars
from govstack.host import signin, standing
from govstack.host.pages import Renderer
from govstack.kernel import health
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.auth import Authenticator, Issuer, TokenVerifier
from govstack.kernel.context import Context
from govstack.kernel.crypto import Keyring
from govstack.kernel.db import Database
from govstack.kernel.http import Application
from govstack.kernel.manifest import Manifest
from govstack.kernel.mediation import Credentials, MediationClient, Network
from govstack.kernel.routing import Operation, Table
from govstack.kernel.sessions import Sessions
from govstack.kernel.settings import Setting, Settings, declared

KERNEL_ROOT = Path(health.__file__).parent
SESSION_KEYS = "sessions"
MACHINE_AUDIENCE = "govstack"


def packages(names: Iterable[str] | None = None) -> list[Manifest]:
    """Return the manifests of the named blocks and pillars, or of all there are."""
    wanted = set(names) if names is not None else None
    found: list[Manifest] = [
        import_module(f"{family.__name__}.{module.name}.manifest").MANIFEST
        for family in (blocks, pillars)
        for module in pkgutil.iter_modules(family.__path__)
        if (wanted is None or module.name in wanted) and find_spec(f"{family.__name__}.{module.name}.manifest")
    ]
    unknown = (wanted or set()) - {manifest.name for manifest in found}
    if unknown:
        raise LookupError(f"There is no block or pillar named {', '.join(sorted(unknown))}.")
    return found


def settings(manifests: Iterable[Manifest]) -> dict[str, Setting]:
    """Return every setting that a process with these packages knows, by name."""
    found = list(manifests)
    return declared([one for manifest in found for one in manifest.settings], [manifest.name for manifest in found])


@dataclass
class Running:
    """One package in this process: its context and its application."""

    manifest: Manifest
    context: Context
    application: Application
    operations: list[Operation] = field(default_factory=list)


@dataclass(frozen=True)
class Wiring:
    """What packages share in a process: settings, the way out, sessions, and how applications prove themselves."""

    settings: Settings
    network: Network
    secret: str
    base_url: str
    credentials: Callable[[str], Credentials]
    previous_secret: str = ""

    def mounted_url(self, package: str) -> str:
        """Return the address of a package: below the root, or the root itself when it runs alone."""
        return self.base_url if self.settings.profile == "conformance" else f"{self.base_url}/{package}"

    @property
    def identity_url(self) -> str:
        """Return the issuer that is trusted for people and machines."""
        return self.settings.text("IDENTITY_URL") or self.mounted_url("identity")

    @property
    def mediator_url(self) -> str:
        """Return the information mediator that this process calls through."""
        return self.settings.text("MEDIATOR_URL") or f"{self.base_url}/mediator"


def assemble(manifest: Manifest, wiring: Wiring, database: Database) -> Running:
    """Return a package as an application on its database; nothing is started yet."""
    settings = wiring.settings
    public_url = wiring.mounted_url(manifest.name)
    context = Context(
        package=manifest.name,
        settings=settings,
        database=database,
        keys=Keyring(wiring.secret, package=manifest.name, previous=wiring.previous_secret),
        mediation=MediationClient(
            wiring.network,
            instance=settings.text("INSTANCE"),
            mediator_url=wiring.mediator_url,
            issuer=wiring.identity_url,
            credentials=wiring.credentials,
        ),
        public_url=public_url,
    )
    verifier = TokenVerifier(
        (
            Issuer(wiring.identity_url),
            Issuer(wiring.mediator_url, f"{wiring.mediator_url}/.well-known/jwks.json", is_mediator=True),
        ),
        audiences=(MACHINE_AUDIENCE, public_url),
        fetch=wiring.network.fetch_json,
    )
    sessions = Sessions(
        Keyring(wiring.secret, package=SESSION_KEYS, previous=wiring.previous_secret),
        secure=public_url.startswith("https://"),
    )
    party = signin.RelyingParty(
        package=manifest.name,
        issuer=wiring.identity_url,
        network=wiring.network,
        verifier=verifier,
        sessions=sessions,
        credentials=wiring.credentials(f"pages/{manifest.name}"),
        public_url=public_url,
    )
    operations, table = routes(manifest, settings.profile, party=party, public_url=public_url)
    application = Application(
        context,
        manifest,
        authenticator=Authenticator(verifier, anonymous=_anonymous(manifest, settings)),
        browser_sessions=sessions,
        renderer=Renderer(manifest, profile=settings.profile),
        operations=operations,
        table=table,
    )
    return Running(manifest, context, application, operations)


def routes(
    manifest: Manifest, profile: str, *, party: signin.RelyingParty | None, public_url: str
) -> tuple[list[Operation], Table]:
    """Return all operations of a package under a profile, and the table that finds them.

    The conformance profile serves the API at the root too, with the aliases of published clients before it.
    """
    api = [*manifest.api.operations]
    dialect = [*(manifest.dialect.operations if manifest.dialect else ())]
    pages = [*(manifest.pages.operations if manifest.pages else ())]
    if party is not None:
        pages += signin.routes(party).operations
    fixed = [*health.routes.operations]
    conformance = profile == "conformance"
    spoken = [*api, *(dialect if conformance else ()), *fixed]
    own = standing.routes(manifest, spoken, public_url=public_url).operations
    table = Table([*fixed, *own, *pages])
    if conformance:
        for operation in dialect:
            table.add(operation)
    prefixes = dict.fromkeys((manifest.api_prefix, "") if conformance else (manifest.api_prefix,))
    for prefix in prefixes:
        for operation in api:
            table.add(operation, prefix)
    shown = [*fixed, *own, *pages, *api, *(dialect if conformance else ())]
    return shown, table


def _anonymous(manifest: Manifest, settings: Settings) -> Actor:
    """Nobody has rights, but for the published test clients, which send no credentials (SD-11)."""
    if settings.profile != "conformance":
        return ANONYMOUS
    scopes = frozenset({f"{manifest.name}:*", *manifest.scopes})
    return Actor(kind="application", id="conformance", name="conformance client", scopes=scopes)


class Root:
    """The application at the root: sends each request to the package it is mounted for."""

    def __init__(self, mounted: Mapping[str, Any], home: Any) -> None:
        self._mounted = dict(mounted)
        self._home = home

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Route by the first segment of the path."""
        path: str = scope["path"]
        name = path[1:].partition("/")[0]
        application = self._mounted.get(name)
        if application is None:
            await self._home(scope, receive, send)
            return
        cut = len(name) + 1
        raw = scope.get("raw_path") or path.encode()
        inner = {
            **scope,
            "path": path,
            "raw_path": raw[cut:] or b"/",
            "mount": f"{scope.get('mount', '')}/{name}",
        }
        await application(inner, receive, send)
