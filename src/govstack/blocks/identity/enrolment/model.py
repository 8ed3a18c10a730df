"""An enrolment, how the fields of its packets become what the state knows of a person, and what it still lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.blocks.identity.packets.model import Content, Kind, Part, Piece, Process, Text, merged
from govstack.blocks.identity.people.model import ADDRESS_MEMBERS, CLAIMS, Attribute

PACKETS_MAX = 100
IDENTIFIER = "identifier"
ADDRESS = "address."
STREET = "address.street_address"
# Lines of a street are fields of their own that together make one.
JOINED = frozenset({STREET})
NAMES = frozenset({"name", "given_name", "family_name"})
# Values of these stand once, whatever the language they are labelled with.
WITHOUT_LANGUAGE = frozenset({"gender", "birthdate", "email", "phone_number", "picture", "locale", "zoneinfo"})
GENDERS: Mapping[str, str] = {
    "male": "male", "m": "male", "female": "female", "f": "female", "other": "other", "others": "other", "o": "other",
}  # fmt: skip
# How services of enrolment name what the published claims are; a country adds its own by a setting.
FIELDS: Mapping[str, str] = {
    "fullname": "name", "firstname": "given_name", "lastname": "family_name", "surname": "family_name",
    "sex": "gender", "dateofbirth": "birthdate", "dob": "birthdate", "phone": "phone_number",
    "mobile": "phone_number", "mobilenumber": "phone_number", "emailid": "email", "preferredlang": "locale",
    "addressline1": "address.street_address", "addressline2": "address.street_address",
    "addressline3": "address.street_address", "street": "address.street_address", "city": "address.locality",
    "locality": "address.locality", "region": "address.region", "province": "address.region",
    "postalcode": "address.postal_code", "country": "address.country",
    "uin": IDENTIFIER, "vid": IDENTIFIER, "individualid": IDENTIFIER, "identifier": IDENTIFIER,
}  # fmt: skip
_SEPARATORS = re.compile(r"[\s_-]")


class State(StrEnum):
    """Where an enrolment stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    HELD = "held"
    COMMITTED = "committed"
    REFUSED = "refused"
    ABANDONED = "abandoned"


CHANGEABLE = frozenset({State.OPEN, State.HELD})
ENDED = frozenset({State.COMMITTED, State.REFUSED, State.ABANDONED})


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An enrolment; `id` is what its service called it, `owner` who began it, `subject` what the person will have."""

    id: str
    ref_id: str
    owner: str
    process: Process
    source: str
    state: State
    problem: str
    subject: str
    person_id: str | None
    parts: int
    finalised: bool
    started_at: str
    changed_at: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A packet as it can be traced: which, when made and received, by whom and under which request."""

    digest: str
    made_at: str
    received_at: str
    source: str
    officer: str
    sender: str
    correlation_id: str
    signature: str


def attribute_of(field: str, own: Mapping[str, str], extra: Iterable[str] = ()) -> str:
    """Return the attribute that a field is, empty for a field that is not kept."""
    if field in own:
        return own[field]
    if field in CLAIMS or field in set(extra):
        return field
    if field.startswith(ADDRESS):
        return field if field.removeprefix(ADDRESS) in ADDRESS_MEMBERS else ""
    return FIELDS.get(_SEPARATORS.sub("", field).lower(), "")


def unknown_fields(fields: Iterable[str], own: Mapping[str, str], extra: Iterable[str]) -> list[str]:
    """Return the fields that are not kept."""
    names = tuple(extra)
    return [field for field in fields if not attribute_of(field, own, names)]


def identifier_of(fields: Mapping[str, tuple[Text, ...]], own: Mapping[str, str]) -> str:
    """Return the identifier that a packet names its person by."""
    for field, values in fields.items():
        if attribute_of(field, own) == IDENTIFIER and values:
            return values[0].value
    return ""


def content_of(parts: Sequence[Part], own: Mapping[str, str], extra: Iterable[str] = ()) -> Content:
    """Return what the packets of an enrolment say together, each thing under the one name that it has here.

    Of a thing that packets call by several names, what was made later counts; lines of a street come together in the
    order of their fields.
    """
    kept = tuple(extra)
    names = {field: attribute_of(field, own, kept) or field for part in parts for field in part.content.fields}
    said = merged(parts, names=names, joined=JOINED)
    fields: dict[str, tuple[Text, ...]] = {}
    for field in sorted(said.fields):
        name, texts = names[field], said.fields[field]
        before = fields.get(name, ())
        fields[name] = _lines(before, texts) if name == STREET else _beside(before, texts)
    return Content(fields=fields, pieces=said.pieces, told=said.told)


def attributes_of(content: Content, *, present: Sequence[Attribute] = ()) -> list[Attribute]:
    """Return what the content of an enrolment says of its person; an empty value takes an attribute away.

    `present` is what is known already: an address changes member by member.
    """
    made: dict[tuple[str, str], str] = {}
    members: dict[str, dict[str, str]] = {}
    for name in sorted(content.fields):
        for text in content.fields[name]:
            if name.startswith(ADDRESS):
                members.setdefault(text.language, {})[name.removeprefix(ADDRESS)] = text.value
            elif name != IDENTIFIER:
                language = "" if name in WITHOUT_LANGUAGE else text.language
                made.setdefault((name, language), _normal(name, text.value))
    made.update({("address", language): _address(present, language, told) for language, told in members.items()})
    return [Attribute(name, value, language) for (name, language), value in made.items()]


def missing(
    process: Process,
    attributes: Sequence[Attribute],
    pieces: Sequence[Piece],
    *,
    needed: Iterable[str],
    identified: bool,
) -> list[str]:
    """Return what an enrolment still lacks, by names: attributes, an identifier, a document, a change."""
    given = {one.name for one in attributes if one.value}
    wanted = [name for name in needed if name not in given and not (name == "name" and given & NAMES)]
    if process is Process.NEW:
        return wanted
    if process is Process.LOST:
        return [] if identified else wanted
    found = [] if identified else [IDENTIFIER]
    found += [] if attributes else ["change"]
    return found if any(one.kind is Kind.DOCUMENT for one in pieces) else [*found, "document"]


def _lines(before: Sequence[Text], more: Sequence[Text]) -> tuple[Text, ...]:
    found = {text.language: text.value for text in before}
    for text in more:
        lines = (found.get(text.language, ""), text.value)
        found[text.language] = ", ".join(line for line in lines if line)
    return tuple(Text(value, language) for language, value in found.items())


def _beside(before: Sequence[Text], more: Sequence[Text]) -> tuple[Text, ...]:
    languages = {text.language for text in more}
    return (*(text for text in before if text.language not in languages), *more)


def _normal(name: str, value: str) -> str:
    if name == "gender":
        return GENDERS.get(value.lower(), value)
    if name == "birthdate":
        return value.replace("/", "-")
    return re.sub(r"[\s().-]", "", value) if name == "phone_number" else value


def _address(present: Sequence[Attribute], language: str, told: Mapping[str, str]) -> str:
    kept = next((one.value for one in present if (one.name, one.language) == ("address", language)), "")
    members: dict[str, str] = msgspec.json.decode(kept, type=dict[str, str]) if kept else {}
    members.update(told)
    given = {name: value for name, value in members.items() if value}
    return msgspec.json.encode(given, order="sorted").decode() if given else ""
