"""Registries as analysts define them: metadata, life cycle, numbered versions, services, and who manages them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Literal

import msgspec

from govstack.blocks.registries.conditions.model import Condition, Kinds, kinds_of
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.fields.model import (
    DeleteRule,
    Field,
    FieldType,
    Link,
    LinkKind,
    Path,
    Trigger,
    TriggerAction,
    TriggerCondition,
    expression,
    path_of,
    pointer,
    reachable,
    record_table,
    value_at,
    walk,
)
from govstack.kernel import crypto
from govstack.kernel.actor import Actor

__all__ = [
    "DeleteRule", "Field", "FieldType", "Link", "LinkKind", "Path", "Trigger", "TriggerAction", "TriggerCondition",
    "expression", "path_of", "pointer", "reachable", "record_table", "value_at", "walk",
]  # fmt: skip

ADMINISTER = "registries:administer"
ANALYSE = "registries:analyse"
AUDIT = "registries:audit"
CODE_PATTERN = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
VERSION_PATTERN = re.compile(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8}))?")
RESERVED_CODES = frozenset({"mypersonaldatausage", "statistics", "latest"})
SUBJECT_PATTERN = re.compile(
    r"anyone|signed-in|person:self|(role|group|scope|person):[^\s:/][^\s/]{0,199}|application:[\w.*?-]+(/[\w.*?-]+){3}"
)
LATEST = "latest"
NAME_CHARACTERS_MAX = 1_000
STEWARDS_MAX = 100
OPEN_SUBJECTS = ("anyone", "signed-in", "person:self", "group:")
NUMBER_FORMAT = "{code}{indexNoByCode}"
DATABASE_ID_MAX = 2**63 - 1


class Lifecycle(StrEnum):
    """Where a registry or one of its versions stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    DELETED = "deleted"


class Classification(StrEnum):
    """How widely a registry may be known; confidential ones are readable by nobody until granted."""

    OPEN = "open"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"


class Storage(StrEnum):
    """How the analyst wishes records to be kept; noted for operators, the platform stores documents."""

    ROW = "row"
    COLUMN = "column"
    DOCUMENT = "document"


class ServiceKind(StrEnum):
    """What can be done with a registry's records (DRS-5)."""

    LIST = "data-list"
    READ = "data-read"
    READ_VALUE = "data-read-value"
    EXISTS = "data-exists"
    CREATE = "data-create"
    BULK = "data-create-entries"
    UPDATE = "data-update"
    UPDATE_MANY = "data-update-entries"
    UPSERT = "data-update-or-create"
    DELETE = "data-delete"
    ARCHIVE = "data-archive"
    SCHEMA = "data-schema"
    EVENTS = "data-events"
    EXPORT = "data-export"
    STATISTICS = "data-statistics"
    SHARE = "data-share"


READING = frozenset(
    {ServiceKind.LIST, ServiceKind.READ, ServiceKind.READ_VALUE, ServiceKind.EXISTS, ServiceKind.SCHEMA}
)
UNCHANGING = READING | {ServiceKind.EXPORT, ServiceKind.STATISTICS}
# Services that stay off until an analyst offers them: what they give leaves the platform.
OFF_AT_FIRST = frozenset({ServiceKind.SHARE})
CUSTOM_KINDS = frozenset({ServiceKind.LIST, ServiceKind.READ, ServiceKind.READ_VALUE, ServiceKind.EXISTS})


class ServiceState(StrEnum):
    """A hidden service works but is not listed; a disabled or deleted one does not work."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DISABLED = "disabled"
    DELETED = "deleted"

    @property
    def works(self) -> bool:
        """Tell whether calls are answered."""
        return self in {ServiceState.VISIBLE, ServiceState.HIDDEN}


@dataclass(frozen=True, slots=True)
class Service:
    """One service of one version; a custom one reads through a choice of fields, masks and a fixed condition."""

    id: int
    name: str
    kind: ServiceKind
    state: ServiceState = ServiceState.VISIBLE
    used_count: int = 0
    custom: bool = False
    title: str = ""
    fields: tuple[str, ...] | None = None
    masks: Mapping[str, str] = field(default_factory=dict, hash=False)
    condition: Condition | None = None
    consent_purpose: str = ""


@dataclass(frozen=True, slots=True)
class SchemaTag:
    """A label on a field's path; a full-text tag lets free search look into the field."""

    name: str
    path: str
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A shelf of registries inside a group, as the published list of databases shows it."""

    id: int
    name: str
    code: str
    group_id: int
    group_name: str
    position: int
    data_index_increment: int = 0


@dataclass(frozen=True, slots=True)
class Definition:
    """What an analyst or developer gives to create or change a registry; None keeps what is there."""

    code: str
    fields: tuple[Field, ...]
    name: str | None = None
    description: str | None = None
    catalogue: str | None = None
    group: str | None = None
    institution: str | None = None
    domain: str | None = None
    retention_days: int | None = None
    classification: Classification | None = None
    storage: Storage | None = None
    default_index: str | None = None
    default_grant: bool | None = None
    stewards: tuple[str, ...] | None = None
    number_format: str = NUMBER_FORMAT
    increment_index: int = 0
    uniques: tuple[tuple[str, ...], ...] = ()
    tags: tuple[SchemaTag, ...] = ()
    flags: tuple[SchemaTag, ...] = ()
    custom_services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """One version of a registry, or its draft (version ""), with the metadata the registry has now.

    `id` is the database id, the same for all versions, as is the table of records.
    """

    id: int
    code: str
    version: str
    fields: tuple[Field, ...]
    name: str = ""
    description: str = ""
    lifecycle: Lifecycle = Lifecycle.PUBLISHED
    catalogue_id: int = 0
    institution: str = ""
    domain: str = ""
    retention_days: int | None = None
    classification: Classification = Classification.RESTRICTED
    storage: Storage = Storage.DOCUMENT
    default_index: str = ""
    default_grant: bool = True
    stewards: tuple[str, ...] = ()
    number_format: str = NUMBER_FORMAT
    increment_index: int = 0
    data_index_increment: int = 0
    uniques: tuple[tuple[str, ...], ...] = ()
    tags: tuple[SchemaTag, ...] = ()
    flags: tuple[SchemaTag, ...] = ()
    services: Mapping[ServiceKind, ServiceState] = field(default_factory=dict)
    service_list: tuple[Service, ...] = ()
    published_at: str = ""
    published_by: str = ""
    modified_at: str = ""
    by_user_name: str = ""
    by_user_auth_id: int = 0
    by_on_behalf_of_user_name: str = ""
    by_path: Mapping[Path, Field] = field(init=False, repr=False, compare=False)
    kinds: Kinds = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_path", dict(walk(self.fields)))
        object.__setattr__(self, "kinds", kinds_of(self.fields))

    @property
    def record_table(self) -> str:
        """Return the name of the table that holds the records of all versions."""
        return record_table(self.id)

    @property
    def field_names(self) -> tuple[str, ...]:
        """Return the names of the top-level fields in their order."""
        return tuple(one.name for one in self.fields)

    def field(self, name: str) -> Field | None:
        """Return a field by its name, or by its pointer such as `/Child/ID`."""
        return self.by_path.get(path_of(name))

    @property
    def key_field(self) -> Field | None:
        """Return the primary key field, if the analyst chose one."""
        return next((one for one in self.fields if one.primary_key), None)

    @property
    def person_path(self) -> Path | None:
        """Return the path of the field that identifies the person a record is about (DRS-14)."""
        return next((path for path, one in reachable(self.fields) if one.person_identifier), None)

    @property
    def person_field(self) -> Field | None:
        """Return the field that identifies the person a record is about."""
        path = self.person_path
        return self.by_path[path] if path else None

    @property
    def personal_fields(self) -> tuple[Path, ...]:
        """Return the paths of fields that hold personal data (DRS-13)."""
        return tuple(path for path, one in self.by_path.items() if one.personal or one.person_identifier)

    @property
    def secret_fields(self) -> tuple[Path, ...]:
        """Return the paths of fields that are stored encrypted (DRS-15)."""
        return tuple(path for path, one in self.by_path.items() if one.secret)

    @property
    def indexed_fields(self) -> tuple[Path, ...]:
        """Return the paths of fields that have an index."""
        return tuple(path for path, one in reachable(self.fields) if one.wants_index)

    @property
    def full_text_fields(self) -> tuple[Path, ...]:
        """Return the paths that free search looks into: the tagged ones, else all text that is not secret."""
        tagged = tuple(path_of(tag.path) for tag in self.tags if tag.full_text)
        known = tuple(path for path in tagged if path in self.by_path)
        return known or tuple(
            path for path, one in reachable(self.fields) if one.comparable and one.type is FieldType.TEXT
        )

    @property
    def searched_fields(self) -> tuple[Path, ...]:
        """Return the paths that free search may compare: those it looks into that are neither secret nor blinded."""
        return tuple(
            path for path in self.full_text_fields if self.by_path[path].comparable and not is_guarded(self, path)
        )

    def expression(self, path: Path | str, dialect: Literal["sqlite", "postgres"], column: str = "content") -> str:
        """Return the SQL of a field's value; the indexes are made on exactly this text."""
        path = path_of(path) if isinstance(path, str) else path
        return expression(path, self.by_path[path].type, dialect, column)

    def works(self, kind: ServiceKind) -> bool:
        """Tell whether a service of this version answers calls; an archived registry is only read."""
        state = self.services.get(kind)
        open_to = self.lifecycle is Lifecycle.PUBLISHED or (self.lifecycle is Lifecycle.ARCHIVED and kind in UNCHANGING)
        return open_to and state is not None and state.works

    def custom_service(self, name: str) -> Service | None:
        """Return a custom read-only service that works, by name."""
        return next((one for one in self.service_list if one.custom and one.name == name and one.state.works), None)


def code_key(code: str) -> str:
    """Return the form under which a code is unique and found: codes do not differ by case alone."""
    return code.casefold()


def version_order(version: str) -> tuple[int, int]:
    """Return a version as numbers that sort: "2.7" comes before "2.10"; "" (a draft) before all."""
    major, _, minor = version.partition(".")
    return (int(major or -1), int(minor or 0))


def next_version(latest: str, *, breaking: bool) -> str:
    """Return the number after a version: the second part counts compatible changes, the first breaking ones."""
    if not latest:
        return "1.0"
    major, minor = version_order(latest)
    return f"{major + 1}.0" if breaking else f"{major}.{minor + 1}"


def may_manage(actor: Actor, stewards: tuple[str, ...] = ()) -> bool:
    """Tell whether an actor may define and publish: by scope, or as a steward of the registry (DRS-6)."""
    return actor.kind == "system" or actor.may(ADMINISTER) or any(fits(pattern, actor) for pattern in stewards)


def may_see_definition(actor: Actor, stewards: tuple[str, ...] = ()) -> bool:
    """Tell whether an actor may see drafts and whole definitions."""
    return may_manage(actor, stewards) or actor.may(ANALYSE) or actor.may(AUDIT)


def fits(pattern: str, actor: Actor, groups: frozenset[str] = frozenset()) -> bool:
    """Tell whether a subject pattern means an actor.

    Patterns: `anyone`, `signed-in`, `role:<role>`, `group:<code>`, `scope:<scope>`, `person:<id>`, `person:self` (any
    proven person; the grant then covers only records about them), `application:<INSTANCE/CLASS/MEMBER/APP with *>`.
    """
    kind, _, name = pattern.partition(":")
    if kind in {"anyone", "signed-in"}:
        return kind == "anyone" or actor.signed_in
    if kind == "application":
        parts, wanted = actor.application.split("/"), name.split("/")
        return (
            bool(actor.application)
            and len(parts) == len(wanted)
            and all(map(fnmatchcase, parts, wanted))
        )  # fmt: skip
    held: Mapping[str, bool] = {
        "role": name in actor.roles,
        "group": name in groups,
        "scope": bool(name) and name in actor.scopes,
        "person": actor.kind == "person" and name in {"self", actor.id},
    }
    return held.get(kind, False)


@dataclass(frozen=True, slots=True)
class Index:
    """An index over one or several fields; a unique one speaks of records that are not deleted."""

    columns: tuple[tuple[Path, FieldType], ...]
    unique: bool = False

    def name(self, registry_id: int, dialect: str) -> str:
        """Return a name made of numbers and a digest, so that the same index always has the same name."""
        text = f"{self.unique}{self.columns}{dialect}"
        return f"{record_table(registry_id)}_{'u' if self.unique else 'i'}{crypto.digest(text.encode())[:16]}"

    def statement(self, registry_id: int, dialect: Literal["sqlite", "postgres"]) -> str:
        """Return the statement that makes the index."""
        columns = ", ".join(f"({expression(path, kind, dialect)})" for path, kind in self.columns)
        word = "UNIQUE INDEX" if self.unique else "INDEX"
        rest = " WHERE deleted_at IS NULL" if self.unique else ""
        name, table = self.name(registry_id, dialect), record_table(registry_id)
        return f"CREATE {word} {name} ON {table} ({columns}){rest}"


def indexes(registry: Registry) -> list[Index]:
    """Return the indexes a version needs: one for each marked field, and one for each unique combination."""
    single = [
        Index(((path, registry.by_path[path].type),), unique=registry.by_path[path].key)
        for path in registry.indexed_fields
    ]
    return single + [
        Index(tuple((path_of(name), registry.by_path[path_of(name)].type) for name in names), unique=True)
        for names in registry.uniques
    ]


def indexes_of(versions: Sequence[Registry]) -> list[Index]:
    """Return the indexes of all versions (newest first): all keep their searches, the newest says what is unique."""
    older = [replace(index, unique=False) for version in versions[1:] for index in indexes(version)]
    newest = indexes(versions[0]) if versions else []
    return list(dict.fromkeys([*newest, *older]))


def searched_fields(versions: Sequence[Registry]) -> tuple[Path, ...]:
    """Return the paths that free search may compare in one version or another, in an order of their own."""
    return tuple(sorted({path for version in versions for path in version.searched_fields}))


def is_guarded(registry: Registry, path: Path) -> bool:
    """Tell whether a field or one above it is secret or blinded: callers without the right cannot ask about it."""
    above = (registry.by_path.get(path[:length]) for length in range(1, len(path) + 1))
    return any(one is not None and (one.secret or one.blinded) for one in above)


def services_of(registry: Registry, before: Sequence[Service]) -> list[Service]:
    """Return the services of a new version: all kinds made anew in the state they had, and the custom ones."""
    states = {one.kind: one.state for one in before if not one.custom}
    first = {kind: ServiceState.DISABLED if kind in OFF_AT_FIRST else ServiceState.VISIBLE for kind in ServiceKind}
    made = [Service(0, kind.value, kind, states.get(kind, first[kind])) for kind in ServiceKind]
    # A draft that came from a document brings custom services of its own.
    custom = {one.name: one for one in (*before, *registry.service_list) if one.custom}
    for one in custom.values():
        kept = tuple(name for name in one.fields or () if registry.field(name))
        made.append(replace(one, fields=None if one.fields is None else kept))
    return made


def links_strictly(registry: Registry, registry_id: int) -> bool:
    """Tell whether a registry has a strict link to another."""
    return any(
        link.registry_id == registry_id and link.kind is LinkKind.STRICT
        for _, one in walk(registry.fields)
        for link in one.links
    )


def is_reserved(code: str) -> bool:
    """Tell whether a code is an address of this block (DR-D1)."""
    return code_key(code) in RESERVED_CODES


def faults(definition: Definition) -> dict[str, str]:
    """Return what is wrong with a definition even as a draft, by its part; the sentence starts with the part."""
    wrong: dict[str, str] = {}
    if not CODE_PATTERN.fullmatch(definition.code):
        wrong["code"] = "has 1 to 64 letters, digits, _ or -, the first a letter"
    for name in ("name", "description", "catalogue", "group", "institution", "domain", "default_index"):
        if len(getattr(definition, name) or "") > NAME_CHARACTERS_MAX:
            wrong[name] = f"has at most {NAME_CHARACTERS_MAX} characters"
    if definition.retention_days is not None and not 0 < definition.retention_days < 2**31:
        wrong["retentionDays"] = "is a number of days above 0"
    for pattern in definition.stewards or ():
        if not SUBJECT_PATTERN.fullmatch(pattern) or pattern.startswith(OPEN_SUBJECTS):
            wrong["stewards"] = "are role:<role>, person:<id>, scope:<scope> or application:INSTANCE/CLASS/MEMBER/APP"
    if len(definition.stewards or ()) > STEWARDS_MAX:
        wrong["stewards"] = f"are at most {STEWARDS_MAX}"
    return wrong


def service_text(service: Service) -> str:
    """Return what a custom service is made of as the text that is kept."""
    content: dict[str, object] = {"title": service.title}
    if service.custom:
        condition = None if service.condition is None else write_condition(service.condition)
        content |= {"fields": service.fields, "masks": dict(service.masks), "condition": condition}
        content |= {"consentPurpose": service.consent_purpose} if service.consent_purpose else {}
    return msgspec.json.encode(content).decode()
