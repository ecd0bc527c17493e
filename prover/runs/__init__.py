"""Support for long runs: manifest, crash-safe ledger, and many theorems searched concurrently.

Example::

    manifest = Manifest(
        kind="eval", schema=1, settings={"search": "astar"}, facts=environment_facts()
    )
    async with open_prover(…) as prover:
        with open_run(folder, manifest, resume=resume) as ledger, stop_on_interrupt() as stop:
            todo = [entry for entry in suite.entries if entry.id not in ledger.done]
            at_once = prover.workers + 1
            async for ended in run_concurrently(todo, attempt, at_once=at_once, stop=stop):
                match ended:
                    case Finished(entry, result):
                        ledger.append({"id": entry.id, "status": result.status})
                    case Errored(entry, error):
                        ledger.append({"id": entry.id, "error": str(error), "again": True})
"""
