"""Glow Med Spa, Scottsdale: an invented practice with a week behind it, to try everything on."""
