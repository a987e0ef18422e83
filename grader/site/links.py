"""Every link of the site leads somewhere, to an anchor that is there; what leads out is listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from grader.errors import CourseError

_ATTRIBUTES = {"href", "src"}
_LOADED = {"script", "img", "link", "iframe", "source", "object", "embed", "video", "audio"}
_ONLY_NAMED = {"canonical", "alternate"}


@dataclass
class Links:
    """What was found.

    Attributes:
        inside: how many links stay within the site.
        outside: the addresses that lead out, each with one page that has it.
    """

    inside: int = 0
    outside: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """The links and the anchors of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[tuple[str, bool]] = []
        self.ids: list[str] = []
        self.without_alt = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element names, and what it is called."""
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        self.without_alt += tag == "img" and not (found.get("alt") or "").strip()
        if tag == "link" and found.get("rel") in _ONLY_NAMED:
            return
        self.links += [(str(found[name]), tag in _LOADED) for name in _ATTRIBUTES if found.get(name)]


def check_links(folder: Path) -> Links:
    """Look at every page in a folder.

    Raises:
        CourseError: a link leads nowhere, a page loads something from elsewhere, an id is there twice, an image has no
            words; the message names the first ten.
    """
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    pages = {path: page for path, page in pages.items() if "_static" not in path.parts}
    found = Links()
    faults = [fault for path, page in pages.items() for fault in _faults(folder, path, page, pages, found)]
    if faults:
        raise CourseError(f"{len(faults)} faults in the site:\n" + "\n".join(faults[:10]))
    return found


def _faults(folder: Path, path: Path, page: _Page, pages: dict[Path, _Page], found: Links) -> Iterator[str]:
    name = path.relative_to(folder).as_posix()
    twice = {one for one in page.ids if page.ids.count(one) > 1}
    if twice:
        yield f"{name}: the id {sorted(twice)[0]!r} is there twice."
    if page.without_alt:
        yield f"{name}: {page.without_alt} images have no alt text."
    for link, loaded in page.links:
        parts = urlsplit(link)
        if parts.scheme == "data":
            continue
        if parts.scheme or parts.netloc:
            if loaded:
                yield f"{name}: loads {link} from another host."
            found.outside.setdefault(link, name)
            continue
        found.inside += 1
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not target.is_file():
            yield f"{name}: the link {link} leads nowhere."
        elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
            yield f"{name}: the link {link} names an anchor that is not there."
