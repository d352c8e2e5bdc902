"""The review queue of persons: pairs that wait for somebody, and what somebody says of them.

Decisions are kept in the ledger, under ids that only the home's key can make: it outlives the tables, which a disaster or
a rebuild makes anew, and it is where everything that people do is kept. The next run of the resolution obeys them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from onecrown.decision_ports import PersonDecision
from onecrown.errors import UsageError
from onecrown.flows.person_tables import LINK
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.linkage.clusters import REVIEW
from onecrown.linkage.person_records import EXACT_PERSON
from onecrown.rendering.table_layouts import UNIFIED

WAITING = ("person_link_id", "match_weight", "reason", "explanation")
_SHOWN = ("first_name", "middle_name", "last_name", "birth_on", "postcode", "pnc_id", "cro_number")
SHOWN = (*WAITING, *(f"{side}_{column}" for column in _SHOWN for side in ("left", "right")))


def waiting_pairs(home: Surroundings) -> list[tuple[Any, ...]]:
    """Pairs that wait for somebody, the strongest first, with the columns of `WAITING`: no value of a record."""
    return _waiting(home, ())


def waiting_pairs_in_clear(home: Surroundings) -> list[tuple[Any, ...]]:
    """The same with what the records say (columns of `SHOWN`): personal data. Every spelling of an exact person stands there."""
    return _waiting(home, _SHOWN)


def _waiting(home: Surroundings, shown: Sequence[str]) -> list[tuple[Any, ...]]:
    """The queue; a pair that somebody decided waits no more, though the next run has not come yet."""
    decided = sorted({said.link_id for said in home.ledger.person_decisions()})
    with home.engine() as con:
        tables = PublishedTables(home, con)
        sides = "".join(f", one.{column}, other.{column}" for column in shown)
        return con.execute(
            f"""WITH waiting AS (
              SELECT * FROM {tables.read(f"{UNIFIED}.{LINK}")}
              WHERE decision_code = '{REVIEW}' AND NOT list_contains(?, person_link_id))
            {_known(tables, shown)}
            SELECT w.person_link_id, w.match_weight, w.decision_reason_code, w.explanation{sides} FROM waiting AS w
            {_BOTH if shown else ""}
            ORDER BY w.match_weight DESC NULLS LAST, w.person_link_id""",
            [decided],
        ).fetchall()


_BOTH = """LEFT JOIN known AS one ON one.exact_id = w.left_person_id
LEFT JOIN known AS other ON other.exact_id = w.right_person_id"""


def _known(tables: PublishedTables, shown: Sequence[str]) -> str:
    """What the records of those who wait say, with every spelling; nothing is read where nothing is shown."""
    if not shown:
        return ""
    texts = [(column, f"CAST(i.{column} AS VARCHAR)") for column in shown]
    said = ", ".join(f"string_agg(DISTINCT {text}, ' / ' ORDER BY {text}) AS {column}" for column, text in texts)
    return f""", known AS (
      SELECT {EXACT_PERSON} AS exact_id, {said} FROM {tables.read(f"{UNIFIED}.defendant")} AS d
      JOIN {tables.read(f"{UNIFIED}.defendant_identity")} AS i ON i.defendant_id = d.defendant_id
      WHERE {EXACT_PERSON} IN (SELECT left_person_id FROM waiting UNION SELECT right_person_id FROM waiting)
      GROUP BY 1)"""


def decide_pair(home: Surroundings, beginning: str, accepted: bool, reason: str) -> PersonDecision:
    """Keep somebody's word on a pair, which the beginning of its id names. Of several words on one pair the last holds.

    Raises `UsageError` where no pair has that id, or more than one.
    """
    with home.engine() as con:
        links = PublishedTables(home, con).read(f"{UNIFIED}.{LINK}")
        found = con.execute(
            f"SELECT person_link_id FROM {links} WHERE starts_with(person_link_id, ?) LIMIT 2", [beginning.strip()]
        ).fetchall()
    if not beginning.strip() or len(found) != 1:
        several = "more than one pair has" if found else "no pair has"
        raise UsageError(f"{several} an id that begins so; take it from `onecrown persons review`")
    decision = PersonDecision(found[0][0], accepted, reason, home.worker, home.now())
    home.ledger.save_person_decision(decision)
    return decision
