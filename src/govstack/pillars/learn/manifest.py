"""The card of GovLearn to the host: its families of rooms, and the rooms that all of them stand on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest, Seeded
from govstack.pillars.learn.change.manifest import FAMILY as CHANGE
from govstack.pillars.learn.country import service as country_service
from govstack.pillars.learn.dashboard import api as dashboard
from govstack.pillars.learn.dashboard import pages as dashboard_pages
from govstack.pillars.learn.directory import api as directory
from govstack.pillars.learn.directory import pages as directory_pages
from govstack.pillars.learn.directory import service as directory_service
from govstack.pillars.learn.earning import api as earning
from govstack.pillars.learn.earning import pages as earning_pages
from govstack.pillars.learn.earning import tasks as earning_tasks
from govstack.pillars.learn.exports import api as exports
from govstack.pillars.learn.exports import pages as exports_pages
from govstack.pillars.learn.families.tasks import forgetting, joined, together
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.frame.presenters import PLACES
from govstack.pillars.learn.front import pages as front_pages
from govstack.pillars.learn.intake import api as intake
from govstack.pillars.learn.intake import pages as intake_pages
from govstack.pillars.learn.intake import service as intake_service
from govstack.pillars.learn.intake import tasks as intake_tasks
from govstack.pillars.learn.knowing.leading import pages as leading_pages
from govstack.pillars.learn.knowing.manifest import FAMILY as KNOWING
from govstack.pillars.learn.knowing.proposals import pages as proposals_pages
from govstack.pillars.learn.learning.badges import pages as badges_pages
from govstack.pillars.learn.learning.manifest import FAMILY as LEARNING
from govstack.pillars.learn.learning.studying import pages as studying_pages
from govstack.pillars.learn.learning.verifying import service as verifying_service
from govstack.pillars.learn.learning.verifying.model import VERDICTS, Verdict
from govstack.pillars.learn.lists import pages as lists_pages
from govstack.pillars.learn.lookback import api as lookback
from govstack.pillars.learn.lookback import pages as lookback_pages
from govstack.pillars.learn.lookback import tasks as lookback_tasks
from govstack.pillars.learn.needs.manifest import FAMILY as NEEDS
from govstack.pillars.learn.notices import service as notices_service
from govstack.pillars.learn.outcomes import tasks as outcomes_tasks
from govstack.pillars.learn.people import api as people
from govstack.pillars.learn.people import tasks as people_tasks
from govstack.pillars.learn.people.service import ERASED
from govstack.pillars.learn.publicity import pages as publicity_pages
from govstack.pillars.learn.records import api as records
from govstack.pillars.learn.records.service import CHANGED
from govstack.pillars.learn.registers.pages import Register
from govstack.pillars.learn.response.manifest import FAMILY as RESPONSE
from govstack.pillars.learn.retention import api as retention
from govstack.pillars.learn.retention import pages as retention_pages
from govstack.pillars.learn.retention import tasks as retention_tasks
from govstack.pillars.learn.searching import api as searching
from govstack.pillars.learn.searching import pages as searching_pages
from govstack.pillars.learn.searching import tasks as searching_tasks
from govstack.pillars.learn.seeding.service import install
from govstack.pillars.learn.splits import api as splits
from govstack.pillars.learn.splits import pages as splits_pages
from govstack.pillars.learn.splits import service as splits_service
from govstack.pillars.learn.splits.model import VOCABULARIES
from govstack.pillars.learn.transfer import api as transfer
from govstack.pillars.learn.transfer import service as transfer_service
from govstack.pillars.learn.translations import api as translations
from govstack.pillars.learn.translations import pages as translations_pages
from govstack.pillars.learn.translations import service as translations_service
from govstack.pillars.learn.vocabularies import api as vocabularies

FAMILIES = (NEEDS, RESPONSE, LEARNING, KNOWING, CHANGE)
KINDS = tuple(kind for family in FAMILIES for kind in family.kinds)
KEEPING = (*(keeping for family in FAMILIES for keeping in family.keeping), splits_service.KEEPING)
# What takes the rows of files in.
FILES = {
    **{name: room for family in FAMILIES for name, room in family.files.items()},
    "records": transfer_service.files_of(KINDS),
    **directory_service.FILES,
}
API = joined(
    (
        *(routes for family in FAMILIES for routes in family.api),
        directory.routes,
        people.routes,
        splits.routes,
        vocabularies.routes,
        earning.routes,
        lookback.routes,
        exports.routes,
        intake.routes,
        dashboard.routes,
        searching.routes_of(KINDS),
        retention.routes_of(KEEPING),
        translations.routes_of(KINDS),
        *(transfer.routes_of(kind) for kind in KINDS),
        *(records.Operations(kind).routes for kind in KINDS),
    )
)
PAGES = joined(
    (
        front_pages.routes,
        front_pages.sections(KINDS),
        *(routes for family in FAMILIES for routes in family.pages),
        directory_pages.routes,
        lists_pages.routes_of(KINDS),
        splits_pages.routes,
        intake_pages.routes_of(FILES),
        publicity_pages.routes,
        earning_pages.routes,
        lookback_pages.routes,
        exports_pages.routes,
        studying_pages.course_page(earning_pages.at_course),
        badges_pages.my_page(earning_pages.ahead),
        dashboard_pages.routes,
        searching_pages.routes_of(KINDS),
        retention_pages.routes_of(KEEPING),
        translations_pages.routes_of(KINDS),
        *leading_pages.routes_of(KINDS),
        *proposals_pages.routes_of(KINDS),
        *(Register(kind, KINDS).routes for kind in KINDS),
    )
)
TASKS = {
    **intake_tasks.tasks(FILES),
    **searching_tasks.TASKS,
    **lookback_tasks.TASKS,
    **retention_tasks.tasks(KEEPING),
    **people_tasks.TASKS,
    **{name: task for family in FAMILIES for name, task in family.tasks.items()},
}
FORGETTING = (
    *(forget for family in FAMILIES for forget in family.forgetting),
    splits_service.forget,
    notices_service.forget,
)
SUBSCRIPTIONS = together(
    {ERASED: forgetting(FORGETTING)},
    *(room for family in FAMILIES for room in family.subscriptions),
    outcomes_tasks.SUBSCRIPTIONS,
    earning_tasks.SUBSCRIPTIONS,
    searching_tasks.subscriptions(KINDS),
)
EVENTS = {
    ERASED: "A person was erased; the id only",
    CHANGED: "A record was written, changed or archived; its kind and id only",
    **{name: what for family in FAMILIES for name, what in family.events_out.items()},
}


async def start(context: Context) -> None:
    """Bring what comes with the product where it is missing, in its languages."""
    await install(context)
    await splits_service.install(context)
    await translations_service.install(context)


async def fill_sandbox(context: Context) -> Seeded:
    """Bring the demo country of a sandbox."""
    return await country_service.fill(context, {kind.name: kind for kind in KINDS})


def sandbox_settings() -> Mapping[str, str]:
    """Return what the demo country decided: people may say of themselves all that figures can be split by."""
    return {splits_service.SETTING: ",".join(one.value for one in VOCABULARIES)}


def commands() -> typer.Typer:
    """Return the commands of GovLearn: to check a badge on a machine that has nothing but files."""
    app = typer.Typer(help="Badges and learner records.", no_args_is_help=True)

    @app.callback()
    def learn() -> None:
        """Badges and learner records."""

    @app.command()
    def verify(
        file: Annotated[Path, typer.Argument(help="Badge or record: JWT, JSON envelope, or picture (SVG, PNG).")],
        issuer: Annotated[list[Path], typer.Option(help="Copy of the did.json of an issuer that you trust.")],
        status: Annotated[list[Path] | None, typer.Option(help="Copy of a list of states.")] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON value for scripts.")] = False,
    ) -> None:
        """Check a badge offline, against keys and lists in files."""
        try:
            found = verifying_service.check_file(file, issuers=issuer, lists=status or ())
        except (OSError, ValueError) as error:
            raise LookupError("A file cannot be read, or is no did.json or list of states.") from error
        facts = {
            "verdict": found.verdict.value, "title": found.title, "issuer": found.issuer,
            "validUntil": found.expires_at, "statusAsOf": found.status_as_of,
            "members": [{"verdict": one.verdict.value, "title": one.title} for one in found.members],
        }  # fmt: skip
        plain = [VERDICTS[found.verdict], *(f"- {one.title}: {VERDICTS[one.verdict]}" for one in found.members)]
        typer.echo(json.dumps(facts) if as_json else "\n".join(plain))
        if found.verdict is not Verdict.VALID:
            raise typer.Exit(1)

    return app


MANIFEST = Manifest(
    name="learn",
    kind="pillar",
    title=_("Learning"),
    spec_version="0.9.0",
    root=Path(__file__).parent,
    api=API,
    pages=PAGES,
    navigation=PLACES,
    tasks=TASKS,
    subscriptions=SUBSCRIPTIONS,
    settings=(
        *intake_service.SETTINGS,
        *splits_service.SETTINGS,
        *notices_service.SETTINGS,
        *(setting for family in FAMILIES for setting in family.settings),
        *(keeping.setting for keeping in KEEPING),
    ),
    start=start,
    seed=fill_sandbox,
    sandbox_settings=sandbox_settings,
    events_out=EVENTS,
    scopes=SCOPES,
    cli=commands,
)
