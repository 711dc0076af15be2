"""How names and MRNs are folded so that typing without accents finds them (pure)."""

import re
import unicodedata

_NOT_WORD = re.compile(r"[\W_]+")
# Letters that do not decompose into a base letter and an accent.
_SPELT_OUT = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i"}
)


def fold(text: str) -> str:
    """Lower case, without accents: "Brandão" gives "brandao"."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    # Last, because some letters have no case, or are not spelt out, until they are decomposed: "𝐀", "ǽ".
    return plain.casefold().translate(_SPELT_OUT)


def tidy_mrn(text: str) -> str:
    """Without outer blanks, and with one plain blank where there are any inside."""
    return " ".join(text.split())


def mrns_alike(mrn: str) -> set[str]:
    """What reads as the same MRN: pages show a number in groups of three, so blanks tell nobody apart."""
    joined = "".join(mrn.split())
    if not (joined.isascii() and joined.isdigit()):
        return {mrn}
    head = len(joined) % 3
    groups = [joined[:head], *(joined[i : i + 3] for i in range(head, len(joined), 3))]
    return {mrn, joined, " ".join(group for group in groups if group)}


def search_words(text: str) -> list[str]:
    """The folded words that somebody typed, punctuation removed: "O'Brien, Zoë" gives obrien and zoe."""
    words = (_letters(word) for word in fold(text).split())
    return list(dict.fromkeys(word for word in words if word))


def search_text(*parts: str) -> str:
    """Every word by which a name or an MRN can be found, separated by blanks."""
    words: dict[str, None] = {}
    for word in " ".join(fold(part) for part in parts).split():
        for piece in (_letters(word), *_NOT_WORD.split(word)):
            if piece:
                words[piece] = None
    return " ".join(words)


def _letters(word: str) -> str:
    """Letters of any script and digits; a name in Greek or Cyrillic is found too."""
    return "".join(letter for letter in word if letter.isalnum())
