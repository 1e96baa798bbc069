# shellcheck shell=bash
# Cinder v1 and v2; volumes are sparse files (pike/cinder). Sourced by cloud.sh.
configure_cinder() {
    mkdir -p "$D/cinder"
    { c_default cinder; cat <<C
my_ip = $IP
host = old-cinder
osapi_volume_listen = $IP
osapi_volume_listen_port = 8776
osapi_volume_workers = 1
auth_strategy = keystone
api_paste_config = $DIST/cinder/cinder/api-paste.ini
resource_query_filters_file = $DIST/cinder/cinder/resource_filters.json
glance_api_servers = http://$IP:9292
enable_v1_api = true
enable_v2_api = true
enabled_backends = lab
rootwrap_config = $DIST/cinder/cinder/rootwrap.conf
image_conversion_dir = $D/cinder/conversion
[lab]
volume_backend_name = lab
volume_driver = vintage_cinder.VintageVolumeDriver
[database]
$(c_db cinder)
[oslo_policy]
policy_file = $DIST/cinder/cinder/policy.json
$(c_shared cinder)
C
    } >"$E/cinder.conf"
}
