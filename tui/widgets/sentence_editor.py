"""The editor of one sentence's text, or of the place at which it is split.

It works with input methods: Enter keeps, Esc restores."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from tui.actions import BY_ID
from tui.messages import EditCommitted, EditLeft, SplitChosen
from tui.splitting import next_place

_SPEAK_KEYS = BY_ID["speak.reroll"].always
_SPLIT = BY_ID["shape.split"]


class SentenceEditor(TextArea):
    """One paragraph of text, wrapped. Line ends in what is pasted become spaces."""

    def __init__(self) -> None:
        super().__init__(
            soft_wrap=True, tab_behavior="focus", compact=True, highlight_cursor_line=False
        )
        self.cursor_blink = False

    def begin(self, text: str, *, split_at: int | None = None) -> None:
        """Edit this text, the cursor at its end; or choose where it is split, beginning there."""
        self.read_only = split_at is not None
        self.load_text(" ".join(text.split("\n")))
        self.move_cursor(self.document.end if split_at is None else (0, split_at))
        # Widget.focus() would wait its turn, and what is typed meanwhile would go to the table.
        self.screen.set_focus(self)

    @property
    def sentence(self) -> str:
        """The text as it would be kept."""
        return " ".join(self.text.split())

    def choose_split(self) -> None:
        """Split at the cursor."""
        row, column = self.cursor_location
        lines = self.text.split("\n")
        before = " ".join([*lines[:row], lines[row][:column]])
        after = " ".join([lines[row][column:], *lines[row + 1 :]])
        self.post_message(SplitChosen(" ".join(before.split()), " ".join(after.split())))

    def move_split(self, by: int) -> None:
        """To the next place at which the text can be split, or to the one before."""
        self.move_cursor((0, next_place(self.text, self.cursor_location[1], by)))

    async def _on_key(self, event: events.Key) -> None:
        if not (self._split_key(event.key) if self.read_only else self._edit_key(event.key)):
            return  # Textual goes on to the handler of the class above
        event.stop()
        event.prevent_default()

    def _edit_key(self, key: str) -> bool:
        """Whether the key is more than one that edits."""
        if key in ("enter", "tab", "ctrl+j", *_SPEAK_KEYS):
            self.post_message(EditCommitted(self.sentence, then_speak=key in _SPEAK_KEYS))
        elif key == "escape":
            self.post_message(EditLeft())
        elif key in _SPLIT.always:
            self.choose_split()
        else:
            return False
        return True

    def _split_key(self, key: str) -> bool:
        """Whether the key is more than one that moves about in the text."""
        if key in ("enter", "ctrl+j", *_SPLIT.keys.split(",")):
            self.choose_split()
        elif key in ("left", "right"):
            self.move_split(-1 if key == "left" else 1)
        elif key == "escape":
            self.post_message(EditLeft())
        else:
            return False
        return True

    async def _on_paste(self, event: events.Paste) -> None:
        event.text = " ".join(event.text.splitlines())
