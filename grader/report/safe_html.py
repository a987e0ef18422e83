"""Makes what a notebook holds into HTML that runs nothing, loads nothing and can be read offline.

Formulas become MathML (https://www.w3.org/TR/mathml-core/), which browsers draw without a script or a font from a
network; one that cannot be converted stays as its TeX source.
"""

from __future__ import annotations

import base64
import re
import secrets
import string
from collections.abc import Mapping
from functools import lru_cache
from html import escape
from xml.etree import ElementTree

import nh3
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.lexers.python import PythonLexer

TEXT_CHARACTERS = 20_000
"""The longest text of an output that is shown."""
HTML_CHARACTERS, HTML_ELEMENTS, HTML_DEPTH = 200_000, 6_000, 200
"""Bounds of HTML that is parsed: what goes beyond them takes a parser minutes, or ends it."""
MARKDOWN_CHARACTERS = 30_000
CODE_CHARACTERS = 20_000
"""The longest program text whose syntax is marked, and the most of a longer one that is shown."""
PICTURE_CHARACTERS = 4_000_000
FORMULA_CHARACTERS = 2_000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TAGS = _words(
    """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4
    h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th
    thead tr u ul var
    """
)
_ATTRIBUTES = _words(
    """
    align colspan rowspan scope start title type alt width height open
    """
)
_GONE = ("script", "style", "template", "noscript", "iframe", "object", "embed", "svg", "math", "head", "title")
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_SHORT_CLASS = re.compile(r"(highlight|[a-z][a-z0-9]{0,2})$")
_MATHML = _words(
    """
    math mrow mi mn mo mtext mspace ms msub msup msubsup munder mover munderover mmultiscripts mprescripts none
    mfrac msqrt mroot mstyle merror mpadded mphantom mtable mtr mtd menclose mfenced
    """
)
_MATHML_ATTRIBUTES = _words(
    """
    display mathvariant stretchy fence separator form lspace rspace accent accentunder width height depth
    linethickness displaystyle scriptlevel minsize maxsize movablelimits largeop symmetric columnalign
    rowspacing columnspacing columnlines rowlines
    """
)


def clean(html: str) -> str:
    """HTML without scripts, styles, forms, frames, and anything that a browser would fetch."""
    if len(html) > HTML_CHARACTERS:
        return f"<p>This output has {len(html):,} characters of HTML and is not shown.</p>"
    if _too_deep(html):
        return "<p>This output has too many elements, or too many in one another, and is not shown.</p>"
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_GONE),
        attributes={"*": {*_ATTRIBUTES, "class"}, "a": {"href"}, "img": {"src"}},
        attribute_filter=lambda tag, name, value: value if _allowed(tag, name, value) else None,
        url_schemes=set(_PROTOCOLS),
        link_rel=None,
    )
    return _IMAGE.sub(_picture_or_words, cleaned)


_IMAGE = re.compile(r'<img((?: [\w-]+="[^"]*")*)>')


def _picture_or_words(match: re.Match[str]) -> str:
    """An image, or the words that stand for one that may not be shown."""
    attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', match[1]))
    return match[0] if attributes.get("src") else attributes.get("alt", "").replace("<", "&lt;")


def _too_deep(html: str) -> bool:
    """Whether HTML has more elements than a table of results has, or nests them deeper than any page does."""
    depth = deepest = count = 0
    for closing, name in _ELEMENT.findall(html):
        count += 1
        if name.lower() not in _UNCLOSED:
            depth = max(depth - 1, 0) if closing else depth + 1
            deepest = max(deepest, depth)
    return max(count, *map(html.count, "<>&")) > 2 * HTML_ELEMENTS or deepest > HTML_DEPTH


_ELEMENT = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_UNCLOSED = _words("area base br col dd dt hr img input li link meta option p source tbody td tfoot th thead tr wbr")
_PROTOCOLS = frozenset({"http", "https", "mailto", "data"})


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and bool(_LINK.match(value))
    if name == "src":
        return tag == "img" and len(value) <= PICTURE_CHARACTERS and bool(_PICTURE.fullmatch(value))
    if name == "class":
        return all(_SHORT_CLASS.match(word) for word in value.split())
    return name in _ATTRIBUTES


class _Renderer(IPythonRenderer):
    """nbconvert's Markdown renderer; formulas and pasted pictures leave a mark that no text can hold, and are put in
    after cleaning."""

    def __init__(self, attachments: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.mark = f"formula{secrets.token_hex(8)}x"
        self.kept: list[tuple[str, str]] = []
        self.pictures = attachments

    def _keep(self, html: str, text: str) -> str:
        self.kept.append((html, text))
        return f"{self.mark}{len(self.kept) - 1}x"

    def fill(self, html: str) -> str:
        """Clean HTML with what the marks stand for; inside a tag, its text."""

        def piece(match: re.Match[str]) -> str:
            return self.kept[int(match[1])][0] if match[1] is not None else self._words(match[0])

        return re.sub(rf'{self.mark}(\d+)x|<\w+(?: [\w-]+="[^"]*")+>', piece, html)

    def _words(self, html: str) -> str:
        """HTML with the text of what the marks stand for."""
        return re.sub(rf"{self.mark}(\d+)x", lambda match: escape(self.kept[int(match[1])][1]), html)

    def inline_math(self, body: str) -> str:
        """A formula in a line."""
        return self._keep(formula(body), body)

    def block_math(self, body: str) -> str:
        """A formula on its own."""
        return self._keep(formula(body, block=True), body)

    def latex_environment(self, name: str, body: str) -> str:
        r"""A \begin … \end of its own."""
        whole = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._keep(formula(whole, block=True), whole)

    def block_mermaidjs(self, code: str) -> str:
        """A diagram that only a script could draw, as its text."""
        return f"<pre>{escape(code)}</pre>"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """A pasted picture; of any other picture its text alone will be left."""
        name = url.removeprefix("attachment:")
        if name == url:
            return str(super().image(text, url, title))
        for kind, data in self.pictures.get(name, {}).items():
            return self._keep(picture(kind, data, self._words(text)), text)
        return escape(text)


_DEEP_QUOTE = re.compile(r"(?:> ?){50}")
ENVIRONMENTS = 100
"""So many \\begin are looked at: each that is not ended has the reader of Markdown search to the end of the text."""


def markdown(text: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """Markdown, with formulas and pasted pictures, as clean HTML; as it is where it is too long or cannot be read."""
    if attachments:
        return _rendered(text, attachments)
    return _remembered(text)


@lru_cache(maxsize=2_000)
def _remembered(text: str) -> str:
    return _rendered(text, {})


def _rendered(text: str, attachments: Mapping[str, Mapping[str, str]]) -> str:
    if len(text) > MARKDOWN_CHARACTERS or _DEEP_QUOTE.search(text) or text.count("\\begin") > ENVIRONMENTS:
        return plain(text)
    renderer = _Renderer(attachments)
    try:
        return renderer.fill(clean(MarkdownWithMath(renderer=renderer).render(text)))
    except Exception:  # a student's text must not end a page, whatever the reader of Markdown thinks of it
        return plain(text)


@lru_cache(maxsize=2_000)
def formula(tex: str, *, block: bool = False) -> str:
    """A TeX formula as MathML, or as its source where that cannot be done."""
    source = f'<code class="math">{escape(tex.strip())}</code>'
    if len(tex) > FORMULA_CHARACTERS:
        return source
    try:
        from latex2mathml.converter import convert

        made = ElementTree.fromstring(convert(tex.strip(), display="block" if block else "inline"))
        _only_known(made)
    except Exception:  # it raises whatever comes up on what is no TeX
        return source
    made.set("xmlns", "http://www.w3.org/1998/Math/MathML")
    return ElementTree.tostring(made, encoding="unicode", short_empty_elements=False)


def _only_known(element: ElementTree.Element) -> None:
    """Take every attribute from a formula that is not known to be harmless; refuse unknown elements."""
    for node in element.iter():
        node.tag = node.tag.rpartition("}")[2]
        if node.tag not in _MATHML:
            raise ValueError(node.tag)
        for name in [name for name in node.attrib if name not in _MATHML_ATTRIBUTES]:
            del node.attrib[name]


@lru_cache(maxsize=4_000)
def code(source: str, language: str = "python") -> str:
    """A program text with its syntax marked; a very long one as it is."""
    if len(source) > CODE_CHARACTERS:
        return plain(source)
    lexer = PythonLexer() if language == "python" else get_lexer_by_name(language)
    return str(highlight(source, lexer, HtmlFormatter(cssclass="highlight")))


def plain(source: str) -> str:
    """A text as it is, up to a length."""
    cut = len(source) - CODE_CHARACTERS
    said = f"\n… {cut:,} more characters are not shown." if cut > 0 else ""
    return f"<pre>{escape(source[:CODE_CHARACTERS])}{said}</pre>"


def syntax_style(name: str) -> str:
    """The CSS of a Pygments style, for `code`."""
    return str(HtmlFormatter(style=name).get_style_defs(".highlight"))


def text(value: str) -> str:
    """Output of a terminal: colours become spans, everything else is text."""
    cut = "" if len(value) <= TEXT_CHARACTERS else "\n… the rest is not shown."
    return f"<pre>{ansi2html(value[:TEXT_CHARACTERS])}{cut}</pre>"


_BASE64 = (string.ascii_letters + string.digits + "+/=").encode()


def picture(mime: str, data: str, alt: str) -> str:
    """A picture as an `img` with its data inside. A browser runs no script in an SVG shown so, and loads nothing."""
    if len(data) > PICTURE_CHARACTERS:
        return f"<p>This picture has {len(data) / 1e6:.1f} MB and is not shown.</p>"
    if mime == "image/svg+xml":
        packed = base64.b64encode(data.encode()).decode()
    else:
        packed = data.replace("\n", "")
        if not packed.isascii() or packed.encode().translate(None, _BASE64):
            return "<p>This picture is damaged.</p>"
    return f'<img alt="{escape(alt)}" src="data:{mime};base64,{packed}">'


def joined(value: str | list[str]) -> str:
    """A text of a notebook file, which may be a list of lines."""
    return value if isinstance(value, str) else "".join(map(str, value))
