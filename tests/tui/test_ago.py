from __future__ import annotations

import pytest

from engine.i18n import use_language
from tui.ago import ago

NOW = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (-5.0, "just now"),
        (59.0, "just now"),
        (MINUTE, "1 min ago"),
        (HOUR - 1, "59 min ago"),
        (HOUR, "1 h ago"),
        (DAY - 1, "23 h ago"),
        (DAY, "1 day ago"),
        (7 * DAY, "7 days ago"),
    ],
)
def test_what_was_lately_is_told_by_how_long_ago_it_was(passed: float, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_what_was_long_ago_has_a_date() -> None:
    assert ago(NOW - 30 * DAY, NOW) in ("2026-12-15", "2026-12-16", "2026-12-17")


def test_it_is_told_in_korean() -> None:
    use_language("ko")
    assert ago(NOW - 2 * DAY, NOW) == "2일 전"
