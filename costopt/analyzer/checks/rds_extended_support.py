"""Databases that pay a surcharge because their engine version is old.

Signal: the date on which AWS starts to charge for extended support of the engine's major version is reached. The
surcharge is by the vCPU-hour, for a standby as well, at a higher rate from the third year on. Versions whose date is
less than 60 days away are named too, with a saving of zero as long as nothing is charged. Where no date is known for
a version the check says so (`no data`): that is not the same as no charge. No metric is read. Engines without paid
extended support and serverless instances (charged by capacity units) are not concerned. The surcharge is a
cost beside the instance's hours and is counted beside a smaller class or a deletion, which do not claim it.
"""

from dataclasses import dataclass
from datetime import timedelta

from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.rds_classes import shape_of
from costopt.economics.rds_cost import extended_support_terms
from costopt.model.finding import (
    CLEAR,
    Action,
    ActionKind,
    Category,
    Confidence,
    Effort,
    Evidence,
    Outcome,
    Saving,
    Verdict,
    no_data,
)
from costopt.model.resource import Resource
from costopt.model.specs.databases import RdsInstance
from costopt.model.support import ExtendedSupport
from costopt.model.utilization import Facts

_ENGINES = frozenset(("mysql", "postgres", "aurora-mysql", "aurora-postgresql"))
"""Engines with paid extended support.
Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-overview.html."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `rds_extended_support`."""

    warn_days: int = 60
    """Days before the first charge from which on a version is named; 0 names none."""


def _excludes(instance: Resource, spec: RdsInstance) -> str | None:
    if spec.engine not in _ENGINES:
        return "engine without paid extended support"
    if not spec.billed:
        return "not running"
    return "serverless" if spec.instance_class == "db.serverless" else None


def _run(instance: Resource, spec: RdsInstance, facts: Facts, context: Context, params: Params) -> Verdict:
    support = context.prices.extended_support(spec.engine, spec.engine_version)
    if support is None:
        return no_data("end of standard support unknown")
    today = context.now.date()
    year = support.year_on(today)
    if year:
        return _charged(instance, spec, support, year, context)
    if support.start - today >= timedelta(days=params.warn_days):
        return CLEAR
    return _verdict(spec, support, f"is charged from {support.start} on", Saving(terms=()), None)


def _charged(instance: Resource, spec: RdsInstance, support: ExtendedSupport, year: int, context: Context) -> Verdict:
    shape = shape_of(spec.instance_class, context.prices)
    statement = f"has been charged since {support.start}" + (", now at the rate of year 3" if year == 3 else "")
    if shape is None:
        return _verdict(spec, support, statement, None, f"vCPU of {spec.instance_class}")
    terms = priced(lambda: extended_support_terms(instance, spec, shape.vcpu, year, context.prices))
    return _verdict(spec, support, statement, *terms)


def _verdict(
    spec: RdsInstance, support: ExtendedSupport, statement: str, saving: Saving | None, price_gap: str | None
) -> Verdict:
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"extended support of {spec.engine} {support.major_version} {statement}"
                f" (runs {spec.engine_version}; source: {support.source})"
            ),
        ),
        action=Action(
            kind=ActionKind.CONFIGURE,
            summary=f"Upgrade from {spec.engine} {support.major_version} to a version in standard support",
            restart=True,
        ),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.HIGH,
        effort=Effort.HIGH,
    )


CHECK = Check(
    id="rds_extended_support",
    title="Database engine in paid extended support",
    category=Category.OPTIMISATION,
    lever="Newer generations",
    applies_to=RdsInstance,
    params=Params,
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support-charges.html;"
    " https://aws.amazon.com/rds/mysql/pricing/ (RDS Extended Support costs)",
    run=_run,
    excludes=_excludes,
    grace_days=0,
)
