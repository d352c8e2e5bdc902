"""The stacks that hold data, together: what the rebuildable ones are built on."""

from __future__ import annotations

from dataclasses import dataclass

from infra.addresses import Addresses
from infra.parts.held import Held
from infra.stacks.catalogue import Catalogue
from infra.stacks.keys import Keys
from infra.stacks.ledger import Ledger
from infra.stacks.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class StatefulStacks:
    """Keys, buckets, ledger and catalogue of one environment."""

    keys: Keys
    storage: Storage
    ledger: Ledger
    catalogue: Catalogue

    def held(self, addresses: Addresses) -> Held:
        """What they hold, for those who are let to it."""
        return Held(
            landing_key=self.keys.landing,
            lake_key=self.keys.lake,
            results_key=self.keys.results,
            pseudonym_key=self.keys.pseudonym_key,
            ledger=self.ledger.table,
            addresses=addresses,
        )
