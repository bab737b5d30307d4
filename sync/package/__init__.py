"""The one package format: signed, sealed to its audience, refused whole if one byte differs."""

from sync.errors import PackageError, PackageFault
from sync.package.container import Package, read_package, write_package
from sync.package.manifest import Manifest
from sync.package.site import SITE_KIND, SitePackage, read_site, site_entries

__all__ = [
    "SITE_KIND",
    "Manifest",
    "Package",
    "PackageError",
    "PackageFault",
    "SitePackage",
    "read_package",
    "read_site",
    "site_entries",
    "write_package",
]
