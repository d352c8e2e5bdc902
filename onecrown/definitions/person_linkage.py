"""How persons are resolved: what is compared, how it is weighed and decided, read from `model/linkage/person.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose
from pathlib import Path

import yaml

from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.reading import Reading, nearest
from onecrown.errors import Problem

PERSON_COLUMNS = (
    *("first_name", "middle_name", "last_name", "birth_on", "postcode", "pnc_id", "cro_number", "sex_code"),
    *("birth_year", "first_initial", "first_start", "last_start", "both_names"),
)
"""What is known of an exact person in the form in which it is compared; the last five are derived from the others."""

_REFERRED = re.compile(r"\b[lr]\.(\w+)")
_LEVEL_NAME = re.compile(r"[a-z][a-z ]*")
_SHARES_ADD_UP_WITHIN = 1e-6


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which two records may stand to each other; the first that holds counts, the last has no condition.

    `m` and `u` are shares of pairs of one person and of two. Where `frequency_of` names a column, `u` is how common its
    value is, and no less than `least_u`.
    """

    name: str
    when: str
    m: float
    u: float
    frequency_of: str = ""
    least_u: float = 0.0
    line: int = 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """One thing compared; it says nothing where a record lacks one of the columns that it needs."""

    name: str
    needs: tuple[str, ...]
    meaning: str
    levels: tuple[Level, ...]


@dataclass(frozen=True, slots=True)
class PersonLinkage:
    """The whole of it. Weights are log2 of odds; sizes count exact persons."""

    version: int
    others_per_person: float
    least_people: int
    names_known: int
    accept_at: float
    review_from: float
    most_in_block: int
    most_in_person: int
    most_pairs_per_person: int
    meaningless: dict[str, tuple[str, ...]]
    blocking: tuple[tuple[str, ...], ...]
    comparisons: tuple[Comparison, ...]

    def prior(self, people: int) -> float:
        """The probability that two exact persons, taken at random among so many, are one.

        The count is taken to a power of two, so that weights stay as they are while a home grows a little.
        """
        taken = 1 << (max(people, self.least_people) - 1).bit_length()
        return self.others_per_person / taken


_KEYS = (
    *("linkage", "version", "meaning", "owner", "standing", "source", "prior", "accept_at", "review_from"),
    *("sizes", "meaningless", "blocking", "comparisons"),
)
_PRIOR = ("others_per_person", "least_people", "names_known")
_SIZES = ("most_in_block", "most_in_person", "most_pairs_per_person")
_COMPARISON_KEYS = ("name", "needs", "meaning", "levels")
_LEVEL_KEYS = ("level", "when", "m", "u", "frequency_of", "least_u")


def read_person_linkage(path: Path) -> tuple[PersonLinkage | None, list[Problem]]:
    """Read the file, with every mistake found; None where there is no such file."""
    if not path.exists():
        return None, []
    reading = Reading(f"{path.parent.name}/{path.name}")
    try:
        said = _linkage(load_block(path), reading)
    except yaml.MarkedYAMLError as error:
        reading.wrong(error.problem_mark.line + 1 if error.problem_mark else 1, f"not YAML: {error.problem}")
        return None, reading.problems
    except TypeError as error:
        reading.wrong(1, str(error))
        return None, reading.problems
    return said, reading.problems


def _linkage(block: Block, reading: Reading) -> PersonLinkage:
    what = "the linkage of persons"
    reading.only(block, _KEYS, what)
    for key in ("meaning", "owner", "source"):
        reading.text(block, key, what)
    prior, sizes = reading.block(block, "prior", what), reading.block(block, "sizes", what)
    reading.only(prior, _PRIOR, "`prior`")
    reading.only(sizes, _SIZES, "`sizes`")
    said = PersonLinkage(
        version=int(reading.number(block, "version", what)),
        others_per_person=float(reading.number(prior, "others_per_person", "`prior`")),
        least_people=_size(prior, "least_people", reading),
        names_known=_size(prior, "names_known", reading),
        accept_at=reading.number(block, "accept_at", what),
        review_from=reading.number(block, "review_from", what),
        most_in_block=_size(sizes, "most_in_block", reading),
        most_in_person=_size(sizes, "most_in_person", reading),
        most_pairs_per_person=_size(sizes, "most_pairs_per_person", reading),
        meaningless=_meaningless(reading.block(block, "meaningless", what), reading),
        blocking=tuple(_blocking(block, reading)),
        comparisons=tuple(_comparison(item, reading) for item in reading.blocks(block, "comparisons", what)),
    )
    for key, problem in _problems(said):
        reading.wrong(block.line_of(key), problem)
    return said


def _problems(said: PersonLinkage) -> Iterator[tuple[str, str]]:
    if not 0 < said.others_per_person <= said.least_people / 2:
        yield "prior", "`others_per_person` counts the exact persons that one is beside itself; write for example 0.5"
    if said.review_from > said.accept_at:
        yield "review_from", f"`review_from` lies above `accept_at`; write at most {said.accept_at:g}"
    if not said.blocking:
        yield "blocking", "nothing would be compared; write at least one list of columns: [[pnc_id]]"
    if not said.comparisons:
        yield "comparisons", "nothing is compared; write at least one comparison"
    names = [comparison.name for comparison in said.comparisons]
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        yield "comparisons", f"the comparison `{repeated}` is said twice; keep one"


def _size(sizes: Block, key: str, reading: Reading) -> int:
    number = int(reading.number(sizes, key, "the linkage of persons"))
    if number < 2 and key in sizes:
        reading.wrong(sizes.line_of(key), f"`{key}` counts; write a whole number, 2 or more")
    return number


def _meaningless(block: Block, reading: Reading) -> dict[str, tuple[str, ...]]:
    for column in block:
        _known(column, block.line_of(column), reading)
    return {column: reading.texts(block, column, "`meaningless`") for column in block}


def _blocking(block: Block, reading: Reading) -> Iterator[tuple[str, ...]]:
    line, said = block.line_of("blocking"), block.get("blocking", [])
    if not isinstance(said, list) or not all(isinstance(rule, list) and rule for rule in said):
        reading.wrong(line, "`blocking` must be a list of lists of columns: [[pnc_id], [last_name, birth_on]]")
        return
    for rule in said:
        for column in rule:
            _known(str(column), line, reading)
        yield tuple(str(column) for column in rule)


def _comparison(block: Block, reading: Reading) -> Comparison:
    reading.only(block, _COMPARISON_KEYS, "a comparison")
    name = reading.text(block, "name", "a comparison")
    what = f"comparison `{name}`"
    needs = reading.texts(block, "needs", what)
    for column in needs:
        _known(column, block.line_of("needs"), reading)
    if not needs:
        reading.wrong(block.line_of("needs"), f"{what} needs a column: needs: [last_name]")
    levels = tuple(_level(item, what, reading) for item in reading.blocks(block, "levels", what))
    for problem in _level_problems(what, levels):
        reading.wrong(block.line_of("levels"), problem)
    return Comparison(name, needs, reading.text(block, "meaning", what), levels)


def _level_problems(what: str, levels: tuple[Level, ...]) -> Iterator[str]:
    names = [level.name for level in levels]
    if len(levels) < 2:
        yield f"{what} needs two levels or more: one that agrees, and `different`"
    for repeated in sorted({name for name in names if names.count(name) > 1}):
        yield f"the level `{repeated}` of {what} is said twice; keep one"
    for level in levels[:-1]:
        if not level.when:
            yield f"the level `{level.name}` of {what} has no `when`; only the last level has none"
    if levels and levels[-1].when:
        yield f"the last level of {what} must hold whatever is left; leave its `when` out"
    for share in ("m", "u"):
        total = sum(getattr(level, share) for level in levels)
        if levels and not isclose(total, 1, abs_tol=_SHARES_ADD_UP_WITHIN):
            yield f"the `{share}` of the levels of {what} add up to {total:g}; they must add up to 1"


def _level(block: Block, what: str, reading: Reading) -> Level:
    reading.only(block, _LEVEL_KEYS, f"a level of {what}")
    name = reading.text(block, "level", f"a level of {what}")
    level = f"the level `{name}` of {what}"
    if name and not _LEVEL_NAME.fullmatch(name):
        reading.wrong(block.line_of("level"), f"{level} must be named in small letters, for example `one digit`")
    when, frequency_of = reading.text(block, "when", level, ""), reading.text(block, "frequency_of", level, "")
    for column in (*_REFERRED.findall(when), *([frequency_of] if frequency_of else [])):
        _known(column, block.line_of("when" if column != frequency_of else "frequency_of"), reading)
    m, u = _share(block, "m", level, reading), _share(block, "u", level, reading)
    least_u = float(reading.number(block, "least_u", level, 0))
    return Level(name, when, m, u, frequency_of, least_u, block.line)


def _share(block: Block, key: str, what: str, reading: Reading) -> float:
    share = float(reading.number(block, key, what))
    if key in block and not 0 < share < 1:
        reading.wrong(block.line_of(key), f"`{key}` of {what} is a share; write a number between 0 and 1")
    return share


def _known(column: str, line: int, reading: Reading) -> None:
    if column not in PERSON_COLUMNS:
        reading.wrong(line, f"nothing is compared under `{column}`{nearest(column, PERSON_COLUMNS)}")
