package baseline

import "strings"

// baselineFeatures are those that every x86-64 processor has, and that do not change how anything is passed.
var baselineFeatures = map[string]bool{"+cx8": true, "+cmov": true, "+fxsr": true, "+mmx": true, "+sse": true,
	"+sse2": true, "+x87": true, "+64bit": true, "+nopl": true, "": true}

// isBaseline says that code for the baseline does what a function with these target features does. Those that only
// offer more instructions would change results only where products are contracted, which needs fma.
func isBaseline(features string) bool {
	for feature := range strings.SplitSeq(features, ",") {
		if !baselineFeatures[feature] && !strings.HasPrefix(feature, "-") {
			return false
		}
		if feature == "-sse2" || feature == "-sse" || feature == "-x87" || feature == "-cmov" {
			return false
		}
	}
	return true
}
