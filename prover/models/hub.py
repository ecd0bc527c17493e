"""A single check whether the Hugging Face hub has a model, before transformers fetches files."""

from __future__ import annotations

from pathlib import Path

from lean_env.errors import BadInput

SECONDS = 5.0
"""How long the hub may take to answer."""


def is_on_hub(name: str, *, where: str, remedy: str = "") -> bool:
    """Check whether to load a model from the hub, rather than from a folder or the hub's cache.

    Without a network, transformers itself would retry for half a minute before it gives up.

    Args:
        name: A folder, or a model's name on the hub.
        where: The option that named it, for the message.
        remedy: What to do about it, for the message.

    Returns:
        True if the hub has it; False if it is a folder, or in the cache of an unreachable hub.

    Raises:
        BadInput: It is neither a folder nor in the cache, and the hub does not have it or does not
            answer.
    """
    from huggingface_hub import HfApi, try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    if Path(name).is_dir():
        return False
    try:
        HfApi().model_info(name, timeout=SECONDS)
        return True
    except HFValidationError:
        why = "there is no such folder"
    except RepositoryNotFoundError:
        why = "there is no such folder, and no such model on the Hugging Face hub"
    except Exception as error:  # whatever the hub client's HTTP library raises
        if isinstance(try_to_load_from_cache(name, "config.json"), str):
            return False
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        why = (
            "there is no such folder, it is not in the cache of the Hugging Face hub, and the hub "
            f"does not answer ({reason})"
        )
    raise BadInput(f"no model can be loaded from {name}: {why}", where=where, remedy=remedy)
