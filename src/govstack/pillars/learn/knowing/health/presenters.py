"""What the panel of a community's health shows."""

from __future__ import annotations

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.health.model import Panel, Who
from govstack.pillars.learn.splits.model import Share
from govstack.pillars.learn.splits.presenters import HEADINGS, Known, label, number
from govstack.web.figures import Bars

WARNINGS = {
    "active": _("Far fewer members are active than before."),
    "contributors": _("Far fewer members contribute than before."),
    "attendance": _("Far fewer people came to the last event than to those before."),
}


def rows(panel: Panel, words: Words) -> list[list[Cell]]:
    """Return each figure, and what it was in the period before where that is counted."""
    share = panel.answered_percent
    wait, resolved = panel.hours_to_answer, panel.hours_to_resolve
    return [
        [words(_("Active members")), {"number": panel.active}, {"number": panel.active_before}],
        [words(_("Contributors")), {"number": panel.contributors}, {"number": panel.contributors_before}],
        [words(_("Questions asked")), {"number": panel.asked}, ""],
        [
            words(_("Share of questions answered")),
            "" if share is None else i18n.format_percent(words.language, share / 100),
            "",
        ],
        [words(_("Hours until the first answer, median")), "" if wait is None else {"number": wait}, ""],
        [words(_("Questions with an accepted answer")), {"number": panel.resolved}, ""],
        [
            words(_("Hours until the accepted answer, median")),
            "" if resolved is None else {"number": resolved},
            "",
        ],
        [words(_("Answers that were used again")), {"number": panel.reused}, ""],
    ]


def groups(panel: Panel, known: Known, words: Words) -> list[tuple[str, list[list[Cell]]]]:
    """Return for each dimension its heading and its rows: members, active members, and who came to events."""
    tables: list[tuple[str, list[list[Cell]]]] = []
    for by, told in panel.groups.items():
        values = dict.fromkeys(part.value for who in Who for part in told[who].shares)
        people = {who: {part.value: part for part in told[who].shares} for who in Who}
        rows: list[list[Cell]] = [
            [
                label(by, value, known, words),
                *(number(people[who].get(value, Share(value, 0)), words) for who in Who),
            ]
            for value in values
        ]  # fmt: skip
        tables.append((words(HEADINGS[by]), rows))
    return tables


def attendance(panel: Panel, words: Words) -> Bars:
    """Return how many came to each of the last events."""
    return Bars(
        name="attendance", title=words(_("Attendance of events")),
        rows=[(i18n.format_date(words.language, day), came) for day, came in panel.attendance],
        label_header=words(_("Event")), value_header=words(_("People who came")),
    )  # fmt: skip
