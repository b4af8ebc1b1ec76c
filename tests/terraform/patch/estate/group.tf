resource "aws_launch_template" "web" {
  name_prefix   = "web-"
  image_id      = "ami-1"
  instance_type = "m5.xlarge"
}

resource "aws_autoscaling_group" "web" {
  min_size           = 3
  max_size           = 8
  availability_zones = ["us-east-1a"]

  launch_template {
    id      = aws_launch_template.web.id
    version = aws_launch_template.web.latest_version
  }
}

resource "aws_elasticache_cluster" "sessions" {
  cluster_id      = "sessions"
  engine          = "memcached"
  node_type       = "cache.m5.large"
  num_cache_nodes = 1
}
