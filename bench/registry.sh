#!/usr/bin/env bash
# The registry beside docker-registry: one client pushes the same image to both and pulls it back,
# another reads a manifest many times. The client beside skopeo: a deployed image goes to both
# registries, and what a change of one line adds to it. Packing an image, beside umoci.
#
# MIB (1,024) in BLOBS (100) layers; READS (10,000) of a manifest; RUNS (3). The servers have the
# first core, clients the second.
source "$(dirname "$0")/lib/common.bash"
need docker-registry skopeo umoci ab curl python3 hyperfine

runs=${RUNS:-3}
mib=${MIB:-1024}
blobs=${BLOBS:-100}
reads=${READS:-10000}
# No credential of whoever runs this, and no policy either.
export DOCKER_CONFIG=$work/docker REGISTRY_AUTH_FILE=$work/auth.json
echo '{}' >"$REGISTRY_AUTH_FILE"
skopeo() { command skopeo --insecure-policy "$@"; }

python3 - "$work/image" "$blobs" $((mib << 20)) <<'PYTHON'
import hashlib, json, os, sys
folder, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(f"{folder}/blobs/sha256")
def add(data, kind):
    name = hashlib.sha256(data).hexdigest()
    with open(f"{folder}/blobs/sha256/{name}", "wb") as file:
        file.write(data)
    return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{name}", "size": len(data)}
layers = [add(os.urandom(size // count), "layer.v1.tar") for _ in range(count)]
config = add(json.dumps({
    "architecture": "amd64", "os": "linux",
    "rootfs": {"type": "layers", "diff_ids": [layer["digest"] for layer in layers]},
}).encode(), "config.v1+json")
manifest = add(json.dumps({
    "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
    "config": config, "layers": layers,
}).encode(), "manifest.v1+json")
manifest["annotations"] = {"org.opencontainers.image.ref.name": "large"}
with open(f"{folder}/index.json", "w") as file:
    json.dump({"schemaVersion": 2, "manifests": [manifest]}, file)
with open(f"{folder}/oci-layout", "w") as file:
    file.write('{"imageLayoutVersion":"1.0.0"}')
PYTHON

# begin NAME: a registry with nothing in it; its port is then in $port, its process in $served.
begin() {
  rm -rf "$work/data-$1"
  mkdir "$work/data-$1"
  port=$(free_port)
  case $1 in
  ours) serve "$port" "$bin/zigttp" registry serve --data "$work/data-ours" --listen "127.0.0.1:$port" ;;
  theirs)
    cat >"$work/theirs.yml" <<CONFIG
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/data-theirs}, delete: {enabled: true}}
http: {addr: "127.0.0.1:$port"}
CONFIG
    # It would take the variable for a part of its own configuration.
    serve "$port" env -u REGISTRY_AUTH_FILE docker-registry serve "$work/theirs.yml"
    ;;
  esac
}
# peak: the memory that the server needed most, in KiB.
peak() { awk '/^VmHWM/ { print $2 }' "/proc/$served/status"; }
# measure NAME COMMAND…: adds the seconds of a command to the figures of that name.
measure() {
  local name=$1
  shift
  taskset -c 1 python3 "$root/bench/lib/measure.py" "$@" >>"$work/$name.figures" 2>"$work/log" || {
    cat "$work/log" >&2
    fail "$name did not end well"
  }
}
seconds() { awk '{ print $1 }' "$work/$1.figures" | median; }

for ((run = 0; run < runs; run++)); do
  for server in ours theirs; do
    begin "$server"
    sync -f "$work"
    measure "$server-push" skopeo --insecure-policy copy --dest-tls-verify=false \
      "oci:$work/image:large" "docker://127.0.0.1:$port/bench/large:v1"
    rm -rf "$work/pulled"
    measure "$server-pull" skopeo --insecure-policy copy --src-tls-verify=false \
      "docker://127.0.0.1:$port/bench/large:v1" "oci:$work/pulled:large"
    peak >>"$work/$server-memory.figures"
    # The durable end of what was pushed is part of it: ours is on the device, theirs may not be.
    taskset -c 1 ab -q -k -n "$reads" -c 8 -H 'Accept: application/vnd.oci.image.manifest.v1+json' \
      "http://127.0.0.1:$port/v2/bench/large/manifests/v1" >"$work/ab.log" 2>&1 || {
      cat "$work/ab.log" >&2
      fail "ab stopped"
    }
    grep -q "^Complete requests: *$reads$" "$work/ab.log" || fail "$server lost requests"
    ! grep -q "^Non-2xx" "$work/ab.log" || fail "$server refused requests"
    awk '/^Time taken for tests/ { print $5 }' "$work/ab.log" >>"$work/$server-reads.figures"
    # Our client, to and from the same server.
    measure "$server-cp-push" "$bin/zigttp" store cp \
      "oci:$work/image:large" "docker://127.0.0.1:$port/bench/copied:v1"
    rm -rf "$work/pulled"
    measure "$server-cp-pull" "$bin/zigttp" store cp \
      "docker://127.0.0.1:$port/bench/copied:v1" "oci:$work/pulled:large"
    stop "$served"
  done
done

row() { echo "| $1 | $(seconds "$2") | $(seconds "$3") | $(ratio "$(seconds "$2")" "$(seconds "$3")") |"; }
echo "| $mib MiB in $blobs blobs, median of $runs | zigttp registry s | docker-registry s | ratio |"
echo "|---|---|---|---|"
row "\`skopeo copy\` to it" ours-push theirs-push
row "\`skopeo copy\` from it" ours-pull theirs-pull
row "$reads reads of its manifest" ours-reads theirs-reads
echo
echo "Peak memory after push and pull: $(seconds ours-memory) KiB, docker-registry $(seconds theirs-memory) KiB."
echo
echo "| the same image, median of $runs | \`zigttp store cp\` s | \`skopeo copy\` s | ratio |"
echo "|---|---|---|---|"
row "to our registry" ours-cp-push ours-push
row "from our registry" ours-cp-pull ours-pull
row "to docker-registry" theirs-cp-push theirs-push
row "from docker-registry" theirs-cp-pull theirs-pull

# A deployed image, to a registry that has nothing of it; then one with a line more.
deploy orders
cd "$work/orders"
change() {
  date '+// %s %N' >>handler.ts
  "$bin/zigttp" deploy --local >/dev/null 2>"$work/log"
}
for ((run = 0; run < runs; run++)); do
  for tool in push cp skopeo; do
    begin theirs
    place=127.0.0.1:$port/bench/orders
    for round in first second; do
      case $tool in
      push) command=("$bin/zigttp" push "$place") ;;
      cp) command=("$bin/zigttp" store cp orders "docker://$place:v1") ;;
      skopeo) command=(skopeo --insecure-policy copy --dest-tls-verify=false oci:.zigttp:orders "docker://$place:v1") ;;
      esac
      measure "$tool-$round" "${command[@]}"
      change
    done
    stop "$served"
  done
done
echo
echo "| the image of a deploy to docker-registry, median of $runs | zigttp s | \`skopeo copy\` s | ratio |"
echo "|---|---|---|---|"
row "\`store cp\`, first" cp-first skopeo-first
row "\`store cp\`, after a change of one line" cp-second skopeo-second
row "\`push\`, which takes record and ledger along, first" push-first skopeo-first
row "\`push\`, after a change of one line" push-second skopeo-second

# The same two layers by hand: whoever packs images from files has to do that much.
"$bin/zigttp" deploy --local >/dev/null 2>"$work/log"
mkdir -p "$work/files/app" "$work/files/etc/ssl/certs"
cp "$bin/zigttp-runtime" "$work/files/zigttp-runtime"
cp "$bin/ca-certificates.crt" "$work/files/etc/ssl/certs/"
cp -r handler.ts package.json "$work/files/app/"
cat >"$work/pack" <<PACK
set -e
cd "$work/files"
umoci init --layout "$work/packed"
umoci new --image "$work/packed:app"
umoci insert --rootless --image "$work/packed:app" zigttp-runtime /zigttp-runtime
umoci insert --rootless --image "$work/packed:app" etc /etc
umoci insert --rootless --image "$work/packed:app" app /app
PACK
hyperfine --shell none --warmup 1 --runs 5 --export-csv "$work/pack.csv" \
  --prepare "rm -rf $work/orders/.zigttp $work/packed" \
  --command-name deploy "$bin/zigttp deploy --local" \
  --command-name umoci "bash $work/pack" >/dev/null 2>"$work/log" || {
  cat "$work/log" >&2
  fail "hyperfine stopped"
}
ours=$(times "$work/pack.csv" deploy) theirs=$(times "$work/pack.csv" umoci)
echo
echo "Packing: \`zigttp deploy --local\` into a new store (proof, image, binary and ledger, durable) $ours ms, \`umoci\` $theirs ms: $(ratio "$ours" "$theirs")."
