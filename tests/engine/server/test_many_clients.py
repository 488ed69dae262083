from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.engine.server.serving import SPEECH, RunningServer, asking

CLIENTS, REQUESTS = 32, 10


def text_of(client: int, number: int) -> str:
    return f"{client}, {number}."


def test_of_many_clients_none_is_lost_or_given_anothers_speech(server: RunningServer) -> None:
    """Each answer is that which the same request gets alone."""
    texts = [[text_of(client, number) for number in range(REQUESTS)] for client in range(CLIENTS)]

    def ask(mine: list[str]) -> list[httpx.Response]:
        with server.client() as client:
            return [client.post(SPEECH, json=wav(text)) for text in mine]

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(ask, texts))
    [alone] = [ask([text for mine in texts for text in mine])]

    together = [answer for mine in answers for answer in mine]
    assert len(together) == CLIENTS * REQUESTS
    assert {answer.status_code for answer in together} <= {200, 429}
    assert len({answer.content for answer in alone}) == len(alone)
    spoken = [pair for pair in zip(together, alone, strict=True) if pair[0].status_code == 200]
    assert len(spoken) > CLIENTS
    for answer, expected in spoken:
        assert answer.content == expected.content


def wav(text: str) -> dict[str, object]:
    return asking(text, response_format="wav")
