"""Regular expressions that may take for ever, in a process that may be ended.

Python's ``re`` can neither be interrupted nor does it let other threads run, and a pattern like
``(a+)+$`` needs longer than anyone waits for thirty characters that it does not fit. A process of
its own costs some 50 ms and can be killed.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE

from tui import replacing
from tui.replacing import Pieces, Wanted, answer_from_json, asked_as_json

PATIENCE = 2.0
"""Seconds until a pattern is given up."""


class TooSlow(Exception):
    """The pattern takes too long for these texts."""


async def replaced(wanted: Wanted, texts: list[str]) -> list[Pieces]:
    """As :func:`tui.replacing.replaced`, within PATIENCE.

    Raises:
        re.error: as :func:`tui.replacing.pattern_of`.
        TooSlow: it is not done by then, or its process has ended without an answer.
    """
    replacing.pattern_of(wanted)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", replacing.__file__), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        asked = asked_as_json(wanted, texts)
        answer, _errors = await asyncio.wait_for(process.communicate(asked), PATIENCE)
    except asyncio.TimeoutError:
        raise TooSlow from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise TooSlow
    return answer_from_json(answer)
