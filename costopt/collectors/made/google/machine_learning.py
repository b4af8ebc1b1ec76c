"""Machine learning: training on spot, serving on GPUs, Vertex AI endpoints, Workbench notebooks, TPUs."""

from collections.abc import Sequence
from typing import Any

from costopt.collectors.made import metrics, people
from costopt.collectors.made.google.machines import Machine, start
from costopt.collectors.made.google.projects import IOWA, ML, NETHERLANDS, number, own
from costopt.collectors.made.machines import Load, Values, busy
from costopt.collectors.made.plan import DAY, HOUR, Identity, Place, Plan
from costopt.model.specs.gce import Accelerator
from costopt.model.specs.google_ml import DeployedModel, TpuNode, VertexEndpoint, WorkbenchInstance

_GIB = 1024**3
_LAB, _LAB_EU = Place(ML, IOWA), Place(ML, NETHERLANDS)
_T4, _V100 = "nvidia-tesla-t4", "nvidia-tesla-v100"


def draw(plan: Plan) -> None:
    """Add the ML workloads."""
    _training(plan)
    _serving(plan)
    _idle_gpus(plan)
    _endpoints(plan)
    _notebooks(plan)
    _tpus(plan)


def _gpus(kind: str, count: int = 1) -> dict[str, Any]:
    return {"accelerators": (Accelerator(accelerator_type=kind, count=count),)}


def _gpu_machine(
    plan: Plan, place: Place, role: str, machine_type: str, load: Load, flags: Sequence[str] = (), **fields: Any
) -> None:
    machine = Machine(
        machine_type=machine_type, age_days=plan.between(20, 200), fields=fields, boot_type="pd-balanced", boot_gib=100
    )
    start(plan, place, own(plan, ML, role, people.team("ml-research")), machine, load, flags)


def _load(plan: Plan, gpu: Values | None, low: float, high: float) -> Load:
    return Load(
        cpu=metrics.steady(plan, low, high),
        network=metrics.counts(plan, 0.5 * _GIB, 4 * _GIB, HOUR),
        memory=metrics.steady(plan, 66, 86),
        gpu=gpu,
    )


def _training(plan: Plan) -> None:
    for machine_type, gpus in (
        ("n1-standard-8", _gpus(_V100, 2)),
        ("n1-standard-8", _gpus(_T4)),
        ("g2-standard-8", {}),
    ):
        runs = metrics.training_runs(plan, 2.0, 82, 99)
        load = _load(plan, runs, 78, 88)
        _gpu_machine(plan, _LAB, "train", machine_type, load, provisioning_model="spot", **gpus)


def _serving(plan: Plan) -> None:
    for _ in range(2):
        load = _load(plan, metrics.working_week(plan, 25, plan.between(70, 92)), 76, 88)
        _gpu_machine(plan, _LAB_EU, "infer", "n1-standard-4", load, **_gpus(_T4))
    # GPU used in 5 of 336 hours: a little more than an idle one.
    gpu = metrics.steady(plan, 0, 3)
    for hour in plan.rng.sample(range(len(gpu)), 5):
        gpu[hour] = plan.between(40, 90)
    _gpu_machine(plan, _LAB_EU, "infer", "n1-standard-4", _load(plan, gpu, 10, 30), **_gpus(_T4))


def _idle_gpus(plan: Plan) -> None:
    """By the GPU's own metric, and without any agent by the machine round it; with half of the metric nobody knows."""
    flags = ("gce_gpu_idle",)
    asleep = metrics.peaking(plan, 0, 4.8)
    _gpu_machine(plan, _LAB, "notebook", "n1-standard-8", _load(plan, asleep, 5, 20), flags, **_gpus(_T4))
    silent = Load(cpu=metrics.steady(plan, 0.2, 3.9), network=metrics.counts(plan, 10_000, 90_000, HOUR))
    _gpu_machine(plan, _LAB, "demo", "g2-standard-4", silent, flags)
    half = plan.holes(metrics.steady(plan, 0, 3), 0.5)
    _gpu_machine(plan, _LAB_EU, "demo", "n1-standard-4", _load(plan, half, 5, 20), **_gpus(_T4))


def _endpoints(plan: Plan) -> None:
    nobody = metrics.silent(plan, DAY)
    asked = metrics.counts(plan, 400, 9_000)
    idle = ("vertex_endpoint_idle",)
    for place, deployed, predictions, age_days, flags in (
        (_LAB, (_deployed(plan, "n1-standard-4", 2),), asked, 200.0, ()),
        (_LAB_EU, (_deployed(plan, "n1-standard-4", 1),), asked, 90.0, ()),
        (_LAB, (_deployed(plan, "n1-standard-4", 1),), nobody, plan.between(60, 300), idle),
        (_LAB_EU, (_deployed(plan, "g2-standard-8", 1),), nobody, plan.between(15, 20), idle),
        (_LAB, (), nobody, 100.0, ()),
        (_LAB, (_deployed(plan, "n1-standard-4", 0),), nobody, 100.0, ()),
        (_LAB, (_deployed(plan, "n1-standard-2", 1),), nobody, plan.between(3, 13), ()),
        (_LAB, (_deployed(plan, "n1-standard-2", 1),), _once(plan), 200.0, ()),
    ):
        who = own(plan, ML, "endpoint", people.team("ml-research"))
        endpoint_id = f"locations/{place.region}/endpoints/{number(plan)}"
        spec = VertexEndpoint(deployed=deployed)
        endpoint = plan.add(place, endpoint_id, spec, who, age_days=age_days, flags=flags)
        plan.measure(endpoint, "vertex_predictions", DAY, predictions)


def _once(plan: Plan) -> list[float | None]:
    return metrics.once(plan, plan.rng.randint(2, 13), 3.0)


def _deployed(plan: Plan, machine_type: str, minimum: int) -> DeployedModel:
    l4 = (Accelerator(accelerator_type="nvidia-l4", count=1),) if machine_type.startswith("g2") else ()
    return DeployedModel(
        deployed_id=number(plan), machine_type=machine_type, minimum=minimum, maximum=minimum + 2, accelerators=l4
    )


def _notebooks(plan: Plan) -> None:
    """Left running, or with a shutdown of their own, or at work."""
    quiet = Load(cpu=metrics.steady(plan, 0.3, 3.2), network=metrics.counts(plan, 1e5, 9e5, HOUR))
    flags = ("workbench_idle",)
    _notebook(plan, "e2-standard-4", quiet, None, flags)
    _notebook(plan, "n1-standard-8", quiet, None, flags, **_gpus(_T4))
    _notebook(plan, "e2-standard-4", quiet, 180, ())
    _notebook(plan, "e2-standard-4", busy(plan, memory=False), None, ())


def _notebook(
    plan: Plan, machine_type: str, load: Load, shutdown: int | None, flags: Sequence[str], **fields: Any
) -> None:
    who = own(plan, ML, "workbench", people.team("ml-research"))
    tagged = Identity(name=who.name, tags={**(who.tags or {}), "goog-caip-notebook": ""})
    machine = Machine(
        machine_type=machine_type,
        age_days=plan.between(40, 300),
        fields={**fields, "managed_by": "workbench"},
        boot_gib=150,
        boot_image="projects/cloud-notebooks-managed/global/images/workbench-instances-v20260915",
    )
    instance = start(plan, _LAB, tagged, machine, load, flags)
    zone = instance.id.split("/")[1]
    spec = WorkbenchInstance(
        state="ACTIVE",
        zone=zone,
        machine_type=machine_type,
        instance_id=instance.id,
        accelerators=fields.get("accelerators", ()),
        idle_shutdown_minutes=shutdown,
    )
    plan.add(_LAB, f"locations/{zone}/instances/{who.name}", spec, who, age_days=machine.age_days)


def _tpus(plan: Plan) -> None:
    """Idle and at work, each alone in its zone; two in one zone, of which nobody knows which one works; one is off."""
    idle, work = metrics.steady(plan, 0, 1.8), metrics.training_runs(plan, 1.0, 55, 90)
    for place, letter, kind, duty, flags, state in (
        (_LAB, "b", "v2-8", idle, ("tpu_idle",), "READY"),
        (_LAB_EU, "a", "v5litepod-4", work, (), "READY"),
        (_LAB, "c", "v2-8", None, (), "READY"),
        (_LAB, "c", "v2-8", None, (), "READY"),
        (_LAB_EU, "b", "v5litepod-4", metrics.silent(plan), (), "STOPPED"),
    ):
        who = own(plan, ML, "tpu", people.team("ml-research"))
        zone = f"{place.region}-{letter}"
        spec = TpuNode(accelerator_type=kind, state=state, zone=zone)
        node = plan.add(
            place, f"locations/{zone}/nodes/{who.name}", spec, who, age_days=plan.between(20, 200), flags=flags
        )
        if duty is not None:
            plan.measure(node, "tpu_duty_max_percent", HOUR, duty)
