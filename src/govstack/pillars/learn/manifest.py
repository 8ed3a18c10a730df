"""The card of GovLearn to the host; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest, Seeded, Task, TaskHandler
from govstack.kernel.routing import Routes
from govstack.kernel.settings import Setting
from govstack.pillars.learn.academia.model import KINDS as ACADEMIA
from govstack.pillars.learn.achievements import api as achievements
from govstack.pillars.learn.achievements import pages as achievements_pages
from govstack.pillars.learn.analytics import api as analytics
from govstack.pillars.learn.analytics import pages as analytics_pages
from govstack.pillars.learn.analytics import service as analytics_service
from govstack.pillars.learn.analytics import tasks as analytics_tasks
from govstack.pillars.learn.answers import api as answers
from govstack.pillars.learn.answers import pages as answers_pages
from govstack.pillars.learn.answers import service as answers_service
from govstack.pillars.learn.assets.model import KINDS as ASSETS
from govstack.pillars.learn.attendance import api as attendance
from govstack.pillars.learn.attendance import pages as attendance_pages
from govstack.pillars.learn.attendance import service as attendance_service
from govstack.pillars.learn.badges import api as badges
from govstack.pillars.learn.badges import pages as badges_pages
from govstack.pillars.learn.badges import service as badges_service
from govstack.pillars.learn.badges import tasks as badges_tasks
from govstack.pillars.learn.campaigns import api as campaigns
from govstack.pillars.learn.campaigns import pages as campaigns_pages
from govstack.pillars.learn.campaigns import tasks as campaigns_tasks
from govstack.pillars.learn.campaigns.service import CLOSE
from govstack.pillars.learn.centres import api as centres
from govstack.pillars.learn.centres import pages as centres_pages
from govstack.pillars.learn.centres import service as centres_service
from govstack.pillars.learn.centres import tasks as centres_tasks
from govstack.pillars.learn.certificates import api as certificates
from govstack.pillars.learn.certificates import pages as certificates_pages
from govstack.pillars.learn.certificates import service as certificates_service
from govstack.pillars.learn.coaching import api as coaching
from govstack.pillars.learn.coaching import pages as coaching_pages
from govstack.pillars.learn.coaching import service as coaching_service
from govstack.pillars.learn.communities import api as communities
from govstack.pillars.learn.communities import pages as communities_pages
from govstack.pillars.learn.communities import service as communities_service
from govstack.pillars.learn.communities import tasks as communities_tasks
from govstack.pillars.learn.communities.model import KINDS as COMMUNITIES
from govstack.pillars.learn.country import service as country_service
from govstack.pillars.learn.courses import api as courses
from govstack.pillars.learn.courses import pages as courses_pages
from govstack.pillars.learn.dashboard import api as dashboard
from govstack.pillars.learn.dashboard import pages as dashboard_pages
from govstack.pillars.learn.desk import pages as desk_pages
from govstack.pillars.learn.discovery.model import KINDS as DISCOVERY
from govstack.pillars.learn.discussions import api as discussions
from govstack.pillars.learn.discussions import pages as discussions_pages
from govstack.pillars.learn.discussions import service as discussions_service
from govstack.pillars.learn.documents import api as documents
from govstack.pillars.learn.documents import tasks as documents_tasks
from govstack.pillars.learn.drafting import pages as drafting_pages
from govstack.pillars.learn.earning import api as earning
from govstack.pillars.learn.earning import pages as earning_pages
from govstack.pillars.learn.earning import tasks as earning_tasks
from govstack.pillars.learn.enrolment import api as enrolment
from govstack.pillars.learn.enrolment import service as enrolment_service
from govstack.pillars.learn.enrolment import tasks as enrolment_tasks
from govstack.pillars.learn.entering import api as entering
from govstack.pillars.learn.entering import pages as entering_pages
from govstack.pillars.learn.entering import service as entering_service
from govstack.pillars.learn.evaluation import pages as evaluation_pages
from govstack.pillars.learn.evaluation import service as evaluation_service
from govstack.pillars.learn.evaluation.model import KINDS as EVALUATION
from govstack.pillars.learn.excellence import api as excellence
from govstack.pillars.learn.excellence import pages as excellence_pages
from govstack.pillars.learn.excellence import service as excellence_service
from govstack.pillars.learn.excellence.model import KINDS as EXCELLENCE
from govstack.pillars.learn.feedback import api as feedback
from govstack.pillars.learn.feedback import pages as feedback_pages
from govstack.pillars.learn.feedback.model import KINDS as FEEDBACK
from govstack.pillars.learn.fieldwork import api as fieldwork
from govstack.pillars.learn.fieldwork import pages as fieldwork_pages
from govstack.pillars.learn.findings import api as findings
from govstack.pillars.learn.findings import pages as findings_pages
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.frame.presenters import PLACES
from govstack.pillars.learn.frameworks import api as frameworks
from govstack.pillars.learn.frameworks import pages as frameworks_pages
from govstack.pillars.learn.front import pages as front_pages
from govstack.pillars.learn.gaps import api as gaps
from govstack.pillars.learn.gaps import service as gaps_service
from govstack.pillars.learn.gatherings import api as gatherings
from govstack.pillars.learn.gatherings import pages as gatherings_pages
from govstack.pillars.learn.gatherings import service as gatherings_service
from govstack.pillars.learn.gatherings import tasks as gatherings_tasks
from govstack.pillars.learn.gatherings.model import KINDS as GATHERINGS
from govstack.pillars.learn.handover import api as handover
from govstack.pillars.learn.handover import pages as handover_pages
from govstack.pillars.learn.health import api as health
from govstack.pillars.learn.health import pages as health_pages
from govstack.pillars.learn.health import service as health_service
from govstack.pillars.learn.instruments import api as instruments
from govstack.pillars.learn.instruments import pages as instruments_pages
from govstack.pillars.learn.intake import api as intake
from govstack.pillars.learn.intake import pages as intake_pages
from govstack.pillars.learn.intake import tasks as intake_tasks
from govstack.pillars.learn.interchange import api as interchange
from govstack.pillars.learn.interchange import pages as interchange_pages
from govstack.pillars.learn.items import api as items
from govstack.pillars.learn.items import pages as items_pages
from govstack.pillars.learn.knowledge import api as knowledge
from govstack.pillars.learn.knowledge import pages as knowledge_pages
from govstack.pillars.learn.knowledge import service as knowledge_service
from govstack.pillars.learn.knowledge import tasks as knowledge_tasks
from govstack.pillars.learn.knowledge.model import KINDS as KNOWLEDGE
from govstack.pillars.learn.launches import api as launches
from govstack.pillars.learn.launches import pages as launches_pages
from govstack.pillars.learn.launches import service as launches_service
from govstack.pillars.learn.launches import tasks as launches_tasks
from govstack.pillars.learn.materials import api as materials
from govstack.pillars.learn.materials import pages as materials_pages
from govstack.pillars.learn.materials import service as materials_service
from govstack.pillars.learn.materials import tasks as materials_tasks
from govstack.pillars.learn.matrix import api as matrix
from govstack.pillars.learn.matrix import pages as matrix_pages
from govstack.pillars.learn.myself import pages as myself_pages
from govstack.pillars.learn.offerings import api as offerings
from govstack.pillars.learn.offerings import pages as offerings_pages
from govstack.pillars.learn.offerings.service import CHANGED as SESSION_CHANGED
from govstack.pillars.learn.onboarding import api as onboarding
from govstack.pillars.learn.onboarding import pages as onboarding_pages
from govstack.pillars.learn.onboarding import service as onboarding_service
from govstack.pillars.learn.opportunities import api as opportunities
from govstack.pillars.learn.opportunities import pages as opportunities_pages
from govstack.pillars.learn.opportunities import service as opportunities_service
from govstack.pillars.learn.outcomes import tasks as outcomes_tasks
from govstack.pillars.learn.outlines import api as outlines
from govstack.pillars.learn.outlines import pages as outlines_pages
from govstack.pillars.learn.packages import api as packages
from govstack.pillars.learn.packages import pages as packages_pages
from govstack.pillars.learn.packages import service as packages_service
from govstack.pillars.learn.packages import tasks as packages_tasks
from govstack.pillars.learn.paths import api as paths
from govstack.pillars.learn.paths import pages as paths_pages
from govstack.pillars.learn.people import api as people
from govstack.pillars.learn.people import pages as people_pages
from govstack.pillars.learn.people.service import ERASED
from govstack.pillars.learn.people.tasks import Forget, forgetting, together
from govstack.pillars.learn.platforms import api as platforms
from govstack.pillars.learn.platforms import pages as platforms_pages
from govstack.pillars.learn.platforms import tasks as platforms_tasks
from govstack.pillars.learn.playbook import api as playbook
from govstack.pillars.learn.playbook import pages as playbook_pages
from govstack.pillars.learn.playbook.model import KINDS as PLAYBOOK
from govstack.pillars.learn.profiles import api as profiles
from govstack.pillars.learn.profiles import pages as profiles_pages
from govstack.pillars.learn.programmes import api as programmes
from govstack.pillars.learn.programmes import pages as programmes_pages
from govstack.pillars.learn.programmes.model import KINDS as PROGRAMMES
from govstack.pillars.learn.psychometrics import api as psychometrics
from govstack.pillars.learn.psychometrics import pages as psychometrics_pages
from govstack.pillars.learn.psychometrics import service as psychometrics_service
from govstack.pillars.learn.publicity import pages as publicity_pages
from govstack.pillars.learn.qti import api as qti
from govstack.pillars.learn.qti import pages as qti_pages
from govstack.pillars.learn.ratings import api as ratings
from govstack.pillars.learn.ratings import service as ratings_service
from govstack.pillars.learn.recommending import api as recommending
from govstack.pillars.learn.recommending import pages as recommending_pages
from govstack.pillars.learn.records import api as records
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import CHANGED
from govstack.pillars.learn.registers.pages import Register
from govstack.pillars.learn.reviews import api as reviews
from govstack.pillars.learn.reviews import pages as reviews_pages
from govstack.pillars.learn.reviews import service as reviews_service
from govstack.pillars.learn.reviews.model import KINDS as REVIEWS
from govstack.pillars.learn.searching import api as searching
from govstack.pillars.learn.searching import pages as searching_pages
from govstack.pillars.learn.searching import tasks as searching_tasks
from govstack.pillars.learn.seeding.service import install
from govstack.pillars.learn.showcase import api as showcase
from govstack.pillars.learn.showcase import pages as showcase_pages
from govstack.pillars.learn.showcase.model import KINDS as SHOWCASE
from govstack.pillars.learn.skills import pages as skills_pages
from govstack.pillars.learn.stakeholders import pages as stakeholders_pages
from govstack.pillars.learn.stakeholders.model import KINDS as STAKEHOLDERS
from govstack.pillars.learn.statements import api as statements
from govstack.pillars.learn.statements import tasks as statements_tasks
from govstack.pillars.learn.statements.service import STORED
from govstack.pillars.learn.studying import api as studying
from govstack.pillars.learn.studying import pages as studying_pages
from govstack.pillars.learn.studying import service as studying_service
from govstack.pillars.learn.studying import tasks as studying_tasks
from govstack.pillars.learn.talent import api as talent
from govstack.pillars.learn.talent import pages as talent_pages
from govstack.pillars.learn.talent import service as talent_service
from govstack.pillars.learn.tests import api as tests
from govstack.pillars.learn.tests import pages as tests_pages
from govstack.pillars.learn.tests import service as tests_service
from govstack.pillars.learn.tests import tasks as tests_tasks
from govstack.pillars.learn.trainers import api as trainers
from govstack.pillars.learn.trainers import pages as trainers_pages
from govstack.pillars.learn.trainers import service as trainers_service
from govstack.pillars.learn.transcripts import api as transcripts
from govstack.pillars.learn.transcripts import pages as transcripts_pages
from govstack.pillars.learn.transfer import api as transfer
from govstack.pillars.learn.transfer import service as transfer_service
from govstack.pillars.learn.transitions import pages as transitions_pages
from govstack.pillars.learn.transitions.model import KINDS as TRANSITIONS
from govstack.pillars.learn.typologies import api as typologies
from govstack.pillars.learn.typologies import service as typologies_service
from govstack.pillars.learn.uploads import api as uploads
from govstack.pillars.learn.uploads import pages as uploads_pages
from govstack.pillars.learn.uploads import service as uploads_service
from govstack.pillars.learn.verifying import api as verifying
from govstack.pillars.learn.verifying import pages as verifying_pages
from govstack.pillars.learn.verifying import service as verifying_service
from govstack.pillars.learn.verifying.model import VERDICTS, Verdict
from govstack.pillars.learn.vocabularies import api as vocabularies

# A room joins by a line in these lists.
KINDS: tuple[Kind, ...] = (
    *STAKEHOLDERS, *ASSETS, *PROGRAMMES, *TRANSITIONS, *EVALUATION, *REVIEWS, *ACADEMIA, *SHOWCASE, *KNOWLEDGE,
    *FEEDBACK, *PLAYBOOK, *COMMUNITIES, *GATHERINGS, *DISCOVERY, *EXCELLENCE,
)  # fmt: skip
# What takes the rows of files in.
FILES = {
    "answers": uploads_service.FILES,
    "ratings": entering_service.FILES,
    "records": transfer_service.files_of(KINDS),
}
API = (
    courses.routes,
    handover.routes,
    materials.routes,
    outlines.routes,
    packages.routes,
    studying.routes,
    entering.routes,
    frameworks.routes,
    gaps.routes,
    interchange.routes,
    matrix.routes,
    profiles.routes,
    ratings.routes,
    people.routes,
    items.routes,
    tests.routes,
    psychometrics.routes,
    qti.routes,
    vocabularies.routes,
    programmes.routes,
    reviews.routes,
    showcase.routes,
    knowledge.routes,
    feedback.routes,
    playbook.routes,
    searching.routes_of(KINDS),
    *(room.routes for room in (communities, onboarding, health, opportunities, gatherings, discussions)),
    achievements.routes,
    badges.routes,
    earning.routes,
    certificates.routes,
    transcripts.routes,
    verifying.routes,
    typologies.routes,
    offerings.routes,
    enrolment.routes,
    attendance.routes,
    trainers.routes,
    coaching.routes,
    centres.routes,
    paths.routes,
    recommending.routes,
    instruments.routes,
    campaigns.routes,
    answers.routes,
    uploads.routes,
    intake.routes,
    fieldwork.routes,
    findings.routes,
    excellence.routes,
    talent.routes,
    dashboard.routes,
    *(transfer.routes_of(kind) for kind in KINDS),
    *(records.Operations(kind).routes for kind in KINDS),
    statements.routes,
    documents.routes,
    launches.routes,
    platforms.routes,
    analytics.routes,
)
PAGES = (
    front_pages.routes,
    front_pages.sections(KINDS),
    courses_pages.routes,
    handover_pages.routes,
    materials_pages.routes,
    outlines_pages.routes,
    packages_pages.routes,
    studying_pages.routes,
    entering_pages.routes,
    frameworks_pages.routes,
    interchange_pages.routes,
    matrix_pages.routes,
    profiles_pages.routes,
    skills_pages.routes,
    people_pages.routes,
    instruments_pages.routes,
    drafting_pages.routes,
    campaigns_pages.routes,
    answers_pages.routes,
    uploads_pages.routes,
    intake_pages.routes_of(FILES),
    fieldwork_pages.routes,
    findings_pages.routes,
    items_pages.routes,
    tests_pages.routes,
    psychometrics_pages.routes,
    qti_pages.routes,
    publicity_pages.routes,
    myself_pages.routes,
    attendance_pages.routes,
    desk_pages.routes,
    offerings_pages.routes,
    trainers_pages.routes,
    coaching_pages.routes,
    centres_pages.routes,
    paths_pages.routes,
    recommending_pages.routes,
    excellence_pages.routes,
    talent_pages.routes,
    dashboard_pages.routes,
    stakeholders_pages.routes,
    programmes_pages.routes,
    transitions_pages.routes,
    evaluation_pages.routes,
    reviews_pages.routes,
    showcase_pages.routes,
    knowledge_pages.routes,
    feedback_pages.routes,
    playbook_pages.routes,
    searching_pages.routes_of(KINDS),
    communities_pages.routes,
    onboarding_pages.routes,
    health_pages.routes,
    *(room.routes for room in (opportunities_pages, gatherings_pages, discussions_pages)),
    *(Register(kind, KINDS).routes for kind in KINDS),
    badges.well_known,
    achievements_pages.routes,
    badges_pages.routes,
    earning_pages.routes,
    certificates_pages.routes,
    transcripts_pages.routes,
    verifying_pages.routes,
    launches_pages.routes,
    platforms_pages.routes,
    analytics_pages.routes,
)
TASKS: Mapping[str, Task] = {
    CLOSE: Task(campaigns_tasks.close_overdue, every_seconds=campaigns_tasks.CLOSE_SECONDS),
    **intake_tasks.tasks(FILES),
    **materials_tasks.TASKS,
    **packages_tasks.TASKS,
    **badges_tasks.TASKS,
    **searching_tasks.TASKS,
    **communities_tasks.TASKS,
    **gatherings_tasks.TASKS,
    **tests_tasks.TASKS,
    **launches_tasks.TASKS,
    **analytics_tasks.TASKS,
    **enrolment_tasks.TASKS,
}
# What each room takes away of a person who is erased.
FORGETTING: tuple[Forget, ...] = (
    materials_service.forget, packages_service.forget, studying_service.forget, ratings_service.forget,
    reviews_service.forget, badges_service.forget, certificates_service.forget, answers_service.forget,
    tests_service.forget, enrolment_service.forget, trainers_service.forget, coaching_service.forget,
    communities_service.forget, opportunities_service.forget, gatherings_service.forget, discussions_service.forget,
    onboarding_service.forget,
    talent_service.forget,
)  # fmt: skip
SUBSCRIPTIONS: Mapping[str, TaskHandler] = together(
    {ERASED: forgetting(FORGETTING)},
    enrolment_tasks.SUBSCRIPTIONS,
    outcomes_tasks.SUBSCRIPTIONS,
    studying_tasks.SUBSCRIPTIONS,
    earning_tasks.SUBSCRIPTIONS,
    statements_tasks.SUBSCRIPTIONS,
    documents_tasks.SUBSCRIPTIONS,
    launches_tasks.SUBSCRIPTIONS,
    platforms_tasks.SUBSCRIPTIONS,
    analytics_tasks.SUBSCRIPTIONS,
    knowledge_tasks.SUBSCRIPTIONS,
    searching_tasks.subscriptions(KINDS),
    gatherings_tasks.SUBSCRIPTIONS,
    centres_tasks.SUBSCRIPTIONS,
)
SETTINGS: tuple[Setting, ...] = (
    *materials_service.SETTINGS, *packages_service.SETTINGS, *gaps_service.SETTINGS, *ratings_service.SETTINGS,
    *evaluation_service.SETTINGS, *badges_service.SETTINGS, *verifying_service.SETTINGS,
    *knowledge_service.SETTINGS, *psychometrics_service.SETTINGS, *communities_service.SETTINGS,
    *health_service.SETTINGS, *launches_service.SETTINGS, *analytics_service.SETTINGS,
    *typologies_service.SETTINGS, *attendance_service.SETTINGS, *enrolment_service.SETTINGS,
    *excellence_service.SETTINGS,
)  # fmt: skip
EVENTS = {
    answers_service.ANSWERED: "Responses to a campaign came in; its id and how many",
    communities_service.REVIEW_OPENED: "A community that fell quiet is reviewed; its id only",
    opportunities_service.DONE: "What a member did for a community was confirmed; ids only",
    materials_service.PUBLISHED: "A version of material was published; its id and version",
    packages_service.DONE: "A learner has done a part of a package; ids only",
    studying_service.COMPLETED: "A learner completed a course; ids and the version only",
    ratings_service.RATED: "People were rated; their ids only",
    ERASED: "A person was erased; the id only",
    tests_service.SCORED: "What a test says of one competency of a person; ids and per cent only",
    SESSION_CHANGED: "A session of a course was entered or changed; its id",
    enrolment_service.CHANGED: "An enrolment moved on; its id, the session and the new state",
    attendance_service.CERTIFIED: "Somebody got the certificate of a course; ids only, with that of the enrolment",
    centres_service.UPDATED: "A centre works with an older version of material than there is; ids and the version",
    CHANGED: "A record was written, changed or archived; its kind and id only",
    knowledge_service.PUBLISHED: "An item of knowledge was published (edition 0: withdrawn); its id only",
    badges_service.ISSUED: "A badge was issued; ids, competency and level only",
    badges_service.REVOKED: "A badge was revoked; ids, competency and level only",
    badges_service.SUSPENDED: "A badge was suspended; ids, competency and level only",
    badges_service.RESTORED: "A suspended badge counts again; ids, competency and level only",
    STORED: "Statements of learning were stored; the registrations they belong to",
    launches_service.SATISFIED: "A unit of a course is satisfied for a learner; ids only",
}


def _joined(rooms: tuple[Routes, ...], face: Routes) -> Routes:
    for room in rooms:
        face.operations.extend(room.operations)
    return face


async def fill_sandbox(context: Context) -> Seeded:
    """Bring the demo country of a sandbox."""
    return await country_service.fill(context, {kind.name: kind for kind in KINDS})


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
    api=_joined(API, Routes()),
    pages=_joined(PAGES, Routes()),
    navigation=PLACES,
    tasks=TASKS,
    subscriptions=SUBSCRIPTIONS,
    settings=SETTINGS,
    start=install,
    seed=fill_sandbox,
    events_out=EVENTS,
    scopes=SCOPES,
    cli=commands,
)
