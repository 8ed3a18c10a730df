"""The design system: layout, components, forms, charts, a page of patterns."""

from govstack.web.answers import Page, Redirect

__all__ = ["Page", "Redirect"]
