"""What the pages of people and organisations show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.directory.model import NAMES
from govstack.pillars.learn.frame.presenters import Cell, Words, labelled_with, marked
from govstack.pillars.learn.people.model import Gender, Organisation, Person, Tree
from govstack.pillars.learn.people.presenters import name_of

GENDERS: Mapping[Gender, str] = {
    Gender.UNSTATED: _("Not stated"),
    Gender.FEMALE: _("Woman"),
    Gender.MALE: _("Man"),
    Gender.OTHER: _("Another gender"),
}
LABELS: Mapping[str, str] = {
    "id": _("Id"), "number": _("Staff number"), "name": _("Name"), "contact": _("E-mail address or telephone number"),
    "gender": _("Gender"), "organisationId": _("Organisation"), "managerId": _("Staff number of the manager"),
    "place": _("Place"), "language": _("Language of messages"), "roles": _("Profiles of the post"),
    "kind": _("Kind of organisation"), "parentId": _("Part of"), "names": _("Name"),
}  # fmt: skip


def page_of(person_id: str) -> str:
    """Return the page of a person."""
    return f"/people/{quote(person_id, safe=':')}"


def organisation_page(organisation_id: str) -> str:
    """Return the page on which an organisation is changed."""
    return f"/organisations/{quote(organisation_id, safe=':')}/change"


def rows(people: Iterable[Person], tree: Tree, posts: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of people with their organisation, place and posts; a post that nobody described has its id."""
    return [
        (
            {"text": one.name or one.number or one.id, "href": page_of(one.id)},
            name_of(tree, one.organisation_id, words.language), one.place,
            words.listed(posts.get(role, role) for role in one.roles),
        )
        for one in people
    ]  # fmt: skip


def summary(
    one: Person, manager: Person | None, tree: Tree, posts: Mapping[str, str], words: Words
) -> list[tuple[str, str]]:
    """Return what is known of a person, as label and text; what is not known is left out."""
    told = {
        "number": one.number or "", "organisationId": name_of(tree, one.organisation_id, words.language),
        "managerId": called(manager) if manager else "", "place": one.place, "gender": words(GENDERS[one.gender]),
        "contact": one.contact, "language": i18n.language_name(one.language),
        "roles": words.listed(posts.get(role, role) for role in one.roles),
    }  # fmt: skip
    labels = {**LABELS, "managerId": _("Manager")}
    return [(words(labels[name]), text) for name, text in told.items() if text]


def fields(one: Person, manager: Person | None) -> dict[str, str]:
    """Return what a form holds of a person."""
    return {
        "number": one.number or "", "name": one.name, "contact": one.contact, "gender": one.gender.value,
        "organisationId": one.organisation_id or "", "managerId": (manager.number or manager.id) if manager else "",
        "place": one.place, "language": one.language,
    }  # fmt: skip


def called(one: Person) -> str:
    """Return how a person is called where they may be named."""
    return one.name or one.number or one.id


def genders(words: Words) -> list[tuple[str, str]]:
    """Return the genders that a person can be entered with, as value and label."""
    return [(one.value, words(label)) for one, label in GENDERS.items()]


def organisations(tree: Tree, words: Words, *, changes: bool) -> list[tuple[Cell, ...]]:
    """Return a table of organisations by name; whoever may change them gets a link to each."""
    named = sorted(tree.by_id.values(), key=lambda one: marked(one.names, words.language).casefold())
    return [
        (
            {"text": marked(one.names, words.language), "href": organisation_page(one.id)}
            if changes
            else marked(one.names, words.language),
            kind_name(one.kind, words), name_of(tree, one.parent_id, words.language), one.place,
        )
        for one in named
    ]  # fmt: skip


KINDS: Mapping[str, str] = {
    "ministry": _("Ministry"), "agency": _("Government agency"), "department": _("Department"),
    "municipality": _("Municipality"), "school": _("School or training centre"), "company": _("Company"),
    "association": _("Association"),
}  # fmt: skip


def kind_name(kind: str, words: Words) -> str:
    """Return what a kind of organisation is called; a country's own stands as it is."""
    return words(KINDS[kind]) if kind in KINDS else kind


def kinds(before: Organisation | None, words: Words) -> list[tuple[str, str]]:
    """Return the kinds of organisations as value and label, with the country's own that one bears."""
    own = [(before.kind, before.kind)] if before and before.kind and before.kind not in KINDS else []
    return [*((name, words(label)) for name, label in KINDS.items()), *own]


def faults(told: Mapping[str, str], words: Words) -> str:
    """Return what is wrong with a row, column by column."""
    return words.set_apart(
        labelled_with(words, label(name, words), words.said(text)) if name else words.said(text)
        for name, text in told.items()
    )


def label(column: str, words: Words) -> str:
    """Return what a column of a file holds."""
    if column.startswith(NAMES):
        return words(_("Name ({language})"), language=i18n.language_name(column.removeprefix(NAMES)))
    return words(LABELS[column])
