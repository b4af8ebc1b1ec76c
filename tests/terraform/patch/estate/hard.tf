data "aws_instance" "other" {
  instance_id = "i-1"
}

resource "aws_instance" "conditional" {
  ami           = "ami-1"
  instance_type = var.env == "prod" ? "m5.xlarge" : "t3.small"
}

resource "aws_instance" "function" {
  ami           = "ami-1"
  instance_type = lookup(local.by_key, "a", "t3.small")
}

resource "aws_instance" "from_data" {
  ami           = "ami-1"
  instance_type = data.aws_instance.other.instance_type
}

resource "aws_instance" "together" {
  ami           = "ami-1"
  instance_type = "m5.${local.size_name}"
}

resource "aws_instance" "ignored" {
  ami           = "ami-1"
  instance_type = "m5.xlarge"

  lifecycle {
    ignore_changes = [ami, instance_type]
  }
}
