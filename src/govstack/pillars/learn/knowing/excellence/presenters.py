"""What pages of the excellence centre show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.excellence.model import Indicators
from govstack.pillars.learn.records.model import Record
from govstack.web.figures import Bars


def mine(requests: Sequence[Record], states: Mapping[str, str], language: str) -> list[list[Cell]]:
    """Return the requests of a person as rows."""
    return [
        [
            {"text": one.content["subject"], "href": f"/my/requests/{one.id}"},
            i18n.format_date(language, one.content["filed"]), i18n.format_date(language, one.content["due"]),
            states.get(one.content["state"], ""),
        ]
        for one in requests
    ]  # fmt: skip


def late(requests: Sequence[Record], language: str) -> list[list[Cell]]:
    """Return requests that are overdue as rows."""
    return [
        [
            {"text": one.content["subject"], "href": f"/expert-requests/{one.id}"},
            i18n.format_date(language, one.content["due"]),
        ]
        for one in requests
    ]


def rows(found: Indicators, words: Words) -> list[tuple[str, str]]:
    """Return the indicators as label and value."""
    language = words.language
    none = words(_("Nothing to measure yet"))

    def number(value: float | None) -> str:
        return none if value is None else i18n.format_number(language, round(value, 1))

    return [
        (words(_("Requests served")), number(found.served)),
        (words(_("Served in time")), number(found.in_time)),
        (words(_("Outputs used again")), number(found.reused)),
        (words(_("People who rose by a level in a year, as others than themselves rated them")), number(found.raised)),
        (words(_("Days until experts were assigned (median)")), number(found.staffing_days)),
        (words(_("Satisfaction from 1 to 5")), number(found.satisfaction)),
    ]


def chart(found: Indicators, words: Words) -> Bars:
    """Return how many requests stand where."""
    return Bars(
        name="requests",
        title=words(_("Requests")),
        rows=[
            (words(_("Filed")), found.filed),
            (words(_("Served")), found.served),
            (words(_("Open")), found.open),
            (words(_("Overdue")), found.overdue),
        ],
        label_header=words(_("State")),
        value_header=words(_("Requests")),
    )
