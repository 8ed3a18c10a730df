"""What the pages of automations show: each in words, with how far it came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from govstack.blocks.registries.automations.model import (
    Automation,
    Definition,
    Item,
    Operation,
    Repeat,
    State,
    TargetKind,
    Trigger,
    TriggerKind,
)
from govstack.blocks.registries.criteria.presenters import condition_text
from govstack.blocks.registries.design.model import Registry, pointer, reachable
from govstack.blocks.registries.frame.model import KNOWN
from govstack.blocks.registries.frame.presenters import Cell, Words, path_label
from govstack.blocks.registries.handling.model import Effect, Rehearsal
from govstack.blocks.registries.mappings.model import Conversion, Kind, Rule
from govstack.kernel.i18n import _

_Named = TypeVar("_Named", bound=StrEnum)

TRIGGERS: Mapping[TriggerKind, tuple[str, str]] = {
    TriggerKind.TIMER: (_("Again and again"), _("Every so many minutes or hours")),
    TriggerKind.DAILY: (_("Once a day"), _("At a time of day where you are")),
    TriggerKind.CHANGE: (_("When a record is entered or changed"), _("Within a few seconds")),
    TriggerKind.WEBHOOK: (_("When another system calls"), _("You get an address and a secret for it")),
}
REPEATS: Mapping[Repeat, tuple[str, str]] = {
    Repeat.CHANGED: (_("Again after it changed"), _("What was taken as it is now is not taken twice")),
    Repeat.ONCE: (_("Once and never again"), _("Whatever happens to it later")),
    Repeat.ALWAYS: (_("Each time it starts"), _("As long as the record fits")),
}
TARGETS: Mapping[TargetKind, tuple[str, str]] = {
    TargetKind.REGISTRY: (_("Into a registry"), _("Records are entered or changed there, under your rights")),
    TargetKind.SERVICE: (_("To a service of another member"), _("Through the information mediator")),
    TargetKind.WEBHOOK: (_("To an address outside"), _("Signed, and only where operators allow it")),
}
OPERATIONS: Mapping[Operation, tuple[str, str]] = {
    Operation.UPSERT: (_("Change the record that matches, or enter one"), ""),
    Operation.UPDATE: (_("Change the record that matches"), ""),
    Operation.CREATE: (_("Enter a record"), ""),
}
CONVERSIONS: Mapping[Kind, str] = {
    Kind.TEXT: _("as text"),
    Kind.NUMBER: _("as a number"),
    Kind.WHOLE: _("as a whole number"),
    Kind.YES_NO: _("as yes or no"),
    Kind.DATE: _("as a date"),
    Kind.JOIN: _("joined with"),
    Kind.SPLIT: _("split at"),
    Kind.UPPER: _("in capital letters"),
    Kind.LOWER: _("in small letters"),
    Kind.TRIM: _("without blanks around it"),
    Kind.CONSTANT: _("always the text"),
    Kind.LOOKUP: _("looked up in a table"),
}
STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: (_("Waiting"), "wait"),
    State.WORKING: (_("At work"), "wait"),
    State.DONE: (_("Done"), "good"),
    State.SKIPPED: (_("Left alone"), "off"),
    State.FAILED: (_("Failed"), "bad"),
    State.DEAD: (_("Given up"), "bad"),
}
EFFECTS: Mapping[Effect, str] = {
    Effect.CREATES: _("A record would be entered with these values."),
    Effect.CHANGES: _("A record would be changed with these values."),
    Effect.SENDS: _("These values would be sent."),
}


# What to do about each reason for which the service refuses a part of an automation.
ADVICE: Mapping[str, str] = {
    "has 1 to {number} characters": _("Enter a name of at most {number} characters"),
    "has small letters, digits and -, the first a letter": _("Enter a short code of small letters, digits and -"),
    "is one too many": _("This registry has as many automations as it can have. Delete one first"),
    "are 1 to {number}": _("Enter a number from 1 to {number}"),
    "is a time such as 06:30": _("Enter a time such as 06:30"),
    "is a time zone such as Africa/Nairobi": _("Enter a time zone such as Africa/Nairobi"),
    "follows new records, changed ones, or both": _("Choose at least one"),
    "cannot ask who calls, for nobody does": _("Nobody calls an automation. Compare with a value of your own instead"),
    "has at least one rule": _("Fill in at least one line"),
    "takes {name}, which is no field of the registry": _("The registry has no field {name}. Take another one"),
    "write {name}, which is no field of the registry": _("The registry has no field {name}. Choose another one"),
    "writes {name}, which is no field of {code}": _("The registry {code} has no field {name}. Enter one that it has"),
    "names {name}, which is no field of {code}": _("The registry {code} has no field {name}. Enter one that it has"),
    "names 1 to {number} fields that find the record": _(
        "Enter the fields by which the record is found, at most {number}, with commas between"
    ),
    "does not write {name}, by which the record is found": _(
        "The record is found by {name}. Add a line that puts a value into it"
    ),
    "is no published registry": _("This registry is not published. Choose another one"),
    "is none that this installation lets automations call as": _(
        "Automations may not call as this application here. Choose another one, or ask the operators"
    ),
    "is CLASS/MEMBER/APPLICATION/SERVICE": _("Enter the service as CLASS/MEMBER/APPLICATION/SERVICE"),
    "is one of {values}": _("Choose one of {values}"),
    "starts with / and holds letters, digits and . _ ~ -": _(
        "Enter a path that starts with / and holds only letters, digits and . _ ~ -"
    ),
    "is no address": _("Enter an address that starts with https://"),
    "starts with https://": _("Enter an address that starts with https://"),
    "is https://, a host and a path, without name, password and query": _(
        "Enter only https://, a host and a path: no name, no password and nothing after a question mark"
    ),
    "is at a host that this installation does not let automations call": _(
        "Automations may not call this host here. Choose another one, or ask the operators"
    ),
    "is not on the public network": _("This address is not on the public network. Choose another one"),
    "needs a right that you do not have": _(
        "You do not have the right that this needs, or the service for it is switched off. Ask who manages the registry"
    ),
}


def advice(words: Words, why: str) -> tuple[str, str]:
    """Return what to do about a reason for which the service refuses a part, and the name of a field that is in it."""
    template, values = KNOWN.find(why)
    if "name" in values:
        values["name"] = values["name"].removeprefix("/")
    return words(ADVICE[template], **values) if template in ADVICE else words.said(why), values.get("name", "")


def choices(words: Words, named: Mapping[_Named, tuple[str, str]]) -> list[tuple[str, ...]]:
    """Return named choices, with their hints where they have some."""
    return [(key.value, words(label), *([words(hint)] if hint else [])) for key, (label, hint) in named.items()]


def conversions(words: Words) -> list[tuple[str, str]]:
    """Return the conversions as choices."""
    return [(kind.value, words(label)) for kind, label in CONVERSIONS.items()]


def registries(known: Sequence[Registry]) -> list[tuple[str, str]]:
    """Return registries as choices, by name and short code."""
    return sorted(
        ((one.code, f"{one.name} ({one.code})" if one.name else one.code) for one in known), key=lambda one: one[1]
    )


def places(registry: Registry, language: str) -> list[tuple[str, str]]:
    """Return the fields of a registry as choices."""
    return [(pointer(path), path_label(registry, path, language)) for path, _field in reachable(registry.fields)]


def starts(words: Words, trigger: Trigger) -> str:
    """Return in words what starts an automation."""
    if trigger.kind is TriggerKind.TIMER:
        if trigger.minutes % 60 == 0:
            count = trigger.minutes // 60
            return words.count("Every hour", "Every {count} hours", count)
        return words.count("Every minute", "Every {count} minutes", trigger.minutes)
    if trigger.kind is TriggerKind.DAILY:
        return words(_("Daily at {time}, {zone}"), time=trigger.at, zone=trigger.zone)
    if trigger.kind is TriggerKind.WEBHOOK:
        return words(_("When another system calls"))
    if trigger.created and trigger.changed:
        return words(_("When a record is entered or changed"))
    return words(_("When a record is entered")) if trigger.created else words(_("When a record is changed"))


def goes(words: Words, one: Definition) -> str:
    """Return in words where results go."""
    target = one.target
    if target.kind is TargetKind.WEBHOOK:
        return words(_("To {address}"), address=target.address)
    if target.kind is TargetKind.SERVICE:
        return words(_("To the service {service}, as {application}"), service=f"{target.service}{target.path}",
                     application=target.application)  # fmt: skip
    said = words(OPERATIONS[target.operation][0])
    text = words(_("Registry {code}: {what}"), code=target.registry, what=said)
    return f"{text} ({words.named(target.match)})" if target.match else text


def mapped(words: Words, rules: Sequence[Rule], source: Registry | None) -> list[str]:
    """Return each rule of a mapping in words."""
    return [_rule(words, rule, source) for rule in rules]


def _rule(words: Words, rule: Rule, source: Registry | None) -> str:
    names = [path_label(source, path, words.language) if source else pointer(path) for path in rule.sources]
    steps = [_step(words, step) for step in rule.conversions]
    into = words.named([pointer(path).removeprefix("/") for path in rule.targets])
    left = words(_(", ")).join([*([words.named(names)] if names else []), *steps])
    return f"{left} → {into}"


def _step(words: Words, step: Conversion) -> str:
    told = words(CONVERSIONS[step.kind])
    if step.kind is Kind.DATE and step.into:
        return f"{told} {step.into}"
    return f"{told} “{step.text}”" if step.text and step.kind in {Kind.JOIN, Kind.SPLIT, Kind.CONSTANT} else told


def state(words: Words, one: Automation) -> dict[str, str]:
    """Return whether an automation is on, as a cell."""
    if one.enabled:
        return {"status": words(_("On")), "state": "good"}
    return {"status": words(_("Stopped")) if one.paused_because else words(_("Paused")), "state": "off"}


def rows(words: Words, registry: Registry, found: Sequence[Automation]) -> list[list[Cell]]:
    """Return automations as lines of a table."""
    base = f"/registry/{registry.code}/automations"
    return [
        [
            {"text": one.definition.name, "href": f"{base}/{one.code}"},
            starts(words, one.definition.trigger),
            goes(words, one.definition),
            state(words, one),
            {"moment": one.last_run_at or ""},
            {"moment": one.next_run_at or ""} if one.enabled else "",
            {"number": one.counts.get("failed", 0) + one.counts.get("dead", 0)},
        ]
        for one in found
    ]


def details(words: Words, registry: Registry, one: Definition) -> list[tuple[str, str, str]]:
    """Return the answers that make an automation, each with the question it answers."""
    condition = condition_text(words, one.condition, registry)
    shown = [
        ("what", words(_("What it does")), one.name),
        ("when", words(_("What starts it")), starts(words, one.trigger)),
        ("which", words(_("Which records")), f"{condition} · {words(REPEATS[one.repeat][0])}"),
        ("where", words(_("Where results go")), goes(words, one)),
        ("mapping", words(_("What becomes of the fields")), "\n".join(mapped(words, one.mapping, registry))),
    ]
    if one.target.kind is not TargetKind.REGISTRY:
        kept = "\n".join(mapped(words, one.answers, None)) or words(_("Nothing"))
        shown.append(("answers", words(_("What is kept of the answer")), kept))
    limits = words(
        _("{records} records a run, {calls} calls a minute, {attempts} attempts"),
        records=words.number(one.records_max),
        calls=words.number(one.calls_max),
        attempts=words.number(one.attempts_max),
    )
    return [*shown, ("limits", words(_("Limits")), limits)]


def figures(words: Words, one: Automation, base: str) -> list[tuple[str, int, str]]:
    """Return how many records came how far, each with its results."""
    return [
        (words(label), one.counts[name.value], f"{base}/results?state={name.value}")
        for name, (label, _sign) in STATES.items()
        if one.counts.get(name.value)
    ]


def results(
    words: Words, registry: Registry, found: Sequence[Item], names: Mapping[str, str]
) -> list[dict[str, object]]:
    """Return what became of records as lines; those that have no name any more were deleted."""
    return [
        {
            "id": one.id,
            "record": words(_("Record {name}"), name=names[one.record])
            if one.record in names
            else words(_("A record that was deleted")),
            "href": f"/registry/{registry.code}/records/{one.record}" if one.record in names else "",
            "state": {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
            "reason": words.said(one.reason) if one.reason else "",
            "attempts": one.attempts,
            "moment": one.changed_at,
            "due": one.due_at if one.state is State.WAITING and one.attempts else "",
            "again": one.state in {State.FAILED, State.DEAD},
        }
        for one in found
    ]


def told(words: Words, one: Rehearsal) -> dict[str, object]:
    """Return what would happen to a record."""
    effect = EFFECTS.get(one.ending.effect, "")
    if one.ending.state is State.DONE and effect:
        text = words(effect)
    elif one.ending.state is State.SKIPPED:
        text = words(_("Nothing would happen."))
    else:
        text = words(_("It would fail."))
    return {
        "text": text,
        "reason": words.said(one.ending.reason) if one.ending.reason else "",
        "values": dict(one.values),
        "good": one.ending.state is State.DONE,
    }
