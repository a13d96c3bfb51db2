"""One thin file per command: parse, call a flow, render, exit."""
