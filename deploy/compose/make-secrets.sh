#!/bin/sh
# Makes what a trial needs: random secrets, an authority of its own, and one certificate from it. Nothing is overwritten.
# A deployment takes its certificates from the country's authority and its secrets from a secret store.
#   sh make-secrets.sh gov.example.org
set -eu
host=${1:?name the public host, such as gov.example.org}
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
cd secrets

random() { openssl rand -base64 48 | tr -d '\n=+/' | cut -c1-48; }
keep() { [ -e "$1" ] || cat > "$1"; }

random | keep master_secret
: | keep master_secret_previous
random | keep database_password
keep database_url <<URL
postgresql://govstack:$(cat database_password)@postgres:5432/govstack?sslmode=verify-full&sslrootcert=/run/secrets/authorities
URL
if [ ! -e nats_users ]; then
  password=$(random)
  printf 'authorization {\n  user: govstack\n  password: "%s"\n}\n' "$password" > nats_users
  printf 'tls://govstack:%s@nats:4222\n' "$password" > nats_url
fi
# Write the mail server's address here: smtp://user:password@host:587. While it is empty, messages are refused.
[ -e smtp_url ] || : > smtp_url

if [ ! -e authorities.pem ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out authority.key
  openssl req -x509 -new -key authority.key -days 825 -subj "/CN=GovStack trial authority" -out authorities.pem
fi
if [ ! -e certificate.pem ]; then
  openssl ecparam -name prime256v1 -genkey -noout -out certificate.key
  openssl req -new -key certificate.key -subj "/CN=$host" -out certificate.csr
  printf 'subjectAltName=DNS:%s,DNS:postgres,DNS:nats\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$host" > extensions
  openssl x509 -req -in certificate.csr -CA authorities.pem -CAkey authority.key -CAcreateserial -days 365 \
    -extfile extensions -out certificate.pem 2>/dev/null
  rm -f certificate.csr extensions
  cat certificate.pem certificate.key > proxy.pem
fi
# Containers run under their own users and read these as mounted files; the folder stays closed to others on this machine.
chmod 0444 master_secret master_secret_previous database_password database_url nats_url nats_users smtp_url *.pem certificate.key
chmod 0700 .
cd ..
[ -e .env ] || printf 'PUBLIC_HOST=%s\n' "$host" > .env
echo "Made deploy/compose/secrets and .env for $host. Keep master_secret apart from your backups."
