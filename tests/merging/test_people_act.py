"""A drop that breaks a promise of the whole file is held; people release or refuse it."""

from __future__ import annotations

import string

from onecrown.flows.act_on_drops import refuse_drop, release_drop
from onecrown.ports import HELD, MERGED, REFUSED

from .builders import charges, extract, parents
from .homes import Home, balances, books

WEEK_1, WEEK_2 = "2026-01-05", "2026-01-12"
MANY = " ".join(string.ascii_uppercase[:24])


def test_a_full_extract_that_removes_too_much_is_held_until_it_is_released(home: Home) -> None:
    """A file with a header alone is the list of nothing."""
    home.run(*parents(WEEK_1), extract("charge", charges(MANY), WEEK_1))
    held = home.run(extract("charge", [], WEEK_2))[0]
    assert (held.state, held.reason.split(":")[0]) == (HELD, "removes_too_much")
    assert home.charges() == MANY
    release_drop(home.around, held.drop_id, "the court has closed")
    home.merge()
    released = home.drop(held.drop_id)
    assert (released.state, home.charges(), books(released, "charge")) == (MERGED, "", "removed 24")


def test_a_drop_with_too_many_rejects_is_held_and_merges_what_it_can_after_release(home: Home) -> None:
    broken = " ".join(f"{letter}!" if letter > "C" else letter for letter in MANY.split())
    home.run(*parents(WEEK_1))
    held = home.run(extract("charge", charges(broken), WEEK_1))[0]
    assert (held.state, held.reason.split(":")[0], home.charges()) == (HELD, "too_many_rejects", "")
    release_drop(home.around, held.drop_id, "known and accepted")
    home.merge()
    merged = home.drop(held.drop_id)
    assert (home.charges(), books(merged, "charge")) == ("A B C", "read 24 accepted 3 quarantined 21 new 3")
    assert balances(merged)


def test_a_file_without_a_promised_column_is_held_and_a_refused_one_never_merges(home: Home) -> None:
    home.run(*parents(WEEK_1))
    held = home.run(extract("charge", charges("A"), WEEK_1, without=["PLEA"]))[0]
    assert (held.state, held.reason.split(":")[0]) == (HELD, "missing_column")
    refuse_drop(home.around, held.drop_id, "sent again next week")
    home.merge()
    assert (home.merge().drops, home.charges(), home.drop(held.drop_id).state) == (0, "", REFUSED)
