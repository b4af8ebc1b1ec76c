# What is here owns its value in every way there is.

resource "aws_instance" "literal" {
  ami           = "ami-1" # pinned
  instance_type = "m5.4xlarge"

  root_block_device {
    volume_type = "gp2"
    volume_size = 100
  }
}

resource "aws_instance" "by_default" {
  ami           = "ami-1"
  instance_type = var.default_type
}

resource "aws_instance" "by_tfvars" {
  ami           = "ami-1"
  instance_type = var.tfvars_type
}

resource "aws_instance" "by_auto_tfvars" {
  ami           = "ami-1"
  instance_type = var.auto_type
}

resource "aws_instance" "by_template" {
  ami           = "ami-1"
  instance_type = "${var.template_type}"
}

resource "aws_instance" "by_local" {
  ami           = "ami-1"
  instance_type = local.sizes.single
}

resource "aws_instance" "fleet" {
  for_each      = local.fleet
  ami           = "ami-1"
  instance_type = each.value.type
}

resource "aws_instance" "keyed" {
  for_each      = toset(["a", "b"])
  ami           = "ami-1"
  instance_type = local.by_key[each.key]
}

resource "aws_instance" "counted" {
  count         = 2
  ami           = "ami-1"
  instance_type = local.list[count.index]
}

resource "aws_instance" "same" {
  count         = 2
  ami           = "ami-1"
  instance_type = "m5.large"
}

resource "aws_instance" "dynamic" {
  ami           = "ami-1"
  instance_type = "m5.large"

  dynamic "root_block_device" {
    for_each = [{ type = "gp2" }]
    iterator = disk

    content {
      volume_type = disk.value.type
    }
  }
}

resource "aws_instance" "shared_one" {
  ami           = "ami-1"
  instance_type = var.shared_type
}

resource "aws_instance" "shared_two" {
  ami           = "ami-1"
  instance_type = var.shared_type
}

resource "aws_db_instance" "absent" {
  identifier          = "absent"
  engine              = "postgres"
  instance_class      = "db.m5.large"
  allocated_storage   = 20
  username            = "operator"
  skip_final_snapshot = true
}

module "given" {
  source    = "./modules/node"
  node_type = "r5.2xlarge"
}

module "defaulted" {
  source = "./modules/node"
}

module "pools" {
  source   = "./modules/pool"
  for_each = local.pools
  type     = each.value
}
