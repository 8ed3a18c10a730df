"""Reads the forms of an enrolment: what was answered, and what is wrong with it, in words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from govstack.blocks.identity.capturing.model import Step
from govstack.blocks.identity.packets.errors import PacketInvalid, PacketTooLarge
from govstack.blocks.identity.packets.model import Piece, Text, document_piece
from govstack.blocks.identity.people.model import NO_YEAR, is_birthdate
from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.kernel.routing import Upload

NAME_CHARACTERS_MAX = 200
LINE_CHARACTERS_MAX = 200
ADDRESS_FIELDS = ("street_address", "locality", "region", "postal_code", "country")
GENDERS = ("female", "male", "other")
_PHONE = re.compile(r"\+[1-9]\d{4,14}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,255}")
Answers = dict[str, tuple[Text, ...]]
Faults = dict[str, str]


def answers_of(step: Step, form: Mapping[str, str], *, languages: Collection[str]) -> tuple[Answers, Faults]:
    """Return the fields that a form answers, and its faults by field; a name is written in one of `languages`."""
    if step is Step.NAME:
        return _name(form, languages)
    readers = {Step.PERSON: _person, Step.BIRTH: _birth, Step.CONTACT: _contact, Step.ADDRESS: _address}
    return readers[step](form)


def document_of(
    form: Mapping[str, str], upload: Upload | None, *, categories: Collection[str]
) -> tuple[Piece | None, bytes, Faults]:
    """Return the document of a form, which is of one of the categories, with its content."""
    faults: Faults = {}
    category, number = form.get("category", ""), form.get("number", "").strip()
    if category not in categories:
        faults["category"] = _("Choose what the document is")
    if len(number) > LINE_CHARACTERS_MAX:
        faults["number"] = _("Enter at most 200 characters")
    if upload is None or not upload.content:
        return None, b"", {**faults, "file": _("Choose a file")}
    try:
        piece = document_piece(category, upload.content, number=number)
    except PacketTooLarge:
        faults["file"] = _("The file is larger than 2 MB. Take the photograph with less detail")
    except PacketInvalid:
        faults["file"] = _("Choose a photograph (JPEG or PNG) or a PDF")
    return (None if faults else piece), upload.content, faults


def _person(form: Mapping[str, str]) -> tuple[Answers, Faults]:
    identifier = form.get("identifier", "").strip()
    if not identifier or len(identifier) > LINE_CHARACTERS_MAX:
        return {}, {"identifier": _("Enter the number that the person is known by")}
    return {"identifier": (Text(identifier),)}, {}


def _name(form: Mapping[str, str], languages: Collection[str]) -> tuple[Answers, Faults]:
    faults: Faults = {}
    found: list[Text] = []
    for name in ("name", "other_name"):
        value, language = form.get(name, "").strip(), form.get(f"{name}_language", "")
        if len(value) > NAME_CHARACTERS_MAX:
            faults[name] = _("Enter at most 200 characters")
        if value and language not in languages:
            faults[f"{name}_language"] = _("Choose the language in which the name is written")
        if value:
            found.append(Text(value, language))
    if len({one.language for one in found}) < len(found):
        faults["other_name_language"] = _("Choose another language than that of the first name")
    return {"name": tuple(found)}, faults


def _birth(form: Mapping[str, str]) -> tuple[Answers, Faults]:
    faults: Faults = {}
    day, month, year = (form.get(f"birthdate-{part}", "").strip() for part in ("day", "month", "year"))
    birth = _date(day, month, year)
    if birth is None:
        faults["birthdate"] = _("Enter a date of birth that exists, or the year alone where the day is not known")
    gender = form.get("gender", "")
    if gender and gender not in GENDERS:
        faults["gender"] = _("Choose one of the answers")
    said: Answers = {"birthdate": (Text(birth),)} if birth else {}
    return {**said, **({"gender": (Text(gender),)} if gender else {})}, faults


def _date(day: str, month: str, year: str) -> str | None:
    """Return a date, a year alone, or nothing where nothing was said; None for one that is wrong."""
    if not (day or month or year):
        return ""
    said = year if not day and not month else f"{year}-{month:0>2}-{day:0>2}"
    today = clock.today().isoformat()
    return said if is_birthdate(said) and year != NO_YEAR and said <= today[: len(said)] else None


def _contact(form: Mapping[str, str]) -> tuple[Answers, Faults]:
    faults: Faults = {}
    phone = re.sub(r"[\s().-]", "", form.get("phone_number", ""))
    email = form.get("email", "").strip()
    if phone and not _PHONE.fullmatch(phone):
        faults["phone_number"] = _("Enter the telephone number with the code of its country, such as +212 600 000 001")
    if email and not _EMAIL.fullmatch(email):
        faults["email"] = _("Enter an e-mail address, such as name@example.org")
    return {"phone_number": (Text(phone),), "email": (Text(email),)}, faults


def _address(form: Mapping[str, str]) -> tuple[Answers, Faults]:
    given = {name: form.get(name, "").strip() for name in ADDRESS_FIELDS}
    long = {name: _("Enter at most 200 characters") for name, text in given.items() if len(text) > LINE_CHARACTERS_MAX}
    return {f"address.{name}": (Text(text),) for name, text in given.items()}, long
