"""How a project's changes reach the disk, and what is said when they cannot."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from engine.errors import ProjectError, ReadOnlyProject, StudioError
from engine.i18n import _
from engine.project.edits import storable
from engine.project.opening import Opened
from engine.project.reading import ReadableProject
from engine.project.rows import Write
from engine.project.writer import Told

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self


class SavedProject(ReadableProject):
    """A project whose changes are written in the background."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._closed = False

    @property
    def write_error(self) -> StudioError | None:
        """Why what was changed cannot be written at present, or None."""
        writer = self._opened.writer
        return writer.trouble if writer else None

    @property
    def on_write_error(self) -> Callable[[StudioError], None] | None:
        """Called on the writer's thread, once each time that writing begins to fail. What is
        unwritten is kept, and tried again with each change and every few seconds."""
        writer = self._opened.writer
        return writer.on_error if writer else None

    @on_write_error.setter
    def on_write_error(self, callback: Callable[[StudioError], None] | None) -> None:
        if self._opened.writer:
            self._opened.writer.on_error = callback

    def set_setting(self, key: str, value: str) -> None:
        """Remember something about the script, such as the engine that spoke it last."""
        self._check_writable()
        value = storable(value)
        self._opened.settings[key] = value
        self._store([Write("setting", key, (key, value))])

    def flush(self) -> None:
        """Block until all changes are durable.

        Raises:
            ProjectError: they cannot be written now; they are kept and tried again.
        """
        if self._opened.writer and not self._closed:
            self._opened.writer.flush()

    def close(self, *, discard: bool = False) -> None:
        """Flush, and let the next studio in. Closing twice is no error.

        Args:
            discard: give up what cannot be written.

        Raises:
            ProjectError: changes cannot be written; the project stays open, so that it can be
                tried again.
        """
        if self._closed:
            return
        if not discard:
            self.flush()
        self._closed = True
        if self._opened.writer:
            self._opened.writer.stop()
        if self._opened.lock:
            self._opened.lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self.close()
        finally:
            self.close(discard=True)

    def _check_writable(self) -> None:
        if self._closed:
            raise ProjectError(_("The project is closed."))
        if not self.read_only:
            return
        title = _("This project is open for reading only.")
        holder = self.holder
        if holder is None:
            raise ReadOnlyProject(
                title, _("Its folder may be write-protected: {folder}").format(folder=self.folder)
            )
        raise ReadOnlyProject(
            title,
            _(
                "Another TTS Studio has it open ({host}, process {pid}). Close it there first."
            ).format(host=holder.host or "?", pid=holder.pid or "?"),
        )

    def _store(self, writes: Iterable[Write], told: Told | None = None) -> None:
        if self._opened.writer:
            self._opened.writer.put(writes, told)


def teller(future: asyncio.Future[None]) -> Told:
    """What settles a future of this thread's event loop from another thread."""
    loop = future.get_loop()

    def settle(error: ProjectError | None) -> None:
        if future.done():
            return
        if error:
            future.set_exception(error)
        else:
            future.set_result(None)

    def told(error: ProjectError | None) -> None:
        # A loop that is closed waits for nothing.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(settle, error)

    return told
