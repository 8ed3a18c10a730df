"""What operators ask: is this machine fit, are the settings sound, are the databases up to date."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from govstack.host.compose import settings as settings_of
from govstack.host.run import REMEDIES, bring_up_to_date, connect_bus, open_database
from govstack.host.server import Certificate, setting_at_fault
from govstack.kernel import clock, migrations, snapshots
from govstack.kernel.db import BrokenStatement, Database
from govstack.kernel.errors import Conflict, Problem
from govstack.kernel.manifest import Manifest
from govstack.kernel.settings import PREFIX, Settings, SettingsError, check_production
from govstack.web import assets

DISK_BYTES_MIN = 500_000_000
PYTHON_MIN = (3, 11)
CERTIFICATE_DAYS_MIN = 14
ASK_SECONDS_MAX = 3.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is sound, and what to do when it is not."""

    subject: str
    sound: bool
    line: str

    def as_dict(self) -> dict[str, object]:
        """Return the finding for scripts."""
        return {"subject": self.subject, "sound": self.sound, "line": self.line}


async def examine(settings: Settings, manifests: Sequence[Manifest]) -> list[Finding]:
    """Look at the machine, the settings, each database and the way of events; nothing is made or changed."""
    found = [_python(), _data_folder(settings), _assets(), _profile(settings), _port(settings)]
    if settings.text("TLS_CERTIFICATE"):
        found.append(_certificate(settings))
    found += [await _database(settings, manifest) for manifest in manifests]
    told = [manifest.check(settings) for manifest in manifests if manifest.check is not None]
    found += [Finding(one.subject, one.sound, one.line) for one in told]
    if any(settings.database_url(manifest.name).startswith("postgres") for manifest in manifests):
        found += [_programs(), await _text_search(settings, manifests)]
    if settings.text("NATS_URL"):
        found.append(await _events(settings))
    return found


async def migrate_all(
    settings: Settings, manifests: Sequence[Manifest], *, progress: Callable[[str], None]
) -> list[str]:
    """Apply what is missing to every database; returns the names of what was applied."""
    new: list[str] = []
    for manifest in manifests:
        progress(manifest.name)
        database = open_database(settings, manifest)
        try:
            new += await bring_up_to_date(database, manifest)
        finally:
            await database.close()
    return new


async def remove_all(settings: Settings, manifests: Sequence[Manifest]) -> list[str]:
    """Remove every package's database of a sandbox, and its stream of events; returns the names of what was there.

    Raises Conflict, with nothing removed, when a process has one of its SQLite files open: that process would go on
    with files that nobody else sees, and its last writes with them.
    """
    for manifest in manifests:
        await _refuse_open(settings, manifest)
    bus = await connect_bus(settings, provide=False) if settings.text("NATS_URL") else None
    removed = []
    for manifest in manifests:
        database = open_database(settings, manifest)
        try:
            if await snapshots.remove(database):
                removed.append(manifest.name)
        finally:
            await database.close()
    if bus is not None:
        # Else the new country would hear what happened in the old one.
        await bus.remove_stream()
        await bus.close()
    return removed


async def _refuse_open(settings: Settings, manifest: Manifest) -> None:
    database = open_database(settings, manifest)
    try:
        if await snapshots.is_open_elsewhere(database):
            raise Conflict(f"A running process has the database of {manifest.name} open. Stop it, then reset.")
    finally:
        await database.close()


def describe_settings(manifests: Sequence[Manifest]) -> list[dict[str, str]]:
    """Return every setting with its variable, default, meaning and rule."""
    return [
        {
            "variable": setting.variable,
            "default": setting.default,
            "line": setting.line,
            "rule": setting.rule.words,
            "secret": str(setting.secret),
        }
        for setting in settings_of(manifests).values()
    ]


def settings_table(rows: Sequence[dict[str, str]]) -> str:
    """Return the settings as text."""
    return "\n".join(
        f"{row['variable']:<40} {row['default'] or '-':<16} {row['line']}; must {row['rule']}" for row in rows
    )


def findings_text(findings: Sequence[Finding]) -> str:
    """Return the findings as text, one a line."""
    return "\n".join(f"{'ok  ' if finding.sound else 'MEND'} {finding.subject}: {finding.line}" for finding in findings)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    sound = sys.version_info >= PYTHON_MIN
    return Finding("Python", sound, version if sound else f"{version}; install 3.11 or newer")


def _data_folder(settings: Settings) -> Finding:
    folder = settings.data_dir
    while not folder.exists():
        folder = folder.absolute().parent
    if not os.access(folder, os.W_OK):
        return Finding("Data folder", False, f"may not be written; set {PREFIX}DATA_DIR to one that may")
    free = shutil.disk_usage(folder).free
    sound = free > DISK_BYTES_MIN
    return Finding("Data folder", sound, f"{free // 1_000_000} MB free" + ("" if sound else "; make room on its disk"))


def _assets() -> Finding:
    built = bool(assets.built())
    return Finding("Page assets", built, "built" if built else "not built; run `make assets`")


def _profile(settings: Settings) -> Finding:
    if settings.profile == "production":
        try:
            check_production(settings)
        except SettingsError as error:
            return Finding("Profile", False, f"production. {error}")
    return Finding("Profile", True, settings.profile)


def _port(settings: Settings) -> Finding:
    host, port = settings.text("HOST"), settings.number("PORT")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if _is_ours(host, port, tls=bool(settings.text("TLS_CERTIFICATE"))):
                return Finding("Port", True, f"{host}:{port} is served by a running GovStack")
            line = f"{host}:{port} cannot be listened on ({error.strerror}); set {setting_at_fault(error)} to another"
            return Finding("Port", False, line)
    return Finding("Port", True, f"{host}:{port} is free")


def _is_ours(host: str, port: int, *, tls: bool) -> bool:
    """Tell whether what holds the port answers like a GovStack process."""
    if tls:
        # Only a courtesy question on our own port: nothing is sent that a stranger could use.
        context = ssl._create_unverified_context()  # noqa: S323, SLF001
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            host, port, timeout=ASK_SECONDS_MAX, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, port, timeout=ASK_SECONDS_MAX)
    try:
        connection.request("GET", "/health/live")
        return b'"process"' in connection.getresponse().read(10_000)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _certificate(settings: Settings) -> Finding:
    try:
        Certificate(settings)
        found = x509.load_pem_x509_certificate(Path(settings.text("TLS_CERTIFICATE")).read_bytes())
    except (SettingsError, OSError, ValueError) as error:
        return Finding("Certificate", False, str(error))
    days = (found.not_valid_after_utc - clock.now()).days
    sound = days >= CERTIFICATE_DAYS_MIN
    return Finding("Certificate", sound, f"valid for {max(days, 0)} more days" + ("" if sound else "; renew it"))


def _programs() -> Finding:
    missing = [name for name in ("pg_dump", "pg_restore") if shutil.which(name) is None]
    line = f"{' and '.join(missing)} not found; `govstack backup` needs PostgreSQL's client programs"
    return Finding("Backup", not missing, line if missing else "PostgreSQL's client programs are there")


async def _text_search(settings: Settings, manifests: Sequence[Manifest]) -> Finding:
    """Look for what free text search on PostgreSQL is fast by; without it, it works all the same."""
    subject = "Text search"
    manifest = next(one for one in manifests if settings.database_url(one.name).startswith("postgres"))
    database = open_database(settings, manifest)
    try:
        async with database.owner() as owner, owner.reading() as tx:
            if await migrations.trigrams_schema(tx):
                return Finding(subject, True, f"{migrations.TRIGRAMS} is there: free text search uses an index")
    except Problem:
        return Finding(subject, False, "PostgreSQL cannot be reached; check its address and that it runs")
    finally:
        await database.close()
    line = "it reads every record until a start, or somebody who may, makes the extension"
    return Finding(subject, True, f"without {migrations.TRIGRAMS} {line}")


async def _events(settings: Settings) -> Finding:
    try:
        bus = await connect_bus(settings, provide=False)
    except Problem:
        return Finding("Events", False, f"NATS with JetStream does not answer; see {PREFIX}NATS_URL")
    await bus.close()
    return Finding("Events", True, "NATS with JetStream answers")


async def _database(settings: Settings, manifest: Manifest) -> Finding:
    subject = f"Database of {manifest.name}"
    database = open_database(settings, manifest)
    try:
        if not await snapshots.exists(database):
            return Finding(subject, True, f"{database.dialect}, not made yet: the first start makes it")
        missing = await _missing(database, manifest)
        line = f"{database.dialect}, {missing} migrations to come: `govstack migrate` applies them" if missing else ""
        return Finding(subject, True, line or f"{database.dialect}, up to date")
    except Problem:
        return Finding(subject, False, f"{database.dialect} cannot be reached. {REMEDIES[database.dialect]}")
    except BrokenStatement as error:
        return Finding(subject, False, f"{database.dialect} refused: {error}")
    finally:
        await database.close()


async def _missing(database: Database, manifest: Manifest) -> int:
    """Return how many migrations the database lacks."""
    wanted = migrations.load(migrations.KERNEL, migrations.KERNEL_FOLDER, database.dialect)
    wanted += migrations.load(database.package, manifest.root / "migrations", database.dialect)
    async with database.owner() as owner, owner.reading() as tx:
        known = [await migrations.SQL.applied(tx, package=one.package, number=one.number) for one in wanted]
    return known.count(None)
