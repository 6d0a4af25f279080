#!/usr/bin/python3
"""Looks into documents and verdicts for tests/directory.sh.

  facts.py fact DOCUMENT EXPRESSION          the expression holds of the facts f and misses m
  facts.py judged VERDICTS STATEMENT/CHECK OUTCOME [WORDS]
  facts.py review DOCUMENT REVIEW            a signed review that confirms whoever is in the groups now
  facts.py bench DOCUMENT -- COMMAND…        time and peak memory of the command, five times
"""
import json
import os
import sys
import time

what, path, *rest = sys.argv[1:]


def load():
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def fact(expression):
    document = load()
    f, m = document["facts"], document.get("misses", [])

    def named(section, name):
        return next((item for item in f[section] if item["name"] == name), None)

    words = {
        "f": f, "m": m,
        "group": lambda name: named("privileged", name),
        "who": lambda name: {item["name"]: item.get("via") for item in named("privileged", name)["members"]},
        "user": lambda name: named("users", name),
        "listed": lambda name: named("groups", name),
        "miss": lambda at: next((item for item in m if item["at"] == at), None),
    }
    if not eval(expression, words):  # the expressions are the test's own
        print(json.dumps({"facts": {k: f[k] for k in f if k not in ("users", "groups")}, "misses": m},
                         ensure_ascii=False, indent=1)[:6000], file=sys.stderr)
        sys.exit(1)


def judged(place, outcome, words=""):
    statement, check = place.split("/")
    for verdict in load()["verdicts"]:
        if verdict["statement"] == statement and verdict["subject"]["id"] == "mima.example":
            for item in verdict["checks"]:
                if item["check"] == check and item["outcome"] == outcome:
                    if words in item["reason"]["en"]:
                        return
                elif item["check"] == check:
                    print(json.dumps(item, ensure_ascii=False), file=sys.stderr)
    sys.exit(1)


def review(to):
    document = load()
    confirmed = [f"{group['sid']}/{member['name']}" for group in document["facts"]["privileged"] for member in group["members"]]
    signed = {"by": "佐藤", "at": document["collected_at"], "clean": True}
    facts = {"reviews": {"privileged": {**signed, "confirmed": confirmed}, "admin_count": {**signed, "expected": ["corp-root"]}}}
    with open(to, "w", encoding="utf-8") as file:
        json.dump({**{k: document[k] for k in ("format", "version", "subject", "collected_at")}, "source": "record",
                   "facts": facts}, file)


def bench(_, *command):
    times, peaks = [], []
    for _ in range(5):
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            os.execv(command[0], command)
        _, status, usage = os.wait4(child, 0)
        times.append(time.monotonic() - began)
        peaks.append(usage.ru_maxrss / 1024)
        if status:
            sys.exit("it failed")
    facts = load()["facts"]
    size = os.path.getsize(path)
    print("%d users, %d groups, %d computers: %.2f s (worst of 5: %.2f s), peak %.1f MiB, document %.1f MiB" % (
        len(facts["users"]), len(facts["groups"]), len(facts["computers"]), sorted(times)[2], max(times), max(peaks),
        size / 1024 / 1024))
    if max(times) > 10 or max(peaks) > 100:
        sys.exit("above the goal of 10 s and 100 MiB")


{"fact": fact, "judged": judged, "review": review, "bench": bench}[what](*rest)
