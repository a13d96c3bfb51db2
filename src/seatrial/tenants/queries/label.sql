-- Which tenant's world is being made, for the columns of generated rows that hold its key.
SELECT set_config('seatrial.tenant', {key}, true)
