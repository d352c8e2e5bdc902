"""Two releases of one home compared: what each value was and is, what caused it, and that the sums agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest
from merging.homes import Home
from merging.kept_homes import KeptHome

from onecrown.definitions.measures import COUNT
from onecrown.errors import UsageError
from onecrown.flows.compare_releases import Asked, compare_releases
from onecrown.flows.known_releases import find_release, manifests
from onecrown.publishing.comparison import Comparison, UnitRevision
from onecrown.publishing.manifest import FINAL

from .cases import tell_cases
from .homes import home_of_figures, publish

WAS = """
    A  453  2025-10-03  -           receipt_sent/1
    B  453  2025-10-04  -           receipt_sent/1
    C  453  2025-10-05  2025-11-05  receipt_sent/1
    D  453  2025-10-06  -           receipt_sent/1
    E  453  2025-07-06  -           receipt_sent/1
    F  453  2025-10-06  -           receipt_sent/1
    G  453  2025-10-07  -           receipt_sent/1
"""
NOW = """
    A  453  2025-10-03  -           receipt_sent/1
    B  453  2025-09-30  -           receipt_sent/1
    C  453  2025-10-05  2025-11-07  receipt_sent/1
    D  401  2025-10-06  -           receipt_sent/1
    E  453  2025-07-06  -           receipt_sent/1
    G  453  2025-09-29  -           receipt_sent/2
    N  453  2025-10-06  2025-10-09  receipt_sent/1
"""
ASKED = Asked()


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> KeptHome:
    """A provisional release, and a final one after a case came late, one was a duplicate, others were corrected."""
    kept = KeptHome(tmp_path_factory.mktemp("two"), home_of_figures)
    with kept.until("two") as home:
        tell_cases(home, WAS, "one")
        publish(home)
        tell_cases(home, NOW, "two", aliases="F A")
        publish(home, standing=FINAL)
    return kept


@pytest.fixture(scope="module")
def by_total(two: KeptHome) -> Comparison:
    with two.at("two") as home:
        return compared(home)


@pytest.fixture(scope="module")
def by_court(two: KeptHome) -> Comparison:
    with two.at("two") as home:
        return compared(home, Asked(breakdown="court", measures=("receipts", "open_cases")))


def compared(home: Home, asked: Asked = ASKED) -> Comparison:
    earlier = find_release(home.around, "2025-Q4")
    later = find_release(home.around, "2025-Q4-r2")
    later = replace(later, versions={**later.versions, "lifecycle.receipt_sent": 2})
    return compare_releases(home.around, earlier, later, asked)


def told(found: Comparison, measure: str) -> list[str]:
    """`period categories cause +added -removed ~changed` a line."""
    return [_line(one) for one in found.units if one.cell[0] == measure]


def _line(one: UnitRevision) -> str:
    counts = ((one.added, "+"), (one.removed, "-"), (one.changed, "~"))
    return " ".join([*filter(None, one.cell[1:]), one.cause, *(f"{sign}{count}" for count, sign in counts if count)])


def test_every_change_of_a_flow_has_its_cause(by_total: Comparison) -> None:
    assert told(by_total, "receipts") == [
        "2025-Q3 correction +1",
        "2025-Q3 rule change +1",
        "2025-Q4 late record +1",
        "2025-Q4 correction -1",
        "2025-Q4 de-duplication -1",
        "2025-Q4 rule change -1",
    ]
    assert told(by_total, "disposals") == ["2025-Q4 late record +1"]


def test_every_change_of_a_stock_has_its_cause_at_each_period_end(by_total: Comparison) -> None:
    assert told(by_total, "open_cases") == [
        "2025-Q3 correction +1",
        "2025-Q3 rule change +1",
        "2025-Q4 de-duplication -1",
    ]
    assert "2025-Q4 correction ~1" in told(by_total, "open_age_days")


def test_a_case_that_moved_is_gross_by_court_and_nothing_in_all(by_total: Comparison, by_court: Comparison) -> None:
    assert told(by_court, "open_cases")[-3:] == [
        "2025-Q4 401 correction +1",
        "2025-Q4 453 correction -1",
        "2025-Q4 453 de-duplication -1",
    ]
    assert told(by_total, "open_cases")[-1] == "2025-Q4 de-duplication -1"


@pytest.mark.parametrize("comparison", ["by_total", "by_court"])
def test_the_causes_of_a_value_add_up_to_its_difference_and_gross_is_no_less_than_net(
    comparison: str, request: pytest.FixtureRequest
) -> None:
    found: Comparison = request.getfixturevalue(comparison)
    nets, gross = Counter[object](), Counter[object]()
    for one in found.units:
        nets[one.cell] += one.net
        gross[one.cell] += one.gross
    counts = [value for value in found.values if value.statistic == COUNT]
    assert len(counts) > 3 and any(value.net for value in counts)
    assert {value.cell: value.net for value in counts} == {value.cell: nets[value.cell] for value in counts}
    assert all(gross[value.cell] >= abs(value.net or 0) for value in counts)


def test_means_and_medians_say_what_they_were_and_are(by_total: Comparison) -> None:
    said = {
        (one.cell[1], one.statistic): (one.was, one.now) for one in by_total.values if one.cell[0] == "open_age_days"
    }
    assert said["2025-Q3", "mean"] == (86, pytest.approx(29, abs=0.5))


def test_a_release_beside_itself_has_no_difference(two: KeptHome) -> None:
    with two.at("two") as home:
        one = find_release(home.around, "2025-Q4")
        found = compare_releases(home.around, one, one, ASKED)
    assert found.units == () and all(not value.net for value in found.values) and found.values


@pytest.mark.long  # releases of two models; the arithmetic of it is in test_causes
def test_a_measure_that_counts_otherwise_is_a_rule_change_as_a_whole(tmp_path: Path) -> None:
    with home_of_figures(tmp_path) as home:
        tell_cases(home, WAS, "one")
        earlier = publish(home)
        registry = home.around.model.measures
        assert registry is not None
        receipts = registry.measures["receipts"]
        stricter = replace(
            receipts, version=receipts.version + 1, where=(*receipts.where, ("later", "receipt_on < DATE '2025-10-06'"))
        )
        model = replace(
            home.around.model, measures=replace(registry, measures={**registry.measures, "receipts": stricter})
        )
        other = Home(replace(home.around, model=model))
        tell_cases(other, WAS.replace("B  453", "X  453"), "two")
        later = publish(other, standing=FINAL)
        found = compare_releases(other.around, earlier, later, Asked(measures=("receipts",)))
        assert told(found, "receipts") == ["2025-Q4 late record +1", "2025-Q4 correction -1", "2025-Q4 rule change -3"]


def test_where_the_rows_are_gone_the_differences_stand_and_no_cause_is_invented(two: KeptHome) -> None:
    with two.at("two"):
        pass
    rmtree(two.folder / "warehouse")
    for path in two.folder.glob("catalog.db*"):
        path.unlink()
    with home_of_figures(two.folder) as home:
        earlier, later = manifests(home.around)
        found = compare_releases(home.around, earlier, later, ASKED)
    assert "files hold no row of a case" in found.why_not
    assert told(found, "receipts") == ["2025-Q3 not known +2", "2025-Q4 not known -2"]


@pytest.mark.parametrize("asked", [Asked(measures=("reciepts",)), Asked(breakdown="cuort")])
def test_what_is_not_in_the_registry_is_refused_with_what_is_near(two: KeptHome, asked: Asked) -> None:
    with two.at("two") as home, pytest.raises(UsageError, match="did you mean"):
        compared(home, asked)
