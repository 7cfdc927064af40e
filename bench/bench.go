// Package bench compares orcast with other ways to run the same programs.
//
// Rule: it runs commands and files, among them the command orcast, and uses nothing of orcast's packages. Paths are
// relative to the top of the checkout. What is compared runs in turns, so that a change of the machine's speed meets
// all alike, and no time counts of a run whose output is not that of the native program.
package bench
