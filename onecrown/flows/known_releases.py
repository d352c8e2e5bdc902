"""The releases of a home: which there are, whether they stand as they were made, and their conveniences put back."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import file_digest

from onecrown.errors import StorageError, UsageError
from onecrown.flows.merge_lease import MergeLease
from onecrown.flows.pinned_tables import tag_tables, untagged
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.manifest import Manifest, read_manifest
from onecrown.publishing.release_names import read_release_name


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as a release's manifest says: of which release and which file, table or view, and what to do."""

    release: str
    of: str
    fault: str
    next: str


def manifests(home: Surroundings) -> list[Manifest]:
    """Every release, in the order in which they were made."""
    found = [said for name in home.releases.names() if (said := home.releases.manifest(name)) is not None]
    return sorted(map(read_manifest, found), key=lambda release: (release.made_at, release.name))


def find_release(home: Surroundings, said: str) -> Manifest:
    """The release of a name. Raises `UsageError` where there is none."""
    name = read_release_name(said).text
    found = home.releases.manifest(name)
    if found is None:
        known = ", ".join(home.releases.names()) or "none yet; onecrown publish makes one"
        raise UsageError(f"there is no release {name}; there are: {known}")
    return read_manifest(found)


def is_readable(home: Surroundings, release: Manifest) -> bool:
    """Whether the rows of all its tables can be read. After a rebuild its figures stand in its files alone."""
    return all(one.snapshot_id in home.tables.snapshot_ids(one.table) for one in release.tables)


def faults(home: Surroundings) -> list[Fault]:
    """Files that are gone or changed, tags and views that lack. Every file of every release is read."""
    home.tables.refresh()
    releases = manifests(home)
    found = [fault for release in releases for fault in _of_files(home, release)]
    mend = "onecrown releases --mend"
    found += [Fault(of.name.text, one.table, "lacks its tag", mend) for of, one in untagged(home, releases)]
    for release in releases:
        lacking = home.views.lacking(release) if is_readable(home, release) else []
        found += [Fault(release.name.text, view, "lacks its view", mend) for view in lacking]
    return found


def _of_files(home: Surroundings, release: Manifest) -> list[Fault]:
    found = []
    for one in release.files:
        fault = ""
        try:
            with home.releases.file(release.name.text, one.path).open("rb") as stream:
                fault = "" if file_digest(stream, "sha256").hexdigest() == one.sha256 else "was changed"
        except StorageError:
            fault = "is gone"
        if fault:
            found.append(Fault(release.name.text, one.path, fault, "put it back from the copy of the releases"))
    return found


def mend_releases(home: Surroundings) -> int:
    """Put back tags and views of which the tables' snapshots are still there; give how many releases lacked any."""
    lease = MergeLease(home)
    lease.take()
    try:
        home.tables.refresh()
        return sum(_mended(home, release) for release in manifests(home))
    finally:
        lease.give_back()


def _mended(home: Surroundings, release: Manifest) -> bool:
    lacking = [one for _, one in untagged(home, [release])]
    tag_tables(home, release, lacking)
    views = home.views.lacking(release) if is_readable(home, release) else []
    if views:
        home.views.put(release)
    return bool(lacking or views)
