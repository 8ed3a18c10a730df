"""What seeding asks of the blocks: their own administration APIs, and the registers through the mediator."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from govstack.kernel.context import Context
from govstack.kernel.errors import Unavailable
from govstack.kernel.mediation import Reply
from govstack.pillars.sandbox.seeding.model import Login

OPERATOR = "operator"
GRANT_PARTS = ("subject", "services", "fields", "consentPurpose", "legalBasis")
CHANGE_SECONDS_MAX = 60.0
CHANGE_POLL_SECONDS = 0.05
BATCH_SECONDS_MAX = 120.0


def block_url(context: Context, block: str) -> str:
    """Return where a block is: as the settings say, else beside this package."""
    return context.settings.text(f"{block.upper()}_URL") or f"{context.public_url.rpartition('/')[0]}/{block}"


async def register_application(context: Context, *, application: str, instance: str) -> None:
    """Let an application prove itself at the identity provider."""
    proof = context.mediation.credentials(application)
    body = {
        "clientId": proof.client_id,
        "secret": proof.client_secret,
        "application": f"{instance}/{application}",
    }
    (await _administer(context, "PUT", "identity", "/api/v1/clients", body)).expect(200)


async def register_person(context: Context, login: Login) -> None:
    """Let somebody sign in."""
    body = {
        "id": login.id,
        "name": login.name,
        "roles": login.roles,
        "scopes": login.scopes,
        "attributes": dict(login.attributes),
        "position": login.position,
        "claims": dict(login.claims),
    }
    (await _administer(context, "PUT", "identity", "/api/v1/people", body)).expect(200)


async def configure_mediator(context: Context, document: Mapping[str, Any]) -> None:
    """Replace the mediator's configuration and wait until the change is carried out."""
    (await _administer(context, "PUT", "mediator", "/api/v1/config", document)).expect(201)
    try:
        async with asyncio.timeout(CHANGE_SECONDS_MAX):
            while True:
                # A mediator that has no configuration yet answers with an error status: it is asked again.
                status = await _administer(context, "GET", "mediator", "/api/v1/status")
                change = status.json().get("latestChange", {}) if status.status == 200 else {}
                if change.get("state") == "done":
                    return
                if change.get("state") == "failed":
                    raise Unavailable(f"The mediator refused its configuration: {change.get('problem', '')}")
                await asyncio.sleep(CHANGE_POLL_SECONDS)
    except TimeoutError as error:
        raise Unavailable("The mediator did not carry out its configuration in time.") from error


async def define_registry(
    context: Context,
    *,
    code: str,
    version: str,
    definition: Mapping[str, Any],
    grants: Sequence[Mapping[str, Any]],
    key: str,
) -> None:
    """Define a registry, publish it under its version and grant the rights of the pack."""
    here = f"/api/v1/registries/{code}"
    published = await _administer(context, "GET", "registries", f"{here}/versions/{version}")
    if published.status == 404:
        (await _administer(context, "PUT", "registries", f"{here}/draft", definition)).expect(200, 201)
    # Callers that may read the secret fields present this key (DRS-18); what earlier ones encrypted stays readable.
    (await _administer(context, "PUT", "registries", f"{here}/key", {"key": key})).expect(204)
    if published.status == 404:
        asked = {"version": version, "acceptBreaking": False}
        (await _administer(context, "POST", "registries", f"{here}/publish", asked)).expect(200, 201)
    given = (await _administer(context, "GET", "registries", f"{here}/grants")).expect(200).json()["grants"]
    for wanted in grants:
        same = [one for one in given if _is_like(one, wanted, ("subject", "services"))]
        if not any(_is_like(one, wanted, tuple(wanted)) for one in same):
            (await _administer(context, "POST", "registries", f"{here}/grants", wanted)).expect(200, 201)
        # A right that the pack gave in another form before would go on beside the one that takes its place.
        for one in same:
            if not _is_like(one, wanted, GRANT_PARTS):
                (await _administer(context, "DELETE", "registries", f"{here}/grants/{one['id']}")).expect(204)


def _is_like(given: Mapping[str, Any], wanted: Mapping[str, Any], names: Sequence[str]) -> bool:
    return all(_unordered(given.get(name)) == _unordered(wanted.get(name)) for name in names)


def _unordered(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


async def name_systems(context: Context, groups: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Tell the registries what offices and systems are called, so that their log of readings can name them."""
    for code, group in groups:
        (await _administer(context, "PUT", "registries", f"/api/v1/groups/{code}", group)).expect(200, 201)


async def register_sender(context: Context, sender_id: str, sender: Mapping[str, Any]) -> None:
    """Let an application send messages in the name of its office."""
    (await _administer(context, "PUT", "messaging", f"/v1/senders/{sender_id}", sender)).expect(200, 201)


async def load_rows(
    context: Context, *, service: str, path: str, application: str, rows: Sequence[Mapping[str, object]], key: str
) -> None:
    """Write a group of rows into a register through the mediator; the same key twice writes them once."""
    reply = await context.mediation.call(
        "POST",
        service,
        f"{path}/createEntries",
        application=application,
        body={"write": [{"content": row} for row in rows]},
        purpose="seeding",
        headers={"idempotency-key": key},
        seconds=BATCH_SECONDS_MAX,
    )
    reply.expect(200, 201)


async def agree(context: Context, *, service: str, application: str, agreement: str, person_id: str) -> None:
    """Let a person agree to a data agreement, through the mediator; who agreed already is left alone."""
    reply = await context.mediation.call(
        "POST",
        service,
        f"/service/individual/record/data-agreement/{agreement}/",
        application=application,
        user=person_id,
        purpose="seeding",
    )
    reply.expect(200)


async def _administer(context: Context, method: str, block: str, path: str, body: object = None) -> Reply:
    headers = {"authorization": f"Bearer {await context.mediation.token(OPERATOR)}", "accept": "application/json"}
    content = b""
    if body is not None:
        headers["content-type"] = "application/json"
        content = msgspec.json.encode(body)
    return await context.mediation.network.send(
        method, f"{block_url(context, block)}{path}", headers=headers, body=content, seconds=CHANGE_SECONDS_MAX
    )
