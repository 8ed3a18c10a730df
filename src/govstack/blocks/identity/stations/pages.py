"""Pages of services of enrolment, for administrators: list, register, approve and revoke them."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.frame.presenters import ADMINISTER, Words, framed
from govstack.blocks.identity.stations import presenters, service
from govstack.blocks.identity.stations.errors import StationInvalid, StationRevoked, StationTaken
from govstack.blocks.identity.stations.model import State, Wish
from govstack.blocks.identity.stations.schemas import PAGE_SIZE_MAX, StationQuery
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("enrolment pages",))
ADMINISTRATORS = needs(ADMINISTER)
FORM_FIELDS = ("name", "centre", "machine", "key", "officers", "application")
FAULTS = {
    "centre": _("Enter up to 36 letters, digits and hyphens"),
    "machine": _("Enter up to 36 letters, digits and hyphens"),
    "name": _("Enter a name of up to 200 characters"),
    "officers": _("Enter up to 100 ids, one a line"),
    "application": _("Enter the application as INSTANCE/CLASS/MEMBER/APPLICATION"),
    "key": _("Paste the public key of the machine as a JSON Web Key: P-256, P-384, Ed25519, or RSA from 2048 bits on"),
}


class ListQuery(StationQuery, frozen=True):
    """Which part of the list, and in which language."""

    lang: str = ""


@routes.page("/enrolment-services", access=ADMINISTRATORS, query=ListQuery, operation_id="enrolmentServicesPage")
async def listed(call: Call) -> Page:
    """Show the services of enrolment."""
    start = call.query.start
    found = await service.listed(call.context, limit=PAGE_SIZE_MAX + 1, offset=start)
    values = {
        "rows": presenters.stations(Words(call.language), found[:PAGE_SIZE_MAX]),
        "next": f"/enrolment-services?start={start + PAGE_SIZE_MAX}" if len(found) > PAGE_SIZE_MAX else "",
        "first": "/enrolment-services" if start else "",
    }
    return framed(call, "stations", "stations.html", values)


@routes.page("/enrolment-services/new", access=ADMINISTRATORS, operation_id="enrolmentServiceNewPage")
async def ask(call: Call) -> Page:
    """Ask what the service is."""
    return framed(call, "stations", "station_new.html", {"given": dict.fromkeys(FORM_FIELDS, "")})


@routes.form("/enrolment-services/new", access=ADMINISTRATORS, operation_id="enrolmentServiceNewForm")
async def register(call: Call) -> Page | Redirect:
    """Register a service of enrolment, which waits to be approved."""
    form = call.form
    officers = [line.strip() for line in form.get("officers", "").splitlines() if line.strip()]
    wish = Wish(
        form.get("centre", "").strip(), form.get("machine", "").strip(), form.get("name", ""), _key(form),
        officers, form.get("application", "").strip(),
    )  # fmt: skip
    try:
        made = await service.register(call.context, by=call.actor, wish=wish)
    except StationInvalid as problem:
        return _new_page(call, {name: FAULTS[name] for name in problem.fields})
    except StationTaken as problem:
        return _new_page(call, {"machine": problem.detail})
    return Redirect(f"/enrolment-services/{made.id}", notice=_("The service was registered. It waits for approval."))


@routes.page("/enrolment-services/{serviceId}", access=ADMINISTRATORS, operation_id="enrolmentServicePage")
async def show(call: Call) -> Page:
    """Show a service of enrolment."""
    one = await service.station(call.context, station_id=call.path["serviceId"])
    values = {
        "one": one,
        "here": f"/enrolment-services/{one.id}",
        "rows": presenters.station(Words(call.language), one),
        "pending": one.state is State.PENDING,
        "revoked": one.state is State.REVOKED,
    }
    return framed(call, "stations", "station.html", values)


@routes.form("/enrolment-services/{serviceId}/approve", access=ADMINISTRATORS, operation_id="enrolmentServiceYesForm")
async def approve(call: Call) -> Redirect:
    """Let a service send packets."""
    station_id = call.path["serviceId"]
    try:
        await service.approve(call.context, by=call.actor, station_id=station_id)
    except StationRevoked as problem:
        return Redirect(f"/enrolment-services/{station_id}", notice=problem.detail)
    return Redirect(f"/enrolment-services/{station_id}", notice=_("The service may send packets now."))


@routes.form("/enrolment-services/{serviceId}/revoke", access=ADMINISTRATORS, operation_id="enrolmentServiceNoForm")
async def revoke(call: Call) -> Redirect:
    """Take nothing more from a service."""
    station_id = call.path["serviceId"]
    await service.revoke(call.context, by=call.actor, station_id=station_id)
    return Redirect(
        f"/enrolment-services/{station_id}", notice=_("The service was revoked. Nothing of it is taken in any more.")
    )  # fmt: skip


def _new_page(call: Call, faults: dict[str, str]) -> Page:
    return framed(
        call,
        "stations",
        "station_new.html",
        {"given": {**dict.fromkeys(FORM_FIELDS, ""), **call.form}, "errors": faults},
        status=400,
    )


def _key(form: dict[str, str]) -> dict[str, object]:
    """Return the key that was pasted; what is no JSON object is no key."""
    try:
        return msgspec.json.decode(form.get("key", "").encode(), type=dict[str, object])
    except (msgspec.MsgspecError, RecursionError):
        return {}
