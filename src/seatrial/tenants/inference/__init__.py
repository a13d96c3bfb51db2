"""The parts of an inference: who is the tenant, who belongs to it, whose is each table, and who may do what."""
