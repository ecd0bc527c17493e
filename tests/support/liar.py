"""A candidate's process that somebody has taken over: to `export` it answers the given text.

Usage: liar.py ANSWER, where ANSWER is `{"id":ID,…}` with ID for the number of the request.
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    hello = {"protocol": 1, "lean": "4", "commit": "", "imports": ["Init"]}
    honest = {"hello": hello, "open": {"header": 0}}
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] in honest:
            print(json.dumps({"id": request["id"], "ok": honest[request["op"]]}), flush=True)
        else:
            print(sys.argv[1].replace("ID", str(request["id"])), flush=True)


if __name__ == "__main__":
    main()
