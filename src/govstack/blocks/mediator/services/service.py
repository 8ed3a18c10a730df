"""Use cases of services: register with a document, replace, change, switch endpoints, take out (I8)."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownApplication, UnknownService
from govstack.blocks.mediator.directory.model import (
    CODE_PATTERN,
    RESERVED_SERVICE_CODES,
    Application,
    EndpointKey,
    Power,
    Service,
    may,
)
from govstack.blocks.mediator.services import gateways, store
from govstack.blocks.mediator.services.errors import (
    ApplicationNotConnected,
    DocumentMissing,
    ReservedCode,
    UnknownEndpoint,
)
from govstack.blocks.mediator.services.model import (
    ANSWER_BYTES_DEFAULT,
    REQUEST_BYTES_DEFAULT,
    SECONDS_DEFAULT,
    AddressRules,
    Description,
    Offer,
    checked_address,
    read_document,
)
from govstack.kernel import clock, events, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


async def register(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    application_code: str,
    offer: Offer,
    document: str = "",
) -> tuple[Service, bool]:
    """Register a service, or replace what is registered; tells whether it is new.

    The document is the given text, or fetched from `offer.spec_url`. Endpoints that were switched off stay so.
    """
    application = f"{member_class}/{member_code}/{application_code}"
    subject = f"{application}/{offer.code}"
    async with directory.on_record(context, by=by, action="mediator.service.register", subject=subject):
        directory.require(by, Power.OFFER, application=application)
        described = await describe(context, document=document, spec_url=offer.spec_url)
        async with directory.writing(context) as tx:
            provider = await directory.application(
                context, tx, member_class=member_class, member_code=member_code, code=application_code
            )
            return await enter_service(context, tx, by=by, provider=provider, offer=offer, described=described)


async def describe(context: Context, *, document: str, spec_url: str) -> Description | None:
    """Read the given document, else the one at an address; None when there is neither."""
    if not document and spec_url:
        rules = AddressRules(allowed=allowed_hosts(context, "MEDIATOR_SPEC_HOSTS"), own=())
        document = await gateways.fetch_document(context, checked_address(spec_url, rules, query=True))
    # A large document takes a good part of a second: others must not wait for it.
    return await asyncio.to_thread(read_document, document) if document else None


async def enter_service(
    context: Context, tx: Transaction, *, by: Actor, provider: Application, offer: Offer, described: Description | None
) -> tuple[Service, bool]:
    """Register or replace a service inside the caller's transaction; tells whether it is new."""
    if not provider.connected:
        raise ApplicationNotConnected
    if not CODE_PATTERN.fullmatch(offer.code) or offer.code in RESERVED_SERVICE_CODES:
        raise ReservedCode
    service_url = checked_address(offer.service_url, address_rules(context, provider))
    known = await _known(tx, provider, offer.code)
    if known is None:
        if described is None:
            raise DocumentMissing
        made = _new(provider, offer, described, service_url, by)
        await store.insert(tx, made, described.document)
        await _done(context, tx, by=by, action="mediator.service.register", service=made, event="registered")
        return made, True
    after = _changed(known, offer, service_url)
    if described is not None:
        after = _described(after, offer, described)
    return await _rewrite(context, tx, by=by, before=known, after=after, described=described), False


async def change(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    application_code: str,
    code: str,
    offer: Offer,
) -> Service:
    """Change some properties of a service; an empty address keeps the one it has."""
    subject = f"{member_class}/{member_code}/{application_code}/{code}"
    async with directory.acting(context, by=by, action="mediator.service.change", subject=subject) as tx:
        directory.require(by, Power.OFFER, application=subject.rpartition("/")[0])
        known = await directory.service(
            context,
            tx,
            member_class=member_class,
            member_code=member_code,
            application_code=application_code,
            code=code,
        )
        provider = await directory.application(
            context, tx, member_class=member_class, member_code=member_code, code=application_code
        )
        service_url = known.service_url
        if offer.service_url:
            service_url = checked_address(offer.service_url, address_rules(context, provider))
        after = _changed(known, replace(offer, spec_url=known.spec_url), service_url)
        return await _rewrite(context, tx, by=by, before=known, after=after, described=None)


async def switch_endpoints(
    context: Context,
    *,
    by: Actor,
    member_class: str,
    member_code: str,
    application_code: str,
    code: str,
    endpoints: dict[EndpointKey, bool],
) -> Service:
    """Switch endpoints on or off; one that is off answers as if it were not there."""
    subject, action = f"{member_class}/{member_code}/{application_code}/{code}", "mediator.endpoint.switch"
    async with directory.acting(context, by=by, action=action, subject=subject) as tx:
        directory.require(by, Power.OFFER, application=subject.rpartition("/")[0])
        known = await directory.service(
            context,
            tx,
            member_class=member_class,
            member_code=member_code,
            application_code=application_code,
            code=code,
        )
        if not endpoints.keys() <= {endpoint.key for endpoint in known.endpoints}:
            raise UnknownEndpoint
        after = tuple(replace(one, enabled=endpoints.get(one.key, one.enabled)) for one in known.endpoints)
        switched = [one for one, before in zip(after, known.endpoints, strict=True) if one != before]
        for endpoint in switched:
            await store.switch_endpoint(tx, known.id, endpoint)
        made = replace(known, endpoints=after)
        if switched:
            detail = {f"{one.method} {one.path}": "on" if one.enabled else "off" for one in switched}
            await _done(context, tx, by=by, action=action, service=made, event="changed", detail=detail)
        return made


async def remove(
    context: Context, *, by: Actor, member_class: str, member_code: str, application_code: str, code: str
) -> None:
    """Take a service out with its rights; taking it out twice is a success."""
    subject = f"{member_class}/{member_code}/{application_code}/{code}"
    async with directory.acting(context, by=by, action="mediator.service.remove", subject=subject) as tx:
        directory.require(by, Power.OFFER, application=subject.rpartition("/")[0])
        provider = await directory.application(
            context, tx, member_class=member_class, member_code=member_code, code=application_code
        )
        known = await _known(tx, provider, code)
        if known is not None:
            await remove_service(context, tx, by=by, service=known)


async def remove_service(context: Context, tx: Transaction, *, by: Actor, service: Service) -> None:
    """Take a service out inside the caller's transaction."""
    await store.delete(tx, service.id)
    await _done(context, tx, by=by, action="mediator.service.remove", service=service, event="removed")


async def services(
    context: Context, *, by: Actor, member_class: str, member_code: str, application_code: str
) -> list[Service]:
    """Return an application's services: for its administrators with all that is switched off."""
    async with context.database.reading() as tx:
        provider = await directory.application(
            context, tx, member_class=member_class, member_code=member_code, code=application_code
        )
        own = sees_all(by, provider.subject)
        if not provider.connected and not own:
            raise UnknownApplication
        found = await directory.services(tx, application_id=provider.id)
    return found if own else [one.shown() for one in found if one.enabled]


async def service(
    context: Context, *, by: Actor, member_class: str, member_code: str, application_code: str, code: str
) -> Service:
    """Return one of the services that `services` returns; raises UnknownService."""
    found = await services(
        context, by=by, member_class=member_class, member_code=member_code, application_code=application_code
    )
    for one in found:
        if one.code == code:
            return one
    raise UnknownService


def sees_all(by: Actor, application: str) -> bool:
    """Tell whether somebody may see what an application's directory entry does not show, such as inner addresses."""
    return any(may(by, power, application=application) for power in (Power.READ, Power.OFFER, Power.GRANT))


def address_rules(context: Context, provider: Application) -> AddressRules:
    """Return where a provider's services may be."""
    own = (context.public_url, context.settings.text("MEDIATOR_URL"))
    return AddressRules(
        allowed=allowed_hosts(context, "MEDIATOR_ALLOWED_HOSTS"),
        own=tuple(address for address in own if address),
        tls_only=context.settings.profile == "production" and provider.connection == "https",
    )


def allowed_hosts(context: Context, setting: str) -> tuple[str, ...]:
    """Return the hosts a setting allows. Left empty it means this machine for trying out, and nothing in production."""
    hosts = tuple(host.strip() for host in context.settings.text(setting).split(",") if host.strip())
    if hosts or context.settings.profile == "production":
        return hosts
    own_host = context.public_url.partition("://")[2].partition("/")[0]
    return (*LOCAL_HOSTS, *((own_host, own_host.partition(":")[0]) if own_host else ()))


def _new(provider: Application, offer: Offer, described: Description, service_url: str, by: Actor) -> Service:
    now = clock.timestamp()
    return Service(
        id=ids.new_id(),
        application_id=provider.id,
        instance=provider.instance,
        member_class=provider.member_class,
        member_code=provider.member_code,
        application_code=provider.code,
        code=offer.code,
        version=offer.version or described.version,
        type="REST",
        title=described.title,
        description=described.text,
        spec_url=offer.spec_url,
        service_url=service_url,
        enabled=offer.enabled is not False,
        timeout_seconds=offer.timeout_seconds or SECONDS_DEFAULT,
        request_bytes_max=offer.request_bytes_max or REQUEST_BYTES_DEFAULT,
        answer_bytes_max=offer.answer_bytes_max or ANSWER_BYTES_DEFAULT,
        payload_kept=offer.payload_kept is True,
        document_digest=described.digest,
        registered_by=by.id,
        registered_at=now,
        changed_at=now,
        endpoints=described.endpoints,
    )


def _changed(known: Service, offer: Offer, service_url: str) -> Service:
    return replace(
        known,
        service_url=service_url,
        spec_url=offer.spec_url or known.spec_url,
        version=offer.version or known.version,
        enabled=known.enabled if offer.enabled is None else offer.enabled,
        timeout_seconds=offer.timeout_seconds or known.timeout_seconds,
        request_bytes_max=offer.request_bytes_max or known.request_bytes_max,
        answer_bytes_max=offer.answer_bytes_max or known.answer_bytes_max,
        payload_kept=known.payload_kept if offer.payload_kept is None else offer.payload_kept,
    )


def _described(known: Service, offer: Offer, described: Description) -> Service:
    if described.digest == known.document_digest:
        return known
    off = {endpoint.key for endpoint in known.endpoints if not endpoint.enabled}
    return replace(
        known,
        version=offer.version or described.version,
        title=described.title,
        description=described.text,
        document_digest=described.digest,
        endpoints=tuple(replace(one, enabled=one.key not in off) for one in described.endpoints),
    )


async def _rewrite(
    context: Context, tx: Transaction, *, by: Actor, before: Service, after: Service, described: Description | None
) -> Service:
    if after == before:
        return before
    after = replace(after, changed_at=clock.timestamp())
    await store.update(tx, after)
    detail: dict[str, object] = {"before": before.service_url} if before.service_url != after.service_url else {}
    if described is not None and after.document_digest != before.document_digest:
        detail["rights_ended"] = await store.replace_document(tx, after, described.document)
    await _done(context, tx, by=by, action="mediator.service.change", service=after, event="changed", detail=detail)
    return after


async def _done(
    context: Context,
    tx: Transaction,
    *,
    by: Actor,
    action: str,
    service: Service,
    event: str,
    detail: dict[str, object] | dict[str, str] | None = None,
) -> None:
    await directory.changed(context, tx, by=by, action=action, subject=service.subject, detail=detail)
    data = {"service": service.identifier, "version": service.version, "enabled": service.enabled}
    await events.publish(tx, type=f"mediator.service.{event}", subject=service.subject, data=data)


async def _known(tx: Transaction, provider: Application, code: str) -> Service | None:
    found = await directory.services(tx, application_id=provider.id)
    return next((service for service in found if service.code == code), None)
