"""What the mappings of Xhibit, the police interface and Libra's court lists promise: records in, unified rows out."""

from __future__ import annotations

import pytest

from onecrown.definitions.model import load_model

from .mapped import USUAL, assert_maps, read_as, table, unified

XHIBIT, SPI, LIST = "xhibit/extract", "libra/resulted_case", "libra/daily_court_list"
EVENTS = "common_platform/hearing_resulted"


# --- Xhibit: the verdict, which its tables do not hold


def test_a_guilty_plea_alone_is_a_derived_verdict_of_guilty() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea
        g      | G
        cpg    | CPG
        cpgj   | CPGJ
        glo    | GLO
        gao    | GAO
        """,
        """
        offence_id   | verdict_code                  | verdict_source_code | is_conviction | is_derived | verdict_on
        offence g    | guilty                        | G                   | true          | true       |
        offence cpg  | guilty                        | G                   | true          | true       |
        offence cpgj | guilty                        | G                   | true          | true       |
        offence glo  | guilty_of_lesser_offence      | GL                  | true          | true       |
        offence gao  | guilty_of_alternative_offence | GA                  | true          | true       |
        """,
    )


def test_any_other_plea_without_an_outcome_tells_no_verdict() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea | appeal_result
        ng     | NG   |
        cpng   | CPNG |
        npt    | NPT  |
        aa     | AA   |
        ac     | AC   |
        p      | P    |
        o      | O    |
        none   |      |
        """,
        "offence_id | verdict_code",
    )


def test_a_conviction_on_a_disposal_goes_before_the_plea() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge   | plea
        recorded | NG
        markers  | NG
        lesser   | GLO

        disposal | charge   | conviction_recorded | defendant_convicted | outcome_on
        1        | recorded | Y                   |                     | 2025-12-12
        2        | markers  |                     | Y                   | 2025-12-13
        3        | lesser   | Y                   | Y                   | 2025-12-14
        """,
        """
        offence_id       | verdict_code             | is_conviction | verdict_on
        offence recorded | guilty                   | true          | 2025-12-12
        offence markers  | guilty                   | true          | 2025-12-13
        offence lesser   | guilty_of_lesser_offence | true          | 2025-12-14
        """,
    )


def test_a_disposal_without_conviction_is_not_guilty_whatever_the_plea() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea
        ng     | NG
        g      | G
        gao    | GAO

        disposal | charge | conviction_recorded | defendant_convicted | outcome_on
        1        | ng     | N                   | N                   | 2025-12-12
        2        | g      |                     | N                   | 2025-12-13
        3        | gao    |                     | N                   | 2025-12-14
        """,
        """
        offence_id  | verdict_code | verdict_source_code | is_conviction | verdict_on
        offence ng  | not_guilty   | NG                  | false         | 2025-12-12
        offence g   | not_guilty   | NG                  | false         | 2025-12-13
        offence gao | not_guilty   | NG                  | false         | 2025-12-14
        """,
    )


def test_a_conviction_on_one_disposal_goes_before_a_denial_on_another_and_the_first_day_counts() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea
        1      | NG

        disposal | charge | conviction_recorded | defendant_convicted | outcome_on
        1        | 1      |                     | N                   | 2025-12-10
        2        | 1      |                     | Y                   | 2025-12-14
        3        | 1      | Y                   |                     | 2025-12-12
        """,
        """
        verdict_code | is_conviction | verdict_on
        guilty       | true          | 2025-12-12
        """,
    )


def test_a_conviction_not_recorded_says_nothing_of_the_verdict() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea
        ng     | NG
        g      | G

        disposal | charge | conviction_recorded | defendant_convicted | outcome_on
        1        | ng     | N                   |                     | 2025-12-12
        2        | g      | N                   |                     | 2025-12-12
        """,
        """
        offence_id | verdict_code | verdict_on
        offence g  | guilty       |
        """,
    )


def test_a_disposal_of_the_defendant_as_a_whole_says_nothing_of_a_charge() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        charge | plea
        1      | NG

        disposal | charge | defendant_convicted | outcome_on
        1        |        | Y                   | 2025-12-12
        """,
        "offence_id | verdict_code",
    )


def test_an_appeal_has_the_result_of_the_appeal_and_no_conviction() -> None:
    assert_maps(
        XHIBIT,
        "verdict",
        """
        case | court_id | case_type | case_no
        1    | 453      | A         | 20250007

        charge   | case_type | plea | appeal_result
        charge   | A         | G    | AA
        disposal | A         |      |
        both     | A         |      | AD
        neither  | A         | G    |

        disposal | charge   | appeal_result | defendant_convicted | outcome_on
        1        | disposal | AC            |                     | 2025-12-12
        2        | both     | SV            |                     | 2025-12-13
        3        | neither  |               | Y                   | 2025-12-14
        """,
        """
        offence_id       | verdict_code              | verdict_source_code | is_conviction | verdict_on
        offence charge   | appeal_allowed            | AA                  |               |
        offence disposal | appeal_abandoned_in_court | AC                  |               | 2025-12-12
        offence both     | appeal_dismissed          | AD                  |               | 2025-12-13
        """,
    )


def test_a_case_for_sentence_was_convicted_on_the_day_of_the_court_below() -> None:
    records = """
        case | court_id | case_type | case_no  | magistrates_convicted_on
        1    | 453      | S         | 20250008 | 2025-10-01

        charge | case_type | plea
        1      | S         | G

        disposal | charge | defendant_convicted | outcome_on
        1        | 1      | Y                   | 2025-12-12
        """
    assert_maps(XHIBIT, "verdict", records, "verdict_code | verdict_on\nguilty | 2025-10-01")
    assert_maps(XHIBIT, "offence", records, "offence_id | convicted_on\noffence 1 | 2025-10-01")


# --- Xhibit: pleas, remand, warrants


def test_special_pleas_are_no_guilty_pleas_and_keep_their_own_code() -> None:
    assert_maps(
        XHIBIT,
        "plea",
        """
        charge | plea
        aa     | AA
        ac     | AC
        p      | P
        """,
        """
        offence_id | plea_code         | plea_source_code
        offence aa | autrefois_acquit  | AA
        offence ac | autrefois_convict | AC
        offence p  | pardon            | P
        """,
    )
    groups = {c.standard_code: c.group for c in load_model().code_lists["plea"].codes}
    assert {groups[code] for code in ("autrefois_acquit", "autrefois_convict", "pardon")} == {"special_plea"}


def test_each_plea_of_xhibit_has_its_standard_code_and_no_plea_has_no_row() -> None:
    assert_maps(
        XHIBIT,
        "plea",
        """
        charge | plea
        g      | G
        ng     | NG
        glo    | GLO
        gao    | GAO
        cpg    | CPG
        cpgj   | CPGJ
        cpng   | CPNG
        npt    | NPT
        o      | O
        none   |
        """,
        """
        offence_id   | plea_code
        offence g    | guilty
        offence ng   | not_guilty
        offence glo  | guilty_to_lesser_offence
        offence gao  | guilty_to_alternative_offence
        offence cpg  | changed_to_guilty_before_jury_sworn
        offence cpgj | changed_to_guilty_after_jury_sworn
        offence cpng | changed_to_not_guilty
        offence npt  | no_plea
        offence o    | other
        """,
    )


def test_a_plea_that_no_list_knows_is_kept_and_left_unmapped() -> None:
    assert_maps(
        XHIBIT,
        "plea",
        """
        charge | plea
        1      | MAYBE
        """,
        """
        plea_code | plea_source_code
                  | MAYBE
        """,
    )


def test_the_remand_status_now_goes_before_that_at_committal_and_j_is_care_not_custody() -> None:
    assert_maps(
        XHIBIT,
        "remand_status",
        """
        case_subject | remand_now | remand_at_committal | custody_time_limit_on
        now          | B          | C                   |
        committal    |            | C                   | 2026-09-01
        care         | J          |                     |
        care_before  |            | J                   |
        not_at_all   | N          | C                   |
        silent       |            |                     |
        """,
        """
        defendant_id          | remand_code          | remand_source_code | custody_time_limit_on
        defendant now         | bail                 | B                  |
        defendant committal   | custody              | C                  | 2026-09-01
        defendant care        | local_authority_care | J                  |
        defendant care_before | local_authority_care | J                  |
        defendant not_at_all  | not_applicable       | N                  |
        """,
    )


def test_the_remand_status_at_committal_has_the_day_of_sending_or_committal() -> None:
    assert_maps(
        XHIBIT,
        "remand_status",
        """
        case      | court_id | case_type | case_no  | sent_on    | committed_on
        sent      | 453      | T         | 20260001 | 2026-01-05 |
        committed | 453      | S         | 20260002 |            | 2026-01-12
        untold    | 453      | T         | 20260003 |            |

        case_subject | case      | remand_now | remand_at_committal
        one          | sent      | B          | C
        two          | committed |            | B
        three        | untold    | C          | B
        four         | sent      | C          |
        """,
        """
        defendant_id    | remand_code | committal_remand_code | committal_remand_source_code | committal_on
        defendant one   | bail        | custody               | C                            | 2026-01-05
        defendant two   | bail        | bail                  | B                            | 2026-01-12
        defendant three | custody     | bail                  | B                            |
        defendant four  | custody     |                       |                              | 2026-01-05
        """,
    )


def test_a_bench_warrant_ends_when_it_is_executed() -> None:
    assert_maps(
        XHIBIT,
        "warrant",
        """
        bw_history | issued_on  | executed_on
        executed   | 2025-11-10 | 2025-11-12
        open       | 2025-11-20 |
        """,
        """
        warrant_id       | defendant_id | case_id      | warrant_type_code | issued_on  | executed_on
        warrant executed | defendant 1  | court_case 1 | bench             | 2025-11-10 | 2025-11-12
        warrant open     | defendant 1  | court_case 1 | bench             | 2025-11-20 |
        """,
    )


# --- Xhibit: cases


def test_a_placeholder_for_a_common_platform_case_survives_nothing() -> None:
    records = """
        case | court_id | case_type | case_no
        1    | 453      | T         | 20250101
        2    | 453      | T         | CPP20250101
        3    | 453      | C         | PP202501
        """
    assert_maps(
        XHIBIT,
        "court_case",
        records,
        """
        case_id      | source_case_id  | is_cp_placeholder
        court_case 1 | 453T20250101    | false
        court_case 2 | 453TCPP20250101 | true
        court_case 3 | 453CPP202501    | true
        """,
    )
    assert_maps(
        XHIBIT,
        "case_source_record",
        records,
        """
        case_id      | is_survivor | reason_code
        court_case 1 | true        | only_record
        court_case 2 | false       | placeholder
        court_case 3 | false       | placeholder
        """,
    )


def test_a_transferred_case_says_both_courts_and_the_number_that_it_had_there() -> None:
    assert_maps(
        XHIBIT,
        "court_case",
        """
        case      | court_id | case_type | case_no  | transferred_from_court | original_case_no | transferred_in_on
        bare      | 453      | T         | 20250101 | 404                    | 20240077         | 2025-02-03
        lettered  | 453      | T         | 20250102 | 404                    | S20240078        | 2025-02-03
        free_text | 453      | T         | 20250103 | 404                    | SEE FILE         |
        no_court  | 453      | T         | 20250104 |                        | 20240079         |
        """,
        """
        case_id              | transferred_from_court_code | original_source_case_id | transferred_in_on
        court_case bare      | C20BI00                     | 404T20240077            | 2025-02-03
        court_case lettered  | C20BI00                     | 404S20240078            | 2025-02-03
        court_case free_text | C20BI00                     | SEE FILE                |
        court_case no_court  |                             | 20240079                |
        """,
    )
    assert_maps(
        XHIBIT,
        "court_case",
        """
        case | court_id | case_type | case_no  | transferred_to_court | transferred_out_on
        1    | 453      | T         | 20250101 | 404                  | 2025-12-15
        2    | 453      | T         | 20250102 | 999                  |
        """,
        """
        court_code | transferred_to_court_code | transferred_to_court_source_code | transferred_out_on
        C01SN00    | C20BI00                   | 404                              | 2025-12-15
        C01SN00    |                           | 999                              |
        """,
    )


def test_a_case_takes_the_least_usable_reference_of_its_defendants() -> None:
    assert_maps(
        XHIBIT,
        "court_case",
        """
        case        | court_id | case_type | case_no
        valid       | 453      | T         | 20250101
        placeholder | 453      | T         | 20250102
        malformed   | 453      | T         | 20250103
        absent      | 453      | T         | 20250104

        case_subject | case        | ptiurn
        1            | valid       | 00NP0000001
        2            | valid       | 01ZD/0100125
        3            | valid       | 01ZD0100126
        4            | placeholder | 00PP0000001
        5            | placeholder | TEST
        6            | malformed   | TEST
        7            | absent      |
        """,
        """
        case_id                | case_urn    | case_urn_standing_code
        court_case valid       | 01ZD0100125 | valid
        court_case placeholder | 00PP0000001 | placeholder
        court_case malformed   | TEST        | malformed
        court_case absent      |             | absent
        """,
    )


def test_a_trial_case_without_a_receipt_type_takes_the_type_of_its_offence() -> None:
    assert_maps(
        XHIBIT,
        "court_case",
        """
        case     | court_id | case_type | case_no  | receipt_type | either_way_type
        told     | 453      | T         | 20250101 | CT           | EW
        not_told | 453      | T         | 20250102 |              | EW
        sentence | 453      | S         | 20250103 |              | EW
        """,
        """
        case_id             | case_type_code         | receipt_type_code   | receipt_type_source_code
        court_case told     | trial                  | committal_for_trial | CT
        court_case not_told | trial                  | either_way          | EW
        court_case sentence | committal_for_sentence |                     |
        """,
    )


@pytest.mark.parametrize(
    "row",
    table(
        """
        record_type | field       | text               | date
        case        | received_on | 03-MAR-25          | 2025-03-03
        case        | received_on | 03-MAR-25 10:30:00 | 2025-03-03
        case        | received_on | 03-MAR-2025        | 2025-03-03
        case        | received_on | 01-JAN-70          | 1970-01-01
        case        | received_on | 31-DEC-99          | 1999-12-31
        case        | received_on | 01-JAN-00          | 2000-01-01
        case        | received_on | 31-DEC-69          | 2069-12-31
        case        | received_on | 31-FEB-25          |
        case        | received_on | 25-03-03           |
        subject     | born_on     | 14-APR-85          | 1985-04-14
        subject     | born_on     | 05-JAN-16          | 2016-01-05
        subject     | born_on     | 06-JAN-16          | 1916-01-06
        subject     | born_on     | 01-JAN-26          | 1926-01-01
        subject     | born_on     | 01-JAN-68          | 1968-01-01
        subject     | born_on     | 14-APR-1985        | 1985-04-14
        """
    ),
    ids=lambda row: " ".join(row.values()),
)
def test_a_year_of_two_digits_is_read_by_the_rule_for_what_it_dates(row: dict[str, str]) -> None:
    assert read_as(XHIBIT, row["record_type"], row["field"], row["text"], "2026-01-05") == row["date"]


# --- Xhibit: defendants, results, days


def test_a_company_is_a_defendant_without_age_and_sex_of_a_person() -> None:
    assert_maps(
        XHIBIT,
        "defendant",
        """
        subject | sex | born_on
        person  | F   | 2008-03-02
        younger | M   | 2008-03-03
        company | C   |
        unknown |     |

        case_subject | subject
        1            | person
        2            | younger
        3            | company
        4            | unknown
        """,
        """
        defendant_id | master_defendant_id | is_organisation | sex_code     | age_band_code
        defendant 1  | person person       | false           | female       | 18_to_24
        defendant 2  | person younger      | false           | male         | 10_to_17
        defendant 3  | person company      | true            | organisation |
        defendant 4  | person unknown      | false           |              | not_known
        """,
    )


def test_a_disposal_belongs_to_its_charge_or_else_to_the_defendant_as_a_whole() -> None:
    assert_maps(
        XHIBIT,
        "result",
        """
        disposal | chg_id | charge | disposal_code | outcome_on | defendant_convicted
        charge   | 5001   | 1      | IMP           | 2025-12-12 | Y
        whole    |        |        | NSP           | 2025-12-12 | N
        waiting  | 5999   | absent | FINE          | 2025-12-12 |
        """,
        """
        result_id     | owner_kind_code | offence_id | defendant_id | result_code | result_source_code | is_conviction
        result charge | offence         | offence 1  |              | 1002        | IMP                | true
        result whole  | defendant       |            | defendant 1  | 1057        | NSP                | false
        """,
    )


def test_a_disposal_has_a_length_where_its_amount_has_a_unit_and_is_whole() -> None:
    assert_maps(
        XHIBIT,
        "result",
        """
        disposal | amount_1 | units_1 | amount_2 | units_2
        both     | 18       | M       | 2        | Weeks
        half     | 1.5      | Years   |          |
        no_unit  | 250      |         |          |
        unknown  | 2        | Moons   |          |
        """,
        """
        result_id      | duration_value | duration_unit_code | duration_unit_source_code | secondary_duration_unit_code
        result both    | 18             | months             | M                         | weeks
        result half    |                | years              | Years                     |
        result no_unit |                |                    |                           |
        result unknown | 2              |                    | Moons                     |
        """,
    )


def test_the_amounts_of_a_disposal_are_pounds_together() -> None:
    assert_maps(
        XHIBIT,
        "result",
        """
        disposal | amount_1 | fine_pounds | costs_pounds | compensation_pounds
        two      |          | 250         | 85.50        |
        nought   |          | 0           |              |
        none     | 250      |             |              |
        """,
        """
        result_id     | amount_pounds
        result two    | 335.50
        result nought | 0.00
        result none   |
        """,
    )


def test_a_listed_day_is_held_only_where_an_outcome_shows_that_it_came() -> None:
    assert_maps(
        XHIBIT,
        "hearing_day",
        """
        case_hearing_day | court_id | listed_for | trial_outcome | removed_reason | removed_on
        held             | 453      | 2025-11-10 | E1            |                |
        held_and_removed | 453      | 2025-11-10 | A             | B              | 2025-11-10
        vacated          | 453      | 2025-11-10 |               | B              | 2025-11-07
        in_words         | 453      | 2025-11-10 |               | JUDGE ILL      | 2025-11-07
        cancelled        | 453      | 2025-11-10 |               |                | 2025-11-07
        listed           | 453      | 2025-11-10 |               |                |
        no_day           | 453      |            |               |                |
        """,
        """
        hearing_id               | hearing_on | listing_status_code | removed_reason_source_code
        hearing held             | 2025-11-10 | held                |
        hearing held_and_removed | 2025-11-10 | held                | B
        hearing vacated          | 2025-11-10 | vacated             | B
        hearing in_words         | 2025-11-10 | vacated             |
        hearing cancelled        | 2025-11-10 | cancelled           |
        hearing listed           | 2025-11-10 | listed              |
        """,
    )


def test_the_day_of_a_list_entry_is_the_listed_one_even_where_it_was_held() -> None:
    assert_maps(
        XHIBIT,
        "hearing_day",
        """
        case_hearing_day | court_id | listed_for | trial_outcome
        1                | 453      | 2025-11-10 | E1
        """,
        """
        hearing_on | hearing_day_basis_code | listing_status_code | court_code
        2025-11-10 | listed                 | held                | C01SN00
        """,
    )


def test_only_trials_are_vacated_trials_and_the_letter_alone_tells_cracked_from_ineffective() -> None:
    assert_maps(
        XHIBIT,
        "trial_outcome",
        """
        case_hearing_day | hearing_type | listed_for | trial_outcome | removed_reason | removed_on
        effective        | TRL          | 2025-11-10 | E1            |                |
        cracked          | TRL          | 2025-11-10 | A             |                |
        ineffective      | TRL          | 2025-11-10 | M1            |                |
        vacated          | TRL          | 2025-11-10 |               | A              | 2025-11-07
        in_words         | TRL          | 2025-11-10 |               | JUDGE ILL      | 2025-11-07
        no_trial         | SEN          | 2025-11-10 |               | A              | 2025-11-07
        """,
        """
        hearing_id          | outcome_code | outcome_source_code | reason_code                           | party_code
        hearing effective   | effective    | E1                  |                                       |
        hearing cracked     | cracked      | A                   | cracked_late_guilty_plea              | defence
        hearing ineffective | ineffective  | M1                  | ineffective_prosecution_late_evidence | prosecution
        hearing vacated     | vacated      | A                   | vacated_prosecution_ended_case        | prosecution
        hearing in_words    | vacated      |                     |                                       |
        """,
    )


# --- Common Platform: the day of a trial, which is shared day by day


def test_an_effective_trial_is_one_of_the_day_on_which_it_went_ahead_however_often_it_is_shared_since() -> None:
    assert_maps(
        EVENTS,
        "trial_outcome",
        """
        hearing | hearing_day | is_effective_trial
        long    | 2025-11-12  | true
        again   | 2025-11-17  | true

        hearing_day | hearing | hearing_day | sitting_day          | sitting_at           | is_cancelled
        1           | long    | 2025-11-10  | 2025-11-07T10:00:00Z | 2025-11-07T10:00:00Z | true
        2           | long    | 2025-11-10  | 2025-11-10T10:00:00Z | 2025-11-10T10:00:00Z |
        3           | long    | 2025-11-12  | 2025-11-11T10:00:00Z | 2025-11-11T10:00:00Z |
        4           | long    | 2025-11-12  | 2025-11-12T10:00:00Z | 2025-11-12T10:00:00Z |
        5           | again   | 2025-11-03  | 2025-11-03T10:00:00Z | 2025-11-03T10:00:00Z |
        6           | again   | 2025-11-17  | 2025-11-17T10:00:00Z | 2025-11-17T10:00:00Z |

        trial_outcome | hearing | hearing_day | trial_type  | trial_on
        ineffective   | again   | 2025-11-03  | Ineffective | 2025-11-03
        """,
        """
        hearing_id    | outcome_code | trial_on
        hearing long  | effective    | 2025-11-10
        hearing again | ineffective  | 2025-11-03
        hearing again | effective    | 2025-11-17
        """,
    )


def test_a_trial_that_did_not_go_ahead_is_one_of_its_day_though_later_days_repeat_it() -> None:
    assert_maps(
        EVENTS,
        "trial_outcome",
        """
        hearing | hearing_day
        cracked | 2025-11-12
        vacated | 2025-11-20
        undated | 2025-11-05

        trial_outcome | hearing | hearing_day | trial_type | trial_on
        once          | cracked | 2025-11-10  | Cracked    | 2025-11-10
        repeated      | cracked | 2025-11-12  | Cracked    | 2025-11-10
        taken out     | vacated | 2025-11-20  | Vacated    | 2025-11-14
        no day        | undated | 2025-11-05  | Cracked    |
        """,
        """
        hearing_id      | outcome_code | trial_on
        hearing cracked | cracked      | 2025-11-10
        hearing vacated | vacated      | 2025-11-20
        hearing undated | cracked      | 2025-11-05
        """,
    )


def test_a_defendant_grows_no_older_once_the_case_is_concluded() -> None:
    assert_maps(
        XHIBIT,
        "defendant",
        """
        case      | court_id | case_type | case_no  | concluded_on
        open      | 453      | T         | 20250101 |
        concluded | 453      | T         | 20250102 | 2025-06-30
        to_come   | 453      | T         | 20250103 | 2027-06-30

        subject | born_on
        1       | 2007-12-31

        case_subject | case      | subject
        a            | open      | 1
        b            | concluded | 1
        c            | to_come   | 1
        """,
        """
        defendant_id   | age_band_code
        defendant a    | 18_to_24
        defendant b    | 10_to_17
        defendant c    | 18_to_24
        """,
    )


def test_a_charge_waits_for_its_defendant_and_the_person() -> None:
    records = """
        subject | sex
        1       | F

        case_subject | subject
        here         | 1
        no_person    | absent

        charge | case_subject | plea
        1      | here         | G
        2      | no_person    | G
        3      | absent       | G
        """
    for entity in ("offence", "plea", "verdict", "offence_identity"):
        assert_maps(XHIBIT, entity, records, "offence_id\noffence 1")


# --- the police interface


def test_pleas_1_and_6_of_the_police_interface_are_both_guilty_and_told_apart() -> None:
    assert_maps(
        SPI,
        "plea",
        """
        offence | sequence_number
        1       | 001
        2       | 002
        3       | 003
        4       | 004
        5       | 005
        6       | 006
        7       | 007
        8       | 008
        9       | 009

        plea | offence | code
        1    | 1       | 1
        2    | 2       | 2
        3    | 3       | 3
        4    | 4       | 4
        5    | 5       | 5
        6    | 6       | 6
        7    | 7       | 7
        8    | 8       | 8
        9    | 9       | 9
        """,
        """
        offence_id | plea_code             | plea_source_code | originating_hearing_id
        offence 1  | guilty                | 1                | hearing 1
        offence 2  | not_guilty            | 2                | hearing 1
        offence 3  | no_plea               | 3                | hearing 1
        offence 4  | consents              | 4                | hearing 1
        offence 5  | opposes               | 5                | hearing 1
        offence 6  | guilty_single_justice | 6                | hearing 1
        offence 7  | admits                | 7                | hearing 1
        offence 8  | denies                | 8                | hearing 1
        offence 9  |                       | 9                | hearing 1
        """,
    )
    groups = {c.standard_code: c.group for c in load_model().code_lists["plea"].codes}
    assert groups["guilty"] == groups["guilty_single_justice"] == "guilty"


def test_findings_g_and_a_convict_and_n_o_and_c_do_not() -> None:
    assert_maps(
        SPI,
        "verdict",
        """
        verdict | code | conviction_on | hearing_on
        g       | G    | 2026-01-30    | 2026-02-27
        a       | A    | 2026-01-30    | 2026-02-27
        n       | N    | 2026-01-30    | 2026-02-27
        o       | O    |               | 2026-02-27
        c       | C    |               | 2026-02-27
        x       | X    |               | 2026-02-27
        none    |      |               | 2026-02-27
        """,
        """
        verdict_id | verdict_code                  | verdict_source_code | is_conviction | is_derived | verdict_on
        verdict g  | guilty                        | G                   | true          | false      | 2026-01-30
        verdict a  | guilty_of_alternative_offence | A                   | true          | false      | 2026-01-30
        verdict n  | not_guilty                    | N                   | false         | false      | 2026-02-27
        verdict o  | no_conviction                 | O                   | false         | false      | 2026-02-27
        verdict c  | caution                       | C                   | false         | false      | 2026-02-27
        verdict x  |                               | X                   |               | false      | 2026-02-27
        """,
    )


def test_bail_status_p_is_custody_as_the_police_read_it_and_keeps_its_letter() -> None:
    assert_maps(
        SPI,
        "remand_status",
        """
        defendant    | bail_status | organisation_bail_status | bail_conditions
        p            | P           |                          |
        custody      | C           |                          |
        conditional  | B           |                          | Not to go to Testtown
        unconditional | U          |                          |
        care         | L           |                          |
        secure       | S           |                          |
        none_applies |             | A                        |
        silent       |             |                          |
        """,
        """
        defendant_id            | remand_code          | remand_source_code | bail_conditions_present
        defendant p             | custody              | P                  | false
        defendant custody       | custody              | C                  | false
        defendant conditional   | conditional_bail     | B                  | true
        defendant unconditional | unconditional_bail   | U                  | false
        defendant care          | local_authority_care | L                  | false
        defendant secure        | secure_accommodation | S                  | false
        defendant none_applies  | not_applicable       | A                  | false
        """,
    )


def test_an_offence_with_sequence_nought_was_added_in_court() -> None:
    assert_maps(
        SPI,
        "offence",
        """
        offence | sequence_number | offence_code
        charged | 001             | TH68001
        added   | 000             | TH68001
        nought  | 0               | TH68001
        letters | A1              | TH68001
        missing |                 | TH68001
        """,
        """
        offence_id      | offence_sequence | is_added_in_court
        offence charged | 1                | false
        offence added   | 0                | true
        offence nought  | 0                | true
        offence letters |                  |
        offence missing |                  |
        """,
    )


def test_an_acquittal_has_the_day_of_its_hearing_and_a_conviction_its_own() -> None:
    assert_maps(
        SPI,
        "offence",
        """
        offence  | finding | conviction_on | heard_on   | final_disposal
        guilty   | G       | 2026-01-30    | 2026-02-27 | Y
        acquit   | N       |               | 2026-02-27 | Y
        template | N       |               | no day     | N
        open     |         |               | 2026-02-27 |
        """,
        """
        offence_id       | convicted_on | acquitted_on | proceedings_concluded
        offence guilty   | 2026-01-30   |              | true
        offence acquit   |              | 2026-02-27   | true
        offence template |              |              | false
        offence open     |              |              |
        """,
    )


def test_a_result_keeps_its_qualifiers_its_lengths_and_the_offence_that_it_is_on() -> None:
    assert_maps(
        SPI,
        "result",
        """
        result | result_code | qualifiers | duration_value | duration_unit
        prison | 1002        | LG,A       | 18             | M
        life   | 1002        |            |                | L
        """,
        """
        owner_kind_code | offence_id | hearing_id | result_code | qualifier_codes | duration_value | duration_unit_code
        offence         | offence 1  | hearing 1  | 1002        | LG,A            | 18             | months
        offence         | offence 1  | hearing 1  | 1002        |                 |                | life
        """,
    )
    assert_maps(
        SPI,
        "result",
        """
        result | result_code | secondary_duration_value | secondary_duration_unit
        prison | 1002        | 2                        | W
        """,
        """
        result_id     | secondary_duration_value | secondary_duration_unit_code
        result prison | 2                        | weeks
        """,
    )


def test_a_result_is_final_by_its_category_and_an_adjournment_by_its_next_hearing() -> None:
    assert_maps(
        SPI,
        "result",
        """
        result  | result_code | next_hearing_on | next_court_code | amount_pounds | hearing_on | offence_bail_status
        fine    | 1015        |                 |                 | 120.00        | 2026-02-27 |
        remand  | 4028        | 2026-03-27      | B01EF00         |               | 2026-02-27 | C
        words   |             |                 |                 |               | 2026-02-27 |
        unknown | 9999        |                 |                 | 99999999999   | 2026-02-27 |
        """,
        """
        result_id      | result_code | is_final | is_adjournment | amount_pounds | post_hearing_custody_code
        result fine    | 1015        | true     | false          | 120.00        |
        result remand  | 4028        | false    | true           |               | custody
        result words   |             |          | false          |               |
        result unknown |             |          | false          |               |
        """,
    )


def test_a_hearing_whose_results_were_sent_was_held_on_the_day_that_it_states() -> None:
    assert_maps(
        SPI,
        "hearing_day",
        """
        hearing  | court_code | hearing_on
        room     | B01EF01    | 2026-02-27
        whole    | B01EF00    | 2026-02-27
        template | COURT      | 2026-02-27
        """,
        """
        hearing_id       | hearing_on | hearing_day_basis_code | listing_status_code | court_code | court_room_name
        hearing room     | 2026-02-27 | stated                 | held                | B01EF00    | 01
        hearing whole    | 2026-02-27 | stated                 | held                | B01EF00    |
        hearing template | 2026-02-27 | stated                 | held                |            |
        """,
    )


def test_a_placeholder_reference_or_arrest_number_is_never_a_valid_one() -> None:
    assert_maps(
        SPI,
        "court_case",
        """
        case        | ptiurn      | court_code
        valid       | 01ZD0100125 | B01EF01
        placeholder | 00NP0100125 | C01SN00
        malformed   | CASE_URN    | B01EF01
        """,
        """
        case_id                | case_urn_standing_code | jurisdiction_code
        court_case valid       | valid                  | magistrates
        court_case placeholder | placeholder            | crown
        court_case malformed   | malformed              | magistrates
        """,
    )
    assert_maps(
        SPI,
        "defendant",
        """
        defendant | asn
        valid     | 2601ZD0100000000001A
        strokes   | 26/01ZD/01/00000000001A
        dummy     | 2600NP0000000000001H
        veiled    | 26/00NP/00/00000000001H
        malformed | TFL
        absent    |
        """,
        """
        defendant_id        | asn_standing_code
        defendant valid     | valid
        defendant strokes   | valid
        defendant dummy     | placeholder
        defendant veiled    | placeholder
        defendant malformed | malformed
        defendant absent    | absent
        """,
    )


def test_the_age_of_a_defendant_is_that_on_the_day_of_the_hearing() -> None:
    assert_maps(
        SPI,
        "defendant",
        """
        defendant | birth_on   | heard_on
        day_of    | 2008-02-27 | 2026-02-27
        day_after | 2008-02-28 | 2026-02-27
        no_day    | 2008-03-02 | template
        unknown   |            | 2026-02-27
        """,
        """
        defendant_id        | age_band_code | birth_year
        defendant day_of    | 18_to_24      | 2008
        defendant day_after | 10_to_17      | 2008
        defendant no_day    | 18_to_24      | 2008
        defendant unknown   | not_known     |
        """,
    )


def test_only_a_source_with_a_mark_of_youth_says_who_is_a_youth_whatever_the_age() -> None:
    assert_maps(
        XHIBIT,
        "defendant",
        """
        subject | born_on
        1       | 1985-04-14

        case_subject | juvenile
        marked       | Y
        denied       | N
        silent       |
        """,
        """
        defendant_id     | is_youth | age_band_code
        defendant marked | true     | 40_to_59
        defendant denied | false    | 40_to_59
        defendant silent |          | 40_to_59
        """,
    )
    for dataset in (SPI, LIST):
        assert_maps(
            dataset,
            "defendant",
            """
            defendant | birth_on
            1         | 2012-04-14
            """,
            """
            defendant_id | is_youth | age_band_code
            defendant 1  |          | 10_to_17
            """,
        )


def test_attendance_is_told_for_a_person_or_an_organisation() -> None:
    assert_maps(
        SPI,
        "attendance",
        """
        attendance | present | organisation_present | hearing_on
        person     | Y       |                      | 2026-02-27
        away       | N       |                      | 2026-02-27
        company    |         | A                    | 2026-02-27
        silent     |         |                      | 2026-02-27
        """,
        """
        attendance_id      | attendance_code | attendance_source_code
        attendance person  | present         | Y
        attendance away    | not_present     | N
        attendance company | by_advocate     | A
        attendance silent  |                 |
        """,
    )


# --- the daily court list


def test_a_court_list_is_listed_and_never_held() -> None:
    assert_maps(
        LIST,
        "hearing_day",
        """
        list | court_code | list_on    | room | job_type
        1    | B01EF      | 2026-03-05 | 01   | DAILY

        session | court_code | list_on    | room | session_room | start_time | end_time | listed_start_at
        morning | B01EF      | 2026-03-05 | 01   |              | 10:00      | 13:00    | 2026-03-05T10:00:00Z
        other   | B01EF      | 2026-03-05 | 01   | 02           | 10:00      |          |
        by_name | TESTTOWN   | 2026-03-05 | 01   |              |            |          |
        """,
        """
        hearing_id      | hearing_on | hearing_day_basis_code | listing_status_code | court_code | court_room_name
        hearing morning | 2026-03-05 | listed                 | listed              | B01EF00    | 01
        hearing other   | 2026-03-05 | listed                 | listed              | B01EF00    | 02
        hearing by_name | 2026-03-05 | listed                 | listed              |            | 01
        """,
    )


def test_a_listed_session_lasts_from_its_start_to_its_end_where_both_are_told() -> None:
    assert_maps(
        LIST,
        "hearing_day",
        """
        session  | start_time | end_time | listed_start_at
        morning  | 10:00      | 13:00    | 2026-03-05T10:00:00Z
        no_end   | 10:00      |          | 2026-03-05T10:00:00Z
        in_words | morning    | noon     |
        reversed | 13:00      | 10:00    |
        """,
        """
        hearing_id       | listed_start_at        | listed_minutes | list_type_source_code
        hearing morning  | 2026-03-05 10:00:00+00 | 180            | DAILY
        hearing no_end   | 2026-03-05 10:00:00+00 |                | DAILY
        hearing in_words |                        |                | DAILY
        hearing reversed |                        |                | DAILY
        """,
    )


def test_a_case_with_two_defendants_is_one_case_of_the_session() -> None:
    assert_maps(
        LIST,
        "hearing_case",
        """
        defendant | name
        1         | Ms Invented Testerson
        2         | Mr Invented Samplewood

        entry | defendant | list_on
        1     | 1         | 2026-03-05
        2     | 2         | 2026-03-05
        """,
        """
        hearing_id | case_id      | hearing_on
        hearing 1  | court_case 1 | 2026-03-05
        """,
    )


def test_a_plea_of_the_list_keeps_its_day_and_an_empty_one_is_none() -> None:
    assert_maps(
        LIST,
        "plea",
        """
        offence | sequence_number
        1       | 1
        2       | 2
        3       | 3
        4       | 4

        plea | offence | code | plea_on
        1    | 1       | G    | 2026-02-20
        2    | 2       | GSJP | 2026-02-20
        3    | 3       |      |
        4    | absent  | NG   | 2026-02-20
        """,
        """
        offence_id | plea_code             | plea_source_code | plea_on
        offence 1  | guilty                | G                | 2026-02-20
        offence 2  | guilty_single_justice | GSJP             | 2026-02-20
        """,
    )


def test_an_older_list_shows_a_whole_name_and_its_last_word_is_the_family_name() -> None:
    assert_maps(
        LIST,
        "defendant_identity",
        """
        defendant | name                       | kind | surname    | forename_1 | forename_2 | title
        shown     | Ms Invented Ann Testerson  | P    |            |            |            |
        single    | Testerson                  | P    |            |            |            |
        parts     | Mr Invented Ray Samplewood | P    | Samplewood | Invented   | Ray        | Mr
        company   | Invented Widgets Ltd       | O    |            |            |            |
        """,
        """
        defendant_id      | title | first_name | middle_name | last_name  | organisation_name
        defendant shown   | Ms    | Invented   | Ann         | Testerson  |
        defendant single  |       |            |             | Testerson  |
        defendant parts   | Mr    | Invented   | Ray         | Samplewood |
        defendant company |       |            |             |            | Invented Widgets Ltd
        """,
    )


@pytest.mark.parametrize("dataset", USUAL)
def test_every_mapping_runs_over_what_its_contract_gives_it(dataset: str) -> None:
    for entity in load_model().contracts[dataset].mappings:
        key = load_model().entities[entity].key_column
        rows = unified(dataset, entity, "", key)
        assert all(row[key] for row in rows)
