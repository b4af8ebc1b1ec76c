"""Secrets are masked by mark, by name and by content, and nothing else is."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.model.terraform import UNKNOWN, Masked
from costopt.terraform.secrets import is_secret_name, is_secret_text, mask, mask_value
from costopt.terraform.secrets import mark_paths as marks_of

SECRET = (
    "password", "master_password", "db_passwd", "DB_PASSWORD", "secret", "client_secret", "secret_string", "auth_token",
    "private_key", "private_key_pem", "secret_access_key", "api_key", "apiKey", "connection_string", "user_data",
    "user_data_base64", "metadata_startup_script", "container_definitions", "passphrase", "accessToken", "ssh_keys",
    "startup-script", "windows-startup-script-ps1", "shutdown-script", "user-data", "ssh-keys", "kube-env",
    "gce-container-declaration", "raw_key", "rsa_encrypted_key", "x-api-key",
)  # fmt: skip
HARMLESS = (
    "id", "arn", "self_link", "instance_type", "http_tokens",
    "password_length", "secret_arn", "token_ttl", "kms_key_id", "key_name",
    "secret_name", "password_policy", "compass", "bypass_snaplock", "passenger", "tokenizer_x", "monkey",
    "keys_per_row", "manage_master_user_password_rotation", "partition_key", "hash_key", "metadata_options",
    "block-project-ssh-keys", "enable-oslogin", "startup-script-url", "secret-name", "kms_key_self_link",
)  # fmt: skip
TEXTS = (
    "-----BEGIN RSA PRIVATE KEY-----\nx", "AKIAIOSFODNN7EXAMPLE", "ghp_" + "a" * 36, "postgres://u:pw@host/db",
    "export PASSWORD=hunter2", "token: abc", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.x",
)  # fmt: skip
PLAIN = (
    "", "m5.large", "arn:aws:secretsmanager:eu-west-1:1:secret:app/db-x", "https://example.com/a?b=c",
    "the secret of it",     "sg-0123456789abcdef0", "postgres://host:5432/db", "db.r5.4xlarge", "tokens", "required",
)  # fmt: skip


@pytest.mark.parametrize("name", SECRET)
def test_a_name_gives_a_secret_away(name: str) -> None:
    assert is_secret_name(name)
    assert isinstance(mask_value({name: "text"})[name], Masked)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_name_does_not(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("text", TEXTS)
def test_a_content_gives_a_secret_away(text: str) -> None:
    assert is_secret_text(text)
    assert mask_value(["x", {"tag": text}])[1]["tag"] == mask(text)


@pytest.mark.parametrize("text", PLAIN)
def test_a_harmless_content_stays(text: str) -> None:
    assert mask_value(text) == text


def test_numbers_and_truth_values_are_no_secrets() -> None:
    value = {"password_count": 3, "password": True, "secret": None, "token": UNKNOWN, "api_key": 7}
    assert mask_value(value) == value


def test_the_values_of_a_map_of_secrets_are_masked_and_its_keys_stay() -> None:
    masked = mask_value({"environment": [{"variables": {"DB_PASSWORD": "x", "REGION": "eu"}}], "secrets": {"a": "b"}})
    assert masked["environment"][0]["variables"]["REGION"] == "eu"
    assert isinstance(masked["environment"][0]["variables"]["DB_PASSWORD"], Masked)
    assert isinstance(masked["secrets"]["a"], Masked)


def test_marks_of_a_plan_mask_whatever_they_mark() -> None:
    value = {"size": 8, "list": ["a", "b"], "whole": {"x": 1}}
    masked = mask_value(value, {"size": True, "list": [False, True], "whole": True})
    assert (type(masked["size"]), masked["list"][0]) == (Masked, "a")
    assert isinstance(masked["list"][1], Masked)
    assert isinstance(masked["whole"], Masked)


@pytest.mark.parametrize(
    ("paths", "marks"),
    [
        ([[{"type": "get_attr", "value": "user"}]], {"user": True}),
        (
            [[{"type": "get_attr", "value": "b"}, {"type": "index", "value": {"value": 1, "type": "number"}}]],
            {"b": [{}, True]},
        ),
        (
            [[{"type": "get_attr", "value": "m"}, {"type": "index", "value": {"value": "k", "type": "string"}}]],
            {"m": {"k": True}},
        ),
        ([[{"type": "get_attr", "value": "s"}, {"type": "index", "value": {"value": {"a": 1}}}]], {"s": True}),
        ([[]], True),
        (None, {}),
        ([], {}),
    ],
)
def test_paths_of_a_state_become_marks(paths: list[list[Any]] | None, marks: Any) -> None:
    assert marks_of(paths) == marks


def test_equal_secrets_get_equal_marks_that_tell_nothing() -> None:
    assert mask("hunter2") == mask("hunter2") != mask("hunter3")
    assert str(mask("hunter2")) == "(sensitive)"
    assert "hunter2" not in repr(mask("hunter2"))
    assert not re.search("[0-9a-f]{16}", repr(mask("hunter2")))


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(value=nested, name=st.sampled_from(SECRET))
def test_a_secret_never_survives_wherever_it_lies(value: Any, name: str) -> None:
    secret = "s3cr3t-of-the-user"
    planted = {"x": [value, {"deep": {name: secret}}], name: [secret], "marked": secret, "url": f"ssh://u:{secret}@h"}
    assert secret not in repr(mask_value(planted, {"marked": True}))
