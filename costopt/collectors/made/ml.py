"""Machine learning: training on spot, serving on GPU, SageMaker endpoints and notebooks."""

from collections.abc import Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.machines import Load, Machine, Values, start
from costopt.collectors.made.plan import DAY, Place, Plan
from costopt.model.specs.ml import EndpointVariant, SagemakerEndpoint, SagemakerNotebook

_GIB = 1024**3
_LAB = Place(people.DATA, people.VIRGINIA)
_LAB_EU = Place(people.DATA, people.IRELAND)
_LIVE = Place(people.PROD, people.VIRGINIA)


def draw(plan: Plan) -> None:
    """Add the ML workloads."""
    _training(plan)
    _serving(plan)
    _idle_gpus(plan)
    _endpoints(plan)
    _notebooks(plan)


def _gpu_load(plan: Plan, gpu: Values | None, low: float, high: float) -> Load:
    return Load(
        cpu=metrics.steady(plan, low, high),
        network=metrics.steady(plan, 0.5 * _GIB, 4 * _GIB),
        memory=metrics.steady(plan, 66, 86),
        gpu=gpu,
    )


def _training(plan: Plan) -> None:
    for instance_type in ("g5.12xlarge", "g5.12xlarge", "p3.8xlarge", "g5.xlarge", "g5.xlarge", "g4dn.2xlarge"):
        place = plan.rng.choice((_LAB, _LAB_EU))
        machine = Machine(
            instance_type=instance_type, age_days=plan.between(15, 25), root_gib=200, fields={"lifecycle": "spot"}
        )
        gpu = metrics.training_runs(plan, 2.0, 82, 99)
        who = people.own(plan, place, "train", people.team("ml-research"))
        start(plan, place, who, machine, _gpu_load(plan, gpu, 78, 88))


def _serving(plan: Plan) -> None:
    for _ in range(4):
        machine = Machine(instance_type="g4dn.xlarge", age_days=plan.between(40, 200), root_gib=100)
        gpu = metrics.working_week(plan, 25, plan.between(70, 92))
        who = people.own(plan, _LIVE, "infer", people.team("ml-research"))
        start(plan, _LIVE, who, machine, _gpu_load(plan, gpu, 76, 88))
    _now_and_then(plan)


def _now_and_then(plan: Plan) -> None:
    """GPU used in 5 of 336 hours: a little more than an idle one."""
    gpu = metrics.steady(plan, 0, 3)
    for hour in plan.rng.sample(range(len(gpu)), 5):
        gpu[hour] = plan.between(40, 90)
    machine = Machine(instance_type="g4dn.xlarge", age_days=plan.between(40, 200), root_gib=100)
    who = people.own(plan, _LAB, "rerank", people.team("ml-research"))
    start(plan, _LAB, who, machine, _gpu_load(plan, gpu, 76, 86))


def _idle_gpus(plan: Plan) -> None:
    """A GPU that nobody uses although the machine works; and a machine without the agent that sleeps."""
    for instance_type in ("g5.xlarge", "g4dn.2xlarge"):
        place = plan.rng.choice((_LAB, _LAB_EU))
        machine = Machine(instance_type=instance_type, age_days=plan.between(30, 200), root_gib=100)
        who = people.own(plan, place, "gpu", people.team("ml-research"))
        gpu = metrics.steady(plan, 0, plan.under(5.0))
        for hour in plan.rng.sample(range(len(gpu)), 3):
            gpu[hour] = plan.between(20, 90)  # 3 of 336 hours are less than 1 %
        start(plan, place, who, machine, _gpu_load(plan, gpu, 74, 86), ("ec2_gpu_idle",))
    machine = Machine(instance_type="g4dn.xlarge", age_days=plan.between(60, 200), root_gib=100)
    load = Load(cpu=metrics.peaking(plan, 0.1, plan.under(5.0)), network=metrics.steady(plan, 20_000, 70_000))
    who = people.own(plan, _LAB, "gpu", people.team("ml-research"))
    start(plan, _LAB, who, machine, load, ("ec2_gpu_idle",))


def _endpoint(
    plan: Plan,
    place: Place,
    instance_type: str,
    age_days: float,
    invocations: Values,
    flags: Sequence[str] = (),
    *,
    gpu_peak: float = 80.0,
) -> None:
    who = people.own(plan, place, "endpoint", people.team("ml-research"))
    name = f"{who.name}-{plan.hex_id('e', 5)[2:]}"
    spec = SagemakerEndpoint(
        status="InService",
        variants=(
            EndpointVariant(name="AllTraffic", instance_type=instance_type, instance_count=plan.rng.randint(1, 2)),
        ),
        modified_at=plan.ago(age_days),
    )
    arn = f"arn:aws:sagemaker:{place.region}:{place.account}:endpoint/{name}"
    endpoint = plan.add(place, name, spec, who, age_days=age_days, arn=arn, flags=flags)
    plan.measure(endpoint, "sagemaker_invocations", DAY, invocations)
    if instance_type.startswith("ml.g"):
        plan.measure(endpoint, "sagemaker_gpu_percent", DAY, metrics.steady(plan, 0, gpu_peak, DAY))


def _endpoints(plan: Plan) -> None:
    for instance_type in ("ml.m5.xlarge", "ml.c5.xlarge", "ml.g4dn.xlarge", "ml.m5.large"):
        place = plan.rng.choice((_LIVE, _LAB_EU))
        _endpoint(plan, place, instance_type, plan.between(40, 300), metrics.counts(plan, 8_000, 90_000))
    silent, idle = metrics.silent(plan, DAY), ("sagemaker_endpoint_idle",)
    _endpoint(plan, _LAB, "ml.g4dn.xlarge", plan.between(60, 300), silent, idle, gpu_peak=plan.under(5.0))
    long_ago = metrics.once(plan, plan.rng.randint(15, 17), 12)
    _endpoint(plan, _LAB_EU, "ml.m5.xlarge", plan.between(60, 300), long_ago, idle)
    # Called a little later; too young to judge; and one that works through a queue, where no call is counted.
    lately = metrics.once(plan, plan.rng.randint(12, 14), 3)
    _endpoint(plan, _LAB, "ml.m5.large", plan.between(60, 300), lately)
    _endpoint(plan, _LAB, "ml.m5.large", plan.between(2, 13), silent)
    _endpoint(plan, _LAB, "ml.g4dn.xlarge", plan.between(60, 300), silent, gpu_peak=plan.between(40, 90))


def _notebook(
    plan: Plan, place: Place, status: str, changed_days: float, cpu: Values | None, flags: Sequence[str] = ()
) -> None:
    who = people.own(plan, place, "notebook", people.team("ml-research"))
    name = f"{who.name}-{plan.hex_id('n', 5)[2:]}"
    spec = SagemakerNotebook(
        status=status,
        instance_type=plan.rng.choice(("ml.t3.medium", "ml.m5.xlarge")),
        volume_gib=50,
        modified_at=plan.ago(changed_days),
    )
    arn = f"arn:aws:sagemaker:{place.region}:{place.account}:notebook-instance/{name}"
    notebook = plan.add(place, name, spec, who, age_days=changed_days + plan.between(20, 200), arn=arn, flags=flags)
    if cpu is not None:
        plan.measure(notebook, "sagemaker_cpu_percent", DAY, cpu)


def _notebooks(plan: Plan) -> None:
    for _ in range(3):
        place = plan.rng.choice((_LAB, _LAB_EU))
        _notebook(plan, place, "InService", plan.between(20, 60), metrics.steady(plan, 20, 95, DAY))
    idle = ("sagemaker_notebook_idle",)
    for _ in range(2):
        _notebook(plan, _LAB, "InService", plan.between(40, 200), metrics.steady(plan, 0.2, plan.under(5.0), DAY), idle)
    _notebook(plan, _LAB_EU, "InService", plan.between(14.5, 30), None, idle)
    _notebook(plan, _LAB, "InService", plan.between(20, 60), metrics.peaking(plan, 0.5, plan.over(5.0), DAY, 5))
    _notebook(plan, _LAB, "Stopped", plan.between(20, 200), None)
    _notebook(plan, _LAB_EU, "InService", plan.between(8, 13.5), None)
