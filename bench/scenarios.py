"""The scenarios, each in a process of its own: `python -m bench.scenarios NAME FOLDER SIZE` ends with a line of JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import inventing
from bench.measuring import Stopwatch, peak_megabytes
from onecrown.cli.home import open_home
from onecrown.definitions.model import load_model
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.ports import MERGED
from onecrown.receiving.landing_key import meaning_of, parse_landing_key
from onecrown.receiving.receipt import receive
from onecrown.receiving.sent import Sent
from onecrown.rendering.csv_scans import CsvFile, raw, scan
from onecrown.sql.connection import Resources, connection
from onecrown.sql.quoting import name

Said = dict[str, Any]
_KEY = "xhibit/extract/extract_date=2026-01-0{}/court_453_charge.csv"


def floor(folder: Path, size: float) -> Said:
    """The floor of judging a CSV: DuckDB reads it as text."""
    path, rows = _charges(folder, size)
    contract = load_model().contracts["xhibit/extract"]
    csv = CsvFile(path, contract.record_types["charge"].columns, "", {})
    columns = ", ".join(f"max({name(raw(column))})" for column in csv.header)
    with connection(Resources("400MB"), folder / "scratch") as con, Stopwatch() as watch:
        con.execute(f"SELECT {columns} FROM {scan(csv, contract)}").fetchall()
    return {"records": rows, "cpu": watch.cpu}


def judge(folder: Path, size: float) -> Said:
    """Judging a million charges: real rules, one in a hundred faulty, hashing and Parquet included."""
    path, rows = _charges(folder, size)
    contract = load_model().contracts["xhibit/extract"]
    key = parse_landing_key(_KEY.format(1))
    sent = Sent("bench", key, meaning_of(key, contract), path)
    with connection(Resources("400MB"), folder / "scratch") as con, Stopwatch() as watch:
        receipt = receive(
            con, contract, [sent], (folder / "validated", folder / "quarantine"), folder / "scratch", b"bench"
        )
    tally = receipt.judgement.tally("bench", "charge")
    return {"records": tally.read, "quarantined": tally.quarantined, "cpu": watch.cpu, "expected": rows}


def _charges(folder: Path, size: float) -> tuple[Path, int]:
    rows = int(1_000_000 * size)
    path = folder.parent / f"charges-{rows}.csv"
    if not path.exists():
        inventing.write_charges(path, rows)
    return path, rows


def _handled(folder: Path, deliver: Callable[[Any], None]) -> Said:
    """Deliver into a home, then receive and merge, each measured apart."""
    with open_home(folder / "home") as home:
        deliver(home)
        with Stopwatch() as receiving:
            drops = receive_arrivals(home, home.landing.arrivals())
        with Stopwatch() as merging:
            merge_pending(home)
        assert {drop.state for drop in home.ledger.drops()} == {MERGED}, "a drop did not reach the tables"
        read = sum(drop.total("read") for drop in (home.ledger.drop(d.drop_id) for d in drops) if drop)
    return {"records": read, "receive_cpu": receiving.cpu, "merge_cpu": merging.cpu, "cpu": receiving.cpu + merging.cpu}


def events_in_one_file(folder: Path, size: float) -> Said:
    """50,000 hearing events in one file."""
    path = folder / "events.jsonl"
    inventing.write_events(path, int(50_000 * size))
    return _handled(folder, lambda home: home.landing.deliver("common_platform/hearing_resulted/events.jsonl", path))


def events_one_a_file(folder: Path, size: float) -> Said:
    """5,000 files of one event each."""

    def deliver(home: Any) -> None:
        for number in range(int(5_000 * size)):
            data = json.dumps(inventing.hearing_event(number)).encode()
            home.landing.deliver(f"common_platform/hearing_resulted/event-{number}.json", None, [data])

    return _handled(folder, deliver)


def spi_messages(folder: Path, size: float) -> Said:
    """50,000 SPI messages."""
    path = folder / "messages.xml"
    inventing.write_messages(path, int(50_000 * size))
    key = "libra/resulted_case/extract_date=2026-10-01T02:00:00Z/messages.xml"
    return _handled(folder, lambda home: home.landing.deliver(key, path))


def known_drop_again(folder: Path, size: float) -> Said:
    """A known drop of under 1 MB delivered again, in process: wall-clock milliseconds until it is handled."""
    path = folder / "events.jsonl"
    inventing.write_events(path, int(150 * max(size, 0.1)))
    with open_home(folder / "home") as home:
        home.landing.deliver("common_platform/hearing_resulted/events.jsonl", path)
        receive_arrivals(home, home.landing.arrivals())
        merge_pending(home)
        home.landing.deliver("common_platform/hearing_resulted/again.jsonl", path)
        with Stopwatch() as watch:
            receive_arrivals(home, home.landing.arrivals())
        with Stopwatch() as mirroring:
            merge_pending(home)
    return {
        "records": 1,
        "bytes": path.stat().st_size,
        "cpu": watch.cpu + mirroring.cpu,
        "receive_milliseconds": round(watch.wall * 1000, 1),
        "mirror_milliseconds": round(mirroring.wall * 1000, 1),
    }


def identical_extracts(folder: Path, size: float) -> Said:
    """A full extract ten times, then one with 0.1 % changed: bytes in the warehouse of each."""
    rows = int(1_000_000 * size)
    path, changed = folder / "court_453_charge.csv", folder / "changed.csv"
    inventing.write_charges(path, rows, fault_every=0)
    inventing.write_charges(changed, rows, changed_every=1000, fault_every=0)
    grown: list[int] = []
    cpu: list[float] = []
    with open_home(folder / "home") as home:
        for week in range(1, 12):
            before = _warehouse(folder)
            key = f"xhibit/extract/extract_date=2026-01-{week:02d}/court_453_charge.csv"
            home.landing.deliver(key, path if week < 11 else changed)
            with Stopwatch() as watch:
                receive_arrivals(home, home.landing.arrivals())
                merge_pending(home)
            assert {drop.state for drop in home.ledger.drops()} == {MERGED}, "a drop did not reach the tables"
            grown.append(_warehouse(folder) - before)
            cpu.append(watch.cpu)
    return {
        "records": rows,
        "cpu": sum(cpu),
        "first_cpu": cpu[0],
        "tenth_cpu": cpu[9],
        "changed_cpu": cpu[10],
        "first_bytes": grown[0],
        "tenth_bytes": grown[9],
        "changed_bytes": grown[10],
        "tenth_share": grown[9] / grown[0],
        "changed_share": grown[10] / grown[0],
    }


def _warehouse(folder: Path) -> int:
    return sum(path.stat().st_size for path in (folder / "home" / "warehouse").rglob("*") if path.is_file())


def two_gigabytes(folder: Path, size: float) -> Said:
    """A 2 GB file of hearing events received with DuckDB held to 256 MB: resident memory must stay under 512 MB."""
    path = folder / "large.jsonl"
    block = "".join(json.dumps(inventing.hearing_event(number)) + "\n" for number in range(2000)).encode()
    with path.open("wb") as stream:
        while stream.tell() < 2 * (1 << 30) * size:
            stream.write(block)
    contract = load_model().contracts["common_platform/hearing_resulted"]
    key = parse_landing_key("common_platform/hearing_resulted/large.jsonl")
    sent = Sent("bench", key, meaning_of(key, contract), path)
    with connection(Resources("256MB"), folder / "scratch") as con, Stopwatch() as watch:
        receipt = receive(
            con, contract, [sent], (folder / "validated", folder / "quarantine"), folder / "scratch", b"bench"
        )
    read = sum(tally.read for tally in receipt.judgement.tallies.values())
    return {"records": read, "bytes": path.stat().st_size, "cpu": watch.cpu}


SCENARIOS: dict[str, Callable[[Path, float], Said]] = {
    scenario.__name__: scenario
    for scenario in (
        floor,
        judge,
        events_in_one_file,
        events_one_a_file,
        spi_messages,
        known_drop_again,
        identical_extracts,
        two_gigabytes,
    )
}


def main() -> None:
    """Run one scenario and say what it cost."""
    scenario, folder, size = sys.argv[1], Path(sys.argv[2]) / sys.argv[1], float(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "scratch").mkdir(parents=True)
    said = SCENARIOS[scenario](folder, size)
    shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps({**said, "peak": peak_megabytes()}))


if __name__ == "__main__":
    main()
