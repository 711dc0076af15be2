"""Whether a sample can be trusted (pure). Clinical facts 4.5 (D): delay, air, haemolysis."""

from datetime import datetime, timedelta

from labs.analytes import Analyte

# Clinical facts 4.5: analysed later than this after sampling is doubtful for ionized analytes.
LONGEST_DELAY = timedelta(minutes=60)
IONIZED = (Analyte.IONIZED_MG, Analyte.IONIZED_CA)
RISES_WITH_HAEMOLYSIS = (Analyte.IONIZED_MG, Analyte.TOTAL_MG, Analyte.POTASSIUM)


def doubt(
    analyte: Analyte,
    collected_at: datetime,
    analysed_at: datetime | None,
    haemolysed: bool | None,
    anaerobic: bool | None,
) -> str:
    """Why the sample is doubtful, or an empty text. Unknown facts cast no doubt."""
    if haemolysed and analyte in RISES_WITH_HAEMOLYSIS:
        return "haemolysed sample"
    if analyte in IONIZED and anaerobic is False:
        return "sample was exposed to air"
    if analyte in IONIZED and analysed_at is not None and analysed_at - collected_at > LONGEST_DELAY:
        return "analysed more than 60 minutes after sampling"
    return ""
