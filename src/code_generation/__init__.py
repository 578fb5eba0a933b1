"""The documented module commands and import names for sampling and grading solutions; all of it lives in proctor."""
