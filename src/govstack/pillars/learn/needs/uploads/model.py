"""A file of answers: which column holds what, and how a row becomes a response."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.kernel import crypto
from govstack.kernel.books import plain
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.answers.model import Response
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.instruments.model import Instrument, Item, ItemKind

FILE_BYTES_MAX = 256 << 20
PAGE_BYTES_MAX = 32 << 20
ROWS_AT_ONCE = 1_000
UNKNOWN_SHOWN_MAX = 10
COLUMN_SHOWN_MAX = 60
DERIVED_CHARACTERS = 32

# Programs that collect answers name the same things in their own ways, and add columns of their own.
NAMED = {
    "id": "id", "_uuid": "id", "instanceid": "id", "key": "id",
    "about": "about", "person": "about", "number": "about", "organisation": "about",
    "rater": "rater", "meeting": "meeting", "answered_at": "answered_at",
    "answeredat": "answered_at", "end": "answered_at",
    "language": "language", "confidence": "confidence", "notes": "notes",
}  # fmt: skip
LEFT_OUT = frozenset(
    {
        "start", "today", "deviceid", "username", "phonenumber", "submissiondate", "formversion", "devicename",
        "attachmentspresent", "attachmentsexpected", "status", "reviewstate", "edits", "submitterid",
        "submittername", "instancename", "audit", "campaign",
    }
)  # fmt: skip
EVIDENCE = "_evidence"
CONFIDENCE = "_confidence"
PREFIX = "q_"
_FIRST = re.compile(r"[A-Za-z_]")


NO_COLUMNS = _("No column of the file is a question of this campaign. Its first row must name the columns.")
NO_ABOUT = _("The file needs a column named about, with the number or the id of a person or an organisation.")
UNKNOWN_COLUMNS = _("These columns are no questions of this campaign: {columns}. Rename them or take them out.")
TWICE = _("Several columns hold the same: {columns}. Take one of them out.")
TOO_MANY_ROWS = _("The file holds more rows than one person may send.")
NAMELESS = _("has a value in a column without a name")
NOT_A_NUMBER = _("must be a number")
NOT_A_RATER = _("must be self, manager, test, evidence or group")
NOT_CONFIDENT = _("must be low, medium or high")
CONFIDENT = frozenset({"", "low", "medium", "high"})
NO_ID = _("must be an id of 8 to 100 letters, digits, dots, colons, dashes and underscores")
WRONG_SHAPE = _("cannot be read")


class WrongColumns(BadRequest):
    """The columns of a file are not those of the campaign."""

    code = "wrong-columns"


def question_name(item_id: str) -> str:
    """Return the name of an item in forms of other programs, which must not begin with a digit."""
    return item_id if _FIRST.match(item_id) else PREFIX + item_id


def columns_of(instrument: Instrument, item: Item) -> list[str]:
    """Return the columns in which a file holds what was answered to an item."""
    named = [EVIDENCE] if instrument.weighed or item.evidence else []
    named += [CONFIDENCE] if instrument.weighed else []
    return [item.id, *(f"{item.id}{one}" for one in named)]


class Reader:
    """Turns rows of one file into responses. Ids that a file does not have are made from what its rows say."""

    def __init__(self, campaign: Campaign, columns: Sequence[str], *, about_needed: bool = True) -> None:
        self._campaign = campaign
        instrument = campaign.frozen
        items = {question_name(one.id): one for one in instrument.items} | {one.id: one for one in instrument.items}
        self._words = _choices(instrument)
        self._places: dict[str, int] = {}
        self._items: list[tuple[int, Item]] = []
        self._evidence: list[tuple[int, Item]] = []
        self._confidence: list[tuple[int, Item]] = []
        self._nameless: list[int] = []
        self.columns = tuple(columns)
        unknown: list[str] = []
        for place, column in enumerate(columns):
            self._place(place, column, items, unknown)
        if unknown:
            raise WrongColumns(
                UNKNOWN_COLUMNS.format(columns=", ".join(one[:COLUMN_SHOWN_MAX] for one in unknown[:UNKNOWN_SHOWN_MAX]))
            )
        if not self._items:
            raise WrongColumns(NO_COLUMNS)
        if about_needed and "about" not in self._places:
            raise WrongColumns(NO_ABOUT)

    def _place(self, place: int, column: str, items: Mapping[str, Item], unknown: list[str]) -> None:
        # Groups of questions come as group/question, or group-question.
        name = column.rpartition("/")[2]
        if name not in items and "-" in name and name.partition("-")[2] in items:
            name = name.partition("-")[2]
        known = NAMED.get(name.lower())
        if not name:
            self._nameless.append(place)
        elif name in items:
            self._once([one for at, one in self._items], items[name], column)
            self._items.append((place, items[name]))
        elif name.endswith(EVIDENCE) and name.removesuffix(EVIDENCE) in items:
            self._evidence.append((place, items[name.removesuffix(EVIDENCE)]))
        elif name.endswith(CONFIDENCE) and name.removesuffix(CONFIDENCE) in items:
            self._confidence.append((place, items[name.removesuffix(CONFIDENCE)]))
        elif known is not None:
            self._name(place, known, column)
        elif not name.startswith("_") and name.lower() not in LEFT_OUT:
            unknown.append(column)

    def _name(self, place: int, known: str, column: str) -> None:
        held = self._places.get(known)
        if held is None:
            self._places[known] = place
        elif known == "about" and {self.columns[held].lower(), column.lower()} == {"person", "organisation"}:
            # A file that was taken out holds both: whichever the campaign is about counts.
            if (column.lower() == "person") is self._campaign.personal:
                self._places[known] = place
        elif known != "id":
            raise WrongColumns(
                TWICE.format(columns=", ".join((self.columns[held][:COLUMN_SHOWN_MAX], column[:COLUMN_SHOWN_MAX])))
            )

    @staticmethod
    def _once(items: Sequence[Item], item: Item, column: str) -> None:
        if item in items:
            raise WrongColumns(TWICE.format(columns=f"{item.id}, {column[:COLUMN_SHOWN_MAX]}"))

    def read(self, cells: Sequence[Any]) -> tuple[Response | None, dict[str, str]]:
        """Return the response of a row, or what is wrong with the row by column."""
        texts = {name: _text(cells[place]) for name, place in self._places.items() if place < len(cells)}
        wrong: dict[str, str] = {}
        if any(place < len(cells) and _text(cells[place]) for place in self._nameless):
            wrong[""] = NAMELESS
        answers = self._answers(cells, wrong)
        rater = texts.get("rater", "").lower() or self._first_rater
        if rater not in set(Rater):
            wrong["rater"] = NOT_A_RATER
        confidence = texts.get("confidence", "").lower()
        if confidence not in CONFIDENT:
            wrong["confidence"] = NOT_CONFIDENT
        if wrong:
            return None, wrong
        plain_: dict[str, Any] = {
            "about": texts.get("about", ""), "rater": rater, "meeting": texts.get("meeting", ""),
            "answeredAt": _moment(texts.get("answered_at", "")), "language": texts.get("language", ""),
            "confidence": confidence, "answers": answers, "notes": texts.get("notes", ""),
        }  # fmt: skip
        given = texts.get("id", "").removeprefix("uuid:")
        plain_["id"] = given or self._derived(plain_)
        try:
            return msgspec.convert(plain_, Response), {}
        except msgspec.ValidationError as error:
            return None, {"id": NO_ID} if given and "$.id" in str(error) else {"": WRONG_SHAPE}

    @property
    def _first_rater(self) -> str:
        raters = self._campaign.given.raters
        return str(Rater.SELF if Rater.SELF in raters else raters[0])

    def _derived(self, content: Mapping[str, Any]) -> str:
        digest = crypto.digest(crypto.canonical([self._campaign.id, dict(content)]))
        return f"row-{digest[-DERIVED_CHARACTERS:]}"

    def _answers(self, cells: Sequence[Any], wrong: dict[str, str]) -> list[dict[str, Any]]:
        evidence = {item.id: _text(cells[place]) for place, item in self._evidence if place < len(cells)}
        sure = {item.id: _text(cells[place]).lower() for place, item in self._confidence if place < len(cells)}
        wrong |= {f"{name}{CONFIDENCE}": NOT_CONFIDENT for name, text in sure.items() if text not in CONFIDENT}
        found = []
        for place, item in self._items:
            value = cells[place] if place < len(cells) else None
            text = _text(value)
            if not text:
                continue
            answer: dict[str, Any] = {"item": item.id, "evidence": evidence.get(item.id, "")}
            if sure.get(item.id):
                answer["confidence"] = sure[item.id]
            if item.kind is ItemKind.CHOICE:
                known = self._words[item.scale or ""]
                answer["choice"] = known.get(text) or known.get(text.casefold(), text)[:100]
            elif item.kind is ItemKind.NUMBER:
                number = _number(value)
                if number is None:
                    wrong[item.id] = NOT_A_NUMBER
                answer["number"] = number
            else:
                answer["text"] = text
            found.append(answer)
        return found

    def cells(self, cells: Sequence[Any]) -> dict[str, str]:
        """Return a row by column, as it is handed back to be put right."""
        return {name: _text(value) for name, value in zip(self.columns, cells, strict=False) if name and _text(value)}


def _choices(instrument: Instrument) -> dict[str, dict[str, str]]:
    """Return by scale what people may write for a choice: its id, or its title in any language."""
    found: dict[str, dict[str, str]] = {}
    for scale in instrument.scales:
        titles = {title.casefold(): choice.id for choice in scale.choices for title in choice.titles.values()}
        found[scale.id] = titles | {one.id.casefold(): one.id for one in scale.choices}
        found[scale.id] |= {one.id: one.id for one in scale.choices}
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is str and not value.startswith("'"):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return plain(str(value)).strip()


def _number(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        number = float(_text(value).replace(" ", "").replace(",", "."))
    except ValueError:
        return None
    return number if number - number == 0 else None


def _moment(text: str) -> str:
    """Return a moment; a day alone is its noon, for nobody wrote down more."""
    return f"{text}T12:00:00Z" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else text
