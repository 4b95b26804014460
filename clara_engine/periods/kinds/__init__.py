"""What a star is: evidence of its light curve and of catalogues, weighed for each kind (docs/what_is_it.md)."""
