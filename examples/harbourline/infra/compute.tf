resource "aws_instance" "label_printer" {
  ami               = "ami-0c7e6f60ee45ea412"
  instance_type     = var.batch_instance_type # see terraform.tfvars
  availability_zone = "us-east-1c"

  tags = {
    Name    = "label-printer-batch-22"
    service = "label-printer"
    team    = "warehouse"
  }
}

# The image is older than the Graviton fleet: it has to be built anew before this one can move.
resource "aws_instance" "lake_loader" {
  ami               = "ami-0ccbd78b34f5ba073"
  instance_type     = "r4.xlarge"
  availability_zone = "us-east-1a"

  tags = {
    Name    = "lake-loader-core-96"
    service = "lake-loader"
    team    = "data-platform"
  }
}

resource "aws_autoscaling_group" "driver_bff" {
  name               = "driver-bff-asg-88-000afd"
  min_size           = 3
  max_size           = 8
  availability_zones = ["us-east-1a", "us-east-1b", "us-east-1c"]

  launch_template {
    id      = "lt-0de3243f735d86814"
    version = "$Latest"
  }

  lifecycle {
    ignore_changes = [desired_capacity]
  }
}

resource "aws_elasticache_cluster" "geo_index" {
  cluster_id      = "geo-index-cache-75-06d89"
  engine          = "redis"
  node_type       = var.tier == "prod" ? "cache.m6g.large" : "cache.t4g.micro"
  num_cache_nodes = 1
}
