"""Typing the time at which a take is cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import InputError
from engine.i18n import _
from tui.commands.cutting import Cutting, edge_of
from tui.messages import FieldLeft
from tui.typed_time import typed_time

if TYPE_CHECKING:
    from tui.widgets.field_bar import FieldBar


class Timing(Cutting):
    """See the module."""

    _time_bar: FieldBar | None = None

    async def add_time_bar(self) -> None:
        """Make the line to type a time in. A first paint need not wait for it."""
        from tui.widgets.field_bar import FieldBar

        self._time_bar = FieldBar()
        await self.mount(self._time_bar, before=self.bar)

    @property
    def timing(self) -> bool:
        """A time is being typed."""
        return self._time_bar is not None and self._time_bar.open

    def action_type_edge(self) -> None:
        found, bar = self.cuttable(), self._time_bar
        if found is None or bar is None:
            return
        _session, take, wave = found
        label = _("Begin at (s)") if wave.chosen == "start" else _("End at (s)")
        self.bar.display = False
        bar.begin(label, f"{edge_of(take, wave.chosen):.3f}", "")

    def on_field_left(self, event: FieldLeft) -> None:
        if not self.timing:
            return
        if event.kept:
            self.keep_time_typed()
        else:
            self._close_time_bar()

    def keep_time_typed(self) -> None:
        """Put the edge where the line says; what is no time is told, and the line stays open."""
        bar = self._time_bar
        if bar is None:
            return
        if bar.touched:
            found = self.cuttable()
            if found is not None:
                session, take, wave = found
                try:
                    place = typed_time(bar.value, edge_of(take, wave.chosen))
                except InputError as error:
                    bar.tell(str(error))
                    bar.take_keys()
                    return
                self.move_edge(session, take, wave, wave.chosen, place)
        self._close_time_bar()

    def _close_time_bar(self) -> None:
        if self._time_bar is not None:
            self._time_bar.end()
        self.bar.display = True
        self.set_focus(self.table)
