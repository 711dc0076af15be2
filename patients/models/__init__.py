"""The record: who the patient is, what was said at visits, and what else bears on magnesium."""

from patients.models.entries import Condition as Condition
from patients.models.entries import CoTreatment as CoTreatment
from patients.models.entries import DatedEntry as DatedEntry
from patients.models.entries import Medication as Medication
from patients.models.entries import Modifier as Modifier
from patients.models.people import CareParty as CareParty
from patients.models.people import DeathRelation as DeathRelation
from patients.models.people import OfPatient as OfPatient
from patients.models.people import Patient as Patient
from patients.models.people import PatientQuerySet as PatientQuerySet
from patients.models.people import Sex as Sex
from patients.models.people import Status as Status
from patients.models.visits import DoseTaken as DoseTaken
from patients.models.visits import Instrument as Instrument
from patients.models.visits import Outcome as Outcome
from patients.models.visits import SymptomAnswer as SymptomAnswer
from patients.models.visits import SymptomEpisode as SymptomEpisode
from patients.models.visits import ToldBy as ToldBy
from patients.models.visits import Visit as Visit
from patients.models.visits import VisitKind as VisitKind
