from __future__ import annotations

import pytest

from engine.script import split_text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("안녕하세요. 오늘은 커피를 내려 보겠습니다.", "Korean"),
        ("React와 TypeScript로 Next.js App Router를 써서 Vercel에 deploy해 봅시다.", "Korean"),
        ("자세한 것은 https://www.example.com/very/long/address/without/end 에 있어요.", "Korean"),
        ("Amazon Web Services의 Elastic Compute Cloud를 켭니다.", "Korean"),
        ("大韓民國은 民主共和國이다.", "Korean"),
        ("おはようございます。今日はいい天気ですね。", "Japanese"),
        ("東京都千代田区霞が関一丁目の合同庁舎で会議が開催されました。", "Japanese"),
        ("今天天气很好，我们去公园散步吧。", "Chinese"),
        ("今天用 iPhone 拍了一个 video，效果很好。", "Chinese"),
        ("优の良品是一家很有名的零食店。", "Chinese"),
        ("Здравствуйте. Сегодня мы варим кофе.", "Russian"),
        ("Hello. Today we are going to brew coffee.", "English"),
        ("The Korean word for hello is 안녕 and everyone says it to each other.", "English"),
        ("Guten Tag. Heute kochen wir Kaffee und reden über das Wetter.", "German"),
        ("Bonjour. Aujourd'hui nous allons préparer du café dans la cuisine.", "French"),
        ("Olá. Hoje vamos fazer café e não é difícil para você.", "Portuguese"),
        ("Hola. Hoy vamos a preparar café en la cocina, y no es difícil.", "Spanish"),
        ("Ciao. Oggi prepariamo il caffè nella cucina di mia nonna, che è bella.", "Italian"),
        ("Schöne Grüße!", "German"),
        ("¿Cuándo? ¡Mañana!", "Spanish"),
        ("1 2 3", "English"),
        ("Xyzzy plugh", "English"),
    ],
)
def test_the_language_is_told_by_the_letters(text: str, language: str) -> None:
    assert split_text(text).language == language


def test_headings_and_directions_have_no_say_in_the_language() -> None:
    text = "# Introduction and greeting\n[Background music fades in slowly]\n안녕하세요."
    assert split_text(text).language == "Korean"


@pytest.mark.parametrize("asked", ["ja", "JA", "Japanese", "japanese"])
def test_the_language_can_be_set_by_code_or_name(asked: str) -> None:
    assert split_text("안녕하세요.", language=asked).language == "Japanese"
