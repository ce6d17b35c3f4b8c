#!/usr/bin/env python3
"""many-services.py STORE FOLDER COUNT: has the supervisor of FOLDER run COUNT services of the one image
in STORE (an OCI image layout), and prints the process ids of the services.
"""
import hashlib
import json
import os
import pathlib
import socket
import subprocess
import sys

store, folder, count = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])


def blob(digest):
    return store / "blobs/sha256" / digest.removeprefix("sha256:")


index = json.loads((store / "index.json").read_text())
image = next(entry["digest"] for entry in index["manifests"]
             if "artifactType" not in entry and entry["mediaType"].endswith("manifest.v1+json"))
name = image.removeprefix("sha256:")
target = folder / "images" / name
target.mkdir(parents=True, exist_ok=True)
for layer in json.loads(blob(image).read_text())["layers"]:
    subprocess.run(["tar", "-xf", blob(layer["digest"]), "-C", target], check=True)
app = hashlib.sha256((target / "app/app.json").read_bytes()).hexdigest()

os.chdir(folder)
for number in range(count):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("socket")
    connection.sendall(json.dumps({
        "protocol": 1, "call": "deploy", "order": {
            "service": f"service-{number}", "deployment": f"d{number}", "generation": 1,
            "image": f"bench/team/a@{image}", "folder": name, "app": f"sha256:{app}",
            "env": {}}}).encode() + b"\n")
    answer = json.loads(connection.makefile().readline())
    if answer.get("report", {}).get("state") != "running":
        sys.exit(f"service-{number}: {answer}")
for file in (folder / "services").iterdir():
    print(json.loads(file.read_text())["active"]["process"])
