"""Bytes to and from another system, for protocols that are not HTTP: here alone such connections are opened."""

from __future__ import annotations

import asyncio
import ssl
from typing import TypeAlias

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def open_stream(host: str, port: int, *, seconds: float, tls: ssl.SSLContext | None = None) -> Stream:
    """Connect to a server, by TLS where a context is given; raises OSError when nobody answers in time."""
    async with asyncio.timeout(seconds):
        return await asyncio.open_connection(host, port, ssl=tls)
