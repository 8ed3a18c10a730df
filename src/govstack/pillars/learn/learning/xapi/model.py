"""The grammar of xAPI 1.0.3, strict: what does not fit is refused with a reason.

Names are those of the specification. Extensions may hold anything, also null; nothing else may.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

VERSION = "1.0.3"
VERSIONS = ("1.0.0", "1.0.1", "1.0.2", "1.0.3")
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
IRI_CHARACTERS_MAX = 2_000
TEXT_CHARACTERS_MAX = 20_000
MEMBERS_MAX = 1_000
ATTACHMENTS_MAX = 100
ACTIVITIES_MAX = 1_000

Iri = Annotated[
    str, Meta(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]+$", max_length=IRI_CHARACTERS_MAX)
]
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")]
Mbox = Annotated[str, Meta(pattern=r"^mailto:[^@\s<>,;]+@[^@\s<>,;]+$", max_length=IRI_CHARACTERS_MAX)]
Sha1 = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{40}$")]
Sha2 = Annotated[str, Meta(pattern=r"^([0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$")]
Text = Annotated[str, Meta(max_length=TEXT_CHARACTERS_MAX)]
# It becomes a header field of a part: no line ends in it.
MediaType = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+*-]+[ \t]*(;[\x20-\x7e]*)?$", max_length=300)
]
# The shape of RFC 5646: a language, then parts of it; also private and grandfathered tags.
LANGUAGE_TAG = r"^([A-Za-z]{2,8}|[xX](-[A-Za-z0-9]{1,8})+|[iI]-[A-Za-z]+)(-[A-Za-z0-9]{1,8})*$"
Tag = Annotated[str, Meta(pattern=LANGUAGE_TAG, max_length=100)]
Tongues = dict[Tag, Text]
Extensions = dict[Iri, Any]
_DURATION = re.compile(
    # A fraction stands in the last part alone (ISO 8601 section 4.4.3.2).
    r"P(?!.*[.,]\d+[YMWDH].)(?:\d+(?:[.,]\d+)?W|(?=\d|T\d)(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=\d)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|z|[+-]\d\d(:?\d\d)?)?")
_NEGATIVE_ZERO = re.compile(r".*-00(:?00)?")


class Strict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An object of xAPI: it may hold what the specification names, and nothing else."""


class Account(Strict, frozen=True, rename="camel", kw_only=True):
    """A name that a system knows somebody by."""

    home_page: Iri
    name: Annotated[str, Meta(min_length=1, max_length=IRI_CHARACTERS_MAX)]


class Identified(Strict, frozen=True):
    """Somebody, or a group, by at most one of four identifiers."""

    name: Text | UnsetType = UNSET
    mbox: Mbox | UnsetType = UNSET
    mbox_sha1sum: Sha1 | UnsetType = UNSET
    openid: Iri | UnsetType = UNSET
    account: Account | UnsetType = UNSET

    @property
    def key(self) -> str:
        """Return the identifier as one text, "" for a group without one."""
        if self.mbox is not UNSET:
            return str(self.mbox)
        if self.mbox_sha1sum is not UNSET:
            return f"sha1:{self.mbox_sha1sum.lower()}"
        if self.openid is not UNSET:
            return f"openid:{self.openid}"
        if self.account is not UNSET:
            return f"account:{self.account.home_page} {self.account.name}"
        return ""

    @property
    def identifiers(self) -> int:
        """Return how many identifiers there are."""
        return sum(one is not UNSET for one in (self.mbox, self.mbox_sha1sum, self.openid, self.account))


class Member(Identified, frozen=True):
    """An agent within a group."""

    objectType: Literal["Agent"] | UnsetType = UNSET  # noqa: N815 - the name on the wire

    def __post_init__(self) -> None:
        """Refuse an agent without exactly one identifier."""
        if self.identifiers != 1:
            raise ValueError("An agent has exactly one of mbox, mbox_sha1sum, openid and account")


class Party(Identified, frozen=True):
    """An agent or a group."""

    objectType: Literal["Agent", "Group"] | UnsetType = UNSET  # noqa: N815 - the name on the wire
    member: Annotated[list[Member], Meta(max_length=MEMBERS_MAX)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what is neither one agent nor one group."""
        if self.is_group:
            if self.identifiers > 1 or (not self.identifiers and not self.member):
                raise ValueError("A group has members, or exactly one identifier")
        elif self.identifiers != 1 or self.member is not UNSET:
            raise ValueError("An agent has exactly one of mbox, mbox_sha1sum, openid and account, and no members")

    @property
    def is_group(self) -> bool:
        """Tell whether this is a group."""
        return self.objectType == "Group"

    @property
    def keys(self) -> Iterator[str]:
        """Return the identifiers of the party and of its members."""
        if self.key:
            yield self.key
        for one in self.member or ():
            yield one.key


class Verb(Strict, frozen=True):
    """What was done."""

    id: Iri
    display: Tongues | UnsetType = UNSET


class Component(Strict, frozen=True):
    """One choice, step or pair of an interaction."""

    id: Annotated[str, Meta(min_length=1, max_length=IRI_CHARACTERS_MAX)]
    description: Tongues | UnsetType = UNSET


Interaction = Literal[
    "true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert", "numeric",
    "other",
]  # fmt: skip
Components: TypeAlias = Annotated[list[Component], Meta(max_length=MEMBERS_MAX)] | UnsetType
_LISTS: dict[str, tuple[str, ...]] = {
    "choices": ("choice", "sequencing"),
    "scale": ("likert",),
    "source": ("matching",),
    "target": ("matching",),
    "steps": ("performance",),
}


class Definition(Strict, frozen=True):
    """What is known of an activity."""

    name: Tongues | UnsetType = UNSET
    description: Tongues | UnsetType = UNSET
    type: Iri | UnsetType = UNSET
    moreInfo: Iri | UnsetType = UNSET  # noqa: N815 - the names on the wire
    extensions: Extensions | UnsetType = UNSET
    interactionType: Interaction | UnsetType = UNSET  # noqa: N815
    correctResponsesPattern: Annotated[list[Text], Meta(max_length=MEMBERS_MAX)] | UnsetType = UNSET  # noqa: N815
    choices: Components = UNSET
    scale: Components = UNSET
    source: Components = UNSET
    target: Components = UNSET
    steps: Components = UNSET

    def __post_init__(self) -> None:
        """Refuse parts of an interaction without its type, or of another type."""
        if self.interactionType is UNSET and self.correctResponsesPattern is not UNSET:
            raise ValueError("An interaction names its interactionType")
        for name, kinds in _LISTS.items():
            components = getattr(self, name)
            if components is UNSET:
                continue
            if self.interactionType not in kinds:
                raise ValueError(f"{name} belongs to an interaction of type {' or '.join(kinds)}")
            if len({one.id for one in components}) != len(components):
                raise ValueError(f"The ids in {name} differ from each other")


class Activity(Strict, frozen=True):
    """What was worked on."""

    id: Iri
    objectType: Literal["Activity"] | UnsetType = UNSET  # noqa: N815
    definition: Definition | UnsetType = UNSET


class Reference(Strict, frozen=True, kw_only=True):
    """Another statement."""

    id: Uuid
    objectType: Literal["StatementRef"]  # noqa: N815


Number = float
Activities = Activity | Annotated[list[Activity], Meta(max_length=ACTIVITIES_MAX)]


class Score(Strict, frozen=True):
    """How well it went."""

    scaled: Annotated[Number, Meta(ge=-1, le=1)] | UnsetType = UNSET
    raw: Number | UnsetType = UNSET
    min: Number | UnsetType = UNSET
    max: Number | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse bounds that do not hold what lies between them."""
        least = self.min if not isinstance(self.min, UnsetType) else float("-inf")
        most = self.max if not isinstance(self.max, UnsetType) else float("inf")
        if least >= most or (not isinstance(self.raw, UnsetType) and not least <= self.raw <= most):
            raise ValueError("The raw score lies between min and max, and min is below max")


class Result(Strict, frozen=True):
    """What came of it."""

    score: Score | UnsetType = UNSET
    success: bool | UnsetType = UNSET
    completion: bool | UnsetType = UNSET
    response: str | UnsetType = UNSET
    duration: Text | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a duration that is none."""
        if not isinstance(self.duration, UnsetType) and not _DURATION.fullmatch(self.duration):
            raise ValueError("A duration is written by ISO 8601, such as PT1H30M")


class Related(Strict, frozen=True):
    """Activities that the statement belongs with."""

    parent: Activities | UnsetType = UNSET
    grouping: Activities | UnsetType = UNSET
    category: Activities | UnsetType = UNSET
    other: Activities | UnsetType = UNSET

    def __iter__(self) -> Iterator[Activity]:
        for found in (self.parent, self.grouping, self.category, self.other):
            if isinstance(found, Activity):
                yield found
            elif not isinstance(found, UnsetType):
                yield from found


class Surroundings(Strict, frozen=True):
    """The context of a statement."""

    registration: Uuid | UnsetType = UNSET
    instructor: Party | UnsetType = UNSET
    team: Party | UnsetType = UNSET
    contextActivities: Related | UnsetType = UNSET  # noqa: N815
    revision: Text | UnsetType = UNSET
    platform: Text | UnsetType = UNSET
    language: Tag | UnsetType = UNSET
    statement: Reference | UnsetType = UNSET
    extensions: Extensions | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a team that is no group."""
        if not isinstance(self.team, UnsetType) and not self.team.is_group:
            raise ValueError("A team is a group")


class Attachment(Strict, frozen=True, kw_only=True):
    """A file that belongs to a statement."""

    usageType: Iri  # noqa: N815
    display: Tongues
    contentType: MediaType  # noqa: N815
    length: Annotated[int, Meta(ge=0)]
    sha2: Sha2
    description: Tongues | UnsetType = UNSET
    fileUrl: Iri | UnsetType = UNSET  # noqa: N815


class Clause(Strict, frozen=True, kw_only=True):
    """What a statement and a statement within one have in common."""

    actor: Party
    verb: Verb
    object: Raw
    result: Result | UnsetType = UNSET
    context: Surroundings | UnsetType = UNSET
    timestamp: Text | UnsetType = UNSET
    attachments: Annotated[list[Attachment], Meta(max_length=ATTACHMENTS_MAX)] | UnsetType = UNSET


class SubStatement(Clause, frozen=True, kw_only=True):
    """A statement that another one speaks about; nobody says that it happened."""

    objectType: Literal["SubStatement"]  # noqa: N815


class Statement(Clause, frozen=True, kw_only=True):
    """A statement as it is sent."""

    id: Uuid | UnsetType = UNSET
    stored: Text | UnsetType = UNSET
    authority: Party | UnsetType = UNSET
    version: Annotated[str, Meta(pattern=r"^1\.0(\.\d+)?$")] | UnsetType = UNSET


class _Kind(Struct):
    objectType: str = "Activity"  # noqa: N815


Object: TypeAlias = Activity | Party | Reference | SubStatement
_KINDS: dict[str, Any] = {
    "Activity": msgspec.json.Decoder(Activity),
    "Agent": msgspec.json.Decoder(Party),
    "Group": msgspec.json.Decoder(Party),
    "StatementRef": msgspec.json.Decoder(Reference),
    "SubStatement": msgspec.json.Decoder(SubStatement),
}
_KIND = msgspec.json.Decoder(_Kind)
_STATEMENT = msgspec.json.Decoder(Statement)


def read_statement(raw: bytes | Raw) -> tuple[Statement, Object]:
    """Return a statement and its object; raises ValueError that says what breaks the grammar."""
    statement = _STATEMENT.decode(raw)
    about = read_object(statement.object)
    check(statement, about)
    if isinstance(about, SubStatement):
        inner = read_object(about.object)
        if isinstance(inner, SubStatement):
            raise ValueError("A SubStatement does not hold another SubStatement")
        check(about, inner)
    if statement.verb.id == VOIDED and not isinstance(about, Reference):
        raise ValueError("A statement that voids names the voided one by a StatementRef")
    if not isinstance(statement.authority, UnsetType):
        _check_authority(statement.authority)
    if not isinstance(statement.stored, UnsetType):
        moment(statement.stored)
    return statement, about


def read_object(raw: bytes | Raw) -> Object:
    """Return the object of a statement."""
    kind = _KINDS.get(_KIND.decode(raw).objectType)
    if kind is None:
        raise ValueError("An object is an Activity, Agent, Group, StatementRef or SubStatement")
    found: Object = kind.decode(raw)
    return found


def check(clause: Clause, about: Object) -> None:
    """Refuse what the parts of a statement forbid each other."""
    if not isinstance(clause.timestamp, UnsetType):
        moment(clause.timestamp)
    context = clause.context
    if isinstance(context, UnsetType) or isinstance(about, Activity):
        return
    if context.revision is not UNSET or context.platform is not UNSET:
        raise ValueError("revision and platform go with an activity only")


def _check_authority(authority: Party) -> None:
    if authority.is_group and (authority.identifiers or len(authority.member or ()) != 2):
        raise ValueError("An authority is an agent, or a group of two without an identifier")


def moment(text: str) -> datetime:
    """Return a timestamp; one without a zone is taken as UTC. Raises ValueError for what is none."""
    if not _MOMENT.fullmatch(text) or _NEGATIVE_ZERO.fullmatch(text[11:]):
        raise ValueError("A timestamp is written by ISO 8601, such as 2026-11-21T21:30:00Z, and its zone is not -00:00")
    try:
        found = datetime.fromisoformat(text.replace("z", "Z").replace(",", "."))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("A timestamp names a day and an hour that exist") from error
