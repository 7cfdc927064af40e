// Runs LLVM so that its fatal errors and its crashes on hostile input come back as messages.
#ifndef ORCAST_GUARD_H
#define ORCAST_GUARD_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdlib>
#include <cstring>
#include <string>

// Calls body on this thread. If LLVM crashes, sets *crashed and returns a message; what body owned is lost, and the
// LLVMContext it used must not be used again.
//
// A crash inside the C library, of a free of what was overwritten for instance, ends the process with a message and
// status 125: that library's locks may be held, and who comes back from there waits for them for ever.
char *orcast_guarded(llvm::function_ref<llvm::Error()> body, bool *crashed);

// Runs LLVM's static constructors if the start of the process has left them. What uses LLVM outside orcast_guarded
// calls it first.
void orcast_construct();

// While it lives, this thread is outside the guard: in Go, which deals with its faults itself.
struct orcast_unguarded {
  orcast_unguarded();
  ~orcast_unguarded();

private:
  void *Outer;
};

#endif
