"""What people find when they look through the directory, and how far each of them may look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, Connection, EndpointKey, Power, State, may
from govstack.kernel.actor import Actor

PAGE_ROWS = 20
COLUMNS_MAX = 6
PAGES_MAX = 5_000
SEARCH_CHARACTERS_MAX = 100

_MEMBER, _APPLICATION = "mediator:member:", "mediator:application:"
_KINDS = tuple(f":{power}" for power in Power)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody sees: everything, or the members (CLASS/MEMBER) and applications that are theirs."""

    everything: bool
    members: frozenset[str] = frozenset()
    applications: frozenset[str] = frozenset()
    viewer: str = ""

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to administer."""
        return not (self.everything or self.members or self.applications)

    @property
    def owners(self) -> frozenset[str]:
        """Return the members that one administers, wholly or by one of their applications."""
        return self.members | {name.rpartition("/")[0] for name in self.applications}


EVERYTHING = Reach(everything=True)


def reach(by: Actor, *powers: Power, scope: str = "") -> Reach:
    """Return how far somebody may look who has any of these powers, or a scope, at any level (I2)."""
    if any(may(by, power) for power in powers) or (scope and by.may(scope)):
        return EVERYTHING
    words = by.scopes | by.roles
    members = frozenset(
        name for name in _names(words, _MEMBER, parts=2) if any(may(by, power, member=name) for power in powers)
    )
    applications = frozenset(
        name
        for name in _names(words, _APPLICATION, parts=3)
        if any(may(by, power, application=name) for power in powers)
    )
    return Reach(False, members, applications, by.id)


def _names(words: Iterable[str], prefix: str, *, parts: int) -> frozenset[str]:
    """Return the subjects that words such as `mediator:member:GOV/7001:read` name."""
    found = set()
    for word in words:
        if word.startswith(prefix):
            name = word.removeprefix(prefix)
            for kind in _KINDS:
                name = name.removesuffix(kind)
            if name.count("/") == parts - 1:
                found.add(name)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for: words in names and codes, and what narrows the list; "" means any."""

    words: str = ""
    member_class: str = ""
    member: str = ""
    application: str = ""
    state: str = ""
    page: int = 1

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (min(max(self.page, 1), PAGES_MAX) - 1) * PAGE_ROWS


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """One page of a list, and how long the whole list is."""

    rows: list[Row]
    total: int
    page: int
    size: int = PAGE_ROWS

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return -(-self.total // self.size)

    @property
    def first(self) -> int:
        """Return the number of the first row shown."""
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return self.first + len(self.rows) - 1


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list."""

    member_class: str
    code: str
    name: str
    state: State
    applied_at: str
    applications: int
    services: int

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER."""
        return f"{self.member_class}/{self.code}"


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application in a list; `uses` counts the services it has rights to."""

    id: str
    instance: str
    member_class: str
    member_code: str
    member_name: str
    member_state: State
    code: str
    name: str
    state: State
    connection: Connection
    applied_at: str
    services: int
    uses: int

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION."""
        return f"{self.member_class}/{self.member_code}/{self.code}"

    @property
    def identifier(self) -> str:
        """Return INSTANCE/CLASS/MEMBER/APPLICATION."""
        return f"{self.instance}/{self.subject}"


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service in a list; `clients` counts the applications with rights to it."""

    id: str
    instance: str
    member_class: str
    member_code: str
    member_name: str
    application_code: str
    application_name: str
    code: str
    title: str
    version: str
    enabled: bool
    changed_at: str
    endpoints: int
    endpoints_off: int
    clients: int

    @property
    def application(self) -> str:
        """Return CLASS/MEMBER/APPLICATION of the provider."""
        return f"{self.member_class}/{self.member_code}/{self.application_code}"

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION/SERVICE."""
        return f"{self.application}/{self.code}"


@dataclass(frozen=True, slots=True)
class ClientRow:
    """An application that may use a service; `endpoints` is 0 where it may use the whole of it."""

    member_class: str
    member_code: str
    member_name: str
    code: str
    name: str
    connected: bool
    endpoints: int
    purpose: str
    granted_by: str
    granted_at: str

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION."""
        return f"{self.member_class}/{self.member_code}/{self.code}"


@dataclass(frozen=True, slots=True)
class UseRow:
    """A service that an application may use; `endpoints` is 0 where it may use the whole of it."""

    member_class: str
    member_code: str
    member_name: str
    application_code: str
    code: str
    title: str
    enabled: bool
    endpoints: int
    purpose: str
    granted_at: str

    @property
    def subject(self) -> str:
        """Return CLASS/MEMBER/APPLICATION/SERVICE."""
        return f"{self.member_class}/{self.member_code}/{self.application_code}/{self.code}"


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as a row of the matrix of rights."""

    method: str
    path: str
    summary: str
    enabled: bool

    @property
    def key(self) -> EndpointKey:
        """Return what names this endpoint inside its service."""
        return (self.method, self.path)


@dataclass(frozen=True, slots=True)
class Held:
    """What an application may use of a service, since when and for what."""

    endpoints: frozenset[EndpointKey]
    purpose: str = ""
    granted_by: str = ""
    granted_at: str = ""

    @property
    def whole(self) -> bool:
        """Tell whether it may use all of it."""
        return WHOLE_SERVICE in self.endpoints


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who may use what: services down, applications across, and what is held by (service id, application id)."""

    services: Listing[ServiceRow]
    applications: Listing[ApplicationRow]
    held: dict[tuple[str, str], frozenset[EndpointKey]]
    opened: dict[str, list[EndpointRow]]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, and how much waits for somebody's decision."""

    members: int
    applications: int
    services: int
    members_waiting: int
    applications_waiting: int
    requests_waiting: int


@dataclass(frozen=True, slots=True)
class Names:
    """What an application and its member are called."""

    application: str
    member: str
