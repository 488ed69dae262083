from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError
from tui.recuts import margin_of
from tui.typed_time import typed_time
from tui.wave_view import SHORTEST, WaveView

totals = st.floats(0.001, 400)
shares = st.floats(0, 1)


@given(totals, shares, st.lists(st.tuples(shares, st.sampled_from([0.5, 2.0])), max_size=12))
def test_a_view_never_leaves_the_take(
    total: float, first: float, steps: list[tuple[float, float]]
) -> None:
    view = WaveView.around(first * total, 1.0, total)
    for share, times in steps:
        view = view.zoomed(share * total, times).showing(share * total)
        assert -1e-9 <= view.start <= share * total + 1e-9
        assert share * total - 1e-9 <= view.end <= total + 1e-9
        assert view.seconds >= min(total, SHORTEST) - 1e-9


def test_a_place_stays_where_it_is_while_one_looks_closer() -> None:
    view = WaveView.whole(10.0)
    closer = view.zoomed(4.0, 2.0)
    assert closer.column_of(4.0, 100) == view.column_of(4.0, 100)
    assert closer.zoomed(4.0, 0.5) == view


@given(totals, shares, st.integers(1, 400))
def test_a_column_shows_the_places_from_where_it_begins(
    total: float, share: float, columns: int
) -> None:
    view = WaveView.whole(total)
    column = view.column_of(share * total, columns)
    assert column is not None
    assert view.place_of(column, columns) <= share * total + 1e-6
    assert share * total <= view.place_of(column + 1, columns) + 1e-6


def test_what_is_out_of_view_is_in_no_column() -> None:
    view = WaveView(2.0, 3.0, 10.0)
    assert view.column_of(1.99, 80) is None
    assert view.column_of(3.01, 80) is None
    assert view.column_of(3.0, 80) == 79


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        *(("1.25", 1.25), ("1,25", 1.25), (" 2 ", 2.0), (".5", 0.5), ("3s", 3.0), ("1:02.5", 62.5)),
        *(("+0.05", 10.05), ("-0.05", 9.95), ("- 1", 9.0), ("+1:00", 70.0)),
    ],
)
def test_a_time_is_typed_as_people_write_it(typed: str, seconds: float) -> None:
    assert typed_time(typed, 10.0) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "typed", ["", "x", "1.2.3", "1e5", "nan", "inf", "--1", "+", "1:2:3", "9" * 400]
)
def test_what_is_no_time_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(InputError, match="no time") as refused:
        typed_time(typed, 10.0)
    assert "0.05" in refused.value.hint


def test_a_margin_is_a_few_seconds() -> None:
    assert [margin_of(typed) for typed in ("0", "0,25", " 5 ")] == [0.0, 0.25, 5.0]
    for wrong in ("", "x", "-1", "5.1", "nan", "inf"):
        with pytest.raises(InputError):
            margin_of(wrong)
