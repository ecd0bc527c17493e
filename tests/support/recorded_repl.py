"""A stand-in for the REPL: answers the commands of a recorded session, and fails on anything else.

Usage: recorded_repl.py FILE, a JSON list of pairs (command, answer).  An answer `null` is never
given: the command hangs.  The same command may be answered several times, the last answer for ever.
"""

from __future__ import annotations

import json
import sys
import time


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        session = json.load(file)
    query = ""
    for line in sys.stdin:
        if line.strip():
            query += line.rstrip("\n")
            continue
        if not query:
            continue
        command, query = json.loads(query), ""
        found = [i for i, (known, _) in enumerate(session) if known == command]
        if not found:
            sys.exit(f"not in the recorded session: {json.dumps(command)}")
        answer = session[found[0]][1]
        if len(found) > 1:
            del session[found[0]]
        if answer is None:
            time.sleep(3600)
        print(json.dumps(answer, ensure_ascii=False, indent=1), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
