"""What pages and operations read of the partner relationship, each in few queries whatever the number of rows."""
