"""The words of cells that are no numbers and no dates (pure): status, yes and no, sex.

English, German, French, Spanish and Dutch, with the letters of HL7 (table 0085) and FHIR; own wording (S).
"""

from labs.reading.column_names import folded


class UnknownWord(ValueError):
    """A word that says nothing to us; the message says in which sense."""


_STATUSES = {
    "PRELIMINARY": "p preliminary prelim vorlaufig vorlaufiger provisoire preliminar voorlopig",
    "FINAL": "f final v verified validated complete completed endgultig endbefund validiert freigegeben"
    " valide definitif validado definitivo definitief gevalideerd",
    "CORRECTED": "c corrected correction amended korrigiert korrektur corrige rectifie corregido"
    " gecorrigeerd",
    "CANCELLED": "x cancelled canceled storniert annule cancelado anulado geannuleerd",
    "DELETED": "d deleted geloscht supprime borrado eliminado verwijderd",
    "WRONG": "w wrong enteredinerror falsch irrtumlich errone erroneo foutief",
}
_ANSWERS = {
    True: "yes y true t 1 ja j oui o si s positive positiv positif positivo",
    False: "no n false f 0 nein non nee negative negativ negatif negativo none keine keiner",
}
_SEXES = {
    "FEMALE": "f female w weiblich femme feminin mujer femenino vrouw v",
    "MALE": "m male mannlich homme masculin hombre masculino man",
    "OTHER": "o other d divers autre otro anders",
    "UNKNOWN": "u unknown unbekannt inconnu desconocido onbekend",
}
_ANSWER_OF = {word: answer for answer, words in _ANSWERS.items() for word in words.split()}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words.split()}
_SEX_OF = {word: sex for sex, words in _SEXES.items() for word in words.split()}


def status(text: str) -> str:
    """FINAL for an empty cell; raises UnknownWord."""
    word = folded(text)
    if not word:
        return "FINAL"
    if word not in _STATUS_OF:
        raise UnknownWord(f"Not a status of a result: {text.strip()[:40]}")
    return _STATUS_OF[word]


def yes_or_no(text: str) -> bool | None:
    """None for an empty cell; raises UnknownWord."""
    word = folded(text) or {"+": "yes", "-": "no"}.get(text.strip(), "")
    if not word:
        return None
    if word not in _ANSWER_OF:
        raise UnknownWord(f"Neither yes nor no: {text.strip()[:40]}")
    return _ANSWER_OF[word]


def sex(text: str) -> str:
    """FEMALE, MALE, OTHER or UNKNOWN; an empty text for what is none of these."""
    return _SEX_OF.get(folded(text), "")
