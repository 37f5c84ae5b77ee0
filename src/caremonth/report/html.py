"""A template filled in: one HTML text that needs nothing from anywhere, with a list of its own sections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

CONTENTS = "<!-- contents -->"  # where a template wants the list


def fill_in(template: str, filters: Mapping[str, Callable[..., str]], values: Mapping[str, Any]) -> str:
    """The template of that name with its values and the pages' one style."""
    import jinja2

    here = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(here),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= dict(filters)
    style = (here / "month.css").read_text(encoding="utf-8")
    page = environment.get_template(template).render(**values, style=style)
    sections = re.findall(r'<h2 id="(\w+)">(.*?)</h2>', page)
    links = "".join(f'<li><a href="#{name}">{title}</a></li>' for name, title in sections)
    return page.replace(CONTENTS, f'<nav aria-label="On this page"><ul>{links}</ul></nav>')
