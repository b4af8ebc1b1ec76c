"""Lines of a diff that look like secrets: a diff shows what stands around an edit, and goes to where people read it."""

import re
from collections.abc import Iterator, Mapping

from costopt.terraform.patch.diff import shown_lines
from costopt.terraform.secrets import is_secret_name, is_secret_text

_NAME = re.compile(r'"?([\w.-]+)"?\s*[=:]')


def secret_lines(files: Mapping[str, tuple[bytes, bytes]]) -> Iterator[str]:
    """File and line of everything that a diff shows and that looks like a secret, by its name or by what it says.

    Args:
        files: content before and after, by path.
    """
    for name, (before, after) in sorted(files.items()):
        for number, line in shown_lines(before, after):
            text = line.decode("utf-8", "replace")
            if is_secret_text(text) or any(is_secret_name(found[1]) for found in _NAME.finditer(text)):
                yield f"{name}:{number}"
