"""What the published list of databases shows."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.registries.design.model import Catalogue, Registry

NO_CATALOGUE = Catalogue(0, "", "", 0, "", 0)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A catalogue, and the databases that are shown with it."""

    catalogue: Catalogue
    registries: tuple[Registry, ...]
