"""Use cases of the dashboard: all figures for those who plan and lead, and those that everybody may read."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Row
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.dashboard import store
from govstack.pillars.learn.dashboard.errors import NotPublic
from govstack.pillars.learn.dashboard.model import (
    CAMPAIGNS_SHOWN,
    COMPLETIONS_MAX,
    EVERY,
    GAPS_SHOWN,
    Dashboard,
    Figure,
    Group,
    Wanted,
    enough,
    shown,
)
from govstack.pillars.learn.dashboard.store import Counted
from govstack.pillars.learn.frame.model import ADMINISTER, LEAD, PLAN
from govstack.pillars.learn.knowing.agenda import service as agenda
from govstack.pillars.learn.learning.analytics.service import OPEN_SETTING
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.findings import service as findings
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.gaps import service as gaps
from govstack.pillars.learn.needs.gaps.model import Scope
from govstack.pillars.learn.needs.stakeholders import service as stakeholders
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Audience
from govstack.pillars.learn.response.programmes import service as journeys
from govstack.pillars.learn.response.programmes.model import APPROVED, PROGRAMME
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import Vocabulary, WordKind
from govstack.pillars.learn.splits import service as splits
from govstack.pillars.learn.splits.model import SMALL_CELL_SETTING

# Where the completions behind numbers of people trained are shown.
TRAINED = "/dashboard/people-trained"
# Reads what the public figures are made of; it leads and does not plan, so that gaps of few people are hidden from it.
PUBLIC = Actor("system", "public-dashboard", scopes=frozenset({LEAD}))


async def dashboard(context: Context, *, by: Actor) -> Dashboard:
    """Return all figures; whoever only leads sees no number of few people. Raises Forbidden."""
    if not by.may(PLAN) and not by.may(LEAD):
        raise Forbidden
    least = 0 if by.may(PLAN) else context.settings.number(SMALL_CELL_SETTING)
    today = clock.today().isoformat()
    figures = [
        *await _assessments(context, by, least),
        *await _gaps(context, by, today),
        *await _plans(context, by, today),
        *await _counted(context, by, least, today),
    ]
    return Dashboard(on=today, least=least, figures=figures)


async def public(context: Context) -> Dashboard:
    """Return the figures that everybody may read, without those of few people; raises NotPublic."""
    if not context.settings.switch(OPEN_SETTING):
        raise NotPublic
    found = await dashboard(context, by=PUBLIC)
    # What was promised and kept late is between those who promised it; the records behind figures are not public.
    kept = [one for one in found.figures if one.name != "overdue-commitments"]
    open_paths = {Group.EVENT, Group.COMMUNITY}
    cut = [one if one.group in open_paths else _without_path(one) for one in kept]
    return Dashboard(on=found.on, least=found.least, figures=cut)


async def completions(
    context: Context, *, by: Actor, wanted: Wanted = EVERY, limit: int = COMPLETIONS_MAX, offset: int = 0
) -> list[Row]:
    """Return what numbers of people trained were counted from; raises Forbidden for all but the training unit."""
    if not by.may(PLAN):
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        return await store.completions(tx, wanted, limit=limit, offset=offset)


def _without_path(one: Figure) -> Figure:
    return Figure(
        group=one.group, name=one.name, value=one.value, on=one.on, of=one.of, titles=one.titles, part=one.part,
        parts=one.parts,
    )  # fmt: skip


def _path(by: Actor, path: str, *scopes: str) -> str:
    return path if any(by.may(scope) for scope in scopes) else ""


async def _assessments(context: Context, by: Actor, least: int) -> list[Figure]:
    """Return how sections of the last closed campaign of each instrument are spread."""
    figures: list[Figure] = []
    for campaign in await campaigns.last_closed(context, limit=CAMPAIGNS_SHOWN):
        told = await findings.report(context, by=by, campaign_id=campaign.id)
        found, titles = told.findings, {one.id: dict(one.titles) for one in told.campaign.frozen.sections}
        if found.hidden or 0 < found.answered < least:
            continue
        for section in found.sections:
            figures += [
                Figure(
                    group=Group.ASSESSMENT, name=section.section, titles=titles.get(section.section, {}),
                    part=category.id, parts=dict(category.titles), of=found.answered,
                    on=clock.day(campaign.closed_at).isoformat(),
                    value=None if section.counts is None else section.counts[place],
                    path=_path(by, f"/campaigns/{campaign.id}/findings", PLAN, LEAD),
                )
                for place, category in enumerate(section.categories)
            ]  # fmt: skip
    return figures


async def _gaps(context: Context, by: Actor, today: str) -> list[Figure]:
    found = [one for one in await gaps.roll_ups(context, by=by, scope=Scope()) if one.shown and one.lacking]
    top = found[:GAPS_SHOWN]
    known = await frameworks.by_ids(context, competency_ids={one.competency_id for one in top})
    return [
        Figure(
            group=Group.GAP, name=one.competency_id, value=one.lacking, of=one.required, on=today,
            titles=dict(known[one.competency_id].titles) if one.competency_id in known else {},
            path=_path(by, "/skill-gaps", PLAN, LEAD),
        )
        for one in top
    ]  # fmt: skip


async def _plans(context: Context, by: Actor, today: str) -> list[Figure]:
    programmes = [one.content async for one in records.each(context, by=PUBLIC, kind=PROGRAMME)]
    done, steps = await journeys.progress(context, by=PUBLIC)
    late = await stakeholders.overdue(context, by=PUBLIC)
    approved = sum(one.get("state") == APPROVED for one in programmes)
    path = _path(by, "/programmes", PLAN, LEAD)
    return [
        Figure(
            group=Group.PLAN, name="programmes-approved", value=approved, of=len(programmes), on=today, path=path
        ),
        Figure(
            group=Group.PLAN, name="steps-done", value=done, of=steps, on=today,
            path=_path(by, "/programme-steps", PLAN, LEAD),
        ),
        Figure(
            group=Group.PLAN, name="overdue-commitments", value=len(late), on=today,
            path=_path(by, "/stakeholder-map", PLAN),
        ),
    ]  # fmt: skip


async def _counted(context: Context, by: Actor, least: int, today: str) -> list[Figure]:
    async with context.database.reading() as tx:
        counted = await store.counted(tx, now=clock.timestamp())
    words = await typologies.vocabulary(context)
    badges = {state: badges for state, (badges, _people) in counted.badges.items()}
    few = shown({state: people for state, (_badges, people) in counted.badges.items()}, least)
    register = _path(by, "/badge-register", ADMINISTER)
    audiences = {Audience.PUBLIC} if by is PUBLIC else {Audience.PUBLIC, Audience.PARTNER}
    return [
        *_trained(by, counted, words, least, today),
        *await _told_apart(context, by, today),
        *(
            Figure(
                group=Group.CREDENTIAL, name=state, value=None if few[state] is None else badges[state], on=today,
                path=register,
            )
            for state in sorted(badges)
        ),
        Figure(
            group=Group.CENTRE, name="centres", value=counted.centres, on=today,
            path=_path(by, "/desk/centres", PLAN),
        ),
        Figure(
            group=Group.COMMUNITY, name="communities", value=counted.communities, on=today, path="/communities"
        ),
        Figure(
            group=Group.COMMUNITY, name="joined", value=enough(counted.joined, counted.joined, least), on=today,
            path="/communities",
        ),
        Figure(group=Group.EVENT, name="sessions", value=counted.sessions, on=today, path="/catalogue/sessions"),
        Figure(
            group=Group.EVENT, name="gatherings", on=today, path="/coming-events",
            value=await agenda.to_come(context, audiences=audiences),
        ),
    ]  # fmt: skip


async def _told_apart(context: Context, by: Actor, today: str) -> list[Figure]:
    """Return people trained by what they say of themselves, where this country asks; few are hidden from everybody."""
    if not splits.asked(context):
        return []
    async with context.database.reading(one_statement=True) as tx:
        found = await store.trained_people(tx)
    terms = await splits.terms(context)
    labels = {(by, one.code): one.labels for by, known in terms.items() for one in known}
    return [
        Figure(
            group=Group(one.by.value), name=part.value, value=part.people, on=today,
            titles=dict(labels.get((one.by, part.value), {})), path=_path(by, TRAINED, PLAN),
        )
        for one in await splits.split(context, person_ids=found)
        if one.by in terms
        for part in one.shares
    ]  # fmt: skip


def _trained(by: Actor, counted: Counted, words: Vocabulary, least: int, today: str) -> list[Figure]:
    path = _path(by, TRAINED, PLAN)
    whole = Figure(
        group=Group.TRAINED, name="trained", value=enough(counted.trained, counted.trained, least), on=today, path=path
    )
    splits: tuple[tuple[Group, Mapping[str, int], WordKind | None], ...] = (
        (Group.TRACK, counted.by_track, WordKind.TRACK),
        (Group.TYPE, counted.by_type, WordKind.TYPE),
        (Group.GENDER, counted.by_gender, None),
    )
    figures = [whole]
    for group, counts, kind in splits:
        for name, value in shown(counts, least).items():
            term = words.one(kind, name) if kind else None
            titles = dict(term.titles) if term else {}
            behind = f"{path}?{group.value}={quote(name, safe='')}" if path else ""
            figures.append(Figure(group=group, name=name, value=value, on=today, titles=titles, path=behind))
    return figures
