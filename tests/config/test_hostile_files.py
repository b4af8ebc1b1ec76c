"""Configuration files that nobody meant: too large, too deep, of another type, with a trap in an expression."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from costopt.analyzer.silence import Silences
from costopt.config.edit import add_mute
from costopt.config.layers import MAX_BYTES, load
from costopt.config.settings import DISCOUNTED_SERVICES, Mute
from costopt.errors import ConfigError
from costopt.model.resource import Resource
from costopt.model.specs.network import ElasticIp
from costopt.prices.catalog import embedded_catalog_path
from costopt.prices.manifest import read_manifest, read_table

MUTE = '[[mute]]\nid = "%s"\nuntil = %s\nreason = "r"\n'


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("aws = 3\n", "aws"),
        ("mute = 3\n", "mute"),
        ('[mute]\nid = "x"\n', "mute"),
        ("[checks]\nec2_idle = 3\n", "checks"),
        (MUTE % ("bogus", "2027-01-01"), "mute.id is 'bogus'"),
        (MUTE % ("F-000000000000", "2027-01-01T00:00:00Z"), "until"),
        ("x = " + "9" * 5_000 + "\n", "is not TOML"),
        ("x = " + "[" * 5_000 + "\n", "is not TOML"),
        ("#" * (MAX_BYTES + 1), "no configuration file"),
        ("[prices]\ndiscounts = { ecc = 0.1 }\n", "no service 'ecc'"),
        ("[prices]\ndiscounts = { ec2 = nan }\n", "discounts.ec2 is nan"),
        ("[prices]\ndiscounts = { ec2 = 1.0 }\n", "discounts.ec2 is 1.0"),
        ('[prices]\ndirectory = "\\u0000"\n', "prices.directory"),
        ("[aws]\nmax_api_cost_usd = -1\n", "max_api_cost_usd"),
        ("[aws]\nmax_api_cost_usd = nan\n", "max_api_cost_usd"),
        ('[audit]\nignore_tags = ["/(?=x)/"]\n', "no regular expression"),
        ('[audit]\nignore_tags = ["/(a)\\\\1/"]\n', "no regular expression"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text(text)
    with pytest.raises(ConfigError, match=said) as refused:
        load(directory=tmp_path, environ={"COSTOPT_AWS_PROFILE": "p"} if text != "aws = 3\n" else {})
    assert refused.value.hint


def test_the_environment_over_a_section_of_another_type_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "costopt.toml").write_text("aws = 3\n")
    assert load(directory=tmp_path, environ={"COSTOPT_AWS_PROFILE": "p"}).settings.aws.profile == "p"


def test_a_pipe_is_no_configuration(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    with pytest.raises(ConfigError, match="no configuration file"):
        load(file=tmp_path / "pipe.toml", environ={})


@pytest.mark.parametrize("pattern", ["/(a+)+/", "/(a|a)*/", "/(.*)*=(.*)*x/", "/(a?){60}a{60}/"])
def test_no_tag_can_hang_an_expression(pattern: str, tmp_path: Path) -> None:
    # A backtracking matcher needs longer than the age of the universe for each; that this ends is the assertion.
    (tmp_path / "costopt.toml").write_text(f"[audit]\nignore_tags = ['{pattern}']\n")
    patterns = load(directory=tmp_path, environ={}).settings.audit.ignore_tags
    tags = {"a" * 128: "a" * 256 + "!"}
    resource = Resource(
        provider="aws", account="1", region="r", id="e", spec=ElasticIp(public_ip="192.0.2.1"), tags=tags
    )
    assert Silences(tag_patterns=patterns).of("F-0", resource, datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("pattern", "silent"),
    [("/env=(dev|test)/", True), ("/env=de/", False), ("/ENV=DEV/", False), ("/(?i)ENV=DEV/", True), ("/e|d/", False)],
)
def test_an_expression_matches_the_whole_of_key_and_value(pattern: str, silent: bool) -> None:
    resource = Resource(
        provider="aws", account="1", region="r", id="e", spec=ElasticIp(public_ip="192.0.2.1"), tags={"env": "dev"}
    )
    found = Silences(tag_patterns=(pattern,)).of("F-0", resource, datetime(2026, 1, 1, tzinfo=UTC))
    assert (found is not None) == silent


def test_every_priced_service_can_have_a_discount() -> None:
    folder = embedded_catalog_path()
    manifest = read_manifest(folder)
    priced = {
        name for table in ("hourly", "units") for name in read_table(folder, table, manifest)["service"].to_pylist()
    }
    assert priced <= set(DISCOUNTED_SERVICES)


def test_a_file_that_cannot_be_written_keeps_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "costopt.toml"
    path.write_text("# mine\n")
    (tmp_path / ".costopt.toml.costopt-new").mkdir()
    mute = Mute(id="F-000000000000", until=datetime(2027, 1, 1, tzinfo=UTC).date(), reason="r")
    with pytest.raises(ConfigError, match="cannot write"):
        add_mute(path, mute)
    assert path.read_text() == "# mine\n"
