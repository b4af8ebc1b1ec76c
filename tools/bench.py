"""`make bench`: what costopt costs to run, each figure beside something to hold it against. No verdict, no test."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5

# Runs in a process of its own, so that time and peak memory are that command's and nothing else's.
_MEASURED = """
import json, resource, subprocess, sys, time
begin = time.perf_counter()
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = used.ru_utime + used.ru_stime
said = ended.stderr[-400:]
print(json.dumps([time.perf_counter() - begin, cpu, used.ru_maxrss / 1024, ended.returncode, said]))
"""

_READ_ONLY = """
import sys, pyarrow.parquet as pq
print(pq.read_table(sys.argv[1], columns=["values"]).num_rows)
"""

_ALL_CHECKS = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tools!r})
import bench_checks
bench_checks.run(Path(sys.argv[1]), int(sys.argv[2]))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One process."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    said: str


def measure(*command: str, runs: int = 1) -> Measured:
    """Median of `runs` by time; peak memory of the largest."""
    found = []
    for _ in range(runs):
        answer = subprocess.run(
            [sys.executable, "-c", _MEASURED, *command], capture_output=True, text=True, check=True, cwd=ROOT
        )
        seconds, cpu, peak, code, said = json.loads(answer.stdout)
        if code:
            raise SystemExit(f"{' '.join(command)} ended with {code}: {said}")
        found.append(Measured(seconds=seconds, cpu_seconds=cpu, peak_mib=peak, said=said))
    return sorted(found, key=lambda one: one.seconds)[runs // 2]


def start_up() -> list[Sequence[str]]:
    """The help page beside the bare import of click, interleaved."""
    pairs = [
        (measure(sys.executable, "-m", "costopt", "--help"), measure(sys.executable, "-c", "import click"))
        for _ in range(RUNS + 1)
    ][1:]
    own = sorted(pair[0].seconds for pair in pairs)[RUNS // 2]
    bare = sorted(pair[1].seconds for pair in pairs)[RUNS // 2]
    ratio = sorted(pair[0].seconds / pair[1].seconds for pair in pairs)[RUNS // 2]
    return [("costopt --help / import click", f"{own:.3f} s / {bare:.3f} s", f"{ratio:.2f}x", "at most 3x")]


def large_audit(folder: Path) -> list[Sequence[str]]:
    """10,000 instances with 5 metrics of 14 days, beside plainly reading the same points."""
    import bench_data

    points = bench_data.fleet(folder / "fleet", 10_000)
    series = next((folder / "fleet").glob("series-*.parquet"))
    report = folder / "report.json"
    own = measure(
        sys.executable, "-m", "costopt", "audit", "--snapshot", str(folder / "fleet"), "-f", "json", "-o", str(report)
    )
    plain = measure(sys.executable, "-c", _READ_ONLY, str(series))
    findings = len(json.loads(report.read_text())["findings"])
    ratio = f"{own.seconds / plain.seconds:.1f}x of reading them"
    return [
        (
            f"audit of {points:,} points, {findings:,} findings",
            f"{own.seconds:.1f} s, CPU {own.cpu_seconds:.1f} s",
            ratio,
            "under 20 s",
        ),
        (
            "  its peak memory",
            f"{own.peak_mib:.0f} MiB",
            f"{own.peak_mib / plain.peak_mib:.1f}x of reading them",
            "under 1,536 MiB",
        ),
    ]


def all_checks(folder: Path) -> list[Sequence[str]]:
    """100,000 resources through every check."""
    own = measure(sys.executable, "-c", _ALL_CHECKS.format(tools=str(ROOT / "tools")), str(folder), "100000")
    judged, seconds = own.said.split()
    rate = int(judged) / float(seconds)
    return [
        (
            f"100,000 resources, {int(judged):,} judgements",
            f"{float(seconds):.1f} s",
            f"{rate:,.0f} a second",
            "under 15 s",
        )
    ]


def metric_calls() -> list[Sequence[str]]:
    """Calls that 10,000 instances with 5 metrics need, beside one call a metric."""
    from bench_metrics import planned

    calls, metrics, cost = planned(10_000)
    return [
        (
            f"GetMetricData for {metrics:,} metrics",
            f"{calls} calls, ${cost}",
            f"1/{metrics // calls} of one call each",
            "at most 167",
        )
    ]


def _bills(folder: Path) -> Sequence[Sequence[str]]:
    from bench_bills import bills

    return bills(folder)


def _optimizer(_: Path) -> Sequence[Sequence[str]]:
    from bench_fleets import fleets
    from bench_optimizer import commitments
    from bench_simulator import simulator
    from bench_sizing import sizes
    from bench_training import trainings

    return [*simulator(), *commitments(), *sizes(), *fleets(), *trainings()]


def _backtest(folder: Path) -> Sequence[Sequence[str]]:
    from bench_backtest import backtest

    return backtest(folder)


def _terraform(_: Path) -> Sequence[Sequence[str]]:
    from bench_terraform import bench_patch

    return bench_patch()


SECTIONS: dict[str, Callable[[Path], Sequence[Sequence[str]]]] = {
    "start": lambda _: start_up(),
    "audit": lambda folder: [*metric_calls(), *large_audit(folder), *all_checks(folder)],
    "bills": _bills,
    "optimizer": _optimizer,
    "backtest": _backtest,
    "terraform": _terraform,
}
"""What can be measured, by name; all of it by default."""


def main() -> None:
    """Print a table for each section that is named, or for all."""
    os.environ.setdefault("PYTHONPATH", str(ROOT))
    wanted = sys.argv[1:] or list(SECTIONS)
    unknown = sorted(set(wanted) - set(SECTIONS))
    if unknown:
        raise SystemExit(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    for name in wanted:
        title = f"{name}: {os.cpu_count()} processors, Python {sys.version.split()[0]}"
        table = Table("What", "Measured", "Beside", "Goal", title=title)
        with tempfile.TemporaryDirectory() as folder:
            for row in SECTIONS[name](Path(folder)):
                table.add_row(*row)
        Console(width=140).print(table)


if __name__ == "__main__":
    main()
