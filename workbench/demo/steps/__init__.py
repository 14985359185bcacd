"""The steps of the demo, in the order in which `workbench.demo.run` takes them."""
