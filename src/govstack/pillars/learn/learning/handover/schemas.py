"""Wire shapes of handing a course over."""

from __future__ import annotations

from typing import Literal

import msgspec

from govstack.kernel.routing import Answer
from govstack.pillars.learn.learning.handover.model import Standard


class PackageQuery(msgspec.Struct, frozen=True):
    """Which standard the package keeps to."""

    standard: Literal["scorm2004", "cmi5"] = "scorm2004"


def package_answer(made: bytes, course_id: str, standard: Standard) -> Answer:
    """Return a course as a package."""
    headers = {"Content-Disposition": f'attachment; filename="{course_id}-{standard.value}.zip"'}
    return Answer(body=made, media_type="application/zip", headers=headers)
