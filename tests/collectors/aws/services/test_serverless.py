"""Lambda and ECS: life cycles on moto; environment variables stay out."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from costopt.collectors.aws.faults import classify
from costopt.collectors.aws.services.ecs import ECS_SERVICES, launch_type
from costopt.collectors.aws.services.lambda_functions import LAMBDA_FUNCTIONS
from costopt.collectors.faults import FailedResults
from tests.oracles.fakeaws import AwsError

CANARY = "hunter2-canary"
TAGS = [{"Key": "team", "Value": "shop"}]


def code():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        package.writestr("main.py", "def handler(event, context): return None")
    return {"ZipFile": archive.getvalue()}


def test_functions(moto, collect_moto):
    role = moto("iam").create_role(RoleName="run", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    functions = moto("lambda")
    base = {"Role": role, "Handler": "main.handler", "Code": code()}
    functions.create_function(
        FunctionName="resize",
        Runtime="python3.12",
        MemorySize=512,
        Architectures=["arm64"],
        Environment={"Variables": {"PASSWORD": CANARY}},
        Tags={"team": "shop"},
        **base,
    )
    functions.create_function(FunctionName="plain", Runtime="python3.12", **base)

    found = {resource.id: resource for resource in collect_moto(LAMBDA_FUNCTIONS)}

    resize = found["resize"]
    assert (resize.spec.memory_mib, resize.spec.architecture, resize.spec.runtime) == (512, "arm64", "python3.12")
    assert resize.spec.code_bytes > 0
    assert resize.spec.provisioned_concurrency == 0
    assert resize.tags == {"team": "shop"}
    assert resize.arn == "arn:aws:lambda:eu-west-1:123456789012:function:resize"
    assert (found["plain"].spec.architecture, found["plain"].tags) == ("x86_64", {})
    assert CANARY not in repr(found)


def version(name, number, modified, **params):
    return {"FunctionName": name, "Version": number, "LastModified": modified, "MemorySize": 256, **params}


def test_provisioned_concurrency_is_asked_of_published_functions_only(aws, collect_fake):
    items = [
        version("api", "$LATEST", "2026-05-01T10:00:00.000+0000", Environment={"Variables": {"KEY": CANARY}}),
        version("api", "7", "2025-03-04T09:30:00.000+0000"),
        version("draft", "$LATEST", "2026-06-01T10:00:00.000+0000"),
        version("gone", "$LATEST", "2026-06-01T10:00:00.000+0000"),
        version("gone", "1", "2026-06-01T10:00:00.000+0000"),
    ]
    provisioned = [{"RequestedProvisionedConcurrentExecutions": number} for number in (5, 2)]

    def concurrency(params, request):
        if params["FunctionName"] == "gone":
            raise AwsError("ResourceNotFoundException", "Function not found: gone", 404)
        return provisioned

    aws.on("lambda", "ListFunctions", items, page=2)
    aws.on("lambda", "ListProvisionedConcurrencyConfigs", concurrency, page=1)
    aws.on("resourcegroupstaggingapi", "GetResources", [])
    found = {resource.id: resource for resource in collect_fake(LAMBDA_FUNCTIONS)}
    assert set(found) == {"api", "draft"}
    assert found["api"].spec.provisioned_concurrency == 7
    assert found["api"].created_at == datetime(2025, 3, 4, 9, 30, tzinfo=UTC)
    assert found["draft"].spec.provisioned_concurrency == 0
    asked = [one.params["FunctionName"] for one in aws.requests if one.operation.startswith("ListProvisioned")]
    assert asked == ["api", "api", "gone"]
    assert CANARY not in repr(found)


def test_services_and_the_size_of_their_tasks(moto, collect_moto):
    ecs = moto("ecs")
    ecs.create_cluster(clusterName="prod")
    ecs.register_task_definition(
        family="web",
        cpu="512",
        memory="1024",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        runtimePlatform={"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        containerDefinitions=[{"name": "web", "image": "x", "environment": [{"name": "TOKEN", "value": CANARY}]}],
    )
    ec2 = moto("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    group = ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]
    network = {"awsvpcConfiguration": {"subnets": [subnet["SubnetId"]], "securityGroups": [group]}}
    for number in range(12):
        ecs.create_service(
            cluster="prod",
            serviceName=f"web-{number:02}",
            taskDefinition="web",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration=network,
            tags=[{"key": "team", "value": "shop"}],
        )
    ecs.create_service(
        cluster="prod",
        serviceName="batch",
        taskDefinition="web",
        desiredCount=0,
        launchType="EC2",
        networkConfiguration=network,
    )

    found = {resource.id: resource for resource in collect_moto(ECS_SERVICES)}

    assert len(found) == 13
    web, batch = found["prod/web-00"], found["prod/batch"]
    assert (web.spec.cluster, web.spec.launch_type, web.spec.desired) == ("prod", "FARGATE", 2)
    assert (web.spec.vcpu, web.spec.memory_gib, web.spec.architecture) == (0.5, 1.0, "arm64")
    assert (web.name, web.tags) == ("web-00", {"team": "shop"})
    assert (batch.spec.launch_type, batch.spec.vcpu, batch.tags) == ("EC2", None, {})
    assert CANARY not in repr(found)


def ecs_account(aws, failures):
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
    kept = {
        "clusterArn": cluster,
        "serviceName": "kept",
        "serviceArn": "s",
        "status": "ACTIVE",
        "launchType": "FARGATE",
    }
    ended = {**kept, "serviceName": "ended", "status": "INACTIVE"}
    aws.on("ecs", "ListClusters", [cluster])
    aws.on("ecs", "ListServices", ["s", "t", "u"])
    aws.on("ecs", "DescribeServices", {"services": [{**kept, "taskDefinition": "web:1"}, ended], "failures": failures})
    aws.on("ecs", "DescribeTaskDefinition", gone_definition)


def gone_definition(params, request):
    raise AwsError("ClientException", "Unable to describe task definition.")


def test_a_missing_service_is_left_out_and_a_missing_definition_has_no_size(aws, collect_fake):
    ecs_account(aws, [{"arn": "t", "reason": "MISSING"}])
    (kept,) = collect_fake(ECS_SERVICES)
    assert (kept.id, kept.spec.vcpu, kept.spec.memory_gib) == ("prod/kept", None, None)


def test_any_other_failure_of_a_service_is_a_gap(aws, collect_fake):
    ecs_account(aws, [{"arn": "t", "reason": "INTERNAL"}])
    with pytest.raises(FailedResults) as error:
        collect_fake(ECS_SERVICES)
    fault = classify(error.value)
    assert (fault.reason, fault.retryable, fault.detail) == ("server", True, "t: INTERNAL")


@pytest.mark.parametrize(
    ("strategy", "kind"),
    [
        ([("FARGATE", 1, 1), ("FARGATE_SPOT", 4, 0)], "FARGATE_SPOT"),
        ([("FARGATE", 1, 2), ("FARGATE_SPOT", 1, 0)], "FARGATE"),
        ([("my-machines", 1, 0)], "EC2"),
    ],
)
def test_launch_type_of_a_strategy(strategy, kind):
    items = [{"capacityProvider": name, "weight": weight, "base": base} for name, weight, base in strategy]
    assert launch_type({"capacityProviderStrategy": items}) == kind
