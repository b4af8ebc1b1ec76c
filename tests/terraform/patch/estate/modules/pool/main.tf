variable "type" {
  type = string
}

resource "aws_instance" "this" {
  ami           = "ami-1"
  instance_type = var.type
}
