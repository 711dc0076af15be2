"""What is taken: products, regimens, their dose steps and intakes, and what the checks found."""

from regimens.models.beside import Advice as Advice
from regimens.models.beside import DietAdvice as DietAdvice
from regimens.models.beside import Interruption as Interruption
from regimens.models.beside import OtherSource as OtherSource
from regimens.models.doses import DoseStep as DoseStep
from regimens.models.doses import Intake as Intake
from regimens.models.doses import Timing as Timing
from regimens.models.findings import Finding as Finding
from regimens.models.products import Product as Product
from regimens.models.products import ProductKind as ProductKind
from regimens.models.regimens import PriorMagnesium as PriorMagnesium
from regimens.models.regimens import Regimen as Regimen
from regimens.models.regimens import StopReason as StopReason
from regimens.models.regimens import patients_taking as patients_taking
