resource "aws_db_instance" "this" {
  identifier        = var.identifier
  engine            = "postgres"
  engine_version    = var.engine_version
  instance_class    = var.instance_class
  allocated_storage = var.storage_gib
  storage_type      = "gp3"

  username                    = "operator"
  manage_master_user_password = true
  deletion_protection         = true
}
