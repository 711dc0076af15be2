"""What laboratories call their tests, and which of these names mean one thing only (pure).

English, German, French, Spanish, Dutch and Italian; own wording, no source lists them (S). A name that may
mean two things is left out on purpose: "magnesium", "calcium" or "Mg" alone is ionized or total, "i-Mg" reads
like "Mg i.S.", "vitamin D" is one of two, "GFR" may be measured. A person says what such a name is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from labs.analytes import ANALYTES, Analyte
from patients.names import fold

LONGEST = 200
# A file repeats a few dozen names.
_REMEMBERED = 4096


@dataclass(frozen=True)
class Meaning:
    """What a name says: the analyte, and the LOINC code that its results get."""

    analyte: Analyte
    loinc: str


@lru_cache(maxsize=_REMEMBERED)
def folded(name: str) -> str:
    """The name without case, accents, control characters and spare blanks: how names are compared and kept.

    Punctuation stays, so that two tests of one laboratory never become one.
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(fold(plain).split())[:LONGEST].rstrip()


def meaning_of(name: str) -> Meaning | None:
    """What the name says by itself, or None; order of words, punctuation and blanks do not matter."""
    words = _words(name)
    return _MEANINGS.get(words) or _MEANINGS.get(tuple(word for word in words if word not in _SAMPLE))


def _words(name: str) -> tuple[str, ...]:
    spaced = "".join(letter if letter.isalnum() else " " for letter in fold(name))
    return tuple(sorted(spaced.split()))


# Serum or plasma does not change what these names say. Whole blood, red cells and urine are other tests.
_SAMPLE = frozenset(
    (
        "serum", "plasma", "ser", "plas", "serique", "plasmatique", "suero", "serico", "serica", "plasmatico",
        "plasmatica", "siero", "sierico", "sierica", "ise",
    )
)  # fmt: skip
_MAGNESIUM = ("magnesium", "magnesio", "mg", "mg2")
_CALCIUM = ("calcium", "kalzium", "calcio", "ca", "ca2")
_IONIZED = (
    "ionized", "ionised", "ionic", "ionisiert", "ionisiertes", "ionise", "ionizado", "ionico", "ionizzato",
    "geioniseerd", "ionisch",
)  # fmt: skip
_TOTAL = ("total", "gesamt", "totale", "totaal")
_AT_PH = (
    "7 4", "ph 7 4", "ph7 4", "adjusted to ph 7 4", "corrected to ph 7 4", "normalized to ph 7 4",
    "bei ph 7 4", "korrigiert auf ph 7 4", "a ph 7 4", "bij ph 7 4",
)  # fmt: skip
_RED_CELLS = (
    "rbc", "erythrocyte", "erythrocytes", "red cell", "red blood cells", "erythrozyten", "in erythrozyten",
    "erythrocytaire", "eritrocitario", "erytrocyten",
)  # fmt: skip
_DAY_URINE = (
    "24 h urine", "24h urine", "24 hour urine", "24 h urin", "24h urin", "im 24 h urin", "urines 24 h",
)  # fmt: skip


def _pairs(*parts: Iterable[str]) -> list[str]:
    return [" ".join(words) for words in product(*parts)]


_D = ("vitamin d", "vitamin d3", "vitamine d", "vitamine d3", "vitamina d", "vitamina d3")
_NAMES: tuple[tuple[Analyte, str, list[str]], ...] = (
    (Analyte.IONIZED_MG, "", [*_pairs(_MAGNESIUM, _IONIZED), "img"]),
    (Analyte.IONIZED_MG, "73573-8", _pairs(_MAGNESIUM, _IONIZED, _AT_PH)),
    (Analyte.TOTAL_MG, "", [*_pairs(_MAGNESIUM, _TOTAL), "gesamtmagnesium"]),
    (Analyte.IONIZED_CA, "", [*_pairs(_CALCIUM, _IONIZED), "ica"]),
    (Analyte.IONIZED_CA, "19072-8", _pairs(_CALCIUM, _IONIZED, _AT_PH)),
    (Analyte.TOTAL_CA, "", [*_pairs(_CALCIUM, _TOTAL), "gesamtcalcium", "gesamtkalzium"]),
    (Analyte.POTASSIUM, "", ["potassium", "kalium", "potasio", "potassio"]),
    (Analyte.CREATININE, "", ["creatinine", "kreatinin", "creatinina", "crea", "krea"]),
    (
        Analyte.EGFR,
        "",
        [
            "egfr", "estimated gfr", "gfr estimated", "gfr geschatzt", "geschatzte gfr", "geschatte gfr",
            "estimated glomerular filtration rate", "geschatzte glomerulare filtrationsrate", "dfge",
            "dfg estime", "debit de filtration glomerulaire estime", "tfge", "filtrado glomerular estimado",
            "filtrato glomerulare stimato", "geschatte glomerulaire filtratiesnelheid",
        ],
    ),
    (Analyte.EGFR, "98979-8", _pairs(("egfr", "gfr", "dfg"), ("ckd epi 2021",))),
    (Analyte.EGFR, "62238-1", _pairs(("egfr", "gfr", "dfg"), ("ckd epi 2009",))),
    (Analyte.EGFR, "", _pairs(("egfr", "gfr", "dfg"), ("ckd epi", "nach ckd epi", "selon ckd epi"))),
    (Analyte.EGFR, "33914-3", _pairs(("egfr", "gfr", "dfg"), ("mdrd", "nach mdrd", "selon mdrd"))),
    (
        Analyte.VITAMIN_D_25OH,
        "",
        [
            *_pairs(("25 oh", "25 hydroxy", "25oh", "25 hidroxi", "25 idrossi"), _D), "25 oh d", "25 oh d3",
            "25ohd", "25 hydroxyvitamin d", "25 hydroxyvitamin d3", "25 hydroxyvitamine d", "calcidiol",
            "25 hydroxyvitamine d3", "25 hidroxivitamina d", "25 idrossivitamina d", "calcifediol",
        ],
    ),
    (
        Analyte.PTH,
        "",
        ["pth", "pth intact", "pth intakt", "ipth", "parathormon", "parathormone", "parathyroid hormone",
         "intact parathyroid hormone", "parathyrin", "parathyrin intact", "paratohormona", "paratormone"],
    ),
    (Analyte.PHOSPHATE, "", ["phosphate", "phosphat", "inorganic phosphate", "fosfato", "fosfaat",
                             "anorganisches phosphat"]),
    (Analyte.ALBUMIN, "", ["serum albumin", "albumin i s", "albumine serique", "albumina serica",
                           "albumina sierica", "serum albumine"]),
    (Analyte.RBC_MG, "", _pairs(_MAGNESIUM, _RED_CELLS)),
    (Analyte.URINE_MG_24H, "", _pairs(_MAGNESIUM, _DAY_URINE)),
)  # fmt: skip
_MEANINGS = {
    _words(name): Meaning(analyte, loinc or ANALYTES[analyte].default_loinc)
    for analyte, loinc, names in _NAMES
    for name in names
}
