#!/usr/bin/env bash
# one-curl-at-a-time.sh REGISTRY manifests|all: checks a registry as a CronJob of curl does: catalog, the last five tags of each repository, each
# manifest by GET, each child of an index by HEAD. With "all" a child is read too, and of each config and layer the first byte. Prints how many
# requests it made and how many failed.
set -euo pipefail
registry=$1 what=$2
accept='application/vnd.oci.image.index.v1+json,application/vnd.oci.image.manifest.v1+json,application/vnd.docker.distribution.manifest.list.v2+json,application/vnd.docker.distribution.manifest.v2+json'
requests=1 failures=0
blobs() {
  local digest
  for digest in $(grep -o 'sha256:[0-9a-f]*' <<<"$2" | sort -u); do
    [[ -z ${seen[$1@$digest]:-} ]] || continue
    seen[$1@$digest]=1
    requests=$((requests + 1))
    curl -fsS -o /dev/null -r 0-0 "$registry/v2/$1/blobs/$digest" || failures=$((failures + 1))
  done
}
declare -A seen
for repository in $(curl -fsS "$registry/v2/_catalog?n=1000" | grep -o '"[^"]*"' | tr -d '"' | grep -v '^repositories$'); do
  requests=$((requests + 1))
  for tag in $(curl -fsS "$registry/v2/$repository/tags/list" | grep -o '"tags":\[[^]]*' | grep -o '"[^"]*"' | tr -d '"' | grep -v '^tags$' | tail -5); do
    requests=$((requests + 1))
    manifest=$(curl -fsS -H "Accept: $accept" "$registry/v2/$repository/manifests/$tag") || { failures=$((failures + 1)); continue; }
    case $manifest in
      *'"manifests":'*)
        for digest in $(grep -o 'sha256:[0-9a-f]*' <<<"$manifest"); do
          requests=$((requests + 1))
          if [[ $what == all ]]; then
            child=$(curl -fsS -H "Accept: $accept" "$registry/v2/$repository/manifests/$digest") || failures=$((failures + 1))
            blobs "$repository" "$child"
          else
            curl -fsS -o /dev/null -I -H "Accept: $accept" "$registry/v2/$repository/manifests/$digest" || failures=$((failures + 1))
          fi
        done
        ;;
      *) if [[ $what == all ]]; then blobs "$repository" "$manifest"; fi ;;
    esac
  done
done
echo "$requests requests, $failures failures"
