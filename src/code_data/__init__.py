"""The documented module commands and import names for data with broken tests; all of it lives in proctor."""
