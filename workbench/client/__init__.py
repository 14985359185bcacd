"""What notebooks use: sign-in, inquiries and frames over HTTP; no database, nothing heavy."""

from __future__ import annotations

from workbench.client.department import Department
from workbench.client.found import Found, Picture
from workbench.client.handle import InquiryHandle
from workbench.client.scene import Scene
from workbench.client.session import Workbench, connect

__all__ = ["Department", "Found", "InquiryHandle", "Picture", "Scene", "Workbench", "connect"]
