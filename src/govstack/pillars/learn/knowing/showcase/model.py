"""The practices of countries (F27): what one does, side by side with others, to adopt with attribution."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.records.model import Content, Field, FieldKind, Journey, Kind, Record
from govstack.pillars.learn.response.programmes.model import OPEN

SECTION = "showcase"
COMPARED_MAX = 4

PRACTICE = Kind(
    name="practice",
    plural="practices",
    label=_("Practice of a country"),
    labels=_("Practices of countries"),
    lead=_("How other countries build capacity, with their sources: read, compare, adopt."),
    section=SECTION,
    write=PLAN,
    title="name",
    opens=True,
    journey=Journey("adopt", _("Adopt this practice"), writes=True),
    fields=(
        Field("name", _("Practice"), required=True),
        Field("country", _("Country"), required=True, listed=True),
        Field("institution", _("Institution"), required=True, listed=True),
        Field("link", _("Site of the institution"), FieldKind.URL),
        Field("legalBasis", _("Legal basis"), FieldKind.LONG),
        Field("programme", _("Programme"), FieldKind.LONG, required=True),
        Field("audiences", _("Audiences"), FieldKind.LONG, required=True),
        Field("typology", _("Types of training"), FieldKind.LONG),
        Field("delivery", _("Delivery"), FieldKind.LONG),
        Field("framework", _("Competency framework"), FieldKind.LONG),
        Field("results", _("Results"), FieldKind.LONG),
        Field("sources", _("Sources"), FieldKind.LINES, required=True),
        Field("on", _("As of"), FieldKind.DATE, required=True, listed=True),
    ),
)
KINDS = (PRACTICE,)


# What of a practice goes into which step of the journey, by the words that come along; a step that a country retired
# takes nothing.
STEPS: Mapping[str, tuple[str, ...]] = {
    "s01-profiles": ("audiences",), "s05-curriculum": ("framework",), "s06-align": ("legalBasis",),
    "s07-journeys": ("typology", "delivery"), "s12-implement": ("results",),
}  # fmt: skip


def draft_of(practice: Record, *, name: str, attribution: str, currency: str) -> Content:
    """Return the draft of a programme that adopts a practice, with its attribution."""
    return {"name": name, "challenge": f"{attribution}\n\n{practice.content['programme']}", "currency": currency}


def steps_of(practice: Record, codes: Collection[str], *, programme_id: str, attribution: str) -> dict[str, Content]:
    """Return what goes into which step of a programme that adopts a practice, for the steps that a country has."""
    found: dict[str, Content] = {}
    for code, parts in STEPS.items():
        said = [str(practice.content[part]) for part in parts if practice.content.get(part)]
        if said and code in codes:
            inputs = "\n\n".join([*said, attribution])
            found[code] = {"programme": programme_id, "step": code, "state": OPEN, "inputs": inputs}
    return found


def compared(practices: Sequence[Record]) -> list[tuple[Field, list[list[str]]]]:
    """Return each part of the template and what each practice says to it, as lines, without parts that none has."""
    rows = []
    for one in PRACTICE.fields:
        if one.name == PRACTICE.title:
            continue
        said = [practice.content.get(one.name, "") for practice in practices]
        if any(said):
            rows.append((one, [[str(line) for line in (text if isinstance(text, list) else [text])] for text in said]))
    return rows
