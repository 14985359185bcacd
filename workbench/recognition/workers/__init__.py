"""Work spread over workers: in this process, in processes of this machine, on a Dask cluster."""

from workbench.recognition.workers.base import LIMIT_S, Crew, Done, Task, Workers, spread
from workbench.recognition.workers.cluster import DaskCluster
from workbench.recognition.workers.here import InThisProcess
from workbench.recognition.workers.processes import LocalProcesses

__all__ = [
    "LIMIT_S",
    "Crew",
    "DaskCluster",
    "Done",
    "InThisProcess",
    "LocalProcesses",
    "Task",
    "Workers",
    "spread",
]
