"""The judge of a move: what OpenStack's own SDK reads in two clouds, and where it differs."""
