"""The time that a person types for an edge of a cut. No I/O."""

from __future__ import annotations

import math
import re

from engine.errors import InputError
from engine.i18n import _

_TIME = re.compile(r"(?P<sign>[+-]?)(?:(?P<minutes>\d+):)?(?P<seconds>\d+(?:[.,]\d*)?|[.,]\d+)s?")


def typed_time(typed: str, here: float) -> float:
    """Seconds. With a sign it is counted from where the edge is.

    Args:
        typed: like ``1.25``, ``0:01,25``, ``+0.05``.
        here: where the edge is, in seconds.

    Raises:
        InputError: it is no time.
    """
    found = _TIME.fullmatch("".join(typed.split()))
    seconds = math.inf
    if found:
        seconds = float(found["seconds"].replace(",", "."))
        seconds += 60 * int(found["minutes"] or 0)
    if not found or not math.isfinite(seconds):
        raise InputError(
            _("This is no time: {typed}").format(typed=typed.strip()),
            _("Type seconds: 1.25, or +0.05 to move the edge."),
        )
    if found["sign"]:
        return here - seconds if found["sign"] == "-" else here + seconds
    return seconds
