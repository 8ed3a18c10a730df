"""What the pages of rights show: grants in words, and what a decision comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from govstack.blocks.registries.access.model import (
    ALWAYS,
    DEFAULT_GRANT_ID,
    NOT_PERSONAL,
    PERSON_SELF,
    PERSONAL,
    Decision,
    Effect,
    Grant,
    Policy,
    View,
)
from govstack.blocks.registries.criteria.presenters import condition_text
from govstack.blocks.registries.design.model import READING, Lifecycle, Registry, ServiceKind, pointer
from govstack.blocks.registries.frame.presenters import CLASSIFICATIONS, SERVICES, Cell, Words, name_label, service_href
from govstack.kernel.i18n import _

WRITING = (
    ServiceKind.CREATE, ServiceKind.BULK, ServiceKind.UPDATE, ServiceKind.UPDATE_MANY, ServiceKind.UPSERT,
    ServiceKind.DELETE, ServiceKind.ARCHIVE,
)  # fmt: skip
OTHERS = (ServiceKind.EVENTS, ServiceKind.EXPORT, ServiceKind.STATISTICS, ServiceKind.SHARE)
# Who a right may be given to: the start of the pattern, its name, and an example of what follows.
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "application": (_("A system"), "demo/GOV/7003/officerdesk"),
    "role": (_("People with a role"), "registrar"),
    "group": (_("A group"), "registrars"),
    "person": (_("One person"), "amina.otieno"),
    "person:self": (_("Each person, for their own records"), ""),
    "signed-in": (_("Whoever is signed in"), ""),
    "anyone": (_("Everybody, without signing in"), ""),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A right in words."""

    id: str
    who: str
    denies: bool
    services: str
    fields: str
    records: str
    notes: Sequence[str]
    revocable: bool


def told(words: Words, grant: Grant, registry: Registry) -> Told:
    """Return a right in words."""
    return Told(
        grant.id,
        subject(words, grant.subject),
        grant.effect is Effect.DENY,
        services(words, grant.services),
        fields(words, grant.fields, registry),
        records(words, grant, registry),
        notes(words, grant),
        not grant.policy,
    )


def subject(words: Words, pattern: str) -> str:
    """Return whom a pattern means."""
    if pattern in {"anyone", "signed-in", PERSON_SELF}:
        return words(SUBJECTS[pattern][0])
    kind, _sign, name = pattern.partition(":")
    said = {
        "application": _("System {name}"),
        "role": _("People with the role {name}"),
        "group": _("Group {name}"),
        "person": _("Person {name}"),
        "scope": _("Holders of the scope {name}"),
    }
    return words(said[kind], name=name) if kind in said else pattern


def services(words: Words, kinds: frozenset[ServiceKind]) -> str:
    """Return the services of a right: whole families by one name."""
    families = (
        (frozenset(ServiceKind), _("Everything")),
        (READING, _("Reading")),
        (frozenset(WRITING), _("Writing")),
    )
    left, found = kinds, list[str]()
    for family, name in families:
        if family <= left:
            found.append(words(name))
            left -= family
    found += [words(SERVICES[kind][0]) for kind in ServiceKind if kind in left]
    return words.named(found)


def fields(words: Words, names: frozenset[str] | None, registry: Registry) -> str:
    """Return the fields of a right in words."""
    if names is None:
        return words(_("All fields"))
    special = {PERSONAL: _("all personal ones"), NOT_PERSONAL: _("all that are not personal")}
    found = [words(text) for name, text in special.items() if name in names]
    found += [name_label(registry, name, words.language) for name in sorted(names - special.keys())]
    return words.named(found)


def records(words: Words, grant: Grant, registry: Registry) -> str:
    """Return the records that a right covers, in words."""
    condition = "" if grant.condition == ALWAYS else condition_text(words, grant.condition, registry)
    if grant.owner:
        own = words(_("Records about the person who gave it"))
    elif grant.own_records or grant.subject == PERSON_SELF:
        own = words(_("Records about the person who calls or is called for"))
    else:
        return words(_("Where {condition}"), condition=condition) if condition else words(_("All records"))
    return words(_("{own}, where {condition}"), own=own, condition=condition) if condition else own


def notes(words: Words, grant: Grant) -> list[str]:
    """Return what else a right asks for or says."""
    found = []
    for value, text in (
        (grant.purpose, _("Only for the purpose {value}")),
        ("" if grant.id == DEFAULT_GRANT_ID else grant.legal_basis, _("Legal basis: {value}")),
        (grant.consent_purpose, _("Only while the person concerned agrees to the data agreement {value}")),
        (grant.valid_from, _("From {value}")),
        (grant.valid_until, _("Until {value}")),
        (grant.policy, _("By the policy {value}")),
    ):
        shown = value[:10] if value in {grant.valid_from, grant.valid_until} else value
        found += [words(text, value=shown)] if value else []
    if grant.id == DEFAULT_GRANT_ID:
        found.append(words(_("Every registry starts with this right. You can take it back.")))
    return found


def switched_off(words: Words, kinds: Iterable[ServiceKind], registry: Registry) -> list[tuple[str, str]]:
    """Return which of these services the newest version does not offer, each with the address of its page.

    A draft offers nothing yet and an archived registry is only read, so that there is nothing to switch on.
    """
    if registry.lifecycle is not Lifecycle.PUBLISHED:
        return []
    off = {kind for kind in kinds if not registry.works(kind)}
    return [(words(SERVICES[kind][0]), service_href(registry, kind)) for kind in ServiceKind if kind in off]


def service_choices(words: Words, registry: Registry) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the services as choices, family by family, with those that are switched off marked."""
    off = {name for name, _href in switched_off(words, ServiceKind, registry)}
    families = (
        (_("Reading"), [kind for kind in ServiceKind if kind in READING]),
        (_("Writing"), WRITING),
        (_("More"), OTHERS),
    )
    return [(words(name), [_choice(words, kind, off) for kind in kinds]) for name, kinds in families]


def _choice(words: Words, kind: ServiceKind, off: Collection[str]) -> tuple[str, str, str]:
    label, hint = (words(text) for text in SERVICES[kind])
    waits = words(_("{hint}. Switched off in this registry: the right waits until it is switched on"), hint=hint)
    return kind.value, label, waits if label in off else hint


def decided(words: Words, decision: Decision, registry: Registry) -> list[Sequence[Cell]]:
    """Return what a decision allows, service by service: whether, which fields, which records, and by which right."""
    rows: list[Sequence[Cell]] = []
    for kind in ServiceKind:
        views = decision.of(kind)
        if not views:
            rows.append((words(SERVICES[kind][0]), _no(words), "–", "–", "–"))
            continue
        seen = decision.visible_fields(kind)
        names = None if seen is None else frozenset(map(pointer, seen))
        switched_off = not registry.works(kind)
        rows.append(
            (
                words(SERVICES[kind][0]),
                {"status": words(_("Switched off")), "state": "off"} if switched_off else _yes(words),
                fields(words, names, registry),
                _reached(words, views, registry),
                words.named(list(dict.fromkeys(by_which(words, view) for view in views))),
            )
        )
    return rows


def _yes(words: Words) -> dict[str, object]:
    return {"status": words(_("Yes")), "state": "good"}


def _no(words: Words) -> dict[str, object]:
    return {"status": words(_("No")), "state": "bad"}


def _reached(words: Words, views: Sequence[View], registry: Registry) -> str:
    if any(view.condition == ALWAYS for view in views):
        return words(_("All records"))
    texts = dict.fromkeys(condition_text(words, view.condition, registry) for view in views)
    return words(_("Where {condition}"), condition=words(_(" or ")).join(texts))


def by_which(words: Words, view: View) -> str:
    """Return where a view comes from."""
    if view.grant == DEFAULT_GRANT_ID:
        return words(_("the right every registry starts with"))
    if view.grant.startswith("scope:"):
        return words(_("the office of an analyst"))
    if view.grant == "administration":
        return words(_("managing the registry"))
    return view.legal_basis or words(_("a right given here"))


def covers(words: Words, policy: Policy) -> str:
    """Return which registries a policy speaks of."""
    found = [words(_("All registries")) if policy.registries == "*" else policy.registries]
    found += [words(_("of the domain {name}"), name=policy.domain)] if policy.domain else []
    for kind, (label, _hint) in CLASSIFICATIONS.items():
        found += [words(label)] if policy.classification == kind.value else []
    return words.named(found)
