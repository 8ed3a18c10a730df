"""The card of the identity block to the host."""

from __future__ import annotations

from pathlib import Path

from govstack.blocks.identity import api, pages, service
from govstack.kernel.i18n import _
from govstack.kernel.manifest import Manifest
from govstack.kernel.rules import json_of
from govstack.kernel.settings import Setting

MANIFEST = Manifest(
    name="identity",
    kind="block",
    title=_("Identity"),
    spec_version="1.0.2",
    root=Path(__file__).parent,
    api=api.routes,
    api_prefix="",
    pages=pages.routes,
    scopes={"identity:administer": "Register clients and people"},
    settings=(
        Setting(
            service.BOOTSTRAP_SETTING,
            "",
            "Clients to enter at start: JSON of client id to secret, application, scopes and redirect_uris",
            json_of(
                dict[str, service.BootstrapClient],
                "be JSON: an object of client ids, each with an object that has a secret",
            ),
            secret=True,
        ),
    ),
    start=service.start,
)
