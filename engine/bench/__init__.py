"""How fast an engine speaks: by the way that the desk asks it, measured where it is heard."""
