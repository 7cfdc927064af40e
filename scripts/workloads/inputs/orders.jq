# Totals, groups and joins over orders; functions, reduce, paths, strings, regex-free formatting, error handling.
def money: . * 100 | round / 100;
def total: [.lines[] | .price * .quantity] | add;
def top(n; f): sort_by(f) | reverse | .[:n];

. as $orders
| {
    count: length,
    total: (map(total) | add | money),
    by_town: (group_by(.customer.town) | map({key: .[0].customer.town, value: {orders: length, total: (map(total) | add | money)}}) | from_entries),
    best: (top(5; total) | map({id, who: .customer.name, total: (total | money)})),
    products: (reduce ($orders[].lines[]) as $l ({}; .[$l.product] += $l.quantity) | to_entries | sort_by(-.value, .key) | .[:8]),
    tags: ([.[].tags[]] | group_by(.) | map("\(.[0])=\(length)") | join(" ")),
    months: (map(.day | split("-") | .[1] | tonumber) | unique),
    deepest: ([paths(type == "number")] | map(length) | max),
    large: [limit(3; .[] | select((.lines | length) > 4) | .id)],
    csv: (.[:3] | map([.id, .customer.name, .day, (total | money)] | @csv)),
    encoded: (.[0].customer | tojson | @base64),
    odd: (try (.[0].lines | keys | map(tostring) | join("-") | error) catch "caught \(.)"),
    changed: (.[1] | del(.lines[1:]) | .customer |= with_entries(.value |= ascii_downcase) | .note? // "none"),
    cumulative: ([foreach (.[:6][] | total) as $t (0; . + $t; money)]),
    dates: (.[0].day | strptime("%Y-%m-%d") | mktime | todate)
  }
