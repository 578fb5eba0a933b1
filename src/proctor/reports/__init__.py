"""What an audit found, for people: a table in the terminal, and one self-contained page."""

from proctor.reports.html import write_audit_report
from proctor.reports.table import audit_table

__all__ = ["audit_table", "write_audit_report"]
