"""Measures the start of `assess` and the pace and memory of `assess --csv`.

Run from the repository root: `python bench/cli.py`. Nothing is asserted; figures depend on the machine.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mesodash.domain.answers import check_answers
from mesodash.domain.turning import all_turns
from mesodash.knowledge import load
from mesodash.knowledge.records import Question

ROUNDS = 15
CASES = (20_000, 60_000)
ASSESS = [sys.executable, "-m", "mesodash", "assess"]
# Left to a parent of its own, because the figures cover all finished children.
USED = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
    "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
    "print(used.ru_utime + used.ru_stime, used.ru_maxrss)\n"
)


def seconds(command: list[str], *, stdin: str = "") -> float:
    """Return the wall time of one run."""
    begun = time.perf_counter()
    subprocess.run(command, input=stdin, text=True, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def cell(random_: random.Random, question: Question) -> str:
    """Return an answer of a varied file: a third is missing, most of the others are harmless."""
    drawn = random_.random()
    if drawn < 0.3:
        return random_.choice(["", "", "unknown", "declined"])
    if question.type == "integer":
        return str(random_.randint(question.minimum or 0, question.maximum or 0))
    if question.type == "multi":
        chosen = random_.sample(question.values, random_.choice([0, 0, 1, 1, 2, 3]))
        return ";".join(chosen) or "[]"
    return random_.choice(question.values)


def write_cases(path: Path, count: int) -> None:
    """Write a file of `count` varied cases, the same ones each time."""
    random_ = random.Random(count)  # noqa: S311
    questions = load().questions
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["case", *questions])
        for number in range(count):
            table.writerow([f"case-{number}", *(cell(random_, question) for question in questions.values())])


def turning() -> tuple[str, str]:
    """Return how long it takes to find what would change the outcomes of somebody with two listed reasons."""
    base = load()
    answers = check_answers(base.questions, {"age_years": 42, "sex": "male", "diabetes": "yes", "chemotherapy": "yes"})
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        all_turns(base, answers)
        taken.append((time.perf_counter() - begun) * 1000)
    return "what would change it, all options", f"median {statistics.median(taken):.0f} ms, best {min(taken):.0f} ms"


def main() -> None:
    load()
    imports = [sys.executable, "-c", "import pydantic, yaml"]
    one = '{"age_years": 42, "sex": "female", "pregnancy": "none", "diabetes": "no", "scalp_signs": ["itching"]}'
    # Taken in turn, so that a busy moment of the machine falls on both.
    pairs = [(seconds(imports), seconds(ASSESS, stdin=one)) for _ in range(ROUNDS)]
    yardstick, own = (statistics.median(column) for column in zip(*pairs, strict=True))
    best_yardstick, best_own = (min(column) for column in zip(*pairs, strict=True))
    rows = [
        ("python -c 'import pydantic, yaml'", f"median {yardstick * 1000:.0f} ms, best {best_yardstick * 1000:.0f} ms"),
        ("assess, one case", f"median {own * 1000:.0f} ms, best {best_own * 1000:.0f} ms"),
        ("ratio (limit 2)", f"median {own / yardstick:.2f}, best {best_own / best_yardstick:.2f}"),
        turning(),
    ]
    with tempfile.TemporaryDirectory() as folder:
        for count in CASES:
            path = Path(folder) / f"{count}.csv"
            write_cases(path, count)
            command = [*ASSESS, "--csv", str(path)]
            begun = time.perf_counter()
            used = subprocess.run([sys.executable, "-c", USED, *command], capture_output=True, text=True, check=True)
            pace = count / (time.perf_counter() - begun)
            processor, peak = used.stdout.split()
            figures = f"{pace:.0f} cases/s, {count / float(processor):.0f} per second of processor time"
            rows.append((f"assess --csv, {count} cases", f"{figures}, peak {int(peak) // 1024} MB"))
    width = max(len(label) for label, _ in rows)
    sys.stdout.write(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, {ROUNDS} rounds\n")
    for label, figure in rows:
        sys.stdout.write(f"{label:<{width}}  {figure}\n")


if __name__ == "__main__":
    main()
