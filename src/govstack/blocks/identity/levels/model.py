"""What proofs of one person come to together."""

from __future__ import annotations

from collections.abc import Sequence

# Beside the published levels: what somebody knows and what they have, both.
TWO_FACTORS = "two-factors"
# Methods (RFC 8176) that prove what somebody knows and what they have, and the one that says that both were proven.
KNOWN, HELD, BOTH = frozenset({"pin", "pwd"}), frozenset({"otp", "swk", "pop"}), "mfa"


def joined(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Return the methods of two proofs as those of one sign-in, which says so where they prove two things."""
    methods = dict.fromkeys((*before, *now))
    both = KNOWN & methods.keys() and HELD & methods.keys()
    return (*methods, BOTH) if both and BOTH not in methods else tuple(methods)


def enough_for_work(methods: Sequence[str], needed: str) -> bool:
    """Tell whether methods reach what whoever works for the state has to prove: what they know is never enough."""
    known, held = bool(KNOWN.intersection(methods)), bool(HELD.intersection(methods))
    return BOTH in methods or (held and (known or needed != TWO_FACTORS))
