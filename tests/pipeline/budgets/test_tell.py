"""Telling over real servers: once, each channel for itself, and nothing lost where something fails."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from costopt.budgets.conditions import anomaly_conditions
from costopt.config.notify_settings import ChannelSettings, NotifySettings
from costopt.errors import AlertBookError, ConfigError
from costopt.model.alert import AlertKind, AlertMute, Condition
from costopt.model.delivery import Delivery
from costopt.pipeline.budgets.tell import tell
from costopt.store.alert_book.document import Lease
from costopt.store.alert_book.open import open_shelf
from costopt.store.alert_book.turn import LEASE, Turn, take_turn
from tests.oracles.alerts import NOW, anomaly, condition, status
from tests.oracles.http_inbox import Answer, HttpInbox

DAY = timedelta(days=1)
KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def inbox() -> Iterator[HttpInbox]:
    with HttpInbox() as server:
        yield server


def hook(name: str = "hook", variable: str = "HOOK") -> ChannelSettings:
    return ChannelSettings(name=name, kind="webhook", url_env=variable, secret_env="KEY")


class Runs:
    """Runs of a check whose state is in one folder."""

    def __init__(self, folder: Path, *channels: ChannelSettings, **servers: HttpInbox) -> None:
        self.folder = folder
        self.settings = NotifySettings(channels=channels)
        self.environ = {name: server.url for name, server in servers.items()} | {"KEY": KEY}

    def run(self, *conditions: Condition, now: datetime = NOW, **more: Any) -> Delivery:
        given: dict[str, Any] = {"settings": self.settings, "folder": self.folder, "environ": self.environ} | more
        return tell(conditions, now=now, **given)


def told(server: HttpInbox) -> list[list[tuple[str, str]]]:
    """Kind and subject of every alert of every message that arrived."""
    bodies = [json.loads(one.body)["data"]["alerts"] for one in server.received]
    return [[(alert["kind"], alert["subject"]) for alert in alerts] for alerts in bodies]


def test_without_channels_nothing_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    assert Runs(tmp_path).run(condition()) == Delivery()
    assert list(tmp_path.iterdir()) == []


def test_what_holds_is_told_once_and_again_with_a_reason(tmp_path: Path, inbox: HttpInbox) -> None:
    runs = Runs(tmp_path, hook(), HOOK=inbox)
    first = runs.run(condition())
    assert [(one.channel, [alert.kind for alert in one.alerts]) for one in first.sent] == [("hook", [AlertKind.NEW])]
    assert runs.run(condition(), now=NOW + DAY).sent == ()
    runs.run(condition(rank=3), now=NOW + 2 * DAY)
    runs.run(condition(rank=3), now=NOW + 9 * DAY)
    runs.run(now=NOW + 10 * DAY)
    runs.run(now=NOW + 11 * DAY)
    assert told(inbox) == [
        [("new", "platform")], [("worsened", "platform")], [("reminder", "platform")], [("resolved", "platform")],
    ]  # fmt: skip


def test_several_things_are_one_message_with_the_figures_of_their_budgets(tmp_path: Path, inbox: HttpInbox) -> None:
    Runs(tmp_path, hook(), HOOK=inbox).run(condition(), condition("web"), statuses=[status()])
    (received,) = inbox.received
    alerts = json.loads(received.body)["data"]["alerts"]
    assert {one["subject"]: one["budget"] and one["budget"]["spent"] for one in alerts} == {
        "platform": "1050",
        "web": None,
    }


def test_an_anomaly_is_told_with_its_figures(tmp_path: Path, inbox: HttpInbox) -> None:
    odd = anomaly()
    found = tuple(anomaly_conditions([odd], NOW))
    Runs(tmp_path, hook(), HOOK=inbox).run(*found, anomalies=[odd], currency="EUR")
    (told_one,) = json.loads(inbox.received[0].body)["data"]["alerts"]
    assert (told_one["anomaly"]["actual_per_day"], told_one["anomaly"]["currency"]) == ("310", "EUR")


def test_a_channel_that_fails_stops_no_other_and_is_told_alone_at_the_next_run(
    tmp_path: Path, inbox: HttpInbox
) -> None:
    with HttpInbox(Answer(status=500)) as broken:
        runs = Runs(tmp_path, hook("broken", "BROKEN"), hook(), HOOK=inbox, BROKEN=broken)
        first = runs.run(condition())
        assert [(one.channel, one.error) for one in first.failed] == [("broken", "the server answered HTTP 500")]
        assert [one.channel for one in first.sent] == ["hook"]
        second = runs.run(condition(), now=NOW + DAY)
        assert [one.channel for one in second.sent] == ["broken"]
        assert told(broken) == [[("new", "platform")]] * 2
        keys = [json.loads(one.body)["data"]["alerts"][0]["dedupe_key"] for one in broken.received]
        assert keys[0] == keys[1]
        assert broken.received[0].headers["webhook-id"] == broken.received[1].headers["webhook-id"]
    assert told(inbox) == [[("new", "platform")]]


def test_what_was_over_before_a_channel_could_be_told_is_not_told_to_it(tmp_path: Path) -> None:
    with HttpInbox(Answer(status=500)) as broken:
        runs = Runs(tmp_path, hook(), HOOK=broken)
        runs.run(condition())
        assert runs.run(now=NOW + 3 * DAY).outcomes[0].alerts == ()


def test_a_new_channel_learns_what_goes_on(tmp_path: Path, inbox: HttpInbox) -> None:
    with HttpInbox() as late:
        Runs(tmp_path, hook(), HOOK=inbox).run(condition())
        both = Runs(tmp_path, hook(), hook("late", "LATE"), HOOK=inbox, LATE=late)
        both.run(condition(), now=NOW + DAY)
        assert (len(inbox.received), told(late)) == (1, [[("new", "platform")]])


def test_a_budget_with_channels_is_told_to_them_alone(tmp_path: Path, inbox: HttpInbox) -> None:
    with HttpInbox() as other:
        runs = Runs(tmp_path, hook(), hook("other", "OTHER"), HOOK=inbox, OTHER=other)
        runs.run(condition(channels=("other",)), condition("web"))
        assert told(inbox) == [[("new", "web")]]
        assert [sorted(one) for one in told(other)] == [[("new", "platform"), ("new", "web")]]


def test_what_moves_to_another_channel_is_not_over_for_the_first(tmp_path: Path, inbox: HttpInbox) -> None:
    with HttpInbox() as other:
        runs = Runs(tmp_path, hook(), hook("other", "OTHER"), HOOK=inbox, OTHER=other)
        runs.run(condition(channels=("hook",)))
        runs.run(condition(channels=("other",)), now=NOW + 2 * DAY)
        runs.run(now=NOW + 4 * DAY)
        assert told(inbox) == [[("new", "platform")], [("resolved", "platform")]]
        assert told(other) == [[("new", "platform")], [("resolved", "platform")]]


def test_what_could_not_be_judged_is_not_over(tmp_path: Path, inbox: HttpInbox) -> None:
    runs = Runs(tmp_path, hook(), HOOK=inbox)
    runs.run(condition())
    runs.run(now=NOW + 3 * DAY, judged=["web"])
    assert told(inbox) == [[("new", "platform")]]


def test_a_mute_silences_until_its_day(tmp_path: Path, inbox: HttpInbox) -> None:
    runs = Runs(tmp_path, hook(), HOOK=inbox)
    mutes = [AlertMute(target="platform", until=date(2026, 11, 20))]
    runs.run(condition(), mutes=mutes)
    assert inbox.received == []
    runs.run(condition(), mutes=mutes, now=NOW + DAY)
    assert told(inbox) == [[("new", "platform")]]


def test_a_clock_that_went_back_repeats_nothing_and_blocks_nothing(tmp_path: Path, inbox: HttpInbox) -> None:
    runs = Runs(tmp_path, hook(), HOOK=inbox)
    runs.run(condition(), now=NOW + 30 * DAY)
    back = runs.run(condition(), now=NOW)
    assert (back.busy, back.sent) == (None, ())
    assert runs.run(now=NOW + DAY).sent == ()
    assert told(inbox) == [[("new", "platform")]]


def test_a_run_that_has_patience_tells_once_the_other_run_has_ended(tmp_path: Path, inbox: HttpInbox) -> None:
    other = take_turn(open_shelf(NotifySettings().state, tmp_path), owner="another", clock=lambda: NOW)
    assert isinstance(other, Turn)
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            other.__exit__(None, None, None)

    assert Runs(tmp_path, hook(), HOOK=inbox).run(condition(), patience=LEASE, pause=pause).busy is None
    assert pauses == [5.0] * 3
    assert told(inbox) == [[("new", "platform")]]


def test_a_turn_is_counted_from_when_it_is_taken_and_not_from_the_beginning_of_a_long_check(tmp_path: Path) -> None:
    seen: list[Turn | Lease] = []

    def another(_: object) -> None:
        quarter_later = NOW + timedelta(minutes=15)
        shelf = open_shelf(NotifySettings().state, tmp_path)
        seen.append(take_turn(shelf, owner="another", clock=lambda: quarter_later))

    with HttpInbox(on_request=another) as server:
        runs = Runs(tmp_path, hook(), HOOK=server)
        assert runs.run(condition(), began=time.monotonic() - 900).sent
    assert [type(one) for one in seen] == [Lease]


def test_patience_ends(tmp_path: Path, inbox: HttpInbox) -> None:
    assert isinstance(take_turn(open_shelf(NotifySettings().state, tmp_path), owner="x", clock=lambda: NOW), Turn)
    pauses: list[float] = []
    done = Runs(tmp_path, hook(), HOOK=inbox).run(condition(), patience=timedelta(seconds=14), pause=pauses.append)
    assert done.busy is not None
    assert (pauses, inbox.received) == ([5.0] * 2, [])


def test_a_channel_that_cannot_be_told_is_known_before_there_is_something_to_tell(tmp_path: Path) -> None:
    (outcome,) = Runs(tmp_path, hook()).run().failed
    assert outcome.alerts == ()
    assert outcome.error == "the environment variable HOOK is not set or empty"
    assert "Set HOOK" in outcome.hint


def test_an_address_from_a_file_is_relative_to_the_settings(tmp_path: Path, inbox: HttpInbox) -> None:
    (tmp_path / "url").write_text(f"{inbox.url}/T0K3N\n")
    channel = ChannelSettings(name="chat", kind="slack", url_file="url")
    Runs(tmp_path, channel).run(condition(), statuses=[status()])
    (received,) = inbox.received
    assert received.path == "/T0K3N"
    assert "platform 2026-11" in json.loads(received.body)["text"]


def test_the_console_is_told_without_any_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runs = Runs(tmp_path, ChannelSettings(name="log", kind="console"))
    runs.run(condition(), statuses=[status()])
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "NEW: platform 2026-11: actual 105% of 1,000.00 USD, above 100%" in shown.err
    runs.run(condition(), statuses=[status()], now=NOW + DAY)
    assert capsys.readouterr().err == ""


def test_a_condition_for_a_channel_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'platform' is to be told to 'nobody'"):
        Runs(tmp_path).run(condition(channels=("nobody",)))


def test_a_time_without_a_zone_is_refused(tmp_path: Path, inbox: HttpInbox) -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        Runs(tmp_path, hook(), HOOK=inbox).run(now=datetime(2026, 11, 20))  # noqa: DTZ001


def test_a_damaged_book_sends_nothing(tmp_path: Path, inbox: HttpInbox) -> None:
    (tmp_path / "costopt-alerts.sqlite").write_bytes(b"")
    with pytest.raises(AlertBookError, match="damaged: the file is empty"):
        Runs(tmp_path, hook(), HOOK=inbox).run(condition())
    assert inbox.received == []


def test_the_state_can_be_where_only_the_environment_says(tmp_path: Path, inbox: HttpInbox) -> None:
    runs = Runs(tmp_path, hook(), HOOK=inbox)
    runs.settings = replace(runs.settings, state_env="STATE")
    runs.environ["STATE"] = "elsewhere.sqlite"
    runs.run(condition())
    assert [one.name for one in tmp_path.iterdir()] == ["elsewhere.sqlite"]
    with pytest.raises(ConfigError, match="variable STATE is not set"):
        tell([], settings=runs.settings, now=datetime(2026, 11, 20, tzinfo=UTC), environ={})
