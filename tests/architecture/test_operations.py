"""What the published documents promise is served, under the address they give."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from govstack.host import compose
from govstack.kernel import openapi
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Table

from .tree import KERNEL, SOURCE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PROFILES = {"canonical": "production", "dialect": "conformance"}
PERSONAL = re.compile(
    r"(?i)(first|last|given|family).?name|birth|e-?mail|phone|iban|address$|person.?id|citizen|user.?id|session|access.?token"
)
# The published document itself puts the person's identifier into the query of the usage report; the published services
# of grades ask for results of one `user_id`, which is the name that one tool knows somebody by.
PUBLISHED_WITH_PERSONAL_DATA = {("registries", "userId"), ("registries", "userID"), ("learn", "user_id")}
_FIELD = re.compile(r"\{[^}]*\}")
_NAME = re.compile(r"\{(\w+)\*?\}")


@cache
def promised(folder: Path) -> list[dict[str, Any]]:
    """Return the operations of a package's spec.yaml."""
    return list(yaml.safe_load((folder / "spec.yaml").read_text(encoding="utf-8"))["operations"])


@cache
def routed(package: str, profile: str) -> Table:
    """Return the table that finds a package's operations under a profile."""
    manifest = next(one for one in compose.packages() if one.name == package)
    return compose.routes(manifest, profile, party=None, public_url="http://localhost")[1]


def shape(path: str) -> str:
    """Return a path without its fields' names; `{field}.{ext}` may be one field in code."""
    return _FIELD.sub("{}", path).replace("{}.{}", "{}")


def served(table: Table, manifest: Manifest, method: str, path: str) -> bool:
    """Tell whether the table answers a method and path by the operation that declares just that path."""
    sample = _FIELD.sub("sample", path)
    for prefix in dict.fromkeys((manifest.api_prefix, "")):
        operation, _, _ = table.find(method, prefix + sample)
        if operation is not None and shape(path) in {shape(operation.path), shape(prefix + operation.path)}:
            return True
    return False


def document(manifest: Manifest) -> dict[str, Any]:
    """Return a package's OpenAPI document as it is read from the wire."""
    made = openapi.document(manifest, manifest.api.operations, prefix=manifest.api_prefix, server="")
    return msgspec.json.decode(msgspec.json.encode(made), type=dict[str, Any])


@pytest.mark.requirement("X044", "X053", "IM-D1")
def test_every_documented_operation_is_served() -> None:
    missing = []
    for manifest in compose.packages():
        for operation in promised(Path(manifest.root)):
            profile = PROFILES[operation["face"]]
            table = routed(manifest.name, profile)
            methods = METHODS if operation["method"] == "ANY" else (operation["method"],)
            missing += [
                f"{manifest.name}: {method} {operation['path']}"
                for method in methods
                if not served(table, manifest, method, operation["path"])
            ]

    assert missing == []


@pytest.mark.requirement("X252", "CFR-architecture-15")
def test_every_package_answers_what_the_kernel_promises() -> None:
    missing = [
        f"{manifest.name}: {operation['method']} {operation['path']}"
        for manifest in compose.packages()
        for operation in promised(KERNEL.folder)
        for table in [routed(manifest.name, "production")]
        if not served(table, manifest, operation["method"], operation["path"])
    ]

    assert missing == []


@pytest.mark.requirement("X248", "SD-7")
def test_the_conformance_profile_serves_each_api_at_the_root() -> None:
    missing = [
        f"{manifest.name}: {operation.method} {operation.path}"
        for manifest in compose.packages()
        for table in [routed(manifest.name, "conformance")]
        for operation in manifest.api.operations
        if table.find("GET" if operation.method == "*" else operation.method, _FIELD.sub("sample", operation.path))[0]
        is None
    ]

    assert missing == []


@pytest.mark.requirement("X024", "X039", "X041", "CFR-quality-4")
def test_the_openapi_documents_are_valid() -> None:
    errors = [
        f"{manifest.name}: {error.message}"
        for manifest in compose.packages()
        for error in OpenAPIV31SpecValidator(document(manifest)).iter_errors()
    ]

    assert errors == []


@pytest.mark.requirement("X020", "X040")
def test_reading_takes_no_body() -> None:
    bodies = [
        f"{manifest.name}: {operation.path}"
        for manifest in compose.packages()
        for operation in manifest.api.operations
        if operation.method == "GET" and operation.body is not None
    ]

    assert bodies == []


@pytest.mark.requirement("X253")
def test_a_block_with_published_clients_brings_their_records() -> None:
    empty = [
        manifest.name
        for manifest in compose.packages()
        if manifest.dialect is not None and manifest.conformance_seed is None
    ]

    assert empty == []


@pytest.mark.requirement("X008", "X020")
def test_no_address_has_a_place_for_personal_data() -> None:
    places = {
        (manifest.name, name)
        for manifest in compose.packages()
        for operation in manifest.api.operations
        for name in (*_NAME.findall(operation.path), *operation.query.__struct_encode_fields__)
        if PERSONAL.search(name)
    }

    assert places - PUBLISHED_WITH_PERSONAL_DATA == set()


def test_operation_ids_are_unique_in_a_package() -> None:
    repeated = []
    for folder in sorted(path.parent for path in SOURCE.glob("**/spec.yaml")):
        ids = [operation["id"] for operation in promised(folder)]
        repeated += [f"{folder.name}: {identifier}" for identifier in set(ids) if ids.count(identifier) > 1]

    assert repeated == []
