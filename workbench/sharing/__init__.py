"""Who may have data: agencies, requests for release, standing shares."""
