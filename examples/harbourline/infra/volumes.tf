locals {
  data_volumes = {
    parcel_vision = { zone = "us-east-1c", type = "io2", size = 500, iops = 6000, throughput = null }
    payments      = { zone = "us-east-1b", type = "gp3", size = 1000, iops = 10000, throughput = 125 }
  }
}

resource "aws_ebs_volume" "data" {
  for_each = local.data_volumes

  availability_zone = each.value.zone
  type              = each.value.type
  size              = each.value.size
  iops              = each.value.iops
  throughput        = each.value.throughput
}

resource "aws_ebs_volume" "scratch" {
  availability_zone = "us-east-1a"
  type              = "gp2"
  size              = 139
}
