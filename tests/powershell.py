#!/usr/bin/env python3
"""Checks the syntax of PowerShell scripts, which cannot be run here.

    python3 tests/powershell.py FILE...

Each file must start with a byte order mark and have Windows' line ends, and a grammar of PowerShell must read all of it.
Prints one line per file; exits 1 when one is not sound, 2 when the check itself cannot be made. What it needs goes into
${CARGO_TARGET_DIR:-target}/powershell-venv, once.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = ("tree-sitter==0.26.1", "tree-sitter-powershell==0.26.4")
STEP_SECONDS = 300
SHOWN = 10

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "powershell-venv"


def prepare():
    """Makes the virtual environment, unless that was done for these versions."""
    mark = HOME / "ready"
    if mark.exists() and mark.read_text() == " ".join(PACKAGES):
        return
    mark.unlink(missing_ok=True)
    venv.create(HOME, with_pip=True, clear=True)
    pip = [HOME / "bin" / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *PACKAGES]
    subprocess.run([str(word) for word in pip], check=True, timeout=STEP_SECONDS, stdout=sys.stderr)
    mark.write_text(" ".join(PACKAGES))


def problems(parser, data):
    """What is wrong with a script, with line numbers."""
    found = []
    if not data.startswith(b"\xef\xbb\xbf"):
        found.append("it has no byte order mark: Windows PowerShell 5.1 would misread its Japanese")
    if data.count(b"\n") != data.count(b"\r\n"):
        found.append("its line ends are not those of Windows")
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    waiting = [parser.parse(text.encode("utf-8")).root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "ERROR" or node.is_missing:
            line = text.encode("utf-8").splitlines()[node.start_point[0]].decode("utf-8", "replace").strip()
            found.append(f"line {node.start_point[0] + 1}: {node.type}: {line[:100]}")
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return found


def check(files):
    import tree_sitter
    import tree_sitter_powershell

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    # The check must be able to fail.
    assert problems(parser, b"\xef\xbb\xbfif ($true) { 'a\r\n"), "the grammar takes anything"
    code = 0
    for file in files:
        data = Path(file).read_bytes()
        found = problems(parser, data)
        print(f"{file}: {'; '.join(found[:SHOWN]) if found else f'sound, {len(data.splitlines())} lines'}")
        code |= bool(found)
    return code


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    if Path(sys.prefix).resolve() != HOME.resolve():
        try:
            prepare()
        except (OSError, subprocess.SubprocessError) as error:
            print(f"powershell.py: the check cannot be made: {error}", file=sys.stderr)
            sys.exit(2)
        python = str(HOME / "bin" / "python")
        os.execv(python, [python, __file__, *sys.argv[1:]])
    sys.exit(check(sys.argv[1:]))
