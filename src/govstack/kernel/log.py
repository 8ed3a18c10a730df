"""Structured logs: one JSON line an event, security events tagged, secrets and personal data masked."""

from __future__ import annotations

import asyncio
import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TextIO, cast

import msgspec
import structlog

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.settings import PREFIX, SettingsError

CORRELATION: ContextVar[str] = ContextVar("correlation", default="")
VALUE_CHARACTERS_MAX = 2_000
ACCESS_LINES_HELD_MAX = 200
ACCESS_HELD_SECONDS_MAX = 0.2
MASK = "***"
_SENSITIVE = re.compile(
    r"(?i)secret|password|passwd|token|authorization|cookie|assertion|private|credential|given.?name|family.?name"
    r"|first.?name|last.?name|birth|phone|email|address$|iban|person.?name|body|payload|content$"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*")

Event = MutableMapping[str, object]


class _Output:
    """Where lines go; a place that takes none, such as a full disk, must not stop the work that is told of."""

    def __init__(self, file: TextIO | None) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            (self._file or sys.stdout).write(text)

    def flush(self) -> None:
        with suppress(OSError):
            (self._file or sys.stdout).flush()


_output = _Output(None)


def configure(level: str = "INFO", file: str = "") -> None:
    """Send every log line of the process, also those of libraries, as JSON to a file or to standard output.

    Raises SettingsError for a file that cannot be opened: nobody would miss a log that is never written.
    """
    global _output  # noqa: PLW0603 (a process has one place for its lines)
    if file:
        _output = _Output(_opened(file))
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _stamp,
            _mask,
            structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.WriteLoggerFactory(cast("TextIO", _output)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(_output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.add_log_level,
                _stamp,
                _drop_traceback,
                _mask,
                structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
            ]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "httpx", "httpcore", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _opened(file: str) -> TextIO:
    try:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
        return Path(file).open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise SettingsError(f"{PREFIX}LOG_FILE names a file that cannot be opened ({error.strerror}).") from error


def logger(package: str) -> structlog.typing.FilteringBoundLogger:
    """Return the logger of a package."""
    bound: structlog.typing.FilteringBoundLogger = structlog.get_logger(package=package)
    return bound


def security(package: str, event: str, *, actor: str, outcome: str, **facts: object) -> None:
    """Write a security event (CFR security#7): tagged, with time, correlation id and who."""
    logger(package).warning(event, security=True, actor=actor, outcome=outcome, **facts)


def _stamp(_: object, __: str, event: Event) -> Event:
    event["time"] = clock.timestamp()
    correlation = CORRELATION.get()
    if correlation:
        event["correlation_id"] = correlation
    return event


def _mask(_: object, __: str, event: Event) -> Event:
    for key, value in event.items():
        if key in {"event", "time", "correlation_id"}:
            continue
        if _SENSITIVE.search(key):
            event[key] = MASK
        elif isinstance(value, str):
            event[key] = _BEARER.sub(MASK, value[:VALUE_CHARACTERS_MAX])
    event["event"] = _BEARER.sub(MASK, str(event.get("event", ""))[:VALUE_CHARACTERS_MAX])
    return event


def _drop_traceback(_: object, __: str, event: Event) -> Event:
    """Keep a library's exception to its class and place: messages may hold personal data (CFR security#16)."""
    failure = event.pop("exc_info", None)
    if isinstance(failure, tuple) and failure[0] is not None:
        event["error"] = failure[0].__name__
        event["at"] = place(failure[1])
    return event


class AccessLog:
    """One line a request, written in groups: the declared operation and its outcome, never the address or the query."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._lines: list[bytes] = []
        self._timer: asyncio.TimerHandle | None = None

    def line(self, *, actor: Actor, correlation_id: str, operation: str, status: int, seconds: float) -> None:
        """Note one answered request."""
        if not logging.getLogger().isEnabledFor(logging.INFO):
            return
        entry = {
            "actor": actor.id if actor.kind != "person" else "person",
            "correlation_id": correlation_id,
            "event": "request",
            "level": "info",
            "milliseconds": round(seconds * 1000, 3),
            "operation": operation,
            "package": self._package,
            "status": status,
            "time": clock.timestamp(),
        }
        self._lines.append(msgspec.json.encode(entry))
        if len(self._lines) >= ACCESS_LINES_HELD_MAX:
            self.flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(ACCESS_HELD_SECONDS_MAX, self.flush)

    def flush(self) -> None:
        """Write the lines held back."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        lines, self._lines = self._lines, []
        if lines:
            _output.write((b"\n".join(lines) + b"\n").decode())
            _output.flush()


def place(error: BaseException | None) -> str:
    """Return `module:line` of where an error arose: enough to find it, with no data in it."""
    trace = error.__traceback__ if error else None
    if trace is None:
        return ""
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
