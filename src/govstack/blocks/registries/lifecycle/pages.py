"""Publishing a draft with its consequences, versions, the archive, deletion, and the key of secret fields (DRS-4)."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import BadDefinition, BreakingChanges, DataContradicts, UnknownRegistry
from govstack.blocks.registries.design.model import Lifecycle, Registry, next_version
from govstack.blocks.registries.drafting import presenters as fields
from govstack.blocks.registries.drafting import service as drafting
from govstack.blocks.registries.frame.presenters import Words, in_registry, manages, name_label, refused, state
from govstack.blocks.registries.lifecycle import presenters, service
from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("version pages",))
WATCHERS = by_policy("administrators, analysts, auditors and stewards of the registry")
STEWARDS = by_policy("administrators and stewards of the registry")
REGISTRY = "/registry/{code}"
VERSION = REGISTRY + "/versions/{version}"


@routes.page(REGISTRY + "/publish", access=STEWARDS, operation_id="publishPage")
async def ask_publishing(call: Call) -> Page:
    """Show what publishing the draft means for callers."""
    return await _publish_page(call, {})


@routes.form(REGISTRY + "/publish", access=STEWARDS, operation_id="publishForm")
async def publish(call: Call) -> Page | Redirect:
    """Publish the draft; changes that break callers only when they are accepted."""
    words, code = Words(call.language), call.path["code"]
    accepted = call.form.get("accept") == "yes"
    try:
        made, _changes = await design.publish(call.context, by=call.actor, code=code, accept_breaking=accepted)
    except BreakingChanges:
        return await _publish_page(call, {"accept": words(_("Confirm that you accept what breaks"))})
    except (BadDefinition, DataContradicts) as problem:
        return await _publish_page(call, _why(words, problem))
    notice = words(_("Version {version} is published."), version=made.version)
    return Redirect(f"/registry/{made.code}/versions/{made.version}", notice=notice)


@routes.page(REGISTRY + "/versions", access=WATCHERS, operation_id="versionsPage")
async def versions(call: Call) -> Page:
    """List the published versions of a registry."""
    words, parts = Words(call.language), await _parts(call)
    found = [one for one in parts if one.version]
    values = {"rows": presenters.rows(words, found), "has_draft": not parts[-1].version}
    return in_registry(call, parts[0], "versions", "versions.html", values)


@routes.page(VERSION, access=WATCHERS, operation_id="versionPage")
async def one_version(call: Call) -> Page:
    """Show the schema of a version, and how it differs from the one before (DRS-16)."""
    words, parts = Words(call.language), await _parts(call)
    found = [one for one in parts if one.version]
    version = _version(call, found)
    breaking, other, before = presenters.between(words, found, version.version)
    values = {
        "version": version,
        "lines": fields.lines(words, version),
        "breaking": breaking,
        "other": other,
        "before": before,
        "manages": manages(call.actor, version),
        "status": state(words, version.lifecycle),
        "above": [(words(_("Versions")), f"/registry/{version.code}/versions")],
    }
    return in_registry(call, parts[0], "versions", "version.html", values)


@routes.page(VERSION + "/{act}", access=STEWARDS, operation_id="versionActPage")
async def ask_about_version(call: Call) -> Page:
    """Ask whether a version is to be archived, taken back or deleted."""
    registry, version = await _managed_version(call)
    act = _act(call)
    values = {
        "act": act,
        "version": version.version,
        "uses": sum(one.used_count for one in version.service_list),
        "action": f"/registry/{version.code}/versions/{version.version}/{act}",
        "cancel": f"/registry/{version.code}/versions/{version.version}",
        "errors": {},
    }
    return in_registry(call, registry, "versions", "version_act.html", values)


@routes.form(VERSION + "/{act}", access=STEWARDS, operation_id="versionActForm")
async def act_on_version(call: Call) -> Redirect:
    """Archive, take back or delete a version."""
    words, act = Words(call.language), _act(call)
    registry, version = await _managed_version(call)
    context, by, code = call.context, call.actor, registry.code
    if act == "delete":
        await service.delete_version(context, by=by, code=code, version=version.version)
        gone = words(_("Version {version} and its services are deleted."), version=version.version)
        return Redirect(f"/registry/{code}/versions", notice=gone)
    await service.archive(context, by=by, code=code, version=version.version, restore=act == "restore")
    text = _("Version {version} is archived.") if act == "archive" else _("Version {version} is in use again.")
    notice = words(text, version=version.version)
    return Redirect(f"/registry/{registry.code}/versions/{version.version}", notice=notice)


@routes.page(REGISTRY + "/archive", access=STEWARDS, operation_id="archiveRegistryPage")
async def ask_archiving(call: Call) -> Page:
    """Ask whether a whole registry is to be archived."""
    return await _whole_page(call, "archive", {})


@routes.form(REGISTRY + "/archive", access=STEWARDS, operation_id="archiveRegistryForm")
async def archive(call: Call) -> Redirect:
    """Archive a registry: it is still read, no longer written."""
    code = call.path["code"]
    await service.archive(call.context, by=call.actor, code=code)
    return Redirect(f"/registry/{code}", notice=Words(call.language)(_("The registry is archived.")))


@routes.page(REGISTRY + "/restore", access=STEWARDS, operation_id="restoreRegistryPage")
async def ask_restoring(call: Call) -> Page:
    """Ask whether a registry is to come back from the archive."""
    return await _whole_page(call, "restore", {})


@routes.form(REGISTRY + "/restore", access=STEWARDS, operation_id="restoreRegistryForm")
async def restore(call: Call) -> Redirect:
    """Take a registry back from the archive."""
    code = call.path["code"]
    await service.archive(call.context, by=call.actor, code=code, restore=True)
    return Redirect(f"/registry/{code}", notice=Words(call.language)(_("The registry is in use again.")))


@routes.page(REGISTRY + "/delete", access=STEWARDS, operation_id="deleteRegistryPage")
async def ask_deletion(call: Call) -> Page:
    """Ask whether a registry is to be deleted, and for its code, so that nobody deletes by a slip."""
    return await _whole_page(call, "delete", {})


@routes.form(REGISTRY + "/delete", access=STEWARDS, operation_id="deleteRegistryForm")
async def delete(call: Call) -> Page | Redirect:
    """Delete a registry with its versions and services, once its code was repeated."""
    words, registry = Words(call.language), await _managed(call)
    if call.form.get("repeat", "").strip() != registry.code:
        message = words(_("Enter the short code {code} to confirm"), code=registry.code)
        return await _whole_page(call, "delete", {"repeat": message})
    try:
        await service.delete_database(call.context, by=call.actor, key=registry.code)
    except Conflict as problem:
        return await _whole_page(call, "delete", refused(words, problem))
    return Redirect("/", notice=words(_("The registry {name} is deleted."), name=registry.name or registry.code))


@routes.page(REGISTRY + "/key", access=STEWARDS, operation_id="registryKeyPage")
async def ask_key(call: Call) -> Page:
    """Ask for the key of the secret fields; the present one is never shown."""
    return await _key_page(call, {})


@routes.form(REGISTRY + "/key", access=STEWARDS, operation_id="registryKeyForm", secret=True)
async def set_key(call: Call) -> Page | Redirect:
    """Set the key of the secret fields."""
    words, registry = Words(call.language), await _managed(call)
    key = call.form.get("key", "")
    if key != call.form.get("again", ""):
        return await _key_page(call, {"again": words(_("Both entries must be the same"))})
    try:
        await service.set_key(call.context, by=call.actor, code=registry.code, key=key)
    except BadRequest as problem:
        return await _key_page(call, refused(words, problem, "key"))
    notice = words(_("The key is set. Give it to the systems that may read the secret fields."))
    return Redirect(f"/registry/{registry.code}", notice=notice)


async def _parts(call: Call) -> tuple[Registry, ...]:
    return await design.definition(call.context, by=call.actor, key=call.path["code"])


async def _managed(call: Call) -> Registry:
    registry = (await _parts(call))[0]
    if not manages(call.actor, registry):
        raise Forbidden
    return registry


def _version(call: Call, found: list[Registry]) -> Registry:
    version = next((one for one in found if one.version == call.path["version"]), None)
    if version is None:
        raise UnknownRegistry
    return version


async def _managed_version(call: Call) -> tuple[Registry, Registry]:
    parts = await _parts(call)
    if not manages(call.actor, parts[0]):
        raise Forbidden
    return parts[0], _version(call, [one for one in parts if one.version])


def _act(call: Call) -> str:
    if call.path["act"] not in {"archive", "restore", "delete"}:
        raise NotFound
    return call.path["act"]


def _why(words: Words, problem: BadDefinition | DataContradicts) -> dict[str, str]:
    """Return why a draft cannot be published; what stands in the draft itself is listed on the page anyway."""
    if isinstance(problem, BadDefinition):
        return {"": words.said(problem.detail)}
    return {"": " ".join(f"{name}: {words.said(why)}" for name, why in problem.fields.items())}


async def _publish_page(call: Call, errors: Mapping[str, str]) -> Page:
    words, code = Words(call.language), call.path["code"]
    draft = await drafting.opened(call.context, by=call.actor, code=code)
    changes, _problems = await design.preview(call.context, by=call.actor, code=code)
    before = draft.newest or draft.now
    breaking = [change for change in changes if change.breaking]
    values = {
        "draft": draft,
        "problems": fields.problems(words, draft),
        "breaking": presenters.told(words, breaking, before, draft.now),
        "other": presenters.told(words, [one for one in changes if not one.breaking], before, draft.now),
        "next": next_version(draft.newest.version if draft.newest else "", breaking=bool(breaking)),
        "lines": fields.lines(words, draft.now, draft),
        "identified": name_label(draft.now, "/" + "/".join(draft.now.person_path), call.language)
        if draft.now.person_path
        else "",
        "open_to_all": draft.now.default_grant,
        "errors": dict(errors),
        "above": [(words(_("Fields")), f"/registry/{code}/fields")],
    }
    shown = draft.newest or draft.now
    return in_registry(call, shown, "fields", "publish.html", values, status=400 if errors else 200)


async def _whole_page(call: Call, act: str, errors: Mapping[str, str]) -> Page:
    registry = await _managed(call)
    if act != "delete" and registry.lifecycle is Lifecycle.DRAFT:
        raise NotFound
    values = {"act": act, "now": registry, "errors": dict(errors)}
    return in_registry(call, registry, "overview", "registry_act.html", values, status=400 if errors else 200)


async def _key_page(call: Call, errors: Mapping[str, str]) -> Page:
    parts = await _parts(call)
    if not manages(call.actor, parts[0]):
        raise Forbidden
    shown = parts[-1] if parts[-1].secret_fields else parts[0]
    names = [name_label(shown, "/" + "/".join(path), call.language) for path in shown.secret_fields]
    values = {"names": names, "errors": dict(errors)}
    return in_registry(call, parts[0], "overview", "registry_key.html", values, status=400 if errors else 200)
