"""What lists of pronunciations make of many texts. No screen; run as a program by
:mod:`tui.bounded`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from engine.pronunciation import Pronouncer, Rule
from tui.replacing import Piece, Pieces

_PROBE = 40
"""Characters of a text that a pattern must get through. One that tries all ways to divide it does
not."""


def differences(
    before: Sequence[Rule], after: Sequence[Rule], texts: Sequence[str]
) -> list[Pieces]:
    """For each text what is said otherwise by the one list than by the other; none where nothing
    is."""
    one, other = Pronouncer(before), Pronouncer(after)
    return [_pieces(one(text), other(text)) for text in texts]


def try_out(rule: Rule) -> None:
    """Have a regular expression look at texts that take one of the bad kind for ever, which a
    script may come to hold only after the rule has been kept."""
    if not rule.regex:
        return
    say = Pronouncer([rule])
    letters = sorted({letter for letter in rule.written if letter.isalnum()} | set("a1 가"))
    for probe in (*letters, "".join(letters)):
        say(probe * (_PROBE // len(probe)) + "!")


def asked_as_json(
    before: Sequence[Rule], after: Sequence[Rule], tried: Rule, texts: Sequence[str]
) -> bytes:
    """What :func:`main` reads."""
    rules = {"before": [*map(vars, before)], "after": [*map(vars, after)], "tried": vars(tried)}
    return json.dumps({**rules, "texts": texts}).encode("ascii")


def main() -> None:
    """Read rules and texts as JSON, and write the pieces as JSON."""
    asked = json.load(sys.stdin)
    before, after = ([Rule(**rule) for rule in asked[name]] for name in ("before", "after"))
    try_out(Rule(**asked["tried"]))
    json.dump(differences(before, after, asked["texts"]), sys.stdout)


def _pieces(one: str, other: str) -> Pieces:
    if one == other:
        return []
    start = _alike(one, other)
    rest, other_rest = one[start:], other[start:]
    end = _alike(rest[::-1], other_rest[::-1])
    cut, other_cut = len(rest) - end, len(other_rest) - end
    return [Piece(one[:start], rest[:cut], other_rest[:other_cut]), Piece(rest[cut:])]


def _alike(one: str, other: str) -> int:
    """How many characters they begin with that are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))
