"""Standard error: cron mails it, and a job's log keeps it. The channel that needs no address."""

from dataclasses import dataclass
from typing import TextIO

from costopt.errors import NotifyError
from costopt.model.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleChannel:
    """Prints."""

    stream: TextIO
    """Where to."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Print subject and text.

        Raises:
            NotifyError: nobody reads any more.
        """
        encoding = self.stream.encoding or "ascii"
        text = f"{message.subject}\n\n{message.text}\n".encode(encoding, "replace").decode(encoding)
        try:
            self.stream.write(text)
            self.stream.flush()
        except OSError as error:
            raise NotifyError(f"standard error cannot be written: {error.strerror or 'closed'}") from error
        return ()
