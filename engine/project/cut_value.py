"""The cut of a take with what is said against it, as one value that undo puts back."""

from __future__ import annotations

import json
from dataclasses import astuple, replace

from engine.domain import Cut, TakeDraft


def cut_value(draft: TakeDraft) -> str:
    """The cut, the complaints and the cut that was found, in JSON."""
    found = None if draft.found is None else astuple(draft.found)
    return json.dumps([astuple(draft.cut), draft.complaints, found], ensure_ascii=False)


def with_cut(draft: TakeDraft, value: str) -> TakeDraft:
    """The draft with the cut of a :func:`cut_value`."""
    cut, complaints, found = json.loads(value)
    return replace(
        draft,
        cut=Cut(*cut),
        complaints=tuple(complaints),
        found=None if found is None else Cut(*found),
    )
