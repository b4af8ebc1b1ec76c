"""Secrets of states and plans, masked before anything leaves a reader."""

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from costopt.model.terraform import Masked, Unknown, flatten

_KEY = secrets.token_bytes(32)
"""Of this process: equal secrets get equal marks, but nobody can tell from a mark what was masked."""

_NAMES = re.compile(
    r"(^|_|\.)(pass(word|wd|phrase)?|pwd|secrets?|tokens?|credentials?|(private|api|access|auth|client|secret|shared|"
    r"encryption|encrypted|raw|signing|license|account|storage|ssh)_?keys?|connection_?strings?|pem|pfx|"
    r"user_?data(_base64)?|(startup|shutdown|specialize)_script|custom_data|container_(definitions|declaration)|"
    r"kube_env|psk|preshared_key|certificate_body|kubeconfig|dsn)(_|\.|$)",
    re.I,
)
_HARMLESS = re.compile(
    r"_(arns?|ids?|names?|version|length|type|ttl|urls?|uri|mode|polic(y|ies)|enabled|days|seconds|minutes|algorithm|"
    r"status|specs?|expiration|expiry|hash|validity|rotation|duration)$|^http_tokens$|^block_project_ssh_keys$",
    re.I,
)
_CONTENTS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|"
    r"\bxox[abpr]-[A-Za-z0-9-]{10,}|"
    r"\bAIza[A-Za-z0-9_-]{35}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.|://[^/\s:@]+:[^/\s@]+@|"
    r"(?i:\b(password|secret|token)(\s*=\s*|:\s+)\S)"
)
_SHORTEST_REPEATED = 8
"""Characters of a secret that is looked for elsewhere: shorter ones ("app", "true") would match by chance."""
_IDENTITIES = frozenset({"id", "arn", "self_link", "name"})
"""What a live resource is known by. Where that is a secret, it is masked by its own mark only."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Whether values of an attribute, tag, key of metadata or variable of this name are taken for secrets."""
    snake = _CAMEL.sub("_", name).replace("-", "_")
    return bool(_NAMES.search(snake)) and not _HARMLESS.search(snake)


def is_secret_text(text: str) -> bool:
    """Whether a text looks like a secret whatever its name: a private key, a token, a URL with a password."""
    return bool(_CONTENTS.search(text))


def mask(value: Any) -> Masked:
    """The mark of a secret."""
    text = json.dumps(value, sort_keys=True, default=str)
    return Masked(hmac.new(_KEY, text.encode(), hashlib.sha256).hexdigest())


def mask_value(value: Any, marks: Any = None, found: set[str] | None = None) -> Any:
    """A nested value with its secrets masked: those that are marked, and those that name or content give away.

    Args:
        value: of a resource.
        marks: what the plan calls sensitive: True for the whole, or a nested structure with True at the secrets.
        found: takes the texts that were masked, for `mask_repeats`.
    """
    if marks is True:
        return value if value is None or isinstance(value, Unknown) else _masked(value, found)
    if isinstance(value, Mapping):
        inner = marks if isinstance(marks, Mapping) else {}
        return {name: _mask_entry(name, one, inner.get(name), found) for name, one in value.items()}
    if isinstance(value, list):
        listed = marks if isinstance(marks, list) else []
        padded = [*listed, *([None] * (len(value) - len(listed)))]
        return [mask_value(one, mark, found) for one, mark in zip(value, padded, strict=False)]
    if isinstance(value, str) and is_secret_text(value):
        return _masked(value, found)
    return value


def _mask_entry(name: str, value: Any, marks: Any, found: set[str] | None) -> Any:
    # Numbers, truth values and blocks under such a name describe a secret (password_length), they are none.
    if not is_secret_name(str(name)):
        return mask_value(value, marks, found)
    holds_text = isinstance(value, str) or (isinstance(value, list) and any(isinstance(one, str) for one in value))
    if holds_text and value:
        return _masked(value, found)
    if isinstance(value, Mapping) and all(isinstance(one, str) for one in value.values()):
        return {key: _masked(one, found) for key, one in value.items()}
    return mask_value(value, marks, found)


def _masked(value: Any, found: set[str] | None) -> Masked:
    if found is not None:
        found.update(text for _, text in flatten(value) if isinstance(text, str) and len(text) >= _SHORTEST_REPEATED)
    return mask(value)


def mask_repeats(value: Any, found: set[str]) -> Any:
    """The value with every text masked that was found to be a secret elsewhere.

    Terraform's marks do not reach computed values: the `output` of a terraform_data repeats its `input` unmarked.
    """
    if isinstance(value, Mapping):
        return {
            name: one if name in _IDENTITIES and isinstance(one, str) else mask_repeats(one, found)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [mask_repeats(one, found) for one in value]
    return mask(value) if isinstance(value, str) and value in found else value


def mark_paths(paths: list[list[Any]] | None) -> Any:
    """The nested marks that `sensitive_attributes` of a state means: lists of steps to each secret.

    Source: https://github.com/hashicorp/terraform/blob/main/internal/states/statefile/marshal_json.go
    """
    marks: Any = {}
    for path in paths or []:
        steps = [_step(step) for step in path if isinstance(step, Mapping)]
        marks = _marked(marks, steps)
    return marks


def _step(step: Mapping[str, Any]) -> Any:
    value = step.get("value")
    return value.get("value") if isinstance(value, Mapping) else value


def _marked(marks: Any, steps: list[Any]) -> Any:
    if not steps or marks is True:
        return True
    first, *rest = steps
    if isinstance(first, str):
        known = marks if isinstance(marks, Mapping) else {}
        return {**known, first: _marked(known.get(first, {}), rest)}
    # A number is an element of a list; anything else is an element of a set, which has no place: all of it is secret.
    return _marked_element(marks, first, rest) if isinstance(first, int) else True


def _marked_element(marks: Any, position: int, rest: list[Any]) -> Any:
    if not 0 <= position < 10_000:
        return True
    known = list(marks) if isinstance(marks, list) else []
    known += [{}] * (position + 1 - len(known))
    known[position] = _marked(known[position], rest)
    return known
