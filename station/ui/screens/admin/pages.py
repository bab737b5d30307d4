"""The pages of the administration, in the order of the list. Each room adds its own."""

from station.ui.screens.admin.overview_page import OverviewPage
from station.ui.screens.admin.page import AdminPage

PAGES: tuple[type[AdminPage], ...] = (OverviewPage,)
