#!/usr/bin/env bash
# Gradescope runs this once, as root, when the image of the autograder is built: https://gradescope-autograders.readthedocs.io/en/latest/specs/
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends build-essential ca-certificates curl jq
curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal
. "$HOME/.cargo/env"
cd /autograder/source
# Only the owner, root, may read it; a submission runs as root as well, but in a sandbox that cannot reach it.
chmod 600 secret
mapfile -t exercises <exercises
course/checker/engines/prepare "${exercises[@]}"
