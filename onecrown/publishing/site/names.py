"""What categories are called, and in which region a court lies: both from the code lists."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.definitions.measures import Measures
from onecrown.definitions.model import Model

NOT_KNOWN = "not_known"
_SPOKEN = {NOT_KNOWN: "Not known", "common_platform": "Common Platform"}


@dataclass(frozen=True, slots=True)
class Names:
    """Names by dimension and code, the codes in the order of their lists; regions by court."""

    categories: dict[str, dict[str, str]]
    regions: dict[str, str]

    def of(self, dimension: str, code: str) -> str:
        """What a category is called; where no list knows the code, the code as words."""
        known = self.categories.get(dimension, {}).get(code)
        return known or _SPOKEN.get(code) or code.replace("_", " ").capitalize()

    def place(self, dimension: str, code: str) -> int:
        """The place of a code in its list; after all others where it is not there."""
        codes = list(self.categories.get(dimension, {}))
        return codes.index(code) if code in codes else len(codes)

    def region_of(self, court_code: str) -> str:
        """The region of a court: by its own code, else by the area in it, as the code list `region` says."""
        return self.regions.get(court_code) or self.regions.get(court_code[1:3]) or NOT_KNOWN


def names_of(model: Model, measures: Measures) -> Names:
    """The names of every dimension that has a code list, and the regions of courts."""
    lists = {dimension.name: model.code_lists.get(dimension.code_list) for dimension in measures.dimensions.values()}
    categories = {
        name: {code.standard_code: code.meaning for code in known.codes} for name, known in lists.items() if known
    }
    region = model.code_lists.get("region")
    return Names(categories, {one.source_code: one.standard_code for one in region.crossings} if region else {})
