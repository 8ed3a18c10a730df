"""Nothing is reachable by accident: every route of every package declares who may call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from govstack.host import compose
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Access, Operation
from govstack.kernel.settings import PROFILES

KINDS = frozenset({"public", "signed-in", "scope", "policy"})


def declared(manifest: Manifest) -> Iterator[Operation]:
    """Yield the operations that a package itself declares."""
    for routes in (manifest.api, manifest.dialect, manifest.pages):
        if routes is not None:
            yield from routes.operations


def named(manifest: Manifest, operation: Operation) -> str:
    """Return an operation as messages show it."""
    return f"{manifest.name}: {operation.method} {operation.path}"


@pytest.mark.requirement("X012", "X055", "X063", "X065", "X215")
@pytest.mark.parametrize("profile", PROFILES)
def test_every_route_declares_its_access(profile: str) -> None:
    undeclared = [
        named(manifest, operation)
        for manifest in compose.packages()
        for operation in compose.routes(manifest, profile, party=None, public_url="http://localhost")[0]
        if not isinstance(operation.access, Access) or operation.access.kind not in KINDS
    ]

    assert undeclared == []


@pytest.mark.requirement("X065")
def test_every_scope_a_route_needs_is_declared_by_its_package() -> None:
    unknown = [
        f"{named(manifest, operation)} needs {operation.access.name}"
        for manifest in compose.packages()
        for operation in declared(manifest)
        if operation.access.kind == "scope" and operation.access.name not in manifest.scopes
    ]

    assert unknown == []


# Names that a published document gives to scopes of a block.
PUBLISHED_SCOPES = frozenset({"add_oidc_client", "update_oidc_client", "wallet_binding"})


def test_every_scope_carries_the_name_of_its_package_unless_a_document_names_it() -> None:
    foreign = [
        scope
        for manifest in compose.packages()
        for scope in manifest.scopes
        if scope.split(":")[0] != manifest.name and scope not in PUBLISHED_SCOPES
    ]

    assert foreign == []


@pytest.mark.requirement("X055", "X063")
def test_nothing_that_changes_data_is_open_to_everybody() -> None:
    # Signing in and asking for a token are how a caller becomes somebody; they cannot need it.
    open_by_nature = {"identity"}
    writes = [
        named(manifest, operation)
        for manifest in compose.packages()
        if manifest.name not in open_by_nature
        for operation in declared(manifest)
        if operation.access.kind == "public" and operation.method not in {"GET", "HEAD"}
    ]

    assert writes == []
