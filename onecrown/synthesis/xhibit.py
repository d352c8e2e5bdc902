"""Dated full extracts of every centre: seven tables and their control file, for each date."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from onecrown.definitions.model import load_model
from onecrown.synthesis.cases import Case
from onecrown.synthesis.faults import Planter
from onecrown.synthesis.spool import Finished, Frame, Spool
from onecrown.synthesis.systems import Recorded
from onecrown.synthesis.truth import TruthTables
from onecrown.synthesis.xhibit_oddities import Drawing, landing_key
from onecrown.synthesis.xhibit_records import Cells
from onecrown.synthesis.xhibit_rows import CaseRows

DATASET = "xhibit/extract"
TABLES = ("bw_history", "case", "case_hearing_day", "case_subject", "charge", "disposal", "subject")
TRAINING_COURT = "499"


class XhibitExtracts:
    """Takes cases one by one and writes what each extract holds of them."""

    def __init__(self, folder: Path, days: tuple[date, ...], planter: Planter, truth: TruthTables) -> None:
        self._folder, self._days, self._planter, self._truth = folder, days, planter, truth
        self._spool = Spool(folder)
        types = load_model().contracts[DATASET].record_types
        self._columns = {table: types[table].columns for table in TABLES}
        self._places = {table: {name: at for at, name in enumerate(names)} for table, names in self._columns.items()}
        self._courts: set[str] = set()
        self._numbers: dict[tuple[str, str], str] = {}

    def add(self, case: Case, found: Recorded, rng: random.Random) -> None:
        """Every row of a case in every extract."""
        for record in found.xhibit:
            self._courts.add(record.centre.crest_id)
            oddities = Drawing(case, record, self._days, self._planter, rng).oddities(found.in_libra)
            rows = CaseRows(case, record, oddities, self._days[-1])
            self._reused_number(case, record.number, rows.native_id, rng)
            self._tell_defendants(case, rows)
            if record.came_from:
                key = landing_key(record.centre.crest_id, "case", self._days[-1])
                self._planter.note("transferred", key, "case", rows.native_id, case.case_id)
            for day in self._days:
                self._write(rows, day)
        if found.is_placeholder:
            self._placeholder(case)

    def _write(self, rows: CaseRows, day: date) -> None:
        for table, _native, cells in rows.rows(day):
            key = landing_key(cells["CREST_COURT_ID"], table, day)
            self._spool.add(key, self._line(table, cells))
            if table == "charge" and day == self._days[-1] and int(cells["CHG_ID"]) in rows.oddities.elsewhere:
                self._spool.add(key, self._line(table, cells | {"CREST_COURT_ID": TRAINING_COURT}))

    def _line(self, table: str, cells: Cells) -> str:
        places = self._places[table]
        line = ['""'] * len(places)
        for name, said in cells.items():
            if said:
                line[places[name]] = f'"{said}"'
        return ",".join(line)

    def _placeholder(self, case: Case) -> None:
        """A row in the place of a case that is on Common Platform; it is noted where the last extract shows it."""
        court, number = case.centre.crest_id, f"CPP{case.urn}"
        cells = {"CASE_NO": number, "CASE_TYPE": case.letter, "CREST_COURT_ID": court, "LIVE_STATUS": "L"}
        self._courts.add(court)
        for day in self._days:
            if case.received_on < day:
                self._spool.add(landing_key(court, "case", day), self._line("case", cells | {"TOTAL_DEFTS": "1"}))
        native = f"{court}{case.letter}{number}"
        self._planter.note("cpp_placeholder", landing_key(court, "case", self._days[-1]), "case", native, case.case_id)

    def _reused_number(self, case: Case, number: str, native: str, rng: random.Random) -> None:
        first = self._numbers.setdefault((case.letter, number), native)
        if first != native and self._planter.strikes("same_number_at_another_court", rng):
            key = landing_key(native[:3], "case", self._days[-1])
            self._planter.note("same_number_at_another_court", key, "case", f"{first} {native}", case.case_id)

    def _tell_defendants(self, case: Case, rows: CaseRows) -> None:
        for one in case.defendants:
            person, noise = f"P{one.person.number:07d}", rows.oddities.written[one.number].noise
            row = (f"D{one.number:07d}", case.case_id, person, DATASET, rows.native_id, str(one.number), one.asn, noise)
            self._truth.add("defendant", *row)

    def finish(self, rng: random.Random) -> Iterator[Finished]:
        """Compress every file and write the control files."""
        for court in sorted(self._courts):
            for day in self._days:
                for table in TABLES:
                    self._spool.expect(landing_key(court, table, day))
        control: dict[tuple[str, date], dict[str, int]] = {}
        for key, lines, size in self._spool.finish(lambda key: self._frame(key, rng)):
            court, table, day = _taken_apart(key)
            control.setdefault((court, day), {})[table] = lines
            if day != self._days[-1] and lines and self._planter.strikes("late_court_file", rng):
                (self._folder / key).unlink()
                self._planter.note("late_court_file", key, table, "", "")
            else:
                yield key, lines, size
        for (court, day), tables in sorted(control.items()):
            yield self._control(court, day, tables, rng)

    def _frame(self, key: str, rng: random.Random) -> Frame:
        _court, table, day = _taken_apart(key)
        names = self._columns[table]
        struck = self._planter.strikes("soft_delete_column", rng)
        if struck and day == self._days[-1] and self._spool.records[key]:
            self._planter.note("soft_delete_column", key, table, "OBS_IND", "")
            return Frame(",".join((*names, "OBS_IND")) + "\n", ',"N"')
        return Frame(",".join(names) + "\n")

    def _control(self, court: str, day: date, tables: dict[str, int], rng: random.Random) -> Finished:
        folder = f"xhibit/extract_control/extract_date={day.isoformat()}T02:00:00"
        key = f"{folder}/court_{court}_C2X_DM_CREST_EXTRACT_RESULTS_{day:%Y%m%d}_020000.csv"
        lines = [f"{'CSV_FILENAME':<80}|  CSV_RECORD_COUNT |  DB_TABLE_ROWCOUNT |"]
        for table, rows in sorted(tables.items()):
            name, wrong = f"court_{court}_{table}.csv", self._planter.strikes("control_disagrees", rng)
            if wrong:
                self._planter.note("control_disagrees", key, "control", name, "")
            lines.append(f"{name:<80}| {rows:<18}| {rows + wrong:<18}|")
        place = self._folder / key
        place.parent.mkdir(parents=True, exist_ok=True)
        text = "\n".join(lines) + "\n"
        place.write_text(text, encoding="utf-8")
        return key, len(tables), len(text)


def extract_days(first_on: date, last_on: date, count: int) -> tuple[date, ...]:
    """Evenly spread days of extracts, the last of them the day after the period."""
    end = last_on + timedelta(days=1)
    step = (end - first_on).days / count
    return tuple(end - timedelta(days=round(step * back)) for back in reversed(range(count)))


def _taken_apart(key: str) -> tuple[str, str, date]:
    court, table = key.rsplit("/", 1)[1].removesuffix(".csv.gz").removeprefix("court_").split("_", 1)
    return court, table, date.fromisoformat(key.split("extract_date=")[1][:10])
