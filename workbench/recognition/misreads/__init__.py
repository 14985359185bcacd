"""What an engine mistakes for what, learned from labelled pictures; kept by engine and version."""

from workbench.recognition.misreads.model import MisreadModel, learn_misreads
from workbench.recognition.misreads.model_file import read_model, written_model

__all__ = ["MisreadModel", "learn_misreads", "read_model", "written_model"]
