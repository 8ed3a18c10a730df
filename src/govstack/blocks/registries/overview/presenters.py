"""What the first pages show: lines of lists, the state of a registry in figures and steps, and acts in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from govstack.blocks.registries.access.model import Decision
from govstack.blocks.registries.design.model import Lifecycle, Registry, ServiceKind, ServiceState, pointer, walk
from govstack.blocks.registries.discovery.model import Known
from govstack.blocks.registries.frame.presenters import (
    CLASSIFICATIONS,
    LIFECYCLES,
    SERVICE_STATES,
    STORAGES,
    Cell,
    Words,
    name_label,
    state,
)
from govstack.blocks.registries.overview.model import Line, Subject, Wanted
from govstack.kernel.audit import Entry
from govstack.kernel.i18n import _
from govstack.web.templating import with_query

SUBJECTS: Mapping[Subject, str] = {
    Subject.DEFINITION: _("Definition and services"),
    Subject.RIGHTS: _("Rights"),
    Subject.CHECKS: _("Checks of the history, and attempts"),
    Subject.REFUSED: _("Refused calls"),
}
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "ok": (_("Done"), "good"),
    "refused": (_("Refused"), "bad"),
    "failed": (_("Not done"), "warn"),
}
ACTIONS: Mapping[str, str] = {
    "registries.registry.created": _("Registry created"),
    "registries.registry.changed": _("Draft or details changed"),
    "registries.registry.published": _("Version {version} published"),
    "registries.registry.archived": _("Archived {version}"),
    "registries.registry.restored": _("Taken back from the archive {version}"),
    "registries.registry.version-deleted": _("Version {version} deleted"),
    "registries.registry.deleted": _("Registry deleted"),
    "registries.registry.key-set": _("Key of the secret fields set"),
    "registries.registry.service-changed": _("Service {service} of version {version}: {state}"),
    "registries.registry.service-defined": _("Service {service} of version {version} defined"),
    "registries.registry.default-grant-given": _("Whoever is signed in may read"),
    "registries.registry.default-grant-removed": _("Whoever is signed in may no longer read"),
    "registries.grant.given": _("Right given to {subject}"),
    "registries.grant.revoked": _("Right taken back"),
    "registries.changes.verified": _("History checked: {entries} entries, {records} records, {findings} findings"),
    "registries.record.delete": _("Somebody tried to delete a record that is not there"),
    "registries.record.archive": _("Somebody tried to archive a record that is not there"),
    "registries.record.restore": _("Somebody tried to restore a record that is not there"),
}


def lines(words: Words, found: Sequence[Line]) -> list[Sequence[Cell]]:
    """Return registries as rows of the list."""
    return [
        (
            {"text": one.registry.name or one.registry.code, "href": f"/registry/{one.registry.code}"},
            {"code": one.registry.code},
            _state(words, one),
            one.registry.version or "–",
            {"number": one.records},
            one.registry.institution or "–",
            words(CLASSIFICATIONS[one.registry.classification][0]),
        )
        for one in found
    ]


def _state(words: Words, one: Line) -> dict[str, object]:
    if one.has_draft and one.registry.lifecycle is Lifecycle.PUBLISHED:
        return {"status": words(_("Changes waiting")), "state": "wait"}
    return {**state(words, one.registry.lifecycle)}


def chosen(words: Words, wanted: Wanted) -> list[tuple[str, str]]:
    """Return the filters in force, each with the address without it."""
    given = {"q": wanted.words, "state": wanted.lifecycle, "classification": wanted.classification}
    address = with_query("/", **{name: value or None for name, value in given.items()})
    shown = {
        "q": wanted.words,
        "state": words(LIFECYCLES[Lifecycle(wanted.lifecycle)][0]) if wanted.lifecycle else "",
        "classification": next(
            (words(label) for key, (label, _hint) in CLASSIFICATIONS.items() if key.value == wanted.classification), ""
        ),
    }
    return [(text, with_query(address, **{name: None})) for name, text in shown.items() if text]


def usable(words: Words, found: Sequence[Known]) -> list[Sequence[Cell]]:
    """Return the newest version of each registry that somebody may use, as rows."""
    rows: list[Sequence[Cell]] = []
    seen: set[int] = set()
    for known in found:
        one = known.registry
        if one.id in seen:
            continue
        seen.add(one.id)
        may_list = known.decision.may(ServiceKind.LIST) and one.works(ServiceKind.LIST)
        name = one.name or one.code
        rows.append(
            (
                {"text": name, "href": f"/registry/{one.code}"},
                one.institution or "–",
                {"text": words(_("See records")), "href": f"/registry/{one.code}/records"} if may_list else "–",
                {"text": words(_("How to call it")), "href": f"/registry/{one.code}/api/{one.version}"},
            )
        )
    return rows


def figures(words: Words, parts: Sequence[Registry], records: int) -> list[tuple[str, str, str, str]]:
    """Return a registry in numbers."""
    now, code = parts[0], parts[0].code
    personal = len(now.personal_fields)
    uses = sum(service.used_count for part in parts for service in part.service_list)
    note = words.count("{count} of them personal", "{count} of them personal", personal) if personal else ""
    fields = sum(1 for _path, one in walk(now.fields) if not one.fields)
    return [
        (words(_("Records in use")), words.number(records), f"/registry/{code}/records" if now.version else "", ""),
        (words(_("Fields")), words.number(fields), f"/registry/{code}/fields", note),
        (words(_("Uses of services")), words.number(uses), f"/registry/{code}/services" if now.version else "", ""),
    ]


def steps(words: Words, parts: Sequence[Registry], records: int) -> list[tuple[str, str, str]]:
    """Return what is done and still to do until a new registry is in use; nothing once it is."""
    now, base = parts[0], f"/registry/{parts[0].code}"
    if now.version and records:
        return []
    done = (True, bool(parts[-1].fields), bool(now.version), records > 0)
    named = (
        (words(_("Describe the registry")), f"{base}/details"),
        (words(_("Add its fields")), f"{base}/fields"),
        (words(_("Publish the first version")), f"{base}/publish" if done[1] else ""),
        (words(_("Enter the first record")), f"{base}/records/new" if done[2] else ""),
    )
    current = done.index(False)
    states = ["done" if one else "current" if place == current else "todo" for place, one in enumerate(done)]
    return [(label, mark, href) for (label, href), mark in zip(named, states, strict=True)]


def details(words: Words, one: Registry) -> list[tuple[str, object]]:
    """Return the description of a registry as rows of a summary."""
    return [
        (words(_("Newest version")), one.version or words(_("None yet"))),
        (words(_("Description")), one.description),
        (words(_("Institution")), one.institution),
        (words(_("Domain")), one.domain),
        (words(_("Classification")), words(CLASSIFICATIONS[one.classification][0])),
        (words(_("Kept for")), kept_for(words, one.retention_days)),
        (words(_("Storage")), words(STORAGES[one.storage][0])),
        (words(_("Managed by")), words.named(one.stewards) if one.stewards else words(_("Administrators"))),
    ]


def kept_for(words: Words, days: int | None) -> str:
    """Return how long records are kept."""
    return words.count("{count} day", "{count} days", days) if days else words(_("No end set"))


def person_rows(words: Words, one: Registry) -> list[tuple[str, object]]:
    """Return what the registry knows of people, as rows of a summary."""
    path, language = one.person_path, words.language
    personal = [name_label(one, pointer(found), language) for found in one.personal_fields]
    secret = [name_label(one, pointer(found), language) for found in one.secret_fields]
    nobody = words(_("No field. Nobody can be told who read their data."))
    return [
        (words(_("Identifies the person")), name_label(one, pointer(path), language) if path else nobody),
        (words(_("Personal data")), words.named(personal) if personal else words(_("None"))),
        (words(_("Encrypted")), words.named(secret) if secret else words(_("None"))),
    ]


def may_do(words: Words, decision: Decision, one: Registry) -> list[Sequence[Cell]]:
    """Return what somebody without the definition may do with a registry: where each thing is done."""
    base, rows = f"/registry/{one.code}", list[Sequence[Cell]]()
    if decision.may(ServiceKind.LIST) and one.works(ServiceKind.LIST):
        rows.append(({"text": words(_("See records")), "href": f"{base}/records"}, words(_("Search and read records"))))
    if decision.may(ServiceKind.CREATE) and one.works(ServiceKind.CREATE):
        rows.append(({"text": words(_("Enter a record")), "href": f"{base}/records/new"}, words(_("Add a record"))))
    rows.append(
        (
            {"text": words(_("How to call it")), "href": f"{base}/api/{one.version}"},
            words(_("Fields and services for systems")),
        )
    )
    return rows


def acts(words: Words, entries: Sequence[Entry]) -> list[Sequence[Cell]]:
    """Return acts of the audit trail as rows."""
    return [
        (
            action(words, one),
            {"moment": one.at},
            one.actor_name or one.actor,
            {"status": words(OUTCOMES[one.outcome][0]), "state": OUTCOMES[one.outcome][1]},
            {"number": one.number},
        )
        for one in entries
    ]


def action(words: Words, one: Entry) -> str:
    """Return what was done, in words."""
    told = msgspec.json.decode(one.detail, type=dict[str, object])
    values = {"version": "", "service": "", "state": "", "subject": "", "entries": 0, "records": 0, "findings": 0}
    text = ACTIONS.get(one.action)
    if text is None and one.outcome == "refused":
        return words(_("Use of a service without a right ({service})"), service=one.action.removeprefix("registries."))
    if "state" in told:
        told["state"] = words(SERVICE_STATES[ServiceState(str(told["state"]))][0])
    return words(text, **{**values, **told}).strip() if text else one.action
