"""The ``.env`` that ``tts-studio serve --init`` writes: every setting of a server, explained, and a
fresh key."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from engine.errors import InputError, StudioError
from engine.files import explain_os_error
from engine.i18n import N_, _
from engine.server_settings import ServerSettings
from engine.settings_sources import DOTENV, PREFIX

_KEY_BYTES = 32

WORDS: dict[str, str] = {
    "api_key": N_("Clients send it as Authorization: Bearer KEY. Keep it to yourself."),
    "host": N_("Where to listen: 127.0.0.1 for this machine alone, 0.0.0.0 for the network."),
    "port": N_("The port."),
    "tls_cert": N_("For HTTPS: the file of the certificate, in PEM."),
    "tls_key": N_("For HTTPS: the file of its private key, in PEM."),
    "log_text": N_("Write what is spoken into the log: true or false."),
    "log_json": N_("Write the log as JSON, an object a line: true or false."),
    "ray": N_("Speak by a cluster of Ray Serve: true or false."),
    "ray_address": N_("The cluster: HOST:PORT, or auto for this machine's; else it is made."),
    "ray_least_replicas": N_("How many of its replicas, each with a model, there are always."),
    "ray_most_replicas": N_("How many there may be; 0: one for each card."),
    "ray_requests": N_("How many requests one replica is to have before another is started."),
    "ray_gpus": N_("The share of a card that a replica with a model of Qwen takes; 0: none."),
    "ray_cpus": N_("How many cores of a processor a replica takes."),
    "max_characters": N_("The longest text of one request, in characters."),
    "max_body_bytes": N_("The largest request, with a clip in it, in bytes."),
    "body_seconds": N_("How long a request may take to arrive, in seconds."),
    "max_clip_bytes": N_("The largest clip, in bytes."),
    "max_clip_seconds": N_("The longest clip, in seconds."),
    "max_voices": N_("How many voices clients may register."),
    "max_waiting": N_("How many requests may wait; the others are told to come back later."),
    "request_seconds": N_("How long a request may wait and be spoken altogether, in seconds."),
}
"""What each setting means, in the order of the file."""

_SPEAKING: dict[str, str] = {
    "engine": N_("Who speaks: espeak or qwen. All other flags of `tts-studio serve` work too."),
    "model": N_("For qwen: the model."),
    "ref_audio": N_("For qwen: the clip whose voice is cloned where a client names none."),
    "ref_text": N_("For qwen: what is said in the clip."),
}


def dotenv_text() -> str:
    """The file's content, with a key that nobody has seen."""
    lines = [f"# {_('The settings of `tts-studio serve` in this folder.')}", ""]
    for name, words in WORDS.items():
        lines += [f"# {_(words)}", _line(name), ""]
    for name, words in _SPEAKING.items():
        lines += [f"# {_(words)}", f"#{PREFIX}{name.upper()}=", ""]
    return "\n".join(lines)


def _line(name: str) -> str:
    variable = f"{PREFIX}{name.upper()}"
    if name == "api_key":
        return f"{variable}={secrets.token_urlsafe(_KEY_BYTES)}"
    default = ServerSettings.model_fields[name].default
    value = str(default).lower() if isinstance(default, bool) else f"{default}"
    return f"#{variable}={value}"


def write_dotenv(folder: Path) -> Path:
    """Write it into a folder, for its owner alone to read. Returns its path.

    Raises:
        InputError: there is such a file already; it stays as it is.
        StudioError: it can't be written.
    """
    path = folder / DOTENV
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w", encoding="utf-8") as file:
            file.write(dotenv_text())
    except FileExistsError as error:
        raise InputError(
            _("{path} is there already, so it is kept.").format(path=path),
            _("Move or rename it, or write the settings into it by hand."),
        ) from error
    except OSError as error:
        raise StudioError(*explain_os_error(error, path)) from error
    return path
