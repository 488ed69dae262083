"""What the finder of cuts is made of: spectra, speech and pauses, and the match of a phrase."""
