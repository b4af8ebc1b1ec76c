"""What the lifecycle rules of a bucket do."""

from collections.abc import Iterable, Mapping
from typing import Any

from costopt.model.specs.storage import LifecycleRule


def rules_of(rules: Iterable[Mapping[str, Any]]) -> tuple[LifecycleRule, ...]:
    """The enabled rules of an answer of GetBucketLifecycleConfiguration, in its order."""
    return tuple(_rule(rule) for rule in rules if rule.get("Status") == "Enabled")


def _rule(rule: Mapping[str, Any]) -> LifecycleRule:
    return LifecycleRule(
        whole_bucket=_is_whole(rule),
        transition_days=min((_days(one) for one in rule.get("Transitions") or ()), default=None),
        expire_days=_expiry(rule.get("Expiration") or {}),
        expire_noncurrent_days=(rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays"),
        abort_multipart_days=(rule.get("AbortIncompleteMultipartUpload") or {}).get("DaysAfterInitiation"),
    )


def _is_whole(rule: Mapping[str, Any]) -> bool:
    """Whether a rule has neither prefix, tag nor size limit; rules of the old form carry the prefix themselves."""
    limits = rule.get("Filter") or {}
    return not (rule.get("Prefix") or limits.get("Prefix")) and set(limits) <= {"Prefix"}


def _days(action: Mapping[str, Any]) -> int:
    """Days until an action; one with a date instead acts on all objects from that day on, whatever their age.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    return int(action.get("Days") or 0)


def _expiry(expiration: Mapping[str, Any]) -> int | None:
    """Days until objects are deleted; None for a rule that only clears delete markers."""
    return _days(expiration) if expiration.get("Days") or expiration.get("Date") else None
