"""The questions that make an automation, and an automation of the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.blocks.registries.automations.model import (
    ATTEMPTS,
    CALLS_MINUTE,
    CODE_PATTERN,
    RECORDS,
    Definition,
    Operation,
    Repeat,
    Target,
    TargetKind,
    Trigger,
    TriggerKind,
)
from govstack.blocks.registries.conditions.model import ALWAYS, Condition
from govstack.blocks.registries.criteria.presenters import ROWS, condition_form, read_condition_form
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.frame.presenters import Words
from govstack.blocks.registries.mappings.model import Kind, MappingError, Rule
from govstack.blocks.registries.mappings.model import read as read_rules
from govstack.blocks.registries.mappings.model import write as write_rules
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]
Errors = dict[str, str]
CHECK = "check"
LINES = 8
MINUTES_AN_HOUR = 60
LINE = ("from", "also", "convert", "with", "to", "too")
# The questions in their order, each with the inputs that answer it.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "what": ("name", "code"),
    "when": ("trigger", "every", "unit", "time", "zone", "events"),
    "which": (
        "records", "join", "condition", "repeat",
        *(f"{name}-{row}" for row in range(ROWS) for name in ("field", "operator", "value")),
    ),
    "where": ("target", "registry", "operation", "match", "application", "service", "method", "path", "address"),
    "mapping": ("mapping", *(f"{name}-line-{row}" for row in range(LINES) for name in LINE)),
    "answers": ("answers", *(f"{name}-answer-{row}" for row in range(LINES) for name in LINE)),
    "limits": ("records_max", "calls_max", "attempts_max"),
}  # fmt: skip
# Which question asks about a part that a refusal names.
ASKED: Mapping[str, str] = {
    "name": "what", "code": "what", "trigger": "when", "minutes": "when", "at": "when", "zone": "when",
    "condition": "which", "registry": "where", "match": "where", "application": "where", "service": "where",
    "method": "where", "path": "where", "address": "where", "mapping": "mapping", "answers": "answers",
    "records": "limits", "calls": "limits", "attempts": "limits",
}  # fmt: skip
INPUTS: Mapping[str, str] = {
    "minutes": "every", "at": "time", "records": "records_max", "calls": "calls_max", "attempts": "attempts_max",
    "condition": "records", "mapping": "from-line-0", "answers": "from-answer-0",
}  # fmt: skip


# What to do where the text beside a conversion cannot be read.
UNREADABLE: Mapping[str, str] = {
    Kind.SPLIT: _("Line {number}: enter the text at which the value is split"),
    Kind.LOOKUP: _("Line {number}: enter a table such as m=male; f=female"),
    Kind.NUMBER: _("Line {number}: enter . or , as the sign before decimals, or leave it empty"),
    Kind.WHOLE: _("Line {number}: enter . or , as the sign before decimals, or leave it empty"),
    Kind.DATE: _("Line {number}: enter a form of a date such as DD.MM.YYYY > YYYY-MM-DD"),
}


def asked(form: Form) -> tuple[str, ...]:
    """Return the questions in their order: what goes into a registry brings no answer that could be kept."""
    into = form.get("target") == TargetKind.REGISTRY
    return tuple(name for name in QUESTIONS if not (into and name == "answers"))


def following(question: str, form: Form) -> str:
    """Return the question after one, or the check at the end."""
    names = [*asked(form), CHECK]
    return names[min(names.index(question) + 1, len(names) - 1)]


def empty() -> dict[str, str]:
    """Return a form with what most automations have."""
    return {
        **dict.fromkeys((name for names in QUESTIONS.values() for name in names), ""),
        **condition_form(ALWAYS),
        "records": "all", "repeat": Repeat.CHANGED.value, "unit": "hours", "zone": "UTC", "method": "POST",
        "operation": Operation.UPSERT.value, "records_max": str(RECORDS), "calls_max": str(CALLS_MINUTE),
        "attempts_max": str(ATTEMPTS),
    }  # fmt: skip


def wrong(words: Words, question: str, form: Form, lists: Lists, registry: Registry) -> Errors:
    """Return what is wrong with the answers to one question by themselves; the service knows the rest."""
    checks = {
        "what": _wrong_name, "when": _wrong_time, "which": _wrong_records, "where": _wrong_target,
        "mapping": _wrong_mapping, "answers": _wrong_answers, "limits": _wrong_limits,
    }  # fmt: skip
    return checks[question](words, form, lists, registry)


def _wrong_name(words: Words, form: Form, _lists: Lists, _registry: Registry) -> Errors:
    errors: Errors = {}
    if not form.get("name", "").strip():
        errors["name"] = words(_("Enter what it does, in a few words"))
    if not CODE_PATTERN.fullmatch(form.get("code", "").strip()):
        errors["code"] = words(_("Enter a short code of small letters, digits and -"))
    return errors


def _wrong_time(words: Words, form: Form, lists: Lists, _registry: Registry) -> Errors:
    kind = form.get("trigger", "")
    if kind not in tuple(TriggerKind):
        return {"trigger": words(_("Choose what starts it"))}
    if kind == TriggerKind.TIMER and not _number(form, "every"):
        return {"every": words(_("Enter a whole number above 0"))}
    if kind == TriggerKind.DAILY and not form.get("time", "").strip():
        return {"time": words(_("Enter a time such as 06:30"))}
    if kind == TriggerKind.CHANGE and not lists.get("events"):
        return {"events": words(_("Choose at least one"))}
    return {}


def _wrong_records(words: Words, form: Form, _lists: Lists, registry: Registry) -> Errors:
    if form.get("records") not in {"all", "some"}:
        return {"records": words(_("Choose which records"))}
    if form.get("repeat") not in tuple(Repeat):
        return {"repeat": words(_("Choose how often"))}
    if form["records"] == "all":
        return {}
    condition, errors = read_condition_form(words, form, registry)
    if not errors and condition == ALWAYS:
        return {"field-0": words(_("Choose a field to compare"))}
    return errors


def _wrong_target(words: Words, form: Form, _lists: Lists, _registry: Registry) -> Errors:
    needed = {
        TargetKind.REGISTRY: {"registry": _("Choose the registry")},
        TargetKind.SERVICE: {"service": _("Enter the service as CLASS/MEMBER/APPLICATION/SERVICE")},
        TargetKind.WEBHOOK: {"address": _("Enter an address that starts with https://")},
    }
    kind = form.get("target", "")
    if kind not in tuple(TargetKind):
        return {"target": words(_("Choose where results go"))}
    asked = needed[TargetKind(kind)]
    return {name: words(text) for name, text in asked.items() if not form.get(name, "").strip()}


def _wrong_mapping(words: Words, form: Form, _lists: Lists, _registry: Registry) -> Errors:
    errors = _wrong_lines(words, form, "mapping", "line")
    return (
        errors
        if errors or _readable_rules(form, "mapping", "line")
        else {"from-line-0": words(_("Fill in at least one line"))}
    )


def _wrong_answers(words: Words, form: Form, _lists: Lists, _registry: Registry) -> Errors:
    return _wrong_lines(words, form, "answers", "answer")


def _wrong_lines(words: Words, form: Form, whole: str, line: str) -> Errors:
    """Return what is wrong with lines, each beside its input, or with the JSON that stands for all of them."""
    if form.get(whole, "").strip():
        try:
            _rules(form, whole, line)
        except MappingError as error:
            return {whole: words.said(str(error))}
        return {}
    errors: Errors = {}
    for row in range(LINES):
        if given := _line(form, line, row):
            errors |= _wrong_line(words, form, f"{line}-{row}", row + 1, given)
    return errors


def _wrong_line(words: Words, form: Form, at: str, number: int, given: Mapping[str, Any]) -> Errors:
    errors: Errors = {}
    kind = form.get(f"convert-{at}", "")
    if not given["from"] and kind != Kind.CONSTANT:
        errors[f"from-{at}"] = words(_("Line {number}: choose what it takes"), number=words.number(number))
    if not given["to"]:
        errors[f"to-{at}"] = words(_("Line {number}: say where its value goes"), number=words.number(number))
    try:
        read_rules([{**given, "from": ["any"], "to": ["any"]}])
    except MappingError:
        text = UNREADABLE.get(kind, _("Line {number}: choose what is made of the value"))
        errors[f"with-{at}" if kind in UNREADABLE else f"convert-{at}"] = words(text, number=words.number(number))
    return errors


def _wrong_limits(words: Words, form: Form, _lists: Lists, _registry: Registry) -> Errors:
    names = QUESTIONS["limits"]
    return {name: words(_("Enter a whole number above 0")) for name in names if not _number(form, name)}


def _number(form: Form, name: str) -> int:
    text = form.get(name, "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def place(form: Form, part: str, filled: str = "") -> str:
    """Return which input asks about a part that a refusal names, and about one that was filled in with a text."""
    if form.get(part, "").strip() and part in {"condition", "mapping", "answers"}:
        return part  # as JSON, which stands for all lines
    line = {"mapping": "line", "answers": "answer"}.get(part)
    names = [f"{name}-{line}-{row}" for row in range(LINES) for name in ("to", "too", "from", "also")] if line else []
    found = next((name for name in names if filled and form.get(name, "").strip().removeprefix("/") == filled), "")
    return found or INPUTS.get(part, part)


def definition(words: Words, form: Form, lists: Lists, registry: Registry) -> Definition:
    """Return the automation that the answers make; one that is not given yet, or no answer, stands for nothing."""
    form = {**empty(), **form}
    condition: Condition = ALWAYS
    if form.get("records") == "some":
        condition = read_condition_form(words, form, registry)[0]
    return Definition(
        form["name"].strip(),
        _trigger(form, lists),
        _target(form),
        _readable_rules(form, "mapping", "line"),
        condition,
        () if form["target"] == TargetKind.REGISTRY else _readable_rules(form, "answers", "answer"),
        Repeat(form["repeat"]) if form["repeat"] in tuple(Repeat) else Repeat.CHANGED,
        _number(form, "records_max"),
        _number(form, "calls_max"),
        _number(form, "attempts_max"),
    )


def _trigger(form: Form, lists: Lists) -> Trigger:
    kind = TriggerKind(form["trigger"]) if form["trigger"] in tuple(TriggerKind) else TriggerKind.WEBHOOK
    events = lists.get("events", ())
    if kind is TriggerKind.TIMER:
        return Trigger(kind, _number(form, "every") * (MINUTES_AN_HOUR if form.get("unit") == "hours" else 1))
    if kind is TriggerKind.DAILY:
        return Trigger(kind, at=form["time"].strip(), zone=form.get("zone", "").strip() or "UTC")
    if kind is TriggerKind.CHANGE:
        return Trigger(kind, created="created" in events, changed="changed" in events)
    return Trigger(kind)


def _target(form: Form) -> Target:
    given = {name: form.get(name, "").strip() for name in QUESTIONS["where"]}
    kind = TargetKind(given["target"]) if given["target"] in tuple(TargetKind) else TargetKind.WEBHOOK
    if kind is TargetKind.REGISTRY:
        match = tuple(part.strip() for part in given["match"].split(",") if part.strip())
        operation = Operation(given["operation"]) if given["operation"] in tuple(Operation) else Operation.UPSERT
        return Target(kind, given["registry"], operation, () if operation is Operation.CREATE else match)
    if kind is TargetKind.SERVICE:
        return Target(
            kind, application=given["application"], service=given["service"], method=given["method"] or "POST",
            path=given["path"],
        )  # fmt: skip
    return Target(kind, address=given["address"])


def _readable_rules(form: Form, whole: str, line: str) -> tuple[Rule, ...]:
    try:
        return _rules(form, whole, line)
    except MappingError:
        return ()


def _rules(form: Form, whole: str, line: str) -> tuple[Rule, ...]:
    """Return the rules that lines describe, or the JSON that stands for all of them; raises MappingError."""
    text = form.get(whole, "").strip()
    if text:
        try:
            return read_rules(msgspec.json.decode(text))
        except (msgspec.DecodeError, RecursionError) as error:
            raise MappingError("This is not JSON.") from error
    return read_rules([one for row in range(LINES) if (one := _line(form, line, row))])


def _line(form: Form, line: str, row: int) -> dict[str, Any]:
    given = {name: form.get(f"{name}-{line}-{row}", "").strip() for name in LINE}
    if not any(given[name] for name in ("from", "convert", "to")):
        return {}
    made: dict[str, Any] = {
        "from": [name for name in (given["from"], given["also"]) if name],
        "to": [name for name in (given["to"], given["too"]) if name],
    }
    steps: list[dict[str, Any]] = [_step(given["convert"], form.get(f"with-{line}-{row}", ""))]
    return {**made, "convert": [one for one in steps if one]}


def _step(kind: str, text: str) -> dict[str, Any]:
    if not kind:
        return {}
    if kind == Kind.LOOKUP:
        pairs = [part.partition("=") for part in text.split(";") if part.strip()]
        table = {key.strip(): value.strip() for key, _sign, value in pairs}
        return {"as": kind, "text": table.pop("*", ""), "table": table}
    if kind == Kind.DATE:
        read, _sign, into = text.partition(">")
        return {"as": kind, "text": read.strip(), "into": into.strip()}
    return {"as": kind, "text": text if kind in {Kind.JOIN, Kind.SPLIT} else text.strip()}


def form_of(one: Definition, code: str) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return an automation as the texts and lists of its form."""
    trigger, target = one.trigger, one.target
    hours = trigger.minutes and trigger.minutes % MINUTES_AN_HOUR == 0
    shown = {
        **empty(), "name": one.name, "code": code, "trigger": trigger.kind.value,
        "every": str(trigger.minutes // MINUTES_AN_HOUR if hours else trigger.minutes or ""),
        "unit": "hours" if hours else "minutes", "time": trigger.at, "zone": trigger.zone,
        "records": "all" if one.condition == ALWAYS else "some", **condition_form(one.condition),
        "repeat": one.repeat.value, "target": target.kind.value, "registry": target.registry,
        "operation": target.operation.value, "match": ", ".join(target.match), "application": target.application,
        "service": target.service, "method": target.method, "path": target.path, "address": target.address,
        "records_max": str(one.records_max), "calls_max": str(one.calls_max), "attempts_max": str(one.attempts_max),
        **_lines(one.mapping, "mapping", "line"), **_lines(one.answers, "answers", "answer"),
    }  # fmt: skip
    events = [name for name, held in (("created", trigger.created), ("changed", trigger.changed)) if held]
    return shown, {**{name: [text] for name, text in shown.items() if text}, "events": events}


def _lines(rules: Sequence[Rule], whole: str, line: str) -> dict[str, str]:
    """Return rules as lines; those that do not fit into lines stand as JSON."""
    shown: dict[str, str] = {}
    fits = len(rules) <= LINES and all(
        len(rule.sources) <= 2 and len(rule.targets) <= 2 and len(rule.conversions) <= 1 for rule in rules
    )
    if not fits:
        return {whole: msgspec.json.encode(write_rules(rules)).decode()}
    for row, rule in enumerate(write_rules(rules)):
        sources, targets, steps = _texts(rule["from"]), _texts(rule["to"]), rule["convert"]
        step = steps[0] if isinstance(steps, list) and steps else {}
        shown |= {
            f"from-{line}-{row}": sources[0], f"also-{line}-{row}": sources[1], f"to-{line}-{row}": targets[0],
            f"too-{line}-{row}": targets[1], f"convert-{line}-{row}": step.get("as", ""),
            f"with-{line}-{row}": _with(step),
        }  # fmt: skip
    return shown


def _texts(value: object) -> list[str]:
    return [*map(str, value if isinstance(value, list) else ()), "", ""][:2]


def _with(step: Mapping[str, Any]) -> str:
    if "table" in step:
        pairs = [*step["table"].items(), *([("*", step["text"])] if step.get("text") else [])]
        return "; ".join(f"{key}={value}" for key, value in pairs)
    if step.get("into"):
        return f"{step.get('text', '')} > {step['into']}"
    return str(step.get("text", ""))


def carried(lists: Lists, question: str) -> list[tuple[str, str]]:
    """Return the answers to all other questions, to be sent along."""
    names = {name for other, inputs in QUESTIONS.items() if other != question for name in inputs}
    return [(name, value) for name, values in lists.items() if name in names for value in values if value]
