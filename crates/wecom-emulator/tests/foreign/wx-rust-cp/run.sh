#!/usr/bin/env bash
# Starts the emulator and runs wx-rust-cp's eight check-in calls against it.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../../../.. && pwd)
cargo build --manifest-path "$root/Cargo.toml" --locked -q -p daka
cargo build --locked -q
folder=$(mktemp -d)
"$root/target/debug/daka" emulate --listen 127.0.0.1:0 --people 60 --seed 7 --month 2026-10 --turn-on party_id_as_text >"$folder/ready" &
emulator=$!
trap 'kill $emulator; rm -rf "$folder"' EXIT
until grep -q ^ready "$folder/ready"; do sleep 0.1; done
read -r _ base corp secret _ <"$folder/ready"
export WECOM_BASE_URL=${base#base=} WECOM_CORP_ID=${corp#corp_id=} WECOM_SECRET=${secret#secret=}
people=$(curl -s "$WECOM_BASE_URL/_emulator/people?from=0" | grep -o '"userid":"[^"]*"' | cut -d'"' -f4 | head -n 60 | paste -sd, -)
target/debug/wx-rust-cp-client "$people"
