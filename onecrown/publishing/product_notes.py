"""The notes of a product: one for every measure and remark, numbered as tables come to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from onecrown.definitions.measures import Measure, Measures
from onecrown.definitions.products import Product, ProductTable, Suppression

NOT_KNOWN = "Not known: a category of its own in every breakdown. What a source does not tell is shown as such and never left out."


@dataclass(frozen=True, slots=True)
class Notes:
    """The notes by what they are of, in the order of their numbers."""

    texts: dict[str, str]
    tables: dict[str, tuple[str, ...]]

    def mark(self, of: str) -> str:
        """`[note 3]`, after a word that it explains."""
        return f"[note {list(self.texts).index(of) + 1}]"

    def marked(self, said: str, *of: str) -> str:
        """A text with the marks of its notes, in the order of their numbers."""
        return " ".join([said, *map(self.mark, sorted(of, key=list(self.texts).index))])

    def numbered(self) -> Iterator[tuple[str, str, str]]:
        """Number, text and the tables that refer to it."""
        for number, (of, text) in enumerate(self.texts.items(), 1):
            yield f"[note {number}]", text, ", ".join(self.tables[of])


def notes_of(product: Product, measures: Measures) -> Notes:
    """Every note of a product."""
    texts: dict[str, str] = {}
    tables: dict[str, tuple[str, ...]] = {}
    for table in product.tables:
        for of, text in _of_table(product, table, measures):
            texts.setdefault(of, text)
            tables[of] = (*tables.get(of, ()), table.name)
    return Notes(texts, tables)


def remarks(product: Product, table: ProductTable) -> tuple[str, ...]:
    """What the notes of a table's title are of: its own remarks, what is not known, what is not shown."""
    known = (NOT_KNOWN,) if table.dimensions else ()
    hidden = (suppression_text(product.suppression),) if product.suppression.is_on else ()
    return (*table.notes, *known, *hidden)


def _of_table(product: Product, table: ProductTable, measures: Measures) -> Iterator[tuple[str, str]]:
    for name in table.measures:
        yield name, _of_measure(measures.measures[name], measures)
    for said in remarks(product, table):
        yield said, said


def _of_measure(measure: Measure, measures: Measures) -> str:
    others = [measures.measures[name].title for name in measure.not_comparable_with]
    apart = f" Not to be compared with: {', '.join(others)}." if others else ""
    said = f"{measure.title}: {_sentence(measure.meaning)} How it is counted: {_sentence(measure.rule)}"
    return f"{said} After: {measure.document}. Definition {measure.measure_id}, version {measure.version}.{apart}"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def suppression_text(policy: Suppression) -> str:
    """A policy in plain words."""
    zeros = "Zeros are shown" if policy.shows_zeros else "Zeros are treated like small numbers"
    said = [f"{policy.marker}: figures that stand on fewer than {policy.threshold} are not shown. {zeros}."]
    if policy.has_secondary:
        said.append("Other figures are left out with them, so that none can be worked out from totals.")
    if policy.rounding > 1:
        said.append(
            f"Counts are rounded to the nearest {policy.rounding}, so that totals may differ from the sum of their parts."
        )
    return " ".join(said)
