"""What the pages of services show: each with its state and uses, and a custom one as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from govstack.blocks.registries.access.model import consent_fault
from govstack.blocks.registries.conditions.model import ALWAYS
from govstack.blocks.registries.criteria.presenters import condition_form, condition_text, read_condition_form
from govstack.blocks.registries.design.model import (
    CUSTOM_KINDS,
    Registry,
    Service,
    ServiceKind,
    ServiceState,
    pointer,
    walk,
)
from govstack.blocks.registries.frame.presenters import SERVICE_STATES, SERVICES, Cell, Words, name_label
from govstack.blocks.registries.offering.service import unasked
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Errors = dict[str, str]
CHOICES: Mapping[ServiceState, tuple[str, str]] = {
    ServiceState.VISIBLE: (_("Offered"), _("It answers, and the API document lists it")),
    ServiceState.HIDDEN: (_("Hidden"), _("It answers those who know it, and is not listed")),
    ServiceState.DISABLED: (_("Switched off"), _("It answers nobody, until you switch it on")),
    ServiceState.DELETED: (_("Removed"), _("It answers nobody, and the next version starts without it")),
}


def href(registry: Registry, one: Service) -> str:
    """Return the address of a service's page."""
    return f"/registry/{registry.code}/services/{registry.version}/{one.name}"


def rows(words: Words, registry: Registry, *, custom: bool) -> list[Sequence[Cell]]:
    """Return the services of a version as rows: those every registry has, or those that were added."""
    return [
        (
            {"text": title(words, one), "href": href(registry, one)},
            words(SERVICES[one.kind][1]) if not custom else words(SERVICES[one.kind][0]),
            {"status": words(SERVICE_STATES[one.state][0]), "state": SERVICE_STATES[one.state][1]},
            {"number": one.used_count},
        )
        for one in registry.service_list
        if one.custom is custom
    ]


def title(words: Words, one: Service) -> str:
    """Return what a service is called."""
    return one.title or one.name if one.custom else words(SERVICES[one.kind][0])


def details(words: Words, registry: Registry, one: Service) -> list[tuple[object, ...]]:
    """Return a service as rows of a summary."""
    found: list[tuple[object, ...]] = [
        (words(_("Name in the API")), one.name),
        (words(_("What it does")), words(SERVICES[one.kind][1])),
        (words(_("Uses")), words.number(one.used_count)),
    ]
    if one.custom:
        shown = [name_label(registry, name, words.language) for name in one.fields or ()]
        masked = [f"{name_label(registry, name, words.language)}: {mask}" for name, mask in one.masks.items()]
        found += [
            (
                words(_("Fields")),
                words.named(shown) if one.fields is not None else words(_("All that the caller may see")),
            ),
            (words(_("Masked")), words.named(masked) if masked else words(_("None"))),
            (words(_("Records")), condition_text(words, one.condition or ALWAYS, registry)),
        ]
    if one.consent_purpose:
        found.append((words(_("Data agreement")), one.consent_purpose))
    return found


def kinds(words: Words) -> list[tuple[str, str, str]]:
    """Return the kinds that a service of one's own may have."""
    return [(kind.value, words(label), words(hint)) for kind, (label, hint) in SERVICES.items() if kind in CUSTOM_KINDS]


def field_choices(words: Words, registry: Registry) -> list[tuple[str, str]]:
    """Return the fields of a version as choices."""
    return [
        (pointer(path), name_label(registry, pointer(path), words.language))
        for path, one in walk(registry.fields)
        if not one.fields
    ]


def custom_form(one: Service | None) -> dict[str, str]:
    """Return a service of one's own as the texts of its form."""
    if one is None:
        return {
            "name": "",
            "title": "",
            "kind": ServiceKind.LIST.value,
            "scope": "all",
            "masks": "",
            "consent_purpose": "",
            **condition_form(ALWAYS),
        }
    return {
        "name": one.name, "title": one.title, "kind": one.kind.value,
        "scope": "all" if one.fields is None else "some",
        "masks": "\n".join(f"{name} = {mask}" for name, mask in one.masks.items()),
        "consent_purpose": one.consent_purpose,
        **condition_form(one.condition or ALWAYS),
    }  # fmt: skip


def chosen_fields(one: Service | None, registry: Registry) -> list[str]:
    """Return the fields that a service shows, as the form ticks them."""
    names = one.fields if one is not None and one.fields is not None else ()
    return [name if name.startswith("/") else f"/{name}" for name in names]


def read_custom(
    words: Words, form: Form, fields: Sequence[str], registry: Registry, before: Service | None
) -> tuple[Service, Errors]:
    """Return the service that a form describes, and what is wrong."""
    errors: Errors = {}
    kind = form.get("kind", "")
    if kind not in {one.value for one in CUSTOM_KINDS}:
        errors["kind"] = words(_("Choose what it does"))
    chosen = tuple(_plain(name) for name in fields if registry.field(name) is not None)
    if form.get("scope") == "some" and not chosen:
        errors["fields"] = words(_("Choose at least one field"))
    consent = form.get("consent_purpose", "").strip()
    if consent and unasked(consent, registry):
        errors["consent_purpose"] = words(_consent_refusal(consent))
    masks, wrong = _masks(words, form, registry)
    condition, unfit = read_condition_form(words, form, registry)
    errors |= {**wrong, **unfit}
    made = Service(
        0, before.name if before else form.get("name", "").strip(),
        ServiceKind(kind) if "kind" not in errors else ServiceKind.LIST,
        custom=True, title=form.get("title", "").strip(), masks=masks,
        fields=chosen if form.get("scope") == "some" else None,
        condition=None if condition == ALWAYS else condition, consent_purpose=consent,
    )  # fmt: skip
    return replace(before, **{name: getattr(made, name) for name in _CHANGED}) if before else made, errors


_CHANGED = ("kind", "title", "masks", "fields", "condition", "consent_purpose")


def _consent_refusal(consent: str) -> str:
    if consent_fault(consent):
        return _("Enter the id of a data agreement, such as cash-transfer; several with a space between")
    return _("No field of the registry tells whose data a record is. Mark one first.")


def _plain(name: str) -> str:
    """Return a top field by its bare name, as the API's own requests do."""
    return name[1:] if name.count("/") == 1 else name


def _masks(words: Words, form: Form, registry: Registry) -> tuple[dict[str, str], Errors]:
    found: dict[str, str] = {}
    for line in form.get("masks", "").splitlines():
        if not line.strip():
            continue
        name, sign, mask = (part.strip() for part in line.partition("="))
        if not sign or registry.field(name) is None or "/" in name:
            message = words(_("Write each line as a field, an equals sign and a mask, such as Phone = *####"))
            return {}, {"masks": message}
        found[name] = mask
    return found, {}
