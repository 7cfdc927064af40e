#ifndef ORCAST_OBJECT_H
#define ORCAST_OBJECT_H

#include "llvm/Support/MemoryBuffer.h"

#include <memory>

struct orcast_object {
  std::unique_ptr<llvm::MemoryBuffer> Bytes;
};

#endif
