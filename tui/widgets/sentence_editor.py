"""The editor of one sentence's text. It works with input methods: Enter keeps, Esc restores."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from tui.actions import BY_ID
from tui.messages import EditCommitted, EditLeft

_SPEAK_KEYS = BY_ID["speak.reroll"].always


class SentenceEditor(TextArea):
    """One paragraph of text, wrapped. Line ends in what is pasted become spaces."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False
        )
        self.cursor_blink = False

    def begin(self, text: str) -> None:
        """Edit this text, the cursor at its end."""
        self.load_text(" ".join(text.split("\n")))
        self.move_cursor(self.document.end)
        # Widget.focus() would wait its turn, and what is typed meanwhile would go to the table.
        self.screen.set_focus(self)

    @property
    def sentence(self) -> str:
        """The text as it would be kept."""
        return " ".join(self.text.split())

    async def _on_key(self, event: events.Key) -> None:
        if event.key in ("enter", "tab", "ctrl+j", *_SPEAK_KEYS):
            told = EditCommitted(self.sentence, then_speak=event.key in _SPEAK_KEYS)
        elif event.key == "escape":
            told = EditLeft()
        else:
            return  # Textual goes on to the handler of the class above
        event.stop()
        event.prevent_default()
        self.post_message(told)

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.splitlines())
