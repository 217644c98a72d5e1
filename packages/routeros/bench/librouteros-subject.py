# One measurement of python3-librouteros, as subject.ts does for the others.
import json
import resource
import sys
import time

import librouteros

measurement, fast, slow = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ROWS = 100_000
LONGEST_S = 4.0


def connect(port):
    return librouteros.connect(host="127.0.0.1", port=port, username="a", password="b", timeout=60)


def add(api, index):
    return tuple(api("/ppp/secret/add", name="customer-%d" % index, password="secret", profile="plan-1"))


def print_all(api):
    began = time.perf_counter()
    rows = list(api("/ppp/secret/print"))
    took = time.perf_counter() - began
    if len(rows) != ROWS:
        raise SystemExit("it gave %d of %d rows" % (len(rows), ROWS))
    return took


def resident_kib():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1024


def add_rate(api):
    began, done = time.perf_counter(), 0
    while done < 10_000 and time.perf_counter() - began < LONGEST_S:
        add(api, done)
        done += 1
    return done / (time.perf_counter() - began)


def idle():
    for api in [connect(fast) for _ in range(50)]:
        api.close()
    before = resident_kib()
    apis = [connect(fast) for _ in range(500)]
    return (resident_kib() - before) / len(apis)


if measurement == "print-100k":
    value = ROWS / print_all(connect(fast))
elif measurement == "print-100k-memory":
    print_all(connect(fast))
    value = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
elif measurement == "add-sequential":
    value = add_rate(connect(fast))
elif measurement == "idle-500":
    value = idle()
else:
    raise SystemExit("no such measurement: %s" % measurement)
print(json.dumps({"value": value}))
