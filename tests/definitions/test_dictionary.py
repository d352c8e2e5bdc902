"""The data dictionary says what the model says, all of it and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
import sqlglot

from onecrown.definitions.model import Model, load_model, model_folder
from onecrown.errors import DefinitionError
from onecrown.rendering import markdown as md
from onecrown.rendering.catalogue_comments import COMMENT_CHARACTERS, column_comment, entity_comment
from onecrown.rendering.dictionary import render_dictionary
from onecrown.rendering.dictionary_queries import Example, entity_examples, read_examples
from onecrown.rendering.write_dictionary import dictionary_folder, drifted, main, write_pages

from .small_model import FILES, write_model

DUCKDB_TYPES = {"string": "VARCHAR", "timestamptz": "TIMESTAMPTZ", "long": "BIGINT", "int": "INTEGER"}
EVERY_TABLE = ("unit_id", "row_hash", "source_system", "source_dataset")
LINK = re.compile(r"\]\(([^)#]*)(#[^)]*)?\)")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


@pytest.fixture(scope="module")
def pages(model: Model) -> dict[str, str]:
    return render_dictionary(model)


def hand_written() -> tuple[Example, ...]:
    return read_examples(model_folder() / "examples.yaml")


def test_the_dictionary_has_not_drifted_from_the_model(pages: dict[str, str]) -> None:
    assert drifted(dictionary_folder(), pages) == ()


def test_the_dictionary_is_the_same_however_often_it_is_rendered(model: Model, pages: dict[str, str]) -> None:
    assert render_dictionary(model) == pages


def test_every_entity_code_list_and_dataset_has_a_page(model: Model, pages: dict[str, str]) -> None:
    expected = {f"entities/{name}.md" for name in model.entities}
    expected |= {f"codelists/{name}.md" for name in model.code_lists}
    expected |= {f"sources/{name.replace('/', '_')}.md" for name in model.contracts}
    rules = {name for name in pages if name.startswith(("lifecycle", "measures"))}
    assert {"lifecycle.md", "measures.md"} <= rules
    others = {"index.md", "queries.md", "databases.md", "linking.md", "gates.md", "products.md"}
    assert expected | rules | others == pages.keys()


def test_every_column_has_its_whole_definition_on_the_page(model: Model, pages: dict[str, str]) -> None:
    for entity in model.entities.values():
        page = pages[f"entities/{entity.name}.md"]
        for column in entity.columns:
            assert f"\n### {column.name}\n\n{md.prose(column.definition)}\n\nSource: " in page


def test_every_link_leads_to_a_page_and_a_heading(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        for target, heading in LINK.findall(_without_code(text)):
            found = Path("/", name).parent.joinpath(target).resolve().relative_to("/").as_posix() if target else name
            assert found in pages, f"{name} links to {target}"
            if heading:
                assert heading in _anchors(pages[found]), f"{name} links to {target}{heading}"


def test_every_row_of_a_table_has_as_many_cells_as_its_header(pages: dict[str, str]) -> None:
    for name, text in pages.items():
        width = 0
        for line in text.splitlines():
            cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
            assert not width or cells in (0, width), f"a table of {name} is uneven"
            width = cells


def test_a_cell_escapes_pipes_and_line_breaks() -> None:
    assert md.table(("A",), [("one | two\nthree",)]).splitlines()[-1] == "| one \\| two three |"


def test_a_table_without_rows_is_left_out() -> None:
    assert md.table(("A", "B"), []) == ""


def test_plain_text_is_never_taken_for_markup_but_code_is_kept() -> None:
    assert md.prose("<b> *x* [y] and `a[0] < b`") == "&lt;b&gt; \\*x\\* \\[y\\] and `a[0] < b`"


def test_every_rule_id_is_used_once_over_all_contracts(model: Model) -> None:
    used = Counter(rule.rule_id for contract in model.contracts.values() for rule in contract.rules)
    assert [rule_id for rule_id, times in used.items() if times > 1] == []


def test_every_rule_stands_once_on_the_page_of_its_contract(model: Model, pages: dict[str, str]) -> None:
    for contract in model.contracts.values():
        page = pages[f"sources/{contract.name.replace('/', '_')}.md"]
        for rule in contract.rules:
            assert page.count(f"\n| `{rule.rule_id}` |") == 1, rule.rule_id


def test_every_rule_has_an_owner_plain_words_and_what_is_expected(model: Model) -> None:
    for contract in model.contracts.values():
        for rule in contract.rules:
            assert rule.owner and rule.meaning.endswith(".") and rule.expected, rule.rule_id
            assert not re.search(r"\b[rt]\.\w|IS NULL|<>", rule.meaning), rule.rule_id


def test_every_comment_of_the_catalogue_is_one_short_line(model: Model) -> None:
    for entity in model.entities.values():
        comments = [entity_comment(entity), *map(column_comment, entity.columns)]
        assert all(0 < len(comment) <= COMMENT_CHARACTERS and comment.isprintable() for comment in comments)


def test_a_comment_tells_meaning_code_list_and_standing(tmp_path: Path) -> None:
    entity = load_model(write_model(tmp_path, FILES)).entities["charge"]
    plea = entity.column("plea_code")
    assert plea is not None
    assert column_comment(plea) == "The plea entered. Code list plea. Proposed."
    assert entity_comment(entity) == "A charge on a defendant. Grain: one row per charge."


def test_a_long_meaning_is_cut_at_a_word_and_keeps_its_notes(tmp_path: Path) -> None:
    plea = load_model(write_model(tmp_path, FILES)).entities["charge"].column("plea_code")
    assert plea is not None
    comment = column_comment(replace(plea, meaning="The plea as it was entered. " * 20))
    assert len(comment) <= COMMENT_CHARACTERS
    assert re.search(r"\w… Code list plea\. Proposed\.$", comment)


def test_every_entity_of_facts_has_a_query_to_start_from(model: Model, pages: dict[str, str]) -> None:
    for entity in model.entities.values():
        facts = not entity.name.endswith("_identity")
        assert (f"FROM onecrown.{entity.name}\n" in pages[f"entities/{entity.name}.md"]) is facts


def test_no_query_of_the_dictionary_reads_an_identity_entity(model: Model) -> None:
    for example in (
        *hand_written(),
        *(e for entity in model.entities.values() for e in entity_examples(model, entity)),
    ):
        assert not [name for name in example.tables if name.endswith("_identity")], example.title


def test_every_query_of_the_dictionary_runs_on_the_tables_of_the_model(model: Model) -> None:
    con = duckdb.connect()
    con.execute("CREATE SCHEMA onecrown")
    for entity in model.entities.values():
        columns = [f"{column.name} {DUCKDB_TYPES.get(column.type, column.type)}" for column in entity.columns]
        columns += [f"{name} VARCHAR" for name in EVERY_TABLE]
        con.execute(f"CREATE TABLE onecrown.{entity.name} ({', '.join(columns)})")
    generated = [example for entity in model.entities.values() for example in entity_examples(model, entity)]
    for example in (*hand_written(), *generated):
        (sql,) = sqlglot.transpile(example.sql, read="athena", write="duckdb")
        assert con.execute(sql).fetchall() == [], example.title


def test_the_codes_that_hand_written_queries_name_are_in_the_model(model: Model) -> None:
    codes = {code.standard_code for code_list in model.code_lists.values() for code in code_list.codes}
    words = {"offence", "day", "month", "quarter"}  # the kind of owner, and units of time
    for example in hand_written():
        assert set(re.findall(r"'(\w+)'", example.sql)) <= codes | words, example.title


def test_the_guilty_pleas_of_the_example_are_the_group_guilty(model: Model) -> None:
    (example,) = [said for said in hand_written() if said.title == "Guilty pleas by system and sex"]
    group = {code.standard_code for code in model.code_lists["plea"].codes if code.group == "guilty"}
    assert set(re.findall(r"'(\w+)'", example.sql)) - {"offence"} == group


def test_mistakes_in_the_examples_are_told_together(tmp_path: Path) -> None:
    path = tmp_path / "examples.yaml"
    path.write_text("queries:\n  - {title: One, question: Why so, sql: SELECT 1}\n  - {titel: Two}\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        read_examples(path)
    messages = [problem.message for problem in raised.value.problems]
    assert any("needs `counts`" in message for message in messages)
    assert any("no `titel`; did you mean `title`?" in message for message in messages)


def test_examples_that_are_not_yaml_are_pointed_at(tmp_path: Path) -> None:
    path = tmp_path / "examples.yaml"
    path.write_text("queries:\n  - {title: One\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        read_examples(path)
    assert "not YAML" in raised.value.problems[0].message


def test_a_check_names_the_pages_that_drifted_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--folder", str(tmp_path)]) == 0
    (tmp_path / "index.md").write_text("changed by hand\n", encoding="utf-8")
    (tmp_path / "queries.md").unlink()
    (tmp_path / "old.md").write_text("left behind\n", encoding="utf-8")
    assert main(["--folder", str(tmp_path), "--check"]) == 1
    said = capsys.readouterr().err
    assert "index.md: says something else than the model" in said
    assert "queries.md: is missing" in said
    assert "old.md: belongs to nothing in the model" in said
    assert (tmp_path / "index.md").read_text(encoding="utf-8") == "changed by hand\n"


def test_writing_leaves_only_the_pages_of_the_model(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("left behind\n", encoding="utf-8")
    write_pages(tmp_path, {"entities/charge.md": "# charge\n"})
    assert drifted(tmp_path, {"entities/charge.md": "# charge\n"}) == ()


def test_the_contract_that_the_guide_for_new_sources_shows_loads(tmp_path: Path) -> None:
    guide = (dictionary_folder().parent / "how-to" / "add-a-source.md").read_text(encoding="utf-8")
    (contract,) = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    folder = write_model(tmp_path, {**FILES, "sources/enforcement/payments/contract.yaml": contract})
    assert "enforcement/payments" in load_model(folder).contracts


def test_every_decision_is_in_the_list_of_decisions() -> None:
    folder = dictionary_folder().parent / "decisions"
    listed = re.findall(r"\]\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))


def _without_code(text: str) -> str:
    return re.sub(r"(?s)```.*?```|``.*?``|(?<!\[)`[^`\n]*`(?!\])", "", text)


def _anchors(text: str) -> set[str]:
    return {md.anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
