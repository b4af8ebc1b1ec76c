module "quote_service" {
  source = "./modules/database"

  identifier     = "quote-service-db-97-0d6be"
  instance_class = "db.r6g.2xlarge"
  storage_gib    = 100
}

module "checkout_api" {
  source = "./modules/database"

  identifier  = "checkout-api-db-30-039b5"
  storage_gib = 400
}

module "geo_index" {
  source = "./modules/database"

  identifier     = "geo-index-db-58-0ee5e"
  engine_version = "12.22"
  instance_class = "db.m4.large"
  storage_gib    = 400
}

resource "aws_dynamodb_table" "observability" {
  name           = "observability-state-02ec5"
  billing_mode   = "PROVISIONED"
  hash_key       = "id"
  read_capacity  = 400
  write_capacity = 400

  attribute {
    name = "id"
    type = "S"
  }
}
