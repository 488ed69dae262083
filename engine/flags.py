"""The options of :mod:`engine.options` as flags of a typer command."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any, ParamSpec, TypeVar

import typer

from engine.options import Option

P = ParamSpec("P")
R = TypeVar("R")


def taking(*options: Option) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a command that ends in ``**flags`` take these too; there it finds what was given, and
    None for the others. Typer reads a command's signature, which is what changes."""

    def extend(command: Callable[P, R]) -> Callable[P, R]:
        signature = inspect.signature(command, eval_str=True)
        own = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        vars(command)["__signature__"] = signature.replace(
            parameters=[*own, *map(_parameter, options)]
        )
        return command

    return extend


def _parameter(option: Option) -> inspect.Parameter:
    kind: Any = str if option.metavar else bool
    spelled = option.flag if option.metavar else f"{option.flag}/--no-{option.flag[2:]}"
    declared = typer.Option(
        spelled, help=option.help, metavar=option.metavar or None, show_default=False
    )
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=None,
        annotation=Annotated[kind | None, declared],
    )
