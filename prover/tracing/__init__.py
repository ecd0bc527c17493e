"""Why a search went as it did."""
