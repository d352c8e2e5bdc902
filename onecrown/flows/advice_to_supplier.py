"""What the state of a drop means to its supplier, and what they do next."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.contracts import Contract
from onecrown.ports import (
    FAILED,
    HELD,
    MERGED,
    MERGING,
    QUARANTINED,
    RECEIVED,
    REFUSED,
    VALIDATED,
    WITHDRAWN,
    Drop,
)

_STATES = {
    RECEIVED: "It has arrived and has not been judged yet.",
    HELD: "It is held: none of it is in use until a person releases or refuses it.",
    REFUSED: "It was refused: none of it is in use.",
    QUARANTINED: "All of it was set aside: none of it is in use.",
    VALIDATED: "It was judged; what was accepted goes into the tables with the next merge.",
    MERGING: "It was judged; what was accepted is going into the tables now.",
    MERGED: "What was accepted is in the tables.",
    WITHDRAWN: "It was withdrawn: none of it is in use.",
    FAILED: "It could not be judged, through a fault of ours.",
}
_SAME_BYTES = "The same bytes under the same name are known already: delivering them again changes nothing."


def state_in_words(drop: Drop) -> str:
    """What a drop's state means."""
    return _STATES[drop.state]


def next_steps(drop: Drop, contract: Contract | None, has_unknown_names: bool) -> tuple[str, ...]:
    """What the supplier does next, and whom they ask."""
    return (*_what_to_do(drop, contract, has_unknown_names), *_whom_to_ask(drop, contract))


def _what_to_do(drop: Drop, contract: Contract | None, has_unknown_names: bool) -> Iterator[str]:
    if drop.state in (RECEIVED, FAILED):
        yield "Nothing: the file is kept and will be judged. A new page will say what came of it."
        return
    if drop.state == QUARANTINED:
        yield "Mend what is listed above, in the file or in its name, and deliver it again."
        yield _SAME_BYTES
    elif drop.state == HELD:
        yield "If the file is wrong, deliver it again, mended, and ask for this one to be refused."
        yield "If the file is right as it is, say so to those who run OneCrown: they can release it."
    elif drop.state in (REFUSED, WITHDRAWN):
        yield "If its records are to count, deliver them again, mended."
        yield _SAME_BYTES
    else:
        yield from _of_accepted(drop, contract)
    if has_unknown_names:
        yield "If the names that the contract does not know are new on purpose, tell its owner what they mean."


def _of_accepted(drop: Drop, contract: Contract | None) -> Iterator[str]:
    quarantined, flagged = drop.total("quarantined"), drop.total("flagged")
    if quarantined:
        whole = contract is not None and contract.delivery == "full"
        how = "the next full extract will bring them" if whole else "deliver the mended records again"
        yield f"Mend the records that were set aside where they were made; {how}."
        yield "What was accepted stands and need not be sent again, but a file that holds it once more does no harm."
    if flagged:
        yield "Each flag names who can mend it. A flagged record goes on all the same; there is nothing to deliver until it is mended."
    if not quarantined and not flagged:
        yield "Nothing: all of it was accepted."


def _whom_to_ask(drop: Drop, contract: Contract | None) -> Iterator[str]:
    if contract is not None:
        yield f"Ask {contract.owner} about what {contract.name} promises: it owns the contract."
    yield f"Ask those who run OneCrown about this drop, and quote {drop.drop_id[:12]}."
