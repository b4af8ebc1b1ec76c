locals {
  batch_machines = {
    customs-declare-batch-9fda = { project = "harbourline-web", zone = "us-central1-c", type = "e2-standard-8" }
    spark-etl-batch-0cd3       = { project = "harbourline-ml", zone = "us-central1-a", type = "e2-custom-8-32768" }
  }
}

resource "google_compute_instance" "batch" {
  for_each = local.batch_machines

  project                   = each.value.project
  name                      = each.key
  zone                      = each.value.zone
  machine_type              = each.value.type
  allow_stopping_for_update = true

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 30
      type  = "pd-balanced"
    }
  }

  network_interface {
    network = "default"
  }
}

resource "google_compute_instance" "tracking" {
  name         = "tracking-api-batch-672a"
  zone         = "europe-west4-a"
  machine_type = "n2-standard-8" # as large as what it replaced

  boot_disk {
    initialize_params {
      image = "debian-cloud/debian-12"
      size  = 30
      type  = "pd-balanced"
    }
  }

  network_interface {
    network = "default"
  }
}

resource "google_compute_instance_template" "proof_of_delivery" {
  name_prefix  = "proof-of-delivery-mig-8512-"
  machine_type = "e2-standard-8"

  disk {
    source_image = "debian-cloud/debian-12"
    boot         = true
  }

  network_interface {
    network = "default"
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_instance_group_manager" "proof_of_delivery" {
  name               = "proof-of-delivery-mig-8512"
  zone               = "us-central1-b"
  base_instance_name = "proof-of-delivery"
  target_size        = 2

  version {
    instance_template = google_compute_instance_template.proof_of_delivery.self_link_unique
  }

  update_policy {
    type                  = "PROACTIVE"
    minimal_action        = "REPLACE"
    max_unavailable_fixed = 1
  }
}

resource "google_compute_reservation" "event_ingest" {
  name = "event-ingest-reservation-ecf2"
  zone = "us-central1-f"

  specific_reservation {
    count = 3

    instance_properties {
      machine_type = "n2-standard-4"
    }
  }
}

resource "google_compute_disk" "metrics_mart" {
  project = "harbourline-ml"
  name    = "metrics-mart-data-ebc4"
  zone    = "us-central1-c"
  type    = "pd-ssd"
  size    = 800
}

resource "google_compute_address" "tracking" {
  name   = "notify-ip-690c"
  region = "europe-west4"
}

output "tracking_address" {
  description = "What partners have in their allow-lists."
  value       = google_compute_address.tracking.address
}
