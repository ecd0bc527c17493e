"""The prover over HTTP (`qstar serve`) and as tools for coding agents over MCP (`qstar mcp`)."""
