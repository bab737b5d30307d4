"""The pages of the administration, in the order of the list. Each room adds its own."""

from station.ui.screens.admin.audit_page import AuditTrailPage
from station.ui.screens.admin.keys_page import KeysPage
from station.ui.screens.admin.overview_page import OverviewPage
from station.ui.screens.admin.page import AdminPage
from station.ui.screens.admin.people_page import PeoplePage
from station.ui.screens.admin.retention_page import RetentionPage
from station.ui.screens.admin.storage_page import StoragePage
from station.ui.screens.admin.support_page import SupportPage

PAGES: tuple[type[AdminPage], ...] = (
    OverviewPage,
    PeoplePage,
    KeysPage,
    StoragePage,
    AuditTrailPage,
    RetentionPage,
    SupportPage,
)
