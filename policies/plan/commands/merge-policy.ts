// Merging policy.json on a machine that Signalbox does not run on: as mergePolicy does it, in Python and in jq.

/*
 * The policy's own sections replace what stands there, those within its scope are added where there are none, and
 * everything else stays. One thing more than mergePolicy: a policy that accepts anything by default, as stock images
 * bring it, is closed, since bootc refuses to enforce it; every registry that no section names stays open, and so do
 * the local transports.
 */

const local = ["containers-storage", "dir", "docker-archive", "docker-daemon", "oci", "oci-archive", "tarball"];
const transports = JSON.stringify(["docker", ...local]);

/** For cloud-init and for Anaconda, which are written in Python themselves. Arguments: the root, the kit's sections. */
export const mergeInPython = `import json, os, sys

root, given = sys.argv[1].rstrip("/"), sys.argv[2]
accept = [{"type": "insecureAcceptAnything"}]
target = root + "/etc/containers/policy.json"
there = [path for path in (target, root + "/usr/share/containers/policy.json") if os.path.exists(path)]

with open(given, encoding="utf-8") as file:
    ours = json.load(file)
policy = {"default": accept}
if there:
    with open(there[0], encoding="utf-8") as file:
        policy = json.load(file)

known = policy.setdefault("transports", {})
docker = known.setdefault("docker", {})
for scope, requirements in ours["within"].items():
    docker.setdefault(scope, requirements)
docker.update(ours["sections"])
default = policy.get("default") or []
if default and all(each.get("type") == "insecureAcceptAnything" for each in default):
    policy["default"] = [{"type": "reject"}]
    for transport in ${transports.replaceAll(",", ", ")}:
        known.setdefault(transport, {}).setdefault("", accept)

os.makedirs(os.path.dirname(target), exist_ok=True)
with open(target + ".new", "w", encoding="utf-8") as file:
    json.dump(policy, file, indent=2)
    file.write("\\n")
os.chmod(target + ".new", 0o644)
os.replace(target + ".new", target)
`;

/** For Fedora CoreOS, which has jq and no Python. Argument: the kit's sections. */
export const mergeInShell = `set -eu
policy=\${SIGNALBOX_ROOT:-}/etc/containers/policy.json
host=$policy
[ -e "$host" ] || host=\${SIGNALBOX_ROOT:-}/usr/share/containers/policy.json
[ -e "$host" ] || host=/dev/null
mkdir -p "\${policy%/*}"
jq -n --slurpfile host "$host" --slurpfile ours "$1" '
[{"type": "insecureAcceptAnything"}] as $accept
| ($host[0] // {"default": $accept})
| .transports.docker = $ours[0].within + (.transports.docker // {}) + $ours[0].sections
| if (.default // [] | length > 0 and all(.[]; .type == "insecureAcceptAnything")) then
    .default = [{"type": "reject"}]
    | reduce ${transports}[] as $name (.; .transports[$name] = {"": $accept} + (.transports[$name] // {}))
  else . end
' > "$policy.new"
chmod 0644 "$policy.new"
mv "$policy.new" "$policy"
`;
