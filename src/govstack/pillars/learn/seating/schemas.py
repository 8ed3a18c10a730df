"""The forms by which quotas are set and taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.schemas import whole_given
from govstack.pillars.learn.seating.model import QUOTAS_MAX, SEATS_MAX, Quota, QuotaKind


def with_quota(
    quotas: Iterable[Quota], form: Mapping[str, str], *, offered: Collection[str]
) -> tuple[tuple[Quota, ...], dict[str, str]]:  # fmt: skip
    """Return the quotas with the one that a form sets, and what is wrong with the form by field.

    `offered` is whom seats can be kept for, as kind and id.
    """
    errors = {}
    kind, _colon, quota_id = form.get("quota", "").partition(":")
    if form.get("quota", "") not in offered:
        errors["quota"] = _("Choose whom the seats are for.")
    least = whole_given(form, "least", most=SEATS_MAX) if form.get("least", "").strip() else 0
    most = whole_given(form, "most", most=SEATS_MAX)
    if least is None:
        errors["least"] = _("Enter a whole number, or leave it empty.")
    if most is None and form.get("most", "").strip():
        errors["most"] = _("Enter a whole number, or leave it empty.")
    if most == 0:
        errors["most"] = _("Enter 1 or more: a quota shuts nobody out.")
    if not errors and not least and most is None:
        errors["least"] = _("Enter how many seats are kept or given.")
    if errors or least is None:
        return tuple(quotas), errors
    others = [one for one in quotas if (one.kind, one.id) != (kind, quota_id)]
    if len(others) >= QUOTAS_MAX:
        return tuple(quotas), {"quota": _("There are as many quotas as there can be.")}
    return (*others, Quota(kind=QuotaKind(kind), id=quota_id, least=least, most=most)), {}


def without_quota(quotas: Iterable[Quota], form: Mapping[str, str]) -> tuple[tuple[Quota, ...], dict[str, str]]:
    """Return the quotas without the one that a form takes away, and what is wrong with the form by field."""
    listed = tuple(quotas)
    left = tuple(one for one in listed if f"{one.kind}:{one.id}" != form.get("gone", ""))
    return left, {"gone": _("Choose a quota.")} if len(left) == len(listed) else {}
