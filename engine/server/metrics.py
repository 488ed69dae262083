"""``/metrics``: what the server counts, as Prometheus reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from engine.server.front import Front
from engine.server.upstream import Condition


async def answer_metrics(front: Front) -> Response:
    """All figures, in Prometheus's text format."""
    figures = _Figures(front, await front.condition())
    registry = CollectorRegistry(auto_describe=False)
    registry.register(figures)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


class _Figures(Collector):
    """Names follow Prometheus's own rules: base units, ``_total`` for what only grows."""

    def __init__(self, front: Front, condition: Condition | None) -> None:
        self._front = front
        self._condition = condition

    def collect(self) -> Iterator[Metric]:
        yield from self._counters()
        yield from self._distributions()
        yield from self._gauges()

    def _counters(self) -> Iterator[Metric]:
        figures, now = self._front.figures, asyncio.get_running_loop().time()
        requests = CounterMetricFamily(
            "tts_studio_requests", "Answers given, by status.", labels=("path", "status")
        )
        for (path, status), count in figures.requests.items():
            requests.add_metric((path, str(status)), count)
        yield requests
        yield CounterMetricFamily(
            "tts_studio_audio_seconds", "Speech made.", value=figures.audio_seconds
        )
        yield CounterMetricFamily(
            "tts_studio_busy_seconds",
            "Time in which something was being spoken. The speed is the growth of "
            "tts_studio_audio_seconds_total over that of this.",
            value=figures.busy_seconds(now),
        )
        if self._condition is not None:
            yield CounterMetricFamily(
                "tts_studio_worker_restarts",
                "Workers that took the place of one that crashed.",
                value=self._condition.restarts,
            )
            yield CounterMetricFamily(
                "tts_studio_out_of_memory",
                "Times that the worker of now had too little memory, and halved its batches.",
                value=self._condition.out_of_memory,
            )

    def _distributions(self) -> Iterator[Metric]:
        figures = self._front.figures
        for name, words, one in (
            ("tts_studio_batch_size", "Requests spoken together, for each.", figures.batches),
            (
                "tts_studio_first_audio_seconds",
                "From a request's arrival to its first sound.",
                figures.first_audio,
            ),
        ):
            yield HistogramMetricFamily(name, words, buckets=one.cumulative(), sum_value=one.total)

    def _gauges(self) -> Iterator[Metric]:
        front = self._front
        yield GaugeMetricFamily(
            "tts_studio_ready", "Whether it can speak.", value=float(front.status == "ready")
        )
        yield GaugeMetricFamily(
            "tts_studio_requests_waiting",
            "Requests that wait for their turn.",
            value=front.dispatcher.waiting,
        )
        yield GaugeMetricFamily(
            "tts_studio_requests_speaking",
            "Requests that the worker has.",
            value=front.dispatcher.speaking,
        )
        if self._condition is not None:
            yield GaugeMetricFamily(
                "tts_studio_batch_limit",
                "Requests that may be spoken together.",
                value=self._condition.max_batch,
            )
