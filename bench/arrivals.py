"""`make bench-arrivals`: from a put into the landing bucket of the local AWS to a row that Athena's client reads.

Fifty small drops one after another, then two hundred at once. The template is deployed first; nothing of that is measured.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import track
from rich.table import Table

from infra.proving.invented import hearing
from local_aws.launching import LocalAws
from local_aws.local_account import LocalAccount

SMALL, AT_ONCE, WRITERS = 50, 200, 8
_KEY = "common_platform/hearing_resulted/bench-{}.json"


def main() -> None:
    with TemporaryDirectory(prefix="onecrown-bench-arrivals-") as folder, LocalAws(folder=Path(folder)) as aws:
        with _timed() as deployed:
            aws.deploy()
        account = LocalAccount.of(aws)
        account.run_job("migrate_tables")
        each = [_one(account, number) for number in track(range(1, SMALL + 1), "one after another")]
        together = _at_once(account, SMALL + 1, AT_ONCE)
    table = Table(box=None)
    for column in ("what", "seconds"):
        table.add_column(column, justify="left" if column == "what" else "right")
    table.add_row("bootstrap and deployment", f"{deployed.seconds:.1f}")
    table.add_row(f"put to row, p50 of {SMALL}", f"{statistics.median(each):.1f}")
    table.add_row(f"put to row, p95 of {SMALL}", f"{statistics.quantiles(each, n=20)[-1]:.1f}")
    table.add_row(f"{AT_ONCE} at once, first put to last row", f"{together:.1f}")
    Console(width=100).print(table)


class _timed:  # noqa: N801 - reads as a word
    def __enter__(self) -> _timed:
        self._began = time.monotonic()
        return self

    def __exit__(self, *_said: object) -> None:
        self.seconds = time.monotonic() - self._began


def _one(account: LocalAccount, number: int) -> float:
    began = time.monotonic()
    _put(account, number)
    account.until("its row stands", lambda: _standing(account) >= number)
    return time.monotonic() - began


def _at_once(account: LocalAccount, first: int, count: int) -> float:
    began = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda number: _put(account, number), range(first, first + count)))
    account.until("their rows stand", lambda: _standing(account) >= first + count - 1)
    return time.monotonic() - began


def _put(account: LocalAccount, number: int) -> None:
    bucket = account.settings["landing_bucket"]
    account.client("s3").put_object(Bucket=bucket, Key=_KEY.format(number), Body=hearing(["Fine"], 0, number))


def _standing(account: LocalAccount) -> int:
    """How many results an analyst sees; none before the first table is there."""
    from awswrangler.exceptions import QueryFailed

    try:
        return int(account.ask("SELECT count(*) AS n FROM result")[0]["n"])
    except QueryFailed:
        return 0


if __name__ == "__main__":
    main()
