"""Every exception becomes one reason, and messages carry no secret."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from botocore.parsers import ResponseParserError

from costopt.collectors.aws.faults import IncompleteAnswer, classify
from costopt.collectors.faults import CostLimitReached, DeadlinePassed, clean


def answered(code: str, message: str = "", status: int = 400, operation: str = "DescribeVolumes") -> ClientError:
    error = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, operation)


@pytest.mark.parametrize(
    ("error", "reason", "retryable"),
    [
        (answered("AccessDenied", status=403), "denied", False),
        (answered("UnauthorizedOperation", "explicit deny in a service control policy"), "denied by SCP", False),
        (answered("AccessDeniedException", "AWS account is not enrolled for recommendations"), "not enabled", False),
        (answered("DataUnavailableException"), "not enabled", False),
        (answered("LimitExceededException"), "throttled", True),
        (answered("SomethingNew", status=429), "throttled", True),
        (answered("ExpiredTokenException", status=403), "credentials", False),
        (answered("InternalFailure", status=500), "server", True),
        (answered("InvalidParameterValue"), "server", False),
        (NoCredentialsError(), "credentials", False),
        (EndpointConnectionError(endpoint_url="https://x"), "network", True),
        (ReadTimeoutError(endpoint_url="https://x"), "network", True),
        (ResponseParserError("not well-formed"), "network", True),
        (IncompleteAnswer(error="5 of 9 bytes"), "network", True),
        (DeadlinePassed(), "deadline", True),
        (CostLimitReached("$2 of $1"), "cost limit", False),
        (KeyError("VolumeId"), "bug", False),
    ],
)
def test_reason(error: Exception, reason: str, retryable: bool) -> None:
    fault = classify(error)
    assert (fault.reason, fault.retryable) == (reason, retryable)
    assert fault.detail


def test_the_permission_comes_from_the_message_first() -> None:
    message = "User: arn:aws:iam::1:user/x is not authorized to perform: ec2:DescribeTags on resource: *"
    error = answered("AccessDenied", message)
    assert classify(error, {"DescribeVolumes": "ec2:DescribeVolumes"}).permission == "ec2:DescribeTags"


def test_the_permission_comes_from_the_declaration_else() -> None:
    error = answered("UnauthorizedOperation", "You are not authorized to perform this operation.")
    assert classify(error, {"DescribeVolumes": "ec2:DescribeVolumes"}).permission == "ec2:DescribeVolumes"


def test_a_role_that_cannot_be_assumed_names_sts() -> None:
    assert classify(answered("AccessDenied", "no", operation="AssumeRole")).permission == "sts:AssumeRole"


def test_a_wrong_clock_is_named() -> None:
    error = answered("SignatureDoesNotMatch", "Signature not yet current: 20260101T000000Z is still later than ...")
    assert "clock" in classify(error).detail


def test_a_token_of_the_global_sts_endpoint_is_explained() -> None:
    assert "regional" in classify(answered("AuthFailure", "not able to validate")).detail


SIGNATURE = "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/ec2/aws4_request, Signature=fe5f80f77d"


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQD7",
        "fe5f80f77d",
    ],
)
def test_secrets_are_removed(secret: str) -> None:
    text = (
        f"{SIGNATURE} wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY ASIAIOSFODNN7EXAMPLE "
        "X-Amz-Security-Token=IQoJb3JpZ2luX2VjEHoaCXVzLWVhc3QtMSJHMEUCIQD7&x=1"
    )
    assert secret in text
    assert secret not in clean(text)


def test_what_helps_stays() -> None:
    text = "User: arn:aws:sts::123456789012:assumed-role/costopt-reader/session is not authorized: ec2:DescribeVolumes"
    assert clean(text) == text


def test_details_are_short_and_of_one_line() -> None:
    assert len(clean("word\n" * 500)) == 300
    assert "\n" not in clean("a\nb")


def test_error_pages_lose_their_markup() -> None:
    assert clean("503: <html><title>Service Unavailable</title></html>") == "503: Service Unavailable"


def test_a_raw_answer_that_could_not_be_parsed_is_not_quoted() -> None:
    error = ResponseParserError(
        "Unable to parse response (line 1), invalid XML received.\nb'<userData>secret</userData>'"
    )
    assert "userData" not in classify(error).detail
    assert "secret" not in classify(error).detail
