"""How fast scripts are read: ``python -m tests.benchmarks.bench_script [SENTENCES]``."""

from __future__ import annotations

import sys
import time

from engine.script import split_text

LINES = {
    "Korean": "물의 온도는 92.5도가 좋습니다. 너무 뜨거우면 써요! 그래서 “왜요?”라고 물었습니다.",
    "English": 'The water should be at 92.5 degrees. Dr. Lee agrees! "Why?" she asked me at 5 p.m.',
    "Japanese": "お湯の温度は92.5度がいいです。熱すぎると苦い！「なぜ？」と聞かれました。",
}
"""Three sentences each."""


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    for language, line in LINES.items():
        lines = [line] * (count // 3 + 1)
        _measure(f"{language}, three sentences a line", "\n".join(lines))
        _measure(f"{language}, all in one line", " ".join(lines))


def _measure(name: str, text: str) -> None:
    start = time.perf_counter()
    found = len(split_text(text).sentences)
    seconds = time.perf_counter() - start
    rate = found / seconds
    print(f"{name:36} {found:7,} sentences in {seconds:5.2f} s = {rate:8,.0f} sentences/s")


if __name__ == "__main__":
    main()
