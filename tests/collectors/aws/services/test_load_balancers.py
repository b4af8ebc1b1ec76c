"""Load balancers of both generations: targets, health, redirects, items that vanish."""

import pytest

from costopt.collectors.aws.services.classic_load_balancers import CLASSIC_LOAD_BALANCERS
from costopt.collectors.aws.services.load_balancers import LOAD_BALANCERS, is_healthy, only_redirects
from tests.oracles.fakeaws import AwsError

ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer"
TAGS = [{"Key": "team", "Value": "shop"}]


@pytest.fixture
def network(moto):
    ec2 = moto("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=f"eu-west-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for n, zone in enumerate("ab")
    ]
    return vpc, subnets


def make_balancer(elbv2, subnets, name, **params):
    answer = elbv2.create_load_balancer(Name=name, Subnets=subnets, **params)
    return answer["LoadBalancers"][0]["LoadBalancerArn"]


def listen(elbv2, balancer, **action):
    elbv2.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[action])


def test_application_and_network_balancers(moto, collect_moto, network):
    vpc, subnets = network
    elbv2 = moto("elbv2")
    used = make_balancer(elbv2, subnets, "web", Tags=TAGS, Scheme="internet-facing")
    redirecting = make_balancer(elbv2, subnets, "moved")
    bare = make_balancer(elbv2, subnets, "left", Type="network", Scheme="internal")
    group = elbv2.create_target_group(Name="ips", Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")
    group = group["TargetGroups"][0]["TargetGroupArn"]
    elbv2.register_targets(TargetGroupArn=group, Targets=[{"Id": "10.0.0.9"}, {"Id": "10.0.0.8"}])
    elbv2.create_target_group(Name="unused", Protocol="HTTP", Port=80, VpcId=vpc)
    listen(elbv2, used, Type="forward", TargetGroupArn=group)
    redirect = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    listen(elbv2, redirecting, Type="redirect", RedirectConfig=redirect)

    found = {resource.name: resource for resource in collect_moto(LOAD_BALANCERS)}

    web = found["web"]
    assert web.arn == used
    assert used.endswith(f":loadbalancer/{web.id}")
    assert web.id.startswith("app/web/")
    assert web.tags == {"team": "shop"}
    assert (web.spec.lb_type, web.spec.scheme, web.spec.target_groups) == ("application", "internet-facing", 1)
    assert web.spec.target_ids == ("10.0.0.8", "10.0.0.9")
    assert (web.spec.registered_targets, web.spec.healthy_targets) == (2, 2)
    assert web.spec.redirect_only is False
    assert found["moved"].spec.redirect_only is True
    left = found["left"].spec
    assert found["left"].arn == bare
    assert (left.lb_type, left.scheme) == ("network", "internal")
    assert (left.target_groups, left.registered_targets, left.healthy_targets) == (0, 0, 0)
    assert left.redirect_only is False


def test_classic_balancers(moto, collect_moto, image):
    elb, ec2 = moto("elb"), moto("ec2")
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1)["Instances"][0]["InstanceId"]
    listeners = [{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}]
    for name in ("empty", "used"):
        elb.create_load_balancer(
            LoadBalancerName=name, Listeners=listeners, AvailabilityZones=["eu-west-1a"], Tags=TAGS
        )
    elb.register_instances_with_load_balancer(LoadBalancerName="used", Instances=[{"InstanceId": instance}])

    found = {resource.id: resource for resource in collect_moto(CLASSIC_LOAD_BALANCERS)}

    assert found["used"].spec.lb_type == "classic"
    assert found["used"].spec.target_ids == (instance,)
    assert (found["used"].spec.registered_targets, found["used"].spec.healthy_targets) == (1, 1)
    assert (found["empty"].spec.registered_targets, found["empty"].spec.healthy_targets) == (0, 0)
    assert found["used"].arn == f"{ARN}/used"
    assert found["used"].tags == {"team": "shop"}


def test_tags_are_asked_for_twenty_at_a_time(aws, collect_fake):
    names = [f"lb{n:02}" for n in range(45)]
    aws.on("elb", "DescribeLoadBalancers", [{"LoadBalancerName": name} for name in names], page=10)

    def describe_tags(params, request):
        return {"TagDescriptions": [{"LoadBalancerName": n, "Tags": TAGS} for n in params["LoadBalancerNames"]]}

    aws.on("elb", "DescribeTags", describe_tags)
    found = collect_fake(CLASSIC_LOAD_BALANCERS)
    assert [resource.id for resource in found] == names
    assert {tuple(resource.tags.items()) for resource in found} == {(("team", "shop"),)}
    assert aws.count("elb", "DescribeTags") == 3
    assert aws.count("elb", "DescribeInstanceHealth") == 0


def test_a_classic_balancer_deleted_while_reading_is_left_out(aws, collect_fake):
    def item(name):
        return {"LoadBalancerName": name, "Instances": [{"InstanceId": f"i-{name}"}]}

    def describe_tags(params, request):
        if "gone" in params["LoadBalancerNames"]:
            raise AwsError("LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'gone'")
        return {"TagDescriptions": [{"LoadBalancerName": n, "Tags": TAGS} for n in params["LoadBalancerNames"]]}

    def health(params, request):
        if params["LoadBalancerName"] == "gone":
            raise AwsError("LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'gone'")
        return {"InstanceStates": [{"InstanceId": "i-kept", "State": "OutOfService"}]}

    aws.on("elb", "DescribeLoadBalancers", [item("gone"), item("kept")])
    aws.on("elb", "DescribeTags", describe_tags)
    aws.on("elb", "DescribeInstanceHealth", health)
    (kept,) = collect_fake(CLASSIC_LOAD_BALANCERS)
    assert (kept.id, kept.tags) == ("kept", {"team": "shop"})
    assert (kept.spec.registered_targets, kept.spec.healthy_targets) == (1, 0)


def test_a_target_group_deleted_while_reading_counts_for_nothing(aws, collect_fake):
    arn = f"{ARN}/app/web/1"

    def health(params, request):
        if params["TargetGroupArn"] == "gone":
            raise AwsError("TargetGroupNotFound", "One or more target groups not found")
        target = {"Target": {"Id": "i-1"}, "TargetHealth": {"State": "unhealthy"}}
        return {"TargetHealthDescriptions": [target]}

    groups = [{"TargetGroupArn": name, "LoadBalancerArns": [arn]} for name in ("gone", "kept")]
    aws.on("elbv2", "DescribeLoadBalancers", [{"LoadBalancerArn": arn, "LoadBalancerName": "web"}])
    aws.on("elbv2", "DescribeTargetGroups", [*groups, {"TargetGroupArn": "unused"}], page=1)
    aws.on("elbv2", "DescribeTargetHealth", health)
    aws.on("elbv2", "DescribeTags", {"TagDescriptions": [{"ResourceArn": arn}]})
    (web,) = collect_fake(LOAD_BALANCERS)
    assert (web.spec.target_groups, web.spec.registered_targets, web.spec.healthy_targets) == (1, 1, 0)
    asked = [one.params["TargetGroupArn"] for one in aws.requests if one.operation == "DescribeTargetHealth"]
    assert asked == ["gone", "kept"], "a group that no balancer uses costs no call"


def test_a_target_without_health_check_counts_as_healthy():
    assert is_healthy({"TargetHealth": {"State": "healthy"}})
    assert is_healthy({"TargetHealth": {"State": "unavailable", "Reason": "Target.HealthCheckDisabled"}})
    assert not is_healthy({"TargetHealth": {"State": "unavailable", "Reason": "Elb.InternalError"}})
    assert not is_healthy({"TargetHealth": {"State": "draining"}})


@pytest.mark.parametrize(
    ("listeners", "redirects"),
    [
        ([], False),
        ([["redirect"]], True),
        ([["fixed-response"], ["redirect"]], True),
        ([["redirect"], ["forward"]], False),
        ([["authenticate-oidc", "redirect"]], False),
        ([[]], False),
    ],
)
def test_balancers_that_need_no_target(listeners, redirects):
    items = [{"DefaultActions": [{"Type": kind} for kind in kinds]} for kinds in listeners]
    assert only_redirects(items) is redirects


def test_recorded_balancers_parse(recorded, collect_recorded):
    folder = "test_appelb_instance_count_zero/elasticloadbalancing."
    operations = ("DescribeLoadBalancers", "DescribeTargetGroups", "DescribeTargetHealth", "DescribeTags")
    answers = {operation: recorded(folder + operation) for operation in operations}
    found = {resource.name: resource for resource in collect_recorded(LOAD_BALANCERS, answers)}
    assert set(found) == {"alb-1", "alb-2"}
    assert found["alb-1"].id == "app/alb-1/1e0ac88a139a5177"
    assert found["alb-1"].tags == {"KEY1": "VALUE1", "KEY2": "VALUE2"}
    assert found["alb-2"].tags == {}
    assert found["alb-1"].spec.registered_targets == 0
    assert found["alb-1"].spec.target_groups >= 1


def test_recorded_classic_balancer_parses(recorded, collect_recorded):
    answer = recorded("test_missing_metrics/elasticloadbalancing.DescribeLoadBalancers")
    answers = {
        "DescribeLoadBalancers": answer,
        "DescribeTags": {"TagDescriptions": []},
        "DescribeInstanceHealth": {"InstanceStates": []},
        "DescribeTargetGroups": {"TargetGroups": []},
        "DescribeListeners": {"Listeners": []},
    }
    classic = "LoadBalancerDescriptions" in answer
    found = collect_recorded(CLASSIC_LOAD_BALANCERS if classic else LOAD_BALANCERS, answers)
    assert len(found) == len(answer["LoadBalancerDescriptions" if classic else "LoadBalancers"]) > 0
