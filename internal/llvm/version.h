// Included first by every file, so that what is missing is named with what to install, before a hundred other errors.
#ifndef ORCAST_VERSION_H
#define ORCAST_VERSION_H

#if !__has_include("llvm/Config/llvm-config.h")
#error "LLVM 22 is missing: install Debian's llvm-22-dev (make setup does), or see 'Another LLVM' in README.md"
#else
#include "llvm/Config/llvm-config.h"

#if LLVM_VERSION_MAJOR != 22
#error "Orcast needs LLVM 22: install Debian's llvm-22-dev (make setup does), or see 'Another LLVM' in README.md"
#endif

// The libraries of LLVM are linked with these.
#if LLVM_ENABLE_ZLIB && !__has_include(<zlib.h>)
#error "LLVM needs zlib, which is missing: install Debian's zlib1g-dev (make setup does)"
#endif
#if LLVM_ENABLE_ZSTD && !__has_include(<zstd.h>)
#error "LLVM needs zstd, which is missing: install Debian's libzstd-dev (make setup does)"
#endif
#endif

#endif
