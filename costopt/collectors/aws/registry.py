"""Every collector of AWS. A new one is a file in `services` and a line here."""

from costopt.collectors.aws.interface import AwsCollector
from costopt.collectors.aws.services.auto_scaling import AUTO_SCALING_GROUPS
from costopt.collectors.aws.services.classic_load_balancers import CLASSIC_LOAD_BALANCERS
from costopt.collectors.aws.services.compute_optimizer import COMPUTE_OPTIMIZER
from costopt.collectors.aws.services.cost_optimization_hub import COST_OPTIMIZATION_HUB
from costopt.collectors.aws.services.dynamodb import DYNAMODB_TABLES
from costopt.collectors.aws.services.ebs import EBS_SNAPSHOTS, EBS_VOLUMES
from costopt.collectors.aws.services.ec2_images import AMIS
from costopt.collectors.aws.services.ec2_instances import EC2_INSTANCES
from costopt.collectors.aws.services.ec2_network import ELASTIC_IPS, NAT_GATEWAYS
from costopt.collectors.aws.services.ecs import ECS_SERVICES
from costopt.collectors.aws.services.efs import EFS_FILE_SYSTEMS
from costopt.collectors.aws.services.elasticache import ELASTICACHE_CLUSTERS
from costopt.collectors.aws.services.lambda_functions import LAMBDA_FUNCTIONS
from costopt.collectors.aws.services.launch_templates import LAUNCH_TEMPLATES
from costopt.collectors.aws.services.load_balancers import LOAD_BALANCERS
from costopt.collectors.aws.services.logs import LOG_GROUPS
from costopt.collectors.aws.services.rds import RDS_CLUSTERS, RDS_INSTANCES
from costopt.collectors.aws.services.rds_snapshots import RDS_SNAPSHOTS
from costopt.collectors.aws.services.reservations import (
    EC2_RESERVATIONS,
    ELASTICACHE_RESERVATIONS,
    OPENSEARCH_RESERVATIONS,
    RDS_RESERVATIONS,
    REDSHIFT_RESERVATIONS,
)
from costopt.collectors.aws.services.s3 import S3_BUCKETS
from costopt.collectors.aws.services.sagemaker import SAGEMAKER_ENDPOINTS, SAGEMAKER_NOTEBOOKS
from costopt.collectors.aws.services.savings_plans import SAVINGS_PLANS

COLLECTORS: tuple[AwsCollector, ...] = (
    AMIS,
    AUTO_SCALING_GROUPS,
    CLASSIC_LOAD_BALANCERS,
    COMPUTE_OPTIMIZER,
    COST_OPTIMIZATION_HUB,
    DYNAMODB_TABLES,
    EBS_SNAPSHOTS,
    EBS_VOLUMES,
    EC2_INSTANCES,
    EC2_RESERVATIONS,
    ECS_SERVICES,
    EFS_FILE_SYSTEMS,
    ELASTIC_IPS,
    ELASTICACHE_CLUSTERS,
    ELASTICACHE_RESERVATIONS,
    LAMBDA_FUNCTIONS,
    LAUNCH_TEMPLATES,
    LOAD_BALANCERS,
    LOG_GROUPS,
    NAT_GATEWAYS,
    OPENSEARCH_RESERVATIONS,
    RDS_CLUSTERS,
    RDS_INSTANCES,
    RDS_RESERVATIONS,
    RDS_SNAPSHOTS,
    REDSHIFT_RESERVATIONS,
    S3_BUCKETS,
    SAGEMAKER_ENDPOINTS,
    SAGEMAKER_NOTEBOOKS,
    SAVINGS_PLANS,
)
"""Sorted by id."""
