-- A step that was begun and left nothing behind was not begun.
DELETE FROM seatrial.steps WHERE version = %(version)s AND step = %(step)s AND NOT done;
