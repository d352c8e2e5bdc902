"""Gates and products are checked as they are read: every mistake with its file, its line and what to write instead."""

from __future__ import annotations

import shutil
from pathlib import Path

from onecrown.definitions.gates import read_gates
from onecrown.definitions.model import load_model, model_folder
from onecrown.definitions.product_reading import read_products
from onecrown.definitions.published_measures import gate_problems, product_problems
from onecrown.errors import Problem
from onecrown.querying.athena_dialect import parse
from onecrown.querying.table_references import query_of
from onecrown.rendering.dictionary_publication import publication_pages
from onecrown.rendering.gate_queries import gate_questions
from onecrown.rendering.history_views import versions_layouts
from onecrown.rendering.table_layouts import HISTORY, table_layouts

from .gate_tables import ASKING

# file, what it says, what it says instead by mistake, and what the reader is told
GATE_MISTAKES = r"""
stock_and_flow.yaml | gate: stock_and_flow | gate: stock_flow | `gate` must be the file's name: write `gate: stock_and_flow`
stock_and_flow.yaml | class: coherence | class: coherent | cannot be `coherent`; did you mean `coherence`?
stock_and_flow.yaml | limit: 0.4 | limits: 0.4 | `limits` of a part of the gate `stock_flow` must be a mapping
stock_and_flow.yaml | place <= :newest | place <= :latest | asks for `:latest`, which nothing says
revision.yaml | stopping: true | stops: true | has no `stops`; did you mean `stopping`?
revision.yaml | AS concerned | AS units | must give `concerned`
revision.yaml |   at_most: 0.75 |   at_least: 0.75\n  at_most: 0.75 | needs `at_most` or `at_least`, and not both
revision.yaml | version: 2 | version: 1.5 | `version` of the gate `revision` must be a whole number from 1
missing_in_cases.yaml | - part: remand | - part: court | the part `court` of the gate `missing_in_cases` is said twice
missing_in_cases.yaml | {measure: case_type_known, unknown: | {measure: case_type_known, missing: | lacks `missing` in the part
late_deliveries.yaml | without_data: passes | without_data: holds | cannot be `holds`
late_deliveries.yaml | for_each: dataset | for_each: datasets | cannot be `datasets`; did you mean `dataset`?
undecided_drops.yaml | unit: drops | unit: files | cannot be `files`
books_balance.yaml | title: The books | title: - | not YAML
"""
PRODUCT_MISTAKES = r"""
crown_court_defendants.yaml | threshold: 5 | threshold: 1 | hides nothing below 1; write a threshold of 2 or more
crown_court_defendants.yaml | zeros: shown | zeros: dropped | cannot be `dropped`
crown_court_defendants.yaml | marker: '[c]' | marker: '~' | must be short words in square brackets
crown_court_defendants.yaml | across: sex | across: age | cannot have `age` across; write one of: measures, sex
crown_court_defendants.yaml | - table: Table_2 | - table: Table 2 | names a sheet: at most 31 characters without blanks
crown_court_trials.yaml | breakdown: region+outcome | breakdown: region+outcome+reason | has more than two dimensions
crown_court_trials.yaml | primary: false | primary: false\n  secondary: true | hides what gives small numbers away, but not these
crown_court_trials.yaml | - table: Table_4 | - table: Table_3 | the table `Table_3` of the product `crown_court_trials` is said twice
crown_court_timeliness.yaml | audience: public | audience: press | cannot be `press`
crown_court_timeliness.yaml | measures: [receipt_to_main_hearing] | measures: [] | shows no measure
magistrates_courts_caseload.yaml | tables: | tabels: | has no `tabels`; did you mean `tables`?
"""
AGAINST_THE_REGISTRY = r"""
gates | missing_in_cases.yaml | measure: court_known | measure: courts_known | asks for `courts_known`, which is no measure; did you mean `court_known`?
gates | computable_age.yaml | measure_id IN ('open_cases', | measure_id IN ('open_case', | asks for `open_case`, which is no measure
products | crown_court_caseload.yaml | measures: [open_cases_by_age] | measures: [open_cases_by_ages] | shows no measure `open_cases_by_ages`
products | crown_court_caseload.yaml | breakdown: court | breakdown: courts | shows `receipts` by `courts`; did you mean `court`?
products | crown_court_trials.yaml | statistics: [rate] | statistics: [mean] | shows the mean of `effective_trial_rate`, which has rate
"""


def spoilt(folder: str, target: Path, mistakes: list[list[str]]) -> Path:
    """A copy of a folder of the model with every mistake in it."""
    shutil.copytree(model_folder() / folder, target)
    for file, old, new, _ in mistakes:
        text = (target / file).read_text(encoding="utf-8")
        assert old in text, old
        (target / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return target


def lines(said: str) -> list[list[str]]:
    return [line.replace("\\n", "\n").split(" | ") for line in said.strip().splitlines()]


def missed(mistakes: list[list[str]], problems: list[Problem], folder: str) -> list[str]:
    told = [str(problem) for problem in problems]
    return [
        says for file, _, _, says in mistakes if not any(t.startswith(f"{folder}/{file}:") and says in t for t in told)
    ]


def test_every_mistake_in_a_gate_is_told_in_one_pass(tmp_path: Path) -> None:
    mistakes = lines(GATE_MISTAKES)
    _, problems = read_gates(spoilt("gates", tmp_path / "gates", mistakes))
    assert missed(mistakes, problems, "gates") == []


def test_a_placeholder_that_stands_for_nothing_is_pointed_at_on_its_own_line(tmp_path: Path) -> None:
    folder = spoilt("gates", tmp_path / "gates", lines("stock_and_flow.yaml | place <= :newest | place <= :latest | -"))
    _, (problem,) = read_gates(folder)
    assert (
        "place <= :latest"
        in (folder / "stock_and_flow.yaml").read_text(encoding="utf-8").splitlines()[problem.line - 1]
    )


def test_every_mistake_in_a_product_is_told_in_one_pass(tmp_path: Path) -> None:
    mistakes = lines(PRODUCT_MISTAKES)
    _, problems = read_products(spoilt("products", tmp_path / "products", mistakes))
    assert missed(mistakes, problems, "products") == []


def test_measures_and_breakdowns_that_nobody_defines_are_told(tmp_path: Path) -> None:
    mistakes = lines(AGAINST_THE_REGISTRY)
    measures = load_model().measures
    assert measures is not None
    kinds = ("gates", "products")
    by_kind = {kind: [rest for of, *rest in mistakes if of == kind] for kind in kinds}
    folders = {kind: spoilt(kind, tmp_path / kind, by_kind[kind]) for kind in kinds}
    problems = [*gate_problems(read_gates(folders["gates"])[0], measures)]
    assert missed(by_kind["gates"], problems, "gates") == []
    problems = [*product_problems(read_products(folders["products"])[0], measures)]
    assert missed(by_kind["products"], problems, "products") == []


def test_two_products_do_not_each_hide_other_cells_of_one_breakdown(tmp_path: Path) -> None:
    folder = tmp_path / "products"
    shutil.copytree(model_folder() / "products", folder)
    text = (folder / "crown_court_defendants.yaml").read_text(encoding="utf-8")
    again = text.replace("product: crown_court_defendants", "product: more_defendants")
    (folder / "more_defendants.yaml").write_text(again, encoding="utf-8")
    _, problems = read_products(folder)
    assert [p.message for p in problems if "`defendants_completed` by sex" in p.message] == [
        "`defendants_completed` by sex stands in `crown_court_defendants` too, which hides other cells; keep it in one of them"
    ]


def test_a_product_knows_what_products_without_suppression_show_whole() -> None:
    shown = load_model().products["crown_court_defendants"].shown_whole
    assert ("disposals", "quarter", "total") in shown
    assert ("defendants_completed", "quarter", "sex") not in shown


def test_no_gate_reads_a_column_of_people_but_the_keys_of_history() -> None:
    """Its records can be listed by everybody who may publish; the keys of history only by those who run the platform."""
    model = load_model()
    layouts = {**table_layouts(model), **versions_layouts(model)}
    for gate in model.gates.values():
        for question in gate_questions(model, gate):
            for sql in (question.value_sql(ASKING, "previous"), question.records_sql(ASKING, "previous", ["one"])):
                for said in query_of(parse(sql)).references:
                    layout = layouts.get(f"{said.database}.{said.table}")
                    personal = {c.name for c in layout.columns if c.is_personal} if layout else set()
                    assert not personal or (gate.gate_id, said.database) == ("source_records", HISTORY)


def test_the_dictionary_says_every_gate_with_its_limits_and_every_product_with_its_policy() -> None:
    model = load_model()
    pages = publication_pages(model)
    for gate in model.gates.values():
        assert f"\n## {gate.gate_id}\n" in pages["gates.md"]
        assert gate.value in pages["gates.md"] and gate.records in pages["gates.md"]
        for part in gate.parts:
            assert f" {part.threshold.limit:g} {part.threshold.unit}" in pages["gates.md"]
    for product in model.products.values():
        assert f"\n## {product.product_id}\n" in pages["products.md"]
    assert (
        "`[c]` for what stands on fewer than 5 (zeros are shown), and what would give it away" in pages["products.md"]
    )
