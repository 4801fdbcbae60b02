"""Fills in the templates of the page: what is filled in is text of one line, never markup.

Only what is `Markup` stays as it is: styles, scripts, drawings and other filled-in templates.
"""

from __future__ import annotations

import pathlib
from typing import Any

import jinja2
from markupsafe import Markup

from plots.read.words import clean


def filled(template: str, **what: Any) -> Markup:
    """The template of that name in templates/, filled in. A name that is not known is an error."""
    return Markup(_ENVIRONMENT.get_template(template).render(**what))


def _one_line(value: Any) -> Any:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(pathlib.Path(__file__).parent / "templates"),
    autoescape=True,
    finalize=_one_line,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
