"""The one list of pages; what serves, guards, titles and links them reads it."""

from __future__ import annotations

from apps.canvass.page import canvass_page
from apps.hits.page import hits_page
from apps.inquiry.approvals_page import approvals_page
from apps.page import Page
from apps.search.page import search_page
from workbench.access import Action

PAGES = (
    Page("search", "Search", Action.DETECTIONS_SEARCH, search_page),
    Page("canvass", "Canvass", Action.DETECTIONS_CANVASS, canvass_page),
    Page("approvals", "Approvals", Action.INQUIRIES_DECIDE, approvals_page),
    Page("hits", "Hits", Action.HITS_VIEW, hits_page),
)
"""In the order of the links; the first that a person may use is their home."""
