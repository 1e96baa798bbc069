#!/bin/bash
# The MariaDB and the RabbitMQ of the vintage clouds; both profiles share them.
# infra.sh start|stop|status
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
load_vintage_secrets

start_db() {
    proc_alive "$INFRA/run" mariadb && return 0
    mkdir -p "$INFRA/run" "$INFRA/log" "$INFRA/tmp"
    if [ ! -f "$INFRA/mysql/.ok" ]; then
        rm -rf "$INFRA/mysql"
        mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$INFRA/mysql" \
            --auth-root-authentication-method=normal --skip-test-db >"$INFRA/log/mariadb-install.log" 2>&1
        touch "$INFRA/mysql/.ok"
    fi
    port_free "$INFRA_IP" 3306 "the vintage cloud's database"
    proc_start "$INFRA" mariadb /usr/sbin/mariadbd --no-defaults --user="$(id -un)" --datadir="$INFRA/mysql" \
        --socket="$SOCK" --pid-file="$INFRA/mysql.pid" --tmpdir="$INFRA/tmp" \
        --bind-address="$INFRA_IP" --port=3306 --skip-name-resolve --max-connections=1000 \
        --innodb-buffer-pool-size=192M --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
        --performance-schema=OFF --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci
    for _ in $(seq 240); do
        sql -e 'select 1' >/dev/null 2>&1 && return 0
        proc_alive "$INFRA/run" mariadb || break
        sleep 0.25
    done
    die "mariadb did not start; see $INFRA/log/mariadb.log"
}

# A user and a vhost per profile, read at every start: a wiped queue needs no repair.
definitions() {
    python3 - "$INFRA/rabbit/definitions.json" neutron nova <<'PY'
import base64, hashlib, json, os, sys
out, names = sys.argv[1], sys.argv[2:]
salt = os.urandom(4)
digest = hashlib.sha256(salt + os.environ["PW_RABBIT"].encode()).digest()
with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as f:
    json.dump({
        "users": [{"name": n, "tags": "", "password_hash": base64.b64encode(salt + digest).decode(),
                   "hashing_algorithm": "rabbit_password_hashing_sha256"} for n in names],
        "vhosts": [{"name": n} for n in names],
        "permissions": [{"user": n, "vhost": n, "configure": ".*", "write": ".*", "read": ".*"} for n in names],
    }, f)
PY
}

start_mq() {
    local B=$INFRA/rabbit
    proc_alive "$INFRA/run" rabbitmq && proc_alive "$INFRA/run" epmd && return 0
    mkdir -p "$B"
    PW_RABBIT=$PW_RABBIT definitions
    cat >"$B/rabbitmq.conf" <<C
listeners.tcp.1 = $INFRA_IP:5672
load_definitions = $B/definitions.json
log.console = true
log.console.level = warning
log.file = false
disk_free_limit.absolute = 200MB
C
    echo '[].' >"$B/enabled_plugins"
    # An epmd, a node name and a distribution port of its own, all on loopback:
    # another RabbitMQ of this machine keeps the usual ones.
    export HOME=$B ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=${VINTAGE_EPMD_PORT:-14379}
    if ! proc_alive "$INFRA/run" epmd; then
        # a running node would not register with the new one
        proc_stop "$INFRA" rabbitmq
        port_free 127.0.0.1 "$ERL_EPMD_PORT" "the vintage cloud's epmd"
        proc_start "$INFRA" epmd epmd -address 127.0.0.1 -port "$ERL_EPMD_PORT"
    fi
    wait_tcp 127.0.0.1 "$ERL_EPMD_PORT" 15 epmd "$INFRA/run" epmd
    proc_start "$INFRA" rabbitmq env RABBITMQ_NODENAME=pumphouse-vintage@localhost \
        RABBITMQ_CONFIG_FILE="$B/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_MNESIA_BASE="$B/mnesia" RABBITMQ_LOG_BASE="$INFRA/log" RABBITMQ_LOGS=- \
        RABBITMQ_ENABLED_PLUGINS_FILE="$B/enabled_plugins" \
        RABBITMQ_PID_FILE="$B/pid" RABBITMQ_DIST_PORT="${VINTAGE_ERL_DIST_PORT:-25682}" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
    wait_tcp "$INFRA_IP" 5672 90 rabbitmq "$INFRA/run" rabbitmq
}

case ${1:-} in
start)
    start_db & db=$!
    start_mq & mq=$!
    wait $db && wait $mq ;;
stop) procs_stop_all "$INFRA" ;;
status)
    for p in mariadb epmd rabbitmq; do
        proc_alive "$INFRA/run" $p && echo "infra $p up" || echo "infra $p down"
    done ;;
*) die "usage: $0 start|stop|status" ;;
esac
