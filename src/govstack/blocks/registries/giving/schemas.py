"""The questions that make a right, and a right of the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from govstack.blocks.registries.access.model import (
    ALWAYS,
    ASKING,
    NOT_PERSONAL,
    PERSON_SELF,
    PERSONAL,
    Condition,
    Effect,
    Grant,
    consent_fault,
)
from govstack.blocks.registries.access.presenters import SUBJECTS
from govstack.blocks.registries.access.service import TEXT_CHARACTERS_MAX
from govstack.blocks.registries.criteria.presenters import ROWS, read_condition_form
from govstack.blocks.registries.design.model import SUBJECT_PATTERN, Registry, ServiceKind, pointer, walk
from govstack.blocks.registries.frame.presenters import Words
from govstack.kernel.i18n import _

Form = Mapping[str, str]
Lists = Mapping[str, Sequence[str]]
Errors = dict[str, str]
NAMED = tuple(kind for kind, (_label, example) in SUBJECTS.items() if example)
CHECK = "check"
# The questions in their order, each with the inputs that answer it.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "who": ("who", *(f"name-{kind}" for kind in NAMED)),
    "services": ("effect", "services"),
    "fields": ("scope", "fields"),
    "records": (
        "records", "join", "condition",
        *(f"{name}-{row}" for row in range(ROWS) for name in ("field", "operator", "value")),
    ),
    "reason": (
        "purpose", "legal_basis", "consent_purpose",
        *(f"{name}-{part}" for name in ("from", "until") for part in ("day", "month", "year")),
    ),
}  # fmt: skip


def following(question: str) -> str:
    """Return the question after one, or the check at the end."""
    names = [*QUESTIONS, CHECK]
    return names[min(names.index(question) + 1, len(names) - 1)]


def wrong(words: Words, question: str, form: Form, lists: Lists, registry: Registry) -> Errors:
    """Return what is wrong with the answers to one question."""
    checks: Mapping[str, Callable[[], Errors]] = {
        "who": lambda: _wrong_subject(words, form, registry),
        "services": lambda: _wrong_services(words, form, lists),
        "fields": lambda: _wrong_fields(words, form, lists, registry),
        "records": lambda: _wrong_records(words, form, registry),
        "reason": lambda: _wrong_reason(words, form, lists, registry),
    }
    return checks[question]()


def subject(form: Form) -> str:
    """Return the pattern of whom a right is given to."""
    kind = form.get("who", "")
    return f"{kind}:{form.get(f'name-{kind}', '').strip()}" if kind in NAMED else kind


def _wrong_subject(words: Words, form: Form, registry: Registry) -> Errors:
    kind = form.get("who", "")
    if kind not in SUBJECTS:
        return {"who": words(_("Choose who gets the right"))}
    if not SUBJECT_PATTERN.fullmatch(subject(form)):
        text = {
            "application": _("Enter the system as INSTANCE/CLASS/MEMBER/APPLICATION; a part may be *"),
            "role": _("Enter the name of the role, without blanks"),
            "group": _("Enter the code of the group"),
            "person": _("Enter the id with which the person signs in"),
        }[kind]
        return {f"name-{kind}": words(text)}
    if kind == PERSON_SELF and registry.person_path is None:
        return {"who": words(_("No field of the registry tells whose data a record is. Mark one first."))}
    return {}


def _wrong_services(words: Words, form: Form, lists: Lists) -> Errors:
    if form.get("effect") not in tuple(Effect):
        return {"effect": words(_("Choose whether it gives or takes"))}
    known = {kind.value for kind in ServiceKind}
    return {} if known & set(lists.get("services", ())) else {"services": words(_("Choose at least one service"))}


def _wrong_fields(words: Words, form: Form, lists: Lists, registry: Registry) -> Errors:
    if form.get("scope") not in {"all", PERSONAL, NOT_PERSONAL, "some"}:
        return {"scope": words(_("Choose which fields"))}
    if form.get("scope") == "some" and not _chosen(lists, registry):
        return {"fields": words(_("Choose at least one field"))}
    return {}


def _wrong_records(words: Words, form: Form, registry: Registry) -> Errors:
    if form.get("records") not in {"all", "own", "some"}:
        return {"records": words(_("Choose which records"))}
    if form.get("records") == "own" and registry.person_path is None:
        return {"records": words(_("No field of the registry tells whose data a record is. Mark one first."))}
    if form.get("records") != "some":
        return {}
    condition, errors = read_condition_form(words, form, registry)
    if not errors and condition == ALWAYS:
        return {"field-0": words(_("Choose a field to compare"))}
    return errors


def _wrong_reason(words: Words, form: Form, lists: Lists, registry: Registry) -> Errors:
    errors: Errors = {}
    for name in ("purpose", "legal_basis", "consent_purpose"):
        if len(form.get(name, "")) > TEXT_CHARACTERS_MAX:
            errors[name] = words(_("Use at most {number} characters"), number=words.number(TEXT_CHARACTERS_MAX))
    wrong = _wrong_consent(words, form, lists, registry)
    if wrong:
        errors.setdefault("consent_purpose", wrong)
    for name in ("from", "until"):
        if day(form, name) is None:
            errors[name] = words(_("Enter a real date, such as 27 3 2027"))
    start, end = day(form, "from"), day(form, "until")
    if start and end and end <= start:
        errors["until"] = words(_("The last day must be after the first"))
    return errors


def _wrong_consent(words: Words, form: Form, lists: Lists, registry: Registry) -> str:
    text = form.get("consent_purpose", "").strip()
    if not text:
        return ""
    if consent_fault(text):
        return words(_("Enter the id of a data agreement, such as cash-transfer; several with a space between"))
    if not set(lists.get("services", ())) <= {kind.value for kind in (*ASKING, ServiceKind.SCHEMA)}:
        return words(_("Choose only services that list, read or tell whether a record exists: others ask no consent"))
    if registry.person_field is None or registry.person_field.secret:
        return words(_("No field of the registry tells whose data a record is. Mark one first."))
    return ""


def day(form: Form, name: str) -> str | None:
    """Return the date of three fields as text, nothing when all are empty; None when it is no date."""
    parts = [form.get(f"{name}-{part}", "").strip() for part in ("year", "month", "day")]
    if not any(parts):
        return ""
    try:
        return date(*(int(part) for part in parts)).isoformat()
    except (ValueError, OverflowError):
        return None


def _chosen(lists: Lists, registry: Registry) -> list[str]:
    known = {pointer(path) for path, one in walk(registry.fields) if not one.fields}
    return [name for name in lists.get("fields", ()) if name in known]


def grant(words: Words, form: Form, lists: Lists, registry: Registry) -> Grant:
    """Return the right that all answers make; they were checked before."""
    scope, records = form.get("scope", "all"), form.get("records", "all")
    fields = {"all": None, "some": frozenset(_chosen(lists, registry))}.get(scope, frozenset({scope}))
    condition: Condition = read_condition_form(words, form, registry)[0] if records == "some" else ALWAYS
    start, end = day(form, "from"), day(form, "until")
    return Grant(
        "", subject(form),
        frozenset(kind for kind in ServiceKind if kind.value in lists.get("services", ())),
        registry.id,
        effect=Effect(form["effect"]),
        fields=fields,
        condition=condition,
        own_records=records == "own",
        purpose=form.get("purpose", "").strip(),
        legal_basis=form.get("legal_basis", "").strip(),
        consent_purpose=form.get("consent_purpose", "").strip(),
        valid_from=f"{start}T00:00:00.000000Z" if start else "",
        valid_until=f"{end}T23:59:59.999999Z" if end else "",
    )  # fmt: skip


def carried(lists: Lists, question: str) -> list[tuple[str, str]]:
    """Return the answers to all other questions, to be sent along."""
    names = {name for other, inputs in QUESTIONS.items() if other != question for name in inputs}
    return [(name, value) for name, values in lists.items() if name in names for value in values if value]
