"""The networks: decoder with value heads, tokenizer, prompt format, decoding, files on disk."""
