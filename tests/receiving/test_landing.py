"""The landing folder: whatever it is called, however it comes, a file arrives once and is never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.errors import UsageError
from onecrown.ports import QUARANTINED, VALIDATED

from .homes import Home, made
from .invented import EVENTS, MIGRATED, event, extract, subject

ODD_NAMES = {
    "slashes": "a/b/c.json",
    "a way out": "../../../outside.json",
    "two dots": "..",
    "spaces": "  a   b .json",
    "percent signs": "100%.json",
    "percent and digits": "a%2Fb%41.json",
    "accents": "llys-ynadon-ŵŷô.json",
    "another script": "法廷.json",
    "control characters": "a\nb\tc.json",
    "quotes and wildcards": "'a\" *?[x]|<>.json",
    "a leading dot": ".hidden.json",
    "an unfinished look": "whole.json.part",
    "a key part that is none": "colour=red/x.json",
    "as long as may be": "x" * 235 + ".json",
    "many accents": "ŵ" * 117 + ".json",
}


def put(path: Path | bytes, data: bytes) -> Path:
    """A file put by hand some time ago."""
    encoded = os.fsencode(path)
    os.makedirs(os.path.dirname(encoded), exist_ok=True)
    with open(encoded, "wb") as out:
        out.write(data)
    os.utime(encoded, (1_000_000_000, 1_000_000_000))
    return Path(os.fsdecode(encoded))


def landing(home: Home) -> Path:
    return home.folder / "landing"


@pytest.mark.parametrize("name", list(ODD_NAMES.values()), ids=list(ODD_NAMES))
def test_a_name_however_odd_is_kept_in_the_key_and_the_file_stays_in_landing(home: Home, name: str) -> None:
    arrival = home.deliver(f"{EVENTS}/{name}", event())
    assert landing(home).resolve() in Path(arrival.path).resolve().parents
    assert [found.key for found in home.surroundings.landing.arrivals()] == [f"{EVENTS}/{name}"]
    home.receive()
    assert (home.drop_of(arrival).state, home.drop_of(arrival).name) == (VALIDATED, name)


def test_a_source_that_points_out_of_landing_stays_in_it(home: Home) -> None:
    arrival = home.deliver("../../outside.json", b"{}")
    assert landing(home).resolve() in Path(arrival.path).resolve().parents
    assert [found.key for found in home.surroundings.landing.arrivals()] == ["../../outside.json"]


def test_a_name_longer_than_a_disk_takes_is_refused_with_what_to_do(home: Home) -> None:
    with pytest.raises(UsageError, match="give a shorter one with --name"):
        home.deliver(f"{EVENTS}/{'x' * 400}.json", event())
    assert list(home.surroundings.landing.arrivals()) == []


def test_the_same_key_twice_keeps_both_versions(home: Home) -> None:
    first, second = home.deliver(f"{EVENTS}/a.json", event(1)), home.deliver(f"{EVENTS}/a.json", event(2))
    assert (Path(first.path).read_bytes(), Path(second.path).read_bytes()) == (event(1), event(2))
    assert [found.path for found in home.surroundings.landing.arrivals()] == [first.path, second.path]


def test_a_file_put_by_hand_is_an_arrival_like_any_other(home: Home) -> None:
    put(landing(home) / EVENTS / "a file.json", event())
    [drop] = home.receive()
    assert (drop.state, drop.dataset_name, drop.name) == (VALIDATED, EVENTS, "a file.json")
    [arrival] = home.surroundings.landing.arrivals()
    assert Path(arrival.path).read_bytes() == event()
    assert home.receive() == []


def test_a_file_put_by_hand_under_a_date_means_that_date(home: Home) -> None:
    put(landing(home) / MIGRATED / "extract_date=2026-01-06" / "a.json", b'{"x": 1}')
    [drop] = home.receive()
    assert drop.meaning == {"extract_date": "2026-01-06T00:00:00+00:00"}


def test_new_bytes_put_by_hand_under_an_old_name_are_a_new_drop_and_the_old_bytes_stay(home: Home) -> None:
    path = put(landing(home) / EVENTS / "a.json", event(1))
    home.receive()
    put(path, event(2))
    home.receive()
    assert [Path(found.path).read_bytes() for found in home.surroundings.landing.arrivals()] == [event(1), event(2)]
    assert len(home.drops()) == 2


@pytest.mark.parametrize("name", ["a.json.part", "a.json.tmp", "a.json.crdownload", ".a.json", "a.json~"])
def test_an_unfinished_upload_is_left_alone_until_it_has_its_name(home: Home, name: str) -> None:
    path = put(landing(home) / EVENTS / name, event()[:100])
    assert home.receive() == []
    assert path.read_bytes() == event()[:100]
    put(path, event())
    path.rename(path.with_name("a.json"))
    assert [drop.state for drop in home.receive()] == [VALIDATED]


def test_a_file_that_is_still_being_written_is_left_alone(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(landing(home) / EVENTS / "a.json", event()[:100])
    os.utime(path, (4_000_000_000, 4_000_000_000))
    monkeypatch.setattr("onecrown.adapters.folder_landing.time.sleep", lambda _seconds: put(path, event()))
    assert home.receive() == []
    assert path.exists()


@pytest.mark.parametrize("key", ["loose.json", "someone/loose.json"])
def test_a_file_of_no_dataset_is_set_aside_with_the_datasets_that_there_are(home: Home, key: str) -> None:
    put(landing(home) / key, event())
    [drop] = home.receive()
    assert drop.state == QUARANTINED
    assert [(row["rule"], EVENTS in row["expected"]) for row in home.rejects(drop)] == [("unknown_dataset", True)]


HAND_NAMES = {
    "percent sign": "100% sure.json",
    "as many accents as the disk takes": "ŵ" * 125 + ".json",
    "signs that are encoded": '"' * 250,
    "no version of ours": "version=1/a.json",
    "a version of nobody": "version=/a.json",
}


@pytest.mark.parametrize("name", list(HAND_NAMES.values()), ids=list(HAND_NAMES))
def test_an_odd_name_put_by_hand_stops_nothing(home: Home, name: str) -> None:
    put(landing(home) / EVENTS / name, event(1))
    good = home.deliver(f"{EVENTS}/good.json", event(2))
    assert [drop.state for drop in home.receive()] == [VALIDATED, VALIDATED]
    assert home.drop_of(good).state == VALIDATED


@pytest.mark.parametrize("name", [b"\xff.json", b"\xff/a.json", b"\xff" * 200], ids=["name", "folder", "long"])
def test_a_name_that_is_no_text_stops_nothing(home: Home, name: bytes) -> None:
    put(os.fsencode(landing(home) / EVENTS) + b"/" + name, event(1))
    assert [drop.state for drop in home.receive()] == [VALIDATED]
    [arrival] = home.surroundings.landing.arrivals()
    assert Path(arrival.path).read_bytes() == event(1)


def test_a_link_to_nowhere_stops_nothing(home: Home) -> None:
    good = home.deliver(f"{EVENTS}/good.json", event())
    (landing(home) / EVENTS / "link.json").symlink_to(home.folder / "nowhere")
    home.receive()
    assert home.drop_of(good).state == VALIDATED


def test_standard_input_is_delivered_under_the_name_that_is_given(tmp_path: Path) -> None:
    command = ["--home", str(tmp_path / "home"), "drop", EVENTS, "-", "--name", "from a pipe.json"]
    answer = CliRunner().invoke(app, command, input=event())
    assert answer.exit_code == 0, answer.output
    with made(tmp_path / "home") as home:
        [drop] = home.receive()
        [arrival] = home.surroundings.landing.arrivals()
    assert (drop.state, drop.name) == (VALIDATED, "from a pipe.json")
    assert Path(arrival.path).read_bytes() == event()


def test_standard_input_without_a_name_is_refused(tmp_path: Path) -> None:
    answer = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "drop", EVENTS, "-"], input=event())
    assert answer.exit_code == UsageError.exit_code
    assert "--name" in answer.output


def test_the_command_line_refuses_an_extract_date_that_is_none(tmp_path: Path) -> None:
    delivered = tmp_path / "court_453_subject.csv"
    delivered.write_bytes(extract("subject", [subject()]))
    command = [
        "--home",
        str(tmp_path / "home"),
        "drop",
        "xhibit/extract",
        str(delivered),
        "--extract-date",
        "31/01/2026",
    ]
    assert CliRunner().invoke(app, command).exit_code == UsageError.exit_code
    assert list((tmp_path / "home" / "landing").rglob("*.csv")) == []
