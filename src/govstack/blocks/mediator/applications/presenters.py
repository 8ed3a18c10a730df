"""What the pages of applications show, and how decisions about registrations are put in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govstack.blocks.mediator.applications.errors import NotPossible
from govstack.blocks.mediator.applications.model import NEEDS_REASON, Decision, decide
from govstack.blocks.mediator.directory.model import FINGERPRINT_PATTERN, Application, Power, Service, State, may
from govstack.blocks.mediator.directory.presenters import Words, on_off, state
from govstack.blocks.mediator.evidence import model as evidence
from govstack.blocks.mediator.explorer.model import UseRow
from govstack.blocks.mediator.explorer.presenters import service_path
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _, ntranslate

Cells = Sequence[object]
FINGERPRINT_GROUP = 4
CONNECTIONS: Mapping[str, str] = {
    "https": _("Encrypted (https)"),
    "http": _("Plain (http), inside one network only"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One decision in words: what is asked, what follows from it, the button, and what is said when it is done."""

    label: str
    question: str
    effect: str
    button: str
    done: str
    kind: str = "primary"


ACTS: Mapping[Decision, Act] = {
    Decision.ACCEPT: Act(
        _("Accept"),
        _("Accept {name}?"),
        _("From then on it can call services and offer its own."),
        _("Accept the application"),
        _("The application is connected."),
    ),
    Decision.REJECT: Act(
        _("Reject"),
        _("Reject {name}?"),
        _("The member reads the reason and may apply again."),
        _("Reject the application"),
        _("The application was rejected."),
        "warning",
    ),
    Decision.SUSPEND: Act(
        _("Suspend"),
        _("Suspend {name}?"),
        _("It can neither call nor be called from then on. Its services and rights stay registered and rest."),
        _("Suspend the application"),
        _("The application is suspended."),
        "warning",
    ),
    Decision.REINSTATE: Act(
        _("Reinstate"),
        _("Let {name} take part again?"),
        _("Everything it had registered works again."),
        _("Reinstate the application"),
        _("The application is connected again."),
    ),
    Decision.REMOVE: Act(
        _("Remove"),
        _("Remove {name}?"),
        _("Its services, rights and certificates go with it. This cannot be undone."),
        _("Remove the application"),
        _("The application was removed."),
        "warning",
    ),
}


def possible(current: State) -> list[Decision]:
    """Return what can be decided about a registration that stands so."""
    found = []
    for decision in Decision:
        try:
            after = decide(current, decision, reason="-")
        except NotPossible:
            continue
        if after is not current:
            found.append(decision)
    return found


def acts(by: Actor, application: Application) -> list[tuple[str, str, str]]:
    """Return what somebody may decide about an application, as (label, address, kind) of buttons."""
    registrar = may(by, Power.REGISTER)
    own = may(by, Power.REGISTER, member=application.member)
    base = f"/members/{application.member}/applications/{application.code}/decide"
    return [
        (ACTS[decision].label, f"{base}/{decision}", ACTS[decision].kind)
        for decision in possible(application.state)
        if registrar or (own and decision is Decision.REMOVE)
    ]


def needs_reason(decision: Decision) -> bool:
    """Tell whether the other side must learn why."""
    return decision in NEEDS_REASON


def service_rows(words: Words, found: Sequence[Service]) -> list[Cells]:
    """Return the services of an application as rows."""
    return [
        (
            {"text": one.title, "href": service_path(one.subject)},
            {"code": one.code},
            one.version,
            {"number": sum(endpoint.enabled for endpoint in one.endpoints)},
            on_off(words, one.enabled),
        )
        for one in found
    ]


def use_rows(words: Words, found: Sequence[UseRow], *, application: str) -> list[Cells]:
    """Return what an application may use as rows."""
    return [
        (
            {"text": one.title, "href": f"/rights/{one.subject}/{application}"},
            one.member_name,
            {"code": one.subject},
            extent(words, one.endpoints),
            one.purpose,
            {"moment": one.granted_at},
        )
        for one in found
    ]


def extent(words: Words, endpoints: int) -> str:
    """Say how much of a service a right covers; 0 stands for the whole of it."""
    if not endpoints:
        return words(_("The whole service"))
    return ntranslate(words.language, "{count} endpoint", "{count} endpoints", endpoints)


def facts(words: Words, application: Application) -> list[tuple[str, object]]:
    """Return what is known of an application as rows of a summary."""
    rows: list[tuple[str, object]] = [
        (words(_("Member")), application.member_name),
        (words(_("Connection")), words(CONNECTIONS[application.connection])),
    ]
    return [*rows, (words(_("Reason")), application.reason)] if application.reason else rows


def status(words: Words, application: Application) -> dict[str, str]:
    """Return where an application stands; it rests while its member does."""
    if application.state is State.ACCEPTED and application.member_state is not State.ACCEPTED:
        return {"status": words(_("Rests with its member")), "state": "warn"}
    return state(words, application.state)


def grouped(fingerprint: str) -> str:
    """Return a fingerprint in groups, as certificates are compared by eye."""
    groups = [fingerprint[start : start + FINGERPRINT_GROUP] for start in range(0, len(fingerprint), FINGERPRINT_GROUP)]
    return " ".join(groups)


def fingerprint(text: str) -> str:
    """Return the SHA-256 fingerprint of a certificate, given as PEM or as that fingerprint; raises ValueError."""
    if text.startswith("-----BEGIN"):
        return evidence.fingerprint(text)
    plain = "".join(text.split()).replace(":", "").lower()
    if not FINGERPRINT_PATTERN.fullmatch(plain):
        raise ValueError("This is neither a certificate nor a fingerprint.")
    return plain
