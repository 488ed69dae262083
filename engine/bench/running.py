"""One engine after the other, each for its batch size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from engine.bench.measuring import Measured, Work, measure
from engine.client.base import Engine
from engine.domain import EngineInfo
from engine.errors import StudioError


@dataclass(frozen=True)
class Row:
    """What came of one batch size.

    Attributes:
        info: what the engine said of itself last; None if it never was ready.
        measured: None where nothing was.
        fits: where the memory did not suffice for this size, the largest for which it did.
        error: why nothing was measured.
    """

    batch_size: int
    info: EngineInfo | None
    measured: Measured | None = None
    fits: int | None = None
    error: StudioError | None = None


@dataclass
class Findings:
    """What is known so far, also to whoever interrupts.

    Attributes:
        left_out: batch sizes that were not tried, because a smaller one is too large already.
        interrupted: there would have been more.
    """

    rows: list[Row] = field(default_factory=list)
    left_out: tuple[int, ...] = ()
    interrupted: bool = False

    @property
    def info(self) -> EngineInfo | None:
        return next((row.info for row in self.rows if row.info is not None), None)


Stage = Callable[[int, int | None], None]
"""Told of a batch size, with None while its engine is being started, then with the frames that are
made of each round."""


async def find_out(
    open_engine: Callable[[int], Engine],
    batch_sizes: Iterable[int],
    work: Work,
    findings: Findings,
    stage: Stage = lambda _size, _frames: None,
) -> None:
    """Measure an engine of its own for each batch size, from the smallest on, until one is too
    large.

    Args:
        open_engine: gives an engine for a batch size, not yet started; it is closed again here.

    Raises:
        StudioError: there is no engine to be had for the smallest.
    """
    sizes = sorted(set(batch_sizes))
    for place, size in enumerate(sizes):
        row = await _row(open_engine(size), size, work, stage)
        if row.info is None and row.error is not None and not findings.rows:
            raise row.error
        findings.rows.append(row)
        if row.fits is not None or row.error is not None:
            findings.left_out = tuple(sizes[place + 1 :])
            return


async def _row(engine: Engine, size: int, work: Work, stage: Stage) -> Row:
    info = None
    try:
        stage(size, None)
        info = await engine.ready()
        measured = await measure(engine, size, work, partial(stage, size))
    except StudioError as error:
        return Row(size, info, error=error)
    finally:
        await engine.aclose()
    now = measured.info
    return Row(size, now, measured, fits=_fewer(info.max_batch, now.max_batch))


def _fewer(before: int | None, now: int | None) -> int | None:
    """A worker that runs out of memory goes on with smaller batches, and tells so."""
    return now if before is not None and now is not None and now < before else None
