"""How owned commitments pay for usage, by hand and against the provider's published examples."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from costopt.economics.commitments import DEEPEST_PLAN_RATIO, Owned, left_by_layer, pools
from costopt.economics.estate import Hours, RegionalUsage, estate_hours
from costopt.economics.normalization import units
from costopt.model.finding import ComputeUsage
from costopt.model.resource import Resource
from costopt.model.specs.commitment import Commitment, CommitmentKind
from costopt.model.specs.serverless import EcsService

MONTH = Decimal(730)
PRICES = {"m5.large": Decimal("0.096"), "m5.xlarge": Decimal("0.192"), "c5.large": Decimal("0.085")}


def usage(instance_type: str = "m5.large", region: str = "us-east-1", **more: str) -> RegionalUsage:
    fields = {"service": "ec2", "variant": "linux", "availability_zone": "us-east-1a", **more}
    return region, ComputeUsage(instance_type=instance_type, **fields)


def owned(kind: CommitmentKind, id_: str = "c-1", region: str = "us-east-1", **more: object) -> Owned:
    spec = Commitment(
        commitment_kind=kind,
        service="ec2",
        state="active",
        start=datetime(2026, 1, 1, tzinfo=UTC),
        end=datetime(2027, 1, 1, tzinfo=UTC),
        payment_option="no_upfront",
        **more,  # type: ignore[arg-type]
    )
    return Owned(id=id_, region=region, spec=spec)


def reservation(instance_type: str, count: int, **more: object) -> Owned:
    return owned(CommitmentKind.STANDARD_RI, instance_type=instance_type, count=count, **more)


def price(place: RegionalUsage) -> Decimal | None:
    return PRICES.get(place[1].instance_type)


def unknown_ratio(plan: Commitment, place: RegionalUsage) -> None:
    """No plan rate is known."""


def left(hours: dict[RegionalUsage, Decimal], *commitments: Owned) -> Hours:
    return left_by_layer(hours, commitments, price, unknown_ratio)[-1]


def test_without_commitments_everything_is_on_demand() -> None:
    assert left({usage(): MONTH}) == {usage(): MONTH}


def test_a_regional_reservation_flexes_over_the_sizes_of_its_family() -> None:
    """AWS's own example: one t2.medium (2 units) pays for two t2.small (1 unit each)."""
    assert left({usage("t2.small"): 2 * MONTH}, reservation("t2.medium", 1)) == {usage("t2.small"): 0}


def test_a_larger_instance_is_paid_for_in_part() -> None:
    """AWS's own example: one t2.medium pays for half of one t2.large."""
    assert left({usage("t2.large"): MONTH}, reservation("t2.medium", 1)) == {usage("t2.large"): MONTH / 2}


def test_small_sizes_are_paid_for_first() -> None:
    both = {usage("m5.xlarge"): MONTH, usage("m5.large"): MONTH}
    assert left(both, reservation("m5.large", 2)) == {usage("m5.xlarge"): MONTH / 2, usage("m5.large"): 0}


def test_windows_and_zonal_reservations_do_not_flex() -> None:
    windows = usage("m5.large", variant="windows")
    assert left({windows: MONTH}, reservation("m5.xlarge", 1, platform="windows")) == {windows: MONTH}
    elsewhere = usage("m5.large", availability_zone="us-east-1b")
    assert left({elsewhere: MONTH}, reservation("m5.large", 1, availability_zone="us-east-1a")) == {elsewhere: MONTH}


def test_gpu_reservations_are_bound_to_their_size() -> None:
    assert units("g5.xlarge") is None
    assert left({usage("g5.xlarge"): MONTH}, reservation("g5.2xlarge", 1)) == {usage("g5.xlarge"): MONTH}


def test_another_region_or_family_is_not_paid_for() -> None:
    west = usage(region="us-west-2")
    assert left({west: MONTH, usage("c5.large"): MONTH}, reservation("m5.large", 5)) == {
        west: MONTH,
        usage("c5.large"): MONTH,
    }


def test_a_plan_pays_at_its_own_rate() -> None:
    """$0.048 an hour at half the on-demand rate of $0.096 pays for exactly one m5.large."""
    plan = owned(CommitmentKind.EC2_INSTANCE_SP, instance_family="m5", hourly_commitment=Decimal("0.048"))
    rest = left_by_layer({usage(): 2 * MONTH}, [plan], price, lambda *_: Decimal("0.5"))[-1]
    assert rest == {usage(): MONTH}


def test_a_plan_without_a_known_rate_is_taken_to_cover_the_most_it_can() -> None:
    plan = owned(CommitmentKind.COMPUTE_SP, region="global", hourly_commitment=PRICES["m5.large"] * DEEPEST_PLAN_RATIO)
    assert left({usage(): 2 * MONTH}, plan) == {usage(): MONTH}


def test_the_deepest_discount_comes_first_in_a_plan() -> None:
    plan = owned(CommitmentKind.COMPUTE_SP, region="global", hourly_commitment=Decimal("0.0425"))

    def ratio(_: Commitment, place: RegionalUsage) -> Decimal:
        return Decimal("0.5") if place[1].instance_type == "c5.large" else Decimal("0.8")

    rest = left_by_layer({usage("m5.large"): MONTH, usage("c5.large"): MONTH}, [plan], price, ratio)[-1]
    assert rest == {usage("m5.large"): MONTH, usage("c5.large"): 0}


def test_a_multi_az_database_takes_two_units() -> None:
    database = usage("db.m5.large", service="rds", variant="mysql:multi_az")
    spec = reservation("db.m5.large", 1, platform="mysql").spec
    one = Owned(id="ri", region="us-east-1", spec=replace(spec, service="rds"))
    assert left({database: MONTH}, one) == {database: MONTH / 2}


@given(
    st.dictionaries(st.sampled_from(["m5.large", "m5.xlarge", "c5.large"]), st.integers(0, 20), min_size=1),
    st.integers(0, 30),
    st.decimals(0, 5, places=3),
)
def test_coverage_never_exceeds_what_is_owned_nor_what_runs(
    running: dict[str, int], reserved: int, commitment: Decimal
) -> None:
    hours = {usage(name): count * MONTH for name, count in running.items()}
    plan = owned(CommitmentKind.COMPUTE_SP, "c-2", "global", hourly_commitment=commitment)
    rest = left(hours, reservation("m5.large", reserved), plan)
    assert all(0 <= rest.get(place, 0) <= quantity for place, quantity in hours.items())
    covered = sum((hours[place] - rest.get(place, 0)) * PRICES[place[1].instance_type] for place in hours)
    most = reserved * PRICES["m5.large"] * MONTH + commitment * MONTH / DEEPEST_PLAN_RATIO
    assert covered <= most + Decimal("0.000001")


def test_usages_that_share_a_commitment_are_one_pool() -> None:
    places = [usage("m5.large"), usage("m5.xlarge"), usage("c5.large")]
    alone = pools(places, [reservation("m5.large", 1)])
    assert alone[usage("m5.large")] == alone[usage("m5.xlarge")]
    assert usage("c5.large") not in alone
    everything = pools(
        places,
        [
            reservation("m5.large", 1),
            owned(CommitmentKind.COMPUTE_SP, "c-2", "global", hourly_commitment=Decimal(1)),
        ],
    )
    assert len(set(everything.values())) == 1


def test_an_ec2_instance_plan_is_listed_globally_and_pays_in_its_own_region() -> None:
    """`DescribeSavingsPlans` is a global list; the plan itself names the region that it is bound to."""
    plan = owned(
        CommitmentKind.EC2_INSTANCE_SP, region="global", instance_family="m5", hourly_commitment=Decimal(1),
    )  # fmt: skip
    plan = replace(plan, spec=replace(plan.spec, region="eu-west-1"))
    assert plan.covers(usage(region="eu-west-1"))
    assert not plan.covers(usage(region="us-east-1"))


def test_a_database_plan_pays_for_newer_databases_only() -> None:
    """Generation 7 and later of RDS and Aurora, and Valkey; nothing of EC2."""
    plan = owned(CommitmentKind.DATABASE_SP, region="global", hourly_commitment=Decimal(1))
    newer = usage("db.r7g.large", service="rds", variant="postgres:single_az")
    assert plan.covers(newer)
    assert plan.covers(usage("cache.m7g.large", service="elasticache", variant="valkey"))
    assert not plan.covers(usage("cache.m7g.large", service="elasticache", variant="redis"))
    assert not plan.covers(usage("db.r6g.large", service="rds", variant="postgres:single_az"))
    assert not plan.covers(usage("m7g.large"))


def test_reservations_that_do_not_flex_pay_for_the_same_deployment_only() -> None:
    """A Multi-AZ reservation of SQL Server does not pay for a single instance."""
    both = [usage("db.m5.large", service="rds", variant=f"sqlserver-se:{name}") for name in ("single_az", "multi_az")]
    fields = {"service": "rds", "platform": "sqlserver-se", "region": None}
    single = reservation("db.m5.large", 1)
    single = replace(single, spec=replace(single.spec, **fields))
    double = replace(single, spec=replace(single.spec, multi_az=True))
    assert [single.covers(tuple_with_zone(one)) for one in both] == [True, False]
    assert [double.covers(tuple_with_zone(one)) for one in both] == [False, True]


def tuple_with_zone(place: RegionalUsage) -> RegionalUsage:
    return place[0], replace(place[1], availability_zone=None)


def test_a_compute_plan_pays_for_fargate_and_provisioned_lambda_too() -> None:
    """Half of $0.04048 pays for half a vCPU hour at no discount; an Instance plan pays for none of it."""
    fargate = ("us-east-1", ComputeUsage(service="fargate", instance_type="vcpu_hour", variant="x86_64"))
    compute = owned(CommitmentKind.COMPUTE_SP, region="global", hourly_commitment=Decimal("0.02024"))
    instance = owned(CommitmentKind.EC2_INSTANCE_SP, instance_family="m5", hourly_commitment=Decimal(9))

    def rest(plan: Owned) -> Decimal:
        hours = left_by_layer({fargate: MONTH}, [plan], lambda _: Decimal("0.04048"), lambda *_: Decimal(1))
        return hours[-1][fargate]

    assert rest(compute) == MONTH / 2
    assert rest(instance) == MONTH


def test_the_estate_counts_fargate_by_vcpu_and_gib_and_leaves_spot_out() -> None:
    service = EcsService(cluster="c", launch_type="FARGATE", desired=3, running=3, vcpu=0.5, memory_gib=2.0)
    place = {"provider": "aws", "account": "1", "region": "us-east-1", "id": "s"}
    found = {
        usage.instance_type: hours for (_, usage), hours in estate_hours([Resource(spec=service, **place)]).items()
    }
    assert found == {"vcpu_hour": Decimal("1.5") * MONTH, "gib_hour": 6 * MONTH}
    assert not estate_hours([Resource(spec=replace(service, launch_type="FARGATE_SPOT"), **place)])
