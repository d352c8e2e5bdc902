"""The one place where local time becomes UTC and two-digit years become four.

Sources: the counting rules' London date for every `_on`; the two-digit rule of the Xhibit extracts (70 to 99 are
19yy, 00 to 69 are 20yy; a birth is the latest year that gives an age of 10 to 110 at the extract).
"""

from __future__ import annotations

LONDON = "Europe/London"


def london_instant(local: str) -> str:
    """SQL: a London wall-clock timestamp as an instant.

    The hour that October repeats is the first (summer time); the hour that March skips is moved on.
    """
    winter = f"(({local})::TIMESTAMP AT TIME ZONE 'UTC')"
    summer = f"({winter} - INTERVAL 1 HOUR)"
    return f"CASE WHEN timezone('{LONDON}', {summer}) = ({local})::TIMESTAMP THEN {summer} ELSE {winter} END"


def london_hour_is_repeated(local: str) -> str:
    """SQL: whether a London wall-clock time happens twice."""
    winter = f"(({local})::TIMESTAMP AT TIME ZONE 'UTC')"
    summer = f"({winter} - INTERVAL 1 HOUR)"
    return f"(timezone('{LONDON}', {summer}) = ({local})::TIMESTAMP AND timezone('{LONDON}', {winter}) = ({local})::TIMESTAMP)"


def london_hour_is_skipped(local: str) -> str:
    """SQL: whether a London wall-clock time never happens."""
    winter = f"(({local})::TIMESTAMP AT TIME ZONE 'UTC')"
    summer = f"({winter} - INTERVAL 1 HOUR)"
    return f"(timezone('{LONDON}', {summer}) <> ({local})::TIMESTAMP AND timezone('{LONDON}', {winter}) <> ({local})::TIMESTAMP)"


def london_date(instant: str) -> str:
    """SQL: the London date of an instant."""
    return f"timezone('{LONDON}', {instant})::DATE"


def two_digit_year(parsed: str, text: str = "'69'") -> str:
    """SQL: a date parsed with `%y` from a text, in 1970 to 2069 (DuckDB gives 1969 for 69)."""
    return f"CASE WHEN contains({text}, '69') AND year({parsed}) = 1969 THEN ({parsed} + INTERVAL 100 YEAR)::DATE ELSE {parsed} END"


def two_digit_birth(parsed: str, extract_on: str) -> str:
    """SQL: a birth parsed with `%y`: the latest year not after the extract that gives an age of 10 to 110."""
    candidates = [f"({parsed} {sign} INTERVAL 100 YEAR)::DATE" for sign in ("+", "-")]
    ages = ", ".join(
        f"CASE WHEN datesub('year', {day}, {extract_on}) BETWEEN 10 AND 110 AND {day} <= {extract_on} THEN {day} END"
        for day in (candidates[0], parsed, candidates[1])
    )
    return f"coalesce({ages}, {two_digit_year(parsed)})"
