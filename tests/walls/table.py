"""Every address of the app, the methods that it takes, and what each asks for.

A new route is written here, or the test fails. An Act is asked of the person's roles (accounts.permissions.
MATRIX); SIGNED_IN asks only for a person; BY_TOKEN for a token in the header; ANYBODY asks for nothing.
"""

from accounts.permissions import Act

ANYBODY, SIGNED_IN, BY_TOKEN = "ANYBODY", "SIGNED_IN", "BY_TOKEN"
Needs = dict[str, Act | str]


def form(act: Act | str) -> Needs:
    """A page that shows a form and takes it."""
    return {"GET": act, "POST": act}


def rows(read: Act, write: Act | None = None) -> Needs:
    return {"GET": read, **({"POST": write} if write else {})}


PAGES: dict[str, Needs] = {
    "health": {"GET": ANYBODY},
    "account_login": form(ANYBODY),
    "account_logout": form(ANYBODY),
    "account_inactive": {"GET": ANYBODY},
    "account_reauthenticate": form(SIGNED_IN),
    "account_change_password": form(SIGNED_IN),
    "accounts:choose_clinic": form(SIGNED_IN),
    "accounts:theme": {"POST": ANYBODY},
    "accounts:members": form(Act.MANAGE_MEMBERS),
    "accounts:member": form(Act.MANAGE_MEMBERS),
    "reviews:queue": {"GET": Act.SEE_QUEUE},
    "reviews:flag": {"GET": Act.SEE_QUEUE},
    "reviews:resolve_flag": form(Act.RESOLVE),
    "reviews:snooze_flag": form(Act.SNOOZE),
    "reviews:acknowledge_flag": {"POST": Act.ACKNOWLEDGE},
    "reviews:undo_flag": {"POST": Act.ACKNOWLEDGE},
    "reviews:choose_patient_for_visit": {"GET": Act.LOG_VISIT},
    "reviews:log_visit": form(Act.LOG_VISIT),
    "reviews:visit_draft": form(Act.LOG_VISIT),
    "reviews:visit_checks": {"POST": Act.LOG_VISIT},
    "reviews:start_regimen": form(Act.CHANGE_DOSE),
    "reviews:change_dose": form(Act.CHANGE_DOSE),
    "reviews:switch_product": form(Act.CHANGE_DOSE),
    "reviews:supervise_regimen": form(Act.CHANGE_DOSE),
    "reviews:stop_regimen": form(Act.CHANGE_DOSE),
    "reviews:interrupt_regimen": form(Act.CHANGE_DOSE),
    "reviews:resume_regimen": form(Act.CHANGE_DOSE),
    "reviews:add_source": form(Act.WRITE_CONTEXT),
    "reviews:end_source": form(Act.WRITE_CONTEXT),
    "reviews:give_advice": form(Act.WRITE_CONTEXT),
    "reviews:day_plan": {"GET": Act.SEE_PATIENTS},
    "reviews:record_results": form(Act.RECORD_RESULT),
    "reviews:add_entry": form(Act.WRITE_CONTEXT),
    "reviews:end_entry": form(Act.WRITE_CONTEXT),
    "reviews:mark_in_error": form(Act.MARK_IN_ERROR),
    "reviews:review_reevaluation": {"POST": Act.REVIEW},
    "patients:list": {"GET": Act.SEE_PATIENTS},
    "patients:new": form(Act.EDIT_PATIENTS),
    "patients:chart": {"GET": Act.SEE_PATIENTS},
    "patients:edit": form(Act.EDIT_PATIENTS),
    "patients:status": form(Act.CHANGE_STATUS),
    "regimens:detail": {"GET": Act.SEE_PATIENTS},
    "regimens:products": {"GET": Act.SEE_PATIENTS},
    "regimens:new_product": form(Act.CHANGE_DOSE),
    "regimens:forms": {"GET": Act.SEE_PROTOCOL},
    "caseseries:index": {"GET": Act.SEE_SERIES},
    "caseseries:definition": {"GET": Act.SEE_SERIES},
    "caseseries:lock": {"POST": Act.EXPORT_SERIES},
    "caseseries:exports": form(Act.EXPORT_SERIES),
    "caseseries:export": {"GET": Act.EXPORT_SERIES},
    "caseseries:download": {"GET": Act.EXPORT_SERIES},
    "protocols:index": {"GET": Act.SEE_PROTOCOL},
    "protocols:claims": {"GET": Act.SEE_PROTOCOL},
    "protocols:compare": {"GET": Act.SEE_PROTOCOL},
    "protocols:draft": form(Act.DRAFT_PROTOCOL),
    "protocols:discard": form(Act.DRAFT_PROTOCOL),
    "protocols:count": form(Act.COUNT_PROTOCOL),
    "protocols:adopt": form(Act.ADOPT_PROTOCOL),
    "audit:events": {"GET": Act.SEE_AUDIT},
}
_READ: Needs = {"GET": Act.SEE_PATIENTS}
_IN_ERROR: Needs = {"POST": Act.MARK_IN_ERROR}
_ENTRIES = ("medications", "conditions", "modifiers", "co-treatments")
API: dict[str, Needs] = {
    "api-token": {"POST": ANYBODY, "DELETE": BY_TOKEN},
    "api-schema": {"GET": ANYBODY},
    "api-docs": {"GET": ANYBODY},
    "api-patients-list": rows(Act.SEE_PATIENTS, Act.EDIT_PATIENTS),
    "api-patients-detail": {"GET": Act.SEE_PATIENTS, "PATCH": Act.EDIT_PATIENTS},
    "api-visits-list": rows(Act.SEE_PATIENTS, Act.LOG_VISIT),
    "api-visits-detail": _READ,
    "api-visits-entered-in-error": _IN_ERROR,
    "api-regimens-list": rows(Act.SEE_PATIENTS, Act.CHANGE_DOSE),
    "api-regimens-detail": _READ,
    "api-regimens-dose-steps": {"POST": Act.CHANGE_DOSE},
    "api-regimens-stop": {"POST": Act.CHANGE_DOSE},
    "api-regimens-switch": {"POST": Act.CHANGE_DOSE},
    "api-regimens-supervise": {"POST": Act.CHANGE_DOSE},
    "api-regimens-check": {"POST": Act.CHANGE_DOSE},
    "api-regimens-entered-in-error": _IN_ERROR,
    "api-dose-steps-list": _READ,
    "api-dose-steps-detail": _READ,
    "api-dose-steps-entered-in-error": _IN_ERROR,
    "api-products-list": rows(Act.SEE_PATIENTS, Act.CHANGE_DOSE),
    "api-products-detail": _READ,
    "api-lab-results-list": rows(Act.SEE_PATIENTS, Act.RECORD_RESULT),
    "api-lab-results-detail": _READ,
    "api-lab-results-entered-in-error": _IN_ERROR,
    "api-re-evaluations-list": {"GET": Act.SEE_QUEUE},
    "api-re-evaluations-detail": {"GET": Act.SEE_QUEUE},
    "api-re-evaluations-review": {"POST": Act.REVIEW},
    "api-flags-list": {"GET": Act.SEE_QUEUE},
    "api-flags-detail": {"GET": Act.SEE_QUEUE},
    "api-flags-acknowledge": {"POST": Act.ACKNOWLEDGE},
    "api-flags-snooze": {"POST": Act.SNOOZE},
    "api-flags-resolve": {"POST": Act.RESOLVE},
    "api-flags-undo": {"POST": Act.ACKNOWLEDGE},
    "api-other-sources-list": rows(Act.SEE_PATIENTS, Act.WRITE_CONTEXT),
    "api-other-sources-detail": _READ,
    "api-other-sources-end": {"POST": Act.WRITE_CONTEXT},
    "api-other-sources-entered-in-error": _IN_ERROR,
    "api-interruptions-list": rows(Act.SEE_PATIENTS, Act.CHANGE_DOSE),
    "api-interruptions-detail": _READ,
    "api-interruptions-resume": {"POST": Act.CHANGE_DOSE},
    "api-interruptions-entered-in-error": _IN_ERROR,
    "api-diet-advice-list": rows(Act.SEE_PATIENTS, Act.WRITE_CONTEXT),
    "api-diet-advice-detail": _READ,
    "api-diet-advice-entered-in-error": _IN_ERROR,
    **{f"api-{kind}-list": rows(Act.SEE_PATIENTS, Act.WRITE_CONTEXT) for kind in _ENTRIES},
    **{f"api-{kind}-detail": _READ for kind in _ENTRIES},
    **{f"api-{kind}-end": {"POST": Act.WRITE_CONTEXT} for kind in _ENTRIES},
    **{f"api-{kind}-entered-in-error": _IN_ERROR for kind in _ENTRIES},
    "api-claims-list": {"GET": Act.SEE_PROTOCOL},
    "api-protocols-list": {"GET": Act.SEE_PROTOCOL},
    "api-protocols-detail": {"GET": Act.SEE_PROTOCOL},
    "api-protocols-draft": {"POST": Act.DRAFT_PROTOCOL},
    "api-protocols-count": {"POST": Act.COUNT_PROTOCOL},
    "api-protocols-adopt": {"POST": Act.ADOPT_PROTOCOL},
    "api-case-series-list": {"POST": Act.SEE_SERIES},
    "api-case-series-exports-list": rows(Act.SEE_SERIES, Act.EXPORT_SERIES),
    "api-case-series-exports-detail": {"GET": Act.SEE_SERIES},
    "api-case-series-exports-file": {"GET": Act.EXPORT_SERIES},
}
TABLE = PAGES | API
