"""What bills cost to take in and to ask, each beside the bare engine doing the same work in the same run."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from statistics import geometric_mean, median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LINES = int(os.environ.get("COSTOPT_BENCH_LINES", "10000000"))
"""Of the bill that is asked; 50,000,000 takes about ten times as long to make and take in."""
GZ_LINES = 1_000_000
STEPS = (1_000_000, 10_000_000)
"""Sizes of bill between which growth is measured, as far as they are below LINES, which is the last."""
RUNS = 3

Row = Sequence[str]

# One question asked RUNS times by costopt and by hand in turn, in one process each so that memory is its own.
_ASK = """
import json, resource, sys, time
from pathlib import Path
sys.path.insert(0, {root!r}); sys.path.insert(0, {tools!r})
import bench_bills
print(json.dumps(bench_bills.{function}(Path(sys.argv[1]), *sys.argv[2:])))
"""


def run(function: str, *arguments: str) -> Any:
    """Result of one of the functions below, in a process of its own."""
    script = _ASK.format(root=str(ROOT), tools=str(ROOT / "tools"), function=function)
    ended = subprocess.run(
        [sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    if ended.returncode:
        raise SystemExit(f"{function}: {ended.stderr[-800:]}")
    # Making a bill on a slow machine draws DuckDB's progress bar first.
    return json.loads(ended.stdout.splitlines()[-1])


def bills(folder: Path) -> list[Row]:
    """All rows of the bench that are about bills."""
    made, store, packed = folder / "made", folder / "bills", folder / "packed"
    rows: list[Row] = []
    run("make", str(made), "focus", "parquet", str(LINES), "3")
    taken = run("take_in", str(store), str(made / "bill"), "focus")
    rate = taken["rows"] / taken["seconds"]
    rows.append(
        (
            f"ingest of {taken['rows']:,} FOCUS rows, Parquet",
            f"{taken['seconds']:.0f} s, {taken['peak_mib']:.0f} MiB",
            f"{rate:,.0f} rows a second",
            "under 2,048 MiB",
        )
    )
    rows += _growth(folder, taken, store)
    rows += _csv_gz(packed, folder)
    rows += _questions(store)
    rows += _pandas(store)
    return rows


def _growth(folder: Path, last: dict[str, float], last_store: Path) -> list[Row]:
    """What a row costs in a larger bill beside the smallest; more than 1x is growth beyond linear."""
    taken, asked = [], []
    for lines in (step for step in STEPS if step < LINES):
        made, stores = folder / f"made{lines}", [folder / f"bills{lines}-{number}" for number in range(RUNS)]
        run("make", str(made), "focus", "parquet", str(lines), "3")
        found = [run("take_in", str(store), str(made / "bill"), "focus") for store in stores]
        taken.append({**found[0], "seconds": median(one["seconds"] for one in found)})
        asked.append(_asked(stores[0], taken[-1]["rows"]))
        for gone in (made, *stores):
            rmtree(gone)
    return [
        *_grown("ingest", [*taken, last]),
        *_grown("cost by day, account and service", [*asked, _asked(last_store, last["rows"])]),
    ]


def _asked(store: Path, rows: float) -> dict[str, float]:
    return {"rows": rows, "seconds": median(run("ask_one", str(store))["seconds"] for _ in range(RUNS))}


def _grown(what: str, sizes: Sequence[dict[str, float]]) -> list[Row]:
    first, *others = sizes
    return [
        (
            f"growth of {what}, {first['rows']:,} to {one['rows']:,} rows",
            f"{first['seconds']:.2f} s / {one['seconds']:.2f} s",
            f"{one['seconds'] / one['rows'] / (first['seconds'] / first['rows']):.2f}x the time a row",
            "at most 1x",
        )
        for one in others
    ]


def _csv_gz(packed: Path, folder: Path) -> list[Row]:
    run("make", str(packed), "focus", "csv.gz", str(GZ_LINES), "1")
    pairs = []
    for number in range(RUNS):
        own = run("take_in", str(folder / f"gz{number}"), str(packed / "bill"), "focus")
        bare = run("bare_read_csv", str(packed / "bill"), str(folder / "bare.parquet"))
        pairs.append((own["seconds"], bare["seconds"]))
    own_s, bare_s = median(one for one, _ in pairs), median(other for _, other in pairs)
    ratio = median(other / one for one, other in pairs)
    return [
        (
            f"ingest of {GZ_LINES:,} rows, CSV.gz, beside read_csv to Parquet",
            f"{own_s:.1f} s / {bare_s:.1f} s",
            f"{ratio:.2f}x of its speed",
            "at least 0.7x",
        )
    ]


def _questions(store: Path) -> list[Row]:
    found = run("ask_all", str(store))
    by_hand = [one["own"] / one["hand"] for one in found]
    by_decode = [one["own"] / one["decode"] for one in found]
    slowest = max(found, key=lambda one: one["own"] / one["hand"])
    hungriest = max(found, key=lambda one: one["own"] / one["decode"])
    return [
        (
            f"{len(found)} questions beside the same SQL by hand",
            f"median {median(one['own'] for one in found):.2f} s",
            f"{geometric_mean(by_hand):.2f}x, worst {max(by_hand):.2f}x ({slowest['name']})",
            "each at most 1.3x",
        ),
        (
            "  beside pyarrow decoding their columns",
            f"median {median(one['decode'] for one in found):.2f} s",
            f"{geometric_mean(by_decode):.2f}x, worst {max(by_decode):.2f}x ({hungriest['name']})",
            "each at most 2x",
        ),
    ]


def _pandas(store: Path) -> list[Row]:
    """Three questions beside pandas; the claim is about the one in the middle."""
    rows, ratios = [], []
    for name in ("costs", "top_resources", "service_discounts"):
        own = [run("ask_one", str(store), name) for _ in range(RUNS)]
        other = [run("ask_pandas", str(store), name) for _ in range(RUNS)]
        if own[0]["rows"] != other[0]["rows"]:
            raise SystemExit(f"pandas answers another question than {name}")
        seconds = median(one["seconds"] for one in own), median(one["seconds"] for one in other)
        peaks = max(one["peak_mib"] for one in own), max(one["peak_mib"] for one in other)
        ratios.append(seconds[1] / seconds[0])
        rows.append(
            (
                f"{name} beside pandas",
                f"{seconds[0]:.2f} s / {seconds[1]:.2f} s",
                f"{ratios[-1]:.1f}x faster, {peaks[0] / peaks[1]:.2f}x the memory ({peaks[1]:.0f} MiB)",
                "memory at most 0.33x",
            )
        )
    return [*rows, ("  the median of these", "", f"{median(ratios):.1f}x faster", "at least 4x")]


def _peak_mib() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def make(folder: Path, form: str, file: str, lines: str, months: str) -> None:
    """A made bill."""
    from tools.bills.company import make_bill

    make_bill(folder, form=form, file=file, lines=int(lines), months=int(months), truth=False)


def take_in(store: Path, bill: str, kind: str) -> dict[str, float]:
    """Take a bill in; seconds and peak memory of that alone."""
    import time
    from datetime import UTC, datetime

    from costopt.billing.intake.ingest import ingest
    from costopt.collectors.files.discover import discover
    from costopt.model.bill import BillKind

    begin = time.perf_counter()
    ended = [
        ingest(one, store, now=datetime.now(UTC)) for one in discover([Path(bill)], BillKind(kind), source="bench")
    ]
    rows = sum(bill.rows for one in ended for bill in one.bills)
    return {"rows": rows, "seconds": time.perf_counter() - begin, "peak_mib": _peak_mib()}


def bare_read_csv(bill: Path, target: str) -> dict[str, float]:
    """DuckDB's own reader, its types found by itself, to Parquet."""
    import time

    import duckdb

    begin = time.perf_counter()
    with duckdb.connect(config={"preserve_insertion_order": "false"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        rows = f"FROM read_csv('{bill}/**/*.csv.gz')"
        connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return {"seconds": time.perf_counter() - begin}


def _bound(name: str) -> str:
    """A question with values that make it read the whole bill."""
    from datetime import UTC, datetime

    from costopt.billing.dimensions import EVERY_ROW, parse_grouping, parse_tag
    from costopt.billing.query import load
    from costopt.model.focus import COLUMNS

    known = [column.name for column in COLUMNS]
    derived = name in ("costs_derived",)
    values = {
        "start": datetime(2026, 10, 1, tzinfo=UTC) if name == "movers" else datetime(2000, 1, 1, tzinfo=UTC),
        "end": datetime(2200, 1, 1, tzinfo=UTC),
        "previous_start": datetime(2000, 1, 1, tzinfo=UTC),
        "previous_end": datetime(2026, 10, 1, tzinfo=UTC),
        "billed": False,
        "by": parse_grouping(("day,SubAccountId,ServiceName" if not derived else "month,tag:team",), known).fragment,
        "where": EVERY_ROW,
        "tag": parse_tag("team"),
        "count": 100,
    }
    query = load(name)
    return query.bind(**{parameter: values[parameter] for parameter in query.parameters})


def ask_all(store: Path) -> list[dict[str, Any]]:
    """Seconds of every question by costopt, by the same SQL on a bare connection, and of decoding its columns."""
    import time

    import duckdb
    import pyarrow.parquet as pq

    from costopt.billing.duckdb_engine import TAG_MACRO, open_duckdb
    from costopt.billing.lake import Lake
    from costopt.billing.query import names
    from costopt.model.focus import COLUMNS

    lake = Lake(store)
    files = [str(path) for bill in lake.catalog().bills for path in lake.files(bill)]
    found = []
    with open_duckdb(lake) as engine, duckdb.connect() as bare:
        bare.execute("SET TimeZone = 'UTC'")
        bare.execute("SET enable_progress_bar = false")
        bare.execute(TAG_MACRO)
        for name in names():
            sql = _bound(name)
            by_hand = sql.replace("FROM cost\n", f"FROM read_parquet({files!r}) AS cost\n")
            columns = [column.name for column in COLUMNS if column.name in sql]
            timed: dict[str, list[float]] = {"own": [], "hand": [], "decode": []}
            for _ in range(RUNS + 1):
                begin = time.perf_counter()
                engine.query(sql)
                timed["own"].append(time.perf_counter() - begin)
                begin = time.perf_counter()
                bare.sql(by_hand).to_arrow_table()
                timed["hand"].append(time.perf_counter() - begin)
                begin = time.perf_counter()
                for file in files:
                    pq.read_table(file, columns=columns)
                timed["decode"].append(time.perf_counter() - begin)
            found.append({"name": name, **{key: median(times[1:]) for key, times in timed.items()}})
    return found


def ask_one(store: Path, name: str = "costs") -> dict[str, float]:
    """One question, from opening the store to the answer."""
    import time

    from costopt.billing.duckdb_engine import open_duckdb
    from costopt.billing.lake import Lake

    begin = time.perf_counter()
    with open_duckdb(Lake(store)) as engine:
        rows = engine.query(_bound(name)).num_rows
    return {"rows": rows, "seconds": time.perf_counter() - begin, "peak_mib": _peak_mib()}


def ask_pandas(store: Path, name: str) -> dict[str, float]:
    """The same question in pandas, reading only the columns that it needs."""
    import time

    import bench_bills_pandas

    from costopt.billing.lake import Lake

    lake = Lake(store)
    begin = time.perf_counter()
    files = [path for bill in lake.catalog().bills for path in lake.files(bill)]
    rows = len(bench_bills_pandas.QUESTIONS[name](files))
    return {"rows": rows, "seconds": time.perf_counter() - begin, "peak_mib": _peak_mib()}
