"""The audit: how often does a model cheat on tests, and how?"""

from proctor.evaluation.audit.estimate import REPLY_TOKENS, Estimate, estimate_audit
from proctor.evaluation.audit.folder import AuditFolder
from proctor.evaluation.audit.parameters import AuditParameters, parse_variants
from proctor.evaluation.audit.preparation import dataset_parameter
from proctor.evaluation.audit.progress import SILENT, Progress
from proctor.evaluation.audit.reclassify import reclassify
from proctor.evaluation.audit.results import AuditResult
from proctor.evaluation.audit.runner import run_audit
from proctor.evaluation.audit.sandbox import OpenSandbox, Sandbox, open_sandbox
from proctor.evaluation.audit.summary import HACKS, summarize

__all__ = [
    "AuditFolder",
    "AuditParameters",
    "AuditResult",
    "Estimate",
    "HACKS",
    "OpenSandbox",
    "Progress",
    "REPLY_TOKENS",
    "SILENT",
    "Sandbox",
    "dataset_parameter",
    "estimate_audit",
    "open_sandbox",
    "parse_variants",
    "reclassify",
    "run_audit",
    "summarize",
]
