"""What the pages of enrolment show: rows, answers, states and findings in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.blocks.identity.capturing.model import CATEGORIES, PROCESSES, Step, way_of
from govstack.blocks.identity.committing.service import Compared
from govstack.blocks.identity.deduplication.model import Decision
from govstack.blocks.identity.enrolment.model import IDENTIFIER, Enrolment, State
from govstack.blocks.identity.enrolment.service import Reading
from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, GENDERS, Cell, Words
from govstack.blocks.identity.packets.model import Content, Kind, Process, Text
from govstack.blocks.identity.people.model import Attribute
from govstack.blocks.identity.people.presenters import day_of, language_name, value_of
from govstack.kernel.i18n import _

STATES: Mapping[State, tuple[str, str]] = {
    State.OPEN: (_("Open"), "new"),
    State.SUBMITTED: (_("Being checked"), "wait"),
    State.HELD: (_("Waits for a decision"), "warn"),
    State.COMMITTED: (_("Done"), "good"),
    State.REFUSED: (_("Refused"), "bad"),
    State.ABANDONED: (_("Given up"), "off"),
}
PROBLEMS: Mapping[str, str] = {
    "duplicate": _("This person is registered already."),
    "nobody-found": _("This person is not registered."),
    "withdrawn": _("An officer gave this enrolment up."),
    "untouched": _("Nobody went on with this enrolment for too long."),
    "person-deactivated": _("The identity of this person has ended."),
}
MISSING: Mapping[str, str] = {
    "name": _("the name"), "birthdate": _("the date of birth"), "gender": _("the gender"),
    "email": _("an e-mail address"), "phone_number": _("a telephone number"), "address": _("an address"),
    IDENTIFIER: _("the number that the person is known by"), "document": _("a document that shows the change"),
    "change": _("something that changes"),
}  # fmt: skip
# What an enrolment asks for, in the order of its questions.
LABELS: Mapping[str, str] = {
    name: CLAIM_WORDS[name]
    for name in ("name", "given_name", "family_name", "birthdate", "gender", "phone_number", "email", "address")
}
FORM_FIELDS = (
    "identifier", "birthdate", "gender", "phone_number", "email", "street_address", "locality", "region",
    "postal_code", "country", "category", "number",
)  # fmt: skip
STEP_OF: Mapping[str, Step] = {
    "name": Step.NAME, "birthdate": Step.BIRTH, "gender": Step.BIRTH, "phone_number": Step.CONTACT,
    "email": Step.CONTACT, "address": Step.ADDRESS,
}  # fmt: skip
DECISIONS: Mapping[Decision, tuple[str, str]] = {
    Decision.UNDECIDED: (_("Not decided"), "wait"),
    Decision.SAME: (_("The same person"), "bad"),
    Decision.DIFFERENT: (_("Somebody else"), "good"),
    Decision.LOOK: (_("Needs another look"), "warn"),
}


def state(words: Words, one: Enrolment) -> Mapping[str, str]:
    """Return where an enrolment stands, as a cell."""
    text, sign = STATES[one.state]
    return {"status": words(text), "state": sign}


def rows(words: Words, found: Iterable[Enrolment]) -> list[Sequence[Cell]]:
    """Return enrolments as rows of a table."""
    return [
        (
            {"text": one.id[-12:], "href": f"/enrol/{one.id}"}, words(PROCESSES[one.process][0]), state(words, one),
            {"moment": one.changed_at},
        )
        for one in found
    ]  # fmt: skip


def answers(words: Words, reading: Reading) -> list[tuple[str, ...]]:
    """Return what an enrolment says as rows of a summary, those of its questions with a way to change them."""
    one = reading.enrolment
    steps = way_of(one.process).steps
    shown = [item for item in reading.attributes if item.value]
    made: list[tuple[str, ...]] = []
    for item in sorted(shown, key=lambda found: list(LABELS).index(found.name) if found.name in LABELS else 99):
        label, step = _label(words, item), STEP_OF.get(item.name)
        value = value_of(words, item)
        if step in steps and one.state in {State.OPEN, State.HELD}:
            made.append((label, value, f"/enrol/{one.id}/step/{step}?change=yes", label))
        else:
            made.append((label, value))
    return made


def pieces(words: Words, reading: Reading, titles: Mapping[str, str]) -> list[Sequence[Cell]]:
    """Return documents, by their titles, and biometric records as rows of a table."""
    here = f"/enrol/{reading.enrolment.id}/document"
    made: list[Sequence[Cell]] = []
    for one in reading.pieces:
        if one.kind is Kind.DOCUMENT:
            name = titles.get(one.name, one.name)
            there = bool(one.size_bytes)
            shown: Cell = {"text": name, "href": f"{here}/{one.digest}"} if there else name
            made.append((shown, one.format.upper() or one.reference, one.number or "–"))
        else:
            quality = words(_("Quality {score} of 100"), score=one.quality) if one.quality is not None else "–"
            made.append((one.name, words(_("Biometric record")), quality))
    return made


def lacks(words: Words, reading: Reading) -> list[str]:
    """Return what an enrolment lacks, in words."""
    return [words(MISSING[name]) if name in MISSING else name for name in reading.missing]


def problem(words: Words, one: Enrolment) -> str:
    """Return why an enrolment ended without an identity, in words."""
    return words(PROBLEMS.get(one.problem, _("What was sent cannot be registered. Begin again.")))


def values(content: Content, *, language: str) -> dict[str, str]:
    """Return what was answered so far, as fields of forms."""
    names = content.fields.get("name", ())
    first = names[0] if names else Text("", language)
    other = names[1] if len(names) > 1 else Text("")
    plain = {
        name: texts[0].value if texts else ""
        for name, texts in ((key.removeprefix("address."), found) for key, found in content.fields.items())
        if name != "name"
    }
    return {
        **dict.fromkeys(FORM_FIELDS, ""), **plain, "name": first.value, "name_language": first.language,
        "other_name": other.value, "other_name_language": other.language,
    }  # fmt: skip


def candidates(words: Words, one: Enrolment, found: Sequence[Compared]) -> list[Sequence[Cell]]:
    """Return people who may be the same as rows of a table."""
    made: list[Sequence[Cell]] = []
    for item in found:
        text, sign = DECISIONS[item.candidate.decision]
        here = f"/enrol/{one.id}/candidate/{item.candidate.id}"
        made.append(
            (
                {"text": item.person.display_name, "href": here}, day_of(words, item.person.claim("birthdate")),
                {"number": item.candidate.score}, {"status": words(text), "state": sign},
            )
        )  # fmt: skip
    return made


def comparison(words: Words, reading: Reading, item: Compared) -> list[Sequence[Cell]]:
    """Return what the enrolment and a candidate say side by side, as rows of a table: one for each thing known.

    A name that stands in several languages is one thing: written in one of them the same, it is the same.
    """
    made: list[Sequence[Cell]] = []
    for name, label in LABELS.items():
        ours = _texts(words, reading.attributes, name)
        theirs = _texts(words, item.person.attributes, name)
        if ours or theirs:
            made.append(
                (words(label), " · ".join(ours) or "–", " · ".join(theirs) or "–", _agreement(words, ours, theirs))
            )
    return made


def _texts(words: Words, attributes: Iterable[Attribute], name: str) -> list[str]:
    return list(dict.fromkeys(value_of(words, one) for one in attributes if one.name == name and one.value))


def _agreement(words: Words, ours: Sequence[str], theirs: Sequence[str]) -> Cell:
    if not ours or not theirs:
        return words(_("Known of one"))
    if {one.casefold() for one in ours} & {one.casefold() for one in theirs}:
        return {"status": words(_("Same")), "state": "off"}
    return {"status": words(_("Different")), "state": "warn"}


def processes(words: Words) -> list[tuple[str, str, str]]:
    """Return what an enrolment can be for, as choices."""
    return [(process.value, words(label), words(hint)) for process, (label, hint) in PROCESSES.items()]


def decisions(words: Words) -> list[tuple[str, str]]:
    """Return what can be said of a candidate, as choices."""
    return [(one.value, words(text)) for one, (text, _sign) in DECISIONS.items() if one is not Decision.UNDECIDED]


def titles(words: Words, own: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what a document can be, by name: what the country sets, in the language, in English or as there is."""
    if not own:
        return {name: words(text) for name, text in CATEGORIES.items()}
    return {
        name: said.get(words.language) or said.get("en") or next(iter(said.values()), name)
        for name, said in own.items()
    }


def genders(words: Words) -> list[tuple[str, str]]:
    """Return genders as choices."""
    return [(name, words(text)) for name, text in GENDERS.items()]


def languages(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return languages that a name is written in, as choices; each in its own script, as people look for it."""
    return [(code, language_name(code)) for code in codes]


def title(words: Words, process: Process) -> str:
    """Return what an enrolment is for."""
    return words(PROCESSES[process][0])


def _label(words: Words, item: Attribute) -> str:
    label = words(LABELS[item.name]) if item.name in LABELS else item.name
    return f"{label} ({language_name(item.language)})" if item.language else label
