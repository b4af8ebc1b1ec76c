"""A process of its own for tfparse: a Go library that may crash, or never end, on a configuration made for that.

It reads its orders as JSON from standard input and writes the answer as JSON. It imports nothing of costopt, so that
it runs in Python's isolated mode.
"""

import json
import sys


def main() -> int:
    """Evaluate one directory."""
    try:
        import tfparse
    except ImportError:
        sys.stderr.write("the package tfparse is not installed")
        return 3
    orders = json.load(sys.stdin)
    try:
        found = tfparse.load_from_path(
            orders["folder"],
            allow_downloads=False,
            workspace_name=orders["workspace"],
            vars_paths=orders["variable_files"],
        )
    except tfparse.ParseError as error:
        sys.stderr.write(str(error))
        return 4
    json.dump(found, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
