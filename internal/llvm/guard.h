// Runs LLVM so that its fatal errors and its crashes on hostile input come back as messages.
#ifndef ORCAST_GUARD_H
#define ORCAST_GUARD_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"

#include <cstdlib>
#include <cstring>
#include <string>

// Calls body on this thread. If LLVM crashes, sets *crashed and returns a message; what body owned is lost, and the LLVMContext it used must not be used again.
char *orcast_guarded(llvm::function_ref<llvm::Error()> body, bool *crashed);

#endif
