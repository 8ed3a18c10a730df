"""Use cases of checking: a credential that somebody sends, a badge by its address, and files without a network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

from govstack.kernel import clock
from govstack.kernel.context import Context
from govstack.kernel.rules import FOLDER
from govstack.kernel.settings import Setting
from govstack.pillars.learn.learning.badges import service as badges
from govstack.pillars.learn.learning.badges.errors import UnknownList
from govstack.pillars.learn.learning.badges.model import Purpose, Shown
from govstack.pillars.learn.learning.verifying import model
from govstack.pillars.learn.learning.verifying.model import Finding, Unreadable, Verdict

_log = structlog.get_logger(__name__)
LISTS_MAX = 20
FILES_MAX = 500
FOLDER_SETTING = "LEARN_ISSUERS_FOLDER"
SETTINGS = (
    Setting(
        FOLDER_SETTING, "", "Folder with copies of did.json (*.json) and status lists (*.jwt) of other issuers; "
        "empty means that only badges issued here are known", FOLDER,
    ),
)  # fmt: skip
_LIST = re.compile(r"/api/v1/status-lists/(\d{1,6})/(revocation|suspension)")


async def check(context: Context, *, content: bytes) -> Finding:
    """Tell what a credential is worth that was issued here, or by an issuer whose keys are kept here.

    Nothing of it is kept, and nobody is asked: who issued it does not learn that it was checked.
    """
    try:
        token = await asyncio.to_thread(model.token_of, content)
    except Unreadable:
        return Finding(Verdict.UNREADABLE)
    folder = context.settings.text(FOLDER_SETTING)
    others, lists = await asyncio.to_thread(_kept, Path(folder)) if folder else ({}, {})
    # What a file says of this issuer does not count: its own keys do.
    issuers = {**others, **model.issuers_of([badges.did_document(context)])}
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


def _kept(folder: Path) -> tuple[dict[str, dict[str, Mapping[str, Any]]], dict[str, str]]:
    """Return the keys and lists in a folder; what is none of these is left out, and said in the log."""
    issuers: dict[str, dict[str, Mapping[str, Any]]] = {}
    lists: dict[str, str] = {}
    for path in sorted(folder.glob("*.*"))[:FILES_MAX] if folder.is_dir() else ():
        try:
            if path.suffix == ".json":
                issuers |= model.issuers_of([msgspec.json.decode(path.read_bytes(), type=dict)])
            elif path.suffix == ".jwt":
                token = model.token_of(path.read_bytes())
                lists[model.address_of_list(token)] = token
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
            _log.warning("learn.issuers.unreadable", file=path.name)
    return issuers, lists
