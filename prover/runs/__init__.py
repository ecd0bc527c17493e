"""What long runs share: a manifest, a ledger that survives a kill, and many theorems in flight.

manifest = Manifest(kind="eval", schema=1, settings={"search": "astar"}, facts=environment_facts())
async with open_prover(…) as prover:
    with open_run(folder, manifest, resume=resume) as ledger, stop_on_interrupt() as stop:
        todo = [entry for entry in suite.entries if entry.id not in ledger.done]
        async for ended in run_concurrently(todo, attempt, at_once=prover.workers + 1, stop=stop):
            match ended:
                case Finished(entry, result):
                    ledger.append({"id": entry.id, "status": result.status})
                case Errored(entry, error):
                    ledger.append({"id": entry.id, "error": str(error), "again": True})
"""
