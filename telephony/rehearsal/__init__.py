"""The script runner of the Phone Lab: plays call scripts against this application, and says what happened.

The carrier itself (`telephony/carriers/lab`) knows nothing of practices; this package is our side of it.
"""
