"""What a message costs: accepted a second, and delivered a second against a bare loop to the same mail server.

Run `python -m benchmarks.messages [--messages 2000] [--database postgresql]`. Everything is durable (SQLite synchronous
FULL, or PostgreSQL as it is configured). An accepted message was checked, recognised or not, sealed with a key of its
own and queued; a delivered one was opened, written, sent by SMTP to a sink in another process, written down, erased and
told of. The bare loop writes the same mails with the same library and sends them over as many connections, and does
nothing else. Machines differ, so the ratios matter.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import uvloop
from aiosmtplib import SMTP, SMTPException
from benchmarks.load import HOST, free_port
from tests.builders.messaging import messaging_on, registered
from tests.builders.running import Bench
from tests.databases import databases_of

from govstack.blocks.messaging.delivery.gateways import written
from govstack.blocks.messaging.delivery.model import Mail
from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import Entry, Kind, Letter, Recipient, Submission
from govstack.blocks.messaging.manifest import MANIFEST
from govstack.blocks.messaging.senders.model import Sender
from govstack.blocks.messaging.senders.service import as_actor
from govstack.kernel import ids
from govstack.kernel.job_runner import JobRunner

AT_ONCE = 32
CONNECTIONS = 4
ROUNDS = 3
TITLE, CONTENT = "Your appointment", "It is on Monday at eight. Bring your card.\n" * 10


class Sink:
    """Takes every mail and forgets it."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802 - the library names it so
        return "250 OK"


async def swallow(port: int) -> None:
    """Run the sink until somebody ends it."""
    from aiosmtpd import smtp

    loop = asyncio.get_running_loop()
    await loop.create_server(lambda: smtp.SMTP(Sink(), loop=loop, hostname="sink"), HOST, port)
    print("ready", flush=True)
    await asyncio.Event().wait()


@contextmanager
def sink() -> Iterator[int]:
    """Run the sink as a process of its own; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.messages", "--sink", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            yield port
        finally:
            process.terminate()


def submission(*emails: str) -> Submission:
    """Return what is sent."""
    kind = Kind.SINGLE if len(emails) == 1 else Kind.BATCH
    return Submission(kind, [Entry(email) for email in emails], TITLE, CONTENT, {})


async def accept_singles(running: Bench, sender: Sender, count: int) -> float:
    """Return how many single messages are accepted a second, some of them at once."""
    run, numbers = ids.new_id(), iter(range(count))

    async def one() -> None:
        for number in numbers:
            sent = submission(f"p{number}.{run}@people.example.org")
            await intake.accept(running.context, by=as_actor(sender), sender=sender, submission=sent)

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - started)


async def accept_batch(running: Bench, sender: Sender, count: int) -> float:
    """Return how many messages of one batch are accepted a second."""
    run = ids.new_id()
    sent = submission(*(f"b{number}.{run}@people.example.org" for number in range(count)))
    started = time.perf_counter()
    await intake.accept(running.context, by=as_actor(sender), sender=sender, submission=sent)
    return count / (time.perf_counter() - started)


async def deliver(running: Bench, count: int) -> float:
    """Return how many messages that wait are delivered a second."""
    handlers = {kind: partial(task.handler, running.context) for kind, task in MANIFEST.tasks.items()}
    started = time.perf_counter()
    await JobRunner(running.context.database, handlers).run_due()
    return count / (time.perf_counter() - started)


async def bare(port: int, sender: Sender, count: int) -> float:
    """Return how many mails a second the library alone sends over as many connections."""
    face = {"email": sender.email, "reply_to": "", "name": "", "organisation_name": "Clinic", "on_behalf_of_name": ""}
    numbers = iter(range(count))

    async def one() -> None:
        async with SMTP(hostname=HOST, port=port) as client:
            for number in numbers:
                recipient = f"p{number}@people.example.org"
                mail = Mail(ids.new_id(), Letter(TITLE, CONTENT, face), Recipient(recipient))
                try:
                    await client.sendmail(sender.email, [recipient], written(mail))
                except SMTPException as error:
                    raise SystemExit(f"The sink refused a mail: {error}") from error

    started = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - started)


async def measure(dialect: str, count: int) -> None:
    """Measure all in turns on one database and print the best of each."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, sink() as port:
        async with databases_of(dialect, Path(folder)) as databases:
            url = {"SMTP_URL": f"smtp://{HOST}:{port}", "MESSAGING_SMTP_CONNECTIONS": str(CONNECTIONS)}
            async with messaging_on(databases, synchronous="FULL", **url) as running:
                made = await registered(
                    running.context, daily_quota=100_000_000, per_second=10_000, batch_recipients_max=20_000
                )
                for _ in range(ROUNDS):
                    for name, rate in (
                        ("accepted, single", await accept_singles(running, made.sender, count)),
                        ("accepted, batch", await accept_batch(running, made.sender, count)),
                        ("delivered", await deliver(running, 2 * count)),
                        ("bare loop", await bare(port, made.sender, 2 * count)),
                    ):
                        found.setdefault(name, []).append(rate)
    print(f"{dialect}, {count} messages, best of {ROUNDS}")
    for name, rates in found.items():
        print(f"  {name:18} {max(rates):8,.0f} a second")
    print(f"  delivered : bare loop {max(found['delivered']) / max(found['bare loop']):5.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=2_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--sink", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    uvloop.run(swallow(given.sink) if given.sink else measure(given.database.removesuffix("ql"), given.messages))


if __name__ == "__main__":
    main()
