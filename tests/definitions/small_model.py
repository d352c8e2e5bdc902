"""A small model that holds, for tests to break."""

from __future__ import annotations

from pathlib import Path

CHARGE = """\
entity: charge
meaning: A charge on a defendant.
grain: one row per charge
key: [charge_id]
unit: case
defaults:
  sensitivity: official
  owner: The invented office
  standing: {state: proposed}
  source: An invented schema
  survivorship: [invented_system]
columns:
  - name: charge_id
    id: 1
    type: string
    required: true
    meaning: Our id of the charge.
    definition: A keyed pseudonym.
  - name: plea_code
    id: 2
    type: string
    code_list: plea
    source_column: plea_source_code
    meaning: The plea entered.
    definition: What the defendant answered.
  - name: plea_source_code
    id: 3
    type: string
    meaning: The plea as delivered.
    definition: As the source wrote it.
  - name: parent_charge_id
    id: 4
    type: string
    references: charge
    may_wait: true
    meaning: The charge that this one stands under.
    definition: A count of an indictment.
"""

LISTS = """\
plea:
  meaning: What a defendant answers.
  owner: The invented office
  standing: {state: proposed}
  source: An invented list
"""

PLEA = """\
standard_code,meaning,group,valid_from,valid_to,system,list,source_code,note
guilty,Guilty,guilty,,,invented_system,answers,G,
not_guilty,Not guilty,not_guilty,,,invented_system,answers,N,
"""

CONTRACT = """\
source: invented_system
dataset: charges
version: 1
meaning: An invented office sends charges.
owner: The invented office
rhythm: {every: day, late_after_hours: 24}
delivery: delta
landing_key:
  meaning_parts: [extract_date]
  required: [extract_date]
format: {kind: json, encoding: utf-8, expansion: 12}
event_at: {landing_key: extract_date}
scopes:
  case_charges: {root: case, key: [case_number]}
record_types:
  case:
    meaning: An invented case.
    mode: upsert
    at: [cases]
    unit: {case: [case_number]}
    key: [case_number]
    fields:
      case_number: {path: number, meaning: The number of the case.}
  charge:
    meaning: An invented charge.
    mode: member
    scope: case_charges
    at: [cases.charges]
    parent: case
    unit: {case: [case_number]}
    key: [case_number, charge_number]
    references: {case: [case_number]}
    fields:
      case_number: {from: case.case_number}
      charge_number: {path: number, type: integer}
      plea: {path: plea, fold: upper}
rules:
  - id: INV-PLEA-ABSENT
    record_type: charge
    field: plea
    when: r.plea IS NULL
    severity: flag
    class: human
    owner: court clerk
    meaning: The charge has no plea.
    expected: a plea
"""

MAPPING = """\
SELECT charge.unit_id, plea_code.standard_code AS plea_code
FROM charge
LEFT JOIN crosswalk.plea AS plea_code ON plea_code.source_code = charge.plea
"""

FILES = {
    "entities/charge.yaml": CHARGE,
    "codelists/lists.yaml": LISTS,
    "codelists/plea.csv": PLEA,
    "sources/invented_system/charges/contract.yaml": CONTRACT,
    "sources/invented_system/charges/charge.sql": MAPPING,
}


def write_model(folder: Path, files: dict[str, str]) -> Path:
    """Write a model's files below a folder and give the folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
