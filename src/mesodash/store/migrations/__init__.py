"""The steps that bring a database to the newest layout, numbered, one file each in `versions`."""
