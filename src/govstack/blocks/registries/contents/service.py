"""Secret and blinded fields: encrypted where they are stored, masked where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from govstack.blocks.registries.contents.model import PRINT, SEALED, is_sealed, masked
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Field, Registry
from govstack.kernel import crypto
from govstack.kernel.context import Context

PURPOSE = "field"
Change = Callable[[Field, Any], Any]


class Vault:
    """Seals and opens the secret fields of one registry with that registry's own keys (DRS-15, DRS-18)."""

    def __init__(self, registry: Registry, keys: Sequence[bytes]) -> None:
        self._registry = registry
        self._rings = [crypto.Keyring(crypto.to_base64url(key), package=f"record/{registry.id}") for key in keys]

    def seal(self, uuid: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return content with its secret fields encrypted for this record; what is sealed already stays."""
        return _changed(
            self._registry.fields, content, _is_secret, lambda field, value: self._sealed(uuid, field, value)
        )

    def open(self, uuid: str, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return content with its secret fields in clear."""
        return _changed(
            self._registry.fields, content, _is_secret, lambda field, value: self._opened(uuid, field, value)
        )

    def prints(self, field: Field, value: object) -> tuple[str, ...]:
        """Return the fingerprints under which an equal value is stored: one for each key that may have sealed it."""
        return tuple(_print(ring, field, value) for ring in self._rings)

    def same_kept(self, content: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
        """Return content in which a secret that is the same again stays as it is sealed: repeats change nothing."""
        result = dict(content)
        for field in self._registry.fields:
            value, before = content.get(field.name), stored.get(field.name)
            clear = field.secret and value is not None and not is_sealed(value)
            if clear and isinstance(before, Mapping) and before.get(PRINT) in self.prints(field, value):
                result[field.name] = before
        return result

    def _sealed(self, uuid: str, field: Field, value: Any) -> Any:
        if is_sealed(value):
            return value
        sealed = self._rings[0].seal(PURPOSE, _text(value).encode(), bound_to=f"{uuid}/{field.number}")
        return {SEALED: crypto.to_base64url(sealed), PRINT: _print(self._rings[0], field, value)}

    def _opened(self, uuid: str, field: Field, value: Any) -> Any:
        if not is_sealed(value):
            return value
        sealed = crypto.from_base64url(str(value[SEALED]))
        for ring in self._rings:
            try:
                return msgspec.json.decode(ring.open(PURPOSE, sealed, bound_to=f"{uuid}/{field.number}"))
            except crypto.SealBroken:
                continue
        raise crypto.SealBroken


async def vault(context: Context, registry: Registry) -> Vault | None:
    """Return the vault of a registry, or None when it has no secret fields."""
    if not registry.secret_fields:
        return None
    return Vault(registry, await design.secret_keys(context, registry))


def without_secrets(fields: Sequence[Field], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content without its secret fields, for callers who have neither the right nor the key."""
    return _changed(fields, content, _is_secret, lambda _field, _value: None)


def blinded(fields: Sequence[Field], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content with its blinded fields masked."""
    return _changed(fields, content, lambda field: field.blinded, masked)


def masked_by(fields: Sequence[Field], content: Mapping[str, Any], masks: Mapping[str, str]) -> dict[str, Any]:
    """Return content with the named fields masked, each by its own mask, as a custom service asks."""
    result = dict(content)
    for one in fields:
        mask = masks.get(one.name)
        if mask is None or one.name not in result:
            continue
        hidden = masked(replace(one, mask=mask), result.pop(one.name))
        if hidden is not None:
            result[one.name] = hidden
    return result


def has_blinded(registry: Registry) -> bool:
    """Tell whether any field is blinded."""
    return any(one.blinded for one in registry.by_path.values())


def _is_secret(field: Field) -> bool:
    return field.secret


def _print(ring: crypto.Keyring, field: Field, value: object) -> str:
    return ring.fingerprint(f"{PURPOSE}/{field.number}", _text(value))


def _text(value: object) -> str:
    return crypto.canonical(value).decode()


def _changed(
    fields: Sequence[Field], content: Mapping[str, Any], chosen: Callable[[Field], bool], change: Change
) -> dict[str, Any]:
    """Return content with the values of chosen fields changed, at any depth; None leaves a value out."""
    result = dict(content)
    for field in fields:
        value = result.get(field.name)
        if value is None:
            continue
        if chosen(field):
            value = change(field, value)
            if value is None:
                del result[field.name]
            else:
                result[field.name] = value
        elif isinstance(value, list):
            result[field.name] = [
                _changed(field.fields, row, chosen, change) if isinstance(row, Mapping) else row for row in value
            ]
        elif field.fields and isinstance(value, Mapping):
            result[field.name] = _changed(field.fields, value, chosen, change)
    return result
