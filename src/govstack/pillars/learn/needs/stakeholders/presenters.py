"""What the map of stakeholders shows: how many stand where, and who."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.needs.stakeholders.model import COLUMNS
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.vocabularies.model import Term
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.figures import HeatMap


def grid(stakeholders: Sequence[Record], degrees: Sequence[Term], words: Words) -> HeatMap:
    """Return how many stakeholders have which influence and interest, the most influential first."""
    labels = labelled(degrees, words.language)
    places: dict[tuple[str, str], int] = {}
    for one in stakeholders:
        at = (one.content.get("influence", ""), one.content.get("interest", ""))
        places[at] = places.get(at, 0) + 1
    codes = [one.code for one in degrees if not one.retired]
    return HeatMap(
        name="stakeholder-map",
        title=words(_("Influence and interest")),
        description=words(_("How many stakeholders have which influence (rows) and which interest (columns).")),
        label_header=words(_("Influence")),
        columns=[words(_("Interest: {degree}"), degree=labels[code]) for code in codes],
        rows=[(labels[row], [places.get((row, column)) for column in codes]) for row in reversed(codes)],
    )


def columns(words: Words) -> list[str]:
    """Return the headers of the table beside the map."""
    return [words(_("Stakeholder")), *(words(field.label) for field in COLUMNS)]


def rows(stakeholders: Sequence[Record]) -> list[list[Cell]]:
    """Return each stakeholder with the five columns of the first phase of the journey."""
    return [
        [
            {"text": one.content.get("name") or one.content["institution"], "href": f"/stakeholders/{one.id}"},
            *(one.content.get(field.name, "") for field in COLUMNS),
        ]
        for one in stakeholders
    ]


def names(stakeholders: Sequence[Record]) -> list[list[Cell]]:
    """Return stakeholders by name, each with a link to its record."""
    return [
        [{"text": one.content.get("name") or one.content["institution"], "href": f"/stakeholders/{one.id}"},
         one.content["institution"]]
        for one in stakeholders
    ]  # fmt: skip


def planned(activities: Sequence[Record], ways: Sequence[Term], today: date, words: Words) -> list[list[Cell]]:
    """Return activities of the engagement plan: what, how far people are brought in, and until when."""
    labels = labelled(ways, words.language)
    told: list[list[Cell]] = []
    for one in activities:
        day = i18n.format_date(words.language, one.content["due"])
        late = one.content["due"] < today.isoformat()
        told.append([
            {"text": str(one.content["activity"]), "href": f"/engagement-activities/{one.id}"},
            str(labels.get(one.content["way"], one.content["way"])),
            words(_("{day} (overdue)"), day=day) if late else day,
        ])  # fmt: skip
    return told


def late(commitments: Sequence[Record], language: str) -> list[list[Cell]]:
    """Return the commitments that are overdue."""
    return [
        [
            {"text": one.content["promise"], "href": f"/commitments/{one.id}"},
            i18n.format_date(language, one.content["due"]),
        ]
        for one in commitments
    ]
