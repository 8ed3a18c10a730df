"""Pure rules of services: which OpenAPI documents are usable, and which addresses may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from govstack.blocks.mediator.directory.model import Document, Endpoint, by_path, plain_path
from govstack.blocks.mediator.services.errors import AddressRefused, DocumentInvalid
from govstack.kernel import crypto
from govstack.kernel.destinations import Rules, fault_of, is_never_called, number_of, place_of
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import BadRequest

DOCUMENT_BYTES_MAX = 1_000_000
DEPTH_MAX = 64
ENDPOINTS_MAX = 1_000
PATH_CHARACTERS_MAX = 500
URL_CHARACTERS_MAX = 2_000
TITLE_CHARACTERS_MAX = 200
DESCRIPTION_CHARACTERS_MAX = 10_000
SECONDS_MAX = 300
BYTES_MAX = 1_000_000_000
SECONDS_DEFAULT = 30
REQUEST_BYTES_DEFAULT = 10_000_000
ANSWER_BYTES_DEFAULT = 50_000_000

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VERSION = re.compile(r"3\.[01]\.\d{1,3}")
_FIELD = re.compile(r"\{([^{}/]+)\}")
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})

Limits = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Offer:
    """A service as its provider wants it registered; None keeps what is there, or takes the usual value."""

    code: str
    service_url: str
    spec_url: str = ""
    version: str | None = None
    enabled: bool | None = None
    timeout_seconds: int | None = None
    request_bytes_max: int | None = None
    answer_bytes_max: int | None = None
    payload_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What an OpenAPI document says about a service."""

    document: Document
    digest: str
    title: str
    version: str
    text: str
    endpoints: tuple[Endpoint, ...]


def read_document(text: str) -> Description:
    """Read an OpenAPI 3.0 or 3.1 document in JSON or YAML; raises DocumentInvalid saying what to change.

    References to other addresses stay as they are: nothing is fetched.
    """
    raw = text.encode("utf-8", "replace")
    if len(raw) > DOCUMENT_BYTES_MAX:
        raise DocumentInvalid(f"The OpenAPI document is larger than {DOCUMENT_BYTES_MAX} bytes.")
    format_: Literal["json", "yaml"] = "json" if text.lstrip()[:1] == "{" else "yaml"
    content = _json(raw) if format_ == "json" else _yaml(text)
    root = _mapping(content, "The document")
    if not _VERSION.fullmatch(str(root.get("openapi", ""))):
        raise DocumentInvalid("The document must say `openapi: 3.0.x` or `3.1.x` at its top.")
    info = _mapping(root.get("info"), "`info`")
    if not info.get("title") or info.get("version") in {None, ""}:
        raise DocumentInvalid("`info` must hold a title and a version.")
    return Description(
        document=Document(raw.decode(), format_),
        digest=crypto.digest(raw),
        title=_plain(info["title"], TITLE_CHARACTERS_MAX),
        version=_plain(info["version"], TITLE_CHARACTERS_MAX),
        text=_plain(info.get("description", ""), DESCRIPTION_CHARACTERS_MAX),
        endpoints=_endpoints(root),
    )


def _json(raw: bytes) -> object:
    try:
        content = msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DocumentInvalid("The document starts like JSON but cannot be read as JSON.") from error
    level = [content]
    for _ in range(DEPTH_MAX):
        level = [child for value in level for child in _children(value)]
        if not level:
            return content
    raise DocumentInvalid(f"The document is nested deeper than {DEPTH_MAX} levels.")


def _children(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _yaml(text: str) -> object:
    try:
        return read_yaml(text)
    except BadRequest as problem:
        raise DocumentInvalid(problem.detail) from problem


def _endpoints(root: Mapping[str, object]) -> tuple[Endpoint, ...]:
    # Since 3.1 a document may hold only components or web hooks.
    optional = str(root["openapi"]).startswith("3.1") and "paths" not in root
    paths = {} if optional else _mapping(root.get("paths"), "`paths`")
    found: list[Endpoint] = []
    shapes: dict[str, str] = {}
    operation_ids: set[str] = set()
    for path, item in paths.items():
        if path.startswith("x-"):
            continue
        shape = _shape(path)
        if shape in shapes:
            raise DocumentInvalid(f"The paths {shapes[shape]} and {path} cannot be told apart.")
        shapes[shape] = path
        described = _resolved(root, item, path)
        methods = [method for method in METHODS if method in described]
        found += [_endpoint(described[method], method.upper(), path, operation_ids) for method in methods]
        if len(found) > ENDPOINTS_MAX:
            raise DocumentInvalid(f"The document describes more than {ENDPOINTS_MAX} endpoints. Make it two services.")
    return tuple(sorted(found, key=by_path))


def _endpoint(operation: object, method: str, path: str, operation_ids: set[str]) -> Endpoint:
    described = _mapping(operation, f"{method} {path}")
    name = _plain(described.get("operationId", ""), TITLE_CHARACTERS_MAX)
    if name and name in operation_ids:
        raise DocumentInvalid(f"The operationId {name} stands in the document twice.")
    operation_ids.add(name)
    if not isinstance(described.get("responses", {}), dict):
        raise DocumentInvalid(f"The responses of {method} {path} are not an object.")
    return Endpoint(method, path, name, _plain(described.get("summary", ""), TITLE_CHARACTERS_MAX))


def _shape(path: str) -> str:
    """Return a path with its fields unnamed; raises DocumentInvalid when no request could have it."""
    fields = _FIELD.findall(path)
    rest = _FIELD.sub("", path)
    if not path.startswith("/") or len(path) > PATH_CHARACTERS_MAX or plain_path(path) is None:
        raise DocumentInvalid("Every path starts with a slash and is written as it stands in an address.")
    if any(character in rest for character in "{}?#") or len(set(fields)) < len(fields):
        raise DocumentInvalid(f"The path {_plain(path, TITLE_CHARACTERS_MAX)} has broken or repeated fields.")
    return _FIELD.sub("{}", path)


def _resolved(root: Mapping[str, object], item: object, path: str) -> Mapping[str, object]:
    item = _mapping(item, path)
    reference = item.get("$ref")
    if reference is None:
        return item
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise DocumentInvalid(f"{path} refers to another document. Put its operations into this one.")
    found: object = root
    for part in reference[2:].split("/"):
        found = _mapping(found, reference).get(part.replace("~1", "/").replace("~0", "~"))
    return _mapping(found, reference)


def _mapping(value: object, what: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise DocumentInvalid(f"{_plain(what, TITLE_CHARACTERS_MAX)} must be an object with names.")
    return value


def _plain(value: object, most: int) -> str:
    text = str(value).encode("utf-8", "replace").decode()
    return "".join(character for character in text if character >= " " or character in "\n\t")[:most].strip()


@dataclass(frozen=True, slots=True)
class AddressRules:
    """Which addresses may be called: `allowed` hosts (exact, with a port, `*.suffix`, a network, or `*`), never
    those of the mediator itself (`own`), and with TLS where plain HTTP is not accepted."""

    allowed: tuple[str, ...]
    own: tuple[str, ...]
    tls_only: bool = False


def checked_address(url: str, rules: AddressRules, *, query: bool = False) -> str:
    """Return an address that requests may be sent to, without a final slash; raises AddressRefused saying why not."""
    parts, host, port = _split(url, query=query)
    fault = fault_of(url, Rules(rules.allowed, plain=not rules.tls_only, reach="machine"))
    if fault == "plain":
        raise AddressRefused("Use https: plain http is not accepted here.")
    if fault == "unlisted" and not is_never_called(host):
        raise AddressRefused(f"The host {host} is not among those allowed. Ask the administrator of this instance.")
    if fault:
        raise AddressRefused("This address leads to the inside of a machine or a cloud, never to a service.")
    for own in rules.own:
        own_parts, own_host, own_port = _split(own)
        path = own_parts.path.rstrip("/")
        same_place = (_machine(host), port) == (_machine(own_host), own_port)
        if same_place and f"{plain_path(parts.path)}/".startswith(f"{path}/"):
            raise AddressRefused("This is the mediator's own address: calls would go in circles.")
    return url.rstrip("/") if not parts.query else url


def _split(url: str, *, query: bool = False) -> tuple[SplitResult, str, int]:
    if "#" in url or ("?" in url and not query):
        raise AddressRefused("Send an address without user name, password, query and fragment.")
    try:
        _scheme, host, port = place_of(url)
    except ValueError as error:
        raise AddressRefused("Send an address that starts with http:// or https:// and a host.") from error
    parts = urlsplit(url)
    if plain_path(parts.path) is None or "//" in parts.path:
        raise AddressRefused("Send an address whose path has no dots, empty parts or hidden slashes.")
    return parts, host, port


def _machine(host: str) -> str:
    number = number_of(host)
    return "loopback" if host in _LOOPBACK_NAMES or (number and number.is_loopback) else host
