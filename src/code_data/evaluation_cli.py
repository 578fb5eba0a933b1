"""``python -m code_data.evaluation_cli``: ``proctor eval`` under its documented name."""

import sys

if __name__ == "__main__":
    from proctor.cli import eval as evaluations
    from proctor.cli.main import main

    sys.exit(main(command=evaluations.eval, prog_name="python -m code_data.evaluation_cli"))
