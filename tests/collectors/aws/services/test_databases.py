"""RDS, ElastiCache, DynamoDB: life cycles on moto, what else the APIs list, tables that vanish."""

from datetime import UTC, datetime

from costopt.collectors.aws.services.dynamodb import DYNAMODB_TABLES
from costopt.collectors.aws.services.elasticache import ELASTICACHE_CLUSTERS
from costopt.collectors.aws.services.rds import RDS_CLUSTERS, RDS_INSTANCES
from costopt.collectors.aws.services.rds_snapshots import RDS_SNAPSHOTS
from tests.oracles.fakeaws import AwsError, Fault

PASSWORD = "hunter2-canary"  # the tests look for it in what is kept
TAGS = [{"Key": "team", "Value": "shop"}]


def make_database(rds, name, **params):
    base = {"DBInstanceClass": "db.m5.large", "Engine": "mysql", "AllocatedStorage": 100}
    rds.create_db_instance(
        DBInstanceIdentifier=name, MasterUsername="admin", MasterUserPassword=PASSWORD, **{**base, **params}
    )


def test_rds_instances(moto, collect_moto):
    rds = moto("rds")
    make_database(rds, "shop", MultiAZ=True, StorageType="io1", Iops=3000, EngineVersion="8.0.35", Tags=TAGS)
    rds.create_db_instance_read_replica(DBInstanceIdentifier="shop-copy", SourceDBInstanceIdentifier="shop")
    make_database(rds, "night")
    rds.stop_db_instance(DBInstanceIdentifier="night")

    found = {resource.id: resource for resource in collect_moto(RDS_INSTANCES)}

    shop = found["shop"]
    assert shop.tags == {"team": "shop"}
    assert shop.arn == "arn:aws:rds:eu-west-1:123456789012:db:shop"
    assert shop.created_at is not None
    spec = shop.spec
    assert (spec.instance_class, spec.engine, spec.engine_version) == ("db.m5.large", "mysql", "8.0.35")
    assert (spec.multi_az, spec.storage_type, spec.storage_gib, spec.iops) == (True, "io1", 100, 3000)
    assert spec.status == "available"
    assert found["shop-copy"].spec.replica_of == "shop"
    assert found["night"].spec.status == "stopped"
    assert PASSWORD not in repr(found)


def test_rds_leaves_documentdb_and_neptune_out(aws, collect_fake):
    engines = ["docdb", "neptune", "postgres", "aurora-mysql", "oracle-se2", "sqlserver-ex", "custom-oracle-ee"]
    items = [{"DBInstanceIdentifier": one, "DBInstanceClass": "db.r5.large", "Engine": one} for one in engines]
    aws.on("rds", "DescribeDBInstances", items, page=3)
    clusters = [{"DBClusterIdentifier": one, "Engine": one} for one in ("docdb", "aurora-postgresql", "neptune")]
    aws.on("rds", "DescribeDBClusters", clusters)
    assert [resource.id for resource in collect_fake(RDS_INSTANCES)] == engines[2:]
    assert [resource.id for resource in collect_fake(RDS_CLUSTERS)] == ["aurora-postgresql"]


def test_rds_clusters(moto, collect_moto):
    rds = moto("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="books",
        Engine="aurora-postgresql",
        MasterUsername="admin",
        MasterUserPassword=PASSWORD,
        StorageType="gp2",
        ServerlessV2ScalingConfiguration={"MinCapacity": 0.5, "MaxCapacity": 4},
        Tags=TAGS,
    )
    make_database(rds, "books-1", DBClusterIdentifier="books", Engine="aurora-postgresql")
    (cluster,) = collect_moto(RDS_CLUSTERS)
    assert (cluster.id, cluster.tags) == ("books", {"team": "shop"})
    assert cluster.spec.member_ids == ("books-1",)
    assert (cluster.spec.engine, cluster.spec.storage_type) == ("aurora-postgresql", "gp2")
    assert cluster.spec.serverless is True
    (member,) = collect_moto(RDS_INSTANCES)
    assert member.spec.cluster_id == "books"


def test_manual_snapshots_of_instances_and_clusters(moto, collect_moto):
    rds = moto("rds")
    make_database(rds, "shop")
    rds.create_db_snapshot(DBInstanceIdentifier="shop", DBSnapshotIdentifier="before", Tags=TAGS)
    rds.create_db_cluster(
        DBClusterIdentifier="books", Engine="aurora-mysql", MasterUsername="admin", MasterUserPassword=PASSWORD
    )
    rds.create_db_cluster_snapshot(DBClusterIdentifier="books", DBClusterSnapshotIdentifier="before")

    found = {resource.id: resource for resource in collect_moto(RDS_SNAPSHOTS)}

    assert set(found) == {"before", "cluster-snapshot:before"}
    one, other = found["before"], found["cluster-snapshot:before"]
    assert (one.spec.source_id, one.spec.source_kind, one.spec.storage_gib) == ("shop", "rds_instance", 100)
    assert (one.spec.engine, one.tags, one.name) == ("mysql", {"team": "shop"}, "before")
    assert (other.spec.source_id, other.spec.source_kind) == ("books", "rds_cluster")
    assert one.created_at is not None


def test_recorded_rds_answers_parse(recorded, collect_recorded):
    answers = {
        "DescribeDBSnapshots": recorded("test_rds_snapshot/rds.DescribeDBSnapshots"),
        "DescribeDBInstances": recorded("test_rds_snapshot/rds.DescribeDBInstances"),
        "DescribeDBClusterSnapshots": {"DBClusterSnapshots": []},
    }
    manual = [one for one in answers["DescribeDBSnapshots"]["DBSnapshots"] if one["SnapshotType"] == "manual"]
    found = collect_recorded(RDS_SNAPSHOTS, answers)
    assert {resource.id for resource in found} == {one["DBSnapshotIdentifier"] for one in manual}
    first = next(one for one in found if one.id == "backup-c7n-snapshot-test-2017-12-11-14-09")
    assert first.created_at == datetime(2017, 12, 11, 19, 10, 27, 365000, tzinfo=UTC)
    assert (first.spec.storage_gib, first.spec.source_id) == (20, "c7n-snapshot-test")
    instances = collect_recorded(RDS_INSTANCES, answers)
    assert len(instances) == len(answers["DescribeDBInstances"]["DBInstances"])


def test_cache_clusters(moto, collect_moto):
    cache = moto("elasticache")
    cache.create_cache_cluster(
        CacheClusterId="sessions", CacheNodeType="cache.m6g.large", Engine="redis", NumCacheNodes=1, Tags=TAGS
    )
    cache.create_cache_cluster(
        CacheClusterId="pages", CacheNodeType="cache.t3.micro", Engine="memcached", NumCacheNodes=3
    )
    found = {resource.id: resource for resource in collect_moto(ELASTICACHE_CLUSTERS)}
    spec = found["sessions"].spec
    assert (spec.node_type, spec.nodes, spec.engine, spec.status) == ("cache.m6g.large", 1, "redis", "available")
    assert found["sessions"].tags == {"team": "shop"}
    assert (found["pages"].spec.nodes, found["pages"].tags) == (3, {})
    assert found["pages"].created_at is not None


def make_table(dynamodb, name, **params):
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        **params,
    )


def test_tables(moto, collect_moto):
    dynamodb = moto("dynamodb")
    index = {
        "IndexName": "by-id",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2},
    }
    make_table(
        dynamodb,
        "orders",
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 5},
        GlobalSecondaryIndexes=[index],
        Tags=TAGS,
    )
    make_table(dynamodb, "events", BillingMode="PAY_PER_REQUEST")
    dynamodb.put_item(TableName="events", Item={"id": {"S": PASSWORD}})

    found = {resource.id: resource for resource in collect_moto(DYNAMODB_TABLES)}

    orders, events = found["orders"], found["events"]
    assert orders.spec.billing_mode == "provisioned"
    assert (orders.spec.read_capacity_units, orders.spec.write_capacity_units) == (13, 7)
    assert (orders.tags, events.tags) == ({"team": "shop"}, {})
    assert (events.spec.billing_mode, events.spec.items) == ("on_demand", 1)
    assert events.spec.table_class == "STANDARD"
    assert events.created_at is not None
    assert PASSWORD not in repr(found)


def test_a_table_deleted_while_reading_is_left_out(aws, collect_fake):
    def describe(params, request):
        if params["TableName"] == "gone":
            raise AwsError("ResourceNotFoundException", "Requested resource not found: Table: gone not found")
        arn = f"arn:aws:dynamodb:eu-west-1:123456789012:table/{params['TableName']}"
        replicas = [{"RegionName": "us-east-1"}, {"RegionName": "eu-west-1"}]
        return {"Table": {"TableName": params["TableName"], "TableArn": arn, "Replicas": replicas}}

    aws.on("dynamodb", "ListTables", ["gone", "kept"], page=1)
    aws.on("dynamodb", "DescribeTable", describe)
    aws.on("resourcegroupstaggingapi", "GetResources", [])
    (kept,) = collect_fake(DYNAMODB_TABLES)
    assert (kept.id, kept.tags, kept.spec.replica_regions) == ("kept", {}, ("us-east-1",))


def test_tags_that_may_not_be_read_are_unknown_and_not_none(aws, collect_fake):
    item = {"CacheClusterId": "sessions", "CacheNodeType": "cache.t3.micro"}
    aws.on("elasticache", "DescribeCacheClusters", [item])
    aws.faults.append(Fault("resourcegroupstaggingapi", code="AccessDeniedException", status=400))
    (cluster,) = collect_fake(ELASTICACHE_CLUSTERS)
    assert cluster.tags is None
    assert cluster.arn == "arn:aws:elasticache:eu-west-1:123456789012:cluster:sessions"
