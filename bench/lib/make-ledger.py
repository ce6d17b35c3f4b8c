#!/usr/bin/env python3
"""Writes a ledger as many deploys of many services would: make-ledger.py ROWS > proofs.jsonl

Lines are those of `deploy`, about 1,000 bytes each: facts that repeat and change now and then, a check
or a deploy to a second target between them, times that only grow. The same arguments give the same
bytes.

With --objects STORE the lines name deploy records, and the objects of each (record, config,
contract, sources, image, its config, its app layer) are written below STORE/blobs/sha256.
"""
import argparse
import hashlib
import json
import os
import random
import sys

PROPERTIES = [
    "retrySafe", "readOnly", "deterministic", "injectionSafe", "idempotent", "stateIsolated",
    "noSecretLeakage", "noCredentialLeakage", "inputValidated", "piiContained", "resultsSafe",
    "faultCovered"]
CAPABILITIES = ["cache", "clock", "env", "fetch", "log", "random"]
WORDS = ["account", "basket", "catalog", "delivery", "event", "invoice", "label", "member",
         "notice", "offer", "payment", "quote", "refund", "stock", "tariff", "voucher"]
HOSTS = ["api.example.com", "auth.example.com", "ledger.example.net", "mail.example.org"]
OCI = "application/vnd.oci.image."
OURS = "application/vnd.zigttp."
START = 1_700_000_000_000


def text(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def canonical(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode()


class Objects:
    """Writes each object once, under its digest."""

    def __init__(self, store):
        self.folder = os.path.join(store, "blobs/sha256")
        os.makedirs(self.folder, exist_ok=True)
        self.runtime = self.add(b"runtime layer", OCI + "layer.v1.tar+gzip")

    def add(self, data, media_type):
        name = hashlib.sha256(data).hexdigest()
        try:
            with open(os.open(os.path.join(self.folder, name),
                              os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
                file.write(data)
        except FileExistsError:
            pass
        return {"mediaType": media_type, "digest": "sha256:" + name, "size": len(data)}

    def record(self, service, contract):
        layer = self.add(b"app layer of " + contract, OCI + "layer.v1.tar")
        config = self.add(canonical({
            "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [self.runtime["digest"], layer["digest"]]},
        }), OCI + "config.v1+json")
        image = self.add(canonical({
            "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": config,
            "layers": [self.runtime, layer]}), OCI + "manifest.v1+json")
        return self.add(canonical({
            "schemaVersion": 2, "mediaType": OCI + "manifest.v1+json",
            "artifactType": OURS + "deploy.v1+json",
            "config": self.add(
                canonical({"service": service, "target": "local", "allowedLeaks": []}),
                OURS + "deploy.config.v1+json"),
            "layers": [self.add(contract, OURS + "contract.v1+json"),
                       self.add(b"sources of " + contract, OURS + "sources.v1.tar")],
            "subject": image}), OCI + "manifest.v1+json")["digest"]


class Service:
    def __init__(self, number, objects):
        self.number, self.objects = number, objects
        self.name = f"{WORDS[number % len(WORDS)]}-{number}"
        self.path = f"services/{self.name}/src/handler.ts"
        self.random = random.Random(number)
        self.env = {"API_TOKEN", "REGION", f"{self.name.upper().replace('-', '_')}_URL"}
        self.hosts = {HOSTS[number % len(HOSTS)]}
        self.cache = {self.name}
        self.routes = {"GET /health", f"GET /{self.name}", f"POST /{self.name}"}
        self.properties = {name: True for name in PROPERTIES}
        self.properties["readOnly"] = False
        self.version = 0
        self.settle()

    def change(self):
        self.version += 1
        chance = self.random
        kind = chance.randrange(8)
        if kind < 3:
            self.toggle(self.routes, f"GET /{self.name}/{chance.choice(WORDS[:3])}")
        elif kind == 3:
            self.toggle(self.env, chance.choice(WORDS[:3]).upper() + "_LIMIT")
        elif kind == 4:
            self.toggle(self.hosts, HOSTS[(self.number + 1 + chance.randrange(3)) % len(HOSTS)])
        elif kind == 5:
            name = chance.choice(PROPERTIES)
            self.properties[name] = not self.properties[name]
        # Otherwise the program changed and nothing that can be seen from outside.
        self.settle()

    @staticmethod
    def toggle(names, name):
        names.symmetric_difference_update([name])

    def settle(self):
        routes = [{"pattern": route, "isPrefix": False} for route in sorted(self.routes)]
        contract = canonical({
            "service": self.name, "version": self.version, "env": sorted(self.env),
            "egress": sorted(self.hosts), "routes": sorted(self.routes)})
        self.record = self.objects.record(self.name, contract) if self.objects else None
        self.facts = text({
            "contractSha": hashlib.sha256(contract).hexdigest(),
            "proofLevel": "complete" if all(self.properties.values()) else "partial",
            "envKeys": sorted(self.env), "egressHosts": sorted(self.hosts),
            "cacheNamespaces": sorted(self.cache), "capabilities": CAPABILITIES,
            "routes": routes, "properties": self.properties, "declaredSpecs": [], "dynamic": [],
            "egressCredentials": [f"API_TOKEN > {min(self.hosts, default='-')} > authorization"],
            "sqlQueries": [], "allowedLeaks": []})

    def line(self, ts, kind, target):
        out = (f'{{"ts":{ts},"kind":"{kind}","handlerPath":"{self.path}",'
               f'"serviceName":"{self.name}","facts":{self.facts}')
        if target:
            out += f',"target":"{target}"'
        if self.record and kind == "deploy":
            out += f',"record":"{self.record}"'
        return out + "}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("--services", type=int, default=50)
    parser.add_argument("--every", type=int, default=20, metavar="N",
                        help="one deploy in N differs from the one before (default 20)")
    parser.add_argument("--objects", metavar="STORE", help="write the objects of a store as well")
    options = parser.parse_args()

    chance = random.Random(1)
    objects = Objects(options.objects) if options.objects else None
    services = [Service(number, objects) for number in range(options.services)]
    ts, lines = START, []
    for _ in range(options.rows):
        ts += 1 + chance.randrange(60_000)
        service = services[int(options.services * chance.random() ** 2)]
        if chance.random() * options.every < 1:
            service.change()
        draw = chance.randrange(20)
        if draw == 0:
            lines.append(service.line(ts, "check", None))
        elif draw == 1:
            lines.append(service.line(ts, "deploy", "https://cp.example.com staging"))
        else:
            lines.append(service.line(ts, "deploy", "local"))
        if len(lines) == 4096:
            sys.stdout.write("".join(lines))
            lines = []
    sys.stdout.write("".join(lines))


main()
