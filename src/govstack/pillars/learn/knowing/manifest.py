"""The card of this family of rooms to the pillar; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from govstack.pillars.learn.families.tasks import Family
from govstack.pillars.learn.knowing.academia.model import KINDS as ACADEMIA
from govstack.pillars.learn.knowing.agenda import api as agenda
from govstack.pillars.learn.knowing.agenda import pages as agenda_pages
from govstack.pillars.learn.knowing.agenda import tasks as agenda_tasks
from govstack.pillars.learn.knowing.communities import api as communities
from govstack.pillars.learn.knowing.communities import pages as communities_pages
from govstack.pillars.learn.knowing.communities import service as communities_service
from govstack.pillars.learn.knowing.communities import tasks as communities_tasks
from govstack.pillars.learn.knowing.communities.model import KINDS as COMMUNITIES
from govstack.pillars.learn.knowing.discovery import api as discovery
from govstack.pillars.learn.knowing.discovery import pages as discovery_pages
from govstack.pillars.learn.knowing.discovery.model import KINDS as DISCOVERY
from govstack.pillars.learn.knowing.discussions import api as discussions
from govstack.pillars.learn.knowing.discussions import pages as discussions_pages
from govstack.pillars.learn.knowing.discussions import service as discussions_service
from govstack.pillars.learn.knowing.excellence import api as excellence
from govstack.pillars.learn.knowing.excellence import pages as excellence_pages
from govstack.pillars.learn.knowing.excellence import service as excellence_service
from govstack.pillars.learn.knowing.excellence.model import KINDS as EXCELLENCE
from govstack.pillars.learn.knowing.feedback import api as feedback
from govstack.pillars.learn.knowing.feedback import pages as feedback_pages
from govstack.pillars.learn.knowing.feedback.model import KINDS as FEEDBACK
from govstack.pillars.learn.knowing.gatherings import api as gatherings
from govstack.pillars.learn.knowing.gatherings import pages as gatherings_pages
from govstack.pillars.learn.knowing.gatherings import service as gatherings_service
from govstack.pillars.learn.knowing.gatherings import tasks as gatherings_tasks
from govstack.pillars.learn.knowing.gatherings.model import KINDS as GATHERINGS
from govstack.pillars.learn.knowing.health import api as health
from govstack.pillars.learn.knowing.health import pages as health_pages
from govstack.pillars.learn.knowing.health import service as health_service
from govstack.pillars.learn.knowing.knowledge import api as knowledge
from govstack.pillars.learn.knowing.knowledge import pages as knowledge_pages
from govstack.pillars.learn.knowing.knowledge import service as knowledge_service
from govstack.pillars.learn.knowing.knowledge import tasks as knowledge_tasks
from govstack.pillars.learn.knowing.knowledge.model import KINDS as KNOWLEDGE
from govstack.pillars.learn.knowing.leading import api as leading
from govstack.pillars.learn.knowing.onboarding import api as onboarding
from govstack.pillars.learn.knowing.onboarding import pages as onboarding_pages
from govstack.pillars.learn.knowing.onboarding import service as onboarding_service
from govstack.pillars.learn.knowing.onboarding import tasks as onboarding_tasks
from govstack.pillars.learn.knowing.opportunities import api as opportunities
from govstack.pillars.learn.knowing.opportunities import pages as opportunities_pages
from govstack.pillars.learn.knowing.opportunities import service as opportunities_service
from govstack.pillars.learn.knowing.playbook import api as playbook
from govstack.pillars.learn.knowing.playbook import pages as playbook_pages
from govstack.pillars.learn.knowing.playbook.model import KINDS as PLAYBOOK
from govstack.pillars.learn.knowing.proposals import api as proposals
from govstack.pillars.learn.knowing.proposals import pages as proposals_pages
from govstack.pillars.learn.knowing.proposals import service as proposals_service
from govstack.pillars.learn.knowing.proposals import tasks as proposals_tasks
from govstack.pillars.learn.knowing.reviews import api as reviews
from govstack.pillars.learn.knowing.reviews import pages as reviews_pages
from govstack.pillars.learn.knowing.reviews import service as reviews_service
from govstack.pillars.learn.knowing.reviews.model import KINDS as REVIEWS
from govstack.pillars.learn.knowing.showcase import api as showcase
from govstack.pillars.learn.knowing.showcase import pages as showcase_pages
from govstack.pillars.learn.knowing.showcase.model import KINDS as SHOWCASE
from govstack.pillars.learn.knowing.talent import api as talent
from govstack.pillars.learn.knowing.talent import pages as talent_pages
from govstack.pillars.learn.knowing.talent import service as talent_service

FAMILY = Family(
    api=(
        reviews.routes,
        discovery.routes,
        showcase.routes,
        knowledge.routes,
        feedback.routes,
        playbook.routes,
        *(
            room.routes
            for room in (communities, leading, onboarding, health, opportunities, gatherings, agenda, discussions)
        ),
        proposals.routes,
        excellence.routes,
        talent.routes,
    ),
    pages=(
        proposals_pages.routes,
        excellence_pages.routes,
        talent_pages.routes,
        reviews_pages.routes,
        discovery_pages.routes,
        showcase_pages.routes,
        knowledge_pages.routes,
        feedback_pages.routes,
        playbook_pages.routes,
        communities_pages.routes,
        onboarding_pages.routes,
        health_pages.routes,
        *(room.routes for room in (opportunities_pages, gatherings_pages, agenda_pages, discussions_pages)),
    ),
    tasks={
        **communities_tasks.TASKS,
        **onboarding_tasks.TASKS,
        **proposals_tasks.TASKS,
        **gatherings_tasks.TASKS,
        **agenda_tasks.TASKS,
    },
    subscriptions=(
        knowledge_tasks.SUBSCRIPTIONS,
        agenda_tasks.SUBSCRIPTIONS,
    ),
    settings=(
        *knowledge_service.SETTINGS,
        *communities_service.SETTINGS,
        *health_service.SETTINGS,
        *excellence_service.SETTINGS,
    ),
    events_out={
        communities_service.REVIEW_OPENED: "A community that fell quiet is reviewed; its id only",
        opportunities_service.DONE: "What a member did for a community was confirmed; ids only",
        knowledge_service.PUBLISHED: "An item of knowledge was published (edition 0: withdrawn); its id only",
    },
    kinds=(
        *REVIEWS,
        *ACADEMIA,
        *SHOWCASE,
        *KNOWLEDGE,
        *FEEDBACK,
        *PLAYBOOK,
        *COMMUNITIES,
        *GATHERINGS,
        *DISCOVERY,
        *EXCELLENCE,
    ),
    keeping=(
        gatherings_service.KEEPING,
        gatherings_service.NEEDS_KEEPING,
        proposals_service.KEEPING,
        onboarding_service.KEEPING,
    ),
    forgetting=(
        reviews_service.forget,
        communities_service.forget,
        opportunities_service.forget,
        gatherings_service.forget,
        discussions_service.forget,
        onboarding_service.forget,
        talent_service.forget,
        proposals_service.forget,
    ),
)
