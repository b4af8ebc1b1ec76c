"""The size of a rentable machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one instance type offers. Unknown figures are None, never zero."""

    instance_type: str
    """Provider's name, such as `m7g.xlarge`."""
    family: str
    """Part before the size, such as `m7g`."""
    vcpu: int
    """Virtual CPUs."""
    memory_gib: float
    """Memory in GiB."""
    architectures: tuple[str, ...]
    """Of `x86_64`, `arm64`, `i386`."""
    current_generation: bool
    """False where the provider itself calls the type previous generation."""
    burstable: bool
    """CPU is metered by credits (t2, t3, t3a, t4g)."""
    bare_metal: bool
    """No hypervisor."""
    gpu_count: int = 0
    """Accelerators (NVIDIA, AMD, Inferentia, Trainium), 0 where the type has none."""
    gpu_name: str | None = None
    """Name of the accelerator, such as `T4`."""
    gpu_memory_gib: float | None = None
    """Memory of all accelerators together, in GiB."""
    local_disk_gib: float = 0.0
    """Instance store in GiB, 0 where the type has none."""
    network_gbps: float | None = None
    """Sustained (baseline) network bandwidth in Gbit/s."""
    ebs_baseline_mibps: float | None = None
    """Sustained EBS throughput in MiB/s."""
    ebs_baseline_iops: int | None = None
    """Sustained EBS operations a second."""
    hypervisor: str | None = None
    """`nitro` or `xen`; a move from xen to nitro needs ENA and NVMe drivers."""
