"""What is known of how each form sits with the gut (pure). Clinical facts 2.3; doses are elemental mg/day."""

from collections.abc import Mapping

from protocols.register import sources as by
from protocols.register.shape import Source, Study
from regimens.absorption import said
from regimens.salts import Family

SCF_ADVERSE = Source("SCF", "2001", "cited by EFSA 2016, read in a trade report", "A")
EFSA_PAGE = Source("Summary of EFSA's opinion", "", "secondary page", "W")
MONOGRAPH = Source("Interaction monograph", "", "medicinalplants.us", "W")

# What holds whatever the form.
OF_ANY_FORM: tuple[Study, ...] = (
    said("C04", by.IOM),
    said("C04", by.DICKINSON),
    Study(
        "Mild diarrhoea from about 360 to 365 mg/day: the lowest dose with an adverse effect.", SCF_ADVERSE
    ),
    Study("Soft stool or diarrhoea in some at 300 to 980 mg/day; it goes when the dose does.", EFSA_PAGE),
    Study("300 mg/day: adverse events possibly from it in 17.4 %; with vitamin B6 in 12.1 %.", by.POUTEAU),
    Study("Diarrhoea in 18.6 %, gastric irritation in 4.7 %; form and dose not said.", MONOGRAPH),
)

# What was reported of one form; for the others no comparison was found.
TOLERANCE: Mapping[Family, Study] = {
    Family.GLYCINATE: said("C04", by.SCHUETTE),
    Family.CHLORIDE: said("C04", by.TARLETON),
}
