"""What has gone wrong with an engine since the desk was opened."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from engine.client.base import EngineChanged
from engine.errors import StudioError

_log = logging.getLogger(__name__)


@dataclass
class EngineHistory:
    """See the module.

    Attributes:
        restarts: how often it has ended by itself and was started again.
        fault: why that was, or why it cannot be had; the last time that there was one.
        fault_time: the hour and the minute of it, where the user is.
    """

    restarts: int = 0
    fault: StudioError | None = None
    fault_time: str = ""

    _state: str = ""

    def heard(self, change: EngineChanged) -> None:
        """Take in a change of its state, and keep a note of it in the log."""
        again = change.state == self._state and change.retry_in is not None
        self._state = change.state
        if again:
            return  # a server that has been away all night is no news
        self.restarts += change.state == "restarting"
        if change.info is not None:
            info = change.info
            _log.info("The engine is ready: %s on %s. %s", info.model, info.device, info.reason)
        elif change.error is not None:
            self.fault, self.fault_time = change.error, time.strftime("%H:%M")
            _log.warning("The engine is %s: %s", change.state, change.error)
        else:
            _log.info("The engine is %s", change.state)
