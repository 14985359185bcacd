"""How the networks that ship with the workbench are trained; nothing here is in a wheel."""
