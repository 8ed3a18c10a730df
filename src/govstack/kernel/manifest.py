"""A package's card to the host: what it serves, needs, keeps and says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from govstack.kernel.errors import Problem
from govstack.kernel.jobs import Job, RetryPolicy
from govstack.kernel.routing import Routes
from govstack.kernel.settings import Setting, Settings

if TYPE_CHECKING:
    import typer

    from govstack.kernel.context import Context

TaskHandler = Callable[["Context", Job], Awaitable[None]]
Hook = Callable[["Context"], Awaitable[None]]
SeedHook = Callable[["Context"], Awaitable["Seeded"]]
NavigationItem = tuple[str, str, str]


@dataclass(frozen=True)
class Task:
    """Durable work of a kind: its handler, how often it is retried, and whether it repeats.

    Urgent kinds are done by hands of their own, so that no amount of other work holds them up (ADR 0016).
    """

    handler: TaskHandler
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    every_seconds: float | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """What a package found when it looked at its settings, in words for the operator."""

    subject: str
    sound: bool
    line: str


@dataclass(frozen=True)
class Seeded:
    """What a seed has found and done: the parts that were missing, and how much of what there is now."""

    parts: tuple[str, ...]
    holds: Mapping[str, int]


@dataclass(frozen=True)
class Manifest:
    """What the host must know of a package; each package has one, named `MANIFEST`, in its manifest.py.

    `navigation` holds (label, path below the package, scope or "") for its pages. `seed` fills the sandbox,
    `conformance_seed` the published records; both can be repeated and leave the same state. `sandbox_settings` are
    defaults that a package brings for the sandbox profile alone. `check` looks at the settings for `govstack doctor`.
    `caller` names, without waiting, whom a call comes from that proves itself otherwise than by token, when it was
    proven a moment ago: that caller has a share of calls of its own. "" leaves a call to the share of its address.
    """

    name: str
    kind: Literal["block", "pillar"]
    title: str
    spec_version: str
    root: Path
    api: Routes
    api_prefix: str = "/api/v1"
    dialect: Routes | None = None
    pages: Routes | None = None
    navigation: tuple[NavigationItem, ...] = ()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    subscriptions: Mapping[str, TaskHandler] = field(default_factory=dict)
    events_out: Mapping[str, str] = field(default_factory=dict)
    scopes: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[Setting, ...] = ()
    error_body: Callable[[Problem], object] | None = None
    start: Hook | None = None
    stop: Hook | None = None
    seed: SeedHook | None = None
    conformance_seed: Hook | None = None
    cli: Callable[[], typer.Typer] | None = None
    sandbox_settings: Callable[[], Mapping[str, str]] | None = None
    check: Callable[[Settings], Condition] | None = None
    caller: Callable[[Context, Mapping[str, str]], str] | None = None
