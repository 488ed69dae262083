"""What is spoken to measure an engine: sentences of a narration, some five seconds each."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, ...]] = {
    "Chinese": (
        "今天早上下了一场小雨,街道上的空气闻起来格外清新。",
        "我们先把咖啡豆磨细,然后慢慢地倒入刚刚烧开的热水。",
        "这座老桥建于三百年前,至今每天仍有几千人从上面走过。",
        "如果您有任何问题,请在视频下方留言,我们会尽快回复。",
    ),
    "English": (
        "It rained a little this morning, and the air in the street smells fresh and clean.",
        "First we grind the coffee beans, and then we slowly pour the hot water over them.",
        "The old bridge was built three hundred years ago, and thousands still cross it every day.",
        "If you have any questions, leave a comment below, and we will answer as soon as we can.",
    ),
    "Japanese": (
        "今朝は少し雨が降ったので、通りの空気がとてもさわやかです。",
        "まずコーヒー豆をひいて、それからゆっくりとお湯を注いでいきます。",
        "この古い橋は三百年前に造られ、今でも毎日何千人もの人が渡っています。",
        "ご質問がありましたら、下のコメント欄にお気軽にお書きください。",
    ),
    "Korean": (
        "오늘 아침에 비가 조금 내려서 거리의 공기가 무척 상쾌합니다.",
        "먼저 커피 원두를 곱게 갈고, 그다음 뜨거운 물을 천천히 부어 줍니다.",
        "이 오래된 다리는 삼백 년 전에 지어졌고, 지금도 매일 수천 명이 건너다닙니다.",
        "궁금한 점이 있으시면 아래에 댓글을 남겨 주세요, 빨리 답해 드리겠습니다.",
    ),
    "German": (
        "Heute Morgen hat es ein wenig geregnet, und die Luft auf der Straße riecht frisch.",
        "Zuerst mahlen wir die Kaffeebohnen, dann gießen wir langsam das heiße Wasser auf.",
        "Die alte Brücke ist dreihundert Jahre alt, und noch heute gehen Tausende darüber.",
        "Wenn Sie Fragen haben, schreiben Sie uns unten einen Kommentar, wir antworten gern.",
    ),
    "French": (
        "Il a plu un peu ce matin, et l'air de la rue sent le frais et le propre.",
        "D'abord nous moulons les grains de café, puis nous versons lentement l'eau chaude.",
        "Le vieux pont a été construit il y a trois cents ans, et des milliers de gens y passent.",
        "Si vous avez des questions, laissez un commentaire, et nous vous répondrons très vite.",
    ),
    "Russian": (
        "Сегодня утром прошёл небольшой дождь, и воздух на улице свежий и чистый.",
        "Сначала мы мелем кофейные зёрна, а потом медленно наливаем горячую воду.",
        "Старый мост построили триста лет назад, и каждый день по нему проходят тысячи людей.",
        "Если у вас есть вопросы, оставьте комментарий, и мы ответим как можно скорее.",
    ),
    "Portuguese": (
        "Choveu um pouco esta manhã, e o ar da rua está fresco e limpo.",
        "Primeiro moemos os grãos de café, e depois despejamos devagar a água quente.",
        "A velha ponte foi construída há trezentos anos, e milhares ainda passam por ela.",
        "Se você tiver alguma pergunta, deixe um comentário, e responderemos o quanto antes.",
    ),
    "Spanish": (
        "Esta mañana ha llovido un poco, y el aire de la calle huele a fresco y a limpio.",
        "Primero molemos los granos de café, y después vertemos despacio el agua caliente.",
        "El viejo puente se construyó hace trescientos años, y miles de personas aún lo cruzan.",
        "Si tiene alguna pregunta, deje un comentario abajo, y le responderemos cuanto antes.",
    ),
    "Italian": (
        "Stamattina ha piovuto un poco, e l'aria della strada è fresca e pulita.",
        "Prima maciniamo i chicchi di caffè, e poi versiamo lentamente l'acqua calda.",
        "Il vecchio ponte fu costruito trecento anni fa, e ancora lo attraversano in migliaia.",
        "Se avete delle domande, lasciate un commento qui sotto, e vi risponderemo al più presto.",
    ),
}
"""By the language's full English name."""
