"""What the server counts of its work. :mod:`engine.server.metrics` tells it to Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

_PATHS = frozenset(
    {"/", "/docs", "/openapi.json", "/health", "/metrics"}
    | {"/v1/audio/speech", "/v1/audio/voices", "/v1/models", "/tts/clone"}
)
_VOICE = "/v1/audio/voices/"
_OTHER = "other"
# What a stranger asks for is no label: there is no end of it.


class Distribution:
    """How many of what was observed lie below each bound.

    Args:
        bounds: ascending; each takes what is equal to it too.
    """

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(self._bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def cumulative(self) -> list[tuple[str, float]]:
        """For each bound, and at last for all, how many are at most that."""
        count = 0
        told: list[tuple[str, float]] = []
        for bound, number in zip((*self._bounds, float("inf")), self._counts, strict=True):
            count += number
            told.append(("+Inf" if bound == float("inf") else str(float(bound)), float(count)))
        return told


class Figures:
    """Since the start of the server. Lives on one event loop, whose clock is meant by any time.

    Attributes:
        requests: answered, by path and status of HTTP.
        audio_seconds: of speech made.
        batches: requests spoken together, once for each of them.
        first_audio: seconds from a request's arrival to its first sound.
    """

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, int]] = Counter()
        self.audio_seconds = 0.0
        self.batches = Distribution((1, 2, 4, 8, 16, 32))
        self.first_audio = Distribution((0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300))
        self._busy_seconds = 0.0
        self._busy_since: float | None = None

    def answered(self, path: str, status: int) -> None:
        """An answer is over."""
        if path not in _PATHS:
            path = f"{_VOICE}{{name}}" if path.startswith(_VOICE) else _OTHER
        self.requests[path, status] += 1

    def busy(self, at: float) -> None:
        """Something is being spoken from now on."""
        if self._busy_since is None:
            self._busy_since = at

    def idle(self, at: float) -> None:
        """Nothing is being spoken any more."""
        self._busy_seconds = self.busy_seconds(at)
        self._busy_since = None

    def busy_seconds(self, at: float) -> float:
        """In which something was being spoken: what the speed is measured by, however much of it
        was spoken together."""
        since = at if self._busy_since is None else self._busy_since
        return self._busy_seconds + at - since
