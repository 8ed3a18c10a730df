"""The stylesheet and script: their hashed addresses, and an application that serves them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

FOLDER: Final = Path(__file__).parent / "static"
BASE_HREF: Final = "/static"
CACHE_SECONDS: Final = 31_536_000

_MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@lru_cache(maxsize=1)
def built() -> Mapping[str, str]:
    """Return the built files by plain name; empty when `node tools/assets.mjs` has not run."""
    manifest = FOLDER / "vendor" / "manifest.json"
    if not manifest.is_file():
        return {}
    names: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    return names


def href(name: str, *, base: str = BASE_HREF) -> str:
    """Return the address of an asset; the hash in it changes with the content, so caches may keep it for ever."""
    if name in built():
        return f"{base}/vendor/{built()[name]}"
    return f"{base}/{name}"


@lru_cache(maxsize=64)
def _content(path: str, *, packed: bool) -> bytes | None:
    file = (FOLDER / path.lstrip("/")).resolve()
    if not file.is_relative_to(FOLDER.resolve()) or file.suffix not in _MEDIA_TYPES:
        return None
    chosen = file.with_name(f"{file.name}.gz") if packed else file
    return chosen.read_bytes() if chosen.is_file() else None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve the files, to be mounted at the base address; compressed where the browser reads that."""
    request = Request(scope, receive)
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    packed = None
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = _content(path, packed=True)
    content = packed or _content(path, packed=False)
    answer: Response
    if content is None:
        answer = PlainTextResponse("There is nothing here. Check the address.", status_code=404)
    else:
        headers = {
            "cache-control": f"public, max-age={CACHE_SECONDS}, immutable",
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
        }
        if packed:
            headers["content-encoding"] = "gzip"
        answer = Response(content, media_type=_MEDIA_TYPES[Path(path).suffix], headers=headers)
    await answer(scope, receive, send)
