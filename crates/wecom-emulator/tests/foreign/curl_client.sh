# curl and nothing else: status, headers, body.
set -eu
base=$1 corp_id=$2 secret=$3 start=$5

token=$(curl -s --noproxy '*' "$base/cgi-bin/gettoken?corpid=$corp_id&corpsecret=$secret" |
    sed 's/.*"access_token":"\([^"]*\)".*/\1/')
curl -s --noproxy '*' -o /dev/null -D - \
    -d "{\"opencheckindatatype\":3,\"starttime\":$start,\"endtime\":$((start + 2764800)),\"useridlist\":[\"x\"]}" \
    "$base/cgi-bin/checkin/getcheckindata?access_token=$token" | tr -d '\r' |
    grep -iE '^(HTTP|error-code|content-type)' | sed 's/HTTP\/[0-9.]* //'
