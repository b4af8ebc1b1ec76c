"""Errors that are answers: an item that is gone since it was listed, a setting that was never made."""

from collections.abc import Collection, Mapping
from typing import Any

from botocore.exceptions import ClientError

from costopt.collectors.aws.faults import DENIED, error_code
from costopt.collectors.aws.interface import Api, Call


def answer_unless(
    api: Api, call: Call, codes: Collection[str], *, saying: str = "", **params: Any
) -> Mapping[str, Any] | None:
    """One answer, or None where the service refuses with one of `codes`; every other error passes.

    Args:
        api: declared calls of the collector.
        call: the call.
        codes: error codes that mean None here.
        saying: part of the message that must be there too, for codes that mean several things.
        params: parameters of the call.
    """
    try:
        return api.call(call, **params)
    except ClientError as error:
        if _is_one_of(error, codes, saying):
            return None
        raise


def items_unless(api: Api, call: Call, codes: Collection[str], **params: Any) -> list[dict[str, Any]] | None:
    """All items of all pages, or None where the service refuses with one of `codes`; every other error passes."""
    try:
        return list(api.pages(call, **params))
    except ClientError as error:
        if _is_one_of(error, codes, ""):
            return None
        raise


def answer_or_missing(
    api: Api, part: str, call: Call, codes: Collection[str] = DENIED, *, of: str | None = None, **params: Any
) -> Mapping[str, Any] | None:
    """One answer, or None where the service refuses with one of `codes`: `part` is then noted as missing.

    Args:
        api: declared calls of the collector.
        part: what the answer is for, such as `tags`.
        call: the call.
        codes: error codes that leave the part out; every other error passes.
        of: id of the resource, where the answer is about one.
        params: parameters of the call.
    """
    try:
        return api.call(call, **params)
    except ClientError as error:
        if not _is_one_of(error, codes, ""):
            raise
        api.missing(part, error, of=of)
        return None


def items_or_missing(api: Api, part: str, call: Call, **params: Any) -> list[dict[str, Any]] | None:
    """All items of all pages, or None where they are denied: `part` is then noted as missing."""
    try:
        return list(api.pages(call, **params))
    except ClientError as error:
        if not _is_one_of(error, DENIED, ""):
            raise
        api.missing(part, error)
        return None


def _is_one_of(error: ClientError, codes: Collection[str], saying: str) -> bool:
    message = str(error.response.get("Error", {}).get("Message", ""))
    return error_code(error) in codes and saying.casefold() in message.casefold()
