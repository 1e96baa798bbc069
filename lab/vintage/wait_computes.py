"""Waits until all compute hosts are up and known to placement.
wait_computes.py RUN_DIR; the rest comes from the environment."""
import glob
import os
import sys
import time

from session import Session

run_dir, hosts = sys.argv[1], set(os.environ["VINTAGE_COMPUTES"].split())
end = time.time() + 180
why = "no answer yet"
while time.time() < end:
    try:
        s = Session(os.environ["IP"], "admin", os.environ["PW_ADMIN"], "admin")
        services = s.get("compute", "/os-services?binary=nova-compute")["services"]
        up = {x["host"] for x in services if x["state"] == "up"}
        providers = {r["name"] for r in s.get("placement", "/resource_providers")["resource_providers"]}
        if hosts <= up & providers:
            break
        why = "up: %s, resource providers: %s" % (sorted(up), sorted(providers))
    except Exception as e:      # services that still start answer anything at all
        why = repr(e)
    for f in glob.glob(run_dir + "/*.pid"):
        with open(f) as pid:
            if not os.path.exists("/proc/" + pid.read().split()[0]):
                sys.exit(os.path.basename(f)[:-4] + " has died")
    time.sleep(1)
else:
    sys.exit("compute hosts are not up: " + why)
