"""Words that claim a cause, which no uncontrolled series can show (pure).

Source: PMC7382892 (no unfounded claims) and CARE 11 (conclusion within the evidence), checklist item 26.
"""

import re

# Stems: whatever ends the word is caught too.
_STEMS = (
    r"caus(?:e|es|ed|ing|al)",
    r"cur(?:e|es|ed|ing)",
    r"led to",
    r"leads? to",
    r"due to",
    r"resulted in",
    r"results? in",
    r"result of",
    r"because of",
    r"resolv(?:e|es|ed|ing)",
    r"correct(?:s|ed|ing)",
    r"effective(?:ly|ness)?",
    r"efficacy",
    r"prevent(?:s|ed|ing)?",
    r"treats?",
    r"eliminat(?:e|es|ed|ing)",
    r"attributable to",
    r"responsible for",
    r"prov(?:e|es|ed|en|ing)",
    r"demonstrat(?:e|es|ed|ing)",
)
_CAUSAL = re.compile(rf"\b(?:{'|'.join(_STEMS)})\b", re.IGNORECASE)


def causal_words(text: str) -> list[str]:
    """Each causal word of `text` once, in lower case, in the order in which they stand."""
    return list(dict.fromkeys(found.lower() for found in _CAUSAL.findall(" ".join(text.split()))))
