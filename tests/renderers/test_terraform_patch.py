"""The body of a pull request: complete, bounded, and deaf to what names in it say."""

import json
import re
from dataclasses import replace
from decimal import Decimal

from costopt.model.money import Money
from costopt.model.terraform import Engine
from costopt.model.terraform_patch import (
    ByHand,
    ChangeKind,
    EditedPlace,
    Patch,
    ProposedChange,
    ProvenChange,
    Setting,
    Unmatched,
)
from costopt.renderers.terraform_patch import headline, render_patch_body
from costopt.renderers.terraform_patch_json import render_patch_json

HOSTILE = "`x` | <img src=x onerror=1> @everyone [a](http://evil.example) \n# h \u202e ${x}"


def dollars(amount: str) -> Money:
    return Money(amount=Decimal(amount))


def proven(name: str, wave: int = 1, before: str | None = "100", text: str = "plain") -> ProvenChange:
    setting = Setting(path=("instance_type",), before="m5.xlarge", after="m5.large")
    change = ProposedChange(
        id="F-1", title=text, address=f'aws_instance.x["{name}"]', type="aws_instance", live=text,
        settings=(setting,), evidence=(text,),
        monthly_before=dollars(before) if before else None, monthly_after=dollars("40.25"),
    )  # fmt: skip
    place = EditedPlace(file="main.tf", line=3, origin="literal", narrowed=("var.size",))
    return ProvenChange(
        change=change, places=(place,), kind=ChangeKind.STOP_START, notes=("It stops.",), rollback="Set it back.",
        sources=("https://docs.example/x",), wave=wave, consequences=("aws_x.y.version",),
    )  # fmt: skip


def patch(*changes: ProvenChange, text: str = "plain", unmatched: int = 1) -> Patch:
    hand = ByHand(id="F-2", title=text, address="aws_x.y", live=text, file="a.tf", line=7, suggestion=text, reason=text)
    lost = Unmatched(id="F-3", title=text, live=text, reason=text)
    return Patch(
        proven=changes, by_hand=(hand,), unmatched=(lost,) * unmatched, files={"main.tf": (b"", b"x")},
        engine=Engine.STUB, plans=2, notes=(text,),
    )  # fmt: skip


def test_the_headline_sums_the_savings_that_are_known() -> None:
    assert headline(patch(proven("a"), proven("b"))) == "2 changes in 1 file, saving $119.50 a month"
    assert (
        headline(patch(proven("a"), proven("b", before=None))) == "2 changes in 1 file, saving at least $59.75 a month"
    )


def test_changes_stand_in_waves_with_all_that_a_reviewer_needs() -> None:
    body = render_patch_body(patch(proven("later", wave=3), proven("first", wave=1)))
    assert body.index("Wave 1") < body.index("first") < body.index("Wave 3") < body.index("later")
    for told in ("`m5.xlarge` to `m5.large`", "\\$100.00", "\\$40.25", "`main.tf:3`", "`var.size`", "stop and start"):
        assert told in body
    for told in ("Rollback: Set it back.", "https://docs.example/x", "`aws_x.y.version`", "`a.tf:7`", "F-3"):
        assert told in body


def test_true_and_false_are_written_as_in_a_configuration() -> None:
    one = proven("api")
    setting = Setting(path=("cpu_idle",), before=False, after=True)
    text = render_patch_body(patch(replace(one, change=replace(one.change, settings=(setting,)))))
    assert "`cpu_idle`: `false` to `true`" in text


def test_hostile_names_neither_format_nor_link_nor_mention() -> None:
    body = render_patch_body(patch(proven(HOSTILE, text=HOSTILE), text=HOSTILE))
    bare = re.sub(r"`[^`\n]*`", "", body)  # in a code span nothing is markup
    assert "<img" not in bare.replace("\\<img", "")
    assert "@everyone" not in bare
    assert not re.search(r"(?<!\\)\]\(", bare)
    assert "\n# h" not in body
    assert "\u202e" not in body
    rows = [line for line in body.splitlines() if line.startswith("| ")]
    assert all(line.replace("\\|", "").count("|") in (4, 6, 7) for line in rows)


def test_the_body_warns_of_secrets_in_the_diff_by_place_and_shows_none() -> None:
    told = replace(patch(proven("a")), secret_lines=("terraform.tfvars:3",), files={"a": (b"pw = 1", b"pw = 1\n")})
    body = render_patch_body(told)
    assert "**The diff shows lines that look like secrets**: `terraform.tfvars:3`" in body
    assert "pw = 1" not in body
    assert "secrets" not in render_patch_body(patch(proven("a")))
    assert json.loads(render_patch_json(told))["secret_lines"] == ["terraform.tfvars:3"]


def test_the_body_fits_into_a_comment_and_says_what_is_left_out() -> None:
    body = render_patch_body(patch(*(proven(f"n{number}") for number in range(500)), unmatched=500))
    assert len(body) <= 60_000
    assert "more, not shown" in body


def test_json_has_everything_but_the_content_of_files() -> None:
    document = json.loads(render_patch_json(patch(proven("a", text=HOSTILE + "\ud800"))))
    (one,) = document["proven"]
    assert one["monthly_before"] == {"amount": "100", "currency": "USD"}
    assert one["settings"] == [{"attribute": "instance_type", "before": "m5.xlarge", "after": "m5.large"}]
    assert document["files"] == ["main.tf"]
    assert document["by_hand"][0]["line"] == 7


def test_long_addresses_are_whole() -> None:
    name = f"{'n' * 120}-a"
    assert f'aws_instance.x["{name}"]' in render_patch_body(patch(proven(name)))
