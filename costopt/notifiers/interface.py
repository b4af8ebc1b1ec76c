"""What a channel is: something that takes a message or says why not."""

from typing import Protocol

from costopt.model.message import Message


class Channel(Protocol):
    """Takes messages. Its address is a secret: it is in no text, log or exception that leaves the channel."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Hand a message over.

        Returns:
            What has to be known although it was taken, such as a recipient that was refused; mostly nothing.

        Raises:
            NotifyError: it was not taken, or it is not known whether it was.
        """
