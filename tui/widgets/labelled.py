"""A line to type in with its name before it."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static


def labelled(label: str, name: str, value: str, placeholder: str = "") -> Widget:
    """The input has the name for its id."""
    field = Input(value, placeholder, id=name, compact=True)
    field.cursor_blink = False
    return Horizontal(Static(Content(label), classes="label"), field, classes="field")
