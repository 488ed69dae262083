"""The server's document for people: one page of HTML, which asks nothing of anybody else. The usual
pages load their script from a server elsewhere, which a studio may not reach, and need not trust.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""``Content-Security-Policy`` of the page."""

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "code{font-size:.95em}table{border-collapse:collapse}td{padding:.1rem 1rem .1rem 0;"
    "vertical-align:top}h2{margin-top:2.5rem;border-top:1px solid;padding-top:1rem}"
)

_Document = Mapping[str, Any]


def page(document: _Document) -> str:
    """An OpenAPI document (3.1) as a page."""
    title = f"{document['info']['title']} {document['info']['version']}"
    return "".join(
        (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>",
            f"<style>{_STYLE}</style><h1>{escape(title)}</h1>",
            "<p>Send the key as <code>Authorization: Bearer KEY</code>. For programs: ",
            "<a href=/openapi.json><code>/openapi.json</code></a>.</p>",
            *_routes(document),
        )
    )


def _routes(document: _Document) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
            if told := route.get("description"):
                yield f"<p>{escape(told)}</p>"
            yield from _fields(route, document)
            yield from _answers(route)


def _fields(route: _Document, document: _Document) -> Iterator[str]:
    for kind, content in route.get("requestBody", {}).get("content", {}).items():
        yield f"<p>Takes <code>{escape(kind)}</code>:</p><table>"
        schema = _resolved(content["schema"], document)
        for name, field in schema["properties"].items():
            must = "required" if name in schema.get("required", ()) else ""
            told = (f"<code>{escape(name)}</code>", escape(_kind(field)), must)
            yield _row(*told)
        yield "</table>"


def _answers(route: _Document) -> Iterator[str]:
    yield "<p>Answers:</p><table>"
    for status, answer in route["responses"].items():
        kinds = ", ".join(answer.get("content", ()))
        yield _row(escape(status), escape(answer["description"]), f"<code>{escape(kinds)}</code>")
    yield "</table>"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _resolved(schema: _Document, document: _Document) -> _Document:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def _kind(field: _Document) -> str:
    """What a field may hold; null always stands for leaving it out."""
    for one in field.get("anyOf", [field]):
        if "enum" in one:
            return ", ".join(map(str, one["enum"]))
        if one.get("type", "null") != "null":
            bounds = {"minimum": "from", "maximum": "to", "maxLength": "up to"}
            told = [f"{words} {one[bound]}" for bound, words in bounds.items() if bound in one]
            return " ".join((one["type"], *told))
    return "any"
