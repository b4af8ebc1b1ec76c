"""Text that is Terraform's own: references and types of our making, which a template writes without quotes."""

import re

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.,()\[\]* ]*\Z")
"""References, types and calls of them. No quotes, braces or line breaks: nothing that could end an expression."""


class Expression(str):
    """A reference such as `var.subnet_ids`, or a type such as `list(string)`. Never text from outside."""

    __slots__ = ()

    def __new__(cls, text: str) -> "Expression":
        """Take a constant.

        Raises:
            ValueError: it has a character that no plain reference or type has.
        """
        if not _PLAIN.match(text):
            raise ValueError(f"no plain expression of Terraform: {text!r}")
        return super().__new__(cls, text)


class Written(str):
    """Text that is escaped already."""

    __slots__ = ()
