"""Pure rules of services: which OpenAPI documents are usable, and which addresses may be called."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from govstack.blocks.mediator.directory.model import Document, Endpoint, by_path, plain_path
from govstack.blocks.mediator.services.errors import AddressRefused, DocumentInvalid
from govstack.kernel import crypto
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
HOSTS_JUDGED_MAX = 10_000

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_VERSION = re.compile(r"3\.[01]\.\d{1,3}")
_FIELD = re.compile(r"\{([^{}/]+)\}")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_\-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_\-]{0,61}[a-z0-9_])?)*")
_LOOPBACK_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})
# Where cloud providers hand out credentials to whoever asks from inside.
_METADATA = frozenset(
    {"metadata", "metadata.google.internal", "instance-data", "100.100.100.200", "168.63.129.16", "fd00:ec2::254"}
)
_PORTS = {"http": 80, "https": 443}

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
    if is_forbidden_host(host):
        raise AddressRefused("This address leads to the inside of a machine or a cloud, never to a service.")
    if rules.tls_only and parts.scheme != "https":
        raise AddressRefused("Use https: plain http is not accepted here.")
    if not any(_fits(pattern.strip().lower(), host, port) for pattern in rules.allowed if pattern.strip()):
        raise AddressRefused(f"The host {host} is not among those allowed. Ask the administrator of this instance.")
    for own in rules.own:
        own_parts, own_host, own_port = _split(own)
        path = own_parts.path.rstrip("/")
        same_place = (_machine(host), port) == (_machine(own_host), own_port)
        if same_place and f"{plain_path(parts.path)}/".startswith(f"{path}/"):
            raise AddressRefused("This is the mediator's own address: calls would go in circles.")
    return url.rstrip("/") if not parts.query else url


@lru_cache(maxsize=HOSTS_JUDGED_MAX)
def is_forbidden_host(host: str) -> bool:
    """Tell whether a host name or IP address must never be called, whatever the settings allow: link-local,
    unspecified and multicast addresses, and where clouds hand out credentials."""
    host = host.lower().rstrip(".").strip("[]")
    if host in _METADATA:
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # 0x7f.1, 2130706433 and the like are numbers to a resolver, whatever they look like.
        last = host.rpartition(".")[2]
        return not _HOST.fullmatch(host) or last.isdigit() or last.startswith("0x")
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    address = inner or address
    forbidden = address.is_link_local or address.is_multicast or address.is_unspecified
    return forbidden or (address.is_reserved and not address.is_loopback) or str(address) in _METADATA


def _split(url: str, *, query: bool = False) -> tuple[SplitResult, str, int]:
    plain = 0 < len(url) <= URL_CHARACTERS_MAX and all(" " < character <= "~" for character in url)
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as error:
        raise AddressRefused("This is not an address.") from error
    if not plain or "\\" in url or parts.scheme not in _PORTS or not host or port == 0:
        raise AddressRefused("Send an address that starts with http:// or https:// and a host.")
    if "@" in parts.netloc or "#" in url or ("?" in url and not query):
        raise AddressRefused("Send an address without user name, password, query and fragment.")
    if plain_path(parts.path) is None or "//" in parts.path:
        raise AddressRefused("Send an address whose path has no dots, empty parts or hidden slashes.")
    return parts, host, port or _PORTS[parts.scheme]


def _fits(pattern: str, host: str, port: int) -> bool:
    if pattern == "*" or pattern in {host, f"{host}:{port}", f"[{host}]", f"[{host}]:{port}"}:
        return True
    if pattern.startswith("*."):
        return host.endswith(pattern[1:])
    if "/" in pattern:
        try:
            return ipaddress.ip_address(host) in ipaddress.ip_network(pattern, strict=False)
        except ValueError:
            return False
    return False


def _machine(host: str) -> str:
    try:
        loopback = host in _LOOPBACK_NAMES or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    return "loopback" if loopback else host
