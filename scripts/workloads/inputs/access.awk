# A report on a web server's log: arrays, regular expressions, user functions, sorting, printf, string functions.
function human(n,    unit) {
	for (unit = 1; n >= 1024 && unit < 4; unit++) n /= 1024
	return sprintf("%.1f%s", n, substr("BKMG", unit, 1))
}
function bar(n, of,    s) {
	while (n-- > 0 && length(s) < of) s = s "#"
	return s
}
BEGIN {
	FS = "\""
	split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", names, " ")
	for (i in names) month[names[i]] = i
	PROCINFO["sorted_in"] = "@ind_str_asc"
}
!/^[0-9.]+ - - \[/ { bad++; next }
{
	split($1, left, /[][ ]+/)
	split($2, request, " ")
	split($3, result, " ")
	host = left[1]
	split(left[4], when, /[\/:]/)
	day = sprintf("%04d-%02d-%02d", when[3], month[when[2]], when[1])
	hits[request[2]]++
	bytes[request[2]] += result[2]
	perday[day]++
	hour[when[4] + 0]++
	status[substr(result[1], 1, 1) "xx"]++
	seen[host, day]++
	total += result[2]
	agent = gensub(/^([A-Za-z]+).*/, "\\1", 1, $4)
	agents[toupper(agent)]++
	if (match(request[2], /\.([a-z]+)$/, suffix)) kinds[suffix[1]]++
	else kinds["page"]++
	if (request[2] ~ /^\/search\?/) { sub(/^.*q=/, "", request[2]); gsub(/\+/, " ", request[2]); queries[tolower(request[2])]++ }
}
END {
	for (p in hits) rank[++n] = sprintf("%06d %s", hits[p], p)
	asort(rank, rank, "@val_str_desc")
	for (i = 1; i <= 10; i++) {
		split(rank[i], r, " ")
		printf "%-32s %5d %8s %s\n", r[2], r[1], human(bytes[r[2]]), bar(r[1] / 10, 30)
	}
	for (d in perday) { unique = 0; for (s in seen) { split(s, part, SUBSEP); if (part[2] == d) unique++ } print d, perday[d], unique }
	for (h = 0; h < 24; h++) printf "%02d:%d%s", h, hour[h], h % 6 == 5 ? "\n" : " "
	for (s in status) printf "%s=%d ", s, status[s]
	for (a in agents) printf "%s=%d ", a, agents[a]
	for (k in kinds) printf "%s=%.1f%% ", k, 100 * kinds[k] / NR
	print ""
	for (q in queries) if (queries[q] > 3) print "searched:", q, queries[q]
	print human(total), bad + 0, "bad of", NR, strftime("%Y-%m-%d", 86400 * 365, 1), int(log(total)), length(rank)
	print "a b c" | "cat 1>&2"
	close("cat 1>&2")
}
