"""What the pages promise is there: links, files, commands, sign-ins, variables, citations."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from config.local import BASE_DIR
from config.run import SIGN_INS
from reviews.queue import GROUPS
from tests.docs.markdown import DOCS, FENCE, PAGES, SPAN, anchors, code, name, table

LINK = re.compile(r"\]\(([^)\s]+)\)")
# A path of ours; with a star it stands for several files.
PATH = re.compile(r"^(?:[a-z_.-]+/)+[\w.*-]+\.(?:py|md|html|json|yml|toml)$")
MAKE = re.compile(r"\bmake (?:[A-Z_]+=\S+ )?([a-z]+)\b")
MANAGE = re.compile(r"\bmanage\.py ([a-z_]+)")
VARIABLE = re.compile(r"^([A-Z_]+)=", re.MULTILINE)
ROOMS = [config.name for config in apps.get_app_configs() if (BASE_DIR / config.name).is_dir()]
# "clinical facts 6.2, 6.3 and 7.1", "chapter 5.3", and in brackets "(5.3)" or "(6.2, RF11)".
CITED = (
    re.compile(r"(?:clinical\s+facts|chapters?)\s+((?:\d+(?:\.\d)?(?:, | and )?)+)", re.IGNORECASE),
    re.compile(r"\(((?:[1-9]|1[0-3])\.\d)[,; )]"),
)


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = LINK.findall(SPAN.sub("", FENCE.sub("", document.read_text())))
    broken = []
    for link in links:
        target, _, fragment = link.partition("#")
        file = (document.parent / target).resolve() if target else document
        if not file.exists() or (fragment and fragment not in anchors(file)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_every_file_that_is_named_exists(document: Path) -> None:
    paths = {part for text in code(document) for part in text.split() if PATH.match(part)}
    assert [path for path in sorted(paths) if not list(BASE_DIR.glob(path))] == []


@pytest.mark.parametrize("document", PAGES, ids=name)
def test_every_command_that_is_named_exists(document: Path) -> None:
    text = "\n".join(code(document))
    targets = set(re.findall(r"^([a-z]+):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    assert set(MAKE.findall(text)) - targets == set()
    assert set(MANAGE.findall(text)) - set(get_commands()) == set()


def test_the_readme_has_the_two_commands_and_the_sign_ins_that_run_prints() -> None:
    readme = (BASE_DIR / "README.md").read_text()
    assert "\nmake run\nmake test\n" in readme
    told = set(re.findall(r"[a-z]+@[a-z.]+\.test", readme))
    assert told == set(re.findall(r"[a-z]+@[a-z.]+\.test", SIGN_INS))
    assert "`dolomite-demo`" in readme


def test_operations_explain_every_variable() -> None:
    variables = set(VARIABLE.findall((BASE_DIR / ".env.example").read_text()))
    explained = set(SPAN.findall((DOCS / "operations.md").read_text()))
    assert variables - explained == set()


def test_the_guide_for_clinicians_names_the_groups_of_the_queue() -> None:
    rows = table("clinicians.md", "Work the queue")
    assert [row["Group"] for row in rows] == [group.name for group in GROUPS]


def citations() -> Iterator[tuple[str, str]]:
    """(file, chapter) of every citation in the comments and texts of the rooms."""
    for room in ROOMS:
        for path in sorted((BASE_DIR / room).rglob("*.py")):
            for token in tokenize.generate_tokens(io.StringIO(path.read_text()).readline):
                if token.type in (tokenize.STRING, tokenize.COMMENT):
                    for pattern in CITED:
                        for found in pattern.findall(token.string):
                            for chapter in re.findall(r"\d+(?:\.\d)?", found):
                                yield str(path.relative_to(BASE_DIR)), chapter


def test_every_chapter_that_code_cites_is_a_chapter_of_the_sources() -> None:
    text = (DOCS / "clinical-sources.md").read_text()
    chapters = set(re.findall(r"^#+ (\d+(?:\.\d)?) ", text, re.MULTILINE))
    cited = set(citations())
    assert len(cited) > 30
    assert sorted(pair for pair in cited if pair[1] not in chapters) == []
