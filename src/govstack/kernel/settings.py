"""Settings: declared once with a default and a line of help, read from the environment or from secret files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args

from govstack.kernel import rules
from govstack.kernel.rules import Rule

Profile = Literal["sandbox", "conformance", "production"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
PREFIX = "GOVSTACK_"


LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
PORT_MAX = 65_535


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `GOVSTACK_<NAME>` in the environment, or `GOVSTACK_<NAME>_FILE` naming a file that holds it.

    Its text keeps to the rule; nothing at all is a text too where that is the default.
    """

    name: str
    default: str
    line: str
    rule: Rule
    secret: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable that carries this setting."""
        return PREFIX + self.name

    def complaint(self, text: str) -> str:
        """Return what is wrong with a text and what to do, "" when nothing is. The text itself may be a secret."""
        if self.rule.holds(text) or not text + self.default:
            return ""
        otherwise = f"remove it for {self.default}" if self.default else "remove it"
        return f"{self.variable} must {self.rule.words}. Change it, or {otherwise}."


KERNEL_SETTINGS: tuple[Setting, ...] = (
    Setting("PROFILE", "sandbox", "What this process is for", rules.one_of(*PROFILES)),
    Setting("DATA_DIR", "data", "Folder for the embedded databases and files", rules.FOLDER),
    Setting(
        "DATABASE_URL",
        "",
        "postgresql://… for all packages; empty means one SQLite file per package in the data folder",
        rules.DATABASE,
        secret=True,
    ),
    Setting(
        "DATABASE_SCHEMA_PREFIX",
        "",
        "Put before PostgreSQL schema names and the name of the NATS stream, so that instances can share servers",
        rules.matching(r"[a-z_][a-z0-9_]{0,29}", "be up to 30 of a to z, 0 to 9 and _, and not begin with a digit"),
    ),
    Setting("DATABASE_POOL_SIZE", "4", "PostgreSQL connections per package and process", rules.whole(1, 1_000)),
    Setting(
        "SQLITE_SYNCHRONOUS",
        "FULL",
        "FULL survives a power cut after each commit; NORMAL may lose the last moments, OFF more",
        rules.one_of("FULL", "NORMAL", "OFF"),
    ),
    Setting(
        "NATS_URL",
        "",
        "nats://… or tls://… for events between processes; empty means the in-process bus",
        rules.listed(rules.address("nats", "tls"), "be addresses nats://host:port or tls://host:port"),
    ),
    Setting("HOST", "127.0.0.1", "Address to listen on; the sandbox profile accepts loopback only", rules.HOST),
    Setting("PORT", "8000", "Port to listen on", rules.whole(1, PORT_MAX)),
    Setting("PUBLIC_URL", "", "Address people and systems use, when it differs from host and port", rules.WEB),
    Setting("TIME_ZONE", "UTC", "Time zone of the country: times are shown in it, days are its days", rules.TIME_ZONE),
    Setting("SECRET", "", "Master secret; keys at rest and sessions derive from it", rules.SECRET, secret=True),
    Setting(
        "SECRET_PREVIOUS",
        "",
        "Master secrets before the last rotations, newest first, one a line; they open what they sealed",
        rules.ANY,
        secret=True,
    ),
    Setting("TLS_CERTIFICATE", "", "File with the server certificate chain (PEM)", rules.PEM),
    Setting("TLS_KEY", "", "File with the server key (PEM)", rules.PEM),
    Setting("TLS_CLIENT_CA", "", "File with the authorities whose client certificates are accepted (PEM)", rules.PEM),
    Setting(
        "TLS_AUTHORITIES",
        "",
        "File with the authorities whose servers are trusted beside the public ones, such as a country's own (PEM)",
        rules.PEM,
    ),
    Setting("IDENTITY_URL", "", "OpenID Connect issuer; empty means the identity block of this process", rules.WEB),
    Setting("MEDIATOR_URL", "", "Information mediator; empty means the mediator block of this process", rules.WEB),
    Setting(
        "INSTANCE",
        "demo",
        "Name of this GovStack instance, the first part of every mediated address",
        rules.matching(
            r"[a-zA-Z][a-zA-Z0-9_:\-.]{0,63}",
            "begin with a letter and go on with letters, digits and _ : - . only, 64 characters at most",
        ),
    ),
    Setting(
        "RATE_PER_SECOND",
        "500",
        "Requests per second and caller before 429; 0 means no limit",
        rules.whole(0, 1_000_000),
    ),
    Setting(
        "BODY_BYTES_MAX",
        "2000000",
        "Largest request body an operation reads unless it declares its own limit",
        rules.whole(1_000, 1_000_000_000),
    ),
    Setting("REQUEST_SECONDS_MAX", "60", "Longest time one request may take", rules.whole(1, 3_600)),
    Setting("LOG_LEVEL", "INFO", "From which level on lines enter the log", rules.one_of(*LEVELS)),
    Setting("LOG_FILE", "", "File that log lines are added to; empty means standard output", rules.OUTPUT),
    Setting(
        "CREDENTIALS",
        "",
        "This process's client ids and secrets as JSON, from a secret store; empty derives them from the master secret",
        rules.json_of(dict[str, str], "be JSON: an object of client ids and secrets"),
        secret=True,
    ),
)


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
        return int(self.values[name])

    def switch(self, name: str) -> bool:
        """Return a setting as yes or no."""
        return self.values[name].lower() in rules.YES

    @property
    def profile(self) -> Profile:
        """Return the profile this process runs in."""
        return cast("Profile", self.values["PROFILE"])

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
        Setting(
            f"{name.upper()}_DATABASE_URL", "", f"Database of the {name} package alone", rules.DATABASE, secret=True
        )
        for name in packages
    )
    return {setting.name: setting for setting in (*KERNEL_SETTINGS, *extra, *own)}


def load(
    environment: Mapping[str, str] | None = None,
    *,
    extra: Iterable[Setting] = (),
    packages: Iterable[str] = (),
    given: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings, those of the command line (`given`) before those of the environment, and check each.

    Raises SettingsError that says all that is wrong with them. An unknown GOVSTACK_ variable is refused, since a typing
    error must not pass in silence.
    """
    source = os.environ if environment is None else environment  # noqa: TID251 (the one place that reads it)
    known = declared(extra, packages)
    values = {name: _value(setting, source) for name, setting in known.items()} | dict(given or {})
    for variable in source:
        name = variable.removeprefix(PREFIX)
        if variable.startswith(PREFIX + "TEST_"):
            continue
        if variable.startswith(PREFIX) and name not in known and name.removesuffix("_FILE") not in known:
            raise SettingsError(f"{variable} is not a setting. `govstack doctor --settings` lists them all.")
    complaints = [complaint for name, setting in known.items() if (complaint := setting.complaint(values[name]))]
    for name in known:
        key = name.removesuffix("CERTIFICATE") + "KEY"
        if name.endswith("CERTIFICATE") and bool(values[name]) != bool(values[key]):
            complaints.append(f"{PREFIX}{name} and {PREFIX}{key} belong together: set both or none.")
    if complaints:
        raise SettingsError(" ".join(complaints))
    return Settings(values, known)


def check_production(settings: Settings) -> None:
    """Refuse to run for a nation with a weak or sample secret, or over plain HTTP."""
    secret = settings.text("SECRET")
    if not rules.SECRET.holds(secret) or "change" in secret.lower():
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
        except (OSError, ValueError) as error:  # ValueError: it is no text
            raise SettingsError(f"{setting.variable}_FILE names a file that cannot be read as text.") from error
    return source.get(setting.variable, setting.default)
