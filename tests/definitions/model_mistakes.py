"""Mistakes that a definition can hold, and what must be said of each."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.errors import Problem

from .small_model import FILES

ENTITY = "entities/charge.yaml"
LISTS = "codelists/lists.yaml"
CODES = "codelists/plea.csv"
CONTRACT = "sources/invented_system/charges/contract.yaml"
MAPPING = "sources/invented_system/charges/charge.sql"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A model's file in which `right` was replaced by `wrong`, and what must be said about it.

    `stands` is a piece of the line to which the problem must point; the first line where it is empty.
    """

    rule: str
    file: str
    right: str
    wrong: str
    stands: str
    says: tuple[str, ...]

    def spoil(self, files: dict[str, str]) -> dict[str, str]:
        """The files with this mistake in them."""
        assert self.right in files[self.file]
        return {**files, self.file: files[self.file].replace(self.right, self.wrong, 1)}

    def line(self, files: dict[str, str]) -> int:
        """The line on which the problem must be, in spoilt files."""
        lines = files[self.file].splitlines()
        return next((number for number, line in enumerate(lines, 1) if self.stands in line), 0)

    def is_said_by(self, problem: Problem, files: dict[str, str]) -> bool:
        """Whether a problem names this mistake at its place, with what to write instead."""
        at = (problem.file, problem.line) == (self.file, self.line(files))
        return at and all(said in problem.message for said in self.says)


ENTITY_MISTAKES = (
    Mistake(
        "a key that a column does not have is named with the nearest one that it has",
        *(ENTITY, "    required: true\n", "    requird: true\n", "requird"),
        ("a column has no `requird`", "did you mean `required`?"),
    ),
    Mistake(
        "a key that an entity does not have is named with the nearest one that it has",
        *(ENTITY, "grain: one row per charge", "grian: one row per charge", "grian"),
        ("an entity has no `grian`", "did you mean `grain`?"),
    ),
    Mistake(
        "a column without a meaning does not load",
        *(ENTITY, "    meaning: The plea entered.\n", "", "- name: plea_code"),
        ("column `plea_code` needs `meaning`", "write `meaning: …`"),
    ),
    Mistake(
        "a column without a definition does not load",
        *(ENTITY, "    definition: A keyed pseudonym.\n", "", "- name: charge_id"),
        ("column `charge_id` needs `definition`", "write `definition: …`"),
    ),
    Mistake(
        "a meaning that is too long is told its length and the limit",
        *(ENTITY, "The plea entered.", "The plea entered. " * 20, "The plea entered."),
        ("has 359 characters", "at most 250", "`definition`"),
    ),
    Mistake(
        "a type that does not exist is answered with those that do",
        *(ENTITY, "    type: string\n    required", "    type: text\n    required", "type: text"),
        ("cannot be of type `text`", "string, date, timestamptz"),
    ),
    Mistake(
        "a field id is used once and the next free one is offered",
        *(ENTITY, "    id: 3\n", "    id: 2\n", "columns:"),
        ("the field id 2 of `charge` is used twice", "the next free id 5"),
    ),
    Mistake(
        "the field ids from 900 are the renderer's",
        *(ENTITY, "    id: 3\n", "    id: 901\n", "id: 901"),
        ("must be 1 to 899",),
    ),
    Mistake(
        "a column is said once",
        *(ENTITY, "- name: parent_charge_id", "- name: plea_code", "columns:"),
        ("`plea_code` of `charge` is said twice", "keep one"),
    ),
    Mistake(
        "a column's name is in small letters",
        *(ENTITY, "- name: parent_charge_id", "- name: ParentCharge", "ParentCharge"),
        ("`ParentCharge` is no column name", "lower_snake_case"),
    ),
    Mistake(
        "an entity's key is one of its columns",
        *(ENTITY, "key: [charge_id]", "key: [charge_number]", "columns:"),
        ("the key `charge_number` of `charge` is not one of its columns",),
    ),
    Mistake(
        "an entity's key is one column",
        *(ENTITY, "key: [charge_id]", "key: [charge_id, plea_code]", "columns:"),
        ("needs a key of one column", "key: [charge_id]"),
    ),
    Mistake(
        "a sensitivity that does not exist is answered with those that do",
        *(ENTITY, "sensitivity: official", "sensitivity: secret", "sensitivity: secret"),
        ("cannot be `secret`", "official, personal, public, special_category"),
    ),
    Mistake(
        "a definition that is agreed says by whom and when",
        *(ENTITY, "standing: {state: proposed}", "standing: {state: agreed}", "state: agreed"),
        ("is agreed: say by whom and when",),
    ),
    Mistake(
        "a source column is a column of the entity",
        *(ENTITY, "source_column: plea_source_code", "source_column: plea_sorce_code", "columns:"),
        ("`source_column: plea_sorce_code` of `plea_code` is not a column",),
    ),
    Mistake(
        "a truth is true or false",
        *(ENTITY, "may_wait: true", "may_wait: perhaps", "may_wait: perhaps"),
        ("`may_wait` of column `parent_charge_id` must be true or false",),
    ),
    Mistake(
        "a code list that does not exist is named with the nearest one that does",
        *(ENTITY, "code_list: plea", "code_list: pleas", ""),
        ("`plea_code` names no code list `pleas`", "did you mean `plea`?"),
    ),
    Mistake(
        "an entity that does not exist cannot be referred to",
        *(ENTITY, "references: charge", "references: charges", ""),
        ("`parent_charge_id` refers to no entity `charges`", "did you mean `charge`?"),
    ),
    Mistake(
        "a key that is said twice is pointed at",
        *(ENTITY, "unit: case\n", "unit: case\ngrain: one row per charge again\n", "again"),
        ("the key `grain` is said twice", "keep one"),
    ),
    Mistake(
        "a file that is not YAML is pointed at where it breaks",
        *(ENTITY, "key: [charge_id]", "key: [charge_id", "unit: case"),
        ("not YAML",),
    ),
    Mistake(
        "a file is a mapping",
        *(ENTITY, FILES[ENTITY], "- only\n- a list\n", ""),
        ("must be a mapping",),
    ),
)

LIST_MISTAKES = (
    Mistake(
        "a source's code is mapped once",
        *(CODES, "answers,N,", "answers,G,", "not_guilty"),
        ("`G` of invented_system answers is mapped twice", "keep one"),
    ),
    Mistake(
        "a standard code means the same on each of its rows",
        *(CODES, "not_guilty,Not guilty,not_guilty", "guilty,Not guilty,not_guilty", "Not guilty"),
        ("`guilty` has another meaning or group further up", "write the same"),
    ),
    Mistake(
        "a source's code has a system and a list",
        *(CODES, "invented_system,answers,N", "invented_system,,N", "not_guilty"),
        ("go together", "fill all three or none"),
    ),
    Mistake(
        "a standard code has a meaning",
        *(CODES, "not_guilty,Not guilty", "not_guilty,", "not_guilty"),
        ("`standard_code` and `meaning` must be filled",),
    ),
    Mistake(
        "a row of codes has as many fields as the header",
        *(CODES, "Not guilty,", "Not guilty, they say,", "not_guilty"),
        ("must have 9 fields", "quote a field that holds a comma"),
    ),
    Mistake(
        "the header of a code list is always the same",
        *(CODES, "standard_code,meaning", "code,meaning", ""),
        ("the header must be standard_code,meaning,group",),
    ),
    Mistake(
        "a list that is described has a file",
        *(LISTS, "plea:", "verdict: {meaning: m, owner: o, standing: s, source: s}\nplea:", "verdict"),
        ("the list `verdict` has no file", "write codelists/verdict.csv"),
    ),
    Mistake(
        "a file of codes is described",
        *(CODES, "", "", ""),
        ("the list is not in lists.yaml", "add `plea: …`"),
    ),
    Mistake(
        "a code list has an owner",
        *(LISTS, "  owner: The invented office\n", "", "meaning"),
        ("list `plea` needs `owner`", "write `owner: …`"),
    ),
)

CONTRACT_MISTAKES = (
    Mistake(
        "a key that a contract does not have is named with the nearest one that it has",
        *(CONTRACT, "delivery: delta", "delivery: delta\nrythm: {every: day}", "rythm"),
        ("a contract has no `rythm`", "did you mean `rhythm`?"),
    ),
    Mistake(
        "a key that a field does not have is named with the nearest one that it has",
        *(CONTRACT, "fold: upper", "flod: upper", "flod"),
        ("field `plea` has no `flod`", "did you mean `fold`?"),
    ),
    Mistake(
        "a key of a record type names fields that it has",
        *(CONTRACT, "key: [case_number, charge_number]", "key: [case_number, charge_no]", "record_types:"),
        ("record type `charge` uses `charge_no`, which is none of its fields",),
    ),
    Mistake(
        "a record type has a key",
        *(CONTRACT, "    key: [case_number]\n    fields", "    fields", "record_types:"),
        ("record type `case` needs a key", "key: [field, …]"),
    ),
    Mistake(
        "a member names the scope of which it is one",
        *(CONTRACT, "scope: case_charges", "scope: charges", "record_types:"),
        ("record type `charge` is a member and needs the name of a scope",),
    ),
    Mistake(
        "a parent is a record type",
        *(CONTRACT, "parent: case", "parent: matter", "record_types:"),
        ("record type `charge` has the parent `matter`, which is no record type",),
    ),
    Mistake(
        "what a record refers to is a record type",
        *(CONTRACT, "references: {case:", "references: {matter:", "record_types:"),
        ("record type `charge` refers to `matter`, which is no record type",),
    ),
    Mistake(
        "a rule is about a record type that exists",
        *(CONTRACT, "record_type: charge", "record_type: count", "rules:"),
        ("rule `INV-PLEA-ABSENT` names no record type `count`",),
    ),
    Mistake(
        "a rule rejects or flags",
        *(CONTRACT, "severity: flag", "severity: warn", "severity: warn"),
        ("`severity` of rule `INV-PLEA-ABSENT` cannot be `warn`", "flag, reject"),
    ),
    Mistake(
        "a rule has an owner",
        *(CONTRACT, "    owner: court clerk\n", "", "- id: INV-PLEA-ABSENT"),
        ("rule `INV-PLEA-ABSENT` needs `owner`", "write `owner: …`"),
    ),
    Mistake(
        "a field comes from one place",
        *(CONTRACT, "{path: plea, fold", "{path: plea, constant: G, fold", "constant: G"),
        ("field `plea` needs exactly one of path, from, constant",),
    ),
    Mistake(
        "a field's type is one that can be judged",
        *(CONTRACT, "type: integer", "type: number", "type: number"),
        ("cannot be of type `number`", "integer"),
    ),
    Mistake(
        "a field from elsewhere names a type and a field",
        *(CONTRACT, "from: case.case_number", "from: case_number", "from: case_number"),
        ("`from: case_number` must be type.field",),
    ),
    Mistake(
        "a part of the landing key is one of those that exist",
        *(CONTRACT, "required: [extract_date]", "required: [extracted]", "landing_key:"),
        ("`extracted` is no part of a landing key", "extract_date, court, table, part"),
    ),
    Mistake(
        "a contract says where the event time is",
        *(CONTRACT, "event_at: {landing_key: extract_date}", "event_at: {}", "event_at"),
        ("`event_at` needs `path: …` or `landing_key: extract_date`",),
    ),
    Mistake(
        "a contract stands in the folder of its name",
        *(CONTRACT, "dataset: charges", "dataset: counts", ""),
        ("must be the folder's names: invented_system/charges",),
    ),
    Mistake(
        "a contract that is not YAML is pointed at where it breaks",
        *(CONTRACT, "rhythm: {every: day, late_after_hours: 24}", "rhythm: {every: day", "delivery"),
        ("not YAML",),
    ),
    Mistake(
        "a mapping uses code lists that exist",
        *(MAPPING, "crosswalk.plea", "crosswalk.plee", "crosswalk.plee"),
        ("uses no code list `plee`", "did you mean `plea`?"),
    ),
    Mistake(
        "a rhythm is one that lateness can be worked out from",
        *(CONTRACT, "{every: day,", "{every: dayly,", "rhythm"),
        ("`every` of `rhythm` cannot be `dayly`", "did you mean `day`?"),
    ),
)

MISTAKES = (*ENTITY_MISTAKES, *LIST_MISTAKES, *CONTRACT_MISTAKES)
