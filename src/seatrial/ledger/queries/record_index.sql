-- Which index a step ahead of its file was begun with, for whoever finds it when the file does not want it any more.
UPDATE seatrial.steps SET position = %(index)s WHERE version = %(version)s AND step = %(step)s;
