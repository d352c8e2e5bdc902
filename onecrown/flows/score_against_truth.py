"""A home beside the truth of what was synthesised: links and persons right, wrong and missed, and planted faults that are seen.

Records are compared by pairs: two records of one true case are right where they are one case, and missed where they are
two; two records of different cases that are one case are wrong. Placeholders stand for no case and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from onecrown.errors import UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.score_caseload import MEASURES_READ, CaseloadScore, score_caseload
from onecrown.flows.surroundings import Surroundings
from onecrown.linkage.accuracy import PairAccuracy, pair_accuracy
from onecrown.rendering.table_layouts import MEASURES, OPS, UNIFIED
from onecrown.sql.quoting import file

_TRUTH = ("case", "source_record", "case_link", "defendant", "fault", "event", "quarter")
_FOUND = ("case_source_record", "case_link", "link_review", "defendant", "defendant_identity", "person_alias")
_LINK_NAMES = {"breach": "breach_of"}


@dataclass(frozen=True, slots=True)
class Score:
    """What a comparison found; each list of rows is a table to show.

    `links`: rung, right, wrong. `missed`: dataset, other dataset, pairs. `standing`: true standing, found standing, records.
    `relations`: relation, right, wrong, missed. `persons`: tier and its accuracy. `faults`: kind, expected, planted, seen.
    """

    records: int
    links: list[tuple[str, int, int]]
    missed: list[tuple[str, str, int]]
    standing: list[tuple[str, str, int]]
    relations: list[tuple[str, int, int, int]]
    persons: list[tuple[str, PairAccuracy]]
    faults: list[tuple[str, str, int, int | None]]
    caseload: CaseloadScore


def score_home(home: Surroundings, truth: Path) -> Score:
    """Compare. Raises `UsageError` where the folder holds no truth."""
    if not (truth / "source_record.parquet").exists():
        raise UsageError(f"{truth} holds no truth; name the folder `truth` that `onecrown synthesise` wrote")
    with home.engine() as con:
        tables = PublishedTables(home, con)
        for name in _TRUTH:
            con.execute(f"CREATE TEMP VIEW t_{name} AS SELECT * FROM read_parquet({file(truth / f'{name}.parquet')})")
        for name in _FOUND:
            con.execute(f"CREATE TEMP VIEW f_{name} AS SELECT * FROM {tables.read(f'{UNIFIED}.{name}')}")
        for name in ("flag", "reject", "drift", "delivery"):
            con.execute(f"CREATE TEMP VIEW o_{name} AS SELECT * FROM {tables.read(f'{OPS}.{name}')}")
        for name in MEASURES_READ:
            con.execute(f"CREATE TEMP VIEW m_{name} AS SELECT * FROM {tables.read(f'{MEASURES}.{name}')}")
        _take_records(con)
        return Score(
            _number(con, "SELECT count(*) FROM s_record"),
            _links(con),
            _missed(con),
            _standing(con),
            _relations(con),
            _persons(con),
            _faults(con),
            score_caseload(con),
        )


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int((con.execute(sql).fetchone() or (0,))[0])


def _take_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make `s_every` of all records with their true and their found case, and `s_record` without placeholders."""
    con.execute(
        """CREATE TEMP TABLE s_every AS
        SELECT t.case_id AS truth, f.case_id AS found, f.record_case_id AS own, coalesce(f.rung_code, '') AS rung, t.dataset,
          t.role, t.reason, f.is_survivor, f.reason_code, t.native_id
        FROM t_source_record AS t JOIN f_case_source_record AS f
          ON f.source_dataset = t.dataset AND lower(f.native_case_id) = lower(t.native_id)"""
    )
    con.execute("CREATE TEMP TABLE s_record AS SELECT * FROM s_every WHERE coalesce(reason, '') <> 'placeholder'")


def _links(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Pairs by the weaker of the rungs by which the two came to their case."""
    return con.execute(
        """SELECT CASE WHEN a.rung = b.rung THEN a.rung ELSE least(a.rung, b.rung) || ' · ' || greatest(a.rung, b.rung) END AS rung,
          count(*) FILTER (a.truth = b.truth), count(*) FILTER (a.truth <> b.truth)
        FROM s_record AS a JOIN s_record AS b ON a.found = b.found AND a.own < b.own GROUP BY 1 ORDER BY 2 DESC, 1"""
    ).fetchall()


def _missed(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    return con.execute(
        """SELECT least(a.dataset, b.dataset), greatest(a.dataset, b.dataset), count(*)
        FROM s_record AS a JOIN s_record AS b ON a.truth = b.truth AND a.own < b.own AND a.found <> b.found
        GROUP BY 1, 2 ORDER BY 3 DESC"""
    ).fetchall()


def _standing(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    return con.execute(
        """SELECT concat_ws(' ', role, nullif(reason, '')), CASE WHEN is_survivor THEN 'survivor ' ELSE 'suppressed ' END || reason_code,
        count(*) FROM s_every GROUP BY 1, 2 ORDER BY 1, 3 DESC"""
    ).fetchall()


def _relations(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int, int]]:
    """Pairs of true cases, whichever came first; `sent` and the like, by the cases of the records that they name."""
    con.execute(
        """CREATE TEMP TABLE s_found_link AS SELECT DISTINCT l.relation_code AS relation, least(a.truth, b.truth) AS one,
          greatest(a.truth, b.truth) AS other
        FROM f_case_link AS l JOIN s_record AS a ON a.own = l.from_record_case_id JOIN s_record AS b ON b.own = l.to_record_case_id
        WHERE a.truth <> b.truth"""
    )
    names = " ".join(f"WHEN '{said}' THEN '{ours}'" for said, ours in _LINK_NAMES.items())
    con.execute(
        f"""CREATE TEMP TABLE s_true_link AS SELECT DISTINCT CASE link {names} ELSE link END AS relation,
          least(case_id, other_case_id) AS one, greatest(case_id, other_case_id) AS other FROM t_case_link"""
    )
    return con.execute(
        """SELECT relation, count(*) FILTER (t AND f), count(*) FILTER (f AND NOT t), count(*) FILTER (t AND NOT f) FROM (
          SELECT coalesce(t.relation, f.relation) AS relation, t.one IS NOT NULL AS t, f.one IS NOT NULL AS f
          FROM s_true_link AS t FULL JOIN s_found_link AS f USING (relation, one, other)) GROUP BY 1 ORDER BY 1"""
    ).fetchall()


def _persons(con: duckdb.DuckDBPyConnection) -> list[tuple[str, PairAccuracy]]:
    """Defendants by the true case and the arrest or summons number that the source wrote."""
    rows = con.execute(
        """SELECT d.defendant_id, min(t.person_id), min(d.person_id), min(coalesce(a.successor_id, d.person_id))
        FROM t_defendant AS t
        JOIN s_record AS r ON r.dataset = t.dataset AND lower(r.native_id) = lower(t.native_case_id)
        JOIN f_defendant AS d ON d.case_id = r.found
        JOIN f_defendant_identity AS i ON i.defendant_id = d.defendant_id
          AND regexp_replace(upper(i.asn), '[^A-Z0-9]', '', 'g') = regexp_replace(upper(t.asn), '[^A-Z0-9]', '', 'g')
        LEFT JOIN f_person_alias AS a ON a.person_id = d.person_id AND a.is_current
        WHERE coalesce(t.asn, '') <> '' GROUP BY 1 HAVING count(DISTINCT t.person_id) = 1"""
    ).fetchall()
    truth = {defendant: person for defendant, person, _, _ in rows}
    tiers = (("exact", 2), ("resolved", 3))
    return [(tier, pair_accuracy(truth, {row[0]: row[place] for row in rows})) for tier, place in tiers]


def _faults(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, int | None]]:
    """Planted faults by kind, and how many are seen as expected; None where only the absence of findings is expected."""
    con.execute(
        """CREATE TEMP TABLE s_fault AS SELECT f.*, d.drop_id FROM t_fault AS f
        LEFT JOIN (SELECT landing_key, min(drop_id) AS drop_id FROM o_delivery GROUP BY 1) AS d ON d.landing_key = f.landing_key"""
    )
    con.execute(
        """CREATE TEMP TABLE s_finding AS
        SELECT 'flagged' AS seen, drop_id, rule, count(*) AS times FROM o_flag GROUP BY ALL
        UNION ALL SELECT 'quarantined', drop_id, rule, count(DISTINCT (record_type, position)) FROM o_reject GROUP BY ALL
        UNION ALL SELECT 'drift', drop_id, '', count(*) FROM o_drift GROUP BY ALL"""
    )
    con.execute(
        """CREATE TEMP TABLE s_wrong AS SELECT DISTINCT a.truth FROM s_record AS a JOIN s_record AS b
        ON a.found = b.found AND a.truth <> b.truth"""
    )
    return con.execute(
        """WITH by_drop AS (
          SELECT f.kind, f.seen, f.rule, f.drop_id, count(*) AS planted FROM s_fault AS f
          WHERE f.seen IN ('flagged', 'quarantined', 'drift') GROUP BY ALL)
        SELECT b.kind, b.seen, sum(b.planted)::BIGINT,
          sum(CASE WHEN b.seen = 'drift' THEN CASE WHEN s.times > 0 THEN b.planted ELSE 0 END
            ELSE least(b.planted, coalesce(s.times, 0)) END)::BIGINT
        FROM by_drop AS b LEFT JOIN s_finding AS s ON s.seen = b.seen AND s.drop_id = b.drop_id AND s.rule = b.rule GROUP BY 1, 2
        UNION ALL
        SELECT f.kind, f.seen, count(*), count(*) FILTER (r.rung <> '') FROM s_fault AS f
        LEFT JOIN s_record AS r ON lower(r.native_id) = lower(f.native_id) AND r.truth = f.case_id AND f.landing_key LIKE r.dataset || '/%'
        WHERE f.seen = 'link' GROUP BY 1, 2
        UNION ALL
        SELECT f.kind, f.seen, count(*), count(*) FILTER (w.truth IS NULL) FROM s_fault AS f LEFT JOIN s_wrong AS w ON w.truth = f.case_id
        WHERE f.seen = 'separate' GROUP BY 1, 2
        UNION ALL
        SELECT kind, seen, count(*), NULL FROM s_fault WHERE seen IN ('no_fault', 'unmapped', 'removed') GROUP BY 1, 2
        ORDER BY 2, 1"""
    ).fetchall()
