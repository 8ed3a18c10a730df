"""What every page of this block shares: its words and its navigation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import segno
from markupsafe import Markup

from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
ADMINISTER = "identity:administer"
ENROL = "identity:enrol"
PRODUCE = "identity:produce"
ADD_CLIENT = "add_oidc_client"
CHANGE_CLIENT = "update_oidc_client"
GENDERS: Mapping[str, str] = {"female": _("Female"), "male": _("Male"), "other": _("Other")}
# What each claim is called by people.
CLAIM_WORDS: Mapping[str, str] = {
    "name": _("Full name"),
    "given_name": _("Given name"),
    "family_name": _("Family name"),
    "middle_name": _("Middle name"),
    "nickname": _("Nickname"),
    "preferred_username": _("Preferred name"),
    "picture": _("Picture"),
    "gender": _("Gender"),
    "birthdate": _("Date of birth"),
    "zoneinfo": _("Time zone"),
    "locale": _("Language"),
    "email": _("E-mail address"),
    "email_verified": _("Whether your e-mail address was checked"),
    "address": _("Address"),
    "phone_number": _("Telephone number"),
    "phone_number_verified": _("Whether your telephone number was checked"),
}
Cell = str | Mapping[str, object]
QR_MODULE_PIXELS = 6
# A room with pages joins by a line: name, label, path, the scope it takes. What is one's own comes first.
SECTIONS: tuple[tuple[str, str, str, str], ...] = (
    ("me", _("My identity"), "/me", ""),
    ("factors", _("My sign-in"), "/me/factors", ""),
    ("credentials", _("My credentials"), "/me/credentials", ""),
    ("wallets", _("My wallets"), "/me/wallets", ""),
    ("permissions", _("What I allowed"), "/me/permissions", ""),
    ("shares", _("What I shared"), "/me/shares", ""),
    ("changes", _("Changes of my data"), "/me/changes", ""),
    ("history", _("My history"), "/me/history", ""),
    ("enrol", _("Enrolments"), "/enrol", ENROL),
    ("change-requests", _("Requests for changes"), "/change-requests", ENROL),
    ("desk", _("Production and delivery"), "/credentials", PRODUCE),
    ("people", _("People"), "/people", ADMINISTER),
    ("stations", _("Services of enrolment"), "/enrolment-services", ADMINISTER),
    ("partners", _("Wallet partners"), "/wallet-partners", ADMINISTER),
    ("clients", _("Relying parties"), "/relying-parties", CHANGE_CLIENT),
    ("machines", _("Applications and pages"), "/machine-clients", ADMINISTER),
)


def drawn(address: str) -> Markup:
    """Return an address as a QR code, drawn in the page; words for it stand at what holds it."""
    code = segno.make(address, error="m", micro=False).svg_inline(scale=QR_MODULE_PIXELS, light="#fff")
    # The library draws numbers alone; nothing of the address stands in the picture as text.
    return Markup(str(code).replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S704


class Words(Sentences):
    """Sentences of the pages of identity."""

    folder = FOLDER


def framed(call: Call, section: str, template: str, values: Mapping[str, object], *, status: int = 200) -> Page:
    """Return a page with the navigation that fits the person."""
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **values}
    return Page(template, shown, status=status)


def navigation(by: Actor, active: str) -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    return [(label, path, name == active) for name, label, path, scope in SECTIONS if not scope or by.may(scope)]
