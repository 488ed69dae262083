"""Where chance begins: the seed of a take whose row has none of its own."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Collection
from itertools import count

_SEEDS = 2**31
# Short enough to be read out and typed, and more than anybody will ever need.


def free_seed(start: int | None, sentence_id: int, takes: int, used: Collection[int]) -> int:
    """A seed that the sentence has not had: any; or with a start always the same, for the same
    project that has come as far.

    Args:
        start: where chance begins; None for anywhere.
        takes: how many the sentence has had, deleted ones too.
        used: the seeds of those takes, and those that led to no take.
    """
    if start is None:
        return secrets.randbelow(_SEEDS)
    seeds = (_derived(start, sentence_id, number) for number in count(takes))
    return next(seed for seed in seeds if seed not in used)


def _derived(start: int, sentence_id: int, number: int) -> int:
    # Not Python's own hash, which differs between machines and versions.
    said = json.dumps([start, sentence_id, number]).encode()
    return int.from_bytes(hashlib.sha256(said).digest()[:8], "big") % _SEEDS
