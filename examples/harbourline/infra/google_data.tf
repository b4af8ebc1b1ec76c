resource "google_sql_database_instance" "shop" {
  for_each = {
    customs-declare-sql-666b = { version = "MYSQL_8_4", availability = "REGIONAL" }
    driver-bff-sql-8214      = { version = "POSTGRES_17", availability = "ZONAL" }
  }

  name             = each.key
  region           = "us-central1"
  database_version = each.value.version

  deletion_protection = true

  settings {
    tier              = var.database_tier
    availability_type = each.value.availability
  }
}

resource "google_storage_bucket" "models" {
  project  = "harbourline-ml"
  name     = "eta-model-bucket-6a74"
  location = "US-CENTRAL1"

  uniform_bucket_level_access = true
}

resource "google_storage_bucket" "tariffs" {
  name     = "tariff-lookup-bucket-bb2d"
  location = "EUROPE-WEST4"

  uniform_bucket_level_access = true

  # Customs asks for a year; the rest is slack.
  lifecycle_rule {
    condition {
      age = 400
    }

    action {
      type = "Delete"
    }
  }
}

resource "google_cloud_run_v2_service" "event_ingest" {
  name     = "event-ingest-run-10b9"
  location = "europe-west4"

  template {
    scaling {
      min_instance_count = 1
      max_instance_count = 20
    }

    containers {
      image = "europe-docker.pkg.dev/harbourline-web/shop/event-ingest:412"

      resources {
        limits   = { cpu = "1", memory = "512Mi" }
        cpu_idle = false
      }
    }
  }
}

resource "google_bigquery_reservation" "metrics_mart" {
  project       = "harbourline-ml"
  name          = "metrics-mart-slots-53bc"
  location      = "US"
  edition       = "ENTERPRISE"
  slot_capacity = 100
}
