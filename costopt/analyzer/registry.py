"""The checks there are, found by their files, and their thresholds with the user's own."""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

import msgspec

from costopt.analyzer import checks
from costopt.analyzer.check import Check
from costopt.errors import ConfigError

MOST = 10**12
"""No threshold of any check is as large as this; infinity and NaN are not below it either."""


@cache
def all_checks() -> tuple[Check[Any, Any], ...]:
    """Every check, by id. A file in `analyzer/checks` is a check; nothing else registers it."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    return tuple(importlib.import_module(f"{checks.__name__}.{name}").CHECK for name in names)


def select(ids: tuple[str, ...]) -> tuple[Check[Any, Any], ...]:
    """The checks with these ids, all where none is named.

    Raises:
        ConfigError: an id that no check has.
    """
    known = {check.id: check for check in all_checks()}
    for wanted in ids:
        if wanted not in known:
            raise ConfigError(f"there is no check {wanted!r}", hint=_did_you_mean(wanted, known))
    return tuple(check for check in all_checks() if not ids or check.id in ids)


def thresholds(check: Check[Any, Any], overrides: Mapping[str, Any]) -> Any:
    """The check's parameters with the user's own values.

    Raises:
        ConfigError: a parameter that the check does not have, a value of another type, or one that cannot be meant:
            below zero, not finite, or a look-back of less than a day.
    """
    names = {field.name for field in fields(check.params)}
    listing = f"costopt checks {check.id} lists its parameters."
    for name in overrides:
        if name not in names:
            hint = _did_you_mean(name, names, otherwise=listing)
            raise ConfigError(f"[checks.{check.id}] has no parameter {name!r}", hint=hint)
    try:
        params = msgspec.convert(dict(overrides), type=check.params)
    except msgspec.ValidationError as error:
        raise ConfigError(f"[checks.{check.id}] {error}", hint=listing) from None
    _refuse_impossible(check, {name: getattr(params, name) for name in overrides}, listing)
    return params


def _refuse_impossible(check: Check[Any, Any], values: Mapping[str, Any], listing: str) -> None:
    look_backs = {need.days for need in check.needs}
    for name, value in values.items():
        least = 1 if name in look_backs else 0
        if isinstance(value, int | float | Decimal) and not least <= value < MOST:
            raise ConfigError(
                f"[checks.{check.id}] {name} = {value} cannot be meant", hint=f"At least {least}. {listing}"
            )


def _did_you_mean(wanted: str, known: Any, *, otherwise: str = "costopt checks lists them all.") -> str:
    near = get_close_matches(wanted, list(known), n=3)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise
