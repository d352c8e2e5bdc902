"""Reads `model/measures/` and reports every mistake in it with file, line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from onecrown.definitions.codelists import CodeList
from onecrown.definitions.entities import STANDINGS, Standing
from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.measures import (
    COUNT,
    FLOW,
    FOLDER,
    RATE,
    STATISTICS,
    STOCK,
    CountedCodes,
    Dimension,
    Family,
    Measure,
    Measures,
    UnitColumn,
    UnitTable,
)
from onecrown.definitions.reading import Reading, nearest
from onecrown.definitions.stated_views import VIEWS, read_views
from onecrown.errors import Problem

COUNTING = "counting.yaml"
CODE_UNITS = ("cases", "defendants", "trials", "hearings", "days", "weeks", "minutes", "percent")
_TYPES = ("string", "date", "long", "int", "boolean")
_WORDS = ("first_on", "days", "day_dimensions", "code_sets", "units", "dimensions")
_FAMILY = ("family", "title", "meaning", "defaults", "measures")
_SHARED = ("document", "standing", "owners", "dimensions", "days", "not_comparable_with")
_MEASURE = (
    *(
        "id",
        "title",
        "meaning",
        "unit",
        "kind",
        "counts",
        "day",
        "where",
        "value",
        "statistics",
        "crossed",
        "rule",
        "version",
    ),
    *_SHARED,
)
_WHY = re.compile(r"-- (?:why:|  +) *(.*)")


def read_measures(root: Path, code_lists: Mapping[str, CodeList]) -> tuple[Measures | None, list[Problem]]:
    """The registry with every mistake found; None where there is no such folder."""
    if not (root / COUNTING).exists():
        return None, []
    counting = _Counting(root, code_lists)
    families: dict[str, Family] = {}
    measures: dict[str, Measure] = {}
    problems: list[Problem] = []
    for path in sorted(root.glob("*.yaml")):
        if path.name != COUNTING:
            reading = Reading(f"{FOLDER}/{path.name}")
            family = _family(path, reading, counting, measures)
            families[family.name] = family
            problems += reading.problems
    views, wrong_views = read_views(root / VIEWS, measures)
    problems += [*counting.reading.problems, *_compared(measures), *wrong_views]
    return replace(counting.registry(families, measures), views=views), problems


def _loaded(path: Path, reading: Reading) -> Block:
    try:
        return load_block(path)
    except yaml.MarkedYAMLError as error:
        reading.wrong(error.problem_mark.line + 1 if error.problem_mark else 1, f"not YAML: {error.problem}")
    except TypeError as error:
        reading.wrong(1, str(error))
    empty = Block()
    empty.lines = {}
    return empty


class _Counting:
    """`counting.yaml`: periods, sets of codes, unit tables and dimensions."""

    def __init__(self, root: Path, code_lists: Mapping[str, CodeList]) -> None:
        self.reading = Reading(f"{FOLDER}/{COUNTING}")
        self._lists = code_lists
        self._block = block = _loaded(root / COUNTING, self.reading)
        self.reading.only(block, _WORDS, "the file of counting")
        self.code_sets = {name: self._codes(name, said) for name, said in self._named("code_sets")}
        self.units = {name: self._unit(root, name, said) for name, said in self._named("units")}
        self.dimensions = {name: self._dimension(name, said) for name, said in self._named("dimensions")}

    def registry(self, families: dict[str, Family], measures: dict[str, Measure]) -> Measures:
        """Everything together."""
        what, block = "the file of counting", self._block
        return Measures(
            self.reading.text(block, "first_on", what),
            int(self.reading.number(block, "days", what)),
            self.reading.texts(block, "day_dimensions", what),
            *(self.code_sets, self.units, self.dimensions, families, measures),
        )

    def _named(self, key: str) -> Iterator[tuple[str, Block]]:
        yield from self.reading.named_blocks(self._block, key, "the file of counting").items()

    def _codes(self, name: str, said: Block) -> CountedCodes:
        what = f"the set `{name}`"
        self.reading.only(said, ("meaning", "code_list", "groups", "codes"), what)
        code_list = self._lists.get(self.reading.one_of(said, "code_list", what, self._lists))
        groups, codes = self.reading.texts(said, "groups", what), set(self.reading.texts(said, "codes", what))
        if code_list is not None:
            known = {code.standard_code for code in code_list.codes}
            for code in sorted(codes - known):
                hint = nearest(code, known)
                self.reading.wrong(
                    said.line_of("codes"), f"{what} has `{code}`, which `{code_list.name}` has not{hint}"
                )
            codes |= {code.standard_code for code in code_list.codes if code.group in groups}
        if not codes:
            self.reading.wrong(said.line, f"{what} holds no code; write `codes: […]` or `groups: […]`")
        return CountedCodes(name, self.reading.text(said, "meaning", what), tuple(sorted(codes)), said.line)

    def _unit(self, root: Path, name: str, said: Block) -> UnitTable:
        what = f"the unit table `{name}`"
        self.reading.only(said, ("meaning", "grain", "of", "key", "over_time", "columns"), what)
        path = root / "units" / f"{name}.sql"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if not text:
            self.reading.wrong(said.line, f"{what} has no SQL; write {FOLDER}/units/{name}.sql")
        columns = tuple(self._column(*item) for item in self.reading.named_blocks(said, "columns", what).items())
        key = self.reading.text(said, "key", what)
        if key not in {column.name for column in columns}:
            self.reading.wrong(said.line_of("key"), f"the key `{key}` of {what} is not one of its columns")
        body = [line for line in text.splitlines() if not line.startswith("--")]
        why = " ".join(found[1] for line in text.splitlines() if (found := _WHY.fullmatch(line)))
        meaning, grain = self.reading.text(said, "meaning", what), self.reading.text(said, "grain", what)
        of, over_time = self.reading.text(said, "of", what), self.reading.truth(said, "over_time", what)
        return UnitTable(name, meaning, grain, of, key, over_time, columns, "\n".join(body), why, said.line)

    def _column(self, name: str, said: Block) -> UnitColumn:
        what = f"the column `{name}`"
        self.reading.only(said, ("type", "meaning"), what)
        kind = self.reading.one_of(said, "type", what, _TYPES, "string")
        return UnitColumn(name, kind, self.reading.text(said, "meaning", what))

    def _dimension(self, name: str, said: Block) -> Dimension:
        what = f"the dimension `{name}`"
        self.reading.only(said, ("title", "meaning", "code_list", "sql"), what)
        code_list = self.reading.text(said, "code_list", what, "")
        if code_list and code_list not in self._lists:
            hint = nearest(code_list, self._lists)
            self.reading.wrong(said.line_of("code_list"), f"{what} names no code list `{code_list}`{hint}")
        by_unit = self.reading.block(said, "sql", what)
        for key in by_unit:
            if problem := self._place_problem(key):
                self.reading.wrong(by_unit.line_of(key), f"{what} {problem}")
        title, meaning = self.reading.text(said, "title", what), self.reading.text(said, "meaning", what)
        return Dimension(name, title, meaning, code_list, {u: str(sql) for u, sql in by_unit.items()}, said.line)

    def _place_problem(self, key: str) -> str:
        """What is wrong with a key of a dimension's SQL: a unit table, or one and a day of it; '' where nothing is."""
        table, _, day = key.partition(".")
        unit = self.units.get(table)
        if unit is None:
            return f"knows no unit table `{table}`{nearest(table, self.units)}"
        if day and day not in unit.column_names:
            return f"knows no day `{day}` of `{table}`{nearest(day, unit.column_names)}"
        return ""


def _family(path: Path, reading: Reading, counting: _Counting, measures: dict[str, Measure]) -> Family:
    block = _loaded(path, reading)
    reading.only(block, _FAMILY, "a family of measures")
    name = reading.text(block, "family", "a family of measures")
    if name != path.stem:
        reading.wrong(block.line_of("family"), f"`family` must be the file's name: write `family: {path.stem}`")
    defaults = reading.block(block, "defaults", f"family `{name}`")
    reading.only(defaults, _SHARED, f"`defaults` of family `{name}`")
    ids = []
    for said in reading.blocks(block, "measures", f"family `{name}`"):
        measure = _measure(said, defaults, name, reading, counting)
        if measure.measure_id in measures:
            reading.wrong(said.line_of("id"), f"the measure `{measure.measure_id}` is said twice; keep one")
        measures[measure.measure_id] = measure
        ids.append(measure.measure_id)
    title, meaning = reading.text(block, "title", "a family"), reading.text(block, "meaning", "a family")
    return Family(name, title, meaning, tuple(ids))


def _measure(block: Block, defaults: Block, family: str, reading: Reading, counting: _Counting) -> Measure:
    reading.only(block, _MEASURE, "a measure")
    said = Block({**{key: defaults[key] for key in _SHARED if key in defaults}, **block})
    said.line, said.lines = block.line, {**defaults.lines, **block.lines}
    name = reading.text(said, "id", "a measure")
    what = f"measure `{name}`"
    crossed = tuple(tuple(str(item).split("+")) for item in reading.texts(said, "crossed", what))
    measure = Measure(
        measure_id=name,
        family=family,
        title=reading.text(said, "title", what),
        meaning=reading.text(said, "meaning", what),
        unit=reading.one_of(said, "unit", what, CODE_UNITS),
        kind=reading.one_of(said, "kind", what, (FLOW, STOCK)),
        counts=reading.one_of(said, "counts", what, counting.units),
        day=reading.text(said, "day", what, ""),
        where=tuple((str(why), str(sql)) for why, sql in reading.block(said, "where", what).items()),
        value=reading.text(said, "value", what, ""),
        statistics=reading.texts(said, "statistics", what) or (COUNT,),
        dimensions=reading.texts(said, "dimensions", what),
        crossed=tuple((pair[0], pair[-1]) for pair in crossed),
        has_days=reading.truth(said, "days", what),
        rule=reading.text(said, "rule", what),
        document=reading.text(said, "document", what),
        version=int(reading.number(said, "version", what)),
        standing=_standing(said, reading, what),
        owners={who: str(owner) for who, owner in reading.block(said, "owners", what).items()},
        not_comparable_with=reading.texts(said, "not_comparable_with", what),
        line=block.line,
    )
    for line, problem in _problems(measure, said, counting):
        reading.wrong(line, f"{what} {problem}")
    return measure


def _standing(said: Block, reading: Reading, what: str) -> Standing:
    block = reading.block(said, "standing", what)
    reading.only(block, ("state", "by", "on", "use"), f"`standing` of {what}")
    words = (reading.text(block, key, what, "") for key in ("by", "on", "use"))
    return Standing(reading.one_of(block, "state", what, STANDINGS), *words)


def _problems(measure: Measure, said: Block, counting: _Counting) -> Iterator[tuple[int, str]]:
    unit = counting.units.get(measure.counts)
    if measure.kind == FLOW and unit is not None and measure.day not in unit.column_names:
        yield said.line_of("day"), f"needs `day`, a day of `{unit.name}`{nearest(measure.day, unit.column_names)}"
    if measure.kind == STOCK and (unit is None or not unit.over_time):
        yield said.line_of("counts"), "is a stock, which counts spells; name a unit table that is `over_time`"
    for statistic in measure.statistics:
        if statistic not in STATISTICS:
            yield said.line_of("statistics"), f"has no statistic `{statistic}`{nearest(statistic, STATISTICS)}"
    if measure.statistics != (COUNT,) and not measure.value:
        yield said.line, "needs `value`: what the statistic is taken of"
    if RATE in measure.statistics and measure.unit != "percent":
        yield said.line_of("unit"), "is a rate; write `unit: percent`"
    if set(measure.owners) != {"hmcts", "moj"}:
        yield said.line_of("owners"), "needs an owner in both bodies: owners: {hmcts: …, moj: …}"
    for name in {name for pair in measure.breakdowns() for name in pair}:
        dimension = counting.dimensions.get(name)
        if dimension is None:
            yield said.line_of("dimensions"), f"has no dimension `{name}`{nearest(name, counting.dimensions)}"
        elif dimension.sql_of(measure.counts, measure.day) is None:
            yield (
                said.line_of("dimensions"),
                f"cannot be broken down by `{name}`, which `{measure.counts}` does not tell",
            )


def _compared(measures: dict[str, Measure]) -> Iterator[Problem]:
    for measure in measures.values():
        for other in measure.not_comparable_with:
            if other not in measures:
                hint = nearest(other, measures)
                yield Problem(
                    f"{FOLDER}/{measure.family}.yaml",
                    measure.line,
                    f"measure `{measure.measure_id}` must not be compared with `{other}`, which is no measure{hint}",
                )
