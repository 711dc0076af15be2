"""The words that reports are made of: who is called like one of them is looked for by both names."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from caseseries.exporting.needles import WORD, folded

ROOMS = Path(__file__).resolve().parent.parent.parent
# Where sentences, labels and codes that a file may hold are written.
SOURCES = ("caseseries", "patients/symptoms.py", "regimens/salts.py", "labs/analytes.py")


@cache
def own_words() -> frozenset[str]:
    """Words of every text in the sources, but for what explains the sources themselves."""
    return frozenset(
        word for path in _paths() for text in _texts(path) for word in WORD.findall(folded(text))
    )


def _paths() -> Iterator[Path]:
    for source in SOURCES:
        path = ROOMS / source
        yield from [path] if path.is_file() else sorted((*path.rglob("*.py"), *path.rglob("*.typ")))


def _texts(path: Path) -> Iterator[str]:
    """The literals of a module; a template whole."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        yield source
        return
    tree = ast.parse(source)
    explaining = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explaining:
            yield node.value
