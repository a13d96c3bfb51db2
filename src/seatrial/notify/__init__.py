"""Tells the team what a deployment does: webhook, Slack, e-mail. Nothing here can stop one, or hold it up for long."""
