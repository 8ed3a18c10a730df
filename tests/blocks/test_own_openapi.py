"""Each block answers as its own OpenAPI document says, whatever it is asked: sensibly, wrongly, or with nonsense."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.builders.hostile import World, consent_world, mediator_world, messaging_world, registries_world
from tests.databases import Databases

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Operations that must have succeeded at least once, of a hundred: else the requests do not reach what they test.
SUCCEEDED_PERCENT = 55
# Writing comes first and what destroys last, so that the rest finds something.
ORDER = {"put": 0, "post": 0, "patch": 0, "get": 1, "delete": 2}
LAST = 3
DESTRUCTIVE = (
    "suspend",
    "reject",
    "archive",
    "{version}",
    "{code}",
    "/database/{id}",
    "{memberCode}",
    "{applicationCode}",
)


class Make(Protocol):
    """Makes a block with something in it."""

    def __call__(self, databases: Databases, folder: Path, **settings: str) -> AbstractAsyncContextManager[World]:
        """Return the world, to be entered."""


BLOCKS = [
    pytest.param(registries_world, id="registries"), pytest.param(mediator_world, id="mediator"),
    pytest.param(messaging_world, id="messaging"), pytest.param(consent_world, id="consent"),
]  # fmt: skip
# Published clients of consent ask for the published operations as they are.
SPOKEN = BLOCKS[:3]


def cases_of(operation: APIOperation[Any, Any, Any], good: int, bad: int) -> list[Case]:
    """Return requests that fit the document and some that do not, the same on each run."""
    found: list[Case] = []
    for mode, count in ((GenerationMode.POSITIVE, good), (GenerationMode.NEGATIVE, bad)):
        # Nothing wrong can be sent to an operation that takes neither query nor body.
        if not count or (mode is GenerationMode.NEGATIVE and not (operation.query or operation.body)):
            continue

        @hypothesis.settings(
            max_examples=count,
            derandomize=True,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(operation.as_strategy(generation_mode=mode))
        def collect(case: Case) -> None:
            found.append(case)

        try:
            collect()
        except hypothesis.errors.Unsatisfiable:
            continue
    return found


def known(world: World, case: Case, turn: int) -> Case:
    """Let two requests of three name what is there, and the first be one that should succeed."""
    body = world.bodies.get(case.operation.definition.raw["operationId"])
    if turn == 0 and body is not None:
        case.body, case.media_type, case.query = body, "application/json", {}
    if turn % 3 != 2:
        values = {**world.values, **(world.further if "/database/" in case.path else {})}
        case.path_parameters.update({name: values[name] for name in case.path_parameters if name in values})
    return case


async def answered(world: World, case: Case, headers: Mapping[str, str]) -> Response:
    """Send a request and return the answer as the checks want it."""
    if "authorization" in headers:
        case.headers.pop("Authorization", None)
    sent = requests.Request(**case.as_transport_kwargs(base_url="http://govstack.test", headers=dict(headers)))
    prepared = sent.prepare()
    body = prepared.body or b""
    pairs = [
        (_bytes(name).lower(), _bytes(value))
        for name, value in prepared.headers.items()
        if name.lower() != "content-length"
    ]
    reply = await world.send(
        prepared.method or "GET", prepared.path_url, pairs, body.encode() if isinstance(body, str) else bytes(body)
    )
    received: dict[str, list[str]] = {}
    for name, value in reply.headers:
        received.setdefault(name.decode(), []).append(value.decode("latin-1"))
    return Response(reply.status, received, reply.content, prepared, 0.0, verify=True)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1", "replace")


def operations_of(document: dict[str, Any], chosen: Any = None) -> Iterator[APIOperation[Any, Any, Any]]:
    """Return the operations of a document: reading first, destroying last."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = SchemathesisConfig()
        # NUL is refused everywhere; texts without it come further.
        config.projects.default.generation.allow_x00 = False
        schema = schemathesis.openapi.from_dict(document, config=config)
        made = [result.ok() for result in schema.get_all_operations()]
    made.sort(key=_when)
    return (one for one in made if chosen is None or chosen(one))


def _when(operation: APIOperation[Any, Any, Any]) -> tuple[int, int]:
    method = operation.method.lower()
    destroys = method in {"post", "delete"} and operation.path.endswith(DESTRUCTIVE)
    return LAST if destroys else ORDER[method], -operation.path.count("/")


@dataclass(slots=True)
class Findings:
    """What was not as documented, and what each operation answered."""

    wrong: list[str] = field(default_factory=list)
    statuses: dict[str, set[int]] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)

    @property
    def succeeded_percent(self) -> float:
        """Return how many of a hundred operations did something at least once."""
        good = [label for label, statuses in self.statuses.items() if min(statuses) < 300]
        return 100 * len(good) / len(self.statuses)


async def asked_everything(
    world: World, headers: Mapping[str, str], *, good: int, bad: int, only: Any = None
) -> Findings:
    """Ask a block everything its document names and return what was found."""
    document = (await world.send("GET", "/openapi.json")).json()
    found = Findings()
    for operation in operations_of(document, only):
        found.access[operation.label] = operation.definition.raw["x-access"]
        for turn, case in enumerate(cases_of(operation, good, bad)):
            answer = await answered(world, known(world, case, turn), headers)
            found.statuses.setdefault(operation.label, set()).add(answer.status_code)
            try:
                case.validate_response(answer, checks=CHECKS)
            except FailureGroup as error:
                found.wrong.append(f"{operation.label}: {error}")
    return found


@pytest.mark.slow
@pytest.mark.requirement("X024", "X039", "X041", "X044", "X053")
@pytest.mark.parametrize("make", BLOCKS)
async def test_an_administrator_is_answered_as_documented(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        headers = {name.decode(): value.decode() for name, value in world.administrator}

        found = await asked_everything(world, headers, good=6, bad=4)

    assert found.wrong == []
    assert found.succeeded_percent >= SUCCEEDED_PERCENT


@pytest.mark.slow
@pytest.mark.requirement("X012", "X055", "X063", "X065")
@pytest.mark.parametrize("make", BLOCKS)
async def test_nobody_is_answered_as_documented_and_turned_away_where_it_says_so(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path) as world:
        found = await asked_everything(world, {}, good=1, bad=1)

    open_doors = [
        f"{label}: {statuses}"
        for label, statuses in found.statuses.items()
        if found.access[label].startswith(("signed-in", "scope")) and statuses != {401}
    ]
    assert found.wrong == []
    assert open_doors == []


@pytest.mark.slow
@pytest.mark.requirement("X022", "X248", "SD-7", "SD-11", "IM-D1")
@pytest.mark.parametrize("make", SPOKEN)
async def test_published_clients_are_answered_as_documented_in_the_dialect(
    make: Make, sqlite_databases: Databases, tmp_path: Path
) -> None:
    async with make(sqlite_databases, tmp_path, PROFILE="conformance") as world:
        dialect = world.bench.running.manifest.dialect
        assert dialect is not None
        spoken = {operation.path for operation in dialect.operations}

        found = await asked_everything(world, {}, good=8, bad=6, only=lambda operation: operation.path in spoken)

    assert found.wrong == []
    assert {label.partition(" ")[2] for label in found.statuses} == spoken
