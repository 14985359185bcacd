"""The ways by which an alert leaves: signed webhooks, e-mail, files for CAD."""
