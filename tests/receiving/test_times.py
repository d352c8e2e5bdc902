"""London time, dates and years of two digits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.ports import VALIDATED
from onecrown.receiving.landing_key import LONDON
from onecrown.sql import times

from .homes import Home
from .invented import EXTRACTS, LISTS, WEEK, court_list, extract, list_case, list_entry, relaxed, session, subject


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        yield con


def instant(con: duckdb.DuckDBPyConnection, local: datetime) -> tuple[datetime, bool, bool]:
    """A London wall-clock time as an instant, whether it happens twice, whether it never happens."""
    said = f"TIMESTAMP '{local.isoformat(sep=' ')}'"
    sql = f"SELECT {times.london_instant(said)}, {times.london_hour_is_repeated(said)}, {times.london_hour_is_skipped(said)}"
    found = con.execute(sql).fetchone()
    assert found is not None
    return found[0].astimezone(UTC), found[1], found[2]


CLOCKS = {
    "winter": ("2026-01-05T10:00", "2026-01-05T10:00", False, False),
    "summer": ("2026-07-05T10:00", "2026-07-05T09:00", False, False),
    "the first of October's repeated hour": ("2026-10-25T01:30", "2026-10-25T00:30", True, False),
    "the last minute before the repeated hour": ("2026-10-25T00:59", "2026-10-24T23:59", False, False),
    "the first minute of the repeated hour": ("2026-10-25T01:00", "2026-10-25T00:00", True, False),
    "the first minute after the repeated hour": ("2026-10-25T02:00", "2026-10-25T02:00", False, False),
    "March's missing hour is moved on": ("2026-03-29T01:30", "2026-03-29T01:30", False, True),
    "the last minute before the missing hour": ("2026-03-29T00:59", "2026-03-29T00:59", False, False),
    "the first minute after the missing hour": ("2026-03-29T02:00", "2026-03-29T01:00", False, False),
}


@pytest.mark.parametrize("what", list(CLOCKS))
def test_london_time_becomes_utc_by_one_rule(engine: duckdb.DuckDBPyConnection, what: str) -> None:
    local, utc, repeated, skipped = CLOCKS[what]
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert instant(engine, datetime.fromisoformat(local)) == (expected, repeated, skipped)


@relaxed
@given(
    local=st.datetimes(datetime(1972, 1, 1), datetime(2037, 12, 31)).map(lambda moment: moment.replace(microsecond=0))
)
def test_sql_and_python_agree_on_every_london_time(engine: duckdb.DuckDBPyConnection, local: datetime) -> None:
    first, second = (local.replace(tzinfo=LONDON, fold=fold).astimezone(UTC) for fold in (0, 1))
    assert instant(engine, local) == (first, first < second, first > second)


@pytest.mark.parametrize(
    ("day", "rule", "utc"),
    [("25/10/2026", "repeated_hour", (2026, 10, 25, 0, 30)), ("29/03/2026", "skipped_hour", (2026, 3, 29, 1, 30))],
    ids=["repeated", "skipped"],
)
def test_a_time_in_a_clock_change_goes_on_and_is_flagged(home: Home, day: str, rule: str, utc: tuple[int, ...]) -> None:
    sitting = session(list_case(1), day=day).replace("<sstart>10:00", "<sstart>01:30")
    drop = home.received(f"{LISTS}/{WEEK}/clock.xml", court_list(sitting).encode())
    assert [row["listed_start_at"].astimezone(UTC) for row in home.accepted(drop, "session")] == [
        datetime(*utc, tzinfo=UTC)
    ]
    flagged = [(row["record_type"], row["field"], row["severity"]) for row in home.flags(drop) if row["rule"] == rule]
    assert flagged == [("session", "listed_start_at", "note")]


# --- dates of an extract of 5 January 2026 -------------------------------------------------------------------------------

BIRTHS = {
    "11-NOV-48": date(1948, 11, 11),
    "29-FEB-96": date(1996, 2, 29),
    "05-JAN-16": date(2016, 1, 5),  # ten on the day of the extract
    "06-JAN-16": date(1916, 1, 6),  # nine: so a hundred and nine
    "05-JAN-26": date(1926, 1, 5),
    "06-JAN-26": date(1926, 1, 6),
    "01-JAN-00": date(2000, 1, 1),
    "31-DEC-69": date(1969, 12, 31),
    "01-JAN-70": date(1970, 1, 1),
    "1990-09-09 00:00:00": date(1990, 9, 9),
    "09-SEP-1990": date(1990, 9, 9),
    "09-SEP-1890": date(1890, 9, 9),
}
DAYS = {
    "31-DEC-69": date(2069, 12, 31),
    "01-JAN-70": date(1970, 1, 1),
    "31-DEC-99": date(1999, 12, 31),
    "01-JAN-00": date(2000, 1, 1),
    "02-FEB-26": date(2026, 2, 2),
    "04-MAR-25 00:00:00": date(2025, 3, 4),
    "2025-07-01 00:00:00": date(2025, 7, 1),  # midnight of London summer time is still that day
    "2025-07-01T00:00:00": date(2025, 7, 1),
    "01-JUL-2069": date(2069, 7, 1),
    "29-FEB-24": date(2024, 2, 29),
}


def test_a_birth_of_two_digits_is_the_latest_year_that_gives_an_age_of_10_to_110(home: Home) -> None:
    rows = [subject(number, DOB=said) for number, said in enumerate(BIRTHS, 1)]
    drop = home.received(f"{EXTRACTS}/{WEEK}/court_453_subject.csv", extract("subject", rows))
    assert drop.state == VALIDATED
    assert {row["raw:DOB"]: row["born_on"] for row in home.accepted(drop, "subject")} == BIRTHS


def test_another_year_of_two_digits_is_of_1970_to_2069_and_midnight_is_the_date(home: Home) -> None:
    rows = [list_entry(number, LIST_DATE=said) for number, said in enumerate(DAYS, 1)]
    drop = home.received(f"{EXTRACTS}/{WEEK}/court_453_case_hearing_day.csv", extract("case_hearing_day", rows))
    assert {row["raw:LIST_DATE"]: row["listed_for"] for row in home.accepted(drop, "case_hearing_day")} == DAYS


@pytest.mark.parametrize(
    "said", ["30-FEB-26", "29-FEB-25", "31-NOV-25", "00-JAN-26", "01-FOO-26", "2026-02-30 00:00:00", "soon"]
)
def test_a_day_that_does_not_exist_rejects_the_row_and_no_other(home: Home, said: str) -> None:
    data = extract("case_hearing_day", [list_entry(1, LIST_DATE=said), list_entry(2)])
    drop = home.received(f"{EXTRACTS}/{WEEK}/court_453_case_hearing_day.csv", data)
    [reject] = home.rejects(drop)
    assert (reject["rule"], reject["field"], reject["position"]) == ("not_a_date", "listed_for", "2")
    assert "a date that exists" in reject["expected"] and said in reject["text"]
    assert len(home.accepted(drop, "case_hearing_day")) == 1
