"""What every self-contained page has: its assets, and a policy that forbids every request and every other script."""

import base64
from hashlib import sha256

from costopt.renderers.environment import template_folder


def asset(*names: str) -> str:
    """Files of the folder of templates, one behind the other.

    Args:
        *names: such as `page.css`, `report.css`.
    """
    return "".join((template_folder() / name).read_text(encoding="utf-8") for name in names)


def content_policy(*, style: str, script: str | None = None) -> str:
    """A content security policy that allows exactly this style and this script, and no request at all.

    Args:
        style: the whole text of the page's style element.
        script: the same of its script; None where it has none, and then none may run.
    """
    allowed = "'none'" if script is None else f"'{_hash(script)}'"
    return (
        f"default-src 'none'; script-src {allowed}; style-src '{_hash(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(sha256(text.encode()).digest()).decode()
