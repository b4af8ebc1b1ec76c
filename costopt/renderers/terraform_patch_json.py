"""A Terraform patch for programs."""

from decimal import Decimal
from typing import Any

import msgspec

from costopt.model.money import Money
from costopt.model.terraform import Unknown, Value
from costopt.model.terraform_patch import PATCH_SCHEMA_VERSION, ByHand, Patch, ProvenChange
from costopt.renderers.clean import encodable
from costopt.renderers.formats import plain


def render_patch_json(patch: Patch) -> str:
    """The patch as one JSON document without the content of files; amounts are strings, unknown is null."""
    document = {
        "schema_version": PATCH_SCHEMA_VERSION,
        "engine": patch.engine.value,
        "plans": patch.plans,
        "files": sorted(patch.files),
        "proven": [_proven(one) for one in patch.proven],
        "by_hand": [_by_hand(one) for one in patch.by_hand],
        "unmatched": [
            {"id": one.id, "title": one.title, "live": one.live, "reason": one.reason} for one in patch.unmatched
        ],
        "notes": list(patch.notes),
        "secret_lines": list(patch.secret_lines),
    }
    return msgspec.json.format(msgspec.json.encode(encodable(document)), indent=2).decode() + "\n"


def _proven(one: ProvenChange) -> dict[str, Any]:
    change = one.change
    return {
        "id": change.id,
        "title": change.title,
        "address": change.address,
        "live": change.live,
        "settings": [
            {"attribute": setting.text(), "before": _value(setting.before), "after": _value(setting.after)}
            for setting in change.settings
        ],
        "monthly_before": _money(change.monthly_before),
        "monthly_after": _money(change.monthly_after),
        "evidence": list(change.evidence),
        "kind": one.kind.value,
        "wave": one.wave,
        "notes": list(one.notes),
        "rollback": one.rollback,
        "sources": list(one.sources),
        "consequences": list(one.consequences),
        "places": [
            {"file": place.file, "line": place.line, "origin": place.origin, "via": list(place.via)}
            | {"narrowed": list(place.narrowed)}
            for place in one.places
        ],
    }


def _by_hand(one: ByHand) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "address": one.address,
        "live": one.live,
        "file": one.file,
        "line": one.line,
        "suggestion": one.suggestion,
        "reason": one.reason,
        "monthly_before": _money(one.monthly_before),
        "monthly_after": _money(one.monthly_after),
    }


def _money(value: Money | None) -> dict[str, str] | None:
    return None if value is None else {"amount": plain(value.amount), "currency": value.currency}


def _value(value: Value) -> Any:
    if value is None or isinstance(value, Unknown):
        return None
    if isinstance(value, Decimal):
        return plain(value)
    return value if isinstance(value, str | bool | int) else str(value)
