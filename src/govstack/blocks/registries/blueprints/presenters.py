"""What the pages of definitions show and ask: metadata as a form, documents as text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import yaml

from govstack.blocks.registries.design.model import (
    CODE_PATTERN,
    SUBJECT_PATTERN,
    Classification,
    Definition,
    Registry,
    Storage,
    faults,
    is_reserved,
)
from govstack.blocks.registries.frame.presenters import Words, lines
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Errors = dict[str, str]
DETAILS = (
    "name", "description", "institution", "domain", "catalogue", "group", "retention_days", "classification", "storage",
    "stewards",
)  # fmt: skip
DOCUMENT_CHARACTERS_MAX = 1_000_000


def details_form(one: Registry | None) -> dict[str, str]:
    """Return what is true of all versions as the texts of a form; empty for a registry that is not there yet."""
    if one is None:
        empty = dict.fromkeys(DETAILS, "")
        return {**empty, "classification": Classification.RESTRICTED.value, "storage": Storage.DOCUMENT.value}
    return {
        "name": one.name, "description": one.description, "institution": one.institution, "domain": one.domain,
        "catalogue": "", "group": "", "retention_days": str(one.retention_days or ""),
        "classification": one.classification.value, "storage": one.storage.value, "stewards": "\n".join(one.stewards),
    }  # fmt: skip


def read_code(words: Words, form: Form) -> tuple[str, Errors]:
    """Return the short code that a form gives a registry, and what is wrong with it."""
    code = form.get("code", "").strip()
    if not CODE_PATTERN.fullmatch(code):
        message = _("Enter a code of letters, digits, dashes and underscores that starts with a letter, such as births")
        return code, {"code": words(message)}
    if is_reserved(code):
        return code, {"code": words(_("This code is an address of the platform. Choose another."))}
    return code, {}


def taken(words: Words) -> Errors:
    """Return what is said when another registry has a code."""
    return {"code": words(_("Another registry has this code. Choose another."))}


def read_details(words: Words, form: Form, code: str) -> tuple[Definition, Errors]:
    """Return what a form says of a registry, without its fields, and what is wrong."""
    errors: Errors = {}
    name = form.get("name", "").strip()
    if not name:
        errors["name"] = words(_("Enter the name of the registry"))
    days = form.get("retention_days", "").strip()
    if days and not (days.isdecimal() and 0 < int(days[:12]) < 2**31):
        errors["retention_days"] = words(_("Enter a number of days, such as 3650, or leave it empty"))
    classification, storage = form.get("classification", ""), form.get("storage", "")
    if classification not in tuple(Classification):
        errors["classification"] = words(_("Choose who may know of it"))
    stewards = lines(form.get("stewards", ""))
    if not all(SUBJECT_PATTERN.fullmatch(one) for one in stewards):
        errors["stewards"] = words(_("Write each as role:…, person:… or application:…"))
    made = Definition(
        code, (), name=name, description=form.get("description", "").strip(),
        institution=form.get("institution", "").strip(), domain=form.get("domain", "").strip(),
        catalogue=form.get("catalogue", "").strip() or None, group=form.get("group", "").strip() or None,
        classification=Classification(classification) if not errors.get("classification") else None,
        storage=Storage(storage) if storage in tuple(Storage) else None, stewards=stewards,
        retention_days=int(days) if days and "retention_days" not in errors else None,
    )  # fmt: skip
    for where, why in faults(made).items() if not errors else ():
        place = {"retentionDays": "retention_days"}.get(where, where)
        errors[place if place in DETAILS else "name"] = words.fault(words(LABELS.get(place, "")), why)
    return made, errors


LABELS: Mapping[str, str] = {
    "code": _("Short code"),
    "name": _("Name"),
    "description": _("Description"),
    "institution": _("Institution"),
    "domain": _("Domain"),
    "catalogue": _("Catalogue"),
    "group": _("Group of catalogues"),
    "retention_days": _("Days that records are kept"),
    "stewards": _("Stewards"),
}


def with_defaults(details: Definition) -> Definition:
    """Return a new registry's definition: confidential ones are readable by nobody until a right is given."""
    return replace(details, default_grant=details.classification is not Classification.CONFIDENTIAL)


def read_document(words: Words, text: str) -> tuple[dict[str, Any], Errors]:
    """Return a document written in JSON or YAML, and what is wrong with it."""
    if not text.strip():
        return {}, {"document": words(_("Choose a file or paste the document"))}
    if len(text) > DOCUMENT_CHARACTERS_MAX:
        return {}, {"document": words(_("The document is too long"))}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        try:
            found = read_yaml(text)
        except BadRequest:
            found = None
    if not isinstance(found, dict) or not isinstance(found.get("schema"), dict):
        message = _("This is no definition: it must be JSON or YAML with a part named schema")
        return {}, {"document": words(message)}
    return {str(key): value for key, value in found.items()}, {}


def as_yaml(document: Mapping[str, object]) -> bytes:
    """Return a document as YAML."""
    return yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False).encode()


def as_json(document: Mapping[str, object]) -> bytes:
    """Return a document as JSON, laid out for reading."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2)
