"""The records of change management (F28), and what its tools say about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind, Record

SECTION = "change"
STRENGTH_MAX = 5
SCORE_MAX = 5
DRIVER = "driver"
HARD = "hard"
ADKAR = ("awareness", "desire", "knowledge", "ability", "reinforcement")
FACTORS = ("dissatisfaction", "vision", "firstSteps")
NOT_ITS_STAGE = _("This stage belongs to another model.")
NUMBER_NEEDED = _("A hard factor can be measured. Write its number.")
OF_ANOTHER_CHANGE = _("This belongs to another change programme.")
OF_SECOND_ORDER = _("A consequence follows from one of the first order, and not from itself.")
PARENT_NEEDED = _("A consequence of the second order follows from one of the first.")


def _stage_of_model(content: Mapping[str, Any]) -> Mapping[str, str]:
    stage = content.get("stage", "")
    return {"stage": NOT_ITS_STAGE} if stage and not stage.startswith(f"{content['model']}-") else {}


def _follows(record_id: str, content: Mapping[str, Any], targets: Mapping[str, Mapping[str, Any]]) -> Mapping[str, str]:
    """Return what is wrong with what a consequence follows from."""
    parent = targets.get(content.get("follows", ""))
    if parent is None:
        return {}
    if parent["change"] != content["change"]:
        return {"follows": OF_ANOTHER_CHANGE}
    return {"follows": OF_SECOND_ORDER} if content["follows"] == record_id or parent["order"] == 2 else {}


def _programme(name: str = "change") -> Field:
    return Field(name, _("Change programme"), FieldKind.RECORD, of="change-programme", required=True)


def _scale(name: str, label: str, most: int) -> Field:
    return Field(name, label, FieldKind.WHOLE, required=True, least=1, most=most, listed=True)


def _kind(
    name: str, plural: str, texts: tuple[str, str, str], title: str, fields: tuple[Field, ...], **more: Any
) -> Kind:
    label, labels, lead = texts
    return Kind(
        name=name, plural=plural, label=label, labels=labels, lead=lead, section=SECTION, write=PLAN, read=PLAN,
        title=title, fields=fields, **more,
    )  # fmt: skip


CHANGE = _kind(
    "change-programme",
    "change-programmes",
    (
        _("Change programme"), _("Change programmes"),
        _("What changes for whom, by which model, and at which of its stages the change stands."),
    ),
    "name",
    (
        Field("name", _("Name"), required=True),
        Field("category", _("Kind of change"), FieldKind.TERM, of="change-category", listed=True),
        Field("model", _("Model"), FieldKind.TERM, of="change-model", required=True, listed=True),
        Field("stage", _("Stage"), FieldKind.TERM, of="change-stage", listed=True),
        Field("about", _("What changes, and why"), FieldKind.LONG, required=True),
        Field("recipients", _("Whom it concerns"), FieldKind.TERM, of="change-recipient", many=True),
        Field("leadership", _("Kinds of leadership"), FieldKind.TERM, of="leadership-type", many=True),
        Field("programme", _("Programme"), FieldKind.RECORD, of="programme"),
    ),
    judge=_stage_of_model,
    journey=Journey("workspace", _("What the tools say")),
)  # fmt: skip
FORCE = _kind(
    "force",
    "forces",
    (
        _("Force"),
        _("Field of forces"),
        _("What drives the change and what restrains it, by strength."),
    ),
    "force",
    (
        _programme(),
        Field("force", _("Force"), required=True),
        Field("direction", _("Direction"), FieldKind.TERM, of="force-direction", required=True, listed=True),
        _scale("strength", _("Strength, 1 to 5"), STRENGTH_MAX),
    ),
)
EQUATION = _kind(
    "change-equation",
    "change-equations",
    (
        _("Change equation"), _("Change equations"),
        _("A group changes when dissatisfaction, vision and first steps, multiplied, are more than its resistance."),
    ),
    "group",
    (
        _programme(),
        Field("group", _("Group"), required=True),
        _scale("dissatisfaction", _("Dissatisfaction, 1 to 5"), STRENGTH_MAX),
        _scale("vision", _("Vision, 1 to 5"), STRENGTH_MAX),
        _scale("firstSteps", _("First steps, 1 to 5"), STRENGTH_MAX),
        Field("resistance", _("Resistance, 1 to 125"), FieldKind.WHOLE, required=True, least=1, most=125, listed=True),
    ),
)  # fmt: skip
STANCE = _kind(
    "stance",
    "stances",
    (
        _("Stance"), _("Grid of stances"),
        _("How far each group works for the change (synergy) and against it (antagonism), each from 1 to 4."),
    ),
    "group",
    (
        _programme(),
        Field("group", _("Group"), required=True),
        _scale("synergy", _("Synergy, 1 to 4"), 4),
        _scale("antagonism", _("Antagonism, 1 to 4"), 4),
        Field("motivation", _("What moves the group"), FieldKind.TERM, of="motivation-kind", listed=True),
    ),
)  # fmt: skip
CONSEQUENCE = _kind(
    "consequence",
    "consequences",
    (_("Consequence"), _("Wheel of consequences"), _("What follows from the change, and what follows from that.")),
    "consequence",
    (
        _programme(),
        Field("consequence", _("Consequence"), required=True),
        _scale("order", _("Order, 1 or 2"), 2),
        Field("follows", _("Follows from"), FieldKind.RECORD, of="consequence"),
    ),
    judge=lambda content: (
        {"follows": PARENT_NEEDED} if (content.get("order") == 2) is not bool(content.get("follows")) else {}
    ),
    beside=_follows,
)
IMPACT = _kind(
    "impact",
    "impacts",
    (_("Impact"), _("Impacts"), _("What the change means for individuals, tasks, the organisation and technology.")),
    "impact",
    (
        _programme(),
        Field("corner", _("On what"), FieldKind.TERM, of="leavitt-corner", required=True, listed=True),
        Field("impact", _("Impact"), required=True),
    ),
)
DIAGNOSIS = _kind(
    "diagnosis",
    "diagnoses",
    (_("Finding"), _("Diagnosis"), _("What was found about each of the twelve factors of an organisation.")),
    "finding",
    (
        _programme(),
        Field("factor", _("Factor"), FieldKind.TERM, of="burke-litwin-factor", required=True, listed=True),
        Field("finding", _("What was found"), required=True),
        Field("needed", _("What it asks for"), FieldKind.LONG),
    ),
)
MOURNING = _kind(
    "mourning",
    "mournings",
    (_("Phase of a group"), _("Curve of loss"), _("In which of five phases each group is: from shock to serenity.")),
    "group",
    (
        _programme(),
        Field("group", _("Group"), required=True),
        Field("phase", _("Phase"), FieldKind.TERM, of="mourning-phase", required=True, listed=True),
        Field("on", _("Day"), FieldKind.DATE, required=True, listed=True),
    ),
)
BARRIER = _kind(
    "barrier",
    "barriers",
    (_("Barrier"), _("Barriers"), _("What stands in the way. A hard factor can be measured, so it has a number.")),
    "barrier",
    (
        _programme(),
        Field("barrier", _("Barrier"), required=True),
        Field("class", _("Class"), FieldKind.TERM, of="barrier-class", required=True, listed=True),
        Field("factor", _("Soft or hard"), FieldKind.TERM, of="factor-kind", required=True, listed=True),
        Field("number", _("Number"), FieldKind.NUMBER, listed=True),
        Field("unit", _("Unit of the number")),
        Field("owner", _("Owner"), listed=True),
        Field("action", _("Action"), FieldKind.LONG),
    ),
    judge=lambda content: {"number": NUMBER_NEEDED} if content["factor"] == HARD and "number" not in content else {},
)
RESISTANCE = _kind(
    "resistance",
    "resistances",
    (_("Resistance"), _("Log of resistance"), _("Who resists, where it comes from, who acts, and what came of it.")),
    "who",
    (
        _programme(),
        Field("who", _("Who resists"), required=True),
        Field("source", _("Source"), FieldKind.TERM, of="resistance-source", required=True, listed=True),
        Field("cause", _("Root cause"), FieldKind.TERM, of="resistance-cause", required=True, listed=True),
        Field("role", _("Role of the manager"), FieldKind.TERM, of="manager-role", required=True, listed=True),
        Field("action", _("Action"), FieldKind.LONG, required=True),
        Field("owner", _("Owner"), required=True, listed=True),
        Field("result", _("Result"), FieldKind.LONG),
    ),
)
PULSE = _kind(
    "pulse",
    "pulses",
    (_("Pulse"), _("Pulse of groups"), _("Five scores of a group on a day, from 1 to 5: where is it held up?")),
    "group",
    (
        _programme(),
        Field("group", _("Group"), required=True),
        Field("on", _("Day"), FieldKind.DATE, required=True, listed=True),
        _scale("awareness", _("Awareness, 1 to 5"), SCORE_MAX),
        _scale("desire", _("Desire, 1 to 5"), SCORE_MAX),
        _scale("knowledge", _("Knowledge, 1 to 5"), SCORE_MAX),
        _scale("ability", _("Ability, 1 to 5"), SCORE_MAX),
        _scale("reinforcement", _("Reinforcement, 1 to 5"), SCORE_MAX),
        Field("answers", _("How many answered"), FieldKind.WHOLE, least=1, most=1_000_000),
    ),
)
KINDS = (
    CHANGE, FORCE, EQUATION, STANCE, CONSEQUENCE, IMPACT, DIAGNOSIS, MOURNING, BARRIER, RESISTANCE, PULSE
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the change equation says of a group: whether the change carries, and which factors are the smallest."""

    group: str
    product: int
    resistance: int
    smallest: tuple[str, ...]

    @property
    def carries(self) -> bool:
        """Tell whether the product is more than the resistance."""
        return self.product > self.resistance


def balance(forces: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return the strength of all drivers and of all restrainers."""
    drivers = sum(one["strength"] for one in forces if one["direction"] == DRIVER)
    return drivers, sum(one["strength"] for one in forces) - drivers


def verdict(equation: Mapping[str, Any]) -> Verdict:
    """Return what a change equation says."""
    values = {name: int(equation[name]) for name in FACTORS}
    product = values["dissatisfaction"] * values["vision"] * values["firstSteps"]
    least = min(values.values())
    smallest = tuple(name for name in FACTORS if values[name] == least)
    return Verdict(equation["group"], product, int(equation["resistance"]), smallest)


def position(synergy: int, antagonism: int) -> str:
    """Return the code of one of the nine positions of the grid. Which square has which name is ours.

    Antagonism of the highest degree is irreducible whatever the synergy; high synergy beside strong antagonism is torn.
    """
    if antagonism == 4:
        return "irreducible"
    if antagonism == 3:
        return "torn" if synergy >= 3 else "opponent"
    names = {
        1: ("passive", "hesitant", "aligned", "engaged"), 2: ("grumbler", "hesitant", "constructive", "constructive")
    }  # fmt: skip
    return names[antagonism][synergy - 1]


def held_up_at(pulse: Mapping[str, Any], most: int) -> str:
    """Return the first of the five scores that is so low or lower, "" when none is."""
    return next((name for name in ADKAR if pulse[name] <= most), "")


def wheel(consequences: Sequence[Record]) -> list[tuple[Record, list[Record]]]:
    """Return each consequence of the first order with those that follow from it, in the order of their texts."""
    first = sorted((one for one in consequences if one.content["order"] == 1), key=lambda one: (_said(one), one.id))
    return [
        (
            one,
            sorted((each for each in consequences if each.content.get("follows") == one.id), key=_said),
        )
        for one in first
    ]  # fmt: skip


def _said(one: Record) -> str:
    return str(one.content["consequence"])


def newest(phases: Sequence[Record]) -> list[Record]:
    """Return the last phase of each group, by the name of the group."""
    last = {one.content["group"]: one for one in sorted(phases, key=lambda one: (one.content["on"], one.id))}
    return [last[group] for group in sorted(last)]
