"""The tool that builds the embedded catalog: how it sorts wrong prices out, and that it builds what is committed."""

import hashlib
import importlib
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pyarrow.parquet as pq
import pytest

from costopt.model.price import Purchase, Quality
from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.rows import HourlyRow

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/build_catalog.py; it is run as a script, so its folder must be on the path."""
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("build_catalog")


@pytest.fixture
def ec2(tool: ModuleType) -> ModuleType:
    return importlib.import_module("catalog_ec2")


def prices(text: str, region: str = "us-east-1") -> dict[tuple[str, str], Decimal]:
    """Prices of sizes of m9: `large 0.096 2xlarge 0.384`."""
    words = text.split()
    return {(f"m9.{size}", region): Decimal(usd) for size, usd in zip(words[::2], words[1::2], strict=True)}


def test_zeros_and_dedicated_rates_are_left_out(ec2: ModuleType) -> None:
    # xlarge is zero, 4xlarge 6 % too dear (dedicated tenancy); large, 2xlarge and 8xlarge agree on 0.024 a unit.
    mixed = prices("large 0.096 xlarge 0 2xlarge 0.384 4xlarge 0.81408 8xlarge 1.536")
    kept = ec2.agreeing(mixed, known={})
    assert {name for name, _ in kept} == {"m9.large", "m9.2xlarge", "m9.8xlarge"}


def test_the_cheapest_that_two_sizes_share_wins_even_against_more_dedicated_ones(ec2: ModuleType) -> None:
    mixed = prices("large 0.096 2xlarge 0.384 4xlarge 0.81408 8xlarge 1.62816 12xlarge 2.44224")
    assert {name for name, _ in ec2.agreeing(mixed, known={})} == {"m9.large", "m9.2xlarge"}


def test_a_size_on_its_own_is_not_believed(ec2: ModuleType) -> None:
    assert ec2.agreeing(prices("large 0.096"), known={}) == {}
    assert ec2.agreeing(prices("large 0.096 2xlarge 0.4"), known={}) == {}


def test_a_price_known_from_elsewhere_decides(ec2: ModuleType) -> None:
    dear = prices("2xlarge 0.40704 4xlarge 0.81408")
    assert ec2.agreeing(dear, known=prices("large 0.096")) == {}
    assert len(ec2.agreeing(dear, known=prices("large 0.096", region="eu-west-1"))) == 2
    assert len(ec2.agreeing(prices("2xlarge 0.384 4xlarge 0.768"), known=prices("large 0.096"))) == 2


def row(name: str, usd: str, region: str = "us-east-1") -> HourlyRow:
    return HourlyRow(
        "ec2", name, region, "linux", Purchase.ON_DEMAND, Decimal(usd), "list", date(2025, 1, 1), Quality.LIST
    )


def test_missing_sizes_are_derived_from_those_that_agree(ec2: ModuleType) -> None:
    rows = [row("m9.large", "0.096"), row("m9.4xlarge", "0.768")]
    offered = [
        ("m9.xlarge", "us-east-1"),
        ("m9.large", "us-east-1"),
        ("m9.metal", "us-east-1"),
        ("m9.xlarge", "eu-west-1"),
    ]
    filled = ec2.filled_rows(rows, offered, frozenset())
    assert [(one.instance_type, one.region, one.usd_per_hour, one.quality) for one in filled] == [
        ("m9.xlarge", "us-east-1", Decimal("0.192"), Quality.DERIVED)
    ]


def test_nothing_is_derived_from_one_size_from_disagreement_or_for_accelerators(ec2: ModuleType) -> None:
    offered = [("m9.xlarge", "us-east-1"), ("g9.xlarge", "us-east-1")]
    assert ec2.filled_rows([row("m9.large", "0.096")], offered, frozenset()) == []
    assert ec2.filled_rows([row("m9.large", "0.096"), row("m9.2xlarge", "0.4")], offered, frozenset()) == []
    gpu = [row("g9.large", "1"), row("g9.2xlarge", "4")]
    assert ec2.filled_rows(gpu, offered, frozenset()) == []
    cpu = [row("m9.large", "1"), row("m9.2xlarge", "4")]
    assert ec2.filled_rows(cpu, offered, frozenset({"m9"})) == []


def test_a_download_that_is_not_the_pinned_one_is_refused(tool: ModuleType, tmp_path: Path) -> None:
    sources = importlib.import_module("catalog_sources")
    (tmp_path / sources.MOTO.filename).write_bytes(b"another file")
    with pytest.raises(sources.SourceError, match=hashlib.sha256(b"another file").hexdigest()):
        sources.download(sources.MOTO, tmp_path)


def test_the_committed_catalog_is_what_the_tool_builds(tool: ModuleType, tmp_path: Path) -> None:
    sources = importlib.import_module("catalog_sources")
    cache = Path(tempfile.gettempdir()) / "costopt-catalog-sources"
    missing = [wheel.filename for wheel in sources.WHEELS if not (cache / wheel.filename).is_file()]
    if missing:
        pytest.skip(f"run `python tools/build_catalog.py` once to download {', '.join(missing)}")
    lines = tool.build(tmp_path, cache)
    assert [line for line in lines if line.startswith("quarantined")] == [
        line for line in lines if "x8i.96xlarge" in line
    ]
    for path in tmp_path.glob("*.parquet"):  # tables, as another release of pyarrow signs its files differently
        assert pq.read_table(path).equals(pq.read_table(embedded_catalog_path() / path.name)), path.name
