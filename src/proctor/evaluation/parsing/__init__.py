"""Parsing: from a model's reply to the letter or the rating that it answers with; code and flags are grading's."""

from proctor.evaluation.parsing.letters import read_letter
from proctor.evaluation.parsing.ratings import read_rating

__all__ = ["read_letter", "read_rating"]
