"""Use cases of checking: a credential that somebody sends, a badge by its address, and files without a network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from pathlib import Path

import msgspec

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.pillars.learn.badges import service as badges
from govstack.pillars.learn.badges.errors import UnknownList
from govstack.pillars.learn.badges.model import Purpose, Shown
from govstack.pillars.learn.verifying import model
from govstack.pillars.learn.verifying.model import Finding, Unreadable, Verdict

LISTS_MAX = 20
_LIST = re.compile(r"/api/v1/status-lists/(\d{1,6})/(revocation|suspension)")


async def check(context: Context, *, content: bytes) -> Finding:
    """Tell what a credential is worth that was issued here; nothing of it is kept."""
    try:
        token = await asyncio.to_thread(model.token_of, content)
    except Unreadable:
        return Finding(Verdict.UNREADABLE)
    issuers = model.issuers_of([badges.did_document(context)])
    lists = {}
    for url in model.list_urls(token)[:LISTS_MAX]:
        found = _LIST.fullmatch(url.removeprefix(context.public_url))
        if found is not None and url.startswith(context.public_url):
            try:
                lists[url] = await badges.status_list(context, purpose=Purpose(found[2]), number=int(found[1]))
            except UnknownList:
                continue
    return await asyncio.to_thread(model.check, token, issuers=issuers, lists=lists, now=clock.now())


async def by_code(context: Context, *, code: str) -> tuple[Shown, Finding]:
    """Tell what the badge with an address is worth, checked as anybody would; raises UnknownBadge."""
    shown = await badges.by_code(context, code=code)
    return shown, await check(context, content=shown.badge.token.encode())


def check_file(file: Path, *, issuers: Iterable[Path], lists: Iterable[Path]) -> Finding:
    """Tell what the credential in a file is worth, by key documents and lists in files; raises OSError, Unreadable."""
    documents = [msgspec.json.decode(path.read_bytes(), type=dict) for path in issuers]
    found = {}
    for path in lists:
        token = model.token_of(path.read_bytes())
        found[model.address_of_list(token)] = token
    known = model.issuers_of(documents)
    try:
        token = model.token_of(file.read_bytes())
    except Unreadable:
        return Finding(Verdict.UNREADABLE)
    return model.check(token, issuers=known, lists=found, now=clock.now())
