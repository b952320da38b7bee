"""Markdown to HTML: the text of a derivation, its mathematics, its numbers and its links made those of the pages."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from posixpath import normpath
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.anchors import anchors_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from nnmath.site.mathematics import NONE, inline
from nnmath.site.references import link_references
from nnmath.site.symbols import Symbols

#: What turns the block of mathematics that begins on a line into HTML.
Displayed = Callable[[int], str]


#: What is looked up rather than read: these sections of a page are closed until somebody opens them, or follows a link.
LOOKED_UP = ("Symbols", "Rounding", "A worked example", "Exercises", "References")


@dataclass(frozen=True)
class PageSection:
    """A heading and what stands under it, up to the next; the opening of the text has no heading and is of level 1."""

    slug: str
    title: str
    level: int
    heading: str
    html: str

    @property
    def looked_up(self) -> bool:
        """Whether it is closed at first."""
        return self.title in LOOKED_UP


@dataclass(frozen=True)
class Links:
    """Where the links of a text lead.

    Attributes
    ----------
    page : str
        The derivation that the text is; empty for any other text.
    folder : str
        The folder of the file that the text is, from the root of the project.
    pages : mapping
        The address of the page of each file of the project, by its path from the root.
    tags : mapping
        For each derivation the numbers of its equations.
    """

    page: str
    folder: str
    pages: Mapping[str, str]
    tags: Mapping[str, frozenset[str]]

    def address(self, href: str) -> str | None:
        """Return the address of a link of a file in `derivations`; None when it leads nowhere on these pages."""
        if re.match(r"[a-z]+:|#", href):
            return href
        path, _, anchor = href.partition("#")
        file = normpath(f"{self.folder}/{path}")
        page = self.pages.get(file.rstrip("/"))
        if page is None:
            return None
        if page == f"{self.page}.html" or page.startswith(f"{self.page}.html#"):
            page = page[page.find("#") :] if "#" in page else "#top"
        return f"{page.partition('#')[0]}#{anchor}" if anchor else page


def sections(text: str, links: Links, displayed: Displayed, symbols: Symbols = NONE) -> list[PageSection]:
    """Render a text, without its heading of the first level, in sections; the first of them is the opening."""
    markdown = _markdown()
    tokens = markdown.parse(text)
    tables = 0
    for i, token in enumerate(tokens):
        if token.type == "table_open":
            tables += 1
            token.meta["number"] = tables
        elif token.type == "inline" and token.children:
            token.children = _linked(link_references(token.children, links.page, links.tags), links)
        elif token.type == "th_open" and not tokens[i + 1].content:
            token.tag = tokens[i + 2].tag = "td"  # the head of a column without a name is none
    starts = [i for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag in ("h2", "h3")]
    first = next((i + 3 for i, token in enumerate(tokens) if token.type == "heading_open" and token.tag == "h1"), 0)
    result = []
    for start, end in zip([first, *starts], [*starts, len(tokens)], strict=True):
        opening = start == first
        below = start if opening else start + 3
        env = {"displayed": displayed, "symbols": symbols}
        heading, html = (
            markdown.renderer.render(part, markdown.options, env) for part in (tokens[start:below], tokens[below:end])
        )
        slug = "" if opening else str(tokens[start].attrs["id"])
        title = "" if opening else tokens[start + 1].content
        level = 1 if opening else int(tokens[start].tag[1])
        result.append(PageSection(slug, title, level, heading, html))
    return result


def line(text: str, links: Links) -> str:
    """Render one line of Markdown, without a paragraph around it."""
    markdown = _markdown()
    [token] = markdown.parseInline(text)
    token.children = _linked(token.children or [], links)
    return str(markdown.renderer.render([token], markdown.options, {}))


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "smartquotes"])
    markdown.use(dollarmath_plugin, allow_space=False, double_inline=False)
    markdown.use(anchors_plugin, max_level=3)
    markdown.add_render_rule("math_inline", _inline_math)
    markdown.add_render_rule("fence", _fence)
    markdown.add_render_rule("image", _image)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    return markdown


def _linked(tokens: list[Token], links: Links) -> list[Token]:
    """Make each link lead to its page; a link to what has no page becomes plain text."""
    result = []
    dropped = False
    for token in tokens:
        if token.type == "link_open":
            address = links.address(str(token.attrs["href"]))
            dropped = address is None
            if dropped:
                continue
            token.attrs["href"] = str(address)
        elif token.type == "link_close" and dropped:
            dropped = False
            continue
        result.append(token)
    return result


def _inline_math(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    return inline(tokens[i].content, env.get("symbols", NONE))


def _fence(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    token = tokens[i]
    if token.info.strip() == "math":
        assert token.map is not None
        html: str = env["displayed"](token.map[0] + 1)
        return html
    return f'<pre class="plain" tabindex="0"><code>{escape(token.content)}</code></pre>\n'


def _image(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    """Render a picture as a link to it: the pages load nothing from elsewhere, and hold no files of the derivations."""
    address, text = str(tokens[i].attrs["src"]), escape(tokens[i].content or str(tokens[i].attrs["src"]))
    if not address.startswith("https://"):
        return f"<em>{text}</em>"
    return f'<a href="{escape(address)}">{text}</a> (a picture on another host, {escape(urlsplit(address).netloc)})'


def _table_open(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    return f'<div class="table" tabindex="0" role="region" aria-label="table {tokens[i].meta["number"]}"><table>\n'


def _table_close(self: Any, tokens: Sequence[Token], i: int, options: Any, env: Any) -> str:
    return "</table></div>\n"
