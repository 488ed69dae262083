"""A script file, read and split into the sentences of the table."""

from __future__ import annotations

from engine.script.reader import read_script, split_text

__all__ = ["read_script", "split_text"]
