"""The sandbox's first pages."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.kernel.routing import Call, Routes, needs, public, signed_in
from govstack.pillars.sandbox.cases import service as cases
from govstack.pillars.sandbox.country import service as countries
from govstack.pillars.sandbox.country.model import consent_settings, messaging_settings
from govstack.pillars.sandbox.front import presenters, service
from govstack.pillars.sandbox.live import presenters as live_presenters
from govstack.pillars.sandbox.live import service as live
from govstack.pillars.sandbox.seeding import service as seeding
from govstack.web.answers import Page

routes = Routes(tags=("front",))
BEGIN_AGAIN = "sandbox:begin-again"
PAY = "sandbox:pay"


class LiveQuery(msgspec.Struct):
    """Which application's calls to show, and whether the view renews itself."""

    application: str = ""
    live: str = ""


def settings_of_the_country() -> Mapping[str, str]:
    """Return the settings that the country pack decides in the sandbox profile."""
    country = countries.load()
    return {
        "INSTANCE": country.instance,
        **consent_settings(country),
        **messaging_settings(country),
        **seeding.roles_of_officials(country),
    }


@routes.page("/", access=public(), operation_id="sandboxStart")
async def start(call: Call) -> Page:
    """Show the country, and what can be tried."""
    country = countries.load()
    offered = [
        (
            found.title.get(call.language, found.id),
            f"/services/{found.id}",
            found.summary.get(call.language, ""),
        )
        for found in (cases.load(service_id) for service_id in country.services)
    ]
    values = {
        "country": country.name.get(call.language, country.id),
        "journey": f"/services/{next(iter(country.services))}/find" if country.services else "",
        "services": offered,
        "work": presenters.work(call.actor),
        "waits_for_payments": call.actor.may(PAY),
        "can_begin_again": service.can_begin_again(call.context) and call.actor.may(BEGIN_AGAIN),
        "members": [
            (member.name.get(call.language, member.code), {"code": f"{member.member_class}/{member.code}"})
            for member in country.members
        ],
    }
    return Page("start.html", values)


@routes.page("/try/refused", access=public(), operation_id="sandboxRefused")
async def explain_refusal(call: Call) -> Page:
    """Explain the refused call before it is made."""
    return Page("refused.html", {"attempt": None, **_names(call.language), "live": None, "live_known": True})


@routes.form("/try/refused", access=signed_in(), operation_id="sandboxTryRefused")
async def try_refusal(call: Call) -> Page:
    """Call a register as a ministry without rights, and show how the mediator refuses."""
    country = countries.load()
    attempt = await service.try_without_rights(call.context)
    messages = await live.behind_page(call.context, application=attempt.caller, correlation_id=call.correlation_id)
    drawn = live_presenters.diagram(messages, country, call.language) if messages else None
    values = {"attempt": attempt, "live": drawn, "live_known": messages is not None}
    return Page("refused.html", {**_names(call.language), **values})


@routes.page("/live", access=public(), query=LiveQuery, operation_id="sandboxLive")
async def live_view(call: Call) -> Page:
    """Show the latest calls between the ministries, as the mediator recorded them."""
    return Page("live.html", {**await _lately(call), "paused": call.query.live == "off"})


@routes.page("/live/part", access=public(), query=LiveQuery, operation_id="sandboxLivePart")
async def live_part(call: Call) -> Page:
    """Return the changing part of the live view alone."""
    return Page("live_part.html", await _lately(call))


@routes.page("/begin-again", access=needs(BEGIN_AGAIN), operation_id="sandboxAskBeginAgain")
async def ask_begin_again(call: Call) -> Page:
    """Say what beginning again does, and ask for it."""
    return Page("begin_again.html", {"can_begin_again": service.can_begin_again(call.context)})


@routes.form("/begin-again", access=needs(BEGIN_AGAIN), operation_id="sandboxBeginAgain")
async def begin_again(call: Call) -> Page:
    """Bring the sandbox back to its first state."""
    service.begin_again(call.context, by=call.actor)
    return Page("begun_again.html")


async def _lately(call: Call) -> Mapping[str, object]:
    country = countries.load()
    known = {f"{one.caller.member}/{one.caller.application}" for one in country.services.values()}
    choices = [*sorted(known), service.outsider(country)]
    chosen = call.query.application if call.query.application in choices else choices[0]
    labels = live_presenters.labels(country, call.language)
    messages = await live.lately(call.context, application=chosen)
    # Somebody who watches looks at the top: there stands what happened last.
    drawn = live_presenters.diagram(messages[::-1], country, call.language) if messages else None
    return {
        "live": drawn,
        "live_known": True,
        "choices": [(address, labels[address]) for address in choices],
        "chosen": chosen,
    }


def _names(language: str) -> Mapping[str, object]:
    found = countries.load()
    registry = found.registries[0]
    owner = found.member(registry.member)
    stranger = next(member for member in found.members if member.outsider)
    return {
        "register": registry.title.get(language, registry.code),
        "owner": owner.name.get(language, owner.code),
        "stranger": stranger.name.get(language, stranger.code),
    }
