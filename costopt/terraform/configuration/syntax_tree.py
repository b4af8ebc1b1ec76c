"""The syntax tree of an HCL file, read as terraform reads it."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_EXPONENT = re.compile(rb"(?<![\w.\x80-\xff])\d+(?:\.\d+)?[eE][+-]?\d+(?![\w.\x80-\xff])")
_MARKS = re.compile(rb"(?<!\$)\$(?=(?:\$\$)+\{)|(?<!%)%(?=(?:%%)+\{)")
"""The first of an odd number of `$` or `%` before a brace, where there are more than one.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/scan_tokens.rl
"""


@cache
def _parser() -> "Parser":
    import tree_sitter
    import tree_sitter_hcl

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))


def syntax_tree(content: bytes) -> "Node":
    """Root of the tree of a file without its byte order mark; positions are those of `content`.

    The grammar knows no number with an exponent but without a fraction (`1e3`), and reads `$$${` as a template, which
    is text to terraform. What it is given has other digits and letters there, as many as before: only the tree counts,
    texts are taken from the file.
    """
    plain = _EXPONENT.sub(lambda found: b"1" * len(found[0]), content)
    return _parser().parse(_MARKS.sub(b"x", plain)).root_node
