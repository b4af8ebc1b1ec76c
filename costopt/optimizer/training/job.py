"""A job with a deadline, and the capacity that it may run on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from costopt.errors import WorkloadError


class CapacityKind(StrEnum):
    """How capacity is had, and how it is lost."""

    SPOT = "spot"
    """Comes and goes; taken away without the job's consent."""
    ON_DEMAND = "on_demand"
    """Starts when asked, with the chance `obtainable` in each tick, and stays for as long as it is wanted."""
    BLOCK = "block"
    """A capacity block or reservation: there from `opens` to `closes`, and paid for whether it is used or not."""

    @property
    def revocable(self) -> bool:
        """Whether it can end while the job runs on it."""
        return self is not CapacityKind.ON_DEMAND


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Machines of one type, in one place, at one purchase option."""

    name: str
    """Unique among the choices of a job, such as `g5.12xlarge spot us-east-1a`."""
    kind: CapacityKind
    """Purchase option."""
    price_per_hour: Decimal
    """Dollars of one machine for an hour of use; zero for a block or reservation that is paid in advance."""
    throughput: float = 1.0
    """Hours of work done in an hour, where the reference type does one."""
    machines: int | None = None
    """How many there are; None where there are enough for any job."""
    obtainable: float = 1.0
    """On demand: the chance, in each tick, that a start succeeds. Below one no deadline can be promised."""
    opens: datetime | None = None
    """Block: first moment, UTC."""
    closes: datetime | None = None
    """Block: first moment after it, UTC."""
    upfront: Decimal = Decimal(0)
    """Dollars of one machine that are paid once, as for a capacity block."""

    def __post_init__(self) -> None:
        """Refuse what cannot be bought.

        Raises:
            WorkloadError: a negative price, no throughput, a chance outside of 0..1, a block without a window.
        """
        if self.price_per_hour < 0 or self.upfront < 0:
            raise WorkloadError(f"capacity {self.name} has a negative price")
        if not 0 < self.throughput < float("inf"):
            raise WorkloadError(
                f"capacity {self.name} has the throughput {self.throughput}",
                hint="Give hours of reference work done in an hour, above zero; leave out types that cannot run it.",
            )
        if not 0 < self.obtainable <= 1:
            raise WorkloadError(f"capacity {self.name} is obtainable with the chance {self.obtainable}, not in 0..1")
        if self.kind is CapacityKind.BLOCK:
            _require_window(self.name, self.opens, self.closes)

    @property
    def certain(self) -> bool:
        """Whether it can be had at any moment and kept until the job is done."""
        return self.kind is CapacityKind.ON_DEMAND and self.obtainable == 1


def _require_window(name: str, opens: datetime | None, closes: datetime | None) -> None:
    if opens is None or closes is None:
        raise WorkloadError(f"capacity block {name} needs both `opens` and `closes`")
    _require_utc(f"capacity block {name}", opens, closes)
    if closes <= opens:
        raise WorkloadError(f"capacity block {name} closes at {closes}, not after it opens at {opens}")


def _require_utc(what: str, *moments: datetime) -> None:
    if any(moment.utcoffset() != timedelta(0) for moment in moments):
        raise WorkloadError(f"{what} has a time that is not in UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingJob:
    """Work that can be stopped and resumed, and that must be done by a deadline."""

    name: str
    """Name in the workload file; hostile until escaped."""
    work_hours: float
    """Hours on the reference type without any interruption or checkpoint."""
    start: datetime
    """Moment from which it may run, UTC."""
    deadline: datetime
    """Moment at which it must be done, UTC."""
    restart_hours: float = 0.0
    """Hours between getting machines and going on with the work: boot, image, data, loading the checkpoint."""
    checkpoint_share: float = 0.0
    """Time spent on writing checkpoints as a share of the work (see `checkpoint`)."""
    rework_hours: float = 0.0
    """Hours of work lost when capacity is taken away: at most one checkpoint interval. Charged in full, so that the
    promise holds at whatever moment it happens; zero where a checkpoint fits in the provider's notice."""
    machines: int = 1
    """Machines that it needs at the same time."""

    def __post_init__(self) -> None:
        """Refuse what is no job.

        Raises:
            WorkloadError: no work, a negative or missing number, a deadline before the start, a time not in UTC.
        """
        _require_utc(f"job {self.name}", self.start, self.deadline)
        if not 0 < self.work_hours < float("inf"):
            raise WorkloadError(f"job {self.name} has {self.work_hours} hours of work", hint="Give hours above zero.")
        for what in ("restart_hours", "checkpoint_share", "rework_hours"):
            value: float = getattr(self, what)
            if not 0 <= value < float("inf"):
                raise WorkloadError(f"job {self.name} has {what} {value}, which is not a number from zero up")
        if self.machines < 1:
            raise WorkloadError(f"job {self.name} needs {self.machines} machines", hint="Give one or more.")
        if self.deadline <= self.start:
            raise WorkloadError(f"job {self.name} is due at {self.deadline}, not after its start at {self.start}")

    @property
    def hours(self) -> float:
        """Hours from start to deadline."""
        return (self.deadline - self.start) / timedelta(hours=1)

    @property
    def hours_to_do(self) -> float:
        """Hours of work on the reference type, with the writing of checkpoints."""
        return self.work_hours * (1 + self.checkpoint_share)
