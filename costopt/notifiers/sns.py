"""A topic of Amazon SNS.

Source of the limits: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html.
"""

import unicodedata
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from costopt.errors import NotifyError
from costopt.model.message import Message
from costopt.notifiers.quiet import silence

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=10, read_timeout=20)
_MOST_SUBJECT = 99
"""Characters of a subject, which has to be ASCII: fewer than 100."""
_MOST_BYTES = 262_144
_REGION = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SnsChannel:
    """Publishes the text."""

    topic_arn: str
    """Which topic; its region is in it."""

    def send(self, message: Message) -> tuple[str, ...]:
        """Publish; a FIFO topic drops a message that it had in the last five minutes by the message's id.

        Raises:
            NotifyError: SNS refused or cannot be reached.
        """
        silence()
        request = {
            "TopicArn": self.topic_arn,
            "Subject": _subject(message.subject),
            "Message": message.text.encode()[:_MOST_BYTES].decode(errors="ignore"),
        }
        if self.topic_arn.endswith(".fifo"):
            request |= {"MessageGroupId": "costopt", "MessageDeduplicationId": message.id}
        try:
            self._client().publish(**request)
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "an error"))
            raise NotifyError(
                f"SNS answered {code}", hint="Check the topic; the credentials need sns:Publish on it."
            ) from error
        except BotoCoreError as error:
            raise NotifyError(
                f"SNS cannot be reached: {type(error).__name__}", hint="Check credentials and network."
            ) from error
        return ()

    def _client(self) -> Any:
        return boto3.client("sns", region_name=self.topic_arn.split(":")[_REGION], config=_CONFIG)


def _subject(text: str) -> str:
    """As SNS takes it: accents go, other letters become question marks."""
    plain = unicodedata.normalize("NFKD", text).replace("\N{MINUS SIGN}", "-").replace("\N{HORIZONTAL ELLIPSIS}", "...")
    ascii_only = "".join(one for one in plain if not unicodedata.combining(one)).encode("ascii", "replace").decode()
    return ascii_only[:_MOST_SUBJECT] or "costopt"
