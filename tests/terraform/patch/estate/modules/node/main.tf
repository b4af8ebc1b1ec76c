variable "node_type" {
  type    = string
  default = "r5.4xlarge"
}

resource "aws_instance" "node" {
  ami           = "ami-1"
  instance_type = var.node_type
}
