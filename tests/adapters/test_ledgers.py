"""What every ledger promises, whatever it is kept in."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from onecrown.adapters.claiming import MOST_ATTEMPTS
from onecrown.decision_ports import PersonDecision
from onecrown.erasure_ports import DONE, Erasure
from onecrown.errors import CommitConflict
from onecrown.ports import (
    FAILED,
    HELD,
    MERGED,
    MERGING,
    MOVED_TOGETHER,
    QUARANTINED,
    RECEIVED,
    VALIDATED,
    WITHDRAWN,
    Ledger,
)

from .ledgers import NOW, Opened, batch, brought, delivery_of, drop, known

LATER = NOW + timedelta(hours=1)


def test_a_drop_comes_back_as_it_was_recorded(ledger: Ledger) -> None:
    whole = drop(
        1,
        QUARANTINED,
        bytes=12,
        counts={"case": {"read": 2}},
        claim_expires_at=LATER,
        leftovers=["a"],
        erased={"1": {"case": 1}},
        reason="invented",
        released=True,
    )
    assert brought(ledger, whole) == [whole]
    assert (ledger.drop(whole.drop_id), ledger.drops()) == (whole, [whole])


def test_a_drop_is_new_once_and_a_second_delivery_of_it_is_a_duplicate(ledger: Ledger) -> None:
    first = drop(1)
    again = delivery_of(first, "2", minutes=5)
    assert ledger.record_deliveries([delivery_of(first), again], [first, replace(first, bytes=9)]) == [first]
    assert [said.outcome for said in ledger.deliveries()] == ["new", "duplicate"]
    assert ledger.drops() == [first]


def test_a_known_delivery_changes_nothing(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    moved = ledger.move(known(ledger, 1), VALIDATED)
    assert brought(ledger, drop(1)) == []
    assert (ledger.drops(), [said.outcome for said in ledger.deliveries()]) == ([moved], ["new"])


def test_a_new_drop_of_a_known_delivery_is_recorded_all_the_same(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    assert ledger.record_deliveries([delivery_of(drop(1))], [drop(2)]) == [drop(2)]
    assert [said.drop_id for said in ledger.deliveries()] == [drop(1).drop_id]


def test_deliveries_are_listed_in_order_of_arrival(ledger: Ledger) -> None:
    brought(ledger, drop(3), drop(1), drop(2))
    assert [said.drop_id for said in ledger.deliveries()] == [drop(n).drop_id for n in (1, 2, 3)]


def test_those_of_thousands_of_deliveries_that_are_known_are_told(ledger: Ledger) -> None:
    brought(ledger, *(drop(number) for number in range(105)))
    asked = [delivery_of(drop(number)).delivery_id for number in range(3, 40_000)]
    assert ledger.known_deliveries(asked) == set(asked[:102])
    assert ledger.known_deliveries([]) == set()


def test_a_delivery_is_found_by_its_id_and_a_drop_s_deliveries_by_the_drop(ledger: Ledger) -> None:
    one, other = drop(1), drop(2)
    later = delivery_of(one, "2", minutes=9)
    ledger.record_deliveries([later, delivery_of(one), delivery_of(other)], [one, one, other])
    assert [said.version for said in ledger.deliveries_of(one.drop_id)] == ["1", "2"]
    assert ledger.delivery(later.delivery_id) == ledger.deliveries_of(one.drop_id)[1]
    assert (ledger.delivery("unknown"), ledger.deliveries_of("unknown")) == (None, [])


def test_the_longest_landing_key_is_recorded(ledger: Ledger) -> None:
    long_key = "xhibit/extract/" + "é" * 504 + "x"
    assert len(long_key.encode()) == 1024
    said = replace(delivery_of(drop(1)), key=long_key, delivery_id=f"{long_key}@{'v' * 32}")
    ledger.record_deliveries([said], [drop(1)])
    assert [found.key for found in ledger.deliveries_of(drop(1).drop_id)] == [long_key]
    assert [found.key for found in ledger.untold_deliveries()] == [long_key]


def test_deliveries_are_untold_until_they_are_noted_as_told(ledger: Ledger) -> None:
    brought(ledger, *(drop(number) for number in range(105)))
    told = [said.delivery_id for said in ledger.untold_deliveries()][:101]
    ledger.note_told(told)
    ledger.note_told(told)
    assert [said.drop_id for said in ledger.untold_deliveries()] == [drop(number).drop_id for number in range(101, 105)]
    assert len(ledger.deliveries()) == 105


def test_drops_are_listed_by_state_in_order_of_arrival(ledger: Ledger) -> None:
    brought(ledger, drop(4, HELD), drop(3), drop(1, MERGED), drop(2, FAILED))
    assert [one.state for one in ledger.drops()] == [MERGED, FAILED, RECEIVED, HELD]
    assert [one.state for one in ledger.drops([HELD, RECEIVED, HELD])] == [RECEIVED, HELD]
    assert [one.state for one in ledger.drops([MERGED, FAILED])] == [MERGED, FAILED]
    assert ledger.drops([VALIDATED]) == []


def test_a_drop_is_listed_under_the_state_that_it_moved_to_and_under_no_other(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    for state in (VALIDATED, HELD, HELD, WITHDRAWN, MERGED, QUARANTINED):
        ledger.move(known(ledger, 1), state)
        listed = [s for s in (RECEIVED, VALIDATED, HELD, WITHDRAWN, MERGED, QUARANTINED) if ledger.drops([s])]
        assert listed == [state]


def test_a_drop_that_another_moved_on_is_moved_by_nobody_who_did_not_see_that(ledgers: Opened) -> None:
    mine, other = ledgers(), ledgers()
    brought(mine, drop(1))
    seen = known(mine, 1)
    theirs = other.move(seen, HELD, reason="theirs")
    with pytest.raises(CommitConflict):
        mine.move(seen, VALIDATED, reason="mine")
    assert mine.drops() == [theirs] == [replace(seen, state=HELD, rev=1, reason="theirs")]


def test_a_drop_that_nobody_knows_is_not_moved(ledger: Ledger) -> None:
    with pytest.raises(CommitConflict):
        ledger.move(drop(1), VALIDATED)
    assert ledger.drops() == []


def test_several_drops_move_on_all_or_none(ledger: Ledger) -> None:
    drops = [drop(number) for number in range(MOVED_TOGETHER)]
    brought(ledger, *drops)
    ledger.move(drops[-1], HELD)
    with pytest.raises(CommitConflict):
        ledger.move_all([(one, VALIDATED, {}) for one in drops])
    assert ledger.drops([VALIDATED]) == []
    ledger.move_all([(one, VALIDATED, {"prefix": "p"}) for one in drops[:-1]])
    assert [one.prefix for one in ledger.drops([VALIDATED])] == ["p"] * (MOVED_TOGETHER - 1)


def test_more_drops_than_one_transaction_holds_move_on(ledger: Ledger) -> None:
    brought(ledger, *(drop(number) for number in range(70)))
    ledger.move_all([(one, VALIDATED, {}) for one in ledger.drops()])
    ledger.move_all([])
    assert len(ledger.drops([VALIDATED])) == 70


def test_a_claim_is_one_worker_s_until_it_lapses(ledgers: Opened) -> None:
    mine, other = ledgers(), ledgers()
    brought(mine, drop(1))
    ids = [drop(1).drop_id, "unknown"]
    (got,) = mine.claim(ids, "mine", NOW, 60)
    assert (got.claim_owner, got.claim_epoch, got.attempts, got.claim_expires_at) == (
        "mine",
        1,
        1,
        NOW + timedelta(seconds=60),
    )
    assert other.claim(ids, "other", NOW + timedelta(seconds=59), 60) == []
    (taken,) = other.claim(ids, "other", NOW + timedelta(seconds=60), 60)
    assert (taken.claim_epoch, taken.attempts, known(mine, 1)) == (2, 2, taken)
    with pytest.raises(CommitConflict):
        mine.move(got, VALIDATED)


def test_a_worker_claims_again_what_it_has(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    ledger.claim([drop(1).drop_id], "mine", NOW, 60)
    assert [one.claim_epoch for one in ledger.claim([drop(1).drop_id], "mine", NOW, 60)] == [2]


def test_a_failed_drop_is_tried_once_by_a_worker_and_not_for_ever(ledger: Ledger) -> None:
    brought(ledger, drop(1))
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (got,) = ledger.claim([drop(1).drop_id], f"worker {attempt}", NOW, 60)
        assert (got.state, got.attempts) == (RECEIVED, attempt)
        ledger.move(got, FAILED, claim_expires_at=None)
        assert ledger.claim([drop(1).drop_id], f"worker {attempt}", NOW, 60) == []
    assert ledger.claim([drop(1).drop_id], "one more", NOW, 60) == []


@pytest.mark.parametrize("state", [VALIDATED, MERGING, MERGED, HELD, QUARANTINED, WITHDRAWN])
def test_a_drop_that_was_judged_is_not_claimed(ledger: Ledger, state: str) -> None:
    brought(ledger, drop(1, state))
    assert ledger.claim([drop(1).drop_id], "mine", NOW, 60) == []


def test_of_many_drops_those_that_are_free_are_claimed(ledgers: Opened) -> None:
    mine, other = ledgers(), ledgers()
    drops = [drop(number) for number in range(80)]
    brought(mine, *drops)
    other.claim([one.drop_id for one in drops[::2]], "other", NOW, 60)
    got = mine.claim([one.drop_id for one in drops], "mine", NOW, 60)
    assert [one.drop_id for one in got] == [one.drop_id for one in drops[1::2]]


def test_one_of_several_workers_at_once_gets_each_drop(ledgers: Opened) -> None:
    workers = [ledgers() for _ in range(3)]
    drops = [drop(number) for number in range(40)]
    brought(workers[0], *drops)
    ids = [one.drop_id for one in drops]
    with ThreadPoolExecutor(3) as threads:
        got = list(threads.map(lambda n: workers[n].claim(ids, f"worker {n}", NOW, 60), range(3)))
    assert sorted(one.drop_id for some in got for one in some) == ids
    assert {one.attempts for one in workers[0].drops()} == {1}


def test_a_batch_is_opened_with_its_drops_and_finished_with_them(ledger: Ledger) -> None:
    drops = [drop(number, VALIDATED) for number in range(5)]
    brought(ledger, *drops)
    ledger.open_batch(batch("one", *drops), [(one, MERGING, {"batch_id": "one"}) for one in drops], "")
    assert ledger.batches() == [batch("one", *drops)]
    taken = ledger.drops([MERGING])
    assert taken == [replace(one, state=MERGING, batch_id="one", rev=1) for one in drops]
    done = replace(batch("one", *drops, state="finished"), finished_at=LATER, snapshots={"t": 7}, reason="r")
    ledger.save_batch(done, [(one, MERGED, {"merged_at": LATER}) for one in taken])
    assert ledger.batches() == [done]
    assert ledger.drops() == [replace(one, state=MERGED, merged_at=LATER, rev=2) for one in taken]


def test_a_batch_larger_than_a_transaction_is_opened_and_finished_whole(ledger: Ledger) -> None:
    drops = [drop(number, VALIDATED) for number in range(75)]
    brought(ledger, *drops)
    ledger.open_batch(batch("one", *drops), [(one, MERGING, {"batch_id": "one"}) for one in drops], "")
    assert [one.rev for one in ledger.drops([MERGING])] == [1] * 75
    ledger.save_batch(batch("one", *drops, state="finished"), [(one, MERGED, {}) for one in ledger.drops([MERGING])])
    assert [one.rev for one in ledger.drops([MERGED])] == [2] * 75
    assert ledger.batches()[0].drop_ids == tuple(one.drop_id for one in drops)


def test_no_batch_opens_while_another_is_open(ledger: Ledger) -> None:
    ledger.open_batch(batch("one"), (), "")
    for after in ("", "one"):
        with pytest.raises(CommitConflict):
            ledger.open_batch(batch("two"), (), after)
    ledger.save_batch(batch("one", state="finished"))
    ledger.open_batch(batch("two"), (), "one")
    assert [(said.batch_id, said.state) for said in ledger.batches()] == [("one", "finished"), ("two", "open")]


def test_no_batch_opens_over_a_plan_that_another_overtook_whatever_the_clocks_say(ledger: Ledger) -> None:
    ledger.open_batch(batch("one"), (), "")
    ledger.save_batch(batch("one", state="finished"))
    ledger.open_batch(replace(batch("two"), started_at=NOW - timedelta(days=900)), (), "one")
    ledger.save_batch(replace(batch("two", state="finished"), started_at=NOW - timedelta(days=900)))
    for after in ("", "one"):
        with pytest.raises(CommitConflict):
            ledger.open_batch(batch("three"), (), after)
    assert [said.batch_id for said in ledger.batches()] == ["one", "two"]


def test_a_batch_whose_drop_was_moved_on_since_it_was_planned_moves_none_and_leaves_no_trace(ledgers: Opened) -> None:
    mine, other = ledgers(), ledgers()
    drops = [drop(number, VALIDATED) for number in range(40)]
    brought(mine, *drops)
    other.move(drops[35], WITHDRAWN)
    with pytest.raises(CommitConflict):
        mine.open_batch(batch("one", *drops), [(one, MERGING, {"batch_id": "one"}) for one in drops], "")
    assert (mine.batches(), mine.drops([MERGING]), len(mine.drops([VALIDATED]))) == ([], [], 39)
    assert {one.batch_id for one in mine.drops()} == {""}
    rest = mine.drops([VALIDATED])
    mine.open_batch(batch("two", *rest), [(one, MERGING, {"batch_id": "two"}) for one in rest], "")
    assert [said.batch_id for said in mine.batches()] == ["two"]


def test_a_batch_is_finished_once(ledger: Ledger) -> None:
    brought(ledger, drop(1, VALIDATED))
    ledger.open_batch(batch("one", drop(1)), [(drop(1, VALIDATED), MERGING, {"batch_id": "one"})], "")
    taken = known(ledger, 1)
    ledger.save_batch(batch("one", drop(1), state="finished"), [(taken, MERGED, {})])
    with pytest.raises(CommitConflict):
        ledger.save_batch(replace(batch("one", drop(1), state="finished"), reason="by a zombie"), [(taken, MERGED, {})])
    assert (ledger.batches()[0].reason, known(ledger, 1).rev) == ("", 2)


def test_a_batch_that_was_never_opened_is_not_finished(ledger: Ledger) -> None:
    with pytest.raises(CommitConflict):
        ledger.save_batch(batch("one", state="finished"))
    assert ledger.batches() == []


def test_a_batch_is_not_finished_with_a_drop_that_is_not_as_it_took_it(ledger: Ledger) -> None:
    brought(ledger, drop(1, VALIDATED))
    ledger.open_batch(batch("one", drop(1)), [(drop(1, VALIDATED), MERGING, {"batch_id": "one"})], "")
    with pytest.raises(CommitConflict):
        ledger.save_batch(batch("one", drop(1), state="finished"), [(drop(1, VALIDATED), MERGED, {})])
    assert ([said.state for said in ledger.batches()], known(ledger, 1).state) == (["open"], MERGING)


def test_a_drop_of_an_open_batch_is_moved_on_by_its_batch_alone(ledger: Ledger) -> None:
    """A withdrawn drop that is on its way out of the tables is not released half way."""
    brought(ledger, drop(1, WITHDRAWN), drop(2))
    ledger.open_batch(batch("one", drop(1)), [(drop(1, WITHDRAWN), WITHDRAWN, {"batch_id": "one"})], "")
    leaving = known(ledger, 1)
    with pytest.raises(CommitConflict, match="not finished"):
        ledger.move(leaving, VALIDATED)
    with pytest.raises(CommitConflict, match="not finished"):
        ledger.move_all([(drop(2), VALIDATED, {}), (leaving, VALIDATED, {})])
    assert known(ledger, 2) == drop(2)
    ledger.save_batch(batch("one", drop(1), state="finished"), [(leaving, WITHDRAWN, {"mirrored": True})])
    assert ledger.move(known(ledger, 1), VALIDATED).state == VALIDATED


def test_a_drop_that_its_batch_took_and_did_not_move_is_free_when_it_is_finished(ledger: Ledger) -> None:
    brought(ledger, drop(1, VALIDATED))
    ledger.open_batch(batch("one", drop(1)), [(drop(1, VALIDATED), MERGING, {"batch_id": "one"})], "")
    taken = known(ledger, 1)
    ledger.save_batch(batch("one", drop(1), state="finished"))
    assert known(ledger, 1) == taken
    assert ledger.move(taken, VALIDATED).state == VALIDATED


def test_one_of_several_workers_at_once_opens_a_batch_and_one_finishes_it(ledgers: Opened) -> None:
    workers = [ledgers() for _ in range(3)]
    drops = [drop(number, VALIDATED) for number in range(40)]
    brought(workers[0], *drops)

    def opens(number: int) -> int:
        moves = [(one, MERGING, {"batch_id": str(number)}) for one in drops]
        try:
            workers[number].open_batch(batch(str(number), *drops), moves, "")
        except CommitConflict:
            return 0
        return 1

    def finishes(number: int) -> int:
        (opened,) = workers[number].batches()
        try:
            workers[number].save_batch(replace(opened, state="finished"), [(one, MERGED, {}) for one in taken])
        except CommitConflict:
            return 0
        return 1

    with ThreadPoolExecutor(3) as threads:
        assert sum(threads.map(opens, range(3))) == 1
        taken = workers[0].drops([MERGING])
        assert len(taken) == 40
        assert sum(threads.map(finishes, range(3))) == 1
    assert {(one.state, one.rev) for one in workers[0].drops()} == {(MERGED, 2)}


def test_a_lease_is_one_owner_s_until_it_lapses_or_is_given_back(ledgers: Opened) -> None:
    mine, other = ledgers(), ledgers()
    assert mine.take_lease("merge", "mine", NOW, 60)
    assert not other.take_lease("merge", "other", NOW + timedelta(seconds=59), 60)
    assert other.take_lease("another", "other", NOW, 60)
    assert mine.take_lease("merge", "mine", NOW + timedelta(seconds=59), 60)
    assert not other.take_lease("merge", "other", NOW + timedelta(seconds=61), 60)
    other.release_lease("merge", "other")
    assert not other.take_lease("merge", "other", NOW + timedelta(seconds=61), 60)
    assert other.take_lease("merge", "other", NOW + timedelta(seconds=119), 60)
    mine.release_lease("merge", "mine")
    assert not mine.take_lease("merge", "mine", NOW + timedelta(seconds=119), 60)
    other.release_lease("merge", "other")
    assert mine.take_lease("merge", "mine", NOW + timedelta(seconds=119), 60)


def test_erasures_are_remembered_in_their_order_and_written_anew(ledger: Ledger) -> None:
    said = [Erasure(number, "xhibit/extract", "case", "r", "w", NOW, (f"mark {number}",)) for number in (1, 2, 10)]
    for erasure in reversed(said):
        ledger.save_erasure(erasure)
    assert ledger.erasures() == said
    done = replace(said[1], state=DONE, done_at=LATER)
    ledger.save_erasure(done)
    ledger.shrink()
    assert ledger.erasures() == [said[0], done, said[2]]


def test_every_decision_on_persons_is_remembered_in_the_order_in_which_it_was_made(ledger: Ledger) -> None:
    said = [
        PersonDecision("a pair", accepted=True, reason="r", worker="w", decided_at=NOW),
        PersonDecision("another pair", accepted=False, reason="r", worker="w", decided_at=NOW),
        PersonDecision("a pair", accepted=False, reason="looked again", worker="w", decided_at=LATER),
    ]
    for decision in reversed(said):
        ledger.save_person_decision(decision)
    assert ledger.person_decisions() == said


def test_a_delivery_remembers_for_which_erasure_it_was_looked_through(ledger: Ledger) -> None:
    brought(ledger, *(drop(number) for number in range(105)))
    ids = [said.delivery_id for said in ledger.deliveries()]
    ledger.note_looked(ids[:-1], 3)
    assert [said.looked for said in ledger.deliveries()] == [3] * 104 + [0]
    assert [said.looked for said in ledger.deliveries_of(drop(0).drop_id)] == [3]
