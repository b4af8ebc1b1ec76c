import jinja2
import pytest
from markupsafe import Markup

from costopt.errors import CostoptError
from costopt.renderers import environment


def test_values_are_escaped_and_cleaned():
    template = environment.html_environment().from_string("<p title='{{ x }}'>{{ x }}</p>")
    assert template.render(x="'<\x1b\u202e>") == "<p title='&#39;&lt;\ufffd\ufffd&gt;'>&#39;&lt;\ufffd\ufffd&gt;</p>"


def test_our_own_markup_keeps_its_line_breaks():
    assert environment.html_environment().from_string("{{ x }}").render(x=Markup("a\n<b>")) == "a\n<b>"


def test_what_is_not_defined_fails():
    with pytest.raises(jinja2.UndefinedError, match="surprise"):
        environment.html_environment().from_string("{{ surprise }}").render()


def test_the_templates_of_an_installed_package_come_first(tmp_path, monkeypatch):
    installed = tmp_path / "_reports"
    (installed / "templates").mkdir(parents=True)
    monkeypatch.setattr(environment, "_INSTALLED", installed)
    assert environment.template_folder() == installed / "templates"


def test_a_damaged_installation_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "_INSTALLED", tmp_path / "a")
    monkeypatch.setattr(environment, "_CHECKOUT", tmp_path / "b")
    with pytest.raises(CostoptError, match="templates are missing") as caught:
        environment.template_folder()
    assert "Install" in caught.value.hint
