"""SageMaker endpoints and notebooks: life cycles on moto, items that vanish."""

import pytest
from botocore.exceptions import ClientError

from costopt.collectors.aws.services.sagemaker import SAGEMAKER_ENDPOINTS, SAGEMAKER_NOTEBOOKS
from tests.oracles.fakeaws import AwsError

ROLE = "arn:aws:iam::123456789012:role/FakeRole"
CANARY = "hunter2-canary"
TAGS = [{"Key": "team", "Value": "ml"}]


def test_endpoints(moto, collect_moto):
    sagemaker = moto("sagemaker")
    container = {"Image": "x", "Environment": {"TOKEN": CANARY}}
    sagemaker.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {"VariantName": "blue", "ModelName": "m", "InstanceType": "ml.g4dn.xlarge", "InitialInstanceCount": 2}
    sagemaker.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[{**variant, "InitialVariantWeight": 1}]
    )
    sagemaker.create_endpoint(EndpointName="predict", EndpointConfigName="c", Tags=TAGS)

    (endpoint,) = collect_moto(SAGEMAKER_ENDPOINTS)

    assert (endpoint.id, endpoint.tags) == ("predict", {"team": "ml"})
    (found,) = endpoint.spec.variants
    assert (found.name, found.instance_type, found.instance_count) == ("blue", "ml.g4dn.xlarge", 2)
    assert endpoint.spec.status == "InService"
    assert endpoint.created_at is not None
    assert endpoint.spec.modified_at >= endpoint.created_at
    assert CANARY not in repr(endpoint)


def test_notebooks(moto, collect_moto):
    sagemaker = moto("sagemaker")
    for name in ("draft", "night"):
        sagemaker.create_notebook_instance(
            NotebookInstanceName=name, InstanceType="ml.t3.medium", RoleArn=ROLE, VolumeSizeInGB=50, Tags=TAGS
        )
    sagemaker.stop_notebook_instance(NotebookInstanceName="night")
    found = {resource.id: resource for resource in collect_moto(SAGEMAKER_NOTEBOOKS)}
    spec = found["draft"].spec
    assert (spec.status, spec.instance_type, spec.volume_gib) == ("InService", "ml.t3.medium", 50)
    assert found["night"].spec.status == "Stopped"
    assert found["draft"].tags == {"team": "ml"}
    assert found["draft"].created_at is not None


def endpoint_account(aws, message):
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/"

    def describe(params, request):
        name = params["EndpointName"]
        if name == "gone":
            raise AwsError("ValidationException", message)
        variants = [{"VariantName": "b"}, {"VariantName": "a", "CurrentInstanceCount": 3}]
        times = dict.fromkeys(("CreationTime", "LastModifiedTime"), 1_700_000_000)
        answer = {"EndpointName": name, "EndpointArn": arn + name, "EndpointStatus": "InService"}
        return {**answer, **times, "EndpointConfigName": "c", "ProductionVariants": variants}

    def config(params, request):
        raise AwsError("ValidationException", "Could not find endpoint configuration")

    row = {"EndpointArn": arn, "CreationTime": 1, "LastModifiedTime": 1, "EndpointStatus": "InService"}
    aws.on("sagemaker", "ListEndpoints", [{**row, "EndpointName": name} for name in ("gone", "kept")])
    aws.on("sagemaker", "DescribeEndpoint", describe)
    aws.on("sagemaker", "DescribeEndpointConfig", config)
    aws.on("resourcegroupstaggingapi", "GetResources", [{"ResourceARN": arn + "kept", "Tags": TAGS}])


def test_an_endpoint_deleted_while_reading_is_left_out_and_lost_types_are_unknown(aws, collect_fake):
    endpoint_account(aws, "Could not find endpoint gone")
    (kept,) = collect_fake(SAGEMAKER_ENDPOINTS)
    assert (kept.id, kept.tags) == ("kept", {"team": "ml"})
    assert [(one.name, one.instance_type, one.instance_count) for one in kept.spec.variants] == [
        ("a", None, 3),
        ("b", None, 0),
    ]


def test_another_invalid_request_is_not_taken_for_a_deleted_endpoint(aws, collect_fake):
    endpoint_account(aws, "1 validation error detected")
    with pytest.raises(ClientError, match="1 validation error"):
        collect_fake(SAGEMAKER_ENDPOINTS)


def test_a_notebook_deleted_while_reading_is_left_out(aws, collect_fake):
    def describe(params, request):
        raise AwsError("ValidationException", "RecordNotFound")

    row = {"NotebookInstanceName": "gone", "NotebookInstanceArn": "arn:aws:sagemaker:eu-west-1:123456789012:x/gone"}
    aws.on("sagemaker", "ListNotebookInstances", [row])
    aws.on("sagemaker", "DescribeNotebookInstance", describe)
    aws.on("resourcegroupstaggingapi", "GetResources", [])
    assert collect_fake(SAGEMAKER_NOTEBOOKS) == []
