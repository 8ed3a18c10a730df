"""A mail server on this machine that answers as a test wants it to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP

ACCEPTED = "250 OK"


@dataclass
class MailServer:
    """What it received, and how it answers: `on_recipient` and `on_data` return a line of SMTP."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    connections: int = 0
    attempts: int = 0
    on_recipient: Callable[[str], str] = lambda _: ACCEPTED
    on_sender: Callable[[str], str] = lambda _: ACCEPTED
    on_data: Callable[[], Any] = lambda: ACCEPTED

    @property
    def url(self) -> str:
        """Return the address as GOVSTACK_SMTP_URL has it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def message_ids(self) -> list[str]:
        """Return the Message-ID of each mail, in the order in which they came."""
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_MAIL(self, _: Any, __: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - the library names it so
        self.attempts += 1
        answer = self.on_sender(address)
        if answer == ACCEPTED:
            envelope.mail_from = address
        return answer

    async def handle_RCPT(self, _: Any, __: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - the library names it so
        answer = self.on_recipient(address)
        if answer == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, _: Any, envelope: Any) -> str:  # noqa: N802 - the library names it so
        answer = self.on_data()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer == "die":
            server.transport.abort()
            return "421 gone"
        if answer == ACCEPTED:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
            self.envelopes.append((envelope.mail_from, tuple(envelope.rcpt_tos)))
        return str(answer)


@asynccontextmanager
async def mail_server(*, tls: ssl.SSLContext | None = None) -> AsyncIterator[MailServer]:
    """Run a mail server on a port of its own; with `tls` it demands STARTTLS."""
    made, loop = MailServer(), asyncio.get_running_loop()
    sessions: list[SMTP] = []

    def session() -> SMTP:
        made.connections += 1
        sessions.append(SMTP(made, loop=loop, tls_context=tls, require_starttls=tls is not None, hostname="mail.test"))
        return sessions[-1]

    server = await loop.create_server(session, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for one in sessions:
            if one.transport is not None:
                one.transport.abort()
        await server.wait_closed()
