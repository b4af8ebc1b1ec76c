terraform {
  required_version = ">= 1.5.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0, < 7.0"
    }

    google = {
      source  = "hashicorp/google"
      version = ">= 8.0, < 9.0"
    }
  }

  backend "s3" {
    bucket = "harbourline-terraform-state"
    key    = "prod/us-east-1.tfstate"
    region = "us-east-1"
  }
}

provider "aws" {
  region = var.region
}

provider "google" {
  project = "harbourline-web"
  region  = "us-central1"
}
