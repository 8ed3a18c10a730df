"""What the pages of subscriptions show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.directory.presenters import Field, Words, faults
from govstack.blocks.mediator.directory.schemas import Code
from govstack.blocks.mediator.explorer.model import Names
from govstack.blocks.mediator.subscriptions.model import (
    ATTEMPTS_MAX,
    FACTOR_MAX,
    FIRST_SECONDS_MAX,
    FIRST_SECONDS_MIN,
    LONGEST_SECONDS_MAX,
    PATH_CHARACTERS_MAX,
    TTL_SECONDS_MAX,
    Mode,
    Subscription,
    Wish,
)
from govstack.kernel.i18n import _

Cells = Sequence[object]
MODES: Mapping[str, tuple[str, str]] = {
    Mode.PUSH: (_("Pushed"), _("The mediator calls a service of the subscriber with each event")),
    Mode.PULL: (_("Pulled"), _("The subscriber fetches events when it wants to")),
}
ModeName = Literal["PUSH", "PULL"]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=TTL_SECONDS_MAX)]
Path = Annotated[str, msgspec.Meta(pattern=r"^/", max_length=PATH_CHARACTERS_MAX)]
Attempts = Annotated[int, msgspec.Meta(ge=1, le=ATTEMPTS_MAX)]
First = Annotated[float, msgspec.Meta(ge=FIRST_SECONDS_MIN, le=FIRST_SECONDS_MAX)]
Factor = Annotated[float, msgspec.Meta(ge=1, le=FACTOR_MAX)]
Longest = Annotated[float, msgspec.Meta(ge=FIRST_SECONDS_MIN, le=LONGEST_SECONDS_MAX)]
CHANGES: tuple[Field, ...] = (
    ("mode", ModeName, _("Choose how events are delivered")),
    ("ttl_seconds", Seconds, _("Enter how many seconds an event waits at most, from 1 to 2,592,000 (30 days)")),
    ("service_code", Code, _("Enter the code of the subscriber's own service")),
    ("path", Path, _("Enter a path that starts with a slash")),
    ("retry_attempts", Attempts, _("Enter how often to try, from 1 to 100")),
    ("retry_first_seconds", First, _("Enter the first pause in seconds, from 0.1 to 3,600")),
    ("retry_factor", Factor, _("Enter by how much each pause grows, from 1 to 10")),
    ("retry_longest_seconds", Longest, _("Enter the longest pause in seconds, from 0.1 to 86,400")),
)


def rows(words: Words, base: str, found: Sequence[Subscription], names: Mapping[str, Names]) -> list[Cells]:
    """Return subscriptions as rows."""
    return [
        (
            {"text": application(names, one.subscriber), "href": f"{base}/subscriptions/{one.id}"},
            {"code": one.subscriber.partition("/")[2]},
            {"code": one.event_type},
            words(MODES[one.mode][0]),
            words(_("In order")) if one.fifo else words(_("As they come")),
            {"moment": one.created_at},
        )
        for one in found
    ]


def application(names: Mapping[str, Names], identifier: str) -> str:
    """Return what an application is called, or its identifier once it has left."""
    return names[identifier].application if identifier in names else identifier


def as_form(found: Subscription) -> dict[str, str]:
    """Return a subscription as the fields of the form; what follows the settings of the mediator is empty."""

    def written(value: float | None) -> str:
        return "" if value is None else f"{value:g}"

    return {
        "mode": str(found.mode),
        "ttl_seconds": str(found.ttl_seconds),
        "fifo": "yes" if found.fifo else "no",
        "service_code": found.service_code,
        "path": found.path,
        "retry_attempts": written(found.retry_attempts),
        "retry_first_seconds": written(found.retry_first_seconds),
        "retry_factor": written(found.retry_factor),
        "retry_longest_seconds": written(found.retry_longest_seconds),
    }


def wrong(words: Words, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the form; empty patience follows the settings of the mediator."""
    filled = [field for field in CHANGES if values.get(field[0]) or not field[0].startswith("retry_")]
    return faults(words, values, filled)


def summary(words: Words, values: Mapping[str, str]) -> list[tuple[str, object]]:
    """Return the fields of the form as rows of a summary."""

    def number(name: str, text: str = "{number}") -> str:
        if not values[name]:
            return words(_("As this instance is set up"))
        return words(text, number=words.number(float(values[name])))

    seconds = _("{number} seconds")
    shown: list[tuple[str, object]] = [
        (words(_("Delivery")), words(MODES[values["mode"]][0])),
        (words(_("Order")), words(_("In order")) if values["fifo"] == "yes" else words(_("As they come"))),
        (words(_("Waits at most")), number("ttl_seconds", seconds)),
    ]
    if values["mode"] == Mode.PUSH:
        shown += [
            (words(_("Service of the subscriber")), values["service_code"]),
            (words(_("Path")), values["path"]),
            (words(_("Attempts")), number("retry_attempts")),
            (words(_("First pause")), number("retry_first_seconds", seconds)),
            (words(_("Each pause grows by")), number("retry_factor")),
            (words(_("Longest pause")), number("retry_longest_seconds", seconds)),
        ]
    return shown


def wish(values: Mapping[str, str]) -> Wish:
    """Return what the form asks for."""

    def number(name: str) -> float | None:
        return float(values[name]) if values[name] else None

    return Wish(
        mode=Mode(values["mode"]),
        ttl_seconds=int(values["ttl_seconds"]),
        fifo=values["fifo"] == "yes",
        service_code=values["service_code"],
        path=values["path"],
        retry_attempts=int(values["retry_attempts"]) if values["retry_attempts"] else None,
        retry_first_seconds=number("retry_first_seconds"),
        retry_factor=number("retry_factor"),
        retry_longest_seconds=number("retry_longest_seconds"),
    )
