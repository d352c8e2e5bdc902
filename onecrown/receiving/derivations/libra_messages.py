"""Derivations of `libra/resulted_case`: the standard prosecutor interface's messages.

Sources: CJS data standards for the form of an ASN; MoJ bichard7-next-data, exceptions HO100206 and HO100321, for dummies.
"""

from __future__ import annotations

import re

from onecrown.receiving.derivations.surroundings import Surroundings, items, keyed_pseudonym, said

_ASN = re.compile(r"[0-9]{2}[A-Z0-9]{6,7}[0-9]{11}[A-HJ-NP-RT-Z]")
_DUMMY = re.compile(r"(0800[NP]P|[0-9]{4}NRPR|[0-9]{2}(12LN00|00NP00|6300|06SS|00XX|50(11|12|21|41|42|43|OF|SJ)))")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]")
_PERSON = "CourtIndividualDefendant.PersonDefendant.BasePersonDetails"
_ORGANISATION = "CourtCorporateDefendant.OrganisationName.OrganisationName"


def spi_creation_time(at: Surroundings) -> str | None:
    """The envelope's creation time: the second key of order, as it is often a template."""
    return at.envelope.get("CreationDateTime") or None


def spi_hearing_start(at: Surroundings) -> str | None:
    """The London time at which the hearing is listed, where both date and time have their form."""
    day = said(at.value, "CourtHearing.Hearing.DateOfHearing") or ""
    time = said(at.value, "CourtHearing.Hearing.TimeOfHearing") or ""
    return f"{day}T{time}" if _DAY.fullmatch(day) and _TIME.fullmatch(time) else None


def spi_sender(at: Surroundings) -> str:
    """`common_platform` where the envelope names it or there is none: Libra always sends one. Else `libra`."""
    said_by = {name.upper() for name in at.envelope.values()}
    bare = at.envelope.get("root") == "ResultedCaseMessage"
    return "common_platform" if bare or "C00COMMONPLATFORM" in said_by else "libra"


def spi_defendant_key(at: Surroundings) -> str:
    """The ASN where it is one and no dummy; else a keyed pseudonym of surname, forenames and birth date."""
    asn = re.sub(r"[/\s]", "", said(at.value, "ProsecutorReference") or "").upper()
    if _ASN.fullmatch(asn) and not _DUMMY.match(asn):
        return asn
    surname = said(at.value, f"{_PERSON}.PersonName.PersonFamilyName") or said(at.value, _ORGANISATION) or ""
    given = (said(at.value, f"{_PERSON}.PersonName.PersonGivenName{number}") for number in (1, 2, 3))
    born = said(at.value, f"{_PERSON}.Birthdate") or ""
    return keyed_pseudonym(at.pseudonym_key, surname, " ".join(filter(None, given)), born)


def spi_offence_key(at: Surroundings) -> str:
    """The sequence number, numbered on from its second use; for 000 the code, start date and ordinal."""
    number = said(at.value, "BaseOffenceDetails.OffenceSequenceNumber") or ""
    if re.fullmatch(r"[0-9]{1,3}", number) and int(number):
        key = number.zfill(3)
    else:
        start = said(at.value, "BaseOffenceDetails.OffenceTiming.OffenceStart.OffenceDateStartDate") or ""
        code = said(at.value, "BaseOffenceDetails.OffenceCode") or ""
        key = f"000/{code.upper()}/{start}"
    use = at.ordinal(("spi_offence_key", at.fields["ptiurn"], at.fields["defendant_ref"], key))
    return f"{key}/{use}" if key.startswith("000/") or use > 1 else key


def spi_result_slot(at: Surroundings) -> str:
    """The result code, or `uncoded`."""
    return said(at.value, "ResultCode") or "uncoded"


def spi_qualifiers(at: Surroundings) -> str | None:
    """The result code qualifiers in the order sent, joined by commas."""
    texts = (found.get(".") if isinstance(found, dict) else found for found in items(at.value, "ResultCodeQualifier"))
    return ",".join(text.strip() for text in texts if text and text.strip()) or None
