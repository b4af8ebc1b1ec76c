"""Cloud SQL instances that pay a surcharge because their engine version is old.

Signal: the day is reached on which Google starts to charge for extended support of the major version. The surcharge is
by the vCPU-hour, for a standby as well. Versions whose day is less than 60 days away are named too, with a saving of
zero as long as nothing is charged. A version that its community still supports is clear; where neither day is known the
check says `no data`, which is not the same as no charge. No metric is read. SQL Server and stopped instances are not
concerned. The surcharge is a cost beside the vCPUs and is counted beside a smaller tier or a stop.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.cloud_sql_cost import extended_support_terms
from costopt.economics.cloud_sql_support import charged_from, supported_until
from costopt.economics.pricing_gaps import priced
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `sql_extended_support`."""

    warn_days: int = 60
    """Versions that will be charged within so many days are named."""


def _excludes(_: Resource, spec: CloudSqlInstance) -> str | None:
    if spec.engine not in ("mysql", "postgres"):
        return "engine without paid extended support"
    return None if spec.running else "not running"


def _run(database: Resource, spec: CloudSqlInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    del facts
    today, start = context.now.date(), charged_from(spec.database_version)
    if start is None:
        until = supported_until(spec.database_version)
        return CLEAR if until is not None and today <= until else no_data("end of standard support unknown")
    if today >= start:
        saving = priced(lambda: extended_support_terms(database, spec, context.prices))
        return _flagged(spec, f"has been charged since {start}", *saving)
    if start - today >= timedelta(days=params.warn_days):
        return CLEAR
    return _flagged(spec, _warning(start), Saving(terms=()), None)


def _warning(start: date) -> str:
    return f"is charged from {start} on"


def _flagged(spec: CloudSqlInstance, statement: str, saving: Saving | None, price_gap: str | None) -> Verdict:
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(Evidence(statement=f"extended support of {spec.database_version} {statement}"),),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary=f"Upgrade from {spec.database_version} to a version in standard support",
            restart=True,
        ),
        saving=saving,
        price_gap=price_gap,
        effort=Effort.HIGH,
    )


CHECK = Check(
    id="sql_extended_support",
    title="Cloud SQL engine in paid extended support",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=CloudSqlInstance,
    params=Params,
    source="https://cloud.google.com/sql/docs/mysql/extended-support; https://cloud.google.com/sql/pricing",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
