package commandline

// nearest returns the names that somebody may have meant who typed another one: those with the fewest letters to
// change, which are at most two, and at most half of what was typed. It returns nil if there are none.
func nearest(typed string, names []string) (near []string) {
	least := min(2, len(typed)/2) + 1
	for _, name := range names {
		switch d := distance(typed, name); {
		case d < least:
			near, least = []string{name}, d
		case d == least && near != nil:
			near = append(near, name)
		}
	}
	return near
}

// distance is the number of letters to insert, remove, replace or exchange with the next one to make b of a (optimal
// string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
