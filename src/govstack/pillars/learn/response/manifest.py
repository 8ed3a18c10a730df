"""The card of this family of rooms to the pillar; each room adds its own routes, tasks and settings here."""

from __future__ import annotations

from govstack.pillars.learn.families.tasks import Family
from govstack.pillars.learn.response.attendance import api as attendance
from govstack.pillars.learn.response.attendance import pages as attendance_pages
from govstack.pillars.learn.response.attendance import service as attendance_service
from govstack.pillars.learn.response.centres import api as centres
from govstack.pillars.learn.response.centres import pages as centres_pages
from govstack.pillars.learn.response.centres import service as centres_service
from govstack.pillars.learn.response.centres import tasks as centres_tasks
from govstack.pillars.learn.response.coaching import api as coaching
from govstack.pillars.learn.response.coaching import pages as coaching_pages
from govstack.pillars.learn.response.coaching import service as coaching_service
from govstack.pillars.learn.response.desk import api as desk
from govstack.pillars.learn.response.desk import pages as desk_pages
from govstack.pillars.learn.response.enrolment import api as enrolment
from govstack.pillars.learn.response.enrolment import service as enrolment_service
from govstack.pillars.learn.response.enrolment import tasks as enrolment_tasks
from govstack.pillars.learn.response.followups import api as followups
from govstack.pillars.learn.response.followups import pages as followups_pages
from govstack.pillars.learn.response.followups import service as followups_service
from govstack.pillars.learn.response.interchange import api as interchange
from govstack.pillars.learn.response.interchange import pages as interchange_pages
from govstack.pillars.learn.response.making import api as making
from govstack.pillars.learn.response.making import pages as making_pages
from govstack.pillars.learn.response.materials import api as materials
from govstack.pillars.learn.response.materials import pages as materials_pages
from govstack.pillars.learn.response.materials import service as materials_service
from govstack.pillars.learn.response.materials import tasks as materials_tasks
from govstack.pillars.learn.response.myself import pages as myself_pages
from govstack.pillars.learn.response.offerings import api as offerings
from govstack.pillars.learn.response.offerings import pages as offerings_pages
from govstack.pillars.learn.response.offerings import service as offerings_service
from govstack.pillars.learn.response.offerings.service import CHANGED as SESSION_CHANGED
from govstack.pillars.learn.response.paths import api as paths
from govstack.pillars.learn.response.paths import pages as paths_pages
from govstack.pillars.learn.response.programmes import api as programmes
from govstack.pillars.learn.response.programmes import pages as programmes_pages
from govstack.pillars.learn.response.programmes.model import KINDS as PROGRAMMES
from govstack.pillars.learn.response.recommending import api as recommending
from govstack.pillars.learn.response.recommending import pages as recommending_pages
from govstack.pillars.learn.response.reusing import api as reusing
from govstack.pillars.learn.response.reusing import pages as reusing_pages
from govstack.pillars.learn.response.trainers import api as trainers
from govstack.pillars.learn.response.trainers import pages as trainers_pages
from govstack.pillars.learn.response.trainers import service as trainers_service
from govstack.pillars.learn.response.typologies import api as typologies
from govstack.pillars.learn.response.typologies import service as typologies_service

FAMILY = Family(
    api=(
        materials.routes,
        making.routes,
        programmes.routes,
        typologies.routes,
        offerings.routes,
        interchange.routes,
        enrolment.routes,
        attendance.routes,
        desk.routes,
        trainers.routes,
        coaching.routes,
        centres.routes,
        paths.routes,
        recommending.routes,
        reusing.routes,
        followups.routes,
    ),
    pages=(
        materials_pages.routes,
        making_pages.routes,
        myself_pages.routes,
        attendance_pages.routes,
        desk_pages.routes,
        interchange_pages.routes,
        offerings_pages.routes,
        trainers_pages.routes,
        coaching_pages.routes,
        centres_pages.routes,
        paths_pages.routes,
        recommending_pages.routes,
        reusing_pages.routes,
        followups_pages.routes,
        programmes_pages.routes,
    ),
    tasks={
        **materials_tasks.TASKS,
        **enrolment_tasks.TASKS,
    },
    subscriptions=(
        enrolment_tasks.SUBSCRIPTIONS,
        centres_tasks.SUBSCRIPTIONS,
    ),
    settings=(
        *materials_service.SETTINGS,
        *typologies_service.SETTINGS,
        *offerings_service.SETTINGS,
        *attendance_service.SETTINGS,
        *enrolment_service.SETTINGS,
        *followups_service.SETTINGS,
    ),
    events_out={
        materials_service.PUBLISHED: "A version of material was published; its id and version",
        SESSION_CHANGED: "A session of a course was entered or changed; its id",
        enrolment_service.CHANGED: "An enrolment moved on; its id, the session and the new state",
        attendance_service.CERTIFIED: "Somebody got the certificate of a course; ids only, with that of the enrolment",
        attendance_service.CORRECTED: "What a certificate rests on was put right; ids of person, course, enrolment",
        centres_service.UPDATED: "A centre works with an older version of material than there is; ids and the version",
    },
    kinds=(*PROGRAMMES,),
    keeping=(
        enrolment_service.KEEPING,
        coaching_service.KEEPING,
    ),
    forgetting=(
        materials_service.forget,
        enrolment_service.forget,
        trainers_service.forget,
        coaching_service.forget,
        centres_service.forget,
    ),
)
