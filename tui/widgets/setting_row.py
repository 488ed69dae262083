"""One setting: its label, something to change it with, where it comes from, and what it does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, Select, Static

from engine.errors import InputError, StudioError
from engine.i18n import _
from engine.settings_file import Standing
from tui.display import safe
from tui.settable import (
    NEEDS_ENGINE_ANEW,
    TONGUES,
    Choices,
    Kind,
    Settable,
    edited,
    effective,
    override_of,
    source_of,
    words_of,
)
from tui.typed import Number, Phrase, Typed, Words
from tui.widgets.tick import Tick


class Choice(Select[Any], inherit_bindings=False):
    """One of several. Up and down are left to who moves from setting to setting."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "show_overlay", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
    ]

    def __init__(self, offered: Choices, value: Any) -> None:
        super().__init__(_options(offered), value=value, allow_blank=False, compact=True)
        self._offered = offered

    def offer(self, offered: Choices, value: Any) -> None:
        """Let other values be chosen from; nobody has chosen by that."""
        with self.prevent(Select.Changed):
            self._offered = offered
            self.set_options(_options(offered))
            self.value = value

    def show(self, value: Any) -> None:
        """Show what has been chosen elsewhere; it may be none of those offered so far."""
        if value not in (known for _words, known in self._offered):
            self.offer([*self._offered, (str(value), value)], value)
        with self.prevent(Select.Changed):
            self.value = value

    def action_step(self, by: int) -> None:
        values = [value for _words, value in self._offered]
        self.value = values[(values.index(self.value) + by) % len(values)]


def _options(offered: Choices) -> Iterable[tuple[Text, Any]]:
    return [
        (Text(safe(words), no_wrap=True, overflow="ellipsis"), value) for words, value in offered
    ]


class SettingRow(Vertical):
    """See the module. What is typed is checked as it is typed, and kept with Enter or by going on.

    Args:
        offered: the values to choose from, for a choice.
        language: the full name of the one that the script is in.
    """

    @dataclass
    class Chosen(Message):
        """A value has been chosen that can be kept; None for the default."""

        row: SettingRow
        value: Any

    def __init__(
        self,
        setting: Settable,
        standing: Standing,
        offered: Choices = (),
        *,
        language: str = "English",
    ) -> None:
        super().__init__()
        self.setting = setting
        self._language = language
        self._typed = _typed(setting, language)
        self._standing = self._opened_with = standing
        self._offered = offered
        self._wanted = edited(setting.name, standing)
        self._under_way = 0
        self._typing = False
        self._editor = self._make_editor()

    def compose(self) -> ComposeResult:
        yield Horizontal(
            Static(Content(_(self.setting.label)), classes="label"),
            self._editor,
            Static(classes="source"),
            classes="line",
        )
        yield Static(classes="note")

    def on_mount(self) -> None:
        self._tell()

    def focus_editor(self) -> None:
        """Put the cursor on what changes it."""
        self._editor.focus()

    def on_descendant_focus(self) -> None:
        # All of it, not only what changes it: what it does stands below.
        self.scroll_visible(animate=False)

    # What is chosen

    def on_checkbox_changed(self, event: Checkbox.Changed) -> None:
        event.stop()
        self._choose(event.value)

    def on_select_changed(self, event: Select.Changed) -> None:
        event.stop()
        self._choose(event.value)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._typing = event.value != self._shown_text
        self._tell()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._keep_typed(event.value)

    def on_input_blurred(self, event: Input.Blurred) -> None:
        event.stop()
        self._keep_typed(event.value)

    def leave_typed(self) -> bool:
        """Put back what stood before somebody typed; False where nobody has."""
        if not self._typing:
            return False
        self._reset()
        self._tell()
        return True

    def _keep_typed(self, text: str) -> None:
        if self._typed and text != self._shown_text and self._refusal(text) is None:
            self._choose(self._typed.value(text, self._wanted))

    def _choose(self, value: Any) -> None:
        self._typing = False
        if value != self._wanted:
            self._wanted = self._typed.default if value is None and self._typed else value
            self._under_way += 1
            self.post_message(self.Chosen(self, value))

    # What is shown

    def offer(self, offered: Choices) -> None:
        """Let other values be chosen from."""
        self._offered = offered
        if isinstance(self._editor, Choice):
            self._editor.offer(offered, self._wanted)

    def show(self, standing: Standing) -> None:
        """Show how the setting stands now, unless something else is being chosen."""
        self._standing = standing
        if not self._under_way and not self._typing:
            self._reset()
        self._tell()

    def settle(self, error: StudioError | None = None) -> None:
        """What was chosen has been kept, or could not be."""
        self._under_way -= 1
        if error is not None and not self._under_way:
            self._reset()
            self._tell(error)

    def _reset(self) -> None:
        self._typing = False
        self._wanted = edited(self.setting.name, self._standing)
        with self.prevent(Checkbox.Changed, Input.Changed):
            if isinstance(self._editor, Choice):
                self._editor.show(self._wanted)
            elif isinstance(self._editor, Input):
                self._editor.value = self._shown_text
            else:
                self._editor.value = self._wanted

    def tell(self, words: str, colour: str) -> None:
        """Say something below the setting in place of what it does."""
        self.query_one(".note", Static).update(Content.styled(safe(words), colour))

    def _tell(self, error: StudioError | None = None) -> None:
        self.query_one(".source", Static).update(Content(safe(source_of(self._standing))))
        if error is None and self._typing and isinstance(self._editor, Input):
            error = self._refusal(self._editor.value)
        value = effective(self.setting.name, self._standing.value)
        said = self._typed.text(value) if self._typed else words_of(value, self._offered)
        overridden = override_of(self.setting.name, self._standing, safe(said))
        if error is not None:
            said = [error.hint] if isinstance(error, InputError) else [error.title, error.hint]
            self.tell(" ".join(said), "$text-error")
        elif overridden:
            self.tell(overridden, "$text-warning")
        else:
            later = [_("From the next start on.")] if self.setting.at_start else []
            changed = self._standing.value != self._opened_with.value
            if changed and self.setting.name in NEEDS_ENGINE_ANEW:
                later = [_("The engine takes it up when you leave the settings.")]
            about = _(self.setting.about).format(language=_(TONGUES[self._language]))
            self.tell(" ".join([about, *later]), "$foreground-muted")

    # What changes it

    def _make_editor(self) -> Tick | Choice | Input:
        if self.setting.kind is Kind.SWITCH:
            return Tick(_("on"), bool(self._wanted), compact=True)
        if self.setting.kind is Kind.CHOICE:
            return Choice(self._offered, self._wanted)
        default = self._typed.text(self._typed.default) if self._typed else ""
        unset = self.setting.unset
        placeholder = _(unset) if unset else _("default: {value}").format(value=default)
        kind = self.setting.kind.value
        editor = Input(self._shown_text, placeholder=placeholder, classes=kind, compact=True)
        editor.cursor_blink = False
        return editor

    @property
    def _shown_text(self) -> str:
        """What stands in the field while nobody types."""
        return self._typed.text(self._wanted) if self._typed else ""

    def _refusal(self, text: str) -> InputError | None:
        """Why a text cannot be kept; none does where the default shall hold."""
        try:
            if self._typed and text.strip():
                self._typed.value(text, self._wanted)
        except InputError as error:
            return error
        return None


def _typed(setting: Settable, language: str) -> Typed | None:
    if setting.kind is Kind.NUMBER:
        return Number(setting.name)
    if setting.kind is Kind.TEXT:
        return Words(setting.name)
    return Phrase(setting.name, language) if setting.kind is Kind.PHRASE else None
