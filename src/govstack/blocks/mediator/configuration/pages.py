"""The configuration for administrators: how it stands, its changes, and a document to carry out (I4)."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from govstack.blocks.mediator.configuration import presenters, service
from govstack.blocks.mediator.configuration.errors import ConfigurationInvalid, NotConfigured, OtherInstance
from govstack.blocks.mediator.configuration.model import ChangeState, Configuration, Mode, Step, plan, resolved
from govstack.blocks.mediator.configuration.schemas import IMconf, parsed, shown, text_of
from govstack.blocks.mediator.directory.presenters import Words, framed, kept, refused, step
from govstack.kernel.documents import misfit, read_yaml
from govstack.kernel.errors import BadRequest, Forbidden, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("configuration pages",))
READ = needs("mediator:read-configuration")
WRITE = needs("mediator:write-configuration")
REPLACE = "mediator:create-configuration"
DOCUMENT_BYTES_MAX = 8_000_000
NOTHING = _("Paste the configuration, or choose the file that holds it")


@dataclass(frozen=True, slots=True)
class _Plan:
    """A document that was read, what it would do, and the state it was compared with."""

    mode: Mode
    described: Configuration
    text: str
    steps: list[Step]
    revision: int


class ChangeQuery(msgspec.Struct, frozen=True):
    """Whether the page renews itself."""

    live: str = ""
    lang: str = ""


@routes.page("/configuration", access=READ, operation_id="configurationPage")
async def overview(call: Call) -> Page:
    """Show how the instance is configured, and its latest changes."""
    words = Words(call.language)
    try:
        standing = await service.standing(call.context)
    except NotConfigured:
        standing = None
    changes = await service.changes(call.context)
    values = {
        "standing": standing,
        "instance": call.context.settings.text("INSTANCE"),
        "rows": presenters.change_rows(words, changes),
        "writes": call.actor.may("mediator:write-configuration"),
    }
    return framed(call, "configuration", "configuration.html", values)


@routes.page("/configuration/document", access=READ, operation_id="configurationDocument")
async def download(call: Call) -> Answer:
    """Give the whole configuration as the document that can be sent back."""
    found, _revision = await service.configuration(call.context)

    def spec_url(instance: str, application: str, code: str) -> str:
        return service.own_spec_url(call.context, instance, application, code)

    body = msgspec.json.format(msgspec.json.encode(shown(found, spec_url)), indent=2)
    headers = {"Content-Disposition": f'attachment; filename="{found.instance}.json"'}
    return Answer(body=body, headers=headers)


@routes.page("/configuration/new", access=WRITE, operation_id="changeConfigurationPage")
async def ask_document(call: Call) -> Page:
    """Ask for a document to carry out."""
    return _new_page(call, {"mode": "update", "document": ""}, {})


@routes.form(
    "/configuration/new", access=WRITE, operation_id="changeConfigurationForm", body_bytes_max=DOCUMENT_BYTES_MAX
)
async def change(call: Call) -> Page | Redirect:
    """Read the document, show what it would do, and begin the work."""
    words, values = Words(call.language), {**kept(call, "mode"), "document": _document(call)}
    if step(call) == "edit":
        return _new_page(call, values, {})
    try:
        planned = await _planned(call, values)
        if step(call) == "check":
            return _preview_page(call, values, planned)
        begun = await service.ask(
            call.context,
            by=call.actor,
            mode=planned.mode,
            described=planned.described,
            text=planned.text,
            base_revision=_revision(call),
        )
    except Forbidden:
        raise
    except Problem as problem:
        return _new_page(call, values, refused(words, problem, "document"))
    return Redirect(f"/configuration/changes/{begun.id}", notice=words(_("The work has begun.")))


@routes.page("/configuration/changes/{changeId}", access=READ, query=ChangeQuery, operation_id="changePage")
async def one_change(call: Call) -> Page:
    """Show how far a change has come."""
    values = {**await _progress(call), "paused": call.query.live == "off"}
    return framed(call, "configuration", "configuration_change.html", values)


@routes.page("/configuration/changes/{changeId}/part", access=READ, operation_id="changePart")
async def change_part(call: Call) -> Page:
    """Return the changing part of that page alone."""
    return Page("configuration_change_part.html", await _progress(call))


async def _progress(call: Call) -> dict[str, object]:
    words = Words(call.language)
    found = await service.change(call.context, change_id=call.path["changeId"])
    return {
        "change": found,
        "status": presenters.state(words, found.state),
        "mode": presenters.mode(words, found.mode),
        "at_work": found.state in {ChangeState.WAITING, ChangeState.RUNNING},
    }


async def _planned(call: Call, values: dict[str, str]) -> _Plan:
    """Return what a document would do; raises what is wrong with it, Forbidden for who may not replace everything."""
    mode = Mode.REPLACE if values["mode"] == Mode.REPLACE else Mode.UPDATE
    if mode is Mode.REPLACE and not call.actor.may(REPLACE):
        raise Forbidden
    document = _decoded(values["document"])
    described = parsed(document)
    if described.instance != call.context.settings.text("INSTANCE"):
        raise OtherInstance
    current, revision = await service.configuration(call.context)
    cleaned = service.without_own_addresses(call.context, described)
    steps = plan(current, resolved(cleaned, current), mode)
    return _Plan(mode, described, text_of(document), steps, revision)


def _revision(call: Call) -> int | None:
    """Return the state of the directory that the document was compared with, so that nobody's change is overrun."""
    text = call.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _decoded(text: str) -> IMconf:
    """Read a configuration in JSON or YAML; raises ConfigurationInvalid saying where it is wrong."""
    if not text:
        raise ConfigurationInvalid(NOTHING)
    try:
        if text.startswith("{"):
            return msgspec.json.decode(text, type=IMconf)
        return msgspec.convert(read_yaml(text), IMconf, strict=False)
    except msgspec.ValidationError as error:
        name, why = misfit(error, "the document")
        raise ConfigurationInvalid(f"The document does not have the shape of a configuration: {name} {why}.") from error
    except (msgspec.DecodeError, BadRequest, RecursionError) as error:
        raise ConfigurationInvalid(_("The document can be read neither as JSON nor as YAML.")) from error


def _document(call: Call) -> str:
    upload = call.files.get("file")
    text = upload.content.decode("utf-8", "replace") if upload and upload.content else call.form.get("document", "")
    return text.replace("\r\n", "\n").strip()


def _new_page(call: Call, values: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    modes = [
        (mode, words(label), words(hint))
        for mode, (label, hint) in presenters.MODES.items()
        if mode != Mode.REPLACE or call.actor.may(REPLACE)
    ]
    shown_values = {"values": values, "errors": errors, "modes": modes}
    return framed(call, "configuration", "configuration_new.html", shown_values, status=400 if errors else 200)


def _preview_page(call: Call, values: dict[str, str], planned: _Plan) -> Page:
    words = Words(call.language)
    shown_values = {
        "values": {**values, "revision": str(planned.revision)},
        "mode": presenters.mode(words, values["mode"]),
        "totals": presenters.totals(words, planned.steps),
        "rows": presenters.step_rows(words, planned.steps),
        "left": max(len(planned.steps) - presenters.STEPS_SHOWN_MAX, 0),
        "removes": presenters.removes(planned.steps),
    }
    return framed(call, "configuration", "configuration_check.html", shown_values)
