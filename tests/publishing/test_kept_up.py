"""Maintenance, disasters and damage: a release is kept, told where it lacks something, and put back where it can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from maintaining.tables import iceberg, maintain
from merging.homes import Home
from merging.kept_homes import KeptHome

from onecrown.errors import UsageError
from onecrown.flows.known_releases import Fault, faults, find_release, is_readable, manifests, mend_releases
from onecrown.flows.surroundings import utc_now

from .homes import FIGURES, VALUES, ask, home_of_figures, publish, tell

EXPIRE_ALL = {"snapshots_for": timedelta(0), "orphans_for": timedelta(0), "publications": 1}
RECEIPTS = "SELECT value FROM onecrown_release_2025_q4.measure_value WHERE breakdown = 'court'"


def untag(folder: Path) -> None:
    """Another tool takes the release's tag away."""
    iceberg(folder, VALUES).manage_snapshots().remove_tag("release-2025-Q4").commit()


def told(found: list[Fault]) -> list[tuple[str, str]]:
    return [(one.of, one.fault) for one in found]


def today(home: Home) -> Home:
    """The home by the clock that stamps its snapshots."""
    return Home(replace(home.around, now=utc_now))


def later(home: Home, *values: int) -> None:
    for number in values:
        tell(home, FIGURES.replace("27", str(number)), batch_id=f"later-{number}")


def test_maintenance_keeps_what_a_release_reads(kept: KeptHome) -> None:
    with kept.at("published") as home:
        later(home, 28, 29, 30)
        before = home.snapshot_counts()[VALUES]
        done = maintain(today(home), **EXPIRE_ALL)
        assert (done.refused, before, home.snapshot_counts()[VALUES]) == ("", 4, 2)
        assert ask(home, RECEIPTS) == [(20.0,)]
        assert faults(home.around) == []


def test_maintenance_refuses_while_a_release_lacks_its_tag_and_goes_on_once_it_is_put_back(kept: KeptHome) -> None:
    with kept.at("published") as home:
        later(home, 28)
        untag(kept.folder)
        refused = maintain(today(home), **EXPIRE_ALL).refused
        assert f"{VALUES} of 2025-Q4" in refused and "onecrown releases --mend" in refused
        assert told(faults(home.around)) == [(VALUES, "lacks its tag")]
        assert (mend_releases(home.around), mend_releases(home.around)) == (1, 0)
        assert maintain(today(home), **EXPIRE_ALL).refused == ""
        assert ask(home, RECEIPTS) == [(20.0,)]


def test_a_file_that_was_changed_or_is_gone_is_told(kept: KeptHome) -> None:
    with kept.at("published") as home:
        folder = kept.folder / "releases" / "2025-Q4" / "data"
        (folder / "drops.csv").unlink()
        (folder / "caseload.csv").chmod(0o600)
        (folder / "caseload.csv").write_text("another", encoding="utf-8")
        assert told(faults(home.around)) == [("data/caseload.csv", "was changed"), ("data/drops.csv", "is gone")]


def test_after_a_disaster_a_releases_figures_stand_in_its_files_alone(kept: KeptHome) -> None:
    with kept.at("published"):
        pass
    rmtree(kept.folder / "warehouse")
    for path in kept.folder.glob("catalog.db*"):
        path.unlink()
    with home_of_figures(kept.folder) as home:
        assert not is_readable(home.around, find_release(home.around, "2025-Q4"))
        assert ask(home, RECEIPTS) == [(20.0,)]
        with pytest.raises(UsageError, match="are gone with the tables of that time"):
            ask(home, "SELECT * FROM onecrown_release_2025_q4.batch")
        tell(home, FIGURES)
        assert maintain(home).refused == ""
        assert (faults(home.around), mend_releases(home.around)) == ([], 0)
        assert publish(home, "2025-12").name.text == "2025-12"


def test_releases_are_told_in_the_order_in_which_they_were_made(kept: KeptHome) -> None:
    with kept.at("published") as home:
        publish(home, "2025-12")
        assert [one.name.text for one in manifests(home.around)] == ["2025-12", "2025-Q4"]


def test_a_release_that_is_not_there_is_told_with_those_that_are(kept: KeptHome) -> None:
    with kept.at("published") as home, pytest.raises(UsageError, match=r"no release 2025-Q3; there are: 2025-Q4"):
        find_release(home.around, "2025-Q3")
