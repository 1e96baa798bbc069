# shellcheck shell=bash
# Writes the configuration of one cloud's services under $E; sourced by cloud.sh,
# which has set C (cloud), D (its folder), E (its etc), IP and COMPUTES.
. "$ZED/config_nova.sh"

db_url() { echo "mysql+pymysql://$C:$PW_DB@$INFRA_IP/${C}_$1?charset=utf8"; }

# ------------------------------------------------ sections that services share
section_default() { cat <<CONF
[DEFAULT]
debug = ${LAB_DEBUG:-false}
use_stderr = true
state_path = $D/$1
transport_url = rabbit://$C:$PW_RABBIT@$INFRA_IP:5672/$C
rpc_response_timeout = 60
CONF
}

credentials() { cat <<CONF
auth_type = password
auth_url = http://$IP:5000/v3
username = $1
password = $PW_SERVICE
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = $REGION
CONF
}

connection() { cat <<CONF
connection = $(db_url "$1")
max_pool_size = 5
max_overflow = 30
CONF
}

sections_common() { cat <<CONF
[oslo_concurrency]
lock_path = $D/lock
[oslo_messaging_rabbit]
rabbit_retry_interval = 1
[oslo_messaging_notifications]
driver = noop
[keystone_authtoken]
$(credentials "$1")
www_authenticate_uri = http://$IP:5000/v3
service_token_roles_required = true
service_token_roles = service
[oslo_middleware]
enable_proxy_headers_parsing = true
CONF
}

# --------------------------------------------------------------- the services
# Without memcached every token validation costs Keystone almost two seconds.
config_keystone() { section_default keystone; cat <<CONF
[database]
$(connection keystone)
[token]
provider = fernet
expiration = 14400
[fernet_tokens]
key_repository = $D/fernet
[credential]
key_repository = $D/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = true
backend = oslo_cache.memcache_pool
memcache_servers = $IP:11211
[oslo_messaging_notifications]
driver = noop
CONF
}

config_glance() { section_default glance; cat <<CONF
bind_host = $IP
bind_port = 9292
workers = 0
enabled_backends = file:file
enabled_import_methods = [glance-direct,web-download,copy-image]
show_multiple_locations = false
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = $D/glance/images
[os_glance_staging_store]
filesystem_store_datadir = $D/glance/staging
[os_glance_tasks_store]
filesystem_store_datadir = $D/glance/tasks
[database]
$(connection glance)
[paste_deploy]
flavor = keystone
config_file = $E/glance-api-paste.ini
CONF
sections_common glance
}

config_placement() { section_default placement; cat <<CONF
[placement_database]
$(connection placement)
[api]
auth_strategy = keystone
CONF
sections_common placement
}

config_neutron() { section_default neutron; cat <<CONF
bind_host = $IP
bind_port = 9696
api_workers = ${LAB_NEUTRON_API_WORKERS:-1}
rpc_workers = 0
rpc_state_report_workers = 0
core_plugin = ml2
service_plugins = router,qos
auth_strategy = keystone
api_paste_config = $E/neutron-api-paste.ini
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
allow_overlapping_ips = true
router_scheduler_driver = neutron.scheduler.l3_agent_scheduler.ChanceScheduler
dns_domain = $C.lab.
[nova]
$(credentials nova)
[placement]
$(credentials placement)
[database]
$(connection neutron)
CONF
sections_common neutron
}

config_ml2() { cat <<CONF
[ml2]
type_drivers = flat,vlan,vxlan,local
tenant_network_types = vxlan
mechanism_drivers = lab
extension_drivers = port_security,dns,qos
[ml2_type_flat]
flat_networks = *
[ml2_type_vlan]
network_vlan_ranges = physnet1:1000:1999
[ml2_type_vxlan]
vni_ranges = 1:10000
[securitygroup]
enable_security_group = true
CONF
}

config_cinder() { section_default cinder; cat <<CONF
my_ip = $IP
host = $C-cinder
osapi_volume_listen = $IP
osapi_volume_listen_port = 8776
osapi_volume_workers = 1
auth_strategy = keystone
api_paste_config = $E/cinder-api-paste.ini
resource_query_filters_file = /etc/cinder/resource_filters.json
glance_api_servers = http://$IP:9292
enabled_backends = lab
backend_stats_polling_interval = 10
report_interval = 5
default_volume_type = __DEFAULT__
rootwrap_config = /etc/cinder/rootwrap.conf
image_conversion_dir = $D/cinder/conversion
[lab]
volume_backend_name = lab
volume_driver = lab_cinder.LabVolumeDriver
[nova]
$(credentials nova)
[service_user]
send_service_user_token = true
$(credentials cinder)
[key_manager]
backend = cinder.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = 0000000000000000000000000000000000000000000000000000000000000000
[database]
$(connection cinder)
CONF
sections_common cinder
}

render() {
    local pair
    mkdir -p "$E" "$D/lock" "$D/glance/images" "$D/glance/staging" "$D/glance/tasks" \
        "$D/nova" "$D/neutron" "$D/cinder" "$D/fernet" "$D/credential" "$D/disks"
    chmod 700 "$D" "$D/fernet" "$D/credential"
    config_keystone >"$E/keystone.conf"
    config_glance >"$E/glance-api.conf"
    config_placement >"$E/placement.conf"
    config_nova >"$E/nova.conf"
    config_nova_db >"$E/nova-db.conf"
    config_neutron >"$E/neutron.conf"
    config_ml2 >"$E/ml2_conf.ini"
    config_cinder >"$E/cinder.conf"
    for pair in $COMPUTES; do
        mkdir -p "$D/nova-${pair%%:*}/instances"
        config_nova_compute "${pair%%:*}" "${pair#*:}" >"$E/nova-compute-${pair%%:*}.conf"
    done
    chmod 600 "$E"/*.conf
    cp /usr/share/glance-common/glance-api-paste.ini "$E/"
    cp /usr/share/nova-common/api-paste.ini "$E/nova-api-paste.ini"
    cp /etc/neutron/api-paste.ini "$E/neutron-api-paste.ini"
    cp /usr/share/cinder-common/api-paste.ini "$E/cinder-api-paste.ini"
}
