"""What pages of their own share: the head, tables, and words that stand out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from html import escape
from importlib.resources import files

NO_BREAK = "\N{NO-BREAK SPACE}"


def document(title: str, parts: Iterable[str], style: str = "") -> str:
    """A page with nothing to fetch. `parts` are of its body, "" where there is none; `style` adds to that of all."""
    shared = files("simulator.briefing").joinpath("page.css").read_text(encoding="utf-8")
    head = [
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>\n<style>\n{shared}{style}</style>\n</head>\n<body>\n<main>",
    ]
    body = [f"<h1>{escape(title)}</h1>", *(part for part in parts if part)]
    return "\n".join([*head, re.sub(r"(?<=\d) (?=%)", NO_BREAK, "\n".join(body)), "</main>\n</body>\n</html>\n"])


def table(
    caption: str, headings: Sequence[str], rows: Iterable[Sequence[str]], numbers: Collection[str] = frozenset()
) -> str:
    """Rows of cells that are HTML already; the first heads its row. Columns named in `numbers` stand to the right."""
    right = [' class="n"' if heading in numbers else "" for heading in headings]
    top = "".join(
        f'<th scope="col"{side}>{escape(heading)}</th>' for heading, side in zip(headings, right, strict=True)
    )
    body = "\n".join(_row(cells, right) for cells in rows)
    return (
        f'<div class=wide role="region" tabindex="0" aria-label="{escape(caption, quote=True)}">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def marked(word: str, mark: str = "") -> str:
    """A word in the colour of its mark: pass, fail or not-yet; without one as it is."""
    text = escape(word)
    return f'<span class="{mark}">{text}</span>' if mark else text


def _row(cells: Sequence[str], right: Sequence[str]) -> str:
    first, *rest = cells
    told = "".join(f"<td{side}>{cell}</td>" for cell, side in zip(rest, right[1:], strict=True))
    return f'<tr><th scope="row">{first}</th>{told}</tr>'
