"""Which lists go out whole, who may have each, and how each is a table. JSON holds what the list itself answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import msgspec

from govstack.kernel.errors import Problem
from govstack.kernel.routing import Access, Answer, Call, by_policy, needs, public, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import file_answer, table_answer
from govstack.pillars.learn.exports.model import Shape, head
from govstack.pillars.learn.exports.service import Things, at_once, each_as, to_the_end
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN, TEACH
from govstack.pillars.learn.knowing.playbook import service as playbook
from govstack.pillars.learn.knowing.playbook.schemas import TicketShown, ticket_shown
from govstack.pillars.learn.learning.achievements import service as achievements
from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.learning.helpdesk import service as helpdesk
from govstack.pillars.learn.learning.helpdesk.model import Question as CourseQuestion
from govstack.pillars.learn.learning.platforms import service as platforms
from govstack.pillars.learn.learning.platforms.schemas import LinkShown, ToolShown
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.schemas import CampaignAnswer
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.schemas import Gap, gap
from govstack.pillars.learn.needs.profiles import service as profiles
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.needs.ratings import service as ratings
from govstack.pillars.learn.needs.ratings.errors import NotYoursToSee
from govstack.pillars.learn.needs.tests import service as tests
from govstack.pillars.learn.needs.tests.model import Test
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Organisation, Person
from govstack.pillars.learn.response.coaching import service as coaching
from govstack.pillars.learn.response.coaching.model import Coaching
from govstack.pillars.learn.response.materials import service as materials
from govstack.pillars.learn.response.materials.model import Licence
from govstack.pillars.learn.response.paths import service as paths
from govstack.pillars.learn.response.paths.model import Path
from govstack.pillars.learn.response.trainers import service as trainers
from govstack.pillars.learn.response.trainers.model import Certification
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Term as OfferingWord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.model import Term

LEARNER = "/{learnerId}"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that goes out whole: its name, who may have it, what its things are, and where they are read."""

    name: str
    label: str
    access: Access
    kind: type[msgspec.Struct]
    read: Callable[[Call], Awaitable[Things]]
    each: str = ""
    of: str = ""
    errors: tuple[type[Problem], ...] = ()

    @property
    def address(self) -> str:
        """Return where it is handed out."""
        return f"/exports/{self.name}{self.of}"

    @property
    def called(self) -> str:
        """Return its name as the name of an operation holds it."""
        return "".join(part.title() for part in self.name.split("-"))

    async def export(self, call: Call) -> Answer:
        """Hand out the whole list as a file; whether it may be read is found out before the first byte."""
        file, things = Format(call.query.format), await self.read(call)
        if file is Format.JSON:
            return file_answer(self.name, file, _json(things))
        shape = Shape.of(self.kind, each=self.each)
        if shape.parted:
            # Only lists with a bound have texts by language: which languages there are is known when all was read.
            whole = [one async for part in things for one in part]
            heads, things = shape.heads(whole), at_once(whole)
        else:
            heads = shape.heads(())
        lines = (shape.lines(heads, part) async for part in things)
        return table_answer(self.name, file, [head(*one) for one in heads], lines)


async def _json(things: Things) -> AsyncIterator[bytes]:
    between = b"["
    async for part in things:
        for one in part:
            yield between + b"\n" + msgspec.json.encode(one)
            between = b","
    yield b"[]" if between == b"[" else b"\n]"


async def _organisations(call: Call) -> Things:
    return at_once((await people.tree(call.context)).by_id.values())


async def _people(call: Call) -> Things:
    return to_the_end(lambda after, limit: people.listed(call.context, after=after, limit=limit))


async def _profiles(call: Call) -> Things:
    return at_once(await profiles.profiles(call.context))


async def _gaps(call: Call) -> Things:
    learner = call.path["learnerId"]
    await ratings.require_sight(call.context, by=call.actor, person_id=learner)
    found = await gaps.required_of(call.context, person_ids=[learner])
    return at_once(gap(one) for one in found[learner])


async def _campaigns(call: Call) -> Things:
    found = to_the_end(lambda before, limit: campaigns.listed(call.context, before=before, limit=limit))
    return each_as(found, CampaignAnswer.of)


async def _tests(call: Call) -> Things:
    return to_the_end(lambda after, limit: tests.listed(call.context, after=after, limit=limit))


async def _paths(call: Call) -> Things:
    return at_once(await paths.listed(call.context))


async def _certifications(call: Call) -> Things:
    return to_the_end(lambda after, limit: trainers.listed(call.context, after=after, limit=limit))


async def _coachings(call: Call) -> Things:
    return to_the_end(lambda after, limit: coaching.listed(call.context, after=after, limit=limit))


async def _course_questions(call: Call) -> Things:
    return to_the_end(lambda after, limit: helpdesk.listed(call.context, after=after, limit=limit))


async def _licences(call: Call) -> Things:
    return at_once((await materials.licences(call.context)).values())


async def _offering_words(call: Call) -> Things:
    return at_once((await typologies.vocabulary(call.context)).terms.values())


async def _words(call: Call) -> Things:
    names = [name for name, _count in await vocabularies.vocabularies(call.context)]
    known = await vocabularies.terms(call.context, vocabularies=names)
    return at_once(term for name in names for term in known[name])


async def _achievements(call: Call) -> Things:
    return to_the_end(lambda after, limit: achievements.listed(call.context, after=after, limit=limit))


async def _tools(call: Call) -> Things:
    return at_once(ToolShown.of(one, call.context.public_url) for one in await platforms.tools(call.context))


async def _links(call: Call) -> Things:
    return at_once(LinkShown.of(one) for one in await platforms.links(call.context))


async def _tickets(call: Call) -> Things:
    found = to_the_end(lambda after, limit: playbook.tickets(call.context, by=call.actor, after=after, limit=limit))
    return each_as(found, ticket_shown)


SEEN = by_policy("is the person, their manager or the training unit")
LISTINGS = (
    Listing("organisations", "Organisations", signed_in(), Organisation, _organisations),
    Listing("people", "People", needs(PLAN), Person, _people),
    Listing("profiles", "Profiles and what they require", signed_in(), Profile, _profiles, each="requirements"),
    Listing("gaps", "Gaps of a person", SEEN, Gap, _gaps, of=LEARNER, errors=(NotYoursToSee,)),
    Listing("campaigns", "Campaigns", needs(PLAN), CampaignAnswer, _campaigns),
    Listing("tests", "Tests and what each is made of", needs(TEACH), Test, _tests, each="blueprint"),
    Listing("paths", "Learning paths and their steps", public(), Path, _paths, each="steps"),
    Listing("certifications", "Certifications of trainers", needs(PLAN), Certification, _certifications),
    Listing("coachings", "Who coaches whom", needs(PLAN), Coaching, _coachings),
    Listing("course-questions", "What learners asked helpdesks", needs(TEACH), CourseQuestion, _course_questions),
    Listing("licences", "Licences of material", signed_in(), Licence, _licences),
    Listing("offering-words", "Words of offerings", public(), OfferingWord, _offering_words),
    Listing("vocabularies", "Words of vocabularies", public(), Term, _words),
    Listing("achievements", "What badges stand for", signed_in(), Achievement, _achievements),
    Listing("tools", "Tools of others", needs(ADMINISTER), ToolShown, _tools),
    Listing("tool-links", "Links to tools", signed_in(), LinkShown, _links),
    Listing("playbook-tickets", "What readers of the playbook said", needs(TEACH), TicketShown, _tickets),
)
