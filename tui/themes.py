"""The studio's own looks. Every other Textual theme works too: the screens use variables only."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="studio-dark",
    primary="#6cb2d1",
    secondary="#8a94b8",
    accent="#e8b35c",
    success="#83c092",
    warning="#e69875",
    error="#e67e80",
    foreground="#dcd8d0",
    background="#16181d",
    surface="#1f2229",
    panel="#262a33",
    dark=True,
)

LIGHT = Theme(
    name="studio-light",
    primary="#1f6f94",
    secondary="#5c6690",
    accent="#a86b00",
    success="#3c7d43",
    warning="#b4541f",
    error="#b3323e",
    foreground="#2b2e35",
    background="#f7f4ee",
    surface="#eeeae1",
    panel="#e4dfd4",
    dark=False,
)

THEMES = (DARK, LIGHT)
