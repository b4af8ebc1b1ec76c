"""The sign of life at the end of a run: given, or said to be missing, and never the end of anything."""

import pytest

from costopt.pipeline.budgets.heartbeat import beat
from tests.oracles.http_inbox import Answer, HttpInbox


@pytest.mark.parametrize(("succeeded", "path"), [(True, "/id"), (False, "/id/fail")])
def test_a_run_says_that_it_ended(*, succeeded: bool, path: str) -> None:
    with HttpInbox() as server:
        assert beat("BEAT", succeeded=succeeded, environ={"BEAT": f"{server.url}/id"}) is None
        assert [one.path for one in server.received] == [path]


def test_where_none_is_wanted_none_is_given() -> None:
    assert beat(None, succeeded=True, environ={}) is None


def test_a_service_that_fails_is_told_without_its_address() -> None:
    with HttpInbox(Answer(status=404)) as server:
        said = beat("BEAT", succeeded=True, environ={"BEAT": f"{server.url}/SECRET"})
    assert said == "the sign of life could not be given: the server answered HTTP 404"


@pytest.mark.parametrize("value", ["", "http://example.com/SECRET", "SECRET"])
def test_an_address_that_cannot_be_used_is_told_without_it(value: str) -> None:
    said = beat("BEAT", succeeded=True, environ={"BEAT": value})
    assert said is not None
    assert "SECRET" not in said
