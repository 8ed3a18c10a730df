"""The card of this family of rooms to the pillar; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from govstack.kernel.manifest import Task
from govstack.pillars.learn.families.tasks import Family
from govstack.pillars.learn.needs.answers import api as answers
from govstack.pillars.learn.needs.answers import pages as answers_pages
from govstack.pillars.learn.needs.answers import service as answers_service
from govstack.pillars.learn.needs.assets.model import KINDS as ASSETS
from govstack.pillars.learn.needs.campaigns import api as campaigns
from govstack.pillars.learn.needs.campaigns import pages as campaigns_pages
from govstack.pillars.learn.needs.campaigns import service as campaigns_service
from govstack.pillars.learn.needs.campaigns import tasks as campaigns_tasks
from govstack.pillars.learn.needs.campaigns.service import CLOSE
from govstack.pillars.learn.needs.drafting import pages as drafting_pages
from govstack.pillars.learn.needs.entering import api as entering
from govstack.pillars.learn.needs.entering import pages as entering_pages
from govstack.pillars.learn.needs.entering import service as entering_service
from govstack.pillars.learn.needs.fieldwork import api as fieldwork
from govstack.pillars.learn.needs.fieldwork import pages as fieldwork_pages
from govstack.pillars.learn.needs.findings import api as findings
from govstack.pillars.learn.needs.findings import pages as findings_pages
from govstack.pillars.learn.needs.frameworks import api as frameworks
from govstack.pillars.learn.needs.frameworks import pages as frameworks_pages
from govstack.pillars.learn.needs.gaps import api as gaps
from govstack.pillars.learn.needs.gaps import service as gaps_service
from govstack.pillars.learn.needs.instruments import api as instruments
from govstack.pillars.learn.needs.instruments import pages as instruments_pages
from govstack.pillars.learn.needs.interchange import api as interchange
from govstack.pillars.learn.needs.interchange import pages as interchange_pages
from govstack.pillars.learn.needs.items import api as items
from govstack.pillars.learn.needs.items import pages as items_pages
from govstack.pillars.learn.needs.matrix import api as matrix
from govstack.pillars.learn.needs.matrix import pages as matrix_pages
from govstack.pillars.learn.needs.profiles import api as profiles
from govstack.pillars.learn.needs.profiles import pages as profiles_pages
from govstack.pillars.learn.needs.psychometrics import api as psychometrics
from govstack.pillars.learn.needs.psychometrics import pages as psychometrics_pages
from govstack.pillars.learn.needs.psychometrics import service as psychometrics_service
from govstack.pillars.learn.needs.qti import api as qti
from govstack.pillars.learn.needs.qti import pages as qti_pages
from govstack.pillars.learn.needs.ratings import api as ratings
from govstack.pillars.learn.needs.ratings import service as ratings_service
from govstack.pillars.learn.needs.skills import pages as skills_pages
from govstack.pillars.learn.needs.stakeholders import pages as stakeholders_pages
from govstack.pillars.learn.needs.stakeholders.model import KINDS as STAKEHOLDERS
from govstack.pillars.learn.needs.teams import api as teams
from govstack.pillars.learn.needs.teams import pages as teams_pages
from govstack.pillars.learn.needs.teams.model import KINDS as TEAMS
from govstack.pillars.learn.needs.tests import api as tests
from govstack.pillars.learn.needs.tests import pages as tests_pages
from govstack.pillars.learn.needs.tests import service as tests_service
from govstack.pillars.learn.needs.tests import tasks as tests_tasks
from govstack.pillars.learn.needs.uploads import api as uploads
from govstack.pillars.learn.needs.uploads import pages as uploads_pages
from govstack.pillars.learn.needs.uploads import service as uploads_service

FAMILY = Family(
    api=(
        entering.routes,
        frameworks.routes,
        gaps.routes,
        interchange.routes,
        matrix.routes,
        profiles.routes,
        ratings.routes,
        items.routes,
        tests.routes,
        psychometrics.routes,
        qti.routes,
        instruments.routes,
        campaigns.routes,
        answers.routes,
        uploads.routes,
        fieldwork.routes,
        findings.routes,
        teams.routes,
    ),
    pages=(
        entering_pages.routes,
        frameworks_pages.routes,
        interchange_pages.routes,
        matrix_pages.routes,
        profiles_pages.routes,
        skills_pages.routes,
        instruments_pages.routes,
        drafting_pages.routes,
        campaigns_pages.routes,
        campaigns_pages.campaign_page(answers_pages.rated),
        answers_pages.routes,
        uploads_pages.routes,
        fieldwork_pages.routes,
        findings_pages.routes,
        items_pages.routes,
        tests_pages.routes,
        psychometrics_pages.routes,
        qti_pages.routes,
        stakeholders_pages.routes,
        teams_pages.routes,
    ),
    tasks={
        CLOSE: Task(campaigns_tasks.close_overdue, every_seconds=campaigns_tasks.CLOSE_SECONDS),
        **tests_tasks.TASKS,
    },
    settings=(
        *gaps_service.SETTINGS,
        *ratings_service.SETTINGS,
        *psychometrics_service.SETTINGS,
        *campaigns_service.SETTINGS,
    ),
    events_out={
        answers_service.ANSWERED: "Responses to a campaign came in; its id and how many",
        ratings_service.RATED: "People were rated; their ids only",
        tests_service.SCORED: "What a test says of one competency of a person; ids and per cent only",
    },
    kinds=(
        *STAKEHOLDERS,
        *ASSETS,
        *TEAMS,
    ),
    keeping=(
        answers_service.KEEPING,
        tests_service.KEEPING,
    ),
    forgetting=(
        ratings_service.forget,
        answers_service.forget,
        tests_service.forget,
    ),
    files={"answers": uploads_service.FILES, "ratings": entering_service.FILES},
)
