"""The attack: an identifier is found in each encoding and layer, and a report's own words are not."""

import base64
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from string import ascii_lowercase
from urllib.parse import quote

import pytest
from typst import Compiler
from xlsxwriter import Workbook

from caseseries.exporting.layers import CHUNK, OVERLAP, layers_of, of_pdf
from caseseries.exporting.needles import Someone
from caseseries.exporting.scanner import Allowed, Hit, attack, words_in
from caseseries.exporting.vocabulary import own_words

BORN = date(1961, 7, 23)
SARA = Someone(
    names=("Lindqvist", "Émilie-Sara"),
    numbers=("MRN-77412",),
    contacts=("+46 70 555 0199", "emilie@example.test"),
    keys=("0193f2d4-0000-7000-8000-00000000abcd",),
    days=(BORN,),
)
NOTHING = Allowed()


def found(path: Path, *people: Someone, allowed: Allowed = NOTHING) -> list[Hit]:
    return attack([path], lambda: people or (SARA,), allowed, lambda: None)


def written(folder: Path, content: bytes | str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


PLAIN = [
    "12,Lindqvist,3",
    "LINDQVIST",
    "emilie",
    "É\u0301MILIE".replace("\u0301", ""),
    "lindqvist_2026",
    "Sara, Lindqvist",
    "mrn77412",
    "MRN 77412",
    "+46 70 555 0199",
    "46-70-555-0199",
    "5550199",
    "emilie@example.test",
    "0193f2d4-0000-7000-8000-00000000abcd",
    "0193F2D400007000800000000000ABCD",
]


@pytest.mark.parametrize("text", PLAIN)
def test_an_identifier_is_found_however_it_is_written(text: str, tmp_path: Path) -> None:
    assert found(written(tmp_path, f"a,b\r\n1,{text},x\r\n"))


DATES = [
    "1961-07-23", "1961/07/23", "1961.07.23", "19610723", "23071961", "07231961", "23.07.1961", "23.7.1961",
    "07/23/1961", "23/07/1961", "23-07-61", "23 Jul 1961", "23 July 1961", "Jul 23, 1961", "July 23rd 1961",
    "22485", "21023",
]  # fmt: skip


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_found_in_each_format_and_as_a_serial_number(text: str, tmp_path: Path) -> None:
    assert (date(1899, 12, 30) + timedelta(22485), date(1904, 1, 1) + timedelta(21023)) == (BORN, BORN)
    assert found(written(tmp_path, f"week,{text},x\n")) == [Hit("file.csv", "a date")]


@pytest.mark.parametrize(
    "content",
    [
        "Lindqvist".encode("utf-16"),
        "a Lindqvist b".encode("utf-16-be"),
        base64.b64encode(b"name: Lindqvist"),
        base64.b64encode(b"xx Lindqvist"),
        base64.urlsafe_b64encode("Ünder Lindqvist".encode()),
        b"Lindqvist".hex().encode(),
        b"0" + b"Lindqvist".hex(" ").encode(),
        quote("Lindqvist", safe="").replace("L", "%4C").encode(),
        b"&#76;indqvist",
        gzip.compress(b"1,Lindqvist", mtime=0),
        gzip.compress(gzip.compress(b"Lindqvist", mtime=0), mtime=0),
        b"\xff\xfe\x00 noise Lindqvist noise \xff",
    ],
)
def test_an_identifier_is_found_in_each_encoding(content: bytes, tmp_path: Path) -> None:
    assert {hit.kind for hit in found(written(tmp_path, content))} == {"a name"}


def test_every_part_of_an_archive_is_searched(tmp_path: Path) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Lindqvist.txt", "nothing")
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.comment = b"MRN-77412"
    hits = found(written(tmp_path, outer.getvalue(), "series.zip"))
    assert Hit("series.zip \u203a comment", "a record number") in hits
    assert Hit("series.zip \u203a inner.zip \u203a Lindqvist.txt", "a name") in hits


def test_the_insides_of_a_workbook_are_searched(tmp_path: Path) -> None:
    path = tmp_path / "series.xlsx"
    with Workbook(str(path)) as book:
        book.set_properties({"author": "Lindqvist"})
        sheet = book.add_worksheet("People")
        sheet.write_number(3, 3, 22485)
        hidden = book.add_worksheet("Emilie")
        hidden.hide()
        hidden.write_string(0, 0, "MRN-77412")
    told = {(hit.where.split(" \u203a ")[-1], hit.kind) for hit in found(path)}
    assert {
        ("docProps/core.xml", "a name"),
        ("xl/workbook.xml", "a name"),
        ("xl/worksheets/sheet1.xml", "a date"),
        ("xl/sharedStrings.xml", "a record number"),
    } <= told


SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 99 9'><text y='5' font-size='3'>{}</text></svg>"
PAGES = [
    "Lindqvist",
    '#image(bytes("' + SVG.format("Lindqvist") + '"), format: "svg", alt: "x")',
    '#image(bytes("' + SVG.format("x") + '"), format: "svg", alt: "Lindqvist")',
    "= Lindqvist",
    '#set document(author: "Lindqvist")\nx',
]


@pytest.mark.parametrize("page", PAGES)
def test_the_text_of_a_pdf_is_read_as_a_reader_sees_it(page: str, tmp_path: Path) -> None:
    assert {hit.kind for hit in found(written(tmp_path, a_pdf(page), "report.pdf"))} == {"a name"}


def a_pdf(page: str) -> bytes:
    made = Compiler(page.encode(), ignore_system_fonts=True).compile(format="pdf")
    assert isinstance(made, bytes)
    return made


def test_a_number_in_the_syntax_of_a_pdf_is_no_record_number(tmp_path: Path) -> None:
    drawn = a_pdf("#rect(width: 123.4567pt)")
    lengths_and_offsets = tuple(re.findall(r"(?<!\w)\d{5,}(?!\w)", drawn.decode("latin-1")))
    assert len(lengths_and_offsets) > 5
    assert found(written(tmp_path, drawn, "drawn.pdf"), Someone(numbers=lengths_and_offsets)) == []
    told = written(tmp_path, a_pdf('#set document(keywords: "77412")\n77413'), "told.pdf")
    assert found(told, Someone(numbers=("77412",))) and found(told, Someone(numbers=("77413",)))


def test_the_words_of_one_font_are_not_read_as_the_figures_of_another() -> None:
    made = a_pdf('#raw("0123456789") #lorem(400)')
    texts = [layer.content.decode() for layer in of_pdf("", made) if layer.where.endswith("text")]
    assert set(re.findall(r"\d+", " ".join(texts))) == {"0123456789"}


def test_a_hit_names_the_file_and_the_kind_and_never_the_value(tmp_path: Path) -> None:
    (hit,) = found(written(tmp_path, "x,Lindqvist"))
    assert str(hit) == "file.csv holds a name of a patient or member."


@pytest.mark.parametrize("before", range(0, 26, 5))
def test_a_large_file_is_cut_where_no_number_is_halved(before: int, tmp_path: Path) -> None:
    cells = "_" * before + '<c r="A9912345"><v>7</v></c>' * (CHUNK // 20)
    halves = tuple("9912345"[first:last] for first in range(3) for last in (5, 6, 7) if last - first > 4)
    assert found(written(tmp_path, cells), Someone(numbers=halves)) == []


@pytest.mark.parametrize("after", [0, 4, 12, OVERLAP // 2, OVERLAP, OVERLAP + 4])
def test_a_name_at_the_end_of_a_chunk_is_found(after: int, tmp_path: Path) -> None:
    lines = ("." * 79 + "\n") * (2 * CHUNK // 80)
    place = CHUNK - after
    assert found(written(tmp_path, f"{lines[:place]} Lindqvist {lines[place:]}"))


def test_the_name_of_a_file_is_searched_too(tmp_path: Path) -> None:
    assert found(written(tmp_path, "nothing", "lindqvist.csv"))


# --- what is no hit


def test_a_word_of_the_report_is_searched_only_beside_the_other_name(tmp_path: Path) -> None:
    mild = Someone(names=("Mild", "Grace"))
    allowed = Allowed(words=own_words())
    assert "mild" in own_words()
    assert found(written(tmp_path, "11 had a mild symptom"), mild, allowed=allowed) == []
    for both in ("Mild, Grace", "grace mild", "MildGrace"):
        assert found(written(tmp_path, both), mild, allowed=allowed)


@pytest.mark.parametrize("text", ["Ngo", "Ng", "Li"])
def test_a_name_of_two_letters_is_searched_only_beside_the_other(text: str, tmp_path: Path) -> None:
    assert found(written(tmp_path, f"a {text} b"), Someone(names=("Ng", "Li"))) == []
    assert found(written(tmp_path, "1,Ng,Li,2"), Someone(names=("Ng", "Li")))


@pytest.mark.parametrize("text", ["0.77412", "177412", "77412.5", "7741", "S77412x", "7,7412"])
def test_a_figure_is_no_record_number(text: str, tmp_path: Path) -> None:
    assert found(written(tmp_path, f"a {text} b"), Someone(numbers=("77412",))) == []


def test_a_number_that_the_export_states_itself_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, '{"bytes": 77412}')
    assert found(path, Someone(numbers=("77412",)))
    assert found(path, Someone(numbers=("77412",)), allowed=Allowed(figures={"77412"})) == []


def test_the_data_cut_is_a_day_that_may_be_stated(tmp_path: Path) -> None:
    path = written(tmp_path, "data cut 1961-07-23")
    assert found(path) and found(path, allowed=Allowed(days={BORN})) == []


def test_noise_is_no_name(tmp_path: Path) -> None:
    noise = b"".join(bytes([n % 251, (n * 7) % 256, 0xFF]) for n in range(40_000))
    short = [Someone(names=(a + b + c,)) for a in "abcdefgh" for b in "aeiou" for c in "lmnrst"]
    assert found(written(tmp_path, gzip.compress(noise)), *short) == []


def test_packed_bytes_hold_the_names_of_no_large_clinic(tmp_path: Path) -> None:
    drawn = Random(1)
    clinic = [Someone(names=("".join(drawn.choices(ascii_lowercase, k=6)),)) for _ in range(50_000)]
    packed = b"\xff" + drawn.randbytes(1_000_000)
    assert found(written(tmp_path, packed), *clinic) == []
    assert found(written(tmp_path, packed + b"\xff Lindqvist \xff"), *clinic, SARA)


def people() -> Iterator[Someone]:
    for n in range(20_000):
        yield Someone(names=(f"{n:x}".translate(str.maketrans("0123456789", "ghijklmnop")) + "qvist",))


def test_one_pass_however_many_people_there_are(tmp_path: Path) -> None:
    line = "S001,40-44,FEMALE,GLYCINATE,199.8,0.44,0.52,11,12,8,12,LESS,NOT_NEW,,,\r\n"
    clean = written(tmp_path, line * 20_000, "clean.csv")
    leaky = written(tmp_path, f"{line * 20_000}{next(iter(people())).names[0]}", "leaky.csv")
    assert attack([clean, leaky], people, NOTHING, lambda: None) == [Hit("leaky.csv", "a name")]


def test_the_words_of_a_file_are_those_of_all_its_layers(tmp_path: Path) -> None:
    words = words_in(layers_of(written(tmp_path, gzip.compress(b"Mild symptoms"))))
    assert {"mild", "symptoms", "mildsymptoms"} <= words
