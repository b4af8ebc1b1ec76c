"""File systems that nobody reads or writes.

Signal: not one byte of input or output in 30 days. Here absence is zero: EFS reports I/O only for periods in which
there was some. A metric that was never asked for is something else and gives `no data`. A file system without mount
targets cannot be reached at all, which makes the finding certain. The saving is storage and provisioned throughput.
Source: https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html.
"""

from dataclasses import dataclass

from costopt.analyzer.check import Check, Need
from costopt.analyzer.context import Context
from costopt.economics.pricing_gaps import priced
from costopt.economics.storage_cost import file_system_terms
from costopt.model.finding import CLEAR, Action, ActionKind, Category, Confidence, Evidence, Outcome, Risk, Verdict
from costopt.model.resource import Resource
from costopt.model.specs.storage import EfsFileSystem
from costopt.model.utilization import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Thresholds of `efs_idle`."""

    days: int = 30
    """Look-back in days."""
    max_bytes: float = 0.0
    """File systems with more input and output over the look-back are clear."""


def _excludes(file_system: Resource, spec: EfsFileSystem) -> str | None:
    return None if spec.state == "available" else "not available"


def _run(file_system: Resource, spec: EfsFileSystem, facts: Facts, context: Context, params: Params) -> Verdict:
    traffic = facts["efs_io_bytes"]
    moved = traffic.total or 0.0
    if moved > params.max_bytes:
        return CLEAR
    saving, price_gap = priced(lambda: file_system_terms(file_system, spec, context.prices))
    targets = f"{spec.mount_targets} mount targets" if spec.mount_targets else "no mount target, so nobody can reach it"
    return Verdict(
        outcome=Outcome.FLAGGED,
        evidence=(
            Evidence(
                statement=f"{moved:,.0f} bytes read and written in {params.days} days; {targets}",
                metric="efs_io_bytes",
                observed=moved,
                threshold=params.max_bytes,
                period=traffic.period,
                coverage_fraction=traffic.coverage_fraction,
            ),
        ),
        action=Action(kind=ActionKind.DELETE, summary="Delete the file system after a backup"),
        saving=saving,
        price_gap=price_gap,
        confidence=Confidence.MEDIUM if spec.mount_targets else Confidence.HIGH,
        risk=Risk.DESTRUCTIVE,
    )


CHECK = Check(
    id="efs_idle",
    title="File system is not used",
    category=Category.WASTE,
    lever="Unused storage",
    applies_to=EfsFileSystem,
    params=Params,
    source="cloudrift: efs idle; https://docs.aws.amazon.com/efs/latest/ug/efs-metrics.html;"
    " https://aws.amazon.com/efs/pricing/",
    run=_run,
    excludes=_excludes,
    needs=(Need(metric="efs_io_bytes"),),
    grace_days=30,
)
