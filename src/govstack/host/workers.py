"""Several processes on one socket: started, watched, replaced when they die or hang, and drained together.

The parent holds the socket and answers nothing. While the workers load their code it prepares the databases, which must
not happen twice at once. Each worker holds one end of a lifeline: it reads there that all is prepared, and when the
parent is gone, and writes there that it serves. Connections wait in the socket's queue while a worker is replaced.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from govstack.kernel import clock, log

WORKERS_MAX = 64
START_SECONDS_MAX = 120.0
SILENCE_SECONDS_MAX = 20.0
STOP_SECONDS_MAX = 30.0
HANG_UP_SECONDS_MAX = 1.0
PAUSE_SECONDS_FIRST = 0.2
PAUSE_SECONDS_MAX = 15.0
STEADY_SECONDS = 60.0
SIGN_OF_LIFE = b"."
GO_AHEAD = b"!"
UNFIT = 2

_COMMAND = (sys.executable, "-m", "govstack", "serve")
_log = log.logger("host")


class Lifeline:
    """A worker's end: it tells the parent that the worker lives, and the worker that the parent does."""

    def __init__(self, fd: int) -> None:
        self._end = socket.socket(fileno=fd)
        self._end.setblocking(False)

    async def wait(self) -> bool:
        """Return once the databases are prepared; False when the parent is gone instead."""
        with suppress(OSError):
            return await asyncio.get_running_loop().sock_recv(self._end, 1) == GO_AHEAD
        return False

    def beat(self) -> None:
        """Tell the parent that this worker serves."""
        # A full buffer means a busy parent; a closed one is noticed by `watch`.
        with suppress(OSError):
            self._end.send(SIGN_OF_LIFE)

    async def watch(self, stop: Callable[[], None]) -> None:
        """Call `stop` once the parent is gone, so that no worker stays behind holding the port."""
        with suppress(OSError):
            await asyncio.get_running_loop().sock_recv(self._end, 1)
        stop()


class Supervisor:
    """The parent of the workers."""

    def __init__(
        self,
        names: Sequence[str],
        listening: socket.socket,
        *,
        count: int,
        prepare: Callable[[], Awaitable[None]],
        on_ready: Callable[[], None],
    ) -> None:
        self._names = tuple(names)
        self._listening = listening
        self._count = count
        self._prepare = prepare
        self._on_ready = on_ready
        self._prepared = asyncio.Event()
        self._serving: set[int] = set()
        self._was_ready = False
        self._stopping = asyncio.Event()
        self._code = 0

    async def run(self) -> int:
        """Keep the workers running until a signal comes; returns the exit code. Raises what `prepare` raises."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        preparing = asyncio.create_task(self._get_prepared())
        await asyncio.gather(*(self._keep(place) for place in range(self._count)))
        preparing.cancel()
        with suppress(asyncio.CancelledError):
            await preparing
        return self._code

    async def _get_prepared(self) -> None:
        try:
            await self._prepare()
        except BaseException:
            self._stopping.set()
            raise
        self._prepared.set()

    async def _keep(self, place: int) -> None:
        """Keep one place taken by a worker; one that dies soon after its start is replaced ever more slowly."""
        pause = PAUSE_SECONDS_FIRST
        while not self._stopping.is_set():
            started = clock.monotonic()
            code = await self._live(place)
            self._serving.discard(place)
            if self._stopping.is_set():
                return
            _log.error("worker.ended", worker=place, code=code)
            if code == UNFIT and not self._was_ready:
                self._code = UNFIT
                self._stopping.set()
                return
            pause = PAUSE_SECONDS_FIRST if clock.monotonic() - started > STEADY_SECONDS else pause * 2
            with suppress(TimeoutError):
                async with asyncio.timeout(min(pause, PAUSE_SECONDS_MAX)):
                    await self._stopping.wait()

    async def _live(self, place: int) -> int:
        """Run one worker to its end; returns its exit code."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        with ours, theirs:
            worker = await asyncio.create_subprocess_exec(
                *_COMMAND,
                *self._names,
                f"--fd={self._listening.fileno()}",
                f"--lifeline={theirs.fileno()}",
                pass_fds=(self._listening.fileno(), theirs.fileno()),
                # Ctrl-C on a terminal reaches us alone; we tell the workers.
                start_new_session=True,
            )
            theirs.close()
            ended = asyncio.create_task(worker.wait())
            heard = asyncio.create_task(self._lead(ours, place))
            stopping = asyncio.create_task(self._stopping.wait())
            try:
                await asyncio.wait((ended, heard, stopping), return_when=asyncio.FIRST_COMPLETED)
                await self._end(worker, ended, orderly=stopping.done())
            finally:
                heard.cancel()
                stopping.cancel()
                if not ended.done():
                    worker.kill()
            return await ended

    async def _lead(self, ours: socket.socket, place: int) -> None:
        """Let a worker go ahead once all is prepared, then return when it has been silent for too long or hung up."""
        await self._prepared.wait()
        with suppress(OSError):
            await asyncio.get_running_loop().sock_sendall(ours, GO_AHEAD)
        await self._hear(ours, place)

    async def _hear(self, ours: socket.socket, place: int) -> None:
        """Return once a worker has been silent for too long, or has hung up."""
        loop = asyncio.get_running_loop()
        patience = START_SECONDS_MAX
        while True:
            try:
                async with asyncio.timeout(patience):
                    sign = await loop.sock_recv(ours, 64)
            except TimeoutError:
                _log.error("worker.silent", worker=place, seconds=patience)
                return
            except OSError:
                return
            if not sign:
                return
            patience = SILENCE_SECONDS_MAX
            self._serves(place)

    def _serves(self, place: int) -> None:
        if place in self._serving:
            return
        self._serving.add(place)
        _log.info("worker.serving", worker=place)
        if len(self._serving) == self._count and not self._was_ready:
            self._was_ready = True
            self._on_ready()

    @staticmethod
    async def _end(worker: asyncio.subprocess.Process, ended: asyncio.Task[int], *, orderly: bool) -> None:
        """See a worker to its end: with time to drain when we stop, at once when it hangs."""
        patience = STOP_SECONDS_MAX if orderly else HANG_UP_SECONDS_MAX
        if orderly and not ended.done():
            worker.send_signal(signal.SIGTERM)
        await asyncio.wait((ended,), timeout=patience)
        if not ended.done():
            worker.kill()
