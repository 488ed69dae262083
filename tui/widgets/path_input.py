"""Where one types the path of a script."""

from __future__ import annotations

from textual.widgets import Input

from engine.i18n import _


class PathInput(Input):
    """One line; a pasted path may be in quotes, as terminals give it when a file is dropped."""

    def __init__(self) -> None:
        super().__init__(
            placeholder=_("Type a path or a part of a name, or choose below"),
            compact=True,
            select_on_focus=False,
        )
        self.cursor_blink = False

    def put(self, path: str) -> None:
        """Put a path in place of what stands there, to be typed on from its end."""
        self.value = path
        self.cursor_position = len(path)
        # How far it can be scrolled is known once it has been laid out.
        self.call_after_refresh(self._show_end)

    def _show_end(self) -> None:
        self.scroll_to(x=self.max_scroll_x, animate=False, force=True)
