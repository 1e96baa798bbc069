# shellcheck shell=bash
# Glance with the v1 API of old clients, hence with its registry. Sourced by cloud.sh.
configure_glance() {
    local n port
    mkdir -p "$D/glance/images"
    for n in api registry; do
        port=9292
        [ $n = api ] || port=9191
        { c_default glance; cat <<C
bind_host = $IP
bind_port = $port
workers = 0
registry_host = $IP
registry_port = 9191
enable_v1_api = true
enable_v2_api = true
enable_v1_registry = true
enable_v2_registry = true
[glance_store]
stores = file,http
default_store = file
filesystem_store_datadir = $D/glance/images
[database]
$(c_db glance)
[paste_deploy]
flavor = keystone
config_file = $E/glance-$n-paste.ini
[oslo_policy]
policy_file = $DIST/glance/policy.json
$(c_shared glance)
C
        } >"$E/glance-$n.conf"
        cp "$DIST/glance/glance-$n-paste.ini" "$E/"
    done
}
