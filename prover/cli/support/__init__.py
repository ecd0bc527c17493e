"""What the commands share: options, configuration, targets, progress, reports, exit codes."""
