"""What a run will read: accounts with their regions, and from them every scope, before the first one is read."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from costopt.collectors.aws.connection import Connection
from costopt.collectors.aws.faults import CALL_ERRORS, classify
from costopt.collectors.aws.hooks import Limits
from costopt.collectors.aws.interface import AwsCollector, MetricSource
from costopt.collectors.aws.regions import DESCRIBE_REGIONS, enabled_regions, known_regions
from costopt.collectors.aws.sessions import Access, connect, start_region, unusable
from costopt.collectors.faults import Fault
from costopt.collectors.outcome import gap
from costopt.collectors.runner import GLOBAL
from costopt.model.coverage import Scope, ScopeResult, Status

REGIONS_OPERATION = "regions"
_WORKERS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account to read."""

    connection: Connection
    """How to reach it."""
    regions: tuple[str, ...]
    """Regions to read, sorted."""
    fault: Fault | None = None
    """Why it cannot be reached; all its scopes end as this gap."""
    regions_result: ScopeResult | None = None
    """How asking for its regions ended; None where the user named them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryTask:
    """One collector in one region of one account."""

    scope: Scope
    """Its entry in the ledger."""
    account: Account
    """Whose."""
    collector: AwsCollector
    """What reads it."""

    @property
    def api_region(self) -> str:
        """Region of the calls; the partition's home region for global collectors."""
        return self.account.connection.home_region if self.collector.is_global else self.scope.region

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of resource that the scope yields."""
        return tuple(sorted(kind.KIND for kind in self.collector.kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTask:
    """The metrics of one kind of resource in one region of one account."""

    scope: Scope
    """Its entry in the ledger."""
    account: Account
    """Whose."""
    kind: str
    """Kind of resource."""
    sources: tuple[MetricSource, ...]
    """Where its metrics are found."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of resource that the scope tells about."""
        return (self.kind,)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPlan:
    """Everything that a run reads."""

    accounts: tuple[Account, ...]
    """Sorted by account id."""
    collectors: tuple[AwsCollector, ...]
    """What to read of each."""
    sources: tuple[MetricSource, ...]
    """Metrics to read of what was found."""
    now: datetime
    """Time of the collection, UTC."""
    limits: Limits
    """Deadline, rates and costs."""
    workers: int = _WORKERS
    """Scopes read at the same time."""

    def inventory(self) -> Iterator[InventoryTask]:
        """Every account x region x collector; global collectors once an account."""
        for account in self.accounts:
            for collector in self.collectors:
                for region in (GLOBAL,) if collector.is_global else account.regions:
                    scope = _scope(account, region, collector.id)
                    yield InventoryTask(scope=scope, account=account, collector=collector)

    def metrics(self) -> Iterator[MetricTask]:
        """Every account x region x kind that a collector yields and that has metrics."""
        read = {kind.KIND for collector in self.collectors for kind in collector.kinds}
        kinds = sorted({source.kind for source in self.sources} & read)
        for account in self.accounts:
            for region in account.regions:
                for kind in kinds:
                    sources = tuple(source for source in self.sources if source.kind == kind)
                    scope = _scope(account, region, f"metrics:{kind}")
                    yield MetricTask(scope=scope, account=account, kind=kind, sources=sources)


def plan_collection(
    access: Access,
    *,
    collectors: Sequence[AwsCollector],
    sources: Sequence[MetricSource],
    now: datetime,
    limits: Limits,
    workers: int = _WORKERS,
) -> CollectPlan:
    """Reaches the accounts and asks for their regions. Costs nothing.

    Raises:
        CollectError: no account can be reached.
        UsageError: an unknown region or role.
    """
    connections = connect(access, limits)
    first = start_region(access)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="reach") as pool:
        reached = list(pool.map(lambda connection: _reach(connection, access, first), connections))
    accounts = _with_regions(reached)
    if all(account.fault for account in accounts):
        broken = accounts[0]
        raise unusable(broken.connection.name, broken.fault or Fault(reason="bug"))
    return CollectPlan(
        accounts=accounts,
        collectors=tuple(collectors),
        sources=tuple(sources),
        now=now,
        limits=limits,
        workers=workers,
    )


def _scope(account: Account, region: str, operation: str) -> Scope:
    return Scope(provider="aws", account=account.connection.account, region=region, operation=operation)


def _reach(connection: Connection, access: Access, first: str) -> Account:
    """The account with its regions; without any where it cannot be reached."""
    try:
        connection.open()
    except (*CALL_ERRORS, KeyError) as error:
        return Account(connection=connection, regions=tuple(sorted(access.regions)), fault=classify(error))
    if access.regions:
        return Account(connection=connection, regions=tuple(sorted(set(access.regions))))
    return _ask_regions(connection, first)


def _ask_regions(connection: Connection, first: str) -> Account:
    scope = Scope(provider="aws", account=connection.account, region=GLOBAL, operation=REGIONS_OPERATION)
    region = first if first in known_regions(connection.partition) else connection.home_region
    try:
        regions = enabled_regions(connection, region)
    except CALL_ERRORS as error:
        fault = classify(error, {DESCRIBE_REGIONS.operation: DESCRIBE_REGIONS.action})
        result = gap(scope, (), fault)
        # Rather try a region that is off than miss one that is on.
        return Account(connection=connection, regions=known_regions(connection.partition), regions_result=result)
    result = ScopeResult(scope=scope, status=Status.OK if regions else Status.EMPTY, kinds=(), rows=len(regions))
    return Account(connection=connection, regions=regions, regions_result=result)


def _with_regions(accounts: Sequence[Account]) -> tuple[Account, ...]:
    """Gives accounts that could not be asked the regions of the others, so that what is missing shows by region."""
    reached = sorted({region for account in accounts for region in account.regions})
    return tuple(
        account
        if account.regions or account.fault is None
        else Account(
            connection=account.connection,
            regions=tuple(reached or known_regions(account.connection.partition)),
            fault=account.fault,
        )
        for account in accounts
    )
