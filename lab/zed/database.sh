# shellcheck shell=bash
# Databases of one cloud; sourced by cloud.sh. The schemas that the services'
# own migrations make are kept as dumps, named by package version: loading one
# takes a second where the migrations take minutes.
SERVICE_DBS="keystone glance placement nova_api nova nova_cell0 neutron cinder"
CACHE=$LAB_DIR/cache

cached_schema() { # DATABASE
    local version
    version=$(dpkg-query -W -f '${Version}' "python3-${1%%_*}" | tr ':~/' '___')
    echo "$CACHE/$1-$version.sql.gz"
}
schema_from_cache() { local f; f=$(cached_schema "$1"); [ -s "$f" ] && zcat "$f" | sql "${C}_$1"; }
schema_to_cache() {
    local f; f=$(cached_schema "$1"); mkdir -p "$CACHE"
    mariadb-dump --no-defaults -uroot -S "$SOCK" --single-transaction "${C}_$1" | gzip -1 >"$f.$$" && mv "$f.$$" "$f"
}
schema() { # DATABASE MIGRATION_COMMAND...
    local db=$1; shift
    schema_from_cache "$db" || { "$@" && schema_to_cache "$db"; }
}

nova_manage() { nova-manage --config-file "$E/nova.conf" --config-file "$E/nova-db.conf" "$@"; }
keystone_manage() { keystone-manage --config-file "$E/keystone.conf" "$@"; }

init_nova() {
    # cell0's schema comes with the main one's, so the three are cached together
    if [ -s "$(cached_schema nova_cell0)" ]; then
        schema_from_cache nova_api; schema_from_cache nova; schema_from_cache nova_cell0
        nova_manage cell_v2 map_cell0 --database_connection "$(db_url nova_cell0)"
    else
        nova_manage api_db sync; schema_to_cache nova_api
        nova_manage cell_v2 map_cell0 --database_connection "$(db_url nova_cell0)"
        nova_manage db sync; schema_to_cache nova; schema_to_cache nova_cell0
    fi
    nova_manage cell_v2 create_cell --name cell1
}

init_keystone() {
    local user url=http://$IP:5000/v3
    user=$(id -un)
    schema keystone keystone_manage db_sync
    keystone_manage fernet_setup --keystone-user "$user" --keystone-group "$user"
    keystone_manage credential_setup --keystone-user "$user" --keystone-group "$user"
    OS_BOOTSTRAP_PASSWORD=$PW_ADMIN keystone_manage bootstrap \
        --bootstrap-username admin --bootstrap-project-name admin --bootstrap-role-name admin \
        --bootstrap-service-name keystone --bootstrap-region-id "$REGION" \
        --bootstrap-admin-url "$url" --bootstrap-public-url "$url" --bootstrap-internal-url "$url"
}

init_others() {
    schema neutron neutron-db-manage --config-file "$E/neutron.conf" --config-file "$E/ml2_conf.ini" upgrade heads
    schema glance glance-manage --config-file "$E/glance-api.conf" db_sync
    schema placement env OS_PLACEMENT_CONFIG_DIR="$E" placement-manage --config-file "$E/placement.conf" db sync
    schema cinder cinder-manage --config-file "$E/cinder.conf" db sync
}

# Begins anew: called until a cloud has come up once, also after a start that broke off.
init_databases() {
    local db name statements='' jobs=() job rc=0
    for db in $SERVICE_DBS; do
        name=${C}_$db
        statements+="DROP DATABASE IF EXISTS $name; CREATE DATABASE $name;
            GRANT ALL ON $name.* TO '$C'@'%' IDENTIFIED BY '$PW_DB';"
    done
    sql -e "$statements"
    mkdir -p "$D/log"
    # set -e does not hold inside a function whose failure is tested, so each runs by itself
    for name in keystone nova others; do
        ("init_$name") >"$D/log/init-$name.log" 2>&1 & jobs+=($!)
    done
    for job in "${jobs[@]}"; do wait "$job" || rc=1; done
    [ $rc = 0 ] || die "$C: setting up its databases failed; see $D/log/init-*.log"
}

drop_databases() {
    local db
    for db in $SERVICE_DBS; do sql -e "DROP DATABASE IF EXISTS ${C}_$db" || true; done
}
