"""Files of workloads: what is read, and what is refused with the place named."""

from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.load_profile import parse_profile
from costopt.config.workload_file import read_workload_file, read_workloads
from costopt.errors import WorkloadError
from costopt.model.workload import WorkloadKind

WEB = """
region: us-east-1
workloads:
  - name: web
    kind: fleet
    requirements: {vcpu: 48, memory_gib: 96}
"""
JOB = (
    "job: {work_hours: 24, deadline_hours: 36, reference_type: g5.xlarge, throughput: {g5.xlarge: 1, g4dn.xlarge: 0.5}}"
)


def read(tmp_path: Path, text: str) -> tuple[object, ...]:
    path = tmp_path / "workloads.yaml"
    path.write_text(text)
    return read_workloads(path)


def test_a_fleet_is_read_with_the_region_of_the_file(tmp_path: Path) -> None:
    (web,) = read(tmp_path, WEB)
    assert (web.name, web.kind, web.region, web.requirements.vcpu) == ("web", WorkloadKind.FLEET, "us-east-1", 48)
    assert web.profile == (1.0,)


def test_windows_of_the_week_become_shares_by_hour() -> None:
    week = parse_profile({"mon-fri 8-20": 1.0, "sat 10-12": 0.5, "else": 0.25}, "x")
    assert len(week) == 168
    assert week[7:9] == [0.25, 1.0]
    assert week[19:21] == [1.0, 0.25]
    assert week[5 * 24 + 10 : 5 * 24 + 13] == [0.5, 0.5, 0.25]
    assert sum(week) == 60 * 1.0 + 2 * 0.5 + 106 * 0.25


def test_days_wrap_around_the_week() -> None:
    week = parse_profile({"sat-mon 0-24": 1}, "x")
    assert sum(week) == 72
    assert week[0] == 1
    assert week[24] == 0


@pytest.mark.parametrize(
    "wrong", [{"mon-fri 20-8": 1}, {"mo 1-2": 1}, [0.5] * 24, [1.0] * 25, [2.0], "always", {"else": 2}, [True] * 24]
)
def test_a_profile_that_cannot_be_meant_is_refused(wrong: object) -> None:
    with pytest.raises(WorkloadError, match="x: "):
        parse_profile(wrong, "x")


def test_throughput_is_read_by_type(tmp_path: Path) -> None:
    (job,) = read(tmp_path, f"region: r\nworkloads:\n  - {{name: train, kind: batch, {JOB}}}")
    assert job.job.throughput == (("g5.xlarge", 1.0), ("g4dn.xlarge", 0.5))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WEB.replace("vcpu", "vcpus"), "'web', requirements: there is no key 'vcpus'"),
        (WEB.replace("kind: fleet", "kind: flet"), "'web'"),
        (WEB.replace("48", "many"), "'web'"),
        (WEB.replace("48", "-1"), "negative"),
        (WEB.replace("48", ".inf"), "negative or no number"),
        (WEB.replace("vcpu: 48, memory_gib: 96", "families: [m5]"), "asks for nothing"),
        (WEB.replace("96}", "96, families: [m5], excluded_families: [m5]}"), "both allowed and excluded"),
        (WEB.replace("kind: fleet", "kind: batch"), "needs a job"),
        (WEB.replace("kind: fleet", "kind: pods"), "needs pods"),
        (WEB + "    count: 0\n", "count"),
        (WEB + "    spread: {zones: [a], survive_zone_loss: true}\n", "one zone"),
        (WEB + "    spread: {minimum_pools: 9, maximum_pools: 3}\n", "minimum_pools"),
        (WEB + WEB.partition("workloads:")[2], "there twice"),
        ("region: us-east-1\nworkloads: []\n", "list of 1"),
        ("- a\n", "no workloads"),
        (f"region: r\nworkloads:\n  - {{name: t, kind: batch, {JOB.replace('36', '20')}}}", "deadline"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorkloadError, match=words):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x\n", "aliases"),
        ("a: 1\na: 2\n", "twice"),
        ("a: !!python/object/apply:os.system [true]\n", "no plain YAML"),
        ("1: a\n", "no text"),
        ("[" * 60 + "]" * 60, "levels"),
        ("a: [", "line"),
        ("? [a]\n: 1\n", "no text"),
        ("? {a: 1}\n: 1\n", "no text"),
        ("a: \x00", "no plain YAML"),
        ("a: 1\n---\nb: 1\n", "no plain YAML"),
    ],
)
def test_yaml_that_is_more_than_data_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorkloadError, match=words):
        read(tmp_path, text)


def test_words_that_yaml_takes_for_truths_and_dates_stay_texts(tmp_path: Path) -> None:
    (web,) = read(tmp_path, WEB.replace("name: web", "name: no"))
    assert web.name == "no"
    (web,) = read(tmp_path, WEB.replace("name: web", "name: 2026-11-30"))
    assert web.name == "2026-11-30"


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorkloadError, match="no file"):
        read_workloads(tmp_path / "missing.yaml")
    with pytest.raises(WorkloadError, match="no file"):
        read_workloads(tmp_path)


def test_performance_and_spot_prices_hold_for_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "workloads.yaml"
    path.write_text("performance: {m7g: 1.25}\nspot_prices: {m7g.large: 0.031}\n" + WEB)
    content = read_workload_file(path)
    assert content.performance == {"m7g": 1.25}
    assert content.spot_prices == {"m7g.large": Decimal("0.031")}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("performance: {m7g: 0}", "performance of 'm7g' must be a number above 0"),
        ("performance: {m7g: true}", "must be a number above 0"),
        ("spot_prices: [1]", "spot_prices must be a mapping"),
        ("spot_price: {m5.large: 1}", "there is no key 'spot_price'"),
    ],
)
def test_figures_of_the_file_that_cannot_be_meant_are_refused(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(WorkloadError, match=words):
        read(tmp_path, f"{line}\n{WEB}")


@pytest.mark.parametrize("written", ["010", "1:30", "1_000"])
def test_a_number_that_reads_otherwise_than_it_looks_is_refused(tmp_path: Path, written: str) -> None:
    with pytest.raises(WorkloadError, match=r"Expected `float \| null`, got `str`"):
        read(tmp_path, WEB.replace("48", written))


@pytest.mark.parametrize(("written", "value"), [("1e2", 100), ("1.5e+2", 150), (".5", 0.5), ("+4", 4), ("4.", 4)])
def test_decimal_numbers_are_read_as_people_write_them(tmp_path: Path, written: str, value: float) -> None:
    (web,) = read(tmp_path, WEB.replace("48", written))
    assert web.requirements.vcpu == value


def test_an_account_with_a_leading_zero_stays_a_text(tmp_path: Path) -> None:
    (web,) = read(tmp_path, WEB.replace("name: web", "name: 012345678901"))
    assert web.name == "012345678901"
