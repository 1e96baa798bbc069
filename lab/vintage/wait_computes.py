"""Waits until all services of Nova report for duty and placement knows the compute
hosts. wait_computes.py RUN_DIR; the rest comes from the environment."""
import glob
import os
import sys
import time

from session import Session

run_dir, hosts = sys.argv[1], set(os.environ["VINTAGE_COMPUTES"].split())
end = time.time() + 180
# A service killed a moment ago still counts as up: only reports from now on tell.
since = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
why = "no answer yet"
while time.time() < end:
    try:
        s = Session(os.environ["IP"], "admin", os.environ["PW_ADMIN"], "admin")
        services = s.get("compute", "/os-services")["services"]
        silent = {x["host"] for x in services if x["state"] != "up" or (x["updated_at"] or "") < since}
        up = {x["host"] for x in services if x["binary"] == "nova-compute"} - silent
        providers = {r["name"] for r in s.get("placement", "/resource_providers")["resource_providers"]}
        if hosts <= up & providers and not silent:
            break
        why = "silent: %s, resource providers: %s" % (sorted(silent), sorted(providers))
    except Exception as e:      # services that still start answer anything at all
        why = repr(e)
    for f in glob.glob(run_dir + "/*.pid"):
        with open(f) as pid:
            if not os.path.exists("/proc/" + pid.read().split()[0]):
                sys.exit(os.path.basename(f)[:-4] + " has died")
    time.sleep(1)
else:
    sys.exit("compute hosts are not up: " + why)
