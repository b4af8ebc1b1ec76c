"""Lambda functions and ECS services."""

from collections.abc import Sequence

from costopt.collectors.made import metrics, people
from costopt.collectors.made.plan import DAY, Identity, Place, Plan
from costopt.model.specs.serverless import EcsService, LambdaFunction

_RUNTIMES = ("python3.12", "nodejs22.x", "java21")


def draw(plan: Plan) -> None:
    """Add functions and services."""
    _functions(plan)
    _services(plan)


def _functions(plan: Plan) -> None:
    for _ in range(plan.rng.randint(18, 24)):
        _function(plan, people.any_place(plan), "arm64", metrics.counts(plan, 50, 400_000))
    for _ in range(3):
        _function(plan, people.any_place(plan), "arm64", metrics.silent(plan, DAY), ("lambda_idle",))
    _function(plan, people.any_place(plan), "arm64", metrics.once(plan, plan.rng.randint(24, 29), 2.0))
    _function(plan, people.any_place(plan), "arm64", metrics.silent(plan, DAY), age_days=plan.between(8, 29))
    _on_intel(plan)
    place = Place(people.PROD, people.VIRGINIA)
    calls = metrics.counts(plan, 9_000, 90_000)
    _function(plan, place, "arm64", calls, provisioned=10, provisioned_calls=metrics.share(calls, 0.9))
    for _ in range(2):
        calls = metrics.counts(plan, 9_000, 90_000)
        _function(
            plan,
            place,
            "arm64",
            calls,
            ("lambda_provisioned_idle",),
            provisioned=plan.rng.randint(5, 20),
            provisioned_calls=metrics.silent(plan, DAY),
        )


def _on_intel(plan: Plan) -> None:
    """Called a little more, and a little less than a million times a month; and what cannot move."""
    for low, high in ((34_500, 42_000), (90_000, 900_000)):
        _function(plan, people.any_place(plan), "x86_64", metrics.counts(plan, low, high), ("lambda_arm64",))
    _function(plan, people.any_place(plan), "x86_64", metrics.counts(plan, 22_000, 32_500))
    for runtime in (None, "java8", "go1.x"):
        calls = metrics.counts(plan, 90_000, 900_000)
        _function(plan, people.any_place(plan), "x86_64", calls, runtime=runtime)


def _function(
    plan: Plan,
    place: Place,
    architecture: str,
    calls: Sequence[float | None],
    flags: Sequence[str] = (),
    *,
    provisioned: int = 0,
    provisioned_calls: Sequence[float | None] | None = None,
    runtime: str | None = "",
    age_days: float | None = None,
) -> None:
    who = people.own(plan, place, plan.rng.choice(("handler", "worker", "cron", "webhook")))
    name = f"{who.name}-{plan.hex_id('f', 5)[2:]}"
    spec = LambdaFunction(
        memory_mib=plan.rng.choice((256, 512, 1024, 2048)),
        architecture=architecture,
        runtime=plan.rng.choice(_RUNTIMES) if runtime == "" else runtime,
        code_bytes=plan.rng.randint(20_000, 40_000_000),
        provisioned_concurrency=provisioned,
    )
    arn = f"arn:aws:lambda:{place.region}:{place.account}:function:{name}"
    function = plan.add(
        place,
        name,
        spec,
        Identity(name=name, tags=who.tags),
        age_days=age_days or plan.between(60, 700),
        arn=arn,
        flags=flags,
    )
    plan.measure(function, "lambda_invocations", DAY, calls)
    errors = [None if value is None else float(int(value * 0.002)) for value in calls]
    plan.measure(function, "lambda_errors", DAY, errors)
    if provisioned_calls is not None:
        plan.measure(function, "lambda_provisioned_invocations", DAY, provisioned_calls)


def _services(plan: Plan) -> None:
    for _ in range(9):
        _service(plan, (30.0, 85.0), (40.0, 80.0))
    # Little work, but the memory is in use; and little memory, but some work.
    _service(plan, (0.1, 0.7), (20.0, 30.0))
    _service(plan, (plan.over(1.1), 2.0), (plan.over(1.1), 2.0))
    # On machines that are judged themselves.
    _service(plan, (0.05, 0.6), (0.1, 0.6), launch_type="EC2")
    for _ in range(2):
        _service(plan, (0.05, plan.under(0.9)), (0.1, plan.under(0.9)), ("ecs_idle",))


def _service(
    plan: Plan,
    cpu: tuple[float, float],
    memory: tuple[float, float],
    flags: Sequence[str] = (),
    *,
    launch_type: str = "FARGATE",
) -> None:
    place = people.any_place(plan)
    who = people.own(plan, place, "svc")
    name = f"{who.name}-{plan.hex_id('s', 5)[2:]}"
    tasks = plan.rng.randint(2, 6)
    spec = EcsService(
        cluster=f"{people.ACCOUNTS[place.account]}-main",
        launch_type=launch_type,
        desired=tasks,
        running=tasks,
        vcpu=1.0,
        memory_gib=2.0,
        architecture="arm64",
    )
    arn = f"arn:aws:ecs:{place.region}:{place.account}:service/{spec.cluster}/{name}"
    service = plan.add(
        place,
        f"{spec.cluster}/{name}",
        spec,
        Identity(name=name, tags=who.tags),
        age_days=plan.between(60, 700),
        arn=arn,
        flags=flags,
    )
    plan.measure(service, "ecs_cpu_max_percent", DAY, metrics.steady(plan, *cpu, DAY))
    plan.measure(service, "ecs_memory_max_percent", DAY, metrics.steady(plan, *memory, DAY))
