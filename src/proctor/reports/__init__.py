"""What audits and evaluations found, for people: tables in the terminal, and self-contained pages."""

from proctor.reports.audit_page import write_audit_report
from proctor.reports.audit_table import audit_table
from proctor.reports.evaluation_page import write_evaluation_report

__all__ = ["audit_table", "write_audit_report", "write_evaluation_report"]
