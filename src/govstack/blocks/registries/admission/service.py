"""Admits callers to a service of a registry, and gives them the sight through which they look at records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from govstack.blocks.registries.access import service as rights
from govstack.blocks.registries.access.model import ALWAYS, Decision, every
from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.admission.model import Record
from govstack.blocks.registries.contents import service as contents
from govstack.blocks.registries.contents.model import text_of
from govstack.blocks.registries.contents.service import Vault
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import ServiceOff
from govstack.blocks.registries.design.model import (
    ANALYSE,
    Path,
    Registry,
    Service,
    ServiceKind,
    is_guarded,
    path_of,
    pointer,
)
from govstack.blocks.registries.versions.model import seen_through
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Unauthenticated

SIGHTS = "registries.sights"
SIGHTS_MAX = 2_000
SIGHT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Sight:
    """What one caller may do and see with one service of a registry: decided once, used for every record."""

    registry: Registry
    decision: Decision
    kind: ServiceKind
    by: Actor
    vault: Vault | None
    opens: bool
    unblinds: bool
    plain: bool
    logged: bool = False
    personal: str = "[]"
    legal_basis: str = ""
    masks: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Tell whether something of this rests on consent, which has to be asked for before it is shown."""
        return bool(self.decision.agreements(self.kind))

    def resting_on(self, agreed: frozenset[str]) -> Sight:
        """Return the sight that is left when only these data agreements are agreed to."""
        decision = self.decision.resting_on(agreed)
        if decision is self.decision:
            return self
        return replace(
            self,
            decision=decision,
            plain=self.plain and decision.sees_all(self.kind),
            personal=_personal(self.registry, decision, self.kind),
            legal_basis=_legal_basis(decision, self.kind),
        )

    def shown(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record's content as this caller sees it under this version: hidden fields gone, secrets by right."""
        content = msgspec.json.decode(row["content"])
        visible = self.decision.shown(self.kind, content)
        if visible is None:
            return {}
        if row["version"] != self.registry.version:
            mapped = seen_through(visible, self.registry.fields)
            # A default filled in for a field the caller may not see stays out.
            visible = {
                name: value
                for name, value in mapped.items()
                if name in visible or self.decision.may_see(self.kind, (name,))
            }
        return self.cleared(str(row["uuid"]), visible)

    def cleared(self, uuid: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return content with secrets opened or left out, and blinded values masked, as this caller's right says."""
        shown = dict(content)
        if self.vault is not None:
            fields = self.registry.fields
            shown = self.vault.open(uuid, shown) if self.opens else contents.without_secrets(fields, shown)
        if not self.unblinds:
            shown = contents.blinded(self.registry.fields, shown)
        return contents.masked_by(self.registry.fields, shown, self.masks) if self.masks else shown

    def text(self, row: Mapping[str, Any]) -> str:
        """Return a record's content as JSON text: the stored text itself when nothing hides or changes it."""
        if self.plain and row["version"] == self.registry.version:
            return str(row["content"])
        return text_of(self.shown(row))

    def detailed(self, row: Mapping[str, Any]) -> str:
        """Return a record as JSON text with what the registry knows about it."""
        about = {
            "uuid": row["uuid"],
            "createdAt": row["created_at"],
            "modifiedAt": row["modified_at"],
            "revision": row["revision"],
            "version": row["version"] or self.registry.version,
            "etag": f'"{row["uuid"]}:{row["revision"]}"',
        }
        if row["archived_at"]:
            about["archivedAt"] = row["archived_at"]
        return f'{text_of(about)[:-1]},"content":{self.text(row)}}}'

    def record(self, row: Mapping[str, Any]) -> Record:
        """Return a record as this caller sees it."""
        return Record(
            uuid=row["uuid"],
            number=row["number"],
            content=self.shown(row),
            version=row["version"],
            created_at=row["created_at"],
            modified_at=row["modified_at"],
            revision=row["revision"],
            archived_at=row["archived_at"],
        )

    def refuse_hidden(self, paths: Sequence[Path]) -> None:
        """Raise FieldHidden for a field the caller may not look at, so that no question tells anything about it."""
        for path in paths:
            guarded = not (self.opens and self.unblinds) and is_guarded(self.registry, path)
            if guarded or path[0] in self.masks or not self.decision.may_see(self.kind, path):
                raise FieldHidden(f"You do not have the right to use the field {pointer(path)} here.")

    def prints(self, path: Path, value: object) -> Sequence[str]:
        """Return the fingerprints of a secret value."""
        return self.vault.prints(self.registry.by_path[path], value) if self.vault is not None else ()


async def admitted(
    context: Context,
    *,
    by: Actor,
    registry: Registry,
    kind: ServiceKind,
    key: str = "",
    through: Service | None = None,
    counted: bool = True,
    asks: bool = False,
) -> Sight:
    """Return what a caller may do with a service; `key` is the registry's key, when the caller presents it.

    Rights that rest on consent are left out, but for a caller that `asks` for the consent of each person it shows.

    `through` is a custom service, which narrows what its kind shows. Raises ServiceOff when the analyst switched the
    service off, Unauthenticated or RightMissing (which is audited). A step on the way to a use, such as a form that
    asks what to do, is not `counted` as one.
    """
    if through is None and not registry.works(kind):
        raise ServiceOff
    sight = await permitted(context, by=by, registry=registry, kind=kind, key=key, asks=asks)
    if sight is None:
        await _refuse(context, by, registry, kind)
        raise RightMissing
    if counted:
        design.count_use(context, registry, through.name if through else kind.value)
    return sight if through is None else _narrowed(sight, through)


def _narrowed(sight: Sight, service: Service) -> Sight:
    """Return the sight through a custom service: its fields, its condition and its masks, within the caller's right."""
    chosen = None if service.fields is None else tuple(map(path_of, service.fields))
    views = tuple(
        replace(
            view,
            services=frozenset({sight.kind}),
            fields=view.fields if chosen is None else frozenset(path for path in chosen if view.shows(path)),
            condition=every(view.condition, service.condition or ALWAYS),
            consent_purpose=f"{view.consent_purpose} {service.consent_purpose}".strip(),
        )
        for view in sight.decision.of(sight.kind)
    )
    decision = Decision(frozenset({sight.kind}), views, sight.decision.kinds)
    personal = _personal(sight.registry, decision, sight.kind)
    return replace(sight, decision=decision, plain=False, personal=personal, masks=service.masks)


def _personal(registry: Registry, decision: Decision, kind: ServiceKind) -> str:
    return text_of([pointer(path) for path in registry.personal_fields if decision.may_see(kind, path)])


def _legal_basis(decision: Decision, kind: ServiceKind) -> str:
    return "; ".join(dict.fromkeys(view.legal_basis for view in decision.of(kind) if view.legal_basis))


async def permitted(
    context: Context, *, by: Actor, registry: Registry, kind: ServiceKind, key: str = "", asks: bool = False
) -> Sight | None:
    """Return what a caller may do with a service, or None when it may not use it.

    A caller's sight is kept for a second, as long as registry and rights are the very objects it was made from.
    """
    if key:
        return await _sight(context, by, registry, kind, key, asks)
    kept: dict[object, _Kept] = context.memory.setdefault(SIGHTS, {})
    name = (by, tuple(by.attributes.items()), registry.id, registry.version, kind, asks)
    known = kept.get(name)
    stamp = context.memory.get(rights.FOUND)
    now = clock.monotonic()
    if known is not None and known.registry is registry and known.stamp is stamp and known.expires > now:
        return known.sight
    sight = await _sight(context, by, registry, kind, "", asks)
    if len(kept) >= SIGHTS_MAX:
        kept.clear()
    kept[name] = _Kept(registry, context.memory.get(rights.FOUND), now + SIGHT_SECONDS, sight)
    return sight


@dataclass(frozen=True, slots=True)
class _Kept:
    registry: Registry
    stamp: object
    expires: float
    sight: Sight | None


async def _sight(  # noqa: PLR0917 (what `permitted` was given)
    context: Context, by: Actor, registry: Registry, kind: ServiceKind, key: str, asks: bool
) -> Sight | None:
    decision = await rights.decision(context, by=by, registry=registry)
    if not asks:
        decision = decision.resting_on(frozenset())
    if not decision.may(kind):
        return None
    trusted = by.kind == "system" or by.may(ANALYSE)
    vault = await contents.vault(context, registry)
    opens = vault is None or trusted or (bool(key) and await design.key_fits(context, registry, key))
    unblinds = trusted or not contents.has_blinded(registry)
    return Sight(
        registry,
        decision,
        kind,
        by,
        vault,
        opens,
        unblinds,
        plain=vault is None and unblinds and decision.sees_all(kind),
        logged=bool(registry.person_path or registry.personal_fields),
        personal=_personal(registry, decision, kind),
        legal_basis=_legal_basis(decision, kind),
    )


async def _refuse(context: Context, by: Actor, registry: Registry, kind: ServiceKind) -> None:
    if not by.signed_in:
        raise Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    async with context.database.transaction() as tx:
        await audit.record(
            tx,
            by=by,
            action=f"registries.{kind.value}",
            subject=f"{registry.code}/{registry.version}",
            outcome="refused",
        )
