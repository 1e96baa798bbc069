#!/bin/sh
# Makes the certificates beside it anew: an authority, and what it signed. They protect nothing; tests only.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
days=36500
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
# shellcheck disable=SC2086
openssl req -x509 $key -keyout "$work/ca-key.pem" -out ca.pem -subj '/CN=Pumphouse test authority' -days $days
sign() {
  printf 'subjectAltName=%s\n' "$2" >"$work/ext"
  # shellcheck disable=SC2086
  openssl req $key -keyout "$1-key.pem" -out "$work/csr" -subj "/CN=$1"
  openssl x509 -req -in "$work/csr" -CA ca.pem -CAkey "$work/ca-key.pem" -CAcreateserial -CAserial "$work/serial" \
    -days $days -extfile "$work/ext" -out "$1.pem"
}
sign server IP:127.0.0.1
sign elsewhere DNS:keystone.example
sign client DNS:pumphouse
