#!/bin/sh
# Requests per second and downloads against nginx on this machine, in turns within one run, so that the ratio and not
# the number counts; uploads against OpenSSL hashing the same file. Needs wrk, nginx, curl and openssl.
#   bench/http_bench.sh [http_bench program]      SIZE_MB=1024 ROUNDS=5 SECONDS_EACH=3
set -eu
program=${1:-build/bench/bin/http_bench}
size_mb=${SIZE_MB:-1024}
rounds=${ROUNDS:-5}
seconds=${SECONDS_EACH:-3}

for tool in wrk nginx curl openssl; do
  if ! command -v "$tool" >/dev/null 2>&1 && [ ! -x "/usr/sbin/$tool" ]; then
    echo "SKIPPED: http_bench needs $tool, which is not installed." >&2
    exit 0
  fi
done
if [ ! -x "$program" ]; then
  echo "SKIPPED: no program $program. Build it: cmake --preset bench && cmake --build build/bench --target http_bench" >&2
  exit 0
fi

folder=$(mktemp -d)
finish() {
  exec 3>&- 2>/dev/null || true
  [ -s "$folder/nginx.pid" ] && kill -QUIT "$(cat "$folder/nginx.pid")" 2>/dev/null || true
  sleep 0.3
  rm -rf "$folder"
}
trap finish EXIT INT TERM

mkdir "$folder/www"
head -c "${size_mb}M" /dev/urandom > "$folder/www/file"
{ printf '{"text":"'; head -c 1012 /dev/zero | tr '\0' x; printf '"}'; } > "$folder/www/json"
chmod -R a+rX "$folder"

# A free port for nginx, which cannot be asked to choose one.
port=18080
while curl -s -o /dev/null --max-time 1 "http://127.0.0.1:$port/"; do port=$((port + 1)); done
cat > "$folder/nginx.conf" <<CONF
worker_processes 1;
pid $folder/nginx.pid;
error_log $folder/error.log;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 1000000000;
  client_body_temp_path $folder/a; proxy_temp_path $folder/b; fastcgi_temp_path $folder/c;
  uwsgi_temp_path $folder/d; scgi_temp_path $folder/e;
  server { listen 127.0.0.1:$port; root $folder/www; default_type application/json; }
}
CONF
PATH=$PATH:/usr/sbin nginx -c "$folder/nginx.conf"
nginx_url=http://127.0.0.1:$port

mkfifo "$folder/input"
"$program" "$folder/www/file" < "$folder/input" > "$folder/port" &
ours_pid=$!
exec 3> "$folder/input"
while [ ! -s "$folder/port" ]; do sleep 0.05; done
ours_url=http://127.0.0.1:$(cat "$folder/port")
sleep 0.2
nginx_pid=$(pgrep -P "$(cat "$folder/nginx.pid")" | head -1)

requests() { wrk -t1 -c64 -d"${seconds}s" "$1/json" | awk '/Requests\/sec/ {print int($2)}'; }
download() { curl -s -o /dev/null -w '%{speed_download}' "$1/file" | awk '{printf "%d\n", $1 / 1e6}'; }
upload() { curl -s -o /dev/null -T "$folder/www/file" -w '%{speed_upload}' "$1/upload" | awk '{printf "%d\n", $1 / 1e6}'; }
hash_alone() {
  began=$(date +%s%N)
  openssl dgst -sha256 "$folder/www/file" > /dev/null
  echo $((size_mb * 1048576 * 1000 / ($(date +%s%N) - began)))
}
cpu_ticks() { awk '{print $14 + $15}' "/proc/$1/stat"; }
best() { sort -n "$1" | tail -1; }

# Who comes first changes from round to round: on a busy machine whoever just worked is scheduled later.
ours_ticks=0
nginx_ticks=0
download_ours() {
  before=$(cpu_ticks $ours_pid)
  download "$ours_url" >> "$folder/ours.download"
  ours_ticks=$((ours_ticks + $(cpu_ticks $ours_pid) - before))
}
download_nginx() {
  before=$(cpu_ticks "$nginx_pid")
  download "$nginx_url" >> "$folder/nginx.download"
  nginx_ticks=$((nginx_ticks + $(cpu_ticks "$nginx_pid") - before))
}
download "$ours_url" > /dev/null
download "$nginx_url" > /dev/null
round=0
while [ "$round" -lt "$rounds" ]; do
  round=$((round + 1))
  if [ $((round % 2)) -eq 0 ]; then download_ours; download_nginx; else download_nginx; download_ours; fi
done
round=0
while [ "$round" -lt "$rounds" ]; do
  round=$((round + 1))
  requests "$ours_url" >> "$folder/ours.requests"
  requests "$nginx_url" >> "$folder/nginx.requests"
  upload "$ours_url" >> "$folder/ours.upload"
  hash_alone >> "$folder/hash.upload"
done

report() {
  awk -v what="$1" -v ours="$2" -v peer="$3" -v unit="$4" -v who="${5:-nginx}" \
    'BEGIN {printf "%-28s ours %8d %s   %-7s %8d %s   ratio %.2f\n", what, ours, unit, who, peer, unit, (peer > 0 ? ours / peer : 0)}'
}
report "1 KB JSON, 64 connections" "$(best "$folder/ours.requests")" "$(best "$folder/nginx.requests")" "req/s"
report "download of $size_mb MiB" "$(best "$folder/ours.download")" "$(best "$folder/nginx.download")" "MB/s"
report "processor per download" "$((ours_ticks * 10 / rounds))" "$((nginx_ticks * 10 / rounds))" "ms   "
report "upload of $size_mb MiB" "$(best "$folder/ours.upload")" "$(best "$folder/hash.upload")" "MB/s " openssl
