"""How environments differ, and nothing else. To add one, add it to `ENVIRONMENTS` at the end of this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType

from onecrown.errors import UsageError

GIGABYTE = 1024**3
LONDON = "eu-west-2"


class MalwareScan(StrEnum):
    """Whether GuardDuty looks through each object of the landing bucket before it is received."""

    OFF = "off"
    ON = "on"


class Network(StrEnum):
    """Whether functions and jobs reach AWS over its public addresses, or from a network of their own by endpoints."""

    PUBLIC = "public"
    PRIVATE = "private"


class LakeFormation(StrEnum):
    """Whether Lake Formation alone opens the warehouse, or IAM beside it where nobody has opted in."""

    STRICT = "strict"
    HYBRID = "hybrid"


class Data(StrEnum):
    """What becomes of the data when its stack is deleted. In either case CloudFormation deletes no bucket that is not empty."""

    OUTLIVES_ITS_STACK = "outlives its stack"
    GOES_WITH_ITS_STACK = "goes with its stack"


class LogDays(IntEnum):
    """How long logs are kept: CloudWatch knows only certain numbers of days."""

    A_MONTH = 30
    A_QUARTER = 90
    A_YEAR_AND_A_MONTH = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who may deliver a source: the account that may take the supplier's role; '' is the environment's own."""

    source: str
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanLimits:
    """How many bytes one query may read, for each audience. Athena asks for at least 10 MB."""

    analyst: int
    statistician: int
    pipeline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """One environment. `account` '' is whichever account deploys; a named one stops every other caller.

    `receivers_at_once` is how many functions take arrivals from the queue at most: 2 or more, as AWS asks. `alarm_mail` ''
    leaves the topics without a subscriber. `monthly_budget` is in US dollars, in which AWS bills. `copies_to` is a second
    account, in the same region, that keeps copies of what cannot be made again; '' for none.
    """

    name: str
    account: str
    merge_window_seconds: int
    receivers_at_once: int
    malware_scan: MalwareScan
    network: Network
    suppliers: tuple[Supplier, ...]
    alarm_mail: str
    monthly_budget: int
    scan_limits: ScanLimits
    data: Data
    log_days: LogDays
    region: str = LONDON
    lake_formation: LakeFormation = LakeFormation.STRICT
    copies_to: str = ""

    @property
    def is_protected(self) -> bool:
        """Whether stacks and tables refuse to be deleted."""
        return self.data is Data.OUTLIVES_ITS_STACK


SOURCES = ("common_platform", "xhibit", "libra", "reference")

DEV = Environment(
    name="dev",
    account="",  # a developer's own, or the local AWS
    merge_window_seconds=0,
    receivers_at_once=2,
    malware_scan=MalwareScan.OFF,
    network=Network.PUBLIC,
    suppliers=tuple(Supplier(source=source) for source in SOURCES),
    alarm_mail="",
    monthly_budget=50,
    scan_limits=ScanLimits(analyst=10 * GIGABYTE, statistician=10 * GIGABYTE, pipeline=10 * GIGABYTE),
    data=Data.GOES_WITH_ITS_STACK,
    log_days=LogDays.A_MONTH,
)

# The account numbers below are invented: put yours here before the first deployment. Until then every deployment stops,
# as no caller is in them.
PREPROD = Environment(
    name="preprod",
    account="111111111111",
    merge_window_seconds=300,
    receivers_at_once=10,
    malware_scan=MalwareScan.ON,
    network=Network.PUBLIC,
    suppliers=tuple(Supplier(source=source, account="333333333333") for source in SOURCES),
    alarm_mail="onecrown-preprod@example.org",
    monthly_budget=400,
    scan_limits=ScanLimits(analyst=100 * GIGABYTE, statistician=250 * GIGABYTE, pipeline=1000 * GIGABYTE),
    data=Data.OUTLIVES_ITS_STACK,
    log_days=LogDays.A_QUARTER,
)

PROD = Environment(
    name="prod",
    account="222222222222",
    merge_window_seconds=900,
    receivers_at_once=10,
    malware_scan=MalwareScan.ON,
    network=Network.PUBLIC,
    suppliers=tuple(Supplier(source=source, account="444444444444") for source in SOURCES),
    alarm_mail="onecrown-prod@example.org",
    monthly_budget=1500,
    scan_limits=ScanLimits(analyst=100 * GIGABYTE, statistician=500 * GIGABYTE, pipeline=2000 * GIGABYTE),
    data=Data.OUTLIVES_ITS_STACK,
    log_days=LogDays.A_YEAR_AND_A_MONTH,
)

ENVIRONMENTS: Mapping[str, Environment] = MappingProxyType({each.name: each for each in (DEV, PREPROD, PROD)})


def environment_of(name: str | None) -> Environment:
    """The environment that a command names. Raises `UsageError` with the known ones."""
    known = ", ".join(sorted(ENVIRONMENTS))
    if not name:
        raise UsageError(f"which environment? Say -c environment=NAME; known are {known}")
    if name not in ENVIRONMENTS:
        raise UsageError(f"no environment `{name}`; known are {known}")
    return ENVIRONMENTS[name]
