"""Which savings add up and which exclude one another, from the verdicts of real checks."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from costopt.analyzer.check import Check
from costopt.analyzer.checks import (
    ebs_snapshot_old,
    ebs_snapshot_orphan,
    lambda_arm64,
    lambda_provisioned_idle,
    rds_extended_support,
    rds_rightsize,
)
from costopt.analyzer.engine import finding_of
from costopt.analyzer.settlement import settle
from costopt.analyzer.shares import Estate
from costopt.economics.commitments import Owned
from costopt.economics.estate import estate_hours
from costopt.model.finding import Finding
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.databases import RdsInstance
from costopt.model.specs.ebs import EbsSnapshot
from costopt.model.specs.ml import EndpointVariant, SagemakerEndpoint
from costopt.model.specs.serverless import LambdaFunction
from costopt.model.support import ExtendedSupport
from tests.oracles.judging import NOW, StaticPrices, ago, judge, resource, series, shape

DAY = 86_400
GIB = 1024**3
SHAPES = [shape("m6g.large", 2, 8.0), shape("m6g.xlarge", 4, 16.0)]


class Prices(StaticPrices):
    """With MySQL 5.7 in its first paid year."""

    def extended_support(self, engine: str, version: str) -> ExtendedSupport | None:
        start = date(2026, 3, 1)
        return ExtendedSupport(
            engine=engine, major_version="5.7", start=start, year_3_start=None, end=date(2029, 1, 1), source="made"
        )


PRICES = Prices(
    instances={
        ("rds", "db.m6g.xlarge", "mysql:single_az"): "0.304",
        ("rds", "db.m6g.large", "mysql:single_az"): "0.152",
    },
    units={
        ("rds", "extended_support_vcpu_hour_year_1_2"): "0.100",
        ("lambda", "provisioned_concurrency_gib_second_x86_64"): "0.000004",
        ("lambda", "provisioned_concurrency_gib_second_arm64"): "0.000003",
        ("ebs", "snapshot_standard_storage"): "0.05",
    },
    shapes=SHAPES,
)
NOTHING = Estate(hours={}, owned=(), on_demand=lambda place: None, ratio=lambda plan, place: None)


def found(check: Check, judged: Resource, facts=(), beside=()) -> Finding:
    """The finding of a check that flags, with an id that can be read."""
    verdict = judge(check, judged, facts=list(facts), beside=list(beside), prices=PRICES)
    assert verdict.action is not None
    return replace(finding_of(check, judged, verdict), id=f"F-{check.id}-{judged.id}")


def counted(*findings: Finding) -> dict[str, Decimal]:
    return {one.id: one.counted.amount for one in settle(findings, NOTHING)}


def test_the_surcharge_of_an_old_engine_is_counted_beside_a_smaller_class():
    """The class saves 730 x 0.152; the upgrade ends 730 x 4 vCPU x 0.100, whatever the class is."""
    spec = RdsInstance(
        instance_class="db.m6g.xlarge", engine="mysql", engine_version="5.7.44", status="available", multi_az=False,
        storage_type="gp3", storage_gib=100,
    )  # fmt: skip
    database = resource(spec, "db-1")
    load = [
        series("db_cpu_max_percent", 10.0), series("db_freeable_memory_min_bytes", 12.0 * GIB),
        series("db_connections_max", 5.0, DAY, 30), series("db_read_ops_per_second", 9.0, DAY, 30),
        series("db_write_ops_per_second", 9.0, DAY, 30),
    ]  # fmt: skip
    settled = counted(found(rds_rightsize.CHECK, database, load), found(rds_extended_support.CHECK, database))
    assert settled == {"F-rds_rightsize-db-1": Decimal("110.96"), "F-rds_extended_support-db-1": Decimal(292)}


def test_unused_provisioned_concurrency_beats_a_cheaper_architecture_for_it():
    """A busy function whose provisioned environments are not used: all of them go, not a quarter of their price."""
    spec = LambdaFunction(memory_mib=1024, architecture="x86_64", runtime="python3.12", provisioned_concurrency=10)
    function = resource(spec, "fn")
    calls = [series("lambda_invocations", 100_000.0, DAY, 30)]
    arm = found(lambda_arm64.CHECK, function, calls)
    unused = found(lambda_provisioned_idle.CHECK, function, [series("lambda_provisioned_invocations", [], DAY, 30)])
    settled = counted(arm, unused)
    assert settled[unused.id] == 10 * 730 * 3600 * Decimal("0.000004")
    assert settled[arm.id] == 0


def test_snapshots_of_one_volume_are_counted_once_whoever_flags_them():
    chain = [
        resource(
            EbsSnapshot(volume_id="vol-1", volume_size_gib=100, tier="standard", full_size_bytes=size * GIB),
            f"snap-{size}", created_at=ago(200),
        )
        for size in (40, 50, 60)
    ]  # fmt: skip
    findings = [
        found(check, one, beside=chain)
        for one in chain
        for check in (ebs_snapshot_old.CHECK, ebs_snapshot_orphan.CHECK)
    ]
    assert sum(counted(*findings).values()) == 60 * Decimal("0.05")


def test_a_plan_for_machine_learning_pays_for_an_idle_endpoint():
    spec = SagemakerEndpoint(
        status="InService", variants=(EndpointVariant(name="a", instance_type="ml.g5.xlarge", instance_count=2),)
    )
    ((place, hours),) = estate_hours([resource(spec, "e-1")]).items()
    assert (place[1].service, hours) == ("sagemaker", 1460)
    plan = Commitment(
        commitment_kind=CommitmentKind.SAGEMAKER_SP, service="sagemaker", state="active", start=NOW,
        end=datetime(2028, 1, 1, tzinfo=UTC), payment_option="no_upfront", hourly_commitment=Decimal("1.00"),
    )  # fmt: skip
    owned = Owned(id="sp", region="global", spec=plan)
    whole = Estate(
        hours={place: hours},
        owned=(owned,),
        on_demand=lambda usage: Decimal("1.408"),
        ratio=lambda one, usage: None,
    )
    # 1.00 pays for at most 1 / (1.408 x 0.36) = 1.97 of the two instances.
    assert 0 < sum(whole.bills(whole.hours)[-1].values()) < Decimal("1.408") * 730 / 20
    assert owned.covers(place)
    assert not owned.covers((place[0], replace(place[1], service="ec2")))
