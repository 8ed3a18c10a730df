"""The card of this family of rooms to the pillar; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from govstack.pillars.learn.families.tasks import Family
from govstack.pillars.learn.learning.achievements import api as achievements
from govstack.pillars.learn.learning.achievements import pages as achievements_pages
from govstack.pillars.learn.learning.analytics import api as analytics
from govstack.pillars.learn.learning.analytics import pages as analytics_pages
from govstack.pillars.learn.learning.analytics import service as analytics_service
from govstack.pillars.learn.learning.analytics import tasks as analytics_tasks
from govstack.pillars.learn.learning.attachments import service as attachments_service
from govstack.pillars.learn.learning.badges import api as badges
from govstack.pillars.learn.learning.badges import pages as badges_pages
from govstack.pillars.learn.learning.badges import service as badges_service
from govstack.pillars.learn.learning.badges import tasks as badges_tasks
from govstack.pillars.learn.learning.certificates import api as certificates
from govstack.pillars.learn.learning.certificates import pages as certificates_pages
from govstack.pillars.learn.learning.certificates import service as certificates_service
from govstack.pillars.learn.learning.choosing import pages as choosing_pages
from govstack.pillars.learn.learning.choosing import tasks as choosing_tasks
from govstack.pillars.learn.learning.consents import service as consents_service
from govstack.pillars.learn.learning.courses import api as courses
from govstack.pillars.learn.learning.courses import pages as courses_pages
from govstack.pillars.learn.learning.courses import service as courses_service
from govstack.pillars.learn.learning.documents import api as documents
from govstack.pillars.learn.learning.documents import tasks as documents_tasks
from govstack.pillars.learn.learning.grades import api as grades
from govstack.pillars.learn.learning.grades import pages as grades_pages
from govstack.pillars.learn.learning.grades import service as grades_service
from govstack.pillars.learn.learning.handover import api as handover
from govstack.pillars.learn.learning.handover import pages as handover_pages
from govstack.pillars.learn.learning.helpdesk import api as helpdesk
from govstack.pillars.learn.learning.helpdesk import pages as helpdesk_pages
from govstack.pillars.learn.learning.helpdesk import service as helpdesk_service
from govstack.pillars.learn.learning.helpdesk import tasks as helpdesk_tasks
from govstack.pillars.learn.learning.launches import api as launches
from govstack.pillars.learn.learning.launches import pages as launches_pages
from govstack.pillars.learn.learning.launches import service as launches_service
from govstack.pillars.learn.learning.launches import tasks as launches_tasks
from govstack.pillars.learn.learning.members import api as members
from govstack.pillars.learn.learning.outlines import api as outlines
from govstack.pillars.learn.learning.outlines import pages as outlines_pages
from govstack.pillars.learn.learning.packages import api as packages
from govstack.pillars.learn.learning.packages import pages as packages_pages
from govstack.pillars.learn.learning.packages import service as packages_service
from govstack.pillars.learn.learning.packages import tasks as packages_tasks
from govstack.pillars.learn.learning.platforms import api as platforms
from govstack.pillars.learn.learning.platforms import pages as platforms_pages
from govstack.pillars.learn.learning.platforms import service as platforms_service
from govstack.pillars.learn.learning.platforms import tasks as platforms_tasks
from govstack.pillars.learn.learning.players import service as players_service
from govstack.pillars.learn.learning.reading import api as reading
from govstack.pillars.learn.learning.reading import pages as reading_pages
from govstack.pillars.learn.learning.statements import api as statements
from govstack.pillars.learn.learning.statements import tasks as statements_tasks
from govstack.pillars.learn.learning.statements.service import STORED
from govstack.pillars.learn.learning.structures import api as structures
from govstack.pillars.learn.learning.structures import pages as structures_pages
from govstack.pillars.learn.learning.studying import api as studying
from govstack.pillars.learn.learning.studying import pages as studying_pages
from govstack.pillars.learn.learning.studying import service as studying_service
from govstack.pillars.learn.learning.studying import tasks as studying_tasks
from govstack.pillars.learn.learning.transcripts import api as transcripts
from govstack.pillars.learn.learning.transcripts import pages as transcripts_pages
from govstack.pillars.learn.learning.verifying import api as verifying
from govstack.pillars.learn.learning.verifying import pages as verifying_pages
from govstack.pillars.learn.learning.verifying import service as verifying_service

FAMILY = Family(
    api=(
        courses.routes,
        handover.routes,
        outlines.routes,
        packages.routes,
        studying.routes,
        reading.routes,
        helpdesk.routes,
        achievements.routes,
        badges.routes,
        certificates.routes,
        transcripts.routes,
        verifying.routes,
        statements.routes,
        documents.routes,
        launches.routes,
        structures.routes,
        platforms.routes,
        grades.routes,
        members.routes,
        analytics.routes,
    ),
    pages=(
        courses_pages.routes,
        courses_pages.course_page(outlines_pages.new_sections),
        handover_pages.routes,
        outlines_pages.routes,
        packages_pages.routes,
        studying_pages.routes,
        reading_pages.routes,
        helpdesk_pages.routes,
        badges.well_known,
        achievements_pages.routes,
        badges_pages.routes,
        certificates_pages.routes,
        transcripts_pages.routes,
        verifying_pages.routes,
        launches_pages.routes,
        structures_pages.routes,
        platforms_pages.routes,
        choosing_pages.routes,
        grades_pages.routes,
        analytics_pages.routes,
    ),
    tasks={
        **packages_tasks.TASKS,
        **badges_tasks.TASKS,
        **launches_tasks.TASKS,
        **choosing_tasks.TASKS,
        **analytics_tasks.TASKS,
        **helpdesk_tasks.TASKS,
    },
    subscriptions=(
        studying_tasks.SUBSCRIPTIONS,
        # Figures count what there is of an erased person before it goes.
        analytics_tasks.SUBSCRIPTIONS,
        statements_tasks.SUBSCRIPTIONS,
        documents_tasks.SUBSCRIPTIONS,
        launches_tasks.SUBSCRIPTIONS,
        platforms_tasks.SUBSCRIPTIONS,
        choosing_tasks.SUBSCRIPTIONS,
    ),
    settings=(
        *packages_service.SETTINGS,
        *players_service.SETTINGS,
        *badges_service.SETTINGS,
        *verifying_service.SETTINGS,
        *attachments_service.SETTINGS,
        *launches_service.SETTINGS,
        *platforms_service.SETTINGS,
        *analytics_service.SETTINGS,
        *consents_service.SETTINGS,
    ),
    events_out={
        packages_service.DONE: "A learner has done a part of a package; ids only",
        courses_service.PUBLISHED: "A version of a course was published; its id and version",
        studying_service.COMPLETED: "A learner completed a course; ids and the version only",
        helpdesk_service.ANSWERED: "A helpdesk answered a question about a course; ids only",
        badges_service.ISSUED: "A badge was issued; ids, competency and level only",
        badges_service.REVOKED: "A badge was revoked; ids, competency and level only",
        badges_service.SUSPENDED: "A badge was suspended; ids, competency and level only",
        badges_service.RESTORED: "A suspended badge counts again; ids, competency and level only",
        STORED: "Statements of learning were stored; the registrations they belong to",
        grades_service.SCORED: "A tool sent a grade of a learner; ids only",
        launches_service.SATISFIED: "A unit of a course is satisfied for a learner; ids only",
    },
    keeping=(analytics_service.KEEPING, helpdesk_service.KEEPING),
    forgetting=(
        packages_service.forget,
        studying_service.forget,
        helpdesk_service.forget,
        badges_service.forget,
        certificates_service.forget,
        grades_service.forget,
    ),
)
