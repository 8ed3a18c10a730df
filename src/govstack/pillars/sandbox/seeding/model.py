"""How the country pack is said in the words of the blocks: pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from govstack.kernel import crypto
from govstack.pillars.sandbox.country.model import (
    Country,
    Member,
    OfferedService,
    Official,
    Persona,
    Registry,
    RegistryField,
    Right,
    Text,
)
from govstack.pillars.sandbox.people.model import Person

BATCH_ROWS = 500
PEOPLE_SEED = 7
DATA_PATH = "/api/v1/data"
# What needs the lane of emergencies at messaging.
URGENT = "sendSingleEmergencyEmail"
GENERATED = 2
CITIZEN = "citizen"
_TYPES = {"text": "string", "number": "number", "boolean": "boolean", "date": "string", "json": "object"}
_ENDPOINTS: Sequence[tuple[str, str, str]] = (
    ("list", "get", ""),
    ("create", "post", "/create"),
    ("createEntries", "post", "/createEntries"),
    ("exists", "post", "/exists"),
    ("read", "post", "/read"),
    ("update", "put", "/update"),
    ("updateEntries", "put", "/updateEntries"),
    ("updateOrCreate", "post", "/updateOrCreate"),
)
_USAGE = ("DPU", "get", "/mypersonalDataUsage")
_BLOCK_PATHS: Mapping[str, str] = {"consent": "/api", "messaging": "/v1"}
# What other members may ask of a block, as its published document names it.
_BLOCK_ENDPOINTS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "consent": (
        ("serviceDataAgreementRead", "get", "/service/data-agreement/{dataAgreementId}/"),
        ("serviceVerificationConsentRecordList", "get", "/service/verification/consent-records/"),
        (
            "serviceVerificationConsentRecordRead",
            "get",
            "/service/verification/consent-record/{consentRecordId}/",
        ),
        (
            "serviceIndividualConsentRecordCreate",
            "post",
            "/service/individual/record/data-agreement/{dataAgreementId}/",
        ),
        (
            "serviceIndividualConsentRecordUpdate",
            "put",
            "/service/individual/record/consent-record/{consentRecordId}/",
        ),
    ),
    "messaging": (
        ("sendSingleEmail", "post", "/send/email/single"),
        ("sendBatchEmail", "post", "/send/email/batch"),
        ("sendSingleSms", "post", "/send/sms/single"),
        ("sendSingleEmergencyEmail", "post", "/emergency/send/email/single"),
        ("callbackEmail", "post", "/callback/email"),
        ("getEmailStatus", "get", "/status/email"),
        ("resendSingleEmail", "post", "/resend/email/single"),
        ("resendBatchEmail", "post", "/resend/email/batch"),
        ("scheduleEmail", "post", "/schedules"),
        ("listSchedules", "get", "/schedules"),
        ("getSchedule", "get", "/schedules/{scheduleUid}"),
        ("cancelSchedule", "delete", "/schedules/{scheduleUid}"),
        ("putWording", "put", "/wordings/{name}"),
        ("sendWording", "post", "/wordings/{name}/send"),
    ),
}
# Loading many rows at once is creating them.
_IMPLIED: Mapping[str, tuple[str, ...]] = {"create": ("create", "createEntries")}
_SERVICE_KINDS: Mapping[str, tuple[str, ...]] = {
    "list": ("data-list",),
    "read": ("data-read", "data-read-value"),
    "exists": ("data-exists",),
    "create": ("data-create", "data-create-entries"),
}


@dataclass(frozen=True, slots=True)
class Login:
    """Somebody who can sign in to the sandbox."""

    id: str
    name: str
    roles: str
    scopes: str
    attributes: Mapping[str, str]
    position: int
    claims: Mapping[str, str] = field(default_factory=dict)


def fingerprint(country: Country, count: int) -> str:
    """Return a text that changes when what would be seeded changes."""
    return crypto.digest(crypto.canonical([repr(country), count, GENERATED]))


def addresses(country: Country) -> Iterator[tuple[Member, str]]:
    """Yield every application as CLASS/CODE/APPLICATION, with its member."""
    for member in country.members:
        for application in member.applications:
            yield member, f"{member.member_class}/{member.code}/{application.code}"


def logins(country: Country, roles: Mapping[str, Sequence[str]], work: Mapping[str, Text]) -> list[Login]:
    """Return the officials and the people whom journeys know by name; `work` says what a role does, in words."""
    domain = country.email_domain
    officials = [
        _official(official, _work(country, official, official.work or work.get(official.role, {})), place)
        for place, official in enumerate(country.officials)
    ]
    people = [_citizen(persona, roles, 100 + place, domain) for place, persona in enumerate(country.personas)]
    return [*officials, *people]


def configuration(country: Country, instance: str, urls: Mapping[str, str], language: str) -> dict[str, Any]:
    """Return the members, applications, services and rights as the mediator's configuration document.

    `urls` says where the blocks are that the services lead to.
    """
    members = []
    for member in country.members:
        applications = []
        for application in member.applications:
            services = [
                {
                    "id": service.code,
                    "serviceUrl": _service_url(service, urls),
                    "spec": _specification(country, service, language),
                    "rights": [_right(right, language) for right in service.rights],
                }
                for service in application.services
            ]
            name = application.name.get(language, application.code)
            applications.append({"id": application.code, "name": name, "connection": "http", "services": services})
        members.append(
            {
                "name": member.name.get(language, member.code),
                "class": member.member_class,
                "code": member.code,
                "applications": applications,
            }
        )
    return {"domain": f"{country.id}.example", "instance": instance, "members": members}


def consenting(country: Country, people: Iterable[Person]) -> list[str]:
    """Return the ids of those of the first people who agree: the personas who do, with their households."""
    agreeing = {persona.id for persona in country.personas if persona.agrees}
    homes: dict[str, list[str]] = {}
    for person in people:
        homes.setdefault(person.home.household_id, []).append(person.id)
    return [member for members in homes.values() if agreeing & set(members) for member in members]


def _service_url(service: OfferedService, urls: Mapping[str, str]) -> str:
    if service.block:
        return f"{urls[service.block]}{_BLOCK_PATHS[service.block]}"
    return f"{urls['registries']}{DATA_PATH}"


def _specification(country: Country, service: OfferedService, language: str) -> dict[str, Any]:
    return (
        block_specification(service, language)
        if service.block
        else specification(country.registry(service.registry), language)
    )


def block_specification(service: OfferedService, language: str) -> dict[str, Any]:
    """Return the OpenAPI document of the service that offers a block itself, as far as other members ask it."""
    paths: dict[str, dict[str, Any]] = {}
    for operation, method, path in _BLOCK_ENDPOINTS[service.block]:
        names = re.findall(r"\{(\w+)\}", path)
        given = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        described = {"operationId": operation, "parameters": given, "responses": {"200": {"description": "Done"}}}
        paths.setdefault(path, {})[method] = described
    title = service.name.get(language, service.code)
    return {"openapi": "3.1.0", "info": {"title": title, "version": "1"}, "paths": paths}


def specification(registry: Registry, language: str) -> dict[str, Any]:
    """Return the OpenAPI document of the service that offers one registry."""
    root = f"/{registry.code}/{registry.version}"
    paths: dict[str, dict[str, Any]] = {}
    for operation, method, suffix in _ENDPOINTS:
        described = {"operationId": operation, "responses": {"200": {"description": "Done"}}}
        paths.setdefault(f"{root}{suffix}", {})[method] = described
    operation, method, path = _USAGE
    paths[path] = {method: {"operationId": operation, "responses": {"200": {"description": "Done"}}}}
    title = registry.title.get(language, registry.code)
    return {"openapi": "3.1.0", "info": {"title": title, "version": registry.version}, "paths": paths}


def senders(country: Country, instance: str) -> list[tuple[str, dict[str, Any]]]:
    """Return who sends messages, by id: every application that may call a service of messaging, for its office."""
    language, found = country.languages[0], dict[str, dict[str, Any]]()
    members = {f"{member.member_class}/{member.code}": member for member in country.members}
    for right in (
        right
        for member in country.members
        for application in member.applications
        for service in application.services
        if service.block == "messaging"
        for right in service.rights
    ):
        office = members[right.member].name.get(language, right.member)
        place = right.member.replace("/", "-").lower()
        found[f"{place}-{right.application}"] = {
            "organisationName": office,
            "organisationRegNr": right.member,
            "email": f"{right.application}@{place}.{country.id}.example",
            "name": office,
            "urgent": URGENT in right.operations,
            "application": f"{instance}/{right.member}/{right.application}",
        }
    return list(found.items())


def definition(country: Country, registry: Registry, language: str) -> dict[str, Any]:
    """Return the definition of a registry in the notation of the registries block."""
    properties = {field.name: _field(field) for field in registry.fields}
    member = country.member(registry.member)
    return {
        "name": registry.title.get(language, registry.code),
        "description": registry.title.get(language, registry.code),
        "institution": member.name.get(language, member.code),
        "classification": registry.classification,
        "defaultGrant": False,
        "groupName": member.name.get(language, member.code),
        "catalogName": registry.title.get(language, registry.code),
        "schema": {
            "type": "object",
            "properties": properties,
            "required": [field.name for field in registry.fields if field.required],
        },
    }


def groups(country: Country, instance: str) -> list[tuple[str, dict[str, Any]]]:
    """Return what the registries call offices and systems: a group of each, by its code."""
    language, found = country.languages[0], list[tuple[str, dict[str, Any]]]()
    for member in country.members:
        place = f"{instance}/{member.member_class}/{member.code}"
        code = f"office-{member.member_class}-{member.code}".lower()
        named = [(code, member.name, f"{place}/*")]
        named += [(f"{code}-{one.code}".lower(), one.name, f"{place}/{one.code}") for one in member.applications]
        found += [
            (group, {"name": name.get(language, group), "members": [f"application:{address}"], "names": dict(name)})
            for group, name, address in named
        ]
    return found


def grants(
    country: Country, registry: Registry, instance: str, fields: Mapping[str, frozenset[str]]
) -> list[dict[str, Any]]:
    """Return who may do what with a registry: the mediator's rights once more, now down to fields.

    `fields` names the fields that a calling application needs; an application not in it sees all.
    """
    made = []
    for member in country.members:
        for application in member.applications:
            for service in application.services:
                if service.registry != registry.code:
                    continue
                made += [_grant(right, instance, fields) for right in service.rights if _kinds(right)]
    return made


def batches(rows: Iterator[Mapping[str, object]], size: int = BATCH_ROWS) -> Iterator[list[Mapping[str, object]]]:
    """Yield rows in groups, in bounded memory."""
    batch: list[Mapping[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _work(country: Country, official: Official, role: Text) -> dict[str, str]:
    """Return what an official does and where, as `work` in the first language and `work_fr` in French."""
    first = country.languages[0]
    office = next(one.name for one in country.members if f"{one.member_class}/{one.code}" == official.member)
    return {
        "work" if language == first else f"work_{language}": (
            f"{role.get(language) or role.get(first, official.role)}"
            f" · {office.get(language) or office.get(first, official.member)}"
        )
        for language in country.languages
    }


def _official(official: Official, work: Mapping[str, str], place: int) -> Login:
    native = f"{official.given} {official.family}"
    name = native if native == official.latin else f"{native} ({official.latin})"
    attributes = {"member": official.member, "application": official.application, "language": official.language}
    if official.person:
        attributes["person_id"] = official.person
    # What an official may do follows from the role.
    return Login(official.login, name, official.role, "", {**attributes, **work}, place)


def _citizen(persona: Persona, roles: Mapping[str, Sequence[str]], place: int, domain: str) -> Login:
    scopes = " ".join(roles.get(CITIZEN, ()))
    claims = {
        "given_name": persona.given,
        "family_name": persona.family,
        "gender": persona.sex,
        "birthdate": persona.birth_date,
        "email": f"{persona.key}@{domain}",
    }
    name = f"{persona.given} {persona.family}"
    return Login(persona.key, name, "", scopes, {"person_id": persona.id}, place, claims)


def _right(right: Right, language: str) -> dict[str, Any]:
    member_class, _, code = right.member.partition("/")
    operations = [one for operation in right.operations for one in _IMPLIED.get(operation, (operation,))]
    return {
        "memberClass": member_class,
        "memberCode": code,
        "application": right.application,
        "operations": operations,
        "purpose": right.purpose.get(language, ""),
    }


def _grant(right: Right, instance: str, fields: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    address = f"{right.member}/{right.application}"
    made: dict[str, Any] = {"subject": f"application:{instance}/{address}", "services": _kinds(right)}
    if fields.get(address):
        made["fields"] = sorted(fields[address])
    if right.agreement:
        made |= {"consentPurpose": right.agreement, "legalBasis": "Consent"}
    return made


def _kinds(right: Right) -> list[str]:
    return [kind for operation in right.operations for kind in _SERVICE_KINDS.get(operation, ())]


def _field(field: RegistryField) -> dict[str, Any]:
    described: dict[str, Any] = {
        "type": _TYPES[field.type],
        "labels": dict(field.label),
        "description": field.label.get("en", ""),
        "example": field.example,
    }
    if field.type == "date":
        described["format"] = "date"
    flags = {
        "unique": field.unique,
        "indexed": field.indexed,
        "personal": field.personal,
        "personIdentifier": field.identifier,
        "secret": field.secret,
    }
    described.update({name: True for name, value in flags.items() if value})
    limits = {"maxLength": field.max_length, "min": field.minimum, "max": field.maximum}
    described.update({name: value for name, value in limits.items() if value is not None})
    if field.values:
        described["enum"] = list(field.values)
    return described
