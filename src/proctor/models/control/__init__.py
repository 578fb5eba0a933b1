"""Control models: no network, known behaviour, so that the whole pipeline is measured against the truth."""

from proctor.models.control.attacks import ATTACKS
from proctor.models.control.model import ControlModel
from proctor.models.control.policies import POLICIES, control_replies, parse_mix

__all__ = ["ATTACKS", "POLICIES", "ControlModel", "control_replies", "parse_mix"]
