"""Every plug-in, in the order in which they are put in place."""

from __future__ import annotations

from local_aws.plugins import (
    athena,
    glue_rights,
    job_runs,
    lake_formation,
    lambda_functions,
    loopback_tls,
    metric_alarms,
    metric_rights,
    object_versions,
    recorded_resources,
    role_boundaries,
    secret_names,
    shared_bundles,
    state_machines,
    task_rights,
)
from local_aws.plugins.pinned import require_version

PLUGINS = (
    *(loopback_tls, glue_rights, metric_rights, object_versions, lambda_functions, shared_bundles, job_runs),
    *(state_machines, task_rights),
    *(recorded_resources, metric_alarms, role_boundaries, secret_names, lake_formation, athena),
)


def install_all() -> None:
    """Put them in place. Raises `ChangedEmulator` where the emulator is not the one they were written for."""
    require_version()
    for plugin in PLUGINS:
        plugin.install()
