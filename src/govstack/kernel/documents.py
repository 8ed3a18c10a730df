"""Documents that somebody unknown wrote, read as plain data and nothing else."""

from __future__ import annotations

from typing import Any

import yaml

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _

DEPTH_MAX = 100
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """Return what a YAML document of somebody unknown holds; raises BadRequest for one that is not plain data.

    Its events are read first: they show nesting and aliases before a small text can become a large tree.
    """
    depth = 0
    try:
        for event in yaml.parse(text, _LOADER):
            if isinstance(event, yaml.AliasEvent):
                raise BadRequest(_("YAML aliases are not accepted."))
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH_MAX:
                raise BadRequest(_("The document is nested too deeply."))
        return yaml.load(text, _LOADER)  # noqa: S506 (a safe loader, in C where there is one)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise BadRequest(_("The document cannot be read as YAML.")) from error
