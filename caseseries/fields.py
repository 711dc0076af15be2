"""Every field of every model: may it leave the clinic in a case series, and as what; or why it stays (pure).

A new field fails the guard test until somebody has decided here. What leaves of one person does so through
`caseseries.columns`. Source of the reasons: clinical facts 10.1 (HIPAA Safe Harbor, A).
"""

# How a value leaves; nothing leaves as it is stored but codes and measured values.
AS_BAND = "as an age band of 5 years, 90+ at the top"
AS_WEEK = "as completed weeks since the start"
AS_CODE = "as a code of a closed list"
AS_VALUE = "as a measured value or an amount"
AS_FILTER = "decides who is in, and is in no file"
AS_COUNT = "as a count of people, suppressed where it is small"

MAY_LEAVE: dict[str, dict[str, str]] = {
    "patients.Patient": {
        "birth_date": AS_BAND,
        "sex": AS_CODE,
        "research_consent": AS_FILTER,
        "publication_consent_on": AS_FILTER,
        "status": AS_CODE,
        "deceased_on": AS_CODE,
        "unreachable_since": AS_CODE,
        "death_relation": AS_COUNT,
    },
    "patients.Visit": {"visited_on": AS_WEEK, "adherence_percent": AS_CODE},
    "patients.SymptomAnswer": {
        "symptom": AS_CODE,
        "answer": AS_CODE,
        "onset_on": AS_WEEK,
        "grade": AS_COUNT,
        "urgency": AS_COUNT,
    },
    "patients.Outcome": {"instrument": AS_FILTER, "answered_on": AS_WEEK, "total": AS_VALUE},
    "regimens.Product": {"form": AS_CODE, "elemental_mg_per_unit": AS_VALUE},
    "regimens.Regimen": {
        "started_on": AS_FILTER,
        "stopped_on": AS_FILTER,
        "stop_reason": AS_CODE,
        "prior_magnesium": AS_COUNT,
    },
    "regimens.DoseStep": {"effective_on": AS_FILTER},
    "regimens.Intake": {"units": AS_VALUE},
    "labs.LabResult": {
        "analyte": AS_FILTER,
        "comparator": AS_FILTER,
        "canonical_value": AS_VALUE,
        "collected_on": AS_WEEK,
        "status": AS_FILTER,
        "doubt": AS_FILTER,
    },
    "protocols.Protocol": {"version": AS_VALUE},
    "accounts.Clinic": {"small_cell_threshold": AS_VALUE},
    "caseseries.Definition": {"values": AS_VALUE, "sha256": AS_VALUE},
    "caseseries.Export": {
        "data_cut_on": AS_VALUE,
        "threshold": AS_VALUE,
        "counts": AS_VALUE,
        "files": AS_VALUE,
        "profile": AS_CODE,
        "data_cut_sha256": AS_VALUE,
    },
}

IDENTIFIES = "names or reaches a person (10.1 A, D, F, H)"
DATE = "a date or moment that bears on a person (10.1 C)"
NUMBER = "a number or code of one person or thing (10.1 R)"
LINK = "joins rows, and would join files"
TEXT = "free text"
STAFF = "about a member of the clinic"
RARE = "few people have it, or it is sensitive: genes, conditions, medicines, reasons"
WORK = "how the clinic works, not what became of a person"
KEYS = "opens something"
DERIVED = "follows from fields that are decided above"

_ROW = {
    NUMBER: "id",
    LINK: "clinic",
    DATE: "created_at error_at",
    STAFF: "created_by error_by",
    TEXT: "error_reason",
    WORK: "version",
}
_OF_PATIENT = {**_ROW, LINK: "clinic patient"}
_ENTRY = {
    **_OF_PATIENT,
    DATE: "created_at error_at since until",
    TEXT: "error_reason value unit source",
    RARE: "code",
}
# {model: {why: the fields, with blanks between them}}
MUST_STAY: dict[str, dict[str, str]] = {
    "accounts.Clinic": {
        IDENTIFIES: "name slug",
        NUMBER: "id",
        WORK: (
            "time_zone jurisdiction re_evaluation_analyte works_from works_until works_on is_demo swept_on"
            " needs_second_releaser version"
        ),
        KEYS: "export_key",
    },
    "accounts.User": {STAFF: "name email is_active last_login", NUMBER: "id", KEYS: "password"},
    "accounts.Membership": {
        STAFF: "user clinic roles ended_at ended_by",
        NUMBER: "id",
        WORK: "gets_digest version",
    },
    "accounts.Absence": {
        NUMBER: "id",
        STAFF: "clinic membership deputy from_on until_on created_at created_by",
    },
    "accounts.CalendarFeed": {
        NUMBER: "id",
        STAFF: "membership created_at revoked_at last_read_at",
        KEYS: "digest",
    },
    "accounts.ApiToken": {
        STAFF: "membership created_at expires_at last_used_at revoked_at",
        NUMBER: "id",
        KEYS: "digest",
    },
    "accounts.IdempotencyKey": {
        STAFF: "membership created_at",
        NUMBER: "id key body_sha256",
        WORK: "route status",
        IDENTIFIES: "answer",
    },
    "audit.AuditEvent": {
        STAFF: "user at origin",
        NUMBER: "id object_id patient_id",
        IDENTIFIES: "before after",
        WORK: "clinic act model",
    },
    "protocols.Protocol": {
        STAFF: "adopted_by drafted_by",
        NUMBER: "id",
        WORK: "clinic adopted_at drafted_at",
        TEXT: "summary",
        DERIVED: "values",
    },
    "patients.Patient": {
        **_ROW,
        IDENTIFIES: "mrn family_name given_name contact search",
        DATE: "created_at error_at returns_on research_consent_on",
        STAFF: "created_by error_by owner",
        TEXT: "error_reason status_reason transferred_to unreachable_reason shared_with",
        WORK: "version is_synthetic prescribed_by monitored_by",
    },
    "patients.Visit": {
        **_OF_PATIENT,
        DATE: "created_at error_at received_at",
        STAFF: "created_by error_by clinician dose_settled_at dose_settled_by",
        TEXT: "error_reason note",
        RARE: "told_by dose_settled_as",
        WORK: "version kind is_re_evaluation dose_told_elemental_mg",
    },
    "patients.SymptomAnswer": {
        **_OF_PATIENT,
        LINK: "clinic patient visit protocol",
        TEXT: "error_reason other_text",
        RARE: "nocturnal",
        DERIVED: "review_reason",
    },
    "patients.SymptomEpisode": {
        NUMBER: "id",
        LINK: "clinic patient opened_by",
        DATE: "onset_on resolved_on",
        DERIVED: "symptom highest_grade elemental_mg_per_day_at_onset",
    },
    "patients.Outcome": {
        **_OF_PATIENT,
        LINK: "clinic patient visit protocol",
        RARE: "items",
        DERIVED: "review_reason",
    },
    "patients.Modifier": _ENTRY,
    "patients.Condition": _ENTRY,
    "patients.Medication": {**_ENTRY, RARE: "code taken_at"},
    "patients.CoTreatment": {**_ENTRY, RARE: "code taken_at"},
    "regimens.Product": {
        NUMBER: "id code",
        LINK: "clinic",
        TEXT: "name unit_name label_basis",
        WORK: "kind vitamin_b6_mg_per_unit vitamin_d_ug_per_unit calcium_mg_per_unit",
        DERIVED: "compound_mg_per_unit",
    },
    "regimens.Regimen": {
        **_OF_PATIENT,
        LINK: "clinic patient product replaces stop_visit",
        DATE: "created_at error_at check_again_on",
        STAFF: "created_by error_by supervisor",
        TEXT: "error_reason indication kidney_reason supervision_note specialist_note",
        RARE: "contraindications",
    },
    "regimens.DoseStep": {
        **_OF_PATIENT,
        LINK: "clinic patient regimen visit",
        TEXT: "error_reason reason above_level_reason",
    },
    "regimens.Intake": {**_ROW, LINK: "clinic step", WORK: "version at timing minutes_before_meal"},
    "regimens.Interruption": {
        **_OF_PATIENT,
        LINK: "clinic patient regimen",
        DATE: "created_at error_at from_on until_on",
        TEXT: "error_reason reason",
    },
    "regimens.OtherSource": {
        **_OF_PATIENT,
        LINK: "clinic patient product",
        DATE: "created_at error_at since until",
        TEXT: "error_reason source",
        RARE: "units_per_day",
    },
    "regimens.DietAdvice": {**_OF_PATIENT, DATE: "created_at error_at given_on", WORK: "version advice"},
    "regimens.Finding": {
        NUMBER: "id",
        LINK: "clinic patient step medication protocol",
        DATE: "holds_from holds_until review_from",
        DERIVED: "check_code subject hours_apart severity sentence mark source claim act_today",
    },
    "labs.LabResult": {
        **_OF_PATIENT,
        NUMBER: "id source_id",
        LINK: "clinic patient visit protocol derived_from superseded_by cancelled_by",
        DATE: "created_at error_at collected_at reported_at received_at analysed_at last_mg_dose_at",
        TEXT: "error_reason laboratory method analyzer specimen anticoagulant storage abnormal_flag source",
        WORK: "version loinc zone_assumed haemolysed anaerobic ph ph_adjusted fasting",
        DERIVED: (
            "value unit reference_low reference_high interval_low interval_high interval_source"
            " interpretation concern review_reason awaits_dose"
        ),
    },
    "labs.ExpectedResult": {
        **_OF_PATIENT,
        LINK: "clinic patient met_by",
        DATE: "created_at error_at owed_from due_on alert_on withdrawn_at",
        STAFF: "created_by error_by withdrawn_by",
        TEXT: "error_reason withdrawn_reason",
        WORK: "version analyte why",
    },
    "labs.ResultCancellation": {
        **_OF_PATIENT,
        NUMBER: "id source_id",
        DATE: "created_at error_at reported_at received_at",
        TEXT: "error_reason laboratory source",
        WORK: "version how",
    },
    "labs.Laboratory": {**_ROW, TEXT: "error_reason name known_as columns"},
    "labs.LaboratoryTest": {
        **_ROW,
        LINK: "clinic laboratory",
        TEXT: "error_reason local_name",
        WORK: (
            "version analyte loinc is_ignored unit reference_low reference_high interval_low interval_high"
        ),
    },
    "labs.LabNotice": {
        **_ROW,
        LINK: "clinic test",
        STAFF: "created_by error_by seen_at seen_by",
        TEXT: "error_reason sentence",
        WORK: "version kind",
    },
    "labs.Import": {
        **_ROW,
        NUMBER: "id sha256",
        LINK: "clinic laboratory",
        IDENTIFIES: "content",
        STAFF: "created_by error_by committed_at committed_by undone_at undone_by",
        TEXT: "error_reason file_name refusal error",
        WORK: ("version stage channel size format dialect passed_over state total done lease_until attempt"),
    },
    "labs.ImportRow": {
        **_ROW,
        LINK: "clinic source patient result cancellation",
        IDENTIFIES: "raw reported",
        STAFF: "created_by error_by decided_at decided_by",
        TEXT: "error_reason reason",
        WORK: "version number place outcome settled",
        DERIVED: "analyte canonical_value interpretation",
    },
    # Context of one person, from things with numbers of their own: nothing of it leaves.
    "wearables.Device": {
        **_OF_PATIENT,
        NUMBER: "id serial",
        DATE: "created_at error_at since until",
        TEXT: "error_reason maker model",
        WORK: "version worn_as measures",
    },
    "wearables.ReadingBatch": {
        **_OF_PATIENT,
        TEXT: "error_reason file_name",
        WORK: "version source stored already_stored",
    },
    "wearables.SourceOrder": {**_OF_PATIENT, WORK: "version kind devices on_chart"},
    "wearables.Reading": {
        NUMBER: "id",
        LINK: "clinic patient device batch",
        DATE: "at received_at",
        RARE: "kind value unit canonical_value is_withdrawn",
    },
    "reviews.Reevaluation": {
        **_OF_PATIENT,
        LINK: "clinic patient step protocol result reviewed_result met_by_result met_by_visit",
        DATE: (
            "created_at error_at anchored_on opens_on closes_on superseded_on stopped_on booked_on"
            " reviewed_at met_on"
        ),
        STAFF: "created_by error_by reviewed_by",
        TEXT: "error_reason trail",
        WORK: "version cause",
    },
    "reviews.Flag": {
        NUMBER: "id",
        LINK: (
            "clinic patient reevaluation symptom_answer lab_result finding expected_result outcome protocol"
            " previous"
        ),
        DATE: "raised_at due_by snoozed_until closed_at",
        STAFF: "owner offered_to offered_at offered_by offer_ends_at closed_by",
        TEXT: "note",
        WORK: "rule severity emergency state action cleared_because version",
        IDENTIFIES: "inputs",
    },
    "reviews.FlagEvent": {
        NUMBER: "id",
        LINK: "clinic flag",
        DATE: "at",
        STAFF: "by",
        WORK: "act version",
        IDENTIFIES: "detail",
    },
    "reviews.Sweep": {
        NUMBER: "id",
        LINK: "clinic",
        WORK: "on started_at finished_at is_thorough patients assessed raised cleared panel mismatch",
        IDENTIFIES: "not_evaluable error",
    },
    "reviews.ProtocolRun": {
        NUMBER: "id reached",
        LINK: "clinic protocol",
        STAFF: "asked_by",
        WORK: ("kind state values asked_at finished_at total done raised cleared lease_until attempt error"),
    },
    "reviews.ContactAttempt": {
        **_OF_PATIENT,
        LINK: "clinic patient reevaluation",
        DATE: "created_at error_at attempted_at call_again_on booked_on",
        TEXT: "error_reason note",
        RARE: "outcome",
        WORK: "version way",
    },
    "reviews.SavedView": {NUMBER: "id", STAFF: "clinic membership name query saved_at"},
    "reviews.QueueLook": {NUMBER: "id", STAFF: "clinic membership looked_at new_since"},
    "reviews.MorningPlace": {NUMBER: "id place", LINK: "clinic patient", STAFF: "membership", DATE: "on"},
    "reviews.Message": {
        NUMBER: "id",
        STAFF: "clinic membership kind on state counts asked_at held_until attempt sent_at error",
    },
    "reviews.Backtest": {
        NUMBER: "id reached",
        LINK: "clinic protocol",
        STAFF: "asked_by",
        WORK: ("tried since until asked_at finished_at found state total done lease_until attempt error"),
    },
    "reviews.Draft": {
        NUMBER: "id",
        LINK: "patient",
        STAFF: "membership",
        DATE: "saved_at",
        WORK: "form base_version",
        IDENTIFIES: "payload",
    },
    "caseseries.Definition": {NUMBER: "id", LINK: "clinic protocol", STAFF: "locked_at locked_by"},
    "caseseries.Export": {
        NUMBER: "id",
        LINK: "clinic definition",
        STAFF: "exported_at exported_by finished_at released_at released_by",
        WORK: (
            "manifest_sha256 formats needs_second_releaser state step total done lease_until attempt error"
        ),
    },
    "caseseries.SavedSeries": {
        NUMBER: "id",
        LINK: "clinic definition",
        STAFF: "saved_at saved_by",
        TEXT: "name",
        WORK: "version",
    },
    "caseseries.Statement": {
        NUMBER: "id",
        LINK: "clinic definition",
        STAFF: "stated_at stated_by",
        TEXT: "text",
        WORK: "item",
    },
    "caseseries.Disclosure": {NUMBER: "id", LINK: "clinic export members", DERIVED: "tables"},
}
