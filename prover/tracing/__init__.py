"""Analysis and display of finished searches: trace files, terminal tree, HTML page."""
