"""Secrets that settings only point to: a variable of the environment, or a file of their own."""

import stat
from collections.abc import Mapping
from pathlib import Path

from costopt.errors import ConfigError

_MOST_BYTES = 8_192


def read_secret(*, variable: str | None, file: str | None, folder: Path, environ: Mapping[str, str]) -> str:
    """The secret that one of the two holds, without blanks around it.

    Args:
        variable: name of the environment variable.
        file: path of the file, relative to `folder`.
        folder: usually that of the file of settings.
        environ: the environment.

    Raises:
        ConfigError: it is not there, or is no single line. The secret is not shown.
    """
    if variable is not None:
        found, where = environ.get(variable, ""), f"the environment variable {variable}"
        hint = f"Set {variable} where the check runs."
    else:
        found, where = _content(folder / (file or "")), f"the file {file}"
        hint = "Put the address or key into it, as its only line."
    secret = found.strip()
    if not secret:
        raise ConfigError(f"{where} is not set or empty", hint=hint)
    if "\n" in secret or "\r" in secret or "\0" in secret:
        raise ConfigError(f"{where} holds more than one line", hint=hint)
    return secret


def _content(path: Path) -> str:
    hint = "Name a file that the check may read: url_file, secret_file."
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MOST_BYTES:
            raise ConfigError(f"{path} is no ordinary file of at most {_MOST_BYTES:,} bytes", hint=hint)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}", hint=hint) from error
    except ValueError:
        # A UnicodeDecodeError quotes what it could not read.
        raise ConfigError(f"{path} is no text in UTF-8", hint=hint) from None
