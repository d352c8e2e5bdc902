"""Fields that a contract derives by name: each a function of one record's surroundings and nothing else."""

from onecrown.receiving.derivations import common_platform, libra_lists, libra_messages
from onecrown.receiving.derivations.surroundings import Derivation, Surroundings

DERIVATIONS: dict[str, Derivation] = {
    "hearing_day": common_platform.hearing_day,
    "hearing_day_basis": common_platform.hearing_day_basis,
    "defendant_case_id": common_platform.defendant_case_id,
    "hearing_defendant_id": common_platform.hearing_defendant_id,
    "case_marker_count": common_platform.case_marker_count,
    "migrated_listing": common_platform.migrated_listing,
    "migrated_listing_start": common_platform.migrated_listing_start,
    "spi_creation_time": libra_messages.spi_creation_time,
    "spi_hearing_start": libra_messages.spi_hearing_start,
    "spi_sender": libra_messages.spi_sender,
    "spi_defendant_key": libra_messages.spi_defendant_key,
    "spi_offence_key": libra_messages.spi_offence_key,
    "spi_result_slot": libra_messages.spi_result_slot,
    "spi_qualifiers": libra_messages.spi_qualifiers,
    "list_court": libra_lists.list_court,
    "list_court_basis": libra_lists.list_court_basis,
    "list_date": libra_lists.list_date,
    "list_room": libra_lists.list_room,
    "list_session": libra_lists.list_session,
    "list_start_at": libra_lists.list_start_at,
    "list_defendant_key": libra_lists.list_defendant_key,
    "list_offence_slot": libra_lists.list_offence_slot,
}

__all__ = ["DERIVATIONS", "Derivation", "Surroundings"]
