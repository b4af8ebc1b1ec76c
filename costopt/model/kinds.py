"""Every kind of resource by its stable name."""

from collections.abc import Mapping
from typing import Any

from costopt.model.specs.cloud_sql import CloudSqlInstance
from costopt.model.specs.commitment import Commitment, ProviderAdvice
from costopt.model.specs.committed_use import CommittedUse
from costopt.model.specs.databases import DynamoDbTable, ElasticacheCluster, RdsCluster, RdsInstance, RdsSnapshot
from costopt.model.specs.ebs import EbsSnapshot, EbsVolume
from costopt.model.specs.ec2 import Ami, AutoScalingGroup, Ec2Instance, LaunchTemplate
from costopt.model.specs.gce import GceInstance, GceReservation, InstanceTemplate, ManagedInstanceGroup
from costopt.model.specs.gcp_project import GcpProject
from costopt.model.specs.gke import GkeCluster, GkeNodePool
from costopt.model.specs.google_ml import TpuNode, VertexEndpoint, WorkbenchInstance
from costopt.model.specs.google_network import CloudNat, ForwardingRule, GceAddress
from costopt.model.specs.google_serverless import CloudRunService
from costopt.model.specs.google_storage import (
    BigQueryDataset,
    BigQueryReservation,
    BigQueryTable,
    CapacityCommitment,
    GcsBucket,
)
from costopt.model.specs.ml import SagemakerEndpoint, SagemakerNotebook
from costopt.model.specs.network import ElasticIp, LoadBalancer, NatGateway
from costopt.model.specs.persistent_disks import DiskSnapshot, GceImage, PersistentDisk
from costopt.model.specs.serverless import EcsService, LambdaFunction
from costopt.model.specs.storage import EfsFileSystem, LogGroup, S3Bucket

SPEC_TYPES: Mapping[str, type[Any]] = {
    spec.KIND: spec
    for spec in (
        Ami,
        AutoScalingGroup,
        BigQueryDataset,
        BigQueryReservation,
        BigQueryTable,
        CapacityCommitment,
        CloudNat,
        CloudRunService,
        CloudSqlInstance,
        Commitment,
        CommittedUse,
        DiskSnapshot,
        DynamoDbTable,
        EbsSnapshot,
        EbsVolume,
        Ec2Instance,
        EcsService,
        EfsFileSystem,
        ElasticIp,
        ElasticacheCluster,
        ForwardingRule,
        GceAddress,
        GceImage,
        GceInstance,
        GceReservation,
        GcpProject,
        GcsBucket,
        GkeCluster,
        GkeNodePool,
        InstanceTemplate,
        LambdaFunction,
        LaunchTemplate,
        LoadBalancer,
        LogGroup,
        ManagedInstanceGroup,
        NatGateway,
        PersistentDisk,
        ProviderAdvice,
        RdsCluster,
        RdsInstance,
        RdsSnapshot,
        S3Bucket,
        SagemakerEndpoint,
        SagemakerNotebook,
        TpuNode,
        VertexEndpoint,
        WorkbenchInstance,
    )
}
