-- Begin with the time before a deployment.
INSERT INTO seatrial.watches DEFAULT VALUES RETURNING id;
