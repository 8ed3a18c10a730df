"""The configuration as a value, and the steps that lead from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from govstack.blocks.mediator.configuration.errors import ConfigurationInvalid
from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, Connection, EndpointKey, is_address
from govstack.blocks.mediator.services.model import Offer


class Mode(StrEnum):
    """How a document is meant: create and update leave what it does not describe, replace deletes it."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"


class ChangeState(StrEnum):
    """Where the work of a change stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the configuration at work: steps are counted so that its progress can be seen."""

    id: str
    mode: Mode
    state: ChangeState
    base_revision: int | None
    steps_done: int
    steps_total: int
    problem: str
    requested_by: str
    requested_by_name: str
    requested_at: str
    finished_at: str


@dataclass(frozen=True, slots=True)
class RightEntry:
    """A consumer that may use a service: `client` is CLASS/MEMBER/APPLICATION, or the application's code alone while
    only the member's name is known. No endpoints and operations means all of them."""

    client: str
    endpoints: frozenset[EndpointKey] = frozenset()
    operations: tuple[str, ...] = ()
    purpose: str = ""
    member_name: str = ""


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service; `spec` is the text of its OpenAPI document when the configuration carries it. None means not said."""

    offer: Offer
    spec: str = ""
    rights: tuple[RightEntry, ...] | None = None


@dataclass(frozen=True, slots=True)
class ApplicationEntry:
    """An application of a member; None means not said."""

    code: str
    name: str | None = None
    connection: Connection | None = None
    services: tuple[ServiceEntry, ...] | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member; None means not said."""

    member_class: str
    code: str
    name: str
    applications: tuple[ApplicationEntry, ...] | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Configuration:
    """All that a document describes, or all that is configured."""

    domain: str
    instance: str
    members: tuple[MemberEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class EnterMember:
    """Connect a member, or change its name."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class EnterApplication:
    """Connect an application, or change its details."""

    subject: str
    name: str | None
    connection: Connection | None


@dataclass(frozen=True, slots=True)
class EnterService:
    """Register a service, or change it; `application` is CLASS/MEMBER/APPLICATION."""

    application: str
    offer: Offer
    spec: str
    fetch: bool


@dataclass(frozen=True, slots=True)
class SetRight:
    """Give a right; `exactly` also takes away what is not named. No right at all when `entry` is None."""

    service: str
    client: str
    entry: RightEntry | None
    exactly: bool


@dataclass(frozen=True, slots=True)
class RemoveService:
    """Take a service out."""

    subject: str


@dataclass(frozen=True, slots=True)
class RemoveApplication:
    """Take an application out."""

    subject: str


@dataclass(frozen=True, slots=True)
class RemoveMember:
    """Take a member out."""

    subject: str


Step = EnterMember | EnterApplication | EnterService | SetRight | RemoveService | RemoveApplication | RemoveMember
Entry = TypeVar("Entry")


def plan(current: Configuration, described: Configuration, mode: Mode) -> list[Step]:
    """Return the steps from what is configured to what is described, in an order in which each is possible: members,
    applications, services, rights, then removals the other way round. Raises ConfigurationInvalid."""
    before, after = _Flat.of(current), _Flat.of(described)
    whole = mode is Mode.REPLACE
    if whole:
        after = after.completed()
    after.check(described.instance, known=frozenset() if whole else frozenset(before.applications))
    steps: list[Step] = [*_members(before, after), *_applications(before, after), *_services(before, after)]
    steps += _rights(before, after, exactly=whole)
    if whole:
        gone = before.without(after)
        steps += [RemoveService(subject) for subject in sorted(gone.services)]
        steps += [RemoveApplication(subject) for subject in sorted(gone.applications)]
        steps += [RemoveMember(subject) for subject in sorted(gone.members)]
    return steps


def resolved(described: Configuration, current: Configuration) -> Configuration:
    """Return a configuration whose rights name members by class and code, where it named them by name; CLASS/MEMBER
    counts as a name too. Raises ConfigurationInvalid for a name that none or several have."""
    subjects: dict[str, set[str]] = {}
    for member in (*current.members, *described.members):
        subject = f"{member.member_class}/{member.code}"
        subjects.setdefault(subject, set()).add(subject)
    # A described name wins over the one that the same member has now.
    names = {f"{one.member_class}/{one.code}": one.name for one in (*current.members, *described.members)}
    for subject, name in names.items():
        subjects.setdefault(name, set()).add(subject)

    def right(entry: RightEntry) -> RightEntry:
        if not entry.member_name:
            return entry
        found = subjects.get(entry.member_name, set())
        if len(found) != 1:
            which = (
                "is described nowhere" if not found else "is the name of several members: give memberClass, memberCode"
            )
            raise ConfigurationInvalid(f"{entry.member_name[:200]} {which}.")
        return replace(entry, client=f"{next(iter(found))}/{entry.client}", member_name="")

    def service(entry: ServiceEntry) -> ServiceEntry:
        return entry if entry.rights is None else replace(entry, rights=tuple(right(one) for one in entry.rights))

    def application(entry: ApplicationEntry) -> ApplicationEntry:
        return entry if entry.services is None else replace(entry, services=tuple(map(service, entry.services)))

    def member_entry(entry: MemberEntry) -> MemberEntry:
        known = entry.applications
        return entry if known is None else replace(entry, applications=tuple(map(application, known)))

    return replace(described, members=tuple(map(member_entry, described.members)))


@dataclass(frozen=True, slots=True)
class _Flat:
    """A configuration by the names of its parts."""

    members: Mapping[str, MemberEntry]
    applications: Mapping[str, ApplicationEntry]
    services: Mapping[str, ServiceEntry]

    @classmethod
    def of(cls, configuration: Configuration) -> _Flat:
        members = _named((f"{one.member_class}/{one.code}", one) for one in configuration.members)
        applications = _named(
            (f"{member}/{one.code}", one) for member, owner in members.items() for one in owner.applications or ()
        )
        services = _named(
            (f"{application}/{one.offer.code}", one)
            for application, owner in applications.items()
            for one in owner.services or ()
        )
        return cls(members, applications, services)

    def completed(self) -> _Flat:
        """Return it with nothing left unsaid: a replacement that does not describe rights wants none."""
        services = {name: replace(one, rights=one.rights or ()) for name, one in self.services.items()}
        return _Flat(self.members, self.applications, services)

    def without(self, other: _Flat) -> _Flat:
        """Return the parts that another configuration lacks; what goes with its owner is not named on its own."""
        members = {name: one for name, one in self.members.items() if name not in other.members}
        applications = {
            name: one
            for name, one in self.applications.items()
            if name not in other.applications and _owner(name) not in members
        }
        services = {
            name: one
            for name, one in self.services.items()
            if name not in other.services and _owner(name) in other.applications
        }
        return _Flat(members, applications, services)

    def check(self, instance: str, *, known: frozenset[str]) -> None:
        """Refuse names that cannot stand in an address, and rights of applications that nobody knows."""
        for parts, names in ((2, self.members), (3, self.applications), (4, self.services)):
            for name in names:
                if name.count("/") + 1 != parts or not is_address(instance, *name.split("/")):
                    raise ConfigurationInvalid(f"{name[:200]} is not a name that can stand in an address.")
        for name, service in self.services.items():
            for right in service.rights or ():
                if right.client not in self.applications and right.client not in known:
                    raise ConfigurationInvalid(f"{name} gives a right to {right.client[:200]}, which is not described.")


def _members(before: _Flat, after: _Flat) -> Iterator[Step]:
    for name, wanted in after.members.items():
        known = before.members.get(name)
        if known is None or known.name != wanted.name:
            yield EnterMember(name, wanted.name)


def _applications(before: _Flat, after: _Flat) -> Iterator[Step]:
    for name, wanted in after.applications.items():
        known = before.applications.get(name)
        renamed = known is not None and wanted.name not in {None, known.name}
        rewired = known is not None and wanted.connection not in {None, known.connection}
        if known is None or renamed or rewired:
            yield EnterApplication(name, wanted.name, wanted.connection)


def _services(before: _Flat, after: _Flat) -> Iterator[Step]:
    for name, wanted in after.services.items():
        known = before.services.get(name)
        if known is None and not wanted.spec and not wanted.offer.spec_url:
            raise ConfigurationInvalid(f"{name} needs its OpenAPI document: specUrl, or the document itself in spec.")
        # Only a new address is fetched: what stands at the old one was registered and is not watched.
        moved = known is None or wanted.offer.spec_url not in {"", known.offer.spec_url}
        changed = known is not None and any(
            value is not None and value != getattr(known.offer, field) for field, value in _said(wanted.offer)
        )
        if moved or changed or wanted.spec:
            yield EnterService(_owner(name), wanted.offer, wanted.spec, fetch=moved and not wanted.spec)


def _said(offer: Offer) -> list[tuple[str, object]]:
    fields = ("service_url", "version", "enabled", "timeout_seconds", "request_bytes_max", "answer_bytes_max")
    return [(field, getattr(offer, field)) for field in (*fields, "payload_kept")]


def _rights(before: _Flat, after: _Flat, *, exactly: bool) -> Iterator[Step]:
    for name, wanted in after.services.items():
        known = (
            {right.client: right for right in (before.services[name].rights or ())} if name in before.services else {}
        )
        described = _named((right.client, right) for right in wanted.rights or ())
        for client, right in described.items():
            held = known.get(client)
            whole = not right.endpoints and not right.operations
            if held is None or not whole or held.endpoints != {WHOLE_SERVICE}:
                yield SetRight(name, client, right, exactly)
        for client in known if exactly else ():
            if client not in described:
                yield SetRight(name, client, None, exactly)


def _owner(name: str) -> str:
    return name.rpartition("/")[0]


def _named(pairs: Iterable[tuple[str, Entry]]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for name, entry in pairs:
        if name in found:
            raise ConfigurationInvalid(f"{name[:200]} is described twice.")
        found[name] = entry
    return found
