"""One form beside the others: only when every group, and every count in it, is large enough (pure)."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from caseseries.persons import Anxiety, Course, Person
from caseseries.statistics import Share
from caseseries.summary.anxiety import OBSERVED
from caseseries.summary.change import BOTH, Pairs, paired
from caseseries.summary.shape import FormGroup
from caseseries.summary.tables import Tables, all_of
from patients.symptoms import Symptom
from regimens.salts import Family

LESS, NOT_LESS, UNKNOWN = "LESS", "NOT_LESS", "UNKNOWN"
NEW, NOT_NEW = "NEW", "NOT_NEW"
MEASURES = ("form_anxiety", "form_ionized_mg", "form_symptom")
_ANXIETY = {Anxiety.LESS: LESS, Anxiety.NEITHER: NOT_LESS, Anxiety.WORSE: NOT_LESS}
_SYMPTOM = {Course.NEW: NEW, Course.NOT_NEW: NOT_NEW}


class Forms:
    """By form: less anxious, the change of ionized magnesium, and the new symptom of the headline."""

    def __init__(self, symptom: Symptom) -> None:
        self._headline = symptom
        self._cells: Counter[tuple[Family, Anxiety, Course]] = Counter()
        self._pairs: defaultdict[Family, Pairs] = defaultdict(Counter)

    def add(self, person: Person) -> None:
        found, pair = person.symptoms.get(self._headline), person.ionized_mg
        course = Course.NEVER_ASKED if found is None else found.course
        self._cells[(person.family, person.anxiety, course)] += 1
        self._pairs[person.family][(pair.start, pair.outcome)] += 1

    def fill(self, tables: Tables) -> None:
        sizes, cells = Counter[Family](), dict[str, Counter[str]]()

        def count(measure: str, family: Family, cell: str, n: int) -> None:
            cells.setdefault(f"{measure}.{family}", Counter())[cell] += n

        for (family, anxiety, course), n in self._cells.items():
            sizes[family] += n
            count("form_anxiety", family, _ANXIETY.get(anxiety, UNKNOWN), n)
            count("form_symptom", family, _SYMPTOM.get(course, UNKNOWN), n)
        for family, pairs in self._pairs.items():
            for pair, n in pairs.items():
                count("form_ionized_mg", family, UNKNOWN if None in pair else BOTH, n)
        tables.put("forms", all_of(sorted(sizes), sizes))
        if len(sizes) < 2:
            return
        known = dict(zip(MEASURES, ((LESS, NOT_LESS), (BOTH,), (NEW, NOT_NEW)), strict=True))
        for name, counts in sorted(cells.items()):
            measure, _, form = name.partition(".")
            tables.put(name, all_of((*known[measure], UNKNOWN), counts), within=("forms", form))
        _close_what_adds_up(self._shown_of_all(tables), tables)

    def _shown_of_all(self, tables: Tables) -> Mapping[str, bool]:
        """Whether the same counts of everybody are shown: the forms would add up to them."""
        symptom = tables.symptoms.get(self._headline)
        of_all = (
            (tables["anxiety"], (Anxiety.LESS,), OBSERVED),
            (tables["ionized_mg"], (BOTH,), (BOTH,)),
            (symptom, (Course.NEW,), (Course.NEW, Course.NOT_NEW)),
        )
        return {
            name: cells is None or None not in (cells.sum_of(*counted), cells.sum_of(*asked))
            for name, (cells, counted, asked) in zip(MEASURES, of_all, strict=True)
        }

    def stated(self, tables: Tables) -> list[FormGroup]:
        """Empty for a single form, and when a group is too small."""
        forms = tables["forms"]
        if len(forms.counts) < 2 or forms.hidden:
            return []
        return [self._group(Family(name), tables) for name in forms.counts]

    def _group(self, family: Family, tables: Tables) -> FormGroup:
        anxiety, ionized, symptom = (tables[f"{name}.{family}"] for name in MEASURES)
        _, _, changes = paired(self._pairs[family])
        return FormGroup(
            family=family,
            n=tables["forms"].sum_of(family),
            less_anxious=Share.counted(anxiety.sum_of(LESS), anxiety.sum_of(LESS, NOT_LESS)),
            ionized_mg_change_mmol_l=tables.spread(changes, 3, ionized.sum_of(BOTH)),
            new_symptom=Share.counted(symptom.sum_of(NEW), symptom.sum_of(NEW, NOT_NEW)),
        )


def _close_what_adds_up(shown_of_all: Mapping[str, bool], tables: Tables) -> None:
    """The forms and everybody make a table with two margins: a measure shows all of it, or nothing."""
    for measure, is_shown in shown_of_all.items():
        of_forms = tables.within(measure)
        if not is_shown or any(cells.hidden for cells in of_forms.values()):
            tables.close(*(f"{measure}.{family}" for family in of_forms))
