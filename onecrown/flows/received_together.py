"""Which drops are received together: in one pass of the judge, for what it costs to begin one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onecrown.definitions.contracts import Contract
from onecrown.flows.identify_arrival import Identified
from onecrown.flows.surroundings import Surroundings
from onecrown.receiving.csv_headers import first_line
from onecrown.receiving.expansion import expected_bytes

TOGETHER_BYTES = 64 << 20
CSV_TOGETHER_BYTES = 16 << 20  # the rows of one scan are as many columns wide as were delivered
TOGETHER_DROPS = 2000


def in_groups(home: Surroundings, found: Sequence[Identified]) -> Iterator[list[Identified]]:
    """Drops that can be received together: small, of one dataset, CSVs of one table and header too. Their order is kept."""
    open_groups: dict[tuple[object, ...], list[Identified]] = {}
    sizes: dict[tuple[object, ...], int] = {}
    for one in found:
        contract = home.model.contracts.get(one.drop.dataset_name)
        expanded, bound = expected_bytes(contract, one.arrival.key, one.drop.bytes), _bound(contract)
        likeness = _likeness(home, one, contract) if expanded <= bound else None
        if likeness is None:
            yield [one]
            continue
        group = open_groups.setdefault(likeness, [])
        if group and (sizes[likeness] + expanded > bound or len(group) >= TOGETHER_DROPS):
            yield group
            group = open_groups[likeness] = []
            sizes[likeness] = 0
        group.append(one)
        sizes[likeness] = sizes.get(likeness, 0) + expanded
    yield from (group for group in open_groups.values() if group)


def _bound(contract: Contract | None) -> int:
    return CSV_TOGETHER_BYTES if contract and contract.format.kind == "csv" else TOGETHER_BYTES


def _likeness(home: Surroundings, one: Identified, contract: Contract | None) -> tuple[object, ...] | None:
    """What drops have in common that are received together; None for one that is received alone."""
    if one.fault is not None or contract is None:
        return None
    if contract.format.kind != "csv":
        return (contract.name,)
    path = home.landing.fetch(one.arrival.path)
    header = first_line(path, contract.format.quote) if path else b""
    return (contract.name, one.drop.meaning.get("table"), header) if header else None
