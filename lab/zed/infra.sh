#!/usr/bin/env bash
# What the clouds share: one MariaDB (a database per service and cloud) and one
# RabbitMQ (a vhost and a user per cloud).  infra.sh start|stop|status
. "$(dirname "${BASH_SOURCE[0]}")/settings.sh"
load_secrets
D=$INFRA
EPMD_PORT=${LAB_EPMD_PORT:-14369}      # not the default, which a system's own RabbitMQ may use
ERLANG_PORT=${LAB_ERLANG_PORT:-25672}

start_db() {
    proc_alive "$D/run" mariadb && return 0
    # the kernel takes no longer path for a socket, and MariaDB's message says nothing
    [ ${#SOCK} -lt 108 ] || die "LAB_DIR is too long for a socket's path: $SOCK"
    port_free "$INFRA_IP" 3306 mariadb
    mkdir -p "$D/run" "$D/log" "$D/tmp"
    if [ ! -f "$D/mysql/.installed" ]; then
        rm -rf "$D/mysql"
        mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$D/mysql" \
            --auth-root-authentication-method=normal --skip-test-db >"$D/log/mariadb-install.log" 2>&1
        touch "$D/mysql/.installed"
    fi
    proc_start "$D" mariadb mariadbd --no-defaults --user="$(id -un)" --datadir="$D/mysql" \
        --socket="$SOCK" --pid-file="$D/mysql.pid" --tmpdir="$D/tmp" \
        --bind-address="$INFRA_IP" --port=3306 --skip-name-resolve --max-connections=1000 \
        --innodb-buffer-pool-size=256M --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 \
        --performance-schema=OFF --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci
    for _ in $(seq 240); do
        sql -e 'select 1' >/dev/null 2>&1 && return 0
        proc_alive "$D/run" mariadb || break
        sleep 0.25
    done
    die "mariadb did not start; see $D/log/mariadb.log"
}

rabbit_definitions() {
    # shellcheck disable=SC2086
    PW_RABBIT=$PW_RABBIT python3 -EsB - $LAB_CLOUDS <<'PY'
import base64, hashlib, json, os, sys
password, clouds = os.environ["PW_RABBIT"], sys.argv[1:]
def hashed():
    salt = os.urandom(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
print(json.dumps({
    "rabbit_version": "3.10.8",
    "users": [{"name": c, "password_hash": hashed(), "tags": "",
               "hashing_algorithm": "rabbit_password_hashing_sha256"} for c in clouds],
    "vhosts": [{"name": c} for c in clouds],
    "permissions": [{"user": c, "vhost": c, "configure": ".*", "write": ".*", "read": ".*"} for c in clouds],
    "policies": [], "queues": [], "exchanges": [], "bindings": [], "parameters": [],
    "global_parameters": [], "topic_permissions": []}))
PY
}

start_mq() {
    export HOME=$D/rabbit ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT=$EPMD_PORT
    mkdir -p "$D/rabbit" "$D/run" "$D/log"
    if ! proc_alive "$D/run" epmd; then
        port_free 127.0.0.1 "$EPMD_PORT" epmd
        proc_start "$D" epmd epmd -address 127.0.0.1 -port "$EPMD_PORT"
        wait_tcp 127.0.0.1 "$EPMD_PORT" 15 epmd "$D/run" epmd
    fi
    proc_alive "$D/run" rabbitmq && return 0
    # its start script may have been killed and the broker not
    [ ! -f "$D/run/rabbitmq.pid" ] || { proc_stop "$D" rabbitmq; sleep 1; }
    port_free "$INFRA_IP" 5672 rabbitmq
    port_free 127.0.0.1 "$ERLANG_PORT" rabbitmq
    (umask 077; rabbit_definitions >"$D/rabbit/definitions.json")
    cat >"$D/rabbit/rabbitmq.conf" <<CONF
listeners.tcp.1 = $INFRA_IP:5672
load_definitions = $D/rabbit/definitions.json
log.console = true
log.console.level = warning
log.file = false
disk_free_limit.absolute = 200MB
CONF
    echo '[].' >"$D/rabbit/enabled_plugins"
    proc_start "$D" rabbitmq env RABBITMQ_NODENAME=pumphouse-lab@localhost \
        RABBITMQ_CONFIG_FILE="$D/rabbit/rabbitmq.conf" RABBITMQ_CONF_ENV_FILE=/dev/null \
        RABBITMQ_MNESIA_BASE="$D/rabbit/mnesia" RABBITMQ_LOG_BASE="$D/log" RABBITMQ_LOGS=- \
        RABBITMQ_ENABLED_PLUGINS_FILE="$D/rabbit/enabled_plugins" \
        RABBITMQ_PID_FILE="$D/rabbit/pid" RABBITMQ_DIST_PORT="$ERLANG_PORT" \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
    wait_tcp "$INFRA_IP" 5672 90 rabbitmq "$D/run" rabbitmq
}

status() {
    local name rc=0
    for name in mariadb rabbitmq epmd; do
        if proc_alive "$D/run" $name; then echo "infra $name pid $(cut -d' ' -f1 "$D/run/$name.pid")"
        else echo "infra $name DEAD (log: $D/log/$name.log)"; rc=1; fi
    done
    return $rc
}

case ${1:-} in
start) start_db & db=$!; start_mq & mq=$!; wait $db; wait $mq ;;
stop) procs_stop_all "$D" ;;
status) status ;;
*) die "usage: $0 start|stop|status" ;;
esac
