"""Reserved instances, savings plans and the provider's own advice, over HTTP and from recorded answers."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from costopt.collectors.aws.faults import IncompleteAnswer, classify
from costopt.collectors.aws.services.compute_optimizer import COMPUTE_OPTIMIZER, id_in
from costopt.collectors.aws.services.cost_optimization_hub import COST_OPTIMIZATION_HUB
from costopt.collectors.aws.services.reservation_terms import payment_option
from costopt.collectors.aws.services.reservations import (
    EC2_RESERVATIONS,
    ELASTICACHE_RESERVATIONS,
    OPENSEARCH_RESERVATIONS,
    RDS_RESERVATIONS,
    REDSHIFT_RESERVATIONS,
)
from costopt.collectors.aws.services.savings_plans import SAVINGS_PLANS
from costopt.model.specs.commitment import CommitmentKind
from tests.oracles.fakeaws import Fault, Paging

START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = 31_536_000
SAVINGS_PAGES = Paging("nextToken", "nextToken", "savingsPlans", "maxResults")


def reservation(number=1, **fields):
    base = {
        "ReservedInstancesId": f"r-{number}",
        "InstanceType": "m5.large",
        "Start": START,
        "End": datetime(2027, 1, 1, tzinfo=UTC),
        "Duration": YEAR,
        "FixedPrice": 262.8,
        "UsagePrice": 0.0,
        "RecurringCharges": [{"Amount": 0.03, "Frequency": "Hourly"}],
        "InstanceCount": 4,
        "ProductDescription": "Red Hat Enterprise Linux",
        "State": "active",
        "OfferingClass": "convertible",
        "OfferingType": "Partial Upfront",
        "InstanceTenancy": "default",
        "Scope": "Region",
        "CurrencyCode": "USD",
    }
    return {**base, **fields}


def test_reserved_instances_of_ec2(aws, collect_fake):
    zonal = reservation(2, OfferingClass="standard", Scope="Availability Zone", AvailabilityZone="eu-west-1a")
    tagged = reservation(1, Tags=[{"Key": "Name", "Value": "base"}])
    aws.on("ec2", "DescribeReservedInstances", {"ReservedInstances": [tagged, zonal]})
    first, second = collect_fake(EC2_RESERVATIONS)
    spec = first.spec
    assert (first.id, first.name, first.region) == ("r-1", "base", "eu-west-1")
    assert (spec.commitment_kind, spec.service, spec.state) == (CommitmentKind.CONVERTIBLE_RI, "ec2", "active")
    assert (spec.instance_type, spec.count, spec.platform) == ("m5.large", 4, "rhel")
    assert (spec.start, spec.end) == (START, datetime(2027, 1, 1, tzinfo=UTC))
    assert (spec.payment_option, spec.availability_zone, spec.region) == ("partial_upfront", None, "eu-west-1")
    # 262.80 spread over 8,760 hours is 0.03; with the recurring fee 0.06.
    assert spec.hourly_rate == Decimal("0.06")
    assert second.spec.commitment_kind is CommitmentKind.STANDARD_RI
    assert second.spec.availability_zone == "eu-west-1a"


@pytest.mark.parametrize(
    "fields",
    [{"CurrencyCode": "CNY"}, {"RecurringCharges": [{"Amount": 1.3, "Frequency": "Weekly"}]}],
)
def test_rate_in_other_money_or_rhythm_is_unknown(aws, collect_fake, fields):
    aws.on("ec2", "DescribeReservedInstances", {"ReservedInstances": [reservation(**fields)]})
    (found,) = collect_fake(EC2_RESERVATIONS)
    assert found.spec.hourly_rate is None


def test_reserved_cache_nodes_in_china_are_paid_in_yuan(aws, collect_fake):
    row = {"ReservedCacheNodeId": "c", "StartTime": START, "Duration": YEAR, "FixedPrice": 8760.0, "UsagePrice": 0.5}
    aws.on("elasticache", "DescribeReservedCacheNodes", [row])
    (home,) = collect_fake(ELASTICACHE_RESERVATIONS)
    (china,) = collect_fake(ELASTICACHE_RESERVATIONS, "cn-north-1", "aws-cn")
    assert home.spec.hourly_rate == Decimal("1.5")
    assert china.spec.hourly_rate is None


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("All Upfront", "all_upfront"),
        ("NO_UPFRONT", "no_upfront"),
        ("Heavy Utilization", "partial_upfront"),
        (None, "unknown"),
    ],
)
def test_payment_options(words, option):
    assert payment_option(words) == option


@pytest.mark.parametrize(
    ("collector", "operation", "name", "expected"),
    [
        (
            EC2_RESERVATIONS,
            "DescribeReservedInstances",
            "test_ec2_reserved_instance_query/ec2.DescribeReservedInstances",
            # 30 over 8,760 hours and 0.0034 an hour.
            ("ec2", "t2.micro", 1, "linux", "partial_upfront", Decimal(30) / 8760 + Decimal("0.0034")),
        ),
        (
            RDS_RESERVATIONS,
            "DescribeReservedDBInstances",
            "test_reserved_rds_instance_query/rds.DescribeReservedDBInstances",
            ("rds", "db.t2.micro", 1, "mysql", "all_upfront", Decimal(102) / 8760),
        ),
        (
            OPENSEARCH_RESERVATIONS,
            "DescribeReservedInstances",
            "test_opensearch_reserved_instances_query/es.DescribeReservedInstances",
            (
                "opensearch",
                "t3.small.search",
                1,
                "opensearch",
                "partial_upfront",
                Decimal(100) / 8760 + Decimal("0.023"),
            ),
        ),
        (
            REDSHIFT_RESERVATIONS,
            "DescribeReservedNodes",
            "test_redshift_reserved_node_query/redshift.DescribeReservedNodes",
            ("redshift", "dc2.xlarge", 1, "redshift", "all_upfront", Decimal(1380) / 8760),
        ),
        (
            ELASTICACHE_RESERVATIONS,
            "DescribeReservedCacheNodes",
            "test_reserved_cache_nodes/elasticache.DescribeReservedCacheNodes",
            ("elasticache", "cache.t2.small", 1, "test description here", "partial_upfront", None),
        ),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_recorded_reservations_parse(recorded, collect_recorded, collector, operation, name, expected):
    (found,) = collect_recorded(collector, {operation: recorded(name)})
    spec = found.spec
    assert (
        spec.service,
        spec.instance_type,
        spec.count,
        spec.platform,
        spec.payment_option,
        spec.hourly_rate,
    ) == expected
    assert spec.commitment_kind is CommitmentKind.STANDARD_RI
    assert spec.end > spec.start


def test_reserved_databases_and_their_engines(aws, collect_fake):
    words = {"mysql": "mysql", "postgresql": "postgres", "oracle-se2(byol)": "oracle-se2", "aurora": "aurora-mysql"}
    rows = [
        {
            "ReservedDBInstanceId": f"db-{number}",
            "DBInstanceClass": "db.r5.large",
            "StartTime": START,
            "Duration": YEAR,
            "DBInstanceCount": 2,
            "ProductDescription": one,
            "MultiAZ": one == "mysql",
            "OfferingType": "No Upfront",
        }
        for number, one in enumerate(words)
    ]
    aws.on("rds", "DescribeReservedDBInstances", rows, page=3)
    found = collect_fake(RDS_RESERVATIONS)
    assert [one.spec.platform for one in found] == list(words.values())
    assert [one.spec.multi_az for one in found] == [True, False, False, False]
    assert found[0].spec.end == datetime(2027, 1, 1, tzinfo=UTC)
    assert found[0].tags is None


def plan(kind, **fields):
    base = {
        "savingsPlanId": f"sp-{kind}",
        "savingsPlanArn": f"arn:aws:savingsplans::123456789012:savingsplan/sp-{kind}",
        "savingsPlanType": kind,
        "start": "2025-08-01T00:00:00.000Z",
        "end": "2028-08-01T00:00:00.000Z",
        "state": "active",
        "region": "us-east-1",
        "paymentOption": "No Upfront",
        "commitment": "0.30000000",
        "currency": "USD",
    }
    return {**base, **fields}


def test_savings_plans(aws, collect_fake):
    plans = [
        plan("Compute", tags={"team": "platform"}),
        plan("EC2Instance", region="eu-west-1", ec2InstanceFamily="m5"),
        plan("SageMaker", currency="CNY"),
        plan("Database"),
        {"savingsPlanType": "Compute", "savingsPlanId": "sp-unpaid", "state": "payment-failed"},
    ]
    aws.on("savingsplans", "DescribeSavingsPlans", plans, paging=SAVINGS_PAGES, page=2)
    found = {resource.id: resource for resource in collect_fake(SAVINGS_PLANS)}
    assert set(found) == {"sp-Compute", "sp-EC2Instance", "sp-SageMaker", "sp-Database"}
    compute, bound = found["sp-Compute"], found["sp-EC2Instance"].spec
    assert (compute.region, compute.tags) == ("global", {"team": "platform"})
    assert (compute.spec.commitment_kind, compute.spec.service) == (CommitmentKind.COMPUTE_SP, "any")
    assert (compute.spec.hourly_commitment, compute.spec.region) == (Decimal("0.30000000"), None)
    assert compute.spec.end == datetime(2028, 8, 1, tzinfo=UTC)
    assert (bound.service, bound.instance_family, bound.region) == ("ec2", "m5", "eu-west-1")
    assert found["sp-SageMaker"].spec.hourly_commitment is None


def test_savings_plans_under_a_wrong_key_are_a_gap_and_not_an_empty_account(recorded, collect_recorded):
    answer = recorded("test_savings_plans_query/savingsplans.DescribeSavingsPlans")
    with pytest.raises(IncompleteAnswer, match="savingsPlans") as error:
        collect_recorded(SAVINGS_PLANS, {"DescribeSavingsPlans": answer})
    assert classify(error.value).reason == "network"


def saving(amount, currency="USD"):
    return {"estimatedMonthlySavings": {"currency": currency, "value": amount}}


def optimizer(aws, **answers):
    keys = {
        "GetEC2InstanceRecommendations": "instanceRecommendations",
        "GetEBSVolumeRecommendations": "volumeRecommendations",
        "GetAutoScalingGroupRecommendations": "autoScalingGroupRecommendations",
        "GetLambdaFunctionRecommendations": "lambdaFunctionRecommendations",
        "GetRDSDatabaseRecommendations": "rdsDBRecommendations",
        "GetIdleRecommendations": "idleRecommendations",
    }
    aws.on("compute-optimizer", "GetEnrollmentStatus", {"status": "Active"})
    for operation, key in keys.items():
        paging = Paging("nextToken", "nextToken", key, "maxResults")
        aws.on("compute-optimizer", operation, answers.get(operation, []), paging=paging, page=2)


def test_compute_optimizer(aws, collect_fake):
    place = "eu-west-1:123456789012"
    instances = [
        {"instanceArn": f"arn:aws:ec2:{place}:instance/i-1", "finding": "Optimized"},
        {"instanceArn": f"arn:aws:ec2:{place}:instance/i-2", "finding": "Underprovisioned"},
        {
            "instanceArn": f"arn:aws:ec2:{place}:instance/i-3",
            "finding": "Overprovisioned",
            "recommendationOptions": [
                {"rank": 2, "instanceType": "t3.large"},
                {
                    "rank": 1,
                    "instanceType": "m6g.large",
                    "savingsOpportunity": saving(50.5),
                    "savingsOpportunityAfterDiscounts": saving(31.25),
                },
            ],
        },
    ]
    volume = {"volumeType": "gp3", "volumeSize": 100, "volumeBaselineIOPS": 3000}
    idle = {
        "resourceArn": f"arn:aws:ec2:{place}:volume/vol-2",
        "resourceType": "EBSVolume",
        "finding": "Unattached",
        "findingDescription": "The volume is not attached.",
        "savingsOpportunity": saving(8.0),
    }
    optimizer(
        aws,
        GetEC2InstanceRecommendations=instances,
        GetEBSVolumeRecommendations=[
            {
                "volumeArn": f"arn:aws:ec2:{place}:volume/vol-1",
                "finding": "NotOptimized",
                "volumeRecommendationOptions": [{"configuration": volume, "savingsOpportunity": saving(2, "CNY")}],
            }
        ],
        GetLambdaFunctionRecommendations=[
            {
                "functionArn": f"arn:aws:lambda:{place}:function:resize:$LATEST",
                "finding": "NotOptimized",
                "memorySizeRecommendationOptions": [{"memorySize": 256}],
            }
        ],
        GetIdleRecommendations=[idle],
    )
    found = {
        resource.id.removeprefix("compute-optimizer/"): resource.spec for resource in collect_fake(COMPUTE_OPTIMIZER)
    }
    assert {
        key: (one.resource_id, one.finding, one.recommended, one.monthly_saving_usd) for key, one in found.items()
    } == {
        "ec2/i-2": ("i-2", "Underprovisioned", None, None),
        "ec2/i-3": ("i-3", "Overprovisioned", "m6g.large", Decimal("31.25")),
        "ebs/vol-1": ("vol-1", "NotOptimized", "gp3 100 GiB 3000 IOPS", None),
        "lambda/resize": ("resize", "NotOptimized", "256 MiB", None),
        "idle/vol-2": ("vol-2", "Unattached", "The volume is not attached.", Decimal("8.0")),
    }
    assert aws.count("compute-optimizer", "GetEC2InstanceRecommendations") == 2


def test_recorded_recommendations_of_compute_optimizer(recorded, collect_recorded):
    name = "test_ec2_compute_optimizer_client_side/compute-optimizer.GetEC2InstanceRecommendations"
    answers = {
        "GetEnrollmentStatus": {"status": "Active"},
        "GetEC2InstanceRecommendations": recorded(name),
        "GetEBSVolumeRecommendations": {"volumeRecommendations": []},
        "GetAutoScalingGroupRecommendations": {"autoScalingGroupRecommendations": []},
        "GetLambdaFunctionRecommendations": {"lambdaFunctionRecommendations": []},
        "GetRDSDatabaseRecommendations": {"rdsDBRecommendations": []},
        "GetIdleRecommendations": {"idleRecommendations": []},
    }
    found = collect_recorded(COMPUTE_OPTIMIZER, answers)
    assert [(one.spec.resource_id, one.spec.finding) for one in found] == [("i-039b21b80b9602a24", "UNDER_PROVISIONED")]


@pytest.mark.parametrize("collector", [COMPUTE_OPTIMIZER, COST_OPTIMIZATION_HUB], ids=lambda one: one.id)
def test_an_adviser_that_nobody_switched_on_is_not_enabled(aws, collect_fake, collector):
    aws.on("compute-optimizer", "GetEnrollmentStatus", {"status": "Inactive"})
    aws.on("cost-optimization-hub", "ListEnrollmentStatuses", {"items": [{"status": "Inactive"}]})
    with pytest.raises(Exception, match="for this account") as error:
        collect_fake(collector, "us-east-1")
    assert classify(error.value).reason == "not enabled"
    assert collector.optional
    assert len(aws.requests) == 1


def test_an_adviser_that_says_opt_in_required_is_not_enabled(aws, collect_fake):
    aws.faults.append(Fault("compute-optimizer", code="OptInRequiredException", status=400))
    with pytest.raises(Exception, match="OptInRequired") as error:
        collect_fake(COMPUTE_OPTIMIZER)
    assert classify(error.value).reason == "not enabled"


def test_cost_optimization_hub(aws, collect_fake):
    rows = [
        {
            "recommendationId": "a",
            "region": "eu-west-1",
            "resourceId": "i-1",
            "resourceArn": "arn:aws:ec2:eu-west-1:123456789012:instance/i-1",
            "actionType": "Rightsize",
            "recommendedResourceSummary": "m6g.large",
            "estimatedMonthlySavings": 12.5,
            "currencyCode": "USD",
            "tags": [{"key": "team", "value": "shop"}],
        },
        {"recommendationId": "b", "actionType": "PurchaseSavingsPlans", "currencyCode": "CNY"},
        {"recommendationId": "c", "accountId": "210987654321", "actionType": "Stop"},
    ]
    aws.on("cost-optimization-hub", "ListEnrollmentStatuses", {"items": [{"status": "Active"}]})
    aws.on("cost-optimization-hub", "ListRecommendations", rows, page=1)
    first, second = collect_fake(COST_OPTIMIZATION_HUB, "us-east-1")
    assert (first.region, first.tags) == ("global", {"team": "shop"})
    spec = first.spec
    assert (spec.resource_id, spec.finding, spec.recommended) == ("i-1", "Rightsize", "m6g.large")
    assert spec.monthly_saving_usd == Decimal("12.5")
    assert (second.region, second.spec.resource_id, second.spec.monthly_saving_usd) == ("global", "b", None)


@pytest.mark.parametrize(
    ("resource", "resource_id"),
    [
        ("ec2:eu-west-1:1:instance/i-1", "i-1"),
        ("lambda:eu-west-1:1:function:resize:7", "resize"),
        ("autoscaling:eu-west-1:1:autoScalingGroup:uuid:autoScalingGroupName/web", "web"),
        ("rds:eu-west-1:1:db:shop", "shop"),
        ("ecs:eu-west-1:1:service/prod/web", "prod/web"),
        ("elasticache:eu-west-1:1:cluster:sessions", "sessions"),
    ],
)
def test_id_in_an_arn_is_the_one_of_the_service(resource, resource_id):
    assert id_in(f"arn:aws:{resource}") == resource_id
