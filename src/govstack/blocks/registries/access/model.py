"""The one access decision: what an actor may do with a registry, on which records, seeing which fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal

from govstack.blocks.registries.conditions.model import (
    ALWAYS,
    NEVER,
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Kinds,
    Operator,
    bind,
    every,
    holds,
    paths,
    some,
    sql,
)
from govstack.blocks.registries.design.model import (
    ANALYSE,
    READING,
    Path,
    Registry,
    ServiceKind,
    fits,
    may_manage,
    path_of,
)
from govstack.kernel import clock
from govstack.kernel.actor import Actor

__all__ = [
    "ALWAYS", "NEVER", "AllOf", "AnyOf", "Comparison", "Condition", "Decision", "Effect", "Grant", "Group", "Operator",
    "Policy", "View", "actor_groups", "decide", "every", "holds", "paths", "some", "sql",
]  # fmt: skip

ALL_SERVICES = frozenset(ServiceKind)
# Services that ask for a person's consent before they show a record, so that a right to them can rest on it.
ASKING = frozenset({ServiceKind.LIST, ServiceKind.READ, ServiceKind.READ_VALUE, ServiceKind.EXISTS})
AGREEMENTS_MAX = 10
_AGREEMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DEFAULT_GRANT_ID = "default"
PERSON_SELF = "person:self"
PERSON_IDENTIFIER = "person_identifier"
PERSONAL, NOT_PERSONAL = "@personal", "@not-personal"


class Effect(StrEnum):
    """A denial takes away what grants give: services, or fields of every service."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Grant:
    """A right on a registry. `fields` None means all; `@personal` and `@not-personal` stand for marked fields.

    With `own_records`, only records about the person who calls, or about `owner` when that is set, or about the person
    an application states it acts for (delegated access).
    """

    id: str
    subject: str
    services: frozenset[ServiceKind] = READING
    registry_id: int = 0
    effect: Effect = Effect.ALLOW
    fields: frozenset[str] | None = None
    condition: Condition = ALWAYS
    own_records: bool = False
    owner: str = ""
    purpose: str = ""
    legal_basis: str = ""
    consent_purpose: str = ""
    valid_from: str = ""
    valid_until: str = ""
    policy: str = ""
    created_at: str = ""
    created_by: str = ""

    def is_in_force(self, moment: str) -> bool:
        """Tell whether the grant holds at a moment."""
        return self.valid_from <= moment and (not self.valid_until or moment < self.valid_until)


@dataclass(frozen=True, slots=True)
class Policy:
    """Grants for every registry a pattern means; without `automatic` it is a template, copied when applied."""

    code: str
    title: str
    grants: tuple[Grant, ...]
    automatic: bool = False
    description: str = ""
    registries: str = "*"
    domain: str = ""
    classification: str = ""

    def covers(self, registry: Registry) -> bool:
        """Tell whether the policy speaks about a registry."""
        return (
            fnmatchcase(registry.code.casefold(), self.registries.casefold())
            and self.domain in {"", registry.domain}
            and self.classification in {"", registry.classification.value}
        )


@dataclass(frozen=True, slots=True)
class Group:
    """People and applications that are granted rights together; members are subject patterns.

    `names` holds what it is called in languages besides `name`, by their codes.
    """

    code: str
    name: str
    members: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def called(self, language: str) -> str:
        """Return what it is called in a language, else its one name."""
        return self.names.get(language) or self.name


@dataclass(frozen=True, slots=True)
class View:
    """One way to see records: services that may use it, fields shown, and the records it reaches."""

    services: frozenset[ServiceKind]
    fields: frozenset[Path] | None = None
    condition: Condition = ALWAYS
    grant: str = ""
    legal_basis: str = ""
    consent_purpose: str = ""

    @property
    def agreements(self) -> frozenset[str]:
        """Return the data agreements that the person concerned must have agreed to."""
        return frozenset(self.consent_purpose.split())

    def shows(self, path: Path) -> bool:
        """Tell whether a field is shown: itself, or as part of a group that is."""
        return self.fields is None or any(path[:length] in self.fields for length in range(1, len(path) + 1))


@dataclass(frozen=True)
class Decision:
    """What an actor may do with one version of a registry; every read and write path asks it and nothing else."""

    services: frozenset[ServiceKind]
    views: tuple[View, ...]
    kinds: Kinds = field(default_factory=dict, repr=False)

    def may(self, kind: ServiceKind) -> bool:
        """Tell whether a service may be used at all."""
        return kind in self.services

    @cached_property
    def _of_kind(self) -> dict[ServiceKind, tuple[View, ...]]:
        return {kind: tuple(view for view in self.views if kind in view.services) for kind in self.services}

    def of(self, kind: ServiceKind) -> tuple[View, ...]:
        """Return the views a service may use."""
        return self._of_kind.get(kind, ())

    def sees_all(self, kind: ServiceKind) -> bool:
        """Tell whether a service shows every field of every record."""
        return any(view.fields is None and view.condition == ALWAYS for view in self.of(kind))

    def visible_fields(self, kind: ServiceKind) -> frozenset[Path] | None:
        """Return the fields a service may ever show (None: all); a single record may show fewer, see `shown`."""
        views = self.of(kind)
        if any(view.fields is None for view in views):
            return None
        return frozenset().union(*(view.fields or () for view in views))

    def agreements(self, kind: ServiceKind) -> frozenset[str]:
        """Return the data agreements that ways to use a service rest on."""
        return frozenset().union(*(view.agreements for view in self.of(kind)))

    def agreements_for(self, kind: ServiceKind, content: Mapping[str, object]) -> frozenset[str]:
        """Return the data agreements that ways to reach one record rest on."""
        reaching = (view for view in self.of(kind) if view.agreements and holds(view.condition, content, self.kinds))
        return frozenset().union(*(view.agreements for view in reaching))

    def rests_wholly(self, kind: ServiceKind) -> bool:
        """Tell whether every way to use a service rests on consent."""
        return all(view.agreements for view in self.of(kind))

    def resting_on(self, agreed: frozenset[str]) -> Decision:
        """Return what is left when only these data agreements are agreed to: rights that rest on nothing else."""
        if all(view.agreements <= agreed for view in self.views):
            return self
        views = tuple(view for view in self.views if view.agreements <= agreed)
        return Decision(frozenset().union(*(view.services for view in views)), views, self.kinds)

    def may_see(self, kind: ServiceKind, path: Path) -> bool:
        """Tell whether a field may be named at all: searched, ordered, filtered or written."""
        return any(view.shows(path) for view in self.of(kind))

    def record_condition(self, kind: ServiceKind, used: Iterable[Path] = ()) -> Condition:
        """Return which records a service reaches when it looks at the given fields.

        A search must name every field it filters or orders by: only records in which all of them are visible count,
        so that neither counts nor `exists` tell anything about hidden values.
        """
        used = tuple(used)
        return some(*(view.condition for view in self.of(kind) if all(view.shows(path) for path in used)))

    def record_sql(
        self,
        kind: ServiceKind,
        dialect: Literal["sqlite", "postgres"],
        used: Iterable[Path] = (),
        *,
        column: str = "content",
        prefix: str = "a",
    ) -> tuple[str, dict[str, object]]:
        """Return the record condition as SQL with its parameters."""
        return sql(self.record_condition(kind, used), self.kinds, dialect, column=column, prefix=prefix)

    def reaches(self, kind: ServiceKind, content: Mapping[str, object]) -> bool:
        """Tell whether a service reaches a record."""
        return any(holds(view.condition, content, self.kinds) for view in self.of(kind))

    def view_for(self, kind: ServiceKind, content: Mapping[str, object]) -> View | None:
        """Return the first view through which a record is reached, for the legal basis in the log of reads."""
        return next((view for view in self.of(kind) if holds(view.condition, content, self.kinds)), None)

    def shown(self, kind: ServiceKind, content: Mapping[str, object]) -> dict[str, object] | None:
        """Return a record's content without the fields hidden from this actor; None when the record itself is."""
        views = [view for view in self.of(kind) if holds(view.condition, content, self.kinds)]
        if not views:
            return None
        if any(view.fields is None for view in views):
            return dict(content)
        return _picked(content, frozenset().union(*(view.fields or () for view in views)), ())

    def unwritable(self, kind: ServiceKind, content: Mapping[str, object], written: Iterable[Path]) -> frozenset[Path]:
        """Return which of the written fields this actor may not write in a record with this content."""
        views = [view for view in self.of(kind) if holds(view.condition, content, self.kinds)]
        return frozenset(path for path in written if not any(view.shows(path) for view in views))

    def fields_of_own(self, kinds: Iterable[ServiceKind], registry: Registry, person: str) -> frozenset[Path] | None:
        """Return the fields (None: all) that all of the services show of the records about a person, for certain."""
        path = registry.person_path
        if path is None or not person:
            return frozenset()
        certain = {ALWAYS, Comparison(path, Operator.EQ, person)}
        shown: frozenset[Path] | None = None
        for kind in kinds:
            views = [view for view in self.of(kind) if view.condition in certain]
            if not any(view.fields is None for view in views):
                seen = frozenset().union(*(view.fields or () for view in views))
                shown = seen if shown is None else shown & seen
        return shown


NOTHING = Decision(frozenset(), ())


def decide(grants: Iterable[Grant], actor: Actor, registry: Registry, groups: frozenset[str] = frozenset()) -> Decision:
    """Return what an actor may do: nothing unless a grant, a scope or the registry's default says so.

    Holders of `registries:analyse` and the platform itself reach all records; the stewards and holders of
    `registries:administer` see the schema, but no data by that alone.
    """
    kinds = registry.kinds
    if actor.kind == "system" or actor.may(ANALYSE):
        return Decision(ALL_SERVICES, (View(ALL_SERVICES, grant=f"scope:{ANALYSE}"),), kinds)
    moment = clock.timestamp()
    meant = [
        grant
        for grant in (*_implied(registry), *grants)
        if grant.is_in_force(moment)
        and fits(grant.subject, actor, groups)
        and grant.purpose in {"", actor.attributes.get("purpose", "")}
    ]
    denied = [grant for grant in meant if grant.effect is Effect.DENY]
    views = [_view(grant, actor, registry, kinds) for grant in meant if grant.effect is Effect.ALLOW]
    if may_manage(actor, registry.stewards):
        views.append(View(frozenset({ServiceKind.SCHEMA}), grant="administration"))
    kept = tuple(view for view in (_less(view, denied, registry) for view in views) if view.services)
    return Decision(frozenset().union(*(view.services for view in kept)), kept, kinds)


def actor_groups(groups: Iterable[Group], actor: Actor) -> frozenset[str]:
    """Return the codes of the groups an actor is a member of."""
    return frozenset(group.code for group in groups if any(fits(member, actor) for member in group.members))


def person_of(actor: Actor) -> str:
    """Return the identifier of the person who calls, or for whom a proven application states it calls."""
    if actor.kind == "person":
        return actor.attributes.get(PERSON_IDENTIFIER, "") or actor.id
    return actor.on_behalf_of if actor.kind == "application" else ""


def consent_fault(text: str) -> str:
    """Return what is wrong with a text of ids of data agreements, or nothing."""
    found = text.split()
    if len(found) > AGREEMENTS_MAX:
        return f"names more than {AGREEMENTS_MAX} data agreements"
    if not found or not all(map(_AGREEMENT.fullmatch, found)):
        return "is the id of a data agreement of the consent block, such as cash-transfer; several with space between"
    return ""


def implied(registry: Registry) -> Grant:
    """Return the grant every new registry has: whoever is signed in may read; an analyst can remove it."""
    return Grant(DEFAULT_GRANT_ID, "signed-in", READING, registry.id, legal_basis="default of the registry")


def _implied(registry: Registry) -> tuple[Grant, ...]:
    return (implied(registry),) if registry.default_grant else ()


def _view(grant: Grant, actor: Actor, registry: Registry, kinds: Kinds) -> View:
    condition = bind(grant.condition, _attributes(actor), kinds)
    if grant.own_records or grant.subject == PERSON_SELF or grant.owner:
        person, path = grant.owner or _claimed(grant, actor), registry.person_path
        own = Comparison(path, Operator.EQ, person) if person and path in kinds and path is not None else NEVER
        condition = every(own, condition)
    services = grant.services if condition != NEVER else frozenset[ServiceKind]()
    return View(
        services, _paths(grant.fields, registry), condition, grant.id, grant.legal_basis or grant.purpose,
        grant.consent_purpose,
    )  # fmt: skip


def _claimed(grant: Grant, actor: Actor) -> str:
    """Return whose records are meant: what an application states counts only where the grant names applications."""
    return person_of(actor) if actor.kind == "person" or grant.subject.startswith("application:") else ""


def _attributes(actor: Actor) -> dict[str, str]:
    """Return what conditions may compare with: the actor's attributes, and who it is."""
    member = "/".join(actor.application.split("/")[:3])
    person = person_of(actor) if actor.kind == "person" else ""
    return {
        **actor.attributes, "id": actor.id, "application": actor.application, "member": member, "person": person,
    }  # fmt: skip


def _paths(names: frozenset[str] | None, registry: Registry) -> frozenset[Path] | None:
    if names is None:
        return None
    found: set[Path] = set()
    personal = frozenset(registry.personal_fields)
    for name in names:
        if name in {PERSONAL, NOT_PERSONAL}:
            found |= _marked(registry, personal, wanted=name == PERSONAL)
        elif path_of(name) in registry.by_path:
            found.add(path_of(name))
    return frozenset(found)


def _marked(registry: Registry, personal: frozenset[Path], *, wanted: bool) -> set[Path]:
    """Return the fields that are, or are not, personal; a group counts as a whole only when all of it agrees."""

    def is_personal(path: Path) -> bool:
        return any(path[:length] in personal for length in range(1, len(path) + 1))

    return {path for path in _leaves(registry) if is_personal(path) is wanted}


def _leaves(registry: Registry) -> list[Path]:
    return [path for path, one in registry.by_path.items() if not one.fields]


def _less(view: View, denied: Iterable[Grant], registry: Registry) -> View:
    services, hidden = view.services, set[Path]()
    for denial in denied:
        if denial.fields is None:
            services -= denial.services
        else:
            hidden |= _paths(denial.fields, registry) or set()
    if not hidden:
        return View(services, view.fields, view.condition, view.grant, view.legal_basis, view.consent_purpose)
    shown = frozenset(
        path
        for path in _leaves(registry)
        if view.shows(path) and not any(path[:length] in hidden for length in range(1, len(path) + 1))
    )
    return View(services, shown, view.condition, view.grant, view.legal_basis, view.consent_purpose)


def _picked(content: Mapping[str, Any], fields: frozenset[Path], above: Path) -> dict[str, object]:
    picked: dict[str, object] = {}
    for name, value in content.items():
        path = (*above, name)
        if path in fields:
            picked[name] = value
        elif any(one[: len(path)] == path for one in fields):
            inner = _picked_inside(value, fields, path)
            if inner is not None:
                picked[name] = inner
    return picked


def _picked_inside(value: object, fields: frozenset[Path], path: Path) -> object:
    if isinstance(value, Mapping):
        return _picked(value, fields, path)
    if isinstance(value, list):
        return [_picked(row, fields, path) for row in value if isinstance(row, Mapping)]
    return None
