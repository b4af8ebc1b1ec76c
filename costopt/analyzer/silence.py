"""Findings that the user has silenced: by a tag on the resource, or by a mute until a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa
import pyarrow.compute as pc

from costopt.model.finding import Silence
from costopt.model.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Silences:
    """What silences what."""

    tag_patterns: Sequence[str] = ("costopt:ignore", "costopt-ignore")
    """Each a tag key, `key=value`, or a regular expression between slashes that is matched against `key=value`."""
    mutes: Mapping[str, Silence] = field(default_factory=dict)
    """By finding id."""

    def of(self, finding_id: str, resource: Resource, now: datetime) -> Silence | None:
        """Why a finding is silent at `now`, or None where it is not. A mute holds through its last day, UTC."""
        mute = self.mutes.get(finding_id)
        if mute is not None and (mute.until is None or now.date() <= mute.until):
            return mute
        for key, value in sorted((resource.tags or {}).items()):
            if any(_matches(pattern, key, value) for pattern in self.tag_patterns):
                return Silence(by="tag", reason=f"tag {key}={value}" if value else f"tag {key}")
        return None


def _matches(pattern: str, key: str, value: str) -> bool:
    if len(pattern) > 2 and pattern.startswith("/") and pattern.endswith("/"):
        # RE2, in linear time: a stranger's tag must not be able to hang the user's expression.
        text = pa.array([f"{key}={value}"])
        return bool(pc.match_substring_regex(text, pattern=f"^(?:{pattern[1:-1]})$")[0].as_py())
    return pattern in (key, f"{key}={value}")
