"""Keys and values of what was heard and said so far, in tensors that are there beforehand."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional

_GROWTH = 128
# Positions that are added at once: ten seconds of speech.


class Cache:
    """Of the sentences in flight, a place for each. It grows when they do, and is copied then: a
    layer at a time.

    Args:
        shape: layers, key heads, size of a head.
    """

    def __init__(
        self, shape: tuple[int, int, int], dtype: torch.dtype, device: torch.device
    ) -> None:
        self._shape = shape
        self._dtype, self._device = dtype, device
        self._places, self._positions = 0, 0
        self._kept = [self._empty(0, 0) for _layer in range(shape[0])]

    def layer(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Keys and values, of shape (places, key heads, positions, size)."""
        keys, values = self._kept[number]
        return keys, values

    def reserve(self, places: int, positions: int) -> None:
        """Have room for so many at least."""
        if positions > self._positions:
            positions = -(-positions // _GROWTH) * _GROWTH
        wanted = max(places, self._places), max(positions, self._positions)
        had = self._places, self._positions
        if wanted == had:
            return
        for number, old in enumerate(self._kept):
            new = self._empty(*wanted)
            # A layer may have more already, where memory ran out at one of the next.
            new[:, : had[0], :, : had[1]] = old[:, : had[0], :, : had[1]]
            self._kept[number] = new
        self._places, self._positions = wanted

    def bytes_beyond(self, places: int, positions: int) -> int:
        """What it would take to have room for so many, beside what is taken."""
        layers, heads, size = self._shape
        wanted = max(places, self._places) * max(positions + _GROWTH, self._positions)
        more = wanted - self._places * self._positions
        return 2 * layers * heads * size * self._dtype.itemsize * more

    def move(self, source: int, target: int) -> None:
        """Give what is kept in one place to another."""
        for kept in self._kept:
            kept[:, target] = kept[:, source]

    def _empty(self, places: int, positions: int) -> torch.Tensor:
        _layers, heads, size = self._shape
        # Zeros, since what is masked is multiplied nevertheless, and memory may hold no numbers.
        return torch.zeros(
            (2, places, heads, positions, size), dtype=self._dtype, device=self._device
        )


class Prompted:
    """A sentence's prompt, heard at once in its place."""

    def __init__(self, cache: Cache, place: int) -> None:
        self._cache, self._place = cache, place

    def __call__(
        self, layer: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
    ) -> torch.Tensor:
        for kept, new in zip(self._cache.layer(layer), (keys, values), strict=True):
            kept[self._place, :, : new.shape[2]] = new[0]
        return _attended(queries, keys, values, causal=True)


class Stepped:
    """A further position of each of the first sentences in a cache.

    Args:
        positions: theirs, one for each.
    """

    def __init__(self, cache: Cache, positions: Sequence[int], device: torch.device) -> None:
        self._cache = cache
        self._positions = torch.tensor(positions, device=device)
        self._rows = torch.arange(len(positions), device=device)
        self._length = max(positions) + 1
        heard = torch.arange(self._length, device=device) <= self._positions.unsqueeze(1)
        self._heard = None if min(positions) == max(positions) else heard[:, None, None]

    def __call__(
        self, layer: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
    ) -> torch.Tensor:
        every = self._cache.layer(layer)
        for kept, new in zip(every, (keys, values), strict=True):
            kept[self._rows, :, self._positions] = new[:, :, 0]
        past = (kept[: len(self._rows), :, : self._length] for kept in every)
        return _attended(queries, *past, heard=self._heard)


class Scratch:
    """A few positions of some rows, all of which step together: of a frame's codes.

    Args:
        shape: layers, key heads, size of a head.
    """

    def __init__(
        self,
        rows: int,
        positions: int,
        shape: tuple[int, int, int],
        dtype: torch.dtype,
        device: torch.device,
    ) -> None:
        layers, heads, size = shape
        self._kept = torch.empty(
            (layers, 2, rows, heads, positions, size), dtype=dtype, device=device
        )
        self.at = 0

    def __call__(
        self, layer: int, queries: torch.Tensor, keys: torch.Tensor, values: torch.Tensor
    ) -> torch.Tensor:
        new = keys.shape[2]
        end = self.at + new
        for kept, added in zip(self._kept[layer], (keys, values), strict=True):
            kept[:, :, self.at : end] = added
        past = (kept[:, :, :end] for kept in self._kept[layer])
        return _attended(queries, *past, causal=new > 1)


def _attended(
    queries: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    *,
    heard: torch.Tensor | None = None,
    causal: bool = False,
) -> torch.Tensor:
    """Several heads of the queries share one of the keys.

    Args:
        heard: which positions a row's only one may attend to.
        causal: positions attend to themselves and those before; all of them are new.
    """
    rows, heads, new, size = queries.shape
    shared = keys.shape[1]
    if new == 1:
        # As if those that share one were positions: it need not be copied for each of them.
        grouped = queries.reshape(rows, shared, heads // shared, size)
        return functional.scaled_dot_product_attention(
            grouped, keys, values, attn_mask=heard
        ).reshape(rows, heads, 1, size)
    keys, values = (
        one.repeat_interleave(heads // shared, dim=1) if heads > shared else one
        for one in (keys, values)
    )
    return functional.scaled_dot_product_attention(queries, keys, values, is_causal=causal)
