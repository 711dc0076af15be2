"""Some people of Northgate whose stories show what Dolomite is for, told by the day (0 is today)."""

from collections.abc import Sequence
from datetime import time

from demo.happenings import (
    Advised,
    Became,
    Change,
    Entry,
    Happening,
    Interrupted,
    Present,
    Result,
    Sampled,
    Start,
    Stop,
    Switch,
    TakesToo,
    Visit,
    WithdrawStart,
    creatinine,
    ionized_mg,
)
from demo.queue_work import Acknowledge, Resolve, Review, Settle, Snooze
from demo.telling import Story
from demo.worn import PATCH, RING, SENSOR, WATCH, Sends, Wears
from labs.analytes import Analyte
from patients.models import Status, VisitKind
from patients.symptoms import Symptom
from regimens.models import StopReason
from reviews.models import Action, Rule
from wearables.models import WornAs

TWO, THREE = ("1", "1"), ("1", "1", "1")


def begins(
    days: int,
    product: str,
    units: Sequence[str],
    mg: str,
    crea: str,
    gad7: int | None = None,
    again_in: int | None = None,
) -> tuple[Happening, ...]:
    """A first visit with laboratory results, and a week later the start; `again_in` as `Start` has it."""
    first = Visit(days + 7, gad7=gad7, results=(creatinine(crea), ionized_mg(mg)), note="First visit.")
    return first, Start(days, product, units, again_in=again_in)


def is_checked(days: int, mg: str, gad7: int | None = None, adherence: int = 90) -> Happening:
    """A complete re-evaluation visit."""
    return Visit(days, adherence=adherence, gad7=gad7, results=(ionized_mg(mg),), is_re_evaluation=True)


ACT_TODAY = (
    Story("103417", "Brandão", "Luís", "MALE", 61, (
        *begins(118, "P02", THREE, "0.50", "0.92", 9),
        is_checked(86, "0.54", 6),
        Visit(
            1, (Present(Symptom.IRREGULAR_HEARTBEAT, 2, True, since=2),), adherence=95,
            results=(ionized_mg("0.58"),), note="Woke twice with an uneven pulse.",
        ),
    )),
    Story("105903", "Holm", "Aksel", "MALE", 55, (
        *begins(110, "P02", THREE, "0.52", "0.98", 12),
        is_checked(78, "0.57", 11),
        Change(20, ("1", "1", "1.5"), "Little effect on sleep"),
        Visit(
            2, (Present(Symptom.MUSCLE_TWITCHING, 3, True, since=4),), adherence=100,
            results=(ionized_mg("0.65"),),
        ),
    )),
    Story("100256", "Kaplan", "Ruth", "FEMALE", 74, (
        *begins(33, "P05", ("1", "1.5"), "0.51", "1.30", 7),
        Settle(32),
        Sampled(2, (creatinine("1.92"), ionized_mg("0.59"))),
    )),
)  # fmt: skip

OVERDUE = (
    Story("106120", "Haddad", "Karim", "MALE", 52, begins(61, "P05", ("1", "1.5"), "0.43", "0.88", 13)),
    Story("104771", "Mehta", "Anjali", "FEMALE", 29, (
        *begins(120, "P02", ("1",), "0.44", "0.64", 10),
        is_checked(88, "0.46", 9),
        Change(53, TWO, "Dose raised: still tense"),
    )),
    Story("104882", "Lindqvist", "Sara", "FEMALE", 37, (
        *begins(112, "P02", THREE, "0.49", "0.70", 14),
        is_checked(80, "0.56", 10),
        Sampled(49, (ionized_mg("0.62"),)),
        Visit(
            45, (Present(Symptom.MUSCLE_TWITCHING, 1, True, since=55),), adherence=90,
            units=("1", "0.5", "1"), reason="Twitching: lowered to 250 mg",
        ),
        # A ring, left at home for a week; then a watch beside it, which speaks from then on.
        Wears(104, "Northlight", "Ring 2", "NR2-0418", WornAs.RING),
        Sends(71, "NR2-0418", RING, since=103),
        Sends(30, "NR2-0418", RING, since=63, ends=True),
        Wears(38, "Arden", "Pulse", "AP-77120", WornAs.WATCH),
        Sends(1, "AP-77120", WATCH, since=37),
        Resolve(45, Rule.SYMPTOM, Action.DOSE_CHANGED, "Lowered from 300 to 250 mg/day."),
    )),
    Story("106338", "Dubois", "Camille", "FEMALE", 41, begins(43, "P08", TWO, "0.45", "0.72", 8)),
)  # fmt: skip

THIS_WEEK = (
    Story("105216", "Nowak", "Piotr", "MALE", 45, (
        *begins(120, "P02", TWO, "0.48", "1.01", 11),
        is_checked(88, "0.52", 9),
        Change(29, THREE, "Dose raised"),
        Visit(3, (Present(Symptom.MUSCLE_TWITCHING, 2, True, since=6),), adherence=90),
        Wears(90, "Salter", "Sweat patch", "SW-1931", WornAs.SKIN_PATCH),
        Sends(40, "SW-1931", PATCH, since=89),
        Sends(1, "SW-1931", PATCH, since=33),
        Wears(26, "Lume", "14-day sensor", "L14-5508", WornAs.GLUCOSE_SENSOR),
        Sends(12, "L14-5508", SENSOR, since=25, ends=True),
    )),
    Story("105640", "Tanaka", "Yui", "FEMALE", 26, (
        *begins(70, "P05", TWO, "0.50", "0.61", 12),
        is_checked(40, "0.52", 8),
        Visit(4, (Present(Symptom.TINGLING, 1, False, since=9),), kind=VisitKind.PHONE),
        Acknowledge(3),
    )),
    Story("103958", "Silva", "Beatriz", "FEMALE", 47, (
        # Supervised until five days ago; what is taken beside it is on the strip of the editor.
        *begins(90, "P02", ("1.5", "1.5", "1.5"), "0.46", "0.75", 9, again_in=-5),
        Entry(90, "co-treatments", "VITAMIN_B6", "10", taken_at=(time(8),)),
        Entry(90, "co-treatments", "VITAMIN_D", "25", taken_at=(time(9),)),
        Entry(90, "co-treatments", "CALCIUM", "500", taken_at=(time(20),)),
        Advised(90),
        is_checked(60, "0.46", 10),
        Visit(6, gad7=15, results=(ionized_mg("0.44"),), note="Dose above 350 mg by her own wish."),
    )),
    Story("106055", "Okafor", "Chidi", "MALE", 33, (
        *begins(75, "P07", ("0.5", "0.75"), "0.45", "0.95", 10),
        is_checked(44, "0.46", 9),
        Sampled(5, (ionized_mg("0.41"),)),
    )),
    Story("105733", "Rossi", "Paolo", "MALE", 58, (
        *begins(95, "P06", ("1",), "0.51", "0.90"),
        is_checked(60, "0.55"),
        Visit(20, (Present(Symptom.TINGLING, 1, True, since=25),)),
        Resolve(20, Rule.SYMPTOM, Action.LAB_ORDERED, "Ionized magnesium and calcium first."),
    )),
    Story("106470", "Delgado", "Ana", "FEMALE", 72, (
        Visit(9, gad7=6, results=(ionized_mg("0.49"),), note="First visit."),
        Start(6, "P08", TWO, kidney_reason="Creatinine ordered, not back yet"),
    )),
)  # fmt: skip

WINDOW_OPEN = (
    Story("106402", "Ferrari", "Giulia", "FEMALE", 38, begins(40, "P02", TWO, "0.43", "0.68", 11)),
    Story("101873", "Jansen", "Bram", "MALE", 64, (
        *begins(130, "P05", TWO, "0.50", "1.04", 7),
        is_checked(99, "0.51", 6),
        Change(37, ("1", "1.5"), "Cramps at night again"),
    )),
    Story("105077", "Adeyemi", "Folake", "FEMALE", 50, (
        *begins(34, "P05", ("1", "1.5"), "0.47", "0.78", 9),
        Sampled(2, (ionized_mg("0.50"),)),
    )),
    Story("104190", "Petrov", "Ivan", "MALE", 43, begins(30, "P08", THREE, "0.52", "0.93", 10)),
    Story("106511", "Nguyen", "Linh", "FEMALE", 31, begins(29, "P02", TWO, "0.44", "0.66", 13)),
)  # fmt: skip

SNOOZED = (
    Story("104655", "Oyelaran", "Tunde", "MALE", 49, (
        *begins(50, "P02", TWO, "0.51", "1.02", 8),
        Snooze(4, Rule.RE_EVALUATION, 10, "Abroad for his work"),
    )),
    Story("102984", "Berg", "Solveig", "FEMALE", 66, (
        *begins(33, "P05", TWO, "0.54", "0.80", 6),
        Snooze(3, Rule.RE_EVALUATION, 9, "Appointment is made"),
    )),
    Story("105391", "Costa", "Rafael", "MALE", 35, (
        *begins(64, "P10", TWO, "0.55", "0.97", 12),
        is_checked(33, "0.56", 9),
        Visit(5, (Present(Symptom.FATIGUE, 1, since=20),), kind=VisitKind.VIDEO),
        Snooze(4, Rule.SYMPTOM, 7, "New shifts; asks again after the holidays"),
    )),
    Story("103702", "Ivanova", "Darya", "FEMALE", 54, (
        *begins(88, "P02", THREE, "0.56", "0.74", 10),
        is_checked(55, "0.59", 7),
        Sampled(6, (ionized_mg("0.65"),)),
        Snooze(5, Rule.LAB_OUT_OF_RANGE, 14, "Taken after the morning dose; repeat is booked"),
    )),
)  # fmt: skip

# Dangers that were seen in time, and mistakes that were put right.
BEHIND_US = (
    Story("104023", "Reyes", "Marisol", "FEMALE", 58, (
        *begins(90, "P02", THREE, "0.53", "0.79", 12),
        is_checked(60, "0.57", 9),
        Visit(38, (Present(Symptom.PALPITATIONS, 2, False, 38), Present(Symptom.SYNCOPE, 3, False, 38))),
        Settle(38, hour=11),
        Stop(38, StopReason.HARM),
        Visit(22, note="Safety re-check: free of it since.", is_re_evaluation=True),
    )),
    Story("102210", "Vance", "Theodore", "MALE", 69, (
        Entry(75, "co-treatments", "LAXATIVE_MG", value="15 mL in the evening"),
        *begins(60, "P07", ("1",), "0.58", "1.35"),
        Settle(59),
        Sampled(25, (Result(Analyte.TOTAL_MG, "1.40", "0.70", "1.10"), creatinine("1.52"))),
        Resolve(25, Rule.LAB_OUT_OF_RANGE, Action.DOSE_CHANGED, "Stopped by telephone.", hour=17),
        Stop(25, StopReason.HARM, hour=18),
        Settle(24),
        Visit(9, note="Safety re-check: total magnesium back in range.", is_re_evaluation=True),
    )),
    Story("101145", "Moritz", "Helga", "FEMALE", 79, (
        *begins(95, "P05", ("1",), "0.55", "1.28"),
        Settle(94),
        is_checked(64, "0.57"),
        Sampled(58, (creatinine("1.92"),)),
        Resolve(57, Rule.KIDNEY, Action.DOSE_CHANGED, "Stopped; referred to nephrology."),
        Stop(57, StopReason.KIDNEY, hour=16),
    )),
    Story("105518", "Weber", "Clara", "FEMALE", 44, (
        *begins(60, "P02", TWO, "0.50", "0.69", 12),
        Sampled(28, (ionized_mg("0.53"),)),
        Review(27),
    )),
    Story("106233", "Marchetti", "Silvia", "FEMALE", 63, (
        # 500 mg of the compound was read as 500 mg of magnesium; the product holds 70.5 mg.
        *begins(80, "P02", ("2", "1", "2"), "0.47", "0.77", 9),
        WithdrawStart(79, "500 mg bisglycinate was meant, not 500 mg elemental magnesium", hour=9),
        Start(79, "P01", ("1",)),
        is_checked(49, "0.48", 8),
    )),
    Story("103319", "Haugen", "Nils", "MALE", 56, (
        *begins(100, "P07", ("1",), "0.53", "0.99"),
        TakesToo(72, "X2"),
        is_checked(70, "0.55"),
    )),
    Story("105844", "Okonkwo", "Grace", "FEMALE", 51, (
        *begins(110, "P02", TWO, "0.52", "0.73", 10),
        is_checked(80, "0.54", 6),
        Entry(40, "co-treatments", "ANTACID_MG", value="10 mL when needed"),
    )),
    Story("106702", "Lindgren", "Nils", "MALE", 48, (
        *begins(100, "P07", ("1",), "0.50", "0.97", 9),
        is_checked(69, "0.51", 8),
        Switch(20, "P05", ("1", "1.5")),
    )),
    Story("106719", "Adler", "Miriam", "FEMALE", 39, (
        *begins(45, "P02", TWO, "0.49", "0.71", 11),
        Interrupted(20, 12, "On holiday without it"),
    )),
)  # fmt: skip

BESIDE_OTHER_MEDICINES = (
    Story("104377", "Lindholm", "Eva", "FEMALE", 46, (
        *begins(100, "P02", TWO, "0.51", "0.70", 11),
        is_checked(70, "0.54", 7),
        Entry(2, "medications", "CIPROFLOXACIN", "500", "mg", (time(8), time(20)), lasts=7),
    )),
    Story("102876", "Bauer", "Stefan", "MALE", 60, (
        *begins(115, "P05", TWO, "0.50", "1.00", 8),
        is_checked(84, "0.53", 6),
        Entry(70, "medications", "CIPROFLOXACIN", "250", "mg", (time(9), time(21)), lasts=5),
    )),
    Story("103590", "Rahman", "Nusrat", "FEMALE", 53, (
        Entry(140, "medications", "LEVOTHYROXINE", "75", "ug", (time(7, 30),)),
        Visit(105, gad7=9, results=(creatinine("0.76"), ionized_mg("0.49")), note="First visit."),
        Start(98, "P02", TWO, times=(time(12, 30), time(21))),
        is_checked(67, "0.52", 6),
        Change(3, TWO, "Forgot it at noon", times=(time(7, 30), time(21))),
    )),
)  # fmt: skip

NOT_RECALLED = (
    Story("104918", "Amara", "Nadia", "FEMALE", 36, (
        *begins(52, "P02", TWO, "0.48", "0.67", 12),
        Became(26, Status.PAUSED, "Travelling", returns_after=70),
    )),
    Story("102457", "Sørensen", "Mette", "FEMALE", 68, (
        *begins(140, "P05", TWO, "0.53", "0.82"),
        is_checked(110, "0.54"),
        Stop(66, StopReason.TRANSFERRED),
        Became(66, Status.LEFT, "Moved to another town"),
    )),
    Story("100731", "Hartmann", "Otto", "MALE", 86, (
        *begins(150, "P08", ("1",), "0.54", "1.18"),
        Settle(149),
        is_checked(120, "0.55"),
        Stop(71, StopReason.DIED, hour=16),
        Became(71, Status.DECEASED, "Told by his daughter"),
    )),
)  # fmt: skip

STANDING = ACT_TODAY + OVERDUE + THIS_WEEK + WINDOW_OPEN + SNOOZED
STORIES = STANDING + BEHIND_US + BESIDE_OTHER_MEDICINES + NOT_RECALLED
