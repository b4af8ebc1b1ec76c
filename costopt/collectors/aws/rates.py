"""How fast each service of AWS may be asked."""

from costopt.collectors.throttle import Rate

RATES = {
    # Describe calls refill 20 a second into buckets of 100, 50 for some.
    # Source: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
    "ec2": Rate(per_second=18, burst=45),
    # GetMetricData: 50 a second. Source:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
    "cloudwatch": Rate(per_second=40, burst=40),
    # About 10 a second were seen. Source: https://github.com/boto/botocore/issues/1820
    "ce": Rate(per_second=5, burst=5),
    # GET of one prefix: 5,500 a second. Source:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
    "s3": Rate(per_second=50, burst=50),
}
DEFAULT_RATE = Rate(per_second=10, burst=10)
"""Our own choice for services that publish no limit; a refusal slows it down further."""
