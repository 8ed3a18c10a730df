"""Use cases of learning material: look before making, decide, publish, adapt, tell the owner, and find gaps."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from govstack.kernel import audit, clock, events, ids
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.destinations import Rules
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Problem
from govstack.kernel.rules import ALLOWED_HOSTS, whole
from govstack.kernel.settings import Setting
from govstack.pillars.learn.bringing import service as bringing
from govstack.pillars.learn.bringing.service import Part
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.model import Named
from govstack.pillars.learn.needs.gaps import service as needs
from govstack.pillars.learn.needs.gaps.model import Scope
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import gateways, store
from govstack.pillars.learn.response.materials.errors import (
    LicenceMissing,
    LicenceTooWide,
    NoAdapting,
    NoSelling,
    NothingAdapted,
    ReasonMissing,
    SimilarNotSeen,
    StillMade,
    UnknownLicence,
    UnknownMaterial,
    UnknownOwner,
)
from govstack.pillars.learn.response.materials.model import (
    CHECKED_AT_ONCE,
    Choice,
    Content,
    Decided,
    Decision,
    Gap,
    Licence,
    Link,
    Material,
    Notice,
    Similar,
    State,
    begins,
    gaps,
    resembling,
)
from govstack.pillars.learn.stages.model import MADE, Stage

PUBLISHED = "learn.material.published"
SIMILAR = "LEARN_SIMILAR_PERCENT"
HOSTS = "LEARN_LINK_HOSTS"
SETTINGS = (
    Setting(SIMILAR, "80", "From which likeness on material counts as similar (our default)", whole(1, 100)),
    Setting(HOSTS, "", "Hosts whose links are looked at every week; empty means that no link is", ALLOWED_HOSTS),
)
CHECKED_EVERY = timedelta(days=7)
SEEDS = Path(__file__).parents[2] / "seeds" / "materials.yaml"
PART = 500
COMPETENCY = "competency"


async def licences(context: Context) -> dict[str, Licence]:
    """Return every licence by its id."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.licences(tx)


async def put_licence(context: Context, *, by: Actor, licence: Licence) -> Licence:
    """Enter a licence, or change what it allows."""
    async with context.database.transaction() as tx:
        await store.put_licence(tx, licence)
        await audit.record(tx, by=by, action="learn.licence.put", subject=f"licence/{licence.id}")
    return licence


async def similar(context: Context, *, by: Actor, wanted: Content) -> list[Similar]:
    """Return what resembles the material that somebody wants, most like it first; drafts only for those who write."""
    async with context.database.reading(one_statement=True) as tx:
        known = await store.known(tx, state="" if _writes(by) else State.PUBLISHED.value)
    percent = context.settings.number(SIMILAR)
    return await asyncio.to_thread(resembling, known, wanted, percent=percent)


async def create(context: Context, *, by: Actor, content: Content, decision: Decision) -> Material:
    """Reuse, improve or create material after the search; what was found and decided is kept.

    Raises SimilarNotSeen, ReasonMissing, NoAdapting, NoSelling, UnknownLicence and UnknownMaterial.
    """
    author = await people.me(context, by=by)
    found = await similar(context, by=by, wanted=content)
    if not {one.id for one in found} <= set(decision.seen):
        raise SimilarNotSeen(extra={"similar": msgspec.to_builtins(found)})
    if not decision.reason.strip() or (decision.choice is not Choice.CREATE and decision.of is None):
        raise ReasonMissing
    async with context.database.transaction() as tx:
        parent = None
        if decision.choice is not Choice.CREATE:
            parent = await store.by_id(tx, decision.of or "")
            if parent is None:
                raise UnknownMaterial
        if decision.choice is Choice.REUSE and parent is not None:
            made = parent
        else:
            made = await _made(tx, content, decision, parent, author.id)
        decided = Decided(
            choice=decision.choice, reason=decision.reason, found=tuple(found), decided_by=author.id,
            decided_at=clock.timestamp(),
        )  # fmt: skip
        await store.decide(tx, decision_id=ids.new_id(), material_id=made.id, decided=decided)
        detail = {"choice": decision.choice.value, "similar": len(found)}
        await audit.record(tx, by=by, action="learn.material.decided", subject=f"material/{made.id}", detail=detail)
    return made


async def _made(tx: Transaction, content: Content, decision: Decision, parent: Material | None, by: str) -> Material:
    known = await store.licences(tx)
    if parent is not None:
        allowed = known.get(parent.licence_id or "")
        if allowed is None:
            raise LicenceMissing
        if not allowed.adapting:
            raise NoAdapting
        if not decision.change_notes.strip():
            raise ReasonMissing
        if allowed.share_alike and content.licence_id != allowed.id:
            content = msgspec.structs.replace(content, licence_id=allowed.id)
        _refuse_wider(content, allowed, known)
    _refuse_licence(content, known)
    await _refuse_owner(tx, content)
    made = Material(
        **msgspec.structs.asdict(content), id=ids.new_id(), parent_id=parent.id if parent else None,
        change_notes=decision.change_notes if parent else "", adapter_id=by if parent else None,
        stage=begins(content, parent),
    )  # fmt: skip
    made = msgspec.structs.replace(made, owner_id=made.owner_id or by, changed_at=clock.timestamp())
    await store.put(tx, made, changed_at=clock.timestamp())
    return made


async def _refuse_owner(tx: Transaction, content: Content) -> None:
    if content.owner_id and content.owner_id not in await people.present(tx, [content.owner_id]):
        raise UnknownOwner


async def _refuse_parent(
    tx: Transaction, parent_id: str | None, content: Content, known: Mapping[str, Licence]
) -> None:
    """Refuse a licence that the parent of material does not allow, where it has one."""
    parent = await store.by_id(tx, parent_id) if parent_id else None
    licence = known.get(parent.licence_id or "") if parent else None
    if licence is not None:
        _refuse_wider(content, licence, known)


def _refuse_wider(content: Content, parent: Licence, known: Mapping[str, Licence]) -> None:
    """Raise LicenceTooWide where a licence allows what that of the parent does not; without one nothing is allowed."""
    own = known.get(content.licence_id or "")
    if own is None:
        return
    wider = (own.selling and not parent.selling) or (parent.credit and not own.credit)
    if wider or (parent.share_alike and own.id != parent.id):
        raise LicenceTooWide


def _refuse_licence(content: Content, known: dict[str, Licence]) -> None:
    if content.licence_id is None:
        return
    licence = known.get(content.licence_id)
    if licence is None:
        raise UnknownLicence
    if content.paid and not licence.selling:
        raise NoSelling


async def change(context: Context, *, by: Actor, material_id: str, content: Content) -> Material:
    """Change what is said about material; raises UnknownMaterial, UnknownLicence, NoSelling, LicenceMissing."""
    async with context.database.transaction() as tx:
        before = await one_of(tx, material_id)
        known = await store.licences(tx)
        _refuse_licence(content, known)
        await _refuse_parent(tx, before.parent_id, content, known)
        await _refuse_owner(tx, content)
        if before.state is State.PUBLISHED and content.licence_id is None:
            raise LicenceMissing
        after = msgspec.structs.replace(before, **msgspec.structs.asdict(content))
        await store.put(tx, after, changed_at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.material.changed", subject=f"material/{material_id}")
        if after.version != before.version:
            await _tell_version(tx, after)
        return await one_of(tx, material_id)


async def publish(context: Context, *, by: Actor, material_id: str) -> Material:
    """Show material to everybody; raises LicenceMissing, StillMade, NoAdapting, NoSelling. Twice is once."""
    async with context.database.transaction() as tx:
        one = await one_of(tx, material_id)
        known = await store.licences(tx)
        if one.licence_id is None:
            raise LicenceMissing
        if one.state is not State.PUBLISHED and one.stage not in MADE:
            raise StillMade
        _refuse_licence(one, known)
        if one.parent_id:
            parent = await one_of(tx, one.parent_id)
            licence = known.get(parent.licence_id or "")
            if licence is None or not licence.adapting:
                raise NoAdapting
            _refuse_wider(one, licence, known)
        return await _put_in(tx, by, one, State.PUBLISHED)


async def retire(context: Context, *, by: Actor, material_id: str) -> Material:
    """Take material out of the catalogue; what was made from it stays."""
    async with context.database.transaction() as tx:
        return await _put_in(tx, by, await one_of(tx, material_id), State.RETIRED)


async def set_stage(tx: Transaction, one: Material, to: Stage) -> bool:
    """Bring material into a state of design; false when somebody did meanwhile."""
    return await store.set_stage(tx, one, to, changed_at=clock.timestamp())


async def _put_in(tx: Transaction, by: Actor, one: Material, state: State) -> Material:
    if await store.set_state(tx, one.id, state, changed_at=clock.timestamp()):
        await audit.record(tx, by=by, action=f"learn.material.{state.value}", subject=f"material/{one.id}")
        await _tell_version(tx, msgspec.structs.replace(one, state=state))
    return msgspec.structs.replace(one, state=state)


async def _tell_version(tx: Transaction, one: Material) -> None:
    """Tell of a version of material that everybody can see; without a name of its version there is nothing to tell."""
    if one.state is State.PUBLISHED and one.version:
        data = {"materialId": one.id, "version": one.version}
        await events.publish(tx, type=PUBLISHED, subject=f"material/{one.id}", data=data)


async def one_of(tx: Transaction, material_id: str) -> Material:
    """Return material inside a transaction; raises UnknownMaterial."""
    one = await store.by_id(tx, material_id)
    if one is None:
        raise UnknownMaterial
    return one


async def read(context: Context, *, by: Actor, material_id: str) -> Material:
    """Return material; drafts are for those who write. Raises UnknownMaterial."""
    async with context.database.reading() as tx:
        one = await one_of(tx, material_id)
    if one.state is not State.PUBLISHED and not _writes(by):
        raise UnknownMaterial
    return one


async def usable(context: Context, *, material_ids: Sequence[str], paid: bool) -> list[Material]:
    """Return material that may stand in an offering; raises UnknownMaterial, LicenceMissing, NoSelling."""
    async with context.database.reading() as tx:
        found = {one.id: one for one in await store.by_ids(tx, material_ids)}
        known = await store.licences(tx)
    for material_id in material_ids:
        refusal = _refusal(found.get(material_id), known, paid=paid)
        if refusal is not None:
            raise refusal(fields={"materials": refusal.title}, extra={"materialId": material_id})
    return [found[one] for one in material_ids]


async def named(context: Context, *, material_ids: Sequence[str]) -> list[Material]:
    """Return material by id in the order that is asked for, for those who write; what is not there is left out."""
    async with context.database.reading(one_statement=True) as tx:
        found = {one.id: one for one in await store.by_ids(tx, material_ids)}
    return [found[one] for one in material_ids if one in found]


async def unsellable(context: Context, *, material_ids: Iterable[str]) -> set[str]:
    """Return the material that must not be sold, by what its licence says today."""
    wanted = sorted(set(material_ids))
    async with context.database.reading() as tx:
        found = {one.id: one for one in await store.by_ids(tx, wanted)}
        known = await store.licences(tx)
    return {one for one in wanted if _refusal(found.get(one), known, paid=True) is NoSelling}


def _refusal(one: Material | None, known: dict[str, Licence], *, paid: bool) -> type[Problem] | None:
    if one is None or one.state is State.RETIRED:
        return UnknownMaterial
    licence = known.get(one.licence_id or "")
    if licence is None:
        return LicenceMissing
    return NoSelling if paid and not licence.selling else None


async def listed(
    context: Context, *, by: Actor, language: str = "", subject: str = "", broken: bool = False, after: str = "",
    limit: int = 100,
) -> list[Material]:  # fmt: skip
    """Return material in the order of ids; drafts only for those who write."""
    state = "" if _writes(by) else State.PUBLISHED.value
    async with context.database.reading(one_statement=True) as tx:
        return await store.listed(
            tx, language=language, subject=subject, state=state, broken=broken, after=after, limit=limit
        )


async def everything(context: Context, *, by: Actor) -> AsyncIterator[list[Material]]:
    """Yield all material that somebody may see, part by part."""
    after = ""
    while part := await listed(context, by=by, after=after, limit=PART):
        yield part
        after = part[-1].id


async def take_in(context: Context, *, by: Actor, rows: Iterable[tuple[str, Content]]) -> list[bool]:
    """Enter rows of a list as drafts, or change what has their id already; tell which changed anything."""
    author = await people.me(context, by=by)
    changed: list[bool] = []
    async with context.database.transaction() as tx:
        known = await store.licences(tx)
        for material_id, content in rows:
            _refuse_licence(content, known)
            await _refuse_owner(tx, content)
            before = await store.by_id(tx, material_id)
            after = Material(**msgspec.structs.asdict(content), id=material_id, stage=begins(content))
            if before is not None:
                after = msgspec.structs.replace(before, **msgspec.structs.asdict(content))
            if after.owner_id is None:
                after = msgspec.structs.replace(after, owner_id=before.owner_id if before else author.id)
            changed.append(after != before)
            if after != before:
                await store.put(tx, after, changed_at=clock.timestamp())
                if before is not None and after.version != before.version:
                    await _tell_version(tx, after)
        await audit.record(
            tx, by=by, action="learn.material.taken-in", subject="material/several", detail={"rows": sum(changed)}
        )
    return changed


async def history(context: Context, *, material_id: str) -> tuple[list[Decided], list[Material], list[Notice]]:
    """Return what was decided about material, what was made from it, and what its owner was told."""
    async with context.database.reading() as tx:
        return (
            await store.decisions(tx, material_id),
            await store.children(tx, material_id),
            await store.notices(tx, material_id),
        )


async def tell_owner(context: Context, *, by: Actor, material_id: str, kind: str, words: str) -> Notice:
    """Tell the owner of the original what was changed: a notice, or a patch they may take. Raises NothingAdapted."""
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        one = await one_of(tx, material_id)
        if one.parent_id is None:
            raise NothingAdapted
        notice = Notice(
            id=ids.new_id(), parent_id=one.parent_id, material_id=one.id, kind=kind, words=words, state="open",
            sent_by=me.id, sent_at=clock.timestamp(),
        )  # fmt: skip
        await store.tell(tx, notice)
        await audit.record(tx, by=by, action="learn.material.told", subject=f"material/{one.parent_id}")
    return notice


async def answer_notice(context: Context, *, by: Actor, notice_id: str, accepted: bool) -> None:
    """Take or decline what an adapter sends; once answered it stays so. Raises UnknownMaterial, also for others."""
    me = await people.me(context, by=by)
    async with context.database.transaction() as tx:
        notice = await store.notice(tx, notice_id)
        if notice is None:
            raise UnknownMaterial
        parent = await one_of(tx, notice.parent_id)
        if parent.owner_id != me.id and not by.may(PLAN):
            raise UnknownMaterial
        state = "accepted" if accepted else "declined"
        if await store.answer(tx, notice_id, state=state, answered_by=me.id, answered_at=clock.timestamp()):
            subject = f"material/{parent.id}"
            await audit.record(tx, by=by, action=f"learn.material.notice-{state}", subject=subject)


async def want(context: Context, *, by: Actor, kind: str, subject: str, wanted: bool) -> None:
    """Say that material on a topic or competency is wanted, or not any more."""
    async with context.database.transaction() as tx:
        if wanted:
            await store.want(tx, [(kind, subject, "country")])
        else:
            await store.unwant(tx, kind, subject)
        await audit.record(tx, by=by, action="learn.material.wanted", subject=f"topic/{kind}")


async def wishes(context: Context) -> list[tuple[str, str]]:
    """Return kind and subject of what material is wanted on."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.wanted(tx)


async def gap_report(context: Context, *, by: Actor, languages: Iterable[str]) -> list[Gap]:
    """Return how much published material there is in each language for each subject.

    Subjects are those that are wanted, those that any material names, and the competencies that people lack.
    """
    named = Named(await frameworks.competencies(context))
    lacking = [one.competency_id for one in await needs.roll_ups(context, by=by, scope=Scope()) if one.lacking]

    def subject_of(kind: str, text: str) -> tuple[str, str]:
        meant = named.ids([text]) if kind == COMPETENCY else []
        return kind, named.text(meant[0]) if meant else text

    async with context.database.reading() as tx:
        wanted, found = await store.wanted(tx), await store.counted(tx)
    counted: Counter[tuple[str, str, str]] = Counter()
    for (kind, text, language), count in found.items():
        counted[(*subject_of(kind, text), language)] += count
    subjects = [subject_of(kind, text) for kind, text in wanted]
    subjects += [(COMPETENCY, named.text(one)) for one in lacking]
    subjects += [(kind, text) for kind, text, _language in counted]
    return gaps(subjects, counted, [*languages, *(language for _kind, _text, language in counted)])


async def check_links(context: Context) -> int:
    """Look at links that were not looked at for a week, and flag those that lead nowhere; return how many."""
    hosts = tuple(one.strip() for one in context.settings.text(HOSTS).split(",") if one.strip())
    if not hosts:
        return 0
    rules = Rules(hosts, plain=True, reach="machine" if context.settings.profile == "sandbox" else "public")
    before = clock.timestamp(clock.now() - CHECKED_EVERY)
    async with context.database.reading(one_statement=True) as tx:
        waiting = await store.to_check(tx, before=before, limit=CHECKED_AT_ONCE)
    for material_id, address in waiting:
        try:
            fault = await gateways.look(context, address, rules=rules)
        except Problem as problem:
            fault = problem.code
        state = Link.UNCHECKED if fault == "not allowed" else Link.BROKEN if fault else Link.WORKS
        async with context.database.transaction() as tx:
            at = clock.timestamp()
            if await store.checked(tx, material_id, address, state=state.value, fault=fault, at=at) and fault:
                subject = f"material/{material_id}"
                await audit.record(tx, by=SYSTEM, action=f"learn.material.link-{state.value}", subject=subject)
    return len(waiting)


async def forget(tx: Transaction, person_id: str) -> None:
    """Take an erased person away as the one who looks after material."""
    await store.forget_owner(tx, person_id)


async def install(context: Context) -> int:
    """Bring the licences, the topics that lack material and the eleven modules; a country's own changes stay."""
    seeds = read_yaml(SEEDS.read_text(encoding="utf-8"))
    licences = {one["id"]: msgspec.convert(one, Licence) for one in seeds["licences"]}
    topics = {
        f"{one['kind']}/{one['subject']}": (one["kind"], one["subject"], one["source"]) for one in seeds["wanted"]
    }
    modules = {
        one["id"]: Material(
            id=one["id"], title=one["title"], summary=one["summary"], licence_id="Apache-2.0",
            source="After the GovStack country playbook, modules of the learning site", format="outline",
            topics=(one["phase"], *one["personas"]), state=State.PUBLISHED,
        )
        for one in seeds["modules"]
    }  # fmt: skip

    async def licences_kept(tx: Transaction, _wanted: Sequence[str]) -> dict[str, Licence]:
        return await store.licences(tx)

    async def topics_kept(tx: Transaction, _wanted: Sequence[str]) -> dict[str, tuple[str, str]]:
        return {f"{kind}/{subject}": (kind, subject) for kind, subject in await store.wanted(tx)}

    async def put_topic(tx: Transaction, one: tuple[str, str, str]) -> None:
        await store.want(tx, [one])

    async def modules_kept(tx: Transaction, wanted: Sequence[str]) -> dict[str, Material]:
        known = [await store.by_id(tx, one) for one in wanted]
        return {one.id: one for one in known if one is not None}

    async def put_module(tx: Transaction, one: Material) -> None:
        await store.put(tx, one, changed_at=clock.timestamp())

    await bringing.bring(context, Part("licences", licences, licences_kept, store.put_licence))
    await bringing.bring(context, Part("topics", topics, topics_kept, put_topic))
    return await bringing.bring(context, Part("modules", modules, modules_kept, put_module))


def _writes(by: Actor) -> bool:
    return by.may(TEACH) or by.may(PLAN)
