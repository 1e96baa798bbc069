# shellcheck shell=bash
# The databases of one cloud; sourced by cloud.sh. A schema is migrated once and
# dumped: the second profile, or the same one after a wipe, loads the dump.

databases() {
    echo "keystone glance nova_api nova nova_cell0"
    [ "$VINTAGE_NET" != neutron ] || echo neutron
    [ "$VINTAGE_CINDER" != yes ] || echo cinder
}
bin() { local n=$1; shift; "$PY" "$VENV/bin/$n" "$@"; }

_cached() { echo "$CACHE/$1-$(sha256sum <"$VINTAGE_SRC/pins.txt" | cut -c1-12).sql.gz"; }
_load() { local f; f=$(_cached "$1"); [ -s "$f" ] && zcat "$f" | sql "${VINTAGE_NET}_$1"; }
_dump() {
    local f; f=$(_cached "$1")
    mkdir -p "$CACHE"
    mariadb-dump --no-defaults -uroot -S "$SOCK" --single-transaction "${VINTAGE_NET}_$1" | gzip -1 >"$f.new"
    mv "$f.new" "$f"
}
_sync() { local db=$1; shift; _load "$db" || { "$@" && _dump "$db"; }; }

_sync_keystone() {
    local M="bin keystone-manage --config-file $E/keystone.conf" who
    who="--keystone-user $(id -un) --keystone-group $(id -gn)"
    # shellcheck disable=SC2086
    { _sync keystone $M db_sync
      $M fernet_setup $who
      $M credential_setup $who
      # by environment: an argument is for everyone to read
      OS_BOOTSTRAP_PASSWORD=$PW_ADMIN $M bootstrap \
        --bootstrap-username admin --bootstrap-project-name admin --bootstrap-role-name admin \
        --bootstrap-service-name keystone --bootstrap-region-id "$REGION" \
        --bootstrap-admin-url "$KS_ADMIN/v2.0" --bootstrap-public-url "$KS_PUBLIC/v2.0" \
        --bootstrap-internal-url "$KS_PUBLIC/v2.0"; }
}
_sync_nova() {
    local M="bin nova-manage --config-file $E/nova.conf"
    # the URL of cell0 comes from [database] then, and no password from argv
    if [ -s "$(_cached nova_cell0)" ]; then
        _load nova_api; _load nova; _load nova_cell0
        $M cell_v2 map_cell0
    else
        $M api_db sync; _dump nova_api
        $M cell_v2 map_cell0
        $M db sync; _dump nova; _dump nova_cell0
    fi
    $M cell_v2 create_cell --name cell1
}
_sync_others() {
    _sync glance bin glance-manage --config-file "$E/glance-api.conf" db_sync
    [ "$VINTAGE_NET" != neutron ] || _sync neutron bin neutron-db-manage \
        --config-file "$E/neutron.conf" --config-file "$E/ml2_conf.ini" upgrade heads
    [ "$VINTAGE_CINDER" != yes ] || _sync cinder bin cinder-manage --config-file "$E/cinder.conf" db sync
}

make_databases() {
    local db s='' j rc=0 jobs=()
    for db in $(databases); do
        s="$s DROP DATABASE IF EXISTS ${VINTAGE_NET}_$db; CREATE DATABASE ${VINTAGE_NET}_$db;
           GRANT ALL ON ${VINTAGE_NET}_$db.* TO '$VINTAGE_NET'@'%' IDENTIFIED BY '$PW_DB';"
    done
    sql <<<"$s"
    mkdir -p "$D/log"
    for db in keystone nova others; do
        (set -e; "_sync_$db") >"$D/log/init-$db.log" 2>&1 & jobs+=($!)
    done
    for j in "${jobs[@]}"; do wait "$j" || rc=1; done
    [ $rc = 0 ] || die "database set-up failed; see $D/log/init-*.log"
}

drop_databases() {
    local db
    for db in keystone glance nova_api nova nova_cell0 neutron cinder; do
        sql -e "DROP DATABASE IF EXISTS ${VINTAGE_NET}_$db"
    done
}
