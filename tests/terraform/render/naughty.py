"""Strings that break what does not escape them: the Big List of Naughty Strings, and some aimed at Terraform."""

import json
import unicodedata
from pathlib import Path

_LIST = Path(__file__).parent / "data" / "blns.json"
AIMED = (
    "${x}", "$${x}", "$$${x}", "$$$${x}", "%{if}", "%%{if}", "%{ if true }a%{ endif }", "${", "%{", "$", "%",
    "$$", "a$", '"', "\\", '\\"', "\\${x}", "\\n", "\n", "\r\n", "\t", "\x00", "\x01", "\x7f", "\u0085",
    "\u2028", "\u200b", "\ufeff", "e\u0301", "\u00e9", "\U0001f600", "\U0010ffff", '${file("/etc/passwd")}',
    '"} resource "aws_x" "y" {', "EOT\n", "<<EOT\nx\nEOT", "#", "//", "/* */", "*/", 'a"\n  evil = "x',
    "\\u0041", "~}", "${~ x ~}", "$\\{", "'", "null", "true", " lead", "trail ", "\u202e rtl", "{{ 7*7 }}",
    "{% raw %}", "{# x #}", "\u1100\u1161", "\ud55c", "for", "if", "", "a.b",
)  # fmt: skip


def naughty() -> list[str]:
    """All of them that Unicode text can hold, each once after NFC, in order."""
    strings = [*json.loads(_LIST.read_text("utf-8")), *AIMED]
    return list(dict.fromkeys(nfc(one) for one in strings))


def nfc(text: str) -> str:
    """As Terraform keeps text."""
    return unicodedata.normalize("NFC", text)
