"""What a configuration costs a month: resources to components with quantities, quantities to money."""
