# shellcheck shell=bash
# Nova, with Neutron or with nova-network. Sourced by cloud.sh.
c_nova_network() { cat <<C
use_neutron = false
network_manager = nova.network.manager.$VINTAGE_NOVANET
network_api_class = nova.network.api.API
fake_network = true
network_host = old-net
multi_host = false
public_interface = lo
flat_interface = lo
vlan_interface = lo
flat_network_bridge = br100
vlan_start = 100
default_floating_pool = nova
force_dhcp_release = false
dhcpbridge = $VENV/bin/nova-dhcpbridge
networks_path = $D/nova/networks
C
}

configure_nova() {
    local host
    mkdir -p "$D/nova/networks" "$D/disks"
    { c_default nova; cat <<C
my_ip = $IP
host = old-ctl
enabled_apis = osapi_compute
osapi_compute_listen = $IP
osapi_compute_listen_port = 8774
osapi_compute_workers = 1
instance_name_template = old-%08x
report_interval = 5
service_down_time = 20
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
update_resources_interval = 20
firewall_driver = nova.virt.firewall.NoopFirewallDriver
running_deleted_instance_action = log
$([ "$VINTAGE_NET" = neutron ] && echo "use_neutron = true" || c_nova_network)
[api]
auth_strategy = keystone
[wsgi]
api_paste_config = $E/nova-api-paste.ini
[api_database]
$(c_db nova_api)
[database]
$(c_db nova)
[placement]
$(c_auth placement)
os_region_name = $REGION
[glance]
api_servers = http://$IP:9292
[neutron]
url = http://$IP:9696
region_name = $REGION
$(c_auth neutron)
[cinder]
catalog_info = volumev2:cinderv2:publicURL
os_region_name = $REGION
[conductor]
workers = 1
[scheduler]
discover_hosts_in_cells_interval = 30
[filter_scheduler]
track_instance_changes = false
[vnc]
enabled = false
$(c_shared nova)
C
    } >"$E/nova.conf"
    cp "$DIST/nova/nova/api-paste.ini" "$E/nova-api-paste.ini"
    for host in $VINTAGE_COMPUTES; do
        mkdir -p "$D/nova-$host"
        cat >"$E/nova-compute-$host.conf" <<C
[DEFAULT]
host = $host
state_path = $D/nova-$host
compute_driver = vintage.VintageDriver
instances_path = $D/disks
C
    done
    printf '[DEFAULT]\nhost = old-net\n' >"$E/nova-network.conf"
}
