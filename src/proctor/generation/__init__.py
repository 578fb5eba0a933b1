"""Generation: getting a solution out of a model, in one turn or with feedback over several."""

from proctor.generation.asking import Asking, nothing_to_say
from proctor.generation.conversation import Check, Conversation, converse
from proctor.generation.feedback import MAX_MESSAGE_CHARS, check_shown_tests, failures_of, fit_failures, write_feedback
from proctor.generation.opening import opening_messages
from proctor.generation.output_file import OutputFile
from proctor.generation.output_record import saved_accounts, stored_accounts
from proctor.generation.references import noting_references, reference_of, references_of
from proctor.generation.result import GenerationResult
from proctor.generation.row_file import RowFile
from proctor.generation.sampling import SampleFile, SampleTally, SolutionSampler, Wording, sample_id
from proctor.generation.scraping import (
    Criteria,
    ProblemDone,
    ScrapeFiles,
    ScrapeParameters,
    Scraper,
    ScrapeTotals,
)

__all__ = [
    "Asking",
    "Check",
    "Conversation",
    "Criteria",
    "GenerationResult",
    "MAX_MESSAGE_CHARS",
    "OutputFile",
    "RowFile",
    "SampleFile",
    "SampleTally",
    "SolutionSampler",
    "Wording",
    "ProblemDone",
    "ScrapeFiles",
    "ScrapeParameters",
    "ScrapeTotals",
    "Scraper",
    "check_shown_tests",
    "converse",
    "failures_of",
    "fit_failures",
    "nothing_to_say",
    "noting_references",
    "opening_messages",
    "reference_of",
    "references_of",
    "sample_id",
    "saved_accounts",
    "stored_accounts",
    "write_feedback",
]
