"""`python scripts/docs.py` prints into the documents what the code knows; with `--check` it only says what is stale.

Run it with the Python of `.venv`. A block stands between `<!-- generated: NAME -->` and `<!-- end -->`; `BLOCKS`
says which function prints it. What stands outside the markers is written by hand and never touched.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import _docs_program as program
import _docs_routine as routine
import _docs_safety as safety

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- generated: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

BLOCKS = {
    "commands": program.commands,
    "help": program.helps,
    "exit-codes": program.exit_codes,
    "controls": program.controls,
    "shown": program.shown,
    "spoken": program.spoken,
    "state-diagram": program.state_diagram,
    "state-table": program.state_table,
    "limits": safety.limits,
    "hazards": safety.hazards,
    "areas": safety.areas,
    "no-go": safety.no_go,
    "pressures": safety.pressures,
    "techniques": safety.techniques,
    "sources": safety.sources,
    "questions": safety.questions,
    "gate": safety.gate,
    "unattended": safety.unattended,
    "stop-words": safety.stop_words,
    "aftercare": safety.aftercare,
    "routine-keys": routine.routine_keys,
    "step-keys": routine.step_keys,
    "reminder-keys": routine.reminder_keys,
    "vocabulary": routine.vocabulary_lists,
    "value-rules": routine.value_rules,
    "text-rules": routine.text_rules,
    "plan-format": routine.plan_format,
}


def main(arguments: list[str]) -> int:
    """Write every block anew, or with `--check` only say which documents are stale."""
    if arguments not in ([], ["--check"]):
        sys.stderr.write("usage: python scripts/docs.py [--check]\n")
        return 2
    found = stale()
    for path, text in found.items():
        print(path.relative_to(ROOT))
        if not arguments:
            path.write_text(text, encoding="utf-8")
    return 1 if found and arguments else 0


def stale() -> dict[Path, str]:
    """Documents whose blocks are not what the code prints, each with the text it should have."""
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    texts = {path: path.read_text(encoding="utf-8") for path in documents}
    return {path: renewed(text) for path, text in texts.items() if renewed(text) != text}


def renewed(text: str) -> str:
    """`text` with every block printed anew."""
    return BLOCK.sub(lambda found: f"{found[1]}{BLOCKS[found['name']]()}\n{found[3]}", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
