"""What the first page shows."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.blocks.mediator.directory.presenters import Words
from govstack.blocks.mediator.explorer.model import Counts
from govstack.blocks.mediator.monitoring.model import Group
from govstack.blocks.mediator.overview.model import Depths
from govstack.kernel.i18n import _, ntranslate

Figure = tuple[object, ...]


def public_figures(words: Words, counts: Counts) -> list[Figure]:
    """Return what everybody may know: how much is connected."""
    return [
        (words(_("Organisations")), words.number(counts.members), "/directory"),
        (words(_("Applications")), words.number(counts.applications), "/directory/applications"),
        (words(_("Services")), words.number(counts.services), "/directory/services"),
    ]


def figures(
    words: Words, counts: Counts, *, hour: Sequence[Group], day: Sequence[Group], depths: Depths
) -> list[Figure]:
    """Return the key figures of the whole instance."""
    exchanged, refused = _sum(day, "answers"), sum(group.refused for group in day)
    share = words.percent(refused / exchanged) if exchanged else ""
    failed = sum(group.failed for group in day)
    return [
        (words(_("Members")), words.number(counts.members), "/members"),
        (words(_("Applications")), words.number(counts.applications), "/directory/applications"),
        (words(_("Services")), words.number(counts.services), "/services"),
        (words(_("Exchanges in the last hour")), words.number(_sum(hour, "answers")), "/live"),
        (words(_("Exchanges in the last day")), words.number(exchanged), "/statistics"),
        (
            words(_("Refused in the last day")),
            words.number(refused),
            "/live?verdict=refused",
            words(_("{share} of all"), share=share) if share else "",
        ),
        (words(_("Failed in the last day")), words.number(failed), "/statistics?by=status"),
        (words(_("Events waiting in queues")), words.number(depths.waiting), "/events/log?state=pending"),
        (words(_("Dead letters")), words.number(depths.dead), "/events/dead"),
    ]


def waiting(words: Words, counts: Counts) -> list[tuple[str, str, str]]:
    """Return what waits for a decision, as cards: what, where, how many."""
    found = []
    if counts.members_waiting:
        text = ntranslate(
            words.language,
            "{count} organisation wants to join",
            "{count} organisations want to join",
            counts.members_waiting,
        )
        found.append((text, "/members?state=applied", words(_("Check their details, then accept or reject them."))))
    if counts.applications_waiting:
        text = ntranslate(
            words.language,
            "{count} application wants to join",
            "{count} applications want to join",
            counts.applications_waiting,
        )
        found.append(
            (text, "/applications?state=applied", words(_("Check their details, then accept or reject them.")))
        )
    if counts.requests_waiting:
        text = ntranslate(
            words.language, "{count} request for access", "{count} requests for access", counts.requests_waiting
        )
        found.append(
            (text, "/requests?state=requested", words(_("Read what they are for, then approve or reject them.")))
        )
    return found


def _sum(groups: Sequence[Group], name: str) -> int:
    return sum(getattr(group.total, name) for group in groups)
