"""Run ``proctor eval view`` with its options read."""

from pathlib import Path

from proctor.cli.printing import print_json
from proctor.cli.result_files import find_result_files
from proctor.cli.run_eval import print_summaries
from proctor.cli.running import watched
from proctor.evaluation.metrics import summarize_results


def run(folder: Path, *, as_json: bool) -> None:
    """Do what the options say.

    Raises:
        InputError: There are no results below *folder*, or some that cannot be read.
    """
    with watched("nothing was summed up") as display:
        found = find_result_files([folder], display.note)
        summaries = {name: summarize_results(file) for name, file in found.files.items()}
    if as_json:
        print_json({file.where: summaries[name] for name, file in found.files.items()})
    else:
        print_summaries(summaries)
    found.check_whole()
