"""Definitions as documents: one shape that is exported, imported and kept as a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.notation.model import Schema, write_schema

FORMAT = "govstack-registry/1"
CODE_PATTERN = re.compile(r"[a-z][a-z0-9-]{0,63}")
TITLE_CHARACTERS_MAX = 200


@dataclass(frozen=True, slots=True)
class Template:
    """A definition that is shared as a start for new registries; every change is a new version (DRS-20)."""

    code: str
    version: int
    title: str
    document: Mapping[str, object]
    created_at: str = ""


def document(registry: Registry) -> dict[str, object]:
    """Return a registry's definition as the document that is exported; it holds no records and no keys."""
    told = {
        "format": FORMAT, "code": registry.code, "version": registry.version, "name": registry.name,
        "description": registry.description, "institution": registry.institution, "domain": registry.domain,
        "retentionDays": registry.retention_days, "classification": registry.classification.value,
        "storage": registry.storage.value, "defaultIndex": registry.default_index,
        "numberFormat": registry.number_format, "fieldsUniques": [list(names) for names in registry.uniques],
        "schemaTags": [{"name": one.name, "path": one.path, "isFulltext": one.full_text} for one in registry.tags],
        "schemaFlags": [{"name": one.name, "path": one.path} for one in registry.flags],
        "customServices": [
            {
                "name": one.name, "kind": one.kind.value, "title": one.title, "masks": dict(one.masks),
                "fields": None if one.fields is None else list(one.fields),
                "condition": None if one.condition is None else write_condition(one.condition),
                **({"consentPurpose": one.consent_purpose} if one.consent_purpose else {}),
            }
            for one in registry.service_list
            if one.custom
        ],
    }  # fmt: skip
    kept = {key: value for key, value in told.items() if value not in ("", None, [])}
    return {**kept, "schema": write_schema(Schema(registry.fields, registry.increment_index))}
