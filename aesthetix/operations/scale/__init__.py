"""A practice of any size, written in bulk by the database itself: for `manage.py seed_scale` and for the bench."""
