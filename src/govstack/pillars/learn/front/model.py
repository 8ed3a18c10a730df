"""Where each person goes from here, and the tours that a newcomer walks; their progress stands in the address alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import LEAD, PLAN

# Not a scope: somebody reports to them.
LEADS = "leads"


@dataclass(frozen=True, slots=True)
class Way:
    """Something to do next: what, where, and what it is good for; `languages` are those that it has beside English."""

    label: str
    path: str
    text: str
    languages: tuple[str, ...] = ()

    def path_in(self, language: str) -> str:
        """Return where it is in a language; pages that are there in `languages` have these at their end."""
        return f"{self.path}-{language}" if language in self.languages else self.path


@dataclass(frozen=True, slots=True)
class Role:
    """What somebody is here as; `scope` is "" for everybody who signed in, LEADS for those to whom others report."""

    label: str
    scope: str
    ways: tuple[Way, ...]


ROLES: Sequence[Role] = (
    Role(
        _("For you"),
        "",
        (
            Way(_("My skills"), "/my-skills", _("What your post asks for, what you can do, and the gap between.")),
            Way(_("What to learn next"), "/my/advice", _("Courses that close your gaps, each with its reason.")),
            Way(_("Courses to take now"), "/courses", _("Read at your own pace, and go on where you stopped.")),
            Way(_("My events"), "/my/events", _("Events that you come to, or where you wait for a seat.")),
            Way(_("My badges"), "/badges", _("What you have proven, to show and to take along.")),
        ),
    ),
    Role(
        _("For those who lead people"),
        LEADS,
        (
            Way(_("My team"), "/my-team", _("Skills of those who report to you.")),
            Way(_("Courses of my team"), "/my/team-courses", _("Put people forward, and answer those who ask.")),
        ),
    ),
    Role(
        _("For the training unit"),
        PLAN,
        (
            Way(_("Skill matrix"), "/skill-matrix", _("Who can do what, and what is not rated yet.")),
            Way(_("Campaigns"), "/campaigns", _("Ask what people and organisations need.")),
            Way(_("Plans"), "/plans", _("Measures with their costs, each for a gap.")),
            Way(_("Training desk"), "/desk", _("Sessions, seats, and who waits for your answer.")),
        ),
    ),
    Role(
        _("For those who lead the country"),
        LEAD,
        (
            Way(
                _("Capacity of the country"),
                "/dashboard",
                _("One page of figures: needs, plans, people trained, and what is to come."),
            ),
            Way(_("Gaps that come first"), "/skill-gaps", _("The largest gaps, with every factor behind their order.")),
            Way(_("Programmes"), "/programmes", _("What is planned, what it costs, and what waits for approval.")),
        ),
    ),
)


class TourName(StrEnum):
    """Whose way is walked."""

    OFFICER = "officer"
    LEARNER = "learner"
    MINISTER = "minister"


@dataclass(frozen=True, slots=True)
class Tour:
    """A way through the demo country: as whom, for what, and its steps."""

    label: str
    lead: str
    person: str
    steps: tuple[Way, ...]


TOURS: Mapping[TourName, Tour] = {
    TourName.LEARNER: Tour(
        _("From a gap to a badge"),
        _("You are Daniela Quispe, policy officer. Ten minutes from what you cannot do yet to proof that you can."),
        "Daniela Quispe",
        (
            Way(
                _("See your gap"),
                "/my-skills",
                _("Your post asks for level 3 in change management. You are at level 1."),
            ),
            Way(
                _("See what closes it"),
                "/my/advice",
                _("Each course says which level it raises, and why it was chosen."),
            ),
            Way(
                _("Take the course"),
                "/courses/leading-change",
                _("Begin it and read its three pages. Mark each one as read."),
                ("fr", "es", "ar", "sw"),
            ),
            Way(
                _("Take the test"),
                "/tests/leading-change",
                _("Four questions, three attempts. Sixty per cent are enough."),
            ),
            Way(
                _("Look at your badge"),
                "/badges",
                _(
                    "It comes a moment after the test. Open it: it says what was proven, and its code leads to a page "
                    "on which anybody can check it."
                ),
            ),
            Way(
                _("See the gap closed"),
                "/my-skills",
                _("The badge counts as a rating of level 3. The old rating stays beside it."),
            ),
        ),
    ),
    TourName.OFFICER: Tour(
        _("A day in the training unit"),
        _("You are Nomvula Okafor, training officer for three ministries and 400 people."),
        "Nomvula Okafor",
        (
            Way(
                _("Find the gaps"),
                "/skill-matrix",
                _("Each cell has a level, where it comes from and its age. Not rated is not zero."),
            ),
            Way(
                _("Read a finished assessment"),
                "/campaigns/demo-rapid-skills/findings",
                _("Eleven organisations answered in groups. See what came out for each section."),
            ),
            Way(
                _("Open the plan"),
                "/programmes/demo-programme/journey",
                _("Five of twelve steps are done. Each measure has a cost and names the gap that it closes."),
            ),
            Way(
                _("See what is there already"),
                "/assets",
                _("Five assets with owner and licence. Reuse comes before building."),
            ),
            Way(
                _("Decide at the desk"), "/desk", _("Open a session: people wait for your answer, and some for a seat.")
            ),
            Way(
                _("Say who was there"),
                "/teach/change-1/register",
                _(
                    "One page for a whole room: present, late or absent, and the result of the test. "
                    "Correct one and save."
                ),
            ),
            Way(
                _("See whether it worked"),
                "/evaluation-plans/process-redesign/results",
                _("The pilot at four levels: planned from the result backwards, with what came out so far."),
            ),
        ),
    ),
    TourName.MINISTER: Tour(
        _("What a minister needs to know"),
        _("You are Leila Haddad, minister. Where the country stands, what is planned, and what waits for you."),
        "ليلى حداد (Leila Haddad)",
        (
            Way(
                _("See where the country stands"),
                "/dashboard",
                _("Choose a number, such as 6 of 11: it leads to what was counted."),
            ),
            Way(
                _("See which gaps come first"),
                "/skill-gaps",
                _("Gap, weight of the role and people concerned: every factor is shown."),
            ),
            Way(
                _("Look at the map of skills"), "/heat-map", _("Numbers stand in the cells, and a table has the same.")
            ),
            Way(
                _("Read the programme"),
                "/programmes/demo-programme/journey",
                _("Costs by source, indicators with what they showed, and open points. You approve it here."),
            ),
            Way(_("Choose a course for leaders"), "/catalogue?track=leaders", _("Half a day for those who decide.")),
            Way(_("Look at your team"), "/my-team", _("Those who report to you, with what their posts ask for.")),
        ),
    ),
}


def place(asked: int, steps: int) -> int:
    """Return a step that there is: the one asked for, else the nearest."""
    return max(1, min(asked, steps))
