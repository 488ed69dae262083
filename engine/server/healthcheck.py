"""``python -m engine.server.healthcheck``: whether the server that the environment describes can
speak, by its exit code, for whoever watches over a container."""

from __future__ import annotations

import sys

import httpx

from engine.server_settings import load_server_settings

_SECONDS = 4.0


def main() -> int:
    settings = load_server_settings()
    scheme = "https" if settings.tls_cert else "http"
    try:
        # On loopback, where a certificate has another's name and nothing is told to anybody.
        answer = httpx.get(
            f"{scheme}://127.0.0.1:{settings.port}/health",
            verify=False,
            trust_env=False,
            timeout=_SECONDS,
        )
    except httpx.RequestError as error:
        return _unwell(str(error))
    return 0 if answer.is_success else _unwell(answer.text)


def _unwell(reason: str) -> int:
    sys.stderr.write(f"{reason}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
