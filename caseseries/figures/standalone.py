"""A figure as one file that needs nothing else: the page's drawing with its styles inside, in light."""

import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from caseseries.figures.figure import Figure

STYLES = ("css/figures.css", "css/series.css")
TOKENS = "css/tokens.css"
_TOKEN = re.compile(r"--([\w-]+):\s*([^;]+);")
_LIGHT = re.compile(r"light-dark\(([^,]+),[^)]+\)")
_COMMENT, _AT_RULE = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
# Only what every reader of SVG understands: `.plot .a`, `.plot .a.b`, `.plot text`.
_SELECTOR = re.compile(r"\.plot (text|(?:\.[\w-]+)+)")
_USED = re.compile(r'class="([^"]*)"')


def standalone_svg(figure: Figure) -> str:
    """The figure as SVG with its styles; the same figure gives the same text."""
    drawing = " ".join(drawn(figure).split())
    used = {name for classes in _USED.findall(drawing) for name in classes.split()}
    head, _, rest = drawing.partition(">")
    opened = head.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"{opened}><style>{_styles_of(used)}</style>{rest}\n"


def drawn(figure: Figure) -> str:
    """The figure as the page has it."""
    return render_to_string("patients/_drawing.html", {"plot": figure.plot, "css": f"series-{figure.name}"})


def _styles_of(used: set[str]) -> str:
    """The rules of the classes that occur, in the order of the stylesheets."""
    said = []
    for selector, rule in _rules():
        classes = {name for name in selector.removeprefix(".plot ").split(".") if name and name != "text"}
        if classes <= used:
            said.append(f"{selector}{{{rule}}}")
    return "".join(said)


@cache
def _rules() -> list[tuple[str, str]]:
    """(selector, declarations with the colours of the light theme) of all that is drawn."""
    tokens = {name: _LIGHT.sub(r"\1", value) for name, value in _TOKEN.findall(_read(TOKENS))}
    found = []
    for selectors, rule in _RULE.findall("".join(_AT_RULE.sub("", _read(path)) for path in STYLES)):
        plain = re.sub(r"var\(--([\w-]+)\)", lambda token: tokens[token[1]], " ".join(rule.split()))
        names = (" ".join(selector.split()) for selector in selectors.split(","))
        found += [(name, plain) for name in names if _SELECTOR.fullmatch(name)]
    return found


def _read(path: str) -> str:
    found = finders.find(path)
    if found is None:
        raise FileNotFoundError(f"The stylesheet {path} is missing.")
    return _COMMENT.sub("", Path(found).read_text(encoding="utf-8"))
