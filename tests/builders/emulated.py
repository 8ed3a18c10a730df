"""Building blocks that the product does not have yet, in miniature, as journeys need them.

Each speaks operations of its published API, in the names and shapes of that document, and refuses a request that does
not keep to them. What it checks is what it publishes: the mediator gets the same document.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import httpx
import jsonschema_rs

Schema = Mapping[str, Any]
Answer = tuple[int, object]
TEXT: Schema = {"type": "string"}
BODY_BYTES_MAX = 100_000


def text(maximum: int, **more: Any) -> dict[str, Any]:
    """Return the schema of a text of so many characters at most."""
    return {"type": "string", "maxLength": maximum, **more}


def object_of(*required: str, **properties: Schema) -> dict[str, Any]:
    """Return the schema of an object that holds no other properties than those named."""
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


@dataclass(frozen=True)
class Asked:
    """A request that keeps to its operation; `query` holds what is not text as JSON holds it."""

    path: Mapping[str, str]
    query: Mapping[str, Any]
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Operation:
    """One published operation: its id, what it needs, and what it answers when all is well."""

    id: str
    method: str
    path: str
    status: int = 200
    query: Mapping[str, Schema] = field(default_factory=dict)
    headers: Mapping[str, Schema] = field(default_factory=dict)
    body: Schema | None = None

    def matches(self, method: str, path: str) -> Mapping[str, str] | None:
        """Return the values in a path that this operation answers, or None."""
        found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path), path)
        return found.groupdict() if found is not None and method == self.method else None

    def document(self) -> dict[str, Any]:
        """Return it as OpenAPI writes it."""
        named = re.findall(r"\{(\w+)\}", self.path)
        parameters = [{"name": one, "in": "path", "required": True, "schema": TEXT} for one in named] + [
            {"name": name, "in": place, "required": True, "schema": schema}
            for place, some in (("query", self.query), ("header", self.headers))
            for name, schema in some.items()
        ]
        content = {"content": {"application/json": {"schema": self.body}}} if self.body is not None else {}
        return {
            "operationId": self.id, "parameters": parameters,
            "responses": {str(self.status): {"description": "Done"}},
            **({"requestBody": {"required": True, **content}} if content else {}),
        }  # fmt: skip


class Emulator:
    """One block: an ASGI application that checks what comes and keeps what it was told in memory."""

    title: ClassVar[str] = ""
    operations: ClassVar[tuple[Operation, ...]] = ()

    def __init__(self) -> None:
        self.answered: list[str] = []
        self._last = 0

    def document(self) -> str:
        """Return the OpenAPI document of what is emulated."""
        paths: dict[str, dict[str, Any]] = {}
        for one in self.operations:
            paths.setdefault(one.path, {})[one.method.lower()] = one.document()
        return json.dumps({"openapi": "3.0.3", "info": {"title": self.title, "version": "1.0"}, "paths": paths})

    def new_id(self) -> str:
        """Return an id that was not given yet."""
        self._last += 1
        return str(self._last)

    async def __call__(self, scope: Mapping[str, Any], receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body = (body + message.get("body", b""))[:BODY_BYTES_MAX]
            if not message.get("more_body"):
                break
        status, value = self._answer(scope, body)
        content = json.dumps(value).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _answer(self, scope: Mapping[str, Any], body: bytes) -> Answer:
        for one in self.operations:
            path = one.matches(scope["method"], scope["path"])
            if path is None:
                continue
            try:
                asked = Asked(
                    path,
                    {name: _value(said) for name, said in parse_qsl(scope["query_string"].decode())},
                    {name.decode().lower(): value.decode() for name, value in scope["headers"]},
                    json.loads(body) if body else None,
                )
            except ValueError:
                return 400, {"message": "The body is not JSON."}
            faults = _faults(one, asked)
            if faults:
                return 400, {"message": "; ".join(faults)}
            self.answered.append(one.id)
            status, value = getattr(self, f"_{one.id}")(asked)
            return status or one.status, value
        return 404, {"message": "There is no such operation."}


def _value(said: str) -> Any:
    """Return a value of a query: an object where it is one, else the text."""
    return json.loads(said) if said.startswith("{") else said


def _faults(operation: Operation, asked: Asked) -> list[str]:
    """Say what a request lacks or has wrong; parameters that the operation does not know are passed over."""
    parts: list[tuple[str, Schema, Any]] = [
        *((name, schema, asked.query.get(name)) for name, schema in operation.query.items()),
        *((name, schema, asked.headers.get(name.lower())) for name, schema in operation.headers.items()),
    ]
    if operation.body is not None:
        parts.append(("body", operation.body, asked.body))
    return [
        f"{name}: {fault.message}"
        for name, schema, given in parts
        for fault in jsonschema_rs.validator_for(schema).iter_errors(given)
    ]


CALLER = {"Information-Mediator-Client": TEXT}
FILE = object_of(
    "applicantId",
    applicationName=TEXT,
    applicantId=TEXT,
    created=TEXT,
    formData=object_of(data={"type": "object", "additionalProperties": {"type": "object"}}, eFormId=TEXT),
    documentUrls={"type": "array", "items": TEXT},
)
DECISION = object_of(data={"type": "object", "additionalProperties": {"type": "object"}})


class Registration(Emulator):
    """Registration 0.1.1: files of applicants for one service, and the tasks of operators that come of them."""

    title = "Registration"
    operations = (
        Operation("submit", "POST", "/services/{serviceId}/applications", headers=CALLER, body=FILE),
        Operation("getApplicationFileById", "GET", "/applications/{fileId}", headers=CALLER),
        Operation("getTasks", "GET", "/tasks"),
        Operation("completeTaskById", "POST", "/tasks/{taskId}/complete", body=DECISION),
    )

    def __init__(self, service_id: str) -> None:
        super().__init__()
        self._service_id = service_id
        self._files: dict[str, dict[str, Any]] = {}

    def _submit(self, asked: Asked) -> Answer:
        if asked.path["serviceId"] != self._service_id:
            return 404, {"message": "The service was not found."}
        file_id = f"file-{self.new_id()}"
        self._files[file_id] = {
            "fileId": file_id, "serviceId": self._service_id, "applicantId": asked.body["applicantId"],
            "status": {"code": "PENDING", "title": "Pending"}, "ended": False, "applicationData": asked.body,
        }  # fmt: skip
        return 0, self._files[file_id]

    def _getApplicationFileById(self, asked: Asked) -> Answer:  # noqa: N802 - the published id of the operation
        kept = self._files.get(asked.path["fileId"])
        return (0, kept) if kept else (404, {"message": "The file was not found."})

    def _getTasks(self, asked: Asked) -> Answer:  # noqa: N802
        wanted = asked.query.get("fileId")
        return 0, [
            {"taskId": f"task-{one['fileId']}", "name": "Approve", "fileId": one["fileId"],
             "serviceId": self._service_id, "status": one["status"]}
            for one in self._files.values() if wanted in (None, one["fileId"]) and not one["ended"]
        ]  # fmt: skip

    def _completeTaskById(self, asked: Asked) -> Answer:  # noqa: N802
        kept = self._files.get(asked.path["taskId"].removeprefix("task-"))
        if kept is None:
            return 404, {"message": "The task was not found."}
        # The published operation has no field for the decision: this one completes by approving.
        kept |= {"status": {"code": "APPROVED", "title": "Approved"}, "ended": True}
        return 0, {
            "taskId": asked.path["taskId"], "fileId": kept["fileId"], "serviceId": self._service_id,
            "status": kept["status"], "variables": {},
        }  # fmt: skip


BILLER = {"X-CorrelationID": text(20), "X-Platform-TenantId": text(20), "X-billerId": text(20)}
REQUEST_TO_PAY = object_of(
    "requestId", "rtpId", "billID", "requestType", "billDetails",
    requestId=text(12), rtpId={"type": "integer"}, billID=text(10), requestType={"enum": ["00", "01"]},
    payerFiDetails=object_of(payerFIBIC=text(10), financialAddress=text(30)),
    alias=object_of(aliasType={"enum": ["00", "01", "02"]}, aliasId=text(30)),
    billDetails=object_of("billerName", "amount", billerName=text(10), amount={"type": "integer", "minimum": 1}),
)  # fmt: skip
UPDATE = object_of(
    "requestId", "rtpId", "billId", "rtpStatus",
    requestId=text(12), rtpId={"type": "integer"}, billId=text(30), rtpStatus={"enum": ["00", "01"]},
    rejectReason={"enum": ["R", "E", "W"]},
)  # fmt: skip
Proof = Callable[[], Awaitable[str]]


class Payments(Emulator):
    """Payments, the face of bills (P2G): a request to pay, and the word that it was paid."""

    title = "Payments"
    operations = (
        Operation(
            "rtpRequest", "POST", "/rtpRequest", headers={**BILLER, "X-Callback-URL": text(100)}, body=REQUEST_TO_PAY
        ),
    )  # fmt: skip

    def __init__(self, proof: Proof) -> None:
        """Take what returns the token that this block shows where it tells of payments."""
        super().__init__()
        self._proof = proof
        self._wanted: dict[int, tuple[str, dict[str, Any]]] = {}

    def _rtpRequest(self, asked: Asked) -> Answer:  # noqa: N802
        self._wanted[asked.body["rtpId"]] = asked.headers["x-callback-url"], asked.body
        return 0, {
            "responseCode": "00", "responseDescription": "Request to pay taken", "requestID": asked.body["requestId"],
        }  # fmt: skip

    async def pay(self, rtp_id: int) -> int:
        """Let the payer's bank pay what was asked for, and tell the biller; returns how the biller answered."""
        where, wanted = self._wanted[rtp_id]
        told = {"requestId": wanted["requestId"], "rtpId": rtp_id, "billId": wanted["billID"], "rtpStatus": "00"}
        headers = {
            "authorization": f"Bearer {await self._proof()}", "information-mediator-purpose": "rtp-update",
            **dict.fromkeys(BILLER, "payments"),
        }  # fmt: skip
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.post(where, json=told, headers=headers)).status_code


class Biller(Emulator):
    """What whoever sends bills serves to Payments: it hears that something was paid."""

    title = "Bills"
    operations = (Operation("rtpUpdate", "POST", "/rtpUpdate", headers=BILLER, body=UPDATE),)

    def __init__(self) -> None:
        super().__init__()
        self.paid: set[str] = set()

    def _rtpUpdate(self, asked: Asked) -> Answer:  # noqa: N802
        if asked.body["rtpStatus"] == "00":
            self.paid.add(asked.body["billId"])
        return 0, {}


VALUES = {"type": "array", "items": object_of("code", "value", code=TEXT, value=TEXT)}
BEGINNING = object_of("processStartedBy", processStartedBy=TEXT, InstanceValues=VALUES)


class Workflow(Emulator):
    """Workflow 1.0: processes that are started, looked at and stopped."""

    title = "Workflow"
    operations = (
        Operation("getProcessList", "GET", "/processes"),
        Operation("start", "POST", "/processes/{processId}/start", 201, body=BEGINNING),
        Operation("getProcessInstanceList", "GET", "/instances/"),
        Operation("stop", "POST", "/instances/{instanceId}/stop", 201),
    )

    def __init__(self, *processes: str) -> None:
        super().__init__()
        self._processes = processes
        self._instances: dict[str, dict[str, Any]] = {}

    def _getProcessList(self, _: Asked) -> Answer:  # noqa: N802
        return 0, [
            {"id": one, "processDefinition": {"name": one, "type": "Private", "version": "1"}}
            for one in self._processes
        ]  # fmt: skip

    def _start(self, asked: Asked) -> Answer:
        if asked.path["processId"] not in self._processes:
            return 404, {"message": "The process was not found."}
        instance_id = f"instance-{self.new_id()}"
        return 0, self._kept(instance_id, asked.path["processId"], "running")

    def _getProcessInstanceList(self, asked: Asked) -> Answer:  # noqa: N802
        wanted = asked.query.get("processId")
        return 0, [
            {"id": one["id"], "processRef": one["processRef"], "state": one["state"]}
            for one in self._instances.values() if wanted in (None, one["processRef"])
        ]  # fmt: skip

    def _stop(self, asked: Asked) -> Answer:
        kept = self._instances.get(asked.path["instanceId"])
        if kept is None:
            return 404, {"message": "The instance was not found."}
        return 0, self._kept(kept["id"], kept["processRef"], "stopped")

    def _kept(self, instance_id: str, process: str, state: str) -> dict[str, Any]:
        self._instances[instance_id] = {
            "id": instance_id, "processRef": process, "suspended": False, "ended": state == "stopped", "state": state,
        }  # fmt: skip
        return self._instances[instance_id]


REQUESTOR = {"requestor_id": TEXT, "request_token": TEXT}
PERIOD = object_of("from", "to", **{"from": TEXT, "to": TEXT})
EVENT = object_of(
    "name", "category", "host_entity_id", "slots",
    name=TEXT, description=TEXT, category=TEXT, host_entity_id=TEXT, subscriber_limit=TEXT,
    slots={"type": "array", "minItems": 1, "items": PERIOD},
)  # fmt: skip
APPOINTMENT = object_of(
    "event_ids", "participant_type", "participant_id",
    event_ids={"type": "array", "minItems": 1, "items": TEXT}, participant_type={"enum": ["resource", "subscriber"]},
    participant_id=TEXT, participant_entity_id=TEXT, exclusive={"type": "boolean"},
)  # fmt: skip
ALERT = object_of(
    "event_id", "target_category", "message_id", "alert_datetime",
    event_id=TEXT, target_category={"enum": ["subscriber", "resource", "both"]}, message_id=TEXT, alert_datetime=TEXT,
)  # fmt: skip
LOG = object_of(
    "logger_role", "logger_id", "log_category", "datetime",
    logger_role=TEXT, logger_id=TEXT, entity_id=TEXT, log_category=TEXT, datetime=TEXT, log_data=TEXT,
)  # fmt: skip


def _asking(**details: Schema) -> dict[str, Schema]:
    """Return the parameters of an operation whose `qry` holds an object of details."""
    return {**REQUESTOR, "qry": object_of(*details, **details)}


class Scheduler(Emulator):
    """Scheduler 1.0.0: events, who takes part, alerts and what was logged; all input stands in the query."""

    title = "Scheduler"
    operations = (
        Operation("newEvent", "POST", "/event/new", query=_asking(details=EVENT)),
        Operation("newAppointment", "POST", "/appointment/new", query=_asking(appointment_details=APPOINTMENT)),
        Operation("newAlertSchedule", "POST", "/alert_schedule/new", query=_asking(alert_schedule_details=ALERT)),
        Operation("newLog", "POST", "/log/new", query=_asking(log_details=LOG)),
        Operation(
            "listLogs", "GET", "/log/list_details",
            query=_asking(log_filter={"type": "object"}, log_details_required={"type": "object"}),
        ),
        Operation("deleteEvent", "DELETE", "/event", query={**REQUESTOR, "event_id": TEXT}),
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._events: dict[str, int] = {}
        self._logs: list[dict[str, Any]] = []

    def _newEvent(self, asked: Asked) -> Answer:  # noqa: N802
        made = [self.new_id() for _ in asked.query["qry"]["details"]["slots"]]
        self._events |= dict.fromkeys(made, 0)
        return 0, f"event_id:{made[0]}"

    def _newAppointment(self, asked: Asked) -> Answer:  # noqa: N802
        wanted = asked.query["qry"]["appointment_details"]["event_ids"]
        if any(one not in self._events for one in wanted):
            return 404, {"message": "The event was not found."}
        return 0, f"Event_id:{wanted[0]},appointment_id:{self.new_id()}"

    def _newAlertSchedule(self, asked: Asked) -> Answer:  # noqa: N802
        if asked.query["qry"]["alert_schedule_details"]["event_id"] not in self._events:
            return 404, {"message": "The event was not found."}
        return 0, f"alert_schedule_id:{self.new_id()}"

    def _newLog(self, asked: Asked) -> Answer:  # noqa: N802
        self._logs.append({"log_id": self.new_id(), "details": asked.query["qry"]["log_details"]})
        return 0, f"log_id:{self._logs[-1]['log_id']}"

    def _listLogs(self, asked: Asked) -> Answer:  # noqa: N802
        wanted = asked.query["qry"]["log_filter"]
        return 0, [[one for one in self._logs if wanted.items() <= one["details"].items()]]

    def _deleteEvent(self, asked: Asked) -> Answer:  # noqa: N802
        gone = self._events.pop(asked.query["event_id"], None)
        return (404, {"message": "The event was not found."}) if gone is None else (0, None)
