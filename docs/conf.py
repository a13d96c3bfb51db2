"""How Sphinx makes the site of the pages: `make docs`.

The sources are where the git host shows them, and a link means the same in both: the root of the source is the root
of the checkout. The contents beside each page are the links that stand on the index, section by section.
"""  # noqa: INP001 - read by Sphinx, no package

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from pygments.lexers.sql import PostgresLexer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sphinx.application import Sphinx

project = "Seatrial"
author = "The Seatrial developers"
copyright = "the Seatrial developers, Apache-2.0"  # noqa: A001 - Sphinx names it so

extensions = ["myst_parser"]
root_doc = "docs/index"
include_patterns = ["docs/**.md", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "src/seatrial/rules/**.md"]
exclude_patterns = ["docs/_build", "**/.*", ".*", "tests", "supabase", "dist", "node_modules"]

myst_heading_anchors = 6
html_theme = "furo"
html_title = "Seatrial"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
# The address without a page leads to the first one.
html_additional_pages = {"index": "to-the-index.html"}
templates_path = ["_templates"]
# `--yes` is two hyphens, in a sentence as well.
smartquotes = False
highlight_language = "none"
# Bad SQL is what many pages are about.
suppress_warnings = ["misc.highlighting_failure"]

#: What belongs to the site and stands on no list of the index.
AROUND = ("/README", "/CONTRIBUTING", "/CHANGELOG")
#: Whose links are the contents: of the site, and of the rules.
LISTS = frozenset({"docs/index", "docs/reference/rules"})
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
RULE = re.compile(r"src/seatrial/rules/\w+/([a-z]{3}\d+)_\w+")
LINK = re.compile(r"\]\(([^)#:\s]+)\.md\)")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.add_lexer("sql", PostgresLexer)
    app.connect("source-read", _add_contents)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _add_contents(_: Sphinx, name: str, source: list[str]) -> None:
    """Put the contents behind a list of links, and the code before the title of a rule."""
    if rule := RULE.fullmatch(name):
        source[0] = source[0].replace("# ", f"# {rule[1].upper()} ", 1)
    if name in LISTS:
        source[0] += "".join(_contents(posixpath.dirname(name), source[0]))
    if name == root_doc:
        source[0] += _toctree("About", AROUND)


def _contents(folder: str, text: str) -> Iterator[str]:
    """A part for each section that has links; what is linked from several belongs to the first."""
    seen: set[str] = set(AROUND)
    beginning, *sections = HEADING.split(text)
    for caption, section in zip(["", *sections[::2]], [beginning, *sections[1::2]], strict=True):
        pages = [f"/{posixpath.normpath(posixpath.join(folder, page))}" for page in LINK.findall(section)]
        if own := [page for page in dict.fromkeys(pages) if page not in seen]:
            yield _toctree(caption, own)
            seen.update(own)


def _toctree(caption: str, pages: Iterable[str]) -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(("", "", "```{toctree}", *options, "", *pages, "```", ""))
