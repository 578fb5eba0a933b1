"""What is read in recorded replies: letters, ratings, code and flags.

Usage: ``python benchmarks/parsing.py DATA``

DATA is a folder with recorded_choice.jsonl, recorded_rating.jsonl, recorded_multiturn.jsonl and
recorded_completions.jsonl. ``check`` of a row of the first two has what a strict parse finds, null for nothing, beside
what the lenient parser of that time made of it. Printed are counts, then every reply in which we read no letter or no
rating, with its end and the lenient answer; then every reply whose code or flag is not that of its closed tags. The
exit status is 1 where a strict answer is not ours.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from proctor.evaluation.parsing import read_letter, read_rating
from proctor.grading import extract_reply
from proctor.records import read_jsonl
from proctor.reports.wording import visible

END = 60  # characters of a reply that are shown

Row = dict[str, Any]
Answer = str | int | None


@dataclass(frozen=True)
class Reading:
    """A reply and what was read in it: by us, by the strict parse, and by the lenient parser that was recorded."""

    row: Row
    ours: Answer
    strict: Answer
    lenient: Answer

    @property
    def outcome(self) -> str:
        """What it is counted under."""
        if self.strict is not None:
            return "as strictly parsed" if self.ours == self.strict else "OTHERWISE"
        return "read in another form" if self.ours is not None else "no answer"


def letters(folder: Path) -> Iterator[Reading]:
    """The letter of every recorded choice."""
    for row in read_jsonl(folder / "recorded_choice.jsonl"):
        ours = read_letter(row["response"], row["question_data"]["options"])
        yield Reading(row, ours, row["check"]["strict_choice"], row["check"]["recorded_choice"])


def ratings(folder: Path) -> Iterator[Reading]:
    """Every recorded rating; its scale is 1 to 10 where the row has none."""
    for row in read_jsonl(folder / "recorded_rating.jsonl"):
        low, high = row["question_data"].get("rating_scale", (1, 10))
        ours = read_rating(row["response"], low=low, high=high)
        yield Reading(row, ours, row["check"]["strict_rating"], row["check"]["recorded"])


def tell_answers(kind: str, readings: list[Reading]) -> None:
    """Counts, then each reply without an answer, the lenient parser's answer first."""
    counts = Counter(reading.outcome for reading in readings)
    missing = [reading for reading in readings if reading.ours is None]
    click.echo(f"{kind}: {len(readings)} replies; {', '.join(f'{n} {name}' for name, n in sorted(counts.items()))}")
    click.echo(
        f"  of {len(missing)} without, the lenient parser read {sum(one.lenient is not None for one in missing)}"
    )
    for reading in missing:
        click.echo(f"  {reading.lenient or '-':<3} {reading.row['row_id']}: {end_of(reading.row)}")


def end_of(row: Row) -> str:
    """The end of a reply in one line."""
    text = " ".join(row["response"].split())
    return visible(text if len(text) <= END else f"…{text[-END:]}")


def tell_code_and_flags(path: Path) -> None:
    """How many replies have code, a flag or both, and which differ from what closed tags hold."""
    counts: Counter[str] = Counter()
    differing = []
    for row in read_jsonl(path):
        found = extract_reply(row["response"] or "")
        has = [name for name, part in (("code", found.code), ("flag", found.flag)) if part is not None]
        counts[" and ".join(has) or "neither"] += 1
        if (found.code, found.flag) != (closed := closed_tags(row["response"] or "")):
            names = [name for name, is_there in zip(("code", "flag"), closed, strict=True) if is_there is not None]
            told = f"{found.code_found_in or 'no code'}, {'flag' if found.flag is not None else 'no flag'}"
            differing.append(f"  {row['row_id']}: {told}; in closed tags: {' and '.join(names) or 'neither'}")
    click.echo(
        f"{path.stem}: {counts.total()} replies; {', '.join(f'{n} {name}' for name, n in sorted(counts.items()))}"
    )
    click.echo("\n".join([f"  {len(differing)} are not what closed tags hold", *differing]))


def closed_tags(text: str) -> tuple[str | None, str | None]:
    """The last closed ``<code>`` and the first closed ``<flag>``; no recorded one has a fence of its own."""
    code = re.findall(r"<code>(.*?)</code>", text, re.DOTALL)
    flag = re.search(r"<flag>(.*?)</flag>", text, re.DOTALL)
    return code[-1].strip("\r\n") if code else None, flag[1].strip() if flag else None


@click.command()
@click.argument("folder", metavar="DATA", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Read the recorded replies in DATA."""
    read = {"letters": list(letters(folder)), "ratings": list(ratings(folder))}
    for kind, readings in read.items():
        tell_answers(kind, readings)
    for kind in ("multiturn", "completions"):
        tell_code_and_flags(folder / f"recorded_{kind}.jsonl")
    sys.exit(any(reading.outcome == "OTHERWISE" for readings in read.values() for reading in readings))


if __name__ == "__main__":
    main()
