"""What a diff shows beside its edits is told where it looks like a secret."""

from costopt.terraform.patch.near_secrets import secret_lines

BEFORE = b"""# sizes
db_password = "hunter2-hunter2"
region      = "eu-west-1"
size        = "m5.large"
tags        = { owner = "a", api_key = "abc" }
note        = "url is https://user:pass@host/"
limit       = 3
token_far   = "beyond the context"
"""


def told(before: bytes, name: str = "terraform.tfvars") -> list[str]:
    return list(secret_lines({name: (before, before.replace(b"m5.large", b"m6i.large"))}))


def test_names_and_contents_within_the_context_are_told_by_line() -> None:
    assert told(BEFORE) == ["terraform.tfvars:2", "terraform.tfvars:5", "terraform.tfvars:6"]


def test_json_is_looked_at_alike() -> None:
    assert told(b'{\n "size": "m5.large",\n "dbPassword": "x"\n}', "a.tfvars.json") == ["a.tfvars.json:3"]


def test_nothing_is_told_of_plain_lines_and_of_files_that_stay() -> None:
    assert told(b'size = "m5.large"\npassword_length = 12\n') == []
    assert list(secret_lines({"a.tf": (BEFORE, BEFORE)})) == []
