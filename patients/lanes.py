"""The lanes of the timeline: ionized magnesium, symptoms, dose, visits and GAD-7 (pure).

Every colour has a shape, a line or a word beside it. Labels that would touch are left out: the table
has them.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from accounts.wording import day, number
from patients.course import Band, Course, DoseStretch, MgPoint, SymptomBar
from patients.drawing import (
    Circle,
    Line,
    Path,
    Places,
    Rect,
    Shape,
    Text,
    TimeScale,
    ValueScale,
    moon,
    triangle,
    value_arrow,
)

LEFT, RIGHT = 140.0, 984.0
LANE_TOP, ROW = 44.0, 22.0
AXIS_LOW, AXIS_HIGH = Decimal("0.36"), Decimal("0.68")
TICK = Decimal("0.05")
# A letter of 11 px is about so wide.
LETTER = 5.6
MOST_SYMPTOMS = 10
# From so many days on the gap after the last result is named.
SILENT_DAYS = 28
# A point with its x and y.
Marked = tuple[MgPoint, tuple[float, float]]


def mg_lane(course: Course, time: TimeScale, bottom: float) -> list[Shape]:
    seen = [point for point in course.mg if time.holds(point.on)]
    scale = _mg_scale(course.band, seen, bottom)
    shapes: list[Shape] = [
        Text(0, LANE_TOP + 12, "Ionized Mg", "lane-name"),
        Text(0, LANE_TOP + 27, "mmol/L", "lane-unit"),
        *_band(course.band, scale),
        *_mg_ticks(course.band, scale),
    ]
    if not seen:
        shapes.append(
            Text(
                LEFT + 8,
                (LANE_TOP + bottom) / 2,
                "No ionized Mg in this period" if course.mg else "No ionized Mg yet",
            )
        )
        return shapes
    places = [(time.x(point.on), scale.y(point.value)) for point in seen]
    marked = list(zip(seen, places, strict=True))
    room = Places([(x + 6, x + 16, y + 4) for point, (x, y) in marked if point.is_doubtful])
    labels = _mg_labels(marked, room)
    shapes += _mg_changes(marked, bottom, room)
    shapes += _mg_lines(marked)
    shapes += _silence(course, time, seen[-1], places[-1])
    for point, (x, y) in marked:
        shapes += _mg_mark(point, x, y)
    return shapes + labels


def _mg_lines(marked: Sequence[Marked]) -> list[Shape]:
    """One line for each stretch that was measured alike."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for point, place in marked:
        if point.change or point.comparator:
            stretches.append([])
        if point.joins:
            stretches[-1].append(place)
    return [
        Path("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in stretch), "mg-line")
        for stretch in stretches
        if len(stretch) > 1
    ]


def _mg_changes(marked: Sequence[Marked], bottom: float, room: Places) -> list[Shape]:
    """A dashed line where the way of measuring changes, named where no point and no other name stands."""
    shapes: list[Shape] = []
    room.taken += [(x - 8, x + 8, y + 4) for _, (x, y) in marked]
    before = LEFT
    for point, (x, _) in marked:
        at, before = round((before + x) / 2, 1), x
        if point.change:
            shapes += [Line(at, LANE_TOP, at, bottom, "lab-change"), *_change_name(point, at, bottom, room)]
    return shapes


def _change_name(point: MgPoint, at: float, bottom: float, room: Places) -> list[Shape]:
    """At the foot of its line, else at the top, else nowhere: the table has it."""
    end = at + 4 + len(point.change) * LETTER
    for line in (bottom - 4, LANE_TOP + 10):
        if end < RIGHT and room.take(at + 4, end, line):
            return [Text(at + 4, line, point.change, "lab-change-label")]
    return []


def _mg_scale(band: Band, seen: Sequence[MgPoint], bottom: float) -> ValueScale:
    """0.36 to 0.68, widened only when data or the range need it, never cut."""
    values = [point.value for point in seen] + [band.low, band.high]
    low, high = min([AXIS_LOW, *values]), max([AXIS_HIGH, *values])
    return ValueScale(low - Decimal("0.02"), high + Decimal("0.02"), LANE_TOP, bottom)


def _band(band: Band, scale: ValueScale) -> list[Shape]:
    top, low = scale.y(band.high), scale.y(band.low)
    return [
        Rect(LEFT, top, RIGHT - LEFT, low - top, "band"),
        Line(LEFT, top, RIGHT, top, "band-edge"),
        Line(LEFT, low, RIGHT, low, "band-edge"),
        Text(LEFT + 8, top + 15, band.label, "band-label"),
    ]


def _mg_ticks(band: Band, scale: ValueScale) -> list[Shape]:
    """The limits in bold, and round values that keep clear of them."""
    limits = (band.low, band.high)
    shapes: list[Shape] = [Text(LEFT - 10, scale.y(v) + 4, f"{v:.2f}", "end band-label") for v in limits]
    step = TICK if scale.high - scale.low < Decimal("0.6") else TICK * 4
    value = (scale.low // step + 1) * step
    while value < scale.high:
        if all(abs(scale.y(value) - scale.y(limit)) > 15 for limit in limits):
            shapes.append(Text(LEFT - 10, scale.y(value) + 4, f"{value:.2f}", "end"))
        value += step
    return shapes


def _silence(course: Course, time: TimeScale, newest: MgPoint, place: tuple[float, float]) -> list[Shape]:
    """Round dots from the last result to today, and for how long there was none."""
    x, y = place
    days = (course.today - newest.on).days
    end = time.x(course.today)
    if days < SILENT_DAYS or newest is not course.mg[-1]:
        return []
    shapes: list[Shape] = [Line(x + 8, y, end, y, "mg-line silent")]
    if end - x > 150:
        shapes.append(Text(x + 44, y - 8, f"{days} days without a result"))
    return shapes


def _mg_mark(point: MgPoint, x: float, y: float) -> list[Shape]:
    """Hollow where the sample is doubtful, and with an arrow where the value is only known to lie beyond."""
    hollow = "" if point.joins else " hollow"
    if point.comparator:
        arrow = value_arrow(x, y, down=point.comparator[0] == "<")
        return [Circle(x, y, 4.5, f"mg-point{hollow}"), arrow]
    doubt = [Text(x + 8, y + 4, "?", "strong")] if point.is_doubtful else []
    if point.side in ("high", "low"):
        return [triangle(x, y, f"mg-point out{hollow}", up=point.side == "high"), *doubt]
    return [Circle(x, y, 4.5, f"mg-point{hollow}"), *doubt]


def _mg_labels(marked: Sequence[Marked], room: Places) -> list[Shape]:
    """Value and word at each point that has room: what lies beyond first, then from the newest back."""
    shapes: list[Shape] = []
    newest_first = marked[::-1]
    for point, (x, y) in sorted(newest_first, key=lambda one: not one[0].comparator):
        shapes += _mg_label(point, x, y, room)
    return shapes


def _mg_label(point: MgPoint, x: float, y: float, room: Places) -> list[Shape]:
    """Over its mark, or under it for a low one; what is out of range tries every side."""
    word = point.side if point.side in ("high", "low") else ""
    label = f"{point.comparator}{point.value:.2f} {word}".strip()
    half = len(label) * 6.4 / 2 + 3
    below = (point.side == "low" and not point.comparator) or point.comparator[:1] == ">"
    lines = (y + 19, y - 10) if below else (y - 10, y + 19)
    at = max(x, LEFT + half)
    if at + half > RIGHT + 40:
        return []
    css = f"mid mg-label{' out' if word else ''}"
    if room.take(at - half, at + half, lines[0]):
        return [Text(at, lines[0], label, css)]
    found = room.beside(at, half, lines) if word else None
    return [Text(*found, label, css)] if found else []


def symptom_names(course: Course, time: TimeScale) -> list[str]:
    shown = [bar for bar in course.symptoms if bar.touches(time.first, time.last)]
    return list(dict.fromkeys(bar.name for bar in shown))[:MOST_SYMPTOMS]


def symptom_lane(course: Course, time: TimeScale, names: list[str], top: float) -> list[Shape]:
    shapes: list[Shape] = [
        Text(0, top + 26, "Symptoms", "lane-name"),
        Text(84, top + 26, "grade", "lane-unit"),
    ]
    if not names:
        shapes.append(Text(LEFT + 8, top + 26, "None present in this period"))
    for n, name in enumerate(names):
        y = top + ROW + 22 + n * ROW
        shapes.append(Text(0, y + 4, name))
        for bar in course.symptoms:
            if bar.name == name and bar.touches(time.first, time.last):
                shapes += _symptom_bar(bar, course.today, time, y)
    return shapes


def _symptom_bar(bar: SymptomBar, today: date, time: TimeScale, y: float) -> list[Shape]:
    x1, x2 = time.x(bar.onset_on), time.x(bar.gone_on or today)
    shapes: list[Shape] = [Line(x1, y, max(x2, x1 + 8), y, "symptom-bar")]
    if bar.gone_on is not None and time.holds(bar.gone_on):
        shapes.append(Line(x2, y - 5, x2, y + 5, "symptom-end"))
        if x2 + 70 < RIGHT:
            shapes.append(Text(x2 + 6, y + 4, f"gone {day(bar.gone_on, year=False)}"))
    if time.holds(bar.onset_on):
        shapes.append(Rect(x1 - 7, y - 7, 14, 14, "symptom-mark", radius=3))
        shapes.append(Text(x1, y + 4, str(bar.grade or "?"), "mid symptom-grade"))
        if bar.at_night:
            shapes.append(moon(x1 - 19, y, "symptom-mark"))
    return shapes


def dose_lane(course: Course, time: TimeScale, top: float, bottom: float) -> list[Shape]:
    highest = max(
        [Decimal(400), *(limit.mg for limit in course.limits), *(s.elemental_mg for s in course.doses)]
    )
    scale = ValueScale(Decimal(0), highest * Decimal("1.12"), top + 12, bottom)
    shapes: list[Shape] = [
        Text(0, top + 24, "Dose", "lane-name"),
        Text(0, top + 39, "mg/day", "lane-unit"),
        Text(0, top + 53, "elemental", "lane-unit"),
        *(Text(LEFT - 10, scale.y(Decimal(v)) + 4, str(v), "end") for v in (0, 200)),
        Line(LEFT, bottom, RIGHT, bottom, "axis"),
    ]
    for stretch in course.doses:
        shapes += dose_stretch(stretch, course.today, time, scale)
    for n, limit in enumerate(course.limits):
        y = scale.y(limit.mg)
        # The first is named under its line at the left, the second over its line at the right.
        name = (
            Text(RIGHT, y - 4, limit.label, "end limit-label")
            if n
            else Text(LEFT + 8, y + 13, limit.label, "limit-label")
        )
        shapes += [Line(LEFT, y, RIGHT, y, "limit"), name]
    if not course.doses:
        shapes.append(Text(LEFT + 8, bottom - 8, "No regimen"))
    return shapes


def dose_stretch(stretch: DoseStretch, today: date, time: TimeScale, scale: ValueScale) -> list[Shape]:
    """A filled step up to today; what is planned is a dashed line without area."""
    until = stretch.until_on or time.last
    if until < time.first or stretch.from_on > time.last or not stretch.elemental_mg:
        return []
    y = scale.y(stretch.elemental_mg)
    x1, x2, now = time.x(stretch.from_on), time.x(until), time.x(today)
    shapes: list[Shape] = []
    if x1 < now:
        taken = min(x2, now)
        shapes.append(Rect(x1, y, taken - x1, scale.bottom - y, "dose-area"))
        shapes.append(Path(f"M{x1:.1f} {scale.bottom:.1f}V{y:.1f}H{taken:.1f}", "dose-line"))
    if x2 > now:
        shapes.append(Line(max(x1, now), y, x2, y, "dose-line planned"))
    return shapes + _dose_words(stretch, x1, x2, y, scale.bottom)


def _dose_words(stretch: DoseStretch, x1: float, x2: float, y: float, bottom: float) -> list[Shape]:
    room = int((x2 - x1 - 12) / LETTER)
    amount = f"{number(stretch.elemental_mg)} mg"
    if room < len(amount) + 1 or bottom - y < 16:
        return []
    shapes: list[Shape] = [Text(x1 + 7, min(y + 18, bottom - 6), amount, "dose-label")]
    if stretch.reason and room > 6 and bottom - y > 36:
        reason = stretch.reason if len(stretch.reason) <= room else f"{stretch.reason[: room - 1]}…"
        shapes.append(Text(x1 + 7, y + 33, reason))
    return shapes


def visit_lane(course: Course, time: TimeScale, top: float) -> list[Shape]:
    y = top + ROW
    shapes: list[Shape] = [Text(0, y + 4, "Visits", "lane-name"), Text(0, y + ROW + 2, "GAD-7", "lane-name")]
    shapes += [
        Circle(time.x(visit.on), y, 4.5, f"visit{' remote' if visit.remote else ''}")
        for visit in course.visits
        if time.holds(visit.on)
    ]
    free_from = 0.0
    for score in course.scores:
        x = time.x(score.on)
        if time.holds(score.on) and x - 8 > free_from:
            shapes.append(Text(x, y + ROW + 2, str(score.total), "mid strong"))
            free_from = x + 8
    return shapes
