"""Worlds to be attacked: each block with something in it, and a sender that lets any bytes through to it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from govstack.blocks.mediator.rooms.model import Act
from govstack.host.compose import SESSION_KEYS
from govstack.kernel.actor import Actor
from govstack.kernel.crypto import Keyring
from govstack.kernel.routing import Operation
from govstack.kernel.sessions import Sessions
from tests.builders import consent, mediator, messaging, pubsub, records, registries
from tests.builders.running import SECRET, Bench
from tests.builders.sharing import shareable
from tests.databases import Databases

JSON = (b"content-type", b"application/json")
REGISTRIES_SCOPES = "registries:administer registries:analyse registries:audit"
Pairs = Iterable[tuple[bytes, bytes]]
# A body that each operation takes as it is, so that answers to what succeeds are seen too.
GRANT = {"subject": "role:clerk", "services": ["data-read", "data-list"]}
SCHEMA = {"type": "object", "properties": {"Code": {"type": "string", "id": 1}, "Name": {"type": "string", "id": 2}}}
RECORD = {"ID": "EE9", "FirstName": "Zo"}
WRITE = {"query": {"content": {"ID": "EE2"}}, "write": {"content": {"FirstName": "Bob"}}}
NEVER = {"query": {"content": {"ID": "EE404"}}, "write": {"content": RECORD}}
AUTOMATION = {
    "name": "copy",
    "trigger": {"kind": "timer", "minutes": 60},
    "target": {"kind": "registry", "registry": "mcts", "operation": "upsert", "match": ["Code"]},
    "mapping": [{"from": "ID", "to": "Code"}, {"from": "FirstName", "to": "Name"}],
}
ENTRY = {
    "content": {"Code": "A"},
    "createdAt": "2026-01-01T00:00:00Z",
    "modifiedAt": "2026-01-01T00:00:00Z",
    "uuid": "",
}
REGISTRY_BODIES: dict[str, Any] = {
    "create": {"write": {"content": RECORD}},
    "createEntries": {"write": [{**ENTRY, "content": RECORD}]},
    "GDB-MCTS-create-entries": {"write": [ENTRY]},
    "exists": {"query": {"content": {"ID": "EE1"}}},
    "read": {"query": {"content": {"ID": "EE1"}}},
    "update": WRITE,
    "updateEntries": WRITE,
    "updateEntriesKebab": WRITE,
    "update-or-create": NEVER,
    "updateOrCreateKebab": NEVER,
    "modifyDatabase": {"groupName": "G", "catalogName": "C", "code": "other", "schema": SCHEMA},
    "writeDraft": {"schema": SCHEMA, "name": "People, changed"},
    "publishRegistry": {"acceptBreaking": True},
    "setKey": {"key": "a-key-that-is-long-enough-0123456789"},
    "putCustomService": {"kind": "data-read", "title": "Names", "fields": ["FirstName"]},
    "copyService": {"name": "copied"},
    "setServiceState": {"state": "visible"},
    "keepTemplate": {"title": "People", "registry": "people"},
    "useTemplate": {"code": "fromtemplate"},
    "giveGrant": GRANT,
    "delegateAccess": {**GRANT, "subject": "person:cleo"},
    "putPolicy": {"title": "Clerks read", "grants": [GRANT]},
    "putGroup": {"name": "Clerks", "members": ["person:cleo", "role:clerk"]},
    "putAutomation": AUTOMATION,
    "switchAutomation": {"enabled": True},
    "setSmallest": {"smallest": 3},
    "askStatistics": {"groupBy": ["Region"]},
    "keepReport": {"name": "Again", "question": {"groupBy": ["Region"]}},
    "makeShare": {"title": "Names", "fields": ["FirstName"], "audience": "signed-in"},
}
ENDPOINTS = [{"method": "GET", "path": "/people"}]
RIGHT = {"memberClass": "GOV", "memberCode": "7001", "applicationCode": "hospital", "act": "publish"}
SUBSCRIPTION = {"eventType": pubsub.TYPE, "delivery": "PULL"}
MEDIATOR_BODIES: dict[str, Any] = {
    "registerService": {"serviceUrl": mediator.SERVICE_URL, "spec": mediator.DOCUMENT},
    "changeService": {"version": "2"},
    "requestAccess": {"service": f"{pubsub.ROOM}/people", "client": "GOV/7001/hospital", "purpose": "Births"},
    "createEventType": {"eventType": "another", "schema": {"type": "object"}},
    "allowInRoom": [RIGHT],
    "denyInRoom": [{**RIGHT, "memberClass": "COM", "memberCode": "9", "applicationCode": "shop"}],
    "addSub": SUBSCRIPTION,
    "patchSub": SUBSCRIPTION,
    "addSubscription": {**SUBSCRIPTION, "subscriberId": {
        "instanceId": "demo", "memberClass": "GOV", "memberCode": "7001", "applicationCode": "registry",
    }},
    "publishEvent": {"eventType": pubsub.TYPE, "event": {"number": 2}},
    "createIMconf": {"domain": "demo", "instance": "demo", "members": []},
    "updateIMconf": {"domain": "demo", "instance": "demo", "members": []},
}  # fmt: skip
MESSAGING_BODIES: dict[str, Any] = {
    "sendSingleEmail": messaging.single("bo@people.example.org"),
    "sendBatchEmail": messaging.batch("cy@people.example.org"),
    "callbackEmail": {"meta": "reply", "content": "WWVz"},
    "sendSingleEmergencyEmail": messaging.single("di@people.example.org"),
    "sendBatchEmergencyEmail": messaging.batch("ed@people.example.org"),
    "sendSingleSms": messaging.text(),
    "sendBatchSms": messaging.texts(messaging.NUMBER),
    "sendSingleEmergencySms": messaging.text(),
    "sendBatchEmergencySms": messaging.texts(messaging.NUMBER),
    "sendSingleInApp": messaging.notice(),
    "sendBatchInApp": messaging.notices("bo"),
    "sendSingleEmergencyInApp": messaging.notice(),
    "sendBatchEmergencyInApp": messaging.notices("bo"),
}
WEBHOOK = {"id": "", "payloadUrl": "https://hooks.example.org/", "contentType": JSON[1].decode(), "disabled": False}
SIGNATURE = {"signature": {"verificationMethod": "jws"}}
CONSENT_BODIES: dict[str, Any] = {
    "configPolicyCreate": {"policy": consent.POLICY},
    "configPolicyUpdate": {"policy": {**consent.POLICY, "version": "2.0"}},
    "configDataAgreementCreate": {"dataAgreement": consent.AGREEMENT},
    "configDataAgreementUpdate": {"dataAgreement": {**consent.AGREEMENT, "purpose": "Another"}},
    "configIndividualCreate": {"individual": {"id": "", "externalId": "c-3"}},
    "serviceIndividualCreate": {"individual": {"id": "", "externalId": "d-4"}},
    "serviceIndividualUpdate": {"individual": {"id": "", "externalId": "e-5"}},
    "configWebhookCreate": {"webhook": {**WEBHOOK, "secretKey": "a-secret-of-a-receiver"}},
    "configWebhookUpdate": {"webhook": {**WEBHOOK, "secretKey": ""}},
    "configNoticesSwitch": {"enabled": True},
    "serviceIndividualNoticesSwitch": {"enabled": True},
    "serviceIndividualConsentRecordUpdate": {"consentRecord": {"id": "", "optIn": False}},
    "serviceIndividualSignatureCreate": SIGNATURE,
}
_FIELD = re.compile(r"\{(\w+)(\*?)\}")
_TABLES = {
    # Not the tables of an index, which follow those that hold the rows.
    "sqlite": "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgres": "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, in bytes and without interpretation."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    content: bytes

    @property
    def media_type(self) -> str:
        """Return the content type without its parameters."""
        return dict(self.headers).get(b"content-type", b"").decode("latin-1").partition(";")[0]

    def json(self) -> Any:
        """Return the body as JSON."""
        return msgspec.json.decode(self.content)


@dataclass(slots=True)
class World:
    """A block that runs, who may do everything in it, and the parts of addresses that name what is there."""

    bench: Bench
    administrator: tuple[tuple[bytes, bytes], ...]
    session: tuple[tuple[bytes, bytes], ...]
    values: Mapping[str, str]
    bodies: Mapping[str, Any]
    further: Mapping[str, str] = field(default_factory=dict)
    # Whether it has so many operations that a walk over them is long.
    large: bool = True

    async def send(
        self, method: str, target: str, headers: Pairs = (), body: bytes = b"", *, chunks: Iterable[bytes] | None = None
    ) -> Reply:
        """Send one request as the server would hand it over; with chunks the length of the body is not stated."""
        path, _, query = target.encode("latin-1").partition(b"?")
        parts = [body] if chunks is None else [*chunks]
        sizes = (
            [(b"content-length", str(len(body)).encode())] if chunks is None else [(b"transfer-encoding", b"chunked")]
        )
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
            "path": path.decode("utf-8", "replace"), "raw_path": path, "query_string": query, "mount": "",
            "headers": [*headers, *(sizes if parts != [b""] else [])], "client": ("127.0.0.1", 4000),
            "server": ("govstack.test", 80), "extensions": {},
        }  # fmt: skip
        return await _exchanged(self.bench.running.application, scope, parts)

    def address(self, operation: Operation, prefix: str, **changed: str) -> str:
        """Return the address of an operation on what is there."""
        known = {**self.values, **changed}
        if operation.path.startswith("/database/"):
            known = {**known, **self.further, **changed}
        return prefix + _FIELD.sub(lambda found: known.get(found[1], "unknown"), operation.path)

    async def contents(self) -> dict[str, int]:
        """Return how many rows each table holds, but for what every request may leave behind, such as its log."""
        database = self.bench.context.database
        async with database.reading() as tx:
            dialect = database.dialect
            names = [row["name"] for row in await tx.fetch(_TABLES[dialect])]
            return {name: (await tx.fetch(f"SELECT count(*) AS rows FROM {name}"))[0]["rows"] for name in sorted(names)}


async def _exchanged(application: Any, scope: Mapping[str, Any], parts: list[bytes]) -> Reply:
    waiting, sent = list(reversed(parts)), []

    async def receive() -> dict[str, Any]:
        if not waiting:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": waiting.pop(), "more_body": bool(waiting)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Reply(sent[0]["status"], tuple(sent[0]["headers"]), content)


def bearer(token: str, *further: tuple[bytes, bytes]) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of a caller."""
    return ((b"authorization", f"Bearer {token}".encode()), *further)


def session(bench: Bench, *scopes: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of an administrator's browser."""
    return ((b"cookie", bench.browser("administrator", *scopes).headers["cookie"].encode()),)


def citizen(bench: Bench, number: str, *scopes: str) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers of the browser of a person with an identifier."""
    actor = Actor("person", "amina", "Amina Kone", scopes=frozenset(scopes), attributes={"person_id": number})
    started = Sessions(Keyring(SECRET, package=SESSION_KEYS), secure=False).start(actor)
    return ((b"cookie", started.partition(";")[0].encode()),)


@asynccontextmanager
async def registries_world(databases: Databases, folder: Path, **settings: str) -> AsyncIterator[World]:
    """Digital Registries with a register of people, a register of children, a group and a kept report."""
    desk = await records.desk(databases, DATA_DIR=str(folder), **settings)
    registry = await records.stocked(
        desk.context,
        {"ID": "EE1", "FirstName": "Ada", "LastName": "Love", "BirthDate": "1990-01-02", "Income": 5},
        {"ID": "EE2", "FirstName": "Bo", "LastName": "Hill", "Note": "quiet"},
        given=registries.definition("people"),
    )
    await registries.published(desk.context, records.plain("mcts"))
    await shareable(desk.context, registry)
    token = desk.issuer.token("administrator", scope=REGISTRIES_SCOPES, name="Ada Administrator")
    async with desk.person("administrator", *REGISTRIES_SCOPES.split()) as client:
        created = await client.post(records.path(registry, "/create"), json={"write": {"content": {"ID": "EE3"}}})
        uuid = created.headers["record-id"]
        group = {"name": "Clerks", "members": ["person:cleo"]}
        question = {"name": "Regions", "question": {"groupBy": ["Region"]}}
        made = [
            await client.put(f"{records.PREFIX}/groups/clerks", json=group),
            await client.put(f"{records.PREFIX}/registries/people/automations/copy", json=AUTOMATION),
            await client.post(f"{records.PREFIX}/registries/people/reports", json=question),
        ]
        assert [answer.status_code for answer in made] == [200, 200, 201], [answer.text for answer in made]
    values = {
        "registryName": "people", "versionNumber": "1.0", "code": "people", "version": "1.0", "uuid": uuid, "id": uuid,
        "group": "clerks", "field": "FirstName", "ext": "json", "name": "data-exists",
        "report": made[-1].json()["id"], "policy": "clerks", "automation": "copy",
    }  # fmt: skip
    caller = (b"information-mediator-client", records.CALLER["information-mediator-client"].encode())
    browser = session(desk, *REGISTRIES_SCOPES.split())
    yield World(desk, bearer(token, caller), browser, values, REGISTRY_BODIES, {"id": str(registry.id)})


@asynccontextmanager
async def mediator_world(databases: Databases, folder: Path, **settings: str) -> AsyncIterator[World]:
    """An information mediator with a room, a subscriber, and a service that answers whatever it is asked."""

    async def provider(_: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": b"[]"})

    async with pubsub.room_on(databases, folder, **settings) as room:
        room.bench.network.serve_locally("http://provider.test", provider)
        await mediator.offered(room.context, f"{pubsub.ROOM}/people")
        await mediator.granted(room.context, f"{pubsub.ROOM}/people", pubsub.ROOM)
        await room.allow(pubsub.ROOM, Act.PUBLISH, Act.SUBSCRIBE)
        caller = f"demo/{pubsub.ROOM}"
        token = room.bench.issuer.token(caller, application=caller, scope="mediator:*")
        values = {
            "instanceId": "demo", "GovStackInstance": "demo", "memberClass": "GOV", "memberCode": "7001",
            "applicationCode": "registry", "serviceCode": "people", "eventType": pubsub.TYPE, "path": "people",
            "eventId": await room.publish(1), "fingerprint": "0" * 64,
        }  # fmt: skip
        application = bearer(token, (b"x-govstack-client", caller.encode()))
        yield World(room.bench, application, session(room.bench, "mediator:*"), values, MEDIATOR_BODIES)


@asynccontextmanager
async def messaging_world(databases: Databases, folder: Path, **settings: str) -> AsyncIterator[World]:
    """Messaging with a sender and a request of its."""
    async with messaging.messaging_on(databases, DATA_DIR=str(folder), **settings) as bench:
        made = await messaging.registered(bench.context, urgent=True)
        async with messaging.client(bench, made.key) as client:
            conformance = bench.context.settings.profile == "conformance"
            answer = await client.post("/v1/send/email/single", json=messaging.single())
            assert answer.status_code == 200, answer.text
        uid = answer.json()["requestUid"]
        await messaging.sent(bench, made.key, messaging.notice("administrator"), by="in-app")
        await messaging.sent(bench, made.key, messaging.text(), by="sms")
        await messaging.work(bench.context)
        theirs = await messaging.rows(bench.context, "SELECT id FROM notice")
        boxes = await messaging.rows(bench.context, "SELECT box FROM inbox_mail WHERE box <> ''")
        caller = bearer(
            bench.issuer.token("administrator", scope="messaging:administer"),
            (b"apikey", made.key.encode()),
            (b"requestuid", uid.encode()),
        )
        keys = await messaging.rows(bench.context, "SELECT id FROM sender_key")
        values = {"senderId": made.sender.id, "keyId": keys[0]["id"], "requestUid": uid, "number": "1"}
        values |= {"messageUid": theirs[0]["id"], "box": boxes[0]["box"]}
        known = caller[1:] if conformance else caller
        yield World(bench, known, session(bench, "messaging:*"), values, MESSAGING_BODIES, large=False)


@asynccontextmanager
async def consent_world(databases: Databases, folder: Path, **settings: str) -> AsyncIterator[World]:
    """Consent with an agreement, somebody who agreed to it, and a webhook."""
    block = await consent.consent(
        databases, DATA_DIR=str(folder), CONSENT_WEBHOOK_HOSTS="hooks.example.org", **settings
    )
    record = await block.agreed()
    hook = await block.organisation().post("/config/webhook/", CONSENT_BODIES["configWebhookCreate"])
    values = {
        "policyId": block.policy["id"], "dataAgreementId": block.agreement_id, "webhookId": hook["webhook"]["id"],
        "individualId": record["individual"]["id"], "consentRecordId": record["id"], "kind": "DataAgreement",
        "objectId": block.agreement_id, "recordId": record["id"], "agreementId": block.agreement_id,
    }  # fmt: skip
    token = block.bench.issuer.token("demo/GOV/7001/all", application="demo/GOV/7001/all", scope="consent:*")
    whom = (b"x-consentbb-individualid", record["individual"]["id"].encode())
    whose = citizen(block.bench, "1985-01", "consent:*")
    yield World(block.bench, bearer(token, whom), whose, values, CONSENT_BODIES, large=False)
