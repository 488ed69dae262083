"""How often `engine.cuts.find_cut` cuts clean, beside the finder it replaces.

Run: python -m tests.benchmarks.bench_cuts [FOLDER] [--no-closing-take] [--failures N]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.audio import Samples
from engine.cuts import find_cut
from engine.domain import Cut
from tests.cutpoints.scoring import CLIPS, Finder, Score, load_clips, score

COLUMNS = "n | clean % | lost ms p50/p95/p99/max | leaked ms p95/max | cost s/s"

TOLERANCE = 0.1
WINDOW = 0.08


def find_quietest(
    audio: Samples,
    sample_rate: int,
    *,
    text: str,
    closing: str,
    language: str,
    closing_take: Samples | None = None,
) -> Cut:
    """The usual way: the characters' share of the clip tells where the sentence should end, and
    the middle of the quietest 80 ms within ± 10 % of that time is the cut."""
    before, after = (len("".join(words.split())) for words in (text, closing))
    expected = len(audio) * before / (before + after)
    window = round(WINDOW * sample_rate)
    first = round(expected * (1 - TOLERANCE))
    last = min(round(expected * (1 + TOLERANCE)), len(audio)) - window
    power = np.cumsum(np.concatenate([[0.0], audio.astype(np.float64) ** 2]))
    starts = np.arange(first, max(last, first) + 1)
    quietest = starts[np.argmin(power[np.minimum(starts + window, len(audio))] - power[starts])]
    return Cut(0.0, (int(quietest) + window / 2) / sample_rate)


def measured(folder: Path, find: Finder, *, closing_take: bool) -> list[Score]:
    return [score(clip, find, closing_take=closing_take) for clip in load_clips(folder)]


def print_table(scores: Sequence[Score]) -> None:
    by_group: defaultdict[str, list[Score]] = defaultdict(list)
    for one in scores:
        for group in one.clip.groups():
            by_group[group].append(one)
    print(f"| group | {COLUMNS} |\n|---|---|---|---|---|---|")
    print_row("overall", scores)
    for group in sorted(by_group):
        print_row(group, by_group[group])


def print_row(name: str, scores: Sequence[Score]) -> None:
    lost, leaked = (
        1000 * np.array([getattr(one, what) for one in scores]) for what in ("lost", "leaked")
    )
    clean = 100 * np.mean([one.clean for one in scores])
    quantiles = "/".join(
        f"{value:.0f}" for value in (*np.percentile(lost, [50, 95, 99]), max(lost))
    )
    leaks = f"{np.percentile(leaked, 95):.0f}/{max(leaked):.0f}"
    cost = np.mean([one.cost for one in scores])
    print(f"| {name} | {len(scores)} | {clean:.1f} | {quantiles} | {leaks} | {cost:.4f} |")


def print_statuses(scores: Sequence[Score]) -> None:
    """How many of each status were recognised, and what was said of clips where all is well."""
    for status in ("missing", "doubled"):
        asked = [one for one in scores if one.clip.status == status]
        right = sum(one.cut.status == status for one in asked)
        print(f"{status}: {right} of {len(asked)} recognised")
    said = [one.cut.status for one in scores if one.clip.status == "ok"]
    print("the others: " + ", ".join(f"{said.count(what)} {what}" for what in sorted(set(said))))


def print_failures(scores: Sequence[Score], most: int) -> None:
    wrong = [
        one for one in scores if not one.clean or one.clip.status not in ("ok", one.cut.status)
    ]
    for one in wrong[:most]:
        clip, cut = one.clip, one.cut
        truth = f"{clip.sentence_end:.3f} to {clip.closing_start or clip.speech_end:.3f} s"
        print(f"{clip.id} {clip.language}, {clip.source}, {' '.join(clip.notes)}: {clip.text[:40]}")
        print(f"    cut at {cut.end:.3f} s, {cut.status} ({cut.score:.2f}); truth {truth}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=CLIPS, help="clips with a manifest")
    parser.add_argument("--no-closing-take", action="store_true")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show N that failed")
    options = parser.parse_args()
    scores = measured(options.folder, find_cut, closing_take=not options.no_closing_take)
    print_table(scores)
    print_row("the quietest 80 ms", measured(options.folder, find_quietest, closing_take=False))
    print()
    print_statuses(scores)
    print_failures(scores, options.failures)


if __name__ == "__main__":
    main()
