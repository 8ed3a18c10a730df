"""Backup and restore: one archive of all databases, sealed, and checked whole before anything is brought back."""

from __future__ import annotations

import asyncio
import hashlib
import tarfile
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from govstack import __version__
from govstack.host import secrets
from govstack.host.run import bring_up_to_date, open_database
from govstack.kernel import clock, snapshots
from govstack.kernel.crypto import Keyring, equal
from govstack.kernel.db import Database
from govstack.kernel.manifest import Manifest
from govstack.kernel.settings import Settings

INDEX = "index.json"
SEAL = "index.seal"
KEYS = "archive"
PARTS_MAX = 200
FILE_MODE = 0o600

Progress = Callable[[str], None]


class ArchiveError(Exception):
    """The archive cannot be used; the message says why."""


class Part(msgspec.Struct):
    """One database in the archive; `place` is its schema, `own_tables` those that the running service made."""

    package: str
    dialect: str
    place: str
    file: str
    bytes: int
    sha256: str
    own_tables: list[str] = []


class Index(msgspec.Struct):
    """What the archive holds."""

    version: str
    made_at: str
    instance: str
    parts: list[Part]


async def backup(
    settings: Settings, manifests: Sequence[Manifest], file: Path, *, progress: Progress
) -> dict[str, object]:
    """Write the archive; the master secret is not in it and must be kept elsewhere."""
    if await asyncio.to_thread(file.exists):
        raise ArchiveError(f"{file} exists. Choose another name.")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent) as folder:
            parts = [
                part
                for manifest in manifests
                if (part := await _dump(settings, manifest, Path(folder), progress)) is not None
            ]
            if not parts:
                raise ArchiveError("There is no database to back up yet.")
            index = msgspec.json.encode(Index(__version__, clock.timestamp(), settings.text("INSTANCE"), parts))
            await asyncio.to_thread(_pack, file, Path(folder), index, _seals(settings, index)[0], parts)
    except OSError as error:
        raise ArchiveError(f"{file} cannot be written: {error.strerror}.") from error
    return {"packages": len(parts), "bytes": sum(part.bytes for part in parts), "parts": msgspec.to_builtins(parts)}


async def restore(
    settings: Settings, manifests: Sequence[Manifest], file: Path, *, progress: Progress
) -> dict[str, object]:
    """Check every part of the archive, then bring it into an empty instance: the whole of it or nothing."""
    known = {manifest.name: manifest for manifest in manifests}
    with tempfile.TemporaryDirectory() as folder:
        index = await asyncio.to_thread(_unpack, settings, file, Path(folder))
        unknown = [part.package for part in index.parts if part.package not in known]
        if unknown:
            raise ArchiveError(f"The archive has packages that this version does not know: {', '.join(unknown)}.")
        for part in index.parts:
            async with _opened(settings, known[part.package]) as database:
                await _refuse_unfit(database, part)
        begun: list[Manifest] = []
        try:
            for part in index.parts:
                progress(part.package)
                begun.append(known[part.package])
                await _load(settings, begun[-1], part, Path(folder))
        except BaseException:
            # Everything was empty before: leave it so, and the restore can be tried again.
            for manifest in begun:
                async with _opened(settings, manifest) as database:
                    await snapshots.remove(database)
            raise
    return {"packages": len(index.parts), "made_at": index.made_at, "version": index.version}


async def _dump(settings: Settings, manifest: Manifest, folder: Path, progress: Progress) -> Part | None:
    progress(manifest.name)
    async with _opened(settings, manifest) as database:
        if not await snapshots.exists(database):
            return None
        target = folder / f"{manifest.name}.{database.dialect}"
        own_tables = await snapshots.dump(database, target)
        facts = await asyncio.to_thread(lambda: (target.stat().st_size, _digest(target)))
        return Part(manifest.name, database.dialect, snapshots.place(database), target.name, *facts, own_tables)


async def _refuse_unfit(database: Database, part: Part) -> None:
    if database.dialect != part.dialect:
        raise ArchiveError(f"{part.package} was kept on {part.dialect}; restore it on the same.")
    if snapshots.place(database) != part.place:
        raise ArchiveError(
            f"{part.package} was kept in the schema {part.place}; set GOVSTACK_DATABASE_SCHEMA_PREFIX as it was then."
        )
    if await snapshots.exists(database):
        raise ArchiveError(snapshots.NOT_EMPTY.format(part.package))


async def _load(settings: Settings, manifest: Manifest, part: Part, folder: Path) -> None:
    async with _opened(settings, manifest) as database:
        await snapshots.load(database, folder / part.file)
        # A dump has no rights of the package's role: migrating grants them, and updates an older dump.
        await bring_up_to_date(database, manifest)
        await snapshots.give_back(database, part.own_tables)


@asynccontextmanager
async def _opened(settings: Settings, manifest: Manifest) -> AsyncIterator[Database]:
    database = open_database(settings, manifest)
    try:
        yield database
    finally:
        await database.close()


def _seals(settings: Settings, index: bytes) -> list[str]:
    """Return what seals an index under the master secret and, after it, under those before the last rotations."""
    held = (secrets.master_secret(settings), *settings.text("SECRET_PREVIOUS").split())
    return [Keyring(secret, package=KEYS).fingerprint(INDEX, index.decode()) for secret in held]


def _pack(file: Path, folder: Path, index: bytes, seal: str, parts: Sequence[Part]) -> None:
    (folder / INDEX).write_bytes(index)
    (folder / SEAL).write_text(seal, encoding="ascii")
    unfinished = folder / "archive"
    # It holds everybody's data: nobody else on the machine may read it, at no moment.
    unfinished.touch(mode=FILE_MODE)
    with tarfile.open(unfinished, "w") as tar:
        for name in (INDEX, SEAL, *(part.file for part in parts)):
            tar.add(folder / name, arcname=name)
    unfinished.replace(file)


def _unpack(settings: Settings, file: Path, folder: Path) -> Index:
    """Unpack an archive of ours; raises ArchiveError before anything is touched when it is not, or was changed."""
    try:
        with tarfile.open(file, "r:") as tar:
            members = tar.getmembers()
            if not _plain(members):
                raise ArchiveError(f"{file} is not an archive of GovStack.")
            tar.extractall(folder, members, filter="data")
        raw, seal = (folder / INDEX).read_bytes(), (folder / SEAL).read_text(encoding="ascii").strip()
        index = msgspec.json.decode(raw, type=Index)
    except (OSError, tarfile.TarError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise ArchiveError(f"{file} cannot be read as an archive.") from error
    if not any(equal(seal, made) for made in _seals(settings, raw)):
        raise ArchiveError(
            "The archive was changed, or made under another master secret. Set GOVSTACK_SECRET or"
            " GOVSTACK_SECRET_PREVIOUS to the one of that time. Nothing was restored."
        )
    for part in index.parts:
        path = folder / part.file
        if not path.is_file() or _digest(path) != part.sha256:
            raise ArchiveError(f"The part {part.package} is missing or was changed. Nothing was restored.")
    if {member.name for member in members} != {INDEX, SEAL, *(part.file for part in index.parts)}:
        raise ArchiveError("The archive holds more than its index names. Nothing was restored.")
    return index


def _plain(members: Sequence[tarfile.TarInfo]) -> bool:
    """Tell whether there are plain files only, each once and without folders: nothing leads out, nothing inflates."""
    names = {member.name for member in members}
    return (
        len(names) == len(members) <= PARTS_MAX
        and all(member.isfile() and not member.issparse() for member in members)
        and not any("/" in name or "\\" in name or name in {"", ".", ".."} for name in names)
    )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
