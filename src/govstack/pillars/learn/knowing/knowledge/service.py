"""Use cases of knowledge: follow the cycle, publish through the gate, read editions, measure use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from govstack.kernel import audit, clock, crypto, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.kernel.rules import whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.frame.model import SCOPES
from govstack.pillars.learn.knowing.knowledge import store
from govstack.pillars.learn.knowing.knowledge.errors import NotProposed, SecondPersonNeeded, UnknownEdition
from govstack.pillars.learn.knowing.knowledge.model import (
    CITATION,
    ITEM,
    MATCH,
    Edition,
    Figures,
    Proposal,
    Readers,
    Way,
    cited_in,
    median_days,
    steps,
    writers,
)
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.records.service import Draft

PUBLISHED = "learn.knowledge.published"
UNUSED_MONTHS = "LEARN_KNOWLEDGE_UNUSED_MONTHS"
SETTINGS = (
    Setting(UNUSED_MONTHS, "12", "After how many months without use an item of knowledge is reviewed", whole(1, 120)),
)
SEEDS = Path(__file__).parents[2] / "seeds" / "knowledge.yaml"
KEEPER = Actor.system("knowledge")
DAYS_OF_MONTH = 30.44
FLOW_DAYS = 365
USED_ITEMS_MAX = 50_000
UNUSED_LISTED_MAX = 200
PAGE_EDITIONS_MAX = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands at the gate: what it says now, what is proposed, what was published, how it was used."""

    item: Record
    proposal: Proposal | None
    editions: list[Edition]
    uses: Mapping[str, int]
    writers: frozenset[str]

    @property
    def proposed(self) -> bool:
        """Tell whether what the item says now is what is proposed."""
        return self.proposal is not None and self.proposal.number == self.item.number

    @property
    def published(self) -> Edition | None:
        """Return the newest edition, unless it was withdrawn."""
        return self.editions[0] if self.editions and not self.editions[0].withdrawn_at else None


async def install(context: Context) -> None:
    """Bring how the two published cycles match; a country's own changes stay."""
    shipped: dict[str, Any] = read_yaml(SEEDS.read_text(encoding="utf-8"))
    drafts = {one: (MATCH, Draft(content, written_in="en")) for one, content in shipped.items()}
    await records.bring(context, part="matches", drafts=drafts)


async def follow(context: Context, *, record_id: str, kind: str) -> None:
    """Write down what a changed record means for the cycle: a stage that was reached, or a citation.

    A plan, a decision or any other record cites the items whose addresses stand in its texts (F16.2).
    """
    if kind == ITEM.name:
        said = await records.history(context, by=KEEPER, kind=ITEM, record_id=record_id)
        async with context.database.transaction() as tx:
            await store.add_steps(tx, steps(said))
    elif kind == CITATION.name:
        cited = await records.read(context, by=KEEPER, kind=CITATION, record_id=record_id)
        async with context.database.transaction() as tx:
            await store.drop_uses(tx, mark=record_id, way=Way.CITATION)
            if not cited.archived:
                await store.use(
                    tx, item_id=cited.content["item"], way=Way.CITATION,
                    day=clock.day(cited.changed_at).isoformat(), mark=record_id, at=cited.changed_at,
                )  # fmt: skip
    else:
        at, texts = await records.told_texts(context, record_id=record_id)
        await _cited(context, mark=record_id, texts=texts, at=at)


async def follow_course(context: Context, *, course_id: str, version: int) -> None:
    """Count the items whose addresses stand in a version of a course that was published, and no more those before."""
    found = await courses.version(context, course_id=course_id, number=version)
    texts = [found.sheet.summary, *(one.body for one in found.pages)]
    await _cited(context, mark=f"course:{course_id}", texts=texts, at=found.published_at)


async def _cited(context: Context, *, mark: str, texts: Iterable[str], at: str) -> None:
    named = cited_in(texts)
    async with context.database.reading(one_statement=True) as tx:
        cites = await store.has_used(tx, mark=mark, way=Way.CITATION)
    if not named and not cites:
        return
    async with context.database.transaction() as tx:
        await store.drop_uses(tx, mark=mark, way=Way.CITATION)
        for item_id in sorted(await records.of_kind_in(tx, kind=ITEM, record_ids=named)):
            await store.use(tx, item_id=item_id, way=Way.CITATION, day=clock.day(at).isoformat(), mark=mark, at=at)


async def standing(context: Context, *, by: Actor, item_id: str) -> Standing:
    """Return where an item stands; raises UnknownRecord, and Forbidden for those who do not write items."""
    item = await records.read(context, by=by, kind=ITEM, record_id=item_id)
    said = await records.history(context, by=by, kind=ITEM, record_id=item_id)
    async with context.database.reading() as tx:
        proposal = await store.proposal(tx, item_id)
        editions = await store.editions(tx, item_id)
        uses = await store.uses(tx, item_id)
    after = editions[0].number if editions else 0
    wrote = writers(said, after=after) | ({proposal.proposed_by} if proposal else set())
    return Standing(item, proposal, editions, uses, frozenset(wrote))


async def propose(context: Context, *, by: Actor, item_id: str) -> Standing:
    """Propose what an item says now to be published for whom it says; raises UnknownRecord."""
    _writing(by)
    item = await records.read(context, by=by, kind=ITEM, record_id=item_id)
    if item.archived:
        raise UnknownRecord
    audience = Readers(item.content["audience"])
    async with context.database.transaction() as tx:
        await store.propose(tx, Proposal(item_id, item.number, audience, by.id, clock.timestamp()))
        detail = {"number": item.number, "audience": str(audience)}
        await audit.record(tx, by=by, action="learn.knowledge.proposed", subject=_subject(item_id), detail=detail)
    return await standing(context, by=by, item_id=item_id)


async def publish(context: Context, *, by: Actor, item_id: str) -> Edition:
    """Publish what is proposed of an item. Raises UnknownRecord, NotProposed and SecondPersonNeeded."""
    _writing(by)
    found = await standing(context, by=by, item_id=item_id)
    if found.proposal is None or not found.proposed or found.item.archived:
        raise NotProposed
    # A program bears nobody's eyes: whoever runs it may be who wrote.
    if by.kind != "person" or by.id in found.writers:
        raise SecondPersonNeeded
    made = Edition(
        item_id=item_id, edition=(found.editions[0].edition if found.editions else 0) + 1, number=found.item.number,
        audience=found.proposal.audience, content=found.item.content, published_at=clock.timestamp(),
        published_by=by.id,
    )  # fmt: skip
    async with context.database.transaction() as tx:
        if not await store.take_proposal(tx, found.proposal):
            raise NotProposed
        await store.add_edition(tx, made)
        detail = {"edition": made.edition, "number": made.number, "audience": str(made.audience)}
        await audit.record(tx, by=by, action="learn.knowledge.published", subject=_subject(item_id), detail=detail)
        told = {"recordId": item_id, "edition": made.edition}
        await events.publish(tx, type=PUBLISHED, subject=_subject(item_id), data=told)
    return made


async def withdraw(context: Context, *, by: Actor, item_id: str, reason: str) -> None:
    """Withdraw all that was published of an item, with the reason; raises UnknownRecord."""
    _writing(by)
    await records.read(context, by=by, kind=ITEM, record_id=item_id)
    async with context.database.transaction() as tx:
        if await store.withdraw(tx, item_id=item_id, at=clock.timestamp(), reason=reason.strip()):
            await audit.record(tx, by=by, action="learn.knowledge.withdrawn", subject=_subject(item_id))
            told = {"recordId": item_id, "edition": 0}
            await events.publish(tx, type=PUBLISHED, subject=_subject(item_id), data=told)


async def audiences(context: Context, *, by: Actor) -> list[Readers]:
    """Return which editions somebody may read: internal ones are for people of this country's organisations."""
    if by.kind == "system" or any(by.may(scope) for scope in SCOPES):
        return list(Readers)
    if not by.signed_in:
        return [Readers.PUBLIC]
    if by.kind == "person" and (await people.me(context, by=by)).organisation_id:
        return list(Readers)
    return [Readers.PARTNER, Readers.PUBLIC]


async def library(context: Context, *, by: Actor, after: str = "", limit: int = 50) -> list[Edition]:
    """Return the newest edition of each item that somebody may read, in the order of their ids."""
    allowed = await audiences(context, by=by)
    async with context.database.reading(one_statement=True) as tx:
        return await store.current(tx, audiences=allowed, after=after, limit=min(limit, PAGE_EDITIONS_MAX))


async def edition(context: Context, *, by: Actor, item_id: str, number: int = 0) -> tuple[Edition, list[Edition]]:
    """Return an edition, the newest without a number, and all that somebody may read; raises UnknownEdition."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.editions(tx, item_id)
    # An audience that was narrowed is narrowed for all that was published before: what is read is what is current.
    allowed = await audiences(context, by=by)
    if not found or found[0].withdrawn_at or found[0].audience not in allowed:
        raise UnknownEdition
    readable = [one for one in found if one.audience in allowed and not one.withdrawn_at]
    wanted = [one for one in readable if number in (0, one.edition)]
    if not wanted:
        raise UnknownEdition
    return wanted[0], readable


async def use(context: Context, *, by: Actor, item_id: str, way: Way, address: str) -> None:
    """Count that an item was used; those who write items are not counted, and nobody can be found out afterwards."""
    if records.may_write(ITEM, by):
        return
    now, day = clock.timestamp(), clock.today().isoformat()
    async with context.database.transaction() as tx:
        salt = await store.salt(tx, day=day, fresh=ids.new_secret())
        mark = crypto.digest(f"{salt}/{by.id if by.signed_in else address}".encode())
        await store.use(tx, item_id=item_id, way=way, day=day, mark=mark, at=now)


async def figures(context: Context, *, by: Actor) -> Figures:
    """Return what the cycle comes to; Forbidden for those who do not write items."""
    _writing(by)
    months = context.settings.number(UNUSED_MONTHS)
    now = clock.now()
    async with context.database.reading() as tx:
        pairs = await store.first_uses(tx, limit=USED_ITEMS_MAX)
        before = clock.timestamp(now - timedelta(days=months * DAYS_OF_MONTH))
        return Figures(
            stock=await store.stock(tx), flow=await store.flow(tx, since=clock.timestamp(now - timedelta(FLOW_DAYS))),
            days_to_use=median_days(pairs), used=len(pairs),
            unused=await store.unused(tx, before=before, limit=UNUSED_LISTED_MAX), unused_months=months,
            uses=await store.uses(tx),
        )  # fmt: skip


async def matches(context: Context) -> dict[str, list[str]]:
    """Return which stages of the figure each stage of the text means."""
    found: dict[str, list[str]] = {}
    async for one in records.each(context, by=KEEPER, kind=MATCH):
        found.setdefault(one.content["stage"], []).extend(one.content["matches"])
    return found


def _writing(by: Actor) -> None:
    if not records.may_write(ITEM, by):
        raise Forbidden


def _subject(item_id: str) -> str:
    return f"knowledge/{item_id}"
