"""Use cases of the configuration: read it, ask for a change, and carry the change out step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from govstack.blocks.mediator.applications import service as applications
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.configuration import store
from govstack.blocks.mediator.configuration.errors import NotConfigured, OtherInstance, Stale, UnknownChange
from govstack.blocks.mediator.configuration.model import (
    Change,
    ChangeState,
    Configuration,
    EnterApplication,
    EnterMember,
    EnterService,
    MemberEntry,
    Mode,
    RemoveApplication,
    RemoveMember,
    RemoveService,
    SetRight,
    Step,
    plan,
    resolved,
)
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownMember, UnknownService
from govstack.blocks.mediator.directory.model import Application, Member, is_id
from govstack.blocks.mediator.membership import service as membership
from govstack.blocks.mediator.rights import service as rights
from govstack.blocks.mediator.services import service as services
from govstack.blocks.mediator.services.errors import DocumentNotFetched
from govstack.blocks.mediator.services.model import Description
from govstack.kernel import audit, events, jobs
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Internal, Problem, Unavailable

JOB = "mediator.configuration"
LANE = "configuration"
STEPS_PER_TRANSACTION = 50
CHANGES_LISTED_MAX = 50
ATTEMPTS_MAX = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether this instance is configured, at which revision, and the latest change."""

    instance: str
    domain: str
    revision: int
    latest: Change | None


async def configuration(context: Context) -> tuple[Configuration, int]:
    """Return all that is configured, and the revision it is read at."""
    async with context.database.reading() as tx:
        return await _current(context, tx)


async def standing(context: Context) -> Standing:
    """Return how this instance stands; raises NotConfigured while nothing is registered."""
    async with context.database.reading() as tx:
        state = await directory.state_in(tx)
        latest = await store.changes(tx, limit=1)
    if state.revision == 0:
        raise NotConfigured
    return Standing(context.settings.text("INSTANCE"), state.domain, state.revision, latest[0] if latest else None)


async def changes(context: Context) -> list[Change]:
    """Return the latest changes, newest first."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.changes(tx, limit=CHANGES_LISTED_MAX)


async def change(context: Context, *, change_id: str) -> Change:
    """Return a change; raises UnknownChange."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.change(tx, change_id) if is_id(change_id) else None
    if found is None:
        raise UnknownChange
    return found


async def document(context: Context, *, change_id: str) -> str:
    """Return the document of a change that is still at work, else ""."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.document(tx, change_id)


async def ask(
    context: Context,
    *,
    by: Actor,
    mode: Mode,
    described: Configuration,
    text: str,
    base_revision: int | None = None,
    init: bool = False,
) -> Change:
    """Check a configuration and begin the work; `text` is what the work will read it from again.

    Raises ConfigurationInvalid or OtherInstance, and Stale when the directory is past `base_revision`.
    """
    action = f"mediator.configuration.{mode}"
    async with directory.acting(context, by=by, action=action, subject=described.instance[:200]) as tx:
        if described.instance != context.settings.text("INSTANCE"):
            raise OtherInstance
        current, revision = await _current(context, tx)
        if base_revision not in {None, revision}:
            raise Stale
        steps = plan(current, resolved(without_own_addresses(context, described), current), mode)
        made = await store.add_change(
            tx,
            mode=mode,
            document=text,
            base_revision=base_revision,
            steps_total=len(steps),
            requested_by=by.id,
            requested_by_name=by.name,
        )
        await jobs.enqueue(tx, JOB, {"change": made}, lane=LANE)
        detail = {"change": made, "steps": len(steps), "init": init}
        await audit.record(tx, by=by, action=action, subject=described.instance, detail=detail)
        found = await store.change(tx, made)
    if found is None:
        raise UnknownChange
    return found


async def carry_out(context: Context, *, change_id: str, described: Configuration, attempt: int) -> None:
    """Do the work of a change. It may stop anywhere and begin again: what is done already is no longer in the plan."""
    known = await change(context, change_id=change_id)
    if known.state in {ChangeState.DONE, ChangeState.FAILED}:
        return
    by = Actor(kind="system", id=known.requested_by, name=known.requested_by_name)
    try:
        await _work(context, by=by, known=known, described=without_own_addresses(context, described))
    except (DocumentNotFetched, Unavailable) as problem:
        if attempt < ATTEMPTS_MAX:
            raise jobs.Retry(reason=problem.detail) from problem
        await _fail(context, by=by, known=known, problem=problem)
    except Problem as problem:
        await _fail(context, by=by, known=known, problem=problem)
    except Exception:
        if attempt >= ATTEMPTS_MAX:
            await _fail(context, by=by, known=known, problem=Internal())
        raise


async def abandon(context: Context, *, change_id: str, problem: Problem) -> None:
    """Give up a change whose document cannot be read any more."""
    known = await change(context, change_id=change_id)
    if known.state not in {ChangeState.DONE, ChangeState.FAILED}:
        by = Actor(kind="system", id=known.requested_by, name=known.requested_by_name)
        await _fail(context, by=by, known=known, problem=problem)


async def install(context: Context, *, by: Actor, configurations: list[Configuration]) -> None:
    """Let the directory hold exactly these configurations, of several instances: for seeds, never for traffic."""
    async with directory.writing(context) as tx:
        await membership.clear(tx)
        await store.clear(tx)
        await directory.changed(context, tx, by=by, action="mediator.configuration.install", subject="directory")
    for described in configurations:
        # Each is carried out as if it were this instance's own; addresses of records need not exist.
        settings = context.settings.changed(INSTANCE=described.instance, MEDIATOR_ALLOWED_HOSTS="*")
        own = replace(context, settings=settings)
        async with directory.writing(own) as tx:
            current, _ = await _current(own, tx)
        for batch in _batches(plan(current, resolved(described, current), Mode.CREATE)):
            documents = await _documents(own, batch)
            async with directory.writing(own) as tx:
                for step in batch:
                    await _carry_out(own, tx, by=by, step=step, documents=documents)


async def _work(context: Context, *, by: Actor, known: Change, described: Configuration) -> None:
    async with directory.writing(context) as tx:
        current, revision = await _current(context, tx)
        # Between asking and beginning somebody else may have changed the directory; later changes are our own.
        if known.state is ChangeState.WAITING and known.base_revision not in {None, revision}:
            raise Stale
        steps = plan(current, resolved(described, current), known.mode)
        await store.start(tx, known.id, steps_total=known.steps_done + len(steps))
    for batch in _batches(steps):
        documents = await _documents(context, batch)
        async with directory.writing(context) as tx:
            for step in batch:
                await _carry_out(context, tx, by=by, step=step, documents=documents)
            await store.count_steps(tx, known.id, len(batch))
    await _complete(context, by=by, known=known, domain=described.domain, anything=bool(steps))


async def _complete(context: Context, *, by: Actor, known: Change, domain: str, anything: bool) -> None:
    instance, action = context.settings.text("INSTANCE"), "mediator.configuration.done"
    async with directory.writing(context) as tx:
        await store.finish(tx, known.id, state=ChangeState.DONE)
        if not anything and domain == (await directory.state_in(tx)).domain:
            await audit.record(tx, by=by, action=action, subject=instance, detail={"change": known.id})
            return
        await directory.set_domain(tx, domain)
        await directory.changed(context, tx, by=by, action=action, subject=instance, detail={"change": known.id})
        data = {"change": known.id, "mode": str(known.mode)}
        await events.publish(tx, type="mediator.configuration.changed", subject=instance, data=data)


def _batches(steps: list[Step]) -> Iterator[list[Step]]:
    for first in range(0, len(steps), STEPS_PER_TRANSACTION):
        yield steps[first : first + STEPS_PER_TRANSACTION]


async def _documents(context: Context, batch: list[Step]) -> dict[str, Description | None]:
    """Fetch and read what a batch needs before its transaction opens: none is open across the network."""
    found: dict[str, Description | None] = {}
    for step in batch:
        if isinstance(step, EnterService) and (step.spec or step.fetch):
            name = f"{step.application}/{step.offer.code}"
            try:
                found[name] = await services.describe(context, document=step.spec, spec_url=step.offer.spec_url)
            except Problem as problem:
                raise type(problem)(f"{name}: {problem.detail}") from problem
    return found


async def _carry_out(
    context: Context, tx: Transaction, *, by: Actor, step: Step, documents: dict[str, Description | None]
) -> None:
    if isinstance(step, EnterMember):
        member_class, code = step.subject.split("/")
        await membership.enter_member(context, tx, by=by, member_class=member_class, code=code, name=step.name)
    elif isinstance(step, EnterApplication):
        await _enter_application(context, tx, by=by, step=step)
    elif isinstance(step, EnterService):
        provider = await _application(context, tx, step.application)
        described = documents.get(f"{step.application}/{step.offer.code}")
        await services.enter_service(context, tx, by=by, provider=provider, offer=step.offer, described=described)
    elif isinstance(step, SetRight):
        await _set_right(context, tx, by=by, step=step)
    else:
        await _remove(context, tx, by=by, step=step)


async def _enter_application(context: Context, tx: Transaction, *, by: Actor, step: EnterApplication) -> None:
    member = await _member(context, tx, step.subject.rpartition("/")[0])
    code = step.subject.rpartition("/")[2]
    known: Application | None
    try:
        known = await _application(context, tx, step.subject)
    except UnknownApplication:
        known = None
    name = step.name or (known.name if known else code)
    connection = step.connection or (known.connection if known else "https")
    await applications.enter_application(context, tx, by=by, member=member, code=code, name=name, connection=connection)


async def _set_right(context: Context, tx: Transaction, *, by: Actor, step: SetRight) -> None:
    entry = step.entry
    keys = tuple(entry.endpoints) if entry else ()
    wish = rights.Wish(
        step.service, step.client, keys, entry.operations if entry else (), entry.purpose if entry else ""
    )
    pair = await rights.find_pair(context, tx, wish)
    if entry is None:
        await rights.set_right(context, tx, by=by, pair=pair, keys=frozenset())
    elif step.exactly:
        await rights.set_right(context, tx, by=by, pair=pair, keys=pair.endpoints)
    else:
        await rights.grant_right(context, tx, by=by, pair=pair)


async def _remove(
    context: Context, tx: Transaction, *, by: Actor, step: RemoveService | RemoveApplication | RemoveMember
) -> None:
    """Take something out; what went with its owner, or was taken out by others meanwhile, is gone already."""
    try:
        if isinstance(step, RemoveMember):
            member = await _member(context, tx, step.subject)
            await membership.move_member(context, tx, by=by, member=member, decision=Decision.REMOVE)
        elif isinstance(step, RemoveApplication):
            application = await _application(context, tx, step.subject)
            await applications.move_application(context, tx, by=by, application=application, decision=Decision.REMOVE)
        else:
            member_class, member_code, application_code, code = step.subject.split("/")
            service = await directory.service(
                context,
                tx,
                member_class=member_class,
                member_code=member_code,
                application_code=application_code,
                code=code,
            )
            await services.remove_service(context, tx, by=by, service=service)
    except (UnknownMember, UnknownApplication, UnknownService):
        return


async def _fail(context: Context, *, by: Actor, known: Change, problem: Problem) -> None:
    async with context.database.transaction() as tx:
        await store.finish(tx, known.id, state=ChangeState.FAILED, problem=problem.detail)
        detail = {"change": known.id, "code": problem.code, "detail": problem.detail}
        instance = context.settings.text("INSTANCE")
        action = "mediator.configuration.done"
        await audit.record(tx, by=by, action=action, subject=instance, outcome="failed", detail=detail)


def own_spec_url(context: Context, instance: str, application: str, code: str) -> str:
    """Return where this mediator itself shows a service's document: what a read configuration names when the document
    was sent without an address."""
    return f"{context.public_url}/r1/{instance}/{application}/getOpenAPI?serviceCode={code}"


def without_own_addresses(context: Context, described: Configuration) -> Configuration:
    """Return a configuration in which such addresses are left out: the mediator need not fetch from itself."""

    def cleaned(member: MemberEntry) -> MemberEntry:
        own = []
        for application in member.applications or ():
            name = f"{member.member_class}/{member.code}/{application.code}"
            offered = tuple(
                replace(entry, offer=replace(entry.offer, spec_url=""))
                if entry.offer.spec_url == own_spec_url(context, described.instance, name, entry.offer.code)
                else entry
                for entry in application.services or ()
            )
            own.append(replace(application, services=None if application.services is None else offered))
        return replace(member, applications=None if member.applications is None else tuple(own))

    return replace(described, members=tuple(cleaned(member) for member in described.members))


async def _current(context: Context, tx: Transaction) -> tuple[Configuration, int]:
    state = await directory.state_in(tx)
    instance = context.settings.text("INSTANCE")
    return await store.configuration(tx, instance=instance, domain=state.domain), state.revision


async def _member(context: Context, tx: Transaction, subject: str) -> Member:
    member_class, code = subject.split("/")
    return await directory.member(context, tx, member_class=member_class, code=code)


async def _application(context: Context, tx: Transaction, subject: str) -> Application:
    member_class, member_code, code = subject.split("/")
    return await directory.application(context, tx, member_class=member_class, member_code=member_code, code=code)
