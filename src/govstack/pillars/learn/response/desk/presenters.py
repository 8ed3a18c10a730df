"""What the desk of a training unit shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.response.attendance.presenters import ministry_of
from govstack.pillars.learn.response.desk.model import Figures, Groups, line_mark
from govstack.pillars.learn.response.desk.service import Line
from govstack.pillars.learn.response.enrolment.model import Shown, State
from govstack.pillars.learn.response.enrolment.presenters import name_of
from govstack.pillars.learn.response.offerings.model import Need, Offering, Session, per_head
from govstack.pillars.learn.response.typologies.model import Vocabulary, WordKind
from govstack.pillars.learn.splits.model import Split
from govstack.pillars.learn.splits.presenters import HEADINGS, Known, label, number
from govstack.web.figures import StackedBars
from govstack.web.sentences import set_apart

NEEDS: Mapping[Need, str] = {
    Need.VENUE: _("Venue"), Need.TRAVEL: _("Travel"), Need.INTERPRETATION: _("Interpretation"),
    Need.ACCESSIBILITY: _("Accessibility"), Need.MATERIALS: _("Materials"), Need.PER_DIEM: _("Daily allowance"),
    Need.OTHER: _("Other"),
}  # fmt: skip
GROUP_COLUMNS = ("type", "title", "by", "value", "group", "taken", "completions")
COLUMNS = ("type", "title", "sessions", "seats", "taken", "completions", "aimed", "closed", "spend")


def lines(found: Iterable[Line], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of sessions."""
    return [
        (
            {"text": marked(one.offering.titles, words.language), "href": f"/desk/sessions/{one.session.id}"},
            i18n.format_date(words.language, one.session.starts), seats(one.session, words), {"number": one.waiting},
            {"number": one.endorsed},
        )
        for one in found
    ]  # fmt: skip


def begun(found: Iterable[Line], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of sessions that have begun."""
    return [
        (
            {"text": marked(one.offering.titles, words.language), "href": f"/desk/sessions/{one.session.id}"},
            i18n.format_date(words.language, one.session.starts), i18n.format_date(words.language, one.session.ends),
            seats(one.session, words),
            {"text": words(_("Attendance and results")), "href": f"/teach/{one.session.id}/register"},
        )
        for one in found
    ]  # fmt: skip


def seats(session: Session, words: Words) -> str:
    """Return how many seats are taken."""
    numbers = {
        "taken": i18n.format_number(words.language, session.taken),
        "seats": i18n.format_number(words.language, session.seats),
    }
    return words(_("{taken} of {seats}"), **numbers)


def offering_rows(found: Iterable[Offering], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of offerings at the desk."""
    labels = {"draft": _("Draft"), "open": _("Open"), "closed": _("Closed")}
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/catalogue/{one.id}"}, {"code": one.id},
            words(labels[one.state]),
            {"text": words(_("Add a session")), "href": f"/desk/offerings/{one.id}/sessions"},
        )
        for one in found
    ]  # fmt: skip


def forbidden(found: Iterable[Offering], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of courses whose material must not be sold any more, each with the page that mends it."""
    return [
        ({"text": marked(one.titles, words.language), "href": f"/desk/offerings/{one.id}/price"}, {"code": one.id})
        for one in found
    ]


def to_decide(found: Iterable[Shown], tree: Tree, words: Words) -> list[tuple[str, str]]:
    """Return who waits for the decision of the training unit."""
    return [
        (
            one.enrolment.id,
            _with_ministry(one, tree, words),
        )
        if one.enrolment.ministry_id
        else (one.enrolment.id, name_of(one))
        for one in found
        if one.enrolment.state is State.ENDORSED
    ]


def _with_ministry(one: Shown, tree: Tree, words: Words) -> str:
    return words(_("{name} ({organisation})"), name=name_of(one), organisation=ministry_of(one, tree, words))


def checklist(session: Session, words: Words) -> list[tuple[Cell, ...]]:
    """Return the checklist of a session with its costs."""
    return [
        (
            words(NEEDS[item.need]), item.note, {"money": item.cost, "currency": session.currency},
            {"status": words(_("Done") if item.done else _("To do")), "state": "good" if item.done else "wait"},
        )
        for item in session.logistics
    ]  # fmt: skip


def line_choices(session: Session, words: Words) -> list[tuple[str, str]]:
    """Return the lines of the checklist to choose from, as a mark of what each says and its label."""
    return [
        (
            line_mark(item, place),
            words.set_apart([
                words(NEEDS[item.need]), item.note, i18n.format_money(words.language, item.cost, session.currency)
            ]),
        )
        for place, item in enumerate(session.logistics)
    ]  # fmt: skip


def costs(session: Session, words: Words) -> list[tuple[str, str]]:
    """Return the cost of a session and of one participant."""
    each = per_head(session.cost, session.taken)
    one = words(_("Nobody has a seat")) if each is None else i18n.format_money(words.language, each, session.currency)
    return [
        (words(_("Cost")), i18n.format_money(words.language, session.cost, session.currency)),
        (words(_("Cost of one participant")), one),
    ]


def spend(found: Mapping[str, Decimal], language: str) -> str:
    """Return amounts of several currencies."""
    return set_apart(language, (i18n.format_money(language, amount, code) for code, amount in sorted(found.items())))


def report_rows(figures: Iterable[Figures], known: Vocabulary, language: str) -> list[tuple[Cell, ...]]:
    """Return the table of figures by type."""
    return [
        (
            title_of(one, known, language), {"number": one.seats}, {"number": one.taken}, {"number": one.completions},
            i18n.format_percent(language, one.closure_percent / 100) if one.closure_percent is not None else "",
            spend(one.spend, language),
        )
        for one in figures
    ]  # fmt: skip


def title_of(one: Figures | Groups, known: Vocabulary, language: str) -> str:
    """Return the name of a type."""
    term = known.one(WordKind.TYPE, one.type_id)
    return in_language(term.titles, language) if term else one.type_id


def group_tables(
    found: Iterable[Groups], known: Vocabulary, terms: Known, words: Words
) -> list[tuple[str, list[list[Cell]]]]:
    """Return for each dimension its heading and its rows: type, group, seats taken, completed."""
    tables: dict[str, list[list[Cell]]] = {}
    for one in found:
        for part, end in zip(one.taken.shares, one.completed.shares, strict=True):
            tables.setdefault(words(HEADINGS[one.taken.by]), []).append(
                [
                    title_of(one, known, words.language), label(one.taken.by, part.value, terms, words),
                    number(part, words), number(end, words),
                ]
            )  # fmt: skip
    return list(tables.items())


def attended_tables(
    found: Iterable[tuple[Split, Split]], terms: Known, words: Words
) -> list[tuple[str, list[list[Cell]]]]:
    """Return for each dimension its heading and its rows: group, places, people who were there."""
    return [
        (
            words(HEADINGS[places.by]),
            [
                [label(places.by, one.value, terms, words), number(one, words), number(there, words)]
                for one, there in zip(places.shares, present.shares, strict=True)
            ],
        )
        for places, present in found
        if places.shares
    ]


def group_file(found: Iterable[Groups], known: Vocabulary, terms: Known, words: Words) -> list[list[object]]:
    """Return seats and completions by type and group as rows of a file; what is hidden is empty."""
    rows: list[list[object]] = []
    for one in found:
        rows += [
            [
                one.type_id, title_of(one, known, words.language), one.taken.by.value, part.value,
                label(one.taken.by, part.value, terms, words), part.people, end.people,
            ]
            for part, end in zip(one.taken.shares, one.completed.shares, strict=True)
        ]  # fmt: skip
    return rows


def file_rows(figures: Iterable[Figures], known: Vocabulary, language: str) -> list[list[object]]:
    """Return the figures as rows of a file."""
    return [
        [
            one.type_id, title_of(one, known, language), one.sessions, one.seats, one.taken, one.completions,
            one.raised, one.closed, "; ".join(f"{amount} {currency}" for currency, amount in sorted(one.spend.items())),
        ]
        for one in figures
    ]  # fmt: skip


def chart(figures: Sequence[Figures], known: Vocabulary, words: Words) -> StackedBars:
    """Return seats by type: completed, taken and not completed, and empty."""
    return StackedBars(
        name="types",
        title=words(_("Seats by type of training")),
        series=(words(_("Completed")), words(_("Taken")), words(_("Empty"))),
        rows=[
            (
                title_of(one, known, words.language),
                (one.completions, max(one.taken - one.completions, 0), max(one.seats - one.taken, 0)),
            )
            for one in figures
        ],
        label_header=words(_("Training type")),
    )
