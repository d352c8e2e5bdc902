"""Common Platform's deliveries: the events of each month in one file, with reshares, repeats and faults."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from onecrown.synthesis.cases import Case, Hearing
from onecrown.synthesis.event_faults import EVENT_FAULTS, application_only
from onecrown.synthesis.event_offences import Json, shared_after, stamp
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.hearing_events import Telling
from onecrown.synthesis.identifiers import uuid_of
from onecrown.synthesis.people import as_written
from onecrown.synthesis.spool import Finished, Frame, Spool
from onecrown.synthesis.systems import Recorded, is_sent_on_cp, told_on_cp
from onecrown.synthesis.truth import TruthTables

DATASET = "common_platform/hearing_resulted"
RESHARED_SHARE = 0.08  # of events with a final result
DUMMY_URN = "00NP0000008"
DUMMY_ASN = "0800NP0100000000001H"
_AFTER_TIME = "\t"


class HearingEvents:
    """Takes cases one by one and writes the events that were shared of them."""

    def __init__(self, folder: Path, last_on: date, planter: Planter, truth: TruthTables) -> None:
        self._last_on, self._planter, self._truth = last_on, planter, truth
        self._spool = Spool(folder)
        self._waiting: list[tuple[str, str, str]] = []  # faults of a case that are noted with its first event

    def add(self, case: Case, found: Recorded, rng: random.Random) -> None:
        """Every event of a case on Common Platform."""
        sent_here, told = is_sent_on_cp(case, found), told_on_cp(case, found, self._last_on)
        if not sent_here and not told:
            return
        telling = self._telling(case, found, rng)
        if sent_here:
            sent = Hearing(0, case.sent_on, case.sent_on, "FH")
            self._share(telling, sent, telling.sending(shared_after(case.sent_on, rng)), rng)
        if told and not case.centre.is_known:
            self._waiting.append(("court_unknown", "case", found.cp_id))
        for hearing in told:
            self._tell(telling, hearing, rng)
        self._waiting.clear()

    def finish(self) -> Iterator[Finished]:
        """Put each month in the order of sharing, but for what is out of order, and compress it."""
        return self._spool.finish(lambda _key: Frame(arranged=_in_order))

    def _telling(self, case: Case, found: Recorded, rng: random.Random) -> Telling:
        written, asns = {}, {}
        is_own = found.moved_on is None and not found.cp_until
        for one in case.defendants:
            written[one.number] = person = as_written(one.person, self._planter.noise, rng)
            native = f"{found.cp_id}/{uuid_of('defendant', found.cp_id, one.number)}"
            asns[one.number] = one.asn
            if self._planter.strikes("dummy_asn", rng) and not person.is_company and is_own:
                asns[one.number] = DUMMY_ASN
                self._waiting.append(("dummy_asn", "defendant", native))
            if person.noise == "birth_date_missing":
                self._waiting.append(("birth_date_missing_cp", "defendant", native))
            self._tell_defendant(case, found, one.number, one.person.number, one.asn, person.noise)
        if found.cp_until:
            self._waiting.append(("ejected", "case", found.cp_id))
        urn = case.urn
        if self._planter.strikes("dummy_urn", rng) and is_own:
            urn = DUMMY_URN
            self._waiting.append(("dummy_urn", "case", found.cp_id))
        return Telling(case, found.cp_id, self._last_on, urn, written, asns, self._codes(case, found, rng))

    def _codes(self, case: Case, found: Recorded, rng: random.Random) -> dict[tuple[int, int], str]:
        first = case.defendants[0]
        native = uuid_of("offence", found.cp_id, first.number, 0)
        codes: dict[tuple[int, int], str] = {}
        said = {"unknown_offence_code": "ZY12345", "inchoate_suffix": f"{first.charges[0].offence.code}C"}
        for kind, code in said.items():
            if self._planter.strikes(kind, rng) and not codes and found.moved_on is None:
                codes[first.number, 0] = code
                self._waiting.append((kind, "offence", native))
        return codes

    def _tell_defendant(self, case: Case, found: Recorded, number: int, person: int, asn: str, noise: str) -> None:
        native = uuid_of("defendant", found.cp_id, number)
        self._truth.add(
            *("defendant", f"D{number:07d}", case.case_id, f"P{person:07d}", DATASET, found.cp_id, native, asn, noise)
        )

    def _tell(self, telling: Telling, hearing: Hearing, rng: random.Random) -> None:
        shared_at = shared_after(hearing.listed_for, rng)
        final = any(charge.result_on == hearing.listed_for for one in telling.case.defendants for charge in one.charges)
        if final and rng.random() < RESHARED_SHARE:
            self._reshare(telling, hearing, shared_at, rng)
        else:
            self._share(telling, hearing, telling.event(hearing, shared_at), rng)
        if self._planter.strikes("application_only_hearing", rng) and telling.case.centre.is_known:
            event = application_only(telling, hearing.listed_for, shared_at + timedelta(hours=1))
            number = event["hearing"]["courtApplications"][0]["id"]
            self._planter.note(
                "application_only_hearing", self._write(event), "application", number, telling.case.case_id
            )

    def _reshare(self, telling: Telling, hearing: Hearing, shared_at: datetime, rng: random.Random) -> None:
        """First shared with a result too many or a term too long; shared again as it should be."""
        gone = rng.random() < 0.5
        first = telling.event(hearing, shared_at, drift=0 if gone else 2)
        again = telling.event(hearing, shared_at + timedelta(hours=rng.randrange(1, 60)))
        again["isReshare"] = True
        for offence in _offences(first):
            if gone:
                offence["judicialResults"].append(_surcharge(offence, hearing))
        for offence in _offences(again):
            for result in offence["judicialResults"]:
                if not gone and "durationElement" in result:
                    result["judicialResultId"] = uuid_of("amended", result["judicialResultId"])
                    result |= {"isNewAmendment": True, "amendmentDate": again["sharedTime"][:10]}
                    result["amendmentReason"] = "Invented reason"
            offence["judicialResults"].reverse()
        key = self._write(first)
        self._flush(key, telling)
        if self._planter.strikes("reshare_out_of_order", rng):
            key = self._write(again, order=shared_at - timedelta(seconds=1))
            self._planter.note("reshare_out_of_order", key, "hearing", again["hearing"]["id"], telling.case.case_id)
        else:
            self._write(again)

    def _share(self, telling: Telling, hearing: Hearing, event: Json, rng: random.Random) -> None:
        planted = None
        for kind, change in EVENT_FAULTS.items():
            if self._planter.strikes(kind, rng) and planted is None:
                changed = change(event, telling, hearing)
                planted = (kind, *changed) if changed else None
        key = self._write(event)
        self._flush(key, telling)
        if planted:
            self._planter.note(planted[0], key, planted[1], planted[2], telling.case.case_id)
        if self._planter.strikes("event_repeated", rng):
            self._write(event, order=_moment(event) + timedelta(days=1))
            self._planter.note("event_repeated", key, "hearing", event["hearing"]["id"], telling.case.case_id)
        if self._planter.strikes("broken_line", rng):
            self._write(event, order=_moment(event) + timedelta(seconds=1), cut=True)
            self._planter.note("broken_line", key, "", event["hearing"]["id"], telling.case.case_id)

    def _flush(self, key: str, telling: Telling) -> None:
        for kind, record_type, native in self._waiting:
            self._planter.note(kind, key, record_type, native, telling.case.case_id)
        self._waiting.clear()

    def _write(self, event: Json, order: datetime | None = None, *, cut: bool = False) -> str:
        """One line of the month in which the event was shared, at its place in time or at another."""
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        key = f"{DATASET}/{event['sharedTime'][:7]}.jsonl.gz"
        at = stamp(order) if order else event["sharedTime"]
        self._spool.add(key, f"{at}{_AFTER_TIME}{line[: len(line) // 2] if cut else line}")
        return key


def _in_order(records: list[str]) -> list[str]:
    return [record.split(_AFTER_TIME, 1)[1] for record in sorted(records)]


def _surcharge(offence: Json, hearing: Hearing) -> Json:
    result = dict(offence["judicialResults"][0])
    result.pop("durationElement", None)
    number = uuid_of("surcharge", offence["id"], hearing.number)
    result |= {
        "judicialResultId": number,
        "judicialResultTypeId": uuid_of("result type", "surcharge"),
        "cjsCode": "3117",
    }
    return result | {
        "label": "Victim surcharge",
        "category": "ANCILLARY",
        "isFinancialResult": True,
        "isConvictedResult": False,
    }


def _offences(event: Json) -> Iterator[Json]:
    for case in event["hearing"]["prosecutionCases"]:
        for defendant in case["defendants"]:
            yield from defendant["offences"]


def _moment(event: Json) -> datetime:
    return datetime.fromisoformat(event["sharedTime"]).astimezone(UTC)
