"""Traffic as it happens, one conversation, statistics, and the machines (I31, I32, I33)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from govstack.blocks.mediator.directory.model import Power, may
from govstack.blocks.mediator.directory.presenters import Words, framed
from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.evidence.model import Entry
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import Names, Search
from govstack.blocks.mediator.monitoring import presenters, service
from govstack.blocks.mediator.monitoring.errors import NotShared
from govstack.blocks.mediator.monitoring.model import By, Sampled
from govstack.kernel import clock
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("monitoring pages",))
EXCHANGES_SHOWN = 25
CONVERSATION_MESSAGES_MAX = 500
POINTS = 60
PACKAGES_SHOWN = 50
Period = Literal["hour", "day", "week", "month"]


class LiveQuery(msgspec.Struct, frozen=True):
    """Which exchanges to show; `before` is the message id where an older page begins."""

    application: str = ""
    service: str = ""
    verdict: Literal["", "allowed", "refused"] = ""
    status: str = ""
    before: str = ""
    live: str = ""
    lang: str = ""


class StatisticsQuery(msgspec.Struct, frozen=True):
    """By what to count, for whom and for how long."""

    by: Literal["organisation", "application", "service", "endpoint", "consumer", "status"] = "service"
    period: Period = "day"
    application: str = ""
    lang: str = ""


class EnvironmentQuery(msgspec.Struct, frozen=True):
    """Which machine to show, and for how long."""

    node: str = ""
    period: Period = "day"
    q: str = ""
    page: int = 1
    live: str = ""
    lang: str = ""


class ConversationQuery(msgspec.Struct, frozen=True):
    """As which application to look."""

    application: str = ""
    lang: str = ""


@routes.page("/live", access=signed_in(), query=LiveQuery, operation_id="livePage")
async def live(call: Call) -> Page:
    """Show the latest exchanges, and keep showing them."""
    query, words = call.query, Words(call.language)
    used = {
        "application": query.application,
        "service": query.service,
        "verdict": query.verdict,
        "status": query.status,
    }
    choices = await _choices(call)
    labels = {
        **used,
        "application": dict(choices).get(query.application, query.application),
        "verdict": words(presenters.VERDICTS[query.verdict]) if query.verdict else "",
    }
    values = {
        **await _exchanges(call),
        "query": query,
        "choices": choices,
        "services": await _services(call),
        "verdicts": [(name, words(label)) for name, label in presenters.VERDICTS.items()],
        "part": lists.address("/live/part", used),
        "paused": query.live == "off",
        "first_href": lists.address("/live", used) if query.before else "",
        "everything": may(call.actor, Power.READ),
        "chosen": [
            (text, lists.address("/live", {other: used[other] for other in used if other != name}))
            for name, text in labels.items()
            if text
        ],
    }
    return framed(call, "traffic", "live.html", values)


@routes.page("/live/part", access=signed_in(), query=LiveQuery, operation_id="livePart")
async def live_part(call: Call) -> Page:
    """Return the changing part of that page alone."""
    return Page("live_part.html", await _exchanges(call))


@routes.page(
    "/conversations/{correlationId}", access=signed_in(), query=ConversationQuery, operation_id="conversationPage"
)
async def conversation(call: Call) -> Page:
    """Show all messages that belong together as a sequence diagram."""
    wanted = evidence.Wanted(
        application=await _application(call, call.query.application), correlation_id=call.path["correlationId"]
    )
    found = await service.answers(call.context, by=call.actor, wanted=wanted, limit=CONVERSATION_MESSAGES_MAX)
    if not found:
        raise NotFound(_("No message of this conversation is recorded, or none that you may see."))
    words, names = Words(call.language), await _names(call, found)
    values = {
        "correlation_id": call.path["correlationId"],
        "diagram": presenters.diagram(words, found, names),
        "count": len(found),
        "since": min(entry.message.at for entry in found),
    }
    return framed(call, "traffic", "conversation.html", values)


@routes.page("/statistics", access=signed_in(), query=StatisticsQuery, operation_id="statisticsPage")
async def statistics(call: Call) -> Page:
    """Count exchanges by organisation, application, service, endpoint, consumer or status."""
    query, words, by = call.query, Words(call.language), By(call.query.by)
    since = clock.now() - presenters.PERIODS[query.period][1]
    application = await _application(call, query.application)
    groups = await service.statistics(
        call.context, by=call.actor, aspect=by, application=application, since=since, until=None
    )
    names = await explorer.names(call.context, [group.name for group in groups])
    values = {
        "query": query,
        "application": application,
        "rows": presenters.statistic_rows(words, groups, by=by, names=names),
        "figure": presenters.statistic_chart(words, groups, by=by, names=names),
        "aspects": [(str(name), words(label)) for name, label in presenters.ASPECTS.items()],
        "periods": [(name, words(label)) for name, (label, _length) in presenters.PERIODS.items()],
        "aspect": words(presenters.ASPECTS[by]),
        "with_names": by in {By.APPLICATION, By.CONSUMER},
        "choices": await _choices(call),
        "everything": may(call.actor, Power.READ),
    }
    return framed(call, "traffic", "statistics.html", values)


@routes.page("/environment", access=signed_in(), query=EnvironmentQuery, operation_id="environmentPage")
async def environment(call: Call) -> Page:
    """Show how the machines did: processor, memory, disk, network, processes."""
    query, words = call.query, Words(call.language)
    samples, nodes = await _samples(call)
    latest = max(samples, key=lambda sampled: sampled.at, default=None)
    processes = latest.sample.processes or () if latest else ()
    load = await service.load(call.context, by=call.actor) if may(call.actor, Power.READ) else None
    values = {
        "query": query,
        "nodes": [(node, node) for node in nodes],
        "node": latest.node if latest else "",
        "periods": [(name, words(label)) for name, (label, _length) in presenters.PERIODS.items()],
        "figures": presenters.load_figures(words, load) if load else [],
        "facts": presenters.machine_facts(words, latest) if latest else [],
        "machine": presenters.machine_chart(words, samples),
        "network": presenters.traffic_chart(words, samples),
        "processes": presenters.process_rows(words, processes),
    }
    return framed(call, "environment", "environment.html", values)


@routes.page("/environment/software", access=signed_in(), query=EnvironmentQuery, operation_id="softwarePage")
async def software(call: Call) -> Page:
    """Show which software was installed in a period."""
    query, words = call.query, Words(call.language)
    since = clock.now() - presenters.PERIODS[query.period][1]
    found = await service.packages(call.context, by=call.actor, since=since, until=None, node=query.node)
    fitting = [one for one in found if query.q.lower() in one.name.lower()]
    page = max(query.page, 1)
    shown = fitting[(page - 1) * PACKAGES_SHOWN : page * PACKAGES_SHOWN]
    values = {
        "query": query,
        "rows": presenters.package_rows(shown),
        "page": page,
        "pages": -(-len(fitting) // PACKAGES_SHOWN),
        "total": len(fitting),
        "periods": [(name, words(label)) for name, (label, _length) in presenters.PERIODS.items()],
    }
    return framed(call, "environment", "software.html", values)


async def _samples(call: Call) -> tuple[list[Sampled], list[str]]:
    """Return samples spread evenly over the period asked for, of one machine, and the names of all machines."""
    length = presenters.PERIODS[call.query.period][1]
    now = clock.now()
    recent = await service.environment(call.context, by=call.actor, since=now - length, until=None, limit=200)
    nodes = sorted({one.node for one in recent})
    node = call.query.node if call.query.node in nodes else (recent[0].node if recent else "")
    step = length / POINTS
    samples: list[Sampled] = []
    for number in range(POINTS if node else 0):
        until = now - step * number
        samples += await service.environment(
            call.context, by=call.actor, since=until - step, until=until, node=node, limit=1
        )
    return samples, nodes


async def _exchanges(call: Call) -> dict[str, object]:
    query, words = call.query, Words(call.language)
    provider, _slash, code = query.service.rpartition("/")
    instance = call.context.settings.text("INSTANCE")
    wanted = evidence.Wanted(
        application=await _application(call, query.application),
        provider=f"{instance}/{provider}" if provider else "",
        service_code=code if provider else "",
        verdict=query.verdict,
        status=int(query.status) if query.status.isdigit() and len(query.status) == 3 else 0,
        before=(query.before, "answer") if query.before else None,
    )
    found = await service.answers(call.context, by=call.actor, wanted=wanted, limit=EXCHANGES_SHOWN + 1)
    shown = found[:EXCHANGES_SHOWN]
    used = {
        "application": query.application,
        "service": query.service,
        "verdict": query.verdict,
        "status": query.status,
    }
    older = {**used, "before": shown[-1].message.message_id} if len(found) > EXCHANGES_SHOWN else {}
    return {
        "rows": presenters.exchange_rows(words, shown, await _names(call, shown)),
        "next_href": lists.address("/live", older) if older else "",
    }


async def _names(call: Call, found: Sequence[Entry]) -> dict[str, Names]:
    ends = {end for entry in found for end in (entry.message.client, entry.message.provider)}
    return await explorer.names(call.context, ends)


async def _application(call: Call, asked: str) -> str:
    """Return whose messages to show: anybody's for the centre, else one of somebody's own applications."""
    if may(call.actor, Power.READ):
        return asked
    own = [one.identifier for one in await explorer.own_applications(call.context, by=call.actor, power=Power.READ)]
    if asked in own:
        return asked
    if not own:
        raise NotShared
    return own[0]


async def _services(call: Call) -> list[tuple[str, str]]:
    """Return the services that somebody may see the traffic of, as far as a list to choose from holds them."""
    search = Search()
    found = await explorer.offered_services(call.context, search=search, limit=explorer.CHOICES_MAX)
    own = {identifier.partition("/")[2] for identifier, _name in await _choices(call)}
    everything = may(call.actor, Power.READ)
    return [
        (one.subject, f"{one.title} ({one.application_name})")
        for one in found.rows
        if everything or one.application in own
    ]


async def _choices(call: Call) -> list[tuple[str, str]]:
    """Return the applications to choose from, for those who administer some and not all."""
    if may(call.actor, Power.READ):
        found = (await explorer.connected_applications(call.context, search=Search(), limit=explorer.CHOICES_MAX)).rows
    else:
        found = await explorer.own_applications(call.context, by=call.actor, power=Power.READ)
    return [(one.identifier, f"{one.name} ({one.member_name})") for one in found]
