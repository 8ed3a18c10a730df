"""What every page of the registries shares: its navigation, its words, the frame of one registry, names of things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from govstack.blocks.registries.design.model import (
    ADMINISTER,
    ANALYSE,
    AUDIT,
    Classification,
    Field,
    FieldType,
    Lifecycle,
    Registry,
    ServiceKind,
    ServiceState,
    Storage,
    may_manage,
    may_see_definition,
    path_of,
)
from govstack.blocks.registries.frame.model import KNOWN
from govstack.kernel import i18n
from govstack.kernel.actor import Actor
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
Cell = str | Mapping[str, object]
Option = tuple[str, str] | tuple[str, str, str]
_Named = TypeVar("_Named", bound=StrEnum)

TYPES: Mapping[FieldType, tuple[str, str]] = {
    FieldType.TEXT: (_("Text"), _("A name, a code, a sentence")),
    FieldType.INTEGER: (_("Whole number"), _("A count, a year")),
    FieldType.NUMBER: (_("Decimal number"), _("An amount, a measure, with decimals")),
    FieldType.BOOLEAN: (_("Yes or no"), _("A fact that holds or does not")),
    FieldType.DATE: (_("Date"), _("A day, such as a date of birth")),
    FieldType.TIME: (_("Time of day"), _("Such as 21:30")),
    FieldType.DATETIME: (_("Date and time"), _("A moment, stored in UTC")),
    FieldType.CATALOGUE: (_("Catalogue"), _("One of a list of codes, each shown with its label")),
    FieldType.FILE: (_("File"), _("A document or picture, kept by its address")),
    FieldType.GROUP: (_("Group of fields"), _("Fields that belong together, such as an address")),
    FieldType.LIST: (_("Grid"), _("Rows of fields, such as the children of a family")),
    FieldType.GEOPOINT: (_("Point on the map"), _("Latitude and longitude")),
    FieldType.GEOSHAPE: (_("Shape on the map"), _("A border or a route, as GeoJSON")),
    FieldType.JSON: (_("Block of JSON"), _("Data of any shape, for systems")),
}
LIFECYCLES: Mapping[Lifecycle, tuple[str, str]] = {
    Lifecycle.DRAFT: (_("Draft"), "new"),
    Lifecycle.PUBLISHED: (_("Published"), "good"),
    Lifecycle.ARCHIVED: (_("Archived"), "off"),
    Lifecycle.DELETED: (_("Deleted"), "bad"),
}
CLASSIFICATIONS: Mapping[Classification, tuple[str, str]] = {
    Classification.OPEN: (_("Open"), _("Anybody may know that it exists and what it holds")),
    Classification.RESTRICTED: (_("Restricted"), _("For people and systems that have a right")),
    Classification.CONFIDENTIAL: (_("Confidential"), _("Nobody may read it until a right is given")),
}
STORAGES: Mapping[Storage, tuple[str, str]] = {
    Storage.DOCUMENT: (_("Documents"), _("Each record is kept as one document")),
    Storage.ROW: (_("Rows"), _("Many small changes to single records")),
    Storage.COLUMN: (_("Columns"), _("Sums and counts over many records")),
}
SERVICE_STATES: Mapping[ServiceState, tuple[str, str]] = {
    ServiceState.VISIBLE: (_("Offered"), "good"),
    ServiceState.HIDDEN: (_("Hidden"), "wait"),
    ServiceState.DISABLED: (_("Switched off"), "off"),
    ServiceState.DELETED: (_("Removed"), "bad"),
}
SERVICES: Mapping[ServiceKind, tuple[str, str]] = {
    ServiceKind.LIST: (_("List"), _("Search, filter, order and page through records")),
    ServiceKind.READ: (_("Read"), _("Read one record by any of its fields")),
    ServiceKind.READ_VALUE: (_("Read a value"), _("Read one field of one record")),
    ServiceKind.EXISTS: (_("Exists"), _("Tell whether there is such a record, without showing it")),
    ServiceKind.CREATE: (_("Create"), _("Add a record")),
    ServiceKind.BULK: (_("Create many"), _("Add several records at once")),
    ServiceKind.UPDATE: (_("Change"), _("Change one record")),
    ServiceKind.UPDATE_MANY: (_("Change many"), _("Change every record that matches")),
    ServiceKind.UPSERT: (_("Change or create"), _("Change the record that matches, or add one")),
    ServiceKind.DELETE: (_("Delete"), _("Take a record away; its row and history stay")),
    ServiceKind.ARCHIVE: (_("Archive"), _("Take a record out of use and keep it")),
    ServiceKind.SCHEMA: (_("Schema"), _("Read the fields and the list of services")),
    ServiceKind.EVENTS: (_("Events and history"), _("Hear of changes, and see what a record was before")),
    ServiceKind.EXPORT: (_("Export"), _("Take records out as a file")),
    ServiceKind.STATISTICS: (_("Statistics"), _("Count and sum up, without single records")),
    ServiceKind.SHARE: (_("Share"), _("Hand out records by a link to people outside")),
}


class Words(Sentences):
    """Sentences of the pages of the registries."""

    folder = FOLDER

    def said(self, message: str) -> str:
        """Return what a service said, in the language, as far as its sentence is known."""
        template, values = KNOWN.find(message)
        return self(template, **values)

    def fault(self, label: str, fault: str) -> str:
        """Return a whole sentence of a label and the words that a service ends it with."""
        return self(_("{label} {fault}"), label=label, fault=self.said(fault))

    def named(self, names: Sequence[str]) -> str:
        """Return names one after the other."""
        return self(_(", ")).join(names)


def framed(
    call: Call, section: str, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> Page:
    """Return a page with the navigation that fits the person, and no errors unless it brings some."""
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **(values or {})}
    return Page(template, shown, status=status)


def navigation(by: Actor, active: str = "") -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    staff = may_see_definition(by)
    sections = (
        ("registries", _("Registries"), "/", True),
        ("access", _("Groups and policies"), "/access", staff),
        ("apis", _("APIs"), "/apis", True),
        ("usage", _("Who read whose data"), "/usage", by.may(AUDIT) or by.may(ANALYSE)),
        ("my-data", _("Who read my data"), "/my-data", by.kind == "person" and not by.may(AUDIT)),
    )
    return [(label, path, name == active) for name, label, path, wanted in sections if wanted]


def in_registry(
    call: Call,
    registry: Registry,
    tab: str,
    template: str,
    values: Mapping[str, object] | None = None,
    *,
    status: int = 200,
) -> Page:
    """Return a page about one registry: its name and state above, and the parts that the person may see."""
    words = Words(call.language)
    frame = {
        "code": registry.code,
        "name": registry.name or registry.code,
        "state": state(words, registry.lifecycle),
        "href": f"/registry/{registry.code}",
        "tabs": tabs(words, call.actor, registry, tab),
    }
    shown = {"frame": frame, **(values or {})}
    return framed(call, "registries", template, shown, status=status)


def service_off(call: Call, registry: Registry, tab: str, kind: ServiceKind, title: str) -> Page:
    """Return the page that stands where a service would be that this version does not offer, and who can offer it."""
    words = Words(call.language)
    values = {
        "off_title": words(title),
        "off_href": service_href(registry, kind) if may_see_definition(call.actor, registry.stewards) else "",
        "name": words(SERVICES[kind][0]),
        "version": registry.version,
        "archived": registry.lifecycle is Lifecycle.ARCHIVED,
        "manages": manages(call.actor, registry),
    }
    return in_registry(call, registry, tab, "service_off.html", values, status=404)


def service_href(registry: Registry, kind: ServiceKind) -> str:
    """Return the address of the page of a service that every registry has."""
    return f"/registry/{registry.code}/services/{registry.version}/{kind.value}"


def tabs(words: Words, by: Actor, registry: Registry, active: str) -> list[tuple[str, str, bool]]:
    """Return the parts of a registry that somebody may open."""
    sees = may_see_definition(by, registry.stewards)
    published = registry.lifecycle is not Lifecycle.DRAFT
    parts = (
        ("overview", _("Overview"), "", True),
        ("records", _("Records"), "/records", published),
        ("statistics", _("Statistics"), "/statistics", by.may(ANALYSE) and published),
        ("fields", _("Fields"), "/fields", sees),
        ("versions", _("Versions"), "/versions", sees and published),
        ("services", _("Services"), "/services", sees and published),
        ("automations", _("Automations"), "/automations", sees and published),
        ("rights", _("Rights"), "/rights", sees),
        ("log", _("Log"), "/log", sees),
    )
    base = f"/registry/{registry.code}"
    return [(words(label), base + path, name == active) for name, label, path, wanted in parts if wanted]


def manages(by: Actor, registry: Registry) -> bool:
    """Tell whether somebody may change the definition of a registry."""
    return may_manage(by, registry.stewards)


def creates(by: Actor) -> bool:
    """Tell whether somebody may create registries."""
    return by.may(ADMINISTER)


def state(words: Words, lifecycle: Lifecycle) -> dict[str, str]:
    """Return where a registry or a version stands, as a cell of a table."""
    label, sign = LIFECYCLES[lifecycle]
    return {"status": words(label), "state": sign}


def options(words: Words, named: Mapping[_Named, tuple[str, str]]) -> list[Option]:
    """Return named choices with their hints for radios."""
    return [(key.value, words(label), words(hint)) for key, (label, hint) in named.items()]


def label_of(field: Field, language: str) -> str:
    """Return what a field is called in a language: its label there, else in English, else its name."""
    return field.labels.get(language) or field.labels.get(i18n.DEFAULT) or field.name


def path_label(registry: Registry, path: Sequence[str], language: str) -> str:
    """Return what a field is called, with the groups around it."""
    parts = []
    for length in range(1, len(path) + 1):
        one = registry.by_path.get(tuple(path[:length]))
        parts.append(label_of(one, language) if one else path[length - 1])
    return " › ".join(parts)


def name_label(registry: Registry, name: str, language: str) -> str:
    """Return what the field of a pointer such as /Child/ID is called."""
    return path_label(registry, path_of(name), language)


def refused(words: Words, problem: Problem, field: str = "") -> dict[str, str]:
    """Return a refusal as the error of a field, or of the whole form."""
    return {field: words.said(problem.detail)}


def step(call: Call) -> str:
    """Return where a form stands: check its answers, edit them again, or send them."""
    asked = call.form.get("step", "")
    return asked if asked in {"edit", "send"} else "check"


def kept(call: Call, *names: str) -> dict[str, str]:
    """Return fields of a form as they were sent, without blanks around them."""
    return {name: call.form.get(name, "").strip() for name in names}


def lines(text: str) -> tuple[str, ...]:
    """Return the lines of a text area that hold anything."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())
