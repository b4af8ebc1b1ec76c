"""What bill is wanted: form, file, size, seed, months."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from costopt.model.bill import FileForm

HOURLY_FROM = 20_000
"""Lines a month from which a bill is read by the hour; a smaller one is by the day, so that few lines are a month."""
_PACIFIC = ZoneInfo("America/Los_Angeles")


class Form(StrEnum):
    """Whose form the bill has."""

    CUR2 = "cur2"
    """AWS Cost and Usage Report 2.0, of Data Exports."""
    LEGACY = "legacy"
    """AWS Cost and Usage Report as it was."""
    FOCUS = "focus"
    """FOCUS 1.2, of AWS or of Google Cloud."""
    GCP = "gcp"
    """Google's detailed usage cost export."""


class Cloud(StrEnum):
    """Whose bill it is."""

    AWS = "aws"
    GCP = "gcp"


class Edp(StrEnum):
    """How a negotiated discount of 10 % (EDP) shows in an AWS bill."""

    NONE = "none"
    """There is none."""
    NET = "net"
    """`net_*` columns are filled, and lines of `EdpDiscount` stand beside them with a net cost of 0."""
    LINES = "lines"
    """Only lines of `EdpDiscount`; there are no net columns."""


FILES: dict[Form, tuple[FileForm, ...]] = {
    Form.CUR2: (FileForm.PARQUET, FileForm.CSV_GZ, FileForm.CSV),
    Form.LEGACY: (FileForm.CSV_GZ, FileForm.PARQUET, FileForm.CSV),
    Form.FOCUS: (FileForm.PARQUET, FileForm.CSV_GZ, FileForm.CSV),
    Form.GCP: (FileForm.PARQUET, FileForm.JSONL_GZ, FileForm.CSV, FileForm.CSV_GZ),
}
"""Files that each form comes in, the usual one first. A plain CSV is an unpacked CSV.gz, for those who look into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One billing month in the provider's own calendar."""

    number: int
    """Position among the months of the bill, from 0."""
    first: date
    """First day."""
    after: date
    """First day of the next month."""
    start: datetime
    """When it begins, UTC without zone: Google's months begin at midnight in California."""
    hours: int
    """How long it is, hours; 721 or 743 where California changes its clocks."""

    @property
    def label(self) -> str:
        """`YYYY-MM`."""
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A bill that is wanted; the same request gives the same bytes."""

    form: Form
    """Whose form."""
    file: FileForm
    """How its files are written."""
    cloud: Cloud
    """Whose bill."""
    lines: int
    """About how many lines of usage, over all months; fees, taxes and credits come on top."""
    months: int
    """How many billing periods."""
    first_month: date
    """First day of the first one."""
    seed: int
    """Changes quantities and names, not prices."""
    edp: Edp
    """Shape of the negotiated discount; of AWS only."""
    edition: int
    """1: as first delivered. 2: as restated, with late lines and corrected quantities."""
    split: int
    """Files a month."""

    def __post_init__(self) -> None:
        """Refuse what cannot be made.

        Raises:
            ValueError: it says what is wrong and what would do.
        """
        own = {Form.GCP: Cloud.GCP, Form.CUR2: Cloud.AWS, Form.LEGACY: Cloud.AWS}.get(self.form, self.cloud)
        if own is not self.cloud:
            raise ValueError(f"{self.form} is a form of {own}, not of {self.cloud}")
        if self.file not in FILES[self.form]:
            raise ValueError(f"{self.form} comes as {', '.join(FILES[self.form])}, not as {self.file}")
        if not (self.lines >= self.months >= 1 and self.split >= 1 and self.edition in (1, 2) and self.seed >= 0):
            raise ValueError("lines >= months >= 1, split >= 1, edition 1 or 2 and seed >= 0 are needed")
        if self.seed >= 1_000_000 or self.lines > 1_000_000_000:
            raise ValueError("seed must be below 1,000,000 and lines at most 1,000,000,000: more would overflow")
        if self.first_month.day != 1:
            raise ValueError("first_month must be the first day of a month")

    @property
    def month_lines(self) -> int:
        """Lines of usage a month."""
        return self.lines // self.months

    @property
    def step_hours(self) -> int:
        """Hours that a line of usage is about: 1, or 24 in a small bill."""
        return 1 if self.month_lines >= HOURLY_FROM else 24

    @property
    def file_bounds(self) -> list[tuple[int, int]]:
        """Numbers of the lines of usage of each file of a month: the first, and the one after the last."""
        bounds = [self.month_lines * part // self.split for part in range(self.split + 1)]
        return list(pairwise(bounds))

    @property
    def periods(self) -> Iterator[Period]:
        """Billing months, oldest first."""
        first = self.first_month
        for number in range(self.months):
            after = _next_month(first)
            start, end = self._begin(first), self._begin(after)
            hours = int((end - start) / timedelta(hours=1))
            yield Period(number=number, first=first, after=after, start=start, hours=hours)
            first = after

    def _begin(self, day: date) -> datetime:
        zone = _PACIFIC if self.cloud is Cloud.GCP else UTC
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
