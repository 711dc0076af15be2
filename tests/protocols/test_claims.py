"""The register of the founding article's claims."""

import pytest

from patients.vocabulary import MODIFIERS
from protocols.claims import CLAIMS, NOT_USED, Danger, Status, by_id
from protocols.thresholds import PROTOCOL_1


def test_the_register_runs_from_c01_to_c36() -> None:
    assert [claim.id for claim in CLAIMS] == [f"C{n:02}" for n in range(1, 37)]


def test_every_claim_has_a_text_a_finding_a_use_and_a_mark() -> None:
    for claim in CLAIMS:
        assert claim.text and claim.finding and claim.use and claim.mark in set("ABC"), claim.id


def test_what_the_literature_contradicts_or_does_not_know_keeps_the_mark_of_the_article() -> None:
    for claim in CLAIMS:
        if claim.status in {Status.CONTRADICTS, Status.NO_EVIDENCE}:
            assert claim.mark == "C", claim.id


def test_what_the_literature_supports_is_not_marked_as_the_article_alone() -> None:
    assert [claim.id for claim in CLAIMS if claim.status is Status.SUPPORTS] == ["C01", "C07", "C24", "C36"]
    assert all(claim.mark in "AB" for claim in CLAIMS if claim.status is Status.SUPPORTS)


def test_the_most_dangerous_claims_are_known() -> None:
    assert [claim.id for claim in CLAIMS if claim.danger is Danger.CRITICAL] == ["C34"]
    assert [claim.id for claim in CLAIMS if claim.danger is Danger.HIGH] == [
        "C11", "C12", "C16", "C18", "C22", "C23", "C26", "C29", "C30", "C31", "C32",
    ]  # fmt: skip


def test_a_higher_dose_for_a_genotype_is_not_used() -> None:
    assert by_id("C16").use == NOT_USED


def test_an_unknown_claim_is_not_found() -> None:
    with pytest.raises(KeyError):
        by_id("C37")


def test_thresholds_and_modifiers_cite_claims_that_exist() -> None:
    cited = {t.source.rsplit(" ", 1)[1] for t in PROTOCOL_1 if t.mark == "C"}
    cited |= {m.claim_id for m in MODIFIERS if m.claim_id}
    assert cited == {"C14", "C15", "C18", "C19", "C21", "C22"}
    assert all(by_id(claim_id) for claim_id in cited)
