"""The rules that no contract states, because they follow from its records or from the file itself, in plain words."""

from __future__ import annotations

_WORDS = {
    "parent_set_aside": "The record belongs to one that was set aside, and goes on when that one is mended.",
    "no_scope": "The list that the record belongs to was set aside, or does not say what it is a list of.",
    "no_event_time": "Nothing says when the record was true, so it cannot be put in order.",
    "key_missing": "A part of the key is missing, so the record cannot be told from others.",
    "not_a_date": "The value cannot be read as a date.",
    "not_an_instant": "The value cannot be read as a date and time.",
    "not_a_whole_number": "The value cannot be read as a whole number.",
    "not_true_or_false": "The value is neither true nor false.",
    "not_a_time": "The value cannot be read as a time of day.",
    "not_a_number": "The value cannot be read as a number.",
    "repeated_hour": "The time is in the hour that comes twice when the clocks go back: the first was taken.",
    "skipped_hour": "The time is in the hour that is left out when the clocks go forward: it was moved on.",
    "unreadable_json": "This part of the file is not JSON that can be read.",
    "unreadable_xml": "This part of the file is not XML that can be read.",
    "unreadable_csv": "The file cannot be read as comma-separated values.",
    "unreadable_row": "The row does not have the columns of the header, or its quotes do not close.",
    "record_too_large": "The record is larger than any that is read.",
    "no_record": "The document holds no record that the contract names.",
    "no_document": "The file holds no document that the contract names.",
    "not_an_entry": "The list holds something that is not an entry.",
    "not_a_list": "The file is not a list of entries.",
    "unknown_list": "The file's name is not that of a list in the contract.",
    "unknown_table": "The file's name does not say a table of the contract.",
    "unknown_dataset": "The file was delivered to a dataset that has no contract.",
    "bad_name": "The file's name does not have the form that the contract asks for.",
    "bad_extract_date": "The date of the extract in the delivery's name cannot be read.",
    "repeated_column": "Two columns of the header have one name.",
    "no_known_column": "The header has none of the columns of the contract.",
    "empty_file": "The file is empty.",
    "broken_gzip": "The file is not gzip that can be read.",
    "truncated_gzip": "The compressed file breaks off.",
    "expands_too_far": "The compressed file expands further than any that is read.",
    "wrong_encoding": "The file is not in the encoding that the contract promises.",
    "doctype_refused": "The XML declares a document type, which is not read because it can hide what it holds.",
}


def in_plain_words(rule: str) -> str:
    """What is wrong where a rule that no contract states is broken."""
    if rule.startswith("missing_"):
        return f"The delivery's name does not say its {rule.removeprefix('missing_').replace('_', ' ')}."
    return _WORDS.get(rule, f"{rule.replace('_', ' ').capitalize()}.")
