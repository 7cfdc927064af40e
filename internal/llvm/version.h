// Included first by every file, so that another LLVM fails with a message and not with a hundred errors.
#ifndef ORCAST_VERSION_H
#define ORCAST_VERSION_H

#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR != 22
#error "Orcast needs LLVM 22: install Debian's llvm-22-dev, or point CGO_CPPFLAGS and CGO_LDFLAGS at one and build with -tags byollvm"
#endif

#endif
