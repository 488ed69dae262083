"""One ordinary sentence in each of the ten languages, two to four seconds long when spoken."""

SENTENCES = {
    "Chinese": "今天天气很好，我们去公园吧。",
    "English": "The quick brown fox jumps over the lazy dog.",
    "Japanese": "こんにちは、きょうはいいてんきですね。",
    "Korean": "안녕하세요, 오늘은 날씨가 좋습니다.",
    "German": "Guten Tag, wie geht es Ihnen heute?",
    "French": "Bonjour, comment allez-vous aujourd'hui ?",
    "Russian": "Здравствуйте, красный рак и трактор.",
    "Portuguese": "Bom dia, como você está hoje?",
    "Spanish": "Buenos días, ¿cómo está usted hoy?",
    "Italian": "Buongiorno, come sta oggi?",
}
