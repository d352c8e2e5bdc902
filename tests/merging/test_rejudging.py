"""Drops judged anew under a newer contract: the tables of a home that judged them so from the beginning."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from onecrown.definitions.model import Model
from onecrown.errors import UsageError
from onecrown.flows.rejudge_drops import rejudge_dataset, replay_drop
from onecrown.ports import MERGED, QUARANTINED

from .builders import EXTRACT, File, cases, extract
from .homes import Home, balances, books, home_in_memory
from .slices import cases_of_extracts, next_version

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")
OPEN = cases_of_extracts()
STRICT = next_version(OPEN, EXTRACT, refused="G")
MENDED = next_version(STRICT, EXTRACT)


def week(number: int, said: str) -> File:
    return extract("case", cases(said), WEEKS[number - 1])


LISTS = (week(1, "A B/G C"), week(2, "A B/G D"), week(3, "A B/G C/G"))


def under(home: Home, model: Model) -> Home:
    """The same home under another model."""
    return Home(replace(home.around, model=model))


def fresh(folder: Path, model: Model, files: tuple[File, ...] = LISTS) -> str:
    with home_in_memory(folder, model) as home:
        home.run(*files)
        return home.dump()


def test_a_replayed_drop_brings_the_records_that_the_mended_contract_accepts(tmp_path: Path) -> None:
    with home_in_memory(tmp_path / "home", STRICT) as home:
        drop = home.run(LISTS[0])[0]
        assert (home.cases(), books(drop, "case")) == ("A C", "read 3 accepted 2 quarantined 1 new 2")
        mended = under(home, MENDED)
        replay_drop(mended.around, drop.drop_id)
        mended.merge()
        done = mended.drop(drop.drop_id)
        assert (mended.cases(), done.state, done.contract_version) == (
            "A B/G C",
            MERGED,
            MENDED.contracts[EXTRACT].version,
        )
        assert balances(done)
        assert books(done, "case").startswith("read 3 accepted 3")
        assert mended.dump() == fresh(tmp_path / "fresh", MENDED, LISTS[:1])


def test_rejudging_a_dataset_gives_the_tables_of_a_home_that_judged_so_from_the_beginning(tmp_path: Path) -> None:
    with home_in_memory(tmp_path / "home", OPEN) as home:
        home.run_each([LISTS[:2], LISTS[2:]])
        strict = under(home, STRICT)
        done = rejudge_dataset(strict.around, EXTRACT)
        strict.merge()
        assert (len(done.drops), done.left) == (3, [])
        assert strict.dump() == fresh(tmp_path / "strict", STRICT)
        mended = under(home, MENDED)
        rejudge_dataset(mended.around, EXTRACT)
        mended.merge()
        assert mended.dump() == fresh(tmp_path / "mended", MENDED)
        assert all(balances(drop) for drop in mended.drops())


def test_a_body_carries_the_form_of_the_greatest_contract_version_that_accepted_it(tmp_path: Path) -> None:
    newer = OPEN.contracts[EXTRACT].version + 1
    with home_in_memory(tmp_path / "home", OPEN) as home:
        home.run(LISTS[0])
        later = under(home, next_version(OPEN, EXTRACT))
        later.run(LISTS[1])
        said = "SELECT DISTINCT contract_version FROM {onecrown_history.xhibit_extract_case} WHERE key LIKE '%|A'"
        assert later.ask(said) == [str(newer)]


def test_a_record_that_another_drop_had_accepted_stands_in_the_form_of_that_drop(tmp_path: Path) -> None:
    """Weeks 1 and 2 list the same case B; only week 2 is judged by the contract that refuses it."""
    with home_in_memory(tmp_path / "home", OPEN) as home:
        home.run(LISTS[0])
        strict = under(home, STRICT)
        strict.run(LISTS[1])
        assert strict.cases() == "A B/G D"
        replayed = under(home, MENDED)
        replay_drop(replayed.around, strict.drops()[1].drop_id)
        replayed.merge()
        assert replayed.cases() == "A B/G D"


def test_a_replay_that_would_lose_accepted_records_is_refused(tmp_path: Path) -> None:
    with home_in_memory(tmp_path / "home", OPEN) as home:
        drop = home.run(LISTS[0])[0]
        strict = under(home, STRICT)
        with pytest.raises(UsageError, match="1 records that were accepted would be set aside"):
            replay_drop(strict.around, drop.drop_id)
        assert strict.merge().drops == 0


def test_a_quarantined_drop_is_replayed_whole(tmp_path: Path) -> None:
    with home_in_memory(tmp_path / "home", STRICT) as home:
        drop = home.run(week(1, "B/G C/G"))[0]
        assert drop.state == QUARANTINED
        mended = under(home, MENDED)
        replay_drop(mended.around, drop.drop_id)
        mended.merge()
        assert (mended.cases(), mended.drop(drop.drop_id).state) == ("B/G C/G", MERGED)


def test_the_operations_tables_tell_only_what_the_last_judgement_set_aside(tmp_path: Path) -> None:
    said = "SELECT rule FROM {onecrown_ops.reject}"
    with home_in_memory(tmp_path / "home", STRICT) as home:
        drop = home.run(LISTS[0])[0]
        assert home.ask(said) == ["x.invented.refused_receipt_type"]
        mended = under(home, MENDED)
        replay_drop(mended.around, drop.drop_id)
        mended.merge()
        assert mended.ask(said) == []


def test_a_dataset_that_is_up_to_date_is_not_judged_again(tmp_path: Path) -> None:
    with home_in_memory(tmp_path / "home", OPEN) as home:
        home.run(LISTS[0])
        assert rejudge_dataset(home.around, EXTRACT).drops == []
