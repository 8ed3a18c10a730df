"""A call of the application as a server makes it: what a client's library costs is not the product's."""

from __future__ import annotations

from typing import Any


async def called(
    application: Any, method: str, path: str, *, query: str = "", headers: list[tuple[bytes, bytes]] | None = None,
    body: bytes = b"",
) -> tuple[int, bytes]:  # fmt: skip
    """Send a request and return the status and the body of the answer."""
    sent: list[dict[str, Any]] = []
    parts = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(parts, {"type": "http.disconnect"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [*(headers or []), (b"content-length", str(len(body)).encode())],
        "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    await application(scope, receive, send)
    return sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:])
