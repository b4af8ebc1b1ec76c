"""Why nothing will do for a workload, in the words of its own requirements."""

from collections import Counter
from collections.abc import Callable

import numpy as np

from costopt.optimizer.sizing.judgement import LIMITS, Judge, needs_of
from costopt.optimizer.sizing.machines import CAPACITIES, Catalog
from costopt.optimizer.sizing.workload import Limit, Workload

_UNITS = {
    Limit.CPU: "vCPUs at the peak",
    Limit.SUSTAINED_CPU: "vCPUs sustained",
    Limit.MEMORY: "GiB of memory",
    Limit.NETWORK: "Gbit/s of sustained network bandwidth",
    Limit.EBS_THROUGHPUT: "MiB/s to EBS",
    Limit.EBS_OPERATIONS: "operations a second to EBS",
    Limit.GPU: "accelerators",
    Limit.GPU_MEMORY: "GiB of accelerator memory",
    Limit.LOCAL_DISK: "GiB of local disk",
    Limit.LEAST_CPU: "vCPUs on each machine",
    Limit.LEAST_MEMORY: "GiB of memory on each machine",
}


def describe_infeasible(judge: Judge, workload: Workload, catalog: Catalog) -> tuple[str, str]:
    """Message and hint for a workload that no machine will do for.

    Requirements are dropped one at a time: those without which something would do are the ones to name. Where no
    single one is enough, the requirements on which most types fail first are named.
    """
    culprits = [limit for limit in LIMITS if len(judge.options(workload, ignoring=frozenset({limit})).machine)]
    if culprits:
        asked = " or ".join(describe_limit(limit, workload, catalog) for limit in culprits)
        within = f" on at most {workload.max_replicas} machines" if workload.max_replicas > 1 else ""
        return (
            f"nothing on offer will do for workload {workload.name!r}{within}: {asked} cannot be met with the rest",
            f"Relax {' or '.join(culprits)} of {workload.name}, or widen what is on offer.",
        )
    failed = judge.judge(workload).failed
    counts = Counter(LIMITS[code] for code in failed.tolist())
    most = ", ".join(f"{describe_limit(limit, workload, catalog)} ({n} types)" for limit, n in counts.most_common(3))
    return (
        f"nothing on offer will do for workload {workload.name!r}; no single requirement is to blame, types fail on"
        f" {most}",
        f"Relax several requirements of {workload.name}, or widen what is on offer.",
    )


def describe_limit(limit: Limit, workload: Workload, catalog: Catalog) -> str:
    """A requirement in words: what is asked, and for capacities what the largest machine offers."""
    if limit in _UNITS:
        need, largest = _figure(limit, workload), _largest(limit, catalog)
        beside = "stated for no type" if largest is None else f"the largest type offers {largest:g}"
        if limit is Limit.GPU and workload.gpu_names is not None:
            return f"{need:g} {_UNITS[limit]} ({_listed(workload.gpu_names)})"
        return f"{need:g} {_UNITS[limit]} ({beside})"
    return _WORDS[limit](workload)


def _figure(limit: Limit, workload: Workload) -> float:
    single = {Limit.LEAST_CPU: workload.least_vcpu, Limit.LEAST_MEMORY: workload.least_memory_gib}
    return single.get(limit, dict(zip(CAPACITIES, needs_of(workload), strict=True)).get(limit) or 0.0)


def _largest(limit: Limit, catalog: Catalog) -> float | None:
    column = {Limit.LEAST_CPU: Limit.CPU, Limit.LEAST_MEMORY: Limit.MEMORY}.get(limit, limit)
    offered = catalog.capacity[:, CAPACITIES.index(column)]
    return None if np.isnan(offered).all() else float(np.nanmax(offered))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


_WORDS: dict[Limit, Callable[[Workload], str]] = {
    Limit.REGION: lambda workload: f"region {_listed(workload.regions)}",
    Limit.PLATFORM: lambda workload: f"operating system {workload.platform}",
    Limit.TENANCY: lambda workload: f"{workload.tenancy} tenancy",
    Limit.FAMILY: lambda workload: (
        f"the families allowed ({'all' if workload.families is None else _listed(workload.families)}"
        + (f", without {_listed(workload.excluded_families)})" if workload.excluded_families else ")")
    ),
    Limit.ARCHITECTURE: lambda workload: f"architecture {_listed(workload.architectures)}",
    Limit.HARDWARE: lambda workload: f"hardware like that of {_current(workload)} and no older generation",
    Limit.AS_LARGE: lambda workload: f"no less than {_current(workload)}, since its load was not measured",
    Limit.BURSTABLE: lambda _: "a CPU that is not metered by credits",
    Limit.PERFORMANCE: lambda workload: f"a known performance of a vCPU beside {_current(workload)}",
    Limit.LICENCE: lambda _: "a known number of cores or sockets, which the licence is paid by",
}


def _current(workload: Workload) -> str:
    return "the reference machine" if workload.current is None else workload.current.instance_type
