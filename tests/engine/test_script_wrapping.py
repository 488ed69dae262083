from __future__ import annotations

import textwrap

import pytest

from engine.script import split_text

ENGLISH = (
    "The old harbour wakes before the sun. Boats come in one by one, and the gulls follow them. "
    "On the quay a man in a yellow coat counts crates of fish without looking up. He has done so "
    "for forty years, and he says that he has never been wrong by more than one. Nobody argues. "
    "When the bell rings at six, the first buyers arrive with cold hands and loud voices."
)
KOREAN = (
    "오래된 항구는 해가 뜨기 전에 깨어납니다. 배가 한 척씩 들어오고 갈매기가 그 뒤를 따릅니다. "
    "부두에서는 노란 외투를 입은 남자가 고개도 들지 않고 생선 상자를 셉니다. 그는 사십 년 동안 "
    "그렇게 해 왔고, 한 상자 넘게 틀린 적이 한 번도 없다고 말합니다. 아무도 토를 달지 않습니다. "
    "여섯 시에 종이 울리면 손이 시린 첫 손님들이 큰 목소리로 도착합니다."
)
JAPANESE = (
    "古い港は日の出前に目を覚まします。船が一隻ずつ入り、かもめがその後を追います。"
    "岸壁では黄色い上着の男が顔も上げずに魚の箱を数えています。四十年そうしてきて、"
    "一箱より多く間違えたことは一度もないと言います。誰も反論しません。"
    "六時に鐘が鳴ると、手のかじかんだ最初の客が大きな声でやって来ます。"
)


def wrapped_japanese(width: int) -> str:
    return "\n".join(JAPANESE[i : i + width] for i in range(0, len(JAPANESE), width))


def test_hard_wrapped_english_is_read_as_paragraphs() -> None:
    text = f"{textwrap.fill(ENGLISH, 72)}\n\n{textwrap.fill(ENGLISH, 72)}\n"
    script = split_text(text)
    assert script.hard_wrapped
    assert script.sentences[1].text == "Boats come in one by one, and the gulls follow them."
    assert len(script.sentences) == 12
    assert script.sentences[-1].paragraph == 2


def test_hard_wrapped_korean_is_read_as_paragraphs() -> None:
    script = split_text(textwrap.fill(KOREAN, 36))
    assert script.hard_wrapped
    assert [row.text for row in script.sentences] == [
        row.text for row in split_text(KOREAN).sentences
    ]


def test_hard_wrapped_japanese_is_run_together_without_spaces() -> None:
    script = split_text(wrapped_japanese(30))
    assert script.hard_wrapped
    assert "".join(row.text for row in script.sentences) == JAPANESE


@pytest.mark.parametrize(
    "text",
    [
        "오늘은 커피를 내려 봅시다\n먼저 물을 끓여 주세요\n그다음 원두를 갈아 줍니다\n"
        "이제 물을 부어 봅시다\n천천히 원을 그려 주세요\n이렇게 한 잔이 됩니다\n",
        "\n".join(
            f"이것은 마침표가 없는 나레이터의 {n}번째 문장이고 길이가 모두 똑같아요"
            for n in range(40)
        ),
        "\n".join(
            f"This is line {n:02} of a script in which no sentence has a full stop"
            for n in range(40)
        ),
        "\n".join(
            ["A short one", "A line that is a good deal longer than the others are", "Hm"] * 9
        ),
        "\n".join(KOREAN.replace(". ", ".\n").split("\n") * 3),
        "\n".join(ENGLISH.replace(". ", ".\n").split("\n") * 3),
        "\n".join([ENGLISH] * 6),
        "Shall I compare thee to a summer's day?\nThou art more lovely and more temperate:\n"
        "Rough winds do shake the darling buds of May,\n"
        "And summer's lease hath all too short a date;\n"
        "Sometime too hot the eye of heaven shines,\nAnd often is his gold complexion dimm'd;\n",
        "Hello there\nHow are you",
        "네. 그럼 시작할게요\n좋아요! 오늘은 집에서 커피를 내려 보겠습니다 정말 맛있는 커피예요\n"
        "자. 물부터\n어때요? 이제 원두를 곱게 갈아서 드리퍼에 담고 물을 조금 부어 주세요\n"
        "음. 향이 좋네요 그렇죠\n그럼 다음 시간에 또 만나요.",
        "\n".join(
            f"네. 이것은 마침표가 없는 나레이터의 {n}번째 문장이고 길이가 똑같아요"
            for n in range(9)
        ),
        "\n".join(
            f"이것은 마침표가 없는 나레이터의 {n}번째 문장이고 길이가 똑같아요" for n in range(9)
        )
        + ".",
        "\n".join(["가요. 이제 가요", "봐요. 저기 봐요", "네요. 참 좋네요"] * 3) + ".",
    ],
)
def test_one_sentence_a_line_is_never_taken_for_hard_wrapped(text: str) -> None:
    script = split_text(text)
    assert not script.hard_wrapped
    assert [row.text for row in script.sentences if "\n" in row.text] == []
    assert len(script.sentences) >= len(text.strip().split("\n"))


def test_the_guess_can_be_overruled_both_ways() -> None:
    text = textwrap.fill(ENGLISH, 72)
    lines = text.split("\n")
    assert len(split_text(text, hard_wrapped=False).sentences) > len(lines)
    joined = split_text("one\ntwo\nthree.", hard_wrapped=True)
    assert joined.hard_wrapped
    assert [row.text for row in joined.sentences] == ["one two three."]


def test_items_and_directions_keep_their_own_lines_in_hard_wrapped_text() -> None:
    text = "first\nline.\n(웃음)\nsecond\n- item one\ngoes on\n- item two\n1. three\n// aside\nlast"
    found = split_text(text, hard_wrapped=True).sentences
    assert [(row.text, row.spoken) for row in found] == [
        ("first line.", True),
        ("(웃음)", False),
        ("second", True),
        ("item one goes on", True),
        ("item two", True),
        ("1. three", True),
        ("// aside", False),
        ("last", True),
    ]
