"""Which parts of a take are played, besides what its cut keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import Take

if TYPE_CHECKING:
    from tui.playback import Part
    from tui.widgets.wave_paint import Edge

ACROSS = 0.5
"""Seconds, half of them to each side of an edge: a syllable and what follows it."""


def across(edge: Edge) -> Part:
    """Around an edge of the cut, what is cut away too."""

    def part(take: Take) -> tuple[float, float]:
        cut, length = take.draft.cut, take.draft.duration
        place = cut.start if edge == "start" else cut.end
        return max(0.0, place - ACROSS / 2), min(length, place + ACROSS / 2)

    return part


def starting_at(place: float) -> Part:
    """From a place to the end of the cut; from one behind it, to the end of the take."""

    def part(take: Take) -> tuple[float, float]:
        end = take.draft.cut.end
        return place, end if place < end else take.draft.duration

    return part
