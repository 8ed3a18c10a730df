"""Wire shapes of templates, and a document as the request it stands for."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.blueprints.model import Template
from govstack.blocks.registries.design.model import Service
from govstack.blocks.registries.design.schemas import DefinitionRequest
from govstack.blocks.registries.offering.schemas import CustomRequest, custom
from govstack.kernel.documents import misfit
from govstack.kernel.errors import BadRequest

CUSTOM_SERVICES_MAX = 50
Document = Annotated[dict[str, Any], Meta(description="A registry's definition as it is exported")]


class TemplateRequest(msgspec.Struct, rename="camel"):
    """A document to keep, or the registry and version to make it from."""

    title: str
    document: Document | None = None
    registry: str = ""
    version: str = "latest"


class TemplateShape(msgspec.Struct, rename="camel"):
    """A template."""

    code: str
    version: int
    title: str
    document: Document
    created_at: str


class TemplateList(msgspec.Struct):
    """The newest version of every template."""

    templates: list[TemplateShape]


class UseRequest(msgspec.Struct, rename="camel"):
    """The registry to start from a template."""

    code: str
    version: int = 0


def shape(one: Template) -> TemplateShape:
    """Return a template as it is written."""
    return TemplateShape(one.code, one.version, one.title, dict(one.document), one.created_at)


def request_of(document: dict[str, Any]) -> DefinitionRequest:
    """Return a document as the request that makes its registry; raises BadRequest."""
    try:
        return msgspec.convert(document, DefinitionRequest)
    except msgspec.ValidationError as error:
        raise _unfit(error) from error


def custom_services_of(document: dict[str, Any]) -> tuple[Service, ...]:
    """Return the custom services of a document; raises BadRequest."""
    found = document.get("customServices", [])
    try:
        named = msgspec.convert(found, Annotated[list[dict[str, Any]], Meta(max_length=CUSTOM_SERVICES_MAX)])
        return tuple(custom(str(one.get("name", "")), msgspec.convert(one, CustomRequest)) for one in named)
    except msgspec.ValidationError as error:
        raise _unfit(error, "customServices") from error


def _unfit(error: msgspec.ValidationError, part: str = "") -> BadRequest:
    """Return the refusal of a document, which names the part that does not have its shape."""
    name, why = misfit(error, "")
    place = ".".join(one for one in (part, name) if one).replace(".[", "[")
    return BadRequest(f"In the document, {place} {why}." if place else f"The document {why}.")
