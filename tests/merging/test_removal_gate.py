"""An extract that would remove too much waits for a person, whatever makes it complete and whenever it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.cli.home import open_home
from onecrown.definitions.model import load_model
from onecrown.flows.act_on_drops import release_drop
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import HELD, MERGED

COLUMNS = load_model().contracts["xhibit/extract"].record_types["subject"].columns


def subjects(count: int, first: int = 1) -> bytes:
    rows = [",".join(f'"{name}"' for name in COLUMNS)]
    for number in range(first, first + count):
        said = {"SUB_ID": str(number), "SURNAME": "MCTESTFACE", "CREST_COURT_ID": "453"}
        rows.append(",".join(f'"{said.get(name, "")}"' for name in COLUMNS))
    return ("\n".join(rows) + "\n").encode()


def deliver(home: Surroundings, week: int, content: bytes, name: str = "court_453_subject.csv") -> None:
    home.landing.deliver(f"xhibit/extract/extract_date=2026-01-{week:02d}/{name}", None, [content])


def deliver_control(home: Surroundings, week: int, promised: dict[str, int]) -> None:
    lines = ["CSV_FILENAME|CSV_RECORD_COUNT|DB_TABLE_ROWCOUNT|"]
    lines += [f"{name}|{rows}|{rows}|" for name, rows in promised.items()]
    key = f"xhibit/extract_control/extract_date=2026-01-{week:02d}/court_453_control.csv"
    home.landing.deliver(key, None, ["\n".join(lines).encode() + b"\n"])


def run(home: Surroundings) -> None:
    receive_arrivals(home, home.landing.arrivals())
    merge_pending(home)


def states(home: Surroundings, dataset: str = "extract") -> list[str]:
    return [drop.state for drop in home.ledger.drops() if drop.dataset == dataset]


def test_an_extract_that_removes_most_of_its_court_waits_and_goes_on_when_released(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        deliver(home, 1, subjects(100))
        run(home)
        deliver(home, 2, subjects(5))
        run(home)
        assert states(home) == [MERGED, HELD]
        held = home.ledger.drops([HELD])[0]
        assert held.reason.startswith("removes_too_much: 95 of 100")
        release_drop(home, held.drop_id, "the court has moved")
        run(home)
        assert states(home) == [MERGED, MERGED]
        assert home.ledger.drops()[1].total("removed") == 95


def test_two_weeks_in_one_batch_are_compared_with_each_other(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        deliver(home, 1, subjects(100))
        deliver(home, 2, subjects(5))
        run(home)
        assert states(home) == [MERGED, HELD]


@pytest.mark.parametrize("promised", [100, 5])
def test_an_extract_is_held_only_where_its_control_file_makes_it_complete(tmp_path: Path, promised: int) -> None:
    with open_home(tmp_path) as home:
        deliver(home, 1, subjects(100))
        run(home)
        deliver(home, 2, subjects(5))
        deliver_control(home, 2, {"court_453_subject.csv": promised})
        run(home)
        assert states(home) == [MERGED, MERGED if promised == 100 else HELD]


def test_a_control_file_that_comes_last_waits_where_it_would_remove_too_much(tmp_path: Path) -> None:
    parts = {f"court_453_subject_part-000{part}.csv": 3 for part in (1, 2)}
    with open_home(tmp_path) as home:
        deliver(home, 1, subjects(100))
        run(home)
        for number, name in enumerate(parts):
            deliver(home, 2, subjects(3, first=1 + 3 * number), name)
        run(home)
        assert states(home) == [MERGED, MERGED, MERGED]
        deliver_control(home, 2, parts)
        run(home)
        assert states(home, "extract_control") == [HELD]
