"""The rows of this room: results, results that are owed, laboratories, and files of results."""

from labs.models.expected import ExpectedResult as ExpectedResult
from labs.models.expected import Owed as Owed
from labs.models.imports import UNDO_WITHIN as UNDO_WITHIN
from labs.models.imports import Channel as Channel
from labs.models.imports import FileFormat as FileFormat
from labs.models.imports import Import as Import
from labs.models.imports import ImportRow as ImportRow
from labs.models.imports import ImportStage as ImportStage
from labs.models.imports import RowOutcome as RowOutcome
from labs.models.imports import Settled as Settled
from labs.models.laboratories import LabNotice as LabNotice
from labs.models.laboratories import LabNoticeKind as LabNoticeKind
from labs.models.laboratories import Laboratory as Laboratory
from labs.models.laboratories import LaboratoryTest as LaboratoryTest
from labs.models.results import ANALYTE_CHOICES as ANALYTE_CHOICES
from labs.models.results import AWAITS_DOSE as AWAITS_DOSE
from labs.models.results import Interpreted as Interpreted
from labs.models.results import IntervalSource as IntervalSource
from labs.models.results import LabResult as LabResult
from labs.models.results import ResultCancellation as ResultCancellation
from labs.models.results import ResultStatus as ResultStatus
from labs.models.results import WithdrawnAs as WithdrawnAs
