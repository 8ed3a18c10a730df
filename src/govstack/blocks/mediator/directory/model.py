"""What the directory knows, and the two decisions made with it: who may call what, and who may administer what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal
from urllib.parse import unquote

from msgspec import Struct

from govstack.kernel.actor import Actor

# Instance and class start with a letter; codes may start with a digit, as registration numbers do. None holds a slash,
# a percent sign or a leading dot, since they become segments of addresses.
NAME_PATTERN = re.compile(r"[a-zA-Z][a-zA-Z0-9_:\-.]{0,63}")
CODE_PATTERN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_\-.]{0,127}")
ID_PATTERN = re.compile(r"[0-9a-f-]{36}")
FINGERPRINT_PATTERN = re.compile(r"[0-9a-f]{64}")
# These words stand where a service's code would stand in an address.
RESERVED_SERVICE_CODES = frozenset({"listMethods", "allowedMethods", "getOpenAPI", "getOpenApi", "api", "pub", "pull"})

CLIENT_PARTS = 4
_UNUSUAL = re.compile(r"[%.;\\]")

EndpointKey = tuple[str, str]
WHOLE_SERVICE: EndpointKey = ("", "")
Connection = Literal["http", "https"]


class State(StrEnum):
    """Where a member or an application stands in its registration."""

    APPLIED = "applied"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    SUSPENDED = "suspended"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation or person connected to this instance; its code is unique in its class."""

    id: str
    instance: str
    member_class: str
    code: str
    name: str
    state: State
    contact_name: str = ""
    contact_email: str = ""
    agreement: str = ""
    reason: str = ""
    applied_by: str = ""
    applied_at: str = ""
    decided_by: str = ""
    decided_at: str = ""

    @property
    def subject(self) -> str:
        """Return CLASS/CODE, the name of a member inside its instance."""
        return f"{self.member_class}/{self.code}"


@dataclass(frozen=True, slots=True)
class Application:
    """An application of a member: it calls services as itself and may offer its own."""

    id: str
    member_id: str
    instance: str
    member_class: str
    member_code: str
    member_name: str
    member_state: State
    code: str
    name: str
    connection: Connection
    state: State
    reason: str = ""
    applied_by: str = ""
    applied_at: str = ""
    decided_by: str = ""
    decided_at: str = ""

    @property
    def identifier(self) -> str:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION."""
        return f"{self.instance}/{self.subject}"

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION, the name of an application inside its instance."""
        return f"{self.member}/{self.code}"

    @property
    def member(self) -> str:
        """Return CLASS/MEMBER."""
        return f"{self.member_class}/{self.member_code}"

    @property
    def connected(self) -> bool:
        """Tell whether it may call and be called now."""
        return self.state is State.ACCEPTED and self.member_state is State.ACCEPTED


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One operation of a service: a method and a path template of its OpenAPI document."""

    method: str
    path: str
    operation_id: str = ""
    summary: str = ""
    enabled: bool = True

    @property
    def key(self) -> EndpointKey:
        """Return what names this endpoint inside its service."""
        return (self.method, self.path)


@dataclass(frozen=True, slots=True)
class Service:
    """A service as registered, without the text of its OpenAPI document."""

    id: str
    application_id: str
    instance: str
    member_class: str
    member_code: str
    application_code: str
    code: str
    version: str
    type: Literal["REST"]
    title: str
    description: str
    spec_url: str
    service_url: str
    enabled: bool
    timeout_seconds: int
    request_bytes_max: int
    answer_bytes_max: int
    payload_kept: bool
    document_digest: str
    registered_by: str
    registered_at: str
    changed_at: str
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def identifier(self) -> str:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION/SERVICE."""
        return f"{self.instance}/{self.subject}"

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION/SERVICE."""
        return f"{self.application}/{self.code}"

    @property
    def application(self) -> str:
        """Return CLASS/MEMBER/APPLICATION of the provider."""
        return f"{self.member_class}/{self.member_code}/{self.application_code}"

    def shown(self, *, only: frozenset[EndpointKey] | None = None) -> Service:
        """Return it as the directory shows it: without endpoints that are switched off or not among `only`."""
        shown = (endpoint for endpoint in self.endpoints if endpoint.enabled and (only is None or endpoint.key in only))
        return replace(self, endpoints=tuple(shown))


@dataclass(frozen=True, slots=True)
class Document:
    """The OpenAPI document of a service, as its provider wrote it."""

    text: str
    format: Literal["json", "yaml"]


class Reason(StrEnum):
    """Why a call is allowed or not; only NO_RIGHT is a refusal, the others mean that nothing is there."""

    ALLOWED = "allowed"
    DISABLED = "service-disabled"
    NO_RIGHT = "no-right"
    BAD_PATH = "bad-path"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    ENDPOINT_DISABLED = "endpoint-disabled"


class Verdict(Struct, frozen=True):
    """Whether a call may pass, why, and the path template it calls ("" when none fits)."""

    allowed: bool
    reason: Reason
    endpoint: str = ""


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """One path of a service ready to be matched, with the endpoints behind it by method."""

    path: str
    pattern: re.Pattern[str]
    endpoints: Mapping[str, Endpoint]


@dataclass(frozen=True, slots=True)
class Target:
    """A service as the forwarder needs it. `rights` holds what each connected application may call:
    endpoints by method and path, or WHOLE_SERVICE."""

    service_id: str
    service: str
    application: str
    version: str
    service_url: str
    connection: Connection
    enabled: bool
    timeout_seconds: int
    request_bytes_max: int
    answer_bytes_max: int
    payload_kept: bool
    templates: tuple[PathTemplate, ...] = field(repr=False)
    rights: Mapping[str, frozenset[EndpointKey]] = field(repr=False)


def by_path(endpoint: Endpoint) -> EndpointKey:
    """Sort endpoints as people look for them."""
    return (endpoint.path, endpoint.method)


def is_address(instance: str, member_class: str, *codes: str) -> bool:
    """Tell whether texts can be an instance, a class, and codes of a member, an application and a service."""
    names = NAME_PATTERN.fullmatch(instance) and NAME_PATTERN.fullmatch(member_class)
    return bool(names) and all(CODE_PATTERN.fullmatch(code) for code in codes)


def is_id(text: str) -> bool:
    """Tell whether a text from an address can be the id of a stored row."""
    return ID_PATTERN.fullmatch(text) is not None


def is_client(identifier: str) -> bool:
    """Tell whether a text can be INSTANCE/CLASS/MEMBER/APPLICATION."""
    parts = identifier.split("/")
    return len(parts) == CLIENT_PARTS and is_address(*parts)


def templates(endpoints: Iterable[Endpoint]) -> tuple[PathTemplate, ...]:
    """Compile endpoints for matching, most specific path first: fixed segments before fields, as OpenAPI has it."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for endpoint in endpoints:
        by_path.setdefault(endpoint.path, {})[endpoint.method] = endpoint
    ordered = sorted(by_path, key=lambda path: ([_openness(segment) for segment in path.split("/")], path))
    return tuple(PathTemplate(path, _pattern(path), by_path[path]) for path in ordered)


def verdict(target: Target, *, client: str, method: str, path: str) -> Verdict:
    """Decide a call; the default is no. `client` is the proven INSTANCE/CLASS/MEMBER/APPLICATION, `path` the
    percent-encoded rest of the address below the service ("" or starting with a slash), without the query."""
    if not target.enabled:
        return Verdict(False, Reason.DISABLED)
    rights = target.rights.get(client)
    if rights is None:
        return Verdict(False, Reason.NO_RIGHT)
    plain = plain_path(path)
    endpoint = _endpoint(target, method, plain) if plain is not None else None
    if endpoint is None:
        return Verdict(False, Reason.BAD_PATH if plain is None else Reason.UNKNOWN_ENDPOINT)
    if not endpoint.enabled:
        return Verdict(False, Reason.ENDPOINT_DISABLED, endpoint.path)
    allowed = WHOLE_SERVICE in rights or endpoint.key in rights
    return Verdict(allowed, Reason.ALLOWED if allowed else Reason.NO_RIGHT, endpoint.path)


def _endpoint(target: Target, method: str, path: str) -> Endpoint | None:
    """Return the endpoint of the most specific path that fits; a path without the method leads to no other path."""
    found = next((template for template in target.templates if template.pattern.fullmatch(path)), None)
    if found is None:
        return None
    return found.endpoints.get(method) or (found.endpoints.get("GET") if method == "HEAD" else None)


def plain_path(path: str) -> str | None:
    """Return a path decoded, or None when a provider could read it as another path than we do."""
    if path.startswith("/") and path.isascii() and path.isprintable() and not _UNUSUAL.search(path):
        return path
    decoded = []
    for segment in (path or "/").split("/"):
        try:
            plain = unquote(segment, errors="strict")
        except UnicodeDecodeError:
            return None
        # A slash hidden in a segment, a step upwards (also in the form `..;x`) or a control character: providers
        # differ in what they make of these, so a right for one path could reach another.
        if "/" in plain or "\\" in plain or plain.partition(";")[0] in {".", ".."}:
            return None
        if any(ord(character) < 32 or ord(character) == 127 for character in plain):
            return None
        decoded.append(plain)
    whole = "/".join(decoded)
    return whole if whole.startswith("/") else None


def _openness(segment: str) -> int:
    """Rank a segment: fixed text, text with a field such as `{id}.json`, a field alone."""
    if "{" not in segment:
        return 0
    return 2 if segment.startswith("{") and segment.find("}") == len(segment) - 1 else 1


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}/]*\}", path)
    return re.compile("[^/]+".join(re.escape(part) for part in parts))


class Power(StrEnum):
    """Kinds of administration; a holder has one kind, or all of them, at one level."""

    REGISTER = "register"
    OFFER = "services"
    GRANT = "rights"
    READ = "read"


ADMINISTER = "mediator:administer"


def may(actor: Actor, power: Power, *, member: str = "", application: str = "") -> bool:
    """Decide who administers what: the whole ecosystem, one member (CLASS/MEMBER) or one application
    (CLASS/MEMBER/APPLICATION).

    The identity provider gives these as scopes or roles: `mediator:administer` or `mediator:<kind>` for all,
    `mediator:member:<member>` and `mediator:application:<application>`, alone or followed by `:<kind>`.
    Without `member` and `application` only the ecosystem's administrators pass, for example to admit members.
    """
    if actor.kind == "system" or actor.may(ADMINISTER):
        return True
    wanted = {ADMINISTER, f"mediator:{power}"}
    if application:
        member = member or application.rpartition("/")[0]
        wanted |= {f"mediator:application:{application}", f"mediator:application:{application}:{power}"}
    if member:
        wanted |= {f"mediator:member:{member}", f"mediator:member:{member}:{power}"}
    return not wanted.isdisjoint(actor.scopes | actor.roles)
