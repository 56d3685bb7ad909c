"""Forms check the shape of what was sent; they hold no rule and write nothing."""
