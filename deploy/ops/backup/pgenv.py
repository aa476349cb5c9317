"""Print ``export PGHOST=…`` lines for the shell, from DATABASE_URL.

The PostgreSQL tools would take the URL as an argument, where every user of the machine reads
its password; they also take each part from the environment.
"""

from __future__ import annotations

import os
import shlex
import sys
from urllib.parse import parse_qsl, unquote, urlsplit

FROM_QUERY = {"host": "PGHOST", "port": "PGPORT", "sslmode": "PGSSLMODE", "user": "PGUSER"}


def environment(url: str) -> dict[str, str]:
    """Return what libpq reads from the environment. Raises ValueError for another kind of URL."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    found = {
        "PGHOST": unquote(parts.hostname or ""),
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    for key, value in parse_qsl(parts.query):
        if key in FROM_QUERY:
            found[FROM_QUERY[key]] = value
    return {name: value for name, value in found.items() if value}


def main() -> int:
    """Print the lines; on a URL that cannot be read, say why."""
    try:
        lines = environment(os.environ.get("DATABASE_URL", ""))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    for name, value in lines.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
