"""Who may do what. The matrix is data: the code asks it, and the tests walk it."""

from collections.abc import Iterable

from django.db import models


class Role(models.TextChoices):
    CLINICIAN = "CLINICIAN", "Clinician"
    ASSISTANT = "ASSISTANT", "Assistant"
    RESEARCHER = "RESEARCHER", "Researcher"
    ADMIN = "ADMIN", "Admin"


class Act(models.TextChoices):
    """Everything that a signed-in person can do, named as a clinic would say it."""

    SEE_QUEUE = "SEE_QUEUE", "see the review queue"
    SEE_PATIENTS = "SEE_PATIENTS", "see patients and their charts"
    EDIT_PATIENTS = "EDIT_PATIENTS", "register and edit patients"
    LOG_VISIT = "LOG_VISIT", "log a visit"
    BOOK = "BOOK", "book a re-evaluation"
    CONTACT = "CONTACT", "log an attempt to reach a patient"
    RECORD_RESULT = "RECORD_RESULT", "record a laboratory result"
    IMPORT_RESULTS = "IMPORT_RESULTS", "import results"
    WRITE_CONTEXT = "WRITE_CONTEXT", "record medicines, conditions and modifiers"
    CHANGE_DOSE = "CHANGE_DOSE", "start, change, switch, supervise or stop a regimen"
    MARK_IN_ERROR = "MARK_IN_ERROR", "mark a record entered in error"
    CHANGE_STATUS = "CHANGE_STATUS", "change a patient's status"
    ACKNOWLEDGE = "ACKNOWLEDGE", "acknowledge a flag"
    SNOOZE = "SNOOZE", "snooze a flag"
    RESOLVE = "RESOLVE", "resolve a flag"
    ASSIGN = "ASSIGN", "take or assign a flag"
    HAND_OVER = "HAND_OVER", "offer, accept or decline a flag"
    SAY_AWAY = "SAY_AWAY", "say who is away and who stands in"
    REVIEW = "REVIEW", "mark a re-evaluation reviewed"
    SEE_SERIES = "SEE_SERIES", "see case series"
    EXPORT_SERIES = "EXPORT_SERIES", "export a case series"
    SEE_PROTOCOL = "SEE_PROTOCOL", "read the protocol"
    DRAFT_PROTOCOL = "DRAFT_PROTOCOL", "draft a version of the protocol"
    COUNT_PROTOCOL = "COUNT_PROTOCOL", "count what a draft of the protocol would change"
    TRY_PROTOCOL = "TRY_PROTOCOL", "try numbers of the protocol on the past"
    ADOPT_PROTOCOL = "ADOPT_PROTOCOL", "adopt a version of the protocol"
    MANAGE_MEMBERS = "MANAGE_MEMBERS", "manage members"
    SEE_AUDIT = "SEE_AUDIT", "read the audit log"


_CARE = {
    Act.SEE_QUEUE,
    Act.SEE_PATIENTS,
    Act.EDIT_PATIENTS,
    Act.LOG_VISIT,
    Act.BOOK,
    Act.CONTACT,
    Act.RECORD_RESULT,
    Act.IMPORT_RESULTS,
    Act.WRITE_CONTEXT,
    Act.ACKNOWLEDGE,
    Act.SNOOZE,
    Act.ASSIGN,
    Act.SEE_PROTOCOL,
}
MATRIX: dict[Role, frozenset[Act]] = {
    Role.ASSISTANT: frozenset(_CARE),
    Role.CLINICIAN: frozenset(
        _CARE
        | {
            Act.CHANGE_DOSE,
            Act.MARK_IN_ERROR,
            Act.CHANGE_STATUS,
            Act.RESOLVE,
            Act.HAND_OVER,
            Act.SAY_AWAY,
            Act.REVIEW,
            Act.SEE_SERIES,
            Act.EXPORT_SERIES,
            Act.COUNT_PROTOCOL,
            Act.TRY_PROTOCOL,
            Act.ADOPT_PROTOCOL,
        }
    ),
    Role.RESEARCHER: frozenset({Act.SEE_SERIES, Act.EXPORT_SERIES, Act.SEE_PROTOCOL}),
    Role.ADMIN: frozenset(
        {
            Act.MANAGE_MEMBERS,
            Act.SAY_AWAY,
            Act.SEE_AUDIT,
            Act.SEE_PROTOCOL,
            Act.DRAFT_PROTOCOL,
            Act.COUNT_PROTOCOL,
            Act.TRY_PROTOCOL,
        }
    ),
}


def may(roles: Iterable[str], act: Act) -> bool:
    """Whether any of the roles allows the act."""
    return any(act in MATRIX[Role(role)] for role in roles)


def roles_that_may(act: Act) -> list[str]:
    """The labels of the roles that can do `act`, for the page that refuses somebody."""
    return [str(role.label) for role in MATRIX if act in MATRIX[role]]
