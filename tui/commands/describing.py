"""Setting what a row has besides its text: all of it in a form, or one thing in a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.errors import StudioError
from engine.i18n import N_, _, ngettext
from tui.commands.editing import Editing
from tui.messages import FieldLeft

if TYPE_CHECKING:
    from engine.project import Row
    from tui.fields import Field
    from tui.session import Session
    from tui.widgets.field_bar import FieldBar


class Describing(Editing):
    """See the module."""

    _field_bar: FieldBar | None = None
    _field: Field | None = None
    _described: tuple[int, ...] = ()
    """The sentences that the line or the form is about."""

    async def add_field_bar(self) -> None:
        """Make the line to type in. A first paint need not wait for it."""
        from tui.widgets.field_bar import FieldBar

        self._field_bar = FieldBar()
        await self.mount(self._field_bar, before=self.bar)

    @property
    def describing(self) -> bool:
        """One thing of a row is being typed."""
        return self._field_bar is not None and self._field_bar.open

    def action_form(self) -> None:
        from tui.screens.row_form import RowForm

        found = self._to_describe()
        if found is None:
            return
        rows, fields = found
        self.app.push_screen(RowForm(rows, fields), self._keep_form)

    def action_one_field(self, name: str) -> None:
        from tui.fields import common

        found, bar = self._to_describe(), self._field_bar
        if found is None or bar is None:
            return
        rows, fields = found
        self._field = field = fields[name]
        shown = common(field, rows)
        self.bar.display = False
        mixed = _("not the same in these rows")
        bar.begin(field.label, shown or "", mixed if shown is None else field.unset)

    def on_field_left(self, event: FieldLeft) -> None:
        if not self.describing:
            return
        if event.kept:
            self.keep_field()
        else:
            self._close_field_bar()

    def keep_field(self) -> None:
        """Keep what stands in the line and close it; what cannot be is told, and it stays open."""
        from tui.fields import typed_value

        session, field, bar = self.session, self._field, self._field_bar
        if session is None or field is None or bar is None:
            return
        if bar.touched:
            sentence = session.project.row(self._described[0]).sentence
            try:
                value = typed_value(field, bar.value, sentence)
            except StudioError as error:
                bar.tell(str(error))
                bar.take_keys()
                return
            self._describe({field.name: value})
        self._close_field_bar()

    def keep_open_edit(self) -> None:
        super().keep_open_edit()
        if self.describing:
            self.keep_field()

    def _close_field_bar(self) -> None:
        if self._field_bar is not None:
            self._field_bar.end()
        self.bar.display = True
        self.set_focus(self.table)

    def _keep_form(self, values: Mapping[str, Any] | None) -> None:
        if values:
            self._describe(values)

    def _to_describe(self) -> tuple[list[Row], dict[str, Field]] | None:
        """The rows that are meant and their fields, or None after telling why not."""
        from tui.fields import row_fields

        chosen = self.chosen()
        if chosen is None or not self.may_change(chosen[0]):
            return None
        session, ids = chosen
        self._described = tuple(ids)
        rows = [session.project.row(id_) for id_ in ids]
        self.bar.hush()
        return rows, row_fields(rows, session.surroundings)

    def _describe(self, values: Mapping[str, Any]) -> None:
        """Give all the rows these values, in one action."""
        session = self.session
        if session is None:
            return
        name = N_("Edit row") if len(values) > 1 else None
        changed = self._changed(session, values)
        with self.telling():
            session.project.edit_many(dict.fromkeys(self._described, values), name=name)
            if len(self._described) > 1:
                said = ngettext("Changed {count} row.", "Changed {count} rows.", changed)
                self.bar.say(said.format(count=changed))
                self.let_selection_go()

    def _changed(self, session: Session, values: Mapping[str, Any]) -> int:
        sentences = (session.project.row(id_).sentence for id_ in self._described)
        return sum(
            any(getattr(sentence, name) != value for name, value in values.items())
            for sentence in sentences
        )
