"""Answers that are charged or scarce, kept for the rest of the day (UTC).

Kept is what becomes rows, and nothing else of an answer.
"""

import re
from datetime import date
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from costopt.disk import replace_file

MAX_BYTES = 512 * 2**20
"""Twenty pages are far less; a larger file is none of ours."""
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-[0-9a-f]{64}\.json")


Answer = TypeVar("Answer")


class DayCache(Generic[Answer]):
    """The answers of one day in a folder; those of earlier days are deleted when one is added."""

    def __init__(self, folder: Path, day: date, kind: type[Answer]) -> None:
        self._folder = folder
        self._day = day.isoformat()
        self._kind = kind

    def get(self, fingerprint: str) -> Answer | None:
        """The answer to a question, None where it was not asked today or its file is damaged."""
        try:
            with self._path(fingerprint).open("rb") as stream:
                raw = stream.read(MAX_BYTES + 1)
            return None if len(raw) > MAX_BYTES else msgspec.json.decode(raw, type=self._kind)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def put(self, fingerprint: str, answer: Answer) -> None:
        """Keep the answer to a question."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self._folder.iterdir():
            match = _NAME.fullmatch(path.name)
            if match and match[1] < self._day:
                path.unlink(missing_ok=True)
        replace_file(self._path(fingerprint), msgspec.json.encode(answer))

    def _path(self, fingerprint: str) -> Path:
        return self._folder / f"{self._day}-{fingerprint}.json"
