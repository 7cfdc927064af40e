// Passes over a link graph that take the place of JITLink's, or that it does not have.
#ifndef ORCAST_PASSES_H
#define ORCAST_PASSES_H

#include "llvm/ExecutionEngine/JITLink/JITLink.h"

// Lets code reach what lies within 32-bit offsets without the global offset table. For when all addresses are known.
llvm::Error orcast_relax(llvm::jitlink::LinkGraph &G);

#endif
