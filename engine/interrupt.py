"""Ctrl-C as an orderly end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")


def run_interruptible(main: Coroutine[Any, Any, T]) -> T:
    """Run like asyncio.run, cancelling at Ctrl-C so that everything is let go of in order.

    Python 3.10 would raise KeyboardInterrupt wherever the program happens to be.

    Raises:
        KeyboardInterrupt: after an interrupted coroutine has cleaned up.
    """
    interrupted = False

    async def cancellable() -> T:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(main)

        def interrupt(_number: int, _frame: FrameType | None) -> None:
            nonlocal interrupted
            interrupted = True
            loop.call_soon_threadsafe(task.cancel)

        before = signal.signal(signal.SIGINT, interrupt)
        try:
            return await task
        finally:
            signal.signal(signal.SIGINT, before)

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        if interrupted:
            raise KeyboardInterrupt from None
        raise
