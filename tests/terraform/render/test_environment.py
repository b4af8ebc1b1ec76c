"""The environments escape everything, and the templates keep to it."""

import re
from pathlib import Path

import jinja2
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.sandbox import SecurityError

from costopt.errors import TerraformError
from costopt.terraform.render.environment import hcl_environment, template_folder, yaml_environment
from costopt.terraform.render.yaml_scalars import yaml_value
from tests.terraform.render.naughty import naughty

TEMPLATES = sorted(template_folder().rglob("*.j2"))
_RAW = re.compile(r"(\"[^\"]*\"|[\w.]+)\s*\|\s*raw_hcl")
_OWN_LABELS = {"one.call", "one.adoption.address", "one.name"}
"""Labels that costopt made, and addresses that are constants."""


def rendered(text: str, **context: object) -> str:
    return hcl_environment().from_string(text).render(context)


def test_a_plain_value_is_always_escaped() -> None:
    assert rendered("a = {{ x }}", x='"} evil {${y}') == 'a = "\\"} evil {$${y}"'


def test_what_is_not_defined_fails() -> None:
    with pytest.raises(jinja2.UndefinedError, match="surprise"):
        rendered("{{ surprise }}")


@pytest.mark.parametrize("attack", ["{{ ''.__class__.__mro__ }}", "{{ x.append(1) }}"])
def test_templates_run_in_a_sandbox(attack: str) -> None:
    with pytest.raises((SecurityError, jinja2.UndefinedError)):
        rendered(attack, x=[])


def test_raw_text_is_refused_where_it_is_no_reference() -> None:
    with pytest.raises(ValueError, match="no plain expression"):
        rendered("{{ x|raw_hcl }}", x='a" b')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(template_folder())))
def test_no_template_leaves_the_escaper_out(path: Path) -> None:
    text = path.read_text()
    assert '"{{' not in text
    assert "|safe" not in text
    assert not re.search(r"<<[-~]?[A-Z]", text)
    for raw in _RAW.findall(text):
        assert re.fullmatch(r'"[a-z()]+"', raw) or raw in _OWN_LABELS, raw
    for number, line in enumerate(text.splitlines(), start=1):
        if line.lstrip().startswith("#") and "{{" in line:
            assert re.search(r"\|\s*(comment|markdown)\s*}}", line), f"{path}:{number}"


def test_yaml_reads_every_naughty_string_back() -> None:
    strings = naughty()
    assert yaml.safe_load(yaml_value(strings)) == strings
    assert yaml.safe_load(yaml_environment().from_string("a: {{ x }}").render(x=strings)) == {"a": strings}


@settings(deadline=None)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.booleans() | st.integers()))
def test_yaml_reads_any_mapping_back(value: dict[str, object]) -> None:
    assert yaml.safe_load(yaml_value(value)) == value


def test_yaml_reads_a_key_back_that_is_longer_than_a_plain_one_may_be() -> None:
    value = {"\U0001f600" * 128: "x", "b": "y"}
    assert yaml.safe_load(yaml_value(value)) == value
    assert yaml.safe_load(f"a:\n  tags: {yaml_value(value)}\n") == {"a": {"tags": value}}


def test_yaml_refuses_half_a_surrogate_pair() -> None:
    with pytest.raises(TerraformError, match="surrogate"):
        yaml_value("\ud800")
