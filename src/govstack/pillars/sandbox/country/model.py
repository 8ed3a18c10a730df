"""A country as data: its place, offices, registries, and the shares its synthetic people are drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import msgspec

from govstack.kernel.errors import Internal, NotFound

Text = Mapping[str, str]  # language code to words
Shares = Mapping[str, float]  # value to its share of one
Value = str | int | float | bool
FieldType = Literal["text", "number", "boolean", "date", "json"]
Rows = Literal["people", "incomes", "parcels", "births", "none"]
Role = Literal["head", "partner", "child", "parent"]
Sex = Literal["female", "male"]


class BrokenPack(Internal):
    """A country pack says something its program cannot follow; the message names the file and the place in it."""

    code = "broken-country-pack"
    title = "The country pack cannot be used."


class UnknownRegistry(NotFound):
    """The country pack defines no registry of this code."""


@dataclass(frozen=True, slots=True)
class Currency:
    """`code` is ISO 4217."""

    code: str
    minor_digits: int
    name: Text


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality; `share` is its part of the region's people."""

    code: str
    name: Text
    share: float
    postal_code: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region; `share` is its part of the country's people."""

    code: str
    name: Text
    share: float
    municipalities: tuple[Municipality, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the community's own script, and in Latin letters."""

    native: str
    latin: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one community."""

    female: tuple[Name, ...]
    male: tuple[Name, ...]
    family: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Community:
    """People who share a script; `script` is ISO 15924, `languages` the shares that ask for letters in each."""

    code: str
    script: str
    name: Text
    share: float
    languages: Shares
    names: Names


@dataclass(frozen=True, slots=True)
class Span:
    """From `low` to `high`, every value as likely as the others."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Demography:
    """How households are made up; every `*_share` is a part of one, deciles run from the lowest to the highest."""

    household_size_shares: Mapping[int, float]
    couple_share_of_pairs: float
    lone_parent_share: float
    female_lone_parent_share: float
    elder_share: float
    single_age_years: tuple[float, ...]
    couple_age_years: tuple[float, ...]
    youngest_child_age_years: Span
    sibling_spacing_days: Span
    mother_age_at_first_birth_years: Span
    mother_age_at_last_birth_years: float
    father_older_by_years: Span
    parent_older_than_head_years: Span
    age_limit_years: float
    shared_family_name_share: float
    married_share_of_couples: float
    residence_shares: Shares
    disability_share_working_age: float
    disability_share_pension_age: float
    phone_share: float
    email_share: float


@dataclass(frozen=True, slots=True)
class IncomeSource:
    """A source of income; deciles run from the lowest to the highest amount of a year."""

    code: str
    share: float
    deciles: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Incomes:
    """Who has an income record and of how much; amounts are whole currency units per year."""

    year: int
    adult_age_years: int
    pension_age_years: int
    with_record_share_working_age: float
    with_record_share_pension_age: float
    other_name_share: float
    sources: tuple[IncomeSource, ...]
    pension: IncomeSource
    occupations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LandUse:
    """What land is used for, and how much floor may stand on each square metre."""

    code: str
    share: float
    floor_area_ratio: float


@dataclass(frozen=True, slots=True)
class Parcels:
    """Who owns land, and of what size."""

    owner_share: float
    area_square_metres: tuple[float, ...]
    land_uses: tuple[LandUse, ...]


@dataclass(frozen=True, slots=True)
class Births:
    """How many births reach the register, and how soon."""

    registered_share: float
    registered_after_days: Span


@dataclass(frozen=True, slots=True)
class Caller:
    """An application of a member (CLASS/CODE) that calls others through the mediator."""

    member: str
    application: str


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What the country decides about one digital service; `registries` are its own, by the service's words for them."""

    programme: str
    caller: Caller
    registries: Mapping[str, str]
    parameters: Mapping[str, float]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Right:
    """`member` is CLASS/CODE; `operations` are the published operation ids the grant is meant for.

    `agreement` is the data agreement that a person must have agreed to before anything of them is shown.
    `serves` is the block or pillar of this instance that uses the right itself.
    """

    member: str
    application: str
    operations: tuple[str, ...]
    purpose: Text
    agreement: str = ""
    serves: Literal["", "identity", "consent", "learn"] = ""


@dataclass(frozen=True, slots=True)
class OfferedService:
    """A service of an application, and who may call it: one registry, or a whole block of the instance."""

    code: str
    name: Text
    registry: str = ""
    block: Literal["", "consent", "messaging"] = ""
    rights: tuple[Right, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """An application of a member; one without services only calls others."""

    code: str
    name: Text
    services: tuple[OfferedService, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the mediator; an `outsider` holds no right and shows what a refused call looks like."""

    key: str
    member_class: str
    code: str
    name: Text
    applications: tuple[Application, ...]
    outsider: bool = False


@dataclass(frozen=True, slots=True)
class Official:
    """A fictional official; signs in with `login`, works in `application` of `member` (CLASS/CODE).

    `work` says what they do where no digital service names their role; `person` is the number under which other
    services know them as somebody of their own, such as the one where they learn.
    """

    login: str
    role: str
    test_identity: str
    member: str
    application: str
    given: str
    family: str
    latin: str
    language: str
    work: Text = field(default_factory=dict)
    person: str = ""


@dataclass(frozen=True, slots=True)
class RegistryField:
    """One field; `source` is the generated value that fills it, `link` the registry field it points to."""

    name: str
    type: FieldType
    label: Text
    example: Value | tuple[Mapping[str, Value], ...]
    source: str | None = None
    required: bool = False
    unique: bool = False
    indexed: bool = False
    personal: bool = False
    identifier: bool = False
    secret: bool = False
    max_length: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry of one member, offered through one service of its application."""

    code: str
    member: str
    application: str
    service: str
    version: str
    rows: Rows
    classification: str
    title: Text
    fields: tuple[RegistryField, ...]


@dataclass(frozen=True, slots=True)
class HouseholdMember:
    """Somebody who lives with a persona; their id is drawn like everybody's."""

    role: Role
    given: str
    family: str
    sex: Sex
    birth_date: str
    annual_income: int | None = None
    income_source: str = ""


@dataclass(frozen=True, slots=True)
class Persona:
    """A person whom journeys know by `key`; `packages` and `verification` are what the journey should find."""

    key: str
    id: str
    given: str
    family: str
    sex: Sex
    birth_date: str
    municipality: str
    packages: tuple[str, ...]
    published_region: str = ""
    verification: Literal["VERIFIED", "MISMATCH"] = "VERIFIED"
    residence: str | None = None
    life_status: str = "alive"
    income_holder_name: str | None = None
    occupation: str | None = None
    annual_income: int | None = None
    income_source: str = ""
    disability: bool = False
    consent_granted_on: str | None = None
    agrees: bool = True
    household: tuple[HouseholdMember, ...] = ()


@dataclass(frozen=True, slots=True)
class Country:
    """Everything a sandbox needs to know about a country; read by `service.load`."""

    id: str
    alpha2: str
    name: Text
    instance: str
    languages: tuple[str, ...]
    currency: Currency
    as_of: str
    calling_code: str
    email_domain: str
    regions: tuple[Region, ...]
    communities: tuple[Community, ...]
    address_form: str
    streets: tuple[str, ...]
    demography: Demography
    incomes: Incomes
    parcels: Parcels
    births: Births
    services: Mapping[str, ServiceSettings]
    members: tuple[Member, ...]
    officials: tuple[Official, ...]
    registries: tuple[Registry, ...]
    mobile_money: str  # the published account of the personas
    people: tuple[Persona, ...]  # the published ones
    others: tuple[Persona, ...]  # ours, for the paths that do not go well

    @property
    def personas(self) -> tuple[Persona, ...]:
        """Everybody whom journeys know by name, the published ones first."""
        return self.people + self.others

    def member(self, key: str) -> Member:
        """The member of this key; raises UnknownRegistry where a registry names one that the pack lacks."""
        for member in self.members:
            if member.key == key:
                return member
        raise UnknownRegistry(f"The country pack has no member {key!r}.")

    def registry(self, code: str) -> Registry:
        """The registry of this code; raises UnknownRegistry."""
        for registry in self.registries:
            if registry.code == code:
                return registry
        raise UnknownRegistry(f"The country pack has no registry {code!r}. Choose one of its registries.yaml.")


# What an application may do at the consent block follows from the operations that it has a right to.
# The settings of a block that name the service of messaging, and the application that it calls as.
_MESSAGING_SETTINGS: Mapping[str, tuple[str, str]] = {
    "identity": ("IDENTITY_MESSAGING", "IDENTITY_APPLICATION"),
    "consent": ("CONSENT_MESSAGING_SERVICE", "CONSENT_MESSAGING_APPLICATION"),
    "learn": ("LEARN_MESSAGING_SERVICE", "LEARN_MESSAGING_APPLICATION"),
}
_CONSENT_SCOPES: Mapping[str, str] = {
    "serviceVerificationConsentRecordList": "consent:verify",
    "serviceIndividualConsentRecordCreate": "consent:record",
    "serviceIndividualConsentRecordUpdate": "consent:record",
}


@dataclass(frozen=True, slots=True)
class ConsentPlace:
    """The consent block's service, and by its application (CLASS/MEMBER/APPLICATION) what each caller may do there.

    `learning` is the right by which learning asks people whether their manager sees how far they are, None without one.
    """

    service: str
    scopes: Mapping[str, str]
    learning: Right | None = None

    def caller(self, scope: str) -> str:
        """Return the application that holds a scope; raises BrokenPack."""
        found = next((name for name, held in self.scopes.items() if scope in held.split()), None)
        if found is None:
            raise BrokenPack(f"members.yaml gives no application the operation that needs {scope}.")
        return found


def consent_place(country: Country) -> ConsentPlace | None:
    """Return where the consent block is offered, and to whom; None where the pack does not."""
    for member in country.members:
        for application in member.applications:
            for service in application.services:
                if service.block == "consent":
                    address = f"{member.member_class}/{member.code}/{application.code}/{service.code}"
                    learning = next((one for one in service.rights if one.serves == "learn"), None)
                    scopes = {_address(one): _consent_scopes(one) for one in service.rights}
                    return ConsentPlace(address, scopes, learning)
    return None


def agreements(country: Country) -> list[str]:
    """Return the data agreements that rights on registers of the pack rest on."""
    services = [one for member in country.members for app in member.applications for one in app.services]
    rights = [right for service in services for right in service.rights if not right.serves]
    return sorted({right.agreement for right in rights if right.agreement})


def consent_settings(country: Country) -> dict[str, str]:
    """Return the settings by which registers and learning reach the consent block, and it knows who asks; none without
    one."""
    place = consent_place(country)
    if place is None:
        return {}
    applications = {f"{country.instance}/{name}": held for name, held in place.scopes.items() if held}
    enforced = agreements(country)
    settings = {
        "REGISTRIES_CONSENT_SERVICE": place.service,
        "REGISTRIES_CONSENT_CALLER": place.caller("consent:verify"),
        "CONSENT_APPLICATIONS": msgspec.json.encode(applications).decode(),
    }
    if place.learning is not None:
        enforced.append(place.learning.agreement)
        settings |= {
            "LEARN_CONSENT_SERVICE": place.service,
            "LEARN_CONSENT_APPLICATION": _address(place.learning),
            "LEARN_CONSENT_AGREEMENT": place.learning.agreement,
        }
    return {**settings, "CONSENT_ENFORCED": " ".join(enforced)}


def messaging_settings(country: Country) -> dict[str, str]:
    """Return the settings by which blocks send messages to people: those that a right of the pack says it serves."""
    found: dict[str, str] = {}
    for member in country.members:
        for application in member.applications:
            for service in application.services:
                place = f"{member.member_class}/{member.code}/{application.code}/{service.code}"
                for right in service.rights if service.block == "messaging" else ():
                    names = _MESSAGING_SETTINGS.get(right.serves)
                    if names is not None:
                        found |= {names[0]: place, names[1]: _address(right)}
    return found


def _address(right: Right) -> str:
    return f"{right.member}/{right.application}"


def _consent_scopes(right: Right) -> str:
    return " ".join(sorted({_CONSENT_SCOPES[one] for one in right.operations if one in _CONSENT_SCOPES}))
