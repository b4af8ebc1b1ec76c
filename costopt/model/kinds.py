"""Every kind of resource by its stable name."""

from collections.abc import Mapping
from typing import Any

from costopt.model.specs.commitment import Commitment, ProviderAdvice
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsCluster, RdsInstance, RdsSnapshot
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ami, AutoScalingGroup, Ec2Instance, LaunchTemplate
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.network import ElasticIp, LoadBalancer, NatGateway
from costopt.model.specs.serverless import EcsService, LambdaFunction
from costopt.model.specs.storage import EfsFileSystem, LogGroup, S3Bucket

SPEC_TYPES: Mapping[str, type[Any]] = {
    spec.KIND: spec
    for spec in (
        Ami,
        AutoScalingGroup,
        Commitment,
        DynamoDbTable,
        EbsSnapshot,
        EbsVolume,
        Ec2Instance,
        EcsService,
        EfsFileSystem,
        ElasticIp,
        ElasticacheCluster,
        LambdaFunction,
        LaunchTemplate,
        LoadBalancer,
        LogGroup,
        NatGateway,
        ProviderAdvice,
        RdsCluster,
        RdsInstance,
        RdsSnapshot,
        S3Bucket,
        SagemakerEndpoint,
        SagemakerNotebook,
    )
}
