"""Connections that never get to the point, or never take what they asked for, are let go of."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

_LEAST_TAKEN = 65_536
# Bytes of an answer in the time that a request may take to arrive: a hundredth of what the slowest
# line carries on which speech could be heard.


class PunctualProtocol(H11Protocol):
    """uvicorn's own, which would wait for ever for the head of a request, and for a client that
    reads nothing of its answer: anybody who reaches the port could use up its connections, and who
    holds the key its memory. The head itself is at most 16 kB, as h11 has it.

    Args:
        seconds: in which a head must have come, and a good piece of an answer must be taken.
    """

    def __init__(self, *usual: Any, seconds: float, **named: Any) -> None:
        super().__init__(*usual, **named)
        self._seconds = seconds
        self._coming: asyncio.TimerHandle | None = None
        self._taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        if self._coming is None and not self._answering:
            self._await_head()
        super().data_received(data)
        if self._coming is not None and self._answering:
            self._coming.cancel()
            self._coming = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_taking()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stop(self._taking)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop(self._coming)
        self._stop(self._taking)
        super().connection_lost(exc)

    @property
    def _answering(self) -> bool:
        """A head has come, and its answer has not been given."""
        return bool(self.cycle) and not self.cycle.response_complete

    def _await_head(self) -> None:
        self._coming = self.loop.call_later(self._seconds, self.transport.abort)

    def _await_taking(self) -> None:
        left = self.transport.get_write_buffer_size()
        self._taking = self.loop.call_later(self._seconds, self._look, left)

    def _look(self, left_before: int) -> None:
        if left_before - self.transport.get_write_buffer_size() < _LEAST_TAKEN:
            self.transport.abort()
        else:
            self._await_taking()

    @staticmethod
    def _stop(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
