// Package command marks the executable that imports it as orcast's own command, which may set its process up as it likes.
//
// Rule: no library imports it.
package command

// const char orcast_command = 1;
import "C"
