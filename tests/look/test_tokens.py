"""The colours keep the contrasts that the design promises, in both themes (WCAG 2.2, relative luminance)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static" / "css" / "tokens.css").read_text()
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9A-F]{6}), (#[0-9A-F]{6})\);")
THEMES = {
    "light": {name: light for name, light, _ in PAIR.findall(TOKENS)},
    "dark": {name: dark for name, _, dark in PAIR.findall(TOKENS)},
}
BACKGROUNDS = ("surface", "bg", "side", "sunken", "hover")
TEXT, MARK = 4.5, 3.0

# Contrast on the surface and on the worst background, in light and in dark, as the design says them.
PROMISED = {
    "control": ((3.9, 3.4), (4.4, 3.9)),
    "ink": ((16.6, 14.6), (14.4, 13.1)),
    "ink2": ((8.0, 7.0), (9.4, 8.5)),
    "ink3": ((5.7, 5.0), (6.6, 5.9)),
    "accent": ((7.5, 6.6), (8.4, 7.6)),
    "danger": ((7.3, 6.4), (8.5, 7.7)),
    "warn": ((7.4, 6.5), (9.7, 8.8)),
    "ok": ((7.1, 6.3), (8.9, 8.0)),
    "info": ((7.4, 6.5), (8.6, 7.8)),
    "dose": ((7.9, 6.9), (8.0, 7.2)),
    "symptom": ((6.0, 5.3), (8.1, 7.3)),
    "band-ink": ((6.7, 5.9), (9.3, 8.4)),
}
ON_SOFT = ("accent", "danger", "warn", "ok", "info", "dose")
ON_SURFACE = {"dose-1": (3.2, 3.4), "dose-2": (5.1, 5.6), "dose-3": (10.5, 10.7)}


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst(theme: dict[str, str], colour: str) -> float:
    return min(contrast(theme[colour], theme[background]) for background in BACKGROUNDS)


def test_the_measure_is_the_one_of_wcag() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#FFFFFF", "#777777") == pytest.approx(4.48, abs=0.005)


def test_every_colour_is_written_for_both_themes() -> None:
    assert len(THEMES["light"]) == len(THEMES["dark"]) == TOKENS.count("light-dark(")


@pytest.mark.parametrize("index, name", list(enumerate(THEMES)))
@pytest.mark.parametrize("colour", PROMISED)
def test_contrast_is_as_promised_on_surface_and_on_the_worst_background(
    colour: str, index: int, name: str
) -> None:
    theme = THEMES[name]
    on_surface, on_worst = PROMISED[colour][index]
    assert contrast(theme[colour], theme["surface"]) == pytest.approx(on_surface, abs=0.06)
    assert worst(theme, colour) == pytest.approx(on_worst, abs=0.06)
    assert worst(theme, colour) >= (MARK if colour == "control" else TEXT)


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("colour", ON_SOFT)
def test_text_is_readable_on_its_own_soft_colour(colour: str, name: str) -> None:
    assert contrast(THEMES[name][colour], THEMES[name][f"{colour}-soft"]) >= TEXT


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize(
    "text, ground", [("on-accent", "accent"), ("on-symptom", "symptom"), ("band-ink", "band")]
)
def test_text_is_readable_on_filled_marks(text: str, ground: str, name: str) -> None:
    assert contrast(THEMES[name][text], THEMES[name][ground]) >= TEXT


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("soft", [f"{colour}-soft" for colour in ON_SOFT])
def test_ink_is_readable_on_notices(soft: str, name: str) -> None:
    assert contrast(THEMES[name]["ink2"], THEMES[name][soft]) >= TEXT


@pytest.mark.parametrize("index, name", list(enumerate(THEMES)))
@pytest.mark.parametrize("colour", ON_SURFACE)
def test_dose_bars_stand_out_from_the_surface(colour: str, index: int, name: str) -> None:
    measured = contrast(THEMES[name][colour], THEMES[name]["surface"])
    assert measured == pytest.approx(ON_SURFACE[colour][index], abs=0.06)
    assert measured >= MARK


@pytest.mark.parametrize("name", THEMES)
def test_the_focus_ring_is_seen_on_every_background(name: str) -> None:
    assert worst(THEMES[name], "focus") >= MARK
