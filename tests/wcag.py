"""What axe finds on a page that goes against WCAG 2.1, levels A and AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


def violations(page: Page) -> dict[str, list[str]]:
    """Each rule that is broken, with the first elements that break it."""
    found = Axe().run(page, options=_RULES).response["violations"]
    return {rule["id"]: [node["html"][:200] for node in rule["nodes"][:4]] for rule in found}
