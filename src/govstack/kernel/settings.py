"""Settings: declared once with a default and a line of help, read from the environment or from secret files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

Profile = Literal["sandbox", "conformance", "production"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
PREFIX = "GOVSTACK_"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `GOVSTACK_<NAME>` in the environment, or `GOVSTACK_<NAME>_FILE` naming a file that holds it."""

    name: str
    default: str
    line: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable that carries this setting."""
        return PREFIX + self.name


KERNEL_SETTINGS: tuple[Setting, ...] = (
    Setting("PROFILE", "sandbox", "sandbox, conformance or production"),
    Setting("DATA_DIR", "data", "Folder for the embedded databases and files"),
    Setting(
        "DATABASE_URL",
        "",
        "postgresql://… for all packages; empty means one SQLite file per package in the data folder",
        secret=True,
    ),
    Setting(
        "DATABASE_SCHEMA_PREFIX",
        "",
        "Put before PostgreSQL schema names and the name of the NATS stream, so that instances can share servers",
    ),
    Setting("DATABASE_POOL_SIZE", "4", "PostgreSQL connections per package and process"),
    Setting(
        "SQLITE_SYNCHRONOUS", "FULL", "FULL survives a power cut after each commit; NORMAL may lose the last moments"
    ),
    Setting("NATS_URL", "", "nats://… for events between processes; empty means the in-process bus"),
    Setting("HOST", "127.0.0.1", "Address to listen on; the sandbox profile accepts loopback only"),
    Setting("PORT", "8000", "Port to listen on"),
    Setting("PUBLIC_URL", "", "Address people and systems use, when it differs from host and port"),
    Setting(
        "SECRET", "", "Master secret, at least 32 characters; keys at rest and sessions derive from it", secret=True
    ),
    Setting(
        "SECRET_PREVIOUS",
        "",
        "Master secrets before the last rotations, newest first, one a line; they open what they sealed",
        secret=True,
    ),
    Setting("TLS_CERTIFICATE", "", "File with the server certificate chain (PEM)"),
    Setting("TLS_KEY", "", "File with the server key (PEM)"),
    Setting("TLS_CLIENT_CA", "", "File with the authorities whose client certificates are accepted (PEM)"),
    Setting(
        "TLS_AUTHORITIES",
        "",
        "File with the authorities whose servers are trusted beside the public ones, such as a country's own (PEM)",
    ),
    Setting("IDENTITY_URL", "", "OpenID Connect issuer; empty means the identity block of this process"),
    Setting("MEDIATOR_URL", "", "Information mediator; empty means the mediator block of this process"),
    Setting("INSTANCE", "demo", "Name of this GovStack instance, the first part of every mediated address"),
    Setting("RATE_PER_SECOND", "500", "Requests per second and caller before 429; 0 means no limit"),
    Setting("BODY_BYTES_MAX", "2000000", "Largest request body an operation reads unless it declares its own limit"),
    Setting("REQUEST_SECONDS_MAX", "60", "Longest time one request may take"),
    Setting("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("LOG_FILE", "", "File that log lines are added to; empty means standard output"),
    Setting(
        "CREDENTIALS",
        "",
        "File (JSON) with this process's client credentials per package, from a secret store",
        secret=True,
    ),
)
SECRET_CHARACTERS_MIN = 32
SECRET_DIFFERENT_MIN = 10


class SettingsError(Exception):
    """The settings do not allow a safe start; the message says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; read a value by name, as text, number or switch."""

    values: Mapping[str, str]
    declared: Mapping[str, Setting] = field(repr=False)

    def text(self, name: str) -> str:
        """Return a setting as text."""
        return self.values[name]

    def number(self, name: str) -> int:
        """Return a setting as a whole number."""
        try:
            return int(self.values[name])
        except ValueError as error:
            raise SettingsError(f"{PREFIX}{name} must be a whole number.") from error

    def switch(self, name: str) -> bool:
        """Return a setting as yes or no."""
        return self.values[name].lower() in {"1", "true", "yes", "on"}

    @property
    def profile(self) -> Profile:
        """Return the profile this process runs in."""
        for profile in PROFILES:
            if self.values["PROFILE"] == profile:
                return profile
        raise SettingsError(f"GOVSTACK_PROFILE must be one of {', '.join(PROFILES)}.")

    @property
    def data_dir(self) -> Path:
        """Return the folder for databases and files."""
        return Path(self.values["DATA_DIR"])

    def database_url(self, package: str) -> str:
        """Return where a package keeps its data: its own URL, the shared one, or SQLite in the data folder."""
        own = self.values.get(f"{package.upper()}_DATABASE_URL", "")
        return own or self.values["DATABASE_URL"] or f"sqlite:///{self.data_dir.absolute()}"

    def changed(self, **values: str) -> Settings:
        """Return a copy with other values, by setting name."""
        return Settings({**self.values, **values}, self.declared)


def declared(extra: Iterable[Setting] = (), packages: Iterable[str] = ()) -> dict[str, Setting]:
    """Return every setting that a process with these packages knows."""
    own = (
        Setting(f"{name.upper()}_DATABASE_URL", "", f"Database of the {name} package alone", secret=True)
        for name in packages
    )
    return {setting.name: setting for setting in (*KERNEL_SETTINGS, *extra, *own)}


def load(
    environment: Mapping[str, str] | None = None, *, extra: Iterable[Setting] = (), packages: Iterable[str] = ()
) -> Settings:
    """Read the settings; an unknown GOVSTACK_ variable is refused, since a typing error must not pass in silence."""
    source = os.environ if environment is None else environment  # noqa: TID251 (the one place that reads it)
    known = declared(extra, packages)
    values = {name: _value(setting, source) for name, setting in known.items()}
    for variable in source:
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX + "TEST_"):
            continue
        if variable.startswith(PREFIX) and name not in known and name.removesuffix("_FILE") not in known:
            raise SettingsError(f"{variable} is not a setting. `govstack doctor --settings` lists them all.")
    settings = Settings(values, known)
    _ = settings.profile
    return settings


def check_production(settings: Settings) -> None:
    """Refuse to run for a nation with a weak or sample secret, or over plain HTTP."""
    secret = settings.text("SECRET")
    if len(secret) < SECRET_CHARACTERS_MIN or len(set(secret)) < SECRET_DIFFERENT_MIN or "change" in secret.lower():
        raise SettingsError("GOVSTACK_SECRET must be at least 32 characters of your own in the production profile.")
    if not settings.text("TLS_CERTIFICATE") or not settings.text("TLS_KEY"):
        raise SettingsError("The production profile needs GOVSTACK_TLS_CERTIFICATE and GOVSTACK_TLS_KEY (TLS 1.3).")
    public = settings.text("PUBLIC_URL")
    if public and not public.startswith("https://"):
        raise SettingsError("GOVSTACK_PUBLIC_URL must start with https:// in the production profile.")


def _value(setting: Setting, source: Mapping[str, str]) -> str:
    file = source.get(f"{setting.variable}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"{setting.variable}_FILE names a file that cannot be read.") from error
    return source.get(setting.variable, setting.default)
