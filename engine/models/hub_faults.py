"""What the hub's library raises, in words: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.errors import HubLost, ModelError
from engine.files import explain_os_error
from engine.i18n import _
from engine.models.catalogue import Model
from engine.models.hub_access import HubAccess
from engine.models.store import held_bytes, repository_folder


def explained(error: Exception, access: HubAccess, model: Model) -> ModelError:
    """The error to raise instead: HubLost where asking again at once may help."""
    from requests.exceptions import RequestException

    causes = list(_causes(error))
    for cause in causes:
        status = getattr(getattr(cause, "response", None), "status_code", None)
        if isinstance(status, int):
            return _refused(status, access, model)
    for cause in causes:
        if type(cause).__name__ == "OfflineModeIsEnabled":
            return ModelError(
                _("Nothing is downloaded, since HF_HUB_OFFLINE is set."),
                _("Take it out of the environment and try again."),
            )
        # An answer that is no JSON is a fault of the request to requests, too.
        if isinstance(cause, RequestException) and not isinstance(cause, ValueError):
            return _unconnected(cause, access, model)
    if isinstance(error, OSError) and error.errno is not None:
        title, hint = explain_os_error(error, repository_folder(model))
        return ModelError(title, hint)
    return ModelError(
        _("{host} does not answer as a hub of models does.").format(host=access.host),
        _look_at_the_mirror(access)
        or _("Something between here and there changes the answers. Try another connection."),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _look_at_the_mirror(access: HubAccess) -> str:
    if not access.is_mirror:
        return ""
    return _("Check the address in HF_ENDPOINT; without it, huggingface.co is asked.")


def _refused(status: int, access: HubAccess, model: Model) -> ModelError:
    host, name = access.host, model.name
    if status in (401, 403):
        return ModelError(
            _("{host} refuses {name}: error {status}.").format(host=host, name=name, status=status),
            _(
                "If HF_TOKEN is set, it is wrong or has run out: make a new one, or take it out, "
                "since these models need none. Where .env names the mirror, its token must stand "
                "there too."
            ),
        )
    if status == 404:
        return ModelError(
            _("{host} has no {name}.").format(host=host, name=model.repository),
            _look_at_the_mirror(access) or _("It may have been moved. Try again later."),
        )
    if status == 429:
        return ModelError(
            _("{host} asks for a pause: too many requests.").format(host=host),
            _("Try again in some minutes; what has arrived is kept."),
        )
    return ModelError(
        _("{host} answers with error {status}.").format(host=host, status=status),
        _("Try again later; what has arrived is kept."),
    )


def _unconnected(error: BaseException, access: HubAccess, model: Model) -> ModelError:
    from requests import exceptions

    host = access.host
    if isinstance(error, exceptions.ChunkedEncodingError):
        return HubLost(
            _("The connection to {host} broke off.").format(host=host),
            _("What has arrived is kept: the same command goes on from there."),
        )
    if isinstance(error, exceptions.SSLError):
        return ModelError(
            _("The certificate of {host} is not trusted.").format(host=host),
            _(
                "Something between here and there reads along, as in many companies. Name its "
                "certificate in REQUESTS_CA_BUNDLE."
            ),
        )
    if isinstance(error, exceptions.ProxyError):
        return ModelError(
            _("The proxy on the way to {host} cannot be reached.").format(host=host),
            _("Check HTTPS_PROXY and HTTP_PROXY."),
        )
    hint = _look_at_the_mirror(access) or _(
        "Check the connection of this machine. Where the hub is blocked, name a mirror: "
        "HF_ENDPOINT=https://…"
    )
    kept = _("What has arrived is kept.") if held_bytes(model) else ""
    return ModelError(_("{host} cannot be reached.").format(host=host), f"{hint} {kept}".rstrip())
