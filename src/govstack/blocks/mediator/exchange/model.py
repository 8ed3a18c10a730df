"""What passes the mediator and what does not: addresses, headers, statements, and where a redirect may point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from govstack.blocks.mediator.directory.model import plain_path
from govstack.blocks.mediator.exchange.errors import BadPath, BadStatement, CallerDiffers, LoopDetected
from govstack.kernel.errors import MethodNotAllowed

HOPS_MAX = 4
STATEMENT_CHARACTERS_MAX = 200
PATH_PARTS = 8

CLIENT, USER, PURPOSE = "information-mediator-client", "information-mediator-user", "information-mediator-purpose"
HOPS, MESSAGE_ID = "information-mediator-hops", "information-mediator-message-id"
ADDRESS = "information-mediator-address"
CLIENT_ALIAS = "x-govstack-client"
CORRELATION = "x-correlation-id"

Header = tuple[bytes, bytes]
_METHOD = re.compile(r"[A-Z][A-Z0-9_-]{0,31}")
_METHODS_STOPPED = frozenset({"TRACE", "CONNECT"})
_VISIBLE = re.compile(r"[\x21-\x22\x24-\x7e]*")
_STATEMENT = re.compile(r"[\x20-\x7e]*")

# RFC 9110 section 7.6.1, and framing, which each connection has of its own.
_OF_ONE_HOP = frozenset(
    {
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "content-length", "expect", "host",
    }
)  # fmt: skip
# What proves or describes the caller to the mediator, or would make the provider see another method or address.
_OF_THE_CALLER = _OF_ONE_HOP | {
    "authorization", "cookie", "forwarded", "via", "x-real-ip", "x-correlation-id", "x-http-method",
    "x-http-method-override", "x-method-override", "x-original-url", "x-original-uri", "x-rewrite-url",
}  # fmt: skip
# What a provider must not decide: the mediator's own origin, its front server, its clients' sessions.
_OF_THE_PROVIDER = _OF_ONE_HOP - {"content-length"} | {
    "set-cookie", "server", "date", "location", "content-location", "x-correlation-id", "x-content-type-options",
    "strict-transport-security", "alt-svc", "clear-site-data", "service-worker-allowed", "x-sendfile", "refresh",
}  # fmt: skip
_CALLER_PREFIXES = ("information-mediator-", "x-govstack-", "x-forwarded-", "proxy-")
_PROVIDER_PREFIXES = ("information-mediator-", "x-govstack-", "x-accel-", "access-control-", "proxy-")


class Address(Struct, frozen=True):
    """Where a request is for, and the rest of its path as it was sent ("" or starting with a slash)."""

    instance: str
    member_class: str
    member_code: str
    application_code: str
    service_code: str
    rest: str

    @property
    def mediated(self) -> str:
        """Return the path of the service at the mediator."""
        return f"/r1/{self.instance}/{self.member_class}/{self.member_code}/{self.application_code}/{self.service_code}"


class Statements(Struct, frozen=True):
    """What the calling application says about whom it acts for; nobody but that application vouches for it."""

    user: str
    purpose: str


def address(path: Mapping[str, str], *, method: str, raw_path: str, raw_query: str) -> Address:
    """Return the address of a request; raises BadPath when a provider could read it otherwise than we do."""
    if method in _METHODS_STOPPED or not _METHOD.fullmatch(method):
        # TRACE would show the caller what the mediator adds; CONNECT is for proxies of another kind.
        raise MethodNotAllowed
    parts = raw_path.split("/", PATH_PARTS - 1)
    rest = "/" + parts[PATH_PARTS - 1] if len(parts) == PATH_PARTS else ""
    if "\\" in rest or "//" in rest or plain_path(rest) is None or not _VISIBLE.fullmatch(rest + raw_query):
        raise BadPath
    return Address(
        path["instanceId"], path["memberClass"], path["memberCode"], path["applicationCode"], path["serviceCode"], rest
    )


def check_claims(headers: Mapping[str, str], *, client: str) -> None:
    """Raise CallerDiffers when a header names another application than the proven one."""
    for name in (CLIENT, CLIENT_ALIAS):
        if headers.get(name, client) != client:
            raise CallerDiffers


def statements(headers: Mapping[str, str]) -> Statements:
    """Return what the application states; raises BadStatement for what could not be recorded or passed on."""
    found = Statements(headers.get(USER, ""), headers.get(PURPOSE, ""))
    for text in (found.user, found.purpose):
        if len(text) > STATEMENT_CHARACTERS_MAX or not _STATEMENT.fullmatch(text):
            raise BadStatement
    return found


def next_hops(headers: Mapping[str, str], *, instance: str) -> str:
    """Return the hops to send on; raises LoopDetected when this mediator is one of those behind, or they are many."""
    behind = [hop.strip() for hop in headers.get(HOPS, "").split(",") if hop.strip()]
    if instance in behind or len(behind) >= HOPS_MAX:
        raise LoopDetected
    return ", ".join([*behind, instance])


def request_headers(headers: Mapping[str, str], own: Iterable[tuple[str, str]]) -> list[Header]:
    """Return the headers a provider gets: the caller's end-to-end ones, then the mediator's own."""
    named = _named_in_connection(headers.get("connection", ""))
    passed = [
        (name.encode("latin-1"), value.encode("latin-1"))
        for name, value in headers.items()
        if _passes(name, _OF_THE_CALLER, _CALLER_PREFIXES, named)
    ]
    passed += [(name.encode("latin-1"), value.encode("latin-1")) for name, value in own if value]
    return passed


def answer_headers(headers: Iterable[Header], *, base: str, target: str, mediated: str) -> dict[str, str]:
    """Return the headers a caller gets: the provider's end-to-end ones; repeated ones are joined by a comma.

    `base` is the address of the service, `target` the one that was asked, `mediated` the service's path here.
    """
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    named = _named_in_connection(",".join(value for name, value in pairs if name == "connection"))
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in {"location", "content-location"}:
            place = relocated(value, base=base, target=target, mediated=mediated)
            if place:
                found[name] = place
        elif _passes(name, _OF_THE_PROVIDER, _PROVIDER_PREFIXES, named):
            found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def relocated(location: str, *, base: str, target: str, mediated: str) -> str:
    """Return where a Location leads at the mediator, or "" when it leads out of the service."""
    try:
        place, root = urlsplit(urljoin(target, location)), urlsplit(base)
    except ValueError:
        return ""
    path, home = place.path, root.path.rstrip("/")
    within = path == home or path.startswith(f"{home}/")
    if (
        (place.scheme, place.netloc) != (root.scheme, root.netloc)
        or not within
        or "\\" in location
        or "/../" in f"{path}/"
    ):
        return ""
    tail = "".join((f"?{place.query}" if place.query else "", f"#{place.fragment}" if place.fragment else ""))
    return mediated + path[len(home) :] + tail


def _named_in_connection(value: str) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in value.split(",")) if value else frozenset()


def _passes(name: str, stopped: frozenset[str], prefixes: tuple[str, ...], named: frozenset[str]) -> bool:
    # Some servers take an underscore for a hyphen, so a name is judged as the strictest of them would read it.
    plain = name.replace("_", "-") if "_" in name else name
    return not (plain in stopped or plain.startswith(prefixes) or plain in named or name in named)
