# shellcheck shell=bash
# Nova's part of a cloud's configuration; sourced by config.sh.

config_nova() { section_default nova; cat <<CONF
my_ip = $IP
host = $C-ctl
enabled_apis = osapi_compute
osapi_compute_listen = $IP
osapi_compute_listen_port = 8774
osapi_compute_workers = 1
allow_resize_to_same_host = true
shutdown_timeout = 5
max_concurrent_builds = 4
$(default_zone)
instance_name_template = $C-%08x
resume_guests_state_on_host_boot = false
update_resources_interval = 20
report_interval = 5
service_down_time = 20
vif_plugging_is_fatal = false
vif_plugging_timeout = 0
reclaim_instance_interval = 0
heal_instance_info_cache_interval = 60
running_deleted_instance_action = log
[api]
auth_strategy = keystone
[wsgi]
api_paste_config = $E/nova-api-paste.ini
[placement]
$(credentials placement)
[service_user]
send_service_user_token = true
$(credentials nova)
[glance]
api_servers = http://$IP:9292
[neutron]
$(credentials neutron)
service_metadata_proxy = false
[cinder]
$(credentials cinder)
catalog_info = volumev3::publicURL
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 60
[filter_scheduler]
track_instance_changes = false
[vnc]
enabled = false
[spice]
enabled = false
[key_manager]
backend = nova.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = 0000000000000000000000000000000000000000000000000000000000000000
[compute]
resource_provider_association_refresh = 60
[libvirt]
virt_type = qemu
cpu_mode = none
use_virtio_for_bridges = true
live_migration_wait_for_vif_plug = false
snapshot_image_format = qcow2
images_type = default
CONF
local helper
for helper in vif_plug_linux_bridge_privileged vif_plug_ovs_privileged privsep_osbrick nova_sys_admin; do
    printf '[%s]\nhelper_command = privsep-helper --config-file %s/nova.conf\n' "$helper" "$E"
done
sections_common nova
}

# A file of its own: nova-compute must not see database settings.
config_nova_db() { echo "[api_database]"; connection nova_api; echo "[database]"; connection nova; }

# In a cloud of both kinds of host a server that asks for no zone goes to `lab`;
# Zed enforces no zone of its own accord.
default_zone() {
    case " $COMPUTES " in *:libvirt*) case " $COMPUTES " in *":lab "*) echo "default_schedule_zone = lab" ;; esac ;; esac
}

config_nova_compute() { # HOST DRIVER
    printf '[DEFAULT]\nhost = %s\nstate_path = %s\n' "$1" "$D/nova-$1"
    case $2 in
    lab) printf 'compute_driver = lab.LabDriver\ninstances_path = %s\n' "$D/disks" ;;
    libvirt) printf 'compute_driver = libvirt.LibvirtDriver\ninstances_path = %s\n' "$D/nova-$1/instances" ;;
    *) die "$C: host $1 has the unknown compute driver $2 (lab, libvirt)" ;;
    esac
}
