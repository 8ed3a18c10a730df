"""Why a package is not opened."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class UnsafePackage(BadRequest):
    """The package could do harm; the detail says by what."""

    code = "unsafe-package"
    title = _("The package was not opened, because it could do harm.")


class UnknownPackageKind(BadRequest):
    """The file is no package that can be taken in."""

    code = "unknown-package-kind"
    title = _("This is no package that can be taken in. Send SCORM, cmi5, xAPI, H5P, Common Cartridge, PDF or video.")
