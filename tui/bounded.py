"""Regular expressions that may take for ever, in a process that may be ended.

Python's ``re`` can neither be interrupted nor does it let other threads run, and a pattern like
``(a+)+$`` needs longer than anyone waits for thirty characters that it does not fit. A process of
its own costs some 50 ms and can be killed.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Sequence
from pathlib import Path

from engine.pronunciation import Rule
from tui import pronouncing, replacing
from tui.replacing import Pieces, Wanted, answer_from_json

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
    return answer_from_json(
        await _answer([replacing.__file__], replacing.asked_as_json(wanted, texts))
    )


async def said(
    before: Sequence[Rule], after: Sequence[Rule], tried: Rule, texts: list[str]
) -> list[Pieces]:
    """As :func:`tui.pronouncing.differences`, within PATIENCE.

    Raises:
        TooSlow: it is not done by then, or its process has ended without an answer.
    """
    asked = pronouncing.asked_as_json(before, after, tried, texts)
    return answer_from_json(await _answer(["-c", _SAID, str(_HOME)], asked))


_HOME = Path(__file__).parents[1]
_SAID = "import sys; sys.path.insert(0, sys.argv[1]); from tui.pronouncing import main; main()"


async def _answer(program: list[str], asked: bytes) -> bytes:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", *program), stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        answer, _errors = await asyncio.wait_for(process.communicate(asked), PATIENCE)
    except asyncio.TimeoutError:
        raise TooSlow from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise TooSlow
    return answer
