"""The way back: what a deployment keeps for it, its proof, and `seatrial rollback`."""
