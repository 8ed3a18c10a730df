"""The way out: a mail server over SMTP."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from govstack.blocks.messaging.delivery.model import Mail, Server, outcome_of
from govstack.blocks.messaging.providers.model import Outcome, Result
from govstack.kernel import clock

if TYPE_CHECKING:
    from aiosmtplib import SMTP

URGENT_CONNECTIONS = 2
KEPT_SECONDS_MAX = 60.0


@dataclass(slots=True)
class _Lane:
    """Connections of one kind of message: some busy, each with a place, some kept for the next one."""

    places: asyncio.Semaphore
    idle: list[tuple[SMTP, float]] = field(default_factory=list)

    def kept(self) -> SMTP | None:
        """Return a connection that was used a moment ago."""
        while self.idle:
            client, since = self.idle.pop()
            if client.is_connected and clock.monotonic() - since < KEPT_SECONDS_MAX:
                return client
            client.close()
        return None


class SmtpProvider:
    """Hands mails to one server over a few kept connections; emergencies have some of their own."""

    def __init__(
        self, name: str, server: Server, *, connections: int, seconds: float, tls: Callable[[], ssl.SSLContext]
    ) -> None:
        self.name = name
        self._server = server
        self._tls = tls
        self._seconds = seconds
        self._lanes = {False: _Lane(asyncio.Semaphore(connections)), True: _Lane(asyncio.Semaphore(URGENT_CONNECTIONS))}

    async def deliver(self, what: Mail, *, urgent: bool) -> Outcome:
        """Send one mail; a kept connection that has gone meanwhile is replaced once, before anything was said."""
        lane = self._lanes[urgent]
        async with lane.places:
            outcome, client = None, lane.kept()
            if client is not None:
                outcome = await self._attempt(client, what, kept=True)
            if client is None or outcome is None:
                client = await self._connected()
                if client is None:
                    return Outcome(Result.UNREACHABLE)
                outcome = await self._attempt(client, what, kept=False) or Outcome(Result.UNREACHABLE)
            if client.is_connected:
                lane.idle.append((client, clock.monotonic()))
            return outcome

    async def close(self) -> None:
        """Say goodbye on every kept connection."""
        for lane in self._lanes.values():
            for client, _since in lane.idle:
                with suppress(Exception):
                    await client.quit()
                client.close()
            lane.idle.clear()

    async def _connected(self) -> SMTP | None:
        from aiosmtplib import SMTP, SMTPException  # loaded when the first mail leaves, not at every start

        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            timeout=self._seconds,
            use_tls=server.tls,
            start_tls=server.starttls,
            tls_context=self._tls() if server.secure else None,
        )
        try:
            await client.connect()
        except (SMTPException, OSError, ValueError):
            client.close()
            return None
        return client

    async def _attempt(self, client: SMTP, mail: Mail, *, kept: bool) -> Outcome | None:
        """Hold one conversation; none when a kept connection turned out to be closed before anything was accepted."""
        from aiosmtplib import SMTPException, SMTPResponseException, SMTPServerDisconnected

        begun = False
        try:
            await client.mail(mail.letter.face["email"])
            begun = True
            refused = await _name_recipients(client, mail)
            if refused is not None:
                await client.rset()
                return refused
            code, _text = await client.data(written(mail))
        except SMTPServerDisconnected:
            client.close()
            # After DATA nobody knows whether the server has taken it: it comes again, under the same Message-ID.
            return None if kept and not begun else Outcome(Result.UNREACHABLE, unknown=begun)
        except SMTPResponseException as error:
            await _recover(client, error.code)
            return None if kept and not begun and error.code == 421 else outcome_of(error.code, of_recipient=False)
        except (SMTPException, OSError):
            client.close()
            return Outcome(Result.UNREACHABLE, unknown=begun)
        except BaseException:
            client.close()
            raise
        return Outcome(Result.DELIVERED, code)


async def _name_recipients(client: SMTP, mail: Mail) -> Outcome | None:
    """Name everybody who receives the mail; return why it cannot be sent.

    The first address decides: copies that are refused for good are left out. Whoever is to be tried later holds up
    the whole mail, so that nobody gets it twice.
    """
    from aiosmtplib import SMTPResponseException

    for place, address in enumerate((mail.recipient.email, *mail.recipient.cc, *mail.recipient.bcc)):
        try:
            await client.rcpt(address)
        except SMTPResponseException as error:
            outcome = outcome_of(error.code, of_recipient=True)
            if place == 0 or outcome.result is not Result.REJECTED:
                return outcome
    return None


async def _recover(client: SMTP, code: int) -> None:
    """Make a connection fit for the next mail, or let go of it."""
    if code == 421:
        client.close()
        return
    try:
        await client.rset()
    except Exception:  # noqa: BLE001 - whatever it is, this connection is of no use any more
        client.close()


def written(mail: Mail) -> bytes:
    """Return a mail as a server reads it: plain text in UTF-8, every header encoded by the library."""
    from email.headerregistry import Address
    from email.message import EmailMessage
    from email.policy import SMTP as POLICY
    from email.utils import format_datetime

    face, recipient = mail.letter.face, mail.recipient

    def address(spec: str, name: str = "") -> Address:
        return Address(display_name=name, addr_spec=spec)

    made = EmailMessage(policy=POLICY.clone(cte_type="7bit"))
    made["Message-ID"] = mail.message_id
    made["Date"] = format_datetime(clock.now())
    made["From"] = address(face["email"], face["name"] or face["organisation_name"])
    made["To"] = address(recipient.email, recipient.name)
    if recipient.cc:
        made["Cc"] = [address(one) for one in recipient.cc]
    if face["reply_to"]:
        made["Reply-To"] = address(face["reply_to"])
    made["Organization"] = face["on_behalf_of_name"] or face["organisation_name"]
    made["Subject"] = mail.letter.title
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.letter.content, charset="utf-8")
    return made.as_bytes()
