"""Tables handed to programs such as TOPCAT and Aladin that run beside CLARA, by SAMP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING
from xmlrpc.client import Error as ProtocolFault

from clara_engine.errors import WorkspaceError
from clara_engine.report.export import write_table

if TYPE_CHECKING:
    import pandas as pd

    from clara_engine.store.store import Store

__all__ = ["send_ranking", "send_table"]

KEPT = 20
LOAD = "table.load.votable"
NO_HUB = "no program listens: start TOPCAT or Aladin first, on the computer that CLARA runs on"


def send_ranking(workspace: Store, table: pd.DataFrame, title: str) -> list[str]:
    """Send a table to every program that loads tables; see `send_table`.

    The VOTable stays in the folder ``sent`` of the workspace, where the programs read it.

    Parameters
    ----------
    workspace : Store
    table : DataFrame
        From `ranking`.
    title : str
        What the table is called there.

    Returns
    -------
    list of str
        Names of the programs that took it.
    """
    folder = workspace.folder / "sent"
    for stale in sorted(folder.glob("*.vot"))[:-KEPT]:
        stale.unlink(missing_ok=True)
    path = folder / time.strftime("clara-%Y%m%d-%H%M%S.vot")
    write_table(table, path)
    return send_table(path, f"CLARA {title}")


def send_table(path: Path, title: str) -> list[str]:
    """Ask every program at the SAMP hub to load a VOTable.

    Parameters
    ----------
    path : Path
        Stays where it is: programs may read it again.
    title : str
        What they call the table.

    Returns
    -------
    list of str
        Names of the programs that were asked.

    Raises
    ------
    WorkspaceError
        When there is no hub, or no program at it loads tables.
    """
    from pyvo.samp import SAMPClientError, SAMPHubError, SAMPIntegratedClient, SAMPProxyError

    # CLARA only sends; with the loopback address pyvo does not ask the network for its own address.
    client = SAMPIntegratedClient(name="CLARA", addr="127.0.0.1", callable=False)
    try:
        client.connect()
        there = client.get_subscribed_clients(LOAD)
        names = [client.get_metadata(one).get("samp.name", one) for one in there]
        if names:
            address = path.absolute().as_uri()
            client.enotify_all(LOAD, **{"url": address, "table-id": f"clara:{path.name}", "name": title})
    except (SAMPHubError, SAMPClientError, SAMPProxyError, ProtocolFault, OSError):
        raise WorkspaceError(NO_HUB) from None
    finally:
        if client.is_connected:
            client.disconnect()
    if not names:
        raise WorkspaceError("no program at the SAMP hub loads tables: start TOPCAT or Aladin first")
    return sorted(names)
