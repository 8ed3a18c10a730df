"""Subscriptions and how patiently their events are delivered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from govstack.blocks.mediator.directory.model import (
    CODE_PATTERN,
    RESERVED_SERVICE_CODES,
    Reason,
    Target,
    plain_path,
    verdict,
)
from govstack.blocks.mediator.subscriptions.errors import EndpointRefused
from govstack.kernel.i18n import _

TTL_SECONDS_DEFAULT = 3_600
TTL_SECONDS_MAX = 30 * 24 * 3_600
ATTEMPTS_MAX = 100
FIRST_SECONDS_MIN, FIRST_SECONDS_MAX = 0.1, 3_600.0
FACTOR_MAX = 10.0
LONGEST_SECONDS_MAX = 24 * 3_600.0
PATH_CHARACTERS_MAX = 500
SERVICE_DEFAULT = "events"

_PATH = re.compile(r"/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*")


class Mode(StrEnum):
    """Who moves: the mediator pushes, or the subscriber pulls."""

    PUSH = "PUSH"
    PULL = "PULL"


@dataclass(frozen=True, slots=True)
class Subscription:
    """One application's wish for one event type. `room` and `subscriber` are INSTANCE/CLASS/MEMBER/APPLICATION;
    a retry value that is None follows the settings of the mediator."""

    id: str
    event_type_id: str
    application_id: str
    room: str
    event_type: str
    subscriber: str
    mode: Mode
    ttl_seconds: int
    fifo: bool
    service_code: str
    path: str
    retry_attempts: int | None
    retry_first_seconds: float | None
    retry_factor: float | None
    retry_longest_seconds: float | None
    created_by: str
    created_at: str
    changed_at: str


class Obstacle(StrEnum):
    """Why events of a subscription cannot be pushed as things stand."""

    NO_SERVICE = "no-service"
    NO_ENDPOINT = "no-endpoint"
    NO_RIGHT = "no-right"


OBSTACLES: Mapping[Obstacle, str] = {
    Obstacle.NO_SERVICE: _("The subscriber offers no such service, or has switched it off."),
    Obstacle.NO_ENDPOINT: _("The subscriber's service takes no POST at this path."),
    Obstacle.NO_RIGHT: _(
        "The room has no right to the subscriber's service. Whoever manages the subscriber grants it."
    ),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscriber asks for; None takes the usual value, or leaves what is there."""

    mode: Mode | None = None
    ttl_seconds: int | None = None
    fifo: bool | None = None
    service_code: str | None = None
    path: str | None = None
    retry_attempts: int | None = None
    retry_first_seconds: float | None = None
    retry_factor: float | None = None
    retry_longest_seconds: float | None = None


def obstacle(subscription: Subscription, target: Target | None) -> Obstacle | None:
    """Return what stands in the way of pushing to the subscriber's service; None when nothing does."""
    if target is None or not target.enabled:
        return Obstacle.NO_SERVICE
    found = verdict(target, client=subscription.room, method="POST", path=subscription.path)
    if found.allowed:
        return None
    return Obstacle.NO_RIGHT if found.reason is Reason.NO_RIGHT else Obstacle.NO_ENDPOINT


def changed(known: Subscription, wish: Wish, *, at: str) -> Subscription:
    """Return a subscription as a wish would have it; raises EndpointRefused."""
    found = replace(
        known,
        mode=wish.mode or known.mode,
        ttl_seconds=wish.ttl_seconds or known.ttl_seconds,
        fifo=known.fifo if wish.fifo is None else wish.fifo,
        service_code=known.service_code if wish.service_code is None else wish.service_code,
        path=known.path if wish.path is None else wish.path,
        retry_attempts=wish.retry_attempts or known.retry_attempts,
        retry_first_seconds=wish.retry_first_seconds or known.retry_first_seconds,
        retry_factor=wish.retry_factor or known.retry_factor,
        retry_longest_seconds=wish.retry_longest_seconds or known.retry_longest_seconds,
    )
    if not CODE_PATTERN.fullmatch(found.service_code) or found.service_code in RESERVED_SERVICE_CODES:
        raise EndpointRefused
    plain = _PATH.fullmatch(found.path) and "//" not in found.path and plain_path(found.path) is not None
    if not plain or len(found.path) > PATH_CHARACTERS_MAX:
        raise EndpointRefused
    return known if found == known else replace(found, changed_at=at)
