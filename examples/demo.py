"""The demonstration: OneCrown on a laptop, told by its own command line.

Run it with `make demo`. It makes a fresh home in a temporary folder, delivers the invented drops of `examples/data` and
prints each command as it would be typed, with its real output, of which only what is very long is cut. The home is
kept, and its place is printed at the end.
"""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.text import Text

from onecrown.cli.app import app

ROOT = Path(__file__).resolve().parents[1]
DATA = "examples/data"
QUERIES = "examples/queries"
WIDTH = 100
LONGEST_OUTPUT = 45  # lines; what is longer is cut, and says so
FIRST_SHARE = f"{DATA}/common_platform/hearing_resulted/first/theft-first-share.json"
MOST_REJECTS = """
SELECT reject.drop_id
FROM onecrown_ops.reject
GROUP BY reject.drop_id
ORDER BY count(*) DESC, reject.drop_id
LIMIT 1
"""
AN_AMENDED_RESULT = """
SELECT result.result_id
FROM onecrown.result
WHERE result.amended_on IS NOT NULL
ORDER BY result.result_id
LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Files of one dataset, as a pattern, with the time of their extract where the files do not carry it."""

    dataset: str
    pattern: str
    extract_date: str = ""


def xhibit_week(extract_date: str) -> tuple[Delivery, Delivery]:
    """The seven tables of court 453 and the control file of one week; both are needed for absence to mean removed."""
    day = extract_date[:10]
    return (
        Delivery("xhibit/extract", f"{day}/court_453_*.csv", extract_date),
        Delivery("xhibit/extract_control", f"{day}/*.csv", extract_date),
    )


FIRST_WEEK = (
    Delivery("reference/standing_data", "2026-01-01/*.json", "2026-01-01"),
    *xhibit_week("2026-01-05T02:00:00"),
    Delivery("libra/resulted_case", "2026-01-06/*.xml", "2026-01-06T06:00:00"),
    Delivery("common_platform/migrated_case", "2026-01-06/*.json", "2026-01-06T09:00:00"),
    Delivery("common_platform/hearing_resulted", "first/*.json*"),
    Delivery("libra/daily_court_list", "2026-01-12/*.xml", "2026-01-12T18:00:00"),
)
RESHARE = Delivery("common_platform/hearing_resulted", "reshare/theft-reshare.json")


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its arguments, how a person would type them, and what to print before it."""

    arguments: tuple[str, ...]
    typed: str
    preface: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What a command ended with and printed."""

    code: int
    stdout: str
    stderr: str


def command(*arguments: str) -> Command:
    """A command that is typed as it runs."""
    return Command(arguments, shlex.join(arguments))


def delivering(delivery: Delivery) -> Command:
    """Put files into the landing zone, as a supplier would."""
    pattern = f"{DATA}/{delivery.dataset}/{delivery.pattern}"
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob(pattern))
    dated = ("--extract-date", delivery.extract_date) if delivery.extract_date else ()
    typed = f"drop {delivery.dataset} \\\n    {' '.join((pattern, *dated))}"
    return Command(("drop", delivery.dataset, *files, *dated), typed)


def asking(name: str) -> Command:
    """Ask a query of `examples/queries`."""
    path = f"{QUERIES}/{name}.sql"
    sql = (ROOT / path).read_text(encoding="utf-8").strip()
    return Command(("query", sql), f'query "$(cat {path})"', sql)


class Demonstration:
    """Runs commands against one home and shows what they print."""

    def __init__(self, console: Console, home: Path) -> None:
        """Begin with a home that nobody has used."""
        self._console = console
        self._home = home
        self._steps = 0
        self._prefaces: set[str] = set()

    def step(self, heading: str, why: str) -> None:
        """Begin a step: its number, its heading and one sentence on what to look for."""
        self._steps += 1
        self._console.print()
        self._console.rule(f"[bold]{self._steps}. {heading}", align="left")
        self._console.print(why)

    def show(self, *commands: Command) -> None:
        """Run commands and print them in order. Stops where one fails."""
        for one in commands:
            done = self._call(one)
            self._print(one, done)
            if done.code:
                raise SystemExit(f"The demonstration stops here: the command ended with {done.code}.")

    def show_verdict(self, one: Command) -> None:
        """Run a command whose exit code is a verdict on the data, and print that code too."""
        done = self._call(one)
        self._print(one, done)
        self._console.print(f"(exit code {done.code})", style="dim")

    def first_value(self, sql: str) -> str:
        """The one value of a query, for a command that needs an identifier; not shown."""
        done = self._call(command("query", sql.strip(), "--format", "json"))
        if done.code:
            raise SystemExit(done.stderr)
        rows = json.loads(done.stdout)
        if not rows:
            raise SystemExit("The demonstration stops here: the data that it shows is not there.")
        return str(next(iter(rows[0].values())))

    def _print(self, one: Command, done: Done) -> None:
        if one.preface and one.preface not in self._prefaces:
            self._prefaces.add(one.preface)
            self._console.print()
            self._console.print(Text(one.preface, style="dim"))
        self._console.print()
        self._console.print(Text(f"$ onecrown {one.typed}", style="bold cyan"))
        for said in (done.stdout, done.stderr):
            lines = said.rstrip().splitlines()
            if lines:
                self._console.print(Text.from_ansi("\n".join(lines[:LONGEST_OUTPUT])))
            if len(lines) > LONGEST_OUTPUT:
                self._console.print(f"(and {len(lines) - LONGEST_OUTPUT} more lines)", style="dim")

    def _call(self, one: Command) -> Done:
        """Run the command line in this process: what it prints is what a terminal would show, without its start."""
        said, noted = io.StringIO(), io.StringIO()
        code: int | str | None = 0
        with self._console.status(f"onecrown {one.arguments[0]} …"), redirect_stdout(said), redirect_stderr(noted):
            try:
                app(["--home", str(self._home), *one.arguments], prog_name="onecrown")
            except SystemExit as ended:
                code = ended.code
        return Done(code if isinstance(code, int) else int(code is not None), said.getvalue(), noted.getvalue())


def deliver_the_first_week(demo: Demonstration) -> None:
    """Supply a week of every dataset; the first delivery makes the home."""
    demo.step("Deliver", "Seven datasets of one invented week are put into the landing zone, faults and all.")
    first, *others = map(delivering, FIRST_WEEK)
    demo.show(first)
    demo.show(*others)


def run_the_pipeline(demo: Demonstration) -> None:
    """Receive and merge what waits."""
    demo.step("Run", "Every drop is judged, and all that can be merged goes into the tables in one batch.")
    demo.show(command("run"))


def look_at_the_drops(demo: Demonstration) -> None:
    """Show the books of every drop."""
    demo.step("What came of each drop", "The books balance: what was read was either accepted or set aside.")
    demo.show(command("drops"))


def look_at_rejects_and_flags(demo: Demonstration) -> None:
    """Show the drop with most broken rules, and the flags by class."""
    why = "Set aside: what cannot be keyed, typed or placed in time. Flagged: all else that looks wrong."
    demo.step("What was wrong", why)
    drop_id = demo.first_value(MOST_REJECTS)
    demo.show(command("rejects", drop_id[:12]), asking("flags_by_class"))


def look_at_the_tables(demo: Demonstration) -> None:
    """Show what there is to query."""
    demo.step("The tables", "One model over all systems; every column has a meaning, an owner and a source.")
    demo.show(command("tables"), command("describe", "plea"))


def correct_a_hearing(demo: Demonstration) -> None:
    """Show that a reshare replaces what its hearing day ordered, and that history keeps it."""
    demo.step("A reshare", "The court shares a hearing again: the surcharge was a mistake, and the costs are lower.")
    demo.show(asking("results_of_the_hearing"), delivering(RESHARE))
    demo.show(command("run"))
    demo.show(asking("results_of_the_hearing"))
    demo.step("As it was", "Nothing is lost: history still answers what was known at noon, before the reshare.")
    demo.show(asking("results_as_at_noon"))


def receive_another_week(demo: Demonstration) -> None:
    """Show that a full extract removes what it leaves out."""
    why = "The next weekly extract leaves out a charge, changes a sentence and adds a case."
    demo.step("Absence means removed", why)
    demo.show(asking("xhibit_charges"), *map(delivering, xhibit_week("2026-01-12T02:00:00")))
    demo.show(command("run"))
    demo.show(asking("xhibit_charges"))


def answer_three_questions(demo: Demonstration) -> None:
    """Show analysts' queries, and the codes that no code list knows."""
    demo.step("Three questions of an analyst", "Written in Athena's SQL; the same text runs on AWS.")
    names = ("open_charges_by_plea", "results_per_hearing_day", "guilty_pleas_by_system_and_sex")
    demo.show(*map(asking, names), command("unmapped"))


def explain_a_value(demo: Demonstration) -> None:
    """Show where one value comes from."""
    demo.step("Explain a value", "From a value back to the drop, the file, the place in it and the rules that it met.")
    result_id = demo.first_value(AN_AMENDED_RESULT)
    demo.show(command("explain", "result", result_id, "result_code"))


def count_cases(demo: Demonstration) -> None:
    """Show a number, what it counts, and why every other case is left out."""
    why = "The same number for dashboards and published tables; every case that it leaves out has its reason."
    demo.step("Count", why)
    demo.show(asking("caseload_of_a_day"), command("explain", "open_cases", "2026-01-12"))


def check_the_set(demo: Demonstration) -> None:
    """Show the checks of the whole set."""
    demo.step("Check", "Keys, references, code lists and books, over the whole set.")
    demo.show_verdict(command("check"))


STEPS: tuple[Callable[[Demonstration], None], ...] = (
    deliver_the_first_week,
    run_the_pipeline,
    look_at_the_drops,
    look_at_rejects_and_flags,
    look_at_the_tables,
    correct_a_hearing,
    receive_another_week,
    answer_three_questions,
    explain_a_value,
    count_cases,
    check_the_set,
)


def what_next(console: Console, home: Path) -> None:
    """Say where the home is and what to try there."""
    console.print()
    console.rule("[bold]What to try next", align="left")
    lines = (
        f"alias onecrown='{shlex.quote(sys.executable)} -m onecrown.cli --home {shlex.quote(str(home))}'",
        f"onecrown drop common_platform/hearing_resulted {FIRST_SHARE}",
        "onecrown run                      # the same drop again: one more delivery, and nothing changes",
        "onecrown drift                    # a name that the contract does not know yet",
        "onecrown flags                    # every flag, record by record",
        "onecrown describe offence         # what each column means and who answers for it",
        f"rm -r {shlex.quote(str(home))}",
    )
    for line in lines:
        console.print(Text(line, style="cyan"), soft_wrap=True)
    console.print("The files and their faults are described in examples/README.md.")


def main() -> None:
    """Run every step in a fresh home."""
    started = time.monotonic()
    os.chdir(ROOT)
    os.environ["COLUMNS"] = str(WIDTH)
    console = Console(width=WIDTH, highlight=False, file=sys.stdout)
    home = Path(tempfile.mkdtemp(prefix="onecrown-demo-"))
    console.print("[bold]OneCrown[/bold], shown with invented people, in a home of its own:")
    console.print(Text(str(home), style="cyan"), soft_wrap=True)
    console.print("`onecrown` stands for `onecrown --home` with that folder.")
    demo = Demonstration(console, home)
    for step in STEPS:
        step(demo)
    what_next(console, home)
    console.print(f"Shown in {time.monotonic() - started:.0f} seconds.", style="dim")


if __name__ == "__main__":
    main()
