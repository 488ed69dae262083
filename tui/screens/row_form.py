"""All that can be set of a row apart from its text, in one form; of several rows too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.errors import StudioError
from engine.i18n import _, ngettext
from tui.display import safe
from tui.fields import Field, common, typed_value
from tui.screens.panel import Panel
from tui.widgets.form_field import FormField

if TYPE_CHECKING:
    from engine.project import Row


_WRONG = object()
"""In place of a value that cannot be."""


class RowForm(Panel[dict[str, Any]], inherit_bindings=False):
    """Answers the values to be given to all the rows by the names of their fields, or None.

    A field in which the rows differ is left alone unless something is typed there.

    Args:
        rows: one or more.
        fields: in the order of the form.
    """

    CSS_PATH = [  # noqa: RUF012 - Textual declares it
        Path(__file__).with_name(name) for name in ("panel.tcss", "row_form.tcss")
    ]
    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("enter", "keep", show=False),
        Binding("ctrl+q", "app.leave", show=False),
        Binding("tab,down", "app.focus_next", show=False),
        Binding("shift+tab,up", "app.focus_previous", show=False),
    ]

    def __init__(self, rows: Sequence[Row], fields: Mapping[str, Field]) -> None:
        super().__init__(_title(rows))
        self._rows = rows
        self._fields = fields
        self._shown = {name: common(field, rows) for name, field in fields.items()}
        mixed = _("not the same in these rows")
        self._places = {
            name: FormField(name, field.label, self._shown[name], field.unset, mixed)
            for name, field in fields.items()
        }

    def compose_body(self) -> Iterable[Widget]:
        yield Static(Content(safe(self._rows[0].sentence.text)), id="meant")
        yield from self._places.values()
        yield Static(id="explained")

    def on_mount(self) -> None:
        super().on_mount()
        for name in self._fields:
            self._value(name)

    def key_hints(self) -> list[tuple[str, str, str]]:
        return [
            ("Enter", _("Keep"), "screen.keep"),
            ("Tab", _("Next field"), "app.focus_next"),
            ("Esc", _("Leave as it was"), "screen.close"),
        ]

    # What happens

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        name = event.widget.id or ""
        if name in self._fields:
            said = [self._fields[name].about]
            if self._shown[name] is None:
                said.append(_("The rows differ here and are left alone unless you type."))
            self.query_one("#explained", Static).update(Content(" ".join(said)))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._value(event.input.id or "")

    def on_input_submitted(self) -> None:
        self.action_keep()

    def action_keep(self) -> None:
        """Answer, unless something is wrong: go there."""
        touched = [name for name, place in self._places.items() if place.touched]
        values = {name: self._value(name) for name in touched}
        wrong = [name for name in touched if values[name] is _WRONG]
        if wrong:
            self._places[wrong[0]].focus_input()
        else:
            self.dismiss(values)

    # Inside

    def _value(self, name: str) -> Any:
        """What stands in the field, or _WRONG after telling beneath it why that cannot be."""
        place, field = self._places[name], self._fields[name]
        try:
            value = typed_value(field, place.value, self._rows[0].sentence)
        except StudioError as error:
            place.tell(str(error))
            return _WRONG
        place.tell(field.doubt(value), "$text-warning")
        return value


def _title(rows: Sequence[Row]) -> str:
    count = len(rows)
    if count > 1:
        return ngettext("{count} row", "{count} rows", count).format(count=count)
    if rows[0].number is None:
        return _("A row that is not spoken")
    return _("Row {number}").format(number=rows[0].number)
