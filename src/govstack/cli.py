"""The command line: bring GovStack up, serve single blocks, and look after them."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from govstack import __version__
from govstack.host import archive, checks, compose, secrets, workers
from govstack.host.run import Process, way_out
from govstack.host.server import listening, server
from govstack.kernel import clock, log
from govstack.kernel.db import BrokenStatement
from govstack.kernel.errors import Conflict, Problem
from govstack.kernel.manifest import Seeded
from govstack.kernel.migrations import MigrationError
from govstack.kernel.settings import PREFIX, Settings, SettingsError, check_production, load

app = typer.Typer(
    name="govstack",
    help="Building blocks and adoption pillars for digital government.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = Console(stderr=True)
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
CONFORMANCE_FOLDER = "conformance"
FAILED, UNFIT = 1, workers.UNFIT
KEPT_FROM_OTHERS = 0o077
TITLES = {UNFIT: "What was asked for, or a setting, must be changed.", FAILED: "This could not be done now."}


def _option(name: str) -> Any:
    """Return the option that stands before a setting: it keeps to the same rule, and says what counts without it."""
    setting = compose.settings(compose.packages())[name]

    def checked(text: str) -> str:
        if text and not setting.rule.holds(text):
            raise typer.BadParameter(f"It must {setting.rule.words}.")
        return text

    help_text = f"{setting.line}; must {setting.rule.words}."
    default = f"{setting.variable}, else {setting.default}"
    return typer.Option(help=help_text, callback=checked, show_default=default, metavar=name)


APPLICATION = re.compile(r"[\w.-]+/[\w.-]+/[\w.-]+")
JSON_OPTION = "--json"
Json = Annotated[bool, typer.Option(JSON_OPTION, help="Print one JSON value for scripts, also of what went wrong.")]
Address = Annotated[str, _option("HOST")]
Port = Annotated[str, _option("PORT")]
People = Annotated[str, _option("PEOPLE")]
Profile = Annotated[str, _option("PROFILE")]


@app.callback(invoke_without_command=True)
def version(
    show: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    """Building blocks and adoption pillars for digital government."""
    if show:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def up(
    host: Address = "",
    port: Port = "",
    people: People = "",
    fd: Annotated[int, typer.Option(help="Listen on a socket that an earlier start opened.", hidden=True)] = -1,
) -> None:
    """Start every block and pillar in this process, with a demo country when the profile is sandbox."""
    settings = _settings(HOST=host, PORT=port, PEOPLE=people)
    _guard_address(settings)
    with socket.socket(fileno=fd) if fd >= 0 else _listening(settings) as door:
        process = _process(settings, None)
        process.renewable = settings.profile == "sandbox"
        _loop(_serve(process, door.dup(), people=people))
        if process.afresh:
            _begin_afresh(settings, door)


@app.command()
def serve(
    names: Annotated[list[str], typer.Argument(help="Blocks or pillars to serve, such as registries.")],
    *,
    profile: Profile = "",
    host: Address = "",
    port: Port = "",
    count: Annotated[
        int, typer.Option("--workers", min=1, max=workers.WORKERS_MAX, help="How many processes share the port.")
    ] = 1,
    fd: Annotated[int, typer.Option(help="Listen on a socket a supervisor opened.", hidden=True)] = -1,
    lifeline: Annotated[int, typer.Option(help="The supervisor's ear.", hidden=True)] = -1,
) -> None:
    """Serve some packages alone; in the conformance profile one block at the root, with the published records."""
    settings = _settings(PROFILE=profile, HOST=host, PORT=port)
    if settings.profile == "conformance":
        if len(names) != 1:
            raise SettingsError("The conformance profile serves one block at the root of a port. Name one block.")
        settings = settings.changed(DATA_DIR=str(settings.data_dir / CONFORMANCE_FOLDER))
    _guard_address(settings)
    process = _process(settings, names)
    if fd >= 0:
        end = workers.Lifeline(lifeline) if lifeline >= 0 else None
        _loop(_serve(process, socket.socket(fileno=fd), seeded=True, lifeline=end))
    elif count == 1:
        _loop(_serve(process, _listening(settings)))
    else:
        with _listening(settings) as door:
            options = [*names, f"--profile={settings.profile}", f"--host={settings.text('HOST')}"]
            options.append(f"--port={settings.text('PORT')}")
            parent = workers.Supervisor(
                options, door, count=count, prepare=lambda: _prepare(process), on_ready=lambda: _say_ready(settings)
            )
            raise typer.Exit(asyncio.run(parent.run()))


@app.command()
def migrate(as_json: Json = False) -> None:
    """Bring every database to the schema this version expects."""

    async def act() -> list[str]:
        return await checks.migrate_all(_settings(), compose.packages(), progress=_say)

    _report(_run(act()), as_json, lambda new: f"{len(new)} migrations applied." if new else "Nothing to do.")


@app.command()
def seed(people: People = "", as_json: Json = False) -> None:
    """Fill the sandbox with its demo country; what is there already is left alone."""
    settings = _settings(PEOPLE=people)
    _require_sandbox(settings)

    async def act() -> dict[str, Seeded]:
        process = _process(settings, None)
        await process.open()
        try:
            await process.work()
            return await _seed(process)
        finally:
            await process.close()

    seeded: dict[str, Seeded] = _run(act())
    if kept := _kept(seeded, people):
        raise Conflict(f"{kept} For another number run `govstack reset` first, then this again.")
    holds = {what: number for one in seeded.values() for what, number in one.holds.items()}
    new = [name for name, one in seeded.items() if one.parts]
    there = ", ".join(f"{number:,} {what}" for what, number in holds.items())
    done = f"Seeded: {', '.join(new)}." if new else "Nothing was missing."
    _report({"seeded": new, **holds}, as_json, lambda _: f"{done} There are {there}.")


@app.command()
def reset(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Empty the sandbox: all its databases are removed; the next start seeds them again."""
    settings = _settings()
    _require_sandbox(settings)
    if not yes:
        typer.confirm(f"Remove everything the sandbox keeps in {settings.data_dir}?", abort=True, err=True)
    removed = _run(checks.remove_all(settings, compose.packages()))
    _report(removed, as_json, lambda names: f"Removed: {', '.join(names) or 'nothing was there'}.")


@app.command()
def credentials(
    application: Annotated[str, typer.Argument(help="CLASS/MEMBER/APPLICATION, or operator, who may do everything.")],
    as_json: Json = False,
) -> None:
    """Print what an application of the sandbox proves itself with, as `client id:secret`, to try the APIs."""
    settings = _settings()
    if settings.profile != "sandbox":
        raise SettingsError("Only the sandbox gives credentials away. Elsewhere the identity provider's operator does.")
    if application != secrets.OPERATOR and not APPLICATION.fullmatch(application):
        raise SettingsError(
            "Name an application as CLASS/MEMBER/APPLICATION, such as GOV/7003/officerdesk, or operator."
        )
    if not (settings.text("SECRET") or (settings.data_dir / secrets.MASTER_FILE).exists()):
        raise SettingsError(f"There is no sandbox in {settings.data_dir} yet. Start it first.")
    proof = secrets.credentials(settings, secrets.master_secret(settings))(application)
    facts = {"clientId": proof.client_id, "clientSecret": proof.client_secret}
    _report(facts, as_json, lambda _: f"{proof.client_id}:{proof.client_secret}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Archive to write, such as govstack.tar")],
    as_json: Json = False,
) -> None:
    """Write one archive of all databases, consistent each, while everything may keep running."""
    settings = _settings()
    made = _run(archive.backup(settings, compose.packages(), file, progress=_say))
    _report(made, as_json, lambda facts: f"Wrote {file}: {facts['packages']} packages, {facts['bytes']} bytes.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="Archive that `govstack backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Bring an archive into an empty instance; refuses one that was changed, or an instance that is not empty."""
    settings = _settings()
    restored = _run(archive.restore(settings, compose.packages(), file, progress=_say))
    _report(restored, as_json, lambda facts: f"Restored {facts['packages']} packages from {file}.")


@app.command()
def doctor(
    show_settings: Annotated[bool, typer.Option("--settings", help="List every setting and where to set it.")] = False,
    as_json: Json = False,
) -> None:
    """Check that this machine and these settings can run GovStack, and say what to do where they cannot."""
    if show_settings:
        _report(checks.describe_settings(compose.packages()), as_json, checks.settings_table)
        return
    findings = _run(checks.examine(_settings(), compose.packages()))
    _report([finding.as_dict() for finding in findings], as_json, lambda _: checks.findings_text(findings))
    if any(not finding.sound for finding in findings):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; what cannot be done is said in one sentence, without a trace."""
    # Databases, logs, archives and secrets are personal data: other accounts of the machine have no part in them.
    os.umask(KEPT_FROM_OTHERS)
    log.configure()
    try:
        for manifest in compose.packages():
            if manifest.cli is not None:
                app.add_typer(manifest.cli(), name=manifest.name)
        # With --json what is wrong with the command line itself is JSON too.
        sys.exit(app(standalone_mode=JSON_OPTION not in sys.argv))
    except typer.TyperException as error:
        _fail("usage", f"{error.format_message().rstrip('.')}.", UNFIT)
    except typer.Abort:
        _fail("not-confirmed", "Nothing was done, for it was not confirmed. Give --yes to do it unasked.", FAILED)
    except SettingsError as error:
        _fail("settings", str(error), UNFIT)
    except (MigrationError, LookupError, archive.ArchiveError) as error:
        _fail("refused", str(error.args[0] if error.args else error), UNFIT)
    except Problem as problem:
        _fail(problem.code, problem.detail, FAILED)
    except BrokenStatement as error:
        _fail("database-refused", f"The database refused: {error}", FAILED)
    except Exception as error:  # noqa: BLE001 (the one place that turns the unforeseen into a sentence)
        unforeseen = f"This failed in a way nobody foresaw: {type(error).__name__} at {log.place(error)}."
        _fail("internal-error", unforeseen, FAILED)


async def _serve(
    process: Process,
    door: socket.socket,
    *,
    seeded: bool = False,
    people: str = "",
    lifeline: workers.Lifeline | None = None,
) -> None:
    settings = process.settings
    with door:
        serving = server(
            process,
            settings,
            host=settings.text("HOST"),
            port=settings.number("PORT"),
            on_ready=lambda: _say_ready(settings) if lifeline is None else None,
            on_tick=lifeline.beat if lifeline is not None else lambda: None,
            on_stop=process.wind_down,
        )
        process.end = serving.stop
        if lifeline is not None and not await lifeline.wait():
            return
        await process.open(progress=_say if lifeline is None else lambda _: None)
        if not seeded:
            await _fill(process, people)
        await process.work()
        # What a start has made stays. Looking through it again and again for garbage would hold requests up.
        gc.collect()
        gc.freeze()
        watch = asyncio.create_task(lifeline.watch(serving.stop)) if lifeline is not None else None
        await serving.serve(sockets=[door])
        if watch is not None:
            watch.cancel()


def _begin_afresh(settings: Settings, door: socket.socket) -> None:
    """Empty the sandbox and start again in this process's place; who asks meanwhile waits in the socket's queue."""
    _loop(checks.remove_all(settings, compose.packages()))
    door.set_inheritable(True)
    given = [argument for argument in sys.argv[1:] if not argument.startswith("--fd=")]
    os.execv(sys.executable, [sys.executable, "-m", "govstack", *given, f"--fd={door.fileno()}"])  # noqa: S606 - our own command


async def _prepare(process: Process) -> None:
    """Do once what workers must not do at the same time: migrate and seed."""
    await process.open(progress=_say)
    try:
        await _fill(process)
    finally:
        await process.close()


async def _fill(process: Process, people: str = "") -> None:
    """Bring in the demo country of a sandbox, or the published records of a conformance run."""
    if process.settings.profile == "sandbox":
        await process.work()
        if kept := _kept(await _seed(process), people):
            _say(f"{kept} For another number stop this, run `govstack reset`, then start again.")
    elif process.settings.profile == "conformance":
        for one in process.running:
            if one.manifest.conformance_seed is not None:
                await one.manifest.conformance_seed(one.context)


async def _seed(process: Process) -> dict[str, Seeded]:
    seeded = {}
    for one in process.running:
        if one.manifest.seed is None:
            continue
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        with bar:
            task = bar.add_task(f"Preparing {one.manifest.title}", total=None)

            def told(done: int, total: int, what: str, *, _bar: Progress = bar, _task: Any = task) -> None:
                _bar.update(_task, completed=done, total=total or None, description=what)

            one.context.memory["progress"] = told
            seeded[one.manifest.name] = await one.manifest.seed(one.context)
            one.context.memory.pop("progress", None)
    return seeded


def _kept(seeded: Mapping[str, Seeded], people: str) -> str:
    """Return that the sandbox has another number of people than the command line asks for, "" when it does not."""
    there = next((one.holds["people"] for one in seeded.values() if "people" in one.holds), None)
    if not people or there in {None, int(people)}:
        return ""
    return f"The sandbox was seeded with {there:,} people and keeps them."


def _settings(**given: str) -> Settings:
    manifests = compose.packages()
    settings = load(
        extra=compose.settings(manifests).values(),
        given={name: value for name, value in given.items() if value},
    )
    if settings.profile == "sandbox":
        # What the country pack decides, unless the operator decided otherwise.
        for manifest in manifests:
            brought = manifest.sandbox_settings() if manifest.sandbox_settings else {}
            untouched = {name for name, setting in settings.declared.items() if settings.text(name) == setting.default}
            settings = settings.changed(**{name: value for name, value in brought.items() if name in untouched})
    clock.live_in(settings.text("TIME_ZONE"))
    return settings


def _process(settings: Settings, names: list[str] | None) -> Process:
    log.configure(settings.text("LOG_LEVEL"), settings.text("LOG_FILE"))
    base = settings.text("PUBLIC_URL") or _address(settings)
    return Process(settings, compose.packages(names), base.rstrip("/"), network=way_out(settings))


def _address(settings: Settings) -> str:
    scheme = "https" if settings.text("TLS_CERTIFICATE") else "http"
    return f"{scheme}://{settings.text('HOST')}:{settings.text('PORT')}"


def _listening(settings: Settings) -> socket.socket:
    return listening(settings.text("HOST"), settings.number("PORT"))


def _guard_address(settings: Settings) -> None:
    if settings.profile == "sandbox" and settings.text("HOST") not in LOOPBACK:
        raise SettingsError(f"The sandbox listens on loopback only: it has demo people and codes. Unset {PREFIX}HOST.")
    if settings.profile == "production":
        check_production(settings)


def _require_sandbox(settings: Settings) -> None:
    if settings.profile != "sandbox":
        raise SettingsError("Only the sandbox profile can be seeded or reset.")


def _loop(act: Coroutine[Any, Any, object]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(act)


def _run(act: Coroutine[Any, Any, Any]) -> Any:
    """Run a command to its end; its log goes to standard error, so that standard output holds the answer alone."""
    with redirect_stdout(sys.stderr):
        log.configure()
        return asyncio.run(act)


def _say(text: str) -> None:
    console.print(f"  {escape(text)}", style="dim", highlight=False, soft_wrap=True)


def _say_ready(settings: Settings) -> None:
    address = settings.text("PUBLIC_URL") or _address(settings)
    console.print(f"[bold green]GovStack is ready:[/] {escape(address)}", highlight=False, soft_wrap=True)


def _fail(kind: str, sentence: str, code: int) -> None:
    """End with what went wrong: in a sentence, and with --json in the form of the APIs' refusals."""
    if JSON_OPTION in sys.argv:
        typer.echo(json.dumps({"type": kind, "title": TITLES[code], "detail": sentence}, ensure_ascii=False))
    else:
        console.print(f"[bold red]{escape(sentence)}[/]", highlight=False, soft_wrap=True)
    sys.exit(code)


def _report(value: Any, as_json: bool, plain: Callable[[Any], str]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False) if as_json else plain(value))


if __name__ == "__main__":
    main()
