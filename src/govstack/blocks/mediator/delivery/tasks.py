"""The worker that pushes events: it takes what is due, several at once, and no slow subscriber holds up another."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from govstack.blocks.mediator.delivery import service
from govstack.blocks.mediator.delivery.model import Claim, Settlement, State
from govstack.blocks.mediator.delivery.service import Order
from govstack.kernel import clock, ids, log
from govstack.kernel.context import Context

AT_ONCE_MAX = 256
AT_ONCE_PER_SUBSCRIPTION = 8
CLAIMS_MAX = 100
POLL_SECONDS = 1.0
TROUBLE_SECONDS = 1.0
REST_SECONDS_MAX = 10.0
STOP_SECONDS_MAX = 10.0
CANCEL_SECONDS_MAX = 1.0
MEMORY = "dispatcher"


class Dispatcher:
    """Pushes the events of all subscriptions, in as many processes as there are; a lease keeps one from taking what
    another is pushing.

    A subscription that fails is tried with one event at a time, and one that cannot be reached is left alone for a
    moment that grows; the others do not notice.
    """

    def __init__(self, context: Context, *, lease_seconds: float | None = None) -> None:
        self._context = context
        self._worker = ids.new_id()
        self._lease_seconds = lease_seconds or service.lease_seconds(context)
        self._hot: dict[str, None] = {}  # in the order in which they were woken
        self._active: dict[asyncio.Task[Settlement], Order] = {}
        self._busy: Counter[str] = Counter()
        self._failures: Counter[str] = Counter()
        self._rests_until: dict[str, float] = {}
        self._last_key: dict[str, str] = {}
        self._settlements: list[Settlement] = []
        self._scan_at = 0.0
        self._woken = asyncio.Event()
        self._stop_by: float | None = None
        self._task: asyncio.Task[None] | None = None

    def wake(self, subscription_ids: Iterable[str] = ()) -> None:
        """Look at these subscriptions now instead of at the next poll."""
        self._hot.update(dict.fromkeys(subscription_ids))
        self._woken.set()

    def start(self) -> None:
        """Begin to push in the background."""
        service.listen(self._context, self.wake)
        self._task = asyncio.get_running_loop().create_task(self._run(), name="pushing events")

    async def stop(self, within_seconds: float = STOP_SECONDS_MAX) -> None:
        """Take no more and let what is under way finish in time; what does not is pushed again later."""
        service.listen(self._context, None)
        self._stop_by = clock.monotonic() + within_seconds
        self._woken.set()
        if self._task is not None:
            await self._task
        if self._active:
            _, late = await asyncio.wait(self._active, timeout=max(0.0, self._stop_by - clock.monotonic()))
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=CANCEL_SECONDS_MAX)
        if self._settlements:
            await self._turn_or_wait()

    async def run_due(self) -> None:
        """Push what is due, and what becomes due at once, then return: for commands and tests."""
        while True:
            self._woken.clear()
            self._scan_at = 0.0
            pause = await self._turn()
            if pause > 0:
                if not self._active:
                    return
                await self._woken.wait()

    async def _run(self) -> None:
        while self._stop_by is None:
            self._woken.clear()
            pause = await self._turn_or_wait()
            if pause > 0 and not self._woken.is_set():
                try:
                    async with asyncio.timeout(pause):
                        await self._woken.wait()
                except TimeoutError:
                    continue

    async def _turn_or_wait(self) -> float:
        try:
            return await self._turn()
        except Exception as error:  # noqa: BLE001 - the database may be away for a while; events wait in it until it is back
            log.logger(self._context.package).error(
                "delivery.turn_failed", error=type(error).__name__, at=log.place(error)
            )
            return TROUBLE_SECONDS

    async def _turn(self) -> float:
        """Write how pushes ended and take others, in one transaction; return the pause until there may be more."""
        if clock.monotonic() >= self._scan_at and self._stop_by is None:
            await self._scan()
        claims = self._claims()
        settlements, self._settlements = self._settlements, []
        if not claims and not settlements:
            return max(0.0, self._scan_at - clock.monotonic())
        try:
            orders = await service.turn(
                self._context,
                worker=self._worker,
                settlements=settlements,
                claims=claims,
                lease=self._lease_seconds,
            )
        except BaseException:
            self._settlements = settlements + self._settlements
            self._hot.update(dict.fromkeys(claims))
            raise
        self._begin(orders, claims)
        return 0.0 if orders or self._settlements else max(0.0, self._scan_at - clock.monotonic())

    async def _scan(self) -> None:
        """Look at every queue: for retries that have become due, and for what other processes have queued."""
        due, now = await service.due(self._context), clock.now()
        self._hot.update({subscription_id: None for subscription_id, at in due.items() if at <= now})
        later = [(at - now).total_seconds() for at in due.values() if at > now]
        self._scan_at = clock.monotonic() + min([POLL_SECONDS, *later])
        for forgotten in (self._failures.keys() | self._last_key.keys()) - due.keys() - self._busy.keys():
            for kept in (self._failures, self._rests_until, self._last_key):
                kept.pop(forgotten, None)

    def _claims(self) -> dict[str, Claim]:
        moment = clock.monotonic()
        claims: dict[str, Claim] = {}
        free = AT_ONCE_MAX - len(self._active) if self._stop_by is None else 0
        for subscription_id in list(self._hot):
            if free <= 0 or len(claims) >= CLAIMS_MAX:
                break
            most = 1 if self._failures[subscription_id] else AT_ONCE_PER_SUBSCRIPTION
            room = min(most - self._busy[subscription_id], free)
            # Forgotten before its queue is read, so that what is queued meanwhile wakes it again. One that is busy or
            # rests is looked at when one of its pushes ends, or at the next scan.
            del self._hot[subscription_id]
            if room <= 0 or self._rests_until.get(subscription_id, 0.0) > moment:
                continue
            claims[subscription_id] = Claim(room, self._last_key.get(subscription_id, ""))
            free -= room
        return claims

    def _begin(self, orders: list[Order], claims: dict[str, Claim]) -> None:
        taken = Counter(order.parcel.subscription_id for order in orders)
        # Where the queue gave all that was asked for there may be more; it comes behind the others.
        self._hot.update({one: None for one, claim in claims.items() if taken[one] >= claim.room})
        for order in orders:
            subscription_id = order.parcel.subscription_id
            if order.subscription.fifo:
                self._last_key[subscription_id] = order.parcel.key
            self._busy[subscription_id] += 1
            task = asyncio.get_running_loop().create_task(service.push(self._context, order))
            self._active[task] = order
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Settlement]) -> None:
        order = self._active.pop(task)
        subscription_id = order.parcel.subscription_id
        self._busy[subscription_id] -= 1
        if not self._busy[subscription_id]:
            del self._busy[subscription_id]
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            self._settlements.append(Settlement(order.parcel.number, State.WAITING, returned=True))
        elif error is not None:
            # A fault of ours. Its lease runs on, so that the event comes again later and not at once, without end.
            log.logger(self._context.package).error(
                "delivery.push_failed", error=type(error).__name__, at=log.place(error)
            )
        else:
            self._note(order, task.result())
        self.wake([subscription_id])

    def _note(self, order: Order, settlement: Settlement) -> None:
        subscription_id, attempt = order.parcel.subscription_id, settlement.attempt
        self._settlements.append(settlement)
        if settlement.state is State.DELIVERED:
            self._failures.pop(subscription_id, None)
            self._rests_until.pop(subscription_id, None)
            return
        self._failures[subscription_id] += 1
        if attempt is not None and attempt.unreachable:
            patience = service.policy(self._context, order.subscription)
            rest = min(patience.pause_seconds(self._failures[subscription_id]), REST_SECONDS_MAX)
            self._rests_until[subscription_id] = clock.monotonic() + rest


async def start(context: Context) -> None:
    """Begin to push events in this process."""
    dispatcher = context.memory[MEMORY] = Dispatcher(context)
    dispatcher.start()


async def stop(context: Context) -> None:
    """Stop pushing events in this process."""
    dispatcher: Dispatcher | None = context.memory.pop(MEMORY, None)
    if dispatcher is not None:
        await dispatcher.stop()
