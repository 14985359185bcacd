"""How the network that names the state is trained, exported and measured."""
