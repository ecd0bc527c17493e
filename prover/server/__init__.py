"""The prover over HTTP (`qstar serve`) and as tools of coding agents (`qstar mcp`)."""
