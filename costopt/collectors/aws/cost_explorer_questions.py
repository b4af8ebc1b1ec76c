"""Asks Cost Explorer within a budget of requests: each page is charged, and what was asked today is not asked again."""

from datetime import date
from math import ceil
from typing import Any

from costopt.collectors.aws.bill_access import BillReader
from costopt.collectors.aws.cost_explorer_query import (
    GET_COST_AND_USAGE,
    CostAnswer,
    CostQuery,
    CostRow,
    last_step,
    read_page,
    whole,
)
from costopt.collectors.aws.meter import PER_COST_EXPLORER_REQUEST
from costopt.collectors.day_cache import DayCache
from costopt.collectors.faults import PagingLoop
from costopt.errors import BillError

MAX_REQUESTS = 20
"""Requests of one run: $0.20 at most."""
_DOUBT = 4
"""How many pages an answer has is a guess until the last. A guess that passes the limit by no more than a quarter of it
does not end the run; the limit itself does."""


class Questions:
    """The questions of one run."""

    def __init__(self, reader: BillReader, cache: DayCache[CostAnswer], most: int) -> None:
        self._reader = reader
        self._cache = cache
        self._most = most
        self._spent = 0
        """Requests of this run that were answered."""

    def ask(self, query: CostQuery, *, after: int) -> CostAnswer:
        """The whole answer.

        Args:
            query: the question.
            after: further questions that follow, each of one request at least.

        Raises:
            BillError: the run would take more requests than allowed; nothing more is asked.
        """
        fingerprint = query.fingerprint(self._reader.account)
        kept = self._cache.get(fingerprint)
        if kept is not None and kept.needs is None:
            return kept
        least = self._spent + 1 + after
        if kept is not None and kept.needs is not None:
            least = max(least, kept.needs)
        if least > self._most:
            raise self._too_many(least)
        answer = self._read(query, fingerprint, after)
        self._cache.put(fingerprint, answer)
        return answer

    def _read(self, query: CostQuery, fingerprint: str, after: int) -> CostAnswer:
        rows: list[CostRow] = []
        names: dict[str, str] = {}
        params: dict[str, Any] = query.params()
        tokens: list[str] = []
        while True:
            page = self._reader.ask(GET_COST_AND_USAGE, **params)
            self._spent += 1
            found, more_names = read_page(page, query)
            rows += found
            names |= more_names
            token = page.get("NextPageToken")
            if not token:
                return whole(rows, names)
            if token in tokens:
                raise PagingLoop("Cost Explorer gave the same page token twice")
            tokens.append(token)
            left = _left(query, last_step(page, query), len(tokens))
            needs = self._spent + left + after
            if self._spent + 1 + after > self._most or needs > self._most + self._most // _DOUBT:
                # Kept, so that the same question on the same day is refused without asking.
                self._cache.put(fingerprint, CostAnswer(rows=(), account_names={}, needs=needs))
                raise self._too_many(needs)
            params["NextPageToken"] = token

    def _too_many(self, needs: int) -> BillError:
        return BillError(
            f"Cost Explorer would take about {needs} requests (${needs * PER_COST_EXPLORER_REQUEST:.2f}); "
            f"at most {self._most} are sent",
            hint="Ask for fewer months, or set up an export (Data Exports, FOCUS 1.2), which costs nothing.",
        )


def _left(query: CostQuery, last: date, pages: int) -> int:
    """Requests that the rest of an answer takes, by the steps that its pages have come through; at least one."""
    # The last step shown counts as read, so that the guess is rather too low.
    read = _steps(query, query.start, last) + 1
    rest = _steps(query, query.start, query.end) - read
    return max(1, ceil(pages * rest / read))


def _steps(query: CostQuery, start: date, end: date) -> int:
    """Whole days or months from one day to another."""
    if query.granularity == "DAILY":
        return (end - start).days
    return (end.year - start.year) * 12 + end.month - start.month + (end.day > 1)
