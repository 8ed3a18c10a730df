"""What the pages of traffic, statistics and machines show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from govstack.blocks.mediator.directory.presenters import Words
from govstack.blocks.mediator.evidence.model import Entry
from govstack.blocks.mediator.evidence.presenters import milliseconds, named, operation, outcome
from govstack.blocks.mediator.explorer.model import Names
from govstack.blocks.mediator.monitoring.model import By, Group, Load, Package, Process, Sampled
from govstack.kernel import clock, i18n
from govstack.kernel.i18n import _, ntranslate
from govstack.web.charts import Lines, StackedBars
from govstack.web.sequence import Arrow, Diagram, Participant

BARS_SHOWN = 12
PROCESSES_SHOWN = 10
GIGABYTE = 1_000_000_000
MEGABYTE = 1_000_000
Cells = Sequence[object]
PERIODS: Mapping[str, tuple[str, timedelta]] = {
    "hour": (_("Last hour"), timedelta(hours=1)),
    "day": (_("Last day"), timedelta(days=1)),
    "week": (_("Last week"), timedelta(days=7)),
    "month": (_("Last 30 days"), timedelta(days=30)),
}
ASPECTS: Mapping[By, str] = {
    By.ORGANISATION: _("Organisation"),
    By.APPLICATION: _("Application"),
    By.SERVICE: _("Service"),
    By.ENDPOINT: _("Endpoint"),
    By.CONSUMER: _("Consumer"),
    By.STATUS: _("Status"),
}
VERDICTS: Mapping[str, str] = {"allowed": _("Passed on"), "refused": _("Refused")}


def exchange_rows(words: Words, found: Sequence[Entry], names: Mapping[str, Names]) -> list[Cells]:
    """Return exchanges as rows, newest first."""
    rows: list[Cells] = []
    for entry in found:
        said = entry.message
        text, sign = outcome(words, said)
        rows.append(
            (
                {"text": time_of(words, said.at), "href": f"/messages/{said.message_id}"},
                named(names, said.client),
                named(names, said.provider),
                {"code": operation(said)},
                {"status": text, "state": sign},
                str(said.status or ""),
                milliseconds(words, said.duration_us),
                {"text": words(_("Conversation")), "href": f"/conversations/{said.correlation_id}"},
            )
        )
    return rows


def time_of(words: Words, at: str) -> str:
    """Write when something was, today by its time alone."""
    if at[:10] == clock.timestamp()[:10]:
        return i18n.format_time(words.language, at)
    return words.moment(at)


def diagram(words: Words, found: Sequence[Entry], names: Mapping[str, Names]) -> Diagram:
    """Return a conversation as a sequence diagram, oldest message first."""
    participants: dict[str, Participant] = {}
    arrows = []
    for entry in sorted(found, key=lambda entry: (entry.message.at, entry.message.message_id)):
        said = entry.message
        for end in (said.client, said.provider):
            participants.setdefault(end, Participant(end, named(names, end)))
        failed = bool(said.reason) or said.status >= 500
        arrows.append(
            Arrow(
                source=said.client,
                target=said.provider,
                label=operation(said),
                verdict="refused" if said.verdict == "refused" else "failed" if failed else "accepted",
                status=said.status or "",
                milliseconds=said.duration_us / 1_000,
                at=said.at,
                href=f"/messages/{said.message_id}",
            )
        )
    return Diagram(
        name="conversation",
        title=words(_("Messages in their order")),
        participants=list(participants.values()),
        messages=arrows,
        description=words(_("Each arrow is a call through the mediator; choose one to see its proof")),
    )


def statistic_rows(words: Words, found: Sequence[Group], *, by: By, names: Mapping[str, Names]) -> list[Cells]:
    """Return statistics as rows, the busiest first."""
    return [
        (
            *group_cells(group.name, by=by, names=names),
            {"number": group.total.answers},
            {"number": group.succeeded},
            {"number": group.refused},
            {"number": group.failed},
            milliseconds(words, int(group.total.milliseconds_at(0.5) * 1_000)),
            milliseconds(words, int(group.total.milliseconds_at(0.95) * 1_000)),
        )
        for group in found
    ]


def group_cells(name: str, *, by: By, names: Mapping[str, Names]) -> tuple[object, ...]:
    """Return the first cells of a statistic: what is counted, and its name where it has one."""
    if by in {By.APPLICATION, By.CONSUMER}:
        return (named(names, name), {"code": name.partition("/")[2]})
    if by is By.STATUS:
        return ({"code": name},)
    return ({"code": name.partition("/")[2]},)


def statistic_chart(words: Words, found: Sequence[Group], *, by: By, names: Mapping[str, Names]) -> StackedBars:
    """Return the busiest groups as bars by outcome."""
    return StackedBars(
        name="statistics",
        title=words(_("Exchanges by outcome")),
        series=[words(_("Answered")), words(_("Refused")), words(_("Failed"))],
        rows=[
            (
                names[group.name].application if group.name in names else group.name.partition("/")[2] or group.name,
                (group.succeeded, group.refused, group.failed),
            )
            for group in found[:BARS_SHOWN]
        ],
        label_header=words(ASPECTS[by]),
    )


def hours_chart(words: Words, hours: Sequence[tuple[datetime, Sequence[Group]]]) -> Lines:
    """Return the exchanges of each hour by verdict."""
    rows = [
        (
            i18n.format_time(words.language, hour, "short"),
            tuple(sum(getattr(group, kind) for group in groups) for kind in ("succeeded", "refused", "failed")),
        )
        for hour, groups in hours
    ]
    return Lines(
        name="exchanges-by-hour",
        title=words(_("Exchanges in each hour of the last day")),
        series=[words(_("Answered")), words(_("Refused")), words(_("Failed"))],
        rows=rows,
        description=words(_("Times are those at which an hour began ({zone})"), zone=clock.zone()),
        label_header=words(_("Hour")),
    )


def machine_chart(words: Words, samples: Sequence[Sampled]) -> Lines:
    """Return how busy and how full a machine was, in per cent."""
    rows = []
    for one in sorted(samples, key=lambda sampled: sampled.at):
        seen = one.sample
        cpu = round(seen.cpu.percent, 1) if seen.cpu else None
        memory = (
            _share(seen.memory.total_bytes - seen.memory.available_bytes, seen.memory.total_bytes)
            if seen.memory
            else None
        )
        disk = _share(seen.disk.used_bytes, seen.disk.total_bytes) if seen.disk else None
        rows.append((words.moment(one.at), (cpu, memory, disk)))
    return Lines(
        name="machine",
        title=words(_("Processor, memory and disk")),
        series=[words(_("Processor")), words(_("Memory")), words(_("Disk"))],
        rows=rows,
        unit="%",
    )


def _share(part: int, whole: int) -> float:
    return round(part / max(whole, 1) * 100, 1)


def traffic_chart(words: Words, samples: Sequence[Sampled]) -> Lines:
    """Return what a machine sent and received between one sample and the next, in megabytes a minute."""
    ordered = [one for one in sorted(samples, key=lambda sampled: sampled.at) if one.sample.network]
    rows = []
    for before, after in pairwise(ordered):
        old, new = before.sample.network, after.sample.network
        minutes = max((clock.parse(after.at) - clock.parse(before.at)).total_seconds() / 60, 0.01)
        if old is None or new is None or new.sent_bytes < old.sent_bytes:
            continue
        sent = (new.sent_bytes - old.sent_bytes) / MEGABYTE / minutes
        received = (new.received_bytes - old.received_bytes) / MEGABYTE / minutes
        rows.append((words.moment(after.at), (round(sent, 2), round(received, 2))))
    return Lines(
        name="network",
        title=words(_("Network traffic")),
        series=[words(_("Sent")), words(_("Received"))],
        rows=rows,
        description=words(_("In megabytes a minute, all interfaces")),
    )


def machine_facts(words: Words, sampled: Sampled) -> list[tuple[str, object]]:
    """Return what a machine said of itself last, as rows of a summary."""
    seen = sampled.sample
    rows: list[tuple[str, object]] = [(words(_("Seen")), words.moment(sampled.at))]
    if seen.system:
        name = f"{seen.system.name} {seen.system.release} ({seen.system.machine}), Python {seen.system.python}"
        rows += [(words(_("System")), name), (words(_("Running since")), words.moment(seen.system.booted_at))]
    if seen.cpu:
        load = " · ".join(words.number(round(one, 2)) for one in seen.cpu.load)
        rows += [
            (words(_("Processors")), words.number(seen.cpu.count)),
            (words(_("Load over 1, 5 and 15 minutes")), load),
        ]
    if seen.memory:
        free, total = gigabytes(words, seen.memory.available_bytes), gigabytes(words, seen.memory.total_bytes)
        rows.append((words(_("Memory")), words(_("{free} free of {total}"), free=free, total=total)))
    if seen.disk:
        free, total = gigabytes(words, seen.disk.free_bytes), gigabytes(words, seen.disk.total_bytes)
        rows.append((words(_("Disk")), words(_("{free} free of {total}"), free=free, total=total)))
    return rows


def process_rows(words: Words, processes: Sequence[Process]) -> list[Cells]:
    """Return the largest processes as rows."""
    largest = sorted(processes, key=lambda one: -one.memory_bytes)[:PROCESSES_SHOWN]
    return [
        (
            one.name,
            gigabytes(words, one.memory_bytes),
            ntranslate(words.language, "{count} second", "{count} seconds", int(one.processor_seconds)),
        )
        for one in largest
    ]


def package_rows(found: Sequence[Package]) -> list[Cells]:
    """Return installed software as rows."""
    return [(one.name, one.version, one.node, {"moment": one.first_seen}, {"moment": one.last_seen}) for one in found]


def load_figures(words: Words, load: Load) -> list[tuple[object, ...]]:
    """Return what this process does now as key figures."""
    per_second = load.recent.answers / (load.recent_minutes * 60)
    most = milliseconds(words, int(load.recent.milliseconds_at(0.95) * 1_000))
    return [
        (
            words(_("Exchanges under way")),
            words.number(load.exchanges_under_way),
            "",
            words(_("at most {number} so far"), number=words.number(load.exchanges_under_way_max)),
        ),
        (
            words(_("Answers a second")),
            words.number(round(per_second, 1)),
            "",
            words(_("over the last {number} minutes"), number=words.number(load.recent_minutes)),
        ),
        (words(_("95 of 100 answered within")), most if load.recent.answers else "–"),
        (
            words(_("Jobs waiting")),
            words.number(load.jobs_waiting),
            "",
            words(_("{number} given up"), number=words.number(load.jobs_dead)),
        ),
    ]


def gigabytes(words: Words, number: int) -> str:
    """Write a number of bytes in gigabytes, or in megabytes when it is small."""
    if number < GIGABYTE:
        return words(_("{number} MB"), number=words.number(round(number / MEGABYTE, 1)))
    return words(_("{number} GB"), number=words.number(round(number / GIGABYTE, 1)))
