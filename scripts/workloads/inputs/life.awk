# Numbers and loops rather than text: a sieve, the game of life, a matrix, sorting by a function of the user's.
function abs(x) { return x < 0 ? -x : x }
function by_digits(i1, v1, i2, v2) { return digits(v1) - digits(v2) || v1 - v2 }
function digits(n,    s) { for (; n > 0; n = int(n / 10)) s += n % 10; return s }
function step(    x, y, n, dx, dy, next_board) {
	for (y = 0; y < size; y++)
		for (x = 0; x < size; x++) {
			n = 0
			for (dy = -1; dy <= 1; dy++)
				for (dx = -1; dx <= 1; dx++)
					if (dx || dy) n += board[(x + dx + size) % size, (y + dy + size) % size]
			next_board[x, y] = n == 3 || n == 2 && board[x, y]
		}
	for (y in next_board) board[y] = next_board[y]
}
BEGIN {
	for (i = 2; i < 5000; i++) if (!(i in composite)) { primes[++count] = i; for (j = i * i; j < 5000; j += i) composite[j] }
	print count, primes[count]
	asort(primes, sorted, "by_digits")
	for (i = 1; i <= 10; i++) printf "%d ", sorted[i]
	print ""
	size = 16
	srand(7)
	for (i = 0; i < size * size; i++) board[i % size, int(i / size)] = (i * i + int(i / 3)) % 4 < 2
	for (i = 0; i < 8; i++) step()
	for (y = 0; y < size; y++) { line = ""; for (x = 0; x < size; x++) line = line (board[x, y] ? "o" : "."); print line }
	for (i = 1; i <= 12; i++) for (j = 1; j <= 12; j++) m[i][j] = sin(i * j) ^ 2
	for (i = 1; i <= 12; i++) { trace += m[i][i]; for (j = 1; j < i; j++) skew += abs(m[i][j] - m[j][i]) }
	printf "%.6f %.6f %x %o %e %s\n", trace, skew, xor(255, 15), lshift(3, 5), exp(10), substr(sqrt(2), 1, 6)
	for (i = 0; i < 3000; i++) text = text sprintf("%c", 97 + i % 26)
	print gsub(/[aeiou]/, "<&>", text), length(text), index(text, "<u>"), toupper(substr(text, 1, 20))
}
