"""Settings: which layer wins, where each value came from, and what a typo is told."""

from datetime import date
from pathlib import Path

import pytest

from costopt.config.edit import STARTER, add_mute, write_starter
from costopt.config.layers import load, nearest, rows
from costopt.config.settings import Mute, Settings
from costopt.errors import ConfigError


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without files of their own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def project(folder: Path, text: str) -> Path:
    path = folder / "costopt.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_any_file_everything_is_default(tmp_path: Path) -> None:
    loaded = load(directory=tmp_path, environ={})
    assert loaded.settings == Settings()
    assert {origin for _, _, origin in rows(loaded)} == {"default"}


def test_the_environment_beats_the_project_which_beats_the_user(tmp_path: Path) -> None:
    user = tmp_path / "user/costopt"
    user.mkdir(parents=True)
    project(user, '[aws]\nprofile = "user"\nexternal_id = "user"\nregions = ["a", "b"]\n')
    path = project(tmp_path, '[aws]\nprofile = "project"\nexternal_id = "project"\n')
    loaded = load(directory=tmp_path, environ={"COSTOPT_AWS_PROFILE": "env", "COSTOPT_AUDIT_CHECKS": "a, b"})
    aws = loaded.settings.aws
    assert (aws.profile, aws.external_id, aws.regions) == ("env", "project", ("a", "b"))
    assert loaded.settings.audit.checks == ("a", "b")
    origins = {key: origin for key, _, origin in rows(loaded)}
    assert origins["aws.profile"] == "environment"
    assert origins["aws.external_id"] == str(path)
    assert origins["aws.regions"] == str(user / "costopt.toml")
    assert origins["aws.accounts"] == "default"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("horizon_months = 0", "plan.horizon_months is 0"),
        ("discount_rate = 8", "plan.discount_rate is 8.0"),
        ("discount_rate = nan", "plan.discount_rate is nan"),
        ("max_risk = 1.5", "plan.max_risk is 1.5"),
        ('goal = "rich"', "goal"),
    ],
)
def test_a_plan_that_cannot_be_meant_is_refused_by_its_key(text: str, said: str, tmp_path: Path) -> None:
    project(tmp_path, f"[plan]\n{text}\n")
    with pytest.raises(ConfigError, match=said):
        load(directory=tmp_path, environ={})


def test_the_search_ends_at_the_repository(tmp_path: Path) -> None:
    project(tmp_path, "")
    inner = tmp_path / "repository/module"
    inner.mkdir(parents=True)
    assert nearest(inner) == tmp_path / "costopt.toml"
    (tmp_path / "repository/.git").mkdir()
    assert nearest(inner) is None


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[awz]\n", "there is no setting awz", "Did you mean aws?"),
        ('[aws]\nprofil = "x"\n', "there is no setting aws.profil", "Did you mean aws.profile?"),
        ("[aws]\nregions = 3\n", "aws.regions", "costopt.toml"),
        ("[prices]\ndiscounts = { ec2 = 7 }\n", "prices.discounts.ec2 is 7", "0.07"),
        ('[audit]\nignore_tags = ["/(/"]\n', "no regular expression", ""),
        ("[aws\n", "is not TOML", "Correct"),
        ('[[mute]]\nid = "F-1"\nreason = "r"\n', "until", ""),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_the_next_step(
    text: str, message: str, hint: str, tmp_path: Path
) -> None:
    project(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        load(directory=tmp_path, environ={})
    assert message in str(refused.value)
    assert hint in refused.value.hint


def test_a_named_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml"):
        load(file=tmp_path / "nowhere.toml", environ={})


def test_the_starter_is_valid_and_changes_nothing(tmp_path: Path) -> None:
    write_starter(tmp_path / "costopt.toml")
    assert load(directory=tmp_path, environ={}).settings == Settings()
    with pytest.raises(ConfigError, match="exists already"):
        write_starter(tmp_path / "costopt.toml")


def test_every_commented_key_of_the_starter_exists(tmp_path: Path) -> None:
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line or line.startswith("# [") else line for line in STARTER.splitlines()
    )
    project(tmp_path, uncommented)
    settings = load(directory=tmp_path, environ={}).settings
    assert settings.prices.discounts == {"ec2": 0.07}
    assert settings.checks == {"ec2_idle": {"days": 14}}


def test_a_mute_keeps_the_rest_of_the_file_and_replaces_itself(tmp_path: Path) -> None:
    path = project(tmp_path, "# why we are here\n[aws]\nprofile = 'x'  # the reader\n")
    for day in (1, 2):
        add_mute(path, Mute(id="F-000000000001", until=date(2027, 1, day), reason='"quoted" # and \n odd'))
    add_mute(path, Mute(id="F-000000000002", until=date(2027, 1, 3), reason="r"))
    assert path.read_text().startswith("# why we are here\n[aws]\nprofile = 'x'  # the reader\n")
    mutes = load(directory=tmp_path, environ={}).settings.mute
    assert [(mute.id, mute.until.day) for mute in mutes] == [("F-000000000001", 2), ("F-000000000002", 3)]
    assert mutes[0].reason == '"quoted" # and \n odd'
