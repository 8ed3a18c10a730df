"""What each command says, on which stream, and with which exit code."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import nats
import pytest
import structlog

from govstack import __version__, cli
from govstack.host import compose
from govstack.kernel.events import STREAM, NatsBus
from govstack.kernel.settings import KERNEL_SETTINGS
from tests.databases import Databases
from tests.host.commands import free_port, govstack, sentence, value
from tests.shelf import POSTGRES_URL, new_prefix

SAMPLE_SECRET = "q9Wc-3vT7_pL0zR2-yX8bN5mK1sD4fG6hJ"
SETTINGS = compose.settings(compose.packages())
UNSAFE_CLIENT = '{"a": {"secret": "b", "redirect_uris": ["nowhere"]}}'


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs commands in this process, which is quicker than a process for each of many refusals."""
    handlers, level, structured = logging.root.handlers, logging.root.level, structlog.get_config()
    mask = os.umask(0o022)
    for name in [name for name in os.environ if name.startswith("GOVSTACK_")]:  # noqa: TID251
        monkeypatch.delenv(name)

    def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        for name, text in settings.items():
            monkeypatch.setenv(f"GOVSTACK_{name}", text)
        monkeypatch.setattr(sys, "argv", ["govstack", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        return subprocess.CompletedProcess(arguments, int(str(stop.value.code)), said.out, said.err)

    yield run
    logging.root.handlers = handlers
    logging.root.setLevel(level)
    structlog.configure(**structured)
    os.umask(mask)


async def left(server: asyncpg.Connection[asyncpg.Record], query: str, prefix: str) -> set[str]:
    """Return the names that a query finds by their prefix."""
    return {str(row[0]) for row in await server.fetch(query, prefix)}


async def streams_of(nats_url: str) -> set[str]:
    """Return the names of the streams on a NATS server."""
    client = await nats.connect(nats_url)
    try:
        return {str(one.config.name) for one in await client.jetstream().streams_info()}
    finally:
        await client.close()


def clean(answer: subprocess.CompletedProcess[str]) -> bool:
    """Tell whether a refusal is a sentence: no trace, no colours, nothing on standard output."""
    return "Traceback" not in answer.stderr and "\x1b" not in answer.stderr and not answer.stdout


def test_the_version_is_one_line() -> None:
    answer = govstack("--version")

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"{__version__}\n", "")


def test_doctor_finds_a_fit_machine_and_makes_nothing(tmp_path: Path) -> None:
    answer = govstack("doctor", DATA_DIR=str(tmp_path / "data"), PORT=str(free_port()))

    assert (answer.returncode, answer.stderr) == (0, "")
    assert {line[:4] for line in answer.stdout.splitlines()} == {"ok  "}
    assert not (tmp_path / "data").exists()


def test_doctor_says_what_to_mend_and_ends_with_one(tmp_path: Path) -> None:
    answer = govstack(
        "doctor",
        "--json",
        DATA_DIR=str(tmp_path),
        PROFILE="production",
        PORT=str(free_port()),
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none",
        NATS_URL=f"nats://127.0.0.1:{free_port()}",
    )
    findings = {finding["subject"]: finding for finding in value(answer)}

    assert answer.returncode == 1
    assert not findings["Profile"]["sound"]
    assert "GOVSTACK_SECRET" in findings["Profile"]["line"]
    assert not findings["Events"]["sound"]
    assert {name for name, finding in findings.items() if name.startswith("Database of") and finding["sound"]} == set()


def test_doctor_says_what_text_search_on_postgresql_is_fast_by(tmp_path: Path) -> None:
    answer = govstack(
        "doctor",
        "--json",
        DATA_DIR=str(tmp_path),
        PORT=str(free_port()),
        DATABASE_URL=POSTGRES_URL,
        DATABASE_SCHEMA_PREFIX=new_prefix(),
    )
    findings = {finding["subject"]: finding for finding in value(answer)}

    assert findings["Text search"]["sound"]
    assert "pg_trgm" in findings["Text search"]["line"]


async def test_doctor_makes_no_stream_of_events(tmp_path: Path, nats_url: str) -> None:
    prefix = new_prefix()
    answer = govstack(
        "doctor", DATA_DIR=str(tmp_path), PORT=str(free_port()), NATS_URL=nats_url, DATABASE_SCHEMA_PREFIX=prefix
    )

    assert "ok   Events: NATS with JetStream answers" in answer.stdout
    assert f"{prefix}{STREAM}" not in await streams_of(nats_url)


def test_doctor_lists_every_setting() -> None:
    rows = value(govstack("doctor", "--settings", "--json"))
    manifests = compose.packages()
    expected = {setting.variable for setting in KERNEL_SETTINGS}
    expected |= {setting.variable for manifest in manifests for setting in manifest.settings}
    expected |= {f"GOVSTACK_{manifest.name.upper()}_DATABASE_URL" for manifest in manifests}

    assert {row["variable"] for row in rows} == expected
    assert all(row["line"] and row["rule"] for row in rows)


@pytest.mark.requirement("CFR-deployment-7", "CFR-development-4")
def test_migrating_twice_finds_nothing_left_to_do(tmp_path: Path) -> None:
    first = govstack("migrate", "--json", DATA_DIR=str(tmp_path))
    second = govstack("migrate", "--json", DATA_DIR=str(tmp_path))

    assert (first.returncode, second.returncode) == (0, 0)
    assert "kernel/0001_jobs" in " ".join(value(first)) or len(value(first)) > 1
    assert value(second) == []
    assert "identity: sqlite, up to date" in govstack("doctor", DATA_DIR=str(tmp_path), PORT=str(free_port())).stdout


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"HOST": "0.0.0.0"}, "loopback only"),
        ({"PROFILE": "production"}, "GOVSTACK_SECRET must be at least 32 characters"),
        ({"PROFILE": "production", "SECRET": SAMPLE_SECRET}, "GOVSTACK_TLS_CERTIFICATE"),
        ({"TLS_CERTIFICATE": "/none.pem", "TLS_KEY": "/none.key"}, "GOVSTACK_TLS_CERTIFICATE"),
        ({"TLS_AUTHORITIES": "/none.pem"}, "GOVSTACK_TLS_AUTHORITIES"),
        ({"LOG_FILE": "/dev/null/lines"}, "GOVSTACK_LOG_FILE names a file that cannot be opened"),
        ({"PORT": "99999"}, "GOVSTACK_PORT must be a whole number from 1 to 65535."),
        ({"PORT": "-1"}, "GOVSTACK_PORT must be a whole number from 1 to 65535."),
        ({"PORT": "eighty"}, "GOVSTACK_PORT must be a whole number"),
        ({"PORT": ""}, "remove it for 8000"),
        ({"SECRET": "hunter2hunter2"}, "GOVSTACK_SECRET must be at least 32 characters"),
        ({"DATA_DIR": "README.md"}, "GOVSTACK_DATA_DIR must be a folder, or a place for one, and not a file."),
        ({"DATA_DIR": "/proc/none"}, "GOVSTACK_DATA_DIR names a folder that cannot be made or written"),
        ({"HOST": "nowhere.invalid", "PROFILE": "conformance"}, "Set GOVSTACK_HOST to another."),
        ({"INSTANCE": "a b/c"}, "GOVSTACK_INSTANCE must begin with a letter"),
        ({"MEDIATOR_URL": "foo"}, "GOVSTACK_MEDIATOR_URL must start with https:// or http://"),
        ({"PEOPLE": "-5", "RATE_PER_SECOND": "-1"}, "GOVSTACK_PEOPLE must be a whole number from 25"),
        ({"IDENTITY_CLIENTS": "a, b"}, "GOVSTACK_IDENTITY_CLIENTS must be JSON"),
        ({"IDENTITY_CLIENTS": '{"a": "b"}'}, "GOVSTACK_IDENTITY_CLIENTS must be JSON"),
        ({"IDENTITY_CLIENTS": UNSAFE_CLIENT}, "GOVSTACK_IDENTITY_CLIENTS, client a: An address to return to"),
        ({"LOG_LEVEL": "NOISY"}, "GOVSTACK_LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR."),
        ({"PROFILE": "festive"}, "GOVSTACK_PROFILE must be one of"),
        ({"PORTT": "80"}, "GOVSTACK_PORTT is not a setting"),
        ({"DATABASE_URL": "mysql://localhost/x"}, "GOVSTACK_DATABASE_URL must start with sqlite:///"),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, dict) else "",
)
@pytest.mark.requirement("X005", "X011", "X013", "X034")
def test_an_unsafe_or_unclear_start_is_refused_in_one_sentence(
    settings: dict[str, str], words: str, here: Command, tmp_path: Path
) -> None:
    answer = here("serve", "identity", **{"DATA_DIR": str(tmp_path), "PORT": str(free_port()), **settings})

    assert answer.returncode == 2
    assert words in sentence(answer)
    assert clean(answer)
    assert "hunter2" not in answer.stderr


@pytest.mark.parametrize("command", ["doctor", "migrate", "seed", "reset", "up"])
def test_every_command_refuses_a_wrong_setting(command: str, here: Command, tmp_path: Path) -> None:
    answer = here(command, DATA_DIR=str(tmp_path), RATE_PER_SECOND="-1")

    assert answer.returncode == 2
    assert "GOVSTACK_RATE_PER_SECOND must be a whole number from 0 to 1000000." in sentence(answer)
    assert clean(answer)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "identity", "--port=99999"), "whole number from 1 to 65535."),
        (("serve", "identity", "--port=99999", "--workers=2"), "whole number from 1 to 65535."),
        (("serve", "identity", "--profile=festive"), "one of sandbox, conformance, production."),
        (("up", "--port=-1"), "whole number from 1 to 65535."),
        (("up", "--host=http://x"), "host name or an IP address"),
        (("seed", "--people=-5"), "whole number from 25 to 1000000000."),
        (("seed", "--people=0"), "whole number from 25 to 1000000000."),
    ],
)
def test_an_option_keeps_to_the_rule_of_its_setting(arguments: tuple[str, ...], words: str, here: Command) -> None:
    answer = here(*arguments)

    assert answer.returncode == 2
    assert words in " ".join(answer.stderr.replace("│", " ").split())
    assert not answer.stdout


@pytest.mark.parametrize("command", ["up", "serve", "seed"])
def test_help_says_what_counts_when_an_option_is_not_given(command: str, here: Command) -> None:
    answer = here(command, "--help")
    said = " ".join(answer.stdout.replace("│", " ").split())
    named = {"up": ("HOST", "PORT", "PEOPLE"), "serve": ("HOST", "PORT", "PROFILE"), "seed": ("PEOPLE",)}[command]

    for name in named:
        setting = SETTINGS[name]
        assert f"[default: ({setting.variable}, else {setting.default})]" in said


@pytest.mark.parametrize(
    ("arguments", "settings", "kind", "code"),
    [
        (("doctor",), {"PORT": "x"}, "settings", 2),
        (("migrate",), {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "unavailable", 1),
        (("seed",), {"PROFILE": "production"}, "settings", 2),
        (("seed", "--people=0"), {}, "usage", 2),
        (("reset", "--nonsense"), {}, "usage", 2),
        (("backup", "/nowhere/at-all.tar"), {}, "refused", 2),
        (("restore", "/nowhere.tar"), {}, "refused", 2),
        (("mediator", "verify", "/nowhere.jsonl"), {}, "refused", 2),
    ],
    ids=lambda part: "-".join(part) if isinstance(part, tuple) else None,
)
def test_what_fails_for_a_script_says_so_in_json(
    arguments: tuple[str, ...], settings: dict[str, str], kind: str, code: int, here: Command, tmp_path: Path
) -> None:
    answer = here(*arguments, "--json", **{"DATA_DIR": str(tmp_path), **settings})

    assert answer.returncode == code
    assert value(answer)["type"] == kind
    assert value(answer)["title"]
    assert value(answer)["detail"].endswith(".")


def test_what_is_not_confirmed_says_so_in_json(tmp_path: Path) -> None:
    answer = govstack("reset", "--json", DATA_DIR=str(tmp_path))

    assert answer.returncode == 1
    assert value(answer)["type"] == "not-confirmed"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "nonsense"), "There is no block or pillar named nonsense."),
        (("serve", "identity", "registries", "--profile=conformance"), "one block at the root"),
        (("mediator", "verify", "/dev"), "/dev cannot be read as an exported log (Is a directory)."),
        (("mediator", "verify", "/nowhere.jsonl"), "/nowhere.jsonl cannot be read as an exported log"),
        (("restore", "/nowhere.tar"), "cannot be read as an archive"),
        (("credentials", "officerdesk"), "CLASS/MEMBER/APPLICATION"),
        (("credentials", "GOV/7003/officerdesk"), "There is no sandbox in"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    arguments: tuple[str, ...], words: str, here: Command, tmp_path: Path
) -> None:
    answer = here(*arguments, DATA_DIR=str(tmp_path))

    assert answer.returncode == 2
    assert words in sentence(answer)
    assert clean(answer)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database of identity cannot be reached."),
        ({"NATS_URL": "nats://127.0.0.1:1"}, "NATS with JetStream does not answer."),
    ],
    ids=["database", "events"],
)
def test_what_is_away_at_the_start_is_named(settings: dict[str, str], words: str, tmp_path: Path) -> None:
    answer = govstack("serve", "identity", **{"DATA_DIR": str(tmp_path), "PORT": str(free_port()), **settings})

    assert answer.returncode == 1
    assert words in sentence(answer)
    assert "Traceback" not in answer.stderr


@pytest.mark.requirement("X014", "X016")
def test_a_refusal_does_not_repeat_the_password_of_a_database(postgres_databases: Databases, tmp_path: Path) -> None:
    address = postgres_databases.url.rpartition("/")[0].replace("://postgres@", "://postgres:hunter2hunter2@")

    answer = govstack("migrate", DATABASE_URL=f"{address}/no-such-database", DATA_DIR=str(tmp_path))

    assert answer.returncode == 1
    assert "hunter2" not in answer.stderr + answer.stdout


def test_a_sandbox_is_emptied_only_after_a_yes(tmp_path: Path) -> None:
    govstack("migrate", DATA_DIR=str(tmp_path))

    unsure = govstack("reset", DATA_DIR=str(tmp_path))
    sure = govstack("reset", "--yes", "--json", DATA_DIR=str(tmp_path))

    assert unsure.returncode == 1
    assert "identity" in value(sure)
    assert not list(tmp_path.glob("*.sqlite3*"))


@pytest.mark.requirement("CFR-deployment-7")
async def test_emptying_a_sandbox_on_servers_leaves_nothing_of_it_and_all_of_others(
    tmp_path: Path, nats_url: str
) -> None:
    ours, theirs = new_prefix(), new_prefix()
    here = {"DATA_DIR": str(tmp_path), "DATABASE_URL": POSTGRES_URL, "DATABASE_SCHEMA_PREFIX": ours}
    here["NATS_URL"] = nats_url
    for prefix in (ours, theirs):
        await (await NatsBus.connect(nats_url, stream=f"{prefix}{STREAM}")).close()
    server = await asyncpg.connect(POSTGRES_URL)
    try:
        # A role of this name that was there before is somebody else's, and so is one that another schema needs.
        await server.execute(f"CREATE ROLE govstack_{ours}identity NOLOGIN")
        govstack("migrate", **here)
        govstack("migrate", **{**here, "DATABASE_SCHEMA_PREFIX": theirs})
        await server.execute(f"CREATE SCHEMA {ours}kept; GRANT USAGE ON SCHEMA {ours}kept TO govstack_{ours}mediator")

        answer = govstack("reset", "--yes", "--json", **here)
        schemas = await left(server, "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, $1)", ours)
        roles = await left(server, "SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)", f"govstack_{ours}")
        others = await left(server, "SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1)", f"govstack_{theirs}")
        streams = await streams_of(nats_url)
    finally:
        await server.execute(f"DROP SCHEMA IF EXISTS {ours}kept CASCADE")
        govstack("reset", "--yes", **{**here, "DATABASE_SCHEMA_PREFIX": theirs})
        for name in ("identity", "mediator"):
            await server.execute(f"DROP ROLE IF EXISTS govstack_{ours}{name}")
        await server.close()

    assert sorted(value(answer)) == sorted(manifest.name for manifest in compose.packages())
    assert schemas == {f"{ours}kept"}
    assert {f"{ours}{STREAM}", f"{theirs}{STREAM}"} & streams == {f"{theirs}{STREAM}"}
    assert roles == {f"govstack_{ours}identity", f"govstack_{ours}mediator"}
    assert others == {f"govstack_{theirs}{manifest.name}" for manifest in compose.packages()}


def test_a_broken_database_is_no_reason_not_to_empty_a_sandbox(tmp_path: Path) -> None:
    (tmp_path / "identity.sqlite3").write_text("no database " * 500, encoding="utf-8")

    answer = govstack("reset", "--yes", "--json", DATA_DIR=str(tmp_path))

    assert value(answer) == ["identity"]


@pytest.mark.requirement("CFR-deployment-7")
def test_seeding_says_what_it_did_and_what_was_there(tmp_path: Path) -> None:
    here = {"DATA_DIR": str(tmp_path), "PEOPLE": "30", "SQLITE_SYNCHRONOUS": "OFF"}

    first = govstack("seed", "--json", **here)
    again = govstack("seed", **here)
    same = govstack("seed", "--people=30", "--json", **here)
    other = govstack("seed", "--people=50", **here)
    script = govstack("seed", "--people=50", "--json", **here)

    assert value(first) == {"seeded": ["consent", "learn", "sandbox"], "people": 30, "civil servants": 400}
    assert (again.returncode, again.stdout) == (0, "Nothing was missing. There are 400 civil servants, 30 people.\n")
    assert value(same) == {"seeded": [], "people": 30, "civil servants": 400}
    assert (other.returncode, other.stdout) == (1, "")
    assert sentence(other).startswith("The sandbox was seeded with 30 people and keeps them. For another number run")
    assert (script.returncode, value(script)["type"]) == (1, "conflict")


@pytest.mark.requirement("X034")
def test_only_a_sandbox_gives_credentials_away(here: Command, tmp_path: Path) -> None:
    answer = here("credentials", "operator", DATA_DIR=str(tmp_path), PROFILE="production", SECRET=SAMPLE_SECRET)

    assert answer.returncode == 2
    assert sentence(answer).startswith("Only the sandbox gives credentials away.")
    assert clean(answer)


def test_only_a_sandbox_can_be_emptied(here: Command, tmp_path: Path) -> None:
    answer = here("reset", "--yes", DATA_DIR=str(tmp_path), PROFILE="production")

    assert answer.returncode == 2
    assert sentence(answer) == "Only the sandbox profile can be seeded or reset."


@pytest.mark.requirement("X004")
def test_the_command_line_backs_up_and_restores(tmp_path: Path) -> None:
    there, here, archive = tmp_path / "there", tmp_path / "here", tmp_path / "archive.tar"
    secret = {"SECRET": SAMPLE_SECRET}
    govstack("migrate", DATA_DIR=str(there))

    made = value(govstack("backup", str(archive), "--json", DATA_DIR=str(there), **secret))
    restored = value(govstack("restore", str(archive), "--json", DATA_DIR=str(here), **secret))
    again = govstack("restore", str(archive), DATA_DIR=str(here), **secret)

    assert made["packages"] == restored["packages"] == len(compose.packages())
    assert json.dumps(made["parts"])
    assert again.returncode == 2
    assert "is not empty" in sentence(again)
